//! The resolved model: every reference settled, every annotation at the element it speaks of.
//!
//! Everything is in an order of its own, so that the order of a document does not matter; only
//! enum members, parameters and key parts keep theirs, since it has a meaning.

use super::annotation::Annotation;
use super::names::{Multiplicity, QualifiedName, TypeRef};
use crate::csdl::ast::{Facets, OperationKind, StructuredKind};
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A service's metadata.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Schemas by namespace.
    pub schemas: BTreeMap<Arc<str>, Schema>,
    /// Types by name.
    pub types: BTreeMap<QualifiedName, Type>,
    /// Functions and actions: by name, then kind, binding type and parameter names.
    pub operations: Vec<Operation>,
    /// The service's entry points.
    pub container: Option<EntityContainer>,
}

/// A schema's own properties; what it declares is in the maps of [`Model`].
#[derive(Debug, Clone)]
pub struct Schema {
    /// A short name for the namespace.
    pub alias: Option<Arc<str>>,
    /// Annotations of the schema.
    pub annotations: Vec<Annotation>,
}

/// A declared type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// An entity or complex type.
    Structured(StructuredType),
    /// An enumeration.
    Enum(EnumType),
    /// A primitive type under another name.
    Definition(TypeDefinition),
}

impl Type {
    /// Where the type is declared.
    pub fn span(&self) -> Span {
        match self {
            Self::Structured(structured) => structured.span,
            Self::Enum(enumeration) => enumeration.span,
            Self::Definition(definition) => definition.span,
        }
    }

    /// Annotations of the type.
    pub fn annotations(&self) -> &[Annotation] {
        match self {
            Self::Structured(structured) => &structured.annotations,
            Self::Enum(enumeration) => &enumeration.annotations,
            Self::Definition(definition) => &definition.annotations,
        }
    }
}

/// An entity or complex type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StructuredType {
    /// Entity or complex type.
    pub kind: StructuredKind,
    /// The type that this one extends.
    pub base: Option<QualifiedName>,
    /// Whether it has no instances of its own.
    pub is_abstract: bool,
    /// Whether instances may have undeclared properties.
    pub is_open: bool,
    /// Whether it is a media entity.
    pub has_stream: bool,
    /// Whether values are as the nullability of the properties says.
    pub presence: Presence,
    /// What delimits the path by which an item below one of this type is addressed, if services do that.
    /// No document says so.
    pub item_path_delimiter: Option<char>,
    /// Key parts declared here: path and alias.
    pub key: Vec<KeyPart>,
    /// Structural properties declared here, by name.
    pub properties: BTreeMap<Arc<str>, Property>,
    /// Navigation properties declared here, by name.
    pub navigation: BTreeMap<Arc<str>, NavigationProperty>,
    /// Annotations of the type.
    pub annotations: Vec<Annotation>,
    /// Where it is declared.
    pub span: Span,
}

impl StructuredType {
    /// One of which no more is known than its start tag says.
    pub(super) fn outlined(
        kind: StructuredKind,
        base: Option<QualifiedName>,
        is_abstract: bool,
        span: Span,
    ) -> Self {
        Self {
            kind,
            base,
            is_abstract,
            is_open: false,
            has_stream: false,
            presence: Presence::default(),
            item_path_delimiter: None,
            key: Vec::new(),
            properties: BTreeMap::new(),
            navigation: BTreeMap::new(),
            annotations: Vec::new(),
            span,
        }
    }
}

/// What services do with properties that are declared non-nullable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Presence {
    /// They may leave them out, or send null. No document says so, and most services do.
    #[default]
    Uncertain,
    /// They send a value of each; the configuration says so.
    Kept,
}

/// One part of a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyPart {
    /// Path to the property.
    pub path: Arc<str>,
    /// The part's name in URLs if it differs from the path.
    pub alias: Option<Arc<str>>,
}

impl KeyPart {
    /// What the part is called in URLs.
    pub fn name(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.path)
    }
}

/// A structural property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Type of the values.
    pub type_ref: TypeRef,
    /// Whether the value, or an item of the collection, may be null; as declared.
    pub nullable: Option<bool>,
    /// The value that a new instance has.
    pub default_value: Option<String>,
    /// Limits of the values.
    pub facets: Facets,
    /// Annotations of the property.
    pub annotations: Vec<Annotation>,
    /// Where it is declared.
    pub span: Span,
}

impl Property {
    /// Whether a value or item may be null, by the standard's default.
    pub fn is_nullable(&self) -> bool {
        self.nullable.unwrap_or(true)
    }

    /// Whether a client is to expect null as a value, or as an item. The standard knows no default for the
    /// items of a collection; services send none that are null unless they say so.
    pub fn may_send_null(&self) -> bool {
        self.nullable.unwrap_or(!self.type_ref.is_collection())
    }
}

/// A relation to entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavigationProperty {
    /// Type of the targets.
    pub type_ref: TypeRef,
    /// Whether there may be no target; as declared.
    pub nullable: Option<bool>,
    /// The property that leads back.
    pub partner: Option<String>,
    /// Whether the targets live below the source's URL only.
    pub contains_target: bool,
    /// Dependent property and principal property.
    pub referential_constraints: Vec<(String, String)>,
    /// What happens to the source when the target is deleted.
    pub on_delete: Option<String>,
    /// Annotations of the property.
    pub annotations: Vec<Annotation>,
    /// Where it is declared.
    pub span: Span,
}

/// An enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumType {
    /// The integer type behind the members.
    pub underlying: super::names::Primitive,
    /// Whether values are sets of members.
    pub is_flags: bool,
    /// Members in document order.
    pub members: Vec<EnumMember>,
    /// Annotations of the type.
    pub annotations: Vec<Annotation>,
    /// Where it is declared.
    pub span: Span,
}

impl EnumType {
    /// One of which no more is known than that it is declared.
    pub(super) fn outlined(span: Span) -> Self {
        Self {
            underlying: super::names::Primitive::Int32,
            is_flags: false,
            members: Vec::new(),
            annotations: Vec::new(),
            span,
        }
    }
}

/// A member of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumMember {
    /// Name on the wire.
    pub name: Arc<str>,
    /// Number, counted from the previous member's if not declared.
    pub value: i64,
    /// Annotations of the member.
    pub annotations: Vec<Annotation>,
}

/// A primitive type under another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeDefinition {
    /// The primitive type.
    pub underlying: super::names::Primitive,
    /// Limits of the values.
    pub facets: Facets,
    /// Annotations of the type.
    pub annotations: Vec<Annotation>,
    /// Where it is declared.
    pub span: Span,
}

impl TypeDefinition {
    /// One of which no more is known than that it is declared.
    pub(super) fn outlined(span: Span) -> Self {
        Self {
            underlying: super::names::Primitive::Untyped,
            facets: Facets::default(),
            annotations: Vec::new(),
            span,
        }
    }
}

/// A function or action: one overload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Function or action.
    pub kind: OperationKind,
    /// Qualified name.
    pub name: QualifiedName,
    /// The resource that it is called on; `None` if unbound.
    pub binding: Option<Parameter>,
    /// Parameters that a call sends, in document order.
    pub parameters: Vec<Parameter>,
    /// Type of the result; `None` for an action without one.
    pub return_type: Option<ReturnType>,
    /// Whether more path segments may follow the call.
    pub is_composable: bool,
    /// Path to the entity set of the result.
    pub entity_set_path: Option<String>,
    /// Annotations of the overload.
    pub annotations: Vec<Annotation>,
    /// Where it is declared.
    pub span: Span,
}

impl Operation {
    /// One of which no more is known than what its start tag and its first parameter say.
    pub(super) fn outlined(
        kind: OperationKind,
        name: QualifiedName,
        binding: Option<TypeRef>,
        span: Span,
    ) -> Self {
        let binding = binding.map(|type_ref| Parameter {
            name: Arc::from(""),
            type_ref,
            nullable: None,
            facets: Facets::default(),
            annotations: Vec::new(),
            span,
        });
        Self {
            kind,
            name,
            binding,
            parameters: Vec::new(),
            return_type: None,
            is_composable: false,
            entity_set_path: None,
            annotations: Vec::new(),
            span,
        }
    }

    /// The order of operations in a model; equal keys are one overload declared twice.
    pub fn sort_key(&self) -> impl Ord + use<> {
        let parameter = |p: &Parameter| (p.name.clone(), p.type_ref.clone());
        (
            self.name.clone(),
            self.kind,
            self.binding
                .as_ref()
                .map(|binding| binding.type_ref.clone()),
            self.parameters.iter().map(parameter).collect::<Vec<_>>(),
        )
    }
}

/// A parameter of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Name on the wire.
    pub name: Arc<str>,
    /// Type of the values.
    pub type_ref: TypeRef,
    /// Whether null may be passed; as declared.
    pub nullable: Option<bool>,
    /// Limits of the values.
    pub facets: Facets,
    /// Annotations of the parameter.
    pub annotations: Vec<Annotation>,
    /// Where it is declared.
    pub span: Span,
}

impl Parameter {
    /// Whether null may be passed, by the standard's default.
    pub fn is_nullable(&self) -> bool {
        self.nullable.unwrap_or(true)
    }
}

/// The result of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnType {
    /// Type of the result.
    pub type_ref: TypeRef,
    /// Whether there may be no result; as declared.
    pub nullable: Option<bool>,
    /// Limits of the values.
    pub facets: Facets,
    /// Annotations of the result.
    pub annotations: Vec<Annotation>,
}

impl ReturnType {
    /// Whether a client is to expect null as a result, or as an item, as for a property.
    pub fn may_send_null(&self) -> bool {
        self.nullable.unwrap_or(!self.type_ref.is_collection())
    }
}

/// The service's entry points.
#[derive(Debug, Clone)]
pub struct EntityContainer {
    /// Qualified name.
    pub name: QualifiedName,
    /// Entry points by name.
    pub children: BTreeMap<Arc<str>, ContainerChild>,
    /// Annotations of the container.
    pub annotations: Vec<Annotation>,
    /// Where it is declared.
    pub span: Span,
}

/// A child of the container: the first segment of URLs.
#[derive(Debug, Clone)]
pub struct ContainerChild {
    /// What it is, and what it leads to.
    pub entry_point: EntryPoint,
    /// Where the results of an import belong.
    pub entity_set: Option<String>,
    /// Whether the service document lists it; as declared.
    pub include_in_service_document: Option<bool>,
    /// Path and target of navigation property bindings, sorted.
    pub bindings: Vec<(String, String)>,
    /// Annotations of the entry point.
    pub annotations: Vec<Annotation>,
    /// Annotations of what is below it, by the path that leads there; they hold on that path alone (CSDL XML 4.01, section 14.2.2).
    pub below: BTreeMap<String, Vec<Annotation>>,
    /// Where it is declared.
    pub span: Span,
}

/// What stands at the beginning of paths.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryPoint {
    /// A collection of entities of this type.
    EntitySet(QualifiedName),
    /// One entity of this type.
    Singleton(QualifiedName),
    /// The function that is called.
    FunctionImport(QualifiedName),
    /// The action that is called.
    ActionImport(QualifiedName),
}

impl EntryPoint {
    /// What it is, in the standard's words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::EntitySet(_) => "entity set",
            Self::Singleton(_) => "singleton",
            Self::FunctionImport(_) => "function import",
            Self::ActionImport(_) => "action import",
        }
    }

    /// The entity type, or the operation that is imported. An operation may have the name of a type.
    pub fn name(&self) -> &QualifiedName {
        match self {
            Self::EntitySet(name)
            | Self::Singleton(name)
            | Self::FunctionImport(name)
            | Self::ActionImport(name) => name,
        }
    }

    /// The same with another name.
    #[must_use]
    pub fn with_name(&self, name: QualifiedName) -> Self {
        match self {
            Self::EntitySet(_) => Self::EntitySet(name),
            Self::Singleton(_) => Self::Singleton(name),
            Self::FunctionImport(_) => Self::FunctionImport(name),
            Self::ActionImport(_) => Self::ActionImport(name),
        }
    }

    /// The type of the resources of an entity set or singleton, and how many there are.
    pub fn resources(&self) -> Option<(&QualifiedName, Multiplicity)> {
        match self {
            Self::EntitySet(name) => Some((name, Multiplicity::Many)),
            Self::Singleton(name) => Some((name, Multiplicity::One)),
            Self::FunctionImport(_) | Self::ActionImport(_) => None,
        }
    }

    /// The kind and the name of the operation that it imports.
    pub fn imported(&self) -> Option<(OperationKind, &QualifiedName)> {
        match self {
            Self::FunctionImport(name) => Some((OperationKind::Function, name)),
            Self::ActionImport(name) => Some((OperationKind::Action, name)),
            Self::EntitySet(_) | Self::Singleton(_) => None,
        }
    }
}
