//! Who is signed in: the refresh token, and a sign-in that goes on while nobody waits for it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::authority::Authority;
use super::error::{SignInError, SignInErrorKind};
use super::grant::{Context, Tokens};
use super::store::{RefreshToken, TokenStore};
use super::transport::{self, Transport};
use crate::auth::credential::{AccessToken, TokenRequest, Urgency};
use crate::boxed::BoxFuture;

/// How long the authority may take for one answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A way in which people sign in.
pub(super) trait Flow: Send + Sync {
    /// Asks a person to sign in, and waits for that.
    fn sign_in(&self, context: Arc<Context>) -> BoxFuture<'static, Result<Tokens, SignInError>>;
}

/// A person's session at an authority.
pub(super) struct Session<F> {
    pub(super) flow: F,
    client_id: String,
    tenant: String,
    store: Option<Arc<dyn TokenStore>>,
    http: Option<reqwest::Client>,
    timeout: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What the refresh token is for; one of another authority must never get it.
    key: String,
    refresh_token: Option<RefreshToken>,
    pending: Option<Pending>,
}

/// An exchange that began. If the request that waits for it is dropped, the next one goes on with it:
/// a person who is entering a code is not asked to enter another, and a refresh token that may be used
/// once is not lost with the answer.
struct Pending {
    purpose: Purpose,
    claims: Option<String>,
    scopes: Vec<String>,
    outcome: BoxFuture<'static, Result<Tokens, SignInError>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Refresh,
    SignIn,
}

impl<F: Flow> Session<F> {
    pub(super) fn new(client_id: String, tenant: String, flow: F) -> Self {
        Self {
            flow,
            client_id,
            tenant,
            store: None,
            http: None,
            timeout: TIMEOUT,
            state: Mutex::default(),
        }
    }

    pub(super) fn set_store(&mut self, store: impl TokenStore + 'static) {
        self.store = Some(Arc::new(store));
    }

    pub(super) fn set_http(&mut self, client: reqwest::Client) {
        self.http = Some(client);
    }

    pub(super) fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// The fields that `Debug` may show.
    pub(super) fn fields(&self, shown: &mut fmt::DebugStruct<'_, '_>) {
        shown.field("client_id", &self.client_id);
        shown.field("tenant", &self.tenant);
    }

    /// A token by the refresh token, or else by the person.
    pub(super) async fn token(&self, request: TokenRequest) -> Result<AccessToken, SignInError> {
        let urgency = request.urgency;
        let context = Arc::new(self.context(request)?);
        let mut state = self.state.lock().await;
        state.prepare(&context).await?;
        if let Some(token) = state.refreshed(&context).await? {
            return Ok(token);
        }
        if urgency == Urgency::Early {
            let kind = SignInErrorKind::InteractionRequired;
            let message = "a person must sign in again once the token expires";
            return Err(SignInError::new(kind, message));
        }
        state.signed_in(&context, &self.flow).await
    }

    fn context(&self, request: TokenRequest) -> Result<Context, SignInError> {
        let invalid = |message: &str| SignInError::new(SignInErrorKind::Configuration, message);
        let authority = Authority::new(request.authority, &self.tenant)?;
        if !is_client_id(&self.client_id) {
            return Err(invalid(
                "the client id is empty or has characters that no id has; expected the application's id",
            ));
        }
        let scopes = request.scopes.into_iter();
        let scopes: Vec<_> = scopes.filter(|scope| !scope.is_empty()).collect();
        if scopes.is_empty() {
            return Err(invalid(
                "the client has no scopes to sign in for; set them with ClientBuilder::scopes",
            ));
        }
        let http = match &self.http {
            Some(http) => http.clone(),
            None => transport::client(authority.as_str())?,
        };
        Ok(Context {
            authority,
            client_id: self.client_id.clone(),
            scopes,
            claims: request.claims,
            transport: Transport::new(http, Arc::clone(&request.clock), self.timeout),
            clock: request.clock,
            store: self.store.clone(),
        })
    }
}

fn is_client_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl State {
    /// Makes this the state of the context's account, from the store if it was another's.
    async fn prepare(&mut self, context: &Context) -> Result<(), SignInError> {
        let key = context.key();
        if self.key != key {
            *self = Self::default();
            if let Some(store) = &context.store {
                let loaded = store.load(&key).await;
                self.refresh_token = loaded.map_err(|error| {
                    let message = "the token store could not be read";
                    SignInError::caused(SignInErrorKind::Store, message, &*error)
                })?;
            }
            self.key = key;
        }
        // Other claims, or scopes, are another question.
        self.pending.take_if(|pending| {
            pending.claims != context.claims || pending.scopes != context.scopes
        });
        Ok(())
    }

    /// A token by the refresh token; `None` if there is none, or none that the authority accepts, so
    /// that a person must sign in, or is doing so.
    async fn refreshed(
        &mut self,
        context: &Arc<Context>,
    ) -> Result<Option<AccessToken>, SignInError> {
        let is_signing_in = |pending: &Pending| pending.purpose == Purpose::SignIn;
        if self.pending.as_ref().is_some_and(is_signing_in) {
            return Ok(None);
        }
        let Some(token) = self.refresh_token.clone() else {
            return Ok(None);
        };
        let owned = Arc::clone(context);
        let refresh = || async move { owned.refresh(&token).await };
        match self.outcome(Purpose::Refresh, context, refresh).await {
            Ok(token) => Ok(Some(token)),
            Err(error) if error.needs_person() => {
                // One that lacks what a challenge asks for still serves whoever does not.
                if context.claims.is_none() || error.code() == Some("invalid_grant") {
                    self.refresh_token = None;
                    context.clear().await;
                }
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// A token by the person.
    async fn signed_in(
        &mut self,
        context: &Arc<Context>,
        flow: &dyn Flow,
    ) -> Result<AccessToken, SignInError> {
        let sign_in = || {
            let tokens = flow.sign_in(Arc::clone(context));
            let context = Arc::clone(context);
            async move {
                let tokens = tokens.await?;
                context.save(&tokens).await;
                Ok(tokens)
            }
        };
        let was_begun = self.pending.is_some();
        let outcome = self.outcome(Purpose::SignIn, context, sign_in).await;
        match outcome {
            // It expired while no request waited for it.
            Err(error) if was_begun && error.kind() == SignInErrorKind::Expired => {
                self.outcome(Purpose::SignIn, context, sign_in).await
            }
            other => other,
        }
    }

    /// What comes of the exchange that began, or else of one that begins now.
    async fn outcome<F>(
        &mut self,
        purpose: Purpose,
        context: &Context,
        begin: impl FnOnce() -> F,
    ) -> Result<AccessToken, SignInError>
    where
        F: Future<Output = Result<Tokens, SignInError>> + Send + 'static,
    {
        let pending = self.pending.get_or_insert_with(|| Pending {
            purpose,
            claims: context.claims.clone(),
            scopes: context.scopes.clone(),
            outcome: Box::pin(begin()),
        });
        let outcome = pending.outcome.as_mut().await;
        self.pending = None;
        let tokens = outcome?;
        if let Some(token) = tokens.refresh {
            self.refresh_token = Some(token);
        }
        Ok(tokens.access)
    }
}
