//! CSDL XML → syntax tree.
//!
//! The tree keeps what is written and where it stands; nothing is looked up here.

pub mod ast;
mod attributes;
mod expression;
mod grammar;
mod head;
mod limits;
mod names;
mod namespaces;
mod parse;
mod refusal;
mod shape;
mod xml;

pub use head::{HeadReference, references};
pub use limits::Limits;

use crate::diagnostic::Diagnostics;
use crate::source::{SourceId, Sources};

/// Parses one document.
///
/// Problems that leave a usable tree are added to `diagnostics`.
///
/// # Errors
///
/// `None` if there is no tree: the text is not XML, or not CSDL of OData 4; the reason is among
/// the diagnostics.
pub fn parse<'a>(
    sources: &'a Sources,
    id: SourceId,
    limits: &Limits,
    diagnostics: &mut Diagnostics,
) -> Option<ast::Document<'a>> {
    let mut parser = parse::DocumentParser::new(diagnostics);
    match xml::read(sources, id, limits, &mut parser) {
        Ok(root) => parser.finish(&root),
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            None
        }
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
