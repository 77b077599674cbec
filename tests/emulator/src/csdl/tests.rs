use crate::metrics::{MetricKind, MetricShape};
use crate::service::Service;
use crate::service::{Primitive, ValueType};

const BUNDLED: &str = include_str!("../../metadata/beta.csdl");
const ANNOTATIONS: &str = include_str!("../../metadata/parameters.csdl");

const SMALL: &str = r#"<?xml version="1.0"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
<edmx:DataServices><Schema Namespace="demo" Alias="d" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="user"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.String" Nullable="false"/>
<NavigationProperty Name="friends" Type="Collection(d.user)"/></EntityType>
<EntityType Name="admin" BaseType="d.user"/>
<ComplexType Name="point"><Property Name="x" Type="Edm.Double"/></ComplexType>
<EnumType Name="color" IsFlags="true"><Member Name="red" Value="1"/><Member Name="green" Value="2"/></EnumType>
<TypeDefinition Name="weight" UnderlyingType="Edm.Decimal"/>
<Function Name="look" IsBound="true"><Parameter Name="on" Type="Collection(d.user)"/>
<Parameter Name="color" Type="d.color"/><Parameter Name="weight" Type="d.weight"/>
<Parameter Name="point" Type="d.point"/><Parameter Name="ids" Type="Collection(Edm.Guid)"/>
<Parameter Name="where" Type="Edm.GeographyPoint"/>
<ReturnType Type="Edm.String"/></Function>
<Action Name="act" IsBound="true"><Parameter Name="on" Type="d.user"/></Action>
<Function Name="unbound"><ReturnType Type="Edm.String"/></Function>
<EntityContainer Name="c"><EntitySet Name="users" EntityType="d.user"/><Singleton Name="me" Type="d.user"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"#;

fn bundled() -> Service {
    Service::load(BUNDLED, &[ANNOTATIONS.to_owned()]).expect("the bundled metadata")
}

#[test]
fn every_bundled_function_is_an_annotated_metric() {
    let service = bundled();
    assert_eq!(service.operations.len(), 38);
    for function in service.operations.values().flatten() {
        assert!(
            MetricShape::of(&service, function).is_some(),
            "{}",
            function.name
        );
        let interval = &function.parameters[2];
        assert_eq!(
            interval.name, "aggregationIntervalInMinutes",
            "{}",
            function.name
        );
        assert!(interval.optional, "{}", function.name);
        assert_eq!(interval.default.as_deref(), Some("15"), "{}", function.name);
        assert_eq!(
            interval.allowed,
            ["5", "10", "15", "30"],
            "{}",
            function.name
        );
    }
}

#[test]
fn counts_and_shares_are_told_apart() {
    let service = bundled();
    let kind = |name: &str| MetricShape::of(&service, &service.operations[name][0]).map(|s| s.kind);
    assert_eq!(
        kind("getMetricsForMfaSignInFailure"),
        Some(MetricKind::Count)
    );
    assert_eq!(
        kind("getConnectivityMetricsForExchange"),
        Some(MetricKind::Percentage)
    );
}

#[test]
fn the_bundled_path_is_there() {
    let service = bundled();
    let root = &service.entry_points["reports"].ty;
    assert_eq!(root.to_string(), "microsoft.graph.reportRoot");
    let activity = service.navigation(&root.name, "serviceActivity").unwrap();
    assert_eq!(activity.ty.to_string(), "microsoft.graph.serviceActivity");
    assert_eq!(service.aliases["graph"], "microsoft.graph");
}

#[test]
fn every_kind_of_declaration_is_read() {
    let service = Service::load(SMALL, &[]).unwrap();
    assert_eq!(
        service.entry_points["users"].ty.to_string(),
        "Collection(demo.user)"
    );
    assert_eq!(service.entry_points["me"].ty.to_string(), "demo.user");
    assert!(service.is_or_derives_from("demo.admin", "demo.user"));
    assert_eq!(
        service.operations.keys().collect::<Vec<_>>(),
        ["act", "look", "unbound"]
    );
    let look = &service.operations["look"][0];
    assert_eq!(
        look.binding.as_ref().unwrap().to_string(),
        "Collection(demo.user)"
    );
    let types: Vec<&ValueType> = look.parameters.iter().map(|p| &p.ty).collect();
    assert_eq!(
        types,
        [
            &crate::fixture::color(),
            &ValueType::Primitive(Primitive::Decimal),
            &ValueType::Structured("demo.point".to_owned()),
            &ValueType::Collection("Edm.Guid".to_owned()),
            &ValueType::Unsupported("Edm.GeographyPoint".to_owned()),
        ]
    );
    assert!(look.parameters.iter().all(|p| p.nullable && !p.optional));
}

#[test]
fn documents_that_are_not_csdl_are_refused() {
    for text in [
        "",
        "<a",
        "<html/>",
        &SMALL.replace("d.weight\"", "d.height\""),
    ] {
        let error = Service::load(text, &[]).expect_err(text).to_string();
        assert!(error.contains("metadata"), "{error}");
    }
    let error = Service::load(&SMALL.replace("d.weight\"", "d.height\""), &[]);
    let error = error.unwrap_err().to_string();
    assert!(error.contains("metadata:11:"), "{error}");
}

#[test]
fn members_without_a_value_count_on() {
    let csdl = |flags: bool| {
        format!(
            r#"<Edmx><DataServices><Schema Namespace="d"><EnumType Name="e" IsFlags="{flags}">
            <Member Name="a"/><Member Name="b"/><Member Name="c" Value="8"/><Member Name="d"/>
            </EnumType></Schema></DataServices></Edmx>"#
        )
    };
    for (flags, expected) in [(false, [0, 1, 8, 9]), (true, [1, 2, 8, 16])] {
        let service = Service::load(&csdl(flags), &[]).unwrap();
        let values = service.enums["d.e"].members.iter().map(|m| m.value);
        assert_eq!(values.collect::<Vec<_>>(), expected);
    }
    let wrong = csdl(false).replace('8', "eight");
    let error = Service::load(&wrong, &[]).unwrap_err();
    assert!(error.to_string().contains("'eight' is no value"), "{error}");
}
