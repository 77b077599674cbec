//! Metadata that wants to be code: whatever a document calls things, and says of them, stays in names,
//! strings and comments.

mod emitted;

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::emit::SourceFile;
use csdl_codegen::generate::generate_from;
use csdl_codegen::source::Sources;
use emitted::{HOSTILE, check};
use proptest::prelude::*;
use std::path::Path;
use support::{read, workspace};

fn hostile() -> impl Strategy<Value = String> {
    let known = prop::sample::select(HOSTILE).prop_map(str::to_owned);
    let pair = (
        prop::sample::select(HOSTILE),
        any::<String>(),
        prop::sample::select(HOSTILE),
    );
    let mixed = pair.prop_map(|(a, b, c)| format!("{a}{b}{c}"));
    prop_oneof![known, mixed, any::<String>()]
}

/// The text as the value of an XML attribute; what XML cannot hold is left out.
fn attribute(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let characters = text.chars().filter(allowed);
    characters.map(|c| format!("&#{};", u32::from(c))).collect()
}

/// The files of the library's client, with these texts in the places of names and descriptions.
/// `None` if the metadata is refused, which is as good.
fn client(names: &[(&str, String)], description: &str) -> Option<Vec<SourceFile>> {
    let folder = workspace().join("tests/library/metadata");
    let mut text = read(&folder.join("library.csdl"));
    for (name, hostile) in names {
        let hostile = attribute(hostile);
        // A name and what refers to it, so that nothing dangles.
        for (before, after) in [
            ("\"", "\""),
            ("library.", "\""),
            ("library.", ")"),
            ("library.", "/"),
        ] {
            let (old, new) = (
                format!("{before}{name}{after}"),
                format!("{before}{hostile}{after}"),
            );
            text = text.replace(&old, &new);
        }
    }
    let said = attribute(description);
    let described = format!(
        "><Annotation Term=\"Core.Description\" String=\"{said}\" />\
         <Annotation Term=\"Core.LongDescription\" String=\"{said}\" />\
         <Annotation Term=\"Core.Revisions\"><Collection><Record>\
         <PropertyValue Property=\"Kind\" EnumMember=\"Core.RevisionKind/Deprecated\" />\
         <PropertyValue Property=\"Description\" String=\"{said}\" />\
         </Record></Collection></Annotation>"
    );
    text = text.replace(
        "<ComplexType Name=\"loan\" OpenType=\"true\">",
        &format!("<ComplexType Name=\"loan\" OpenType=\"true\"{described}"),
    );
    text = text.replace(
        "<EntityType Name=\"copy\">",
        &format!("<EntityType Name=\"copy\"{described}"),
    );
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let config = LoadedConfig::read(&folder.join("client.toml"), &mut sources).ok()?;
    let id = sources.add(Path::new("library.csdl"), text.as_str());
    generate_from(&config, &[id], &sources, &mut diagnostics).map(|generated| generated.files)
}

/// A configuration with everything that can be said; each text in quotes can be another one.
const CONFIGURATION: &str = r#"
[client]
name = "library-client"
output = ".."
title = "Typed client."
documentation = "More of it."
modules = ["extra"]
entry-point-features = true
examples = true
[service]
name = "the library"
default-namespaces = ["library"]
token-variable = "LIBRARY_TOKEN"
[[service.clouds]]
name = "Global"
description = "The only one."
root = "https://library.example/api"
scope = "https://library.example/.default"
login-authority = "https://login.example"
[metadata]
document = "library.csdl"
paths = ["/items"]
[[metadata.corrections]]
type = "library.address"
stands-for = "Edm.String"
returned-by = "nearby"
reason = "It is one."
[naming.words]
"isbn" = "Isbn"
[[operation-groups]]
type = "library.item"
name = "Metric"
description = "What is counted."
"#;

/// What stands in quotes in the configuration.
fn quoted() -> Vec<&'static str> {
    CONFIGURATION.split('"').skip(1).step_by(2).collect()
}

/// The client of the library with another text in the configuration, or `None` if it is refused.
fn configured(place: &str, text: &str) -> Option<Vec<SourceFile>> {
    // A text of JSON is one of TOML.
    let text = serde_json::to_string(text).expect("a text");
    let config = CONFIGURATION.replace(&format!("\"{place}\""), &text);
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let path = workspace().join("tests/library/metadata/client.toml");
    let source = sources.add(&path, config);
    let config = LoadedConfig::parse(&path, source, &sources).ok()?;
    let id = sources.add("library.csdl", read(&path.with_file_name("library.csdl")));
    generate_from(&config, &[id], &sources, &mut diagnostics).map(|generated| generated.files)
}

#[test]
fn no_value_of_a_configuration_becomes_code() {
    let odd = [
        "", " ", "1st", "a b", "self", "Self", "fn", "std", "*", "/", "é", "A\u{301}",
    ];
    let mut accepted = 0;
    for place in quoted() {
        assert!(configured(place, place).is_some(), "{place}");
        for text in HOSTILE.iter().chain(&odd) {
            if let Some(files) = configured(place, text) {
                accepted += 1;
                let checked = check(&files);
                assert_eq!(checked, Ok(()), "{text:?} in the place of {place:?}");
            }
        }
    }
    assert!(
        accepted > 100,
        "nearly all are refused, so nothing is tested"
    );
}

#[test]
fn the_check_sees_what_it_is_to_see() {
    let emitted = |contents: &str| {
        vec![SourceFile {
            path: "src/lib.rs".to_owned(),
            contents: contents.to_owned(),
        }]
    };
    for code in [
        "fn canary() {}",
        "impl X { fn f() { canary!() } }",
        "#![feature(x)]",
        "#![cfg_attr(docsrs, feature(x))]",
        "#[cfg(canary)] mod x;",
        "#[cfg(feature = \"a b\")] mod x;",
        "#[canary] struct X;",
        "impl X { fn f() { std::process::exit(1) } }",
        "impl X { fn f() { unsafe {} } }",
        "odata_runtime::canary! { X }",
        "odata_runtime::model! { X = canary!() { } }",
        "odata_runtime::model! { X = \"x\" { A: a = unsafe { 1 }, } }",
        "impl X { odata_runtime::navigation! { a: std::process::X = \"a\", } }",
        "macro_rules! model { () => {} }",
        "struct",
    ] {
        assert!(check(&emitted(code)).is_err(), "{code}");
    }
    assert_eq!(check(&emitted("#[derive(Debug)] pub struct X;")), Ok(()));
}

#[test]
fn each_hostile_text_is_harmless_everywhere() {
    let mut accepted = 0;
    for text in HOSTILE {
        let places = [
            "title",
            "isbn",
            "book",
            "genre",
            "novel",
            "related",
            "limit",
            "items",
            "openingHours",
        ];
        for place in places {
            let names = [(place, (*text).to_owned())];
            if let Some(files) = client(&names, text) {
                accepted += 1;
                check(&files).unwrap_or_else(|found| panic!("{text:?} as {place}: {found}"));
            }
        }
    }
    assert!(accepted > 40, "only {accepted} were not refused");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_a_document_says_becomes_code(
        (property, entity, member, function, parameter, said) in
            (hostile(), hostile(), hostile(), hostile(), hostile(), hostile()),
    ) {
        let names = [
            ("title", property),
            ("book", entity),
            ("novel", member),
            ("related", function),
            ("limit", parameter),
        ];
        if let Some(files) = client(&names, &said) {
            prop_assert_eq!(check(&files), Ok(()));
        }
    }
}
