//! The client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use url::Url;

use super::retry::RetryPolicy;
use crate::auth::{CredentialSource, TokenCache};
use crate::clock::Clock;
use crate::error::Secret;
use crate::value::Numbers;

/// A client of one service.
///
/// It is cheap to clone, and its clones share connections and the token.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

/// What the clones of a client share.
pub(crate) struct Inner {
    pub(crate) http: reqwest::Client,
    pub(crate) root: Url,
    pub(crate) user_agent: HeaderValue,
    pub(crate) credential_source: CredentialSource,
    pub(crate) tokens: Option<TokenCache>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Settings,
}

/// Settings that requests use unless they override them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) max_response_bytes: usize,
    pub(crate) max_response_memory: usize,
    pub(crate) download_redirects: DownloadRedirects,
    pub(crate) numbers: Numbers,
}

/// Where redirects of downloads may lead. Those of other requests stay within the service's origin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DownloadRedirects {
    /// To any https origin, since services keep content elsewhere. Neither the token nor the
    /// caller's headers go there.
    #[default]
    AnyOrigin,
    /// Within the service's origin; another one is an error.
    SameOrigin,
}

impl Inner {
    /// The token of the next request, if it is cached already: it must never be shown.
    pub(crate) fn secret_at_hand(&self) -> Option<Secret> {
        let token = self.tokens.as_ref()?.fresh()?;
        Some(token.to_redact().clone())
    }
}

impl Client {
    pub(crate) fn new(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
        }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// The URL of the service root.
    pub fn endpoint(&self) -> &Url {
        &self.inner.root
    }

    /// Which credential the client uses.
    pub fn credential_source(&self) -> &CredentialSource {
        &self.inner.credential_source
    }

    /// The path of the service root, without a trailing slash.
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
