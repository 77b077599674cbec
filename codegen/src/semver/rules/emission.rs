//! Documentation, and what only the emission decides.

use super::{Bump, Kind, Rule};

/// The rows, in the order of [`Kind`].
#[rustfmt::skip]
pub(super) const ROWS: &[Rule] = &[
    Rule::new(Kind::Deprecated, "deprecated", Bump::Minor, [
        "deprecated",
        "uses of it are warned about",
        "Semantic Versioning asks for a minor version when something is deprecated",
    ]),
    Rule::new(Kind::DeprecationChanged, "deprecation-changed", Bump::Patch, [
        "deprecation changed",
        "the warning has another text, or is gone",
        "code compiles as before",
    ]),
    Rule::new(Kind::DescriptionChanged, "description-changed", Bump::Patch, [
        "description changed",
        "the documentation has another text",
        "documentation only",
    ]),
    Rule::new(Kind::AnnotationChanged, "annotation-changed", Bump::Patch, [
        "annotation changed",
        "no effect beyond the changes listed",
        "what a term does to requests and names is listed by itself",
    ]),
    Rule::new(Kind::NameChanged, "name-changed", Bump::Major, [
        "name of Rust changed, not that of the metadata",
        "code must use the new name",
        "another element, an overload with fewer parameters, say, takes the name or gives it back; or the configuration makes another",
    ]).blind("where names are exchanged, the old one lives on and means something else"),
    Rule::new(Kind::DeclarationChanged, "declaration-changed", Bump::Major, [
        "declaration changed because of another element",
        "a type or an argument differs",
        "a public item changes: a type that came to hold itself is in a `Box`, say",
    ]).blind("it does not compare the types of fields, nor of arguments"),
    Rule::new(Kind::DeclarationRemoved, "declaration-removed", Bump::Major, [
        "declaration no longer made",
        "an item is gone",
        "nothing uses the element any longer, or the configuration leaves it out: a public item is removed",
    ]),
    Rule::new(Kind::DeclarationAdded, "declaration-added", Bump::Minor, [
        "declaration made",
        "an item is added",
        "something uses the element now, what was not valid or not there is, or the configuration asks for it: a public item is added",
    ]),
    Rule::new(Kind::NothingEmitted, "nothing-emitted", Bump::Patch, [
        "element changed that has no part in the client",
        "no effect",
        "no public item is made of the element, or the item stays the same: a type definition put in the place of its primitive type, say",
    ]),
];
