//! Building a client.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::client::{Client, Inner, Settings};
use crate::clock::{Clock, SystemClock};
use crate::cloud::Cloud;
use crate::credential::{
    self, AccessToken, Credential, CredentialSource, StaticToken, TokenCache, TokenRequest,
};
use crate::error::{Error, ErrorKind, Result};
use crate::origin;
use crate::retry::RetryPolicy;
use crate::trace;

const DEFAULTS: Settings = Settings {
    timeout: Duration::from_secs(300),
    attempt_timeout: Duration::from_secs(100),
    connect_timeout: Duration::from_secs(10),
    retry: RetryPolicy::DEFAULT,
    max_response_bytes: 64 * 1024 * 1024,
    max_response_memory: 512 * 1024 * 1024,
};

/// Builds a client `C`: this crate's [`Client`] or a generated one around it.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<C = Client> {
    parts: Parts,
    client: PhantomData<fn() -> C>,
}

/// A builder without the type of what it builds, so that what it does is compiled once.
struct Parts {
    product: &'static str,
    user_agent_suffix: Option<String>,
    cloud: Cloud,
    endpoint: Option<String>,
    scopes: Option<Vec<String>>,
    credential: Choice,
    http: Option<reqwest::Client>,
    clock: Arc<dyn Clock>,
    settings: Settings,
}

/// Which credential was chosen.
enum Choice {
    None,
    Anonymous,
    Token(AccessToken),
    Given(CredentialSource, Box<dyn Credential>),
    Environment(String),
}

impl<C: From<Client>> ClientBuilder<C> {
    /// A builder for this cloud; `product` is `name/version` for the `User-Agent`.
    pub fn new(cloud: Cloud, product: &'static str) -> Self {
        Self {
            parts: Parts {
                product,
                user_agent_suffix: None,
                cloud,
                endpoint: None,
                scopes: None,
                credential: Choice::None,
                http: None,
                clock: Arc::new(SystemClock),
                settings: DEFAULTS,
            },
            client: PhantomData,
        }
    }

    /// Uses this token for every request.
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        self.parts.credential = Choice::Token(AccessToken::new(token));
        self
    }

    /// Gets tokens from this credential.
    pub fn credential(mut self, credential: impl Credential + 'static) -> Self {
        self.parts.credential = Choice::Given(CredentialSource::Custom, Box::new(credential));
        self
    }

    /// Takes the credential from the environment, when the client is built.
    ///
    /// The environment variable `token_variable` comes first, if it is set. With the feature
    /// `azure-identity` follow, as the environment variables of Azure's identity libraries tell:
    /// workload identity, managed identity, a client secret, and else developer tools;
    /// `AZURE_TOKEN_CREDENTIALS` chooses one of them by its name, such as
    /// `ManagedIdentityCredential`.
    /// [`Client::credential_source`] says which one it was.
    pub fn credential_from_env(mut self, token_variable: impl Into<String>) -> Self {
        self.parts.credential = Choice::Environment(token_variable.into());
        self
    }

    /// Sends requests without a token, to services that want none.
    pub fn anonymous(mut self) -> Self {
        self.parts.credential = Choice::Anonymous;
        self
    }

    /// The cloud: its service root, token scope and login authority.
    pub fn cloud(mut self, cloud: impl Into<Cloud>) -> Self {
        self.parts.cloud = cloud.into();
        self
    }

    /// Another service root than the cloud's. https only, except for loopback addresses.
    ///
    /// The token goes to this root's origin and nowhere else.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.parts.endpoint = Some(url.into());
        self
    }

    /// Other scopes than the cloud's to ask tokens for.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.parts.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Sends with this HTTP client, such as one with a proxy or a certificate of one's own.
    ///
    /// Give it `redirect(reqwest::redirect::Policy::none())`: a client that follows redirects does so
    /// before this crate can see where they lead. It then strips the token itself when the host
    /// changes, and this crate refuses an answer that came from another origin, but by then the
    /// request was sent there. [`connect_timeout`](Self::connect_timeout) has no effect on it, and
    /// responses are decompressed as it is set up to.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.parts.http = Some(client);
        self
    }

    /// When to send again; three times by default.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.parts.settings.retry = policy;
        self
    }

    /// How long a request may take, with all its attempts and waits; 300 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.parts.settings.timeout = timeout;
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the body; 100 s by default.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.parts.settings.attempt_timeout = timeout;
        self
    }

    /// How long connecting may take, with the TLS handshake; 10 s by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.parts.settings.connect_timeout = timeout;
        self
    }

    /// How many bytes a response may have, decompressed; 64 MiB by default.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.parts.settings.max_response_bytes = bytes;
        self
    }

    /// How many bytes of memory a response may take, its body and what it is decoded to; 512 MiB by
    /// default.
    ///
    /// A few bytes of JSON can become a large value: `{}` is a whole model. What a response would take is
    /// estimated from what is in it, before it is decoded, and from the size of the models that come of
    /// it; it mostly takes much less. Each page of a collection is a response. Types of your own are
    /// counted at the size of [`serde_json::Value`], and as the items of a [`Page`](crate::Page) at their
    /// own.
    pub fn max_response_memory(mut self, bytes: usize) -> Self {
        self.parts.settings.max_response_memory = bytes;
        self
    }

    /// What follows this crate's own products in the `User-Agent`, such as `my-app/1.0`.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.parts.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Another clock, so that tests of waiting take no time.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.parts.clock = clock;
        self
    }

    /// Builds the client. Nothing is sent, and no token asked for, before the first request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when there is no credential, or when the endpoint, the token or
    /// the suffix of the `User-Agent` cannot be one.
    pub fn build(self) -> Result<C> {
        self.parts.build().map(C::from)
    }
}

impl Parts {
    fn build(self) -> Result<Client> {
        let root = origin::service_root(self.endpoint.as_deref().unwrap_or(self.cloud.root()))?;
        let user_agent = user_agent(self.product, self.user_agent_suffix.as_deref())?;
        let http = match self.http {
            Some(http) => http,
            None => http_client(&self.settings)?,
        };
        let (credential_source, credential) = resolve(self.credential, &self.cloud)?;
        trace::credential(&credential_source);
        let request = TokenRequest {
            scopes: self
                .scopes
                .unwrap_or_else(|| vec![self.cloud.scope().to_owned()]),
            claims: None,
            authority: self.cloud.authority(),
        };
        let clock = self.clock;
        let tokens =
            credential.map(|credential| TokenCache::new(credential, request, Arc::clone(&clock)));
        Ok(Client::new(Inner {
            http,
            root,
            user_agent,
            credential_source,
            tokens,
            clock,
            settings: self.settings,
        }))
    }
}

fn resolve(
    choice: Choice,
    cloud: &Cloud,
) -> Result<(CredentialSource, Option<Box<dyn Credential>>)> {
    match choice {
        Choice::None => Err(Error::new(
            ErrorKind::Configuration,
            "no credential: call bearer_token, credential or credential_from_env, or anonymous for \
             a service that wants no token",
        )),
        Choice::Anonymous => Ok((CredentialSource::Anonymous, None)),
        Choice::Token(token) => {
            let credential = StaticToken::new(token)?;
            Ok((CredentialSource::BearerToken, Some(Box::new(credential))))
        }
        Choice::Given(source, credential) => Ok((source, Some(credential))),
        Choice::Environment(variable) => {
            let variables = |name: &str| std::env::var(name).ok();
            let (source, credential) = credential::from_environment(&variable, cloud, &variables)?;
            Ok((source, Some(credential)))
        }
    }
}

fn user_agent(product: &str, suffix: Option<&str>) -> Result<HeaderValue> {
    let mut text = format!("{product} odata-runtime/{}", env!("CARGO_PKG_VERSION"));
    if let Some(suffix) = suffix {
        text.push(' ');
        text.push_str(suffix);
    }
    HeaderValue::try_from(&text).map_err(|error| {
        let message = format!("{text:?} cannot be a User-Agent");
        Error::new(ErrorKind::Configuration, message).with_source(error)
    })
}

fn http_client(settings: &Settings) -> Result<reqwest::Client> {
    reqwest::Client::builder()
        // Redirects are followed here, where the origin of each is checked before it is sent to.
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(settings.connect_timeout)
        .referer(false)
        .build()
        .map_err(|error| {
            let message = "the HTTP client cannot be set up";
            Error::new(ErrorKind::Configuration, message).with_source(error)
        })
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            .field("product", &self.parts.product)
            .field("user_agent_suffix", &self.parts.user_agent_suffix)
            .field("cloud", &self.parts.cloud.name())
            .field("endpoint", &self.parts.endpoint)
            .field("scopes", &self.parts.scopes)
            .field("credential", &self.parts.credential)
            .field("settings", &self.parts.settings)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Choice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => formatter.write_str("None"),
            Self::Anonymous => formatter.write_str("Anonymous"),
            Self::Token(token) => token.fmt(formatter),
            Self::Given(source, _) => source.fmt(formatter),
            Self::Environment(variable) => write!(formatter, "Environment({variable:?})"),
        }
    }
}
