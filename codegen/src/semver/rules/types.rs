//! Types, their keys and what they derive from; enumerations.

use super::{Bump, Kind, Rule};

/// The rows, in the order of [`Kind`].
#[rustfmt::skip]
pub(super) const ROWS: &[Rule] = &[
    Rule::new(Kind::TypeRemoved, "type-removed", Bump::Major, [
        "type removed",
        "code that names the type no longer compiles",
        "a public type is removed",
    ]),
    Rule::new(Kind::TypeRenamed, "type-renamed", Bump::Major, [
        "type renamed",
        "code must use the new name",
        "a public type is removed, another added",
    ]),
    Rule::new(Kind::TypeMoved, "type-moved", Bump::Major, [
        "type moved to another namespace",
        "code must import it from another module",
        "namespaces are modules: the type's path changes",
    ]),
    Rule::new(Kind::TypeMovedWithin, "type-moved-within", Bump::Patch, [
        "type moved to another namespace",
        "no effect: both namespaces are one module",
        "the type's path stays",
    ]),
    Rule::new(Kind::TypeKindChanged, "type-kind-changed", Bump::Major, [
        "type is of another kind",
        "fields or variants differ",
        "a public type is replaced by one that is used in another way",
    ]),
    Rule::new(Kind::TypeModifiersChanged, "type-modifiers-changed", Bump::Patch, [
        "type became abstract or open, or ceased to be",
        "no effect",
        "neither shapes a declaration: all types may have undeclared properties, and any may be derived from",
    ]),
    Rule::new(Kind::MediaStreamRemoved, "media-stream-removed", Bump::Major, [
        "type is no longer a media entity",
        "`download` and `upload` are gone",
        "public methods are removed",
    ]),
    Rule::new(Kind::MediaStreamAdded, "media-stream-added", Bump::Minor, [
        "type became a media entity",
        "there are `download` and `upload`",
        "public methods are added",
    ]),
    Rule::new(Kind::KeyChanged, "key-changed", Bump::Major, [
        "key changed",
        "the `by_…` method of collections has another name or other arguments",
        "a public method is removed, or its arguments change",
    ]),
    Rule::new(Kind::AlternateKeyRemoved, "alternate-key-removed", Bump::Major, [
        "alternate key removed",
        "the `by_…` method of collections is gone",
        "a public method is removed",
    ]),
    Rule::new(Kind::AlternateKeyAdded, "alternate-key-added", Bump::Minor, [
        "alternate key added",
        "collections gain a `by_…` method",
        "a public method is added",
    ]),
    Rule::new(Kind::BaseTypeChanged, "base-type-changed", Bump::Patch, [
        "base type changed",
        "no effect beyond the changes listed",
        "emitted types have all inherited members; those that come or go, and what the type derives from, are listed by themselves",
    ]),
    Rule::new(Kind::DerivationRemoved, "derivation-removed", Bump::Major, [
        "type no longer derives from another",
        "the type does not implement `DerivedFrom` the other: no `cast` and no `downcast` leads to it from there",
        "a public implementation is removed",
    ]).blind("it sees removed implementations of derived traits only"),
    Rule::new(Kind::DerivationAdded, "derivation-added", Bump::Minor, [
        "type derives from another",
        "the type implements `DerivedFrom` the other: `cast` and `downcast` lead to it from there",
        "a public implementation is added",
    ]),
    Rule::new(Kind::CastRemoved, "cast-removed", Bump::Major, [
        "nothing derives from a type any longer",
        "the request builder's `cast` is gone",
        "a public method is removed",
    ]),
    Rule::new(Kind::CastAdded, "cast-added", Bump::Minor, [
        "type has its first derived type",
        "the request builder has `cast`",
        "a public method is added",
    ]),
    Rule::new(Kind::DefinitionChanged, "definition-changed", Bump::Major, [
        "type definition stands for another type",
        "fields and arguments have another type",
        "public types change",
    ]).blind("it does not compare the types of fields and arguments"),
    Rule::new(Kind::TypeAdded, "type-added", Bump::Minor, [
        "type added",
        "a type is added",
        "a public type is added",
    ]),
    Rule::new(Kind::MemberRemoved, "member-removed", Bump::Major, [
        "member removed",
        "code that names the variant no longer compiles",
        "a public variant is removed",
    ]),
    Rule::new(Kind::MemberRenamed, "member-renamed", Bump::Major, [
        "member renamed",
        "code must use the new name",
        "a public variant is removed, another added",
    ]),
    Rule::new(Kind::FlagsChanged, "flags-changed", Bump::Major, [
        "enumeration became flags or ceased to be",
        "values are `Flags<…>` of the enumeration, or no longer are",
        "the types of fields and arguments change",
    ]).blind("it does not compare the types of fields and arguments"),
    Rule::new(Kind::CatchAllRenamed, "catch-all-renamed", Bump::Major, [
        "member `other` came or went",
        "the variant for unknown members is `Unlisted` instead of `Other`, or the reverse",
        "a public variant is removed, or means something else",
    ]),
    Rule::new(Kind::MemberAdded, "member-added", Bump::Minor, [
        "member added",
        "the enumeration gains a variant",
        "a variant is added to a `#[non_exhaustive]` enum; until now it was read as the unknown one",
    ]),
    Rule::new(Kind::MemberValueChanged, "member-value-changed", Bump::Patch, [
        "member's number changed",
        "no effect",
        "names, not numbers, go over the wire",
    ]),
];
