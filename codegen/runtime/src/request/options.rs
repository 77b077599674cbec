//! Settings of one request.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, ErrorKind};
use crate::http::{Overrides, RetryPolicy};

/// Settings of one request, apart from its operation's parameters.
///
/// They are set through [`ConfigureRequest`].
#[derive(Clone, Default)]
pub struct RequestOptions {
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) client_request_id: Option<String>,
    /// The first invalid setting; sending the request returns it.
    pub(crate) error: Option<Error>,
}

impl RequestOptions {
    /// Adds a header, which replaces the one that the client would send.
    pub(crate) fn add_header(&mut self, name: &str, value: &str) {
        let parsed = (HeaderName::try_from(name), HeaderValue::try_from(value));
        match parsed {
            (Ok(name), Ok(value)) => {
                self.headers.append(name, value);
            }
            _ => {
                // The value may be a secret.
                let message = format!("{name:?} or its value cannot be a header");
                self.fail(Error::new(ErrorKind::InvalidRequest, message));
            }
        }
    }

    /// Sets a header, instead of an earlier one.
    pub(crate) fn replace_header(&mut self, name: &'static str, value: &str) {
        self.headers.remove(name);
        self.add_header(name, value);
    }

    /// What overrides the settings of the client.
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides {
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            retry: self.retry,
        }
    }

    pub(crate) fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }
}

// Values of headers and query options may be secrets or personal data.
impl fmt::Debug for RequestOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.keys().collect();
        let query: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("RequestOptions")
            .field("headers", &headers)
            .field("query", &query)
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("retry", &self.retry)
            .field("client_request_id", &self.client_request_id)
            .finish_non_exhaustive()
    }
}

/// Settings that every request builder has.
///
/// An invalid header makes sending the request fail, not the setter.
pub trait ConfigureRequest: Sized {
    /// The request's options.
    fn options_mut(&mut self) -> &mut RequestOptions;

    /// Adds a header. It replaces the one that the client itself would send; repeated calls with
    /// one name add several.
    #[must_use]
    fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.options_mut().add_header(name.as_ref(), value.as_ref());
        self
    }

    /// Adds a query option, such as `$top` or a custom one. Name and value are encoded for you.
    #[must_use]
    fn query_option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options_mut().query.push((name.into(), value.into()));
        self
    }

    /// How long the request may take, with all its attempts and waits.
    #[must_use]
    fn timeout(mut self, timeout: Duration) -> Self {
        self.options_mut().timeout = Some(timeout);
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the body.
    #[must_use]
    fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options_mut().attempt_timeout = Some(timeout);
        self
    }

    /// When to retry.
    #[must_use]
    fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options_mut().retry = Some(policy);
        self
    }

    /// The client's id of the request, instead of a random one.
    #[must_use]
    fn client_request_id(mut self, id: impl Into<String>) -> Self {
        self.options_mut().client_request_id = Some(id.into());
        self
    }
}

impl ConfigureRequest for RequestOptions {
    fn options_mut(&mut self) -> &mut RequestOptions {
        self
    }
}
