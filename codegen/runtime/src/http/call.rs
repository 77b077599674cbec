//! Sending: attempts, redirects, and what may go where.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use tokio::time::timeout_at;
use url::Url;

use super::attempt::Attempt;
use super::byte_stream::UnreadBody;
use super::client::{Client, DownloadRedirects, Inner};
use super::incoming::Incoming;
use super::layer::{Next, Wire};
use super::raw_response::{Head, RawResponse};
use super::request_body::RequestBody;
use super::retry::RetryPolicy;
use super::{failure, origin, random, redirect, trace};
use crate::auth::{self, AccessToken, TokenCache};
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, ErrorResponse, Needed, RequestContext, Result, Secret};

/// Links the attempts of a request to each other and to the service's log.
pub(crate) const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

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
    pub(crate) permissions: Needed,
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// All but the token.
    pub(crate) headers: HeaderMap,
    pub(crate) body: RequestBody,
    /// Whether the response is bytes, which services may keep elsewhere.
    pub(crate) is_download: bool,
    pub(crate) audience: Audience,
    pub(crate) accepts: Accepts,
    pub(crate) reading: Reading,
    pub(crate) overrides: Overrides,
    pub(crate) client_request_id: String,
    /// What its layers sent that must never be shown.
    pub(crate) sent_secrets: Mutex<Vec<String>>,
}

/// Whom a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// The service: it goes to the root's origin, with the token.
    Service,
    /// Whoever a URL leads to that the service gave for this purpose, and whose possession is enough.
    /// Neither the token nor a header of the caller's goes there, and redirects are not followed.
    Capability(&'static str),
}

/// Which statuses are answers besides those of success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepts {
    Success,
    /// `304 Not Modified`, too.
    NotModified,
    /// Redirects, too, which the caller follows.
    Redirects,
}

impl Accepts {
    pub(crate) fn includes(self, status: StatusCode) -> bool {
        status.is_success()
            || match self {
                Self::Success => false,
                Self::NotModified => status == StatusCode::NOT_MODIFIED,
                Self::Redirects => status.is_redirection() && status != StatusCode::NOT_MODIFIED,
            }
    }
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
    /// Whether the last response is of another origin than the service's.
    is_foreign: bool,
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
            is_foreign: false,
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
        self.total_timeout(message)
    }

    /// The error of the total deadline that passed while the request waited for a token.
    fn without_token(&mut self, tokens: &TokenCache) -> Error {
        self.total_timeout(format!(
            "no token could be fetched: {} gave none within the request's deadline of {:?}",
            tokens.origin(),
            self.limit
        ))
    }

    fn total_timeout(&mut self, message: String) -> Error {
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
    unread: Option<Box<Incoming>>,
    /// Where it came from, if redirects led there.
    final_url: Option<Box<Url>>,
}

/// The outcome of an attempt.
enum Outcome {
    Good(Answer),
    /// An error status; the body is not read yet.
    Refused(Box<Reached>),
}

/// The response that redirects led to.
struct Reached {
    response: Incoming,
    /// Whether it is of another origin than the service's, which received neither the token nor a
    /// header of the caller's.
    is_foreign: bool,
    has_moved: bool,
}

impl Call {
    /// Sends the request, and retries it as the policy says, within the total deadline.
    ///
    /// Boxed, since a future holds its inputs twice: before it is first polled, and after.
    pub(crate) async fn send(self: Box<Self>) -> Result<RawResponse> {
        let inner = self.inner();
        let span = trace::request(self.operation, &self.method, self.host());
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
        let tokens = self.inner().tokens.as_ref();
        let token = progress.token.or_else(|| tokens?.fresh());
        let secret = self.secret(token.as_deref());
        let this = *self;
        let context = RequestContext {
            method: this.method,
            url: match this.audience {
                Audience::Service => this.url,
                Audience::Capability(_) => origin::alone(this.url),
            },
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
            final_url: answer.final_url,
            context,
        };
        Ok(RawResponse {
            head: Box::new(head),
            body: answer.body,
            memory_limit,
            unread,
        })
    }

    /// What must never be shown of a request with this token.
    fn secret(&self, token: Option<&AccessToken>) -> Option<Secret> {
        let sent = self.sent_secrets.lock();
        let sent = sent.unwrap_or_else(PoisonError::into_inner);
        self.inner().secret_with(token, &sent)
    }

    fn inner(&self) -> &Inner {
        self.client.inner()
    }

    /// The URL whose host may be recorded: requests go to the root's origin, and what else a link names
    /// is nobody's business.
    fn host(&self) -> &Url {
        match self.audience {
            Audience::Service => &self.inner().root,
            Audience::Capability(_) => &self.url,
        }
    }

    fn attempt_timeout(&self) -> Duration {
        let limit = self.overrides.attempt_timeout;
        limit.unwrap_or(self.inner().settings.attempt_timeout)
    }

    async fn send_until_done(&self, progress: &mut Progress) -> Result<Answer> {
        let inner = self.inner();
        // Before a token is asked for, let alone sent.
        match self.audience {
            Audience::Service => origin::check(&inner.root, &self.url, "the URL")?,
            Audience::Capability(what) => origin::check_content(&inner.root, &self.url, what)?,
        }
        let tokens = inner.tokens.as_ref();
        let tokens = tokens.filter(|_| self.audience == Audience::Service);
        loop {
            let token = match tokens {
                Some(tokens) => Some(match tokens.fresh() {
                    Some(token) => token,
                    // Boxed as all that is rare, so that it takes no room in every request.
                    None => {
                        let token = Box::pin(tokens.token(progress.limit));
                        let fetched = timeout_at(progress.deadline, token).await;
                        fetched.map_err(|_| progress.without_token(tokens))??
                    }
                }),
                None => None,
            };
            progress.token.clone_from(&token);
            let error = match self.attempt_in_turn(token.as_deref(), progress).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            // What another origin asks for is nothing that a token could be got for.
            if error.status() == Some(StatusCode::UNAUTHORIZED) && !progress.is_foreign {
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
            // The service's own answer matters more than why the credential could not help.
            Err(cause) => Err(error.with_source(cause)),
        }
    }

    /// How long to wait before the next attempt; `None` to give up.
    fn wait_before_retry(&self, error: &Error, progress: &Progress) -> Option<Duration> {
        let is_over = error.kind() == ErrorKind::TotalTimeout;
        let may_repeat = self.method.is_idempotent() || error.is_unprocessed();
        if is_over || !error.is_retryable() || !may_repeat || !self.body.can_be_repeated() {
            return None;
        }
        let inner = self.inner();
        let policy = self.overrides.retry.unwrap_or(inner.settings.retry);
        let now = inner.clock.monotonic();
        let elapsed = now.saturating_duration_since(progress.started);
        let left = progress.limit.saturating_sub(elapsed);
        let jitter = random::fraction();
        policy.next_wait_within(progress.retries, error.retry_after(), jitter, left)
    }

    /// An attempt, when it is its turn.
    async fn attempt_in_turn(
        &self,
        token: Option<&AccessToken>,
        progress: &mut Progress,
    ) -> Result<Answer> {
        let inner = self.inner();
        let throttle = inner.throttle.as_ref();
        let Some(throttle) = throttle.filter(|_| self.audience == Audience::Service) else {
            return self.attempt(token, progress).await;
        };
        let clock = inner.clock.as_ref();
        // Boxed as all that is rare.
        let turn = Box::pin(throttle.permit(clock));
        let permit = progress.within(turn).await?;
        let result = self.attempt(token, progress).await;
        match &result {
            Ok(answer) => permit.answered(&answer.headers, clock),
            Err(error) => permit.failed(error, clock),
        }
        result
    }

    async fn attempt(
        &self,
        token: Option<&AccessToken>,
        progress: &mut Progress,
    ) -> Result<Answer> {
        let limit = self.attempt_timeout();
        let span = trace::attempt(&self.method, self.host(), progress.attempts);
        progress.attempts += 1;
        // One timer serves for both deadlines.
        let end = tokio::time::Instant::now().checked_add(limit);
        let end = end.filter(|end| *end < progress.deadline);
        let exchange = pin!(self.exchange(token));
        let exchange = timeout_at(end.unwrap_or(progress.deadline), exchange);
        let result = match span.run(exchange).await {
            Ok(Ok(Outcome::Good(answer))) => Ok(answer),
            // The deadlines end its body, but no longer the attempt: what it says is known.
            Ok(Ok(Outcome::Refused(reached))) => {
                progress.is_foreign = reached.is_foreign;
                let response = Box::new(reached.response);
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
        let reached = self.follow_redirects(token).await?;
        let status = reached.response.status();
        if !self.accepts.includes(status) {
            return Ok(Outcome::Refused(Box::new(reached)));
        }
        let mut response = reached.response;
        let final_url = reached.has_moved.then(|| Box::new(response.url().clone()));
        if self.reading == Reading::Later {
            return Ok(Outcome::Good(Answer {
                status,
                headers: response.headers().clone(),
                body: Bytes::new(),
                unread: Some(Box::new(response)),
                final_url,
            }));
        }
        let limit = self.inner().settings.max_response_bytes;
        let body = response.read(limit).await?;
        Ok(Outcome::Good(Answer {
            status,
            headers: response.take_headers(),
            body,
            unread: None,
            final_url,
        }))
    }

    /// The first response that is not a redirect. Redirects are followed within the origin; those
    /// of a download may leave it, without anything of the caller's.
    async fn follow_redirects(&self, token: Option<&AccessToken>) -> Result<Reached> {
        let inner = self.inner();
        if let Audience::Capability(_) = self.audience {
            let request = self.request(self.method.clone(), self.url.clone(), None)?;
            return Ok(Reached {
                response: inner.carrier.send_within(request).await?,
                is_foreign: true,
                has_moved: false,
            });
        }
        let mut method = self.method.clone();
        let mut hop = Hop::Service(self.request(method.clone(), self.url.clone(), token)?);
        let mut is_foreign = false;
        for redirects in 0..=MAX_REDIRECTS {
            let response = self.exchange_once(hop).await?;
            let Some((next, url)) = redirect::target(&response, &method)? else {
                return Ok(Reached {
                    response,
                    is_foreign,
                    has_moved: redirects > 0,
                });
            };
            is_foreign |= !origin::same(&inner.root, &url);
            hop = if is_foreign && self.may_leave(&next) {
                origin::check_content(&inner.root, &url, "a redirect")?;
                Hop::Content(bare_request(next.clone(), url, inner.user_agent.clone()))
            } else {
                origin::check(&inner.root, &url, "a redirect")?;
                Hop::Service(self.request(next.clone(), url, token)?)
            };
            method = next;
        }
        let message = format!("the service redirected more than {MAX_REDIRECTS} times");
        Err(Error::new(ErrorKind::Redirect, message))
    }

    /// One request and its response, whatever it is.
    async fn exchange_once(&self, hop: Hop) -> Result<Incoming> {
        let inner = self.inner();
        let layers = &inner.layers;
        let wire = Wire {
            carrier: &inner.carrier,
            root: &inner.root,
            secrets: (!layers.is_empty()).then_some(&self.sent_secrets),
        };
        match hop {
            Hop::Service(attempt) if layers.is_empty() => Ok(wire.send(attempt).await?.0),
            // Boxed, so that it takes no room where there are no layers.
            Hop::Service(attempt) => {
                let next = Next::of_all(layers, wire);
                Ok(Box::pin(next.send(attempt)).await?.0)
            }
            Hop::Content(attempt) => inner.carrier.send_within(attempt).await,
        }
    }

    /// Whether a redirect may lead to another origin: only for downloads.
    fn may_leave(&self, method: &Method) -> bool {
        let is_allowed = self.inner().settings.download_redirects == DownloadRedirects::AnyOrigin;
        let is_read = matches!(*method, Method::GET | Method::HEAD);
        is_allowed && is_read && self.is_download
    }

    fn request(&self, method: Method, url: Url, token: Option<&AccessToken>) -> Result<Attempt> {
        let mut headers = self.headers.clone();
        let body = if method == self.method {
            self.body.clone()
        } else {
            redirect::remove_headers_of_the_first(&mut headers);
            RequestBody::None
        };
        if let Some(token) = token {
            let header = token.header();
            let (name, value) =
                header.ok_or_else(|| Error::new(ErrorKind::Credential, auth::UNSENDABLE))?;
            if !headers.contains_key(&name) {
                headers.insert(name, value);
            }
        }
        Ok(Attempt {
            method,
            url,
            headers,
            body,
        })
    }

    /// The error in a response, whose body must arrive soon.
    async fn error_answer(
        &self,
        mut response: Box<Incoming>,
        token: Option<&AccessToken>,
        end: tokio::time::Instant,
    ) -> Error {
        let patience = (self.attempt_timeout() / 20).min(MAX_PATIENCE);
        let soon = tokio::time::Instant::now() + patience;
        let body = response.read_beginning(soon.min(end)).await;
        let headers = response.take_headers();
        let response = ErrorResponse {
            status: response.status(),
            headers,
            body,
        };
        let secret = self.secret(token);
        failure::refused(response, secret.as_ref(), self.inner().clock.as_ref())
    }
}

/// A request on its way.
enum Hop {
    /// To the service, through the layers.
    Service(Attempt),
    /// For content elsewhere.
    Content(Attempt),
}

/// A request to another origin than the service's, without anything of the caller's.
fn bare_request(method: Method, url: Url, user_agent: HeaderValue) -> Attempt {
    let accept = HeaderValue::from_static("*/*");
    Attempt {
        method,
        url,
        headers: HeaderMap::from_iter([(ACCEPT, accept), (USER_AGENT, user_agent)]),
        body: RequestBody::None,
    }
}
