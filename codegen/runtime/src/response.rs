//! A response: the decoded value and what came with it.

mod decode;
mod json_path;
mod page;
mod value;

use std::fmt;
use std::ops::{Deref, DerefMut};

use http::{HeaderMap, StatusCode};

use crate::error::shown::{self, Fields};
use crate::error::{Redaction, request_id};
use crate::http::{Head, RawResponse};

pub use page::Page;
pub use value::Value;

pub(crate) use decode::decode;

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

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
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
