//! Creating, changing and deleting entities.

use http::Method;

use super::batch_request::{BatchRequest, UnsentPart};
use super::kind::request_kind;
use super::parts::RequestParts;
use super::path::ResourcePath;
use super::refusal::Refusal;
use super::typed::Request;
use crate::error::{Error, ErrorKind, Result};
use crate::http::RawResponse;
use crate::model::{ODataType, Property, RawMembers, Related};
use crate::response::Response;

/// A POST of a new entity to a collection.
///
/// It does nothing until it is sent; awaiting it sends it.
#[must_use = "a request does nothing until it is sent"]
pub struct Create<T> {
    request: Request<Option<T>>,
}

request_kind!(Create<T> { request } => Option<T>; in batches by BatchRequest::into_part);

/// A PATCH of an entity with its changed members, or a PUT of all of them if it comes from
/// [`ResourcePath::replace`].
///
/// Fields that are `None` are not sent, at every depth, so they stay as they are;
/// [`null`](Self::null) and [`ODataType::set_null`] remove a value. What navigation properties lead
/// to is not sent either, unless [`deep`](Self::deep) is set. It does nothing until it is sent;
/// awaiting it sends it.
#[must_use = "a request does nothing until it is sent"]
pub struct Update<T> {
    request: Request<Option<T>>,
    members: RawMembers,
    /// The same with what navigation properties lead to, if there is any.
    deep: Option<RawMembers>,
}

request_kind!(Update<T> { request, members, deep } => Option<T>; in batches by BatchRequest::into_part);

/// A DELETE of an entity, or of the value of a property.
///
/// It does nothing until it is sent; awaiting it sends it.
#[must_use = "a request does nothing until it is sent"]
pub struct Delete {
    parts: RequestParts,
}

request_kind!(Delete { parts } => (); in batches by |parts| UnsentPart::new(parts, ignoring_body));

impl ResourcePath {
    /// Creates an entity in this collection, without the members that the service computes,
    /// and with what its navigation properties lead to: a deep insert.
    ///
    /// If the path casts the collection to a derived type ([`cast`](Self::cast)), the request goes to
    /// the collection itself, and the body names the type.
    pub fn create<T: ODataType>(&self, entity: &T) -> Create<T> {
        let declared = self.uncast();
        let path = declared.as_ref().unwrap_or(self);
        let mut parts = path.permitted(Refusal::Insert, Method::POST);
        let members = RawMembers::to_send(entity, Related::Sent, parts.numbers()).and_then(
            |(mut members, _)| {
                if declared.is_some() {
                    members.set_type(T::NAME)?;
                }
                Ok(members)
            },
        );
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
        let members = RawMembers::to_send(changes, Related::LeftOut, parts.numbers());
        let (members, has_left_out) = noted(members, &mut parts).unwrap_or_default();
        let whole = || RawMembers::to_send(changes, Related::Sent, parts.numbers());
        let deep = has_left_out.then(whole);
        let deep = deep.and_then(|members| noted(members, &mut parts));
        let update = Update {
            request: Request::new(parts),
            members,
            deep: deep.map(|(members, _)| members),
        };
        update.with_body()
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
fn noted<M>(members: serde_json::Result<M>, parts: &mut RequestParts) -> Option<M> {
    members
        .map_err(|cause| {
            let message = "the body cannot be written as a JSON object";
            let error = Error::new(ErrorKind::InvalidRequest, message).with_source(cause);
            parts.options_mut().fail(error);
        })
        .ok()
}

impl<T: ODataType> Create<T> {
    /// Sends the request. Returns the entity as the service created it, if the service sends it: it
    /// may create it without returning it (201, 204), or accept it for later (202). Then
    /// [`Response::location`] says where it is.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn send(self) -> Result<Response<Option<T>>> {
        self.request.send().await
    }
}

impl<T> Update<T> {
    /// Sets the property to `null`, whatever its value in the changes.
    pub fn null<V>(mut self, property: Property<T, V>) -> Self {
        for members in std::iter::once(&mut self.members).chain(&mut self.deep) {
            members.set_null(property.name());
        }
        self.with_body()
    }

    /// Also sends the entities that navigation properties lead to: a deep update (OData Protocol 4.01,
    /// section "Update Related Entities When Updating an Entity"). By default they are left out, since
    /// an entity that was read with `expand` has them, and they are entities in their own right.
    pub fn deep(mut self) -> Self {
        if let Some(members) = self.deep.take() {
            self.members = members;
        }
        self.with_body()
    }

    fn with_body(mut self) -> Self {
        self.request.set_json(&self.members);
        self
    }

    /// Makes the service refuse the request with 412 unless the entity still has this ETag; `*`
    /// means any that exists (`If-Match`).
    pub fn if_match(mut self, etag: impl AsRef<str>) -> Self {
        let options = self.request.options_mut();
        options.replace_header("if-match", etag.as_ref());
        self
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
        self.request.send().await
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

    /// Sends the request. A response body is ignored.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn send(self) -> Result<Response<()>> {
        ignoring_body(self.parts.send().await?)
    }
}

fn ignoring_body(raw: RawResponse) -> Result<Response<()>> {
    Ok(Response::new((), raw))
}
