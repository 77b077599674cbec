//! Deprecations, descriptions, and annotations that nothing else speaks of.

use super::{assert_changes, declared, schema};

/// A property with annotations.
fn annotated(annotations: &str) -> String {
    schema(&format!(
        r#"<ComplexType Name="t"><Property Name="p" Type="Edm.String">{annotations}</Property></ComplexType>"#
    ))
}

/// `Core.Revisions` that deprecates, with more that it says.
fn deprecated(details: &[(&str, &str)]) -> String {
    let details = details
        .iter()
        .map(|(name, value)| format!(r#"<PropertyValue Property="{name}" String="{value}" />"#));
    let details = details.collect::<String>();
    format!(
        r#"<Annotation Term="Org.OData.Core.V1.Revisions"><Collection><Record>
        <PropertyValue Property="Kind" EnumMember="Org.OData.Core.V1.RevisionKind/Deprecated" />
        {details}</Record></Collection></Annotation>"#
    )
}

/// What a description that becomes another one is reported as.
fn description(old: &str, new: &str) -> Vec<String> {
    let described = |text: &str| {
        annotated(&format!(
            r#"<Annotation Term="Org.OData.Core.V1.Description" String="{text}" />"#
        ))
    };
    declared(&described(old), &described(new))
}

#[test]
fn what_an_annotation_says_is_compared_whole() {
    let values = [
        r#"<Annotation Term="demo.note" String="a" />"#,
        r#"<Annotation Term="demo.note" String="b" />"#,
        r#"<Annotation Term="demo.note" Path="b" />"#,
        r#"<Annotation Term="demo.note" />"#,
        r#"<Annotation Term="demo.note"><Null /></Annotation>"#,
        r#"<Annotation Term="demo.note"><Collection><String>a</String></Collection></Annotation>"#,
        r#"<Annotation Term="demo.note"><Collection><String>b</String></Collection></Annotation>"#,
        r#"<Annotation Term="demo.note"><Record><PropertyValue Property="x" String="a" /></Record></Annotation>"#,
        r#"<Annotation Term="demo.note"><Record><PropertyValue Property="x" String="b" /></Record></Annotation>"#,
        r#"<Annotation Term="demo.note"><Record><PropertyValue Property="y" String="b" /></Record></Annotation>"#,
        r#"<Annotation Term="demo.note"><Record Type="demo.t" /></Annotation>"#,
        r#"<Annotation Term="demo.note"><Record><Annotation Term="demo.why" String="a" /></Record></Annotation>"#,
        r#"<Annotation Term="demo.note"><Record><Annotation Term="demo.why" String="b" /></Record></Annotation>"#,
        r#"<Annotation Term="demo.note" String="a"><Annotation Term="demo.why" String="a" /></Annotation>"#,
        r#"<Annotation Term="demo.note" String="a"><Annotation Term="demo.why" String="b" /></Annotation>"#,
    ];
    for pair in values.windows(2) {
        assert_changes(
            &declared(&annotated(pair[0]), &annotated(pair[1])),
            &["patch demo.t/p: annotation-changed [demo.note]"],
        );
    }
    for value in values {
        assert_changes(&declared(&annotated(value), &annotated(value)), &[]);
    }
}

#[test]
fn a_new_deprecation_says_when_or_why() {
    let (date, why) = (("RemovalDate", "2030-01-01"), ("Description", "Use q."));
    for (details, expected) in [
        (
            &[date, why][..],
            "minor demo.t/p: deprecated [removal on 2030-01-01]",
        ),
        (&[why], "minor demo.t/p: deprecated [“Use q.”]"),
        (&[], "minor demo.t/p: deprecated"),
    ] {
        let new = annotated(&deprecated(details));
        assert_changes(&declared(&annotated(""), &new), &[expected]);
    }
}

#[test]
fn a_changed_deprecation_is_reported() {
    let (date, why) = (("RemovalDate", "2030-01-01"), ("Description", "Use q."));
    let old = annotated(&deprecated(&[date, why]));
    assert_changes(&declared(&old, &old), &[]);
    for (details, expected) in [
        (
            &[("RemovalDate", "2031-01-01"), why][..],
            "patch demo.t/p: deprecation-changed [2030-01-01 → 2031-01-01]",
        ),
        (
            &[("RemovalDate", "2031-01-01"), ("Description", "Use r.")],
            "patch demo.t/p: deprecation-changed [2030-01-01 → 2031-01-01]",
        ),
        (
            &[why],
            "patch demo.t/p: deprecation-changed [2030-01-01 → none]",
        ),
        (
            &[date, ("Description", "Use r.")],
            "patch demo.t/p: deprecation-changed [“Use q.” → “Use r.”]",
        ),
        (
            &[date, why, ("Version", "2026-01/q")],
            "patch demo.t/p: deprecation-changed [version none → 2026-01/q]",
        ),
    ] {
        let new = annotated(&deprecated(details));
        assert_changes(&declared(&old, &new), &[expected]);
    }
    assert_changes(
        &declared(&old, &annotated("")),
        &["patch demo.t/p: deprecation-changed [no longer deprecated]"],
    );
}

#[test]
fn an_annotation_beside_a_deprecation_is_reported() {
    let note = r#"<Annotation Term="demo.note" String="a" />"#;
    let new = annotated(&format!("{}{note}", deprecated(&[])));
    assert_changes(
        &declared(&annotated(""), &new),
        &[
            "minor demo.t/p: deprecated",
            "patch demo.t/p: annotation-changed [demo.note]",
        ],
    );
}

#[test]
fn revisions_without_deprecation_are_annotations() {
    let added = deprecated(&[]).replace("Deprecated", "Added");
    assert_changes(
        &declared(&annotated(""), &annotated(&added)),
        &["patch demo.t/p: annotation-changed [Org.OData.Core.V1.Revisions]"],
    );
}

#[test]
fn descriptions_are_shown_where_they_differ() {
    let start = "That is a long sentence which both of them have.";
    let (old, new) = (format!("{start} Old."), format!("{start} New."));
    assert_changes(
        &description(&old, &new),
        &[
            "patch demo.t/p: description-changed [“…both of them have. Old.” → “…both of them have. New.”]",
        ],
    );
    assert_changes(
        &description("Old.", "New."),
        &["patch demo.t/p: description-changed [“Old.” → “New.”]"],
    );
    let (whole, cut) = ("w".repeat(60), "c".repeat(61));
    assert_changes(
        &description(&whole, &cut),
        &[
            "patch demo.t/p: description-changed [“wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww” → “ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc…”]",
        ],
    );
}
