//! A documented address, taken apart.
//!
//! Slashes and question marks within parentheses, braces and quotes belong to a key or an argument, as in
//! `/users/{id}/messages('AAMk')?$top=5`.

use crate::slice::path::{split_outside, split_query};
use percent_encoding::percent_decode_str;

/// A documented address.
#[derive(Debug, Default)]
pub(super) struct Address {
    /// What is between the slashes, not decoded.
    pub pieces: Vec<String>,
    /// The options of the query, decoded.
    pub query: Vec<(String, String)>,
}

impl Address {
    /// That below the root of the service.
    pub fn parse(address: &str) -> Self {
        let (path, query) = split_query(address);
        let mut pieces: Vec<_> = split_outside(path.trim_matches('/'), '/');
        pieces.retain(|piece| !piece.is_empty());
        let query = split_outside(query.unwrap_or_default(), '&');
        let query = query.into_iter().filter(|it| !it.trim().is_empty());
        let query = query.map(|option| {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            (decoded(name.trim()), decoded(&spaced(value)))
        });
        let mut address = Self {
            pieces: pieces.into_iter().map(str::to_owned).collect(),
            query: query.collect(),
        };
        address.resolve_aliases();
        address
    }

    /// Puts the values of parameter aliases in their places: `(place=@p)?@p={…}`.
    fn resolve_aliases(&mut self) {
        let aliases = self.query.extract_if(.., |(name, _)| name.starts_with('@'));
        let mut aliases: Vec<_> = aliases.collect();
        // `@place` is not `@p` with something behind it.
        aliases.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        for piece in &mut self.pieces {
            for (alias, value) in &aliases {
                // What is there already is not decoded.
                let value = value.replace('%', "%25");
                *piece = piece.replace(&format!("={alias}"), &format!("={value}"));
            }
        }
    }
}

/// Arguments or the parts of a key: names, if there are any, and values that are not decoded.
pub(super) fn arguments(text: &str) -> Vec<(Option<&str>, &str)> {
    let parts = split_outside(text, ',');
    let parts = parts.into_iter().map(str::trim).filter(|it| !it.is_empty());
    let named = parts.map(|part| match part.split_once('=') {
        Some((name, value)) if is_name(name.trim()) => (Some(name.trim()), value.trim()),
        _ => (None, part),
    });
    named.collect()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '@')
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '@')
}

/// The text without percent signs for characters.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A plus sign is a space, as services read it, unless it is the zone of a time.
fn spaced(value: &str) -> String {
    let bytes = value.as_bytes();
    let is_zone = |at: usize| {
        let digits = |range: std::ops::Range<usize>| {
            bytes
                .get(range)
                .is_some_and(|it| it.iter().all(u8::is_ascii_digit))
        };
        at > 0 && digits(at - 1..at) && digits(at + 1..at + 3) && bytes.get(at + 3) == Some(&b':')
    };
    let characters = value.char_indices().map(|(at, c)| match c {
        '+' if !is_zone(at) => ' ',
        other => other,
    });
    characters.collect()
}
