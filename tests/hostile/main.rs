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
