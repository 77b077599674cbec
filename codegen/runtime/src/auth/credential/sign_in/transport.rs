//! How the authority is asked: with the HTTP client that there is, following no redirects.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use url::Url;

use super::error::{SignInError, SignInErrorKind};
use crate::boxed::BoxFuture;
use crate::clock::Clock;
use crate::loopback;

/// How many bytes an answer may have; a token has a few thousand.
const MAX_BYTES: usize = 256 * 1024;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How often something is sent that may be sent again, and the wait before the second time, which
/// doubles.
const ATTEMPTS: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The longest `Retry-After` that is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Sends what is for one authority.
pub(super) struct Transport {
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    timeout: Duration,
    /// When the last request was sent: a token is valid from some time after.
    sent_at: Mutex<DateTime<Utc>>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// It may be there later.
    Passing {
        error: SignInError,
        retry_after: Option<Duration>,
    },
    /// It will not.
    Final(SignInError),
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passing { error, .. } | Self::Final(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for SignInError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Passing { error, .. } | Failure::Final(error) => error,
        }
    }
}

impl Failure {
    fn passing(message: impl Into<String>) -> Self {
        Self::Passing {
            error: SignInError::new(SignInErrorKind::Unavailable, message),
            retry_after: None,
        }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self::Final(SignInError::new(SignInErrorKind::InvalidResponse, message))
    }
}

/// An HTTP client for this authority, which follows no redirects.
pub(super) fn client(authority: &str) -> Result<reqwest::Client, SignInError> {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .referer(false);
    let builder = match Url::parse(authority) {
        Ok(url) => loopback::pinned(builder, &url),
        Err(_) => builder,
    };
    builder.build().map_err(|error| {
        let message = "the HTTP client cannot be set up";
        SignInError::caused(SignInErrorKind::Configuration, message, &error)
    })
}

impl Transport {
    pub(super) fn new(http: reqwest::Client, clock: Arc<dyn Clock>, timeout: Duration) -> Self {
        let sent_at = Mutex::new(clock.now());
        Self {
            http,
            clock,
            timeout,
            sent_at,
        }
    }

    pub(super) fn sent_at(&self) -> DateTime<Utc> {
        *self.sent_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request, again if there is no answer.
    async fn retrying(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let mut wait = FIRST_WAIT;
        for _ in 1..ATTEMPTS {
            match self.send(request.clone()).await {
                Err(Failure::Passing { retry_after, error }) => {
                    let asked = retry_after.unwrap_or(wait);
                    if asked > LONGEST_WAIT {
                        return Err(Failure::Passing { error, retry_after });
                    }
                    self.clock.sleep(asked.max(wait)).await;
                    wait *= 2;
                }
                other => return other,
            }
        }
        self.send(request).await
    }

    /// Sends a request once.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        *self.sent_at.lock().unwrap_or_else(PoisonError::into_inner) = self.clock.now();
        match tokio::time::timeout(self.timeout, self.exchange(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(Failure::passing(format!(
                "the authority gave no answer in {:?}",
                self.timeout
            ))),
        }
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let request = reqwest::Request::try_from(request).map_err(|error| unreachable(&error))?;
        let asked = request.url().clone();
        let sent = self.http.execute(request).await;
        let mut response = sent.map_err(|error| unreachable(&error))?;
        let status = response.status();
        if *response.url() != asked || status.is_redirection() {
            return Err(Failure::invalid(format!(
                "the authority redirected a request (status {}), which has secrets that go nowhere else; \
                 check the login authority",
                status.as_u16()
            )));
        }
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            let text = format!(
                "the authority is overloaded or failing (status {})",
                status.as_u16()
            );
            let error = SignInError::new(SignInErrorKind::Unavailable, text);
            let retry_after = retry_after(response.headers());
            return Err(Failure::Passing { error, retry_after });
        }
        check_type(status, response.headers())?;
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| unreachable(&error))?
        {
            if body.len() + chunk.len() > MAX_BYTES {
                let text = format!("the authority's answer has more than {MAX_BYTES} bytes");
                return Err(Failure::invalid(text));
            }
            body.extend_from_slice(&chunk);
        }
        let mut answer = HttpResponse::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
    }
}

/// As the HTTP client of grants, it sends again what got no answer.
impl<'c> AsyncHttpClient<'c> for Transport {
    type Error = Failure;
    type Future = BoxFuture<'c, Result<HttpResponse, Failure>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.retrying(request))
    }
}

/// Checks that an answer is JSON; a login page or a proxy's is not.
fn check_type(status: StatusCode, headers: &HeaderMap) -> Result<(), Failure> {
    let found = headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
    let is_json = found.is_some_and(|value| {
        let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
        essence
            .trim_ascii()
            .eq_ignore_ascii_case(b"application/json")
    });
    match is_json {
        true => Ok(()),
        false => Err(Failure::invalid(format!(
            "the authority's answer (status {}) is not JSON; check the login authority and the tenant",
            status.as_u16()
        ))),
    }
}

/// How long the authority asks to wait, in its usual form.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse();
    Some(Duration::from_secs(seconds.ok()?))
}

fn unreachable(error: &reqwest::Error) -> Failure {
    let kind = SignInErrorKind::Unavailable;
    let error = SignInError::caused(kind, "the authority could not be reached", error);
    let retry_after = None;
    Failure::Passing { error, retry_after }
}
