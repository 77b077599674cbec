//! Reading one entity.

use http::Method;

use super::kind::request_kind;
use super::path::ResourcePath;
use super::query;
use super::refusal::Refusal;
use super::typed::Request;
use crate::error::Result;
use crate::model::{NavigationProperty, ODataType, Property};
use crate::response::Response;

/// A GET of one entity or complex value.
///
/// It does nothing until it is sent; awaiting it sends it.
#[must_use = "a request does nothing until it is sent"]
pub struct Get<T> {
    request: Request<T>,
}

request_kind!(Get<T> { request } => T);

impl ResourcePath {
    /// Reads the entity or complex value at this path.
    pub fn read<T: ODataType>(&self) -> Get<T> {
        Get {
            request: Request::new(self.permitted(Refusal::Read, Method::GET)),
        }
    }
}

impl<T> Get<T> {
    /// Requests only these properties, in addition to those of earlier calls (`$select`).
    pub fn select(mut self, properties: impl IntoIterator<Item = Property<T>>) -> Self {
        for property in properties {
            query::add(self.request.options_mut(), "$select", property.name());
        }
        self
    }

    /// Includes what these navigation properties lead to in the response (`$expand`).
    pub fn expand(mut self, properties: impl IntoIterator<Item = NavigationProperty<T>>) -> Self {
        for property in properties {
            query::add(self.request.options_mut(), "$expand", property.name());
        }
        self
    }

    /// Like [`expand`](Self::expand), with options for what is expanded, such as
    /// `$select=id,displayName;$top=5`, not encoded.
    pub fn expand_with(
        mut self,
        property: NavigationProperty<T>,
        options: impl Into<String>,
    ) -> Self {
        let nested = options.into();
        query::expand_with(self.request.options_mut(), property.name(), &nested);
        self
    }
}

impl<T: ODataType> Get<T> {
    /// Sends the request and decodes the response.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn send(self) -> Result<Response<T>> {
        self.request.send().await
    }
}
