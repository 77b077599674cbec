//! Bodies that are read chunk by chunk.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tokio::time::{Instant, timeout, timeout_at};

use super::incoming::Incoming;
use crate::boxed::BoxFuture;
use crate::error::{Error, ErrorKind, RequestContext, Result};

/// The body of a response whose headers have been read.
pub(crate) struct UnreadBody {
    response: Incoming,
    /// How long each chunk may take.
    limit: Duration,
    /// When all of it must have arrived, and the timeout that this comes from.
    deadline: Option<(Duration, Instant)>,
    context: RequestContext,
}

impl UnreadBody {
    pub(crate) fn new(
        response: Incoming,
        limit: Duration,
        deadline: Option<(Duration, Instant)>,
        context: RequestContext,
    ) -> Self {
        Self {
            response,
            limit,
            deadline,
            context,
        }
    }

    /// The next chunk, and the rest of the body.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        match self.chunk().await {
            Ok(chunk) => Ok(chunk.map(|chunk| (chunk, self))),
            Err(error) => Err(error.with_context(self.context)),
        }
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let limit = self.limit;
        let deadline = self.deadline;
        let chunk = timeout(limit, self.response.chunk());
        let chunk = match deadline {
            None => chunk.await,
            Some((allowed, end)) => timeout_at(end, chunk).await.map_err(|_| {
                let message =
                    format!("the download did not end within its deadline of {allowed:?}");
                Error::new(ErrorKind::TotalTimeout, message)
            })?,
        };
        chunk.map_err(|_| {
            let message = format!("nothing more of the body came within {limit:?}");
            Error::new(ErrorKind::AttemptTimeout, message)
        })?
    }
}

type Next = BoxFuture<'static, Result<Option<(Bytes, UnreadBody)>>>;

/// The bytes of a response as they arrive, however many.
///
/// A [`Stream`] of `Result<Bytes>`; [`next`](Self::next) reads it without stream utilities. An
/// error ends it.
#[must_use = "a stream does nothing until it is polled"]
pub struct ByteStream {
    next: Option<Next>,
}

impl ByteStream {
    /// The bytes of a body that is requested when the first of them are.
    pub(crate) fn of_future(
        body: impl Future<Output = Result<Option<Box<UnreadBody>>>> + Send + 'static,
    ) -> Self {
        let next = async move {
            match body.await? {
                Some(body) => body.next().await,
                None => Ok(None),
            }
        };
        Self {
            next: Some(Box::pin(next)),
        }
    }

    pub(crate) fn of_body(body: Option<Box<UnreadBody>>) -> Self {
        Self {
            next: body.map(|body| Box::pin(body.next()) as Next),
        }
    }

    /// The next bytes; `None` at the end and after an error.
    pub async fn next(&mut self) -> Option<Result<Bytes>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(next) = &mut self.next else {
            return Poll::Ready(None);
        };
        let result = ready!(next.as_mut().poll(context));
        self.next = None;
        Poll::Ready(match result {
            Ok(Some((chunk, rest))) => {
                self.next = Some(Box::pin(rest.next()));
                Some(Ok(chunk))
            }
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        })
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ByteStream")
            .field("ended", &self.next.is_none())
            .finish_non_exhaustive()
    }
}
