//! The items of a collection.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::vec;

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::{Continuation, Pages};
use crate::error::Result;

/// The items of a collection, across its pages.
///
/// A [`Stream`] of `Result<T>`; [`next`](Self::next) reads it without stream utilities. See
/// [`Pages`].
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    items: vec::IntoIter<T>,
    /// How many items of the current page were returned.
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

    /// Starts where [`continuation`](Self::continuation) or
    /// [`delta_continuation`](Self::delta_continuation) points, instead of at the beginning.
    pub fn resume(self, continuation: &Continuation) -> Self {
        Self::new(self.pages.resume(continuation))
    }

    /// How many pages may be requested; see [`Pages::max_pages`].
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.pages = self.pages.max_pages(pages);
        self
    }

    /// How long reading may take in total; see [`Pages::max_time`].
    pub fn max_time(mut self, time: Duration) -> Self {
        self.pages = self.pages.max_time(time);
        self
    }

    /// How long ago the first page was requested, by the client's clock; zero before.
    pub fn elapsed(&self) -> Duration {
        self.pages.elapsed()
    }

    /// The position of the next item; `None` at the end.
    ///
    /// After an error, the position of the page that failed.
    pub fn continuation(&self) -> Option<Continuation> {
        if self.items.as_slice().is_empty() {
            return self.pages.continuation();
        }
        let page = self.pages.turner.last.as_ref()?;
        Some(page.continuation(self.read))
    }

    /// Where the changes since this result can be requested, when all items were read; see
    /// [`Pages::delta_link`].
    pub fn delta_link(&self) -> Option<&str> {
        self.pages.delta_link()
    }

    /// Where the next round of a delta query starts; `None` until all items were read. See
    /// [`Pages::delta_continuation`].
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
