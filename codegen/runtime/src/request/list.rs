//! Reading a collection of entities.

use http::Method;

use super::batch_request::BatchRequest;
use super::kind::request_kind;
use super::paging::{Items, Pages};
use super::path::ResourcePath;
use super::query;
use super::refusal::Refusal;
use super::typed::Request;
use crate::error::Result;
use crate::model::{NavigationProperty, ODataType, OrderBy, Property};
use crate::response::{Conditional, Page, Response};
use crate::value::Literal;

/// A GET of a collection, with the system query options of OData.
///
/// It does nothing until it is sent; awaiting it sends it and returns one page.
/// [`stream`](Self::stream) returns the items of all pages.
#[must_use = "a request does nothing until it is sent"]
pub struct List<T> {
    request: Request<Page<T>>,
}

request_kind!(List<T> { request } => Page<T>; in batches by BatchRequest::into_part);

impl ResourcePath {
    /// Reads the collection at this path.
    pub fn list<T: ODataType>(&self) -> List<T> {
        List {
            request: Request::new(self.permitted(Refusal::Read, Method::GET)),
        }
    }
}

/// The request of a function that returns entities, which takes the same options.
impl<T> From<Request<Page<T>>> for List<T> {
    fn from(request: Request<Page<T>>) -> Self {
        Self { request }
    }
}

impl<T> List<T> {
    /// Reads the page unless the collection still has this ETag (`If-None-Match`). If it has, the answer
    /// is [`Conditional::NotModified`].
    pub fn if_none_match(self, etag: impl AsRef<str>) -> Request<Conditional<Page<T>>> {
        self.request.if_none_match(etag)
    }

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

    /// Requests only the items that match a filter (`$filter`), instead of an earlier one.
    ///
    /// Each `{}` in the template becomes the OData literal of the value at its position, so that no
    /// value can become syntax; `{{` and `}}` are literal braces. Strings are quoted for you: write
    /// `name eq {}`, not `name eq '{}'`.
    ///
    /// ```
    /// # use odata_runtime::{Client, Cloud, ODataType, List, ResourcePath};
    /// # fn filtered<T: ODataType>(users: &ResourcePath, name: &str) -> List<T> {
    /// users.list().filter("startsWith(displayName, {}) and accountEnabled eq {}", &[&name, &true])
    /// # }
    /// ```
    ///
    /// Sending fails with [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), and
    /// sends nothing, if the number of values differs from that of `{}`, if a brace or a quote is
    /// unbalanced, or if a `{}` is between quotes or next to one or to another `{}`.
    pub fn filter(mut self, template: &str, values: &[&dyn Literal]) -> Self {
        query::filter(self.request.options_mut(), template, values);
        self
    }

    /// Like [`filter`](Self::filter), with the complete text. It must not contain values from
    /// users: they could change what it says.
    pub fn filter_text(mut self, text: impl Into<String>) -> Self {
        query::set(self.request.options_mut(), "$filter", text.into());
        self
    }

    /// Sorts the items by this, after the orders of earlier calls (`$orderby`).
    pub fn order_by(mut self, order: impl IntoIterator<Item = OrderBy<T>>) -> Self {
        for item in order {
            query::add(self.request.options_mut(), "$orderby", &item.text());
        }
        self
    }

    /// Requests this many items (`$top`).
    ///
    /// Some services treat it as the size of a page and send next links beyond it.
    pub fn top(mut self, count: u32) -> Self {
        query::set(self.request.options_mut(), "$top", count.to_string());
        self
    }

    /// Skips this many items (`$skip`).
    pub fn skip(mut self, count: u32) -> Self {
        query::set(self.request.options_mut(), "$skip", count.to_string());
        self
    }

    /// Requests the items that match a search expression (`$search`).
    ///
    /// The text is sent unchanged: phrases need double quotes around them, as in `"blue bicycle"
    /// NOT red` (OData URL Conventions 4.01, section "System Query Option $search").
    pub fn search(mut self, expression: impl Into<String>) -> Self {
        query::set(self.request.options_mut(), "$search", expression.into());
        self
    }

    /// Requests the count of all items, across pages, in [`Page::count`] (`$count=true`).
    pub fn count(mut self) -> Self {
        query::set(self.request.options_mut(), "$count", "true".to_owned());
        self
    }

    /// The pages of the collection, each requested when it is needed.
    pub fn pages(self) -> Pages<T> {
        self.request.pages()
    }

    /// The items of the collection, across its pages.
    pub fn stream(self) -> Items<T> {
        self.request.stream()
    }
}

impl<T: ODataType> List<T> {
    /// Sends the request and decodes the response: the first page only.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn send(self) -> Result<Response<Page<T>>> {
        self.request.send().await
    }
}
