//! Makes a client of every document of a corpus of published metadata, compiles all of them, and
//! prints what became of the documents as a table.
//!
//! ```text
//! cargo run --release --example corpus_table -- CORPUS
//! ```
//!
//! Exits with 1 if a document that declares a service gives no client, or one that does not compile
//! without a warning.

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::{Diagnostics, Severity};
use csdl_codegen::generate::{Generated, generate};
use csdl_codegen::source::Sources;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use support::{ClientCrate, workspace};

/// Documents of these folders declare services; those of others may be refused with a reason.
const SERVICES: &[&str] = &["service", "model"];

/// What became of the documents of one folder.
#[derive(Debug, Default)]
struct Row {
    tried: usize,
    generated: usize,
    compiled: usize,
    /// Reasons of refusals, and how often each was given.
    refused: BTreeMap<&'static str, usize>,
    /// Documents that should have given a client that compiles.
    failed: Vec<String>,
}

fn main() -> ExitCode {
    let Some(corpus) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: corpus_table CORPUS");
        return ExitCode::from(2);
    };
    let crates = workspace().join("target/corpus");
    let _ = std::fs::remove_dir_all(crates.join("src"));
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut packages = BTreeMap::new();
    for path in documents(&corpus) {
        let row = rows.entry(folder(&path)).or_default();
        row.tried += 1;
        match client(&path) {
            Ok(generated) => {
                row.generated += 1;
                let package = format!("client-{}", packages.len());
                let client = ClientCrate::new(&crates.join("src"), &package);
                client.write_sources(&generated.files);
                packages.insert(package, path);
            }
            Err(reason) => {
                *row.refused.entry(reason).or_default() += 1;
                if SERVICES.contains(&folder(&path).as_str()) {
                    row.failed.push(format!("{}: {reason}", path.display()));
                }
            }
        }
    }
    compile(&crates, &packages, &mut rows);
    print(&rows);
    ExitCode::from(u8::from(rows.values().any(|row| !row.failed.is_empty())))
}

fn documents(corpus: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| {
        let entries = std::fs::read_dir(folder).expect("the corpus can be read");
        let mut paths: Vec<_> = entries
            .map(|entry| entry.expect("an entry").path())
            .collect();
        paths.sort();
        paths
    };
    let folders = entries(corpus).into_iter().filter(|path| path.is_dir());
    folders.flat_map(|folder| entries(&folder)).collect()
}

fn folder(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    folder.to_string_lossy().into_owned()
}

/// A client of everything that a document declares; or why there is none.
fn client(path: &Path) -> Result<Generated, &'static str> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let config = workspace().join("tests/fixtures/model/client.toml");
    let mut config = LoadedConfig::read(&config, &mut sources).expect("a configuration");
    config.config.metadata.document = std::path::absolute(path).expect("a path");
    config.config.metadata.annotations.clear();
    config.config.service.default_namespaces.clear();
    generate(&config, &mut sources, &mut diagnostics).ok_or_else(|| {
        let mut errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
        errors
            .next()
            .map_or("no reason was given", |error| error.code.id())
    })
}

/// Compiles all clients at once; they share what they depend on.
fn compile(crates: &Path, packages: &BTreeMap<String, PathBuf>, rows: &mut BTreeMap<String, Row>) {
    let output = |package: &str| {
        Command::new("cargo")
            .args(["check", "--offline", "--quiet", "--target-dir"])
            .arg(crates.join("target"))
            .current_dir(crates.join("src").join(package))
            .output()
            .expect("cargo can be started")
    };
    for (package, path) in packages {
        let output = output(package);
        let row = rows.entry(folder(path)).or_default();
        if output.status.success() {
            row.compiled += 1;
        } else {
            let said = String::from_utf8_lossy(&output.stderr);
            eprintln!("{}:\n{said}", path.display());
            row.failed
                .push(format!("{}: does not compile", path.display()));
        }
    }
}

fn print(rows: &BTreeMap<String, Row>) {
    println!("| documents | tried | generated | compiled | refused |");
    println!("|---|---:|---:|---:|---|");
    for (folder, row) in rows {
        let reasons = row
            .refused
            .iter()
            .map(|(code, count)| format!("{count} × {code}"));
        let reasons = reasons.collect::<Vec<_>>().join(", ");
        let (tried, generated, compiled) = (row.tried, row.generated, row.compiled);
        println!("| {folder} | {tried} | {generated} | {compiled} | {reasons} |");
    }
    for failed in rows.values().flat_map(|row| &row.failed) {
        println!("\nfailed: {failed}");
    }
}
