//! Sending: attempts, redirects, and what may go where.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method, StatusCode};
use tokio::time::timeout_at;
use url::Url;

use super::body::{self, BodyError};
use super::byte_stream::UnreadBody;
use super::client::{Client, Inner};
use super::raw_response::{Head, RawResponse};
use super::retry::{self, RetryPolicy};
use super::{failure, origin, random, redirect, trace};
use crate::auth::{self, AccessToken};
use crate::clock::Clock;
use crate::error::{
    Error, ErrorKind, ErrorResponse, Permission, Redaction, RequestContext, Result,
};

/// How many redirects an attempt follows.
const MAX_REDIRECTS: usize = 5;

/// How long the body of an error may take at most once its status has arrived; no more than a
/// twentieth of the attempt's deadline.
const MAX_PATIENCE: Duration = Duration::from_secs(5);

/// The deadline if the timeout exceeds what the clock can express: 30 years, as in Tokio itself.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// A request with everything that sending needs.
pub(crate) struct Call {
    pub(crate) client: Client,
    /// The qualified name of the operation, if it calls one.
    pub(crate) operation: Option<&'static str>,
    /// What its caller must have been granted.
    pub(crate) permissions: &'static [Permission],
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// All but the token.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    pub(crate) reading: Reading,
    pub(crate) overrides: Overrides,
    pub(crate) client_request_id: String,
}

/// What a request sets in place of its client's settings.
#[derive(Clone, Copy, Default)]
pub(crate) struct Overrides {
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
}

/// When the body of a successful response is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// At once, as a part of the attempt.
    Whole,
    /// By the caller, chunk by chunk.
    Later,
}

/// How far a request has got, and how long it may continue.
struct Progress {
    attempts: u32,
    retries: u32,
    challenged: bool,
    last_error: Option<Error>,
    /// The token of the last attempt.
    token: Option<Arc<AccessToken>>,
    limit: Duration,
    deadline: tokio::time::Instant,
    /// By the client's clock, which may differ from that of the deadline.
    started: Instant,
}

impl Progress {
    fn new(limit: Duration, clock: &dyn Clock) -> Self {
        let now = tokio::time::Instant::now();
        Self {
            attempts: 0,
            retries: 0,
            challenged: false,
            last_error: None,
            token: None,
            limit,
            deadline: now.checked_add(limit).unwrap_or(now + FAR),
            started: clock.monotonic(),
        }
    }

    /// The future's output, unless the total deadline passes before.
    async fn within<F: Future>(&mut self, future: F) -> Result<F::Output> {
        let outcome = timeout_at(self.deadline, future).await;
        outcome.map_err(|_| self.timed_out())
    }

    /// The error of the total deadline; its source is the error of the last attempt.
    fn timed_out(&mut self) -> Error {
        let limit = self.limit;
        let message = format!("the request did not end within its deadline of {limit:?}");
        let error = Error::new(ErrorKind::TotalTimeout, message);
        match self.last_error.take() {
            Some(last) => error.with_source(last),
            None => error,
        }
    }
}

/// A successful response.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    unread: Option<Box<reqwest::Response>>,
}

/// The outcome of an attempt.
enum Outcome {
    Good(Answer),
    /// An error status; the body is not read yet.
    Refused(Box<reqwest::Response>),
}

impl Call {
    /// Sends the request, and retries it as the policy says, within the total deadline.
    ///
    /// Boxed, since a future holds its inputs twice: before it is first polled, and after.
    pub(crate) async fn send(self: Box<Self>) -> Result<RawResponse> {
        let inner = self.inner();
        let span = trace::request(self.operation, &self.method, &inner.root);
        let limit = self.overrides.timeout.unwrap_or(inner.settings.timeout);
        let mut progress = Progress::new(limit, inner.clock.as_ref());
        let result = {
            // Pinned where they are, futures are not copied into those that run them.
            let sending = pin!(self.send_until_done(&mut progress));
            span.run(sending).await
        };
        let status = result.as_ref().map(|answer| answer.status);
        span.ended(&status, progress.attempts);
        self.finished(result, progress)
    }

    /// Adds the request to its response or error.
    fn finished(
        self: Box<Self>,
        result: Result<Answer>,
        progress: Progress,
    ) -> Result<RawResponse> {
        let memory_limit = self.inner().settings.max_response_memory as u64;
        let piece_limit = self.attempt_timeout();
        let whole_limit = self.overrides.timeout;
        // Nothing was sent to an origin that is not the service's, but links there may have the token.
        let secret = match progress.token {
            Some(token) => Some(token.to_redact().clone()),
            None => self.inner().secret_at_hand(),
        };
        let this = *self;
        let context = RequestContext {
            method: this.method,
            url: this.url,
            client_request_id: this.client_request_id,
            attempts: progress.attempts,
            permissions: this.permissions,
            secret,
        };
        let answer = match result {
            Ok(answer) => answer,
            Err(error) => return Err(error.with_context(context)),
        };
        let unread = answer.unread.map(|response| {
            let deadline = whole_limit.map(|limit| (limit, progress.deadline));
            Box::new(UnreadBody::new(
                *response,
                piece_limit,
                deadline,
                context.clone(),
            ))
        });
        let head = Head {
            status: answer.status,
            headers: answer.headers,
            context,
        };
        Ok(RawResponse {
            head: Box::new(head),
            body: answer.body,
            memory_limit,
            unread,
        })
    }

    fn inner(&self) -> &Inner {
        self.client.inner()
    }

    fn attempt_timeout(&self) -> Duration {
        let limit = self.overrides.attempt_timeout;
        limit.unwrap_or(self.inner().settings.attempt_timeout)
    }

    async fn send_until_done(&self, progress: &mut Progress) -> Result<Answer> {
        let inner = self.inner();
        // Before a token is asked for, let alone sent.
        origin::check(&inner.root, &self.url, "the URL")?;
        loop {
            let token = match &inner.tokens {
                Some(tokens) => Some(match tokens.fresh() {
                    Some(token) => token,
                    // Boxed as all that is rare, so that it takes no room in every request.
                    None => {
                        let token = Box::pin(tokens.token(progress.limit));
                        progress.within(token).await??
                    }
                }),
                None => None,
            };
            progress.token.clone_from(&token);
            let error = match self.attempt(token.as_deref(), progress).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if error.status() == Some(StatusCode::UNAUTHORIZED) {
                if progress.challenged {
                    return Err(error);
                }
                progress.last_error = Some(error.clone());
                let answered = Box::pin(self.answer_challenge(error, token));
                progress.within(answered).await??;
                progress.challenged = true;
                continue;
            }
            let Some(wait) = self.wait_before_retry(&error, progress) else {
                return Err(error);
            };
            trace::retry(&error, wait);
            progress.last_error = Some(error);
            progress.within(inner.clock.sleep(wait)).await?;
            progress.retries += 1;
        }
    }

    /// Gets a token with the claims that a 401 asks for, or returns the 401.
    async fn answer_challenge(&self, error: Error, token: Option<Arc<AccessToken>>) -> Result<()> {
        let (Some(tokens), Some(token)) = (&self.inner().tokens, token) else {
            return Err(error);
        };
        let Some(claims) = error.headers().and_then(auth::claims_of) else {
            tokens.forget(&token);
            return Err(error);
        };
        match tokens.token_with_claims(&token, claims).await {
            Ok(_) => Ok(()),
            // The service's own error matters more than why the credential could not help.
            Err(cause) => Err(error.with_source(cause)),
        }
    }

    /// How long to wait before the next attempt; `None` to give up.
    fn wait_before_retry(&self, error: &Error, progress: &Progress) -> Option<Duration> {
        let is_over = error.kind() == ErrorKind::TotalTimeout;
        if is_over || !error.is_retryable() || !self.method.is_idempotent() {
            return None;
        }
        let inner = self.inner();
        let policy = self.overrides.retry.unwrap_or(inner.settings.retry);
        let now = inner.clock.monotonic();
        let elapsed = now.saturating_duration_since(progress.started);
        // Waiting into the deadline would only turn the service's error into a timeout. The shortest wait
        // may still fit.
        [random::fraction(), 0.0]
            .into_iter()
            .filter_map(|jitter| policy.next_wait(progress.retries, error.retry_after(), jitter))
            .find(|wait| elapsed.saturating_add(*wait) < progress.limit)
    }

    async fn attempt(
        &self,
        token: Option<&AccessToken>,
        progress: &mut Progress,
    ) -> Result<Answer> {
        let limit = self.attempt_timeout();
        // Requests go to the root's origin; what else a link names must not be recorded.
        let root = &self.inner().root;
        let span = trace::attempt(&self.method, root, progress.attempts);
        progress.attempts += 1;
        // One timer serves for both deadlines.
        let end = tokio::time::Instant::now().checked_add(limit);
        let end = end.filter(|end| *end < progress.deadline);
        let exchange = pin!(self.exchange(token));
        let exchange = timeout_at(end.unwrap_or(progress.deadline), exchange);
        let result = match span.run(exchange).await {
            Ok(Ok(Outcome::Good(answer))) => Ok(answer),
            // The deadlines end its body, but no longer the attempt: what it says is known.
            Ok(Ok(Outcome::Refused(response))) => {
                let end = end.unwrap_or(progress.deadline);
                let answer = Box::pin(self.error_answer(response, token, end));
                Err(span.run(answer).await)
            }
            Ok(Err(error)) => Err(error),
            Err(_) if end.is_none() => Err(progress.timed_out()),
            Err(_) => {
                let message = format!("the attempt did not end within its deadline of {limit:?}");
                Err(Error::new(ErrorKind::AttemptTimeout, message))
            }
        };
        span.ended(&result.as_ref().map(|answer| answer.status));
        result
    }

    /// One attempt.
    async fn exchange(&self, token: Option<&AccessToken>) -> Result<Outcome> {
        let mut response = self.follow_redirects(token).await?;
        let status = response.status();
        if !status.is_success() {
            return Ok(Outcome::Refused(Box::new(response)));
        }
        if self.reading == Reading::Later {
            return Ok(Outcome::Good(Answer {
                status,
                headers: response.headers().clone(),
                body: Bytes::new(),
                unread: Some(Box::new(response)),
            }));
        }
        let limit = self.inner().settings.max_response_bytes;
        let body = match body::read(&mut response, limit).await {
            Ok(body) => body,
            Err(BodyError::TooLarge(error)) => return Err(error),
            Err(BodyError::Transport(error)) => return Err(failure::error(error)),
        };
        Ok(Outcome::Good(Answer {
            status,
            headers: std::mem::take(response.headers_mut()),
            body,
            unread: None,
        }))
    }

    /// The first response that is not a redirect. Redirects are followed within the origin.
    async fn follow_redirects(&self, token: Option<&AccessToken>) -> Result<reqwest::Response> {
        let inner = self.inner();
        let mut pending = self.start(self.method.clone(), self.url.clone(), token)?;
        let mut method = self.method.clone();
        for _ in 0..=MAX_REDIRECTS {
            let response = pending.await.map_err(failure::error)?;
            // Only a client that the program brought along follows redirects by itself.
            let what = "a redirect that the HTTP client followed";
            origin::check(&inner.root, response.url(), what)?;
            let Some((next, url)) = redirect::target(&response, &method)? else {
                return Ok(response);
            };
            origin::check(&inner.root, &url, "a redirect")?;
            pending = self.start(next.clone(), url, token)?;
            method = next;
        }
        let message = format!("the service redirected more than {MAX_REDIRECTS} times");
        Err(Error::new(ErrorKind::Redirect, message))
    }

    /// Hands a request to the HTTP client.
    fn start(
        &self,
        method: Method,
        url: Url,
        token: Option<&AccessToken>,
    ) -> Result<impl Future<Output = reqwest::Result<reqwest::Response>> + use<>> {
        Ok(self.inner().http.execute(self.request(method, url, token)?))
    }

    fn request(
        &self,
        method: Method,
        url: Url,
        token: Option<&AccessToken>,
    ) -> Result<reqwest::Request> {
        let is_other = method != self.method;
        let mut request = reqwest::Request::new(method, url);
        *request.headers_mut() = self.headers.clone();
        if is_other {
            redirect::remove_headers_of_the_first(request.headers_mut());
        } else {
            *request.body_mut() = self.body.clone().map(Into::into);
        }
        if let Some(token) = token {
            let headers = request.headers_mut();
            if !headers.contains_key(AUTHORIZATION) {
                let value = token.authorization();
                let value =
                    value.ok_or_else(|| Error::new(ErrorKind::Credential, auth::UNSENDABLE))?;
                headers.insert(AUTHORIZATION, value);
            }
        }
        Ok(request)
    }

    /// The error in a response, whose body must arrive soon.
    async fn error_answer(
        &self,
        mut response: Box<reqwest::Response>,
        token: Option<&AccessToken>,
        end: tokio::time::Instant,
    ) -> Error {
        let patience = (self.attempt_timeout() / 20).min(MAX_PATIENCE);
        let soon = tokio::time::Instant::now() + patience;
        let body = body::read_beginning(&mut response, soon.min(end)).await;
        let headers = std::mem::take(response.headers_mut());
        let retry_after = retry::retry_after(&headers, self.inner().clock.now());
        let response = ErrorResponse {
            status: response.status(),
            headers,
            body,
        };
        let redaction = Redaction::of(token.map(AccessToken::to_redact));
        Error::from_response(response, redaction).with_retry_after(retry_after)
    }
}
