//! Metadata that wants to be code: whatever a document calls things, and says of them, stays in names,
//! strings and comments.

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::emit::SourceFile;
use csdl_codegen::generate::generate_from;
use csdl_codegen::source::Sources;
use proptest::prelude::*;
use std::path::Path;
use support::{read, workspace};
use syn::visit::{self, Visit};

/// What emitted code may invoke.
const MACROS: &[&str] = &["concat", "env"];

/// Attributes that emitted code may have.
const ATTRIBUTES: &[&str] = &[
    "allow",
    "default",
    "deprecated",
    "derive",
    "doc",
    "must_use",
    "non_exhaustive",
    "rustfmt",
];

/// Texts that would be code if they stood in the wrong place.
const HOSTILE: &[&str] = &[
    "\"; std::process::exit(1); \"",
    "*/ fn canary() {} /*",
    "\n#![feature(canary)]\n",
    "\n}\nfn canary() {}\nmod x {",
    "```\nstd::process::exit(1)\n```",
    "<script>canary()</script>",
    "../../../canary",
    "r#\"canary\"#",
    "{canary} {{}} {",
    "\\\"; canary!(); //",
    "\u{202e}canary\u{2066}",
    "include!(\"/etc/passwd\")",
    "self",
    "crate",
    "'",
    "\\",
    "\r",
    "_",
    "Self::canary::<u8>",
    "]]> <canary/>",
];

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

/// Whether it is `cfg_attr(docsrs, feature(doc_cfg))`, the only feature that emitted code asks for.
fn is_doc_cfg(attribute: &syn::Attribute) -> bool {
    let list = attribute.meta.require_list();
    list.is_ok_and(|list| {
        let text = list.tokens.to_string().replace(' ', "");
        list.path.is_ident("cfg_attr") && text == "docsrs,feature(doc_cfg)"
    })
}

/// Looks for what no emitted file has.
#[derive(Default)]
struct Suspicious(Vec<String>);

impl<'ast> Visit<'ast> for Suspicious {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let is_known = matches!(
            item,
            syn::Item::Use(_)
                | syn::Item::Mod(_)
                | syn::Item::Struct(_)
                | syn::Item::Enum(_)
                | syn::Item::Impl(_)
        );
        if !is_known {
            self.0.push("an item of another kind".to_owned());
        }
        visit::visit_item(self, item);
    }

    fn visit_macro(&mut self, invoked: &'ast syn::Macro) {
        if !MACROS.iter().any(|name| invoked.path.is_ident(name)) {
            self.0.push("a macro".to_owned());
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let first = attribute
            .path()
            .segments
            .first()
            .map(|segment| segment.ident.to_string());
        let known = first.is_some_and(|first| ATTRIBUTES.contains(&first.as_str()));
        if is_doc_cfg(attribute) {
            return;
        }
        if !known
            || matches!(attribute.style, syn::AttrStyle::Inner(_))
                && !attribute.path().is_ident("doc")
                && !attribute.path().is_ident("allow")
        {
            self.0.push("an attribute".to_owned());
        }
    }

    fn visit_expr_unsafe(&mut self, _: &'ast syn::ExprUnsafe) {
        self.0.push("unsafe code".to_owned());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if segments.len() > 1 && segments[0] == "std" && segments[1] != "fmt" {
            self.0.push(format!("the path {}", segments.join("::")));
        }
        visit::visit_path(self, path);
    }

    fn visit_ident(&mut self, ident: &'ast proc_macro2::Ident) {
        if !ident.to_string().is_ascii() {
            self.0.push(format!("the identifier {ident}"));
        }
    }
}

fn check(files: &[SourceFile]) -> Result<(), String> {
    for file in files {
        let inside = file.path.starts_with("src/") && file.path.ends_with(".rs");
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '.');
        if !inside || file.path.contains("..") || !file.path.chars().all(plain) {
            return Err(format!("the file name {:?}", file.path));
        }
        let parsed = syn::parse_file(&file.contents)
            .map_err(|error| format!("{} is no Rust: {error}\n{}", file.path, file.contents))?;
        let mut suspicious = Suspicious::default();
        suspicious.visit_file(&parsed);
        if let Some(found) = suspicious.0.first() {
            return Err(format!("{} has {found}:\n{}", file.path, file.contents));
        }
    }
    Ok(())
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
