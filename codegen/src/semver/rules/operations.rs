//! Functions and actions, and what they are called with.

use super::{Bump, Kind, Rule};

/// The rows, in the order of [`Kind`].
#[rustfmt::skip]
pub(super) const ROWS: &[Rule] = &[
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
        "function became an action, or the reverse",
        "the call is made in another way, and takes nullable parameters by setters, or no longer",
        "a function is a GET request that may be repeated, an action a POST request that may not",
    ]).blind("the method stays; what it does differs"),
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
        "the request builder gains a method",
        "a public method and type are added",
    ]),
    Rule::new(Kind::PermissionsChanged, "permissions-changed", Bump::Minor, [
        "permissions changed",
        "`PERMISSIONS` or the documentation names others; the application may need another grant",
        "no code breaks, but whoever runs it must know",
    ]),
    Rule::new(Kind::OperationDetailChanged, "operation-detail-changed", Bump::Patch, [
        "operation's details changed",
        "no effect beyond the changes listed",
        "entity set paths shape no method; what composability does is listed by itself",
    ]),
    Rule::new(Kind::ComposabilityRemoved, "composability-removed", Bump::Major, [
        "paths no longer go on from a function",
        "the call's `request_builder` is gone",
        "a public method is removed",
    ]),
    Rule::new(Kind::ComposabilityAdded, "composability-added", Bump::Minor, [
        "paths go on from a function",
        "the call has `request_builder`",
        "a public method is added",
    ]),
    Rule::new(Kind::CallRemoved, "call-removed", Bump::Major, [
        "operation can no longer be called on a resource",
        "the request builder's method is gone",
        "an explicit binding or a derived type went: a public method is removed",
    ]),
    Rule::new(Kind::CallAdded, "call-added", Bump::Minor, [
        "operation can be called on another resource",
        "the request builder gains a method",
        "an explicit binding or a derived type came: a public method is added",
    ]),
    Rule::new(Kind::GroupMemberRemoved, "group-member-removed", Bump::Major, [
        "function is no longer in an operation group",
        "the enumeration of the group loses a variant",
        "functions of a group take the same parameters: a public variant is removed",
    ]),
    Rule::new(Kind::GroupMemberAdded, "group-member-added", Bump::Minor, [
        "function is in an operation group",
        "the enumeration of the group gains a variant",
        "a variant is added to a `#[non_exhaustive]` enum",
    ]),
    Rule::new(Kind::ParameterRemoved, "parameter-removed", Bump::Major, [
        "parameter removed",
        "an argument or a setter is gone",
        "calls that give it no longer compile",
    ]),
    Rule::new(Kind::RequiredParameterAdded, "required-parameter-added", Bump::Major, [
        "required parameter added",
        "the call takes another argument",
        "calls without it no longer compile",
    ]),
    Rule::new(Kind::ParameterMadeRequired, "parameter-made-required", Bump::Major, [
        "parameter made required",
        "the setter becomes an argument: it may no longer be left out, or an action's may no longer be null",
        "calls without the argument no longer compile",
    ]),
    Rule::new(Kind::ParameterMadeOptional, "parameter-made-optional", Bump::Major, [
        "parameter made optional",
        "the argument becomes a setter: it may be left out, or an action's may be null",
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
        "nullability of a function's required parameter changed",
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
        "no effect beyond the changes listed",
        "arguments are told apart by their position; overloads that take the name of theirs are listed by themselves",
    ]),
    Rule::new(Kind::OptionalParameterAdded, "optional-parameter-added", Bump::Minor, [
        "optional parameter added",
        "the call gains a setter",
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
        "the enumeration gains a variant",
        "a variant is added to a `#[non_exhaustive]` enum; until now it was sent as `Other`",
    ]),
    Rule::new(Kind::AllowedValuesListed, "allowed-values-listed", Bump::Major, [
        "allowed values listed",
        "the argument is an enumeration of the values",
        "values that convert to the plain type may not convert to the enumeration",
    ]).blind("it does not compare the types of arguments"),
];
