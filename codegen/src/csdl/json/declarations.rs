//! The objects of a schema → the elements that CSDL XML has for them.
//!
//! What JSON leaves out means something else than what XML leaves out: properties are not nullable,
//! strings and of any scale. Here it becomes what XML would say.

use super::annotations::{Annotations, name_part};
use super::grammar::{DECLARATIONS, OPERATIONS};
use super::object::{Translator, attribute, element, is_annotation, member};
use super::value::{Data, Member};
use crate::csdl::element::Element;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use std::borrow::Cow;

/// The types of which a precision of 0 is that of XML when it says nothing.
const TEMPORAL: &[&str] = &["Edm.DateTimeOffset", "Edm.Duration", "Edm.TimeOfDay"];

impl Translator<'_> {
    /// A declaration that is an object; `None` if it cannot be told what it declares.
    pub fn declaration<'a>(&mut self, declared: &Member<'a>) -> Option<Element<'a>> {
        let Data::Object(members) = &declared.value.data else {
            return self.refuse(declared, "expected an object, or an array of overloads");
        };
        let kind = self.kind(declared, members, "a schema")?;
        if let Some(kind) = OPERATIONS.iter().find(|known| **known == kind) {
            let message = format!(
                "the {} `{}` is no array",
                kind.to_lowercase(),
                declared.name
            );
            let warning = Diagnostic::warning(Code::InvalidValue, message);
            let label = "expected an array of overloads; taken as the only one";
            self.diagnostics
                .push(warning.at(declared.value.span, label));
            return self.overload(declared);
        }
        let Some(kind) = DECLARATIONS.iter().find(|known| **known == kind) else {
            let known = DECLARATIONS.iter().chain(OPERATIONS).copied();
            return self.unknown_kind(members, &kind, "a schema", known);
        };
        Some(match *kind {
            "EnumType" => self.enum_type(declared, members),
            "EntityContainer" => self.container(declared, members),
            "EntityType" | "ComplexType" => self.structured_type(kind, declared, members),
            kind => {
                let mut typed = self.named(kind, declared, members);
                if kind == "Term" {
                    self.put_type(members, &mut typed, Some("Edm.String"));
                } else {
                    put_facet_defaults(&mut typed, "UnderlyingType");
                }
                typed
            }
        })
    }

    /// One overload of an action or function.
    pub fn overload<'a>(&mut self, declared: &Member<'a>) -> Option<Element<'a>> {
        let Data::Object(members) = &declared.value.data else {
            self.wrong_item(&declared.name, &declared.value, "expected an object");
            return None;
        };
        let kind = self.kind(declared, members, "an array of overloads")?;
        let Some(kind) = OPERATIONS.iter().find(|known| **known == kind) else {
            return self.unknown_kind(
                members,
                &kind,
                "an array of overloads",
                OPERATIONS.iter().copied(),
            );
        };
        let mut operation = self.named(kind, declared, members);
        operation.span = declared.value.span;
        for (inner, span) in self.objects(members, "$Parameter") {
            let mut parameter = self.annotated("Parameter", span, inner);
            self.put_type(inner, &mut parameter, Some("Edm.String"));
            operation.children.push(parameter);
        }
        if let Some((inner, span)) = self.object(members, "$ReturnType") {
            let mut returned = self.annotated("ReturnType", span, inner);
            self.put_type(inner, &mut returned, Some("Edm.String"));
            operation.children.push(returned);
        }
        Some(operation)
    }

    /// The annotations of an element that is declared elsewhere.
    pub fn external<'a>(&mut self, target: &Member<'a>) -> Option<Element<'a>> {
        let Data::Object(members) = &target.value.data else {
            return self.refuse(target, "expected an object");
        };
        let mut annotations = self.annotated("Annotations", target.name_span, members);
        let name = name_part("Target", target, 0, &target.name);
        annotations.attributes.push(name);
        Some(annotations)
    }

    /// A reference to another document.
    pub fn reference<'a>(&mut self, uri: &Member<'a>) -> Option<Element<'a>> {
        let Data::Object(members) = &uri.value.data else {
            return self.refuse(uri, "expected an object");
        };
        let mut reference = self.annotated("Reference", uri.name_span, members);
        reference
            .attributes
            .push(name_part("Uri", uri, 0, &uri.name));
        for (list, name) in [
            ("$Include", "Include"),
            ("$IncludeAnnotations", "IncludeAnnotations"),
        ] {
            for (inner, span) in self.objects(members, list) {
                let included = self.annotated(name, span, inner);
                reference.children.push(included);
            }
        }
        Some(reference)
    }

    /// What `$Kind` says; without it the declaration is left out.
    fn kind<'a>(
        &mut self,
        declared: &Member<'a>,
        members: &[Member<'a>],
        parent: &str,
    ) -> Option<Cow<'a, str>> {
        if member(members, "$Kind").is_some() {
            return self.text(members, "$Kind").map(|(kind, _)| kind);
        }
        let message = format!("`{}` in {parent} has no member `$Kind`", declared.name);
        let warning = Diagnostic::warning(Code::MissingAttribute, message);
        let warning = warning.at(declared.name_span, "`$Kind` is required here");
        let help = "the declaration is left out";
        self.diagnostics.push(warning.help(help));
        None
    }

    fn unknown_kind<'k, T>(
        &mut self,
        members: &[Member<'_>],
        kind: &str,
        parent: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) -> Option<T> {
        let at = member(members, "$Kind").map(|kind| kind.value.span)?;
        let message = format!("{parent} has no child of the kind `{kind}`");
        let warning = Diagnostic::warning(Code::UnexpectedElement, message);
        let warning = warning.at(at, "this declaration is ignored");
        self.diagnostics.suggest_with(warning, kind, || known);
        None
    }

    /// An object with its annotations.
    fn annotated<'a>(
        &mut self,
        kind: &'static str,
        span: Span,
        members: &[Member<'a>],
    ) -> Element<'a> {
        let mut element = self.element(kind, span, members);
        if members.iter().any(is_annotation) {
            let annotations = Annotations::of(members);
            element.children = self.annotations(&annotations, "");
            self.check_targets(&annotations, members);
        }
        element
    }

    /// An object whose name is that of the member which holds it.
    fn named<'a>(
        &mut self,
        kind: &'static str,
        declared: &Member<'a>,
        members: &[Member<'a>],
    ) -> Element<'a> {
        let mut element = self.annotated(kind, declared.name_span, members);
        let name = name_part("Name", declared, 0, &declared.name);
        element.attributes.insert(0, name);
        element
    }

    /// The members of an object whose names the model gives, each read with `read`; annotations of
    /// theirs beside them are added.
    fn children<'a>(
        &mut self,
        members: &[Member<'a>],
        parent: &mut Element<'a>,
        read: impl Fn(&mut Self, &Member<'a>) -> Option<Element<'a>>,
    ) {
        let annotations = Annotations::of(members);
        let named = members.iter();
        for child in named.filter(|it| !it.name.starts_with('$') && !is_annotation(it)) {
            if let Some(mut element) = read(self, child) {
                let beside = self.annotations(&annotations, &child.name);
                element.children.extend(beside);
                parent.children.push(element);
            }
        }
    }

    fn structured_type<'a>(
        &mut self,
        kind: &'static str,
        declared: &Member<'a>,
        members: &[Member<'a>],
    ) -> Element<'a> {
        let mut ty = self.named(kind, declared, members);
        if let Some(parts) = member(members, "$Key") {
            let mut key = element("Key", parts.name_span);
            self.put_key(members, &mut key);
            ty.children.push(key);
        }
        self.children(members, &mut ty, Self::property);
        ty
    }

    fn put_key<'a>(&mut self, members: &[Member<'a>], key: &mut Element<'a>) {
        for part in self.array(members, "$Key") {
            let mut property = element("PropertyRef", part.span);
            match &part.data {
                Data::String(path) => {
                    let path = attribute("Name", path.clone(), part.span);
                    property.attributes.push(path);
                }
                Data::Object(aliases) if aliases.len() == 1 => {
                    let alias = &aliases[0];
                    let Data::String(path) = &alias.value.data else {
                        self.wrong(alias, "expected the path of a property");
                        continue;
                    };
                    let path = attribute("Name", path.clone(), alias.value.span);
                    property.attributes.push(path);
                    property
                        .attributes
                        .push(name_part("Alias", alias, 0, &alias.name));
                }
                _ => {
                    let expected = "expected a string, or an object of one member";
                    self.wrong_item("$Key", part, expected);
                    continue;
                }
            }
            key.children.push(property);
        }
    }

    fn property<'a>(&mut self, declared: &Member<'a>) -> Option<Element<'a>> {
        let Data::Object(members) = &declared.value.data else {
            return self.refuse(declared, "expected the object of a property");
        };
        let kind = match member(members, "$Kind") {
            Some(_) => self.text(members, "$Kind")?.0,
            None => Cow::Borrowed("Property"),
        };
        match &*kind {
            "Property" => {
                let mut property = self.named("Property", declared, members);
                self.put_type(members, &mut property, Some("Edm.String"));
                Some(property)
            }
            "NavigationProperty" => Some(self.navigation_property(declared, members)),
            other => {
                let known = ["Property", "NavigationProperty"];
                self.unknown_kind(members, other, "a structured type", known)
            }
        }
    }

    fn navigation_property<'a>(
        &mut self,
        declared: &Member<'a>,
        members: &[Member<'a>],
    ) -> Element<'a> {
        let mut property = self.named("NavigationProperty", declared, members);
        self.put_type(members, &mut property, None);
        if let Some((constraints, _)) = self.object(members, "$ReferentialConstraint") {
            self.put_pairs(
                constraints,
                &mut property,
                ["ReferentialConstraint", "Property", "ReferencedProperty"],
            );
        }
        if let Some((action, span)) = self.text(members, "$OnDelete") {
            let mut on_delete = element("OnDelete", span);
            on_delete.attributes.push(attribute("Action", action, span));
            property.children.push(on_delete);
        }
        property
    }

    /// The members of an object as elements with two attributes: the name and the value.
    fn put_pairs<'a>(
        &mut self,
        pairs: &[Member<'a>],
        parent: &mut Element<'a>,
        [kind, from, to]: [&'static str; 3],
    ) {
        for pair in pairs.iter().filter(|pair| !is_annotation(pair)) {
            let Data::String(target) = &pair.value.data else {
                self.wrong(pair, "expected a string");
                continue;
            };
            let mut element = element(kind, pair.name_span);
            element
                .attributes
                .push(name_part(from, pair, 0, &pair.name));
            let target = attribute(to, target.clone(), pair.value.span);
            element.attributes.push(target);
            parent.children.push(element);
        }
    }

    fn enum_type<'a>(&mut self, declared: &Member<'a>, members: &[Member<'a>]) -> Element<'a> {
        let mut ty = self.named("EnumType", declared, members);
        self.children(members, &mut ty, |translator, declared| {
            let mut member = element("Member", declared.name_span);
            member
                .attributes
                .push(name_part("Name", declared, 0, &declared.name));
            let value = match &declared.value.data {
                Data::Number(number) if number.parse::<i64>().is_ok() => {
                    Some(Cow::Borrowed(*number))
                }
                Data::String(text) if text.parse::<i64>().is_ok() => {
                    translator.tolerated(declared, "expected a number without quotes");
                    Some(text.clone())
                }
                // Names, not numbers, go over the wire.
                _ => {
                    let label = "expected a 64-bit integer; the next free number is taken";
                    translator.ignore(declared, label)
                }
            };
            let value = value.map(|value| attribute("Value", value, declared.value.span));
            member.attributes.extend(value);
            Some(member)
        });
        ty
    }

    fn container<'a>(&mut self, declared: &Member<'a>, members: &[Member<'a>]) -> Element<'a> {
        let mut container = self.named("EntityContainer", declared, members);
        self.children(members, &mut container, Self::entry);
        container
    }

    fn entry<'a>(&mut self, declared: &Member<'a>) -> Option<Element<'a>> {
        let Data::Object(members) = &declared.value.data else {
            return self.refuse(declared, "expected an object");
        };
        let has = |name| member(members, name).is_some();
        let kind = if has("$Function") {
            "FunctionImport"
        } else if has("$Action") {
            "ActionImport"
        } else if self.flag(members, "$Collection") {
            "EntitySet"
        } else {
            "Singleton"
        };
        let mut entry = self.named(kind, declared, members);
        if kind == "EntitySet"
            && let Some((ty, span)) = self.text(members, "$Type")
        {
            entry.attributes.push(attribute("EntityType", ty, span));
        }
        if let Some((bindings, _)) = self.object(members, "$NavigationPropertyBinding") {
            self.put_pairs(
                bindings,
                &mut entry,
                ["NavigationPropertyBinding", "Path", "Target"],
            );
        }
        Some(entry)
    }

    /// Type, nullability and scale as XML has them.
    fn put_type<'a>(
        &mut self,
        members: &[Member<'a>],
        element: &mut Element<'a>,
        default: Option<&'static str>,
    ) {
        let given = self.text(members, "$Type");
        let span = given.as_ref().map_or(element.span, |(_, span)| *span);
        // One of a wrong kind was reported, and is not missing besides.
        let default = match member(members, "$Type") {
            Some(_) => default.map(|_| "Edm.Untyped"),
            None => default,
        };
        let name = given.map(|(name, _)| name);
        let default = default.map(Cow::Borrowed);
        let is_collection = self.flag(members, "$Collection");
        if let Some(name) = name.or(default) {
            let name = match is_collection {
                true => Cow::Owned(format!("Collection({name})")),
                false => name,
            };
            element.attributes.push(attribute("Type", name, span));
        }
        let said = member(members, "$Nullable").map(|member| member.value.span);
        let at = said.unwrap_or(element.span);
        let nullable = match (self.flag(members, "$Nullable"), is_collection) {
            // XML says so by saying nothing.
            (true, false) => None,
            // Of the items XML has no default, so that what says nothing there says nothing here.
            (false, true) if said.is_none() => None,
            _ if is_collection && element.name == "NavigationProperty" => None,
            (true, true) => Some("true"),
            (false, _) => Some("false"),
        };
        let nullable = nullable.map(|value| attribute("Nullable", value, at));
        element.attributes.extend(nullable);
        put_facet_defaults(element, "Type");
    }
}

/// Scale and precision, of which the two forms of CSDL have different defaults.
fn put_facet_defaults(element: &mut Element<'_>, ty: &str) {
    let Some(ty) = element.text_attribute(ty) else {
        return;
    };
    let ty = ty.as_str();
    let ty = ty
        .strip_prefix("Collection(")
        .map_or(ty, |item| item.trim_end_matches(')'));
    let zero = match ty {
        "Edm.Decimal" if element.attribute("Scale").is_none() => {
            let scale = attribute("Scale", "variable", element.span);
            element.attributes.push(scale);
            return;
        }
        "Edm.Decimal" => "Scale",
        ty if TEMPORAL.contains(&ty) => "Precision",
        _ => return,
    };
    element
        .attributes
        .retain(|it| it.name != zero || it.value != "0");
}
