//! Texts of documents.

use crate::source::{SourceId, Span};

/// The bytes from `start` to `end` of a text.
pub(super) fn span_in(source: SourceId, text: &str, start: usize, end: usize) -> Span {
    let clamp = |at: usize| at.min(text.len()) as u32;
    Span {
        source,
        start: clamp(start),
        end: clamp(end),
    }
}

/// The first character that XML 1.0 does not allow, and where it stands (section 2.2, "Characters").
pub(super) fn forbidden(text: &str) -> Option<(usize, char)> {
    // Bytes, not characters, as all of a document is looked at: U+FFFE and U+FFFF begin with this one.
    let is_suspect = |byte: u8| {
        let control = byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
        control || byte == 0xef
    };
    // In pieces without a way out, of which the compiler looks at many bytes at once.
    let pieces = text.as_bytes().chunks(PIECE).enumerate();
    let suspects = pieces
        .filter(|(_, piece)| {
            piece
                .iter()
                .fold(false, |any, byte| any | is_suspect(*byte))
        })
        .flat_map(|(index, piece)| (index * PIECE..).zip(piece))
        .filter(|(_, byte)| is_suspect(**byte));
    let mut characters = suspects.filter_map(|(at, _)| Some((at, text.get(at..)?.chars().next()?)));
    characters.find(|(_, c)| matches!(c, '\u{fffe}' | '\u{ffff}') || c.is_ascii())
}

/// How many bytes are looked at before it is asked whether one is suspect.
const PIECE: usize = 256;

/// The text without white space around it: that of XML, or any other, which is rare.
pub(super) fn trim(text: &str) -> &str {
    // Most begin and end with a visible character of ASCII, which is told at once.
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Most characters of a simple name (CSDL XML 4.01, section 15.2).
const IDENTIFIER_CHARS: usize = 128;

/// Whether a text is a simple identifier. Of characters beyond ASCII the exact categories do not
/// matter here: the generator maps all of them.
pub(super) fn is_identifier(text: &str) -> bool {
    let is_letter = |c: char| c == '_' || c.is_alphabetic();
    let is_part = |c: char| match c.is_ascii() {
        true => c == '_' || c.is_ascii_alphanumeric(),
        false => !c.is_control() && !c.is_whitespace(),
    };
    text.starts_with(is_letter)
        && text.chars().all(is_part)
        && (text.len() <= IDENTIFIER_CHARS || text.chars().count() <= IDENTIFIER_CHARS)
}
