//! The grammar of CSDL JSON 4.01: which members the object of each element may have.

/// What a member holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Flag,
    /// A number or a word, such as `variable`.
    Number,
    /// A primitive value of any kind.
    Primitive,
    /// What the declaration reads itself, as it is no attribute of its own in CSDL XML.
    More,
}

/// The members that the object of an element may have, annotations aside.
pub(super) struct Shape {
    /// Those that begin with `$`.
    pub members: &'static [(&'static str, Holds)],
    /// Whether there may be others, whose names are given by the model.
    pub has_named: bool,
}

use Holds::{Flag, More, Number, Primitive, Text};

impl Shape {
    const fn closed(members: &'static [(&'static str, Holds)]) -> Self {
        Self {
            members,
            has_named: false,
        }
    }

    const fn open(members: &'static [(&'static str, Holds)]) -> Self {
        Self {
            members,
            has_named: true,
        }
    }

    /// The shape of an element of CSDL XML when it is written as an object.
    pub fn of(element: &str) -> &'static Self {
        match element {
            "Property" => const { &Self::closed(PROPERTY) },
            "NavigationProperty" => const { &Self::closed(NAVIGATION_PROPERTY) },
            "EntityType" => const { &Self::open(ENTITY_TYPE) },
            "ComplexType" => const { &Self::open(COMPLEX_TYPE) },
            "EnumType" => const { &Self::open(ENUM_TYPE) },
            "TypeDefinition" => const { &Self::closed(TYPE_DEFINITION) },
            "Term" => const { &Self::closed(TERM) },
            "Action" => const { &Self::closed(ACTION) },
            "Function" => const { &Self::closed(FUNCTION) },
            "Parameter" => const { &Self::closed(PARAMETER) },
            "ReturnType" => const { &Self::closed(RETURN_TYPE) },
            "EntityContainer" => const { &Self::open(ENTITY_CONTAINER) },
            "EntitySet" => const { &Self::closed(ENTITY_SET) },
            "Singleton" => const { &Self::closed(SINGLETON) },
            "ActionImport" => const { &Self::closed(ACTION_IMPORT) },
            "FunctionImport" => const { &Self::closed(FUNCTION_IMPORT) },
            "Reference" => const { &Self::closed(REFERENCE) },
            "Include" => const { &Self::closed(INCLUDE) },
            "IncludeAnnotations" => const { &Self::closed(INCLUDE_ANNOTATIONS) },
            // What is annotated from elsewhere.
            _ => const { &Self::closed(&[]) },
        }
    }
}

/// The kinds of declarations that are objects in a schema.
pub(super) const DECLARATIONS: &[&str] = &[
    "EntityType",
    "ComplexType",
    "EnumType",
    "TypeDefinition",
    "Term",
    "EntityContainer",
];

/// The kinds of declarations that are objects in an array, as they have overloads.
pub(super) const OPERATIONS: &[&str] = &["Action", "Function"];

/// The members of a schema, for hints.
pub(super) const SCHEMA: &[&str] = &["$Alias", "$Annotations"];

/// The members of a document, for hints.
pub(super) const DOCUMENT: &[&str] = &["$Version", "$EntityContainer", "$Reference"];

const PROPERTY: &[(&str, Holds)] = &[
    ("$Kind", More),
    ("$Type", More),
    ("$Collection", More),
    ("$Nullable", More),
    ("$MaxLength", Number),
    ("$Precision", Number),
    ("$Scale", Number),
    ("$SRID", Number),
    ("$Unicode", Flag),
    ("$DefaultValue", Primitive),
];

const PARAMETER: &[(&str, Holds)] = &[
    ("$Name", Text),
    ("$Type", More),
    ("$Collection", More),
    ("$Nullable", More),
    ("$MaxLength", Number),
    ("$Precision", Number),
    ("$Scale", Number),
    ("$SRID", Number),
    ("$Unicode", Flag),
];

const RETURN_TYPE: &[(&str, Holds)] = &[
    ("$Type", More),
    ("$Collection", More),
    ("$Nullable", More),
    ("$MaxLength", Number),
    ("$Precision", Number),
    ("$Scale", Number),
    ("$SRID", Number),
    ("$Unicode", Flag),
];

const NAVIGATION_PROPERTY: &[(&str, Holds)] = &[
    ("$Kind", More),
    ("$Type", More),
    ("$Collection", More),
    ("$Nullable", More),
    ("$Partner", Text),
    ("$ContainsTarget", Flag),
    ("$ReferentialConstraint", More),
    ("$OnDelete", More),
];

const ENTITY_TYPE: &[(&str, Holds)] = &[
    ("$Kind", More),
    ("$BaseType", Text),
    ("$Abstract", Flag),
    ("$OpenType", Flag),
    ("$HasStream", Flag),
    ("$Key", More),
];

const COMPLEX_TYPE: &[(&str, Holds)] = &[
    ("$Kind", More),
    ("$BaseType", Text),
    ("$Abstract", Flag),
    ("$OpenType", Flag),
];

const ENUM_TYPE: &[(&str, Holds)] = &[
    ("$Kind", More),
    ("$UnderlyingType", Text),
    ("$IsFlags", Flag),
];

const TYPE_DEFINITION: &[(&str, Holds)] = &[
    ("$Kind", More),
    ("$UnderlyingType", Text),
    ("$MaxLength", Number),
    ("$Precision", Number),
    ("$Scale", Number),
    ("$SRID", Number),
    ("$Unicode", Flag),
];

const TERM: &[(&str, Holds)] = &[
    ("$Kind", More),
    ("$Type", More),
    ("$Collection", More),
    ("$Nullable", More),
    ("$BaseTerm", Text),
    ("$AppliesTo", More),
    // Of the kind that the term's type says, which may be a record.
    ("$DefaultValue", More),
    ("$MaxLength", Number),
    ("$Precision", Number),
    ("$Scale", Number),
    ("$SRID", Number),
    ("$Unicode", Flag),
];

const ACTION: &[(&str, Holds)] = &[
    ("$Kind", More),
    ("$IsBound", Flag),
    ("$EntitySetPath", Text),
    ("$Parameter", More),
    ("$ReturnType", More),
];

const FUNCTION: &[(&str, Holds)] = &[
    ("$Kind", More),
    ("$IsBound", Flag),
    ("$IsComposable", Flag),
    ("$EntitySetPath", Text),
    ("$Parameter", More),
    ("$ReturnType", More),
];

const ENTITY_CONTAINER: &[(&str, Holds)] = &[("$Kind", More), ("$Extends", Text)];

const ENTITY_SET: &[(&str, Holds)] = &[
    ("$Kind", More),
    ("$Collection", More),
    ("$Type", More),
    ("$NavigationPropertyBinding", More),
    ("$IncludeInServiceDocument", Flag),
];

const SINGLETON: &[(&str, Holds)] = &[
    ("$Kind", More),
    ("$Collection", More),
    ("$Type", Text),
    ("$Nullable", Flag),
    ("$NavigationPropertyBinding", More),
];

const ACTION_IMPORT: &[(&str, Holds)] = &[("$Kind", More), ("$Action", Text), ("$EntitySet", Text)];

const FUNCTION_IMPORT: &[(&str, Holds)] = &[
    ("$Kind", More),
    ("$Function", Text),
    ("$EntitySet", Text),
    ("$IncludeInServiceDocument", Flag),
];

const REFERENCE: &[(&str, Holds)] = &[("$Include", More), ("$IncludeAnnotations", More)];

const INCLUDE: &[(&str, Holds)] = &[("$Namespace", Text), ("$Alias", Text)];

const INCLUDE_ANNOTATIONS: &[(&str, Holds)] = &[
    ("$TermNamespace", Text),
    ("$Qualifier", Text),
    ("$TargetNamespace", Text),
];
