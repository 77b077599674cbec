//! CSDL, in XML or in JSON → syntax tree.
//!
//! Each form has a reader of its own. Both give elements, of which there is one way to the tree.
//!
//! The tree keeps what is written and where it stands; nothing is looked up here.

pub mod ast;
mod attributes;
mod element;
mod expression;
mod grammar;
mod head;
mod json;
mod limits;
mod names;
mod namespaces;
mod parse;
mod refusal;
mod shape;
mod text;
mod xml;

pub use head::HeadReference;
pub use limits::Limits;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceId, Sources};
use element::{Element, Notation};

/// What a document refers to, read before the document itself; as many references as can be read,
/// since the parser says what is wrong with the others.
pub fn references(text: &str) -> Vec<HeadReference> {
    match Notation::of(text) {
        Notation::Xml => head::references(text),
        Notation::Json => json::references(text),
    }
}

/// What a JSON text is, if it is not CSDL: an error of the service with its message, say. The words
/// are fit to be shown.
pub fn other_json(text: &str) -> Option<String> {
    json::other_than_csdl(text)
}

/// Parses one document, in XML or JSON as its first character tells.
///
/// Problems that leave a usable tree are added to `diagnostics`.
///
/// # Errors
///
/// `None` if there is no tree: the text is neither XML nor JSON, or not CSDL of OData 4; the reason is among
/// the diagnostics.
pub fn parse<'a>(
    sources: &'a Sources,
    id: SourceId,
    limits: &Limits,
    diagnostics: &mut Diagnostics,
) -> Option<ast::Document<'a>> {
    let notation = Notation::of(sources.get(id).text());
    let mut parser = parse::DocumentParser::new(notation, diagnostics);
    match read(notation, sources, id, limits, &mut parser) {
        Ok(root) => parser.finish(&root),
        Err(diagnostic) => {
            diagnostics.push(merge_marker(id, sources.get(id).text()).unwrap_or(diagnostic));
            None
        }
    }
}

/// Why a document cannot be read in which conflicts of a merge are left: the first line that says so.
fn merge_marker(id: SourceId, text: &str) -> Option<Diagnostic> {
    const MARKERS: [&str; 2] = ["<<<<<<< ", ">>>>>>> "];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if MARKERS.iter().any(|marker| line.starts_with(marker)) {
            let end = start + line.trim_end().len();
            let span = text::span_in(id, text, start, end);
            let message = "the document has conflicts of a merge in it";
            let error = Diagnostic::error(Code::Malformed, message).at(span, "a merge marker");
            let help = "resolve them, or fetch the document again with `update`";
            return Some(error.help(help));
        }
        start += line.len();
    }
    None
}

fn read<'a>(
    notation: Notation,
    sources: &'a Sources,
    id: SourceId,
    limits: &Limits,
    parser: &mut parse::DocumentParser<'a, '_>,
) -> Result<Element<'a>, Diagnostic> {
    let text = sources.get(id).text();
    let (size, largest) = (text.len(), limits.document_bytes.min(u32::MAX as usize));
    if size > largest {
        let message = format!("the document has {size} bytes, {largest} are allowed");
        let error = Diagnostic::error(Code::LimitExceeded, message);
        let start = text::span_in(id, text, 0, 0);
        return Err(error.at(start, "").help(refusal::raise("document-bytes")));
    }
    match notation {
        Notation::Xml => xml::read(sources, id, limits, parser),
        Notation::Json => json::read(sources, id, limits, parser),
    }
}

/// Parses documents; every one of them is looked at even if one is broken.
///
/// # Errors
///
/// `None` if one of them has no tree; see [`parse`].
pub fn parse_all<'a>(
    sources: &'a Sources,
    ids: &[SourceId],
    limits: &Limits,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<ast::Document<'a>>> {
    let parsed = ids
        .iter()
        .map(|id| parse(sources, *id, limits, diagnostics));
    let documents: Vec<_> = parsed.flatten().collect();
    (documents.len() == ids.len()).then_some(documents)
}
