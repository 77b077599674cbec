//! CSDL XML → CSDL JSON, as the two standards match: what the reader of JSON is held to.
//!
//! Dynamic expressions are left out: no model has them.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// JSON whose members keep their order.
#[derive(Clone)]
pub enum Json {
    /// A number, or one of the literals.
    Literal(String),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Literal(text) => f.write_str(text),
            Self::Text(text) => write!(f, "{}", serde_json::Value::from(text.as_str())),
            Self::Array(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    let name = serde_json::Value::from(name.as_str());
                    write!(f, "{}\n{name}: {value}", if index > 0 { "," } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}

/// An element of CSDL XML.
#[derive(Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    fn name(&self) -> &str {
        self.attribute("Name").expect("a name")
    }
}

/// The document in JSON.
pub fn json(xml: &str) -> String {
    let root = parse(xml);
    let mut members = vec![("$Version".to_owned(), text(root.attribute("Version")))];
    let references = root.named("Reference").map(|reference| {
        let includes = reference.named("Include").map(|include| {
            let mut members = Vec::new();
            put(&mut members, include, &["Namespace", "Alias"]);
            Json::Object(members)
        });
        let includes = Json::Array(includes.collect());
        let uri = reference.attribute("Uri").expect("an address").to_owned();
        (uri, Json::Object(vec![("$Include".to_owned(), includes)]))
    });
    let references: Vec<_> = references.collect();
    if !references.is_empty() {
        members.push(("$Reference".to_owned(), Json::Object(references)));
    }
    let services = root.named("DataServices").next().expect("services");
    for declared in services.named("Schema") {
        let namespace = declared.attribute("Namespace").expect("a namespace");
        let mut containers = declared.named("EntityContainer");
        if let Some(container) = containers.next() {
            let name = format!("{namespace}.{}", container.name());
            members.push(("$EntityContainer".to_owned(), Json::Text(name)));
        }
        members.push((namespace.to_owned(), schema(declared)));
    }
    Json::Object(members).to_string()
}

fn parse(xml: &str) -> Element {
    let mut reader = Reader::from_str(xml);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(tag) => open.push(start(&tag)),
            Event::Empty(tag) => {
                let parent = open.last_mut().expect("a parent");
                parent.children.push(start(&tag));
            }
            Event::End(_) => {
                let closed = open.pop().expect("an element");
                open.last_mut().expect("a parent").children.push(closed);
            }
            Event::Text(text) => {
                let open = open.last_mut().expect("a parent");
                open.text.push_str(&text.into_inner());
            }
            Event::GeneralRef(reference) => {
                let text = format!("&{};", &*reference);
                let text = quick_xml::escape::unescape(&text).expect("a reference");
                open.last_mut().expect("a parent").text.push_str(&text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    open.remove(0).children.remove(0)
}

fn start(tag: &BytesStart<'_>) -> Element {
    let attributes = tag.attributes().map(|attribute| {
        let attribute = attribute.expect("an attribute");
        let value = quick_xml::escape::unescape(&attribute.value).expect("a value");
        (attribute.key.as_ref().to_owned(), value.into_owned())
    });
    Element {
        name: tag.local_name().as_ref().to_owned(),
        attributes: attributes.collect(),
        ..Element::default()
    }
}

fn text(text: Option<&str>) -> Json {
    Json::Text(text.unwrap_or_default().to_owned())
}

fn literal(text: impl ToString) -> Json {
    Json::Literal(text.to_string())
}

/// Attributes that are the members of the same name: texts, numbers or truth values.
fn put(members: &mut Vec<(String, Json)>, element: &Element, names: &[&str]) {
    for name in names {
        let Some(value) = element.attribute(name) else {
            continue;
        };
        let value = match *name {
            "MaxLength" | "Precision" | "Scale" if value.parse::<u64>().is_ok() => literal(value),
            "Abstract"
            | "OpenType"
            | "HasStream"
            | "ContainsTarget"
            | "IsFlags"
            | "IsBound"
            | "IsComposable"
            | "IncludeInServiceDocument"
            | "Unicode" => literal(value),
            _ => Json::Text(value.to_owned()),
        };
        members.push((format!("${name}"), value));
    }
}

fn schema(schema: &Element) -> Json {
    let mut members: Vec<(String, Json)> = Vec::new();
    put(&mut members, schema, &["Alias"]);
    let mut targets: Vec<(String, Json)> = Vec::new();
    for child in &schema.children {
        match &*child.name {
            "Annotation" => {}
            "Annotations" => {
                let target = child.attribute("Target").expect("a target").to_owned();
                let mut said = Vec::new();
                annotations(&mut said, child, "");
                let found = targets.iter_mut().find(|(known, _)| *known == target);
                match found {
                    Some((_, Json::Object(known))) => known.extend(said),
                    _ => targets.push((target, Json::Object(said))),
                }
            }
            "Action" | "Function" => {
                let overload = operation(child);
                let found = members.iter_mut().find(|(known, _)| known == child.name());
                match found {
                    Some((_, Json::Array(overloads))) => overloads.push(overload),
                    _ => members.push((child.name().to_owned(), Json::Array(vec![overload]))),
                }
            }
            _ => members.push((child.name().to_owned(), declaration(child))),
        }
    }
    annotations(&mut members, schema, "");
    if !targets.is_empty() {
        members.push(("$Annotations".to_owned(), Json::Object(targets)));
    }
    Json::Object(members)
}

fn kind(element: &Element) -> Vec<(String, Json)> {
    vec![("$Kind".to_owned(), Json::Text(element.name.clone()))]
}

fn declaration(element: &Element) -> Json {
    let mut members = kind(element);
    match &*element.name {
        "EnumType" => {
            put(&mut members, element, &["UnderlyingType", "IsFlags"]);
            let mut next = 0;
            for member in element.named("Member") {
                let value = member
                    .attribute("Value")
                    .map(|value| value.parse().unwrap());
                let value: i64 = value.unwrap_or(next);
                next = value + 1;
                members.push((member.name().to_owned(), literal(value)));
                annotations(&mut members, member, member.name());
            }
        }
        "TypeDefinition" => {
            put(&mut members, element, &["UnderlyingType"]);
            facets(&mut members, element, element.attribute("UnderlyingType"));
        }
        "Term" => {
            typed(&mut members, element);
            put(&mut members, element, &["BaseTerm"]);
        }
        "EntityContainer" => {
            put(&mut members, element, &["Extends"]);
            let children = element.children.iter();
            for child in children.filter(|child| child.name != "Annotation") {
                members.push((child.name().to_owned(), entry(child)));
            }
        }
        _ => structured(&mut members, element),
    }
    annotations(&mut members, element, "");
    Json::Object(members)
}

fn structured(members: &mut Vec<(String, Json)>, element: &Element) {
    put(
        members,
        element,
        &["BaseType", "Abstract", "OpenType", "HasStream"],
    );
    for key in element.named("Key") {
        let parts = key.named("PropertyRef").map(|part| {
            let path = Json::Text(part.name().to_owned());
            match part.attribute("Alias") {
                Some(alias) => Json::Object(vec![(alias.to_owned(), path)]),
                None => path,
            }
        });
        members.push(("$Key".to_owned(), Json::Array(parts.collect())));
    }
    for child in &element.children {
        let mut inner = Vec::new();
        match &*child.name {
            "Property" => {
                typed(&mut inner, child);
                put(&mut inner, child, &["DefaultValue"]);
            }
            "NavigationProperty" => {
                inner = kind(child);
                typed(&mut inner, child);
                put(&mut inner, child, &["Partner", "ContainsTarget"]);
                let constraints = child.named("ReferentialConstraint").map(|constraint| {
                    let from = constraint.attribute("Property").expect("a property");
                    let to = constraint.attribute("ReferencedProperty");
                    (from.to_owned(), text(to))
                });
                let constraints: Vec<_> = constraints.collect();
                if !constraints.is_empty() {
                    let constraints = Json::Object(constraints);
                    inner.push(("$ReferentialConstraint".to_owned(), constraints));
                }
                for action in child.named("OnDelete") {
                    inner.push(("$OnDelete".to_owned(), text(action.attribute("Action"))));
                }
            }
            _ => continue,
        }
        annotations(&mut inner, child, "");
        members.push((child.name().to_owned(), Json::Object(inner)));
    }
}

/// Type, nullability and facets.
fn typed(members: &mut Vec<(String, Json)>, element: &Element) {
    let ty = element.attribute("Type").unwrap_or("Edm.String");
    let item = ty.strip_prefix("Collection(");
    let item = item.and_then(|item| item.strip_suffix(')'));
    if item.is_some() {
        members.push(("$Collection".to_owned(), literal(true)));
    }
    let name = item.unwrap_or(ty);
    if name != "Edm.String" {
        members.push(("$Type".to_owned(), Json::Text(name.to_owned())));
    }
    let nullable = match (item, element.attribute("Nullable")) {
        (None, Some("false")) => None,
        (None, _) => Some("true"),
        (Some(_), said) => said,
    };
    members.extend(nullable.map(|value| ("$Nullable".to_owned(), literal(value))));
    facets(members, element, Some(name));
}

fn facets(members: &mut Vec<(String, Json)>, element: &Element, ty: Option<&str>) {
    put(
        members,
        element,
        &["MaxLength", "Precision", "Unicode", "SRID"],
    );
    let temporal = ["Edm.DateTimeOffset", "Edm.Duration", "Edm.TimeOfDay"];
    if ty.is_some_and(|ty| temporal.contains(&ty)) && element.attribute("Precision").is_none() {
        members.push(("$Precision".to_owned(), literal(0)));
    }
    match (ty, element.attribute("Scale")) {
        (Some("Edm.Decimal"), Some("variable")) => {}
        (Some("Edm.Decimal"), None) => members.push(("$Scale".to_owned(), literal(0))),
        _ => put(members, element, &["Scale"]),
    }
}

fn operation(element: &Element) -> Json {
    let mut members = kind(element);
    put(
        &mut members,
        element,
        &["IsBound", "IsComposable", "EntitySetPath"],
    );
    let parameters = element.named("Parameter").map(|parameter| {
        let mut inner = vec![("$Name".to_owned(), Json::Text(parameter.name().to_owned()))];
        typed(&mut inner, parameter);
        annotations(&mut inner, parameter, "");
        Json::Object(inner)
    });
    let parameters: Vec<_> = parameters.collect();
    if !parameters.is_empty() {
        members.push(("$Parameter".to_owned(), Json::Array(parameters)));
    }
    for returned in element.named("ReturnType") {
        let mut inner = Vec::new();
        typed(&mut inner, returned);
        annotations(&mut inner, returned, "");
        members.push(("$ReturnType".to_owned(), Json::Object(inner)));
    }
    annotations(&mut members, element, "");
    Json::Object(members)
}

fn entry(element: &Element) -> Json {
    let mut members = Vec::new();
    if element.name == "EntitySet" {
        members.push(("$Collection".to_owned(), literal(true)));
        members.push(("$Type".to_owned(), text(element.attribute("EntityType"))));
    }
    put(
        &mut members,
        element,
        &["Type", "Action", "Function", "EntitySet"],
    );
    put(&mut members, element, &["IncludeInServiceDocument"]);
    let bindings = element.named("NavigationPropertyBinding").map(|binding| {
        let path = binding.attribute("Path").expect("a path").to_owned();
        (path, text(binding.attribute("Target")))
    });
    let bindings: Vec<_> = bindings.collect();
    if !bindings.is_empty() {
        members.push((
            "$NavigationPropertyBinding".to_owned(),
            Json::Object(bindings),
        ));
    }
    annotations(&mut members, element, "");
    Json::Object(members)
}

/// The annotations of an element, beside what it is in JSON, whose name is `target`.
fn annotations(members: &mut Vec<(String, Json)>, element: &Element, target: &str) {
    let shared = element
        .attribute("Qualifier")
        .filter(|_| element.name == "Annotations");
    for annotation in element.named("Annotation") {
        let term = annotation.attribute("Term").expect("a term");
        let mut name = format!("{target}@{term}");
        if let Some(qualifier) = annotation.attribute("Qualifier").or(shared) {
            name.push_str(&format!("#{qualifier}"));
        }
        members.push((name.clone(), value(annotation)));
        annotations(members, annotation, &name);
    }
}

/// The value of an annotation or of a record's property.
fn value(element: &Element) -> Json {
    const NAMES: &[&str] = &["Term", "Qualifier", "Property", "Name"];
    let mut attributes = element.attributes.iter();
    if let Some((kind, value)) = attributes.find(|(name, _)| !NAMES.contains(&&**name)) {
        return constant(kind, value);
    }
    let mut children = element.children.iter();
    match children.find(|child| child.name != "Annotation") {
        Some(child) => expression(child),
        // The default of terms that are tags.
        None => literal(true),
    }
}

fn expression(element: &Element) -> Json {
    match &*element.name {
        "Collection" => Json::Array(element.children.iter().map(expression).collect()),
        "Null" => literal("null"),
        "LabeledElement" => Json::Object(vec![
            ("$Name".to_owned(), Json::Text(element.name().to_owned())),
            ("$LabeledElement".to_owned(), value(element)),
        ]),
        name @ "LabeledElementReference" => {
            let label = Json::Text(element.text.trim().to_owned());
            Json::Object(vec![(format!("${name}"), label)])
        }
        "Record" => {
            let mut members = Vec::new();
            if let Some(ty) = element.attribute("Type") {
                members.push(("@type".to_owned(), Json::Text(format!("#{ty}"))));
            }
            for property in element.named("PropertyValue") {
                let name = property.attribute("Property").expect("a property");
                members.push((name.to_owned(), value(property)));
                annotations(&mut members, property, name);
            }
            annotations(&mut members, element, "");
            Json::Object(members)
        }
        kind => constant(kind, &element.text),
    }
}

fn constant(kind: &str, value: &str) -> Json {
    match kind {
        "Bool" => literal(value),
        "Int" | "Decimal" | "Float" if !value.contains(['N', 'I']) => literal(value),
        "Path" => Json::Object(vec![("$Path".to_owned(), Json::Text(value.to_owned()))]),
        "EnumMember" => {
            let members = value.split_whitespace();
            let members = members.map(|member| member.rsplit('/').next().unwrap_or(member));
            Json::Text(members.collect::<Vec<_>>().join(","))
        }
        _ => Json::Text(value.to_owned()),
    }
}
