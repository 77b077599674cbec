//! Percent-encoding of what callers put into paths and queries.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::value::LiteralValue;

/// RFC 3986 "unreserved": never needs encoding anywhere.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A name or a literal within a path segment. Quotes, colons, `@` and `$` stay as OData writes
/// them; `/ ? # % \ ( ) , ; =` and the rest are encoded, or a value could end its literal or its
/// segment.
const PATH: &AsciiSet = &UNRESERVED
    .remove(b'\'')
    .remove(b':')
    .remove(b'@')
    .remove(b'$');

/// The name of a query option: system options begin with `$`, parameter aliases with `@`.
const QUERY_NAME: &AsciiSet = &UNRESERVED.remove(b'$').remove(b'@');

/// The value of a query option. `+ & # %` and spaces are encoded, and so is JSON punctuation. `=`
/// stays, because nested options as in `manager($select=id)` have no other form (OData ABNF 4.01,
/// rule `EQ`).
const QUERY_VALUE: &AsciiSet = &UNRESERVED
    .remove(b'$')
    .remove(b'@')
    .remove(b':')
    .remove(b',')
    .remove(b'=')
    .remove(b'/')
    .remove(b'(')
    .remove(b')');

/// Whether [`PATH`] leaves a byte unchanged, as a table: every request checks hundreds.
const IS_PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < table.len() {
        let byte = at as u8;
        table[at] = byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'\'' | b':' | b'@' | b'$');
        at += 1;
    }
    table
};

/// Appends `text`, encoded for a path segment.
pub(crate) fn push_path(target: &mut String, text: &str) {
    if is_plain(text) {
        target.push_str(text);
    } else {
        target.extend(utf8_percent_encode(text, PATH));
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| IS_PLAIN[usize::from(byte)])
}

/// Appends a literal, encoded for a path segment: it is written in place, and again only if it must be
/// encoded.
pub(crate) fn push_literal(target: &mut String, literal: &LiteralValue) {
    let start = target.len();
    literal.push_to(target);
    if !is_plain(&target[start..]) {
        let text = target.split_off(start);
        push_path(target, &text);
    }
}

/// Appends `text`, encoded for a path segment in which nothing is a delimiter.
pub(crate) fn push_segment(target: &mut String, text: &str) {
    target.extend(utf8_percent_encode(text, UNRESERVED));
}

/// Appends `name=value`, encoded for a query, with a separator if `query` needs one.
pub(crate) fn push_query(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.extend(utf8_percent_encode(name, QUERY_NAME));
    query.push('=');
    query.extend(utf8_percent_encode(value, QUERY_VALUE));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_leaves_what_the_set_leaves() {
        for byte in 0..128_u8 {
            let text = char::from(byte).to_string();
            let encoded = utf8_percent_encode(&text, PATH).to_string();
            assert_eq!(IS_PLAIN[usize::from(byte)], encoded == text, "{text:?}");
        }
        assert!(IS_PLAIN[128..].iter().all(|is_plain| !is_plain));
    }
}
