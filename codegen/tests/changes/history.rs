//! Revisions of Microsoft Graph's metadata as they were published: what is said of each step, and that the
//! public items of both clients say the same.

use crate::api_changes;
use crate::surface::surface;
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::Model;
use csdl_codegen::generate::{generate_from, read_model, side};
use csdl_codegen::semver::{Bump, Format, Report, diff_clients};
use csdl_codegen::source::Sources;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The revisions, oldest first.
const REVISIONS: [&str; 5] = [
    "2025-07-09",
    "2025-07-29",
    "2026-05-05",
    "2026-05-07",
    "2026-05-12",
];

/// A client of Graph that serves a path.
fn config(path: &str) -> (LoadedConfig, Sources) {
    let text = format!(
        r#"
[client]
name = "graph-client"
output = "."
title = "Client of Microsoft Graph."
[service]
preset = "graph"
version = "v1.0"
[metadata]
document = "graph.csdl"
paths = ["{path}"]
limits.lines = 10000000
"#
    );
    let mut sources = Sources::default();
    let path = Path::new("client.toml");
    let source = sources.add(path, text);
    let config = LoadedConfig::parse(path, source, &sources);
    let config = config.unwrap_or_else(|problems| panic!("{}", problems.render(&sources)));
    (config, sources)
}

/// The revisions, if they are there.
fn revisions() -> Option<Vec<(&'static str, String)>> {
    let Some(folder) = std::env::var_os("GRAPH_METADATA") else {
        println!("skipped: GRAPH_METADATA is not set");
        return None;
    };
    let folder = Path::new(&folder).join("revisions");
    let read = |date| (date, unpacked(&folder.join(format!("v1.0-{date}.csdl.xz"))));
    Some(REVISIONS.into_iter().map(read).collect())
}

/// The text of a document, which may be compressed.
fn unpacked(path: &Path) -> String {
    if path.extension().is_none_or(|extension| extension != "xz") {
        return std::fs::read_to_string(path).unwrap();
    }
    let output = Command::new("xz")
        .args(["--decompress", "--stdout"])
        .arg(path)
        .output();
    let output = output.unwrap_or_else(|error| panic!("xz unpacks revisions: {error}"));
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn model(config: &LoadedConfig, sources: &mut Sources, text: &str) -> Model {
    let id = sources.add("graph.csdl", text);
    let mut diagnostics = Diagnostics::default();
    let model = read_model(config, &[id], sources, &mut diagnostics);
    model.unwrap_or_else(|| panic!("{}", diagnostics.render(sources)))
}

/// The report of each step, with the date that it led to.
fn steps(path: &str) -> Vec<(&'static str, Report)> {
    let Some(revisions) = revisions() else {
        return Vec::new();
    };
    let (config, mut sources) = config(path);
    let models = revisions
        .into_iter()
        .map(|(date, text)| (date, model(&config, &mut sources, &text)));
    let models: Vec<_> = models.collect();
    let steps = models.windows(2).map(|pair| {
        let [(_, old), (date, new)] = pair else {
            unreachable!("windows of two")
        };
        (
            *date,
            diff_clients(&side(old, &config), &side(new, &config)),
        )
    });
    steps.collect()
}

fn text(report: &Report) -> String {
    report.display(Format::Text).to_string()
}

/// Five revisions, as a reviewer reads them. An ordinary week fits 25 lines; 40 are enough for the one in
/// which 280 types were lost.
#[test]
fn steps_of_the_whole_service() {
    for (date, report) in steps("/") {
        let text = text(&report);
        let most = match date {
            "2025-07-29" => 40,
            // Nine months.
            "2026-05-05" => 80,
            _ => 25,
        };
        assert!(text.lines().count() <= most, "{text}");
        insta::assert_snapshot!(format!("whole_{date}"), text);
    }
}

#[test]
fn steps_of_users() {
    for (date, report) in steps("/users") {
        insta::assert_snapshot!(format!("users_{date}"), text(&report));
    }
}

/// What is wrong with the verdicts about neighbouring documents: the public items of both clients tell.
fn disagreements(path: &str, documents: &[(String, String)]) -> Vec<String> {
    let (config, mut sources) = config(path);
    let mut before: Option<(&str, Model, Vec<String>)> = None;
    let mut wrong = Vec::new();
    for (name, text) in documents {
        let id = sources.add("graph.csdl", text.as_str());
        let mut diagnostics = Diagnostics::default();
        let made = generate_from(&config, &[id], &sources, &mut diagnostics);
        let made = made.unwrap_or_else(|| panic!("{name}: {}", diagnostics.render(&sources)));
        let items = surface(&made.files);
        if let Some((old_name, old, old_items)) = &before {
            let report = diff_clients(&side(old, &config), &side(&made.model, &config));
            let (removed, added) = api_changes(old_items, &items);
            let least = match (removed.is_empty(), added.is_empty()) {
                (false, _) => Some(Bump::Major),
                (true, false) => Some(Bump::Minor),
                (true, true) => None,
            };
            let verdict = report.verdict();
            println!(
                "{old_name} → {name}: {verdict:?}, {} items gone, {} new",
                removed.len(),
                added.len()
            );
            let is_too_much = verdict == Some(Bump::Major) && removed.is_empty();
            if verdict < least || is_too_much {
                wrong.push(format!(
                    "{old_name} → {name}: {verdict:?}, not {least:?}\n− {removed:#?}\n+ {added:#?}"
                ));
            }
        }
        before = Some((name, made.model, items));
    }
    wrong
}

#[test]
fn verdicts_about_revisions_are_what_the_items_say() {
    let documents = revisions().unwrap_or_default().into_iter();
    let documents: Vec<_> = documents
        .map(|(date, text)| (date.to_owned(), text))
        .collect();
    for path in ["/users", "/security/alerts_v2"] {
        let wrong = disagreements(path, &documents);
        assert!(wrong.is_empty(), "{path}: {}", wrong.join("\n"));
    }
}

/// The same of whole clients, and of any documents: those that DOCUMENTS names, one a line, in their order.
#[test]
#[ignore = "makes whole clients; run codegen/semver/history.sh"]
fn verdicts_about_documents_are_what_the_items_say() {
    let documents = std::env::var("DOCUMENTS").expect("DOCUMENTS names documents, one a line");
    let documents = documents.lines().map(PathBuf::from);
    let documents = documents.map(|path| (path.display().to_string(), unpacked(&path)));
    let documents: Vec<_> = documents.collect();
    assert!(documents.len() > 1, "one document has no history");
    let wrong = disagreements("/", &documents);
    let pairs = documents.len() - 1;
    println!("{} of {pairs} verdicts agree", pairs - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
