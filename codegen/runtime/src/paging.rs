//! Collections across pages.

use std::collections::HashSet;
use std::fmt;
use std::future::poll_fn;
use std::hash::{BuildHasher, RandomState};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::BoxFuture;
use crate::decode::decode;
use crate::error::{Error, ErrorKind, Result};
use crate::page::Page;
use crate::request::RequestParts;
use crate::response::{RawResponse, Response};
use crate::shown::Link;

/// A place in a collection from which it can be read on, also by another process; or the place where the
/// changes since it was read can be asked for.
///
/// It serialises as the URL of a page and how many of its items were read. It has no token.
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

/// The pages of a collection, each asked for when it is wanted.
///
/// A [`Stream`] of [`Response<Page<T>>`](Response), and without stream tools [`next`](Self::next).
/// The headers and other settings of the first request go with all of them. An empty page with a next
/// link is followed by the next page; a next link that came before ends the stream with
/// [`ErrorKind::RepeatedLink`], as every error ends it.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    turner: Turner,
    item: PhantomData<fn() -> T>,
}

/// What turns pages, without the type of their items.
struct Turner {
    request: RequestParts,
    /// The page to ask for next, or the one that failed; `None` at the end.
    next: Option<Place>,
    failed: bool,
    /// Where the last page came from.
    last: Option<Place>,
    /// The last page's, as it came.
    delta_link: Option<String>,
    /// An error that comes after the page that caused it.
    pending: Option<Error>,
    in_flight: Option<BoxFuture<'static, Result<RawResponse>>>,
    seen: Seen,
}

#[derive(Clone)]
struct Place {
    url: Url,
    /// How many items of the page were read before.
    skip: usize,
}

impl Place {
    fn continuation(&self, read: usize) -> Continuation {
        Continuation {
            link: self.url.to_string(),
            skip: self.skip + read,
        }
    }
}

/// The links that came, as hashes: a collection may have millions of pages.
#[derive(Default)]
struct Seen {
    state: RandomState,
    hashes: HashSet<u64>,
}

impl Seen {
    fn is_new(&mut self, url: &Url) -> bool {
        self.hashes.insert(self.state.hash_one(url.as_str()))
    }
}

impl Turner {
    fn new(request: RequestParts) -> Self {
        let url = request.url();
        let mut seen = Seen::default();
        seen.is_new(&url);
        Self {
            request,
            next: Some(Place { url, skip: 0 }),
            failed: false,
            last: None,
            delta_link: None,
            pending: None,
            in_flight: None,
            seen,
        }
    }

    fn resume(&mut self, continuation: &Continuation) {
        self.in_flight = None;
        self.failed = false;
        self.delta_link = None;
        self.seen = Seen::default();
        match Url::parse(&continuation.link) {
            Ok(url) => {
                self.seen.is_new(&url);
                let skip = continuation.skip;
                self.next = Some(Place { url, skip });
            }
            Err(error) => {
                let message = "the continuation's link is not a URL";
                let error = Error::new(ErrorKind::InvalidRequest, message).with_source(error);
                self.next = None;
                self.pending = Some(error);
            }
        }
    }

    /// Polls for the next page. At its end, the stream of pages has ended.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<RawResponse>>> {
        if let Some(error) = self.pending.take() {
            return Poll::Ready(Some(Err(error)));
        }
        let future = match (&mut self.in_flight, &self.next) {
            (Some(future), _) => future,
            (None, Some(place)) if !self.failed => {
                let request = self.request.follow(place.url.clone());
                self.in_flight.insert(request.send())
            }
            (None, _) => return Poll::Ready(None),
        };
        let result = ready!(future.as_mut().poll(context));
        self.in_flight = None;
        Poll::Ready(Some(result))
    }

    /// Goes on after a page was read. Gives how many of its items were read before.
    fn turn(&mut self, next_link: Option<&str>) -> usize {
        self.last = self.next.take();
        let Some(last) = &self.last else {
            return 0;
        };
        let skip = last.skip;
        if let Some(link) = next_link {
            self.follow(link);
        }
        skip
    }

    fn follow(&mut self, link: &str) {
        let Some(last) = &self.last else {
            return;
        };
        let url = match last.url.join(link) {
            Ok(url) => url,
            Err(error) => {
                let message = "the service sent a next link that is not a URL";
                self.pending = Some(Error::new(ErrorKind::Decode, message).with_source(error));
                return;
            }
        };
        if self.seen.is_new(&url) {
            self.next = Some(Place { url, skip: 0 });
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

    /// Starts at a place that [`continuation`](Self::continuation) or
    /// [`delta_continuation`](Self::delta_continuation) gave, instead of at the beginning.
    pub fn resume(mut self, continuation: &Continuation) -> Self {
        self.turner.resume(continuation);
        self
    }

    /// The place of the page that comes next; `None` at the end.
    ///
    /// After an error it is the place of the page that failed.
    pub fn continuation(&self) -> Option<Continuation> {
        let next = self.turner.next.as_ref()?;
        Some(next.continuation(0))
    }

    /// Where the changes since this result can be asked for: the delta link of the page that came
    /// last, as it came. The service sends one on the last page of a delta query.
    pub fn delta_link(&self) -> Option<&str> {
        self.turner.delta_link.as_deref()
    }

    /// The place where the next round of a delta query starts: the changes since this result, by the
    /// delta link of the page that came last (OData Protocol 4.01, section "Requesting Changes").
    ///
    /// The same call made again [resumes](Self::resume) there, also in another process. `None` until
    /// the last page came.
    pub fn delta_continuation(&self) -> Option<Continuation> {
        let link = self.turner.delta_link.as_deref()?;
        let last = self.turner.last.as_ref()?;
        let link = match last.url.join(link) {
            Ok(url) => url.into(),
            // Resuming there will tell what is wrong with it.
            Err(_) => link.to_owned(),
        };
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
                let skip = self.turner.turn(page.next_link.as_deref());
                self.turner.delta_link.clone_from(&page.delta_link);
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

/// The items of a collection, across its pages.
///
/// A [`Stream`] of `Result<T>`, and without stream tools [`next`](Self::next). See [`Pages`].
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    items: vec::IntoIter<T>,
    /// How many items of the page at hand were given out.
    read: usize,
}

// The items are owned values that nothing points into.
impl<T> Unpin for Items<T> {}

impl<T> Items<T> {
    pub(crate) fn new(pages: Pages<T>) -> Self {
        Self {
            pages,
            items: Vec::new().into_iter(),
            read: 0,
        }
    }

    /// Starts at a place that [`continuation`](Self::continuation) or
    /// [`delta_continuation`](Self::delta_continuation) gave, instead of at the beginning.
    pub fn resume(self, continuation: &Continuation) -> Self {
        Self::new(self.pages.resume(continuation))
    }

    /// The place of the item that comes next; `None` at the end.
    ///
    /// After an error it is the place of the page that failed.
    pub fn continuation(&self) -> Option<Continuation> {
        if self.items.as_slice().is_empty() {
            return self.pages.continuation();
        }
        let page = self.pages.turner.last.as_ref()?;
        Some(page.continuation(self.read))
    }

    /// Where the changes since this result can be asked for, as [`Pages::delta_link`] has it; to be
    /// asked for when all items were read.
    pub fn delta_link(&self) -> Option<&str> {
        self.pages.delta_link()
    }

    /// The place where the next round of a delta query starts, as [`Pages::delta_continuation`] has it;
    /// `None` until all items were read.
    ///
    /// ```
    /// # use odata_runtime::{Continuation, List, ODataType, Result};
    /// # fn keep(_: Option<&Continuation>) {}
    /// # async fn rounds<T: ODataType>(delta: List<T>) -> Result<()> {
    /// let mut items = delta.clone().stream();
    /// while let Some(item) = items.next().await {
    ///     let item = item?;
    /// #   let _ = item;
    /// }
    /// let place = items.delta_continuation();
    /// keep(place.as_ref());
    /// // Later, and perhaps in another process:
    /// if let Some(place) = place {
    ///     let changes = delta.stream().resume(&place);
    /// #   let _ = changes;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn delta_continuation(&self) -> Option<Continuation> {
        let is_read = self.items.as_slice().is_empty();
        is_read.then(|| self.pages.delta_continuation()).flatten()
    }
}

impl<T: DeserializeOwned> Items<T> {
    /// The next item; `None` at the end and after an error.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T: DeserializeOwned> Stream for Items<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.items.next() {
                self.read += 1;
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                Some(Ok(page)) => {
                    self.items = page.into_inner().value.into_iter();
                    self.read = 0;
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Items")
            .field("pages", &self.pages)
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}
