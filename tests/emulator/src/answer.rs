//! Answers to requests, before any fault.

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::Value;

use crate::error::Refusal;
use crate::page::Page;
use crate::store::Media;

/// The media type of OData's JSON answers.
pub(crate) const ODATA_JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;\
     IEEE754Compatible=false;charset=utf-8";

/// The answer to a request.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A page of a collection.
    Page(Page),
    /// The CSDL document.
    Metadata,
    /// Anything else that is no refusal.
    Whole(Whole),
    Refused(Refusal),
}

/// An answer that is sent as it stands.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) status: StatusCode,
    pub(crate) content_type: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

impl Whole {
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self {
            content_type: Some(ODATA_JSON.to_owned()),
            body: body.to_string().into(),
            ..Self::empty(status)
        }
    }

    pub(crate) fn text(body: String) -> Self {
        Self {
            content_type: Some("text/plain".to_owned()),
            body: body.into(),
            ..Self::empty(StatusCode::OK)
        }
    }

    pub(crate) fn bytes(media: Media) -> Self {
        Self {
            content_type: Some(media.content_type),
            body: media.bytes,
            ..Self::empty(StatusCode::OK)
        }
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            content_type: None,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }
}
