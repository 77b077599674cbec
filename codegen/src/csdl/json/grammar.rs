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

/// Members and what they hold.
type Members = &'static [(&'static str, Holds)];

/// The members that the object of an element may have, annotations aside.
pub(super) struct Shape {
    /// Those that begin with `$`: its own, and those that several elements have.
    members: [Members; 3],
    /// Whether there may be others, whose names are given by the model.
    pub has_named: bool,
}

use Holds::{Flag, More, Number, Primitive, Text};

impl Shape {
    const fn closed(members: Members) -> Self {
        Self {
            members: [members, &[], &[]],
            has_named: false,
        }
    }

    const fn open(members: Members) -> Self {
        Self {
            members: [members, &[], &[]],
            has_named: true,
        }
    }

    /// That of an element with a type and its facets.
    const fn typed(members: Members) -> Self {
        Self {
            members: [members, TYPE, FACETS],
            has_named: false,
        }
    }

    /// The members that begin with `$`.
    pub fn members(&self) -> impl Iterator<Item = (&'static str, Holds)> {
        self.members.into_iter().flatten().copied()
    }

    /// The shape of an element of CSDL XML when it is written as an object.
    pub fn of(element: &str) -> &'static Self {
        match element {
            "Property" => const { &Self::typed(PROPERTY) },
            "NavigationProperty" => const { &Self::closed(NAVIGATION_PROPERTY) },
            "EntityType" => const { &Self::open(ENTITY_TYPE) },
            "ComplexType" => const { &Self::open(COMPLEX_TYPE) },
            "EnumType" => const { &Self::open(ENUM_TYPE) },
            "TypeDefinition" => {
                const {
                    &Self {
                        members: [TYPE_DEFINITION, FACETS, &[]],
                        has_named: false,
                    }
                }
            }
            "Term" => const { &Self::typed(TERM) },
            "Action" => const { &Self::closed(ACTION) },
            "Function" => const { &Self::closed(FUNCTION) },
            "Parameter" => const { &Self::typed(PARAMETER) },
            "ReturnType" => const { &Self::typed(&[]) },
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

const TYPE: Members = &[("$Type", More), ("$Collection", More), ("$Nullable", More)];

const FACETS: Members = &[
    ("$MaxLength", Number),
    ("$Precision", Number),
    ("$Scale", Number),
    ("$SRID", Number),
    ("$Unicode", Flag),
];

const PROPERTY: Members = &[("$Kind", More), ("$DefaultValue", Primitive)];

const PARAMETER: Members = &[("$Name", Text)];

const NAVIGATION_PROPERTY: Members = &[
    ("$Kind", More),
    ("$Type", More),
    ("$Collection", More),
    ("$Nullable", More),
    ("$Partner", Text),
    ("$ContainsTarget", Flag),
    ("$ReferentialConstraint", More),
    ("$OnDelete", More),
];

const ENTITY_TYPE: Members = &[
    ("$Kind", More),
    ("$BaseType", Text),
    ("$Abstract", Flag),
    ("$OpenType", Flag),
    ("$HasStream", Flag),
    ("$Key", More),
];

const COMPLEX_TYPE: Members = &[
    ("$Kind", More),
    ("$BaseType", Text),
    ("$Abstract", Flag),
    ("$OpenType", Flag),
];

const ENUM_TYPE: Members = &[
    ("$Kind", More),
    ("$UnderlyingType", Text),
    ("$IsFlags", Flag),
];

const TYPE_DEFINITION: Members = &[("$Kind", More), ("$UnderlyingType", Text)];

const TERM: Members = &[
    ("$Kind", More),
    ("$BaseTerm", Text),
    ("$AppliesTo", More),
    // Of the kind that the term's type says, which may be a record.
    ("$DefaultValue", More),
];

const ACTION: Members = &[
    ("$Kind", More),
    ("$IsBound", Flag),
    ("$EntitySetPath", Text),
    ("$Parameter", More),
    ("$ReturnType", More),
];

const FUNCTION: Members = &[
    ("$Kind", More),
    ("$IsBound", Flag),
    ("$IsComposable", Flag),
    ("$EntitySetPath", Text),
    ("$Parameter", More),
    ("$ReturnType", More),
];

const ENTITY_CONTAINER: Members = &[("$Kind", More), ("$Extends", Text)];

const ENTITY_SET: Members = &[
    ("$Kind", More),
    ("$Collection", More),
    ("$Type", More),
    ("$NavigationPropertyBinding", More),
    ("$IncludeInServiceDocument", Flag),
];

const SINGLETON: Members = &[
    ("$Kind", More),
    ("$Collection", More),
    ("$Type", Text),
    ("$Nullable", Flag),
    ("$NavigationPropertyBinding", More),
];

const ACTION_IMPORT: Members = &[("$Kind", More), ("$Action", Text), ("$EntitySet", Text)];

const FUNCTION_IMPORT: Members = &[
    ("$Kind", More),
    ("$Function", Text),
    ("$EntitySet", Text),
    ("$IncludeInServiceDocument", Flag),
];

const REFERENCE: Members = &[("$Include", More), ("$IncludeAnnotations", More)];

const INCLUDE: Members = &[("$Namespace", Text), ("$Alias", Text)];

const INCLUDE_ANNOTATIONS: Members = &[
    ("$TermNamespace", Text),
    ("$Qualifier", Text),
    ("$TargetNamespace", Text),
];
