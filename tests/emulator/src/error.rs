//! Refusals, and the OData error body that carries them (OData JSON Format, section "Error Response").

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::ids::RequestIds;

/// The longest piece of a caller's text that a message repeats, in characters.
const LONGEST_ECHO: usize = 120;

/// An answer that says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) message: String,
    /// The `WWW-Authenticate` header of a 401.
    pub(crate) challenge: Option<String>,
    /// Further members of `innerError`.
    pub(crate) inner: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            challenge: None,
            inner: Vec::new(),
        }
    }

    /// 400, the answer to every request that metadata or service rules do not allow.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// 400 for a segment that leads nowhere.
    pub(crate) fn segment_not_found(segment: &str) -> Self {
        Self::bad_request(format!(
            "Resource not found for the segment '{}'.",
            excerpt(segment)
        ))
    }

    /// 501 for what metadata declares and the emulator does not play.
    pub(crate) fn not_implemented(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    /// 401 with the challenge that Graph sends along.
    pub(crate) fn unauthorized(message: &str, challenge_parameters: &str) -> Self {
        Self {
            challenge: Some(format!(
                "Bearer realm=\"\", \
                 authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
                 client_id=\"00000003-0000-0000-c000-000000000000\"{challenge_parameters}"
            )),
            ..Self::new(
                StatusCode::UNAUTHORIZED,
                "InvalidAuthenticationToken",
                message,
            )
        }
    }

    /// The body, with `innerError` as Graph fills it: its date carries no zone.
    pub(crate) fn body(&self, ids: &RequestIds, date: &str) -> Value {
        let mut inner: Map<String, Value> = self
            .inner
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())))
            .collect();
        inner.insert("date".to_owned(), date.into());
        inner.insert("request-id".to_owned(), ids.request_id().into());
        inner.insert(
            "client-request-id".to_owned(),
            ids.client_request_id().into(),
        );
        json!({"error": {"code": self.code, "message": self.message, "innerError": inner}})
    }
}

/// A caller's text, cut to a length that a message bears.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(LONGEST_ECHO) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
