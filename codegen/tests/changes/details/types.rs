//! Types that come, go, move, and live on under other names.

use super::{assert_changes, declared, schema, schemas, shown};

#[test]
fn a_renamed_type_is_otherwise_the_same() {
    let with = |name: &str, members: &str, operation: &str| {
        schema(&format!(
            r#"<ComplexType Name="x"><Property Name="a" Type="Edm.Date" /></ComplexType>
            <ComplexType Name="y"><Property Name="b" Type="Edm.Guid" /></ComplexType>
            <ComplexType Name="{name}">{members}</ComplexType>
            <Function Name="{operation}" IsBound="true"><Parameter Name="it" Type="demo.{name}" />
            <ReturnType Type="Edm.Int32" /></Function>"#
        ))
    };
    let of = |type_name: &str| format!(r#"<Property Name="p" Type="{type_name}" />"#);
    let old = with("before", &of("demo.x"), "f");
    let same = with("after", &of("demo.x"), "f");
    assert_changes(
        &declared(&old, &same),
        &["major demo.after: type-renamed [before → after]"],
    );
    for (members, operation) in [("demo.y", "f"), ("Edm.Int32", "f"), ("demo.x", "g")] {
        let added = format!("minor demo.after/{operation}: operation-added [() → Edm.Int32]");
        assert_changes(
            &declared(&old, &with("after", &of(members), operation)),
            &[
                "major demo.before: type-removed [complex type]",
                "major demo.before/f: operation-removed",
                "minor demo.after: type-added [complex type]",
                &added,
            ],
        );
    }
}

#[test]
fn mutually_recursive_types_are_renamed_together() {
    let with = |one: &str, other: &str| {
        schema(&format!(
            r#"<ComplexType Name="{one}"><Property Name="p" Type="demo.{other}" /></ComplexType>
            <ComplexType Name="{other}"><Property Name="q" Type="Collection(demo.{one})" /></ComplexType>"#
        ))
    };
    let changes = declared(&with("hen", "egg"), &with("bird", "seed"));
    assert_changes(
        &changes,
        &[
            "major demo.bird: type-renamed [hen → bird]",
            "major demo.seed: type-renamed [egg → seed]",
        ],
    );
}

#[test]
fn a_type_moves_only_if_its_kind_does_not_change() {
    let here = r#"<ComplexType Name="x"><Property Name="a" Type="Edm.Date" /></ComplexType>"#;
    let there = r#"<ComplexType Name="x"><Property Name="b" Type="Edm.Guid" /></ComplexType>"#;
    let another = r#"<EnumType Name="x"><Member Name="a" Value="0" /></EnumType>"#;
    let rest = r#"<ComplexType Name="rest" />"#;
    let with = |first: &str, second: &str, third: &str| {
        schemas(&[
            ("demo", &format!("{rest}{first}")),
            ("demo.second", &format!("{rest}{second}")),
            ("demo.third", &format!("{rest}{third}")),
        ])
    };
    let old = with(here, "", "");
    assert_changes(
        &declared(&old, &with("", there, "")),
        &[
            "major demo.second.x: type-moved [demo.x → demo.second.x]",
            "major demo.second.x/a: property-removed",
            "minor demo.second.x/b: property-added",
        ],
    );
    assert_changes(
        &declared(&old, &with("", another, "")),
        &[
            "major demo.x: type-removed [complex type]",
            "minor demo.second.x: type-added [enumeration type]",
        ],
    );
    // Of two that are gone, none is the one that came.
    assert_changes(
        &declared(&with(here, another, ""), &with("", "", there)),
        &[
            "major demo.second.x: type-removed [enumeration type]",
            "major demo.x: type-removed [complex type]",
            "minor demo.third.x: type-added [complex type]",
        ],
    );
}

#[test]
fn facets_that_change_are_named_with_both_values() {
    let with = |facets: &str| {
        schema(&format!(
            r#"<TypeDefinition Name="d" UnderlyingType="Edm.Decimal" {facets} />"#
        ))
    };
    let old = with(r#"Precision="5" Scale="2""#);
    assert_changes(
        &declared(&old, &with(r#"Precision="7""#)),
        &["patch demo.d: property-detail-changed [Precision 5 → 7, Scale 2 → none]"],
    );
    assert_changes(
        &declared(&old, &with(r#"Precision="5" Scale="variable""#)),
        &["patch demo.d: property-detail-changed [Scale 2 → variable]"],
    );
}

#[test]
fn an_entry_points_kinds_are_both_named() {
    let with = |child: &str| {
        schema(&format!(
            r#"<EntityType Name="t"><Key><PropertyRef Name="id" /></Key>
            <Property Name="id" Type="Edm.String" Nullable="false" /></EntityType>
            <Function Name="f"><ReturnType Type="Edm.Int32" /></Function>
            <Action Name="a"><ReturnType Type="Edm.Int32" /></Action>
            <EntityContainer Name="service">{child}</EntityContainer>"#
        ))
    };
    let set = with(r#"<EntitySet Name="e" EntityType="demo.t" />"#);
    let singleton = with(r#"<Singleton Name="e" Type="demo.t" />"#);
    assert_changes(
        &declared(&set, &singleton),
        &["major /e: entry-point-kind-changed [entity set → singleton]"],
    );
    assert_changes(
        &declared(&singleton, &set),
        &["major /e: entry-point-kind-changed [singleton → entity set]"],
    );
}

/// Namespaces that are one module: a change of a member does not make the move one of modules.
#[test]
fn a_type_moves_only_if_its_module_changes() {
    let with = |first: &str, second: &str, used: &str| {
        schemas(&[
            (
                "demo",
                &format!(
                    r#"<Function Name="made"><ReturnType Type="{used}" /></Function>{first}
                    <EntityContainer Name="service"><FunctionImport Name="made" Function="demo.made" /></EntityContainer>"#
                ),
            ),
            (
                "demo.second",
                &format!(r#"<ComplexType Name="rest" />{second}"#),
            ),
        ])
    };
    let of = |member: &str| {
        format!(
            r#"<ComplexType Name="x"><Property Name="{member}" Type="Edm.Date" /></ComplexType>"#
        )
    };
    let old = with(&of("a"), "", "demo.x");
    let new = with("", &of("other"), "demo.second.x");
    assert_changes(
        &shown(&old, &new),
        &[
            "major demo.second.x/other: property-renamed [a → other]",
            "patch demo.second.x: type-moved-within [demo.x → demo.second.x]",
        ],
    );
}
