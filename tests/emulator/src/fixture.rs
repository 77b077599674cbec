//! A small service for unit tests, declared by hand.

use std::collections::BTreeMap;

use crate::service::{
    EnumType, Function, Parameter, Primitive, Property, Service, StructuredType, TypeRef, ValueType,
};

pub(crate) fn one(name: &str) -> TypeRef {
    TypeRef {
        name: name.to_owned(),
        collection: false,
    }
}

pub(crate) fn many(name: &str) -> TypeRef {
    TypeRef {
        name: name.to_owned(),
        collection: true,
    }
}

pub(crate) fn color() -> ValueType {
    ValueType::Enum(EnumType {
        name: "demo.color".to_owned(),
        flags: true,
        members: vec!["red".to_owned(), "green".to_owned()],
    })
}

pub(crate) fn parameter(name: &str, ty: ValueType) -> Parameter {
    Parameter {
        name: name.to_owned(),
        ty,
        nullable: false,
        optional: false,
        default: None,
        allowed: Vec::new(),
    }
}

fn function(
    name: &str,
    binding: TypeRef,
    parameters: Vec<Parameter>,
    returns: TypeRef,
) -> Function {
    Function {
        namespace: "demo".to_owned(),
        name: name.to_owned(),
        binding,
        parameters,
        returns,
        scopes: Vec::new(),
    }
}

fn structured(
    base: Option<&str>,
    properties: &[(&str, &str)],
    navigation: &[(&str, TypeRef)],
) -> StructuredType {
    let property = |(name, ty): &(&str, &str)| Property {
        name: (*name).to_owned(),
        ty: one(ty),
    };
    StructuredType {
        base: base.map(str::to_owned),
        properties: properties.iter().map(property).collect(),
        navigation: navigation
            .iter()
            .map(|(name, ty)| ((*name).to_owned(), ty.clone()))
            .collect(),
    }
}

/// The three parameters of a metric function.
pub(crate) fn metric_parameters() -> Vec<Parameter> {
    let time = ValueType::Primitive(Primitive::DateTimeOffset);
    vec![
        parameter("inclusiveIntervalStartDateTime", time.clone()),
        parameter("exclusiveIntervalEndDateTime", time),
        Parameter {
            nullable: true,
            optional: true,
            default: Some("15".to_owned()),
            allowed: ["5", "10", "15", "30"].map(str::to_owned).to_vec(),
            ..parameter(
                "aggregationIntervalInMinutes",
                ValueType::Primitive(Primitive::Int32),
            )
        },
    ]
}

fn functions() -> Vec<Function> {
    let text = || ValueType::Primitive(Primitive::String);
    let activity = || one("demo.activity");
    let nullable = Parameter {
        nullable: true,
        ..parameter("note", text())
    };
    vec![
        Function {
            scopes: vec!["Reports.Read.All".to_owned()],
            ..function(
                "getCount",
                activity(),
                metric_parameters(),
                many("demo.count"),
            )
        },
        function(
            "getShare",
            activity(),
            metric_parameters(),
            many("demo.share"),
        ),
        function("getText", activity(), vec![], one("Edm.String")),
        function(
            "find",
            activity(),
            vec![parameter("a", text())],
            many("demo.count"),
        ),
        function(
            "find",
            activity(),
            vec![parameter("a", text()), parameter("b", color())],
            many("demo.count"),
        ),
        function("note", activity(), vec![nullable], one("Edm.String")),
        function(
            "pick",
            activity(),
            vec![
                parameter("ids", ValueType::Collection("Edm.String".to_owned())),
                parameter("where", ValueType::Structured("demo.count".to_owned())),
            ],
            one("Edm.String"),
        ),
        function(
            "near",
            activity(),
            vec![parameter(
                "point",
                ValueType::Unsupported("Edm.GeographyPoint".to_owned()),
            )],
            one("Edm.String"),
        ),
        function("delta", many("demo.user"), vec![], many("demo.user")),
    ]
}

pub(crate) fn service() -> Service {
    let mut service = Service {
        entry_points: BTreeMap::from([
            ("reports".to_owned(), one("demo.root")),
            ("users".to_owned(), many("demo.user")),
        ]),
        aliases: BTreeMap::from([("d".to_owned(), "demo".to_owned())]),
        ..Service::default()
    };
    let time = ("intervalStartDateTime", "Edm.DateTimeOffset");
    for (name, ty) in [
        (
            "demo.root",
            structured(None, &[], &[("activity", one("demo.activity"))]),
        ),
        (
            "demo.entity",
            structured(None, &[("id", "Edm.String")], &[]),
        ),
        ("demo.activity", structured(Some("demo.entity"), &[], &[])),
        (
            "demo.user",
            structured(Some("demo.entity"), &[], &[("friends", many("demo.user"))]),
        ),
        (
            "demo.admin",
            structured(Some("demo.user"), &[], &[("boss", one("demo.user"))]),
        ),
        (
            "demo.count",
            structured(None, &[time, ("value", "Edm.Int64")], &[]),
        ),
        (
            "demo.share",
            structured(None, &[time, ("percentage", "Edm.Double")], &[]),
        ),
        // Two types that derive from each other: no document may, and no lookup may hang on it.
        ("demo.egg", structured(Some("demo.hen"), &[], &[])),
        ("demo.hen", structured(Some("demo.egg"), &[], &[])),
    ] {
        service.types.insert(name.to_owned(), ty);
    }
    for function in functions() {
        let overloads = service.functions.entry(function.name.clone());
        overloads.or_default().push(function);
    }
    service
}
