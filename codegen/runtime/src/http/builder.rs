//! Building a client.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::batch_settings::BatchSettings;
use super::carrier::Carrier;
use super::choice::Choice;
use super::client::{Client, DownloadRedirects, Inner, Settings};
use super::csrf::CsrfTokens;
use super::layer::Layer;
use super::origin::{self, PlainHttp};
#[cfg(feature = "replay")]
use super::replay::Recorder;
use super::retry::RetryPolicy;
use super::throttle::Throttle;
use super::trace;
use super::transport::Transport;
use crate::auth::{AccessToken, Cloud, Credential, CredentialSource, TokenCache, TokenRequest};
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, ErrorKind, PermissionTable, Result};
use crate::value::Numbers;

/// Builds a client `C`: this crate's [`Client`] or a generated one around it.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<C = Client> {
    parts: Parts,
    client: PhantomData<fn() -> C>,
}

/// A builder without the type of the client, so that its code is compiled once.
struct Parts {
    product: &'static str,
    user_agent_suffix: Option<String>,
    cloud: Cloud,
    endpoint: Option<String>,
    scopes: Option<Vec<String>>,
    credential: Choice,
    headers: HeaderMap,
    layers: Vec<Arc<dyn Layer>>,
    /// The first invalid setting.
    error: Option<Error>,
    carrier: Option<Carrier>,
    throttle: Option<Throttle>,
    #[cfg(feature = "replay")]
    recording: Option<std::path::PathBuf>,
    plain_http: PlainHttp,
    clock: Arc<dyn Clock>,
    settings: Settings,
}

impl Client {
    /// A builder for a client without generated code; `product` is `name/version` for the
    /// `User-Agent`.
    pub fn builder(cloud: Cloud, product: &'static str) -> ClientBuilder<Self> {
        ClientBuilder::new(cloud, product)
    }
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
                headers: HeaderMap::new(),
                layers: Vec::new(),
                error: None,
                carrier: None,
                throttle: None,
                #[cfg(feature = "replay")]
                recording: None,
                plain_http: PlainHttp::default(),
                clock: Arc::new(SystemClock),
                settings: Settings::DEFAULT,
            },
            client: PhantomData,
        }
    }

    /// Uses this token for every request.
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        let token = AccessToken::new(token);
        self.parts.credential = Choice::Token(CredentialSource::BearerToken, token);
        self
    }

    /// Sends this user and password with every request (`Authorization: Basic`, RFC 7617).
    pub fn basic(mut self, user: impl AsRef<str>, password: impl AsRef<str>) -> Self {
        let token = AccessToken::basic(user, password);
        self.parts.credential = Choice::Token(CredentialSource::Basic, token);
        self
    }

    /// Sends this key in this header with every request.
    ///
    /// For a header whose value changes, such as `Authorization` of another scheme, give
    /// [`credential`](Self::credential) a closure that makes an [`AccessToken::in_header`].
    pub fn api_key(mut self, header: impl AsRef<str>, key: impl Into<String>) -> Self {
        let token = AccessToken::in_header(header, key);
        self.parts.credential = Choice::Token(CredentialSource::ApiKey, token);
        self
    }

    /// Sends this header with every request, unless the request sets it itself: `sap-client`,
    /// `Accept-Language`. Use [`secret_header`](Self::secret_header) if the value is a secret.
    ///
    /// A name or value that cannot be a header makes [`build`](Self::build) fail.
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.with_header(name.as_ref(), value.as_ref(), false)
    }

    /// As [`header`](Self::header), for a value that is a secret beside the credential, such as the
    /// subscription key of a gateway: it is redacted wherever the service repeats it.
    pub fn secret_header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.with_header(name.as_ref(), value.as_ref(), true)
    }

    fn with_header(mut self, name: &str, value: &str, is_secret: bool) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(is_secret);
                self.parts.headers.insert(name, value);
            }
            _ => {
                // The value may be a secret.
                let message = format!("{name:?} or its value cannot be a header");
                let error = Error::new(ErrorKind::Configuration, message);
                self.parts.error.get_or_insert(error);
            }
        }
        self
    }

    /// Adds a hook around each attempt, within those that were added before.
    pub fn layer(mut self, layer: impl Layer + 'static) -> Self {
        self.parts.layers.push(Arc::new(layer));
        self
    }

    /// Sends a CSRF token with each write, as SAP's gateways want it.
    ///
    /// The token is fetched from the service root (`x-csrf-token: fetch`) before the first write, and
    /// sent with the cookies that came with it. A write that is refused with 403 and
    /// `x-csrf-token: required` is sent once more with a new token, unless its body comes from a
    /// stream. A service that gives no token is sent none. Token and cookies are redacted as the
    /// credential is.
    pub fn csrf_tokens(self) -> Self {
        self.layer(CsrfTokens::default())
    }

    /// Gets tokens from this credential.
    pub fn credential(mut self, credential: impl Credential + 'static) -> Self {
        self.parts.credential = Choice::Given(credential.source(), Box::new(credential));
        self
    }

    /// Takes the credential from the environment when the client is built.
    ///
    /// A token in the environment variable `token_variable` comes first. With the feature
    /// `azure-identity`, these follow, according to the environment variables of Azure's identity
    /// libraries: workload identity, managed identity, a client secret, developer tools.
    /// `AZURE_TOKEN_CREDENTIALS` selects one by name, such as `ManagedIdentityCredential`.
    /// [`Client::credential_source`] says which one is used.
    pub fn credential_from_env(mut self, token_variable: impl Into<String>) -> Self {
        self.parts.credential = Choice::Environment(token_variable.into());
        self
    }

    /// Sends requests without a token, for services that need none.
    pub fn anonymous(mut self) -> Self {
        self.parts.credential = Choice::Anonymous;
        self
    }

    /// The cloud: its service root, token scope and login authority.
    pub fn cloud(mut self, cloud: impl Into<Cloud>) -> Self {
        self.parts.cloud = cloud.into();
        self
    }

    /// A service root other than the cloud's. It must be https, except for loopback: the addresses
    /// `127.0.0.0/8` and `[::1]`, and the name `localhost`, which is resolved to them and never
    /// looked up; and except for what [`allow_http`](Self::allow_http) allows.
    ///
    /// The token goes to this root's origin and nowhere else. Requests to loopback bypass the
    /// proxies of the environment.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.parts.endpoint = Some(url.into());
        self
    }

    /// Allows a service root that is http beyond loopback, for an [`anonymous`](Self::anonymous) client.
    ///
    /// **Everybody on the way can read and change requests and responses**: what is read may be
    /// forged, and what is written, or set with
    /// [`header`](crate::ConfigureRequest::header), is public. It is for services in a network that
    /// you trust and that have no certificate. A client with a credential also needs
    /// [`allow_http_with_credentials`](Self::allow_http_with_credentials).
    pub fn allow_http(mut self) -> Self {
        self.parts.plain_http.anonymous = true;
        self
    }

    /// Allows what [`allow_http`](Self::allow_http) allows for a client with a credential too, if that
    /// is called as well.
    ///
    /// **Everybody on the way can read the credential and use it**, whatever it permits, until it
    /// expires.
    pub fn allow_http_with_credentials(mut self) -> Self {
        self.parts.plain_http.with_credentials = true;
        self
    }

    /// Scopes to request tokens for, other than the cloud's.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.parts.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Sends requests with this HTTP client, for example one with a proxy or a custom certificate.
    ///
    /// Give it `redirect(reqwest::redirect::Policy::none())`: a client that follows redirects does
    /// so before this crate can see where they lead. It strips the token when the host changes, and
    /// this crate refuses a response from another origin, but by then the request was sent there.
    /// [`connect_timeout`](Self::connect_timeout) has no effect on it. With the feature `gzip`,
    /// requests accept gzip whatever its default headers say; to prevent that, set
    /// `Accept-Encoding` with [`header`](Self::header).
    ///
    /// For a service root on loopback, give it `no_proxy()`, or the proxies of the environment see
    /// the token. An http root must then have an address, such as `http://127.0.0.1`, since the
    /// client would look up the name `localhost`.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.parts.carrier = Some(Carrier::Reqwest(client));
        self
    }

    /// Sends requests by this transport, in place of an HTTP client.
    ///
    /// The service root must be https, or have a loopback address, as with
    /// [`http_client`](Self::http_client): what a transport does with an http URL is its own affair.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.parts.carrier = Some(Carrier::Own(Arc::new(transport)));
        self
    }

    /// Writes every exchange to this file, for [`Replay`](crate::transport::Replay) to play it back:
    /// an HTTP Archive (HAR 1.2), which browsers show, too. The file is replaced when the first
    /// exchange is complete, and again after each.
    ///
    /// Without the credential, cookies, values of headers that are marked sensitive, and what is behind the
    /// host in URLs of other origins that give access by themselves: those that were requested, those of
    /// `Location`, and in bodies those with a query, upload URLs and download URLs. **All other
    /// content is written as it is**, with whatever personal data it has. Responses are read whole, also
    /// those of downloads, and content that is uploaded from a stream cannot be recorded.
    #[cfg(feature = "replay")]
    pub fn record_to(mut self, file: impl Into<std::path::PathBuf>) -> Self {
        self.parts.recording = Some(file.into());
        self
    }

    /// When to retry; three times by default.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.parts.settings.retry = policy;
        self
    }

    /// Sends no more than the service takes, as far as its answers tell: for programs that send many requests
    /// at a time, or run beside others of the same quota. Off by default.
    ///
    /// After a refusal (429, or 503 with `Retry-After`), all requests of the client and its clones wait as
    /// long as the service asks, at most a minute; then fewer are sent at a time and per second, and more
    /// again with each answer. `RateLimit-Remaining`, `RateLimit-Reset` and
    /// `x-ms-throttle-limit-percentage` are heeded where services send them, so that refusals are rare.
    /// Requests of a client without this are sent at once.
    ///
    /// The time that a request waits for its turn counts towards its [`timeout`](Self::timeout).
    pub fn adaptive_throttling(mut self) -> Self {
        self.parts.throttle = Some(Throttle::default());
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

    /// How long connecting may take, with the TLS handshake; 10 s by default. It also holds for the
    /// hosts that issue the tokens of [`credential_from_env`](Self::credential_from_env).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.parts.settings.connect_timeout = timeout;
        self
    }

    /// How many bytes a response may have, decompressed; 64 MiB by default.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.parts.settings.max_response_bytes = bytes;
        self
    }

    /// How many bytes of memory a response may take, its body and its decoded value; 512 MiB by
    /// default.
    ///
    /// A few bytes of JSON can become a large value: `{}` is a whole model. The memory is estimated
    /// before the response is decoded, from its contents and the size of the models; the actual use
    /// is usually much smaller. Each page of a collection is one response. Your own types are
    /// counted at the size of [`serde_json::Value`], and as items of a [`Page`](crate::Page) at
    /// their own size.
    pub fn max_response_memory(mut self, bytes: usize) -> Self {
        self.parts.settings.max_response_memory = bytes;
        self
    }

    /// Where redirects of downloads may lead: to any origin by default.
    pub fn download_redirects(mut self, redirects: DownloadRedirects) -> Self {
        self.parts.settings.download_redirects = redirects;
        self
    }

    /// Writes `Edm.Int64` and `Edm.Decimal` as strings in the bodies of requests, and asks for them as
    /// strings: `IEEE754Compatible=true` in `Content-Type` and `Accept` (OData JSON Format 4.01, section
    /// "Controlling the Representation of Numbers"). It is for services that lose digits of numbers,
    /// as those in JavaScript do beyond 53 bits.
    ///
    /// Both forms are read in any case. JSON of your own is sent as it is: write such numbers as strings
    /// there.
    pub fn ieee754_compatible(mut self) -> Self {
        self.parts.settings.numbers = Numbers::Strings;
        self
    }

    /// Says what callers must have been granted; generated clients have it from their metadata.
    pub fn permissions(mut self, table: &'static PermissionTable) -> Self {
        self.parts.settings.permissions = Some(table);
        self
    }

    /// How the service takes batches: as OData 4.01 says, by default. Generated clients have it from their
    /// configuration.
    pub fn batch(mut self, settings: BatchSettings) -> Self {
        self.parts.settings.batch = settings;
        self
    }

    /// Text to append to the `User-Agent`, such as `my-app/1.0`.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.parts.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Replaces the clock, so that tests of waiting take no time.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.parts.clock = Arc::new(clock);
        self
    }

    /// Builds the client. Nothing is sent, and no token requested, before the first request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if there is no credential, if the endpoint, the credential, a header or
    /// the `User-Agent` suffix is invalid, or if the endpoint is https and TLS is not compiled in.
    pub fn build(self) -> Result<C> {
        self.parts.build().map(C::from)
    }
}

impl Parts {
    fn build(self) -> Result<Client> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let root = self.endpoint.as_deref().unwrap_or(self.cloud.root());
        let has_secret = self.headers.values().any(HeaderValue::is_sensitive);
        let is_anonymous = matches!(self.credential, Choice::Anonymous) && !has_secret;
        let root = origin::service_root(root, self.plain_http, is_anonymous)?;
        let user_agent = user_agent(self.product, self.user_agent_suffix.as_deref())?;
        let carrier = match self.carrier {
            Some(carrier) => carrier.for_root(&root)?,
            None => Carrier::reqwest(&root, self.settings.connect_timeout)?,
        };
        #[cfg(feature = "replay")]
        let carrier = match self.recording {
            Some(path) => {
                let recorder = Recorder::new(path, root.clone(), Arc::clone(&self.clock));
                Carrier::Recorded(Box::new(carrier), Arc::new(recorder))
            }
            None => carrier,
        };
        let connect_timeout = self.settings.connect_timeout;
        let (credential_source, credential) =
            self.credential.resolve(&self.cloud, connect_timeout)?;
        trace::credential(&credential_source);
        let scopes = self
            .scopes
            .unwrap_or_else(|| self.cloud.scope().map(str::to_owned).into_iter().collect());
        let clock = self.clock;
        let request = TokenRequest::new(scopes, self.cloud.authority(), Arc::clone(&clock));
        let tokens = credential.map(|credential| {
            let source = credential_source.clone();
            TokenCache::new(credential, source, request)
        });
        Ok(Client::new(Inner {
            carrier,
            root,
            user_agent,
            headers: self.headers,
            layers: self.layers,
            credential_source,
            tokens,
            throttle: self.throttle,
            clock,
            settings: self.settings,
        }))
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

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            .field("product", &self.parts.product)
            .field("user_agent_suffix", &self.parts.user_agent_suffix)
            .field("cloud", &self.parts.cloud.name())
            .field("endpoint", &self.parts.endpoint.as_deref().map(shown))
            .field("scopes", &self.parts.scopes)
            .field("credential", &self.parts.credential)
            .field("headers", &self.parts.headers.keys().collect::<Vec<_>>())
            .field("layers", &self.parts.layers.len())
            .field("settings", &self.parts.settings)
            .finish_non_exhaustive()
    }
}

fn shown(endpoint: &str) -> String {
    origin::without_secrets(endpoint).unwrap_or_else(|| "[not a URL]".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_shown_without_its_secrets() {
        let cloud = Cloud::new("Test", "https://service.invalid", "", "");
        for (endpoint, expected) in [
            (
                "https://me:p4ss@a.example/v1?sig=s1g#s1g",
                r#"Some("https://a.example/v1")"#,
            ),
            ("https://me:p4ss@[/?sig=s1g", r#"Some("[not a URL]")"#),
        ] {
            let builder: ClientBuilder = ClientBuilder::new(cloud, "test/1").endpoint(endpoint);
            let shown = format!("{builder:?}");
            assert!(shown.contains(&format!("endpoint: {expected}")), "{shown}");
        }
    }

    #[test]
    fn a_client_of_ones_own_must_not_look_localhost_up() {
        let cloud = Cloud::new("Test", "https://service.invalid", "", "");
        for (root, fine) in [
            ("http://localhost:1/v1", false),
            ("http://127.0.0.1:1/v1", true),
            ("https://localhost:1/v1", true),
        ] {
            let builder: ClientBuilder = ClientBuilder::new(cloud, "test/1");
            let builder = builder.anonymous().endpoint(root);
            let result = builder.http_client(reqwest::Client::new()).build();
            assert_eq!(result.is_ok(), fine, "{root}");
            if let Err(error) = result {
                assert_eq!(error.kind(), ErrorKind::Configuration);
                assert!(error.to_string().contains("http://127.0.0.1"), "{error}");
            }
        }
    }
}
