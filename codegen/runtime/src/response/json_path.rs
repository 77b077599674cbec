//! Where in a body a decode error is.
//!
//! serde_json reports line and column. Walking the text up to there finds the path, at a cost that
//! only failures pay. A path-tracking deserializer would be compiled for each decoded type, and
//! would slow every success.

use crate::error::{DecodeError, Error, ErrorKind};
use crate::http::RawResponse;
use crate::value::json::parse::without_mark;

/// How many characters of a name, and of serde's texts, which may quote the body, are kept.
const MAX_TEXT: usize = 120;

/// How many bytes of a path are kept.
const MAX_PATH: usize = 1_000;

/// Why JSON could not be read.
pub(crate) struct Misread {
    pub(crate) cause: serde_json::Error,
    /// Where in the body the text begins in which `cause` counts lines and columns.
    pub(crate) offset: usize,
}

impl From<serde_json::Error> for Misread {
    fn from(cause: serde_json::Error) -> Self {
        Self { cause, offset: 0 }
    }
}

/// The error of an unexpected response.
pub(crate) fn decode_error(misread: Misread, raw: RawResponse) -> Error {
    let json = without_mark(&raw.body);
    let Misread { cause, offset } = misread;
    let (path, position) = if offset == 0 {
        whole(json, &cause)
    } else {
        part(json, &cause, offset)
    };
    let (found, expected) = found_and_expected(&cause.to_string());
    let decode = DecodeError {
        path,
        expected,
        found,
        position,
    };
    let error = Error::new(ErrorKind::Decode, "the response is not what was expected");
    let error = error.with_decode(decode);
    raw.into_error(match offset {
        0 => error.with_source(cause),
        // Its line and column are not those of the body.
        _ => error.with_source(without_position(&cause.to_string())),
    })
}

/// The path and the position of what is wrong with the whole body.
fn whole(json: &[u8], cause: &serde_json::Error) -> (String, (usize, usize)) {
    let position = (cause.line(), cause.column());
    let path = match offset(json, position) {
        Some(offset) => path_at(json, offset),
        None => "$".to_owned(),
    };
    (path, position)
}

/// The path and the position of what is wrong with the part of the body that begins at `start`.
fn part(json: &[u8], cause: &serde_json::Error, start: usize) -> (String, (usize, usize)) {
    let within = offset(&json[start..], (cause.line(), cause.column()));
    // Without a position of its own, it is the part that is wrong: what begins before the next byte.
    let offset = start + within.unwrap_or_default().max(1);
    (path_at(json, offset), position(json, offset - 1))
}

fn without_position(message: &str) -> &str {
    let end = message.rfind(" at line ").unwrap_or(message.len());
    &message[..end]
}

/// What serde's message says was found and was expected.
fn found_and_expected(message: &str) -> (Option<String>, Option<String>) {
    let message = without_position(message);
    if let Some(field) = message.strip_prefix("missing field ") {
        return (None, Some(cut(&format!("a member {field}"))));
    }
    let Some((left, expected)) = message.rsplit_once(", expected ") else {
        return (None, None);
    };
    let found = ["invalid type: ", "invalid value: ", "invalid ", "unknown "]
        .iter()
        .find_map(|prefix| left.strip_prefix(prefix));
    (found.map(cut), Some(cut(expected)))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The byte offset of a line and column as serde_json counts them: both from 1, columns in bytes.
fn offset(body: &[u8], (line, column): (usize, usize)) -> Option<usize> {
    let mut start = 0;
    for _ in 1..line {
        start += body.get(start..)?.iter().position(|byte| *byte == b'\n')? + 1;
    }
    // A line of 0 means that there is no position.
    (line > 0).then(|| (start + column).min(body.len()))
}

/// The line and column of an offset, as serde_json counts them.
pub(crate) fn position(body: &[u8], offset: usize) -> (usize, usize) {
    let before = &body[..offset.min(body.len())];
    let lines = before.iter().filter(|byte| **byte == b'\n').count();
    let start = before.iter().rposition(|byte| *byte == b'\n');
    (lines + 1, before.len() + 1 - start.map_or(0, |end| end + 1))
}

/// The path of the innermost value that begins before `offset` and does not end before it.
///
/// It recurses: up to `offset`, the JSON must be nested no deeper than [`MAX_NESTING`](crate::value::extent::MAX_NESTING).
pub(crate) fn path_at(json: &[u8], offset: usize) -> String {
    let mut walker = Walker {
        json,
        at: 0,
        offset,
        path: Vec::new(),
    };
    walker.value();
    let mut text = String::from("$");
    for step in &walker.path {
        if text.len() > MAX_PATH {
            text.push('…');
            break;
        }
        step.push_to(&mut text);
    }
    text
}

enum Step {
    Member(String),
    Item(usize),
}

impl Step {
    fn push_to(&self, text: &mut String) {
        match self {
            Self::Item(index) => {
                text.push('[');
                text.push_str(&index.to_string());
                text.push(']');
            }
            Self::Member(name) => {
                let mut characters = name.chars();
                let is_plain = characters
                    .next()
                    .is_some_and(|first| first.is_alphabetic() || first == '_')
                    && characters.all(|other| other.is_alphanumeric() || other == '_');
                if is_plain {
                    text.push('.');
                    text.push_str(name);
                } else {
                    text.push('[');
                    text.push_str(&serde_json::Value::from(name.as_str()).to_string());
                    text.push(']');
                }
            }
        }
    }
}

/// Walks JSON that need not be valid; it stops where it no longer understands it.
struct Walker<'a> {
    json: &'a [u8],
    at: usize,
    offset: usize,
    path: Vec<Step>,
}

/// What a walk over a value found.
#[derive(PartialEq)]
enum Walk {
    /// The value ends before the offset.
    Passed,
    /// The offset is in the value, whose path is complete.
    Found,
}

impl Walker<'_> {
    fn value(&mut self) -> Walk {
        self.space();
        match self.peek() {
            Some(b'{') => self.container(b'}'),
            Some(b'[') => self.container(b']'),
            Some(b'"') => {
                self.string();
                self.ended()
            }
            Some(_) => {
                self.scalar();
                self.ended()
            }
            None => Walk::Found,
        }
    }

    fn ended(&self) -> Walk {
        if self.at >= self.offset {
            Walk::Found
        } else {
            Walk::Passed
        }
    }

    fn container(&mut self, close: u8) -> Walk {
        self.at += 1;
        let mut index = 0;
        loop {
            self.space();
            match self.peek() {
                Some(byte) if byte == close => {
                    self.at += 1;
                    return self.ended();
                }
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(_) if self.at < self.offset => {}
                _ => return Walk::Found,
            }
            let Some(step) = self.step(close, index) else {
                return Walk::Found;
            };
            self.space();
            if !self.may_be_here() {
                return Walk::Found;
            }
            let before = self.at;
            self.path.push(step);
            if self.value() == Walk::Found {
                return Walk::Found;
            }
            self.path.pop();
            if self.at == before {
                return Walk::Found;
            }
            index += 1;
        }
    }

    /// Whether the value that begins here, or one in it, may be the one in question.
    ///
    /// A scalar is read before it is refused, so that the offset is behind it; an object or array may
    /// be refused unread, with the offset at its beginning.
    fn may_be_here(&self) -> bool {
        let opens = matches!(self.peek(), Some(b'{' | b'['));
        self.at < self.offset || (self.at == self.offset && opens)
    }

    /// The step to the next value: its index, or its name, which is read with its colon.
    fn step(&mut self, close: u8, index: usize) -> Option<Step> {
        if close == b']' {
            return Some(Step::Item(index));
        }
        let start = self.at;
        (self.peek() == Some(b'"')).then(|| self.string())?;
        let name: &str = &serde_json::from_slice::<String>(&self.json[start..self.at]).ok()?;
        self.space();
        (self.peek() == Some(b':')).then(|| self.at += 1)?;
        Some(Step::Member(cut(name)))
    }

    fn peek(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'"' => return,
                b'\\' => self.at += 1,
                _ => {}
            }
        }
        self.at = self.json.len();
    }

    fn scalar(&mut self) {
        let is_end = |byte: u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
        while self.peek().is_some_and(|byte| !is_end(byte)) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests;
