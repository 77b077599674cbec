//! References: the links between entities.

use http::Method;
use serde::{Deserialize, Serialize};

use super::options::ConfigureRequest as _;
use super::parts::RequestParts;
use super::path::ResourcePath;
use super::typed::Request;
use crate::response::Page;
use crate::value::Literal;

/// A reference to an entity, by its URL (OData JSON Format 4.01, section "Entity Reference").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reference {
    /// The URL of the entity, absolute or relative to the context URL.
    #[serde(rename = "@odata.id", alias = "@id")]
    pub id: String,
}

impl Reference {
    /// A reference to the entity with this URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self { id: url.into() }
    }
}

/// Requests about the entities that a collection-valued navigation property leads to (OData Protocol
/// 4.01, section "Modifying Relationships between Entities").
///
/// Returned by [`ResourcePath::references`].
#[derive(Debug, Clone)]
pub struct CollectionReferences {
    resource: ResourcePath,
}

/// Requests about the entity that a single-valued navigation property leads to.
///
/// Returned by [`ResourcePath::reference`].
#[derive(Debug, Clone)]
pub struct SingleReference {
    resource: ResourcePath,
}

impl From<ResourcePath> for CollectionReferences {
    fn from(resource: ResourcePath) -> Self {
        Self { resource }
    }
}

impl From<ResourcePath> for SingleReference {
    fn from(resource: ResourcePath) -> Self {
        Self { resource }
    }
}

impl ResourcePath {
    /// The references of this navigation property, which leads to a collection.
    pub fn references(&self) -> CollectionReferences {
        self.clone().into()
    }

    /// The reference of this navigation property, which leads to one entity or none.
    pub fn reference(&self) -> SingleReference {
        self.clone().into()
    }

    fn to_reference(&self, method: Method) -> RequestParts {
        RequestParts::new(self.segment("$ref"), method)
    }

    fn naming(&self, method: Method, url: &str) -> Request<()> {
        let mut parts = self.to_reference(method);
        parts.set_json(&Reference::new(url));
        Request::new(parts)
    }
}

impl CollectionReferences {
    /// Reads which entities the property leads to (`GET …/$ref`), in pages.
    pub fn list(&self) -> Request<Page<Reference>> {
        Request::new(self.resource.to_reference(Method::GET))
    }

    /// Adds the entity with this URL (`POST …/$ref`).
    pub fn add(&self, url: impl AsRef<str>) -> Request<()> {
        self.resource.naming(Method::POST, url.as_ref())
    }

    /// Removes the reference to the entity with this URL (`DELETE …/$ref?$id=<url>`). The entity
    /// itself stays.
    pub fn remove(&self, url: impl AsRef<str>) -> Request<()> {
        let request = Request::new(self.resource.to_reference(Method::DELETE));
        request.query_option("$id", url.as_ref())
    }

    /// Removes the reference to the entity with this key (`DELETE …('key')/$ref`), the form of
    /// OData 4.0. The entity itself stays.
    pub fn remove_key(&self, key: impl Literal) -> Request<()> {
        Request::new(self.resource.key(key).to_reference(Method::DELETE))
    }
}

impl SingleReference {
    /// Reads which entity the property leads to (`GET …/$ref`); `None` if the service responds with
    /// 204.
    pub fn get(&self) -> Request<Option<Reference>> {
        Request::new(self.resource.to_reference(Method::GET))
    }

    /// Makes the property lead to the entity with this URL, instead of another (`PUT …/$ref`).
    pub fn set(&self, url: impl AsRef<str>) -> Request<()> {
        self.resource.naming(Method::PUT, url.as_ref())
    }

    /// Makes the property lead to nothing (`DELETE …/$ref`). The entity itself stays.
    pub fn remove(&self) -> Request<()> {
        Request::new(self.resource.to_reference(Method::DELETE))
    }
}
