//! What is asked of an authority in exchange for a grant, and the tokens that come of it.

use std::sync::Arc;

use chrono::TimeDelta;
use oauth2::basic::{BasicClient, BasicTokenResponse, BasicTokenType};
use oauth2::{
    AuthType, AuthUrl, ClientId, DeviceAuthorizationUrl, EndpointNotSet, EndpointSet,
    ErrorResponseType, RequestTokenError, Scope, StandardErrorResponse, TokenResponse as _,
    TokenUrl,
};

use super::authority::Authority;
use super::error::{SignInError, SignInErrorKind};
use super::store::{RefreshToken, TokenStore};
use super::transport::{Failure, Transport};
use crate::auth::credential::AccessToken;
use crate::clock::Clock;
use crate::error::{Redaction, Secret, shown};

/// The scope that gives a refresh token (OpenID Connect Core, section 11).
const OFFLINE_ACCESS: &str = "offline_access";

/// A client of an authority whose endpoints are known.
pub(super) type OAuthClient =
    BasicClient<EndpointSet, EndpointSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// Who asks whom for what.
pub(super) struct Context {
    pub(super) authority: Authority,
    pub(super) client_id: String,
    pub(super) scopes: Vec<String>,
    pub(super) claims: Option<String>,
    pub(super) transport: Transport,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) store: Option<Arc<dyn TokenStore>>,
}

/// What an authority gave.
pub(super) struct Tokens {
    pub(super) access: AccessToken,
    pub(super) refresh: Option<RefreshToken>,
}

impl Context {
    /// What refresh tokens are kept under.
    pub(super) fn key(&self) -> String {
        format!("{} {}", self.authority.as_str(), self.client_id)
    }

    pub(super) fn client(&self) -> Result<OAuthClient, SignInError> {
        let invalid = |error| {
            let message = "the login authority has no endpoints";
            SignInError::caused(SignInErrorKind::Configuration, message, &error)
        };
        let authorization = AuthUrl::new(self.authority.authorization_endpoint());
        let device = DeviceAuthorizationUrl::new(self.authority.device_authorization_endpoint());
        let token = TokenUrl::new(self.authority.token_endpoint());
        let client = BasicClient::new(ClientId::new(self.client_id.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(authorization.map_err(invalid)?)
            .set_device_authorization_url(device.map_err(invalid)?)
            .set_token_uri(token.map_err(invalid)?);
        Ok(client)
    }

    /// The scopes that were asked for, and the one that gives a refresh token.
    pub(super) fn scopes(&self) -> impl Iterator<Item = Scope> + use<> {
        let mut scopes = self.scopes.clone();
        if !scopes.iter().any(|scope| scope == OFFLINE_ACCESS) {
            scopes.push(OFFLINE_ACCESS.to_owned());
        }
        scopes.into_iter().map(Scope::new)
    }

    /// The parameter of OpenID Connect Core, section 5.5, if there are claims to ask for.
    pub(super) fn claims_parameter(&self) -> Option<(&'static str, String)> {
        self.claims.clone().map(|claims| ("claims", claims))
    }

    /// New tokens for a refresh token (RFC 6749, section 6).
    pub(super) async fn refresh(&self, token: &RefreshToken) -> Result<Tokens, SignInError> {
        let client = self.client()?;
        let refresh_token = oauth2::RefreshToken::new(token.secret().to_owned());
        let mut request = client
            .exchange_refresh_token(&refresh_token)
            .add_scopes(self.scopes());
        if let Some((name, claims)) = self.claims_parameter() {
            request = request.add_extra_param(name, claims);
        }
        let answer = request.request_async(&self.transport).await;
        let told = Secret::new(token.secret());
        let tokens = self.tokens(answer.map_err(|error| failed(error, &told))?)?;
        if tokens.refresh.is_some() {
            self.save(&tokens).await;
        }
        Ok(tokens)
    }

    /// The tokens of a response, of which only bearer tokens can be sent.
    pub(super) fn tokens(&self, response: BasicTokenResponse) -> Result<Tokens, SignInError> {
        if *response.token_type() != BasicTokenType::Bearer {
            let kind = SignInErrorKind::InvalidResponse;
            let message =
                "the authority gave a token of a type other than Bearer, which cannot be sent";
            return Err(SignInError::new(kind, message));
        }
        let mut access = AccessToken::new(response.access_token().secret());
        if let Some(lifetime) = response.expires_in() {
            // From when it was asked for: the answer may have waited for somebody to read it.
            let lifetime = TimeDelta::from_std(lifetime).unwrap_or(TimeDelta::MAX);
            let expiry = self.transport.sent_at().checked_add_signed(lifetime);
            access = access.expires_at(expiry.unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC));
        }
        let refresh = response.refresh_token();
        let refresh = refresh.filter(|token| !token.secret().is_empty());
        Ok(Tokens {
            access,
            refresh: refresh.map(|token| RefreshToken::new(token.secret())),
        })
    }

    /// Saves the refresh token, if there is a store. A failure must not cost a sign-in that succeeded.
    pub(super) async fn save(&self, tokens: &Tokens) {
        if let (Some(store), Some(token)) = (&self.store, &tokens.refresh) {
            let saved = store.save(&self.key(), token.clone()).await;
            if let Err(error) = saved {
                store_failed("save", &*error);
            }
        }
    }

    /// Removes a refresh token that the authority no longer accepts from the store, if there is one.
    pub(super) async fn clear(&self) {
        if let Some(store) = &self.store
            && let Err(error) = store.clear(&self.key()).await
        {
            store_failed("clear", &*error);
        }
    }
}

#[cfg(feature = "tracing")]
fn store_failed(what: &'static str, error: &(dyn std::error::Error + 'static)) {
    let error = shown::line(&shown::chain(error), 1_000, Redaction::of(None));
    tracing::warn!(what, error, "the token store failed");
}

#[cfg(not(feature = "tracing"))]
fn store_failed(_: &'static str, _: &(dyn std::error::Error + 'static)) {}

/// Why an exchange gave no tokens. `told` is what the authority was told and must not be shown.
pub(super) fn failed<T: ErrorResponseType + std::fmt::Display + 'static>(
    error: RequestTokenError<Failure, StandardErrorResponse<T>>,
    told: &Secret,
) -> SignInError {
    let invalid = |message: String| SignInError::new(SignInErrorKind::InvalidResponse, message);
    match error {
        RequestTokenError::Request(failure) => failure.into(),
        RequestTokenError::ServerResponse(answer) => {
            let description = answer.error_description().map(String::as_str);
            SignInError::refused(&answer.error().to_string(), description, told)
        }
        // What is wrong with the value would show it, and it may be a token.
        RequestTokenError::Parse(error, _) => {
            let place = error.path().to_string();
            let place = shown::line(&place, 200, Redaction::of(Some(told)));
            invalid(format!(
                "the authority's answer is not one of OAuth 2.0 (at `{place}`)"
            ))
        }
        RequestTokenError::Other(_) => {
            invalid("the authority's answer is not one of OAuth 2.0".to_owned())
        }
    }
}
