//! Bodies that tell how much of them was sent.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::body::Body;
use crate::boxed::BoxError;

/// How many bytes are sent at a time at most.
const CHUNK: usize = 64 * 1024;

/// What is called with the number of bytes that were sent.
pub(super) type Observer = Arc<dyn Fn(u64) + Send + Sync>;

/// A body that tells how much of it was sent.
pub(super) struct Observed {
    body: Body,
    /// What is left of the last frame of the body.
    rest: Bytes,
    sent: u64,
    observer: Observer,
}

impl Observed {
    pub(super) fn new(body: Body, observer: Observer) -> Self {
        Self {
            body,
            rest: Bytes::new(),
            sent: 0,
            observer,
        }
    }
}

impl http_body::Body for Observed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.rest.is_empty() {
            let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
            match frame.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(bytes))) => self.rest = bytes,
                Some(Ok(Err(trailers))) => return Poll::Ready(Some(Ok(trailers))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        let size = self.rest.len().min(CHUNK);
        let chunk = self.rest.split_to(size);
        self.sent += size as u64;
        (self.observer)(self.sent);
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.len() as u64;
        let of_body = http_body::Body::size_hint(&self.body);
        match of_body.exact() {
            Some(size) => SizeHint::with_exact(size + rest),
            None => of_body,
        }
    }
}
