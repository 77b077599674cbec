//! Collections across pages.

mod items;
mod limits;
mod seen;

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use super::parts::RequestParts;
use crate::boxed::BoxFuture;
use crate::error::shown::Link;
use crate::error::{Error, ErrorKind, Result};
use crate::http::RawResponse;
use crate::response::{HasContext as _, Page, Response, decode, resolve};

use limits::Limits;

pub(crate) use limits::MAX_PAGES;
pub(crate) use seen::Seen;

pub use items::Items;

/// A position in a collection from which it can be read on, also by another process; or from which
/// the changes since it was read can be requested.
///
/// It serializes as the URL of a page and how many of its items were read. It contains no token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Continuation {
    link: String,
    #[serde(default, skip_serializing_if = "is_zero")]
    skip: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

// A link's query may hold filters on personal data, and a hostile service may put anything into one.
impl fmt::Debug for Continuation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Continuation")
            .field("link", &Link)
            .field("skip", &self.skip)
            .finish()
    }
}

/// The pages of a collection, each requested when it is needed.
///
/// A [`Stream`] of [`Response<Page<T>>`](Response); [`next`](Self::next) reads it without stream
/// utilities. A relative next link is resolved as [`Response::resolve_link`] does. Headers and other settings of the first request apply to all of them. An empty page
/// with a next link is followed by the next page. A next link that was seen before (fragments
/// aside) ends the stream with [`ErrorKind::RepeatedLink`]; every error ends it.
///
/// A service can send new links forever. So a stream ends with [`ErrorKind::StreamLimit`] after
/// 100,000 pages, or after [`max_pages`](Self::max_pages), and after [`max_time`](Self::max_time);
/// there is no limit of time by default, since a stream may well be read for days.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    turner: Turner,
    item: PhantomData<fn() -> T>,
}

/// Turns pages, without the type of their items.
struct Turner {
    request: RequestParts,
    /// The page to request next, or the one that failed; `None` at the end.
    next: Option<Place>,
    failed: bool,
    /// Where the last page came from.
    last: Option<Place>,
    delta: Option<DeltaLink>,
    /// An error to return after the page that caused it.
    pending: Option<Error>,
    in_flight: Option<InFlight>,
    seen: Seen,
    limits: Limits,
}

/// The delta link of the last page.
struct DeltaLink {
    as_sent: String,
    /// Where it leads; as it was sent if that is nowhere, so that resuming there tells what is wrong.
    resolved: String,
}

/// A page that was requested.
struct InFlight {
    future: BoxFuture<'static, Result<RawResponse>>,
    /// Whether its deadline is the rest of the stream's time.
    is_last_chance: bool,
}

#[derive(Clone)]
struct Place {
    url: Url,
    /// How many items of the page were read before.
    skip: usize,
}

impl Place {
    /// A position without the fragment of its link: fragments are not sent, so links that differ
    /// only in it are the same.
    fn new(mut url: Url, skip: usize) -> Self {
        url.set_fragment(None);
        Self { url, skip }
    }

    fn continuation(&self, read: usize) -> Continuation {
        Continuation {
            link: self.url.to_string(),
            skip: self.skip + read,
        }
    }
}

impl Turner {
    fn new(request: RequestParts) -> Self {
        let first = Place::new(request.url(), 0);
        let mut seen = Seen::default();
        seen.insert(&first.url);
        Self {
            request,
            next: Some(first),
            failed: false,
            last: None,
            delta: None,
            pending: None,
            in_flight: None,
            seen,
            limits: Limits::default(),
        }
    }

    fn resume(&mut self, continuation: &Continuation) {
        self.in_flight = None;
        self.failed = false;
        self.delta = None;
        self.seen = Seen::default();
        self.limits.restart();
        match Url::parse(&continuation.link) {
            Ok(url) => {
                let place = Place::new(url, continuation.skip);
                self.seen.insert(&place.url);
                self.next = Some(place);
            }
            Err(error) => {
                let message = "the continuation's link is not a URL";
                let error = Error::new(ErrorKind::InvalidRequest, message).with_source(error);
                self.next = None;
                self.pending = Some(error);
            }
        }
    }

    /// Polls for the next page; `None` ends the stream.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<RawResponse>>> {
        if let Some(error) = self.pending.take() {
            return Poll::Ready(Some(Err(error)));
        }
        if self.in_flight.is_none() {
            let place = self.next.as_ref().filter(|_| !self.failed);
            let Some(url) = place.map(|place| place.url.clone()) else {
                return Poll::Ready(None);
            };
            match self.ask(url) {
                Ok(in_flight) => self.in_flight = Some(in_flight),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        let Some(in_flight) = &mut self.in_flight else {
            return Poll::Ready(None);
        };
        let result = ready!(in_flight.future.as_mut().poll(context));
        let is_last_chance = in_flight.is_last_chance;
        self.in_flight = None;
        Poll::Ready(Some(result.map_err(|error| match error.kind() {
            ErrorKind::TotalTimeout if is_last_chance => {
                self.limits.out_of_time().with_source(error)
            }
            _ => error,
        })))
    }

    /// Requests a page, within the rest of the stream's time.
    fn ask(&mut self, url: Url) -> Result<InFlight> {
        let inner = self.request.client().inner();
        let left = self.limits.next_page(inner.clock.monotonic())?;
        let own = self.request.options().and_then(|options| options.timeout);
        let own = own.unwrap_or(inner.settings.timeout);
        let left = left.filter(|left| *left < own);
        let mut request = self.request.follow(url);
        if left.is_some() {
            request.options_mut().timeout = left;
        }
        Ok(InFlight {
            future: request.send(),
            is_last_chance: left.is_some(),
        })
    }

    /// Moves on after a page was read. Returns how many of its items were read before.
    fn turn<T>(&mut self, page: &Response<Page<T>>) -> usize {
        let resolved = |link: &str| resolve(page.final_url(), [page.context_url()], link);
        self.delta = page.delta_link.as_ref().map(|link| DeltaLink {
            as_sent: link.clone(),
            resolved: resolved(link).map_or_else(|_| link.clone(), Url::into),
        });
        self.last = self.next.take();
        if let Some(link) = &page.next_link {
            self.follow(resolved(link));
        }
        self.last.as_ref().map_or(0, |last| last.skip)
    }

    fn follow(&mut self, link: std::result::Result<Url, url::ParseError>) {
        let next = match link {
            Ok(url) => Place::new(url, 0),
            Err(error) => {
                let message = "the service sent a next link that is not a URL";
                self.pending = Some(Error::new(ErrorKind::Decode, message).with_source(error));
                return;
            }
        };
        if self.seen.insert(&next.url) {
            self.next = Some(next);
        } else {
            let message = "the service sent a next link that it had sent before; \
                           following it would never end";
            self.pending = Some(Error::new(ErrorKind::RepeatedLink, message));
        }
    }
}

impl<T> Pages<T> {
    pub(crate) fn new(request: RequestParts) -> Self {
        Self {
            turner: Turner::new(request),
            item: PhantomData,
        }
    }

    /// Starts where [`continuation`](Self::continuation) or
    /// [`delta_continuation`](Self::delta_continuation) points, instead of at the beginning.
    pub fn resume(mut self, continuation: &Continuation) -> Self {
        self.turner.resume(continuation);
        self
    }

    /// How many pages may be requested; 100,000 by default. One more is [`ErrorKind::StreamLimit`].
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.turner.limits.max_pages = pages;
        self
    }

    /// How long reading may take in total, by the client's clock, from the first request on,
    /// including the time between pages; no limit by default. Beyond it, the stream ends with
    /// [`ErrorKind::StreamLimit`].
    pub fn max_time(mut self, time: Duration) -> Self {
        self.turner.limits.max_time = Some(time);
        self
    }

    /// Counts the pages and the time of another stream towards the limits as well, if both belong
    /// together.
    pub fn counting_on(mut self, other: &Self) -> Self {
        self.turner.limits.count_on(&other.turner.limits);
        self
    }

    /// How long ago the first page was requested, by the client's clock; zero before.
    pub fn elapsed(&self) -> Duration {
        let clock = &self.turner.request.client().inner().clock;
        self.turner.limits.elapsed(clock.monotonic())
    }

    /// The position of the next page; `None` at the end.
    ///
    /// After an error, the position of the page that failed.
    pub fn continuation(&self) -> Option<Continuation> {
        let next = self.turner.next.as_ref()?;
        Some(next.continuation(0))
    }

    /// Where the changes since this result can be requested: the delta link of the last page,
    /// exactly as the service sent it. A delta query has one on its last page.
    pub fn delta_link(&self) -> Option<&str> {
        let delta = self.turner.delta.as_ref()?;
        Some(&delta.as_sent)
    }

    /// Where the next round of a delta query starts: the changes since this result, by the delta
    /// link of the last page (OData Protocol 4.01, section "Requesting Changes").
    ///
    /// [Resume](Self::resume) the same call there, also in another process. `None` until the last
    /// page was read.
    pub fn delta_continuation(&self) -> Option<Continuation> {
        let link = self.turner.delta.as_ref()?.resolved.clone();
        Some(Continuation { link, skip: 0 })
    }
}

impl<T: DeserializeOwned> Pages<T> {
    /// The next page; `None` at the end and after an error.
    pub async fn next(&mut self) -> Option<Result<Response<Page<T>>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T: DeserializeOwned> Stream for Pages<T> {
    type Item = Result<Response<Page<T>>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(result) = ready!(self.turner.poll(context)) else {
            return Poll::Ready(None);
        };
        Poll::Ready(Some(match result.and_then(decode::<Page<T>>) {
            Ok(mut page) => {
                let skip = self.turner.turn(&page);
                let skip = skip.min(page.value.len());
                page.value.drain(..skip);
                Ok(page)
            }
            Err(error) => {
                self.turner.failed = true;
                Err(error)
            }
        }))
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pages")
            .field("request", &self.turner.request)
            .field("next", &self.continuation())
            .finish_non_exhaustive()
    }
}
