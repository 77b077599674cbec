//! A request that is not sent yet.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, HeaderValue, Method};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::BoxFuture;
use crate::client::Client;
use crate::encode;
use crate::entity::Download;
use crate::error::{Error, ErrorKind, Result};
use crate::json_path;
use crate::literal::{Literal, LiteralValue};
use crate::operation::{Operation, OperationKind};
use crate::options::{ConfigureRequest, RequestOptions};
use crate::page::Page;
use crate::paging::{Items, Pages};
use crate::parameters::Parameters;
use crate::path::ResourcePath;
use crate::random;
use crate::response::{RawResponse, Response};
use crate::transport::{Call, Reading};

const JSON: &str = "application/json";

/// What links the attempts of a request to each other and to the service's own log.
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// Room for the path of a call with a few parameters, so that it is written without moving.
const USUAL_PATH: usize = 256;

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
    accept: &'static str,
    content_type: Option<HeaderValue>,
    body: Option<Bytes>,
    options: RequestOptions,
}

#[derive(Clone)]
enum Target {
    /// A path below the service root, what its aliases stand for, and the parameters of an operation.
    Resource {
        path: String,
        aliases: String,
        parameters: Parameters,
    },
    /// A whole URL, which may lead anywhere: it is checked before anything is sent.
    Url(Url),
}

impl RequestParts {
    pub(crate) fn new(resource: ResourcePath, method: Method) -> Self {
        let target = Target::Resource {
            path: resource.path,
            aliases: resource.aliases,
            parameters: Parameters::default(),
        };
        let mut parts = Self::with_target(resource.client, method, target);
        parts.options.error = resource.error;
        parts
    }

    pub(crate) fn function(resource: ResourcePath, operation: &'static Operation) -> Self {
        let mut parts = Self::new(resource, Method::GET);
        parts.operation = Some(operation);
        parts
    }

    pub(crate) fn to_url(client: Client, method: Method, url: Url) -> Self {
        Self::with_target(client, method, Target::Url(url))
    }

    fn with_target(client: Client, method: Method, target: Target) -> Self {
        Self {
            client,
            method,
            target,
            operation: None,
            accept: JSON,
            content_type: None,
            body: None,
            options: RequestOptions::default(),
        }
    }

    pub(crate) fn action(resource: ResourcePath, operation: &'static Operation) -> Self {
        let mut parts = Self::new(resource, Method::POST);
        parts.operation = Some(operation);
        parts.content_type = Some(HeaderValue::from_static(JSON));
        parts
    }

    pub(crate) fn set_json(&mut self, body: &(impl Serialize + ?Sized)) {
        match serde_json::to_vec(body) {
            Ok(json) => self.set_body(JSON, Bytes::from(json)),
            Err(error) => self.options.fail(
                Error::new(
                    ErrorKind::InvalidRequest,
                    "the body cannot be written as JSON",
                )
                .with_source(error),
            ),
        }
    }

    pub(crate) fn set_body(&mut self, content_type: &str, body: Bytes) {
        self.body = Some(body);
        match HeaderValue::try_from(content_type) {
            Ok(value) => self.content_type = Some(value),
            Err(error) => {
                let message = format!("{content_type:?} is not a media type");
                let error = Error::new(ErrorKind::InvalidRequest, message).with_source(error);
                self.options.fail(error);
            }
        }
    }

    /// Goes on to what is below the resource, at a place that OData itself names.
    pub(crate) fn append_segment(&mut self, name: &'static str) {
        if let Target::Resource { path, .. } = &mut self.target {
            path.push('/');
            path.push_str(name);
        }
    }

    /// Sets the media type to ask for, in place of JSON.
    pub(crate) fn set_accept(&mut self, media_type: &'static str) {
        self.accept = media_type;
    }

    fn set_parameter(&mut self, name: &'static str, value: LiteralValue) {
        if let Err(error) = value.check() {
            self.options.fail(error);
        }
        if let Target::Resource { parameters, .. } = &mut self.target {
            parameters.set(name, value);
        }
    }

    /// The request for the page at this link, which has all its parameters already. The first page is
    /// this request's own; what follows is read, whatever the first was.
    pub(crate) fn follow(&self, link: Url) -> Self {
        let mut next = self.clone();
        if link == self.url() {
            next.body = self.body();
        } else {
            next.method = Method::GET;
            next.content_type = None;
            next.body = None;
        }
        next.target = Target::Url(link);
        next.options.query.clear();
        next
    }

    pub(crate) fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    pub(crate) fn url(&self) -> Url {
        match &self.target {
            Target::Resource { .. } => {
                let mut path = String::with_capacity(USUAL_PATH);
                path.push_str(self.client.root_path());
                let mut query = String::new();
                self.push_resource(&mut path, &mut query);
                self.push_options(&mut query);
                let mut url = self.client.endpoint().clone();
                // The path is encoded already, and `set_path` encodes no `%` again.
                url.set_path(&path);
                url.set_query((!query.is_empty()).then_some(&query));
                url
            }
            Target::Url(url) if self.options.query.is_empty() => url.clone(),
            Target::Url(url) => {
                let mut query = url.query().unwrap_or_default().to_owned();
                self.push_options(&mut query);
                let mut url = url.clone();
                url.set_query(Some(&query));
                url
            }
        }
    }

    fn push_options(&self, query: &mut String) {
        for (name, value) in &self.options.query {
            encode::push_query(query, name, value);
        }
    }

    /// Appends the path below the root, with the parameters of a function, and the query that aliases
    /// need.
    fn push_resource(&self, path: &mut String, query: &mut String) {
        let Target::Resource {
            path: below_root,
            aliases,
            parameters,
        } = &self.target
        else {
            return;
        };
        path.push_str(below_root);
        query.push_str(aliases);
        if let Some(operation) = self.operation.filter(|_| self.method == Method::GET) {
            parameters.push_to(operation, path, query);
        }
    }

    /// The path with the call of a function in it.
    fn into_resource(self) -> ResourcePath {
        let (mut path, mut aliases) = (String::new(), String::new());
        self.push_resource(&mut path, &mut aliases);
        let is_path = matches!(self.target, Target::Resource { .. }) && self.method == Method::GET;
        let error = self.options.error.or_else(|| {
            let message = "only a call of a function can be a part of a path";
            (!is_path).then(|| Error::new(ErrorKind::InvalidRequest, message))
        });
        ResourcePath::new(self.client, path, aliases, error)
    }

    /// The body that was set, or the parameters of an action.
    fn body(&self) -> Option<Bytes> {
        match (&self.body, &self.target, self.operation) {
            (Some(body), ..) => Some(body.clone()),
            (None, Target::Resource { parameters, .. }, Some(operation))
                if operation.kind() == OperationKind::Action =>
            {
                Some(Bytes::from(parameters.to_json(operation)))
            }
            _ => None,
        }
    }

    /// The headers of every attempt; those that the caller set take the place of others.
    fn headers(&self, client_request_id: &str) -> Result<Vec<(HeaderName, HeaderValue)>> {
        let id = HeaderValue::try_from(client_request_id).map_err(|error| {
            let message = "the client request id has characters that a header cannot have";
            Error::new(ErrorKind::InvalidRequest, message).with_source(error)
        })?;
        let mut headers = Vec::with_capacity(8);
        headers.push((ACCEPT, HeaderValue::from_static(self.accept)));
        headers.extend(self.content_type.clone().map(|value| (CONTENT_TYPE, value)));
        headers.push((USER_AGENT, self.client.inner().user_agent.clone()));
        headers.push((CLIENT_REQUEST_ID, id));
        let set = &self.options.headers;
        headers.retain(|(name, _)| !set.contains_key(name));
        headers.extend(
            set.iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        Ok(headers)
    }

    /// Everything that sending needs; fails when a setting is wrong.
    fn call(&self, reading: Reading) -> Result<Call> {
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
            body: self.body(),
            reading,
            client_request_id,
            timeout: self.options.timeout,
            attempt_timeout: self.options.attempt_timeout,
            retry: self.options.retry,
        })
    }

    /// Sends the request. Boxed, so that the callers of each type stay small.
    pub(crate) fn send(self) -> BoxFuture<'static, Result<RawResponse>> {
        self.send_and_read(Reading::Whole)
    }

    /// Sends the request and leaves the body of a good answer unread.
    pub(crate) fn open(self) -> BoxFuture<'static, Result<RawResponse>> {
        self.send_and_read(Reading::Later)
    }

    fn send_and_read(self, reading: Reading) -> BoxFuture<'static, Result<RawResponse>> {
        match self.call(reading) {
            Ok(call) => Box::pin(call.send()),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    fn to_http(&self) -> Result<http::Request<Bytes>> {
        let call = self.call(Reading::Whole)?;
        let headers = call.header_map();
        let mut request = http::Request::new(call.body.unwrap_or_default());
        *request.method_mut() = call.method;
        *request.headers_mut() = headers;
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

    pub(crate) fn set_method(&mut self, method: Method) {
        self.parts.method = method;
    }

    pub(crate) fn into_parts(self) -> RequestParts {
        self.parts
    }

    /// Sets a parameter of a function or action, in place of a value that was set before.
    ///
    /// The URL or the body has parameters in metadata order, whatever the order of calls.
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

    /// The path to the result of a function, whose own properties and operations can follow (OData
    /// URL Conventions 4.01, section "Addressing Functions": composable functions).
    ///
    /// Parameters that have their values in the query, by an alias, have them there in every request
    /// that is made of the path. Query options, headers and other settings of this request are not a
    /// part of it.
    ///
    /// What was wrong with a parameter makes the requests fail that are made of the path. So does a
    /// call of an action, which cannot be a part of one.
    pub fn into_resource(self) -> ResourcePath {
        self.parts.into_resource()
    }

    /// The same request for the bytes of an answer that is not JSON: a function or action whose result
    /// is an `Edm.Stream`.
    pub fn into_download(self) -> Download {
        Download::of_request(self.parts)
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
    /// See [`ErrorKind`](crate::ErrorKind). Dropping the future stops the request, also while it waits to be sent again.
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

impl Request<()> {
    /// Sends the request. A body that the service answers with, against its metadata, is not looked
    /// at.
    ///
    /// # Errors
    ///
    /// As [`send_bytes`](Self::send_bytes).
    pub async fn send_ignoring_body(self) -> Result<Response<()>> {
        let raw = self.parts.send().await?;
        Ok(Response::new((), raw))
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
