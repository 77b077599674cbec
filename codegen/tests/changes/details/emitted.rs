//! Data types of the client, and what does not show in it.

use super::{assert_changes, emitted, lines, schema};
use crate::Client;
use crate::edits::CONFIG;

#[test]
fn what_a_type_derives_from_is_named() {
    let book = r#"<EntityType Name="book" BaseType="demo.item">"#;
    let bound = r#"<EntityType Name="book" BaseType="demo.bound">"#;
    assert_changes(
        &emitted(&[(book, bound)]),
        &[
            "minor demo.book: derivation-added [demo.bound]",
            "patch demo.book: base-type-changed [demo.item → demo.bound]",
        ],
    );
}

#[test]
fn derivations_go_with_the_type_and_with_its_base() {
    let atlas = r#"<EntityType Name="atlas" BaseType="demo.bound" />"#;
    assert_changes(
        &emitted(&[(atlas, "")]),
        &["major demo.atlas: type-removed [entity type]"],
    );
    let changes = emitted(&[
        (r#"<EntityType Name="bound" BaseType="demo.item" />"#, ""),
        (
            r#"Name="atlas" BaseType="demo.bound""#,
            r#"Name="atlas" BaseType="demo.item""#,
        ),
        (
            r#"Name="volume" BaseType="demo.bound""#,
            r#"Name="volume" BaseType="demo.item""#,
        ),
    ]);
    assert_changes(
        &changes,
        &[
            "major demo.bound: type-removed [entity type]",
            "patch demo.atlas: base-type-changed [demo.bound → demo.item]",
            "patch demo.volume: base-type-changed [demo.bound → demo.item]",
        ],
    );
}

#[test]
fn a_type_that_is_the_value_of_a_parameter_can_be_one() {
    let remark = r#"<Parameter Name="remark" Type="Edm.String" />"#;
    let metric = r#"<Parameter Name="remark" Type="demo.metric" />"#;
    assert_changes(
        &emitted(&[(remark, metric)]),
        &[
            "major demo.book/borrow/remark: parameter-type-changed [Edm.String → demo.metric]",
            "minor demo.metric: declaration-added [value of a parameter]",
        ],
    );
}

#[test]
fn a_read_only_property_that_goes_is_one_change() {
    let with = |property: &str| {
        let document = schema(&format!(
            r#"<EntityType Name="t"><Key><PropertyRef Name="id" /></Key>
            <Property Name="id" Type="Edm.String" Nullable="false" />{property}</EntityType>
            <EntityContainer Name="service"><EntitySet Name="ts" EntityType="demo.t" /></EntityContainer>"#
        ));
        small(&document)
    };
    let computed = r#"<Property Name="p" Type="Edm.Int32"><Annotation Term="Org.OData.Core.V1.Computed" /></Property>"#;
    assert_changes(
        &lines(&with(computed).diff(&with(""))),
        &["major demo.t/p: property-removed"],
    );
    assert_changes(
        &lines(&with("").diff(&with(computed))),
        &["minor demo.t/p: property-added"],
    );
}

#[test]
fn an_enumeration_that_goes_takes_its_variants_along() {
    let changes = emitted(&[
        (
            r#"<Property Name="level" Type="demo.level" Nullable="false" />"#,
            "",
        ),
        (
            "<EnumType Name=\"level\">
        <Member Name=\"low\" Value=\"0\" />
        <Member Name=\"high\" Value=\"1\" />
      </EnumType>",
            "",
        ),
    ]);
    assert_changes(
        &changes,
        &[
            "major demo.level: type-removed [enumeration type]",
            "major demo.metric/level: property-removed",
        ],
    );
    let changes = emitted(&[(
        r#"<Property Name="level" Type="demo.level" Nullable="false" />"#,
        "",
    )]);
    assert_changes(
        &changes,
        &[
            "major demo.metric/level: property-removed",
            "major demo.level: declaration-removed",
        ],
    );
}

#[test]
fn a_type_of_another_kind_has_other_parts() {
    let with = |declaration: &str| {
        let document = schema(&format!(
            r#"{declaration}<Function Name="f" IsComposable="true"><ReturnType Type="demo.t" Nullable="false" /></Function>
            <Function Name="g" IsBound="true"><Parameter Name="it" Type="demo.t" /><ReturnType Type="Edm.Int32" Nullable="false" /></Function>
            <EntityContainer Name="service"><FunctionImport Name="f" Function="demo.f" /></EntityContainer>"#
        ));
        small(&document)
    };
    let entity = with(
        r#"<EntityType Name="t"><Key><PropertyRef Name="id" /></Key><Property Name="id" Type="Edm.String" Nullable="false" /></EntityType>"#,
    );
    let complex = with(
        r#"<ComplexType Name="t"><Property Name="id" Type="Edm.String" Nullable="false" /></ComplexType>"#,
    );
    assert_changes(
        &lines(&entity.diff(&complex)),
        &["major demo.t: type-kind-changed [entity type → complex type]"],
    );
    assert_changes(
        &lines(&complex.diff(&entity)),
        &["major demo.t: type-kind-changed [complex type → entity type]"],
    );
}

#[test]
fn what_shows_nowhere_is_said_to_have_no_effect() {
    let value = r#"<TypeDefinition Name="blank" UnderlyingType="Edm.String" />"#;
    let other = r#"<TypeDefinition Name="blank" UnderlyingType="Edm.Guid" />"#;
    assert_changes(
        &emitted(&[(value, other)]),
        &[
            "patch demo.blank: nothing-emitted [type definition stands for another type: Edm.String → Edm.Guid]",
        ],
    );
    assert_changes(
        &emitted(&[(value, "")]),
        &["patch demo.blank: nothing-emitted [type removed: type definition]"],
    );
}

/// A client without operation groups.
fn small(document: &str) -> Client {
    Client::of(
        CONFIG.split("[[operation-groups]]").next().unwrap(),
        document,
    )
}

#[test]
fn unreachable_items_go_with_all_their_parts() {
    let refused = r#"<Annotation Term="Org.OData.Capabilities.V1.DeleteRestrictions">
        <Record><PropertyValue Property="Deletable" Bool="false" /></Record></Annotation>"#;
    let computed = r#"<Annotation Term="Org.OData.Core.V1.Computed" />"#;
    let key = r#"<Key><PropertyRef Name="id" /></Key><Property Name="id" Type="Edm.String" Nullable="false" />"#;
    let with = |book: &str, act: &str| {
        small(&schema(&format!(
            r#"<EntityType Name="person">{key}</EntityType>
            <ComplexType Name="mark"><Property Name="p" Type="Edm.Int32">{computed}</Property></ComplexType>
            <EntityType Name="book">{key}<Property Name="marks" Type="demo.mark" />
            <NavigationProperty Name="author" Type="demo.person">{refused}</NavigationProperty></EntityType>
            <Action Name="act" IsBound="true"><Parameter Name="it" Type="demo.person" />{act}</Action>
            <EntityContainer Name="service"><EntitySet Name="people" EntityType="demo.person" />{book}</EntityContainer>"#
        )))
    };
    let books = r#"<EntitySet Name="books" EntityType="demo.book" />"#;
    let marked = r#"<Parameter Name="mark" Type="demo.mark" Nullable="false" />"#;
    assert_changes(
        &lines(&with(books, "").diff(&with("", ""))),
        &[
            "major /books: entry-point-removed",
            "major demo.book: builder-removed",
            "major demo.book: declaration-removed",
            "major demo.mark: declaration-removed",
        ],
    );
    assert_changes(
        &lines(&with("", marked).diff(&with("", ""))),
        &[
            "major demo.person/act/mark: parameter-removed",
            "major demo.mark: declaration-removed",
        ],
    );
}

#[test]
fn a_path_keys_type_is_reported_at_the_collection() {
    let with = |zip: &str| {
        small(&schema(&format!(
            r#"<ComplexType Name="address"><Property Name="zip" Type="{zip}" Nullable="false" /></ComplexType>
            <EntityType Name="house"><Key><PropertyRef Name="address/zip" Alias="code" /></Key>
            <Property Name="address" Type="demo.address" Nullable="false" /></EntityType>
            <EntityContainer Name="service"><EntitySet Name="houses" EntityType="demo.house" /></EntityContainer>"#
        )))
    };
    assert_changes(
        &lines(&with("Edm.String").diff(&with("Edm.Int32"))),
        &[
            "major demo.address/zip: property-type-changed [Edm.String → Edm.Int32]",
            "major Collection(demo.house): declaration-changed [String → I32]",
        ],
    );
}

#[test]
fn named_values_show_in_the_calls_that_use_them() {
    let with = |flags: &str, amount: &str| {
        small(&schema(&format!(
            r#"<EnumType Name="level" {flags}><Member Name="low" Value="1" /></EnumType>
            <TypeDefinition Name="amount" UnderlyingType="{amount}" />
            <Function Name="f"><Parameter Name="level" Type="demo.level" Nullable="false" />
            <ReturnType Type="demo.amount" Nullable="false" /></Function>
            <EntityContainer Name="service"><FunctionImport Name="f" Function="demo.f" /></EntityContainer>"#
        )))
    };
    let old = with("", "Edm.Int32");
    assert_changes(
        &lines(&old.diff(&with(r#"IsFlags="true""#, "Edm.Int32"))),
        &["major demo.level: flags-changed"],
    );
    assert_changes(
        &lines(&old.diff(&with("", "Edm.Guid"))),
        &["major demo.amount: definition-changed [Edm.Int32 → Edm.Guid]"],
    );
}
