//! The syntax tree: CSDL as written, with the place of each declaration.
//!
//! Names and references are texts here; what they refer to is settled by [`crate::edm`]. Element
//! and attribute names are those of CSDL XML 4.01, whichever form the document has.

pub use super::kinds::{OperationKind, StructuredKind};
use super::outline::Outlines;
use crate::source::{Span, Text};
use std::fmt;

/// `edmx:Edmx`.
#[derive(Debug)]
pub struct Document<'a> {
    /// `edmx:Reference` elements.
    pub references: Vec<Reference<'a>>,
    /// `Schema` elements.
    pub schemas: Vec<Schema<'a>>,
    /// The root element's start tag, or the bracket that opens the document's object.
    pub span: Span,
}

/// `edmx:Reference`: another document whose names this one uses.
#[derive(Debug)]
pub struct Reference<'a> {
    /// Where the document can be found.
    pub uri: Text<'a>,
    /// `edmx:Include`: the namespaces that this document makes use of.
    pub includes: Vec<Include<'a>>,
}

/// `edmx:Include`.
#[derive(Debug)]
pub struct Include<'a> {
    /// Namespace of the included schema.
    pub namespace: Text<'a>,
    /// Another name for it in this document.
    pub alias: Option<Text<'a>>,
}

/// `Schema`.
#[derive(Debug)]
pub struct Schema<'a> {
    /// Prefix of the qualified names of everything declared here.
    pub namespace: Text<'a>,
    /// A short name for the namespace, valid in the whole document.
    pub alias: Option<Text<'a>>,
    /// `EntityType` and `ComplexType`.
    pub structured_types: Vec<StructuredType<'a>>,
    /// `EnumType`.
    pub enum_types: Vec<EnumType<'a>>,
    /// `TypeDefinition`.
    pub type_definitions: Vec<TypeDefinition<'a>>,
    /// `Function` and `Action`.
    pub operations: Vec<Operation<'a>>,
    /// `Term`.
    pub terms: Vec<Term<'a>>,
    /// `EntityContainer`; the standard allows one a service.
    pub containers: Vec<EntityContainer<'a>>,
    /// Annotations of the schema itself.
    pub annotations: Vec<Annotation<'a>>,
    /// `Annotations`: annotations of something declared elsewhere.
    pub external_annotations: Vec<ExternalAnnotations<'a>>,
    /// What else it declares, of which only the start tag has been read.
    pub outlines: Outlines<'a>,
    /// The start tag.
    pub span: Span,
}

impl<'a> Schema<'a> {
    /// One in which nothing is declared yet.
    pub(super) fn new(namespace: Text<'a>, alias: Option<Text<'a>>, span: Span) -> Self {
        Self {
            namespace,
            alias,
            structured_types: Vec::new(),
            enum_types: Vec::new(),
            type_definitions: Vec::new(),
            operations: Vec::new(),
            terms: Vec::new(),
            containers: Vec::new(),
            annotations: Vec::new(),
            external_annotations: Vec::new(),
            outlines: Outlines::default(),
            span,
        }
    }
}

/// `EntityType` or `ComplexType`.
#[derive(Debug)]
pub struct StructuredType<'a> {
    /// Entity or complex type.
    pub kind: StructuredKind,
    /// Simple name.
    pub name: Text<'a>,
    /// The type that this one extends.
    pub base_type: Option<Text<'a>>,
    /// `Abstract`: has no instances of its own.
    pub is_abstract: bool,
    /// `OpenType`: instances may have undeclared properties.
    pub is_open: bool,
    /// `HasStream`: a media entity.
    pub has_stream: bool,
    /// `Key`; empty if inherited or absent.
    pub key: Vec<PropertyRef<'a>>,
    /// `Property`.
    pub properties: Vec<Property<'a>>,
    /// `NavigationProperty`.
    pub navigation_properties: Vec<NavigationProperty<'a>>,
    /// Annotations of the type.
    pub annotations: Vec<Annotation<'a>>,
    /// The start tag.
    pub span: Span,
}

/// `PropertyRef`: one part of a key.
#[derive(Debug)]
pub struct PropertyRef<'a> {
    /// Path to the property.
    pub name: Text<'a>,
    /// The name of the key part in URLs when the path has more than one segment.
    pub alias: Option<Text<'a>>,
}

/// `Property`: a structural property.
#[derive(Debug)]
pub struct Property<'a> {
    /// Simple name.
    pub name: Text<'a>,
    /// Type, `Collection(…)` included.
    pub type_name: Text<'a>,
    /// `Nullable`; for collections it speaks of the items.
    pub nullable: Option<bool>,
    /// `DefaultValue`.
    pub default_value: Option<Text<'a>>,
    /// Limits of the values.
    pub facets: Facets,
    /// Annotations of the property.
    pub annotations: Vec<Annotation<'a>>,
}

/// `MaxLength`, `Precision`, `Scale`, `Unicode` and `SRID`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Facets {
    /// Longest value in characters or bytes.
    pub max_length: Option<MaxLength>,
    /// Digits of a decimal, or of the seconds' fraction.
    pub precision: Option<u64>,
    /// Digits behind the decimal point.
    pub scale: Option<Scale>,
    /// Whether a string may hold more than ASCII.
    pub unicode: Option<bool>,
    /// Spatial reference system.
    pub srid: Option<Srid>,
}

/// The longest value in characters or bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MaxLength {
    /// So many.
    Number(u64),
    /// As many as the service supports.
    Max,
}

/// Digits behind the decimal point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scale {
    /// At most so many.
    Number(u64),
    /// Any number of them, up to the precision.
    Variable,
    /// As decimal floating-point numbers have them.
    Floating,
}

/// A spatial reference system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Srid {
    /// That of this number.
    Number(u64),
    /// Each value has its own.
    Variable,
}

impl fmt::Display for MaxLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Max => f.write_str("max"),
        }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Variable => f.write_str("variable"),
            Self::Floating => f.write_str("floating"),
        }
    }
}

impl fmt::Display for Srid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Variable => f.write_str("variable"),
        }
    }
}

/// `NavigationProperty`: a relation to entities.
#[derive(Debug)]
pub struct NavigationProperty<'a> {
    /// Simple name.
    pub name: Text<'a>,
    /// Target type, `Collection(…)` included.
    pub type_name: Text<'a>,
    /// Whether there may be no target.
    pub nullable: Option<bool>,
    /// The property that leads back.
    pub partner: Option<Text<'a>>,
    /// Whether the targets live below the source's URL only.
    pub contains_target: bool,
    /// `ReferentialConstraint`: dependent property and principal property.
    pub referential_constraints: Vec<(Text<'a>, Text<'a>)>,
    /// `OnDelete`: what happens to the source when the target is deleted.
    pub on_delete: Option<Text<'a>>,
    /// Annotations of the property.
    pub annotations: Vec<Annotation<'a>>,
}

/// `EnumType`.
#[derive(Debug)]
pub struct EnumType<'a> {
    /// Simple name.
    pub name: Text<'a>,
    /// `UnderlyingType`; `Edm.Int32` if absent.
    pub underlying_type: Option<Text<'a>>,
    /// `IsFlags`: values are sets of members.
    pub is_flags: bool,
    /// Members in document order.
    pub members: Vec<EnumMember<'a>>,
    /// Annotations of the type.
    pub annotations: Vec<Annotation<'a>>,
    /// The start tag.
    pub span: Span,
}

/// `Member`.
#[derive(Debug)]
pub struct EnumMember<'a> {
    /// Simple name.
    pub name: Text<'a>,
    /// Number; counted from 0 if absent.
    pub value: Option<i64>,
    /// Annotations of the member.
    pub annotations: Vec<Annotation<'a>>,
}

/// `TypeDefinition`: a primitive type under another name.
#[derive(Debug)]
pub struct TypeDefinition<'a> {
    /// Simple name.
    pub name: Text<'a>,
    /// The primitive type.
    pub underlying_type: Text<'a>,
    /// Limits of the values.
    pub facets: Facets,
    /// Annotations of the type.
    pub annotations: Vec<Annotation<'a>>,
}

impl OperationKind {
    /// The kind in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Action => "action",
        }
    }
}

/// `Function` or `Action`.
#[derive(Debug)]
pub struct Operation<'a> {
    /// Function or action.
    pub kind: OperationKind,
    /// Simple name.
    pub name: Text<'a>,
    /// Whether the first parameter is the resource it is called on.
    pub is_bound: bool,
    /// Whether more path segments may follow the call.
    pub is_composable: bool,
    /// Path to the entity set of the result.
    pub entity_set_path: Option<Text<'a>>,
    /// Parameters in document order, the binding one included.
    pub parameters: Vec<Parameter<'a>>,
    /// `ReturnType`.
    pub return_type: Option<ReturnType<'a>>,
    /// Annotations of the overload.
    pub annotations: Vec<Annotation<'a>>,
    /// The start tag.
    pub span: Span,
}

/// `Parameter`.
#[derive(Debug)]
pub struct Parameter<'a> {
    /// Simple name.
    pub name: Text<'a>,
    /// Type, `Collection(…)` included.
    pub type_name: Text<'a>,
    /// Whether null may be passed; true if absent.
    pub nullable: Option<bool>,
    /// Limits of the values.
    pub facets: Facets,
    /// Annotations of the parameter.
    pub annotations: Vec<Annotation<'a>>,
}

/// `ReturnType`.
#[derive(Debug)]
pub struct ReturnType<'a> {
    /// Type, `Collection(…)` included.
    pub type_name: Text<'a>,
    /// Whether there may be no result; true if absent.
    pub nullable: Option<bool>,
    /// Limits of the values.
    pub facets: Facets,
    /// Annotations of the result.
    pub annotations: Vec<Annotation<'a>>,
}

/// `Term`: declares what an annotation can say.
#[derive(Debug)]
pub struct Term<'a> {
    /// Simple name.
    pub name: Text<'a>,
    /// Type of the value.
    pub type_name: Option<Text<'a>>,
}

/// `EntityContainer`: the service's entry points.
#[derive(Debug)]
pub struct EntityContainer<'a> {
    /// Simple name.
    pub name: Text<'a>,
    /// The container that this one adds to.
    pub extends: Option<Text<'a>>,
    /// Entry points in document order.
    pub children: Vec<ContainerChild<'a>>,
    /// Annotations of the container.
    pub annotations: Vec<Annotation<'a>>,
    /// The start tag.
    pub span: Span,
}

/// Which of the four kinds of entry point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContainerChildKind {
    /// `EntitySet`: a collection of entities.
    EntitySet,
    /// `Singleton`: one entity.
    Singleton,
    /// `FunctionImport`: an unbound function that can be called.
    FunctionImport,
    /// `ActionImport`: an unbound action that can be called.
    ActionImport,
}

/// `EntitySet`, `Singleton`, `FunctionImport` or `ActionImport`.
#[derive(Debug)]
pub struct ContainerChild<'a> {
    /// Which of them.
    pub kind: ContainerChildKind,
    /// Simple name: the first segment of its URLs.
    pub name: Text<'a>,
    /// `EntityType`, `Type`, `Function` or `Action`.
    pub refers_to: Text<'a>,
    /// `EntitySet` of an import: where its results belong.
    pub entity_set: Option<Text<'a>>,
    /// `IncludeInServiceDocument` as written.
    pub include_in_service_document: Option<bool>,
    /// `NavigationPropertyBinding`: path and target.
    pub bindings: Vec<(Text<'a>, Text<'a>)>,
    /// Annotations of the entry point.
    pub annotations: Vec<Annotation<'a>>,
}

/// `Annotations`: annotations of the element that `target` names.
#[derive(Debug)]
pub struct ExternalAnnotations<'a> {
    /// Path to the annotated element (CSDL XML 4.01, section 14.2.2).
    pub target: Text<'a>,
    /// The annotations.
    pub annotations: Vec<Annotation<'a>>,
}

/// `Annotation`: a statement about what it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation<'a> {
    /// Qualified name of the term.
    pub term: Text<'a>,
    /// Tells several annotations of one term apart.
    pub qualifier: Option<String>,
    /// The value; the term's own default if absent.
    pub value: Option<Expression<'a>>,
    /// Annotations of this annotation.
    pub annotations: Vec<Annotation<'a>>,
}

/// The kinds of constants and paths; each is an attribute or an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is the attribute and element of its name")]
pub enum ScalarKind {
    String,
    Bool,
    Int,
    Float,
    Decimal,
    Date,
    DateTimeOffset,
    Duration,
    TimeOfDay,
    Guid,
    Binary,
    EnumMember,
    Path,
    PropertyPath,
    NavigationPropertyPath,
    AnnotationPath,
    ModelElementPath,
}

impl ScalarKind {
    /// In the order of their declaration.
    pub(super) const ALL: &[Self] = &[
        Self::String,
        Self::Bool,
        Self::Int,
        Self::Float,
        Self::Decimal,
        Self::Date,
        Self::DateTimeOffset,
        Self::Duration,
        Self::TimeOfDay,
        Self::Guid,
        Self::Binary,
        Self::EnumMember,
        Self::Path,
        Self::PropertyPath,
        Self::NavigationPropertyPath,
        Self::AnnotationPath,
        Self::ModelElementPath,
    ];

    /// The kind that an attribute or element of this name is.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let mut kinds = Self::ALL.iter();
        kinds.find(|kind| kind.name() == name).copied()
    }

    /// The name of the attribute and of the element.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Bool => "Bool",
            Self::Int => "Int",
            Self::Float => "Float",
            Self::Decimal => "Decimal",
            Self::Date => "Date",
            Self::DateTimeOffset => "DateTimeOffset",
            Self::Duration => "Duration",
            Self::TimeOfDay => "TimeOfDay",
            Self::Guid => "Guid",
            Self::Binary => "Binary",
            Self::EnumMember => "EnumMember",
            Self::Path => "Path",
            Self::PropertyPath => "PropertyPath",
            Self::NavigationPropertyPath => "NavigationPropertyPath",
            Self::AnnotationPath => "AnnotationPath",
            Self::ModelElementPath => "ModelElementPath",
        }
    }

    /// Whether it names an element of the model.
    pub fn is_path(self) -> bool {
        matches!(
            self,
            Self::Path
                | Self::PropertyPath
                | Self::NavigationPropertyPath
                | Self::AnnotationPath
                | Self::ModelElementPath
        )
    }
}

/// An annotation's value (CSDL XML 4.01, sections 14.3 and 14.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression<'a> {
    /// A constant or a path, named by its kind: `String`, `Int`, `Path`, `EnumMember`, …
    Scalar(ScalarKind, Text<'a>),
    /// A string of CSDL JSON, of a kind that only the type of what it is the value of tells.
    Constant(Text<'a>),
    /// `Collection`.
    Collection(Vec<Expression<'a>>),
    /// `Record`.
    Record(Record<'a>),
    /// `LabeledElement`: names its value, so that it can be used again.
    Labeled(Text<'a>, Box<Expression<'a>>),
    /// `LabeledElementReference`: the value that bears the qualified name.
    LabelReference(Text<'a>),
    /// `Null`.
    Null(Span),
    /// An expression that only a service can evaluate (`If`, `Apply`, `Cast`, …), by its name.
    Dynamic(&'static str, Span),
}

/// `Record`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// `Type`: the record's complex type.
    pub type_name: Option<Text<'a>>,
    /// `PropertyValue` elements in document order.
    pub properties: Vec<PropertyValue<'a>>,
    /// Annotations of the record.
    pub annotations: Vec<Annotation<'a>>,
    /// The start tag.
    pub span: Span,
}

/// `PropertyValue`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyValue<'a> {
    /// Name of the property.
    pub property: Text<'a>,
    /// Its value; absent where the term's type has a default.
    pub value: Option<Expression<'a>>,
    /// Annotations of the property value.
    pub annotations: Vec<Annotation<'a>>,
}

impl Expression<'_> {
    /// Where the expression stands.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Scalar(_, text)
            | Self::Constant(text)
            | Self::Labeled(text, _)
            | Self::LabelReference(text) => Some(text.span),
            Self::Collection(items) => items.first().and_then(Self::span),
            Self::Record(record) => Some(record.span),
            Self::Null(span) | Self::Dynamic(_, span) => Some(*span),
        }
    }
}
