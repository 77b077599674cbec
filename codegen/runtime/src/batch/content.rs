//! Bodies in a batch of JSON: JSON as it is, text as a text, and anything else in base64url.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind, Result};
use crate::value::json::parse::base64;

/// What kind of content a body is, by its `Content-Type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ContentKind {
    Json,
    Text,
    Bytes,
}

impl ContentKind {
    /// That of a message with these headers; JSON if they do not say.
    fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(CONTENT_TYPE) else {
            return Self::Json;
        };
        let text = value.to_str().unwrap_or_default();
        let media_type = text.split(';').next().unwrap_or_default();
        let media_type = media_type.trim().to_ascii_lowercase();
        match media_type.split_once('/') {
            Some(("application", kind)) if kind == "json" || kind.ends_with("+json") => Self::Json,
            Some(("text", _)) => Self::Text,
            _ => Self::Bytes,
        }
    }
}

/// A body as it is written.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Body<'a> {
    Json(&'a RawValue),
    Text(String),
}

/// Checks that a body can be in a batch.
pub(super) fn check(headers: &HeaderMap, bytes: &[u8]) -> Result<()> {
    body(headers, bytes).map(|_| ())
}

/// The body with these headers as it is written; none if it is empty.
pub(super) fn body<'a>(headers: &HeaderMap, bytes: &'a [u8]) -> Result<Option<Body<'a>>> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let invalid = |message: &str| Error::new(ErrorKind::InvalidRequest, message);
    Ok(Some(match ContentKind::of(headers) {
        ContentKind::Json => Body::Json(serde_json::from_slice(bytes).map_err(|cause| {
            invalid("the body is not JSON, as its Content-Type says").with_source(cause)
        })?),
        ContentKind::Text => Body::Text(String::from_utf8(bytes.to_vec()).map_err(|cause| {
            invalid("the body is not text in UTF-8, as a text in a batch must be")
                .with_source(cause)
        })?),
        ContentKind::Bytes => Body::Text(URL_SAFE.encode(bytes)),
    }))
}

/// The bytes of a body: JSON without a copy, a text, or what base64 stands for. What is not what its
/// `Content-Type` says is taken as it stands: whoever reads it says what is wrong with it.
pub(super) fn decoded(headers: &HeaderMap, body: &RawValue, whole: &Bytes) -> Bytes {
    let json = whole.slice_ref(body.get().as_bytes());
    let kind = ContentKind::of(headers);
    if kind == ContentKind::Json {
        return json;
    }
    let Ok(text) = serde_json::from_str::<String>(body.get()) else {
        return json;
    };
    let bytes = (kind == ContentKind::Bytes)
        .then(|| base64(&text))
        .flatten();
    bytes.unwrap_or_else(|| text.into_bytes()).into()
}
