//! Recording.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use chrono::SecondsFormat;
use url::Url;

use super::har::{Entry, Har, Request, Response};
use super::redact::{self, Secrets};
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::files;
use crate::http::attempt::Attempt;
use crate::http::incoming::Incoming;
use crate::http::origin;

/// The largest body that is recorded, in bytes.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Writes each exchange to a file.
pub(crate) struct Recorder {
    path: PathBuf,
    root: Url,
    clock: Arc<dyn Clock>,
    recorded: Mutex<Recorded>,
}

struct Recorded {
    /// As they came: what is a secret may become known later.
    entries: Vec<Entry>,
    secrets: Secrets,
    /// What is written: the same without secrets.
    har: Har,
}

/// A request that was sent, and has no response yet.
pub(crate) struct Sent {
    request: Request,
    secrets: Vec<String>,
    started: String,
}

impl Recorder {
    pub(crate) fn new(path: PathBuf, root: Url, clock: Arc<dyn Clock>) -> Self {
        Self {
            path,
            root,
            clock,
            recorded: Mutex::new(Recorded {
                entries: Vec::new(),
                secrets: Secrets::default(),
                har: Har::new(),
            }),
        }
    }

    /// What is recorded of a request.
    pub(crate) fn sent(&self, attempt: &Attempt) -> Result<Sent> {
        let (headers, mut secrets) = redact::headers(&attempt.headers);
        let body = attempt.body.clone().into_bytes()?;
        let url = origin::without_fragment(attempt.url.clone());
        // Whoever has such a URL can use it.
        secrets.extend(redact::foreign(&self.root, url.as_str()));
        let now = self.clock.now();
        Ok(Sent {
            request: Request::new(attempt.method.to_string(), url.into(), &headers, &body),
            secrets,
            started: now.to_rfc3339_opts(SecondsFormat::Millis, true),
        })
    }

    /// Records an exchange, and gives its response, which was read for that.
    pub(crate) async fn record(&self, sent: Sent, mut response: Incoming) -> Result<Incoming> {
        let body = response.read(MAX_BODY).await?;
        let urls = redact::urls(&self.root, response.headers(), &body);
        let (headers, secrets) = redact::headers(response.headers());
        let status = response.status().as_u16();
        let entry = Entry::new(
            sent.started,
            sent.request,
            Response::new(status, &headers, &body),
        );
        let secrets = sent.secrets.iter().chain(&secrets).chain(&urls);
        self.write(entry, secrets).map_err(|cause| {
            let message = format!("the exchange cannot be recorded in {:?}", self.path);
            Error::new(ErrorKind::Configuration, message).with_source(cause)
        })?;
        Ok(response.with_body(Bytes::clone(&body)))
    }

    fn write<'a>(&self, entry: Entry, secrets: impl Iterator<Item = &'a String>) -> io::Result<()> {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        let recorded = &mut *recorded;
        let known = &mut recorded.secrets;
        let is_new = secrets.fold(false, |is_new, secret| known.add(secret) | is_new);
        let written = &mut recorded.har.log.entries;
        if is_new {
            // An earlier answer may have it.
            written.clear();
        }
        recorded.entries.push(entry);
        let unwritten = recorded.entries[written.len()..].iter().cloned();
        written.extend(unwritten.map(|entry| known.redacted(entry)));
        let mut text = serde_json::to_vec_pretty(&recorded.har)?;
        text.push(b'\n');
        files::replace(&self.path, &text)
    }
}
