//! Edits of the documentation, and of what only the emission decides.

use super::{Edit, Replacement, edit, reverse};
use csdl_codegen::semver::Kind;

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
/// Nothing is of an enumeration.
const NO_LEVEL: &[Replacement] = &[(
    r#"<Property Name="level" Type="demo.level" Nullable="false" />"#,
    "",
)];

/// One edit or more for each row, in the order of the table.
pub(super) const EDITS: &[Edit] = &[
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
    Edit {
        kind: Kind::NameChanged,
        old: &[("Property Name=\"note\"", "Property Name=\"Note\"")],
        new: &[(
            "<Property Name=\"note\" Type=\"Edm.String\" />",
            "<Property Name=\"Note\" Type=\"Edm.String\" />
             <Property Name=\"note\" Type=\"Edm.String\" />",
        )],
    },
    edit(
        Kind::NameChanged,
        &[(
            r#"<Function Name="search" IsBound="true">"#,
            r#"<Function Name="search" IsBound="true">
        <Parameter Name="items" Type="Collection(demo.item)" />
        <ReturnType Type="Collection(demo.item)" Nullable="false" />
      </Function>
      <Function Name="search" IsBound="true">"#,
        )],
    ),
    edit(
        Kind::DeclarationChanged,
        &[(
            r#"<Property Name="rest" Type="Edm.String" />"#,
            r#"<Property Name="rest" Type="Edm.String" /><Property Name="whole" Type="demo.metric" />"#,
        )],
    ),
    edit(Kind::DeclarationRemoved, NO_LEVEL),
    reverse(Kind::DeclarationAdded, NO_LEVEL),
    edit(
        Kind::NothingEmitted,
        &[(
            r#"Name="count" Type="demo.count""#,
            r#"Name="count" Type="Edm.Int32""#,
        )],
    ),
    edit(
        Kind::NothingEmitted,
        &[(
            r#"<TypeDefinition Name="blank""#,
            r#"<TypeDefinition Name="more" UnderlyingType="Edm.Int16" /><TypeDefinition Name="blank""#,
        )],
    ),
];
