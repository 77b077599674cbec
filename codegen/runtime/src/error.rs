//! The one error type.

mod context;
mod display;
mod permission;
mod permission_table;
mod redaction;
mod service_error;
pub(crate) mod shown;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::boxed::BoxError;
use crate::value::literal::NoLiteral;

pub use permission::Permission;
pub use permission_table::PermissionTable;
pub use service_error::{InnerError, ServiceError, ServiceErrorDetail};

pub(crate) use context::{ErrorResponse, RequestContext, request_id};
pub(crate) use permission_table::Needed;
#[cfg(feature = "replay")]
pub(crate) use redaction::{End, replaced};
pub(crate) use redaction::{Redaction, Secret};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Anything that went wrong with a client or a request.
///
/// [`kind`](Self::kind) says what went wrong, [`service_error`](Self::service_error) what the
/// service said, and [`raw_body`](Self::raw_body) has the response as it was sent. `Display` and
/// `Debug` are the same line of at most 4 KiB, whatever the service sent: neither shows a token, the
/// query of a URL, or an invisible character. `{:#?}` shows the parts.
///
/// # Foreign origins
///
/// A token is for one origin, the configured service root's (scheme, host and port). A next link, a
/// redirect or a raw URL that leads elsewhere is [`ErrorKind::ForeignOrigin`], and nothing is sent
/// there. A context URL of another origin is ignored: it moves no relative link there.
#[derive(Clone)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    context: Option<RequestContext>,
    response: Option<ErrorResponse>,
    service: Option<ServiceError>,
    decode: Option<DecodeError>,
    retry_after: Option<Duration>,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The settings of the client are invalid.
    Configuration,
    /// The request is invalid; nothing was sent.
    InvalidRequest,
    /// The credential returned no token; nothing was sent.
    Credential,
    /// A URL leads to an origin other than the service root's; nothing was sent there.
    ForeignOrigin,
    /// The service redirected too often, or to nowhere.
    Redirect,
    /// No connection could be made.
    Connect,
    /// No secure connection could be made: the server's certificate is not trusted, or the TLS
    /// handshake failed. To trust another certificate, pass a client to
    /// [`ClientBuilder::http_client`](crate::ClientBuilder::http_client).
    Tls,
    /// No connection was made in time.
    ConnectTimeout,
    /// One attempt took too long.
    AttemptTimeout,
    /// All attempts and the waits between them took too long.
    TotalTimeout,
    /// The connection failed before the response was complete.
    Transport,
    /// The response is larger than the limit, in bytes or in memory; the rest was not read.
    BodyTooLarge,
    /// The service responded with an error.
    Service,
    /// The response is not what the operation returns.
    Decode,
    /// The service sent no value where there must be one: it did what was requested without sending
    /// one back ([`require`](crate::Response::require)), or what was to be read is null (204).
    /// Sending a write again may do it twice.
    NoContent,
    /// Another request of the batch failed, on which this one depends, or with which it succeeds or fails as
    /// a whole. It had no effect.
    FailedDependency,
    /// An operation that went on after its request was answered failed, or was cancelled.
    OperationFailed,
    /// The service may have done what was requested: its answer was lost, and it cannot be asked any more.
    OutcomeUnknown,
    /// The service sent a next link that it had sent before.
    RepeatedLink,
    /// A stream reached its limit of pages or of time; its continuation resumes it. So did a round of a
    /// delta query.
    StreamLimit,
    /// The state of a delta query could not be loaded or saved, is corrupt, or belongs to another call.
    DeltaState,
    /// The service reset a delta query again and again before it told all changes once.
    RepeatedReset,
}

/// Where and how a response differs from what was expected.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeError {
    /// The place in the body, such as `$.value[3].intervalStartDateTime`.
    pub path: String,
    /// What was expected, if that is known.
    pub expected: Option<String>,
    /// What was found, if that is known.
    pub found: Option<String>,
    /// Line and column in the body, starting at 1.
    pub position: (usize, usize),
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                message: message.into(),
                source: None,
                context: None,
                response: None,
                service: None,
                decode: None,
                retry_after: None,
            }),
        }
    }

    /// The error of a [`Layer`](crate::Layer) that does not send a request.
    pub fn of_layer(cause: impl Into<BoxError>) -> Self {
        Self::new(ErrorKind::InvalidRequest, "a layer refused the request").with_source(cause)
    }

    pub(crate) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        let source = Arc::from(source.into());
        self.inner.source = Some(shown::cause(source, Redaction::of(None)));
        self
    }

    /// Sets which request the error is about, and redacts its secret.
    pub(crate) fn with_context(mut self, context: RequestContext) -> Self {
        self.redact(Redaction::of(context.secret.as_ref()));
        self.inner.context = Some(context);
        self
    }

    /// The same error as one of another kind.
    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.inner.kind = kind;
        self
    }

    /// Sets what the service says went wrong.
    pub(crate) fn with_service(mut self, service: Option<ServiceError>) -> Self {
        self.inner.service = service;
        self
    }

    pub(crate) fn with_response(mut self, response: ErrorResponse) -> Self {
        self.inner.response = Some(response);
        self
    }

    /// Redacts texts that quote a response.
    fn redact(&mut self, redaction: Redaction<'_>) {
        let inner = &mut *self.inner;
        inner.message = redaction.text(std::mem::take(&mut inner.message));
        if let Some(decode) = &mut inner.decode {
            decode.path = redaction.text(std::mem::take(&mut decode.path));
            decode.expected = decode.expected.take().map(|text| redaction.text(text));
            decode.found = decode.found.take().map(|text| redaction.text(text));
        }
        inner.source = inner.source.take().map(|it| shown::cause(it, redaction));
    }

    pub(crate) fn with_decode(mut self, decode: DecodeError) -> Self {
        self.inner.decode = Some(decode);
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.inner.retry_after = retry_after;
        self
    }

    /// A response with an error status. The token is redacted wherever the response repeats it.
    pub(crate) fn from_response(mut response: ErrorResponse, redaction: Redaction<'_>) -> Self {
        let mut error = Self::new(ErrorKind::Service, "");
        error.inner.service = ServiceError::parse(&response.body, redaction);
        response.body = redaction.body(response.body);
        redaction.headers(&mut response.headers);
        error.with_response(response)
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The service's outermost error code, such as `TooManyRequests`; see also
    /// [`ServiceError::codes`].
    pub fn code(&self) -> Option<&str> {
        let code = self.inner.service.as_ref()?.code.as_str();
        (!code.is_empty()).then_some(code)
    }

    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.inner.response.as_ref().map(|response| response.status)
    }

    /// The headers of the response, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.inner
            .response
            .as_ref()
            .map(|response| &response.headers)
    }

    /// The service's id of the request, to quote when contacting its support.
    pub fn request_id(&self) -> Option<&str> {
        let header = self.headers().and_then(request_id);
        header.or_else(|| {
            let service = self.inner.service.as_ref()?;
            service.find_inner(|inner| inner.request_id.as_deref())
        })
    }

    /// The client's id of the request, the same for all its attempts.
    pub fn client_request_id(&self) -> Option<&str> {
        let context = self.inner.context.as_ref()?;
        Some(&context.client_request_id)
    }

    /// How many times the request was sent; 0 if it was not.
    pub fn attempts(&self) -> u32 {
        self.inner
            .context
            .as_ref()
            .map_or(0, |context| context.attempts)
    }

    /// How long the service asked to wait, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// What the service said, if it is in a known format.
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.inner.service.as_ref()
    }

    /// The beginning of the response's body, at most 64 KiB, unchanged except that a token in it is
    /// redacted.
    pub fn raw_body(&self) -> Option<&[u8]> {
        self.inner
            .response
            .as_ref()
            .map(|response| response.body.as_ref())
    }

    /// Where and how the response differs from what was expected.
    pub fn decode_error(&self) -> Option<&DecodeError> {
        self.inner.decode.as_ref()
    }

    /// Whether the same request may succeed later: throttling, an overloaded or unreachable service,
    /// or a deadline.
    pub fn is_retryable(&self) -> bool {
        match self.inner.kind {
            ErrorKind::Service => self.status().is_some_and(is_transient),
            ErrorKind::Connect | ErrorKind::Transport => true,
            _ => self.is_timeout(),
        }
    }

    /// Whether the service certainly did not process the request: there was no connection, or it said
    /// so and when to retry, by a 429 or by a 503 with `Retry-After`.
    pub(crate) fn is_unprocessed(&self) -> bool {
        match self.inner.kind {
            ErrorKind::Connect | ErrorKind::ConnectTimeout => true,
            _ => self.is_refused_for_load(),
        }
    }

    /// Whether the service refused the request because it has too many: by a 429, or by a 503 with
    /// `Retry-After`.
    pub(crate) fn is_refused_for_load(&self) -> bool {
        let is_unavailable = self.status() == Some(StatusCode::SERVICE_UNAVAILABLE);
        self.is_throttled() || (is_unavailable && self.retry_after().is_some())
    }

    /// Whether the service refused the request because of too many requests (429).
    pub fn is_throttled(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the service knows nothing, or nothing any more, of what was asked for (404, 410).
    pub(crate) fn is_gone(&self) -> bool {
        matches!(
            self.status(),
            Some(StatusCode::NOT_FOUND | StatusCode::GONE)
        )
    }

    /// Whether a deadline passed: to connect, for one attempt, or in total.
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.inner.kind,
            ErrorKind::ConnectTimeout | ErrorKind::AttemptTimeout | ErrorKind::TotalTimeout
        )
    }

    /// On a 403, what the caller must have been granted; any one entry suffices.
    ///
    /// Empty otherwise, and when the metadata does not say.
    pub fn permissions_needed(&self) -> &'static [Permission] {
        match &self.inner.context {
            Some(context) if self.status() == Some(StatusCode::FORBIDDEN) => {
                context.permissions.of(&context.method, &context.url)
            }
            _ => &[],
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.inner.source.as_ref()?;
        Some(source.as_ref())
    }
}

impl From<NoLiteral> for Error {
    fn from(cause: NoLiteral) -> Self {
        Self::new(ErrorKind::InvalidRequest, cause.to_string())
    }
}

/// Whether a later attempt may succeed.
fn is_transient(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}
