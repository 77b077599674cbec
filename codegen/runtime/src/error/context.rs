//! What an error is about: a request, and the response to it.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use url::Url;

use super::permission_table::Needed;
use super::redaction::Secret;

/// Which request an error is about.
#[derive(Clone)]
pub(crate) struct RequestContext {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) client_request_id: String,
    pub(crate) attempts: u32,
    /// What its caller must have been granted.
    pub(crate) permissions: Needed,
    /// The token that was sent, or would have been; it must never be shown.
    pub(crate) secret: Option<Secret>,
}

/// The response that an error is about.
#[derive(Clone)]
pub(crate) struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The service's id of a request, in either of the headers that services send.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    let value = headers
        .get("request-id")
        .or_else(|| headers.get("x-ms-request-id"))?;
    value.to_str().ok()
}
