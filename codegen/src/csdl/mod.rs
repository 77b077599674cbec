//! CSDL XML → syntax tree.
//!
//! The tree keeps what is written and where it stands; nothing is looked up here.

pub mod ast;
mod expression;
mod parse;
mod refusal;
mod xml;

pub use xml::Limits;

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
    match xml::read(sources, id, limits) {
        Ok(root) => parse::document(&root, diagnostics),
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            None
        }
    }
}
