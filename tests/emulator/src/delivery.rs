//! Turns answers into HTTP responses, and faults into what a client sees.

use std::convert::Infallible;
use std::io;

use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::response::Builder;
use axum::http::{Error, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;

use crate::answer::{Answer, Whole};
use crate::app::App;
use crate::embedded;
use crate::error::Refusal;
use crate::faults::{Fault, Met, RetryAfter};
use crate::format::Format;
use crate::ids::RequestIds;
use crate::metrics::BUCKET_START;
use crate::page::{NextLink, Page, SkipToken};
use crate::payload::is_annotation;
use crate::quota::Usage;
use crate::record::{Origin, Outcome, ReceivedRequest};

const HTML_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Gateway</title></head>\
     <body><h1>The request could not be handled</h1></body></html>\n";

/// How many bytes of white space a huge body grows by at a time.
const PADDING_CHUNK: usize = 64 * 1024;

/// What happens on the connection.
#[derive(Debug)]
pub(crate) enum Delivery {
    Respond(Response),
    /// The connection is reset.
    Reset,
    /// Nothing is ever sent.
    Stall,
}

/// Status and headers of a response, and its body.
struct Message {
    head: Builder,
    body: Bytes,
}

/// Sends an answer, or what the fault makes of it, and says which of the two it was.
pub(crate) fn deliver(
    app: &App,
    request: &ReceivedRequest,
    ids: &RequestIds,
    answer: Answer,
    met: Met,
) -> (Delivery, Outcome) {
    let writer = Writer {
        app,
        request,
        ids,
        usage: met.usage,
    };
    let Some(fault) = met.fault.filter(|fault| can_strike(fault.seen(), &answer)) else {
        let response = writer.finish(writer.message(answer).whole());
        let outcome = Outcome::Answered(response.status());
        return (Delivery::Respond(response), outcome);
    };
    let delivery = match fault.seen() {
        Fault::ConnectionReset => Delivery::Reset,
        Fault::Stall => Delivery::Stall,
        seen => Delivery::Respond(writer.finish(writer.faulty(answer, seen))),
    };
    (delivery, Outcome::Faulted(fault))
}

/// What stands for the answer of a request that did not reach the data.
pub(crate) fn not_reached() -> Refusal {
    Refusal::new(
        StatusCode::BAD_GATEWAY,
        "BadGateway",
        "The request did not get through.",
    )
}

/// Whether the answer is one that the fault can spoil.
fn can_strike(fault: &Fault, answer: &Answer) -> bool {
    match fault {
        Fault::WrongContent => matches!(answer, Answer::Page(page) if !page.items.is_empty()),
        Fault::NextLinkTo { .. } | Fault::RepeatedNextLink | Fault::EmptyPageWithNextLink => {
            matches!(answer, Answer::Page(_))
        }
        // Half of nothing is the whole of it.
        Fault::TruncatedBody | Fault::InvalidJson => {
            !matches!(answer, Answer::Whole(whole) if whole.body.is_empty())
        }
        _ => true,
    }
}

/// Writes responses to one request.
struct Writer<'a> {
    app: &'a App,
    request: &'a ReceivedRequest,
    ids: &'a RequestIds,
    /// How much of the quota is used.
    usage: Option<Usage>,
}

impl Writer<'_> {
    fn faulty(&self, answer: Answer, fault: &Fault) -> Result<Response, Error> {
        match fault {
            Fault::TooManyRequests { retry_after } => {
                with_retry_after(self.refusal(&too_many_requests()).whole()?, retry_after)
            }
            Fault::ServiceUnavailable { retry_after } => {
                with_retry_after(self.refusal(&service_unavailable()).whole()?, retry_after)
            }
            Fault::GatewayTimeout => self.refusal(&gateway_timeout()).whole(),
            Fault::ServiceError {
                status,
                code,
                message,
            } => self.refusal(&Refusal::new(*status, code, message)).whole(),
            Fault::ClaimsChallenge { claims } => self.refusal(&claims_challenge(claims)).whole(),
            Fault::HtmlErrorPage { status } => html_page(*status),
            Fault::HugeBody { bytes } => odata_json(Format::default()).body(huge_body(*bytes)),
            Fault::Redirect { location } => redirect(location),
            Fault::TruncatedBody => self.message(answer).truncated(),
            Fault::InvalidJson => self.message(answer).broken_off(),
            _ => match answer {
                Answer::Page(page) => self.page(spoil_page(page, fault)).whole(),
                answer => self.message(answer).whole(),
            },
        }
    }

    fn message(&self, answer: Answer) -> Message {
        match answer {
            Answer::Page(page) => self.page(page),
            Answer::Refused(refusal) => self.refusal(&refusal),
            Answer::Metadata => Message {
                head: Response::builder()
                    .header(CONTENT_TYPE, "application/xml")
                    .header("odata-version", "4.0"),
                body: self.app.metadata.clone().into(),
            },
            Answer::Whole(whole) => message_of(whole),
            Answer::Late { answer, request } => self.late(*answer, &request),
        }
    }

    /// What an earlier request is answered with, as a status monitor sends it: the status in a header,
    /// or all of it in the body for those who take that.
    fn late(&self, answer: Answer, request: &ReceivedRequest) -> Message {
        let status = answer.status();
        let Message { head, body } = Writer { request, ..*self }.message(answer);
        let accepted = self.request.headers.get(ACCEPT);
        let accepted = accepted.and_then(|value| value.to_str().ok());
        let takes_whole = accepted.is_some_and(|it| it.contains(embedded::MEDIA_TYPE));
        match head.headers_ref().filter(|_| takes_whole) {
            Some(headers) => {
                let mut whole = Vec::new();
                embedded::write(&mut whole, status, headers, &body);
                Message {
                    head: Response::builder().header(CONTENT_TYPE, embedded::MEDIA_TYPE),
                    body: whole.into(),
                }
            }
            None => Message {
                head: head
                    .status(StatusCode::OK)
                    .header("asyncresult", status.as_u16()),
                body,
            },
        }
    }

    fn page(&self, page: Page) -> Message {
        let mut head = odata_json(page.format);
        if page.preference_applied {
            let applied = format!("odata.maxpagesize={}", page.position.size);
            head = head.header("preference-applied", applied);
        }
        let url = format!("{}{}", self.app.origin, self.request.path);
        Message {
            head,
            body: page
                .body(&url, self.request.query.as_deref())
                .to_string()
                .into(),
        }
    }

    fn refusal(&self, refusal: &Refusal) -> Message {
        let mut head = Response::builder()
            .status(refusal.status)
            .header(CONTENT_TYPE, "application/json")
            .header("odata-version", "4.0");
        if let Some((name, value)) = &refusal.header {
            head = head.header(*name, value);
        }
        let date = self.app.clock.now().format("%Y-%m-%dT%H:%M:%S").to_string();
        Message {
            head,
            body: refusal.body(self.ids, &date).to_string().into(),
        }
    }

    /// Adds the ids; a fault that no HTTP response can express becomes a 500 that says so.
    fn finish(&self, response: Result<Response, Error>) -> Response {
        let mut response = response.unwrap_or_else(|error| {
            let text = format!("graph-emulator cannot send this fault: {error}");
            let mut response = Response::new(Body::from(text));
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        });
        self.ids.write_to(response.headers_mut());
        if let Some(usage) = &self.usage {
            usage.write_to(response.headers_mut());
        }
        if self.request.origin == Origin::Foreign {
            response.headers_mut().remove("odata-version");
        }
        response
    }
}

impl Message {
    fn whole(self) -> Result<Response, Error> {
        self.head.body(self.body.into())
    }

    /// The first half, sent as if it were everything.
    fn broken_off(self) -> Result<Response, Error> {
        let half = first_half(&self.body);
        self.head.body(half.into())
    }

    /// The first half, under a `Content-Length` that announces the whole; then the connection ends.
    fn truncated(self) -> Result<Response, Error> {
        let half = first_half(&self.body);
        let the_end = stream::once(async {
            // Lets the server send what it has before the error makes it close the connection.
            tokio::task::yield_now().await;
            Err(io::Error::from(io::ErrorKind::UnexpectedEof))
        });
        let body = stream::iter([Ok(half)]).chain(the_end);
        self.head
            .header(CONTENT_LENGTH, self.body.len())
            .body(Body::from_stream(body))
    }
}

fn message_of(whole: Whole) -> Message {
    let mut head = Response::builder()
        .status(whole.status)
        .header("odata-version", "4.0");
    if let Some(content_type) = whole.content_type {
        head = head.header(CONTENT_TYPE, content_type);
    }
    for (name, value) in whole.headers {
        head = head.header(name, value);
    }
    Message {
        head,
        body: whole.body,
    }
}

fn first_half(body: &Bytes) -> Bytes {
    body.slice(..body.len() / 2)
}

fn odata_json(format: Format) -> Builder {
    Response::builder()
        .header(CONTENT_TYPE, format.content_type())
        .header("odata-version", "4.0")
}

fn html_page(status: StatusCode) -> Result<Response, Error> {
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "text/html; charset=utf-8")
        .body(HTML_PAGE.into())
}

fn redirect(location: &str) -> Result<Response, Error> {
    Response::builder()
        .status(StatusCode::FOUND)
        .header(LOCATION, location)
        .body(Body::empty())
}

fn with_retry_after(mut response: Response, retry_after: &RetryAfter) -> Result<Response, Error> {
    if let Some(value) = retry_after.header() {
        response
            .headers_mut()
            .insert(RETRY_AFTER, value.try_into()?);
    }
    Ok(response)
}

fn too_many_requests() -> Refusal {
    Refusal {
        inner: vec![("code", "429".to_owned()), ("status", "429".to_owned())],
        ..Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequests",
            "Too many requests; wait and ask again.",
        )
    }
}

fn service_unavailable() -> Refusal {
    Refusal::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "ServiceUnavailable",
        "The service is not available at the moment.",
    )
}

pub(crate) fn gateway_timeout() -> Refusal {
    Refusal::new(
        StatusCode::GATEWAY_TIMEOUT,
        "GatewayTimeout",
        "The service behind the gateway did not answer in time.",
    )
}

fn claims_challenge(claims: &str) -> Refusal {
    let claims = BASE64_STANDARD.encode(claims);
    Refusal::unauthorized(
        "Continuous access evaluation asks for a token with further claims.",
        &format!(", error=\"insufficient_claims\", claims=\"{claims}\""),
    )
}

fn spoil_page(mut page: Page, fault: &Fault) -> Page {
    let here = page.position;
    match fault {
        Fault::NextLinkTo { url } => page.next = Some(NextLink::Url(url.clone())),
        Fault::RepeatedNextLink => {
            page.next = Some(NextLink::Page(SkipToken {
                looped: true,
                ..here
            }));
        }
        Fault::EmptyPageWithNextLink => {
            page.items.clear();
            page.next = Some(NextLink::Page(here));
        }
        _ => {
            let members = page.items.first_mut().into_iter().flatten();
            for (name, value) in members {
                if name != BUCKET_START && !is_annotation(name) {
                    *value = of_another_type(value);
                }
            }
        }
    }
    page
}

/// A text in place of a number, a number in place of anything else.
fn of_another_type(value: &Value) -> Value {
    match value {
        Value::Number(_) | Value::Null => "not a number".into(),
        _ => 0.5.into(),
    }
}

/// An empty collection of the given length, padded with white space between its brackets.
fn huge_body(bytes: u64) -> Body {
    const HEAD: &[u8] = b"{\"value\":[";
    const TAIL: &[u8] = b"]}";
    static PADDING: [u8; PADDING_CHUNK] = [b' '; PADDING_CHUNK];
    let mut left = bytes.saturating_sub((HEAD.len() + TAIL.len()) as u64);
    let padding = std::iter::from_fn(move || {
        let length = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(PADDING_CHUNK);
        left -= length as u64;
        (length > 0).then(|| Bytes::from_static(&PADDING[..length]))
    });
    let chunks = std::iter::once(Bytes::from_static(HEAD))
        .chain(padding)
        .chain(std::iter::once(Bytes::from_static(TAIL)));
    Body::from_stream(stream::iter(chunks).map(Ok::<_, Infallible>))
}
