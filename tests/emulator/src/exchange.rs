//! Takes requests in, finds the answer, and sends it or what a fault makes of it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;

use crate::answer::Answer;
use crate::app::App;
use crate::auth;
use crate::batch;
use crate::connection::ConnectionHandle;
use crate::delivery::{self, Delivery};
use crate::error::Refusal;
use crate::faults::Met;
use crate::foreign;
use crate::ids::RequestIds;
use crate::record::{BatchRole, Origin, ReceivedRequest};
use crate::uploads;

/// What answers every path and method of an origin.
pub(crate) fn router(app: Arc<App>, origin: Origin) -> Router {
    Router::new().fallback(handle).with_state((app, origin))
}

async fn handle(
    State((app, origin)): State<(Arc<App>, Origin)>,
    ConnectInfo(connection): ConnectInfo<ConnectionHandle>,
    request: Request,
) -> Response {
    match app.exchange(origin, request).await {
        Delivery::Respond(response) => response,
        Delivery::Reset => {
            connection.reset();
            Response::new(Body::empty())
        }
        Delivery::Stall => {
            app.stopped().await;
            Response::new(Body::empty())
        }
    }
}

/// Reads a request's body of no more than `limit` bytes.
async fn take_body(
    received: &mut ReceivedRequest,
    body: Body,
    limit: usize,
) -> Result<(), Refusal> {
    let mut bytes = Vec::new();
    read_body(body, limit, |chunk| bytes.extend_from_slice(&chunk)).await?;
    received.body = bytes.into();
    Ok(())
}

async fn read_body(body: Body, limit: usize, mut take: impl FnMut(Bytes)) -> Result<(), Refusal> {
    let mut chunks = body.into_data_stream();
    let mut length = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk =
            chunk.map_err(|error| Refusal::bad_request(format!("The body broke off: {error}.")))?;
        length += chunk.len();
        if length > limit {
            return Err(Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestEntityTooLarge",
                format!("The body has more than {limit} bytes."),
            ));
        }
        take(chunk);
    }
    Ok(())
}

impl App {
    /// Takes a request to an origin in, and answers it.
    pub(crate) async fn exchange(&self, origin: Origin, request: Request) -> Delivery {
        let (parts, body) = request.into_parts();
        let authorization = auth::check(&parts.headers, self.token.as_deref());
        let mut received = ReceivedRequest::new(parts, origin, authorization.is_ok());
        if origin == Origin::Service && batch::is_address(&self.version, &received.path) {
            received.batch = BatchRole::Batch;
        }
        let taken = match origin {
            Origin::Service => take_body(&mut received, body, self.body_limit).await,
            Origin::Foreign => self.take_fragment(&mut received, body).await,
        };
        let allowed = match origin {
            Origin::Service => taken.and(authorization),
            Origin::Foreign => taken,
        };
        self.process(received, allowed).await
    }

    /// Reads the body of a request to the foreign origin; of one whose bytes are not to be kept, its
    /// digest.
    async fn take_fragment(
        &self,
        received: &mut ReceivedRequest,
        body: Body,
    ) -> Result<(), Refusal> {
        let limit = usize::try_from(uploads::FILES_LIMIT).unwrap_or(usize::MAX);
        match self.uploads.digest_for(received, self.clock.now()) {
            None => take_body(received, body, limit).await,
            Some(mut digest) => {
                read_body(body, limit, |chunk| digest.update(&chunk)).await?;
                received.digest = Some(digest);
                Ok(())
            }
        }
    }

    /// Ends when the emulator stops.
    pub(crate) async fn stopped(&self) {
        // An error means that the emulator is gone, which comes to the same.
        let _ = self.stopped.clone().wait_for(|stopped| *stopped).await;
    }

    /// Answers a request and puts it on record.
    async fn process(&self, received: ReceivedRequest, allowed: Result<(), Refusal>) -> Delivery {
        let ids = self.ids(&received);
        let met = self.faults.next(&received, self.clock.now());
        // A gateway that fails lets no request through to the data.
        let answer = match &met.fault {
            Some(fault) if fault.is_at_the_gateway() => {
                foreign::missed(self, &received);
                Answer::Refused(delivery::not_reached())
            }
            _ => self.attend(&received, allowed).await,
        };
        self.conclude(received, &ids, answer, met)
    }

    /// The answer to a request that gets through.
    async fn attend(&self, received: &ReceivedRequest, allowed: Result<(), Refusal>) -> Answer {
        if received.origin == Origin::Foreign {
            let answer = match allowed {
                Ok(()) => foreign::answer(self, received),
                Err(refusal) => {
                    foreign::missed(self, received);
                    Err(refusal)
                }
            };
            return answer.unwrap_or_else(Answer::Refused);
        }
        let answer = self.answer(received, allowed).await;
        let answer = answer.unwrap_or_else(Answer::Refused);
        self.hooks.after(received, answer.status(), &self.entities);
        answer
    }

    /// Answers a request of a batch, which is allowed what the batch is.
    pub(crate) fn process_part(&self, part: ReceivedRequest) -> BoxFuture<'_, Delivery> {
        Box::pin(self.process(part, Ok(())))
    }

    /// Answers a request with a refusal before anything else is done about it.
    pub(crate) fn refuse(&self, received: ReceivedRequest, refusal: Refusal) -> Delivery {
        let ids = self.ids(&received);
        let met = Met::default();
        self.conclude(received, &ids, Answer::Refused(refusal), met)
    }

    fn ids(&self, received: &ReceivedRequest) -> RequestIds {
        let number = self.numbered.fetch_add(1, Ordering::Relaxed);
        RequestIds::new(self.values.seed, number, &received.headers)
    }

    fn conclude(
        &self,
        mut received: ReceivedRequest,
        ids: &RequestIds,
        answer: Answer,
        met: Met,
    ) -> Delivery {
        let (delivery, outcome) = delivery::deliver(self, &received, ids, answer, met);
        received.outcome = outcome;
        let record = match received.origin {
            Origin::Service => &self.record,
            Origin::Foreign => &self.foreign,
        };
        record.push(received);
        delivery
    }
}
