//! What the upload URL of a session answers.

use axum::http::{Method, StatusCode};
use serde_json::Value;

use super::session::{Protocol, Session, invalid};
use super::{PREFIX, UploadState};
use crate::answer::{Answer, Whole};
use crate::app::App;
use crate::error::Refusal;
use crate::record::ReceivedRequest;

/// Whether a request to the foreign origin is for an upload session.
pub(crate) fn is_upload(request: &ReceivedRequest) -> bool {
    request.path.starts_with(PREFIX)
}

/// The answer to a request to an upload URL.
pub(crate) fn answer(app: &App, request: &ReceivedRequest) -> Result<Answer, Refusal> {
    let now = app.clock.now();
    let answer = app
        .uploads
        .with(request, now, |session| match request.method {
            Method::PUT => {
                session.take(request, now)?;
                if session.is_whole() && !session.plan.deferred {
                    return app.complete(session);
                }
                let status = match session.plan.protocol {
                    Protocol::Files => StatusCode::ACCEPTED,
                    Protocol::Outlook => StatusCode::OK,
                };
                Ok(status_of(session, status))
            }
            Method::GET => Ok(status_of(session, StatusCode::OK)),
            Method::DELETE => {
                session.close(UploadState::Canceled);
                Ok(Whole::empty(StatusCode::NO_CONTENT))
            }
            Method::POST if session.plan.protocol == Protocol::Files => {
                if !request.body.is_empty() {
                    return Err(invalid("The request that completes an upload has no body."));
                }
                if !session.is_whole() {
                    return Err(invalid("Bytes of the file are missing; GET tells which."));
                }
                app.complete(session)
            }
            _ => Err(Refusal::method_not_allowed(
                &request.method,
                "GET, PUT, POST, DELETE",
            )),
        });
    answer.map(Answer::Whole)
}

fn status_of(session: &Session, status: StatusCode) -> Whole {
    plain(status, &Value::Object(session.status()))
}

/// JSON without control information: what answers is no OData service.
pub(super) fn plain(status: StatusCode, body: &Value) -> Whole {
    Whole {
        content_type: Some("application/json".to_owned()),
        ..Whole::json(status, body)
    }
}
