//! Reading bodies within limits.

use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, timeout_at};

use crate::error::{Error, ErrorKind};

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
) -> Result<Bytes, BodyError> {
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

async fn chunk(response: &mut reqwest::Response) -> Result<Option<Bytes>, BodyError> {
    response.chunk().await.map_err(BodyError::Transport)
}
