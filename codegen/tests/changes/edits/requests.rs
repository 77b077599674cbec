//! Edits of what capabilities and paths decide on.

use super::{Edit, edit, reverse};
use csdl_codegen::diff::Kind;

/// One edit or more for each row, in the order of the table.
pub(super) const EDITS: &[Edit] = &[
    edit(
        Kind::RequestRemoved,
        &[(
            r#"<EntityType Name="person">"#,
            r#"<EntityType Name="person"><Annotation Term="Org.OData.Capabilities.V1.DeleteRestrictions"><Record><PropertyValue Property="Deletable" Bool="false" /></Record></Annotation>"#,
        )],
    ),
    reverse(
        Kind::RequestAdded,
        &[(
            r#"<EntityType Name="person">"#,
            r#"<EntityType Name="person"><Annotation Term="Org.OData.Capabilities.V1.DeleteRestrictions"><Record><PropertyValue Property="Deletable" Bool="false" /></Record></Annotation>"#,
        )],
    ),
    edit(
        Kind::RequestRefused,
        &[(
            r#"<NavigationProperty Name="author" Type="demo.person" />"#,
            r#"<NavigationProperty Name="author" Type="demo.person"><Annotation Term="Org.OData.Capabilities.V1.DeleteRestrictions"><Record><PropertyValue Property="Deletable" Bool="false" /></Record></Annotation></NavigationProperty>"#,
        )],
    ),
    reverse(
        Kind::RequestAllowed,
        &[(
            r#"<NavigationProperty Name="author" Type="demo.person" />"#,
            r#"<NavigationProperty Name="author" Type="demo.person"><Annotation Term="Org.OData.Capabilities.V1.DeleteRestrictions"><Record><PropertyValue Property="Deletable" Bool="false" /></Record></Annotation></NavigationProperty>"#,
        )],
    ),
    edit(
        Kind::UpdateMethodChanged,
        &[(
            r#"<EntityType Name="person">"#,
            r#"<EntityType Name="person"><Annotation Term="Org.OData.Capabilities.V1.UpdateRestrictions"><Record><PropertyValue Property="UpdateMethod"><EnumMember>Org.OData.Capabilities.V1.HttpMethod/PUT</EnumMember></PropertyValue></Record></Annotation>"#,
        )],
    ),
    edit(
        Kind::QueryOptionsChanged,
        &[(
            r#"<EntityType Name="person">"#,
            r#"<EntityType Name="person"><Annotation Term="Org.OData.Capabilities.V1.SearchRestrictions"><Record><PropertyValue Property="Searchable" Bool="false" /></Record></Annotation>"#,
        )],
    ),
    edit(
        Kind::BuilderRemoved,
        &[(
            r#"<NavigationProperty Name="copies" Type="Collection(demo.copy)" ContainsTarget="true" />"#,
            r#""#,
        )],
    ),
    reverse(
        Kind::BuilderAdded,
        &[(
            r#"<NavigationProperty Name="copies" Type="Collection(demo.copy)" ContainsTarget="true" />"#,
            r#""#,
        )],
    ),
];
