//! CSDL in JSON.

mod client;
mod convert;
mod limits;
mod meaning;
mod pairs;
mod unhappy;

use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::{self, Model};
use csdl_codegen::source::Sources;
use csdl_codegen::write::write;

/// The model of a document, if it has one, and what was said about it.
fn resolve(name: &str, text: &str) -> (Option<Model>, String) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let id = sources.add(name, text);
    let document = csdl::parse(&sources, id, &Limits::default(), &mut diagnostics);
    let model = document.map(|document| edm::resolve(&[document], &mut diagnostics));
    let model = model.filter(|_| !diagnostics.has_errors());
    (model, diagnostics.render(&sources))
}
