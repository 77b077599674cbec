//! Each case is a text as rustfmt leaves it, which comes out again of its tokens.

mod cases;

use super::{Code, implementation, items, statement};
use cases::{ITEMS, STATEMENTS};
use proc_macro2::{Ident, Span, TokenStream};
use std::process::Command;

/// The body of a function of these statements.
fn function(statements: &str) -> String {
    let lines = statements.lines().map(|line| format!("    {line}\n"));
    format!("fn name() {{\n{}}}\n", lines.collect::<String>())
}

/// All cases as files.
fn cases() -> impl Iterator<Item = (&'static str, String)> {
    let items = ITEMS.iter().map(|(rule, text)| (*rule, (*text).to_owned()));
    let statements = STATEMENTS.iter();
    items.chain(statements.map(|(rule, text)| (*rule, function(text))))
}

#[test]
fn tokens_are_laid_out_as_expected() {
    let laid_out = |text: &str| items(text.parse().unwrap());
    let different = cases().filter(|(_, text)| laid_out(text) != *text);
    let different: Vec<_> = different
        .map(|(rule, text)| format!("{rule}:\n{}", laid_out(&text)))
        .collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// What rustfmt says of files with these texts.
fn rustfmt(texts: impl IntoIterator<Item = String>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("rustfmt");
    command.args(["--edition", "2024", "--check"]);
    for (number, text) in texts.into_iter().enumerate() {
        let path = folder.path().join(format!("case_{number}.rs"));
        std::fs::write(&path, text).unwrap();
        command.arg(path);
    }
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
    said.concat()
}

#[test]
fn what_is_expected_is_what_rustfmt_leaves() {
    assert_eq!(rustfmt(cases().map(|(_, text)| text)), "");
}

#[test]
fn modules_and_imports_are_sorted_where_they_stand_together() {
    let cases = [
        (
            "mod log2; mod log_norm; #[cfg(test)] mod log10; mod r#move; mod list;",
            "mod list;\n#[cfg(test)]\nmod log10;\nmod log2;\nmod log_norm;\nmod r#move;\n",
        ),
        (
            "use odata_runtime::B; use chrono::Utc; use crate::b::{A, B}; use crate::b::r#type::C; use crate::b::V10; \
             use crate::b::V9; use crate::b;",
            "use crate::b;\nuse crate::b::V9;\nuse crate::b::V10;\nuse crate::b::r#type::C;\n\
             use crate::b::{A, B};\nuse chrono::Utc;\nuse odata_runtime::B;\n",
        ),
        (
            "pub use a::{z, Z_A, ZA, A10, A9, A009, _b};",
            "pub use a::{_b, A009, A9, A10, Z_A, ZA, z};\n",
        ),
        ("mod b; use c::D; mod a;", "mod b;\n\nuse c::D;\n\nmod a;\n"),
    ];
    for (tokens, expected) in cases {
        assert_eq!(items(tokens.parse().unwrap()), expected, "{tokens}");
    }
}

#[test]
fn macros_stand_before_members() {
    let name = Ident::new("Name", Span::call_site());
    let macros = "    requests!(Item: get);\n";
    let member = "fn a() {}".parse::<TokenStream>().unwrap();
    let cases = [
        ("", member.clone(), "impl Name {\n    fn a() {}\n}\n"),
        (
            macros,
            TokenStream::new(),
            "impl Name {\n    requests!(Item: get);\n}\n",
        ),
        (
            macros,
            member,
            "impl Name {\n    requests!(Item: get);\n\n    fn a() {}\n}\n",
        ),
    ];
    for (macros, members, expected) in cases {
        assert_eq!(implementation(&name, macros, members), expected);
    }
}

#[test]
fn what_is_not_emitted_is_refused() {
    let cases = [
        ("trait A {}", "no such item is emitted: trait A {}"),
        ("use a as b;", "no such import is emitted: a as b"),
        ("fn a() { b - c }", "no `-` is emitted behind"),
        (
            "fn a() { if b { c } }",
            "no such expression is emitted: if b { c }",
        ),
        ("fn a() { b ^ c }", "no `^` is emitted behind"),
    ];
    for (text, expected) in cases {
        let tokens = text.to_owned();
        let refused = std::panic::catch_unwind(move || items(tokens.parse().unwrap()));
        let said = refused.expect_err(text);
        let said = said.downcast_ref::<String>().unwrap();
        assert!(said.contains(expected), "{text}: {said}");
    }
}

#[test]
#[should_panic(expected = "no documentation is emitted as")]
fn documentation_does_not_end_before_its_line() {
    items(r#"#[doc = " a\n} fn b() {"] mod c;"#.parse().unwrap());
}

#[test]
fn value_moves_below_the_name_of_a_field_where_it_has_no_place_behind_it() {
    let value = Code::text("Wide::".repeat(13) + "Value");
    let object = Code::fields(
        "object!(Name {",
        vec![Code::field("a_long_name", value)],
        "})",
    );
    let mut out = String::new();
    statement(&mut out, 4, "let it =", &object);
    let wide = "Wide::".repeat(13) + "Value";
    let expected = format!(
        "    let it = object!(Name {{\n        a_long_name:\n            {wide},\n    }});\n"
    );
    assert_eq!(out, expected);
    assert_eq!(rustfmt([format!("fn name() {{\n{out}}}\n")]), "");
}

#[test]
fn body_of_an_arm_is_behind_its_pattern_over_several_lines_or_in_a_block() {
    let arms = r#"Self::Short => &Short::OPERATION,
        Self::AName => Self::new("Global", "https://library.example/api", "https://library.example/.default"),
        Self::ANameThatIsRatherLongAsThoseOfGraphAre
            => &GetMetricsForConditionalAccessCompliantDevicesSignIns::OPERATION,
        Self::AnotherNameThatIsRatherLong
            => "Counts sign-ins that met a Conditional Access demand for a compliant device.","#;
    let tokens = format!("fn name() {{ match self {{ {arms} }} }}");
    let expected = r#"match self {
    Self::Short => &Short::OPERATION,
    Self::AName => Self::new(
        "Global",
        "https://library.example/api",
        "https://library.example/.default",
    ),
    Self::ANameThatIsRatherLongAsThoseOfGraphAre => {
        &GetMetricsForConditionalAccessCompliantDevicesSignIns::OPERATION
    }
    Self::AnotherNameThatIsRatherLong => {
        "Counts sign-ins that met a Conditional Access demand for a compliant device."
    }
}
"#;
    let expected = function(expected);
    assert_eq!(items(tokens.parse().unwrap()), expected);
    assert_eq!(rustfmt([expected]), "");
}
