//! Where requests start: at the client and at the paths of resources.

use http::Method;
use serde::Serialize;
use url::Url;

use super::get::Get;
use super::operation::Operation;
use super::paging::Items;
use super::parts::RequestParts;
use super::path::ResourcePath;
use super::typed::Request;
use crate::error::{Error, ErrorKind, Redaction, Result};
use crate::http::Client;
use crate::model::{NavigationProperty, ODataType};
use crate::response::{HasContext, Page, Response};

impl Client {
    /// The service root, from which resources are reached.
    pub fn root(&self) -> ResourcePath {
        ResourcePath::root(self.clone())
    }

    /// A request to a whole URL, or to a path below the service root, whether or not it begins with `/`.
    ///
    /// It may come from the service, such as a delta link. The token goes to the service root's
    /// origin only: sending a request to another one fails, and sends nothing.
    ///
    /// # Errors
    ///
    /// If `url` is not a URL.
    pub fn request<T>(&self, method: Method, url: &str) -> Result<Request<T>> {
        // `//host/path` would be another host's.
        let url = self.url_of(url.trim_start_matches('/'))?;
        Ok(Request::new(RequestParts::to_url(
            self.clone(),
            method,
            url,
        )))
    }

    /// The rest of a collection that was expanded, page by page: services send only the first items of one
    /// that is long, and a link to the others (`messages@odata.nextLink`).
    ///
    /// `entity` is what was expanded, in `response`. `None` if the service sent all.
    ///
    /// ```
    /// # use odata_runtime::{Client, Items, List, NavigationProperty, ODataType, Result};
    /// # async fn all<User: ODataType + 'static, Message: ODataType>(
    /// #     client: &Client,
    /// #     users: List<User>,
    /// #     messages: NavigationProperty<User, Vec<Message>>,
    /// # ) -> Result<()> {
    /// let page = users.expand(messages).send().await?;
    /// for user in &page.value {
    ///     // Here are the messages that came with the user; then the rest.
    ///     let Some(mut rest) = client.rest_of(&page, user, messages)? else { continue };
    ///     while let Some(message) = rest.next().await {
    ///         let message = message?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the link is not a URL. The token goes to the service root's origin only: reading from another one
    /// fails, and sends nothing.
    pub fn rest_of<R: HasContext, T: ODataType, I: ODataType>(
        &self,
        response: &Response<R>,
        entity: &T,
        expanded: NavigationProperty<T, Vec<I>>,
    ) -> Result<Option<Items<I>>> {
        let link = entity.property_annotation(expanded.name(), "nextLink");
        let Some(link) = link.and_then(|link| link.as_str()) else {
            return Ok(None);
        };
        let url = response.resolve_link_of(entity, link)?;
        let parts = RequestParts::to_url(self.clone(), Method::GET, url);
        Ok(Some(Request::<Page<I>>::new(parts).stream()))
    }

    /// Reads the entity with this id, which the service gave: `@odata.id` of an entity, or
    /// [`Response::entity_id`](crate::Response::entity_id) of what it created. It is a URL, be it relative
    /// to the service root or to its host (OData JSON Format 4.01, section "Control Information: id").
    ///
    /// ```
    /// # use odata_runtime::{Client, ODataType, Result};
    /// # async fn whole<T: ODataType + 'static>(client: &Client, listed: &T) -> Result<Option<T>> {
    /// // A list may have nothing but the ids of its items.
    /// let Some(id) = listed.entity_id() else { return Ok(None) };
    /// Ok(Some(client.entity::<T>(id)?.send().await?.into_inner()))
    /// # }
    /// ```
    ///
    /// The token goes to the service root's origin only: reading an id of another one fails, and sends
    /// nothing.
    ///
    /// # Errors
    ///
    /// If `id` is not a URL.
    pub fn entity<T: ODataType>(&self, id: &str) -> Result<Get<T>> {
        let url = self.url_of(id)?;
        let parts = RequestParts::to_url(self.clone(), Method::GET, url);
        Ok(Get::new(Request::new(parts)))
    }

    /// A URL that may be relative to the service root.
    fn url_of(&self, url: &str) -> Result<Url> {
        self.endpoint_with_slash().join(url).map_err(|error| {
            // It may come from the service, and have a secret in it.
            let end = url.find(['?', '#']).unwrap_or(url.len());
            let secret = self.inner().secret_at_hand();
            let text = Redaction::of(secret.as_ref()).text(url[..end].to_owned());
            Error::new(ErrorKind::InvalidRequest, format!("{text:?} is not a URL"))
                .with_source(error)
        })
    }
}

impl ResourcePath {
    /// A call of a function bound to this resource.
    pub fn function<T>(&self, operation: &'static Operation) -> Request<T> {
        Request::new(RequestParts::function(
            self.segment(operation.segment()),
            operation,
        ))
    }

    /// A call of an action bound to this resource, with its parameters as the members of `body`.
    pub fn action<T>(
        &self,
        operation: &'static Operation,
        body: &(impl Serialize + ?Sized),
    ) -> Request<T> {
        let mut parts = RequestParts::action(self.segment(operation.segment()), operation);
        parts.set_json(body);
        Request::new(parts)
    }

    /// A call of an action bound to this resource, whose parameters
    /// [`parameter`](Request::parameter) sets. They are sent as the members of one JSON object.
    pub fn action_call<T>(&self, operation: &'static Operation) -> Request<T> {
        let segment = self.segment(operation.segment());
        Request::new(RequestParts::action(segment, operation))
    }

    /// A request of any method to this resource, for what the other methods do not make: with
    /// [`body`](Request::body), one of another media type than JSON.
    pub fn request<T>(&self, method: Method) -> Request<T> {
        Request::new(RequestParts::new(self.clone(), method))
    }

    /// A GET of this resource.
    pub fn get<T>(&self) -> Request<T> {
        Request::new(RequestParts::new(self.clone(), Method::GET))
    }

    /// A POST of JSON to this resource.
    pub fn post<T>(&self, body: &(impl Serialize + ?Sized)) -> Request<T> {
        self.with_json(Method::POST, body)
    }

    /// A PATCH of this resource with JSON of the changes.
    pub fn patch<T>(&self, body: &(impl Serialize + ?Sized)) -> Request<T> {
        self.with_json(Method::PATCH, body)
    }

    /// A PUT of JSON that replaces this resource.
    pub fn put<T>(&self, body: &(impl Serialize + ?Sized)) -> Request<T> {
        self.with_json(Method::PUT, body)
    }

    /// A DELETE of this resource.
    pub fn delete(&self) -> Request<()> {
        Request::new(RequestParts::new(self.clone(), Method::DELETE))
    }

    fn with_json<T>(&self, method: Method, body: &(impl Serialize + ?Sized)) -> Request<T> {
        let mut parts = RequestParts::new(self.clone(), method);
        parts.set_json(body);
        Request::new(parts)
    }
}
