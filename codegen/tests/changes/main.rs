//! What changes of the metadata mean: the table of rules, row by row, the public surface of the
//! emitted crate, and realistic edits of this client's metadata.

mod edits;
mod public_api;
mod realistic;
mod rules;
mod semver;
mod surface;

use csdl_codegen::config::{Config, LoadedConfig};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::emit::SourceFile;
use csdl_codegen::generate::{Generated, generate};
use csdl_codegen::source::Sources;
use std::path::Path;

/// Makes the client of a configuration file.
fn generated(config: &Path) -> Generated {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let config = LoadedConfig::read(config, &mut sources);
    let config = config.unwrap_or_else(|problems| panic!("{}", problems.render(&sources)));
    let made = generate(&config, &mut sources, &mut diagnostics);
    made.unwrap_or_else(|| panic!("{}", diagnostics.render(&sources)))
}

/// Writes a configuration and its only document, and makes the client.
fn client_of(document: &str) -> Generated {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("client.toml"), edits::CONFIG).unwrap();
    std::fs::write(folder.path().join("demo.csdl"), document).unwrap();
    generated(&folder.path().join("client.toml"))
}

/// The configuration of the small service's client.
fn config() -> Config {
    let mut sources = Sources::default();
    let id = sources.add(Path::new("client.toml"), edits::CONFIG);
    let config = LoadedConfig::parse(Path::new("client.toml"), id, &sources);
    config.expect("the configuration is valid").config
}

/// The lines of `new` that `old` has not, and the reverse, as `+ line` and `- line`.
fn line_changes(old: &[String], new: &[String]) -> String {
    let gone = old.iter().filter(|line| !new.contains(line));
    let come = new.iter().filter(|line| !old.contains(line));
    let mut changes: Vec<_> = gone
        .map(|line| (line, '-'))
        .chain(come.map(|line| (line, '+')))
        .collect();
    changes.sort_by(|a, b| a.0.cmp(b.0).then(b.1.cmp(&a.1)));
    let lines = changes
        .into_iter()
        .map(|(line, sign)| format!("{sign} {line}\n"));
    lines.collect()
}

/// A file of the crate with this path.
fn file<'a>(files: &'a [SourceFile], path: &str) -> Option<&'a SourceFile> {
    files.iter().find(|file| file.path == path)
}
