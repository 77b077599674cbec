//! Entry points: entity sets, singletons and imports.

use super::{Bump, Kind, Rule};

/// The rows, in the order of [`Kind`].
#[rustfmt::skip]
pub(super) const ROWS: &[Rule] = &[
    Rule::new(Kind::EntryPointRemoved, "entry-point-removed", Bump::Major, [
        "entity set or singleton removed",
        "the client's method is gone",
        "a public method is removed",
    ]),
    Rule::new(Kind::EntryPointRenamed, "entry-point-renamed", Bump::Major, [
        "entity set or singleton renamed",
        "the client's method has another name",
        "a public method is removed, another added",
    ]),
    Rule::new(Kind::EntryPointChanged, "entry-point-changed", Bump::Major, [
        "entity set or singleton of another type",
        "the client's method returns another request builder",
        "the method's type changes",
    ]).blind("it does not compare the types that functions return"),
    Rule::new(Kind::EntryPointKindChanged, "entry-point-kind-changed", Bump::Major, [
        "entity set became a singleton, or the reverse",
        "the client's method returns the request builder of one resource, not of a collection, or the reverse",
        "the method's type changes",
    ]).blind("it does not compare the types that functions return"),
    Rule::new(Kind::EntryPointAdded, "entry-point-added", Bump::Minor, [
        "entity set or singleton added",
        "the client gains a method",
        "a public method is added",
    ]),
    Rule::new(Kind::EntryPointDetailChanged, "entry-point-detail-changed", Bump::Patch, [
        "entity set's or singleton's details changed",
        "no effect",
        "bindings, the entity set of a result and the place in the service document shape no method",
    ]),
    Rule::new(Kind::ImportRemoved, "import-removed", Bump::Major, [
        "function or action import removed",
        "the client's method and the type of the call are gone",
        "a public method and type are removed",
    ]),
    Rule::new(Kind::ImportRenamed, "import-renamed", Bump::Major, [
        "function or action import renamed",
        "the client's method and the type of the call have another name",
        "a public method and type are removed, others added",
    ]),
    Rule::new(Kind::ImportChanged, "import-changed", Bump::Major, [
        "import of another function or action",
        "the client's method makes another call",
        "what is called, and with it the arguments and the result, is another",
    ]).blind("it does not compare the types of arguments, nor what methods do"),
    Rule::new(Kind::ImportAdded, "import-added", Bump::Minor, [
        "function or action import added",
        "the client gains a method",
        "a public method and type are added",
    ]),
];
