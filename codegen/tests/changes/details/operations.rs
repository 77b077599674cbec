//! Functions, actions, and their parameters.

use super::{assert_changes, declared, schema, shown};

/// A function with parameters, a result that may be null or not, or an action.
fn operation(kind: &str, name: &str, parameters: &str, nullable: &str) -> String {
    schema(&format!(
        r#"<EntityType Name="t" /><{kind} Name="{name}" IsBound="true"><Parameter Name="it" Type="demo.t" />
        {parameters}<ReturnType Type="Edm.Int32" Nullable="{nullable}" /></{kind}>
        <EntityContainer Name="service"><Singleton Name="one" Type="demo.t" /></EntityContainer>"#
    ))
}

fn function(parameters: &str) -> String {
    operation("Function", "f", parameters, "false")
}

fn parameter(name: &str, details: &str) -> String {
    format!(r#"<Parameter Name="{name}" {details} />"#)
}

/// A parameter that may be left out.
fn optional(name: &str, details: &str) -> String {
    format!(
        r#"<Parameter Name="{name}" {details}><Annotation Term="Org.OData.Core.V1.OptionalParameter" /></Parameter>"#
    )
}

#[test]
fn a_renamed_operation_is_otherwise_the_same() {
    let number = parameter("p", r#"Type="Edm.Int32""#);
    let text = parameter("p", r#"Type="Edm.String""#);
    let old = operation("Function", "f", &number, "false");
    for (new, expected) in [
        (
            operation("Function", "g", &number, "false"),
            &["major demo.t/g: operation-renamed [f → g]"][..],
        ),
        (
            operation("Function", "g", &text, "false"),
            &[
                "major demo.t/f: operation-removed",
                "minor demo.t/g: operation-added [(p: Edm.String) → Edm.Int32]",
            ],
        ),
        (
            operation("Function", "g", &number, "true"),
            &[
                "major demo.t/f: operation-removed",
                "minor demo.t/g: operation-added [(p: Edm.Int32) → Edm.Int32]",
            ],
        ),
        (
            operation("Action", "g", &number, "false"),
            &[
                "major demo.t/f: operation-removed",
                "minor demo.t/g: operation-added [(p?: Edm.Int32) → Edm.Int32]",
            ],
        ),
    ] {
        assert_changes(&declared(&old, &new), expected);
    }
}

#[test]
fn a_results_nullability_is_shown_before_and_after() {
    let with = |nullable: &str| operation("Function", "f", "", nullable);
    assert_changes(
        &declared(&with("false"), &with("true")),
        &["major demo.t/f: return-nullability-changed [not nullable → nullable]"],
    );
    assert_changes(
        &declared(&with("true"), &with("false")),
        &["major demo.t/f: return-nullability-changed [nullable → not nullable]"],
    );
}

#[test]
fn parameters_are_matched_by_place_or_by_type() {
    let (number, date) = (r#"Type="Edm.Int32""#, r#"Type="Edm.Date""#);
    let two = |of: fn(&str, &str) -> String, first: (&str, &str), second: (&str, &str)| {
        function(&format!(
            "{}{}",
            of(first.0, first.1),
            of(second.0, second.1)
        ))
    };
    let (a, b, c) = (("a", number), ("b", date), ("c", number));
    // The first is called otherwise.
    let changes = declared(&two(parameter, a, b), &two(parameter, c, b));
    assert_changes(
        &changes,
        &["patch demo.t/f/c: required-parameter-renamed [a → c]"],
    );
    // One more of the same type at another place is another parameter.
    let changes = declared(&two(parameter, a, b), &two(parameter, b, c));
    assert_changes(
        &changes,
        &[
            "major demo.t/f/a: parameter-removed",
            "major demo.t/f/c: required-parameter-added",
        ],
    );
    let changes = declared(&two(optional, a, b), &two(optional, b, c));
    assert_changes(
        &changes,
        &["major demo.t/f/c: optional-parameter-renamed [a → c]"],
    );
}

#[test]
fn nullability_shapes_required_single_parameters() {
    let (single, items) = (r#"Type="Edm.Int32""#, r#"Type="Collection(Edm.Int32)""#);
    for (of, declaration, expected) in [
        (
            parameter as fn(&str, &str) -> String,
            single,
            "major demo.t/f/p: parameter-nullability-changed [not nullable → nullable]",
        ),
        (
            parameter,
            items,
            "patch demo.t/f/p: parameter-detail-changed [not nullable → nullable]",
        ),
        (
            optional,
            single,
            "patch demo.t/f/p: parameter-detail-changed [not nullable → nullable]",
        ),
        (
            optional,
            items,
            "patch demo.t/f/p: parameter-detail-changed [not nullable → nullable]",
        ),
    ] {
        let with =
            |nullable: &str| function(&of("p", &format!(r#"{declaration} Nullable="{nullable}""#)));
        assert_changes(&shown(&with("false"), &with("true")), &[expected]);
    }
}

#[test]
fn an_action_needs_no_argument_that_may_be_null() {
    let with = |details: &str| operation("Action", "f", &parameter("p", details), "false");
    let collection = |nullable: &str| with(&format!(r#"Type="Collection(Edm.Int32)" {nullable}"#));
    let single = |nullable: &str| with(&format!(r#"Type="Edm.Int32" {nullable}"#));
    let (yes, no) = (r#"Nullable="true""#, r#"Nullable="false""#);
    assert_changes(
        &declared(&single(no), &single("")),
        &["major demo.t/f/p: parameter-made-optional"],
    );
    assert_changes(
        &declared(&collection(no), &collection(yes)),
        &["major demo.t/f/p: parameter-made-optional"],
    );
    assert_changes(
        &declared(&collection(no), &collection("")),
        &["major demo.t/f/p: parameter-made-optional"],
    );
    assert_changes(&declared(&collection(""), &collection(yes)), &[]);
}

#[test]
fn facets_of_a_parameter_are_named_if_they_change() {
    let with = |facets: &str| function(&parameter("p", &format!(r#"Type="Edm.String" {facets}"#)));
    let (old, new) = (
        with(r#"MaxLength="5" Unicode="true""#),
        with(r#"MaxLength="6" Unicode="true""#),
    );
    assert_changes(
        &declared(&old, &new),
        &["patch demo.t/f/p: parameter-detail-changed [MaxLength 5 → 6]"],
    );
}
