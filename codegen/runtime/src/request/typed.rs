//! A request that has not been sent yet.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use serde::Serialize;
use url::Url;

use super::options::{ConfigureRequest, RequestOptions};
use super::paging::{Items, Pages};
use super::parts::RequestParts;
use super::path::ResourcePath;
use crate::boxed::BoxFuture;
use crate::error::{Permission, Result};
use crate::response::{Conditional, FromResponse, Page, Raw, Response};
use crate::value::Literal;

/// A request whose response is a `T`.
///
/// It does nothing until it is sent; awaiting it sends it.
#[must_use = "a request does nothing until it is sent"]
pub struct Request<T> {
    parts: RequestParts,
    answer: PhantomData<fn() -> T>,
}

impl<T> Request<T> {
    pub(crate) fn new(parts: RequestParts) -> Self {
        Self {
            parts,
            answer: PhantomData,
        }
    }

    pub(crate) fn set_method(&mut self, method: http::Method) {
        self.parts.set_method(method);
    }

    pub(crate) fn set_json(&mut self, body: &impl Serialize) {
        self.parts.set_json(body);
    }

    pub(crate) fn into_parts(self) -> RequestParts {
        self.parts
    }

    /// Sets a parameter of a function or action, instead of an earlier value.
    ///
    /// Parameters are sent in metadata order, whatever the order of calls.
    pub fn parameter(mut self, name: &'static str, value: impl Literal) -> Self {
        self.parts.set_parameter(name, value.to_literal());
        self
    }

    /// Sets a body of bytes of this media type.
    pub fn body(mut self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.parts.set_body(content_type, body.into().into());
        self
    }

    /// The URL that the request goes to.
    pub fn url(&self) -> Url {
        self.parts.url()
    }

    /// What a caller must have been granted: any one of these, the least privileged scopes first.
    /// Empty if the metadata does not say.
    pub fn required_permissions(&self) -> &'static [Permission] {
        self.parts.required_permissions()
    }

    /// The path to the result of a function, whose own properties and operations can follow (OData
    /// URL Conventions 4.01, section "Addressing Functions": composable functions).
    ///
    /// Parameters whose values are in the query, by an alias, stay there in every request made from
    /// the path. Query options, headers and other settings of this request are not part of it.
    ///
    /// If a parameter is invalid, requests made from the path fail. They also fail if this is a
    /// call of an action, which cannot be part of a path.
    pub fn into_resource(self) -> ResourcePath {
        self.parts.into_resource()
    }

    /// Reads the value unless it still has this ETag; `*` means any that exists (`If-None-Match`).
    pub fn if_none_match(mut self, etag: impl AsRef<str>) -> Request<Conditional<T>> {
        self.parts.set_if_none_match(etag.as_ref());
        Request::new(self.parts)
    }

    /// Makes the service refuse the request with 412 unless the entity still has this ETag; `*`
    /// means any that exists (`If-Match`).
    pub fn if_match(mut self, etag: impl AsRef<str>) -> Self {
        self.parts
            .options_mut()
            .replace_header("if-match", etag.as_ref());
        self
    }

    /// The same request, whose response may be null, or no value at all (204).
    pub(crate) fn optional(self) -> Request<Option<T>> {
        Request::new(self.parts)
    }

    /// The same request, whose response is of another type.
    pub(super) fn answering<A>(self) -> Request<A> {
        Request::new(self.parts)
    }

    /// The request's options.
    pub fn options_mut(&mut self) -> &mut RequestOptions {
        self.parts.options_mut()
    }

    /// The request, for another transport. It has no `Authorization`, which is up to the caller.
    ///
    /// # Errors
    ///
    /// If a header or the body is invalid.
    pub fn to_http(&self) -> Result<http::Request<Bytes>> {
        self.parts.to_http()
    }

    /// Sends the request and returns the body of the response undecoded.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send), apart from decoding.
    pub async fn send_bytes(self) -> Result<Response<Bytes>> {
        let raw = self.parts.send().await?;
        Ok(Response::new(raw.body.clone(), raw))
    }
}

impl<T: FromResponse> Request<T> {
    /// Sends the request and decodes the response. An empty one is read as JSON `null`.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind). Dropping the future cancels the request, also while it
    /// waits for a retry.
    pub async fn send(self) -> Result<Response<T>> {
        T::read(Raw(self.parts.send().await?))
    }
}

impl Request<()> {
    /// Sends the request. A response body, which the metadata does not declare, is ignored.
    ///
    /// # Errors
    ///
    /// Those of [`send_bytes`](Self::send_bytes).
    pub fn send_ignoring_body(self) -> BoxFuture<'static, Result<Response<()>>> {
        Box::pin(async {
            let raw = self.parts.send().await?;
            Ok(Response::new((), raw))
        })
    }
}

impl<T> Request<Page<T>> {
    /// The pages of the collection, each requested when it is needed.
    pub fn pages(self) -> Pages<T> {
        Pages::new(self.parts)
    }

    /// The items of the collection, across its pages.
    pub fn stream(self) -> Items<T> {
        Items::new(self.pages())
    }
}

impl<T> ConfigureRequest for Request<T> {
    fn options_mut(&mut self) -> &mut RequestOptions {
        self.parts.options_mut()
    }
}

impl<T: FromResponse + 'static> IntoFuture for Request<T> {
    type Output = Result<Response<T>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        Self::new(self.parts.clone())
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(formatter)
    }
}
