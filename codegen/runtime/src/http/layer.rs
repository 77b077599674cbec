//! Hooks around each attempt.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::header::COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use url::Url;

use super::attempt::Attempt;
use super::carrier::Carrier;
use super::incoming::Incoming;
use super::origin;
use crate::boxed::BoxFuture;
use crate::error::Result;

/// A hook around each attempt: it sees the request before it is sent and the head of its response, may
/// set headers, and may send the request again, or others before it.
///
/// Layers run within the attempt's deadline, for each attempt and each redirect within the origin, the
/// one that was added first outermost. They see the credential's header. What they send goes to the
/// service root's origin and nowhere else; content that a download reads elsewhere passes them by.
///
/// # Examples
///
/// ```
/// use odata_runtime::{Attempt, AttemptResponse, BoxFuture, HeaderValue, Layer, Next, Result};
///
/// /// Tells the service which tenant it is about.
/// struct Tenant(HeaderValue);
///
/// impl Layer for Tenant {
///     fn send<'a>(
///         &'a self,
///         mut attempt: Attempt,
///         next: Next<'a>,
///     ) -> BoxFuture<'a, Result<AttemptResponse>> {
///         attempt.headers_mut().insert("x-tenant", self.0.clone());
///         Box::pin(async move { next.send(attempt).await })
///     }
/// }
/// ```
pub trait Layer: Send + Sync {
    /// Sends an attempt on, by [`Next::send`], and gives its response.
    ///
    /// # Errors
    ///
    /// Those of `next`, or [`Error::of_layer`](crate::Error::of_layer).
    fn send<'a>(
        &'a self,
        attempt: Attempt,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<AttemptResponse>>;
}

/// The response to an attempt, whose body is not read yet.
pub struct AttemptResponse(pub(super) Incoming);

impl AttemptResponse {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }
}

// Headers may have cookies.
impl fmt::Debug for AttemptResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AttemptResponse")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

/// The layers below one, and the service.
#[derive(Clone, Copy)]
pub struct Next<'a> {
    layers: &'a [Arc<dyn Layer>],
    wire: Wire<'a>,
}

impl<'a> Next<'a> {
    pub(super) fn of_all(layers: &'a [Arc<dyn Layer>], wire: Wire<'a>) -> Self {
        Self { layers, wire }
    }

    /// Sends an attempt; any number may be sent.
    ///
    /// # Errors
    ///
    /// If it leads to another origin than the service root's, or there is no response.
    pub async fn send(&self, attempt: Attempt) -> Result<AttemptResponse> {
        match self.layers.split_first() {
            Some((layer, layers)) => {
                let wire = self.wire;
                layer.send(attempt, Next { layers, wire }).await
            }
            None => self.wire.send(attempt).await,
        }
    }

    /// The URL of the service root.
    pub fn service_root(&self) -> &Url {
        self.wire.root
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Next")
            .field("layers", &self.layers.len())
            .finish_non_exhaustive()
    }
}

/// What carries attempts to the service: the one place that sends them.
#[derive(Clone, Copy)]
pub(super) struct Wire<'a> {
    pub(super) carrier: &'a Carrier,
    pub(super) root: &'a Url,
    /// What layers sent that must never be shown; `None` where there are none.
    pub(super) secrets: Option<&'a Mutex<Vec<String>>>,
}

impl Wire<'_> {
    pub(super) async fn send(self, attempt: Attempt) -> Result<AttemptResponse> {
        // A layer may have made it.
        origin::check(self.root, &attempt.url, "a request")?;
        self.remember(&attempt.headers);
        Ok(AttemptResponse(self.carrier.send_within(attempt).await?))
    }

    fn remember(self, headers: &HeaderMap) {
        let Some(secrets) = self.secrets else {
            return;
        };
        let sensitive = headers.iter().filter(|(_, value)| value.is_sensitive());
        let mut secrets = secrets.lock().unwrap_or_else(PoisonError::into_inner);
        for text in sensitive.flat_map(|(name, value)| secrets_in(name, value)) {
            if !secrets.contains(&text) {
                secrets.push(text);
            }
        }
    }
}

/// The secrets in a header: the value, and of cookies each one's.
fn secrets_in(name: &HeaderName, value: &HeaderValue) -> Vec<String> {
    let Ok(text) = value.to_str() else {
        return Vec::new();
    };
    let mut secrets = vec![text.to_owned()];
    if *name == COOKIE {
        let cookies = text.split("; ").filter_map(|cookie| cookie.split_once('='));
        secrets.extend(cookies.map(|(_, value)| value.to_owned()));
    }
    secrets
}
