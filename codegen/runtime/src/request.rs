//! A request that is not sent yet.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::BoxFuture;
use crate::client::Client;
use crate::encode;
use crate::error::{Error, ErrorKind, Result};
use crate::json_path;
use crate::literal::{Literal, LiteralValue};
use crate::operation::Operation;
use crate::options::{ConfigureRequest, RequestOptions};
use crate::page::Page;
use crate::paging::{Items, Pages};
use crate::path::ResourcePath;
use crate::random;
use crate::response::{RawResponse, Response};
use crate::transport::Call;

/// A request whose answer is a `T`.
///
/// It does nothing until it is sent; awaiting it sends it.
#[must_use = "a request does nothing until it is sent"]
pub struct Request<T> {
    parts: RequestParts,
    answer: PhantomData<fn() -> T>,
}

/// A request without the type of its answer, so that what it does is compiled once.
#[derive(Clone)]
pub(crate) struct RequestParts {
    client: Client,
    method: Method,
    target: Target,
    operation: Option<&'static Operation>,
    body: Option<Bytes>,
    options: RequestOptions,
}

#[derive(Clone)]
enum Target {
    /// A path below the service root, and the parameters of a function.
    Resource {
        path: String,
        parameters: Vec<(&'static str, LiteralValue)>,
    },
    /// A whole URL, which may lead anywhere: it is checked before anything is sent.
    Url(Url),
}

impl RequestParts {
    pub(crate) fn new(resource: ResourcePath, method: Method) -> Self {
        Self {
            client: resource.client().clone(),
            method,
            target: Target::Resource {
                path: resource.as_str().to_owned(),
                parameters: Vec::new(),
            },
            operation: None,
            body: None,
            options: RequestOptions::default(),
        }
    }

    pub(crate) fn function(resource: ResourcePath, operation: &'static Operation) -> Self {
        let mut parts = Self::new(resource, Method::GET);
        parts.operation = Some(operation);
        parts
    }

    pub(crate) fn to_url(client: Client, method: Method, url: Url) -> Self {
        Self {
            client,
            method,
            target: Target::Url(url),
            operation: None,
            body: None,
            options: RequestOptions::default(),
        }
    }

    pub(crate) fn set_operation(&mut self, operation: &'static Operation) {
        self.operation = Some(operation);
    }

    pub(crate) fn set_json(&mut self, body: &(impl Serialize + ?Sized)) {
        match serde_json::to_vec(body) {
            Ok(json) => self.set_body("application/json", Bytes::from(json)),
            Err(error) => self.options.fail(
                Error::new(
                    ErrorKind::InvalidRequest,
                    "the body cannot be written as JSON",
                )
                .with_source(error),
            ),
        }
    }

    fn set_body(&mut self, content_type: &'static str, body: Bytes) {
        self.body = Some(body);
        let value = HeaderValue::from_static(content_type);
        self.options.headers.entry(CONTENT_TYPE).or_insert(value);
    }

    fn set_parameter(&mut self, name: &'static str, value: LiteralValue) {
        let Target::Resource { parameters, .. } = &mut self.target else {
            return;
        };
        match parameters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, current)) => *current = value,
            None => parameters.push((name, value)),
        }
    }

    /// The same request to a link that the service gave, which has all its parameters already.
    pub(crate) fn follow(&self, link: Url) -> Self {
        let mut next = self.clone();
        next.target = Target::Url(link);
        next.options.query.clear();
        next
    }

    pub(crate) fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    pub(crate) fn url(&self) -> Url {
        let (path, mut query) = match &self.target {
            Target::Resource { path, parameters } => self.resource(path, parameters),
            Target::Url(url) if self.options.query.is_empty() => return url.clone(),
            Target::Url(url) => {
                let mut query = url.query().unwrap_or_default().to_owned();
                self.push_options(&mut query);
                let mut url = url.clone();
                url.set_query(Some(&query));
                return url;
            }
        };
        self.push_options(&mut query);
        let mut url = self.client.endpoint().clone();
        // The path is encoded already, and `set_path` encodes no `%` again.
        url.set_path(&format!("{}{path}", self.client.root_path()));
        url.set_query((!query.is_empty()).then_some(&query));
        url
    }

    fn push_options(&self, query: &mut String) {
        for (name, value) in &self.options.query {
            encode::push_query(query, name, value);
        }
    }

    /// The path with the parameters of a function, and the query that their aliases need.
    fn resource(&self, path: &str, parameters: &[(&str, LiteralValue)]) -> (String, String) {
        let (mut path, mut query) = (path.to_owned(), String::new());
        let Some(operation) = self.operation.filter(|_| self.method == Method::GET) else {
            return (path, query);
        };
        let position = |name: &str| {
            operation
                .parameters()
                .iter()
                .position(|known| *known == name)
        };
        let mut ordered: Vec<_> = parameters.iter().collect();
        ordered.sort_by_key(|(name, _)| position(name).unwrap_or(usize::MAX));
        path.push('(');
        for (index, (name, value)) in ordered.into_iter().enumerate() {
            if index > 0 {
                path.push(',');
            }
            encode::push_path(&mut path, name);
            path.push('=');
            if value.is_alias() {
                path.push('@');
                encode::push_path(&mut path, name);
                encode::push_query(&mut query, &format!("@{name}"), &value.text());
            } else {
                encode::push_path(&mut path, &value.text());
            }
        }
        path.push(')');
        (path, query)
    }

    fn headers(&self, client_request_id: &str) -> Result<HeaderMap> {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, self.client.inner().user_agent.clone());
        let id = HeaderValue::try_from(client_request_id).map_err(|error| {
            let message = "the client request id has characters that a header cannot have";
            Error::new(ErrorKind::InvalidRequest, message).with_source(error)
        })?;
        headers.insert("client-request-id", id);
        for name in self.options.headers.keys() {
            headers.remove(name);
        }
        for (name, value) in &self.options.headers {
            headers.append(name, value.clone());
        }
        Ok(headers)
    }

    /// Everything that sending needs; fails when a setting is wrong.
    fn call(&self) -> Result<Call> {
        if let Some(error) = &self.options.error {
            return Err(error.clone());
        }
        let client_request_id = match &self.options.client_request_id {
            Some(id) => id.clone(),
            None => random::uuid().to_string(),
        };
        Ok(Call {
            client: self.client.clone(),
            operation: self.operation,
            method: self.method.clone(),
            url: self.url(),
            headers: self.headers(&client_request_id)?,
            body: self.body.clone(),
            client_request_id,
            timeout: self.options.timeout,
            attempt_timeout: self.options.attempt_timeout,
            retry: self.options.retry,
        })
    }

    /// Sends the request. Boxed, so that the callers of each type stay small.
    pub(crate) fn send(self) -> BoxFuture<'static, Result<RawResponse>> {
        match self.call() {
            Ok(call) => Box::pin(call.send()),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    fn to_http(&self) -> Result<http::Request<Bytes>> {
        let call = self.call()?;
        let mut request = http::Request::new(call.body.unwrap_or_default());
        *request.method_mut() = call.method;
        *request.headers_mut() = call.headers;
        *request.uri_mut() = call.url.as_str().parse().map_err(|error| {
            let message = "the URL is not one that the http crate accepts";
            Error::new(ErrorKind::InvalidRequest, message).with_source(error)
        })?;
        Ok(request)
    }
}

impl fmt::Debug for RequestParts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url();
        let place = format!("{}{}", url.origin().ascii_serialization(), url.path());
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .field("url", &place)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<T> Request<T> {
    pub(crate) fn new(parts: RequestParts) -> Self {
        Self {
            parts,
            answer: PhantomData,
        }
    }

    /// Sets a parameter of a function, in place of a value that was set before.
    ///
    /// The URL has parameters in metadata order, whatever the order of calls.
    pub fn parameter(mut self, name: &'static str, value: impl Literal) -> Self {
        self.parts.set_parameter(name, value.to_literal());
        self
    }

    /// Sets a body of bytes of this media type.
    pub fn body(mut self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.parts.set_body(content_type, body.into());
        self
    }

    /// The URL that the request goes to.
    pub fn url(&self) -> Url {
        self.parts.url()
    }

    /// The request's options.
    pub fn options_mut(&mut self) -> &mut RequestOptions {
        self.parts.options_mut()
    }

    /// The request for another transport. It has no `Authorization`: adding that is the caller's part.
    ///
    /// # Errors
    ///
    /// When a header or the body that was set cannot be one.
    pub fn to_http(&self) -> Result<http::Request<Bytes>> {
        self.parts.to_http()
    }

    /// Sends the request and gives its answer's body as it came.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), except that nothing is decoded.
    pub async fn send_bytes(self) -> Result<Response<Bytes>> {
        let raw = self.parts.send().await?;
        Ok(Response::new(raw.body.clone(), raw))
    }
}

impl<T: DeserializeOwned> Request<T> {
    /// Sends the request and decodes its answer. An empty one is read as JSON `null`.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`]. Dropping the future stops the request, also while it waits to be sent again.
    pub async fn send(self) -> Result<Response<T>> {
        decode(self.parts.send().await?)
    }
}

/// Decodes an answer.
pub(crate) fn decode<T: DeserializeOwned>(raw: RawResponse) -> Result<Response<T>> {
    let json = if raw.body.is_empty() {
        b"null".as_slice()
    } else {
        &raw.body
    };
    match serde_json::from_slice(json) {
        Ok(value) => Ok(Response::new(value, raw)),
        Err(error) => Err(json_path::decode_error(error, raw)),
    }
}

impl<T> Request<Page<T>> {
    /// The pages of the collection, asked for as they are wanted.
    pub fn pages(self) -> Pages<T> {
        Pages::new(self.parts)
    }

    /// The items of the collection, across its pages.
    pub fn stream(self) -> Items<T> {
        Items::new(self.pages())
    }
}

impl<T> ConfigureRequest for Request<T> {
    fn options_mut(&mut self) -> &mut RequestOptions {
        self.parts.options_mut()
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for Request<T> {
    type Output = Result<Response<T>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        Self::new(self.parts.clone())
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(formatter)
    }
}
