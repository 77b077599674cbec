//! Responses as they arrive.

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::body::Body;
use super::failure;
#[cfg(feature = "gzip")]
use super::gunzip::Gunzip;
use super::transport::TransportError;
use crate::error::{Error, ErrorKind, Result};

/// How much of an error's body is kept.
pub(crate) const MAX_ERROR_BODY: usize = 64 * 1024;

/// A response whose body is not read yet.
pub(crate) struct Incoming {
    received: Received,
    #[cfg(feature = "gzip")]
    gunzip: Option<Box<Gunzip>>,
}

/// A response as what carried the request gives it.
pub(super) enum Received {
    Reqwest(reqwest::Response),
    Own(Box<OwnResponse>),
}

/// The response of a transport of the program's own.
pub(super) struct OwnResponse {
    /// What was requested: transports follow no redirects.
    pub(super) url: Url,
    pub(super) head: http::response::Parts,
    pub(super) body: Body,
}

impl Incoming {
    #[cfg_attr(
        not(feature = "gzip"),
        expect(unused_mut, reason = "gzip changes the headers")
    )]
    pub(super) fn new(mut received: Received) -> Self {
        Self {
            #[cfg(feature = "gzip")]
            gunzip: Gunzip::for_response(received.headers_mut()),
            received,
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        match &self.received {
            Received::Reqwest(response) => response.status(),
            Received::Own(response) => response.head.status,
        }
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        match &self.received {
            Received::Reqwest(response) => response.headers(),
            Received::Own(response) => &response.head.headers,
        }
    }

    /// The headers; none remain.
    pub(super) fn take_headers(&mut self) -> HeaderMap {
        std::mem::take(self.received.headers_mut())
    }

    /// The same response with this body, which was read from it.
    #[cfg(feature = "replay")]
    pub(super) fn with_body(mut self, body: Bytes) -> Self {
        let mut head = http::Response::new(()).into_parts().0;
        head.status = self.status();
        head.headers = self.take_headers();
        let url = self.url().clone();
        let body = body.into();
        Self::new(Received::Own(Box::new(OwnResponse { url, head, body })))
    }

    /// Where it came from.
    pub(super) fn url(&self) -> &Url {
        match &self.received {
            Received::Reqwest(response) => response.url(),
            Received::Own(response) => &response.url,
        }
    }

    /// How many bytes its body is said to have, if it is not compressed.
    fn declared_size(&self) -> Option<u64> {
        #[cfg(feature = "gzip")]
        if self.gunzip.is_some() {
            return None;
        }
        match &self.received {
            Received::Reqwest(response) => response.content_length(),
            Received::Own(response) => {
                let size = http_body::Body::size_hint(&response.body).exact();
                let header = response.head.headers.get(CONTENT_LENGTH);
                size.or_else(|| header?.to_str().ok()?.parse().ok())
            }
        }
    }

    /// The next bytes of the body, decoded; `None` at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>> {
        #[cfg(feature = "gzip")]
        if let Some(gunzip) = &mut self.gunzip {
            loop {
                if let Some(decoded) = gunzip.next()? {
                    return Ok(Some(decoded));
                }
                match self.received.chunk().await? {
                    Some(encoded) => gunzip.push(encoded),
                    None => return gunzip.end().map(|()| None),
                }
            }
        }
        self.received.chunk().await
    }

    /// Reads the body, and refuses it as soon as more than `limit` decoded bytes have arrived.
    pub(super) async fn read(&mut self, limit: usize) -> Result<Bytes> {
        let declared = self.declared_size();
        if declared.is_some_and(|size| size > limit as u64) {
            return Err(too_large(limit, declared));
        }
        let Some(first) = self.chunk().await? else {
            return Ok(Bytes::new());
        };
        if first.len() > limit {
            return Err(too_large(limit, None));
        }
        let Some(mut next) = self.chunk().await? else {
            // Most bodies are one chunk, which need not be copied.
            return Ok(first);
        };
        let mut body = BytesMut::from(first);
        loop {
            if next.len() > limit - body.len() {
                return Err(too_large(limit, None));
            }
            body.extend_from_slice(&next);
            match self.chunk().await? {
                Some(chunk) => next = chunk,
                None => return Ok(body.freeze()),
            }
        }
    }

    /// Reads the beginning of an error's body, as much of it as arrives until `end`.
    pub(super) async fn read_beginning(&mut self, end: Instant) -> Bytes {
        let mut body = BytesMut::new();
        while body.len() < MAX_ERROR_BODY {
            // A body that breaks off or does not end must not hide the status.
            let Ok(Ok(Some(chunk))) = timeout_at(end, self.chunk()).await else {
                break;
            };
            body.extend_from_slice(&chunk);
        }
        body.truncate(MAX_ERROR_BODY);
        body.freeze()
    }
}

impl Received {
    fn headers_mut(&mut self) -> &mut HeaderMap {
        match self {
            Self::Reqwest(response) => response.headers_mut(),
            Self::Own(response) => &mut response.head.headers,
        }
    }

    /// The next bytes of the body as they were sent; `None` at its end.
    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        match self {
            Self::Reqwest(response) => response.chunk().await.map_err(failure::error),
            Self::Own(response) => {
                let chunk = response.body.chunk().await;
                chunk.map_err(|error| TransportError::of_cause(error).into())
            }
        }
    }
}

fn too_large(limit: usize, declared: Option<u64>) -> Error {
    let size = declared.map_or_else(String::new, |size| format!(" (it declares {size} bytes)"));
    let message = format!(
        "the response is larger than the limit of {limit} bytes{size}; \
         raise it with ClientBuilder::max_response_bytes if that is expected"
    );
    Error::new(ErrorKind::BodyTooLarge, message)
}
