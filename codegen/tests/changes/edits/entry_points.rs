//! Edits of entity sets, singletons and imports.

use super::{Edit, Replacement, edit, reverse};
use csdl_codegen::semver::Kind;

const SECOND_ENTRY: &[Replacement] = &[(
    "<Singleton Name=\"today\"",
    "<Singleton Name=\"archive\" Type=\"demo.reportRoot\" /><Singleton Name=\"today\"",
)];
/// Another import.
const SECOND_IMPORT: &[Replacement] = &[(
    r#"<FunctionImport Name="openingHours" Function="demo.hours" />"#,
    r#"<FunctionImport Name="openingHours" Function="demo.hours" />
             <FunctionImport Name="breaks" Function="demo.pauses" />"#,
)];

/// One edit or more for each row, in the order of the table.
pub(super) const EDITS: &[Edit] = &[
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
    edit(
        Kind::EntryPointKindChanged,
        &[(
            r#"<Singleton Name="desk" Type="demo.person" />"#,
            r#"<EntitySet Name="desk" EntityType="demo.person" />"#,
        )],
    ),
    edit(Kind::EntryPointAdded, SECOND_ENTRY),
    edit(
        Kind::EntryPointDetailChanged,
        &[(
            r#"<EntitySet Name="people" EntityType="demo.person" />"#,
            r#"<EntitySet Name="people" EntityType="demo.person" IncludeInServiceDocument="false" />"#,
        )],
    ),
    reverse(Kind::ImportRemoved, SECOND_IMPORT),
    edit(
        Kind::ImportRenamed,
        &[(
            r#"FunctionImport Name="openingHours""#,
            r#"FunctionImport Name="hoursOfTheDay""#,
        )],
    ),
    edit(
        Kind::ImportChanged,
        &[(r#"Function="demo.hours""#, r#"Function="demo.pauses""#)],
    ),
    edit(Kind::ImportAdded, SECOND_IMPORT),
];
