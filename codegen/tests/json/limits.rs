//! What is too large, too deep or too much, and what takes no longer for that.

use super::*;
use csdl_codegen::diagnostic::Code;
use std::time::{Duration, Instant};

/// A document with this content in its schema.
fn document(content: &str) -> String {
    format!("{{\"$Version\": \"4.01\", \"s\": {{{content}}}}}")
}

/// What is said of a text, without what is too many to be shown.
fn said(text: String, limits: &Limits) -> (Vec<Code>, String) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let id = sources.add("hostile.json", text);
    if let Some(document) = csdl::parse(&sources, id, limits, &mut diagnostics) {
        write(&edm::resolve(&[document], &mut diagnostics));
    }
    let mut codes: Vec<_> = diagnostics.iter().map(|d| d.code).collect();
    codes.dedup();
    (codes, diagnostics.render(&sources))
}

fn tight() -> Limits {
    Limits {
        depth: 20,
        text_bytes: 100,
        declarations: 20,
        elements: 50,
        attributes: 5,
        ..Limits::default()
    }
}

fn many(count: usize, item: impl Fn(usize) -> String) -> String {
    let items: Vec<_> = (0..count).map(item).collect();
    items.join(",\n")
}

/// Content, and what is said of it with tight limits.
fn excessive() -> Vec<(String, &'static str)> {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let chain = many(30, |i| format!("\"{}\": 1", "@a.b".repeat(i + 1)));
    let chain = format!("\"t\": {{\"$Kind\": \"ComplexType\", {chain}}}");
    let long = "a".repeat(101);
    let annotations = many(21, |i| format!("\"@a.t{i}\": {i}"));
    let targets = many(21, |i| format!("\"s.t{i}\": {{}}"));
    let overloads = many(21, |_| "{\"$Kind\": \"Action\"}".to_owned());
    let types = many(21, |i| format!("\"t{i}\": {{\"$Kind\": \"ComplexType\"}}"));
    let properties = many(51, |i| format!("\"p{i}\": {{}}"));
    let dollars = many(6, |i| format!("\"${i}\": 1"));
    let declared = "the document has more than 20 declarations";
    let held = "a declaration has more than 50 values in it";
    vec![
        (
            format!("\"@a.b\": {}", nested(20)),
            "objects and arrays nest deeper than 20",
        ),
        (chain, "annotations nest deeper than 20"),
        (
            format!("\"@a.b\": \"{long}\""),
            "a text is longer than 100 bytes",
        ),
        (
            format!("\"@a.b\": {}", "1".repeat(101)),
            "a text is longer than 100 bytes",
        ),
        (
            format!("\"{long}\": {{}}"),
            "a text is longer than 100 bytes",
        ),
        (annotations, declared),
        (format!("\"$Annotations\": {{{targets}}}"), declared),
        (format!("\"f\": [{overloads}]"), declared),
        (types, declared),
        (
            format!("\"t\": {{\"$Kind\": \"ComplexType\", {properties}}}"),
            held,
        ),
        (
            format!("\"@a.b\": [{}]", many(51, |_| "1".to_owned())),
            held,
        ),
        (
            format!(
                "\"e\": {{\"$Kind\": \"EnumType\", {}}}",
                many(51, |i| format!("\"m{i}\": {i}"))
            ),
            held,
        ),
        (
            format!("\"t\": {{\"$Kind\": \"ComplexType\", {dollars}}}"),
            "an object has more than 5 members with `$`",
        ),
    ]
}

#[test]
fn limits_refuse_what_exceeds_them() {
    for (content, expected) in excessive() {
        let (codes, said) = said(document(&content), &tight());
        assert_eq!(
            codes.last(),
            Some(&Code::LimitExceeded),
            "{content}: {said}"
        );
        assert!(said.contains(expected), "{content}: {said}");
        assert!(said.contains("under `[metadata.limits]`"), "{said}");
    }
}

#[test]
fn limits_can_be_raised() {
    for (content, _) in excessive() {
        let (codes, said) = said(document(&content), &Limits::default());
        assert!(!codes.contains(&Code::LimitExceeded), "{content}: {said}");
    }
    let small = Limits {
        document_bytes: 10,
        ..Limits::default()
    };
    let (codes, _) = said(document(""), &small);
    assert_eq!(codes, [Code::LimitExceeded]);
}

#[test]
fn declarations_are_held_one_after_the_other() {
    let properties = many(30, |i| format!("\"p{i}\": {{}}"));
    let types = many(5, |i| {
        format!("\"t{i}\": {{\"$Kind\": \"ComplexType\", {properties}}}")
    });
    assert_eq!(said(document(&types), &tight()).1, "");
    // What is kept until the end counts for all.
    let kept = many(15, |i| format!("\"@a.t{i}\": [1, 2, 3, 4]"));
    let (codes, _) = said(document(&kept), &tight());
    assert_eq!(codes, [Code::LimitExceeded]);
}

#[test]
fn depth_has_an_end_that_cannot_be_raised() {
    let endless = Limits {
        depth: usize::MAX,
        ..Limits::default()
    };
    for open in ["[", "{\"a\": ", "{\"$If\": [", "{\"$LabeledElement\": "] {
        let content = format!("\"@a.b\": {}", open.repeat(100_000));
        let (codes, _) = said(document(&content), &endless);
        assert_eq!(codes, [Code::LimitExceeded], "{open}");
    }
    // As deep as can be.
    for (open, close) in [
        ("[", "]"),
        ("{\"a\": ", "}"),
        ("{\"$Name\": \"a\", \"$LabeledElement\": ", "}"),
    ] {
        let value = format!("{}1{}", open.repeat(198), close.repeat(198));
        let text = document(&format!("\"@a.b\": {value}"));
        let (codes, text_said) = said(text.clone(), &endless);
        assert_eq!(codes, [], "{text_said}");
        let (codes, _) = said(text, &Limits::default());
        assert_eq!(codes, [Code::LimitExceeded], "{open}");
    }
    // Values in the annotations of annotations of values, and so on.
    let chain = many(60, |i| format!("\"{}\": 1", "@a.b".repeat(i + 1)));
    let mut value = "1".to_owned();
    for _ in 0..2 {
        value = format!("{{{chain}, \"{}\": {value}}}", "@a.b".repeat(61));
    }
    let (codes, text) = said(document(&format!("\"@a.b\": {value}")), &endless);
    assert_eq!(codes, [], "{text}");
    let (codes, _) = said(
        document(&format!("\"@a.b\": [{value}]")),
        &Limits::default(),
    );
    assert_eq!(codes, [Code::LimitExceeded]);
}

/// A quadratic algorithm would take minutes.
#[test]
fn hostile_documents_are_dealt_with_in_time() {
    const BYTES: usize = 1 << 18;
    let fill = |item: &str| vec![item; BYTES / (item.len() + 2)].join(",\n");
    let numbered = |item: &str| {
        many(BYTES / (item.len() + 6), |i| {
            item.replace('#', &format!("{i}"))
        })
    };
    let escapes = "\\u0061".repeat(BYTES / 6);
    for (name, text) in [
        ("items", document(&format!("\"@a.b\": [{}]", fill("1")))),
        (
            "empty arrays",
            document(&format!("\"@a.b\": [{}]", fill("[]"))),
        ),
        (
            "members",
            document(&format!("\"@a.b\": {{{}}}", numbered("\"#\": 1"))),
        ),
        ("unknown members", document(&numbered("\"t#\": {}"))),
        ("annotations", document(&numbered("\"@a.b#\": 1"))),
        (
            "lost annotations",
            document(&format!("\"@a.b\": {{{}}}", numbered("\"x#@a.b\": 1"))),
        ),
        (
            "types",
            document(&numbered("\"t#\": {\"$Kind\": \"EntityType\"}")),
        ),
        (
            "overloads",
            document(&format!("\"f\": [{}]", fill("{\"$Kind\": \"Action\"}"))),
        ),
        (
            "schemas",
            format!("{{\"$Version\": \"4.01\", {}}}", numbered("\"s#\": {}")),
        ),
        ("other members", format!("{{{}}}", numbered("\"a#\": 1"))),
        ("escapes", document(&format!("\"@a.b\": \"{escapes}\""))),
        (
            "digits",
            document(&format!("\"@a.b\": {}", "9".repeat(BYTES))),
        ),
        ("brackets", "{\"a\": ".repeat(BYTES / 6)),
        ("white space", format!("{{{}", " ".repeat(BYTES))),
        (
            "references",
            format!(
                "{{\"$Reference\": {{{}}}",
                numbered("\"#\": {\"$Include\": []}")
            ),
        ),
    ] {
        let start = Instant::now();
        csdl::references(&text);
        csdl::other_json(&text);
        let (_, said) = said(text, &Limits::default());
        let time = start.elapsed();
        assert!(time < Duration::from_secs(5), "{name}: {time:?}");
        assert!(
            said.len() < BYTES * 4,
            "{name}: {} bytes are said",
            said.len()
        );
    }
}
