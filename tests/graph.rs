//! The whole of Microsoft Graph's metadata, where it is at hand: the environment variable
//! `GRAPH_METADATA` names the folder that holds `beta-composite.csdl` and `v1.0-Prod.csdl`.

use csdl_codegen::config::{LoadedConfig, MetadataSource};
use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::{self, Model};
use csdl_codegen::slice::slice;
use csdl_codegen::source::Sources;
use csdl_codegen::write::write;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use support::{read, workspace};

/// A file of the folder; `None` if there is no folder, which is said past the capture of output.
fn metadata(file: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("GRAPH_METADATA") else {
        let said = format!("skipped: GRAPH_METADATA is not set, so there is no {file}\n");
        let _ = std::io::stderr().write_all(said.as_bytes());
        return None;
    };
    Some(Path::new(&folder).join(file))
}

/// The model of a document without errors.
fn resolve(path: &Path) -> Model {
    resolve_text(path, &read(path))
}

fn resolve_text(path: &Path, text: &str) -> Model {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let id = sources.add(path, text);
    let document = csdl::parse(&sources, id, &Limits::default(), &mut diagnostics);
    let model = document.map(|document| edm::resolve(&[document], &mut diagnostics));
    assert!(
        !diagnostics.has_errors(),
        "{}",
        diagnostics.render(&sources)
    );
    model.expect("a document without errors has a model")
}

fn config() -> LoadedConfig {
    let config = LoadedConfig::read(
        &workspace().join("metadata/client.toml"),
        &mut Sources::default(),
    );
    config.expect("the client's configuration is valid")
}

fn source(config: &LoadedConfig) -> &MetadataSource {
    config
        .config
        .metadata
        .source
        .as_ref()
        .expect("[metadata.source]")
}

#[test]
fn the_pinned_document_is_the_slice_of_the_whole_one() {
    let Some(path) = metadata("beta-composite.csdl") else {
        return;
    };
    let mut diagnostics = Diagnostics::default();
    let sliced = slice(&resolve(&path), &config().paths(), &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let pinned = read(&workspace().join("metadata/beta.csdl"));
    assert_eq!(
        write(&sliced),
        pinned,
        "run `cargo codegen update {}`",
        path.display()
    );
}

#[test]
fn the_configuration_says_which_document_was_sliced() {
    let config = config();
    let source = source(&config);
    let Some(path) = metadata(source.file.as_deref().expect("a file")) else {
        return;
    };
    let bytes = std::fs::read(&path).expect("the document can be read");
    assert_eq!(source.bytes, Some(bytes.len() as u64));
    let digits: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(source.sha256, Some(digits));
}

#[test]
fn all_of_v1_resolves_and_its_canonical_form_says_the_same() {
    let Some(path) = metadata("v1.0-Prod.csdl") else {
        return;
    };
    let model = resolve(&path);
    let entities = model.types.values().filter(|declared| {
        matches!(declared, edm::Type::Structured(s) if s.kind == edm::StructuredKind::Entity)
    });
    assert!(entities.count() > 500, "not the document that was meant");
    let canonical = write(&model);
    assert!(
        write(&resolve_text(&path, &canonical)) == canonical,
        "the canonical form changes"
    );
}
