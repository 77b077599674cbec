//! Refusals, and the OData error body that carries them (OData JSON Format, section "Error Response").

use axum::http::{Method, StatusCode};
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
    /// The header that the status asks for: `WWW-Authenticate` of a 401, `Allow` of a 405.
    pub(crate) header: Option<(&'static str, String)>,
    /// Further members of `innerError`.
    pub(crate) inner: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            header: None,
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

    /// 404 for an entity, or another thing that a valid path leads to, that is not there.
    pub(crate) fn not_found(what: &str) -> Self {
        // A key in parentheses has quotes of its own.
        let inside = what.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
        let what = inside.unwrap_or(what);
        Self::new(
            StatusCode::NOT_FOUND,
            "ResourceNotFound",
            format!("Resource '{}' does not exist.", excerpt(what)),
        )
    }

    /// 403 for a token without the permissions that the request needs.
    pub(crate) fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )
    }

    /// 409 for an entity that exists already.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "Conflict", message)
    }

    /// 412 for an entity tag that is not the entity's.
    pub(crate) fn precondition_failed() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "PreconditionFailed",
            "The entity tag in If-Match or If-None-Match does not allow the request.",
        )
    }

    /// 405 with the methods that are allowed.
    pub(crate) fn method_not_allowed(method: &Method, allowed: &str) -> Self {
        Self {
            header: Some(("allow", allowed.to_owned())),
            ..Self::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowed",
                format!("The method {method} is not allowed here; use {allowed}."),
            )
        }
    }

    /// 501 for what metadata declares and the emulator does not play.
    pub(crate) fn not_implemented(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    /// 401 with the challenge that Graph sends along.
    pub(crate) fn unauthorized(message: &str, challenge_parameters: &str) -> Self {
        let challenge = format!(
            "Bearer realm=\"\", \
             authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
             client_id=\"00000003-0000-0000-c000-000000000000\"{challenge_parameters}"
        );
        Self {
            header: Some(("www-authenticate", challenge)),
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
