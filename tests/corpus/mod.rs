//! Published documents of other services, where they are at hand: the folder `corpus` beside the
//! one that the environment variable `GRAPH_METADATA` names. What each of its folders is for says
//! its SOURCES.md.
//!
//! The snapshot has a line for each document: what became of it, and the codes of what was said.

mod declared;
mod restrictions;

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::diagnostic::{Diagnostics, Severity};
use csdl_codegen::edm::{self, Model};
use csdl_codegen::generate::{Generated, generate};
use csdl_codegen::references::{Lookup, follow};
use csdl_codegen::source::{Sources, read};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use support::{ClientCrate, snapshots, workspace};

/// Documents of these folders must have a model that a client can be made from.
const SERVICES: &[&str] = &["service", "model"];

/// Documents of these folders must have a model, if a small one.
const READABLE: &[&str] = &["vocabulary", "annotations-only", "redfish", "json-pairs"];

/// The corpus; `None` if there is none, which is said past the capture of output.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("GRAPH_METADATA").map(PathBuf::from);
    let corpus = folder.map(|folder| folder.join("../corpus"));
    let corpus = corpus.filter(|corpus| corpus.is_dir());
    if corpus.is_none() {
        let said = "skipped: GRAPH_METADATA is not set, so there is no ../corpus beside it\n";
        let _ = std::io::stderr().write_all(said.as_bytes());
    }
    corpus
}

/// The documents by folder and name.
fn documents(corpus: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for folder in entries(corpus).into_iter().filter(|path| path.is_dir()) {
        for path in entries(&folder) {
            let name = format!("{}/{}", file_name(&folder), file_name(&path));
            found.insert(name, path);
        }
    }
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the corpus can be read");
    entries.map(|e| e.expect("an entry").path()).collect()
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The files of the corpus have their publisher's name in front; references do not.
fn lookup(documents: &BTreeMap<String, PathBuf>, path: &Path) -> Lookup {
    let name = file_name(path);
    let publisher = name.split("__").next().unwrap_or_default();
    let mut lookup = Lookup::default();
    let theirs = || {
        let files = documents.values();
        files.filter(|file| file_name(file).starts_with(&format!("{publisher}__")))
    };
    for file in theirs() {
        let bytes = std::fs::read(file).expect("a document can be read");
        for reference in csdl::references(&String::from_utf8_lossy(&bytes)) {
            let segment = reference.uri.rsplit('/').next().unwrap_or_default();
            let wanted = format!("{publisher}__{segment}");
            if let Some(found) = theirs().find(|file| file_name(file) == wanted) {
                lookup.files.insert(reference.uri, found.clone());
            }
        }
    }
    lookup
}

/// What became of a document, and what was said about it and those that it refers to.
fn read(path: &Path, lookup: &Lookup) -> (Option<Model>, Diagnostics, Sources) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let limits = Limits::default();
    let mut ids = match read::read(path, &mut sources) {
        Ok(id) => vec![id],
        Err(error) => return (None, error.into(), sources),
    };
    ids.extend(follow(
        &ids,
        lookup,
        &limits,
        &mut sources,
        &mut diagnostics,
    ));
    let documents = csdl::parse_all(&sources, &ids, &limits, &mut diagnostics);
    let model = documents.map(|documents| edm::resolve(&documents, &mut diagnostics));
    let model = model.filter(|_| !diagnostics.has_errors());
    (model, diagnostics, sources)
}

/// `read`, `warned` or `refused`, and the codes with their numbers.
fn outcome(model: Option<&Model>, diagnostics: &Diagnostics) -> String {
    let mut counts = BTreeMap::new();
    for diagnostic in diagnostics {
        let kind = match diagnostic.severity {
            Severity::Error => "",
            Severity::Warning => "warning ",
        };
        *counts.entry((kind, diagnostic.code)).or_insert(0) += 1;
    }
    let codes = counts
        .into_iter()
        .map(|((kind, code), count)| format!("{kind}{} ×{count}", code.id()));
    let codes = codes.collect::<Vec<_>>().join(", ");
    match (model, diagnostics.is_empty()) {
        (Some(_), true) => "read".to_owned(),
        (Some(_), false) => format!("read, {codes}"),
        (None, _) => format!("refused, {codes}"),
    }
}

#[test]
fn every_document_is_read_or_refused_with_a_reason() {
    let Some(corpus) = corpus() else {
        return;
    };
    let documents = documents(&corpus);
    let mut lookups: BTreeMap<String, Lookup> = BTreeMap::new();
    let (mut lines, mut wrong) = (String::new(), String::new());
    for (name, path) in &documents {
        let publisher = file_name(path).split("__").next().map(str::to_owned);
        let lookup = lookups
            .entry(publisher.unwrap_or_default())
            .or_insert_with(|| lookup(&documents, path));
        let (model, diagnostics, sources) = read(path, lookup);
        lines.push_str(&format!(
            "{name}: {}\n",
            outcome(model.as_ref(), &diagnostics)
        ));
        let folder = name.split('/').next().unwrap_or_default();
        let is_good = SERVICES.contains(&folder) || READABLE.contains(&folder);
        let is_explained = model.is_some() || diagnostics.has_errors();
        let is_odd = !is_good && diagnostics.is_empty();
        if (is_good && model.is_none()) || !is_explained || is_odd {
            let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
            let said = errors.map(|error| error.headline(&sources) + "\n");
            wrong.push_str(&format!("{name}:\n{}\n", said.collect::<String>()));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    snapshots("corpus").bind(|| insta::assert_snapshot!("outcomes", lines));
}

/// A client of everything that a document declares, in memory; what it is compiled with can follow
/// here.
fn generated(path: &Path) -> Result<Generated, String> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let config = Path::new("tests/fixtures/diagnostics/client.toml");
    let mut config = LoadedConfig::read(config, &mut sources).expect("a configuration");
    config.config.metadata.document = path.to_owned();
    let generated = generate(&config, &mut sources, &mut diagnostics);
    generated.ok_or_else(|| diagnostics.render(&sources))
}

#[test]
fn every_service_gives_a_client() {
    let Some(corpus) = corpus() else {
        return;
    };
    let corpus = std::fs::canonicalize(corpus).expect("the corpus has a path");
    for (name, path) in documents(&corpus) {
        if SERVICES.iter().any(|folder| name.starts_with(folder)) {
            let generated = generated(&path).unwrap_or_else(|said| panic!("{name}:\n{said}"));
            assert!(!generated.files.is_empty(), "{name}");
        }
    }
}

/// What is said does not depend on the folder that the document is in, and each of the problems
/// has a place.
#[test]
fn every_refusal_has_a_sentence() {
    let Some(corpus) = corpus() else {
        return;
    };
    for (name, path) in documents(&corpus) {
        let (_, diagnostics, sources) = read(&path, &Lookup::default());
        for diagnostic in &diagnostics {
            let said = diagnostic.headline(&sources);
            assert!(diagnostic.place.is_some(), "{name}: no place: {said}");
            assert!(!said.contains('\n') && said.len() > 20, "{name}: {said}");
        }
    }
}

/// What the mockups' documents refer to, and the corpus lacks.
const SERVICE_ROOT: &str = r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
<edmx:Reference Uri="PortCollection_v1.xml"><edmx:Include Namespace="PortCollection"/></edmx:Reference>
<edmx:DataServices><Schema Namespace="ServiceRoot.v1_20_0" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityContainer Name="ServiceContainer"><Singleton Name="Ports" Type="PortCollection.PortCollection"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"#;

#[test]
fn a_mockup_gives_a_client_of_newest_versions() {
    let Some(corpus) = corpus() else {
        return;
    };
    let fixtures = workspace().join("tests/fixtures/redfish");
    let client = ClientCrate::new(Path::new(env!("CARGO_TARGET_TMPDIR")), "ports");
    let copy = |from: &Path, name: &str| {
        let text = std::fs::read_to_string(from).expect("a document can be read");
        client.write(&format!("metadata/{name}"), &text);
    };
    for path in entries(&corpus.join("redfish")) {
        let name = file_name(&path);
        copy(&path, name.trim_start_matches("redfish__"));
    }
    copy(&fixtures.join("Resource_v1.xml"), "Resource_v1.xml");
    client.write("metadata/ServiceRoot_v1.xml", SERVICE_ROOT);
    let config = std::fs::read_to_string(fixtures.join("client.toml")).expect("a configuration");
    let config = config
        .replace("index.xml", "public-localstorage__-metadata__index.xml")
        .replace("/Systems/", "/Ports/")
        .replace("/{id}", "");
    let sizes = ["newest", "all"].map(|versions| {
        let text = format!("{config}derived-versions = \"{versions}\"\n");
        client.write("metadata/client.toml", &text);
        let made = support::generate(&client.folder().join("metadata/client.toml"));
        if versions == "newest" {
            client.write_sources(&made.files);
        }
        let of_ports = made.model.types.keys().filter(|it| &*it.name == "Port");
        let newest = of_ports.filter_map(|it| it.version()).max();
        (newest, made.model.types.len(), made.summary.lines)
    });
    let [(newest, types, lines), (last, all_types, all_lines)] = sizes;
    assert!(newest.is_some() && newest == last, "{newest:?} {last:?}");
    assert!(types * 3 < all_types * 2, "{types} of {all_types} types");
    assert!(lines * 3 < all_lines * 2, "{lines} of {all_lines} lines");
    client.check();
}
