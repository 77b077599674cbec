//! Where in the service a request goes.

use std::fmt;

use super::encode;
use super::refusal::{Refusal, Refusals};
use crate::error::Error;
use crate::http::Client;
use crate::value::{Literal, LiteralValue};

/// A resource of a service, as the path to it from the service root.
///
/// It holds the client that sends requests for it. Cloning is cheap.
#[derive(Clone)]
pub struct ResourcePath {
    pub(super) client: Client,
    /// The path below the service root, encoded.
    pub(super) path: String,
    /// The parameter aliases of the path, as an encoded query.
    pub(super) aliases: String,
    /// What the service refuses here, according to its metadata.
    pub(super) refusals: Refusals,
    /// The length of the path without the cast that it ends with, if it does.
    uncast: Option<usize>,
    /// The error of a key or parameter; sending a request returns it.
    pub(super) error: Option<Error>,
}

impl ResourcePath {
    pub(super) fn root(client: Client) -> Self {
        Self::new(client, String::new(), String::new(), None)
    }

    pub(super) fn new(client: Client, path: String, aliases: String, error: Option<Error>) -> Self {
        Self {
            client,
            path,
            aliases,
            refusals: Refusals::default(),
            uncast: None,
            error,
        }
    }

    /// This path replaced by another, where nothing is refused yet.
    fn with_path(&self, path: String) -> Self {
        let (client, aliases) = (self.client.clone(), self.aliases.clone());
        Self::new(client, path, aliases, self.error.clone())
    }

    /// Makes requests fail before they are sent if the service would refuse them here according to
    /// its metadata: [`read`](Self::read), [`list`](Self::list), [`count`](Self::count) and
    /// [`download`](Self::download); [`create`](Self::create); [`update`](Self::update) and
    /// [`upload`](Self::upload); [`remove`](Self::remove).
    ///
    /// This also applies to the items and derived types of this resource ([`key`](Self::key),
    /// [`compound_key`](Self::compound_key), [`cast`](Self::cast)), but not to what is below them
    /// ([`segment`](Self::segment)). [`get`](Self::get), [`post`](Self::post),
    /// [`patch`](Self::patch), [`put`](Self::put) and [`delete`](Self::delete) are sent anyway,
    /// since metadata may be wrong.
    ///
    /// Sending fails with [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest).
    #[must_use]
    pub fn refusing(mut self, refusals: &'static [Refusal]) -> Self {
        self.refusals.add(refusals);
        self
    }

    /// The resource below this one with a name from the metadata.
    ///
    /// Values that are not from the metadata belong in [`key`](Self::key).
    #[must_use]
    pub fn segment(&self, name: &'static str) -> Self {
        let mut path = String::with_capacity(self.path.len() + 1 + name.len());
        path.push_str(&self.path);
        path.push('/');
        encode::push_path(&mut path, name);
        self.with_path(path)
    }

    /// The entity of this collection with this key: `('key')` or `(42)`.
    #[must_use]
    pub fn key(&self, key: impl Literal) -> Self {
        self.with_key(&[("", key.to_literal())])
    }

    /// The entity of this collection with this key of several properties, or with this alternate
    /// key: `(country='DE',number=42)`.
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
            error = error.or(value.check().err().map(Error::from));
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
    pub(super) fn uncast(&self) -> Option<Self> {
        let declared = self.path[..self.uncast?].to_owned();
        let mut same = self.with_path(declared);
        same.refusals = self.refusals;
        Some(same)
    }
}

impl fmt::Debug for ResourcePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.client.root_text();
        write!(formatter, "ResourcePath({root}{})", self.path)
    }
}
