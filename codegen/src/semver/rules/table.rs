//! The table: every kind of change, what users notice of it, and why it asks for what it asks for.

use super::{Bump, Checked, Rule};

/// Makes the kinds and their rows: kind, name in JSON, the part of the version that it asks for, what
/// happened, what users notice, why; and why cargo-semver-checks cannot agree, where it does not.
macro_rules! table {
    ($($kind:ident $id:literal $bump:ident
       [$change:literal, $effect:literal, $reason:literal,] $(blind $blind:literal)?,)*) => {
        /// The kind of a change; [`RULES`] says what each of them means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $(#[doc = concat!("`", $id, "`: ", $change, ".")]
            $kind,)*
        }

        /// Every kind of change, in the order of [`Kind`]: what happened, what users notice, why.
        pub static RULES: &[Rule] = &[$(Rule {
            kind: Kind::$kind,
            id: $id,
            change: $change,
            effect: $effect,
            bump: Bump::$bump,
            reason: $reason,
            checked: [$(Checked::Blind($blind),)? Checked::Agrees][0],
        },)*];
    };
}

table! {
    // Entry points: entity sets, singletons and imports.
    EntryPointRemoved "entry-point-removed" Major [
        "entity set or singleton removed",
        "the client's method is gone",
        "a public method is removed",
    ],
    EntryPointRenamed "entry-point-renamed" Major [
        "entity set or singleton renamed",
        "the client's method has another name",
        "a public method is removed, another added",
    ],
    EntryPointChanged "entry-point-changed" Major [
        "entity set or singleton of another type",
        "the client's method returns another request builder",
        "the method's type changes",
    ] blind "it does not compare the types that functions return",
    EntryPointKindChanged "entry-point-kind-changed" Major [
        "entity set became a singleton, or the reverse",
        "the client's method returns the request builder of one resource, not of a collection, or the reverse",
        "the method's type changes",
    ] blind "it does not compare the types that functions return",
    EntryPointAdded "entry-point-added" Minor [
        "entity set or singleton added",
        "the client gains a method",
        "a public method is added",
    ],
    EntryPointDetailChanged "entry-point-detail-changed" Patch [
        "entity set's or singleton's details changed",
        "no effect",
        "bindings, the entity set of a result and the place in the service document shape no method",
    ],
    ImportRemoved "import-removed" Major [
        "function or action import removed",
        "the client's method and the type of the call are gone",
        "a public method and type are removed",
    ],
    ImportRenamed "import-renamed" Major [
        "function or action import renamed",
        "the client's method and the type of the call have another name",
        "a public method and type are removed, others added",
    ],
    ImportChanged "import-changed" Major [
        "import of another function or action",
        "the client's method makes another call",
        "what is called, and with it the arguments and the result, is another",
    ] blind "it does not compare the types of arguments, nor what methods do",
    ImportAdded "import-added" Minor [
        "function or action import added",
        "the client gains a method",
        "a public method and type are added",
    ],
    // Types, their keys and what they derive from; enumerations.
    TypeRemoved "type-removed" Major [
        "type removed",
        "code that names the type no longer compiles",
        "a public type is removed",
    ],
    TypeRenamed "type-renamed" Major [
        "type renamed",
        "code must use the new name",
        "a public type is removed, another added",
    ],
    TypeMoved "type-moved" Major [
        "type moved to another namespace",
        "code must import it from another module",
        "namespaces are modules: the type's path changes",
    ],
    TypeMovedWithin "type-moved-within" Patch [
        "type moved to another namespace",
        "no effect: both namespaces are one module",
        "the type's path stays",
    ],
    TypeKindChanged "type-kind-changed" Major [
        "type is of another kind",
        "fields or variants differ",
        "a public type is replaced by one that is used in another way",
    ],
    TypeModifiersChanged "type-modifiers-changed" Patch [
        "type became abstract or open, or ceased to be",
        "no effect",
        "neither shapes a declaration: all types may have undeclared properties, and any may be derived from",
    ],
    MediaStreamRemoved "media-stream-removed" Major [
        "type is no longer a media entity",
        "`download` and `upload` are gone",
        "public methods are removed",
    ],
    MediaStreamAdded "media-stream-added" Minor [
        "type became a media entity",
        "there are `download` and `upload`",
        "public methods are added",
    ],
    KeyChanged "key-changed" Major [
        "key changed",
        "the `by_…` method of collections has another name or other arguments",
        "a public method is removed, or its arguments change",
    ],
    AlternateKeyRemoved "alternate-key-removed" Major [
        "alternate key removed",
        "the `by_…` method of collections is gone",
        "a public method is removed",
    ],
    AlternateKeyAdded "alternate-key-added" Minor [
        "alternate key added",
        "collections gain a `by_…` method",
        "a public method is added",
    ],
    BaseTypeChanged "base-type-changed" Patch [
        "base type changed",
        "no effect beyond the changes listed",
        "emitted types have all inherited members; those that come or go, and what the type derives from, are listed by themselves",
    ],
    DerivationRemoved "derivation-removed" Major [
        "type no longer derives from another",
        "the type does not implement `DerivedFrom` the other: no `cast` and no `downcast` leads to it from there",
        "a public implementation is removed",
    ] blind "it sees removed implementations of derived traits only",
    DerivationAdded "derivation-added" Minor [
        "type derives from another",
        "the type implements `DerivedFrom` the other: `cast` and `downcast` lead to it from there",
        "a public implementation is added",
    ],
    CastRemoved "cast-removed" Major [
        "nothing derives from a type any longer",
        "the request builder's `cast` is gone",
        "a public method is removed",
    ],
    CastAdded "cast-added" Minor [
        "type has its first derived type",
        "the request builder has `cast`",
        "a public method is added",
    ],
    DefinitionChanged "definition-changed" Major [
        "type definition stands for another type",
        "fields and arguments have another type",
        "public types change",
    ] blind "it does not compare the types of fields and arguments",
    TypeAdded "type-added" Minor [
        "type added",
        "a type is added",
        "a public type is added",
    ],
    MemberRemoved "member-removed" Major [
        "member removed",
        "code that names the variant no longer compiles",
        "a public variant is removed",
    ],
    MemberRenamed "member-renamed" Major [
        "member renamed",
        "code must use the new name",
        "a public variant is removed, another added",
    ],
    FlagsChanged "flags-changed" Major [
        "enumeration became flags or ceased to be",
        "values are `Flags<…>` of the enumeration, or no longer are",
        "the types of fields and arguments change",
    ] blind "it does not compare the types of fields and arguments",
    CatchAllRenamed "catch-all-renamed" Major [
        "member `other` came or went",
        "the variant for unknown members is `Unlisted` instead of `Other`, or the reverse",
        "a public variant is removed, or means something else",
    ],
    MemberAdded "member-added" Minor [
        "member added",
        "the enumeration gains a variant",
        "a variant is added to a `#[non_exhaustive]` enum; until now it was read as the unknown one",
    ],
    MemberValueChanged "member-value-changed" Patch [
        "member's number changed",
        "no effect",
        "names, not numbers, go over the wire",
    ],
    // Properties and navigation properties.
    PropertyRemoved "property-removed" Major [
        "property removed",
        "the field and the constant that names it are gone",
        "public items are removed",
    ],
    PropertyRenamed "property-renamed" Major [
        "property renamed",
        "the field and the constant that names it have another name",
        "public items are removed, others added",
    ],
    PropertyTypeChanged "property-type-changed" Major [
        "property type changed",
        "the field has another type",
        "a public field's type changes",
    ] blind "it does not compare the types of fields",
    PropertyMadeNullable "property-made-nullable" Major [
        "property made nullable",
        "the field becomes an `Option`",
        "code that uses the value must say what happens without one",
    ] blind "it does not compare the types of fields",
    PropertyMadeNonNullable "property-made-non-nullable" Major [
        "property made non-nullable",
        "the field is no longer an `Option`",
        "code that matches on the `Option` no longer compiles",
    ] blind "it does not compare the types of fields",
    ItemsMadeNullable "items-made-nullable" Major [
        "items of a collection made nullable",
        "the items of the field become `Option`s",
        "code that uses an item must say what happens without one; also in an entity, where the field is an `Option` anyway",
    ] blind "it does not compare the types of fields",
    ItemsMadeNonNullable "items-made-non-nullable" Major [
        "items of a collection made non-nullable",
        "the items of the field are no longer `Option`s",
        "code that matches on the `Option`s no longer compiles",
    ] blind "it does not compare the types of fields",
    PropertyAdded "property-added" Minor [
        "property added",
        "the model gains a field and a constant that names it",
        "a field is added to a `#[non_exhaustive]` struct; until now its value was in `additional_properties`",
    ],
    PropertyDetailChanged "property-detail-changed" Patch [
        "property facets changed",
        "no effect",
        "lengths, precisions and defaults shape no field, and a field is an `Option` whatever its nullability unless the configuration trusts its type",
    ],
    StreamRemoved "stream-removed" Major [
        "stream property removed",
        "`download_…` and `upload_…` are gone",
        "public methods are removed",
    ],
    StreamRenamed "stream-renamed" Major [
        "stream property renamed",
        "`download_…` and `upload_…` have another name",
        "public methods are removed, others added",
    ],
    StreamAdded "stream-added" Minor [
        "stream property added",
        "there are `download_…` and `upload_…`",
        "public methods are added; a stream is no field",
    ],
    ReadOnlyChanged "read-only-changed" Minor [
        "property became read-only, or ceased to be",
        "`READ_ONLY` differs: requests that create or update leave the value out, or send it",
        "no code breaks, but what is sent changes",
    ],
    NavigationRemoved "navigation-removed" Major [
        "navigation property removed",
        "the field, the constant that names it and the request builder's methods are gone",
        "public items are removed",
    ],
    NavigationRenamed "navigation-renamed" Major [
        "navigation property renamed",
        "the field, the constant that names it and the request builder's methods have another name",
        "public items are removed, others added",
    ],
    NavigationTypeChanged "navigation-type-changed" Major [
        "navigation property leads to another type, or to a collection instead of one",
        "the field has another type, and the method returns another request builder",
        "public types change",
    ] blind "it does not compare the types of fields, nor those that functions return",
    NavigationAdded "navigation-added" Minor [
        "navigation property added",
        "the model gains a field, and the request builder methods",
        "public items are added",
    ],
    NavigationDetailChanged "navigation-detail-changed" Patch [
        "navigation property's details changed",
        "no effect beyond the changes listed",
        "partners, constraints and nullability shape nothing; what containment does to references is listed by itself",
    ],
    ReferencesRemoved "references-removed" Major [
        "references of a navigation property can no longer be changed",
        "the request builder's `…_ref` method is gone",
        "the targets became contained, or a term forbids it: a public method is removed",
    ],
    ReferencesAdded "references-added" Minor [
        "references of a navigation property can be changed",
        "the request builder has a `…_ref` method",
        "the targets are no longer contained, or a term allows it: a public method is added",
    ],
    // Requests that capabilities and paths decide on.
    RequestRemoved "request-removed" Major [
        "requests of a kind forbidden everywhere",
        "the request builder's method is gone",
        "a public method is removed: `get`, `list`, `create`, `update`, `delete`, `count` or `upload…`",
    ],
    RequestAdded "request-added" Minor [
        "requests of a kind no longer forbidden everywhere",
        "the request builder gains a method",
        "a public method is added",
    ],
    RequestRefused "request-refused" Minor [
        "requests of a kind, or with a query option, forbidden at one place",
        "such a request is an error before it is sent",
        "no code breaks, since the method is there for other places; the service refused it already",
    ],
    RequestAllowed "request-allowed" Minor [
        "requests of a kind, or with a query option, no longer forbidden at one place",
        "such a request is sent",
        "no code breaks, and there is more to use",
    ],
    UpdateMethodChanged "update-method-changed" Major [
        "updates are sent with PUT instead of PATCH, or the reverse",
        "what is not set in an update is reset, where it was left as it was, or the reverse",
        "code that compiles does something else",
    ] blind "the method stays; what it does differs",
    QueryOptionsChanged "query-options-changed" Patch [
        "query options excluded, or no longer",
        "the documentation of `list` names them",
        "documentation only: where the client refuses them, `request-refused` says so",
    ],
    BuilderRemoved "builder-removed" Major [
        "no path leads to a type of resource any longer",
        "the request builder is gone, with the calls that go from there",
        "public types are removed",
    ],
    BuilderAdded "builder-added" Minor [
        "a path leads to a type of resource",
        "a request builder is added, with the calls that go from there",
        "public types are added",
    ],
    // Functions and actions, and what they are called with.
    OperationRemoved "operation-removed" Major [
        "operation removed",
        "code that calls it no longer compiles",
        "a public method and type are removed",
    ],
    OperationRenamed "operation-renamed" Major [
        "operation renamed",
        "code must use the new name",
        "a public method and type are removed, others added",
    ],
    OperationKindChanged "operation-kind-changed" Major [
        "function became an action, or the reverse",
        "the call is made in another way, and takes nullable parameters by setters, or no longer",
        "a function is a GET request that may be repeated, an action a POST request that may not",
    ] blind "the method stays; what it does differs",
    ReturnTypeChanged "return-type-changed" Major [
        "return type changed",
        "the call gives another type",
        "a public method's type changes",
    ] blind "it does not compare the types that functions return",
    ReturnNullabilityChanged "return-nullability-changed" Major [
        "result's nullability changed",
        "the call gives an `Option`, or no longer does",
        "a public method's type changes",
    ] blind "it does not compare the types that functions return",
    OperationMoved "operation-moved" Patch [
        "operation moved to another namespace",
        "no effect: calls send the new name",
        "modules are those of the resource, not of the operation",
    ],
    OperationAdded "operation-added" Minor [
        "operation added",
        "the request builder gains a method",
        "a public method and type are added",
    ],
    PermissionsChanged "permissions-changed" Minor [
        "permissions changed",
        "`PERMISSIONS` or the documentation names others; the application may need another grant",
        "no code breaks, but whoever runs it must know",
    ],
    OperationDetailChanged "operation-detail-changed" Patch [
        "operation's details changed",
        "no effect beyond the changes listed",
        "entity set paths shape no method; what composability does is listed by itself",
    ],
    ComposabilityRemoved "composability-removed" Major [
        "paths no longer go on from a function",
        "the call's `request_builder` is gone",
        "a public method is removed",
    ],
    ComposabilityAdded "composability-added" Minor [
        "paths go on from a function",
        "the call has `request_builder`",
        "a public method is added",
    ],
    CallRemoved "call-removed" Major [
        "operation can no longer be called on a resource",
        "the request builder's method is gone",
        "an explicit binding or a derived type went: a public method is removed",
    ],
    CallAdded "call-added" Minor [
        "operation can be called on another resource",
        "the request builder gains a method",
        "an explicit binding or a derived type came: a public method is added",
    ],
    GroupMemberRemoved "group-member-removed" Major [
        "function is no longer in an operation group",
        "the enumeration of the group loses a variant",
        "functions of a group take the same parameters: a public variant is removed",
    ],
    GroupMemberAdded "group-member-added" Minor [
        "function is in an operation group",
        "the enumeration of the group gains a variant",
        "a variant is added to a `#[non_exhaustive]` enum",
    ],
    ParameterRemoved "parameter-removed" Major [
        "parameter removed",
        "an argument or a setter is gone",
        "calls that give it no longer compile",
    ],
    RequiredParameterAdded "required-parameter-added" Major [
        "required parameter added",
        "the call takes another argument",
        "calls without it no longer compile",
    ],
    ParameterMadeRequired "parameter-made-required" Major [
        "parameter made required",
        "the setter becomes an argument: it may no longer be left out, or an action's may no longer be null",
        "calls without the argument no longer compile",
    ],
    ParameterMadeOptional "parameter-made-optional" Major [
        "parameter made optional",
        "the argument becomes a setter: it may be left out, or an action's may be null",
        "calls with the argument no longer compile",
    ],
    RequiredParametersReordered "required-parameters-reordered" Major [
        "required parameters in another order",
        "the arguments have another order",
        "calls give values to the wrong arguments, or no longer compile",
    ] blind "it does not compare the names and types of arguments",
    ParameterTypeChanged "parameter-type-changed" Major [
        "parameter type changed",
        "the argument has another type",
        "calls that give a value no longer compile",
    ] blind "it does not compare the types of arguments",
    ParameterNullabilityChanged "parameter-nullability-changed" Major [
        "nullability of a function's required parameter changed",
        "the argument becomes an `Option`, or no longer is one",
        "what a call may give changes",
    ] blind "it does not compare the types of arguments",
    OptionalParameterRenamed "optional-parameter-renamed" Major [
        "optional parameter renamed",
        "the setter has another name",
        "a public method is removed, another added",
    ],
    RequiredParameterRenamed "required-parameter-renamed" Patch [
        "required parameter renamed",
        "no effect beyond the changes listed",
        "arguments are told apart by their position; overloads that take the name of theirs are listed by themselves",
    ],
    OptionalParameterAdded "optional-parameter-added" Minor [
        "optional parameter added",
        "the call gains a setter",
        "calls that leave it out compile and send what they sent",
    ],
    DefaultValueChanged "default-value-changed" Minor [
        "default value changed",
        "calls that leave it out get something else",
        "no code breaks, but what the service does changes",
    ],
    ParameterDetailChanged "parameter-detail-changed" Patch [
        "parameter facets changed",
        "no effect",
        "lengths, precisions and the nullability of optional parameters shape no argument",
    ],
    AllowedValueRemoved "allowed-value-removed" Major [
        "allowed value removed",
        "code that names the variant no longer compiles",
        "a public variant is removed",
    ],
    AllowedValueRenamed "allowed-value-renamed" Major [
        "allowed value renamed",
        "code must use the new name",
        "a public variant is removed, another added",
    ],
    AllowedValuesDropped "allowed-values-dropped" Major [
        "allowed values no longer listed",
        "the argument is of the plain type again",
        "a public type is removed",
    ],
    AllowedValuesDiverged "allowed-values-diverged" Major [
        "operations no longer agree on the allowed values",
        "the one enumeration becomes several, or the reverse",
        "a public type is replaced by others",
    ],
    AllowedDefaultRemoved "allowed-default-removed" Major [
        "default value no longer one of the allowed values",
        "the enumeration of the values is no longer `Default`",
        "a public implementation is removed",
    ] blind "it sees removed implementations of derived traits only",
    AllowedValueAdded "allowed-value-added" Minor [
        "allowed value added",
        "the enumeration gains a variant",
        "a variant is added to a `#[non_exhaustive]` enum; until now it was sent as `Other`",
    ],
    AllowedValuesListed "allowed-values-listed" Major [
        "allowed values listed",
        "the argument is an enumeration of the values",
        "values that convert to the plain type may not convert to the enumeration",
    ] blind "it does not compare the types of arguments",
    // Documentation, and what only the emission decides.
    Deprecated "deprecated" Minor [
        "deprecated",
        "uses of it are warned about",
        "Semantic Versioning asks for a minor version when something is deprecated",
    ],
    DeprecationChanged "deprecation-changed" Patch [
        "deprecation changed",
        "the warning has another text, or is gone",
        "code compiles as before",
    ],
    DescriptionChanged "description-changed" Patch [
        "description changed",
        "the documentation has another text",
        "documentation only",
    ],
    AnnotationChanged "annotation-changed" Patch [
        "annotation changed",
        "no effect beyond the changes listed",
        "what a term does to requests and names is listed by itself",
    ],
    NameChanged "name-changed" Major [
        "name of Rust changed, not that of the metadata",
        "code must use the new name",
        "another element, an overload with fewer parameters, say, takes the name or gives it back; or the configuration makes another",
    ] blind "where names are exchanged, the old one lives on and means something else",
    DeclarationChanged "declaration-changed" Major [
        "declaration changed because of another element",
        "a type or an argument differs",
        "a public item changes: a type that came to hold itself is in a `Box`, say",
    ] blind "it does not compare the types of fields, nor of arguments",
    DeclarationRemoved "declaration-removed" Major [
        "declaration no longer made",
        "an item is gone",
        "nothing uses the element any longer, or the configuration leaves it out: a public item is removed",
    ],
    DeclarationAdded "declaration-added" Minor [
        "declaration made",
        "an item is added",
        "something uses the element now, what was not valid or not there is, or the configuration asks for it: a public item is added",
    ],
    NothingEmitted "nothing-emitted" Patch [
        "element changed that has no part in the client",
        "no effect",
        "no public item is made of the element, or the item stays the same: a type definition put in the place of its primitive type, say",
    ],
}
