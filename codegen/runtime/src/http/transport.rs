//! Transports of the program's own.

use std::fmt;

use http::{Request, Response};

use super::body::Body;
use crate::boxed::{BoxError, BoxFuture};
use crate::error::{Error, ErrorKind};

/// Carries HTTP requests, in place of reqwest: another HTTP client, a service in memory, a fake in a
/// test. See [`ClientBuilder::transport`](crate::ClientBuilder::transport).
///
/// A transport sends a request once and gives its response, whatever its status. All else is above
/// it: origins, redirects, retries, deadlines (the future is dropped when one passes), limits and
/// redaction. It must not follow redirects. It may ask for compressed responses: with the feature
/// `gzip`, the client decodes those whose `Content-Encoding` is gzip; the transport decodes all others.
///
/// Any `Fn(Request<Body>)` that returns such a future is a transport.
///
/// # Examples
///
/// ```
/// use http::{Request, Response};
/// use odata_runtime::{Body, Client, Cloud, TransportError};
///
/// # fn main() -> odata_runtime::Result<()> {
/// let cloud = Cloud::new("Test", "https://service.invalid", "", "");
/// let client = Client::builder(cloud, "test/1")
///     .anonymous()
///     .transport(async |request: Request<Body>| {
///         assert_eq!(request.uri().host(), Some("service.invalid"));
///         Ok::<_, TransportError>(Response::new(Body::from(r#"{"value": []}"#)))
///     })
///     .build()?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
pub trait Transport: Send + Sync {
    /// Sends a request, and gives its response as soon as its headers are there.
    ///
    /// # Errors
    ///
    /// If there is no response; the kind decides whether the request is sent again.
    fn send(&self, request: Request<Body>)
    -> BoxFuture<'_, Result<Response<Body>, TransportError>>;
}

impl<F, R> Transport for F
where
    F: Fn(Request<Body>) -> R + Send + Sync,
    R: Future<Output = Result<Response<Body>, TransportError>> + Send + 'static,
{
    fn send(
        &self,
        request: Request<Body>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(self(request))
    }
}

/// Why a [`Transport`] gave no response, or its body broke off.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: BoxError,
}

/// What went wrong in a [`Transport`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection could be made, so nothing was sent.
    Connect,
    /// No connection was made in time, so nothing was sent.
    ConnectTimeout,
    /// No secure connection could be made. It is not tried again.
    Tls,
    /// The connection broke. The request may have arrived: it is sent again if it is idempotent.
    Broken,
    /// A deadline of the transport's own passed. The request may have arrived, as with `Broken`.
    Timeout,
    /// The transport cannot send such a request. It is not tried again.
    Refused,
}

impl TransportErrorKind {
    /// What a client says of it.
    pub(super) fn as_error(self) -> (ErrorKind, &'static str) {
        match self {
            Self::Connect => (ErrorKind::Connect, "no connection could be made"),
            Self::ConnectTimeout => (ErrorKind::ConnectTimeout, "no connection was made in time"),
            Self::Tls => (
                ErrorKind::Tls,
                "no secure connection could be made: the server's certificate is not trusted, or it does \
             not speak TLS as it should",
            ),
            Self::Timeout => (
                ErrorKind::AttemptTimeout,
                "the HTTP client's own deadline passed",
            ),
            Self::Refused => (
                ErrorKind::InvalidRequest,
                "the HTTP client refused the request",
            ),
            Self::Broken => (
                ErrorKind::Transport,
                "the connection failed before the response was complete",
            ),
        }
    }
}

impl TransportError {
    /// An error of this kind, with its cause.
    pub fn new(kind: TransportErrorKind, source: impl Into<BoxError>) -> Self {
        let source = source.into();
        Self { kind, source }
    }

    /// What went wrong.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The error of a body or a service, which may be one of these.
    pub(super) fn of_cause(error: BoxError) -> Self {
        match error.downcast() {
            Ok(error) => *error,
            Err(error) => Self::new(TransportErrorKind::Broken, error),
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind.as_error().1)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let (kind, message) = error.kind.as_error();
        Self::new(kind, message).with_source(error.source)
    }
}
