//! Edits of functions and actions, and of what they are called with.

use super::{Edit, Replacement, SCHEMA_END, edit, reverse};
use csdl_codegen::semver::Kind;

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
const THIRD_VALUE: &[Replacement] = &[(
    "<Record><PropertyValue Property=\"Value\" Int=\"15\" />",
    "<Record><PropertyValue Property=\"Value\" Int=\"30\" />
       <Annotation Term=\"Org.OData.Core.V1.SymbolicName\" String=\"Thirty\" /></Record>
     <Record><PropertyValue Property=\"Value\" Int=\"15\" />",
)];
/// Without the term the values are annotated by something that nobody knows.
const NO_VALUES: &[Replacement] = &[("Org.OData.Validation.V1.AllowedValues", "demo.Unknown")];
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
/// Paths go on from a function.
const COMPOSABLE: &[Replacement] = &[(
    r#"<Function Name="favourite" IsBound="true">"#,
    r#"<Function Name="favourite" IsBound="true" IsComposable="true">"#,
)];
/// A function must be bound explicitly, and is not.
const EXPLICIT_SEARCH: &[Replacement] = &[(
    r#"<Function Name="search" IsBound="true">"#,
    r#"<Function Name="search" IsBound="true"><Annotation Term="Org.OData.Core.V1.RequiresExplicitBinding" />"#,
)];
/// A parameter of an action must not be null.
const REMARK_REQUIRED: &[Replacement] = &[(
    r#"<Parameter Name="remark" Type="Edm.String" />"#,
    r#"<Parameter Name="remark" Type="Edm.String" Nullable="false" />"#,
)];

/// One edit or more for each row, in the order of the table.
pub(super) const EDITS: &[Edit] = &[
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
        Kind::PermissionsChanged,
        &[(
            r#"<NavigationProperty Name="author" Type="demo.person" />"#,
            r#"<NavigationProperty Name="author" Type="demo.person">
             <Annotation Term="Org.OData.Capabilities.V1.ReadRestrictions">
             <Record>
             <PropertyValue Property="Permissions">
             <Collection>
             <Record>
             <PropertyValue Property="SchemeName" String="Application" />
             <PropertyValue Property="Scopes">
             <Collection>
             <Record>
             <PropertyValue Property="Scope" String="Read.All" />
             </Record>
             </Collection>
             </PropertyValue>
             </Record>
             </Collection>
             </PropertyValue>
             </Record>
             </Annotation>
             </NavigationProperty>"#,
        )],
    ),
    edit(
        Kind::OperationDetailChanged,
        &[(
            "<Function Name=\"getStatus\" IsBound=\"true\">",
            "<Function Name=\"getStatus\" IsBound=\"true\" IsComposable=\"true\">",
        )],
    ),
    reverse(Kind::ComposabilityRemoved, COMPOSABLE),
    edit(Kind::ComposabilityAdded, COMPOSABLE),
    edit(Kind::CallRemoved, EXPLICIT_SEARCH),
    reverse(Kind::CallAdded, EXPLICIT_SEARCH),
    edit(
        Kind::GroupMemberRemoved,
        &[(
            r#"<Function Name="pagesTorn" IsBound="true">
        <Parameter Name="copy" Type="demo.copy" />"#,
            r#"<Function Name="pagesTorn" IsBound="true">
        <Parameter Name="copy" Type="demo.copy" />
        <Parameter Name="by" Type="Edm.String">
             <Annotation Term="Org.OData.Core.V1.OptionalParameter" />
             </Parameter>"#,
        )],
    ),
    reverse(
        Kind::GroupMemberAdded,
        &[(
            r#"<Function Name="pagesTorn" IsBound="true">"#,
            r#"<Function Name="pagesTorn" IsBound="true"><Annotation Term="Org.OData.Core.V1.RequiresExplicitBinding" />"#,
        )],
    ),
    edit(Kind::ParameterRemoved, &[(OPTIONAL_FILTER, "")]),
    edit(Kind::RequiredParameterAdded, REQUIRED_PARAMETER),
    edit(Kind::ParameterMadeRequired, FILTER_REQUIRED),
    edit(Kind::ParameterMadeRequired, REMARK_REQUIRED),
    reverse(Kind::ParameterMadeOptional, FILTER_REQUIRED),
    reverse(Kind::ParameterMadeOptional, REMARK_REQUIRED),
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
];
