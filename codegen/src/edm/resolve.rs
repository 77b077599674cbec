//! Declarations: syntax tree → model.

use super::annotate::resolve_annotations;
use super::annotation::Annotation;
use super::check;
use super::declarations::Declared;
use super::duplicates::{duplicate, report_duplicate};
use super::labels::Labels;
use super::model::*;
use super::names::{ItemType, Multiplicity, Primitive, QualifiedName, TypeRef};
use super::scope::Scope;
use crate::csdl::{OutlineKind, Outlines, ast};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Span, Text};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Resolves what one schema declares.
pub(super) struct Resolver<'a, 's> {
    pub scope: &'a Scope<'s>,
    pub labels: &'a Labels<'s>,
    /// That of the schema.
    pub namespace: Arc<str>,
    /// Types whose base type is ignored.
    pub baseless: &'a mut BTreeSet<QualifiedName>,
    pub diagnostics: &'a mut Diagnostics,
}

impl Resolver<'_, '_> {
    /// Adds what a schema declares. Containers are given back, since they belong together.
    pub fn schema(&mut self, schema: &ast::Schema<'_>, model: &mut Model) -> Vec<check::Container> {
        self.declarations(schema, model);
        let containers = schema.containers.iter();
        containers.map(|it| self.container(it)).collect()
    }

    fn declarations(&mut self, schema: &ast::Schema<'_>, model: &mut Model) {
        let annotations = self.annotations(&schema.annotations);
        let alias = schema.alias.as_ref().map(|alias| alias.as_str().into());
        let entry = Schema { alias, annotations };
        model.schemas.entry(self.namespace.clone()).or_insert(entry);
        for declared in &schema.structured_types {
            let resolved = Type::Structured(self.structured(declared));
            self.declare(&declared.name, resolved, model);
        }
        for declared in &schema.enum_types {
            let resolved = Type::Enum(self.enumeration(declared));
            self.declare(&declared.name, resolved, model);
        }
        for declared in &schema.type_definitions {
            let resolved = Type::Definition(self.definition(declared));
            self.declare(&declared.name, resolved, model);
        }
        let operations = schema.operations.iter().filter_map(|o| self.operation(o));
        model.operations.extend(operations);
    }

    /// Adds a type; of one that is declared twice the first counts.
    fn declare(&mut self, name: &Text<'_>, declared: Type, model: &mut Model) {
        match model.types.entry(self.own(name)) {
            Entry::Vacant(entry) => {
                entry.insert(declared);
            }
            Entry::Occupied(entry) => {
                report_duplicate(entry.key(), entry.get(), &declared, self.diagnostics);
            }
        }
    }

    fn own(&self, name: &Text<'_>) -> QualifiedName {
        self.scope.own(&self.namespace, name.as_str())
    }

    fn annotations(&mut self, annotations: &[ast::Annotation<'_>]) -> Vec<Annotation> {
        resolve_annotations(annotations, self.scope, self.labels, self.diagnostics)
    }

    fn type_ref(&mut self, text: &Text<'_>) -> TypeRef {
        self.scope.type_ref(text, self.diagnostics)
    }

    /// The type of something that has an address; `None` if it is not declared or can have none,
    /// which is reported.
    fn resource(&mut self, text: &Text<'_>) -> Option<TypeRef> {
        let left_out = "the navigation property is left out";
        let found = self.scope.type_ref_or(text, left_out, self.diagnostics);
        if is_untyped(&found) {
            return None;
        }
        let name = found.named();
        let known = name.and_then(|name| self.scope.known(&name.namespace, &name.name));
        if let Some((_, Declared::Structured(_))) = known {
            return Some(found);
        }
        let warning = match found.item {
            // Valid (CSDL XML 4.01, section 3.4), but there is nothing to make typed requests from.
            ItemType::Primitive(Primitive::EntityType) => {
                let message = format!("navigation to `{found}` is not supported");
                Diagnostic::warning(Code::Unsupported, message)
            }
            _ => {
                let message = format!("`{text}` is not an entity type");
                Diagnostic::warning(Code::UnresolvedReference, message)
            }
        };
        self.diagnostics.push(warning.at(text.span, left_out));
        None
    }

    fn structured(&mut self, declared: &ast::StructuredType<'_>) -> StructuredType {
        let declared_base = declared.base_type.as_ref();
        let base = declared_base.and_then(|base| self.base(base, declared.kind));
        if declared_base.is_some() && base.is_none() {
            self.baseless.insert(self.own(&declared.name));
        }
        let properties = declared
            .properties
            .iter()
            .map(|property| (&property.name, self.property(property)))
            .collect::<Vec<_>>();
        let navigation = self.distinct(declared);
        let navigation = navigation
            .into_iter()
            .filter_map(|property| Some((&property.name, self.navigation(property)?)))
            .collect::<Vec<_>>();
        let key = declared.key.iter().map(|part| KeyPart {
            path: part.name.as_str().into(),
            alias: part.alias.as_ref().map(|alias| alias.as_str().into()),
        });
        StructuredType {
            kind: declared.kind,
            base,
            is_abstract: declared.is_abstract,
            presence: Presence::default(),
            item_path_delimiter: None,
            is_open: declared.is_open,
            has_stream: declared.has_stream,
            key: key.collect(),
            properties: self.unique("property", properties),
            navigation: self.unique("navigation property", navigation),
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        }
    }

    /// The type that another extends, if it is one of the same kind.
    fn base(&mut self, text: &Text<'_>, kind: ast::StructuredKind) -> Option<QualifiedName> {
        let ignored = "the base type is ignored, with all that it has";
        let (name, base) = self.scope.structured(text, ignored, self.diagnostics)?;
        if base == kind {
            return Some(name);
        }
        let (expected, found) = match kind {
            ast::StructuredKind::Entity => ("an entity", "a complex"),
            ast::StructuredKind::Complex => ("a complex", "an entity"),
        };
        let message = format!("`{text}` is {found} type");
        let warning = Diagnostic::warning(Code::InvalidInheritance, message);
        let label = format!("expected {expected} type; {ignored}");
        self.diagnostics.push(warning.at(text.span, label));
        None
    }

    /// The navigation properties but for those that are named like a property, which are reported.
    fn distinct<'d>(
        &mut self,
        declared: &'d ast::StructuredType<'d>,
    ) -> Vec<&'d ast::NavigationProperty<'d>> {
        let properties = declared.properties.iter().map(|property| &property.name);
        let places: BTreeMap<_, _> = properties.map(|name| (name.as_str(), name.span)).collect();
        let mut distinct = Vec::new();
        for navigation in &declared.navigation_properties {
            let name = &navigation.name;
            match places.get(name.as_str()) {
                Some(first) => {
                    self.diagnostics
                        .push(duplicate("property", name.as_str(), name.span, *first));
                }
                None => distinct.push(navigation),
            }
        }
        distinct
    }

    /// Members by name; a name declared twice is reported and its first declaration kept.
    fn unique<T>(&mut self, what: &str, members: Vec<(&Text<'_>, T)>) -> BTreeMap<Arc<str>, T> {
        let mut unique = BTreeMap::new();
        let mut places: BTreeMap<&str, Span> = BTreeMap::new();
        for (name, member) in members {
            match places.get(name.as_str()) {
                Some(first) => {
                    self.diagnostics
                        .push(duplicate(what, name.as_str(), name.span, *first));
                }
                None => {
                    places.insert(name.as_str(), name.span);
                    unique.insert(name.as_str().into(), member);
                }
            }
        }
        unique
    }

    fn property(&mut self, declared: &ast::Property<'_>) -> Property {
        Property {
            type_ref: self.type_ref(&declared.type_name),
            nullable: declared.nullable,
            default_value: declared.default_value.as_ref().map(|text| text.to_string()),
            facets: declared.facets.clone(),
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        }
    }

    fn navigation(&mut self, declared: &ast::NavigationProperty<'_>) -> Option<NavigationProperty> {
        let constraints = declared.referential_constraints.iter();
        Some(NavigationProperty {
            type_ref: self.resource(&declared.type_name)?,
            nullable: declared.nullable,
            partner: declared
                .partner
                .as_ref()
                .map(|partner| self.scope.path(partner.as_str())),
            contains_target: declared.contains_target,
            referential_constraints: constraints
                .map(|(from, to)| (from.to_string(), to.to_string()))
                .collect(),
            on_delete: declared.on_delete.as_ref().map(|action| action.to_string()),
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        })
    }

    fn enumeration(&mut self, declared: &ast::EnumType<'_>) -> EnumType {
        if declared.members.is_empty() {
            let message = format!("the enumeration `{}` has no members", declared.name);
            let warning = Diagnostic::warning(Code::EmptyDeclaration, message);
            let label = "it has no values but those that are unknown";
            self.diagnostics.push(warning.at(declared.name.span, label));
        }
        let underlying = declared
            .underlying_type
            .as_ref()
            .map_or(Primitive::Int32, |text| self.integer(text));
        let mut next = 0;
        let mut members = Vec::new();
        let mut places: BTreeMap<&str, Span> = BTreeMap::new();
        for member in &declared.members {
            let value = member.value.unwrap_or(next);
            next = value.wrapping_add(1);
            if let Some(first) = places.insert(member.name.as_str(), member.name.span) {
                let name = member.name.as_str();
                self.diagnostics
                    .push(duplicate("member", name, member.name.span, first));
                continue;
            }
            let annotations = self.annotations(&member.annotations);
            members.push(EnumMember {
                name: member.name.as_str().into(),
                value,
                annotations,
            });
        }
        EnumType {
            underlying,
            is_flags: declared.is_flags,
            members,
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        }
    }

    /// The type of an enumeration's numbers.
    fn integer(&mut self, text: &Text<'_>) -> Primitive {
        match self.primitive(text) {
            primitive if primitive.is_integer() => primitive,
            // Reported as a type that there is not.
            Primitive::Untyped => Primitive::Int32,
            primitive => {
                let message = format!("an enumeration cannot be stored as `{primitive}`");
                let label = "expected Edm.Byte, SByte, Int16, Int32 or Int64; taken as Edm.Int32";
                let warning = Diagnostic::warning(Code::InvalidValue, message);
                self.diagnostics.push(warning.at(text.span, label));
                Primitive::Int32
            }
        }
    }

    /// The primitive type that a text refers to; values of any other one are untyped.
    fn primitive(&mut self, text: &Text<'_>) -> Primitive {
        match self.type_ref(text) {
            TypeRef {
                item: ItemType::Primitive(primitive),
                multiplicity: Multiplicity::One,
            } => primitive,
            other => {
                let message = format!("`{other}` is not a primitive type");
                let label = "expected a type of the namespace `Edm`; the values are untyped";
                let warning = Diagnostic::warning(Code::InvalidValue, message);
                self.diagnostics.push(warning.at(text.span, label));
                Primitive::Untyped
            }
        }
    }

    fn definition(&mut self, declared: &ast::TypeDefinition<'_>) -> TypeDefinition {
        TypeDefinition {
            underlying: self.primitive(&declared.underlying_type),
            facets: declared.facets.clone(),
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        }
    }

    fn operation(&mut self, declared: &ast::Operation<'_>) -> Option<Operation> {
        let mut parameters = Vec::new();
        let mut places: BTreeMap<&str, Span> = BTreeMap::new();
        for parameter in &declared.parameters {
            let name = &parameter.name;
            if let Some(first) = places.insert(name.as_str(), name.span) {
                self.diagnostics
                    .push(duplicate("parameter", name.as_str(), name.span, first));
                continue;
            }
            parameters.push(self.parameter(parameter));
        }
        let on = parameters.first().filter(|_| declared.is_bound);
        if on.is_some_and(|on| is_untyped(&on.type_ref)) {
            return None;
        }
        let binding = if declared.is_bound && parameters.is_empty() {
            let message = format!("the bound operation `{}` has no parameter", declared.name);
            self.diagnostics
                .push(Diagnostic::warning(Code::MissingAttribute, message).at(
                    declared.span,
                    "its first parameter must be what it is called on; it is left out",
                ));
            return None;
        } else {
            declared.is_bound.then(|| parameters.remove(0))
        };
        let return_type = declared.return_type.as_ref();
        let return_type = return_type.map(|returned| self.return_type(returned));
        let entity_set_path = declared.entity_set_path.as_ref();
        Some(Operation {
            kind: declared.kind,
            name: self.own(&declared.name),
            binding,
            parameters,
            return_type,
            is_composable: declared.is_composable,
            entity_set_path: entity_set_path.map(|path| self.scope.path(path.as_str())),
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        })
    }

    fn parameter(&mut self, declared: &ast::Parameter<'_>) -> Parameter {
        Parameter {
            name: declared.name.as_str().into(),
            type_ref: self.type_ref(&declared.type_name),
            nullable: declared.nullable,
            facets: declared.facets.clone(),
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        }
    }

    fn return_type(&mut self, declared: &ast::ReturnType<'_>) -> ReturnType {
        ReturnType {
            type_ref: self.type_ref(&declared.type_name),
            nullable: declared.nullable,
            facets: declared.facets.clone(),
            annotations: self.annotations(&declared.annotations),
        }
    }

    /// Adds what is known of declarations of which only the start tags have been read.
    pub fn outlines(&self, outlines: &Outlines<'_>, model: &mut Model) {
        for outline in outlines.iter() {
            let (name, span) = (&outline.name, outline.name.span);
            let declared = match &outline.kind {
                OutlineKind::Structured {
                    kind,
                    base_type,
                    is_abstract,
                } => {
                    let base = base_type.as_ref();
                    let base = base.and_then(|it| self.scope.outlined_base(it, *kind));
                    Type::Structured(StructuredType::outlined(*kind, base, *is_abstract, span))
                }
                OutlineKind::Enum => Type::Enum(EnumType::outlined(span)),
                OutlineKind::Definition => Type::Definition(TypeDefinition::outlined(span)),
                OutlineKind::Operation { kind, binding } => {
                    let on = binding.as_ref().map(|it| self.scope.outlined_type(it));
                    // What is bound to nothing that is declared is left out.
                    if !matches!(on, Some(None)) {
                        let outlined =
                            Operation::outlined(*kind, self.own(name), on.flatten(), span);
                        model.operations.push(outlined);
                    }
                    continue;
                }
                OutlineKind::Annotations => continue,
            };
            model.types.entry(self.own(name)).or_insert(declared);
        }
    }

    fn container(&mut self, declared: &ast::EntityContainer<'_>) -> check::Container {
        if declared.children.is_empty() && declared.extends.is_none() {
            let message = format!(
                "the entity container `{}` has no entry points",
                declared.name
            );
            let warning = Diagnostic::warning(Code::EmptyDeclaration, message);
            let label = "there is nothing to call";
            self.diagnostics.push(warning.at(declared.name.span, label));
        }
        let children = declared
            .children
            .iter()
            .filter_map(|child| Some((&child.name, self.container_child(child)?)))
            .collect::<Vec<_>>();
        let container = EntityContainer {
            name: self.own(&declared.name),
            children: self.unique("entry point", children),
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        };
        let extends = declared.extends.as_ref().and_then(|text| {
            let name = self.scope.container(text, self.diagnostics)?;
            Some((name, text.span))
        });
        check::Container {
            container,
            extends,
            source: declared.name.span.source,
        }
    }

    /// The type of an entry point. One without a key, as complex types are, is taken all the same.
    fn entity_type(&mut self, text: &Text<'_>) -> Option<QualifiedName> {
        let left_out = "the entry point is left out";
        let (name, kind) = self.scope.structured(text, left_out, self.diagnostics)?;
        if kind == ast::StructuredKind::Complex {
            let message = format!("`{text}` is not an entity type");
            let warning = Diagnostic::warning(Code::UnresolvedReference, message);
            let label = "it has no key, so no single resource can be addressed";
            self.diagnostics.push(warning.at(text.span, label));
        }
        Some(name)
    }

    fn entry_point(&mut self, declared: &ast::ContainerChild<'_>) -> Option<EntryPoint> {
        use ast::ContainerChildKind as Kind;
        let variant = match declared.kind {
            Kind::EntitySet => EntryPoint::EntitySet,
            Kind::Singleton => EntryPoint::Singleton,
            Kind::FunctionImport => EntryPoint::FunctionImport,
            Kind::ActionImport => EntryPoint::ActionImport,
        };
        let name = match declared.kind {
            Kind::EntitySet | Kind::Singleton => self.entity_type(&declared.refers_to)?,
            Kind::FunctionImport | Kind::ActionImport => self
                .scope
                .operation(&declared.refers_to, self.diagnostics)?,
        };
        Some(variant(name))
    }

    fn container_child(&mut self, declared: &ast::ContainerChild<'_>) -> Option<ContainerChild> {
        let entry_point = self.entry_point(declared)?;
        let mut bindings: Vec<_> = declared
            .bindings
            .iter()
            .map(|(path, target)| {
                (
                    self.scope.path(path.as_str()),
                    self.scope.path(target.as_str()),
                )
            })
            .collect();
        bindings.sort();
        Some(ContainerChild {
            entry_point,
            entity_set: declared.entity_set.as_ref().map(|set| set.to_string()),
            include_in_service_document: declared.include_in_service_document,
            bindings,
            annotations: self.annotations(&declared.annotations),
            below: BTreeMap::new(),
            span: declared.name.span,
        })
    }
}

/// Whether values may be anything, as those of a type that is not declared.
fn is_untyped(type_ref: &TypeRef) -> bool {
    type_ref.item == ItemType::Primitive(Primitive::Untyped)
}
