//! Reading one entity.

use std::marker::PhantomData;

use http::Method;

use super::batch_request::BatchRequest;
use super::kind::request_kind;
use super::path::ResourcePath;
use super::query_options;
use super::refusal::Refusal;
use super::typed::Request;
use crate::error::Result;
use crate::model::{NavigationProperty, ODataType};
use crate::query::{Expansion, Selection};
use crate::response::{Conditional, FromResponse, Response};

/// A GET of one entity or complex value.
///
/// `A` is what it answers: the `T`, an `Option` of it, or a [`Conditional`] of either.
///
/// It does nothing until it is sent; awaiting it sends it.
#[must_use = "a request does nothing until it is sent"]
pub struct Get<T, A = T> {
    request: Request<A>,
    model: PhantomData<fn() -> T>,
}

request_kind!(Get<T, A> { request, model } => A; in batches by BatchRequest::into_part);

impl ResourcePath {
    /// Reads the entity or complex value at this path.
    pub fn read<T: ODataType>(&self) -> Get<T> {
        Get::new(Request::new(self.permitted(Refusal::Read, Method::GET)))
    }

    /// Reads the entity or complex value at this path, if there is one.
    pub fn read_optional<T: ODataType>(&self) -> Get<T, Option<T>> {
        self.read().optional()
    }
}

impl<T> Get<T> {
    /// The same request, which answers `None` where the service says that there is no such value: a
    /// navigation property that leads to nothing (204). A 404 stays an error, since it may be about
    /// another part of the path.
    pub fn optional(self) -> Get<T, Option<T>> {
        Get::new(self.request.optional())
    }
}

impl<T, A> Get<T, A> {
    pub(super) fn new(request: Request<A>) -> Self {
        Self {
            request,
            model: PhantomData,
        }
    }

    /// Reads the value unless it still has this ETag; `*` means any that exists (`If-None-Match`).
    /// If it has, the answer is [`Conditional::NotModified`].
    ///
    /// ```
    /// # use odata_runtime::{Conditional, ODataType, ResourcePath, Result};
    /// # async fn again<T: ODataType>(path: ResourcePath, known: T, etag: &str) -> Result<T> {
    /// let answer = path.read::<T>().if_none_match(etag).send().await?;
    /// let current = match answer.into_inner() {
    ///     Conditional::Modified(new) => new,
    ///     Conditional::NotModified => known,
    /// };
    /// # Ok(current)
    /// # }
    /// ```
    pub fn if_none_match(self, etag: impl AsRef<str>) -> Get<T, Conditional<A>> {
        Get::new(self.request.if_none_match(etag))
    }

    /// Requests only these properties, one or a tuple of them, in addition to those of earlier calls (`$select`).
    pub fn select(mut self, properties: impl Selection<T>) -> Self {
        query_options::add_items(self.request.options_mut(), "$select", |list| {
            properties.add_to(list);
        });
        self
    }

    /// Includes what these navigation properties lead to in the response (`$expand`), each with
    /// [options](crate::query::Expand) or without.
    pub fn expand(mut self, properties: impl Expansion<T>) -> Self {
        query_options::add_items(self.request.options_mut(), "$expand", |list| {
            properties.add_to(list);
        });
        self
    }

    /// Like [`expand`](Self::expand), with a text for the options, such as
    /// `$select=id,displayName;$top=5`, not encoded. It must not contain values from users.
    pub fn expand_with<V>(
        mut self,
        property: NavigationProperty<T, V>,
        options: impl Into<String>,
    ) -> Self {
        let nested = options.into();
        query_options::expand_with(self.request.options_mut(), property.name(), &nested);
        self
    }
}

impl<T, A: FromResponse> Get<T, A> {
    /// Sends the request and decodes the response.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind). `NoContent` if there is no such value, where it is not
    /// [optional](Self::optional).
    pub async fn send(self) -> Result<Response<A>> {
        self.request.send().await
    }
}
