//! The client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Method};
use url::Url;

use crate::builder::ClientBuilder;
use crate::clock::Clock;
use crate::cloud::Cloud;
use crate::credential::{AccessToken, CredentialSource, TokenCache};
use crate::error::{Error, ErrorKind, Result};
use crate::path::ResourcePath;
use crate::redaction::Redaction;
use crate::request::{Request, RequestParts};
use crate::retry::RetryPolicy;

/// A client of one service.
///
/// It is cheap to clone, and its clones share connections and the token.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

/// What a client is made of.
pub(crate) struct Inner {
    pub(crate) http: reqwest::Client,
    pub(crate) root: Url,
    pub(crate) user_agent: HeaderValue,
    pub(crate) credential_source: CredentialSource,
    pub(crate) tokens: Option<TokenCache>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Settings,
}

/// What requests take from their client when they have no other setting.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) max_response_bytes: usize,
    pub(crate) max_response_memory: usize,
    pub(crate) download_redirects: DownloadRedirects,
}

/// Where the redirects of downloads may lead. Those of other requests stay within the service's origin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DownloadRedirects {
    /// To any origin with https, since services keep content elsewhere. Neither the token nor a header that
    /// the caller set goes there.
    #[default]
    AnyOrigin,
    /// Within the service's origin; another one is an error.
    SameOrigin,
}

impl Inner {
    /// The token that the next request will have, if there is one already.
    pub(crate) fn token_at_hand(&self) -> Option<Arc<AccessToken>> {
        self.tokens.as_ref()?.fresh()
    }
}

impl Client {
    /// A builder of a client without generated code; `product` is `name/version` for the
    /// `User-Agent`.
    pub fn builder(cloud: Cloud, product: &'static str) -> ClientBuilder<Self> {
        ClientBuilder::new(cloud, product)
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
        }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// The service root, from which resources are reached.
    pub fn root(&self) -> ResourcePath {
        ResourcePath::root(self.clone())
    }

    /// The URL of the service root.
    pub fn endpoint(&self) -> &Url {
        &self.inner.root
    }

    /// Which credential the client uses.
    pub fn credential_source(&self) -> &CredentialSource {
        &self.inner.credential_source
    }

    /// A request to a whole URL, or to a path below the service root, whether or not it begins with `/`.
    ///
    /// It may be one that the service gave, such as a delta link. The token goes to the service
    /// root's origin only: sending a request to another one fails, and sends nothing.
    ///
    /// # Errors
    ///
    /// When `url` is not a URL.
    pub fn request<T>(&self, method: Method, url: &str) -> Result<Request<T>> {
        let mut base = self.inner.root.clone();
        base.set_path(&format!("{}/", self.root_path()));
        // `//host/path` would be another host's.
        let below = url.trim_start_matches('/');
        let url = base.join(below).map_err(|error| {
            // It may be one that the service gave, and its query may be personal data.
            let end = url.find(['?', '#']).unwrap_or(url.len());
            let token = self.inner.token_at_hand();
            let text = Redaction::of(token.as_deref()).text(url[..end].to_owned());
            Error::new(ErrorKind::InvalidRequest, format!("{text:?} is not a URL"))
                .with_source(error)
        })?;
        Ok(Request::new(RequestParts::to_url(
            self.clone(),
            method,
            url,
        )))
    }

    /// The path of the service root, without a slash at its end.
    pub(crate) fn root_path(&self) -> &str {
        self.inner.root.path().trim_end_matches('/')
    }

    pub(crate) fn root_text(&self) -> &str {
        self.inner.root.as_str().trim_end_matches('/')
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("endpoint", &self.inner.root.as_str())
            .field("credential", &self.inner.credential_source)
            .field("user_agent", &self.inner.user_agent)
            .field("settings", &self.inner.settings)
            .finish_non_exhaustive()
    }
}
