//! No document makes the generator panic, hang, or use up memory or the stack.
//!
//! The documents here are small, so that they can be tried without optimization; the benchmark
//! `hostile` tries them with 10 MiB and measures.

mod documents;

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::diagnostic::{Code, Diagnostics};
use csdl_codegen::edm::{self, Model};
use csdl_codegen::generate::generate_from;
use csdl_codegen::source::Sources;
use std::path::Path;
use std::time::{Duration, Instant};

/// The size of the documents, and what they may take; a quadratic algorithm would take minutes.
const BYTES: usize = 1 << 18;
const TIME: Duration = Duration::from_secs(5);

fn resolve(text: String, limits: &Limits) -> (Option<Model>, Diagnostics, Sources) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let id = sources.add("hostile.csdl", text);
    let documents = csdl::parse_all(&sources, &[id], limits, &mut diagnostics);
    let model = documents.map(|documents| edm::resolve(&documents, &mut diagnostics));
    (model, diagnostics, sources)
}

#[test]
fn every_document_is_dealt_with_in_time() {
    for (name, text) in documents::all(BYTES) {
        let start = Instant::now();
        let (_, diagnostics, sources) = resolve(text, &Limits::default());
        let said = diagnostics.render(&sources);
        let time = start.elapsed();
        assert!(time < TIME, "{name}: {time:?}");
        assert!(
            said.len() < BYTES * 4,
            "{name}: {} bytes are said",
            said.len()
        );
    }
}

/// The codes of what is said about a document, and whether it has a model.
fn codes(text: String, limits: &Limits) -> (Vec<Code>, bool) {
    let (model, diagnostics, _) = resolve(text, limits);
    let mut codes: Vec<_> = diagnostics.iter().map(|d| d.code).collect();
    codes.dedup();
    (codes, model.is_some())
}

#[test]
fn limits_refuse_what_exceeds_them_and_can_be_raised() {
    let tight = Limits {
        depth: 50,
        text_bytes: 1_000,
        declarations: 50,
        elements: 100,
        attributes: 10,
        ..Limits::default()
    };
    let record = "<Record><PropertyValue Property=\"a\">";
    let end = "</PropertyValue></Record>";
    let deep = format!("{}{}", record.repeat(30), end.repeat(30));
    let deep = format!("<Annotation Term=\"a.b\">{deep}</Annotation>");
    let long = "a".repeat(1_001);
    let long = format!("<Annotation Term=\"a.b\" String=\"{long}\"/>");
    let members: String = (0..100)
        .map(|i| format!("<Member Name=\"m{i}\"/>"))
        .collect();
    let wide = format!("<EnumType Name=\"a\">{members}</EnumType>");
    let attributes: String = (0..11).map(|i| format!(" xmlns:a{i}=\"\"")).collect();
    let attributes = format!("<ComplexType Name=\"a\"{attributes}/>");
    let many = "<Term Name=\"a\"/>".repeat(51);
    for content in [deep, long, wide, attributes, many] {
        let text = documents::document(&content);
        let refused = (vec![Code::LimitExceeded], false);
        assert_eq!(codes(text.clone(), &tight), refused);
        assert_eq!(codes(text, &Limits::default()), (vec![], true));
    }
    let small = Limits {
        document_bytes: 10,
        ..Limits::default()
    };
    let refused = (vec![Code::LimitExceeded], false);
    assert_eq!(codes(documents::document(""), &small), refused);
}

#[test]
fn depth_has_an_end_that_no_configuration_raises() {
    let endless = Limits {
        depth: usize::MAX,
        ..Limits::default()
    };
    let open = "<Collection>".repeat(100_000);
    let (codes, has_model) = codes(documents::document(&open), &endless);
    assert_eq!(codes, [Code::LimitExceeded]);
    assert!(!has_model);
}

#[test]
fn entities_are_not_declared() {
    let text = format!(
        "<!DOCTYPE e [<!ENTITY a \"b\">]>{}",
        documents::document("<EntityType Name=\"&a;\"/>")
    );
    assert_eq!(
        codes(text, &Limits::default()),
        (vec![Code::Malformed], false)
    );
}

/// What is said of a document with this in its schema.
fn said_of(content: &str) -> String {
    let (_, diagnostics, sources) = resolve(documents::document(content), &Limits::default());
    diagnostics.render(&sources)
}

#[test]
fn characters_that_xml_forbids_are_refused() {
    for (written, number) in [
        ("&#x1b;", "U+001B"),
        ("a&amp;&#27;", "U+001B"),
        ("\u{1b}", "U+001B"),
        ("\u{b}", "U+000B"),
        ("\0", "U+0000"),
        ("&#xb;", "U+000B"),
        ("&#xFFFE;", "U+FFFE"),
        ("é\u{ffff}", "U+FFFF"),
    ] {
        let text = format!("<Annotation Term=\"a.b\"><String>{written}</String></Annotation>");
        let value = format!("<Annotation Term=\"a.b\" String=\"{written}\"/>");
        let name = format!("<EntityType Name=\"a{written}\"/>");
        for content in [text, value, name] {
            let said = said_of(&content);
            let expected = format!("XML does not allow the character {number}");
            assert!(said.contains(&expected), "{content:?}: {said}");
            assert!(
                said.contains("error[E0001]") && said.contains(":3:"),
                "{said}"
            );
        }
    }
    for written in [
        "&#9;", "&#xA;", "&#xD;", "\t", "\u{ff5e}", "\u{fffd}", "👍", "\u{7f}", "\u{85}",
    ] {
        let value = format!("<Annotation Term=\"a.b\" String=\"{written}\"/>");
        assert_eq!(said_of(&value), "", "{written:?}");
    }
}

#[test]
fn names_with_control_characters_are_refused() {
    let characters = [
        "&#xA;", "&#9;", "&#xD;", "\u{7f}", "\u{85}", "\u{9b}", "\u{61c}", "\u{200e}", "\u{2028}",
        "\u{2029}", "\u{202e}", "\u{2066}",
    ];
    for character in characters {
        let name = format!("a{character}b");
        let property = format!("<Property Name=\"{name}\" Type=\"Edm.String\"/>");
        let parameter = property.replace("Property", "Parameter");
        let schema = "</Schema><Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\"";
        for content in [
            format!("<EntityType Name=\"{name}\"/>"),
            format!("<ComplexType Name=\"t\">{property}</ComplexType>"),
            format!("<EnumType Name=\"t\"><Member Name=\"{name}\"/></EnumType>"),
            format!("<Action Name=\"t\">{parameter}</Action>"),
            format!(
                "<EntityType Name=\"t\"/><EntityContainer Name=\"c\"><EntitySet Name=\"{name}\" EntityType=\"s.t\"/></EntityContainer>"
            ),
            format!("{schema} Namespace=\"{name}\"><Term Name=\"t\"/>"),
            format!("{schema} Namespace=\"n\" Alias=\"{name}\"><Term Name=\"t\"/>"),
        ] {
            let said = said_of(&content);
            assert!(said.contains("error[E0019]"), "{content:?}: {said}");
            assert!(
                said.contains("names cannot have the control character U+"),
                "{said}"
            );
        }
    }
}

/// The base type of each type of a document, one letter a type.
fn bases(pairs: &[(&str, &str)]) -> (Vec<(String, Option<String>)>, Vec<Code>) {
    let types = pairs
        .iter()
        .map(|(name, base)| format!("<ComplexType Name=\"{name}\" BaseType=\"s.{base}\"/>"));
    let text = documents::document(&types.collect::<String>());
    let (model, diagnostics, _) = resolve(text, &Limits::default());
    let model = model.expect("a model");
    let types = model.types.keys().map(|name| {
        let base = model.structured(name).and_then(|t| t.base.as_ref());
        (
            name.name.to_string(),
            base.map(|base| base.name.to_string()),
        )
    });
    (
        types.collect(),
        diagnostics.iter().map(|d| d.code).collect(),
    )
}

#[test]
fn each_cycle_of_base_types_is_cut_once() {
    let (types, codes) = bases(&[("d", "c"), ("c", "a"), ("a", "b"), ("b", "c"), ("e", "e")]);
    let of = |name: &str, base: Option<&str>| (name.to_owned(), base.map(str::to_owned));
    let expected = [
        of("a", None),
        of("b", Some("c")),
        of("c", Some("a")),
        of("d", Some("c")),
        of("e", None),
    ];
    assert_eq!(types, expected);
    assert_eq!(codes, [Code::InheritanceCycle; 2]);
}

#[test]
fn chains_of_base_types_have_an_end() {
    let pairs: Vec<_> = (1..=250)
        .map(|i| (format!("t{i:03}"), format!("t{:03}", i - 1)))
        .collect();
    let mut pairs: Vec<_> = pairs
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    pairs.push(("t000", "missing"));
    let (types, codes) = bases(&pairs);
    assert_eq!(types.iter().filter(|(_, base)| base.is_none()).count(), 3);
    assert_eq!(
        codes
            .iter()
            .filter(|code| **code == Code::LimitExceeded)
            .count(),
        2
    );
}

/// What is told of the client of a document, all of which is asked for; `None` if one is made.
fn refusal(text: String) -> Option<String> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let path = Path::new("client.toml");
    let source = sources.add(path, documents::CONFIG);
    let config = LoadedConfig::parse(path, source, &sources)
        .unwrap_or_else(|problems| panic!("{}", problems.render(&sources)));
    let id = sources.add("hostile.csdl", text);
    let generated = generate_from(&config, &[id], &sources, &mut diagnostics);
    generated.is_none().then(|| diagnostics.render(&sources))
}

#[test]
fn a_client_that_would_be_too_long_is_refused() {
    let property = |i: usize| format!("<Property Name=\"p{i}\" Type=\"Edm.String\"/>");
    let derived = |i: usize| format!("<ComplexType Name=\"u{i}\" BaseType=\"s.t\"/>");
    let action = |i: usize| {
        let binding = "<Parameter Name=\"b\" Type=\"s.t\"/>";
        format!("<Action Name=\"f{i}\" IsBound=\"true\">{binding}</Action>")
    };
    let overload = |i: usize| {
        format!("<Action Name=\"f\"><Parameter Name=\"p{i}\" Type=\"Edm.String\"/></Action>")
    };
    let import = |i: usize| format!("<ActionImport Name=\"i{i}\" Action=\"s.f\"/>");
    let some =
        |count: usize, part: &dyn Fn(usize) -> String| (0..count).map(part).collect::<String>();
    let imports = |count| {
        format!(
            "<EntityContainer Name=\"c\">{}</EntityContainer>",
            some(count, &import)
        )
    };
    let wide = |count| {
        format!(
            "<ComplexType Name=\"t\">{}</ComplexType>",
            some(count, &property)
        )
    };
    for (content, part) in [
        (wide(8_000), "the type `s.t` makes some 56060 lines"),
        (
            wide(200) + &some(600, &derived),
            "the client would have some",
        ),
        (
            wide(0) + &some(1_000, &derived) + &some(200, &action),
            "the client would have some",
        ),
        (
            some(30, &overload) + &imports(400),
            "the client would have some",
        ),
        (
            some(1, &overload) + &imports(1_000),
            "the operation `s.f` makes some 115000 lines",
        ),
    ] {
        let said = refusal(documents::document(&content)).expect("a refusal");
        assert!(
            said.contains("error[E0013]") && said.contains(part),
            "{said}"
        );
    }
}

/// The text of a model's members was one expression, as deep as there are members.
#[test]
fn a_type_may_have_thousands_of_properties() {
    let property = |i: usize| format!("<Property Name=\"p{i}\" Type=\"Edm.String\"/>");
    let properties: String = (0..5_000).map(property).collect();
    let text = documents::document(&format!(
        "<EntityType Name=\"t\"><Key><PropertyRef Name=\"p0\"/></Key>{properties}</EntityType>\
         <EntityContainer Name=\"c\"><EntitySet Name=\"e\" EntityType=\"s.t\"/></EntityContainer>"
    ));
    assert_eq!(refusal(text), None);
}
