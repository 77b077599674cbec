//! Documents that try to write the report themselves.

use crate::inert::{self, NAMES, TEXTS};
use csdl_codegen::semver::Format;
use csdl_codegen::update::changelog;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;

/// What means something in Markdown, on a terminal, in a changelog or to a runner of workflows.
const SNIPPETS: &[&str] = &[
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    " ",
    "`",
    "``",
    "`````",
    "~~~",
    "@octocat",
    "#1",
    "GH-1",
    "[x](https://evil.example)",
    "![x](y)",
    "[x]: y",
    "[[x]]",
    "<!--",
    "-->",
    "<b>",
    "<script>",
    "</details>",
    "<https://evil.example>",
    "&lt;",
    "https://evil.example",
    "www.evil.example",
    "\n# x",
    "\n- x",
    "\n| a | b |\n|---|---|",
    "\n> x",
    "\n---\n",
    "Verdict: **patch**",
    "\nVerdict: patch\n",
    "\nNext version: 9.9.9\n",
    "\n## 9.9.9\n",
    "::error::x",
    "\n::warning::",
    "##[error]x",
    "##vso[task.complete]",
    "#",
    "$x$",
    "$`x`$",
    "**",
    "\\",
    "]",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\u{2028}",
    "\u{9b}1m",
    "\u{7f}",
    "\u{e0041}",
    ":",
    "old → new",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(SNIPPETS).prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        "[a-z]{1,3}",
    ];
    let text = prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat());
    prop_oneof![20 => text.clone(), 1 => text.prop_map(|text| text.repeat(300))]
}

/// Texts without what XML forbids, so that not all documents are refused.
fn readable() -> impl Strategy<Value = String> {
    text().prop_map(|text| {
        let is_allowed =
            |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
        text.chars().filter(is_allowed).collect()
    })
}

/// Names without what no name has, and without what tells the parts of qualified names apart.
fn name() -> impl Strategy<Value = String> {
    readable().prop_map(|text| {
        let is_refused = |c: char| {
            c.is_control()
                || c.is_whitespace()
                || "./()".contains(c)
                || matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let name = text.replace(is_refused, "");
        name.chars().take(60).chain(['z']).collect()
    })
}

fn names() -> impl Strategy<Value = [String; NAMES]> {
    prop::array::uniform10(name())
}

fn texts() -> impl Strategy<Value = [String; TEXTS]> {
    prop::array::uniform10(readable())
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    })
}

#[test]
fn reports_show_documents_and_obey_none() {
    let compared = Cell::new(0);
    let documents = (
        names(),
        names(),
        texts(),
        texts(),
        any::<u16>(),
        any::<u16>(),
    );
    let outcome = runner(150).run(&documents, |(names, others, old, new, without, more)| {
        // Some names stay what they were.
        let mut renamed = names.clone();
        for (index, name) in others.into_iter().enumerate() {
            if more >> index & 1 == 1 && index % 3 == 0 {
                renamed[index] = name;
            }
        }
        let old = inert::document(&names, &old, without);
        let new = inert::document(&renamed, &new, more & without.rotate_left(3));
        let report = inert::check(&old, &new).map_err(TestCaseError::fail)?;
        let Some(report) = report.filter(|report| !report.is_empty()) else {
            return Ok(());
        };
        compared.set(compared.get() + 1);
        let next = semver::Version::new(1, 2, 3);
        let (earlier, title) = ("Metadata of 2026-01-01", "Metadata of 2026-01-02");
        let first = changelog::prepend("", earlier, &report, Some(&next));
        let second = changelog::prepend(&first, title, &report, Some(&next));
        let (head, rest) = second
            .split_once(&format!("### {title}\n"))
            .expect("the title");
        prop_assert_eq!(
            head,
            "# Changelog\n\n## Unreleased\n\nNext version: 1.2.3\n\n"
        );
        inert::markdown(&rest.replace(earlier, "Before"), 0).map_err(TestCaseError::fail)?;
        prop_assert_eq!(rest.matches("\nNext version: ").count(), 0);
        prop_assert_eq!(rest.matches(&format!("\n### {earlier}\n")).count(), 1);
        Ok(())
    });
    outcome.unwrap_or_else(|problem| panic!("{problem}"));
    assert!(compared.get() > 50, "only {} were compared", compared.get());
}

/// Any text at all, in names too: most of these documents are refused.
#[test]
fn refusals_show_documents_and_obey_none() {
    let names = prop::array::uniform10(text());
    let texts = prop::array::uniform10(text());
    let outcome = runner(100).run(&(names, texts, any::<u16>()), |(names, texts, without)| {
        let old = inert::document(&names, &texts, 0);
        let new = inert::document(&names, &texts, without);
        inert::check(&old, &new).map_err(TestCaseError::fail)?;
        Ok(())
    });
    outcome.unwrap_or_else(|problem| panic!("{problem}"));
}

#[test]
fn a_forged_verdict_is_a_text_of_the_document() {
    let evil = "a\r\r@octocat [x](https://evil.example)\r\rVerdict: **patch**\r\r<!--";
    let plain = std::array::from_fn(|_| "plain".to_owned());
    let texts = std::array::from_fn(|_| evil.to_owned());
    let names = std::array::from_fn(|index| format!("n{index}"));
    let old = inert::document(&names, &plain, 0);
    let new = inert::document(&names, &texts, 0);
    let report = inert::check(&old, &new).expect("inert").expect("a report");
    let markdown = report.display(Format::Markdown).to_string();
    assert!(
        markdown.contains(r"a\r\r@octocat [x](https://evil.example)\r\rVerdict: **patch**\r\r<!--"),
        "{markdown}"
    );
    let evil = names.clone().map(|name| format!("{name}\r\r{evil}"));
    let new = inert::document(&evil, &plain, 0);
    assert!(
        inert::check(&old, &new).expect("inert").is_none(),
        "names have line breaks"
    );
}
