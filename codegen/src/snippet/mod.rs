//! HTTP requests, as documentation shows them → the Rust programs that send them.
//!
//! ```text
//! GET /me/messages?$select=subject&$top=5
//! client.me().messages().list().select(Message::SUBJECT).top(5)
//! ```
//!
//! * [`request`](HttpRequest) and `address` take a request apart.
//! * `walk` follows the address through the items of a client, each segment by the method that leads there.
//! * `send` makes the request at its end; `value`, `query` and `filter` write what it says with the client's
//!   types, and `literal` each literal.
//! * [`Snippet`] is the program; `code` lays it out.
//!
//! A request becomes literals and names of things that the client has, and nothing else.

mod address;
mod filter;
mod index;
mod json;
mod literal;
mod problem;
mod program;
mod query;
mod request;
mod resource;
mod scope;
mod send;
mod syntax;
mod value;
mod walk;

pub use json::Json;
pub use problem::{Problem, ProblemKind};
pub use program::{Placeholder, Snippet};
pub use request::HttpRequest;

use crate::api::Api;
use address::Address;
use index::Index;
use scope::Scope;
use send::Sender;
use walk::Walk;

/// Writes programs that use a client.
pub struct Snippets<'a> {
    index: Index<'a>,
}

impl<'a> Snippets<'a> {
    /// Those of a client with these items.
    pub fn new(api: &'a Api) -> Self {
        Self {
            index: Index::new(api),
        }
    }

    /// The program that sends a request.
    ///
    /// # Errors
    ///
    /// If the client cannot: its metadata does not lead to the address or has no such method there, or the
    /// request is none of this service.
    pub fn write(&self, request: &HttpRequest) -> Result<Snippet, Problem> {
        let (address, note) = self.below_root(&request.url)?;
        let address = Address::parse(address);
        let mut scope = Scope::new(&self.index);
        if let Some(note) = note {
            scope.note(note);
        }
        let found = Walk::to(&address.pieces, request.body.is_some(), &mut scope)?;
        let (way, page) = (found.way, found.page);
        let entry = way.code.clone();
        let sent = Sender {
            request,
            query: &address.query,
            scope: &mut scope,
            sends_body: false,
        }
        .send(way)?;
        let page = page.and_then(|page| self.index.path_of(page));
        Ok(Snippet {
            page: page.cloned(),
            ..program::write(&self.index, scope, sent, &entry)
        })
    }

    /// The address below the root of the service, whichever of its clouds is meant.
    fn below_root<'u>(&self, url: &'u str) -> Result<(&'u str, Option<String>), Problem> {
        let url = url.trim();
        let Some((scheme, rest)) = url.split_once("://").filter(|(it, _)| !it.contains('/')) else {
            return Ok(self.without_version(url));
        };
        let roots = self.index.api.client.clouds.iter();
        let hosts = roots.filter_map(|cloud| host_of(&cloud.root));
        let hosts: Vec<_> = hosts.collect();
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        let is_ours = matches!(scheme, "http" | "https")
            && hosts.iter().any(|it| it.eq_ignore_ascii_case(host));
        if !is_ours {
            let hosts = hosts.iter().map(|host| format!("`{host}`"));
            return Err(Problem::new(
                ProblemKind::Request,
                format!(
                    "`{host}` is another service; the client calls {}",
                    hosts.collect::<Vec<_>>().join(", ")
                ),
            ));
        }
        Ok(self.without_version(&rest[host.len()..]))
    }

    /// That another version than the client's own is meant, is said.
    fn without_version<'u>(&self, path: &'u str) -> (&'u str, Option<String>) {
        let roots = self.index.api.client.clouds.iter();
        let bases: Vec<_> = roots.map(|cloud| base_of(&cloud.root)).collect();
        let (rest, version) = below(path, &bases);
        let own = bases.iter().find(|base| is_version(base));
        let note = version.zip(own).map(|(version, own)| {
            format!("the request is to `{version}`, but the client calls `{own}`")
        });
        (rest, note)
    }
}

/// The path below that of a root, which comes first in an address that documentation shows or is left out;
/// with the version in its place, if that is another one.
fn below<'u>(path: &'u str, bases: &[&str]) -> (&'u str, Option<&'u str>) {
    let path = path.trim_start_matches('/');
    let strip = |base: &&str| {
        let start = path.get(..base.len()).filter(|_| !base.is_empty())?;
        let rest = &path[base.len()..];
        let is_it =
            start.eq_ignore_ascii_case(base) && (rest.is_empty() || rest.starts_with(['/', '?']));
        is_it.then_some(rest)
    };
    if let Some(rest) = bases.iter().find_map(strip) {
        return (rest, None);
    }
    let first = path.split(['/', '?']).next().unwrap_or_default();
    let is_versioned = bases.is_empty() || bases.iter().any(|base| is_version(base));
    match is_versioned && is_version(first) {
        true => (&path[first.len()..], Some(first)),
        false => (path, None),
    }
}

/// The path of a root.
fn base_of(root: &str) -> &str {
    let rest = root.split_once("://").map_or("", |(_, rest)| rest);
    rest.split_once('/')
        .map_or("", |(_, path)| path.trim_end_matches('/'))
}

/// Whether a segment is the version of a service: `v1.0`, `beta`.
fn is_version(segment: &str) -> bool {
    segment.eq_ignore_ascii_case("beta")
        || segment.strip_prefix(['v', 'V']).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_digit())
                && rest.chars().all(|c| c.is_ascii_digit() || c == '.')
        })
}

fn host_of(root: &str) -> Option<&str> {
    let (_, rest) = root.split_once("://")?;
    rest.split('/').next()
}

/// The path of a configuration that an address needs, below one of these roots: without what is no
/// resource, such as `$count`.
pub fn path_of(url: &str, roots: &[String]) -> String {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => url,
    };
    let bases: Vec<_> = roots.iter().map(|root| base_of(root)).collect();
    let (path, _) = below(path, &bases);
    let pieces = Address::parse(path).pieces.into_iter();
    let pieces = pieces.filter(|piece| !piece.starts_with('$'));
    format!("/{}", pieces.collect::<Vec<_>>().join("/"))
}
