//! A person signs in with the browser of this machine (RFC 6749, section 4.1; RFC 7636; RFC 8252).

use std::sync::Arc;
use std::time::Duration;

use oauth2::{
    AuthorizationCode as Code, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
};
use url::Url;

use super::error::{SignInError, SignInErrorKind};
use super::grant::{Context, OAuthClient, Tokens, failed};
use super::redirect::{Listener, Redirect};
use super::session::{Flow, Session};
use super::sign_in_credential;
use crate::auth::credential::CredentialSource;
use crate::boxed::BoxFuture;
use crate::clock;
use crate::error::Secret;

/// How long a person may take.
const TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// Signs a person in with the browser of this machine (the authorization code grant with PKCE).
///
/// The browser comes back to a listener on a random port of the loopback addresses, which exists while
/// the person signs in (RFC 8252, section 7.3). Only the first request asks the person; the others use
/// the refresh token, until the authority no longer accepts it.
///
/// A request's [`timeout`](crate::ClientBuilder::timeout), 300 s by default, includes the wait for the
/// person. If it passes, the sign-in stays open: the next request goes on waiting for it.
///
/// # Examples
///
/// ```no_run
/// use odata_runtime::{Client, Cloud, credential::AuthorizationCode};
///
/// # fn run(cloud: Cloud) -> odata_runtime::Result<()> {
/// let sign_in = AuthorizationCode::new("14d82eec-204b-4c2f-b7e8-296a70dab67e", "organizations")
///     .open_with(|url| {
///         let opened = std::process::Command::new("xdg-open").arg(url.as_str()).spawn();
///         if opened.is_err() {
///             eprintln!("Open {url} in a browser.");
///         }
///     });
/// let client = Client::builder(cloud, "my-app/1.0").credential(sign_in).build()?;
/// # Ok(())
/// # }
/// ```
pub struct AuthorizationCode {
    session: Session<BrowserFlow>,
}

impl AuthorizationCode {
    /// A sign-in to the application with this id, at this tenant: its id, one of its domains, or
    /// `organizations` for whichever the person is of.
    ///
    /// The app registration must have the redirect URI `http://localhost` of the platform "Mobile and
    /// desktop applications". The authority is the one of the client's [`Cloud`](crate::Cloud). Unless
    /// [`open_with`](Self::open_with) says otherwise, the page to open is printed to standard error.
    pub fn new(client_id: impl Into<String>, tenant: impl Into<String>) -> Self {
        let flow = BrowserFlow {
            open: Arc::new(|page| {
                eprintln!("To sign in, open {page} in a browser on this machine.")
            }),
            timeout: TIMEOUT,
        };
        Self {
            session: Session::new(client_id.into(), tenant.into(), flow),
        }
    }

    /// Opens the page of the authority with this, such as a command of the system; it must not block for
    /// long.
    ///
    /// The URL has no secret that would let whoever sees it have the token.
    #[must_use]
    pub fn open_with(mut self, open: impl Fn(&Url) + Send + Sync + 'static) -> Self {
        self.session.flow.open = Arc::new(open);
        self
    }

    /// How long the person may take, by the client's clock; 5 minutes by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.session.flow.timeout = timeout;
        self
    }
}

sign_in_credential!(AuthorizationCode, CredentialSource::AuthorizationCode);

struct BrowserFlow {
    open: Arc<dyn Fn(&Url) + Send + Sync>,
    timeout: Duration,
}

impl Flow for BrowserFlow {
    fn sign_in(&self, context: Arc<Context>) -> BoxFuture<'static, Result<Tokens, SignInError>> {
        let (open, timeout) = (Arc::clone(&self.open), self.timeout);
        Box::pin(async move {
            let client = context.client()?;
            let listener = Listener::bind().await?;
            let attempt = Attempt::new(&context, &client, listener.redirect_uri())?;
            open(&attempt.page);
            let redirect = listener.redirect(attempt.state.secret());
            let redirect = clock::within(&*context.clock, timeout, redirect).await;
            let code = match redirect {
                Some(Redirect::Code(code)) => code,
                Some(Redirect::Refused { code, description }) => {
                    let told = Secret::new(attempt.state.secret());
                    return Err(SignInError::refused(&code, description.as_deref(), &told));
                }
                None => {
                    let message = format!("nobody signed in within {timeout:?}");
                    return Err(SignInError::new(SignInErrorKind::Expired, message));
                }
            };
            attempt.exchange(&context, &client, code).await
        })
    }
}

/// One page that a person is sent to, and what proves that the answer is to it.
struct Attempt {
    page: Url,
    state: CsrfToken,
    verifier: PkceCodeVerifier,
    redirect_uri: RedirectUrl,
}

impl Attempt {
    fn new(
        context: &Context,
        client: &OAuthClient,
        redirect_uri: String,
    ) -> Result<Self, SignInError> {
        let redirect_uri = RedirectUrl::new(redirect_uri).map_err(|error| {
            let message = "the listener has no address";
            SignInError::caused(SignInErrorKind::Listener, message, &error)
        })?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(context.scopes())
            .set_pkce_challenge(challenge)
            .set_redirect_uri(std::borrow::Cow::Borrowed(&redirect_uri));
        if let Some((name, claims)) = context.claims_parameter() {
            request = request.add_extra_param(name, claims);
        }
        let (page, state) = request.url();
        Ok(Self {
            page,
            state,
            verifier,
            redirect_uri,
        })
    }

    /// Tokens for the code that the browser brought.
    async fn exchange(
        self,
        context: &Context,
        client: &OAuthClient,
        code: String,
    ) -> Result<Tokens, SignInError> {
        let told = Secret::of_texts([code.clone(), self.verifier.secret().clone()]);
        let mut request = client
            .exchange_code(Code::new(code))
            .set_pkce_verifier(self.verifier)
            .set_redirect_uri(std::borrow::Cow::Owned(self.redirect_uri));
        if let Some((name, claims)) = context.claims_parameter() {
            request = request.add_extra_param(name, claims);
        }
        let answer = request.request_async(&context.transport).await;
        context.tokens(answer.map_err(|error| failed(error, &told))?)
    }
}
