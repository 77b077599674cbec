//! The client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use url::Url;

use super::batch_settings::BatchSettings;
use super::carrier::Carrier;
use super::layer::Layer;
use super::origin;
use super::retry::RetryPolicy;
use super::throttle::Throttle;
use crate::auth::{AccessToken, CredentialSource, TokenCache};
use crate::clock::Clock;
use crate::error::{PermissionTable, Result, Secret};
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
    pub(crate) carrier: Carrier,
    pub(crate) root: Url,
    pub(crate) user_agent: HeaderValue,
    /// What every request has.
    pub(crate) headers: HeaderMap,
    pub(crate) layers: Vec<Arc<dyn Layer>>,
    pub(crate) credential_source: CredentialSource,
    pub(crate) tokens: Option<TokenCache>,
    /// `None` unless the program asked for it.
    pub(crate) throttle: Option<Throttle>,
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
    pub(crate) batch: BatchSettings,
    pub(crate) permissions: Option<&'static PermissionTable>,
}

impl Settings {
    /// Those of a client for which nothing else is said.
    pub(super) const DEFAULT: Self = Self {
        timeout: Duration::from_secs(300),
        attempt_timeout: Duration::from_secs(100),
        connect_timeout: Duration::from_secs(10),
        retry: RetryPolicy::DEFAULT,
        max_response_bytes: 64 * 1024 * 1024,
        max_response_memory: 512 * 1024 * 1024,
        download_redirects: DownloadRedirects::AnyOrigin,
        numbers: Numbers::Json,
        batch: BatchSettings::new(),
        permissions: None,
    };
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
    /// The secrets of the next request that are known already: they must never be shown.
    pub(crate) fn secret_at_hand(&self) -> Option<Secret> {
        let token = self.tokens.as_ref().and_then(TokenCache::fresh);
        self.secret_with(token.as_deref(), &[])
    }

    /// All that a request with this token must never show, with what its layers sent.
    pub(crate) fn secret_with(
        &self,
        token: Option<&AccessToken>,
        sent: &[String],
    ) -> Option<Secret> {
        let token = token.map(AccessToken::to_redact);
        let own = self.headers.values().filter(|value| value.is_sensitive());
        let own: Vec<_> = own
            .filter_map(|value| Some(value.to_str().ok()?.to_owned()))
            .collect();
        match own.is_empty() && sent.is_empty() {
            true => token.cloned(),
            false => Secret::joined([token.map_or(&[][..], Secret::texts), &own, sent]),
        }
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

    /// Checks that a request goes to the service, before anything is sent.
    pub(crate) fn check_origin(&self, url: &Url) -> Result<()> {
        origin::check(&self.inner.root, url, "the URL")
    }

    /// Whether this is the same client, or a clone of it.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// The path of the service root, without a trailing slash.
    pub(crate) fn root_path(&self) -> &str {
        self.inner.root.path().trim_end_matches('/')
    }

    /// The URL of the service root as that of a folder, which relative URLs are below.
    pub(crate) fn endpoint_with_slash(&self) -> Url {
        let mut root = self.inner.root.clone();
        root.set_path(&format!("{}/", self.root_path()));
        root
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
