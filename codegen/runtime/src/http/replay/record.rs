//! Recording.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use chrono::SecondsFormat;
use url::Url;

use super::har::{self, Entry, Request, Response};
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

#[derive(Default)]
struct Recorded {
    /// As they came: what is a secret may become known later.
    entries: Vec<Entry>,
    secrets: Secrets,
    /// How long the file is that was written, in bytes.
    length: u64,
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
            recorded: Mutex::default(),
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
        let Recorded {
            entries,
            secrets: known,
            length,
        } = &mut *recorded;
        let is_new = secrets.fold(false, |is_new, secret| known.add(secret) | is_new);
        let last = known.redacted(entry.clone());
        entries.push(entry);
        // An earlier exchange may have what is a secret now.
        if !is_new && *length > 0 {
            let added = har::added(&last)?;
            if let Some(longer) = files::extend(&self.path, *length, har::END, &added)? {
                *length = longer;
                return Ok(());
            }
        }
        let written = entries.iter().cloned().map(|entry| known.redacted(entry));
        let text = har::text(written)?;
        files::replace(&self.path, &text)?;
        *length = text.len() as u64;
        Ok(())
    }
}
