//! Answers to requests, before any fault.

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::Value;

use crate::error::Refusal;
use crate::format::Format;
use crate::page::Page;
use crate::record::ReceivedRequest;
use crate::store::Media;

/// The answer to a request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A page of a collection.
    Page(Page),
    /// The CSDL document.
    Metadata,
    /// Anything else that is no refusal.
    Whole(Whole),
    Refused(Refusal),
    /// The answer to a request that came earlier, as a status monitor gives it.
    Late {
        answer: Box<Answer>,
        request: Box<ReceivedRequest>,
    },
}

impl Answer {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Page(_) | Self::Metadata | Self::Late { .. } => StatusCode::OK,
            Self::Whole(whole) => whole.status,
            Self::Refused(refusal) => refusal.status,
        }
    }
}

/// An answer that is sent as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
    pub(crate) status: StatusCode,
    pub(crate) content_type: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

impl Whole {
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self {
            content_type: Some(Format::default().content_type()),
            body: body.to_string().into(),
            ..Self::empty(status)
        }
    }

    /// Whether it is JSON with control information.
    pub(crate) fn is_odata(&self) -> bool {
        let content_type = self.content_type.as_deref();
        content_type.is_some_and(|content_type| content_type.contains("odata.metadata="))
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
