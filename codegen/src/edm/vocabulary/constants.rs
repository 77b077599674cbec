//! What strings of CSDL JSON are.
//!
//! CSDL XML says of each constant whether it is a text, a path, a date or a member of an enumeration;
//! CSDL JSON leaves that to the type of the term or of the record's property. Here are those of the
//! standard vocabularies, and of what Microsoft Graph adds, whose constants are no texts.

use super::term::{CAPABILITIES, COMMUNITY_KEYS, CORE, VALIDATION};
use crate::csdl::ast::ScalarKind::{self, Date, NavigationPropertyPath, PropertyPath};

/// What a string stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Constant {
    /// A constant or path of this kind.
    Scalar(ScalarKind),
    /// Members of the enumeration of this name, with commas between them.
    Members(&'static str, &'static str),
}

/// Whether the value of a term, or of a property of records in it, is a Boolean that the client is made
/// by.
pub(crate) fn is_flag(namespace: &str, name: &str) -> bool {
    match namespace {
        CAPABILITIES => FLAGS.contains(&name),
        CORE => matches!(name, "Computed" | "RequiresExplicitBinding"),
        _ => false,
    }
}

/// Flags of the Capabilities vocabulary.
const FLAGS: &[&str] = &[
    "Countable",
    "Deletable",
    "Expandable",
    "Filterable",
    "Insertable",
    "Readable",
    "Referenceable",
    "Searchable",
    "SkipSupported",
    "Sortable",
    "Supported",
    "TopSupported",
    "Updatable",
];

/// What strings are in the value of a term, or of a property of records in it.
pub(crate) fn constant(namespace: &str, name: &str) -> Constant {
    let mut known = CONSTANTS.iter();
    let found = known.find(|(vocabulary, known, _)| *vocabulary == namespace && *known == name);
    found.map_or(Constant::Scalar(ScalarKind::String), |(_, _, kind)| *kind)
}

const fn path(name: &'static str) -> (&'static str, &'static str, Constant) {
    (CAPABILITIES, name, Constant::Scalar(PropertyPath))
}

const fn navigation(name: &'static str) -> (&'static str, &'static str, Constant) {
    let kind = Constant::Scalar(NavigationPropertyPath);
    (CAPABILITIES, name, kind)
}

const fn members(name: &'static str, ty: &'static str) -> (&'static str, &'static str, Constant) {
    (CAPABILITIES, name, Constant::Members(CAPABILITIES, ty))
}

/// By vocabulary, and by the name of the term or property.
const CONSTANTS: &[(&str, &str, Constant)] = &[
    (
        CORE,
        "OptimisticConcurrency",
        Constant::Scalar(PropertyPath),
    ),
    (CORE, "Permissions", Constant::Members(CORE, "Permission")),
    (CORE, "Kind", Constant::Members(CORE, "RevisionKind")),
    (CORE, "Date", Constant::Scalar(Date)),
    (CORE, "RemovalDate", Constant::Scalar(Date)),
    // Of `AlternateKeys`.
    (CORE, "Name", Constant::Scalar(PropertyPath)),
    (COMMUNITY_KEYS, "Name", Constant::Scalar(PropertyPath)),
    (VALIDATION, "path", Constant::Scalar(NavigationPropertyPath)),
    (
        VALIDATION,
        "target",
        Constant::Scalar(NavigationPropertyPath),
    ),
    path("AscendingOnlyProperties"),
    path("DescendingOnlyProperties"),
    path("FilterableProperties"),
    path("NonCountableProperties"),
    path("NonExpandableStreamProperties"),
    path("NonFilterableProperties"),
    path("NonInsertableProperties"),
    path("NonSortableProperties"),
    path("NonUpdatableProperties"),
    path("Property"),
    path("RequiredProperties"),
    navigation("ExpandableProperties"),
    navigation("NavigationProperty"),
    navigation("NonCountableNavigationProperties"),
    navigation("NonDeletableNavigationProperties"),
    navigation("NonExpandableProperties"),
    navigation("NonInsertableNavigationProperties"),
    navigation("NonUpdatableNavigationProperties"),
    members("ConformanceLevel", "ConformanceLevelType"),
    members("IsolationSupported", "IsolationLevel"),
    members("Navigability", "NavigationType"),
    members("UnsupportedExpressions", "SearchExpressions"),
    members("UpdateMethod", "HttpMethod"),
];
