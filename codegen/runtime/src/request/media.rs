//! Bytes: the content of media entities and of stream properties.

use std::fmt;

use bytes::Bytes;
use http::Method;
use url::Url;

use super::options::{ConfigureRequest, RequestOptions};
use super::parts::RequestParts;
use super::path::ResourcePath;
use super::refusal::Refusal;
use crate::BoxFuture;
use crate::error::Result;
use crate::http::ByteStream;
use crate::response::Response;

/// A request for bytes: a GET, or what [`into_download`](crate::Request::into_download) was called
/// on.
///
/// It does nothing until it is sent; awaiting it sends it and returns all bytes at once.
///
/// If a service redirects downloads to another origin, as some do for files, it fails with
/// [`ErrorKind::ForeignOrigin`](crate::ErrorKind::ForeignOrigin), like every request.
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct Download {
    parts: RequestParts,
}

/// A PUT of bytes.
///
/// It does nothing until it is sent; awaiting it sends it.
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct Upload {
    parts: RequestParts,
}

impl ResourcePath {
    /// Reads the bytes at this path.
    pub fn download(&self) -> Download {
        Download::of_request(self.permitted(Refusal::Read, Method::GET))
    }

    /// Replaces the bytes at this path by these, of this media type.
    pub fn upload(&self, content_type: impl AsRef<str>, content: impl Into<Bytes>) -> Upload {
        let mut parts = self.permitted(Refusal::Update, Method::PUT);
        parts.set_body(content_type.as_ref(), content.into());
        Upload { parts }
    }
}

impl Download {
    pub(crate) fn of_request(mut parts: RequestParts) -> Self {
        parts.set_accept("*/*");
        Self { parts }
    }

    /// The URL that the request goes to.
    pub fn url(&self) -> Url {
        self.parts.url()
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
    /// [`timeout`](ConfigureRequest::timeout), if set. If the connection breaks in between, that is
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

impl ConfigureRequest for Download {
    fn options_mut(&mut self) -> &mut RequestOptions {
        self.parts.options_mut()
    }
}

impl IntoFuture for Download {
    type Output = Result<Response<Bytes>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(formatter)
    }
}

impl Upload {
    /// Makes the service refuse the request with 412 unless the content still has this ETag; `*`
    /// means any that exists (`If-Match`).
    pub fn if_match(mut self, etag: impl AsRef<str>) -> Self {
        let options = self.parts.options_mut();
        options.replace_header("if-match", etag.as_ref());
        self
    }

    /// The URL that the request goes to.
    pub fn url(&self) -> Url {
        self.parts.url()
    }

    /// Sends the request. A response body is ignored.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn send(self) -> Result<Response<()>> {
        let raw = self.parts.send().await?;
        Ok(Response::new((), raw))
    }
}

impl ConfigureRequest for Upload {
    fn options_mut(&mut self) -> &mut RequestOptions {
        self.parts.options_mut()
    }
}

impl IntoFuture for Upload {
    type Output = Result<Response<()>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(formatter)
    }
}
