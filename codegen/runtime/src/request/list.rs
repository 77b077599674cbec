//! Reading a collection of entities.

use http::Method;

use super::batch_request::BatchRequest;
use super::kind::request_kind;
use super::paging::{Items, Pages};
use super::path::ResourcePath;
use super::query_options;
use super::refusal::Refusal;
use super::typed::Request;
use crate::error::Result;
use crate::model::{NavigationProperty, ODataType};
use crate::query::{Aliases, Apply, Expansion, Operand, Ordering, Search, Selection};
use crate::response::{Conditional, Page, Response};

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

    /// Requests only the items for which the condition holds (`$filter`), instead of an earlier one.
    ///
    /// ```
    /// # use odata_runtime::{List, Property};
    /// # struct User;
    /// # impl User {
    /// #     const DISPLAY_NAME: Property<User, String> = Property::new("displayName");
    /// #     const AGE: Property<User, i32> = Property::new("age");
    /// # }
    /// # fn filtered(list: List<User>, name: &str) -> List<User> {
    /// list.filter(User::DISPLAY_NAME.starts_with(name).and(User::AGE.ge(18)))
    /// # }
    /// ```
    ///
    /// See [`query`](crate::query) for all that there is, and
    /// [`template`](crate::query::template) for what there is not.
    pub fn filter(mut self, condition: impl Operand<T, bool>) -> Self {
        query_options::filter(self.request.options_mut(), condition);
        self
    }

    /// Like [`filter`](Self::filter), with the complete text. It must not contain values from
    /// users: they could change what it says.
    pub fn filter_text(mut self, text: impl Into<String>) -> Self {
        query_options::set(self.request.options_mut(), "$filter", text.into());
        self
    }

    /// Sorts the items by this, after the orders of earlier calls (`$orderby`).
    pub fn order_by(mut self, order: impl Ordering<T>) -> Self {
        query_options::add_items(self.request.options_mut(), "$orderby", |list| {
            order.add_to(list)
        });
        self
    }

    /// Requests this many items (`$top`).
    ///
    /// Some services treat it as the size of a page and send next links beyond it.
    pub fn top(mut self, count: u32) -> Self {
        query_options::set(self.request.options_mut(), "$top", count.to_string());
        self
    }

    /// Skips this many items (`$skip`).
    pub fn skip(mut self, count: u32) -> Self {
        query_options::set(self.request.options_mut(), "$skip", count.to_string());
        self
    }

    /// Requests the items that match a search expression (`$search`).
    ///
    /// A text is sent unchanged: phrases need double quotes around them, as in `"blue bicycle"
    /// NOT red`. [`Search`] quotes what it is given.
    pub fn search(mut self, search: impl Into<Search>) -> Self {
        query_options::write(self.request.options_mut(), "$search", |text| {
            text.append(search.into().into_text());
        });
        self
    }

    /// Adds computed values to each item (`$compute`), in its additional properties.
    pub fn compute(mut self, values: impl Aliases<T>) -> Self {
        query_options::add_items(self.request.options_mut(), "$compute", |list| {
            values.add_to(list)
        });
        self
    }

    /// Requests what becomes of the collection by filtering, grouping and aggregating (`$apply`), as
    /// `R`s: a type of yours, with a field for each value, that serde reads.
    pub fn apply<R>(mut self, apply: Apply<T>) -> Request<Page<R>> {
        query_options::write(self.request.options_mut(), "$apply", |text| {
            text.append(apply.into_text());
        });
        self.request.answering()
    }

    /// Requests the count of all items, across pages, in [`Page::count`] (`$count=true`).
    pub fn count(mut self) -> Self {
        query_options::set(self.request.options_mut(), "$count", "true".to_owned());
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
