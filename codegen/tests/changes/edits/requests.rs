//! Edits of what capabilities and paths decide on.

use super::{Edit, Replacement, edit, reverse};
use csdl_codegen::semver::Kind;

/// People cannot be deleted.
const UNDELETABLE: &[Replacement] = &[(
    r#"<EntityType Name="person">"#,
    r#"<EntityType Name="person">
             <Annotation Term="Org.OData.Capabilities.V1.DeleteRestrictions">
             <Record>
             <PropertyValue Property="Deletable" Bool="false" />
             </Record>
             </Annotation>"#,
)];
/// Authors cannot be deleted from their books.
const UNDELETABLE_AUTHOR: &[Replacement] = &[(
    r#"<NavigationProperty Name="author" Type="demo.person" />"#,
    r#"<NavigationProperty Name="author" Type="demo.person">
             <Annotation Term="Org.OData.Capabilities.V1.DeleteRestrictions">
             <Record>
             <PropertyValue Property="Deletable" Bool="false" />
             </Record>
             </Annotation>
             </NavigationProperty>"#,
)];
/// Nothing leads to copies.
const NO_COPIES: &[Replacement] = &[(
    r#"<NavigationProperty Name="copies" Type="Collection(demo.copy)" ContainsTarget="true" />"#,
    "",
)];

/// One edit or more for each row, in the order of the table.
pub(super) const EDITS: &[Edit] = &[
    edit(Kind::RequestRemoved, UNDELETABLE),
    reverse(Kind::RequestAdded, UNDELETABLE),
    edit(Kind::RequestRefused, UNDELETABLE_AUTHOR),
    reverse(Kind::RequestAllowed, UNDELETABLE_AUTHOR),
    edit(
        Kind::UpdateMethodChanged,
        &[(
            r#"<EntityType Name="person">"#,
            r#"<EntityType Name="person">
             <Annotation Term="Org.OData.Capabilities.V1.UpdateRestrictions">
             <Record>
             <PropertyValue Property="UpdateMethod">
             <EnumMember>Org.OData.Capabilities.V1.HttpMethod/PUT</EnumMember>
             </PropertyValue>
             </Record>
             </Annotation>"#,
        )],
    ),
    edit(
        Kind::QueryOptionsChanged,
        &[(
            r#"<EntityType Name="person">"#,
            r#"<EntityType Name="person">
             <Annotation Term="Org.OData.Capabilities.V1.SearchRestrictions">
             <Record>
             <PropertyValue Property="Searchable" Bool="false" />
             </Record>
             </Annotation>"#,
        )],
    ),
    edit(Kind::BuilderRemoved, NO_COPIES),
    reverse(Kind::BuilderAdded, NO_COPIES),
];
