//! Properties and navigation properties, and whose they are.

use super::{assert_changes, declared, lines, schema, shown};
use crate::Client;
use crate::edits::CONFIG;

#[test]
fn inherited_members_are_reported_where_declared() {
    let with = |property: &str, target: &str| {
        schema(&format!(
            r#"<EntityType Name="base"><Key><PropertyRef Name="id" /></Key>
            <Property Name="id" Type="Edm.String" Nullable="false" />
            <Property Name="p" Type="{property}" />
            <NavigationProperty Name="n" Type="{target}" /></EntityType>
            <EntityType Name="middle" BaseType="demo.base" />
            <EntityType Name="end" BaseType="demo.middle" />"#
        ))
    };
    let (old, new) = (with("Edm.Int32", "demo.base"), with("Edm.Date", "demo.end"));
    assert_changes(
        &declared(&old, &new),
        &[
            "major demo.base/p: property-type-changed [Edm.Int32 → Edm.Date]",
            "major demo.base/n: navigation-type-changed [demo.base → demo.end]",
        ],
    );
}

/// Complex types of which one derives from another, or not.
fn bases(left: &str, base: &str, own: &str) -> String {
    schema(&format!(
        r#"<ComplexType Name="left">{left}</ComplexType>
        <ComplexType Name="right"><Property Name="r" Type="Edm.Date" /></ComplexType>
        <ComplexType Name="derived" {base}>{own}</ComplexType>"#
    ))
}

#[test]
fn the_members_of_a_base_type_come_and_go_with_it() {
    let l = r#"<Property Name="l" Type="Edm.Int32" />"#;
    let left = bases(l, r#"BaseType="demo.left""#, "");
    let right = bases(l, r#"BaseType="demo.right""#, "");
    assert_changes(
        &declared(&left, &right),
        &[
            "major demo.derived/l: property-removed",
            "minor demo.derived/r: property-added",
            "patch demo.derived: base-type-changed [demo.left → demo.right]",
        ],
    );
    let none = bases(l, "", "");
    assert_changes(
        &declared(&none, &left),
        &[
            "minor demo.derived/l: property-added",
            "patch demo.derived: base-type-changed [none → demo.left]",
        ],
    );
    assert_changes(
        &declared(&left, &none),
        &[
            "major demo.derived/l: property-removed",
            "patch demo.derived: base-type-changed [demo.left → none]",
        ],
    );
}

#[test]
fn members_may_move_along_the_lineage() {
    let p = r#"<Property Name="p" Type="Edm.Int32" />"#;
    let left = r#"BaseType="demo.left""#;
    let (above, below) = (bases(p, left, ""), bases("", left, p));
    assert_changes(
        &declared(&below, &above),
        &["minor demo.left/p: property-added"],
    );
    assert_changes(
        &declared(&above, &below),
        &["major demo.left/p: property-removed"],
    );
    // A member that is redeclared under a base that no longer is one stays, too.
    assert_changes(
        &declared(&above, &bases("", "", p)),
        &[
            "major demo.left/p: property-removed",
            "patch demo.derived: base-type-changed [demo.left → none]",
        ],
    );
}

#[test]
fn a_base_type_under_another_name_is_the_same() {
    let l = r#"<Property Name="l" Type="Edm.Int32" />"#;
    let old = bases(l, r#"BaseType="demo.left""#, "");
    let new = old.replace("left", "west");
    assert_changes(
        &declared(&old, &new),
        &["major demo.west: type-renamed [left → west]"],
    );
}

/// A type of an entity or of a value with one property.
fn property(kind: &str, property: &str) -> String {
    let key = match kind {
        "EntityType" => {
            r#"<Key><PropertyRef Name="id" /></Key><Property Name="id" Type="Edm.String" Nullable="false" />"#
        }
        _ => "",
    };
    schema(&format!(
        r#"<{kind} Name="t">{key}<Property Name="p" {property} /></{kind}>
        <Function Name="made"><ReturnType Type="demo.t" /></Function>
        <EntityContainer Name="service"><FunctionImport Name="made" Function="demo.made" /></EntityContainer>"#
    ))
}

#[test]
fn nullability_shows_in_items_alone() {
    let (single, items) = (r#"Type="Edm.Int32""#, r#"Type="Collection(Edm.Int32)""#);
    for (kind, declaration, made, unmade) in [
        (
            "ComplexType",
            single,
            "patch demo.t/p: property-detail-changed [not nullable → nullable]",
            "patch demo.t/p: property-detail-changed [nullable → not nullable]",
        ),
        (
            "EntityType",
            single,
            "patch demo.t/p: property-detail-changed [not nullable → nullable]",
            "patch demo.t/p: property-detail-changed [nullable → not nullable]",
        ),
        (
            "ComplexType",
            items,
            "major demo.t/p: items-made-nullable",
            "major demo.t/p: items-made-non-nullable",
        ),
        (
            "EntityType",
            items,
            "major demo.t/p: items-made-nullable",
            "major demo.t/p: items-made-non-nullable",
        ),
    ] {
        let with =
            |nullable: &str| property(kind, &format!(r#"{declaration} Nullable="{nullable}""#));
        let (nullable, not_nullable) = (with("true"), with("false"));
        assert_changes(&shown(&not_nullable, &nullable), &[made]);
        assert_changes(&shown(&nullable, &not_nullable), &[unmade]);
    }
}

/// The configuration trusts `demo.metric`, and with it what that type inherits.
#[test]
fn nullability_of_a_base_shows_in_trusted_types() {
    let with = |nullable: &str| {
        schema(&format!(
            r#"<ComplexType Name="base"><Property Name="p" Type="Edm.Int32" Nullable="{nullable}" /></ComplexType>
            <ComplexType Name="metric" BaseType="demo.base" />
            <Function Name="made"><ReturnType Type="demo.metric" /></Function>
            <EntityContainer Name="service"><FunctionImport Name="made" Function="demo.made" /></EntityContainer>"#
        ))
    };
    let config = CONFIG.split("[[operation-groups]]").next().unwrap();
    let [yes, no] = ["true", "false"].map(|nullable| Client::of(config, &with(nullable)));
    assert_changes(
        &lines(&no.diff(&yes)),
        &["major demo.base/p: property-made-nullable"],
    );
    assert_changes(
        &lines(&yes.diff(&no)),
        &["major demo.base/p: property-made-non-nullable"],
    );
}

#[test]
fn items_are_not_null_unless_declared_so() {
    let with = |nullable: &str| {
        property(
            "ComplexType",
            &format!(r#"Type="Collection(Edm.Int32)" {nullable}"#),
        )
    };
    let (silent, not_nullable) = (with(""), with(r#"Nullable="false""#));
    assert_changes(&declared(&silent, &not_nullable), &[]);
}

#[test]
fn facets_and_defaults_are_named_if_they_change() {
    let with = |facets: &str| property("ComplexType", &format!(r#"Type="Edm.String" {facets}"#));
    let old = with(r#"MaxLength="10" Unicode="true" DefaultValue="a""#);
    for (facets, expected) in [
        (
            r#"MaxLength="20" Unicode="true" DefaultValue="a""#,
            "patch demo.t/p: property-detail-changed [MaxLength 10 → 20]",
        ),
        (
            r#"MaxLength="10" Unicode="true" DefaultValue="b""#,
            "patch demo.t/p: property-detail-changed [default a → b]",
        ),
        (
            r#"MaxLength="10" Unicode="true""#,
            "patch demo.t/p: property-detail-changed [default a → none]",
        ),
        (
            r#"Unicode="false" DefaultValue="b""#,
            "patch demo.t/p: property-detail-changed [MaxLength 10 → none, Unicode true → false, default a → b]",
        ),
    ] {
        assert_changes(&declared(&old, &with(facets)), &[expected]);
    }
}

#[test]
fn who_may_write_a_property_is_told_both_ways() {
    let with = |annotation: &str| {
        schema(&format!(
            r#"<ComplexType Name="t"><Property Name="p" Type="Edm.Int32">{annotation}</Property></ComplexType>"#
        ))
    };
    let computed = r#"<Annotation Term="Org.OData.Core.V1.Computed" />"#;
    assert_changes(
        &declared(&with(""), &with(computed)),
        &[
            "minor demo.t/p: read-only-changed [writable → read-only]",
            "patch demo.t/p: annotation-changed [Org.OData.Core.V1.Computed]",
        ],
    );
    assert_changes(
        &declared(&with(computed), &with("")),
        &[
            "minor demo.t/p: read-only-changed [read-only → writable]",
            "patch demo.t/p: annotation-changed [Org.OData.Core.V1.Computed]",
        ],
    );
}

#[test]
fn a_property_of_a_definition_of_streams_is_a_stream() {
    let with = |property: &str| {
        schema(&format!(
            r#"<TypeDefinition Name="content" UnderlyingType="Edm.Stream" />
            <TypeDefinition Name="number" UnderlyingType="Edm.Int32" />
            <ComplexType Name="t"><Property Name="p" Type="Edm.Date" />{property}</ComplexType>"#
        ))
    };
    let (none, stream, number) = (
        with(""),
        with(r#"<Property Name="s" Type="demo.content" />"#),
        with(r#"<Property Name="s" Type="demo.number" />"#),
    );
    assert_changes(&declared(&none, &stream), &["minor demo.t/s: stream-added"]);
    assert_changes(
        &declared(&stream, &none),
        &["major demo.t/s: stream-removed"],
    );
    assert_changes(
        &declared(&none, &number),
        &["minor demo.t/s: property-added"],
    );
}

#[test]
fn each_new_name_replaces_the_most_similar_old_name() {
    let with = |names: &[&str]| {
        let properties = names
            .iter()
            .map(|name| format!(r#"<Property Name="{name}" Type="Edm.Int32" />"#));
        schema(&format!(
            r#"<ComplexType Name="t">{}</ComplexType>"#,
            properties.collect::<String>()
        ))
    };
    let (two, one) = (
        with(&["firstCount", "firstCounts"]),
        with(&["firstCounter"]),
    );
    assert_changes(
        &declared(&two, &one),
        &[
            "major demo.t/firstCounts: property-removed",
            "major demo.t/firstCounter: property-renamed [firstCount → firstCounter]",
        ],
    );
    assert_changes(
        &declared(&one, &two),
        &[
            "major demo.t/firstCount: property-renamed [firstCounter → firstCount]",
            "minor demo.t/firstCounts: property-added",
        ],
    );
}

/// Numbers are given to whatever member comes next.
#[test]
fn members_with_one_number_are_not_the_same() {
    let with = |member: &str| schema(&format!(r#"<EnumType Name="e">{member}</EnumType>"#));
    let (pdf, json) = (
        with(r#"<Member Name="pdf"/>"#),
        with(r#"<Member Name="json"/>"#),
    );
    assert_changes(
        &declared(&pdf, &json),
        &[
            "major demo.e/pdf: member-removed",
            "minor demo.e/json: member-added",
        ],
    );
    let pdf_file = with(r#"<Member Name="pdfFile"/>"#);
    assert_changes(
        &declared(&pdf, &pdf_file),
        &["major demo.e/pdfFile: member-renamed [pdf → pdfFile]"],
    );
    // What is said of both tells that they are one.
    let described = |name: &str| {
        with(&format!(
            r#"<Member Name="{name}"><Annotation Term="Org.OData.Core.V1.Description" String="As printed."/></Member>"#
        ))
    };
    assert_changes(
        &declared(&described("pdf"), &described("paged")),
        &["major demo.e/paged: member-renamed [pdf → paged]"],
    );
}

#[test]
fn properties_of_unlike_names_must_say_the_same() {
    let with = |name: &str, said: &str| {
        schema(&format!(
            r#"<ComplexType Name="t"><Property Name="{name}" Type="Edm.String"><Annotation Term="Org.OData.Core.V1.Description" String="{said}"/></Property></ComplexType>"#
        ))
    };
    let (upn, mail) = (with("upn", "A name."), with("mail", "An address."));
    assert_changes(
        &declared(&upn, &mail),
        &[
            "major demo.t/upn: property-removed",
            "minor demo.t/mail: property-added",
        ],
    );
    let mail = with("mail", "A name.");
    assert_changes(
        &declared(&upn, &mail),
        &["major demo.t/mail: property-renamed [upn → mail]"],
    );
}
