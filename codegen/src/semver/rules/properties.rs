//! Properties and navigation properties.

use super::{Bump, Kind, Rule};

/// The rows, in the order of [`Kind`].
#[rustfmt::skip]
pub(super) const ROWS: &[Rule] = &[
    Rule::new(Kind::PropertyRemoved, "property-removed", Bump::Major, [
        "property removed",
        "the field and the constant that names it are gone",
        "public items are removed",
    ]),
    Rule::new(Kind::PropertyRenamed, "property-renamed", Bump::Major, [
        "property renamed",
        "the field and the constant that names it have another name",
        "public items are removed, others added",
    ]),
    Rule::new(Kind::PropertyTypeChanged, "property-type-changed", Bump::Major, [
        "property type changed",
        "the field has another type",
        "a public field's type changes",
    ]).blind("it does not compare the types of fields"),
    Rule::new(Kind::PropertyMadeNullable, "property-made-nullable", Bump::Major, [
        "property made nullable",
        "the field becomes an `Option`",
        "code that uses the value must say what happens without one",
    ]).blind("it does not compare the types of fields"),
    Rule::new(Kind::PropertyMadeNonNullable, "property-made-non-nullable", Bump::Major, [
        "property made non-nullable",
        "the field is no longer an `Option`",
        "code that matches on the `Option` no longer compiles",
    ]).blind("it does not compare the types of fields"),
    Rule::new(Kind::ItemsMadeNullable, "items-made-nullable", Bump::Major, [
        "items of a collection made nullable",
        "the items of the field become `Option`s",
        "code that uses an item must say what happens without one; also in an entity, where the field is an `Option` anyway",
    ]).blind("it does not compare the types of fields"),
    Rule::new(Kind::ItemsMadeNonNullable, "items-made-non-nullable", Bump::Major, [
        "items of a collection made non-nullable",
        "the items of the field are no longer `Option`s",
        "code that matches on the `Option`s no longer compiles",
    ]).blind("it does not compare the types of fields"),
    Rule::new(Kind::PropertyAdded, "property-added", Bump::Minor, [
        "property added",
        "the model gains a field and a constant that names it",
        "a field is added to a `#[non_exhaustive]` struct; until now its value was in `additional_properties`",
    ]),
    Rule::new(Kind::PropertyDetailChanged, "property-detail-changed", Bump::Patch, [
        "property facets changed",
        "no effect",
        "lengths, precisions and defaults shape no field, and a field is an `Option` whatever its nullability unless the configuration trusts its type",
    ]),
    Rule::new(Kind::StreamRemoved, "stream-removed", Bump::Major, [
        "stream property removed",
        "`download_…` and `upload_…` are gone",
        "public methods are removed",
    ]),
    Rule::new(Kind::StreamRenamed, "stream-renamed", Bump::Major, [
        "stream property renamed",
        "`download_…` and `upload_…` have another name",
        "public methods are removed, others added",
    ]),
    Rule::new(Kind::StreamAdded, "stream-added", Bump::Minor, [
        "stream property added",
        "there are `download_…` and `upload_…`",
        "public methods are added; a stream is no field",
    ]),
    Rule::new(Kind::ReadOnlyChanged, "read-only-changed", Bump::Minor, [
        "property became read-only, or ceased to be",
        "`READ_ONLY` differs: requests that create or update leave the value out, or send it",
        "no code breaks, but what is sent changes",
    ]),
    Rule::new(Kind::NavigationRemoved, "navigation-removed", Bump::Major, [
        "navigation property removed",
        "the field, the constant that names it and the request builder's methods are gone",
        "public items are removed",
    ]),
    Rule::new(Kind::NavigationRenamed, "navigation-renamed", Bump::Major, [
        "navigation property renamed",
        "the field, the constant that names it and the request builder's methods have another name",
        "public items are removed, others added",
    ]),
    Rule::new(Kind::NavigationTypeChanged, "navigation-type-changed", Bump::Major, [
        "navigation property leads to another type, or to a collection instead of one",
        "the field has another type, and the method returns another request builder",
        "public types change",
    ]).blind("it does not compare the types of fields, nor those that functions return"),
    Rule::new(Kind::NavigationAdded, "navigation-added", Bump::Minor, [
        "navigation property added",
        "the model gains a field, and the request builder methods",
        "public items are added",
    ]),
    Rule::new(Kind::NavigationDetailChanged, "navigation-detail-changed", Bump::Patch, [
        "navigation property's details changed",
        "no effect beyond the changes listed",
        "partners, constraints and nullability shape nothing; what containment does to references is listed by itself",
    ]),
    Rule::new(Kind::ReferencesRemoved, "references-removed", Bump::Major, [
        "references of a navigation property can no longer be changed",
        "the request builder's `…_ref` method is gone",
        "the targets became contained, or a term forbids it: a public method is removed",
    ]),
    Rule::new(Kind::ReferencesAdded, "references-added", Bump::Minor, [
        "references of a navigation property can be changed",
        "the request builder has a `…_ref` method",
        "the targets are no longer contained, or a term allows it: a public method is added",
    ]),
];
