//! A small service, and for each kind of change an edit that makes it.

use csdl_codegen::diff::Kind;

/// The configuration of the small service's client.
pub const CONFIG: &str = r#"
[client]
name = "demo-client"
output = "generated"
title = "A client."

[service]
name = "Demo"
default-namespaces = ["demo", "demo.second"]

[[service.clouds]]
name = "Global"
description = "The one."
root = "https://example.com/v1"
scope = "https://example.com/.default"
login-authority = "https://login.example.com"

[metadata]
document = "demo.csdl"
paths = ["/"]
"#;

/// The small service: something of every sort.
pub const BASE: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:DataServices>
    <Schema Namespace="demo" xmlns="http://docs.oasis-open.org/odata/ns/edm">
      <EnumType Name="level">
        <Member Name="low" Value="0" />
        <Member Name="high" Value="1" />
      </EnumType>
      <TypeDefinition Name="count" UnderlyingType="Edm.Int32" />
      <ComplexType Name="metric">
        <Property Name="count" Type="demo.count" Nullable="false" />
        <Property Name="level" Type="demo.level" Nullable="false" />
        <Property Name="note" Type="Edm.String" />
        <Property Name="value" Type="Edm.Int64" Nullable="false" />
      </ComplexType>
      <EntityType Name="entity" Abstract="true">
        <Key><PropertyRef Name="id" /></Key>
        <Property Name="id" Type="Edm.String" Nullable="false" />
      </EntityType>
      <EntityType Name="activity" BaseType="demo.entity">
        <Property Name="name" Type="Edm.String" />
      </EntityType>
      <EntityType Name="reportRoot" BaseType="demo.entity">
        <NavigationProperty Name="activity" Type="demo.activity" ContainsTarget="true" />
      </EntityType>
      <Function Name="getActivity" IsBound="true">
        <Parameter Name="bindingParameter" Type="demo.reportRoot" />
        <ReturnType Type="demo.activity" Nullable="false" />
      </Function>
      <Function Name="getMetrics" IsBound="true">
        <Parameter Name="bindingParameter" Type="demo.activity" />
        <Parameter Name="start" Type="Edm.DateTimeOffset" Nullable="false" />
        <Parameter Name="limit" Type="Edm.Int32" Nullable="false" />
        <Parameter Name="interval" Type="Edm.Int32">
          <Annotation Term="Org.OData.Core.V1.OptionalParameter">
            <Record><PropertyValue Property="DefaultValue" String="15" /></Record>
          </Annotation>
          <Annotation Term="Org.OData.Validation.V1.AllowedValues">
            <Collection>
              <Record><PropertyValue Property="Value" Int="5" />
                <Annotation Term="Org.OData.Core.V1.SymbolicName" String="Five" /></Record>
              <Record><PropertyValue Property="Value" Int="15" />
                <Annotation Term="Org.OData.Core.V1.SymbolicName" String="Fifteen" /></Record>
            </Collection>
          </Annotation>
        </Parameter>
        <Parameter Name="filter" Type="Edm.String">
          <Annotation Term="Org.OData.Core.V1.OptionalParameter" />
        </Parameter>
        <ReturnType Type="Collection(demo.metric)" />
        <Annotation Term="Org.OData.Core.V1.Description" String="Counts things." />
        <Annotation Term="Org.OData.Capabilities.V1.OperationRestrictions">
          <Record>
            <PropertyValue Property="Permissions">
              <Collection>
                <Record>
                  <PropertyValue Property="SchemeName" String="Application" />
                  <PropertyValue Property="Scopes">
                    <Collection><Record><PropertyValue Property="Scope" String="Read.All" /></Record></Collection>
                  </PropertyValue>
                </Record>
              </Collection>
            </PropertyValue>
          </Record>
        </Annotation>
      </Function>
      <Function Name="getStatus" IsBound="true">
        <Parameter Name="bindingParameter" Type="demo.activity" />
        <Parameter Name="at" Type="Edm.String" Nullable="false" />
        <ReturnType Type="Edm.String" Nullable="false" />
      </Function>
      <EntityContainer Name="service">
        <Singleton Name="reports" Type="demo.reportRoot" />
        <Singleton Name="today" Type="demo.activity" />
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
"#;

/// What makes one kind of change.
pub struct Edit {
    /// The kind that the edit makes.
    pub kind: Kind,
    /// Texts of the base and what the old document has in their places.
    old: &'static [Replacement],
    /// Texts of the base and what the new document has in their places.
    new: &'static [Replacement],
}

type Replacement = (&'static str, &'static str);

impl Edit {
    /// The document before.
    pub fn before(&self) -> String {
        replaced(self.old)
    }

    /// The document after.
    pub fn after(&self) -> String {
        replaced(self.new)
    }
}

fn replaced(replacements: &[Replacement]) -> String {
    let mut text = BASE.to_owned();
    for (from, to) in replacements {
        assert!(text.contains(from), "the base has no `{from}`");
        text = text.replace(from, to);
    }
    text
}

/// An edit of the base.
const fn edit(kind: Kind, new: &'static [Replacement]) -> Edit {
    Edit {
        kind,
        old: &[],
        new,
    }
}

/// The same edit the other way round.
const fn reverse(kind: Kind, old: &'static [Replacement]) -> Edit {
    Edit {
        kind,
        old,
        new: &[],
    }
}

const SECOND_ENTRY: &[Replacement] = &[(
    "<Singleton Name=\"today\"",
    "<Singleton Name=\"archive\" Type=\"demo.reportRoot\" /><Singleton Name=\"today\"",
)];
const SECOND_TYPE: &[Replacement] = &[(
    "<ComplexType Name=\"metric\">",
    "<ComplexType Name=\"other\"><Property Name=\"unit\" Type=\"Edm.String\" /></ComplexType>
     <Function Name=\"getOther\" IsBound=\"true\">
       <Parameter Name=\"bindingParameter\" Type=\"demo.activity\" />
       <ReturnType Type=\"demo.other\" Nullable=\"false\" />
     </Function>
     <ComplexType Name=\"metric\">",
)];
const SECOND_PROPERTY: &[Replacement] = &[(
    "<Property Name=\"note\"",
    "<Property Name=\"unit\" Type=\"Edm.String\" /><Property Name=\"note\"",
)];
const SECOND_NAVIGATION: &[Replacement] = &[(
    "<NavigationProperty Name=\"activity\"",
    "<NavigationProperty Name=\"archive\" Type=\"demo.reportRoot\" /><NavigationProperty Name=\"activity\"",
)];
const THIRD_MEMBER: &[Replacement] = &[(
    "<Member Name=\"high\"",
    "<Member Name=\"middle\" Value=\"2\" /><Member Name=\"high\"",
)];
const SECOND_OPERATION: &[Replacement] = &[(
    "<Function Name=\"getStatus\"",
    "<Function Name=\"getOther\" IsBound=\"true\">
       <Parameter Name=\"bindingParameter\" Type=\"demo.activity\" />
       <ReturnType Type=\"Edm.Int32\" Nullable=\"false\" />
     </Function>
     <Function Name=\"getStatus\"",
)];
const REQUIRED_PARAMETER: &[Replacement] = &[(
    "<Parameter Name=\"interval\"",
    "<Parameter Name=\"skip\" Type=\"Edm.Int32\" Nullable=\"false\" /><Parameter Name=\"interval\"",
)];
const OPTIONAL_FILTER: &str = "<Parameter Name=\"filter\" Type=\"Edm.String\">
          <Annotation Term=\"Org.OData.Core.V1.OptionalParameter\" />
        </Parameter>";
const REQUIRED_FILTER: &str = "<Parameter Name=\"filter\" Type=\"Edm.String\"></Parameter>";
const FILTER_REQUIRED: &[Replacement] = &[(OPTIONAL_FILTER, REQUIRED_FILTER)];
const DEPRECATION: &[Replacement] = &[(
    "<Annotation Term=\"Org.OData.Core.V1.Description\" String=\"Counts things.\" />",
    "<Annotation Term=\"Org.OData.Core.V1.Description\" String=\"Counts things.\" />
     <Annotation Term=\"Org.OData.Core.V1.Revisions\">
       <Collection><Record>
         <PropertyValue Property=\"Kind\" EnumMember=\"Org.OData.Core.V1.RevisionKind/Deprecated\" />
         <PropertyValue Property=\"Description\" String=\"Use something else.\" />
       </Record></Collection>
     </Annotation>",
)];
const THIRD_VALUE: &[Replacement] = &[(
    "<Record><PropertyValue Property=\"Value\" Int=\"15\" />",
    "<Record><PropertyValue Property=\"Value\" Int=\"30\" />
       <Annotation Term=\"Org.OData.Core.V1.SymbolicName\" String=\"Thirty\" /></Record>
     <Record><PropertyValue Property=\"Value\" Int=\"15\" />",
)];
/// Without the term the values are annotated by something that nobody knows.
const NO_VALUES: &[Replacement] = &[("Org.OData.Validation.V1.AllowedValues", "demo.Unknown")];
const SECOND_SCHEMA: &str = "</Schema>
    <Schema Namespace=\"demo.second\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">
      <EnumType Name=\"level\"><Member Name=\"low\" Value=\"0\" /><Member Name=\"high\" Value=\"1\" /></EnumType>
    </Schema>
  </edmx:DataServices>";
const THIRD_SCHEMA: &str = "</Schema>
    <Schema Namespace=\"demo.third\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">
      <EnumType Name=\"level\"><Member Name=\"low\" Value=\"0\" /><Member Name=\"high\" Value=\"1\" /></EnumType>
    </Schema>
  </edmx:DataServices>";
const SCHEMA_END: &str = "</Schema>
  </edmx:DataServices>";
const LEVEL: &str = "<EnumType Name=\"level\">
        <Member Name=\"low\" Value=\"0\" />
        <Member Name=\"high\" Value=\"1\" />
      </EnumType>";
const SECOND_INTERVAL: &[Replacement] = &[(
    "<Parameter Name=\"at\" Type=\"Edm.String\" Nullable=\"false\" />",
    "<Parameter Name=\"at\" Type=\"Edm.String\" Nullable=\"false\" />
     <Parameter Name=\"interval\" Type=\"Edm.Int32\">
       <Annotation Term=\"Org.OData.Core.V1.OptionalParameter\" />
       <Annotation Term=\"Org.OData.Validation.V1.AllowedValues\">
         <Collection><Record><PropertyValue Property=\"Value\" Int=\"60\" />
           <Annotation Term=\"Org.OData.Core.V1.SymbolicName\" String=\"Sixty\" /></Record></Collection>
       </Annotation>
     </Parameter>",
)];

/// One edit for each row of the table, in its order.
pub const EDITS: &[Edit] = &[
    reverse(Kind::EntryPointRemoved, SECOND_ENTRY),
    edit(
        Kind::EntryPointRenamed,
        &[("Singleton Name=\"today\"", "Singleton Name=\"now\"")],
    ),
    edit(
        Kind::EntryPointChanged,
        &[(
            "Name=\"today\" Type=\"demo.activity\"",
            "Name=\"today\" Type=\"demo.reportRoot\"",
        )],
    ),
    edit(Kind::EntryPointAdded, SECOND_ENTRY),
    reverse(Kind::TypeRemoved, SECOND_TYPE),
    edit(
        Kind::TypeRenamed,
        &[
            ("Name=\"metric\"", "Name=\"measure\""),
            ("demo.metric", "demo.measure"),
        ],
    ),
    edit(
        Kind::TypeMoved,
        &[
            (LEVEL, ""),
            ("demo.level", "demo.third.level"),
            (SCHEMA_END, THIRD_SCHEMA),
        ],
    ),
    edit(
        Kind::TypeMovedWithin,
        &[
            (LEVEL, ""),
            ("demo.level", "demo.second.level"),
            (SCHEMA_END, SECOND_SCHEMA),
        ],
    ),
    edit(
        Kind::TypeKindChanged,
        &[(
            LEVEL,
            "<ComplexType Name=\"level\"><Property Name=\"low\" Type=\"Edm.Boolean\" /></ComplexType>",
        )],
    ),
    edit(
        Kind::TypeModifiersChanged,
        &[(
            "<ComplexType Name=\"metric\">",
            "<ComplexType Name=\"metric\" OpenType=\"true\">",
        )],
    ),
    edit(
        Kind::KeyChanged,
        &[(
            "<Key><PropertyRef Name=\"id\" /></Key>",
            "<Key><PropertyRef Name=\"id\" /><PropertyRef Name=\"part\" /></Key>
             <Property Name=\"part\" Type=\"Edm.String\" Nullable=\"false\" />",
        )],
    ),
    edit(
        Kind::BaseTypeChanged,
        &[(
            "<EntityType Name=\"activity\" BaseType=\"demo.entity\">",
            "<EntityType Name=\"middle\" BaseType=\"demo.entity\" Abstract=\"true\" />
             <EntityType Name=\"activity\" BaseType=\"demo.middle\">",
        )],
    ),
    edit(
        Kind::DefinitionChanged,
        &[(
            "Name=\"count\" UnderlyingType=\"Edm.Int32\"",
            "Name=\"count\" UnderlyingType=\"Edm.Int64\"",
        )],
    ),
    edit(Kind::TypeAdded, SECOND_TYPE),
    reverse(Kind::PropertyRemoved, SECOND_PROPERTY),
    edit(
        Kind::PropertyRenamed,
        &[("Property Name=\"note\"", "Property Name=\"remark\"")],
    ),
    edit(
        Kind::PropertyTypeChanged,
        &[(
            "Name=\"value\" Type=\"Edm.Int64\"",
            "Name=\"value\" Type=\"Edm.Double\"",
        )],
    ),
    edit(
        Kind::PropertyMadeNullable,
        &[(
            "Type=\"Edm.Int64\" Nullable=\"false\"",
            "Type=\"Edm.Int64\" Nullable=\"true\"",
        )],
    ),
    edit(
        Kind::PropertyMadeNonNullable,
        &[(
            "Name=\"note\" Type=\"Edm.String\"",
            "Name=\"note\" Type=\"Edm.String\" Nullable=\"false\"",
        )],
    ),
    edit(Kind::PropertyAdded, SECOND_PROPERTY),
    edit(
        Kind::PropertyDetailChanged,
        &[(
            "Name=\"name\" Type=\"Edm.String\"",
            "Name=\"name\" Type=\"Edm.String\" Nullable=\"false\"",
        )],
    ),
    reverse(Kind::NavigationRemoved, SECOND_NAVIGATION),
    edit(
        Kind::NavigationRenamed,
        &[(
            "NavigationProperty Name=\"activity\"",
            "NavigationProperty Name=\"activities\"",
        )],
    ),
    edit(
        Kind::NavigationTypeChanged,
        &[(
            "Name=\"activity\" Type=\"demo.activity\"",
            "Name=\"activity\" Type=\"demo.reportRoot\"",
        )],
    ),
    edit(Kind::NavigationAdded, SECOND_NAVIGATION),
    edit(
        Kind::NavigationDetailChanged,
        &[(" ContainsTarget=\"true\"", "")],
    ),
    reverse(Kind::MemberRemoved, THIRD_MEMBER),
    edit(
        Kind::MemberRenamed,
        &[("Member Name=\"high\"", "Member Name=\"top\"")],
    ),
    edit(
        Kind::FlagsChanged,
        &[(
            "<EnumType Name=\"level\">",
            "<EnumType Name=\"level\" IsFlags=\"true\">",
        )],
    ),
    edit(Kind::MemberAdded, THIRD_MEMBER),
    edit(
        Kind::MemberValueChanged,
        &[("Name=\"high\" Value=\"1\"", "Name=\"high\" Value=\"8\"")],
    ),
    reverse(Kind::OperationRemoved, SECOND_OPERATION),
    edit(
        Kind::OperationRenamed,
        &[("Name=\"getStatus\"", "Name=\"getState\"")],
    ),
    edit(
        Kind::OperationKindChanged,
        &[
            ("<Function Name=\"getStatus\"", "<Action Name=\"getStatus\""),
            (
                "<ReturnType Type=\"Edm.String\" Nullable=\"false\" />
      </Function>",
                "<ReturnType Type=\"Edm.String\" Nullable=\"false\" />
      </Action>",
            ),
        ],
    ),
    edit(
        Kind::ReturnTypeChanged,
        &[(
            "<ReturnType Type=\"Edm.String\"",
            "<ReturnType Type=\"Edm.Int32\"",
        )],
    ),
    edit(
        Kind::ReturnNullabilityChanged,
        &[(
            "<ReturnType Type=\"Edm.String\" Nullable=\"false\"",
            "<ReturnType Type=\"Edm.String\"",
        )],
    ),
    edit(
        Kind::OperationMoved,
        &[
            (
                "<Function Name=\"getStatus\" IsBound=\"true\">
        <Parameter Name=\"bindingParameter\" Type=\"demo.activity\" />
        <Parameter Name=\"at\" Type=\"Edm.String\" Nullable=\"false\" />
        <ReturnType Type=\"Edm.String\" Nullable=\"false\" />
      </Function>",
                "",
            ),
            (
                SCHEMA_END,
                "</Schema>
    <Schema Namespace=\"demo.second\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">
      <Function Name=\"getStatus\" IsBound=\"true\">
        <Parameter Name=\"bindingParameter\" Type=\"demo.activity\" />
        <Parameter Name=\"at\" Type=\"Edm.String\" Nullable=\"false\" />
        <ReturnType Type=\"Edm.String\" Nullable=\"false\" />
      </Function>
    </Schema>
  </edmx:DataServices>",
            ),
        ],
    ),
    edit(Kind::OperationAdded, SECOND_OPERATION),
    edit(
        Kind::PermissionsChanged,
        &[("\"Read.All\"", "\"Read.Some\"")],
    ),
    edit(
        Kind::OperationDetailChanged,
        &[(
            "<Function Name=\"getStatus\" IsBound=\"true\">",
            "<Function Name=\"getStatus\" IsBound=\"true\" IsComposable=\"true\">",
        )],
    ),
    edit(Kind::ParameterRemoved, &[(OPTIONAL_FILTER, "")]),
    edit(Kind::RequiredParameterAdded, REQUIRED_PARAMETER),
    edit(Kind::ParameterMadeRequired, FILTER_REQUIRED),
    reverse(Kind::ParameterMadeOptional, FILTER_REQUIRED),
    edit(
        Kind::RequiredParametersReordered,
        &[(
            "<Parameter Name=\"start\" Type=\"Edm.DateTimeOffset\" Nullable=\"false\" />
        <Parameter Name=\"limit\" Type=\"Edm.Int32\" Nullable=\"false\" />",
            "<Parameter Name=\"limit\" Type=\"Edm.Int32\" Nullable=\"false\" />
        <Parameter Name=\"start\" Type=\"Edm.DateTimeOffset\" Nullable=\"false\" />",
        )],
    ),
    edit(
        Kind::ParameterTypeChanged,
        &[(
            "Name=\"limit\" Type=\"Edm.Int32\"",
            "Name=\"limit\" Type=\"Edm.Int64\"",
        )],
    ),
    edit(
        Kind::ParameterNullabilityChanged,
        &[(
            "Name=\"limit\" Type=\"Edm.Int32\" Nullable=\"false\"",
            "Name=\"limit\" Type=\"Edm.Int32\"",
        )],
    ),
    edit(
        Kind::OptionalParameterRenamed,
        &[("Parameter Name=\"filter\"", "Parameter Name=\"search\"")],
    ),
    edit(
        Kind::RequiredParameterRenamed,
        &[("Parameter Name=\"limit\"", "Parameter Name=\"most\"")],
    ),
    reverse(Kind::OptionalParameterAdded, &[(OPTIONAL_FILTER, "")]),
    edit(
        Kind::DefaultValueChanged,
        &[(
            "Property=\"DefaultValue\" String=\"15\"",
            "Property=\"DefaultValue\" String=\"5\"",
        )],
    ),
    edit(
        Kind::ParameterDetailChanged,
        &[(
            "<Parameter Name=\"at\" Type=\"Edm.String\"",
            "<Parameter Name=\"at\" Type=\"Edm.String\" MaxLength=\"8\"",
        )],
    ),
    reverse(Kind::AllowedValueRemoved, THIRD_VALUE),
    edit(
        Kind::AllowedValueRenamed,
        &[("String=\"Five\"", "String=\"Least\"")],
    ),
    edit(Kind::AllowedValuesDropped, NO_VALUES),
    edit(Kind::AllowedValuesDiverged, SECOND_INTERVAL),
    edit(
        Kind::AllowedDefaultRemoved,
        &[(
            "<Record><PropertyValue Property=\"DefaultValue\" String=\"15\" /></Record>",
            "",
        )],
    ),
    edit(Kind::AllowedValueAdded, THIRD_VALUE),
    reverse(Kind::AllowedValuesListed, NO_VALUES),
    edit(Kind::Deprecated, DEPRECATION),
    reverse(Kind::DeprecationChanged, DEPRECATION),
    edit(
        Kind::DescriptionChanged,
        &[("\"Counts things.\"", "\"Counts all things.\"")],
    ),
    edit(
        Kind::AnnotationChanged,
        &[(
            "<Annotation Term=\"Org.OData.Core.V1.Description\" String=\"Counts things.\" />",
            "<Annotation Term=\"Org.OData.Core.V1.Description\" String=\"Counts things.\" />
             <Annotation Term=\"demo.Unknown\" Bool=\"true\" />",
        )],
    ),
    reverse(Kind::RequestAdded, UNREADABLE),
    edit(Kind::RequestRemoved, UNREADABLE),
    edit(
        Kind::RequestChanged,
        &[(
            "<Property Name=\"name\" Type=\"Edm.String\" />",
            "<Property Name=\"name\" Type=\"Edm.String\" />
             <Annotation Term=\"Org.OData.Capabilities.V1.UpdateRestrictions\"><Record>
             <PropertyValue Property=\"UpdateMethod\">
             <EnumMember>Org.OData.Capabilities.V1.HttpMethod/PUT</EnumMember>
             </PropertyValue></Record></Annotation>",
        )],
    ),
    Edit {
        kind: Kind::NameChanged,
        old: &[("Property Name=\"note\"", "Property Name=\"Note\"")],
        new: &[(
            "<Property Name=\"note\" Type=\"Edm.String\" />",
            "<Property Name=\"Note\" Type=\"Edm.String\" />
             <Property Name=\"note\" Type=\"Edm.String\" />",
        )],
    },
];

/// The activity can no longer be read.
const UNREADABLE: &[Replacement] = &[(
    "<Property Name=\"name\" Type=\"Edm.String\" />",
    "<Property Name=\"name\" Type=\"Edm.String\" />
     <Annotation Term=\"Org.OData.Capabilities.V1.ReadRestrictions\"><Record>
     <PropertyValue Property=\"Readable\" Bool=\"false\" /></Record></Annotation>",
)];
