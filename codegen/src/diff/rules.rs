//! What each change of the metadata means to the users of the emitted crate: the one table.

use serde::Serialize;
use std::fmt;

/// Which part of a crate's version a change asks for (Semantic Versioning 2.0.0, sections 6 to 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bump {
    /// Code that compiled behaves as before.
    Patch,
    /// Code that compiled still does, and there is more to use or to know.
    Minor,
    /// Code that compiled may no longer do so.
    Major,
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// What cargo-semver-checks makes of a change when it compares the two crates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It asks for a major version exactly if the table does.
    Agrees,
    /// The table asks for a major version and it does not, for this reason.
    Blind(&'static str),
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The kind of change.
    pub kind: Kind,
    /// Its name in JSON.
    pub id: &'static str,
    /// What happened, in a few words.
    pub change: &'static str,
    /// What Rust users notice.
    pub effect: &'static str,
    /// The part of the version that it asks for.
    pub bump: Bump,
    /// Why it is that part.
    pub reason: &'static str,
    /// Whether cargo-semver-checks agrees.
    pub checked: Checked,
}

impl Rule {
    /// A row that cargo-semver-checks agrees with.
    const fn new(kind: Kind, id: &'static str, bump: Bump, texts: [&'static str; 3]) -> Self {
        let [change, effect, reason] = texts;
        let checked = Checked::Agrees;
        Self {
            kind,
            id,
            change,
            effect,
            bump,
            reason,
            checked,
        }
    }

    /// The row with the reason why cargo-semver-checks cannot agree.
    const fn blind(mut self, reason: &'static str) -> Self {
        self.checked = Checked::Blind(reason);
        self
    }
}

impl Kind {
    /// The row of the table that speaks of the kind.
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }
}

/// The kind of a change; [`RULES`] says what each of them means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Entry point removed.
    EntryPointRemoved,
    /// Entry point renamed.
    EntryPointRenamed,
    /// Entry point leads elsewhere.
    EntryPointChanged,
    /// Entry point added.
    EntryPointAdded,
    /// Type removed.
    TypeRemoved,
    /// Type renamed.
    TypeRenamed,
    /// Type moved to another namespace.
    TypeMoved,
    /// Type moved to another namespace.
    TypeMovedWithin,
    /// Type is of another kind.
    TypeKindChanged,
    /// Type's modifiers changed.
    TypeModifiersChanged,
    /// Key changed.
    KeyChanged,
    /// Base type changed.
    BaseTypeChanged,
    /// Type definition stands for another type.
    DefinitionChanged,
    /// Type added.
    TypeAdded,
    /// Property removed.
    PropertyRemoved,
    /// Property renamed.
    PropertyRenamed,
    /// Property type changed.
    PropertyTypeChanged,
    /// Property made nullable.
    PropertyMadeNullable,
    /// Property made non-nullable.
    PropertyMadeNonNullable,
    /// Property added.
    PropertyAdded,
    /// Property facets changed.
    PropertyDetailChanged,
    /// Navigation property removed.
    NavigationRemoved,
    /// Navigation property renamed.
    NavigationRenamed,
    /// Navigation property leads to another type.
    NavigationTypeChanged,
    /// Navigation property added.
    NavigationAdded,
    /// Navigation property's details changed.
    NavigationDetailChanged,
    /// Member removed.
    MemberRemoved,
    /// Member renamed.
    MemberRenamed,
    /// Enumeration became flags or ceased to be.
    FlagsChanged,
    /// Member added.
    MemberAdded,
    /// Member's number changed.
    MemberValueChanged,
    /// Operation removed.
    OperationRemoved,
    /// Operation renamed.
    OperationRenamed,
    /// Operation is of another kind.
    OperationKindChanged,
    /// Return type changed.
    ReturnTypeChanged,
    /// Result's nullability changed.
    ReturnNullabilityChanged,
    /// Operation moved to another namespace.
    OperationMoved,
    /// Operation added.
    OperationAdded,
    /// Permissions changed.
    PermissionsChanged,
    /// Operation's details changed.
    OperationDetailChanged,
    /// Parameter removed.
    ParameterRemoved,
    /// Required parameter added.
    RequiredParameterAdded,
    /// Parameter made required.
    ParameterMadeRequired,
    /// Parameter made optional.
    ParameterMadeOptional,
    /// Required parameters in another order.
    RequiredParametersReordered,
    /// Parameter type changed.
    ParameterTypeChanged,
    /// Required parameter's nullability changed.
    ParameterNullabilityChanged,
    /// Optional parameter renamed.
    OptionalParameterRenamed,
    /// Required parameter renamed.
    RequiredParameterRenamed,
    /// Optional parameter added.
    OptionalParameterAdded,
    /// Default value changed.
    DefaultValueChanged,
    /// Parameter facets changed.
    ParameterDetailChanged,
    /// Allowed value removed.
    AllowedValueRemoved,
    /// Allowed value renamed.
    AllowedValueRenamed,
    /// Allowed values no longer listed.
    AllowedValuesDropped,
    /// Operations no longer agree on the allowed values.
    AllowedValuesDiverged,
    /// Default value no longer one of the allowed values.
    AllowedDefaultRemoved,
    /// Allowed value added.
    AllowedValueAdded,
    /// Allowed values listed.
    AllowedValuesListed,
    /// Deprecated.
    Deprecated,
    /// Deprecation changed.
    DeprecationChanged,
    /// Description changed.
    DescriptionChanged,
    /// Annotation changed.
    AnnotationChanged,
    /// Request added.
    RequestAdded,
    /// Request removed.
    RequestRemoved,
    /// Request made in another way.
    RequestChanged,
    /// Rust name changed.
    NameChanged,
}

/// Every kind of change, in the order of [`Kind`]: what happened, what users notice, why.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    // Entry points.
    Rule::new(Kind::EntryPointRemoved, "entry-point-removed", Bump::Major, [
        "entry point removed",
        "the client's method is gone",
        "a public method is removed",
    ]),
    Rule::new(Kind::EntryPointRenamed, "entry-point-renamed", Bump::Major, [
        "entry point renamed",
        "the client's method has another name",
        "a public method is removed, another added",
    ]),
    Rule::new(Kind::EntryPointChanged, "entry-point-changed", Bump::Major, [
        "entry point leads elsewhere",
        "the client's method returns another request builder",
        "the method's type changes",
    ]).blind("it does not compare the types that functions return"),
    Rule::new(Kind::EntryPointAdded, "entry-point-added", Bump::Minor, [
        "entry point added",
        "the client has a method more",
        "a public method is added",
    ]),
    // Types.
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
        "type's modifiers changed",
        "no effect",
        "whether a type is abstract or open shapes no declaration; what a media stream brings is listed by itself",
    ]),
    Rule::new(Kind::KeyChanged, "key-changed", Bump::Major, [
        "key changed",
        "resources are addressed by other values",
        "what identifies a resource is part of every use of it",
    ]).blind("the key is read from the entity's fields and changes no declaration by itself"),
    Rule::new(Kind::BaseTypeChanged, "base-type-changed", Bump::Major, [
        "base type changed",
        "values cannot be converted to the old base type any more",
        "a public implementation is removed; inherited members that come or go are listed by themselves",
    ]).blind("it sees removed implementations of derived traits only"),
    Rule::new(Kind::DefinitionChanged, "definition-changed", Bump::Major, [
        "type definition stands for another type",
        "fields and arguments have another type",
        "public types change",
    ]).blind("it does not compare the types of fields and arguments"),
    Rule::new(Kind::TypeAdded, "type-added", Bump::Minor, [
        "type added",
        "there is a type more",
        "a public type is added",
    ]),
    // Properties.
    Rule::new(Kind::PropertyRemoved, "property-removed", Bump::Major, [
        "property removed",
        "code that reads the field no longer compiles",
        "a public field is removed",
    ]),
    Rule::new(Kind::PropertyRenamed, "property-renamed", Bump::Major, [
        "property renamed",
        "code must use the new name",
        "a public field is removed, another added",
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
        "the field is an `Option` no more",
        "code that matches on the `Option` no longer compiles",
    ]).blind("it does not compare the types of fields"),
    Rule::new(Kind::PropertyAdded, "property-added", Bump::Minor, [
        "property added",
        "there is a field more",
        "a field is added to a `#[non_exhaustive]` struct; until now its value was in `additional_properties`",
    ]),
    Rule::new(Kind::PropertyDetailChanged, "property-detail-changed", Bump::Patch, [
        "property facets changed",
        "no effect",
        "lengths, precisions, defaults and the nullability of entities' properties shape no field",
    ]),
    // Navigation properties.
    Rule::new(Kind::NavigationRemoved, "navigation-removed", Bump::Major, [
        "navigation property removed",
        "the request builder's method is gone",
        "a public method is removed",
    ]),
    Rule::new(Kind::NavigationRenamed, "navigation-renamed", Bump::Major, [
        "navigation property renamed",
        "the request builder's method has another name",
        "a public method is removed, another added",
    ]),
    Rule::new(Kind::NavigationTypeChanged, "navigation-type-changed", Bump::Major, [
        "navigation property leads to another type",
        "the method returns another request builder",
        "a public method's type changes",
    ]).blind("it does not compare the types that functions return"),
    Rule::new(Kind::NavigationAdded, "navigation-added", Bump::Minor, [
        "navigation property added",
        "the request builder has a method more",
        "a public method is added",
    ]),
    Rule::new(Kind::NavigationDetailChanged, "navigation-detail-changed", Bump::Patch, [
        "navigation property's details changed",
        "no effect",
        "partners, constraints and nullability shape no method; what containment takes away is listed by itself",
    ]),
    // Enumerations.
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
        "a value may be several members, or no longer is",
        "code that looks at one member misses the others",
    ]).blind("the declaration stays; the values that it gets differ"),
    Rule::new(Kind::MemberAdded, "member-added", Bump::Minor, [
        "member added",
        "there is a variant more",
        "a variant is added to a `#[non_exhaustive]` enum; until now it was read as the unknown one",
    ]),
    Rule::new(Kind::MemberValueChanged, "member-value-changed", Bump::Patch, [
        "member's number changed",
        "no effect",
        "names, not numbers, go over the wire",
    ]),
    // Operations.
    Rule::new(Kind::OperationRemoved, "operation-removed", Bump::Major, [
        "operation removed",
        "code that calls it no longer compiles",
        "a public method and type are removed",
    ]),
    Rule::new(Kind::OperationRenamed, "operation-renamed", Bump::Major, [
        "operation renamed",
        "code must use the new name",
        "a public method and type are removed, others added",
    ]),
    Rule::new(Kind::OperationKindChanged, "operation-kind-changed", Bump::Major, [
        "operation is of another kind",
        "the call is made in another way",
        "a function is a GET request that may be repeated, an action a POST request that may not",
    ]),
    Rule::new(Kind::ReturnTypeChanged, "return-type-changed", Bump::Major, [
        "return type changed",
        "the call gives another type",
        "a public method's type changes",
    ]).blind("it does not compare the types that functions return"),
    Rule::new(Kind::ReturnNullabilityChanged, "return-nullability-changed", Bump::Major, [
        "result's nullability changed",
        "the call gives an `Option`, or no longer does",
        "a public method's type changes",
    ]).blind("it does not compare the types that functions return"),
    Rule::new(Kind::OperationMoved, "operation-moved", Bump::Patch, [
        "operation moved to another namespace",
        "no effect: calls send the new name",
        "modules are those of the resource, not of the operation",
    ]),
    Rule::new(Kind::OperationAdded, "operation-added", Bump::Minor, [
        "operation added",
        "there is a method more",
        "a public method and type are added",
    ]),
    Rule::new(Kind::PermissionsChanged, "permissions-changed", Bump::Minor, [
        "permissions changed",
        "`PERMISSIONS` has other values; the application may need another grant",
        "no code breaks, but whoever runs it must know",
    ]),
    Rule::new(Kind::OperationDetailChanged, "operation-detail-changed", Bump::Patch, [
        "operation's details changed",
        "no effect",
        "entity set paths shape no method; what composability brings is listed by itself",
    ]),
    // Parameters.
    Rule::new(Kind::ParameterRemoved, "parameter-removed", Bump::Major, [
        "parameter removed",
        "an argument or a setter is gone",
        "calls that give it no longer compile",
    ]),
    Rule::new(Kind::RequiredParameterAdded, "required-parameter-added", Bump::Major, [
        "required parameter added",
        "there is an argument more",
        "calls without it no longer compile",
    ]),
    Rule::new(Kind::ParameterMadeRequired, "parameter-made-required", Bump::Major, [
        "parameter made required",
        "the setter becomes an argument",
        "calls without the argument no longer compile",
    ]),
    Rule::new(Kind::ParameterMadeOptional, "parameter-made-optional", Bump::Major, [
        "parameter made optional",
        "the argument becomes a setter",
        "calls with the argument no longer compile",
    ]),
    Rule::new(Kind::RequiredParametersReordered, "required-parameters-reordered", Bump::Major, [
        "required parameters in another order",
        "the arguments have another order",
        "calls give values to the wrong arguments, or no longer compile",
    ]).blind("it does not compare the names and types of arguments"),
    Rule::new(Kind::ParameterTypeChanged, "parameter-type-changed", Bump::Major, [
        "parameter type changed",
        "the argument has another type",
        "calls that give a value no longer compile",
    ]).blind("it does not compare the types of arguments"),
    Rule::new(Kind::ParameterNullabilityChanged, "parameter-nullability-changed", Bump::Major, [
        "required parameter's nullability changed",
        "the argument becomes an `Option`, or no longer is one",
        "what a call may give changes",
    ]).blind("it does not compare the types of arguments"),
    Rule::new(Kind::OptionalParameterRenamed, "optional-parameter-renamed", Bump::Major, [
        "optional parameter renamed",
        "the setter has another name",
        "a public method is removed, another added",
    ]),
    Rule::new(Kind::RequiredParameterRenamed, "required-parameter-renamed", Bump::Patch, [
        "required parameter renamed",
        "no effect: calls send the new name",
        "arguments are told apart by their position",
    ]),
    Rule::new(Kind::OptionalParameterAdded, "optional-parameter-added", Bump::Minor, [
        "optional parameter added",
        "there is a setter more",
        "calls that leave it out compile and send what they sent",
    ]),
    Rule::new(Kind::DefaultValueChanged, "default-value-changed", Bump::Minor, [
        "default value changed",
        "calls that leave it out get something else",
        "no code breaks, but what the service does changes",
    ]),
    Rule::new(Kind::ParameterDetailChanged, "parameter-detail-changed", Bump::Patch, [
        "parameter facets changed",
        "no effect",
        "lengths, precisions and the nullability of optional parameters shape no argument",
    ]),
    // Allowed values.
    Rule::new(Kind::AllowedValueRemoved, "allowed-value-removed", Bump::Major, [
        "allowed value removed",
        "code that names the variant no longer compiles",
        "a public variant is removed",
    ]),
    Rule::new(Kind::AllowedValueRenamed, "allowed-value-renamed", Bump::Major, [
        "allowed value renamed",
        "code must use the new name",
        "a public variant is removed, another added",
    ]),
    Rule::new(Kind::AllowedValuesDropped, "allowed-values-dropped", Bump::Major, [
        "allowed values no longer listed",
        "the argument is of the plain type again",
        "a public type is removed",
    ]),
    Rule::new(Kind::AllowedValuesDiverged, "allowed-values-diverged", Bump::Major, [
        "operations no longer agree on the allowed values",
        "the one enumeration becomes several, or the reverse",
        "a public type is replaced by others",
    ]),
    Rule::new(Kind::AllowedDefaultRemoved, "allowed-default-removed", Bump::Major, [
        "default value no longer one of the allowed values",
        "the enumeration of the values is no longer `Default`",
        "a public implementation is removed",
    ]).blind("it sees removed implementations of derived traits only"),
    Rule::new(Kind::AllowedValueAdded, "allowed-value-added", Bump::Minor, [
        "allowed value added",
        "there is a variant more",
        "a variant is added to a `#[non_exhaustive]` enum; until now it was sent as `Other`",
    ]),
    Rule::new(Kind::AllowedValuesListed, "allowed-values-listed", Bump::Major, [
        "allowed values listed",
        "the argument is an enumeration of the values",
        "values that convert to the plain type may not convert to the enumeration",
    ]).blind("it does not compare the types of arguments"),
    // Documentation.
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
        "no effect",
        "the term shapes no declaration",
    ]),
    // What no declaration stands for.
    Rule::new(Kind::RequestAdded, "request-added", Bump::Minor, [
        "request added",
        "the request builder has a method more",
        "capabilities, keys, streams, derived types or composability allow it: a public method is added",
    ]),
    Rule::new(Kind::RequestRemoved, "request-removed", Bump::Major, [
        "request removed",
        "the request builder's method is gone",
        "capabilities, keys, streams, derived types or composability no longer allow it: a public method is removed",
    ]),
    Rule::new(Kind::RequestChanged, "request-changed", Bump::Major, [
        "request made in another way",
        "the method takes other arguments, or sends something else",
        "what identifies a resource, or what an update replaces, is another",
    ]).blind("it does not compare the types of arguments, nor what methods do"),
    Rule::new(Kind::NameChanged, "name-changed", Bump::Major, [
        "another name is the same in Rust",
        "code must use the new name",
        "of two names that are one in Rust, one gets a number",
    ]).blind("the old name lives on, and means something else"),
];

#[cfg(test)]
mod tests;
