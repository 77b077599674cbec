//! What the requests of a batch are answered with.

use axum::body::{Bytes, to_bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

use crate::delivery::{self, Delivery};
use crate::error::Refusal;

/// What a request of a batch was answered with.
pub(super) struct PartAnswer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl PartAnswer {
    pub(super) fn has_failed(&self) -> bool {
        self.status.is_client_error() || self.status.is_server_error()
    }

    /// What happens on a connection, seen by what is between the parts and the client: there is
    /// no connection of a part that could break, so a gateway answers.
    pub(super) async fn of(delivery: Delivery) -> Self {
        match delivery {
            Delivery::Respond(response) => {
                let (head, body) = response.into_parts();
                match to_bytes(body, usize::MAX).await {
                    Ok(body) => Self {
                        status: head.status,
                        headers: head.headers,
                        body,
                    },
                    Err(_) => Self::lost(&delivery::not_reached()),
                }
            }
            Delivery::Reset => Self::lost(&delivery::not_reached()),
            Delivery::Stall => Self::lost(&delivery::gateway_timeout()),
        }
    }

    pub(super) fn lost(refusal: &Refusal) -> Self {
        let json = HeaderValue::from_static("application/json");
        let body = json!({"error": {"code": refusal.code, "message": refusal.message}});
        Self {
            status: refusal.status,
            headers: HeaderMap::from_iter([(CONTENT_TYPE, json)]),
            body: body.to_string().into(),
        }
    }
}
