//! Model → CSDL XML in a canonical form.
//!
//! One schema after the other in the order of namespaces, declarations by kind and name, names in
//! full, annotations at their target: two documents that say the same give the
//! same bytes, and a change of one declaration changes its lines only.

use crate::edm::{
    Annotation, ContainerChild, EntityContainer, EntryPoint, EnumType, Facets, Model,
    NavigationProperty, Operation, OperationKind, Parameter, Property, QualifiedName, RecordValue,
    Schema, StructuredKind, StructuredType, Type, TypeDefinition, Value,
};
use crate::show::xml;
use quick_xml::escape::escape;
use std::collections::HashMap;
use std::fmt::Write as _;

/// The document as text, with a line break at the end.
pub fn write(model: &Model) -> String {
    let mut xml = Xml::default();
    xml.out
        .push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let edmx = Tag::new("edmx:Edmx")
        .with("Version", "4.0")
        .with("xmlns:edmx", "http://docs.oasis-open.org/odata/ns/edmx");
    xml.element(edmx, |xml| {
        xml.element(Tag::new("edmx:DataServices"), |xml| {
            let schemas = Schemas::of(model);
            for (namespace, declared) in &model.schemas {
                let tag = Tag::new("Schema")
                    .with("Namespace", namespace)
                    .with_some("Alias", schemas.alias(declared))
                    .with("xmlns", "http://docs.oasis-open.org/odata/ns/edm");
                xml.element(tag, |xml| {
                    if let Some(content) = schemas.content.get(&**namespace) {
                        schema_children(xml, content);
                    }
                    annotations(xml, &declared.annotations);
                });
            }
        });
    });
    xml.out
}

/// What schemas have in them. There may be as many schemas as declarations, so it is gathered once.
struct Schemas<'m> {
    model: &'m Model,
    content: HashMap<&'m str, Content<'m>>,
    /// How many schemas have each alias.
    aliases: HashMap<&'m str, usize>,
}

/// The declarations of a schema, in the model's order.
#[derive(Default)]
struct Content<'m> {
    types: Vec<(&'m QualifiedName, &'m Type)>,
    operations: Vec<&'m Operation>,
    container: Option<&'m EntityContainer>,
}

impl<'m> Schemas<'m> {
    fn of(model: &'m Model) -> Self {
        let mut content: HashMap<&str, Content<'m>> = HashMap::new();
        for (name, declared) in &model.types {
            let content = content.entry(&name.namespace).or_default();
            content.types.push((name, declared));
        }
        for operation in &model.operations {
            let content = content.entry(&operation.name.namespace).or_default();
            content.operations.push(operation);
        }
        if let Some(container) = &model.container {
            let content = content.entry(&container.name.namespace).or_default();
            content.container = Some(container);
        }
        let mut aliases = HashMap::new();
        for alias in model.schemas.values().filter_map(|it| it.alias.as_deref()) {
            *aliases.entry(alias).or_default() += 1;
        }
        Self {
            model,
            content,
            aliases,
        }
    }

    /// The alias, if it stands for one schema only; documents may give one alias to several.
    fn alias<'s>(&self, schema: &'s Schema) -> Option<&'s str> {
        let alias = schema.alias.as_deref();
        alias.filter(|alias| self.aliases[alias] == 1 && !self.model.schemas.contains_key(*alias))
    }
}

fn schema_children(xml: &mut Xml, content: &Content<'_>) {
    for (name, declared) in &content.types {
        match declared {
            Type::Enum(enumeration) => enum_type(xml, name, enumeration),
            Type::Definition(definition) => type_definition(xml, name, definition),
            Type::Structured(_) => {}
        }
    }
    for kind in [StructuredKind::Complex, StructuredKind::Entity] {
        for (name, declared) in &content.types {
            match declared {
                Type::Structured(structured) if structured.kind == kind => {
                    structured_type(xml, name, structured);
                }
                _ => {}
            }
        }
    }
    for kind in [OperationKind::Action, OperationKind::Function] {
        for declared in &content.operations {
            if declared.kind == kind {
                operation(xml, declared);
            }
        }
    }
    if let Some(declared) = content.container {
        container(xml, declared);
        below_entry_points(xml, declared);
    }
}

/// What is said of one path to a resource.
fn below_entry_points(xml: &mut Xml, declared: &EntityContainer) {
    for (name, child) in &declared.children {
        for (path, list) in &child.below {
            let slash = match path.starts_with(':') {
                true => "",
                false => "/",
            };
            let target = format!("{}/{name}{slash}{path}", declared.name);
            let tag = Tag::new("Annotations").with("Target", target);
            xml.element(tag, |xml| annotations(xml, list));
        }
    }
}

fn structured_type(xml: &mut Xml, name: &QualifiedName, declared: &StructuredType) {
    let element = match declared.kind {
        StructuredKind::Entity => "EntityType",
        StructuredKind::Complex => "ComplexType",
    };
    let tag = Tag::new(element)
        .with("Name", &name.name)
        .with_some("BaseType", declared.base.as_ref())
        .with_true("Abstract", declared.is_abstract)
        .with_true("OpenType", declared.is_open)
        .with_true("HasStream", declared.has_stream);
    xml.element(tag, |xml| {
        if !declared.key.is_empty() {
            xml.element(Tag::new("Key"), |xml| {
                for part in &declared.key {
                    let tag = Tag::new("PropertyRef").with("Name", &part.path);
                    xml.empty(tag.with_some("Alias", part.alias.as_ref()));
                }
            });
        }
        for (name, declared) in &declared.properties {
            property(xml, name, declared);
        }
        for (name, declared) in &declared.navigation {
            navigation_property(xml, name, declared);
        }
        annotations(xml, &declared.annotations);
    });
}

fn property(xml: &mut Xml, name: &str, declared: &Property) {
    let tag = Tag::new("Property")
        .with("Name", name)
        .with("Type", &declared.type_ref)
        .with_some("Nullable", declared.nullable)
        .with_facets(&declared.facets)
        .with_some("DefaultValue", declared.default_value.as_ref());
    xml.element(tag, |xml| annotations(xml, &declared.annotations));
}

fn navigation_property(xml: &mut Xml, name: &str, declared: &NavigationProperty) {
    let tag = Tag::new("NavigationProperty")
        .with("Name", name)
        .with("Type", &declared.type_ref)
        .with_some("Nullable", declared.nullable)
        .with_some("Partner", declared.partner.as_ref())
        .with_true("ContainsTarget", declared.contains_target);
    xml.element(tag, |xml| {
        for (from, to) in &declared.referential_constraints {
            let tag = Tag::new("ReferentialConstraint").with("Property", from);
            xml.empty(tag.with("ReferencedProperty", to));
        }
        if let Some(action) = &declared.on_delete {
            xml.empty(Tag::new("OnDelete").with("Action", action));
        }
        annotations(xml, &declared.annotations);
    });
}

fn enum_type(xml: &mut Xml, name: &QualifiedName, declared: &EnumType) {
    let underlying = Some(declared.underlying).filter(|p| *p != crate::edm::Primitive::Int32);
    let tag = Tag::new("EnumType")
        .with("Name", &name.name)
        .with_some("UnderlyingType", underlying)
        .with_true("IsFlags", declared.is_flags);
    xml.element(tag, |xml| {
        for member in &declared.members {
            let tag = Tag::new("Member")
                .with("Name", &member.name)
                .with("Value", member.value);
            xml.element(tag, |xml| annotations(xml, &member.annotations));
        }
        annotations(xml, &declared.annotations);
    });
}

fn type_definition(xml: &mut Xml, name: &QualifiedName, declared: &TypeDefinition) {
    let tag = Tag::new("TypeDefinition")
        .with("Name", &name.name)
        .with("UnderlyingType", declared.underlying)
        .with_facets(&declared.facets);
    xml.element(tag, |xml| annotations(xml, &declared.annotations));
}

fn operation(xml: &mut Xml, declared: &Operation) {
    let element = match declared.kind {
        OperationKind::Function => "Function",
        OperationKind::Action => "Action",
    };
    let tag = Tag::new(element)
        .with("Name", &declared.name.name)
        .with_true("IsBound", declared.binding.is_some())
        .with_true("IsComposable", declared.is_composable)
        .with_some("EntitySetPath", declared.entity_set_path.as_ref());
    xml.element(tag, |xml| {
        for declared in declared.binding.iter().chain(&declared.parameters) {
            parameter(xml, declared);
        }
        if let Some(declared) = &declared.return_type {
            let tag = Tag::new("ReturnType")
                .with("Type", &declared.type_ref)
                .with_some("Nullable", declared.nullable)
                .with_facets(&declared.facets);
            xml.element(tag, |xml| annotations(xml, &declared.annotations));
        }
        annotations(xml, &declared.annotations);
    });
}

fn parameter(xml: &mut Xml, declared: &Parameter) {
    let tag = Tag::new("Parameter")
        .with("Name", &declared.name)
        .with("Type", &declared.type_ref)
        .with_some("Nullable", declared.nullable)
        .with_facets(&declared.facets);
    xml.element(tag, |xml| annotations(xml, &declared.annotations));
}

fn container(xml: &mut Xml, declared: &EntityContainer) {
    xml.element(
        Tag::new("EntityContainer").with("Name", &declared.name.name),
        |xml| {
            for (name, child) in &declared.children {
                container_child(xml, name, child);
            }
            annotations(xml, &declared.annotations);
        },
    );
}

fn container_child(xml: &mut Xml, name: &str, declared: &ContainerChild) {
    let (element, refers_to) = match declared.entry_point {
        EntryPoint::EntitySet(_) => ("EntitySet", "EntityType"),
        EntryPoint::Singleton(_) => ("Singleton", "Type"),
        EntryPoint::FunctionImport(_) => ("FunctionImport", "Function"),
        EntryPoint::ActionImport(_) => ("ActionImport", "Action"),
    };
    let tag = Tag::new(element)
        .with("Name", name)
        .with(refers_to, declared.entry_point.name())
        .with_some("EntitySet", declared.entity_set.as_ref())
        .with_some(
            "IncludeInServiceDocument",
            declared.include_in_service_document,
        );
    xml.element(tag, |xml| {
        for (path, target) in &declared.bindings {
            let tag = Tag::new("NavigationPropertyBinding").with("Path", path);
            xml.empty(tag.with("Target", target));
        }
        annotations(xml, &declared.annotations);
    });
}

fn annotations(xml: &mut Xml, annotations: &[Annotation]) {
    for annotation in annotations {
        let tag = Tag::new("Annotation")
            .with("Term", &annotation.term)
            .with_some("Qualifier", annotation.qualifier.as_ref());
        valued(xml, tag, annotation.value.as_ref(), &annotation.annotations);
    }
}

/// An element with a value: short constants as an attribute, all else as a child element.
fn valued(xml: &mut Xml, tag: Tag, value: Option<&Value>, nested: &[Annotation]) {
    match value {
        Some(Value::Scalar(kind, text)) if !text.contains(['\n', '\t', '\r']) => {
            xml.element(tag.with(kind.name(), text), |xml| annotations(xml, nested));
        }
        value => xml.element(tag, |xml| {
            if let Some(value) = value {
                expression(xml, value);
            }
            annotations(xml, nested);
        }),
    }
}

fn expression(xml: &mut Xml, value: &Value) {
    match value {
        Value::Scalar(kind, text) => xml.text_element(kind.name(), text),
        Value::Null => xml.empty(Tag::new("Null")),
        Value::Collection(items) => xml.element(Tag::new("Collection"), |xml| {
            for item in items {
                expression(xml, item);
            }
        }),
        Value::Record(record) => record_value(xml, record),
    }
}

fn record_value(xml: &mut Xml, record: &RecordValue) {
    xml.element(
        Tag::new("Record").with_some("Type", record.type_name.as_ref()),
        |xml| {
            for (name, value) in &record.properties {
                let tag = Tag::new("PropertyValue").with("Property", name);
                valued(xml, tag, value.as_ref(), &[]);
            }
            annotations(xml, &record.annotations);
        },
    );
}

/// A start tag.
pub(crate) struct Tag {
    name: &'static str,
    attributes: String,
}

impl Tag {
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            attributes: String::new(),
        }
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        let value = value.to_string();
        let value = xml(escape(value.as_str()));
        // Writing to a string cannot fail.
        let _ = write!(self.attributes, " {name}=\"{value}\"");
        self
    }

    pub fn with_some(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Writes the attribute only where it says something.
    fn with_true(self, name: &str, value: bool) -> Self {
        if value { self.with(name, true) } else { self }
    }

    fn with_facets(self, facets: &Facets) -> Self {
        self.with_some("MaxLength", facets.max_length.as_ref())
            .with_some("Precision", facets.precision.as_ref())
            .with_some("Scale", facets.scale.as_ref())
            .with_some("Unicode", facets.unicode.as_ref())
            .with_some("SRID", facets.srid.as_ref())
    }
}

/// Indented XML.
#[derive(Default)]
pub(crate) struct Xml {
    pub out: String,
    depth: usize,
}

impl Xml {
    pub fn empty(&mut self, tag: Tag) {
        self.element(tag, |_| {});
    }

    /// An element with what `content` writes; without content it is closed at once.
    pub fn element(&mut self, tag: Tag, content: impl FnOnce(&mut Self)) {
        let Tag { name, attributes } = tag;
        let indent = "  ".repeat(self.depth);
        self.out
            .push_str(&format!("{indent}<{name}{attributes}>\n"));
        let before = self.out.len();
        self.depth += 1;
        content(self);
        self.depth -= 1;
        if self.out.len() == before {
            self.out.truncate(before - ">\n".len());
            self.out.push_str(" />\n");
        } else {
            self.out.push_str(&format!("{indent}</{name}>\n"));
        }
    }

    pub fn text_element(&mut self, name: &str, text: &str) {
        let indent = "  ".repeat(self.depth);
        self.out
            .push_str(&format!("{indent}<{name}>{}</{name}>\n", xml(escape(text))));
    }
}
