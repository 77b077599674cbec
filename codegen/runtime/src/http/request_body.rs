//! What requests send.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Frame, SizeHint};

use super::body::Body;
use super::observed::{Observed, Observer};
use crate::boxed::BoxError;
use crate::error::{Error, ErrorKind, Result};

/// The body of a request.
#[derive(Clone, Default)]
pub(crate) enum RequestBody {
    #[default]
    None,
    Bytes(Bytes),
    Stream(StreamedBody),
    /// A body, and who wants to know how much of it was sent.
    Observed(Box<Self>, Observer),
}

/// Bytes from a stream, which can be read once. Clones share it.
#[derive(Clone)]
pub(crate) struct StreamedBody {
    length: u64,
    stream: Arc<Mutex<Option<BodyStream>>>,
}

type BodyStream = Pin<Box<dyn Stream<Item = std::result::Result<Bytes, BoxError>> + Send>>;

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl RequestBody {
    /// A body of this many bytes from a stream.
    pub(crate) fn streamed<S, E>(length: u64, stream: S) -> Self
    where
        S: Stream<Item = std::result::Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        let stream: BodyStream = Box::pin(Converted(Box::pin(stream)));
        Self::Stream(StreamedBody {
            length,
            stream: Arc::new(Mutex::new(Some(stream))),
        })
    }

    /// The same body, and who wants to know how much of it was sent.
    pub(crate) fn observed(self, observer: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self::Observed(Box::new(self), Arc::new(observer))
    }

    /// Whether it can be sent more than once.
    pub(crate) fn can_be_repeated(&self) -> bool {
        match self {
            Self::None | Self::Bytes(_) => true,
            Self::Stream(_) => false,
            Self::Observed(body, _) => body.can_be_repeated(),
        }
    }

    /// What is sent; `None` if there is no body at all.
    pub(crate) fn to_body(&self) -> Result<Option<Body>> {
        Ok(match self {
            Self::None => None,
            Self::Bytes(bytes) => Some(bytes.clone().into()),
            Self::Stream(streamed) => Some(streamed.take()?),
            Self::Observed(body, observer) => {
                let body = body.to_body()?;
                body.map(|body| Body::wrap(Observed::new(body, Arc::clone(observer))))
            }
        })
    }

    /// The whole body, for another HTTP client.
    pub(crate) fn into_bytes(self) -> Result<Bytes> {
        match self {
            Self::None => Ok(Bytes::new()),
            Self::Bytes(bytes) => Ok(bytes),
            Self::Observed(body, _) => body.into_bytes(),
            Self::Stream(_) => {
                let message = "a body that comes from a stream cannot be handed on as bytes";
                Err(Error::new(ErrorKind::InvalidRequest, message))
            }
        }
    }
}

impl StreamedBody {
    fn take(&self) -> Result<Body> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let stream = stream.take().ok_or_else(|| {
            let message =
                "the body comes from a stream, which was read already; make a new request";
            Error::new(ErrorKind::InvalidRequest, message)
        })?;
        let left = self.length;
        Ok(Body::wrap(Exact { stream, left }))
    }
}

/// A stream whose errors are of any kind.
struct Converted<S>(Pin<Box<S>>);

impl<S, E> Stream for Converted<S>
where
    S: Stream<Item = std::result::Result<Bytes, E>>,
    E: Into<BoxError>,
{
    type Item = std::result::Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.0.as_mut().poll_next(context));
        Poll::Ready(next.map(|item| item.map_err(Into::into)))
    }
}

/// A body of a known length. A stream of any other length is an error, not a request that never
/// ends or is truncated.
struct Exact {
    stream: BodyStream,
    left: u64,
}

impl http_body::Body for Exact {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, BoxError>>> {
        let next = ready!(self.stream.as_mut().poll_next(context));
        let frame = match next {
            Some(Ok(bytes)) => match self.left.checked_sub(bytes.len() as u64) {
                Some(left) => {
                    self.left = left;
                    Ok(Frame::data(bytes))
                }
                None => Err("the stream gave more bytes than were announced".into()),
            },
            Some(Err(error)) => Err(error),
            None if self.left > 0 => {
                let left = self.left;
                Err(format!("the stream ended {left} bytes early").into())
            }
            None => return Poll::Ready(None),
        };
        Poll::Ready(Some(frame))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
