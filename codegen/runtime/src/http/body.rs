//! Bodies: what requests send, and reading responses within limits.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, timeout_at};

use crate::boxed::BoxError;
use crate::error::{Error, ErrorKind, Result};

/// The body of a request.
#[derive(Clone, Default)]
pub(crate) enum RequestBody {
    #[default]
    None,
    Bytes(Bytes),
    Stream(StreamedBody),
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

    /// Whether it can be sent more than once.
    pub(crate) fn can_be_repeated(&self) -> bool {
        !matches!(self, Self::Stream(_))
    }

    /// Sets it as the body of a request.
    pub(crate) fn write_to(&self, request: &mut reqwest::Request) -> Result<()> {
        match self {
            Self::None => {}
            Self::Bytes(bytes) => *request.body_mut() = Some(bytes.clone().into()),
            Self::Stream(streamed) => {
                let stream = streamed.take()?;
                let body = Exact::new(stream, streamed.length);
                *request.body_mut() = Some(reqwest::Body::wrap(body));
            }
        }
        Ok(())
    }

    /// The whole body, for another HTTP client.
    pub(crate) fn into_bytes(self) -> Result<Bytes> {
        match self {
            Self::None => Ok(Bytes::new()),
            Self::Bytes(bytes) => Ok(bytes),
            Self::Stream(_) => {
                let message = "a body that comes from a stream cannot be handed on as bytes";
                Err(Error::new(ErrorKind::InvalidRequest, message))
            }
        }
    }
}

impl StreamedBody {
    fn take(&self) -> Result<BodyStream> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        stream.take().ok_or_else(|| {
            let message =
                "the body comes from a stream, which was read already; make a new request";
            Error::new(ErrorKind::InvalidRequest, message)
        })
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
    /// Only one thread ever reads it; the lock makes it `Sync`.
    stream: Mutex<BodyStream>,
    left: u64,
}

impl Exact {
    fn new(stream: BodyStream, length: u64) -> Self {
        Self {
            stream: Mutex::new(stream),
            left: length,
        }
    }
}

impl Body for Exact {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, BoxError>>> {
        let stream = self
            .stream
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        let next = ready!(stream.as_mut().poll_next(context));
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

/// How much of an error's body is kept.
pub(crate) const MAX_ERROR_BODY: usize = 64 * 1024;

/// Why a body could not be read.
pub(crate) enum BodyError {
    TooLarge(Error),
    Transport(reqwest::Error),
}

/// Reads a body, and refuses it as soon as more than `limit` decoded bytes have arrived.
pub(crate) async fn read(
    response: &mut reqwest::Response,
    limit: usize,
) -> std::result::Result<Bytes, BodyError> {
    let too_large = |declared: Option<u64>| {
        let size = declared.map_or_else(String::new, |size| format!(" (it declares {size} bytes)"));
        let message = format!(
            "the response is larger than the limit of {limit} bytes{size}; \
             raise it with ClientBuilder::max_response_bytes if that is expected"
        );
        BodyError::TooLarge(Error::new(ErrorKind::BodyTooLarge, message))
    };
    let declared = response.content_length();
    if declared.is_some_and(|size| size > limit as u64) {
        return Err(too_large(declared));
    }
    let Some(first) = chunk(response).await? else {
        return Ok(Bytes::new());
    };
    if first.len() > limit {
        return Err(too_large(None));
    }
    let Some(mut next) = chunk(response).await? else {
        // Most bodies are one chunk, which need not be copied.
        return Ok(first);
    };
    let mut body = BytesMut::from(first);
    loop {
        if next.len() > limit - body.len() {
            return Err(too_large(None));
        }
        body.extend_from_slice(&next);
        match chunk(response).await? {
            Some(chunk) => next = chunk,
            None => return Ok(body.freeze()),
        }
    }
}

/// Reads the beginning of an error's body, as much of it as arrives until `end`.
pub(crate) async fn read_beginning(response: &mut reqwest::Response, end: Instant) -> Bytes {
    let mut body = BytesMut::new();
    while body.len() < MAX_ERROR_BODY {
        // A body that breaks off or does not end must not hide the status.
        let Ok(Ok(Some(chunk))) = timeout_at(end, response.chunk()).await else {
            break;
        };
        body.extend_from_slice(&chunk);
    }
    body.truncate(MAX_ERROR_BODY);
    body.freeze()
}

async fn chunk(response: &mut reqwest::Response) -> std::result::Result<Option<Bytes>, BodyError> {
    response.chunk().await.map_err(BodyError::Transport)
}
