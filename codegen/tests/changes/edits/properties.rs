//! Edits of properties and navigation properties.

use super::{Edit, Replacement, edit, reverse};
use csdl_codegen::semver::Kind;

const SECOND_PROPERTY: &[Replacement] = &[(
    "<Property Name=\"note\"",
    "<Property Name=\"unit\" Type=\"Edm.String\" /><Property Name=\"note\"",
)];
const SECOND_NAVIGATION: &[Replacement] = &[(
    "<NavigationProperty Name=\"activity\"",
    "<NavigationProperty Name=\"archive\" Type=\"demo.reportRoot\" /><NavigationProperty Name=\"activity\"",
)];
/// Items have another stream.
const SECOND_STREAM: &[Replacement] = &[(
    r#"<Property Name="cover" Type="Edm.Stream" />"#,
    r#"<Property Name="cover" Type="Edm.Stream" /><Property Name="leaf" Type="Edm.Stream" />"#,
)];
/// Items of a collection may be null.
const NULLABLE_ITEMS: &[Replacement] = &[(
    r#"Type="Collection(Edm.String)" Nullable="false""#,
    r#"Type="Collection(Edm.String)" Nullable="true""#,
)];
/// The author is a part of the book.
const CONTAINED: &[Replacement] = &[(
    r#"<NavigationProperty Name="author" Type="demo.person" />"#,
    r#"<NavigationProperty Name="author" Type="demo.person" ContainsTarget="true" />"#,
)];

/// One edit or more for each row, in the order of the table.
pub(super) const EDITS: &[Edit] = &[
    reverse(Kind::PropertyRemoved, SECOND_PROPERTY),
    edit(
        Kind::PropertyRenamed,
        &[("Property Name=\"note\"", "Property Name=\"remark\"")],
    ),
    edit(
        Kind::PropertyRenamed,
        &[(r#"Property Name="added""#, r#"Property Name="bought""#)],
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
    edit(Kind::ItemsMadeNullable, NULLABLE_ITEMS),
    reverse(Kind::ItemsMadeNonNullable, NULLABLE_ITEMS),
    edit(Kind::PropertyAdded, SECOND_PROPERTY),
    edit(
        Kind::PropertyDetailChanged,
        &[(
            "Name=\"name\" Type=\"Edm.String\"",
            "Name=\"name\" Type=\"Edm.String\" Nullable=\"false\"",
        )],
    ),
    reverse(Kind::StreamRemoved, SECOND_STREAM),
    edit(
        Kind::StreamRenamed,
        &[(r#"Property Name="cover""#, r#"Property Name="jacket""#)],
    ),
    edit(Kind::StreamAdded, SECOND_STREAM),
    edit(
        Kind::ReadOnlyChanged,
        &[(
            r#"<Property Name="email" Type="Edm.String" />"#,
            r#"<Property Name="email" Type="Edm.String"><Annotation Term="Org.OData.Core.V1.Computed" /></Property>"#,
        )],
    ),
    reverse(Kind::NavigationRemoved, SECOND_NAVIGATION),
    edit(
        Kind::NavigationRenamed,
        &[(
            r#"NavigationProperty Name="author""#,
            r#"NavigationProperty Name="writer""#,
        )],
    ),
    edit(
        Kind::NavigationTypeChanged,
        &[(
            r#"<NavigationProperty Name="author" Type="demo.person" />"#,
            r#"<NavigationProperty Name="author" Type="Collection(demo.person)" />"#,
        )],
    ),
    edit(Kind::NavigationAdded, SECOND_NAVIGATION),
    edit(
        Kind::NavigationDetailChanged,
        &[(
            r#"<NavigationProperty Name="author" Type="demo.person" />"#,
            r#"<NavigationProperty Name="author" Type="demo.person" Nullable="false" />"#,
        )],
    ),
    edit(Kind::ReferencesRemoved, CONTAINED),
    reverse(Kind::ReferencesAdded, CONTAINED),
];
