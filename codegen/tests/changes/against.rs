//! What a program would notice of a change: a program that uses a service with every kind of request in
//! forty ways, and the service without each of them.

use crate::lines::{CONFIG, DOCUMENT, edited};
use crate::{Client, api_changes};
use csdl_codegen::program::Program;
use csdl_codegen::semver::{Against, Format};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = include_str!("against/program.rs");

/// Edits of which each takes or changes what the use of its name is of.
const EDITS: &[(&str, Part)] = &[
    ("items", Part::Line(r#"<EntitySet Name="items""#)),
    ("people", Part::Block("EntitySet", r#"Name="people""#)),
    ("scans", Part::Line(r#"<EntitySet Name="scans""#)),
    ("branches", Part::Line(r#"<EntitySet Name="branches""#)),
    ("desk", Part::Line(r#"<Singleton Name="desk""#)),
    (
        "openingHours",
        Part::Line(r#"<FunctionImport Name="openingHours""#),
    ),
    ("closeAll", Part::Line(r#"<ActionImport Name="closeAll""#)),
    ("title", Part::Line(r#"<Property Name="title""#)),
    (
        "pages",
        Part::Text(
            r#"Name="pages" Type="Edm.Int32""#,
            r#"Name="pages" Type="Edm.String""#,
        ),
    ),
    ("rating", Part::Line(r#"<Property Name="rating""#)),
    ("stars", Part::Line(r#"<Property Name="stars""#)),
    ("published", Part::Line(r#"<Property Name="published""#)),
    ("science", Part::Line(r#"<Member Name="science""#)),
    ("copy", Part::Line(r#"<Member Name="copy""#)),
    ("author", Part::Line(r#"<NavigationProperty Name="author""#)),
    ("copies", Part::Line(r#"<NavigationProperty Name="copies""#)),
    (
        "references",
        Part::Text(
            r#"Type="library.person" Partner="works""#,
            r#"Type="library.person" Partner="works" ContainsTarget="true""#,
        ),
    ),
    ("cover", Part::Line(r#"<Property Name="cover""#)),
    ("related", Part::Block("Function", r#"Name="related""#)),
    ("limit", Part::Block("Parameter", r#"Name="limit""#)),
    (
        "available",
        Part::Text(
            r#"<ReturnType Type="Edm.Int64" Nullable="false""#,
            r#"<ReturnType Type="Edm.String" Nullable="false""#,
        ),
    ),
    (
        "mainReview",
        Part::Block("Function", r#"Name="mainReview""#),
    ),
    ("export", Part::Block("Function", r#"Name="export""#)),
    (
        "search",
        Part::Text(
            r#"Name="text" Type="Edm.String" Nullable="false""#,
            r#"Name="text" Type="Edm.Int16" Nullable="false""#,
        ),
    ),
    ("city", Part::Line(r#"<Property Name="city""#)),
    ("nearby", Part::Block("Function", r#"Name="nearby""#)),
    ("note", Part::Line(r#"<Parameter Name="note""#)),
    ("return", Part::Block("Action", r#"Name="return""#)),
    ("photograph", Part::Block("Action", r#"Name="photograph""#)),
    (
        "email",
        Part::Block("Annotation", r#"Term="Core.AlternateKeys""#),
    ),
    (
        "number",
        Part::Text(
            "<PropertyRef Name=\"country\" />\n          <PropertyRef Name=\"number\" />",
            "<PropertyRef Name=\"country\" />",
        ),
    ),
    ("address", Part::Block("ComplexType", r#"Name="address""#)),
    ("card", Part::Line(r#"<NavigationProperty Name="card""#)),
    ("favourite", Part::Block("Function", r#"Name="favourite""#)),
    ("delta", Part::Block("Function", r#"Name="delta""#)),
    (
        "archive",
        Part::Block("NavigationProperty", r#"Name="archive""#),
    ),
    ("stream", Part::Text(r#" HasStream="true""#, "")),
];

/// A part of the document.
enum Part {
    /// A line, which goes.
    Line(&'static str),
    /// An element with all that is in it, which goes.
    Block(&'static str, &'static str),
    /// A text, and what takes its place.
    Text(&'static str, &'static str),
}

impl Part {
    /// The document without it.
    fn edit(&self) -> String {
        match self {
            Self::Line(start) => {
                assert!(DOCUMENT.contains(start), "there is no {start}");
                let lines = DOCUMENT
                    .lines()
                    .filter(|line| !line.trim().starts_with(start));
                lines.collect::<Vec<_>>().join("\n")
            }
            Self::Block(element, attribute) => {
                let start = format!("<{element} {attribute}");
                let (before, rest) = DOCUMENT.split_once(&start).expect(&start);
                let (_, after) = rest.split_once(&format!("</{element}>")).expect("an end");
                format!("{before}{after}")
            }
            Self::Text(from, to) => {
                assert!(DOCUMENT.contains(from), "there is no {from}");
                DOCUMENT.replace(from, to)
            }
        }
    }
}

fn client(document: &str) -> Option<Client> {
    Client::try_of(&CONFIG.replace("library.csdl", "demo.csdl"), document).ok()
}

fn program(text: &str) -> Program {
    let mut program = Program::default();
    program.add("src/main.rs".into(), text.to_owned());
    program
}

/// The lines of the program that are told.
fn lines(against: &Against) -> BTreeSet<usize> {
    let places = against.uses.iter().flat_map(|it| &it.at);
    let lines = places.map(|place| place.raw().rsplit(':').next()?.parse().ok());
    lines.map(Option::unwrap).collect()
}

/// The line that uses what has this name.
fn line(name: &str) -> usize {
    let mark = format!("// {name}");
    let index = PROGRAM.lines().position(|line| line.ends_with(&mark));
    index.unwrap_or_else(|| panic!("nothing is marked {name}")) + 1
}

#[test]
fn every_use_of_what_breaks_is_found() {
    let (program, old) = (program(PROGRAM), client(DOCUMENT).unwrap());
    let mut missed = Vec::new();
    for (name, part) in EDITS {
        let new = client(&part.edit()).unwrap_or_else(|| panic!("{name}: no client"));
        let against = old.diff(&new).against(&program);
        if !lines(&against).contains(&line(name)) {
            missed.push(format!("{name}: {against:#?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn a_program_that_uses_nothing_of_it_is_told_so() {
    let (old, new) = (
        client(DOCUMENT).unwrap(),
        client(&EDITS[7].1.edit()).unwrap(),
    );
    let report = old.diff(&new);
    let idle = program("fn main() {\n    println!(\"title\"); // title\n}\n");
    let against = report.against(&idle);
    assert_eq!(
        against.display(Format::Text),
        "\nThe program (1 source): nothing it uses breaks\n"
    );
    let against = report.against(&program(PROGRAM));
    insta::assert_snapshot!("against", against.display(Format::Text));
    insta::assert_snapshot!("against_markdown", against.display(Format::Markdown));
}

/// An edit of the small service.
fn base(edits: &[(&str, &str)]) -> Client {
    let edited = edits
        .iter()
        .fold(crate::edits::BASE.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "there is no {from}");
            text.replace(from, to)
        });
    crate::client_of(&edited)
}

/// The places of a one-line program that are told.
fn told(new: &Client, text: &str) -> BTreeSet<usize> {
    lines(&base(&[]).diff(new).against(&program(text)))
}

/// A value is had from what gives it, and what it can do is used without its type being named.
#[test]
fn a_type_need_not_be_named_to_be_used() {
    let complex = base(&[(
        r#"<EnumType Name="level">
        <Member Name="low" Value="0" />
        <Member Name="high" Value="1" />
      </EnumType>"#,
        r#"<ComplexType Name="level"><Property Name="depth" Type="Edm.String" /></ComplexType>"#,
    )]);
    assert_eq!(
        told(&complex, "fn f(m: &Metric) -> &str { m.level.as_str() }"),
        [1].into()
    );
    assert!(told(&complex, "fn f(m: &Metric) -> i64 { m.value }").is_empty());

    let of_texts = base(&[
        (
            r#"Name="interval" Type="Edm.Int32""#,
            r#"Name="interval" Type="Edm.String""#,
        ),
        (
            r#"Property="Value" Int="5""#,
            r#"Property="Value" String="5""#,
        ),
        (
            r#"Property="Value" Int="15""#,
            r#"Property="Value" String="15""#,
        ),
    ]);
    let call = "fn f(c: &Client) { c.today().get_metrics(start(), 3).interval(15); }";
    assert_eq!(told(&of_texts, call), [1].into());
    let other = "fn f(c: &Client) { c.today().get_status(\"now\"); }";
    assert!(told(&of_texts, other).is_empty());
}

/// The derived type is what a call gives, and the base alone is named.
#[test]
fn a_derived_type_need_not_be_named() {
    let apart = base(&[(
        r#"<EntityType Name="book" BaseType="demo.item">"#,
        r#"<EntityType Name="book">
        <Key><PropertyRef Name="number" /></Key>
        <Property Name="number" Type="Edm.Int32" Nullable="false" />
        <Property Name="added" Type="Edm.Date" />
        <Property Name="tags" Type="Collection(Edm.String)" Nullable="false" />
        <Property Name="cover" Type="Edm.Stream" />"#,
    )]);
    let upcast = "async fn f(p: Person) { g(p.favourite().send().await.upcast::<Item>()) }";
    assert_eq!(told(&apart, upcast), [1].into());
    let generic = "fn f<T: DerivedFrom<Item>>(value: T) {}";
    assert_eq!(told(&apart, generic), [1].into());
}

/// A path can be anything that a file system allows.
#[test]
fn names_of_sources_are_inert() {
    let (old, new) = (
        client(DOCUMENT).unwrap(),
        client(&EDITS[7].1.edit()).unwrap(),
    );
    let mut program = Program::default();
    let name = "a\n::error::b`[c](d)\u{1b}.rs";
    program.add(name.into(), "fn f(book: Book) { book.title; }".to_owned());
    let against = old.diff(&new).against(&program);
    let text = against.display(Format::Text);
    assert!(
        text.lines().count() > 2 && !text.contains(['\u{1b}']),
        "{text}"
    );
    assert!(!text.contains("\n::error"), "{text}");
    let markdown = against.display(Format::Markdown);
    assert!(
        markdown.contains("``a\\n::error::b`[c](d)\\u{1b}.rs:1``"),
        "{markdown}"
    );
}

/// A folder with a client and the program that uses it.
struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The lines of the program that do not compile with a client; none if all do.
    fn broken_lines(&self, client: &Client) -> BTreeSet<usize> {
        let _ = std::fs::remove_dir_all(self.folder.path().join("client/src"));
        for file in &client.generated.files {
            self.write(&format!("client/{}", file.path), &file.contents);
        }
        let output = Command::new("cargo")
            .args([
                "check",
                "--quiet",
                "--offline",
                "--message-format",
                "short",
                "--package",
                "program",
            ])
            // What all clients depend on is compiled there already.
            .env(
                "CARGO_TARGET_DIR",
                concat!(env!("CARGO_TARGET_TMPDIR"), "/.."),
            )
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let errors = said.lines().filter(|line| line.contains(": error"));
        let lines = errors.filter_map(|line| {
            let rest = line.strip_prefix("program/src/main.rs:")?;
            rest.split(':').next()?.parse().ok()
        });
        let lines: BTreeSet<usize> = lines.collect();
        // What is wrong with the client itself is no finding.
        assert_eq!(output.status.success(), lines.is_empty(), "{said}");
        lines
    }
}

const WORKSPACE: &str = r#"
[workspace]
members = ["client", "program"]
resolver = "3"
"#;

const CLIENT: &str = r#"
[package]
name = "library-client"
version = "1.0.0"
edition = "2024"
[features]
FEATURES
[dependencies]
chrono = { version = "0.4", default-features = false }
odata-runtime = { path = "RUNTIME" }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
"#;

const MANIFEST: &str = r#"
[package]
name = "program"
version = "1.0.0"
edition = "2024"
[dependencies]
library-client = { path = "../client" }
chrono = { version = "0.4", default-features = false }
"#;

/// Nothing that the compiler finds is missed: every edit above, and every declaration of the service left
/// out and put in another's place.
#[test]
#[ignore = "compiles hundreds of clients; run codegen/semver/against.sh"]
fn nothing_that_the_compiler_finds_is_missed() {
    let workshop = Workshop {
        folder: tempfile::tempdir().unwrap(),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock: PathBuf = root.join("../Cargo.lock");
    std::fs::copy(lock, workshop.folder.path().join("Cargo.lock")).unwrap();
    workshop.write("Cargo.toml", WORKSPACE);
    workshop.write("program/Cargo.toml", MANIFEST);
    workshop.write("program/src/main.rs", PROGRAM);
    let runtime = root.join("runtime").display().to_string();
    // Without features of entry points, all is there.
    let config = |text: &str| {
        text.replace(
            "entry-point-features = true",
            "entry-point-features = false",
        )
    };
    workshop.write(
        "client/Cargo.toml",
        &CLIENT.replace("RUNTIME", &runtime).replace("FEATURES", ""),
    );
    let client = |document: &str| {
        Client::try_of(
            &config(&CONFIG.replace("library.csdl", "demo.csdl")),
            document,
        )
        .ok()
    };
    let (program, old) = (program(PROGRAM), client(DOCUMENT).unwrap());
    assert!(
        workshop.broken_lines(&old).is_empty(),
        "the program compiles"
    );
    let named = EDITS
        .iter()
        .map(|(name, part)| ((*name).to_owned(), part.edit()));
    let all: Vec<_> = named.chain(edited()).collect();
    let (mut missed, mut found, mut false_alarms, mut quiet) = (Vec::new(), 0, Vec::new(), 0);
    let items = old.surface();
    for (what, document) in all {
        let Some(new) = client(&document) else {
            continue;
        };
        let told = lines(&old.diff(&new).against(&program));
        // Where no public item is gone, every program compiles.
        let broken = match api_changes(&items, &new.surface()).0.is_empty() {
            true => BTreeSet::new(),
            false => workshop.broken_lines(&new),
        };
        let (breaks, tells) = (!broken.is_empty(), !told.is_empty());
        println!("breaks: {breaks}, told: {tells}: {what}");
        match (breaks, tells) {
            (true, false) => missed.push(format!("{what}: lines {broken:?}")),
            (true, true) => found += 1,
            (false, true) => false_alarms.push(what),
            (false, false) => quiet += 1,
        }
    }
    println!(
        "{found} found, {} missed, {quiet} rightly quiet",
        missed.len()
    );
    println!(
        "{} false alarms:\n{}",
        false_alarms.len(),
        false_alarms.join("\n")
    );
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(found >= EDITS.len(), "only {found} break the program");
}
