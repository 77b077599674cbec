//! What reports may have in them, whatever the documents say: the property test and the fuzz target
//! `report` ask the same.

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::Model;
use csdl_codegen::generate::read_model;
use csdl_codegen::generate::side;
use csdl_codegen::semver::{Extent, Format, Report, diff_clients};
use csdl_codegen::show;
use csdl_codegen::source::Sources;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};
use std::path::Path;

const CONFIG: &str = r#"
[client]
name = "shown-client"
output = "."
title = "Client of a service that was made up."
[service]
name = "the service"
[[service.clouds]]
name = "Global"
description = "The only one."
root = "https://shown.example/api"
scope = "https://shown.example/.default"
login-authority = "https://login.example"
[metadata]
document = "shown.csdl"
paths = ["/"]
"#;

/// How many names and other texts [`document`] takes.
pub const NAMES: usize = 10;
pub const TEXTS: usize = 10;

/// A document with these names and texts wherever one can be, and without the parts whose bit is set.
pub fn document(names: &[String; NAMES], texts: &[String; TEXTS], without: u16) -> String {
    let n = names.each_ref().map(|name| escaped(name));
    let t = texts.each_ref().map(|text| escaped(text));
    let parts = [
        format!(
            "<EnumType Name=\"e{0}\"><Member Name=\"m{1}\"/><Member Name=\"{1}\">{2}</Member></EnumType>",
            n[0],
            n[1],
            described(&t[0])
        ),
        format!(
            "<ComplexType Name=\"c{0}\"><Property Name=\"p{1}\" Type=\"Edm.String\" DefaultValue=\"{2}\" MaxLength=\"{3}\"/></ComplexType>",
            n[2], n[3], t[1], t[2]
        ),
        format!(
            "<EntityType Name=\"x{0}\" BaseType=\"s.{1}\"><Property Name=\"p{1}\" Type=\"s.{2}\"/></EntityType>",
            n[2], n[4], n[0]
        ),
        format!(
            "<Action Name=\"{0}\" IsBound=\"true\"><Parameter Name=\"b\" Type=\"s.{1}\"/>\
            <Parameter Name=\"q{2}\" Type=\"Edm.String\">{3}{4}</Parameter>{5}</Action>",
            n[5],
            n[4],
            n[6],
            listed(&t[3], &t[4]),
            optional(&t[5]),
            permission(&t[6], &t[7])
        ),
        format!(
            "<Function Name=\"f{0}\"><Parameter Name=\"{1}\" Type=\"s.{2}\"/><ReturnType Type=\"Edm.Int32\"/></Function>",
            n[5], n[6], n[0]
        ),
        format!(
            "<Annotation Term=\"demo.{0}\" Qualifier=\"q\" String=\"{1}\"/>",
            n[7], t[8]
        ),
    ];
    let inner = [
        format!(
            "<Property Name=\"{0}\" Type=\"s.{1}\" DefaultValue=\"{2}\">{3}</Property>",
            n[3],
            n[0],
            t[1],
            described(&t[9])
        ),
        format!("<Property Name=\"y{0}\" Type=\"s.{1}\"/>", n[3], n[2]),
        format!(
            "<NavigationProperty Name=\"n{0}\" Type=\"Collection(s.{1})\">{2}</NavigationProperty>",
            n[3],
            n[4],
            described(&t[0])
        ),
        format!(
            "<Annotation Term=\"Org.OData.Core.V1.LongDescription\" String=\"{}\"/>",
            t[9]
        ),
    ];
    let entries = [
        format!("<EntitySet Name=\"{}\" EntityType=\"s.{}\"/>", n[8], n[4]),
        format!(
            "<Singleton Name=\"s{}\" Type=\"s.{}\">{}</Singleton>",
            n[9],
            n[4],
            described(&t[2])
        ),
        format!(
            "<FunctionImport Name=\"f{}\" Function=\"s.f{}\"/>",
            n[9], n[5]
        ),
    ];
    let mut bit = 0;
    let mut kept = |parts: &[String]| -> String {
        let parts = parts.iter().filter(|_| {
            bit += 1;
            without & (1 << (bit - 1)) == 0
        });
        parts.map(String::as_str).collect()
    };
    let (parts, inner, entries) = (kept(&parts), kept(&inner), kept(&entries));
    // What the others refer to.
    let known = format!(
        "<EnumType Name=\"{}\"><Member Name=\"a\"/></EnumType><ComplexType Name=\"{}\"/>",
        n[0], n[2]
    );
    format!(
        "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">\
         <edmx:DataServices><Schema Namespace=\"s\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\
         <EntityType Name=\"{}\"><Key><PropertyRef Name=\"id\"/></Key>\
         <Property Name=\"id\" Type=\"Edm.String\"/>{inner}</EntityType>{known}{parts}\
         <EntityContainer Name=\"c\">{entries}</EntityContainer>\
         </Schema></edmx:DataServices></edmx:Edmx>",
        n[4]
    )
}

fn described(text: &str) -> String {
    format!("<Annotation Term=\"Org.OData.Core.V1.Description\" String=\"{text}\"/>")
}

fn listed(value: &str, name: &str) -> String {
    format!(
        "<Annotation Term=\"Org.OData.Validation.V1.AllowedValues\"><Collection><Record>\
         <PropertyValue Property=\"Value\" String=\"{value}\"/>\
         <Annotation Term=\"Org.OData.Core.V1.SymbolicName\" String=\"{name}\"/>\
         </Record></Collection></Annotation>"
    )
}

fn optional(default: &str) -> String {
    format!(
        "<Annotation Term=\"Org.OData.Core.V1.OptionalParameter\"><Record>\
         <PropertyValue Property=\"DefaultValue\" String=\"{default}\"/></Record></Annotation>"
    )
}

fn permission(scheme: &str, scope: &str) -> String {
    format!(
        "<Annotation Term=\"Org.OData.Capabilities.V1.OperationRestrictions\"><Record>\
         <PropertyValue Property=\"Permissions\"><Collection><Record>\
         <PropertyValue Property=\"SchemeName\" String=\"{scheme}\"/>\
         <PropertyValue Property=\"Scopes\"><Collection><Record>\
         <PropertyValue Property=\"Scope\" String=\"{scope}\"/></Record></Collection></PropertyValue>\
         </Record></Collection></PropertyValue></Record></Annotation>"
    )
}

/// All but letters and digits as references, which no reader takes for white space of a value.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c.is_ascii_alphanumeric() {
        true => c.to_string(),
        false => format!("&#{};", u32::from(c)),
    };
    text.chars().map(escape).collect()
}

/// The report of two documents; `None` if one of them is refused. What is said of them, and the
/// report in all formats, is looked at.
pub fn check(old: &str, new: &str) -> Result<Option<Report>, String> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let path = Path::new("client.toml");
    let source = sources.add(path, CONFIG);
    let config = LoadedConfig::parse(path, source, &sources).expect("the configuration is one");
    let mut models: Vec<Model> = Vec::new();
    for text in [old, new] {
        let id = sources.add("shown.csdl", text);
        models.extend(read_model(&config, &[id], &sources, &mut diagnostics));
    }
    lines(&diagnostics.render(&sources))?;
    for diagnostic in &diagnostics {
        let headline = diagnostic.headline(&sources);
        lines(&headline)?;
        expect(!headline.contains('\n'), "two lines", &headline)?;
    }
    let [old, new] = models.as_slice() else {
        return Ok(None);
    };
    let report = diff_clients(&side(old, &config), &side(new, &config));
    let verdicts = usize::from(report.verdict().is_some());
    for extent in [Extent::Overview, Extent::All] {
        let shown = report.display(Format::Text).extent(extent);
        text(&shown.to_string(), verdicts)?;
    }
    markdown(&report.display(Format::Markdown).to_string(), verdicts)?;
    markdown(&report.display(Format::Changelog).to_string(), 0)?;
    json(&report)?;
    Ok(Some(report))
}

fn expect(holds: bool, what: &str, text: &str) -> Result<(), String> {
    match holds {
        true => Ok(()),
        false => Err(format!("{what} in:\n{text}\n{text:?}")),
    }
}

/// What is true of all that is printed.
fn lines(text: &str) -> Result<(), String> {
    let draws = |c: char| c != '\n' && (c.is_control() || is_invisible(c));
    expect(!text.contains(draws), "a character that draws", text)?;
    expect(!text.contains("##["), "a workflow command", text)?;
    expect(!text.contains("##vso["), "a workflow command", text)?;
    // A second place begins with ` ::: `, which is no command.
    let commands = |line: &str| {
        let line = line.trim_start();
        line.starts_with("::") && !line.starts_with("::: ")
    };
    expect(!text.lines().any(commands), "a workflow command", text)
}

/// Some of the characters that cannot be seen, or that change the direction of others.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fn text(text: &str, verdicts: usize) -> Result<(), String> {
    lines(text)?;
    let words = [
        "",
        "Breaking changes",
        "Compatible changes",
        "Documentation and details",
        "What it means for code",
        "Each change by itself: `--all`.",
        "No changes of the API.",
    ];
    for (index, line) in text.lines().enumerate() {
        let is_known = match (index, verdicts) {
            (0, 1) => line.starts_with("Verdict: "),
            (1, 1) => line.starts_with("Changes: "),
            (2, 1) => line.starts_with("Client: "),
            (3, 1) => line.is_empty(),
            // Changes are indented.
            _ => words.contains(&line) || line.starts_with("  "),
        };
        expect(is_known, "a line that is not its own", text)?;
    }
    Ok(())
}

/// What folds the list that follows.
fn is_fold(html: &str) -> bool {
    let summary = html.trim().strip_prefix("<details><summary>");
    let summary = summary.and_then(|rest| rest.strip_suffix("</summary>"));
    let is_own = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ');
    summary.is_some_and(is_own) || html.trim() == "</details>"
}

/// Only this generator's own words stand outside of code spans, and only it makes structure.
pub fn markdown(text: &str, verdicts: usize) -> Result<(), String> {
    lines(text)?;
    let options = Options::all().difference(Options::ENABLE_SMART_PUNCTUATION);
    let mut said = String::new();
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Text(words) => said.push_str(&words),
            Event::Code(code) => expect(!code.contains('\n'), "a line break", text)?,
            Event::Start(Tag::Heading { level, .. }) => {
                expect(level >= HeadingLevel::H3, "a heading", text)?;
                said.push('\n');
            }
            Event::Start(Tag::Paragraph | Tag::List(None) | Tag::Item) => said.push('\n'),
            Event::Start(Tag::Strong | Tag::HtmlBlock) => {}
            Event::Html(html) => expect(is_fold(&html), "HTML", text)?,
            Event::End(_) => {}
            other => return Err(format!("{other:?} in:\n{text}\n{text:?}")),
        }
    }
    let is_own = |c: char| c.is_ascii_alphanumeric() || " \n.,:;()-_→'/\u{2019}…".contains(c);
    expect(said.chars().all(is_own), "a text of a document", &said)?;
    for part in ["www.", "http", "@", "#"] {
        expect(!said.contains(part), part, &said)?;
    }
    let found = said.matches("Verdict: ").count();
    let is_first = verdicts == 0 || text.starts_with("Verdict: **");
    expect(found == verdicts && is_first, "another verdict", text)
}

fn json(report: &Report) -> Result<(), String> {
    let value = serde_json::json!(report);
    let shown = show::json(&format!("{value:#}"));
    lines(&shown)?;
    let again: Option<serde_json::Value> = serde_json::from_str(&shown).ok();
    expect(again.as_ref() == Some(&value), "another value", &shown)
}
