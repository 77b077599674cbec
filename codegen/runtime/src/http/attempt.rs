//! A request on its way.

use std::fmt;

use http::{HeaderMap, Method};
use url::Url;

use super::redirect;
use super::request_body::RequestBody;

/// A request on its way to the service.
///
/// Values of headers that are marked [sensitive](http::HeaderValue::set_sensitive) are redacted wherever the
/// service repeats them.
#[derive(Clone)]
pub struct Attempt {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: RequestBody,
}

impl Attempt {
    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The URL.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The headers, with the credential's.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The headers, to be changed.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// Whether it can be sent more than once: not if its body comes from a stream.
    pub fn can_be_repeated(&self) -> bool {
        self.body.can_be_repeated()
    }

    /// A GET of another resource of the service, with the headers of this request, its credential too,
    /// but for those that describe its body or its resource.
    pub fn read_of(&self, url: Url) -> Self {
        let mut headers = self.headers.clone();
        redirect::remove_headers_of_the_first(&mut headers);
        Self {
            method: Method::GET,
            url,
            headers,
            body: RequestBody::None,
        }
    }
}

// Headers and queries have secrets and personal data.
impl fmt::Debug for Attempt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.keys().collect();
        formatter
            .debug_struct("Attempt")
            .field("method", &self.method)
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}
