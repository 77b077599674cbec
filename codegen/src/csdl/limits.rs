//! How large documents, and the clients that are made of them, may be.

use crate::source::read::DOCUMENT_BYTES;
use serde::Deserialize;

/// What is accepted; generous for real documents, finite for hostile ones.
///
/// In JSON, objects and arrays nest; members with `$` are attributes; other members and the items of
/// arrays are elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// Largest document in bytes; never more than 4 GiB.
    pub document_bytes: usize,
    /// Deepest nesting of elements; never more than [`Self::DEEPEST`].
    pub depth: usize,
    /// Longest attribute value, text, name or number in bytes.
    pub text_bytes: usize,
    /// Most schemas, declarations and blocks of annotations in a document; Microsoft Graph has some 10,000.
    pub declarations: usize,
    /// Most elements in one declaration, such as an entity type or an entity container.
    pub elements: usize,
    /// Most attributes of one element, declarations of XML namespaces included.
    pub attributes: usize,
    /// Most lines that a client may have, as its model lets expect; all of Microsoft Graph makes some
    /// 600,000.
    pub lines: usize,
    /// Most lines that one declaration may make, with what it inherits.
    pub part_lines: usize,
}

impl Limits {
    /// The depth that no configuration exceeds: what stands in one another is walked through by
    /// functions that call themselves.
    pub const DEEPEST: usize = 200;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: DOCUMENT_BYTES,
            depth: 100,
            text_bytes: 1 << 20,
            declarations: 30_000,
            elements: 200_000,
            attributes: 100,
            lines: 750_000,
            part_lines: 50_000,
        }
    }
}
