//! HTTP responses inside others, as `application/http` has them (RFC 9112, section 10.2).

use axum::http::{HeaderMap, StatusCode};

/// The media type of such a response.
pub(crate) const MEDIA_TYPE: &str = "application/http";

/// Writes a response with its head.
pub(crate) fn write(into: &mut Vec<u8>, status: StatusCode, headers: &HeaderMap, body: &[u8]) {
    into.extend_from_slice(format!("HTTP/1.1 {status}\r\n").as_bytes());
    for (name, value) in headers {
        into.extend_from_slice(format!("{name}: ").as_bytes());
        into.extend_from_slice(value.as_bytes());
        into.extend_from_slice(b"\r\n");
    }
    into.extend_from_slice(b"\r\n");
    into.extend_from_slice(body);
}
