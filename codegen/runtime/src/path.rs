//! Where in the service a request goes.

use std::fmt;

use http::Method;
use serde::Serialize;

use crate::client::Client;
use crate::encode;
use crate::error::Error;
use crate::literal::{Literal, LiteralValue};
use crate::operation::Operation;
use crate::request::{Request, RequestParts};

/// A resource of a service, as the path to it from the service root.
///
/// It holds the client, so that requests can be made of it. Cloning is cheap.
#[derive(Clone)]
pub struct ResourcePath {
    client: Client,
    path: String,
    /// What was wrong with a key; sending a request gives it.
    error: Option<Error>,
}

impl ResourcePath {
    pub(crate) fn root(client: Client) -> Self {
        Self {
            client,
            path: String::new(),
            error: None,
        }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.path
    }

    pub(crate) fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    fn with_path(&self, path: String) -> Self {
        Self {
            client: self.client.clone(),
            path,
            error: self.error.clone(),
        }
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
    pub fn compound_key(&self, key: &[(&'static str, LiteralValue)]) -> Self {
        self.with_key(key)
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
        keyed.error = keyed.error.or(error);
        keyed
    }

    /// The same resource as a derived type, whose name is qualified with its namespace.
    #[must_use]
    pub fn cast(&self, type_name: &'static str) -> Self {
        self.segment(type_name)
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
