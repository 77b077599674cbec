//! Where in the service a request goes.

use std::fmt;

use http::Method;
use serde::Serialize;
use url::Url;

use crate::client::Client;
use crate::encode;
use crate::error::Error;
use crate::literal::{Literal, LiteralValue};
use crate::operation::Operation;
use crate::refusal::{Refusal, Refusals};
use crate::request::{Request, RequestParts};

/// A resource of a service, as the path to it from the service root.
///
/// It holds the client, so that requests can be made of it. Cloning is cheap.
#[derive(Clone)]
pub struct ResourcePath {
    pub(crate) client: Client,
    /// The path below the service root, encoded.
    pub(crate) path: String,
    /// What the aliases of parameters in the path stand for, as an encoded query.
    pub(crate) aliases: String,
    /// What the metadata says that the service refuses here.
    refusals: Refusals,
    /// The length of the path without the cast that it ends with, if it does.
    uncast: Option<usize>,
    /// What was wrong with a key or a parameter; sending a request gives it.
    pub(crate) error: Option<Error>,
}

impl ResourcePath {
    pub(crate) fn root(client: Client) -> Self {
        Self::new(client, String::new(), String::new(), None)
    }

    pub(crate) fn new(client: Client, path: String, aliases: String, error: Option<Error>) -> Self {
        Self {
            client,
            path,
            aliases,
            refusals: Refusals::default(),
            uncast: None,
            error,
        }
    }

    /// Another path in place of this one, where nothing is refused yet.
    fn with_path(&self, path: String) -> Self {
        let (client, aliases) = (self.client.clone(), self.aliases.clone());
        Self::new(client, path, aliases, self.error.clone())
    }

    /// Makes requests fail, before anything is sent, that the service would refuse here according to
    /// its metadata: [`read`](Self::read), [`list`](Self::list), [`count`](Self::count) and
    /// [`download`](Self::download); [`create`](Self::create); [`update`](Self::update) and
    /// [`upload`](Self::upload); [`remove`](Self::remove).
    ///
    /// It holds for the items and the derived types of this resource too ([`key`](Self::key),
    /// [`compound_key`](Self::compound_key), [`cast`](Self::cast)), and not for what is below them
    /// ([`segment`](Self::segment)). [`get`](Self::get), [`post`](Self::post), [`patch`](Self::patch),
    /// [`put`](Self::put) and [`delete`](Self::delete) send all the same: metadata may be wrong.
    ///
    /// Sending fails with [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest).
    #[must_use]
    pub fn refusing(mut self, refusals: &'static [Refusal]) -> Self {
        self.refusals.add(refusals);
        self
    }

    /// A request that fails when it is sent, if the service refuses this here.
    pub(crate) fn permitted(&self, refusal: Refusal, method: Method) -> RequestParts {
        let mut parts = RequestParts::new(self.clone(), method);
        if self.refusals.contains(refusal) {
            parts.options_mut().fail(refusal.error(&self.path));
        }
        parts
    }

    /// The URL of this resource, such as for a reference to it.
    pub fn url(&self) -> Url {
        RequestParts::new(self.clone(), Method::GET).url()
    }

    /// The resource below this one with a name from the metadata.
    ///
    /// Values that are not from the metadata belong into [`key`](Self::key).
    #[must_use]
    pub fn segment(&self, name: &'static str) -> Self {
        let mut path = String::with_capacity(self.path.len() + 1 + name.len());
        path.push_str(&self.path);
        path.push('/');
        encode::push_path(&mut path, name);
        self.with_path(path)
    }

    /// The entity of this collection with that key: `('key')` or `(42)`.
    #[must_use]
    pub fn key(&self, key: impl Literal) -> Self {
        self.with_key(&[("", key.to_literal())])
    }

    /// The entity of this collection with that key of several properties, or with that alternate key:
    /// `(country='DE',number=42)`.
    #[must_use]
    pub fn compound_key(&self, key: &[(&'static str, &dyn Literal)]) -> Self {
        let key = key.iter().map(|(name, value)| (*name, value.to_literal()));
        self.with_key(&key.collect::<Vec<_>>())
    }

    fn with_key(&self, key: &[(&str, LiteralValue)]) -> Self {
        let mut path = self.path.clone();
        let mut error = None;
        path.push('(');
        for (index, (name, value)) in key.iter().enumerate() {
            if index > 0 {
                path.push(',');
            }
            if !name.is_empty() {
                encode::push_path(&mut path, name);
                path.push('=');
            }
            encode::push_path(&mut path, &value.as_text());
            error = error.or(value.check().err());
        }
        path.push(')');
        let mut keyed = self.with_path(path);
        keyed.refusals = self.refusals;
        keyed.error = keyed.error.or(error);
        keyed
    }

    /// The same resource as a derived type, whose name is qualified with its namespace.
    #[must_use]
    pub fn cast(&self, type_name: &'static str) -> Self {
        let mut same = self.segment(type_name);
        same.refusals = self.refusals;
        same.uncast = Some(self.uncast.unwrap_or(self.path.len()));
        same
    }

    /// The same resource as the type that was declared, whatever it was cast to.
    pub(crate) fn uncast(&self) -> Option<Self> {
        let declared = self.path[..self.uncast?].to_owned();
        let mut same = self.with_path(declared);
        same.refusals = self.refusals;
        Some(same)
    }

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

    /// A GET of this resource.
    pub fn get<T>(&self) -> Request<T> {
        Request::new(RequestParts::new(self.clone(), Method::GET))
    }

    /// A POST of JSON to this resource.
    pub fn post<T>(&self, body: &(impl Serialize + ?Sized)) -> Request<T> {
        self.with_json(Method::POST, body)
    }

    /// A PATCH of this resource with JSON of what is to change.
    pub fn patch<T>(&self, body: &(impl Serialize + ?Sized)) -> Request<T> {
        self.with_json(Method::PATCH, body)
    }

    /// A PUT of JSON in place of this resource.
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

impl fmt::Debug for ResourcePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.client.root_text();
        write!(formatter, "ResourcePath({root}{})", self.path)
    }
}
