//! References: which entities a navigation property leads to.

use http::Method;
use serde::Serialize;

use crate::path::ResourcePath;
use crate::request::{Request, RequestParts};

/// The body that names an entity (OData JSON Format 4.01, section "Entity Reference").
#[derive(Serialize)]
struct Reference<'a> {
    #[serde(rename = "@odata.id")]
    id: &'a str,
}

impl ResourcePath {
    /// Adds the entity with this URL to the collection that this navigation property leads to.
    pub fn add_reference(&self, url: impl AsRef<str>) -> Request<()> {
        self.reference(Method::POST, Some(url.as_ref()))
    }

    /// Makes this navigation property lead to the entity with this URL, in place of another.
    pub fn set_reference(&self, url: impl AsRef<str>) -> Request<()> {
        self.reference(Method::PUT, Some(url.as_ref()))
    }

    /// Makes this navigation property lead to nothing; or, with the key of one of its items in the
    /// path, takes that item out of the collection. The entity itself stays.
    pub fn remove_reference(&self) -> Request<()> {
        self.reference(Method::DELETE, None)
    }

    fn reference(&self, method: Method, url: Option<&str>) -> Request<()> {
        let mut parts = RequestParts::new(self.segment("$ref"), method);
        if let Some(id) = url {
            parts.set_json(&Reference { id });
        }
        Request::new(parts)
    }
}
