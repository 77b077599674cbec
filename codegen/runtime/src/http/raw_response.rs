//! Answers as they come, before anything is made of their bodies.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use url::Url;

use super::byte_stream::UnreadBody;
use super::failure;
use super::incoming::MAX_ERROR_BODY;
use crate::clock::Clock;
use crate::error::{
    Error, ErrorKind, ErrorResponse, Redaction, RequestContext, Secret, ServiceError,
};

/// What comes with every answer. It is boxed, since it is large and answers move often.
#[derive(Clone)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Where redirects led, if there were any.
    pub(crate) final_url: Option<Box<Url>>,
    pub(crate) context: RequestContext,
}

/// An answer whose body is not decoded yet.
pub(crate) struct RawResponse {
    pub(crate) head: Box<Head>,
    pub(crate) body: Bytes,
    /// How many bytes of memory it may take once it is decoded.
    pub(crate) memory_limit: u64,
    /// What reads the body, if it was not to be read at once.
    pub(crate) unread: Option<Box<UnreadBody>>,
}

impl RawResponse {
    /// An answer without a body.
    pub(crate) fn of_head(head: Box<Head>) -> Self {
        Self {
            head,
            body: Bytes::new(),
            memory_limit: 0,
            unread: None,
        }
    }

    /// The same answer, to be decoded once more. Its body must have been read.
    pub(crate) fn again(&self) -> Self {
        Self {
            head: self.head.clone(),
            body: self.body.clone(),
            memory_limit: self.memory_limit,
            unread: None,
        }
    }

    /// Makes a text of this answer a secret, which errors about it do not show.
    pub(crate) fn hide(&mut self, text: &str) {
        let secret = &mut self.head.context.secret;
        let known = secret.as_ref().map_or(&[][..], Secret::texts);
        *secret = Secret::joined([known, &[text.to_owned()]]);
    }

    /// Whether the body is declared to be JSON, or may be.
    pub(crate) fn is_json(&self) -> bool {
        let media_type = self.head.headers.get(CONTENT_TYPE);
        let media_type = media_type.and_then(|value| value.to_str().ok());
        media_type.is_none_or(|text| text.trim_start().starts_with("application/json"))
    }

    /// The error that this answer tells of: one of a service that refused a request with this status.
    pub(crate) fn into_refusal(self, status: StatusCode, clock: &dyn Clock) -> Error {
        let Head {
            headers, context, ..
        } = *self.head;
        let body = beginning(&self.body);
        let response = ErrorResponse {
            status,
            headers,
            body,
        };
        failure::refused(response, context.secret.as_ref(), clock).with_context(context)
    }

    /// The error of an operation that failed, which is told in a member of this answer.
    pub(crate) fn into_failed_operation(self, message: String) -> Error {
        let service =
            ServiceError::parse(&self.body, Redaction::of(self.head.context.secret.as_ref()));
        let error = Error::new(ErrorKind::OperationFailed, message).with_service(service);
        self.into_error(error)
    }

    /// The error, as one about this answer, whose body is kept up to the limit for errors.
    pub(crate) fn into_error(self, error: Error) -> Error {
        let Head {
            status,
            mut headers,
            context,
            ..
        } = *self.head;
        let redaction = Redaction::of(context.secret.as_ref());
        let body = redaction.body(beginning(&self.body));
        redaction.headers(&mut headers);
        error.with_context(context).with_response(ErrorResponse {
            status,
            headers,
            body,
        })
    }
}

/// What is kept of a body for an error; a copy, for a part of the body would keep all of it.
fn beginning(body: &Bytes) -> Bytes {
    Bytes::copy_from_slice(&body[..body.len().min(MAX_ERROR_BODY)])
}
