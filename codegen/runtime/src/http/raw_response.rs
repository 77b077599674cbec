//! Responses as received, before their bodies are decoded.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::body::MAX_ERROR_BODY;
use super::byte_stream::UnreadBody;
use crate::error::{Error, ErrorResponse, Redaction, RequestContext};

/// What comes with every response. It is boxed, since it is large and responses move often.
#[derive(Clone)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) context: RequestContext,
}

/// A response whose body is not decoded yet.
pub(crate) struct RawResponse {
    pub(crate) head: Box<Head>,
    pub(crate) body: Bytes,
    /// How many bytes of memory it may take once decoded.
    pub(crate) memory_limit: u64,
    /// What reads the body, if it is to be read later.
    pub(crate) unread: Option<Box<UnreadBody>>,
}

impl RawResponse {
    /// Makes the error one about this response, whose body is kept up to the limit for errors.
    pub(crate) fn into_error(self, error: Error) -> Error {
        let Head {
            status,
            mut headers,
            context,
        } = *self.head;
        let redaction = Redaction::of(context.secret.as_ref());
        let end = self.body.len().min(MAX_ERROR_BODY);
        // A copy, for a part of the body would keep all of it.
        let body = redaction.body(Bytes::copy_from_slice(&self.body[..end]));
        redaction.headers(&mut headers);
        error.with_context(context).with_response(ErrorResponse {
            status,
            headers,
            body,
        })
    }
}
