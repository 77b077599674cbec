//! Asking until an operation is done.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::LOCATION;
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use super::location;
use super::progress::{Completed, OperationStatus, Progress};
use super::state::PollerState;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Accepts, Call, Client, RawResponse, retry_after};
use crate::response::decode;

/// How long to wait if the service does not say: what Microsoft's own clients do.
const INTERVAL: Duration = Duration::from_secs(5);

/// How long to wait at least, or a service whose clock is slow, and says when to ask by a date, would be asked
/// without a pause.
const SHORTEST: Duration = Duration::from_secs(1);

/// An operation that runs on: asks about it until there is an `R`. Made by
/// [`Client::poller`](crate::Client::poller).
///
/// The token goes along if the service itself is asked. A monitor of another origin gets neither the token
/// nor a header of the caller's.
#[must_use = "nothing is asked until `wait` or `poll` is called"]
pub struct Poller<R> {
    client: Client,
    /// Boxed, since pollers move often.
    state: Box<PollerState>,
    /// What the service asked to wait before it is asked.
    retry_after: Option<Duration>,
    interval: Duration,
    deadline: Option<Duration>,
    observer: Option<Observer>,
    result: PhantomData<fn() -> R>,
}

/// What is called with what the service says.
type Observer = Arc<dyn Fn(&Progress) + Send + Sync>;

/// What came of asking once.
#[derive(Debug, Clone)]
pub enum Polled<R> {
    /// The operation runs on.
    Running(Progress),
    /// The operation succeeded.
    Completed(Completed<R>),
}

/// What an answer about an operation means.
enum Answer {
    Running(Progress),
    /// It is complete; the result is not here.
    Done(Progress, Option<Url>),
    /// It is complete, and this is the result.
    Result(Box<RawResponse>),
}

impl<R> Poller<R> {
    pub(super) fn new(
        client: &Client,
        state: PollerState,
        retry_after: Option<Duration>,
    ) -> Result<Self> {
        // That it may be asked at all.
        location::call(client, Method::GET, &state.monitor)?;
        Ok(Self {
            client: client.clone(),
            state: Box::new(state),
            retry_after,
            interval: INTERVAL,
            deadline: None,
            observer: None,
            result: PhantomData,
        })
    }

    /// How long to wait before asking again when the service does not say; 5 s by default. If it does, its wait
    /// counts, but no less than a second or this interval.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// How long [`wait`](Self::wait) may take; without end by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Calls a function with what the service says each time.
    pub fn on_progress(mut self, observer: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// What is needed to go on later; see [`PollerState`].
    pub fn state(&self) -> PollerState {
        PollerState::clone(&self.state)
    }

    /// Asks the service to give the operation up (`DELETE` of its monitor). Not all services can.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`]. An operation that is gone already is no error.
    pub async fn cancel(self) -> Result<()> {
        let mut call = location::call(&self.client, Method::DELETE, &self.state.monitor)?;
        // A redirect did nothing.
        call.accepts = Accepts::Success;
        match call.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.is_gone() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A request to the service, or to its monitor, which ends with the deadline.
    fn get(&self, url: &Url, end: Option<Instant>) -> Result<Box<Call>> {
        let mut call = location::call(&self.client, Method::GET, url)?;
        if let Some(end) = end {
            let inner = self.client.inner();
            let left = end.saturating_duration_since(inner.clock.monotonic());
            call.overrides.timeout = Some(left.min(inner.settings.timeout));
        }
        Ok(call)
    }

    async fn ask(&mut self, end: Option<Instant>) -> Result<Answer> {
        let call = self.get(&self.state.monitor, end)?;
        let answer = call.send().await.inspect_err(|error| {
            self.retry_after = error.retry_after();
        })?;
        self.retry_after = retry_after(&answer.head.headers, self.client.inner().clock.now());
        self.understood(answer)
    }

    fn understood(&self, answer: RawResponse) -> Result<Answer> {
        let status = answer.head.status;
        if status.is_redirection() {
            return self.redirected(answer);
        }
        if let Some(sent) = answer.head.headers.get("asyncresult") {
            let sent = sent.to_str().ok().and_then(|text| text.trim().parse().ok());
            return self.of_async_result(answer, sent);
        }
        let progress = match Progress::of(&answer) {
            Ok(progress) => progress,
            Err(error) => return Err(answer.into_error(error)),
        };
        // The service itself redirects to the result, which may have a status of its own; or to where the
        // operation is now.
        if answer.head.final_url.is_some() && status != StatusCode::ACCEPTED {
            return Ok(Answer::Result(Box::new(answer)));
        }
        match progress.status() {
            Some(OperationStatus::Running) => Ok(Answer::Running(progress)),
            Some(OperationStatus::Succeeded) => self.done(progress, &answer),
            Some(OperationStatus::Failed) => Err(failed(&progress, answer)),
            None if status == StatusCode::ACCEPTED => Ok(Answer::Running(progress)),
            None if answer.body.is_empty() => self.done(progress, &answer),
            None => Ok(Answer::Result(Box::new(answer))),
        }
    }

    /// An answer that is the response to the request itself (OData Protocol 4.01, section "Asynchronous
    /// Requests").
    fn of_async_result(&self, answer: RawResponse, sent: Option<StatusCode>) -> Result<Answer> {
        match sent {
            Some(sent) if sent.is_client_error() || sent.is_server_error() => {
                Err(answer.into_refusal(sent, self.client.inner().clock.as_ref()))
            }
            _ if answer.body.is_empty() => Ok(Answer::Done(Progress::default(), None)),
            _ => Ok(Answer::Result(Box::new(answer))),
        }
    }

    fn done(&self, progress: Progress, answer: &RawResponse) -> Result<Answer> {
        let url = match progress.result_location() {
            Some(link) => Some(location::resolve(
                &self.client,
                &answer.head.context.url,
                link,
            )?),
            None => self.state.result.clone(),
        };
        Ok(Answer::Done(progress, url))
    }

    /// A redirect of a monitor elsewhere: 303 says that the operation is complete, and so does any that leads
    /// to the service. Others may lead to a page for people to sign in.
    fn redirected(&self, answer: RawResponse) -> Result<Answer> {
        let location = answer.head.headers.get(LOCATION);
        let location = location.and_then(|location| location.to_str().ok());
        let url = location.map(|link| location::resolve(&self.client, &self.state.monitor, link));
        let problem = match url {
            Some(Ok(url)) if self.is_end(&answer, &url) => {
                return Ok(Answer::Done(Progress::default(), Some(url)));
            }
            Some(Ok(url)) => format!("to {}", url.origin().ascii_serialization()),
            Some(Err(error)) => return Err(answer.into_error(error)),
            None => "without a URL to go to".to_owned(),
        };
        let status = answer.head.status;
        let message = format!(
            "the monitor of the operation redirects {problem} ({status}), which does not say that the operation \
             is complete"
        );
        Err(answer.into_error(Error::new(ErrorKind::Redirect, message)))
    }

    fn is_end(&self, answer: &RawResponse, url: &Url) -> bool {
        answer.head.status == StatusCode::SEE_OTHER || self.client.check_origin(url).is_ok()
    }

    fn tell(&self, progress: &Progress) {
        if let Some(observer) = &self.observer {
            observer(progress);
        }
    }

    /// How long to wait before asking; never less than what the service asked for.
    fn wait_before_asking(&self) -> Duration {
        let shortest = SHORTEST.min(self.interval);
        let asked = self.retry_after.map(|wait| wait.max(shortest));
        asked.unwrap_or(self.interval)
    }
}

impl<R: DeserializeOwned> Poller<R> {
    /// Asks once.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn poll(&mut self) -> Result<Polled<R>> {
        self.poll_until(None).await
    }

    async fn poll_until(&mut self, end: Option<Instant>) -> Result<Polled<R>> {
        let answer = self.ask(end).await?;
        let (progress, url) = match answer {
            Answer::Running(progress) => {
                self.tell(&progress);
                return Ok(Polled::Running(progress));
            }
            Answer::Done(progress, url) => (progress, url),
            Answer::Result(answer) => {
                let result = decode::<Option<R>>(*answer)?.into_inner();
                let progress = Progress::default();
                return Ok(Polled::Completed(Completed { result, progress }));
            }
        };
        self.tell(&progress);
        let result = match url {
            Some(url) => self.read(&url, end).await?,
            None => progress.embedded_result(),
        };
        Ok(Polled::Completed(Completed { result, progress }))
    }

    /// Asks until the operation is complete, as often as the service wants.
    ///
    /// It may be called again after any error, and goes on. Dropping the future stops asking; the operation
    /// itself goes on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OperationFailed`] if the operation failed, with what the service says of it.
    /// [`ErrorKind::TotalTimeout`] if it was not complete within the [`deadline`](Self::deadline). Others if
    /// asking failed; see [`ErrorKind`].
    pub async fn wait(&mut self) -> Result<Completed<R>> {
        let clock = Arc::clone(&self.client.inner().clock);
        let started = clock.monotonic();
        // None, too, if it is later than any time.
        let end = self
            .deadline
            .and_then(|deadline| started.checked_add(deadline));
        loop {
            let wait = self.wait_before_asking();
            self.check_deadline(end, clock.monotonic(), wait)?;
            clock.sleep(wait).await;
            // Not before: what was asked for holds, too, if this future is dropped and another takes its place.
            self.retry_after = None;
            if let Polled::Completed(completed) = self.poll_until(end).await? {
                return Ok(completed);
            }
        }
    }

    fn check_deadline(&self, end: Option<Instant>, now: Instant, wait: Duration) -> Result<()> {
        let (Some(end), Some(deadline)) = (end, self.deadline) else {
            return Ok(());
        };
        if wait <= end.saturating_duration_since(now) {
            return Ok(());
        }
        let message = format!("the operation was not complete within {deadline:?}; it runs on");
        Err(Error::new(ErrorKind::TotalTimeout, message))
    }

    /// The result, where the service says it is. It is not read from another origin: it would need a token
    /// that is not this client's to give.
    async fn read(&self, url: &Url, end: Option<Instant>) -> Result<Option<R>> {
        if self.client.check_origin(url).is_err() {
            return Ok(None);
        }
        let call = self.get(url, end)?;
        Ok(decode::<Option<R>>(call.send().await?)?.into_inner())
    }
}

fn failed(progress: &Progress, answer: RawResponse) -> Error {
    let status = progress.status_text().unwrap_or("failed");
    answer.into_failed_operation(format!("the operation ended as {status:?}"))
}

impl<R> fmt::Debug for Poller<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Poller")
            .field("state", &self.state)
            .field("interval", &self.interval)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
