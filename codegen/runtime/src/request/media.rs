//! Bytes: the content of media entities and of stream properties.

use std::fmt;

use bytes::Bytes;
use futures_core::Stream;
use http::{Method, StatusCode};
use tokio::io::AsyncRead;

use super::chunks::Chunks;
use super::kind::request_kind;
use super::parts::RequestParts;
use super::path::ResourcePath;
use super::refusal::Refusal;
use super::typed::Request;
use crate::boxed::BoxError;
use crate::error::Result;
use crate::http::{ByteStream, RawResponse, RequestBody};
use crate::model::ODataType;
use crate::response::{Conditional, Response, decode};

/// A request for bytes: a GET, or what [`into_download`](crate::Request::into_download) was called
/// on.
///
/// It does nothing until it is sent; awaiting it sends it and returns all bytes at once.
///
/// If the service redirects to another origin for the content, it is read from there, without the
/// token and without the caller's headers; see [`DownloadRedirects`](crate::DownloadRedirects).
#[must_use = "a request does nothing until it is sent"]
pub struct Download {
    parts: RequestParts,
}

request_kind!(Download { parts } => Bytes);

/// A [`Download`] of bytes unless they are still of the version that the caller has; made by
/// [`Download::if_none_match`].
///
/// It does nothing until it is sent; awaiting it sends it and returns all bytes at once.
#[must_use = "a request does nothing until it is sent"]
pub struct ConditionalDownload {
    parts: RequestParts,
}

request_kind!(ConditionalDownload { parts } => Conditional<Bytes>);

impl ConditionalDownload {
    /// Sends the request and reads all bytes, up to the client's limit.
    ///
    /// # Errors
    ///
    /// As [`Download::send`].
    pub async fn send(self) -> Result<Response<Conditional<Bytes>>> {
        let raw = self.parts.send().await?;
        let bytes = conditional(&raw, raw.body.clone());
        Ok(Response::new(bytes, raw))
    }

    /// Sends the request and reads the headers; the bytes can then be read as they arrive. See
    /// [`Download::open`].
    ///
    /// # Errors
    ///
    /// As [`Download::open`].
    pub async fn open(self) -> Result<Response<Conditional<ByteStream>>> {
        let mut raw = self.parts.open().await?;
        let bytes = ByteStream::of_body(raw.unread.take());
        let bytes = conditional(&raw, bytes);
        Ok(Response::new(bytes, raw))
    }
}

fn conditional<B>(raw: &RawResponse, bytes: B) -> Conditional<B> {
    match raw.head.status {
        StatusCode::NOT_MODIFIED => Conditional::NotModified,
        _ => Conditional::Modified(bytes),
    }
}

/// A PUT of bytes, which are the content of a `T` or of one of its properties.
///
/// It does nothing until it is sent; awaiting it sends it.
#[must_use = "a request does nothing until it is sent"]
pub struct Upload<T> {
    request: Request<Option<T>>,
}

request_kind!(Upload<T> { request } => Option<T>);

/// The bytes of an upload: in memory, or from a stream.
pub struct Content(RequestBody);

impl Content {
    /// This many bytes from a stream, such as a file. They are sent as they arrive, and only once: the
    /// request is never retried. Any other number of bytes is an error.
    pub fn stream<S, E>(length: u64, stream: S) -> Self
    where
        S: Stream<Item = std::result::Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        Self(RequestBody::streamed(length, stream))
    }

    /// This many bytes from a reader, such as an open file; see [`stream`](Self::stream).
    pub fn reader<R: AsyncRead + Send + 'static>(length: u64, reader: R) -> Self {
        Self::stream(length, Chunks::of(reader))
    }

    /// Calls a function with the number of bytes that were handed to the connection, whenever there are more.
    /// With each attempt, it begins again at 0.
    #[must_use]
    pub fn on_progress(self, observer: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self(self.0.observed(observer))
    }
}

impl<B: Into<Bytes>> From<B> for Content {
    fn from(bytes: B) -> Self {
        Self(RequestBody::Bytes(bytes.into()))
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Content").finish_non_exhaustive()
    }
}

impl ResourcePath {
    /// Reads the bytes at this path.
    pub fn download(&self) -> Download {
        Download::of_request(self.permitted(Refusal::Read, Method::GET))
    }

    /// Replaces the bytes at this path by these, of this media type. The path is that of a `T` or
    /// of one of its properties.
    pub fn upload<T>(
        &self,
        content_type: impl AsRef<str>,
        content: impl Into<Content>,
    ) -> Upload<T> {
        let mut parts = self.permitted(Refusal::Update, Method::PUT);
        parts.set_body(content_type.as_ref(), content.into().0);
        Upload {
            request: Request::new(parts),
        }
    }
}

impl<T> Request<T> {
    /// The same request for the bytes of a response that is not JSON: a function or action whose
    /// result is an `Edm.Stream`.
    pub fn into_download(self) -> Download {
        Download::of_request(self.into_parts())
    }
}

impl Download {
    pub(crate) fn of_request(mut parts: RequestParts) -> Self {
        parts.set_download();
        Self { parts }
    }

    /// Reads the bytes unless they still have this ETag; `*` means any that exist (`If-None-Match`).
    /// If they have, the answer is [`Conditional::NotModified`].
    pub fn if_none_match(mut self, etag: impl AsRef<str>) -> ConditionalDownload {
        self.parts.set_if_none_match(etag.as_ref());
        ConditionalDownload { parts: self.parts }
    }

    /// Sends the request and reads all bytes, up to the client's limit.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind). `BodyTooLarge` beyond the limit, which
    /// [`stream`](Self::stream) does not have.
    pub async fn send(self) -> Result<Response<Bytes>> {
        let raw = self.parts.send().await?;
        Ok(Response::new(raw.body.clone(), raw))
    }

    /// Sends the request and reads the headers; the bytes can then be read as they arrive.
    ///
    /// The number of bytes is not limited. Each wait for more of them may take as long as an
    /// attempt; all of them may take as long as the request's own
    /// [`timeout`](crate::ConfigureRequest::timeout), if set. If the connection breaks in between, that is
    /// an error: the caller may have used what was read, so nothing is retried.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn open(self) -> Result<Response<ByteStream>> {
        let mut raw = self.parts.open().await?;
        let bytes = ByteStream::of_body(raw.unread.take());
        Ok(Response::new(bytes, raw))
    }

    /// The bytes as they arrive; the request is sent when the first are requested. See
    /// [`open`](Self::open), which also returns the headers.
    pub fn stream(self) -> ByteStream {
        let answer = self.parts.open();
        ByteStream::of_future(async { Ok(answer.await?.unread) })
    }
}

impl<T> Upload<T> {
    /// Makes the service refuse the request with 412 unless the content still has this ETag; `*`
    /// means any that exists (`If-Match`).
    pub fn if_match(mut self, etag: impl AsRef<str>) -> Self {
        let options = self.request.options_mut();
        options.replace_header("if-match", etag.as_ref());
        self
    }
}

impl<T: ODataType> Upload<T> {
    /// Sends the request. Returns the updated entity if the service sends it, as it does for a file
    /// that was created or replaced; many respond without a body.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn send(self) -> Result<Response<Option<T>>> {
        let raw = self.request.into_parts().send().await?;
        // The upload succeeded, even if the response cannot be the entity.
        match raw.is_json() {
            true => decode(raw),
            false => Ok(Response::new(None, raw)),
        }
    }
}
