//! Takes requests in, finds the answer, and sends it or what a fault makes of it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::StreamExt as _;

use crate::answer::Answer;
use crate::app::App;
use crate::auth;
use crate::connection::ConnectionHandle;
use crate::delivery::{self, Delivery};
use crate::error::Refusal;
use crate::ids::RequestIds;
use crate::record::ReceivedRequest;

/// The service that answers every path and method.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new().fallback(handle).with_state(app)
}

async fn handle(
    State(app): State<Arc<App>>,
    ConnectInfo(connection): ConnectInfo<ConnectionHandle>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let authorization = auth::check(&parts.headers, app.token.as_deref());
    let mut received = ReceivedRequest::new(parts, authorization.is_ok());
    let body = read_body(body, app.body_limit).await;
    let answerable = body.and_then(|body| {
        received.body = body;
        authorization
    });
    match app.process(received, answerable) {
        Delivery::Respond(response) => response,
        Delivery::Reset => {
            connection.reset();
            Response::new(Body::empty())
        }
        Delivery::Stall => {
            let _ = app.stopped.clone().wait_for(|stopped| *stopped).await;
            Response::new(Body::empty())
        }
    }
}

/// Reads a body of no more than `limit` bytes.
async fn read_body(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk =
            chunk.map_err(|error| Refusal::bad_request(format!("The body broke off: {error}.")))?;
        if bytes.len() + chunk.len() > limit {
            return Err(Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestEntityTooLarge",
                format!("The body has more than {limit} bytes."),
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

impl App {
    /// Answers a request and puts it on record.
    fn process(&self, mut received: ReceivedRequest, allowed: Result<(), Refusal>) -> Delivery {
        let number = self.numbered.fetch_add(1, Ordering::Relaxed);
        let ids = RequestIds::new(self.values.seed, number, &received.headers);
        let fault = self.faults.next(&received, self.clock.now());
        // A gateway that fails lets no request through to the data.
        let answer = match &fault {
            Some(fault) if fault.is_at_the_gateway() => Answer::Refused(delivery::not_reached()),
            _ => {
                let answer = self.answer(&received, allowed);
                let answer = answer.unwrap_or_else(Answer::Refused);
                self.hooks.after(&received, answer.status(), &self.entities);
                answer
            }
        };
        let (delivery, outcome) = delivery::deliver(self, &received, &ids, answer, fault);
        received.outcome = outcome;
        self.record.push(received);
        delivery
    }
}
