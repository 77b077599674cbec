//! Declarations: syntax tree → model.

use super::annotate::{AnnotationSources, apply_external, resolve_annotations};
use super::check;
use super::labels::Labels;
use super::model::*;
use super::names::{ItemType, Primitive, QualifiedName, TypeRef};
use super::scope::{self, Declared, Scope};
use crate::csdl::ast;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Span, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Resolves documents into one model: the service's own first or anywhere, annotation documents
/// among them.
///
/// What cannot be resolved is reported and left out, so that one run reports everything.
pub fn resolve(documents: &[ast::Document<'_>], diagnostics: &mut Diagnostics) -> Model {
    resolve_with(documents, diagnostics, |model, _| Some((model, None))).unwrap_or_default()
}

/// Resolves documents into a part of their model, which `part` takes; `None` if it takes none.
///
/// The annotations of what is not taken are not looked at: of a large document with a small part
/// they are most of the work.
pub fn resolve_part(
    documents: &[ast::Document<'_>],
    diagnostics: &mut Diagnostics,
    part: impl FnOnce(&Model, &mut Diagnostics) -> Option<Model>,
) -> Option<Model> {
    resolve_with(documents, diagnostics, |model, diagnostics| {
        let part = part(&model, diagnostics)?;
        Some((part, Some(model)))
    })
}

/// The model that `select` makes of everything that is declared, and its annotations. What else it
/// gives is declared too, but not to be annotated.
fn resolve_with(
    documents: &[ast::Document<'_>],
    diagnostics: &mut Diagnostics,
    select: impl FnOnce(Model, &mut Diagnostics) -> Option<(Model, Option<Model>)>,
) -> Option<Model> {
    let types = declared_types(documents, diagnostics);
    let index = scope::index(&types);
    let operations = declared_operations(documents);
    let mut scopes = Vec::new();
    for document in documents {
        let scope = Scope::new(document, &types, &index, &operations, diagnostics);
        scopes.push(scope);
    }
    let labels = Labels::collect(documents, &scopes);
    let model = declarations(documents, &scopes, &labels, diagnostics);
    let (mut model, mut rest) = select(model, diagnostics)?;
    let sources = AnnotationSources {
        documents,
        scopes: &scopes,
        labels: &labels,
    };
    apply_external(&sources, &mut model, rest.as_mut(), diagnostics);
    check::sort_annotations(&mut model);
    Some(model)
}

/// Everything that the documents declare, with the annotations that stand inside.
fn declarations(
    documents: &[ast::Document<'_>],
    scopes: &[Scope<'_>],
    labels: &Labels<'_>,
    diagnostics: &mut Diagnostics,
) -> Model {
    let mut model = Model::default();
    let mut containers = Vec::new();
    for (document, scope) in documents.iter().zip(scopes) {
        for schema in &document.schemas {
            let namespace = schema.namespace.as_str().into();
            let mut resolver = Resolver {
                scope,
                labels,
                namespace,
                diagnostics,
            };
            resolver.schema(schema, &mut model);
            containers.extend(schema.containers.iter().map(|c| resolver.container(c)));
        }
    }
    model.container = check::main_container(containers, diagnostics);
    model.operations.sort_by_cached_key(Operation::sort_key);
    check::operations(&mut model, diagnostics);
    check::inheritance(&mut model, diagnostics);
    model
}

/// The kinds of all declared types; a name declared twice is reported.
fn declared_types(
    documents: &[ast::Document<'_>],
    diagnostics: &mut Diagnostics,
) -> BTreeMap<QualifiedName, Declared> {
    let mut types = BTreeMap::new();
    let mut places: BTreeMap<QualifiedName, Span> = BTreeMap::new();
    for schema in documents.iter().flat_map(|document| &document.schemas) {
        let namespace: Arc<str> = schema.namespace.as_str().into();
        let structured = schema
            .structured_types
            .iter()
            .map(|t| (&t.name, Declared::Structured));
        let enums = schema.enum_types.iter().map(|t| (&t.name, Declared::Enum));
        let definitions = schema
            .type_definitions
            .iter()
            .map(|t| (&t.name, Declared::Definition));
        for (name, kind) in structured.chain(enums).chain(definitions) {
            let qualified = QualifiedName::new(namespace.clone(), name.as_str());
            if let Some(first) = places.get(&qualified) {
                diagnostics.push(duplicate("type", &qualified.to_string(), name.span, *first));
            } else {
                places.insert(qualified.clone(), name.span);
                types.insert(qualified, kind);
            }
        }
    }
    types
}

/// The names of all operations.
fn declared_operations(documents: &[ast::Document<'_>]) -> BTreeSet<QualifiedName> {
    let schemas = documents.iter().flat_map(|document| &document.schemas);
    let operations = schemas.flat_map(|schema| {
        let namespace: Arc<str> = schema.namespace.as_str().into();
        let names = schema.operations.iter().map(|operation| &operation.name);
        names.map(move |name| QualifiedName::new(namespace.clone(), name.as_str()))
    });
    operations.collect()
}

/// One name declared twice in one scope.
pub(super) fn duplicate(what: &str, name: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code::DuplicateName,
        format!("the {what} `{name}` is declared twice"),
    )
    .at(second, "second declaration")
    .related(first, "first declaration")
    .help("rename or remove one of them")
}

/// Resolves what one schema declares.
struct Resolver<'a, 's> {
    scope: &'a Scope<'s>,
    labels: &'a Labels<'s>,
    namespace: Arc<str>,
    diagnostics: &'a mut Diagnostics,
}

impl Resolver<'_, '_> {
    fn schema(&mut self, schema: &ast::Schema<'_>, model: &mut Model) {
        let annotations = self.annotations(&schema.annotations);
        let alias = schema.alias.as_ref().map(|alias| alias.as_str().into());
        let entry = Schema { alias, annotations };
        model.schemas.entry(self.namespace.clone()).or_insert(entry);
        for declared in &schema.structured_types {
            let name = self.own(&declared.name);
            let resolved = self.structured(declared);
            model
                .types
                .entry(name)
                .or_insert(Type::Structured(resolved));
        }
        for declared in &schema.enum_types {
            let name = self.own(&declared.name);
            let resolved = self.enumeration(declared);
            model.types.entry(name).or_insert(Type::Enum(resolved));
        }
        for declared in &schema.type_definitions {
            let name = self.own(&declared.name);
            if let Some(resolved) = self.definition(declared) {
                model
                    .types
                    .entry(name)
                    .or_insert(Type::Definition(resolved));
            }
        }
        let operations = schema.operations.iter().filter_map(|o| self.operation(o));
        model.operations.extend(operations);
    }

    fn own(&self, name: &Text<'_>) -> QualifiedName {
        match self.scope.known(&self.namespace, name.as_str()) {
            Some((known, _)) => known.clone(),
            None => QualifiedName::new(self.namespace.clone(), name.as_str()),
        }
    }

    fn annotations(&mut self, annotations: &[ast::Annotation<'_>]) -> Vec<Annotation> {
        resolve_annotations(annotations, self.scope, self.labels, self.diagnostics)
    }

    fn type_ref(&mut self, text: &Text<'_>) -> Option<TypeRef> {
        self.scope.type_ref(text, self.diagnostics)
    }

    fn structured(&mut self, declared: &ast::StructuredType<'_>) -> StructuredType {
        let base = declared
            .base_type
            .as_ref()
            .and_then(|base| self.scope.structured(base, self.diagnostics));
        self.distinct(declared);
        let properties = declared
            .properties
            .iter()
            .filter_map(|property| Some((&property.name, self.property(property)?)))
            .collect::<Vec<_>>();
        let navigation = declared
            .navigation_properties
            .iter()
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
            is_open: declared.is_open,
            has_stream: declared.has_stream,
            key: key.collect(),
            properties: self.unique("property", properties),
            navigation: self.unique("navigation property", navigation),
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        }
    }

    /// Reports navigation properties that are named like a property.
    fn distinct(&mut self, declared: &ast::StructuredType<'_>) {
        let properties = declared.properties.iter().map(|property| &property.name);
        let places: BTreeMap<_, _> = properties.map(|name| (name.as_str(), name.span)).collect();
        for navigation in &declared.navigation_properties {
            let name = &navigation.name;
            if let Some(first) = places.get(name.as_str()) {
                self.diagnostics
                    .push(duplicate("property", name.as_str(), name.span, *first));
            }
        }
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

    fn property(&mut self, declared: &ast::Property<'_>) -> Option<Property> {
        Some(Property {
            type_ref: self.type_ref(&declared.type_name)?,
            nullable: declared.nullable,
            default_value: declared.default_value.as_ref().map(|text| text.to_string()),
            facets: declared.facets.clone(),
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        })
    }

    fn navigation(&mut self, declared: &ast::NavigationProperty<'_>) -> Option<NavigationProperty> {
        let constraints = declared.referential_constraints.iter();
        Some(NavigationProperty {
            type_ref: self.type_ref(&declared.type_name)?,
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
        let underlying = declared
            .underlying_type
            .as_ref()
            .map_or(Primitive::Int32, |text| {
                self.integer(text).unwrap_or(Primitive::Int32)
            });
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

    fn integer(&mut self, text: &Text<'_>) -> Option<Primitive> {
        match self.primitive(text)? {
            primitive if primitive.is_integer() => Some(primitive),
            primitive => {
                let message = format!("an enumeration cannot be stored as `{primitive}`");
                self.diagnostics.push(
                    Diagnostic::error(Code::InvalidValue, message)
                        .at(text.span, "expected Edm.Byte, SByte, Int16, Int32 or Int64"),
                );
                None
            }
        }
    }

    /// The primitive type that a text refers to.
    fn primitive(&mut self, text: &Text<'_>) -> Option<Primitive> {
        match self.type_ref(text)? {
            TypeRef {
                item: ItemType::Primitive(primitive),
                is_collection: false,
            } => Some(primitive),
            other => {
                let message = format!("`{other}` is not a primitive type");
                self.diagnostics.push(
                    Diagnostic::error(Code::InvalidValue, message)
                        .at(text.span, "expected a type of the namespace `Edm`"),
                );
                None
            }
        }
    }

    fn definition(&mut self, declared: &ast::TypeDefinition<'_>) -> Option<TypeDefinition> {
        Some(TypeDefinition {
            underlying: self.primitive(&declared.underlying_type)?,
            facets: declared.facets.clone(),
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        })
    }

    fn operation(&mut self, declared: &ast::Operation<'_>) -> Option<Operation> {
        let mut parameters = Vec::new();
        let mut places: BTreeMap<&str, Span> = BTreeMap::new();
        for parameter in &declared.parameters {
            let name = &parameter.name;
            if let Some(first) = places.insert(name.as_str(), name.span) {
                self.diagnostics
                    .push(duplicate("parameter", name.as_str(), name.span, first));
            }
            parameters.push(self.parameter(parameter)?);
        }
        let binding = if declared.is_bound && parameters.is_empty() {
            let message = format!("the bound operation `{}` has no parameter", declared.name);
            self.diagnostics
                .push(Diagnostic::error(Code::MissingAttribute, message).at(
                    declared.span,
                    "its first parameter must be what it is called on",
                ));
            return None;
        } else {
            declared.is_bound.then(|| parameters.remove(0))
        };
        let return_type = match &declared.return_type {
            Some(returned) => Some(self.return_type(returned)?),
            None => None,
        };
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

    fn parameter(&mut self, declared: &ast::Parameter<'_>) -> Option<Parameter> {
        Some(Parameter {
            name: declared.name.as_str().into(),
            type_ref: self.type_ref(&declared.type_name)?,
            nullable: declared.nullable,
            facets: declared.facets.clone(),
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        })
    }

    fn return_type(&mut self, declared: &ast::ReturnType<'_>) -> Option<ReturnType> {
        Some(ReturnType {
            type_ref: self.type_ref(&declared.type_name)?,
            nullable: declared.nullable,
            facets: declared.facets.clone(),
            annotations: self.annotations(&declared.annotations),
        })
    }

    /// The container and the name of the one that it extends.
    fn container(
        &mut self,
        declared: &ast::EntityContainer<'_>,
    ) -> (EntityContainer, Option<QualifiedName>) {
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
        let extends = declared.extends.as_ref();
        (
            container,
            extends.and_then(|text| self.scope.qualified(text.as_str())),
        )
    }

    fn container_child(&mut self, declared: &ast::ContainerChild<'_>) -> Option<ContainerChild> {
        use ast::ContainerChildKind::{ActionImport, EntitySet, FunctionImport, Singleton};
        let refers_to = match declared.kind {
            EntitySet | Singleton => self
                .scope
                .structured(&declared.refers_to, self.diagnostics)?,
            FunctionImport | ActionImport => self
                .scope
                .operation(&declared.refers_to, self.diagnostics)?,
        };
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
            kind: declared.kind,
            refers_to,
            entity_set: declared.entity_set.as_ref().map(|set| set.to_string()),
            include_in_service_document: declared.include_in_service_document,
            bindings,
            annotations: self.annotations(&declared.annotations),
            span: declared.name.span,
        })
    }
}
