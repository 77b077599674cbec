//! What goes wrong, and when.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use chrono::{DateTime, Utc};

use crate::quota::{Quota, Usage};
use crate::random;
use crate::record::{BatchRole, Origin, ReceivedRequest};

/// Something that goes wrong with one request.
///
/// The variants up to [`Redirect`](Self::Redirect) stand in for a gateway: they answer before the
/// request is looked at, even one that would be refused, unless they come
/// [after its effect](Self::after_effect). The others spoil an answer.
///
/// A batch meets a fault as any request does, and then each of its parts in the order in which they
/// are done. No connection of a part can break: the batch has 502 for a part that meets
/// [`ConnectionReset`](Self::ConnectionReset) or [`TruncatedBody`](Self::TruncatedBody), and 504 for
/// one that meets [`Stall`](Self::Stall).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// The client sees 429 with the code `TooManyRequests`, and is to wait before it asks again.
    TooManyRequests {
        /// The `Retry-After` header.
        retry_after: RetryAfter,
    },
    /// The client sees 503 with the code `ServiceUnavailable`.
    ServiceUnavailable {
        /// The `Retry-After` header.
        retry_after: RetryAfter,
    },
    /// The client sees 504 with the code `GatewayTimeout` and no `Retry-After`.
    GatewayTimeout,
    /// The client sees an OData error of this status and code, such as a 403 for a permission
    /// that the token lacks.
    ServiceError {
        /// The status of the answer.
        status: StatusCode,
        /// `error.code` of the body.
        code: String,
        /// `error.message` of the body.
        message: String,
    },
    /// The client sees 401 with a claims challenge: a `WWW-Authenticate` header with
    /// `error="insufficient_claims"` and the given JSON in base64 as `claims`
    /// (continuous access evaluation).
    ClaimsChallenge {
        /// The claims that the next token has to be asked for with, as JSON text.
        claims: String,
    },
    /// The client's connection is reset (TCP RST) after it sent the request; no byte is answered.
    ConnectionReset,
    /// The client's request is read and never answered; the connection stays open until the
    /// client gives up or the emulator stops.
    Stall,
    /// The client sees an HTML page, such as a proxy or a captive portal sends, with this status.
    HtmlErrorPage {
        /// The status of the answer; a captive portal answers 200.
        status: StatusCode,
    },
    /// The client sees a 200 whose body is valid JSON of this many bytes, nearly all of them
    /// white space, sent chunk by chunk without a `Content-Length`.
    HugeBody {
        /// The length of the body in bytes; an empty collection's length at least.
        bytes: u64,
    },
    /// The client sees 302 to this URL.
    Redirect {
        /// The `Location` header.
        location: String,
    },
    /// The client sees the connection close in the middle of the answer, before as many bytes came
    /// as `Content-Length` announced.
    TruncatedBody,
    /// The client sees an answer with status, headers and length in order, whose JSON breaks off
    /// in the middle.
    InvalidJson,
    /// The client sees a well-formed page in which the members of the first item have the wrong
    /// type: a number is a text, anything else a number.
    ///
    /// Only a page with items can be spoilt so; other answers stay as they are.
    WrongContent,
    /// The client sees a page whose `@odata.nextLink` is this URL.
    ///
    /// Only a page can be spoilt so; other answers stay as they are.
    NextLinkTo {
        /// The link, written as given.
        url: String,
    },
    /// The client sees a page whose `@odata.nextLink` leads to the same page, under a link that
    /// never changes from then on.
    ///
    /// Only a page can be spoilt so; other answers stay as they are.
    RepeatedNextLink,
    /// The client sees a page without items whose `@odata.nextLink` leads to the items.
    ///
    /// Only a page can be spoilt so; other answers stay as they are.
    EmptyPageWithNextLink,
    /// The request has its effect, and the client sees this fault in place of the answer: what comes of
    /// a connection that breaks too late. Made by [`Fault::after_effect`].
    AfterEffect(Box<Fault>),
}

impl Fault {
    /// The same fault, but after the request had its effect.
    ///
    /// ```
    /// # use graph_emulator::{Emulator, Fault};
    /// // The first request is done, and its answer lost.
    /// let builder = Emulator::builder().fault(Fault::ConnectionReset.after_effect());
    /// # drop(builder);
    /// ```
    #[must_use]
    pub fn after_effect(self) -> Self {
        Self::AfterEffect(Box::new(self))
    }

    /// The fault that the client sees.
    pub(crate) fn seen(&self) -> &Self {
        match self {
            Self::AfterEffect(fault) => fault.seen(),
            fault => fault,
        }
    }

    /// Whether it strikes before the request is looked at, so that the request changes nothing.
    pub(crate) fn is_at_the_gateway(&self) -> bool {
        matches!(
            self,
            Self::TooManyRequests { .. }
                | Self::ServiceUnavailable { .. }
                | Self::GatewayTimeout
                | Self::ServiceError { .. }
                | Self::ClaimsChallenge { .. }
                | Self::ConnectionReset
                | Self::Stall
                | Self::HtmlErrorPage { .. }
                | Self::HugeBody { .. }
                | Self::Redirect { .. }
        )
    }
}

/// The `Retry-After` header of an answer (RFC 9110, section 10.2.3).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// No header.
    Absent,
    /// Whole seconds.
    Seconds(u64),
    /// Seconds with a fraction, which the RFC does not know and Graph has been seen to send.
    Fraction(f64),
    /// An HTTP date, which has no fraction of a second.
    Date(DateTime<Utc>),
    /// Anything else, such as a text that is neither.
    Text(String),
}

impl RetryAfter {
    /// The header's value, when there is to be one.
    pub(crate) fn header(&self) -> Option<String> {
        match self {
            Self::Absent => None,
            Self::Seconds(seconds) => Some(seconds.to_string()),
            Self::Fraction(seconds) => Some(seconds.to_string()),
            Self::Date(date) => Some(date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()),
            Self::Text(text) => Some(text.clone()),
        }
    }
}

/// Chooses a fault for a request.
pub(crate) type Selector = Box<dyn Fn(&ReceivedRequest) -> Option<Fault> + Send + Sync>;

/// Decides which request meets which fault.
#[derive(Default)]
pub(crate) struct FaultPlan {
    /// One entry per coming request; `None` lets it pass.
    pub(crate) script: Mutex<VecDeque<Option<Fault>>>,
    pub(crate) selector: Option<Selector>,
    pub(crate) quota: Option<Quota>,
    pub(crate) rate: Option<FaultRate>,
}

/// Faults that strike at random.
#[derive(Debug, Default)]
pub(crate) struct FaultRate {
    pub(crate) probability: f64,
    pub(crate) faults: Vec<Fault>,
    pub(crate) seed: u64,
    pub(crate) drawn: AtomicU64,
}

/// What a request meets.
#[derive(Debug, Default)]
pub(crate) struct Met {
    pub(crate) fault: Option<Fault>,
    /// How much of the quota is used, if it counts.
    pub(crate) usage: Option<Usage>,
}

impl fmt::Debug for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultPlan")
            .field("script", &self.script)
            .field("selector", &self.selector.is_some())
            .field("quota", &self.quota)
            .field("rate", &self.rate)
            .finish()
    }
}

impl FaultPlan {
    /// What the next request meets; the script goes before the rest.
    pub(crate) fn next(&self, request: &ReceivedRequest, now: DateTime<Utc>) -> Met {
        if let Some(scripted) = self.script().pop_front() {
            return Met {
                fault: scripted,
                usage: None,
            };
        }
        let selector = self.selector.as_ref();
        if let Some(fault) = selector.and_then(|selector| selector(request)) {
            return Met {
                fault: Some(fault),
                usage: None,
            };
        }
        let usage = self.draw_quota(request, now);
        let throttled = usage.as_ref().and_then(Usage::throttled);
        let fault = throttled.or_else(|| self.rate.as_ref().and_then(FaultRate::draw));
        Met { fault, usage }
    }

    /// Counts a request to the service; of a batch, its parts alone.
    fn draw_quota(&self, request: &ReceivedRequest, now: DateTime<Utc>) -> Option<Usage> {
        let counts = request.origin == Origin::Service && request.batch != BatchRole::Batch;
        let quota = self.quota.as_ref().filter(|_| counts);
        quota.map(|quota| quota.draw(now))
    }

    /// Adds a fault to the end of the script.
    pub(crate) fn push(&self, fault: Option<Fault>) {
        self.script().push_back(fault);
    }

    fn script(&self) -> std::sync::MutexGuard<'_, VecDeque<Option<Fault>>> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FaultRate {
    /// Draws for one request; how many of the first n draws hit depends on the seed alone.
    fn draw(&self) -> Option<Fault> {
        let number = self.drawn.fetch_add(1, Ordering::Relaxed);
        let bits = random::mix(self.seed ^ random::mix(number));
        if self.faults.is_empty() || random::unit(bits) >= self.probability {
            return None;
        }
        let count = u64::try_from(self.faults.len()).unwrap_or(u64::MAX);
        let index = usize::try_from(random::mix(bits) % count).ok()?;
        self.faults.get(index).cloned()
    }
}

#[cfg(test)]
mod tests;
