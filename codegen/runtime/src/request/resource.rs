//! Models that have request builders.

use super::path::ResourcePath;
use crate::model::ODataType;

/// A type with a request builder for one entity or complex value.
///
/// Generated code implements it, so that a request builder can be cast to that of a derived type:
/// `D::RequestBuilder::from(resource.cast(D::NAME))`.
pub trait SingleResource: ODataType {
    /// The requests about one entity or complex value of this type.
    type RequestBuilder: From<ResourcePath>;
}

/// A type with a request builder for collections of entities; see [`SingleResource`].
pub trait CollectionResource: ODataType {
    /// The requests about a collection of this type.
    type RequestBuilder: From<ResourcePath>;
}
