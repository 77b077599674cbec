//! A response: the decoded value and what came with it.

mod conditional;
mod decode;
mod json_path;
mod links;
mod page;
mod value;

use std::fmt;
use std::ops::{Deref, DerefMut};

use http::header::LOCATION;
use http::{HeaderMap, Method, StatusCode};
use url::Url;

use crate::error::shown::{self, Fields};
use crate::error::{Error, ErrorKind, Redaction, Result, request_id};
use crate::http::{Head, RawResponse};

pub use conditional::{Conditional, FromResponse};
pub use links::HasContext;
pub use page::Page;
pub use value::Value;

pub(crate) use conditional::sealed::Raw;
pub(crate) use decode::{decode, decode_by, members};
pub(crate) use json_path::Misread;
pub(crate) use links::resolve;

/// A decoded response, which derefs to its value.
///
/// `Debug` shows at most 4 KiB and no token; the value's own `Debug` shows all of it.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    head: Box<Head>,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, raw: RawResponse) -> Self {
        Self {
            value,
            head: raw.head,
        }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The method of the request.
    pub(crate) fn method(&self) -> &Method {
        &self.head.context.method
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Where the answer came from: where the request went, or where redirects led. The query of another
    /// origin's URL is often a secret that gives access by itself.
    pub fn final_url(&self) -> &Url {
        self.head
            .final_url
            .as_deref()
            .unwrap_or(&self.head.context.url)
    }

    /// What the service created, or where the progress of what it accepted can be asked for (`Location`).
    pub fn location(&self) -> Option<&str> {
        self.header("location")
    }

    /// The id of an entity that was written and not sent back (`OData-EntityId`; OData Protocol 4.01,
    /// section "Header OData-EntityId").
    pub fn entity_id(&self) -> Option<&str> {
        self.header("odata-entityid")
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// The service's id of the request, to quote when contacting its support.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.head.headers)
    }

    /// The client's id of the request, the same for all its attempts.
    pub fn client_request_id(&self) -> &str {
        &self.head.context.client_request_id
    }

    /// How many times the request was sent; 1 if the first attempt succeeded.
    pub fn attempts(&self) -> u32 {
        self.head.context.attempts
    }

    /// The value, without the rest of the response.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The same response with a value made from this one.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: convert(self.value),
            head: self.head,
        }
    }
}

impl<T> Response<Option<T>> {
    /// The value, if the service sent one.
    pub fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// The same answer with the value that must be there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoContent`] if the service sent none. It did all the same what it was asked to:
    /// sending the request again may do it twice.
    pub fn require(self) -> Result<Response<T>> {
        let Self { value, head } = self;
        match value {
            Some(value) => Ok(Response { value, head }),
            None => Err(no_content(RawResponse::of_head(head))),
        }
    }
}

/// The error of an answer without the value that its caller needs.
pub(crate) fn no_content(raw: RawResponse) -> Error {
    let head = &raw.head;
    let status = head.status;
    let message = if head.context.method == Method::GET {
        format!(
            "the service has no such entity or value: it answered {status}; `get_optional` and \
             `Get::optional` give `None` for that"
        )
    } else {
        let is_elsewhere = head.headers.contains_key(LOCATION);
        let place = if is_elsewhere {
            ", only a `Location`"
        } else {
            ""
        };
        format!("the service answered {status} and sent no value{place}")
    };
    raw.into_error(Error::new(ErrorKind::NoContent, message))
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> AsRef<T> for Response<T> {
    fn as_ref(&self) -> &T {
        &self.value
    }
}

impl<T> IntoIterator for Response<Page<T>> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.value.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Response<Page<T>> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        (&self.value).into_iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.head.context.secret.as_ref();
        shown::debug(formatter, Redaction::of(secret), &Fields(self))
    }
}

// Headers are left out: they may carry cookies.
impl<T: fmt::Debug> fmt::Debug for Fields<'_, Response<T>> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Response { value, head } = self.0;
        formatter
            .debug_struct("Response")
            .field("status", &head.status)
            .field("request_id", &self.0.request_id())
            .field("client_request_id", &head.context.client_request_id)
            .field("attempts", &head.context.attempts)
            .field("value", value)
            .finish_non_exhaustive()
    }
}
