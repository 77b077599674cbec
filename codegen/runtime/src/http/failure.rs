//! Errors of the HTTP client, as errors of this crate.

use std::error::Error as _;
use std::io;

use super::retry;
use super::transport::TransportErrorKind;
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, ErrorResponse, Redaction, Secret};

/// The error of a request that got no response.
pub(super) fn error(error: reqwest::Error) -> Error {
    let (kind, message) = if error.is_connect() && error.is_timeout() {
        TransportErrorKind::ConnectTimeout.as_error()
    } else if error.is_connect() && is_tls_refusal(&error) {
        TransportErrorKind::Tls.as_error()
    } else if error.is_connect() {
        TransportErrorKind::Connect.as_error()
    } else if error.is_timeout() {
        TransportErrorKind::Timeout.as_error()
    } else if error.is_redirect() {
        (ErrorKind::Redirect, "the HTTP client refused a redirect")
    } else if error.is_builder() {
        TransportErrorKind::Refused.as_error()
    } else {
        TransportErrorKind::Broken.as_error()
    };
    // The URL's query is not for everyone who reads the error.
    Error::new(kind, message).with_source(error.without_url())
}

/// The error of a response with an error status, without the secrets of its request.
pub(crate) fn refused(
    response: ErrorResponse,
    secret: Option<&Secret>,
    clock: &dyn Clock,
) -> Error {
    let retry_after = retry::retry_after(&response.headers, clock.now());
    Error::from_response(response, Redaction::of(secret)).with_retry_after(retry_after)
}

/// Whether a TLS handshake failed because of what a side said, and not because the connection
/// broke.
fn is_tls_refusal(error: &reqwest::Error) -> bool {
    let mut said = false;
    let mut cause = error.source();
    while let Some(error) = cause {
        #[cfg(feature = "native-tls")]
        {
            // A connection that breaks may be reported in the same way, so only the text tells.
            said |= error.is::<native_tls::Error>() && error.to_string().contains("certificate");
        }
        if let Some(error) = error.downcast_ref::<io::Error>() {
            // rustls reports what was said as such.
            said = innermost(error).kind() == io::ErrorKind::InvalidData;
        }
        cause = error.source();
    }
    said
}

/// The I/O error in an I/O error, which is not among its sources.
fn innermost(mut error: &io::Error) -> &io::Error {
    while let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        error = inner;
    }
    error
}
