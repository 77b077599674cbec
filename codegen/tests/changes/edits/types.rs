//! Edits of types, their keys and what they derive from, and of enumerations.

use super::{Edit, Replacement, SCHEMA_END, edit, reverse};
use csdl_codegen::semver::Kind;

const SECOND_TYPE: &[Replacement] = &[(
    "<ComplexType Name=\"metric\">",
    "<ComplexType Name=\"other\"><Property Name=\"unit\" Type=\"Edm.String\" /></ComplexType>
     <Function Name=\"getOther\" IsBound=\"true\">
       <Parameter Name=\"bindingParameter\" Type=\"demo.activity\" />
       <ReturnType Type=\"demo.other\" Nullable=\"false\" />
     </Function>
     <ComplexType Name=\"metric\">",
)];
const THIRD_MEMBER: &[Replacement] = &[(
    "<Member Name=\"high\"",
    "<Member Name=\"middle\" Value=\"2\" /><Member Name=\"high\"",
)];
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
const LEVEL: &str = "<EnumType Name=\"level\">
        <Member Name=\"low\" Value=\"0\" />
        <Member Name=\"high\" Value=\"1\" />
      </EnumType>";
/// Copies are media entities.
const MEDIA: &[Replacement] = &[(
    r#"<EntityType Name="copy">"#,
    r#"<EntityType Name="copy" HasStream="true">"#,
)];
/// People have an alternate key.
const ALTERNATE_KEY: &[Replacement] = &[(
    r#"<EntityType Name="person">"#,
    r#"<EntityType Name="person">
             <Annotation Term="Org.OData.Core.V1.AlternateKeys">
             <Collection>
             <Record>
             <PropertyValue Property="Key">
             <Collection>
             <Record>
             <PropertyValue Property="Name" PropertyPath="email" />
             <PropertyValue Property="Alias" String="email" />
             </Record>
             </Collection>
             </PropertyValue>
             </Record>
             </Collection>
             </Annotation>"#,
)];
/// Volumes derive from what bound items derive from.
const NEARER_BASE: &[Replacement] = &[(
    r#"<EntityType Name="volume" BaseType="demo.bound" />"#,
    r#"<EntityType Name="volume" BaseType="demo.item" />"#,
)];
/// Something derives from books.
const DERIVED: &[Replacement] = &[(
    r#"<EntityType Name="bound" "#,
    r#"<EntityType Name="novel" BaseType="demo.book" />
      <EntityType Name="bound" "#,
)];

/// One edit or more for each row, in the order of the table.
pub(super) const EDITS: &[Edit] = &[
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
    reverse(Kind::MediaStreamRemoved, MEDIA),
    edit(Kind::MediaStreamAdded, MEDIA),
    edit(
        Kind::KeyChanged,
        &[(
            r#"<Key><PropertyRef Name="mark" /></Key>"#,
            r#"<Key>
             <PropertyRef Name="mark" />
             <PropertyRef Name="place" />
             </Key>
        <Property Name="place" Type="Edm.String" Nullable="false" />"#,
        )],
    ),
    reverse(Kind::AlternateKeyRemoved, ALTERNATE_KEY),
    edit(Kind::AlternateKeyAdded, ALTERNATE_KEY),
    edit(
        Kind::BaseTypeChanged,
        &[(
            "<EntityType Name=\"activity\" BaseType=\"demo.entity\">",
            "<EntityType Name=\"middle\" BaseType=\"demo.entity\" Abstract=\"true\" />
             <EntityType Name=\"activity\" BaseType=\"demo.middle\">",
        )],
    ),
    edit(Kind::DerivationRemoved, NEARER_BASE),
    reverse(Kind::DerivationAdded, NEARER_BASE),
    reverse(Kind::CastRemoved, DERIVED),
    edit(Kind::CastAdded, DERIVED),
    edit(
        Kind::DefinitionChanged,
        &[(
            "Name=\"count\" UnderlyingType=\"Edm.Int32\"",
            "Name=\"count\" UnderlyingType=\"Edm.Int64\"",
        )],
    ),
    edit(Kind::TypeAdded, SECOND_TYPE),
    reverse(Kind::MemberRemoved, THIRD_MEMBER),
    edit(
        Kind::MemberRenamed,
        &[("Member Name=\"high\"", "Member Name=\"veryHigh\"")],
    ),
    edit(
        Kind::FlagsChanged,
        &[(
            "<EnumType Name=\"level\">",
            "<EnumType Name=\"level\" IsFlags=\"true\">",
        )],
    ),
    edit(
        Kind::CatchAllRenamed,
        &[(
            r#"<Member Name="high""#,
            r#"<Member Name="other" Value="7" /><Member Name="high""#,
        )],
    ),
    edit(Kind::MemberAdded, THIRD_MEMBER),
    edit(
        Kind::MemberValueChanged,
        &[("Name=\"high\" Value=\"1\"", "Name=\"high\" Value=\"8\"")],
    ),
];
