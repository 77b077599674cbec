//! Creating, changing and deleting entities.

use std::fmt;

use http::Method;
use url::Url;

use super::options::{ConfigureRequest, RequestOptions};
use super::parts::RequestParts;
use super::path::ResourcePath;
use super::refusal::Refusal;
use super::typed::Request;
use crate::BoxFuture;
use crate::error::{Error, ErrorKind, Result};
use crate::http::RawResponse;
use crate::model::{Members, ODataType, Property};
use crate::response::{Response, decode};

/// A POST of a new entity to a collection.
///
/// It does nothing until it is sent; awaiting it sends it.
#[must_use = "a request does nothing until it is sent"]
pub struct Create<T> {
    request: Request<T>,
}

/// A PATCH of an entity with its changed members, or a PUT of all of them if it comes from
/// [`ResourcePath::replace`].
///
/// Fields that are `None` are not sent, so they stay as they are; [`null`](Self::null) removes a
/// value. It does nothing until it is sent; awaiting it sends it.
#[must_use = "a request does nothing until it is sent"]
pub struct Update<T> {
    request: Request<Option<T>>,
    members: Members,
}

/// A DELETE of an entity, or of the value of a property.
///
/// It does nothing until it is sent; awaiting it sends it.
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct Delete {
    parts: RequestParts,
}

impl ResourcePath {
    /// Creates an entity in this collection, without the members that the service computes.
    pub fn create<T: ODataType>(&self, entity: &T) -> Create<T> {
        let mut parts = self.permitted(Refusal::Insert, Method::POST);
        let members = Members::to_send(entity, T::READ_ONLY);
        if let Some(members) = noted(members, &mut parts) {
            parts.set_json(&members);
        }
        Create {
            request: Request::new(parts),
        }
    }

    /// Changes the entity at this path, without the members that the service computes.
    pub fn update<T: ODataType>(&self, changes: &T) -> Update<T> {
        let mut parts = self.permitted(Refusal::Update, Method::PATCH);
        let members = Members::to_send(changes, T::READ_ONLY);
        let members = noted(members, &mut parts).unwrap_or_default();
        Update {
            request: Request::new(parts),
            members,
        }
    }

    /// Replaces the entity at this path (PUT), without the members that the service computes.
    pub fn replace<T: ODataType>(&self, replacement: &T) -> Update<T> {
        let mut update = self.update(replacement);
        update.request.set_method(Method::PUT);
        update
    }

    /// Deletes the entity at this path.
    pub fn remove(&self) -> Delete {
        Delete {
            parts: self.permitted(Refusal::Delete, Method::DELETE),
        }
    }
}

/// The members; `None` makes sending the request fail.
fn noted(members: serde_json::Result<Members>, parts: &mut RequestParts) -> Option<Members> {
    members
        .map_err(|cause| {
            let message = "the body cannot be written as a JSON object";
            let error = Error::new(ErrorKind::InvalidRequest, message).with_source(cause);
            parts.options_mut().fail(error);
        })
        .ok()
}

impl<T> Create<T> {
    /// The URL that the request goes to.
    pub fn url(&self) -> Url {
        self.request.url()
    }
}

impl<T: ODataType> Create<T> {
    /// Sends the request and returns the entity as the service created it.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`]. Also [`ErrorKind::Decode`] if the service created the entity but did not
    /// return it.
    pub async fn send(self) -> Result<Response<T>> {
        let raw = self.request.into_parts().send().await?;
        decode(with_body(raw, T::NAME)?)
    }
}

fn with_body(raw: RawResponse, name: &str) -> Result<RawResponse> {
    if !raw.body.is_empty() {
        return Ok(raw);
    }
    let status = raw.head.status;
    let message = format!(
        "the service accepted the request with {status}, but did not send the new {name} back"
    );
    Err(raw.into_error(Error::new(ErrorKind::Decode, message)))
}

impl<T> ConfigureRequest for Create<T> {
    fn options_mut(&mut self) -> &mut RequestOptions {
        self.request.options_mut()
    }
}

impl<T: ODataType + 'static> IntoFuture for Create<T> {
    type Output = Result<Response<T>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> Clone for Create<T> {
    fn clone(&self) -> Self {
        Self {
            request: self.request.clone(),
        }
    }
}

impl<T> fmt::Debug for Create<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(formatter)
    }
}

impl<T> Update<T> {
    /// Sets the property to `null`, whatever its value in the changes.
    pub fn null(mut self, property: Property<T>) -> Self {
        self.members.set_null(property.name());
        self
    }

    /// Makes the service refuse the request with 412 unless the entity still has this ETag; `*`
    /// means any that exists (`If-Match`).
    pub fn if_match(mut self, etag: impl AsRef<str>) -> Self {
        let options = self.request.options_mut();
        options.replace_header("if-match", etag.as_ref());
        self
    }

    /// The URL that the request goes to.
    pub fn url(&self) -> Url {
        self.request.url()
    }
}

impl<T: ODataType> Update<T> {
    /// Sends the request. Returns the updated entity if the service sends it; many do not and
    /// respond with 204.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn send(self) -> Result<Response<Option<T>>> {
        let mut parts = self.request.into_parts();
        parts.set_json(&self.members);
        decode(parts.send().await?)
    }
}

impl<T> ConfigureRequest for Update<T> {
    fn options_mut(&mut self) -> &mut RequestOptions {
        self.request.options_mut()
    }
}

impl<T: ODataType + 'static> IntoFuture for Update<T> {
    type Output = Result<Response<Option<T>>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> Clone for Update<T> {
    fn clone(&self) -> Self {
        Self {
            request: self.request.clone(),
            members: self.members.clone(),
        }
    }
}

// What is to change may be personal data.
impl<T> fmt::Debug for Update<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(formatter)
    }
}

impl Delete {
    /// Makes the service refuse the request with 412 unless the entity still has this ETag; `*`
    /// means any that exists (`If-Match`).
    pub fn if_match(mut self, etag: impl AsRef<str>) -> Self {
        let options = self.parts.options_mut();
        options.replace_header("if-match", etag.as_ref());
        self
    }

    /// The URL that the request goes to.
    pub fn url(&self) -> Url {
        self.parts.url()
    }

    /// Sends the request. A response body is ignored.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn send(self) -> Result<Response<()>> {
        let raw = self.parts.send().await?;
        Ok(Response::new((), raw))
    }
}

impl ConfigureRequest for Delete {
    fn options_mut(&mut self) -> &mut RequestOptions {
        self.parts.options_mut()
    }
}

impl IntoFuture for Delete {
    type Output = Result<Response<()>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for Delete {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(formatter)
    }
}
