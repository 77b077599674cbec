//! Playing back.

use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::har::{Entry, Har};
use crate::boxed::BoxFuture;
use crate::error::{Error, ErrorKind, Result};
use crate::http::body::Body;
use crate::http::transport::{Transport, TransportError, TransportErrorKind};

/// How many recorded requests a message lists.
const LISTED: usize = 5;

/// A transport that answers from a file, which
/// [`ClientBuilder::record_to`](crate::ClientBuilder::record_to) wrote, or a browser: an HTTP Archive (HAR
/// 1.2).
///
/// A request is answered by the first exchange of its method, URL and body that was not played yet. Bodies
/// of JSON are equal if their values are; the parts of a multipart body are not looked at. A request that
/// was not recorded, or not so often, is an error that says what is there; nothing is sent.
///
/// ```no_run
/// use odata_runtime::transport::Replay;
/// use odata_runtime::{Client, Cloud};
///
/// # fn main() -> odata_runtime::Result<()> {
/// let cloud = Cloud::new("Test", "https://service.invalid", "", "");
/// let client = Client::builder(cloud, "test/1")
///     .bearer_token("not needed, nor sent")
///     .transport(Replay::open("tests/recorded/users.har")?)
///     .build()?;
/// # Ok(())
/// # }
/// ```
pub struct Replay {
    entries: Mutex<Vec<Exchange>>,
}

struct Exchange {
    entry: Entry,
    is_played: bool,
}

impl Replay {
    /// Reads the exchanges of a file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if it cannot be read, or is no HTTP Archive.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let invalid = |problem: &str| {
            let message = format!("{path:?} {problem}");
            Error::new(ErrorKind::Configuration, message)
        };
        let text = fs::read(path).map_err(|cause| invalid("cannot be read").with_source(cause))?;
        let har: Har = serde_json::from_slice(&text)
            .map_err(|cause| invalid("is no HTTP Archive (HAR 1.2)").with_source(cause))?;
        let entries = har.log.entries.into_iter().map(|entry| Exchange {
            entry,
            is_played: false,
        });
        Ok(Self {
            entries: Mutex::new(entries.collect()),
        })
    }

    /// How many of the recorded exchanges were not played.
    pub fn unplayed(&self) -> usize {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries
            .iter()
            .filter(|exchange| !exchange.is_played)
            .count()
    }

    fn answer(&self, asked: &Asked) -> Result<Response<Body>, TransportError> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut matching = entries
            .iter_mut()
            .filter(|exchange| asked.is(&exchange.entry));
        let Some(found) = matching.find(|exchange| !exchange.is_played) else {
            drop(matching);
            return Err(asked.not_recorded(&entries));
        };
        found.is_played = true;
        response(&found.entry)
            .map_err(|cause| TransportError::new(TransportErrorKind::Refused, cause))
    }
}

fn response(entry: &Entry) -> std::io::Result<Response<Body>> {
    let recorded = &entry.response;
    let mut response = Response::new(Body::from(recorded.content.bytes()?));
    *response.status_mut() = recorded.status.try_into().map_err(std::io::Error::other)?;
    *response.headers_mut() = recorded.header_map()?;
    Ok(response)
}

/// What is asked for.
struct Asked {
    method: String,
    url: String,
    body: Bytes,
}

impl Asked {
    fn is(&self, entry: &Entry) -> bool {
        let recorded = &entry.request;
        self.is_like(entry) && {
            let content = recorded.post_data.as_ref();
            content.map_or(self.body.is_empty(), |content| {
                content.mime_type.starts_with("multipart/")
                    || content.bytes().is_ok_and(|bytes| self.has(&bytes))
            })
        }
    }

    /// Whether method and URL are those of a recorded request.
    fn is_like(&self, entry: &Entry) -> bool {
        let recorded = &entry.request;
        recorded.method == self.method && recorded.url == self.url
    }

    fn has(&self, body: &[u8]) -> bool {
        let value = |body: &[u8]| serde_json::from_slice::<Value>(body).ok();
        self.body == body || value(&self.body).is_some_and(|asked| value(body) == Some(asked))
    }

    fn not_recorded(&self, entries: &[Exchange]) -> TransportError {
        let Self { method, url, .. } = self;
        let times = entries
            .iter()
            .filter(|exchange| self.is(&exchange.entry))
            .count();
        let others = entries
            .iter()
            .filter(|exchange| self.is_like(&exchange.entry))
            .count();
        let problem = if times > 0 {
            format!("{method} {url} was recorded {times} times, and is requested once more")
        } else if others > 0 {
            format!("{method} {url} was recorded with another body")
        } else {
            let first = entries.iter().take(LISTED);
            let recorded: Vec<_> = first
                .map(|Exchange { entry, .. }| {
                    format!("{} {}", entry.request.method, entry.request.url)
                })
                .collect();
            let more = entries.len().saturating_sub(LISTED);
            let more = if more > 0 {
                format!(", and {more} more")
            } else {
                String::new()
            };
            format!(
                "{method} {url} was not recorded; there is {}{more}",
                recorded.join(", ")
            )
        };
        TransportError::new(TransportErrorKind::Refused, problem)
    }
}

impl Transport for Replay {
    fn send(
        &self,
        request: Request<Body>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.bytes().await;
            let asked = Asked {
                method: head.method.to_string(),
                url: head.uri.to_string(),
                body: body
                    .map_err(|cause| TransportError::new(TransportErrorKind::Refused, cause))?,
            };
            self.answer(&asked)
        })
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unplayed = self.unplayed();
        let mut replay = formatter.debug_struct("Replay");
        replay.field("unplayed", &unplayed).finish_non_exhaustive()
    }
}
