//! Bodies as transports send and give them.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};

use crate::boxed::BoxError;

/// The body of a request or response, as a [`Transport`](crate::Transport) gets and gives it.
///
/// Bytes in memory become one with `from`, any other body with [`wrap`](Self::wrap). It is an
/// [`http_body::Body`] itself, so HTTP clients take it.
pub struct Body(Content);

enum Content {
    /// `None` once they were read.
    Bytes(Option<Bytes>),
    /// Only one thread ever reads it; the lock makes it `Sync`.
    Frames(Mutex<Frames>),
}

type Frames = Pin<Box<dyn http_body::Body<Data = Bytes, Error = BoxError> + Send>>;

impl Body {
    /// A body without bytes.
    pub fn empty() -> Self {
        Self(Content::Bytes(None))
    }

    /// A body whose bytes are read as they come.
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let body: Frames = Box::pin(Converted(Box::pin(body)));
        Self(Content::Frames(Mutex::new(body)))
    }

    /// The next bytes; `None` at the end. Trailers are skipped.
    ///
    /// # Errors
    ///
    /// Those of the body itself.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, BoxError> {
        loop {
            let frame = poll_fn(|context| self.poll(context)).await;
            match frame.transpose()?.map(Frame::into_data) {
                Some(Ok(bytes)) => return Ok(Some(bytes)),
                Some(Err(_trailers)) => {}
                None => return Ok(None),
            }
        }
    }

    /// All bytes, however many.
    ///
    /// # Errors
    ///
    /// Those of the body itself.
    pub async fn bytes(mut self) -> Result<Bytes, BoxError> {
        let Some(first) = self.chunk().await? else {
            return Ok(Bytes::new());
        };
        let mut all = BytesMut::from(first);
        while let Some(chunk) = self.chunk().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }

    /// The same body for reqwest, which need not poll what is in memory.
    pub(super) fn into_reqwest(self) -> reqwest::Body {
        match self.0 {
            Content::Bytes(bytes) => bytes.unwrap_or_default().into(),
            Content::Frames(_) => reqwest::Body::wrap(self),
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Content::Bytes(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Content::Frames(frames) => {
                let frames = frames.get_mut().unwrap_or_else(PoisonError::into_inner);
                frames.as_mut().poll_frame(context)
            }
        }
    }
}

impl<B: Into<Bytes>> From<B> for Body {
    fn from(bytes: B) -> Self {
        let bytes = bytes.into();
        Self(Content::Bytes((!bytes.is_empty()).then_some(bytes)))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.poll(context)
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Content::Bytes(bytes) => bytes.is_none(),
            Content::Frames(frames) => {
                let frames = frames.lock().unwrap_or_else(PoisonError::into_inner);
                frames.is_end_stream()
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Content::Bytes(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Content::Frames(frames) => {
                let frames = frames.lock().unwrap_or_else(PoisonError::into_inner);
                frames.size_hint()
            }
        }
    }
}

// What a body says may be secret.
impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = http_body::Body::size_hint(self).exact();
        let mut body = formatter.debug_struct("Body");
        body.field("size", &size).finish_non_exhaustive()
    }
}

/// A body whose errors are of any kind.
struct Converted<B>(Pin<Box<B>>);

impl<B> http_body::Body for Converted<B>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(self.0.as_mut().poll_frame(context));
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
