//! The answer to one request, as it is in the answer to a batch.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// The answer to one request of a post.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// The answers of a post.
#[derive(Debug, Default)]
pub(super) struct Replies {
    /// Each with the part that it is for. A part may have none, or several.
    pub(super) known: Vec<(usize, Result<Reply, String>)>,
    /// How many are for no part of the post.
    pub(super) unknown: usize,
}

/// How many answers are read at most: all that can be for the parts, each twice, and a few. More of them
/// would only take memory.
pub(super) fn most_answers(parts: usize) -> usize {
    parts.saturating_mul(2).saturating_add(16)
}

/// How many headers an answer may have; the rest is left out.
const MOST_HEADERS: usize = 200;

/// How many bytes the headers of an answer may take.
pub(super) const MOST_HEADER_BYTES: usize = 64 * 1024;

/// Adds a header of an answer, if it is one that HTTP knows.
pub(super) fn add_header(headers: &mut HeaderMap, name: &str, value: &str) {
    let name = HeaderName::try_from(name.trim());
    let value = HeaderValue::try_from(value.trim());
    if let (Ok(name), Ok(value)) = (name, value)
        && headers.len() < MOST_HEADERS
    {
        headers.append(name, value);
    }
}
