//! Sending: attempts, redirects, and what may be sent where.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{AUTHORIZATION, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use tokio::time::timeout_at;
use url::Url;

use crate::body::{self, BodyError};
use crate::byte_stream::UnreadBody;
use crate::client::Client;
use crate::clock::Clock;
use crate::credential::{self, AccessToken};
use crate::error::{Error, ErrorKind, ErrorResponse, RequestContext, Result};
use crate::operation::Operation;
use crate::origin;
use crate::random;
use crate::response::RawResponse;
use crate::retry::{self, RetryPolicy};
use crate::trace;

/// How many redirects one attempt follows.
const MAX_REDIRECTS: usize = 5;

/// A deadline that no clock could express is this far away: 30 years, as in Tokio itself.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// A request with everything that sending needs.
pub(crate) struct Call {
    pub(crate) client: Client,
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Option<Bytes>,
    pub(crate) reading: Reading,
    pub(crate) client_request_id: String,
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
}

/// When the body of a good answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// At once, as a part of the attempt.
    Whole,
    /// By the caller, piece by piece.
    Later,
}

/// How far a request has come, and until when it may go on.
struct Progress {
    attempts: u32,
    retries: u32,
    challenged: bool,
    last_error: Option<Error>,
    limit: Duration,
    deadline: tokio::time::Instant,
    /// By the client's clock, which may be another than that of the deadline.
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

    /// The error of the total deadline; its source is why there was more than one attempt.
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

/// A good answer.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    unread: Option<reqwest::Response>,
}

impl Call {
    /// Sends, and sends again as the policy says, within the total deadline.
    pub(crate) async fn send(self) -> Result<RawResponse> {
        let inner = self.client.inner();
        let span = trace::request(self.operation, &self.method, &self.url);
        let limit = self.timeout.unwrap_or(inner.settings.timeout);
        let attempt_timeout = inner.settings.attempt_timeout;
        let mut progress = Progress::new(limit, inner.clock.as_ref());
        let result = span.run(self.send_until_done(&mut progress)).await;
        let context = RequestContext {
            operation: self.operation,
            method: self.method,
            url: self.url,
            client_request_id: self.client_request_id,
            attempts: progress.attempts,
        };
        let status = result.as_ref().map(|answer| answer.status);
        span.ended(&status, context.attempts);
        match result {
            Ok(answer) => Ok(RawResponse {
                status: answer.status,
                headers: answer.headers,
                body: answer.body,
                unread: answer.unread.map(|response| {
                    let limit = self.attempt_timeout.unwrap_or(attempt_timeout);
                    let deadline = self.timeout.map(|limit| (limit, progress.deadline));
                    UnreadBody::new(response, limit, deadline, context.clone())
                }),
                context,
            }),
            Err(error) => Err(error.with_context(context)),
        }
    }

    async fn send_until_done(&self, progress: &mut Progress) -> Result<Answer> {
        let inner = self.client.inner();
        // Before a token is asked for, let alone sent.
        origin::check(&inner.root, &self.url, "the URL")?;
        loop {
            let token = match &inner.tokens {
                Some(tokens) => Some(progress.within(tokens.token()).await??),
                None => None,
            };
            let error = match self.attempt(token.as_deref(), progress).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if error.status() == Some(StatusCode::UNAUTHORIZED) {
                if progress.challenged {
                    return Err(error);
                }
                let answered = self.answer_challenge(error, token);
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

    /// Gets a token with the claims that a 401 asks for, or gives the 401 back.
    async fn answer_challenge(&self, error: Error, token: Option<Arc<AccessToken>>) -> Result<()> {
        let (Some(tokens), Some(token)) = (&self.client.inner().tokens, token) else {
            return Err(error);
        };
        let Some(claims) = error.headers().and_then(credential::claims_of) else {
            tokens.forget(&token);
            return Err(error);
        };
        match tokens.token_with_claims(&token, claims).await {
            Ok(_) => Ok(()),
            // The service's own answer matters more than why the credential could not help.
            Err(cause) => Err(error.with_source(cause)),
        }
    }

    /// How long to wait before the next attempt; `None` if there must not be one.
    fn wait_before_retry(&self, error: &Error, progress: &Progress) -> Option<Duration> {
        let is_over = error.kind() == ErrorKind::TotalTimeout;
        if is_over || !error.is_retryable() || !self.method.is_idempotent() {
            return None;
        }
        let inner = self.client.inner();
        let policy = self.retry.unwrap_or(inner.settings.retry);
        let wait = policy.next_wait(progress.retries, error.retry_after(), random::fraction())?;
        let now = inner.clock.monotonic();
        let elapsed = now.saturating_duration_since(progress.started);
        // Waiting into the deadline would only turn the service's error into a timeout.
        (elapsed.saturating_add(wait) < progress.limit).then_some(wait)
    }

    async fn attempt(
        &self,
        token: Option<&AccessToken>,
        progress: &mut Progress,
    ) -> Result<Answer> {
        let settings = &self.client.inner().settings;
        let limit = self.attempt_timeout.unwrap_or(settings.attempt_timeout);
        let span = trace::attempt(&self.method, &self.url, progress.attempts);
        progress.attempts += 1;
        // One timer serves for both deadlines.
        let end = tokio::time::Instant::now().checked_add(limit);
        let end = end.filter(|end| *end < progress.deadline);
        let exchange = timeout_at(end.unwrap_or(progress.deadline), self.exchange(token));
        let result = match span.run(exchange).await {
            Ok(result) => result,
            Err(_) if end.is_none() => Err(progress.timed_out()),
            Err(_) => {
                let message = format!("the attempt did not end within its deadline of {limit:?}");
                Err(Error::new(ErrorKind::AttemptTimeout, message))
            }
        };
        span.ended(&result.as_ref().map(|answer| answer.status));
        result
    }

    /// The headers of one attempt, with room for what the transport adds.
    pub(crate) fn header_map(&self) -> HeaderMap {
        let mut map = HeaderMap::with_capacity(self.headers.len() + 4);
        for (name, value) in &self.headers {
            map.append(name, value.clone());
        }
        map
    }

    /// One attempt: follows redirects within the origin.
    async fn exchange(&self, token: Option<&AccessToken>) -> Result<Answer> {
        let inner = self.client.inner();
        let mut request = self.request(self.method.clone(), self.url.clone(), token)?;
        for _ in 0..=MAX_REDIRECTS {
            let method = request.method().clone();
            let response = inner.http.execute(request).await.map_err(transport_error)?;
            // Only a client that the program brought along follows redirects by itself.
            let what = "a redirect that the HTTP client followed";
            origin::check(&inner.root, response.url(), what)?;
            let Some((method, url)) = redirect(&response, &method)? else {
                return self.answer(response, token).await;
            };
            origin::check(&inner.root, &url, "a redirect")?;
            request = self.request(method, url, token)?;
        }
        let message = format!("the service redirected more than {MAX_REDIRECTS} times");
        Err(Error::new(ErrorKind::Redirect, message))
    }

    fn request(
        &self,
        method: Method,
        url: Url,
        token: Option<&AccessToken>,
    ) -> Result<reqwest::Request> {
        // A 303 turns what was sent into a GET, which has no body.
        let body = self.body.clone().filter(|_| method == self.method);
        let mut request = reqwest::Request::new(method, url);
        *request.headers_mut() = self.header_map();
        *request.body_mut() = body.map(Into::into);
        if let Some(token) = token {
            let headers = request.headers_mut();
            if !headers.contains_key(AUTHORIZATION) {
                let value = token.authorization();
                let value = value
                    .ok_or_else(|| Error::new(ErrorKind::Credential, credential::UNSENDABLE))?;
                headers.insert(AUTHORIZATION, value);
            }
        }
        Ok(request)
    }

    /// Reads an answer, whichever it is.
    async fn answer(
        &self,
        mut response: reqwest::Response,
        token: Option<&AccessToken>,
    ) -> Result<Answer> {
        let status = response.status();
        if status.is_success() && self.reading == Reading::Later {
            return Ok(Answer {
                status,
                headers: response.headers().clone(),
                body: Bytes::new(),
                unread: Some(response),
            });
        }
        if status.is_success() {
            let limit = self.client.inner().settings.max_response_bytes;
            let body = match body::read(&mut response, limit).await {
                Ok(body) => body,
                Err(BodyError::TooLarge(error)) => return Err(error),
                Err(BodyError::Transport(error)) => return Err(transport_error(error)),
            };
            let headers = std::mem::take(response.headers_mut());
            return Ok(Answer {
                status,
                headers,
                body,
                unread: None,
            });
        }
        let body = body::read_beginning(&mut response).await;
        let headers = std::mem::take(response.headers_mut());
        let retry_after = retry::retry_after(&headers, self.client.inner().clock.now());
        let response = ErrorResponse {
            status,
            headers,
            body: body::redact(body, token.map(AccessToken::secret)),
        };
        Err(Error::from_response(response).with_retry_after(retry_after))
    }
}

/// Where a redirect leads and with which method (RFC 9110, section 15.4); `None` if it is none.
fn redirect(response: &reqwest::Response, method: &Method) -> Result<Option<(Method, Url)>> {
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    let next = match response.status() {
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => method.clone(),
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND if is_read => method.clone(),
        StatusCode::SEE_OTHER if is_read => method.clone(),
        StatusCode::SEE_OTHER => Method::GET,
        // 301 and 302 leave open what becomes of a POST; the caller must see them.
        _ => return Ok(None),
    };
    let location = response
        .headers()
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .and_then(|location| response.url().join(location).ok());
    match location {
        Some(url) => Ok(Some((next, url))),
        None => {
            let message = format!(
                "the service answered {} without a URL to go to",
                response.status()
            );
            Err(Error::new(ErrorKind::Redirect, message))
        }
    }
}

pub(crate) fn transport_error(error: reqwest::Error) -> Error {
    let (kind, message) = if error.is_connect() && error.is_timeout() {
        (ErrorKind::ConnectTimeout, "no connection was made in time")
    } else if error.is_connect() {
        (ErrorKind::Connect, "no connection could be made")
    } else if error.is_timeout() {
        (
            ErrorKind::AttemptTimeout,
            "the HTTP client's own deadline passed",
        )
    } else if error.is_redirect() {
        (ErrorKind::Redirect, "the HTTP client refused a redirect")
    } else if error.is_builder() {
        (
            ErrorKind::InvalidRequest,
            "the HTTP client refused the request",
        )
    } else {
        (
            ErrorKind::Transport,
            "the connection failed before the response was complete",
        )
    };
    // The URL's query is not for everyone who reads the error.
    Error::new(kind, message).with_source(error.without_url())
}
