//! A request, whatever its response.

use std::fmt;
use std::sync::Mutex;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, PROXY_AUTHORIZATION, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};
use serde::Serialize;
use url::Url;

use super::encode;
use super::operation::{Operation, OperationKind};
use super::options::RequestOptions;
use super::parameters::Parameters;
use super::path::{ResourcePath, ResultReference};
use super::refusal::{Refusal, Refusals};
use crate::boxed::BoxFuture;
use crate::error::shown::{self, Fields};
use crate::error::{Error, ErrorKind, Needed, Permission, Redaction, Result};
use crate::http::{
    Accepts, Audience, CLIENT_REQUEST_ID, Call, Client, RawResponse, Reading, RequestBody, random,
};
use crate::value::{LiteralValue, Numbers};

/// Room for the path of a call with a few parameters, so that it is written without reallocating.
const USUAL_PATH: usize = 256;

/// A request without the type of its response, so that its code is compiled once.
#[derive(Clone)]
pub(crate) struct RequestParts {
    client: Client,
    method: Method,
    target: Target,
    operation: Option<&'static Operation>,
    /// Another media type than JSON.
    accept: Option<&'static str>,
    is_download: bool,
    accepts: Accepts,
    content_type: Option<HeaderValue>,
    body: RequestBody,
    /// Query options that the service refuses.
    refusals: Refusals,
    /// The result of a batch that the path begins at: only this batch can send it.
    result: Option<ResultReference>,
    /// Boxed, since most requests have none and every builder moves them.
    options: Option<Box<RequestOptions>>,
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
        parts.result = resource.result;
        if let Some(error) = resource.error {
            parts.options_mut().fail(error);
        }
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
            accept: None,
            is_download: false,
            accepts: Accepts::Success,
            content_type: None,
            body: RequestBody::None,
            refusals: Refusals::default(),
            result: None,
            options: None,
        }
    }

    pub(crate) fn action(resource: ResourcePath, operation: &'static Operation) -> Self {
        let mut parts = Self::new(resource, Method::POST);
        parts.operation = Some(operation);
        parts.content_type = Some(HeaderValue::from_static(parts.numbers().media_type()));
        parts
    }

    pub(crate) fn set_json(&mut self, body: &(impl Serialize + ?Sized)) {
        let numbers = self.numbers();
        match numbers.writing(|| serde_json::to_vec(body)) {
            Ok(json) => self.set_body(numbers.media_type(), Bytes::from(json).into()),
            Err(error) => self.options_mut().fail(
                Error::new(
                    ErrorKind::InvalidRequest,
                    "the body cannot be written as JSON",
                )
                .with_source(error),
            ),
        }
    }

    pub(crate) fn set_body(&mut self, content_type: &str, body: RequestBody) {
        self.body = body;
        match HeaderValue::try_from(content_type) {
            Ok(value) => self.content_type = Some(value),
            Err(error) => {
                let message = format!("{content_type:?} is not a media type");
                let error = Error::new(ErrorKind::InvalidRequest, message).with_source(error);
                self.options_mut().fail(error);
            }
        }
    }

    /// Appends a segment that OData itself defines.
    pub(crate) fn append_segment(&mut self, name: &'static str) {
        if let Target::Resource { path, .. } = &mut self.target {
            path.push('/');
            path.push_str(name);
        }
    }

    pub(crate) fn set_method(&mut self, method: Method) {
        self.method = method;
    }

    /// Sets the media type to request instead of JSON.
    pub(crate) fn set_accept(&mut self, media_type: &'static str) {
        self.accept = Some(media_type);
    }

    /// Asks for bytes of any media type, in place of JSON.
    pub(crate) fn set_download(&mut self) {
        self.set_accept("*/*");
        self.is_download = true;
    }

    /// Asks for the value unless it is of this version, for a caller that takes `304 Not Modified`.
    pub(crate) fn set_if_none_match(&mut self, etag: &str) {
        self.accepts = Accepts::NotModified;
        self.options_mut().replace_header("if-none-match", etag);
    }

    pub(super) fn set_parameter(&mut self, name: &'static str, value: LiteralValue) {
        if let Err(error) = value.check() {
            self.options_mut().fail(error.into());
        }
        if let Target::Resource { parameters, .. } = &mut self.target {
            parameters.set(name, value);
        }
    }

    /// The request for the page at this link, which already has all parameters, and no fragment.
    /// The first page is this request itself; the following ones are read with GET, whatever the
    /// first was.
    pub(crate) fn follow(&self, link: Url) -> Self {
        let mut next = self.clone();
        let mut own = self.url();
        own.set_fragment(None);
        if link == own {
            next.body = self.body();
        } else {
            next.method = Method::GET;
            next.content_type = None;
            next.body = RequestBody::None;
        }
        next.target = Target::Url(link);
        if let Some(options) = &mut next.options {
            options.query.clear();
        }
        next
    }

    pub(crate) fn options_mut(&mut self) -> &mut RequestOptions {
        self.options.get_or_insert_default()
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
            Target::Url(url) => {
                let mut url = url.clone();
                if self
                    .options
                    .as_ref()
                    .is_some_and(|options| !options.query.is_empty())
                {
                    let mut query = url.query().unwrap_or_default().to_owned();
                    self.push_options(&mut query);
                    url.set_query(Some(&query));
                }
                url
            }
        }
    }

    fn push_options(&self, query: &mut String) {
        let options = self.options.iter();
        for (name, value) in options.flat_map(|options| &options.query) {
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

    /// The path with the function call in it.
    pub(super) fn into_resource(self) -> ResourcePath {
        let (mut path, mut aliases) = (String::new(), String::new());
        self.push_resource(&mut path, &mut aliases);
        let is_path = matches!(self.target, Target::Resource { .. }) && self.method == Method::GET;
        let error = self.options.and_then(|options| options.error).or_else(|| {
            let message = "only a call of a function can be a part of a path";
            (!is_path).then(|| Error::new(ErrorKind::InvalidRequest, message))
        });
        let mut resource = ResourcePath::new(self.client, path, aliases, error);
        resource.result = self.result;
        resource
    }

    /// The body that was set, or the parameters of an action.
    fn body(&self) -> RequestBody {
        match (&self.body, &self.target, self.operation) {
            (RequestBody::None, Target::Resource { parameters, .. }, Some(operation))
                if operation.kind() == OperationKind::Action =>
            {
                Bytes::from(parameters.to_json(operation, self.numbers())).into()
            }
            (body, ..) => body.clone(),
        }
    }

    /// The headers of an attempt; those of the client replace its usual ones, and those that the caller
    /// set replace both.
    fn header_map(&self, client_request_id: HeaderValue) -> HeaderMap {
        // With room for the token and for what the transport adds.
        let mut headers = HeaderMap::with_capacity(8);
        let accept = self.accept.unwrap_or(self.numbers().media_type());
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        if let Some(content_type) = &self.content_type {
            headers.insert(CONTENT_TYPE, content_type.clone());
        }
        headers.insert(USER_AGENT, self.client.inner().user_agent.clone());
        headers.insert(CLIENT_REQUEST_ID, client_request_id);
        headers.extend(self.client.inner().headers.clone());
        if let Some(options) = &self.options {
            // The first value of a name takes the place of what is there; the others follow it.
            headers.extend(options.headers.clone());
        }
        headers
    }

    fn refused_option(&self) -> Option<Error> {
        let Target::Resource { path, .. } = &self.target else {
            return None;
        };
        self.refusals.option(path, self.options.as_deref()?)
    }

    /// Everything that sending needs; fails if a setting is invalid.
    pub(crate) fn into_call(mut self, reading: Reading) -> Result<Box<Call>> {
        let error = self
            .options
            .as_mut()
            .and_then(|options| options.error.take());
        if let Some(error) = error.or_else(|| self.refused_option()) {
            return Err(error);
        }
        if self.result.is_some() {
            let message = "the request is about a result of a batch, which only this batch can send: give \
                           it to Batch::add";
            return Err(Error::new(ErrorKind::InvalidRequest, message));
        }
        let set = self
            .options
            .as_ref()
            .and_then(|options| options.client_request_id.clone());
        let client_request_id = set.unwrap_or_else(|| random::uuid().to_string());
        let header = HeaderValue::try_from(&client_request_id).map_err(|error| {
            let message = "the client request id has characters that a header cannot have";
            Error::new(ErrorKind::InvalidRequest, message).with_source(error)
        })?;
        let overrides = self.options.as_deref().map(RequestOptions::overrides);
        Ok(Box::new(Call {
            operation: self.operation.map(Operation::qualified_name),
            permissions: self.needed(),
            url: self.url(),
            headers: self.header_map(header),
            body: self.body(),
            is_download: self.is_download,
            audience: Audience::Service,
            accepts: self.accepts,
            reading,
            overrides: overrides.unwrap_or_default(),
            client_request_id,
            sent_secrets: Mutex::default(),
            method: self.method,
            client: self.client,
        }))
    }

    /// The request as a part of a batch, and the result that its path begins at. The batch has the token and
    /// the client's secrets; no part does.
    pub(crate) fn into_part(mut self) -> Result<(Box<Call>, Option<ResultReference>)> {
        let own = self.options().map(|options| &options.headers);
        let mut secret = [AUTHORIZATION, PROXY_AUTHORIZATION].into_iter();
        if let Some(name) = secret.find(|name| own.is_some_and(|own| own.contains_key(name))) {
            let message = format!(
                "a request in a batch cannot have the header {:?}: the batch is sent with the client's \
                 credential, and what is in it has none",
                name.as_str()
            );
            return Err(Error::new(ErrorKind::InvalidRequest, message));
        }
        let result = self.result.take();
        let mut call = self.into_call(Reading::Whole)?;
        let headers = &mut call.headers;
        let secrets = headers.iter().filter(|(_, value)| value.is_sensitive());
        let mut left_out: Vec<_> = secrets.map(|(name, _)| name.clone()).collect();
        left_out.extend([AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE, USER_AGENT]);
        for name in left_out {
            headers.remove(name);
        }
        Ok((call, result))
    }

    /// Sends the request. Boxed, so that the callers of each type stay small.
    pub(crate) fn send(self) -> BoxFuture<'static, Result<RawResponse>> {
        self.send_and_read(Reading::Whole)
    }

    /// Sends the request and leaves the body of a successful response unread.
    pub(crate) fn open(self) -> BoxFuture<'static, Result<RawResponse>> {
        self.send_and_read(Reading::Later)
    }

    fn send_and_read(self, reading: Reading) -> BoxFuture<'static, Result<RawResponse>> {
        match self.into_call(reading) {
            Ok(call) => Box::pin(call.send()),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    pub(crate) fn to_http(&self) -> Result<http::Request<Bytes>> {
        let call = self.clone().into_call(Reading::Whole)?;
        let mut request = http::Request::new(call.body.into_bytes()?);
        *request.method_mut() = call.method;
        *request.headers_mut() = call.headers;
        *request.uri_mut() = call.url.as_str().parse().map_err(|error| {
            let message = "the URL is not one that the http crate accepts";
            Error::new(ErrorKind::InvalidRequest, message).with_source(error)
        })?;
        Ok(request)
    }

    /// What its caller must have been granted: any one of these.
    pub(crate) fn required_permissions(&self) -> &'static [Permission] {
        self.needed().of(&self.method, &self.url())
    }

    fn needed(&self) -> Needed {
        Needed {
            of_operation: self.operation.map_or(&[], Operation::permissions),
            table: self.client.inner().settings.permissions,
            root: self.client.root_path().len(),
        }
    }

    /// How numbers are written in the body.
    pub(crate) fn numbers(&self) -> Numbers {
        self.client.inner().settings.numbers
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn options(&self) -> Option<&RequestOptions> {
        self.options.as_deref()
    }
}

// The URL may be one that a service gave.
impl fmt::Debug for RequestParts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.client.inner().secret_at_hand();
        shown::debug(formatter, Redaction::of(secret.as_ref()), &Fields(self))
    }
}

impl fmt::Debug for Fields<'_, RequestParts> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.0;
        let url = parts.url();
        let place = format!("{}{}", url.origin().ascii_serialization(), url.path());
        formatter
            .debug_struct("Request")
            .field("method", &parts.method)
            .field("url", &place)
            .field(
                "options",
                parts.options().unwrap_or(&RequestOptions::default()),
            )
            .finish_non_exhaustive()
    }
}

impl ResourcePath {
    /// A request that fails when it is sent, if the service refuses it here.
    pub(crate) fn permitted(&self, refusal: Refusal, method: Method) -> RequestParts {
        let mut parts = RequestParts::new(self.clone(), method);
        if refusal == Refusal::Read {
            parts.refusals = self.refusals;
        }
        if self.refusals.contains(refusal) {
            parts.options_mut().fail(refusal.error(&self.path));
        }
        parts
    }

    /// The URL of this resource, for example for a reference to it.
    pub fn url(&self) -> Url {
        RequestParts::new(self.clone(), Method::GET).url()
    }
}
