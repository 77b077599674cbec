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
mod kinds;
mod limits;
mod names;
mod namespaces;
mod outline;
mod parse;
mod refusal;
mod shape;
mod text;
mod xml;

pub use head::HeadReference;
pub use limits::Limits;
pub use outline::{Outline, OutlineKind, Outlines};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceId, Sources};
use element::{Element, Notation};
use parse::{Detail, DocumentParser};

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
    parse_in(Detail::Whole, sources, id, limits, diagnostics)
}

fn parse_in<'a>(
    detail: Detail,
    sources: &'a Sources,
    id: SourceId,
    limits: &Limits,
    diagnostics: &mut Diagnostics,
) -> Option<ast::Document<'a>> {
    let notation = Notation::of(sources.get(id).text());
    let mut parser = DocumentParser::new(notation, detail, diagnostics);
    match read(notation, sources, id, limits, &mut parser) {
        Ok(root) => parser.finish(&root),
        Err(diagnostic) => {
            diagnostics.push(merge_marker(id, sources.get(id).text()).unwrap_or(diagnostic));
            None
        }
    }
}

/// Why a document with merge conflicts cannot be read: its first marker.
fn merge_marker(id: SourceId, text: &str) -> Option<Diagnostic> {
    const MARKERS: [&str; 2] = ["<<<<<<< ", ">>>>>>> "];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if MARKERS.iter().any(|marker| line.starts_with(marker)) {
            let end = start + line.trim_end().len();
            let span = text::span_in(id, text, start, end);
            let message = "the document contains merge conflicts";
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
    parser: &mut DocumentParser<'a, '_>,
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
    all_in(|_| Detail::Whole, sources, ids, limits, diagnostics)
}

/// Reads which types, operations and blocks of annotations documents have, and all of the rest;
/// [`read_outlined`] reads further.
///
/// Documents in JSON are read whole, and those with labels, which may be referred to from anywhere.
///
/// # Errors
///
/// As [`parse_all`].
pub fn outline_all<'a>(
    sources: &'a Sources,
    ids: &[SourceId],
    limits: &Limits,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<ast::Document<'a>>> {
    let detail = |id: SourceId| match sources.get(id).text().contains("LabeledElement") {
        true => Detail::Whole,
        false => Detail::Outline,
    };
    all_in(detail, sources, ids, limits, diagnostics)
}

fn all_in<'a>(
    detail: impl Fn(SourceId) -> Detail,
    sources: &'a Sources,
    ids: &[SourceId],
    limits: &Limits,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<ast::Document<'a>>> {
    let parsed = ids
        .iter()
        .map(|id| parse_in(detail(*id), sources, *id, limits, diagnostics));
    let documents: Vec<_> = parsed.flatten().collect();
    (documents.len() == ids.len()).then_some(documents)
}

/// A schema with those declarations of another that were outlined and are needed, in the order of the
/// document.
pub fn read_outlined<'a, 's>(
    sources: &'a Sources,
    schema: &ast::Schema<'a>,
    needed: impl IntoIterator<Item = &'s Outline<'a>>,
    limits: &Limits,
    diagnostics: &mut Diagnostics,
) -> ast::Schema<'a>
where
    'a: 's,
{
    let source = schema.span.source;
    let mut parser = DocumentParser::new(Notation::Xml, Detail::Whole, diagnostics);
    let (namespace, alias) = (schema.namespace.clone(), schema.alias.clone());
    let mut part = ast::Schema::new(namespace, alias, schema.span);
    for outline in needed {
        let bytes = outline.bytes.clone();
        let namespaces = schema.outlines.namespaces().clone();
        match xml::read_declaration(sources, source, bytes, limits, namespaces, &mut parser) {
            Ok(element) => parser.child(&element, &mut part),
            Err(diagnostic) => parser.push(diagnostic),
        }
    }
    part
}
