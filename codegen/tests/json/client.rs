//! A client is the same whichever form the metadata has.

use super::convert;
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::emit::SourceFile;
use csdl_codegen::generate::generate;
use csdl_codegen::source::Sources;
use std::path::Path;

/// The files that a configuration gives.
fn files(config: &Path) -> Vec<SourceFile> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let config = LoadedConfig::read(config, &mut sources).expect("a configuration");
    let generated = generate(&config, &mut sources, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{}", diagnostics.render(&sources));
    generated.expect("a client").files
}

/// The files that the same configuration gives with each of its documents in JSON, under the same
/// name.
fn files_of_json(
    folder: &Path,
    documents: &[&str],
    change: fn(String) -> String,
) -> [Vec<SourceFile>; 2] {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("an input");
    [false, true].map(|is_json| {
        let copy = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            std::fs::write(copy.path().join(name), text).expect("a file in it");
        };
        write("client.toml", &read("client.toml"));
        // What the library's configuration names.
        if folder.join("requests.jsonl").exists() {
            write("requests.jsonl", &read("requests.jsonl"));
        }
        for document in documents {
            let text = change(read(document));
            match is_json {
                true => write(document, &convert::json(&text)),
                false => write(document, &text),
            }
        }
        files(&copy.path().join("client.toml"))
    })
}

fn assert_same([xml, json]: &[Vec<SourceFile>; 2]) {
    let paths = |files: &[SourceFile]| files.iter().map(|f| f.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(xml), paths(json));
    for (xml, json) in xml.iter().zip(json) {
        assert_eq!(xml.contents, json.contents, "{}", xml.path);
    }
}

#[test]
fn client_of_the_library_is_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/library/metadata");
    assert_same(&files_of_json(&folder, &["library.csdl"], |text| text));
}

/// Two documents, of which one annotates the other.
#[test]
fn client_of_annotated_metadata_is_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../metadata");
    // In JSON every annotation has a value.
    let with_values = |text: String| {
        let term = "Term=\"Org.OData.Core.V1.OptionalParameter\"";
        text.replace(
            &format!("<Annotation {term} />"),
            &format!("<Annotation {term}><Record /></Annotation>"),
        )
    };
    let documents = [
        "beta.csdl",
        "annotations.csdl",
        "parameters.csdl",
        "permissions.csdl",
    ];
    assert_same(&files_of_json(&folder, &documents, with_values));
}
