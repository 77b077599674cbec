//! Any bytes → a model or diagnostics: no panic, no hang, no memory beyond bounds.
//!
//! What has a model must have one in canonical form too, which reads back as the same.

use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::{self, Model};
use csdl_codegen::source::{Sources, read};
use csdl_codegen::write::write;
use std::path::Path;

/// Reads a document, whichever form it has.
pub fn check(bytes: &[u8]) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let path = Path::new("fuzzed.csdl");
    csdl::references(&String::from_utf8_lossy(bytes));
    let id = match read::add(path, bytes.to_vec(), &mut sources) {
        Ok(id) => id,
        Err(error) => {
            Diagnostics::from(error).render(&sources);
            return;
        }
    };
    let limits = Limits::default();
    let documents = csdl::parse_all(&sources, &[id], &limits, &mut diagnostics);
    let model = documents.map(|documents| edm::resolve(&documents, &mut diagnostics));
    diagnostics.render(&sources);
    for diagnostic in &diagnostics {
        diagnostic.headline(&sources);
    }
    match model {
        Some(model) if !diagnostics.has_errors() => written(&model),
        None => assert!(diagnostics.has_errors(), "no model and no reason"),
        Some(_) => {}
    }
}

/// Writes a model and reads what was written.
fn written(model: &Model) {
    let text = write(model);
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let id = sources.add("written.csdl", text.as_str());
    let limits = Limits::default();
    let documents = csdl::parse_all(&sources, &[id], &limits, &mut diagnostics);
    let again = documents.map(|documents| edm::resolve(&documents, &mut diagnostics));
    let Some(again) = again.filter(|_| !diagnostics.has_errors()) else {
        // A document of every size has a canonical form, which may then exceed a limit.
        let said = diagnostics.render(&sources);
        assert!(
            said.contains("E0013") || said.contains("E0002"),
            "{text}\n{said}"
        );
        return;
    };
    assert_eq!(write(&again), text);
}
