//! Where in the service a request goes.

use std::fmt;

use super::encode;
use super::refusal::{Refusal, Refusals, RefusalsBelow};
use crate::error::{Error, ErrorKind};
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
    /// What it refuses on paths from here: the rest of each path, and the refusals.
    below: Vec<(&'static str, &'static RefusalsBelow)>,
    /// The length of the path without the cast that it ends with, if it does.
    uncast: Option<usize>,
    end: End,
    /// The result of a batch that the path begins at.
    pub(super) result: Option<ResultReference>,
    /// The error of a key or parameter; sending a request returns it.
    pub(super) error: Option<Error>,
}

/// A result in a batch, as the beginning of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ResultReference {
    /// Which batch.
    pub(crate) batch: u64,
    /// Which of its requests.
    pub(crate) part: usize,
}

/// What a path ends with, as far as it matters for what comes behind it.
#[derive(Debug, Clone)]
enum End {
    /// The name of something.
    Segment,
    /// A key that is one string: the length of the path without it, and the string.
    Key(usize, String),
    /// The path of an item, which a delimiter ends if anything comes behind it.
    ItemPath(char),
}

impl ResourcePath {
    pub(super) fn root(client: Client) -> Self {
        Self::new(client, String::new(), String::new(), None)
    }

    /// The path that begins at a result of a batch, which the batch knows as `name`.
    pub(crate) fn at_result(client: Client, result: ResultReference, name: &str) -> Self {
        let mut path = Self::new(client, format!("/{name}"), String::new(), None);
        path.result = Some(result);
        path
    }

    /// The path from which every request fails with this error.
    pub(crate) fn failing(client: Client, error: Error) -> Self {
        Self::new(client, String::new(), String::new(), Some(error))
    }

    pub(super) fn new(client: Client, path: String, aliases: String, error: Option<Error>) -> Self {
        Self {
            client,
            path,
            aliases,
            refusals: Refusals::default(),
            below: Vec::new(),
            uncast: None,
            end: End::Segment,
            result: None,
            error,
        }
    }

    /// This path replaced by another, where nothing is refused yet.
    fn with_path(&self, path: String) -> Self {
        let (client, aliases) = (self.client.clone(), self.aliases.clone());
        let mut other = Self::new(client, path, aliases, self.error.clone());
        other.result = self.result;
        other
    }

    /// Makes requests fail before they are sent if the service would refuse them here according to
    /// its metadata: [`read`](Self::read), [`list`](Self::list), [`count`](Self::count) and
    /// [`download`](Self::download), with or without certain query options; [`create`](Self::create);
    /// [`update`](Self::update) and [`upload`](Self::upload); [`remove`](Self::remove).
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

    /// The same for query options that list what they are for: `$expand` of one navigation property,
    /// `$orderby` by one property. What was said so before no longer counts.
    #[must_use]
    pub fn refusing_items(mut self, items: &'static [(Refusal, &'static str)]) -> Self {
        self.refusals.set_items(items);
        self
    }

    /// The same for paths below this one: what the metadata says of one path to a resource and not of
    /// others.
    #[must_use]
    pub fn refusing_below(mut self, refusals: &'static [RefusalsBelow]) -> Self {
        let refusals = refusals.iter().map(|said| (said.path, said));
        self.below.extend(refusals);
        self
    }

    /// The resource below this one with a name from the metadata.
    ///
    /// Values that are not from the metadata belong in [`key`](Self::key).
    #[must_use]
    pub fn segment(&self, name: &'static str) -> Self {
        let mut path = String::with_capacity(self.path.len() + 2 + name.len());
        path.push_str(&self.path);
        if let End::ItemPath(delimiter) = self.end {
            path.push(delimiter);
        }
        path.push('/');
        encode::push_path(&mut path, name);
        let mut below = self.with_path(path);
        for (way, said) in self.ways_through(name) {
            match way {
                "" => below.refusals.settle(said),
                way => below.below.push((way, said)),
            }
        }
        below
    }

    /// The refusals on paths that begin with this segment, each with the rest of its path.
    fn ways_through(
        &self,
        segment: &'static str,
    ) -> impl Iterator<Item = (&'static str, &'static RefusalsBelow)> {
        self.below.iter().filter_map(move |(way, said)| {
            let rest = way.strip_prefix(segment)?;
            let rest = rest.strip_prefix('/').or(rest.is_empty().then_some(""))?;
            Some((rest, *said))
        })
    }

    /// The same resource at another path.
    fn same_at(&self, path: String) -> Self {
        let mut same = self.with_path(path);
        same.refusals = self.refusals;
        same.below.clone_from(&self.below);
        same
    }

    /// The entity of this collection with this key: `('key')` or `(42)`.
    #[must_use]
    pub fn key(&self, key: impl Literal) -> Self {
        let key = key.to_literal();
        let text = key.as_string().map(str::to_owned);
        let mut keyed = self.with_key(&[("", key)]);
        if let Some(text) = text {
            keyed.end = End::Key(self.path.len(), text);
        }
        keyed
    }

    /// The item at a path below this one, as services with path addressing have it:
    /// `/me/drive/root:/folder/file.txt`. What comes behind the item follows a second delimiter:
    /// `/me/drive/root:/folder/file.txt:/content`.
    ///
    /// The path is plain text: names with slashes between them. Nothing in it ends the item, leaves it
    /// or begins a query.
    ///
    /// Sending a request fails with [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if
    /// the path is empty or one of its names is empty, `.` or `..`.
    #[must_use]
    pub fn item_at(&self, delimiter: char, path: &str) -> Self {
        let mut whole = match &self.end {
            // Path addressing is documented for keys that are a segment, and for no other form.
            End::Key(length, key) if is_name(key) => {
                let mut path = self.path[..*length].to_owned();
                path.push('/');
                encode::push_segment(&mut path, key);
                path
            }
            End::Segment | End::Key(..) | End::ItemPath(_) => self.path.clone(),
        };
        if !matches!(self.end, End::ItemPath(_)) {
            whole.push(delimiter);
        }
        let mut is_good = true;
        for name in path.trim_matches('/').split('/') {
            is_good &= is_name(name);
            whole.push('/');
            encode::push_segment(&mut whole, name);
        }
        let mut item = self.same_at(whole);
        item.end = End::ItemPath(delimiter);
        if !is_good {
            let message = format!(
                "{path:?} is no path of an item: names with slashes between them are expected, none \
                 of which is empty, `.` or `..`"
            );
            let error = Error::new(ErrorKind::InvalidRequest, message);
            item.error = item.error.or(Some(error));
        }
        item
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
            encode::push_literal(&mut path, value);
            error = error.or(value.check().err().map(Error::from));
        }
        path.push(')');
        let mut keyed = self.same_at(path);
        keyed.refusals = keyed.refusals.of_item();
        keyed.error = keyed.error.or(error);
        keyed
    }

    /// The same resource as a derived type, whose name is qualified with its namespace.
    #[must_use]
    pub fn cast(&self, type_name: &'static str) -> Self {
        let mut same = self.segment(type_name);
        same.refusals = self.refusals;
        same.below.extend(&self.below);
        same.uncast = Some(self.uncast.unwrap_or(self.path.len()));
        same
    }

    /// The same resource as the type that was declared, whatever it was cast to.
    pub(super) fn uncast(&self) -> Option<Self> {
        let declared = self.path[..self.uncast?].to_owned();
        Some(self.same_at(declared))
    }
}

/// Whether a segment can be this text. Dots alone would lead elsewhere.
fn is_name(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
}

impl fmt::Debug for ResourcePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.client.root_text();
        write!(formatter, "ResourcePath({root}{})", self.path)
    }
}
