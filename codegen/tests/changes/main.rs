//! What changes of the metadata mean: the table of rules, row by row, the public surface of the
//! emitted crate, and realistic edits of this client's metadata.

mod against;
mod details;
mod edits;
mod history;
mod hostile;
mod inert;
mod lines;
mod public_api;
mod realistic;
mod rules;
mod semver;
mod surface;
mod tables;

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::emit::SourceFile;
use csdl_codegen::generate::{Generated, generate, side};
use csdl_codegen::semver::{Report, Side, diff_clients};
use csdl_codegen::source::Sources;
use std::collections::BTreeSet;
use std::path::Path;

/// A client and the configuration that it was made by.
struct Client {
    config: LoadedConfig,
    generated: Generated,
}

impl Client {
    /// Makes the client of a configuration file.
    fn made(config: &Path) -> Self {
        Self::try_made(config).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// The same, or what is wrong with the metadata.
    fn try_made(config: &Path) -> Result<Self, String> {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let config = LoadedConfig::read(config, &mut sources);
        let config = config.unwrap_or_else(|problems| panic!("{}", problems.render(&sources)));
        match generate(&config, &mut sources, &mut diagnostics) {
            Some(generated) => Ok(Self { config, generated }),
            None => Err(diagnostics.render(&sources).to_string()),
        }
    }

    /// Writes a configuration and its only document, and makes the client.
    fn of(config: &str, document: &str) -> Self {
        Self::try_of(config, document).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// The same, or what is wrong with the metadata.
    fn try_of(config: &str, document: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        // What documentation shows is no part of what is compared.
        let config = config.replace("requests = \"requests.jsonl\"\n", "");
        std::fs::write(folder.path().join("client.toml"), config).unwrap();
        std::fs::write(folder.path().join("demo.csdl"), document).unwrap();
        Self::try_made(&folder.path().join("client.toml"))
    }

    fn side(&self) -> Side<'_> {
        side(&self.generated.model, &self.config)
    }

    /// What the change from this client to the other means.
    fn diff(&self, new: &Self) -> Report {
        diff_clients(&self.side(), &new.side())
    }

    /// Its public items.
    fn surface(&self) -> Vec<String> {
        surface::surface(&self.generated.files)
    }
}

/// The public items that are gone and those that are new. The names of arguments and the values of
/// constants are no part of an item: code compiles whatever they are.
fn api_changes(old: &[String], new: &[String]) -> (Vec<String>, Vec<String>) {
    let plain = |items: &[String]| -> BTreeSet<String> {
        items.iter().map(|item| without_names(item)).collect()
    };
    let (old, new) = (plain(old), plain(new));
    let removed = old.difference(&new).cloned().collect();
    let added = new.difference(&old).cloned().collect();
    (removed, added)
}

/// An item without the names of its arguments and the value that it has.
fn without_names(item: &str) -> String {
    let item = item.split(" = ").next().unwrap_or(item);
    let Some((before, arguments)) = item.split_once('(').filter(|_| item.contains("fn ")) else {
        return item.to_owned();
    };
    let arguments = arguments.split(", ").map(|argument| {
        let parts = argument.split_once(": ");
        parts.map_or(argument, |(_, rust_type)| rust_type)
    });
    format!("{before}({}", arguments.collect::<Vec<_>>().join(", "))
}

/// The client of the small service, or of an edit of it.
fn client_of(document: &str) -> Client {
    Client::of(edits::CONFIG, document)
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
