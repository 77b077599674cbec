//! A small service for unit tests.

use std::sync::Arc;

use crate::behavior::Behavior;
use crate::csdl;
use crate::service::{
    EnumMember, EnumType, Parameter, Primitive, Service, StructuredType, TypeRef, ValueType,
};

const CSDL: &str = r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
<edmx:DataServices><Schema Namespace="demo" Alias="d" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="root"><NavigationProperty Name="activity" Type="d.activity" ContainsTarget="true"/></EntityType>
<EntityType Name="entity"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.String" Nullable="false"/></EntityType>
<EntityType Name="activity" BaseType="d.entity"/>
<EntityType Name="user" BaseType="d.entity">
  <Property Name="name" Type="Edm.String"/><Property Name="age" Type="Edm.Int32"/><Property Name="born" Type="Edm.DateTimeOffset"/>
  <Property Name="paint" Type="d.color"/><Property Name="home" Type="d.count"/><Property Name="tags" Type="Collection(Edm.String)"/>
  <NavigationProperty Name="friends" Type="Collection(d.user)"/></EntityType>
<EntityType Name="admin" BaseType="d.user"><NavigationProperty Name="boss" Type="d.user"/></EntityType>
<ComplexType Name="count"><Property Name="intervalStartDateTime" Type="Edm.DateTimeOffset"/><Property Name="value" Type="Edm.Int64"/></ComplexType>
<ComplexType Name="share"><Property Name="intervalStartDateTime" Type="Edm.DateTimeOffset"/><Property Name="percentage" Type="Edm.Double"/></ComplexType>
<EnumType Name="color" IsFlags="true"><Member Name="red" Value="1"/><Member Name="green" Value="2"/></EnumType>
<Function Name="getMetricsForCount" IsBound="true"><Parameter Name="on" Type="d.activity"/>METRIC<ReturnType Type="Collection(d.count)"/></Function>
<Function Name="getShare" IsBound="true"><Parameter Name="on" Type="d.activity"/>METRIC<ReturnType Type="Collection(d.share)"/></Function>
<Function Name="getText" IsBound="true"><Parameter Name="on" Type="d.activity"/><ReturnType Type="Edm.String"/></Function>
<Function Name="find" IsBound="true"><Parameter Name="on" Type="d.activity"/><Parameter Name="a" Type="Edm.String" Nullable="false"/>
  <ReturnType Type="Collection(d.count)"/></Function>
<Function Name="find" IsBound="true"><Parameter Name="on" Type="d.activity"/><Parameter Name="a" Type="Edm.String" Nullable="false"/>
  <Parameter Name="b" Type="d.color" Nullable="false"/><ReturnType Type="Collection(d.count)"/></Function>
<Function Name="note" IsBound="true"><Parameter Name="on" Type="d.activity"/><Parameter Name="note" Type="Edm.String"/><ReturnType Type="Edm.String"/></Function>
<Function Name="pick" IsBound="true"><Parameter Name="on" Type="d.activity"/><Parameter Name="ids" Type="Collection(Edm.String)" Nullable="false"/>
  <Parameter Name="where" Type="d.count" Nullable="false"/><ReturnType Type="Edm.String"/></Function>
<Function Name="near" IsBound="true"><Parameter Name="on" Type="d.activity"/><Parameter Name="point" Type="Edm.GeographyPoint" Nullable="false"/>
  <ReturnType Type="Edm.String"/></Function>
<Function Name="delta" IsBound="true"><Parameter Name="on" Type="Collection(d.user)"/><ReturnType Type="Collection(d.user)"/></Function>
<EntityContainer Name="c"><Singleton Name="reports" Type="d.root"/><EntitySet Name="users" EntityType="d.user"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"#;

const METRIC: &str = r#"<Parameter Name="inclusiveIntervalStartDateTime" Type="Edm.DateTimeOffset" Nullable="false"/>
<Parameter Name="exclusiveIntervalEndDateTime" Type="Edm.DateTimeOffset" Nullable="false"/>
<Parameter Name="aggregationIntervalInMinutes" Type="Edm.Int32">
  <Annotation Term="Org.OData.Core.V1.OptionalParameter"><Record><PropertyValue Property="DefaultValue" String="15"/></Record></Annotation>
  <Annotation Term="Org.OData.Validation.V1.AllowedValues"><Collection>
    <Record><PropertyValue Property="Value" Int="5"/></Record><Record><PropertyValue Property="Value" Int="10"/></Record>
    <Record><PropertyValue Property="Value" Int="15"/></Record><Record><PropertyValue Property="Value" Int="30"/></Record>
  </Collection></Annotation></Parameter>"#;

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
        members: [("red", 1), ("green", 2)]
            .map(|(name, value)| EnumMember {
                name: name.to_owned(),
                value,
            })
            .into(),
    })
}

/// The three parameters of a metric function.
pub(crate) fn metric_parameters() -> Vec<Parameter> {
    let parameter = |name: &str, primitive: Primitive| Parameter {
        name: name.to_owned(),
        ty: ValueType::Primitive(primitive),
        item: one(primitive.name()),
        nullable: false,
        optional: false,
        default: None,
        allowed: Vec::new(),
    };
    vec![
        parameter("inclusiveIntervalStartDateTime", Primitive::DateTimeOffset),
        parameter("exclusiveIntervalEndDateTime", Primitive::DateTimeOffset),
        parameter("aggregationIntervalInMinutes", Primitive::Int32),
    ]
}

pub(crate) fn service() -> Service {
    let mut model = csdl::read(&CSDL.replace("METRIC", METRIC), &[]).expect("valid CSDL");
    // Two types that derive from each other: no document may, and no lookup may hang on it.
    for (name, base) in [("demo.egg", "demo.hen"), ("demo.hen", "demo.egg")] {
        let ty = StructuredType {
            base: Some(base.to_owned()),
            ..StructuredType::default()
        };
        model.types.insert(name.to_owned(), ty);
    }
    Service {
        model: Arc::new(model),
        behavior: Behavior::default(),
    }
}
