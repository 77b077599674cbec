//! Pieces of a file, sent until the service has all of them.

use std::cmp::Ordering;
use std::ops::Range;

use bytes::Bytes;
use http::header::{CONTENT_RANGE, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};
use tokio::io::{AsyncRead, AsyncSeek};

use super::fragments::Fragments;
use super::progress::Observer;
use super::source::Source;
use super::state::UploadState;
use super::status::Status;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Call, CapabilityUrl, RawResponse, RetryPolicy, random};

/// A session without the type of its item, so that its code is compiled once.
pub(super) struct Transfer {
    pub(super) url: CapabilityUrl,
    pub(super) state: UploadState,
    /// `None` until the service was asked.
    pub(super) missing: Option<Vec<Range<u64>>>,
    /// Whether the service may have all bytes, and their answer was lost, or did not come yet.
    pub(super) may_be_complete: bool,
    pub(super) fragments: Fragments,
    pub(super) retry: RetryPolicy,
    pub(super) observer: Observer,
}

/// How often the service may lose what it had, before that ends the upload.
const MAX_LOSSES: u32 = 10;

/// Whether an upload gets on.
#[derive(Default)]
struct Pace {
    /// How many faults there were since it last did.
    faults: u32,
    losses: u32,
    /// How many bytes the service had.
    received: u64,
}

impl Pace {
    /// How many bytes the service has now, compared with before; an error if it loses them again and again.
    fn compare(&mut self, received: u64) -> Result<Ordering> {
        let change = received.cmp(&self.received);
        self.received = received;
        match change {
            Ordering::Greater => self.faults = 0,
            Ordering::Equal => {}
            Ordering::Less => self.losses += 1,
        }
        if self.losses > MAX_LOSSES {
            let message = format!(
                "the service lost what it had of the file {} times",
                self.losses
            );
            return Err(Error::new(ErrorKind::Service, message));
        }
        Ok(change)
    }
}

/// What came of a piece.
enum Sent {
    /// The service took it, and said what it still expects.
    More,
    /// Nothing was sent, and the service said what it expects.
    Asked,
    /// The upload is complete.
    Complete(RawResponse),
}

impl Transfer {
    pub(super) fn new(url: CapabilityUrl, state: UploadState) -> Self {
        Self {
            retry: url.client().inner().settings.retry,
            url,
            state,
            missing: None,
            may_be_complete: true,
            fragments: Fragments::default(),
            observer: Observer::default(),
        }
    }

    /// Takes up what the service says of a session that goes on.
    pub(super) fn learn(&mut self, status: &Status) -> Result<()> {
        if let Some(expires) = status.expires() {
            self.state.expires = Some(expires);
        }
        let missing = status.missing(self.state.length)?;
        self.may_be_complete = missing.is_empty();
        self.missing = Some(missing);
        self.observer.tell(self.received(), self.state.length);
        Ok(())
    }

    /// How many bytes the service has, as far as is known.
    pub(super) fn received(&self) -> u64 {
        let missing = self.missing.iter().flatten();
        let missing: u64 = missing.map(|range| range.end - range.start).sum();
        match self.missing {
            Some(_) => self.state.length.saturating_sub(missing),
            None => 0,
        }
    }

    pub(super) async fn send<R>(&mut self, source: &mut Source<'_, R>) -> Result<RawResponse>
    where
        R: AsyncRead + AsyncSeek + Unpin,
    {
        let mut pace = Pace::default();
        loop {
            let error = match self.step(source).await {
                Ok(Sent::Complete(answer)) => {
                    self.observer.tell(self.state.length, self.state.length);
                    return Ok(answer);
                }
                Ok(sent) => match (pace.compare(self.received())?, sent) {
                    (Ordering::Equal, Sent::Asked) if !self.has_all() => continue,
                    (Ordering::Equal, _) => self.stuck(),
                    // Where it lost some, it begins again.
                    _ => continue,
                },
                Err(error) if may_go_on(&error) => error,
                Err(error) => return Err(error),
            };
            let jitter = random::fraction();
            let wait = self
                .retry
                .next_wait(pace.faults, error.retry_after(), jitter);
            let Some(wait) = wait else {
                return Err(error);
            };
            pace.faults += 1;
            self.missing = None;
            self.url.client().inner().clock.sleep(wait).await;
        }
    }

    fn has_all(&self) -> bool {
        self.missing.as_ref().is_some_and(Vec::is_empty)
    }

    /// The error of a service that answers, but does not get on.
    fn stuck(&self) -> Error {
        if self.has_all() {
            let message = "the service has all bytes, but does not say that the upload is complete: look \
                           at the item before you upload again";
            return Error::new(ErrorKind::OutcomeUnknown, message);
        }
        let message =
            "the service answers, but does not take what is sent: what it expects stays the same";
        Error::new(ErrorKind::Service, message)
    }

    /// Asks the service what it expects if that is not known, or sends the next piece.
    async fn step<R>(&mut self, source: &mut Source<'_, R>) -> Result<Sent>
    where
        R: AsyncRead + AsyncSeek + Unpin,
    {
        let Some(missing) = &self.missing else {
            return self.ask().await;
        };
        match missing.first() {
            Some(range) => {
                let range = self.fragments.first_of(range);
                let bytes = source.read(range.clone()).await?;
                self.put(range, bytes).await
            }
            None => self.ask().await,
        }
    }

    /// A request that is sent once: what a fault left is asked for before anything is sent again, and all
    /// faults are counted in one place.
    fn call(&self, method: Method) -> Box<Call> {
        let mut call = self.url.call(method);
        call.overrides.retry = Some(RetryPolicy::none());
        call
    }

    async fn put(&mut self, range: Range<u64>, bytes: Bytes) -> Result<Sent> {
        let length = self.state.length;
        let content_range = format!("bytes {}-{}/{length}", range.start, range.end - 1);
        let mut call = self.call(Method::PUT);
        call.body = bytes.into();
        let content_type = HeaderValue::from_static("application/octet-stream");
        call.headers.insert(CONTENT_TYPE, content_type);
        if let Ok(value) = HeaderValue::try_from(content_range) {
            call.headers.insert(CONTENT_RANGE, value);
        }
        // Until the answer is read, and if the future is dropped, it is not known what there is.
        let rest = without(self.missing.take().unwrap_or_default(), &range);
        self.may_be_complete = rest.is_empty();
        let answer = call.send().await.inspect_err(|error| {
            // An answer that cannot be read is none of refusal.
            self.may_be_complete &= may_go_on(error) || error.status().is_none();
        })?;
        match Status::of_session(&answer) {
            Ok(Some(status)) => self.goes_on(answer, &status),
            Ok(None) if answer.head.status == StatusCode::ACCEPTED => {
                self.missing = Some(rest);
                self.observer.tell(self.received(), length);
                Ok(Sent::More)
            }
            _ if rest.is_empty() => Ok(Sent::Complete(answer)),
            Err(error) => Err(answer.into_error(error)),
            Ok(None) => {
                let message = "the answer is that of a complete upload, but bytes are missing; send again to \
                               ask the service what it has";
                Err(answer.into_error(Error::new(ErrorKind::Decode, message)))
            }
        }
    }

    /// Asks what the service expects.
    async fn ask(&mut self) -> Result<Sent> {
        let answer = match self.call(Method::GET).send().await {
            Ok(answer) => answer,
            Err(error) if self.may_be_complete && error.is_gone() => {
                return Err(outcome_unknown(error));
            }
            Err(error) => return Err(error),
        };
        let status = Status::of_session(&answer).and_then(|status| {
            let message = "the answer does not say what the service expects (nextExpectedRanges)";
            status.ok_or_else(|| Error::new(ErrorKind::Decode, message))
        });
        match status {
            Ok(status) => match self.goes_on(answer, &status)? {
                Sent::More => Ok(Sent::Asked),
                complete => Ok(complete),
            },
            Err(error) => Err(answer.into_error(error)),
        }
    }

    /// Takes up an answer that says what the service expects.
    fn goes_on(&mut self, answer: RawResponse, status: &Status) -> Result<Sent> {
        if let Err(error) = self.learn(status) {
            return Err(answer.into_error(error));
        }
        match self.has_all() && self.state.is_deferred {
            true => Ok(Sent::Complete(answer)),
            false => Ok(Sent::More),
        }
    }

    pub(super) async fn commit(&self) -> Result<RawResponse> {
        let mut call = self.url.call(Method::POST);
        call.body = Bytes::new().into();
        call.send().await
    }

    pub(super) async fn cancel(self) -> Result<()> {
        match self.url.call(Method::DELETE).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.is_gone() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// What is still missing once this piece has arrived.
fn without(missing: Vec<Range<u64>>, sent: &Range<u64>) -> Vec<Range<u64>> {
    let rest = missing
        .into_iter()
        .map(|range| match range.start == sent.start {
            true => sent.end..range.end,
            false => range,
        });
    rest.filter(|range| !range.is_empty()).collect()
}

/// Whether the service may go on with the session after this.
fn may_go_on(error: &Error) -> bool {
    let status = error.status();
    let has_it = status == Some(StatusCode::RANGE_NOT_SATISFIABLE);
    let failed = status.is_some_and(|status| status.is_server_error());
    let is_full = status == Some(StatusCode::INSUFFICIENT_STORAGE);
    (error.is_retryable() || has_it || failed) && !is_full
}

fn outcome_unknown(cause: Error) -> Error {
    let message = "the service does not know the upload session any more. The last bytes may have been sent \
                   before, so the upload may be complete: look at the item before you upload again";
    Error::new(ErrorKind::OutcomeUnknown, message).with_source(cause)
}
