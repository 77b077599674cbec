//! Where tokens come from.

#[cfg(feature = "sign-in")]
mod sign_in;
mod source;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};

use crate::boxed::{BoxError, BoxFuture};
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Secret};

#[cfg(feature = "keyring")]
pub use sign_in::Keyring;
#[cfg(feature = "sign-in")]
pub use sign_in::{
    AuthorizationCode, DeviceCode, DevicePrompt, RefreshToken, SignInError, SignInErrorKind,
    TokenStore,
};
pub use source::CredentialSource;

/// A source of access tokens.
///
/// A client caches the token and requests a new one once, however many requests wait for it, so an
/// implementation needs no cache of its own. It does so early, when a fifth of the token's lifetime
/// is left, at most 5 minutes, and keeps using the old token if that fails.
///
/// # Examples
///
/// ```
/// use odata_runtime::{AccessToken, BoxError, BoxFuture, Credential, TokenRequest};
///
/// struct FromFile(std::path::PathBuf);
///
/// impl Credential for FromFile {
///     fn token(&self, _: TokenRequest) -> BoxFuture<'_, Result<AccessToken, BoxError>> {
///         Box::pin(async {
///             let token = std::fs::read_to_string(&self.0)?;
///             Ok(AccessToken::new(token.trim()))
///         })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a credential",
    note = "for credentials of the crates `azure_identity` and `azure_core`, in an `Arc`, enable the feature \
            `azure-identity`",
    note = "`credential::from_fn` makes a credential from an async closure"
)]
pub trait Credential: Send + Sync {
    /// Gets a token.
    ///
    /// # Errors
    ///
    /// Any failure to get a token; it becomes the source of the request's error. Its text must not
    /// contain secrets. A token that is empty, or has white space or non-ASCII characters, is also
    /// an error.
    fn token(&self, request: TokenRequest) -> BoxFuture<'_, Result<AccessToken, BoxError>>;

    /// Which credential it is, for [`Client::credential_source`](crate::Client::credential_source) and
    /// for messages; [`CredentialSource::Custom`] if it does not say.
    fn source(&self) -> CredentialSource {
        CredentialSource::Custom
    }
}

impl Credential for Box<dyn Credential> {
    fn source(&self) -> CredentialSource {
        self.as_ref().source()
    }

    fn token(&self, request: TokenRequest) -> BoxFuture<'_, Result<AccessToken, BoxError>> {
        self.as_ref().token(request)
    }
}

/// What a token is requested for.
#[derive(Clone)]
#[non_exhaustive]
pub struct TokenRequest {
    /// The scopes, such as `https://graph.microsoft.com/.default`; none if the cloud has none and the
    /// client was given none.
    pub scopes: Vec<String>,
    /// The claims that a challenge asked for, as JSON; a token without them will be refused again.
    ///
    /// See "Continuous access evaluation" in Microsoft's identity platform documentation.
    pub claims: Option<String>,
    /// The login authority of the cloud, such as `https://login.microsoftonline.com`, if it is known.
    pub authority: Option<&'static str>,
    /// The client's clock.
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) urgency: Urgency,
}

/// Whether anything waits for the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A request cannot be sent without it.
    Needed,
    /// The old token still serves: nobody is to be asked to sign in for another.
    Early,
}

impl TokenRequest {
    pub(crate) fn new(
        scopes: Vec<String>,
        authority: Option<&'static str>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            scopes,
            claims: None,
            authority,
            clock,
            urgency: Urgency::Needed,
        }
    }
}

// Claims are no secret, but they tell of logins and addresses.
impl fmt::Debug for TokenRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenRequest")
            .field("scopes", &self.scopes)
            .field("claims", &self.claims.as_ref().map(|_| "[redacted]"))
            .field("authority", &self.authority)
            .finish_non_exhaustive()
    }
}

/// A bearer token, or what else a header proves who asks with, and its expiry.
#[derive(Clone)]
pub struct AccessToken {
    secret: Secret,
    expires_at: Option<DateTime<Utc>>,
    scheme: Scheme,
    /// Built once, however many requests send it.
    value: OnceLock<Option<HeaderValue>>,
}

/// How a token is sent.
#[derive(Clone)]
enum Scheme {
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer,
    /// `Authorization: Basic …` (RFC 7617).
    Basic,
    /// As the whole value of a header.
    Header(HeaderName),
    /// It cannot be sent, for this reason.
    Invalid(&'static str),
}

impl AccessToken {
    /// A token that does not expire, or whose expiry is unknown.
    pub fn new(secret: impl Into<String>) -> Self {
        Self::with_scheme(Secret::new(secret), Scheme::Bearer)
    }

    /// A user and password (RFC 7617), sent as UTF-8. The user cannot have a colon.
    pub fn basic(user: impl AsRef<str>, password: impl AsRef<str>) -> Self {
        let (user, password) = (user.as_ref(), password.as_ref());
        let sent = STANDARD.encode(format!("{user}:{password}"));
        let texts = [sent, password.to_owned()];
        let scheme = match user.contains(':') {
            true => {
                Scheme::Invalid("the user name has a colon, which Basic authentication forbids")
            }
            false => Scheme::Basic,
        };
        Self::with_scheme(Secret::of_texts(texts), scheme)
    }

    /// A secret that is the whole value of this header: an API key, or `Authorization` of another
    /// scheme.
    pub fn in_header(name: impl AsRef<str>, value: impl Into<String>) -> Self {
        let scheme = match HeaderName::try_from(name.as_ref()) {
            Ok(name) => Scheme::Header(name),
            Err(_) => Scheme::Invalid("the name of the credential's header is not one"),
        };
        Self::with_scheme(Secret::new(value), scheme)
    }

    fn with_scheme(secret: Secret, scheme: Scheme) -> Self {
        Self {
            secret,
            expires_at: None,
            scheme,
            value: OnceLock::new(),
        }
    }

    /// Sets when it expires.
    #[must_use]
    pub fn expires_at(mut self, time: DateTime<Utc>) -> Self {
        self.expires_at = Some(time);
        self
    }

    /// Sets how long it is still valid, from now.
    #[must_use]
    pub fn expires_in(self, duration: Duration) -> Self {
        let end = chrono::TimeDelta::from_std(duration)
            .ok()
            .and_then(|duration| Utc::now().checked_add_signed(duration));
        self.expires_at(end.unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// The token itself. Be careful where it goes.
    pub fn secret(&self) -> &str {
        self.secret.as_str()
    }

    /// The token, as something that must never be shown.
    pub(crate) fn to_redact(&self) -> &Secret {
        &self.secret
    }

    /// Checks that the token can be sent. The message does not contain it.
    ///
    /// RFC 6750, section 2.1, allows fewer characters; some services issue tokens with others, such
    /// as `|`.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        if self.secret().trim().is_empty() {
            return Err("the token is empty");
        }
        match self.scheme {
            Scheme::Bearer => {}
            Scheme::Basic => return Ok(()),
            Scheme::Invalid(why) => return Err(why),
            Scheme::Header(_) => {
                let is_sendable = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
                return match self.secret().bytes().all(is_sendable) {
                    true => Ok(()),
                    false => Err(
                        "the credential has characters that a header cannot have, such as a line break",
                    ),
                };
            }
        }
        let scheme = self.secret().split_ascii_whitespace().next();
        if scheme.is_some_and(|word| word.eq_ignore_ascii_case("bearer")) {
            return Err(
                "the token begins with \"Bearer\", which the client adds; give it the token alone",
            );
        }
        match self.secret().bytes().all(|byte| byte.is_ascii_graphic()) {
            true => Ok(()),
            false => Err(UNSENDABLE),
        }
    }

    /// The header that it is sent in; `None` if it cannot be sent.
    pub(crate) fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        let (name, scheme) = match &self.scheme {
            Scheme::Bearer => (AUTHORIZATION, "Bearer "),
            Scheme::Basic => (AUTHORIZATION, "Basic "),
            Scheme::Header(name) => (name.clone(), ""),
            Scheme::Invalid(_) => return None,
        };
        let make = || {
            self.check().ok()?;
            let mut value = HeaderValue::try_from(format!("{scheme}{}", self.secret())).ok()?;
            value.set_sensitive(true);
            Some(value)
        };
        Some((name, self.value.get_or_init(make).clone()?))
    }

    /// When it expires, if that is known.
    pub fn expiry(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AccessToken")
            .field("secret", &"[redacted]")
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// A token that never changes.
pub(crate) struct StaticToken(AccessToken);

impl StaticToken {
    /// Checks that the token can be sent. The error does not contain it.
    pub(crate) fn new(token: AccessToken) -> Result<Self, Error> {
        match token.check() {
            Ok(()) => Ok(Self(token)),
            Err(problem) => Err(Error::new(ErrorKind::Configuration, problem)),
        }
    }
}

/// The error of a token with characters other than visible ASCII.
pub(crate) const UNSENDABLE: &str = "the token has characters that a token cannot have, such as a \
                                     space or a line break; give it without what is around it";

impl Credential for StaticToken {
    fn token(&self, request: TokenRequest) -> BoxFuture<'_, Result<AccessToken, BoxError>> {
        Box::pin(async move {
            match request.claims {
                None => Ok(self.0.clone()),
                Some(_) => Err("a fixed token cannot answer a claims challenge".into()),
            }
        })
    }
}

/// A credential from an async closure.
struct FromFn<F>(F);

impl<F, Fut> Credential for FromFn<F>
where
    F: Fn(TokenRequest) -> Fut + Send + Sync,
    Fut: Future<Output = Result<AccessToken, BoxError>> + Send + 'static,
{
    fn token(&self, request: TokenRequest) -> BoxFuture<'_, Result<AccessToken, BoxError>> {
        Box::pin((self.0)(request))
    }
}

/// Makes a credential from an async closure.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use odata_runtime::{AccessToken, credential};
///
/// # async fn ask_the_vault(scopes: Vec<String>) -> std::io::Result<String> { Ok(String::new()) }
/// let credential = credential::from_fn(|request| async move {
///     let token = ask_the_vault(request.scopes).await?;
///     Ok(AccessToken::new(token).expires_in(Duration::from_secs(3600)))
/// });
/// # let _: Box<dyn odata_runtime::Credential> = Box::new(credential);
/// ```
pub fn from_fn<F, Fut>(function: F) -> impl Credential
where
    F: Fn(TokenRequest) -> Fut + Send + Sync,
    Fut: Future<Output = Result<AccessToken, BoxError>> + Send + 'static,
{
    FromFn(function)
}
