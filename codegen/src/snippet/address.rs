//! A documented address, taken apart.
//!
//! Slashes and question marks within parentheses, braces and quotes belong to a key or an argument, as in
//! `/users/{id}/messages('AAMk')?$top=5`.

use percent_encoding::percent_decode_str;

/// A documented address.
#[derive(Debug, Default)]
pub(super) struct Address {
    /// What is between the slashes, not decoded.
    pub pieces: Vec<String>,
    /// The options of the query, decoded.
    pub query: Vec<(String, String)>,
}

/// What stands between two slashes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment<'p> {
    /// The name, without the parentheses behind it.
    pub name: &'p str,
    /// What is in the parentheses: a key or arguments.
    pub arguments: Option<&'p str>,
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

impl<'p> Segment<'p> {
    /// The name, and what is in parentheses behind it.
    pub fn of(piece: &'p str) -> Self {
        let call = piece
            .strip_suffix(')')
            .and_then(|piece| piece.split_once('('));
        match call.filter(|(name, _)| !name.is_empty()) {
            Some((name, arguments)) => Self {
                name,
                arguments: Some(arguments),
            },
            None => Self {
                name: piece,
                arguments: None,
            },
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

fn split_query(address: &str) -> (&str, Option<&str>) {
    match split_outside(address, '?').as_slice() {
        [path, ..] if path.len() < address.len() => (path, Some(&address[path.len() + 1..])),
        _ => (address, None),
    }
}

/// The parts between separators that are not in parentheses, braces or quotes.
pub(super) fn split_outside(text: &str, separator: char) -> Vec<&str> {
    let (mut parentheses, mut braces, mut quoted) = (0_usize, 0_usize, false);
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            // Outside of parentheses, it is an apostrophe.
            '\'' if (parentheses > 0 || separator != '/') && braces == 0 => quoted = !quoted,
            _ if quoted => {}
            '(' => parentheses += 1,
            ')' => parentheses = parentheses.saturating_sub(1),
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            _ if c == separator && parentheses + braces == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
