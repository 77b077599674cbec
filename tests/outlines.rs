//! A slice of documents of which only what it needs is read is the slice of all that they declare.

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::csdl;
use csdl_codegen::diagnostic::{Diagnostics, Severity};
use csdl_codegen::edm::{self, Model, Needed, Outlined};
use csdl_codegen::generate::{read_documents, read_part, read_whole};
use csdl_codegen::slice::{Selection, slice};
use csdl_codegen::source::{SourceId, Sources};
use csdl_codegen::write::write;
use std::io::Write;
use std::path::{Path, PathBuf};
use support::workspace;

/// Documents that are read together, and the configuration of their client.
struct Documents {
    config: LoadedConfig,
    sources: Sources,
    ids: Vec<SourceId>,
    /// The entry points.
    entries: Vec<String>,
}

impl Documents {
    /// Those of a configuration, with another metadata document; `None` if there is an error in them.
    fn read(config: &str, document: Option<&Path>) -> Option<Self> {
        let mut sources = Sources::default();
        let config = LoadedConfig::read(&workspace().join(config), &mut sources);
        let mut config = config.expect("a configuration");
        if let Some(document) = document {
            config.config.metadata.document = document.to_owned();
            config.config.metadata.annotations.clear();
        }
        let mut found = Diagnostics::default();
        let ids = read_documents(&config, &mut sources, &mut found)?;
        let entries = read_whole(&config, &ids, &sources, &mut found)?.container;
        let entries = entries.into_iter().flat_map(|it| it.children.into_keys());
        let entries = entries.map(|name| name.to_string()).collect();
        Some(Self {
            config,
            sources,
            ids,
            entries,
        })
    }

    /// Compares the slices of some paths, and what is said of them: read whole, and outlined.
    fn compare<'p>(&self, all: impl IntoIterator<Item = &'p [&'p str]>) {
        let limits = &self.config.config.metadata.limits;
        let mut found = Diagnostics::default();
        let documents = csdl::parse_all(&self.sources, &self.ids, limits, &mut found);
        let whole = Outlined {
            documents: &documents.expect("documents without errors"),
            sources: &self.sources,
            limits,
        };
        for paths in all {
            let selection = Selection {
                paths: paths.iter().map(|path| (*path).into()).collect(),
                ..self.config.selection()
            };
            self.compare_slices(whole, &selection);
        }
    }

    fn compare_slices(&self, whole: Outlined<'_>, selection: &Selection) {
        let (mut said, mut found) = (Diagnostics::default(), Diagnostics::default());
        let nothing = |_: &Model| Needed::default();
        let expected = edm::resolve_part(whole, &mut said, nothing, |model, said| {
            Some(slice(model, selection, said))
        });
        let (config, ids, sources) = (&self.config, &self.ids, &self.sources);
        let part = read_part(config, selection, ids, sources, &mut found);
        let paths = &selection.paths;
        if said.has_errors() {
            assert_eq!(errors(&found), errors(&said), "{paths:?}");
            return;
        }
        assert!(!found.has_errors(), "{paths:?}: {}", found.render(sources));
        let texts = part.zip(expected);
        let texts = texts.map(|(part, expected)| (write(&part), write(&expected)));
        let (part, expected) = texts.expect("slices without errors");
        assert_eq!(part, expected, "{paths:?}");
    }

    /// Each entry point with what is below it, and all of them.
    fn compare_entry_points(&self) {
        let of_each = |end: &str| -> Vec<_> {
            let entries = self.entries.iter();
            entries.map(|entry| format!("/{entry}{end}")).collect()
        };
        let (all, below, keys) = (of_each(""), of_each("/**"), of_each("/nothing"));
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        let others: Vec<_> = below.iter().chain(&keys).map(String::as_str).collect();
        self.compare(std::iter::once(&*all).chain(others.chunks(1)));
    }
}

/// The messages of errors, with what helps.
fn errors(found: &Diagnostics) -> Vec<(&str, Option<&str>)> {
    let errors = found.iter().filter(|it| it.severity == Severity::Error);
    let errors = errors.map(|it| (it.message.as_str(), it.help.as_deref()));
    errors.collect()
}

#[test]
fn of_the_documents_of_this_repository() {
    let configs = [
        "metadata/client.toml",
        "tests/library/metadata/client.toml",
        "tests/fixtures/model/client.toml",
        "tests/fixtures/redfish/client.toml",
    ];
    for config in configs {
        let documents = Documents::read(config, None).expect("valid documents");
        documents.compare_entry_points();
    }
}

/// The folder that `GRAPH_METADATA` names; that there is none is said past the capture of output.
fn metadata() -> Option<PathBuf> {
    let folder = std::env::var_os("GRAPH_METADATA").map(PathBuf::from);
    if folder.is_none() {
        let said = b"skipped: GRAPH_METADATA is not set\n";
        let _ = std::io::stderr().write_all(said);
    }
    folder
}

#[test]
fn of_all_of_graph() {
    let Some(folder) = metadata() else { return };
    let documents = folder.join("v1.0-Prod.csdl");
    let documents = Documents::read("tests/fixtures/graph-v1/client.toml", Some(&documents));
    let documents = documents.expect("valid documents");
    let paths: [&[&str]; 9] = [
        &["/me/**"],
        &["/users", "/groups/{id}/planner"],
        &["/users/delta"],
        &["/directoryObjects"],
        &["/drives/{id}/root/children"],
        &[
            "/teams/{id}/channels/{id}/messages",
            "/communications/calls",
        ],
        &["/reports/**"],
        &["/me/microsoft.graph.user"],
        &["/me/massages"],
    ];
    documents.compare(paths);
}

#[test]
fn of_a_corpus() {
    let Some(folder) = metadata() else { return };
    let mut compared = 0;
    for folder in ["service", "model"] {
        let entries = std::fs::read_dir(
            metadata()
                .unwrap_or_default()
                .join("../corpus")
                .join(folder),
        );
        for entry in entries.expect("the corpus can be read") {
            let path = entry.expect("an entry").path();
            // Those of Graph have hundreds of entry points, and are like the one above.
            if path.metadata().is_ok_and(|it| it.len() > 100_000) {
                continue;
            }
            let documents = Documents::read("tests/fixtures/model/client.toml", Some(&path));
            if let Some(documents) = documents {
                documents.compare_entry_points();
                compared += 1;
            }
        }
    }
    assert!(
        compared > 50,
        "{compared} documents of {}",
        folder.display()
    );
}
