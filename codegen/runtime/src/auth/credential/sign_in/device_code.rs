//! A person enters a code in a browser on any device (RFC 8628).

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use oauth2::{
    AsyncHttpClient, DeviceAuthorizationResponse, ExtraDeviceAuthorizationFields, HttpRequest,
    HttpResponse,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::error::{SignInError, SignInErrorKind};
use super::grant::{Context, OAuthClient, Tokens, failed};
use super::session::{Flow, Session};
use super::sign_in_credential;
use super::transport::Failure;
use crate::auth::credential::CredentialSource;
use crate::boxed::BoxFuture;
use crate::error::shown::line;
use crate::error::{Redaction, Secret};
use crate::loopback;

/// How long a code may be valid; those of Entra ID are for 15 minutes.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// The shortest wait after an answer, whatever the authority says.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// The longest interval between polls that is taken seriously.
const LONGEST_INTERVAL: Duration = Duration::from_secs(10 * 60);

/// How much more than the interval is waited at most while the authority cannot be reached.
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);

/// How many bytes a code may have; those of Entra ID have 9.
const MAX_CODE: usize = 64;

/// How many bytes of the authority's message are given on.
const MAX_MESSAGE: usize = 1_000;

/// Signs a person in by a code that they enter in a browser, on this or any other device (RFC 8628,
/// the device authorization grant).
///
/// It is for programs in a terminal, over SSH or in a container, where no browser can be opened. Only the
/// first request asks the person; the others use the refresh token, until the authority no longer
/// accepts it.
///
/// A request's [`timeout`](crate::ClientBuilder::timeout), 300 s by default, includes the wait for the
/// person. If it passes, the code stays valid: the next request goes on waiting for it.
///
/// # Examples
///
/// ```no_run
/// use odata_runtime::{Client, Cloud, credential::DeviceCode};
///
/// # fn run(cloud: Cloud) -> odata_runtime::Result<()> {
/// let sign_in = DeviceCode::new(
///     "14d82eec-204b-4c2f-b7e8-296a70dab67e", // of your app registration
///     "organizations",
///     |prompt| eprintln!("{prompt}"),
/// );
/// let client = Client::builder(cloud, "my-app/1.0").credential(sign_in).build()?;
/// # Ok(())
/// # }
/// ```
pub struct DeviceCode {
    session: Session<DeviceFlow>,
}

impl DeviceCode {
    /// A sign-in to the application with this id, at this tenant: its id, one of its domains, or
    /// `organizations` for whichever the person is of.
    ///
    /// The app registration must allow public client flows. The authority is the one of the client's
    /// [`Cloud`](crate::Cloud). `prompt` tells the person what to do; it is called whenever somebody
    /// has to sign in, and must not block for long.
    pub fn new(
        client_id: impl Into<String>,
        tenant: impl Into<String>,
        prompt: impl Fn(&DevicePrompt) + Send + Sync + 'static,
    ) -> Self {
        let flow = DeviceFlow(Arc::new(prompt));
        let session = Session::new(client_id.into(), tenant.into(), flow);
        Self { session }
    }
}

sign_in_credential!(DeviceCode, CredentialSource::DeviceCode);

/// What a person is to do: open a page and enter a code.
///
/// `Display` says it in a sentence. All texts are on one line and without control characters, whatever
/// the authority sent.
#[derive(Clone)]
pub struct DevicePrompt {
    user_code: String,
    verification_uri: Url,
    verification_uri_complete: Option<Url>,
    message: Option<String>,
    expires_at: DateTime<Utc>,
}

impl DevicePrompt {
    fn new(details: &Details, expires_at: DateTime<Utc>) -> Result<Self, SignInError> {
        let redaction = Redaction::of(None);
        let user_code = details.user_code().secret();
        let message = details.extra_fields().message.as_deref();
        let complete = details.verification_uri_complete();
        let complete = complete.and_then(|uri| Url::parse(uri.secret()).ok());
        let page = Some(details.verification_uri().url().clone()).filter(loopback::is_secure);
        let page = page.filter(|_| !user_code.trim().is_empty());
        Ok(Self {
            user_code: line(user_code, MAX_CODE, redaction),
            verification_uri: page.ok_or_else(|| {
                let message = "the authority gave no code, or no https page to enter it in";
                SignInError::new(SignInErrorKind::InvalidResponse, message)
            })?,
            verification_uri_complete: complete.filter(loopback::is_secure),
            message: message.map(|text| line(text, MAX_MESSAGE, redaction)),
            expires_at,
        })
    }

    /// The code to enter.
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// The page to enter it in: https, or http on loopback.
    pub fn verification_uri(&self) -> &Url {
        &self.verification_uri
    }

    /// The page with the code entered already, for a QR code, if the authority has one. Entra ID has
    /// none.
    pub fn verification_uri_complete(&self) -> Option<&Url> {
        self.verification_uri_complete.as_ref()
    }

    /// What the authority would have the person be told, if it says. Entra ID does, in English.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// When the code is no longer accepted, by the client's clock.
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }
}

impl fmt::Display for DevicePrompt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (page, code) = (&self.verification_uri, &self.user_code);
        write!(
            formatter,
            "To sign in, open {page} in a browser and enter the code {code}."
        )
    }
}

// Whoever has the code can have the person sign in for them.
impl fmt::Debug for DevicePrompt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DevicePrompt")
            .field("user_code", &"[redacted]")
            .field("verification_uri", &self.verification_uri.as_str())
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What Entra ID adds to RFC 8628.
#[derive(Debug, Deserialize, Serialize)]
struct Extra {
    message: Option<String>,
}

impl ExtraDeviceAuthorizationFields for Extra {}

type Details = DeviceAuthorizationResponse<Extra>;

struct DeviceFlow(Arc<dyn Fn(&DevicePrompt) + Send + Sync>);

impl Flow for DeviceFlow {
    fn sign_in(&self, context: Arc<Context>) -> BoxFuture<'static, Result<Tokens, SignInError>> {
        let prompt = Arc::clone(&self.0);
        Box::pin(async move {
            let client = context.client()?;
            let details = authorize(&context, &client).await?;
            let lifetime = details.expires_in().min(LONGEST);
            let end = context.clock.now() + TimeDelta::from_std(lifetime).unwrap_or_default();
            prompt(&DevicePrompt::new(&details, end)?);
            poll(&context, &client, &details, end).await
        })
    }
}

/// Gets a code (RFC 8628, section 3.1).
async fn authorize(context: &Context, client: &OAuthClient) -> Result<Details, SignInError> {
    let mut request = client.exchange_device_code().add_scopes(context.scopes());
    if let Some((name, claims)) = context.claims_parameter() {
        request = request.add_extra_param(name, claims);
    }
    let details: Details = request
        .request_async(&context.transport)
        .await
        .map_err(|error| failed(error, &Secret::of_texts([])))?;
    if details.interval() > LONGEST_INTERVAL {
        let message = format!(
            "the authority wants {} s between two polls, longer than anybody waits",
            details.interval().as_secs()
        );
        return Err(SignInError::new(SignInErrorKind::InvalidResponse, message));
    }
    Ok(details)
}

/// Asks for the token until there is one (RFC 8628, section 3.4).
async fn poll(
    context: &Context,
    client: &OAuthClient,
    details: &Details,
    end: DateTime<Utc>,
) -> Result<Tokens, SignInError> {
    let poller = Poller {
        context,
        end,
        failure: Mutex::new(None),
    };
    let mut request = client
        .exchange_device_access_token(details)
        .set_time_fn(|| context.clock.now())
        .set_max_backoff_interval(details.interval() + LONGEST_BACKOFF);
    if let Some((name, claims)) = context.claims_parameter() {
        request = request.add_extra_param(name, claims);
    }
    // Nobody enters a code before they have read it.
    poller.wait(details.interval()).await;
    let left = end.signed_duration_since(context.clock.now());
    let left = left.to_std().unwrap_or_default();
    let wait = |interval: Duration| poller.wait(interval.max(SHORTEST_INTERVAL));
    let answer = request.request_async(&poller, wait, Some(left)).await;
    if let Some(error) = poller.failed() {
        return Err(error);
    }
    let told = Secret::new(details.device_code().secret());
    context.tokens(answer.map_err(|error| failed(error, &told))?)
}

/// Sends polls, of which those without an answer are no reason to give up.
struct Poller<'a> {
    context: &'a Context,
    end: DateTime<Utc>,
    /// Why there will be no answer.
    failure: Mutex<Option<SignInError>>,
}

impl Poller<'_> {
    /// Waits, but not much longer than the code is valid.
    fn wait(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let clock = &self.context.clock;
        let left = self.end.signed_duration_since(clock.now());
        let left = left.to_std().unwrap_or_default() + Duration::from_secs(1);
        clock.sleep(duration.min(left))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        match self.context.transport.send(request).await {
            Err(Failure::Final(error)) => {
                *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                Ok(stop())
            }
            Err(Failure::Passing { error, retry_after }) => {
                if let Some(retry_after) = retry_after {
                    self.wait(retry_after).await;
                }
                Err(Failure::Passing { error, retry_after })
            }
            answer => answer,
        }
    }

    fn failed(&self) -> Option<SignInError> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }
}

impl<'c> AsyncHttpClient<'c> for Poller<'_> {
    type Error = Failure;
    type Future = BoxFuture<'c, Result<HttpResponse, Failure>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// An answer that ends the polls: after a failure to get one, they would go on.
fn stop() -> HttpResponse {
    let mut answer = HttpResponse::new(Vec::new());
    *answer.status_mut() = http::StatusCode::BAD_REQUEST;
    answer
}
