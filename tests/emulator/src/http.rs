//! Takes requests in, finds the answer, and sends it or what a fault makes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use tokio::sync::watch;

use crate::auth;
use crate::clock::Clock;
use crate::connection::ConnectionHandle;
use crate::delivery::{self, Delivery};
use crate::error::{Refusal, excerpt};
use crate::faults::FaultPlan;
use crate::ids::RequestIds;
use crate::metrics::{self, BUCKET_START, Buckets, MetricShape};
use crate::page::{Page, Paging};
use crate::record::{ReceivedRequest, Record};
use crate::route::{self, Target};
use crate::service::Service;
use crate::url::{ParsedPath, ParsedQuery, Segment};
use crate::validate::{self, Call};
use crate::values::Values;

/// Everything that a request is answered from.
pub(crate) struct App {
    pub(crate) service: Service,
    /// The CSDL document, for `$metadata`.
    pub(crate) metadata: String,
    /// Scheme, host and port of the emulator.
    pub(crate) origin: String,
    /// The first segment of every path.
    pub(crate) version: String,
    pub(crate) context_root: String,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) token: Option<String>,
    pub(crate) page_size: u64,
    pub(crate) values: Values,
    pub(crate) faults: FaultPlan,
    pub(crate) record: Record,
    /// How many requests were given ids.
    pub(crate) numbered: AtomicU64,
    /// Turns true when the emulator stops.
    pub(crate) stopped: watch::Receiver<bool>,
}

/// The answer to a request, before any fault.
#[derive(Debug)]
pub(crate) enum Answer {
    Page(Page),
    Metadata,
    Refused(Refusal),
}

/// The service that answers every path and method.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new().fallback(handle).with_state(app)
}

async fn handle(
    State(app): State<Arc<App>>,
    ConnectInfo(connection): ConnectInfo<ConnectionHandle>,
    request: Request,
) -> Response {
    match app.process(request) {
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

impl App {
    /// Answers a request and puts it on record.
    fn process(&self, request: Request) -> Delivery {
        let (parts, _) = request.into_parts();
        let authorization = auth::check(&parts.headers, self.token.as_deref());
        let mut received = ReceivedRequest::new(parts, authorization.is_ok());
        let number = self.numbered.fetch_add(1, Ordering::Relaxed);
        let ids = RequestIds::new(self.values.seed, number, &received.headers);
        let fault = self.faults.next(&received);
        let answer = self
            .answer(&received, authorization)
            .unwrap_or_else(Answer::Refused);
        let (delivery, outcome) = delivery::deliver(self, &received, &ids, answer, fault);
        received.outcome = outcome;
        self.record.push(received);
        delivery
    }

    fn answer(
        &self,
        request: &ReceivedRequest,
        authorization: Result<(), Refusal>,
    ) -> Result<Answer, Refusal> {
        let path = parse(ParsedPath::parse(&request.path))?;
        let segments = self.below_root(&path.segments)?;
        if is_metadata(segments) {
            return allow_get(&request.method).map(|()| Answer::Metadata);
        }
        authorization?;
        let target = route::resolve(&self.service, segments)?;
        allow_get(&request.method)?;
        let query = parse(ParsedQuery::parse(
            request.query.as_deref().unwrap_or_default(),
        ))?;
        match target {
            Target::Resource(ty) => Err(Refusal::not_implemented(format!(
                "The path leads to {ty}; the emulator has data for metric functions only."
            ))),
            Target::Call {
                overloads,
                arguments,
            } => {
                let call = validate::check_call(&overloads, arguments, &query)?;
                self.call(&call, &query, request).map(Answer::Page)
            }
        }
    }

    /// The segments after the service root.
    fn below_root<'a>(&self, segments: &'a [Segment]) -> Result<&'a [Segment], Refusal> {
        match segments.split_first() {
            Some((root, rest)) if root.name == self.version && root.arguments.is_none() => Ok(rest),
            other => Err(Refusal::bad_request(format!(
                "Invalid version: '{}'; the service root is '{}/{}'.",
                other.map_or_else(String::new, |(root, _)| excerpt(&root.name)),
                self.origin,
                self.version
            ))),
        }
    }

    fn call(
        &self,
        call: &Call<'_>,
        query: &ParsedQuery,
        request: &ReceivedRequest,
    ) -> Result<Page, Refusal> {
        let function = call.function;
        let shape = MetricShape::of(&self.service, function).ok_or_else(|| {
            Refusal::not_implemented(format!(
                "The function '{}' returns {}; the emulator has data for metric functions only.",
                function.name, function.returns
            ))
        })?;
        let buckets = Buckets::of(call, self.clock.now())?;
        let paging = Paging::of(query, &request.headers, self.page_size)?;
        let context = metrics::context_url(&self.context_root, function);
        Ok(paging.page(context, buckets.len(), |index| {
            let bucket = buckets.get(index)?;
            let value = self.values.value(&function.name, shape.kind, bucket);
            let start = metrics::write_instant(bucket.start);
            Some(serde_json::Map::from_iter([
                (BUCKET_START.to_owned(), start.into()),
                (shape.property.clone(), value.to_json()),
            ]))
        }))
    }
}

fn parse<T>(parsed: Result<T, crate::url::UrlError>) -> Result<T, Refusal> {
    parsed.map_err(|error| Refusal::bad_request(error.to_string()))
}

fn is_metadata(segments: &[Segment]) -> bool {
    matches!(segments, [segment] if segment.name == "$metadata" && segment.arguments.is_none())
}

fn allow_get(method: &Method) -> Result<(), Refusal> {
    if method == Method::GET {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "MethodNotAllowed",
        format!("The method {method} is not allowed here; use GET."),
    ))
}
