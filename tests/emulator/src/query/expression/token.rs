//! Cuts an expression into words, literals and marks (OData ABNF, section 5 "Expressions").

use serde_json::Value;

use crate::error::{Refusal, excerpt};

/// A piece of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Whether white space stands before it.
    pub(super) spaced: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A name, an operator, or a variable.
    Word(String),
    /// A literal, as it is written.
    Literal(String),
    /// A parameter alias with its at sign.
    Alias(String),
    /// A collection or an object.
    Json(Value),
    /// `(`, `)`, `,`, `/`, `:`, `=`, `;` or the minus of a negation.
    Mark(char),
}

impl Token {
    pub(super) fn text(&self) -> String {
        match &self.kind {
            Kind::Word(text) | Kind::Literal(text) | Kind::Alias(text) => text.clone(),
            Kind::Json(value) => value.to_string(),
            Kind::Mark(mark) => mark.to_string(),
        }
    }
}

/// Cuts a percent-decoded text; `option` names it in messages.
pub(super) fn tokens(text: &str, option: &str) -> Result<Vec<Token>, Refusal> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t']);
        let spaced = trimmed.len() < rest.len();
        let Some(first) = trimmed.chars().next() else {
            return Ok(tokens);
        };
        let (kind, length) = one(trimmed, first, option)?;
        tokens.push(Token { kind, spaced });
        rest = trimmed.get(length..).unwrap_or_default();
    }
}

fn one(text: &str, first: char, option: &str) -> Result<(Kind, usize), Refusal> {
    let second = text.chars().nth(1).unwrap_or_default();
    match first {
        '(' | ')' | ',' | '/' | ':' | '=' | ';' => Ok((Kind::Mark(first), 1)),
        '[' | '{' => json(text, option),
        '\'' => quoted(text, 0, option),
        '@' => {
            let length = 1 + run(text.get(1..).unwrap_or_default(), is_word);
            let alias = text.get(..length).unwrap_or_default().to_owned();
            Ok((Kind::Alias(alias), length))
        }
        '-' if second.is_ascii_digit() || text.starts_with("-INF") => Ok(number(text)),
        '-' => Ok((Kind::Mark('-'), 1)),
        '+' if second.is_ascii_digit() => Ok(number(text)),
        '0'..='9' => Ok(number(text)),
        _ if is_word(first) || first == '$' => word(text, option),
        _ => Err(Refusal::bad_request(format!(
            "'{}' is not expected in {option}.",
            excerpt(text)
        ))),
    }
}

/// A literal that begins with a digit or a sign: numbers, dates, times, and some GUIDs.
fn number(text: &str) -> (Kind, usize) {
    let is_part =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '+' | '.');
    let mut length = run(text, is_part);
    // A colon of a time stands between digits; that of `case(…:…)` may not.
    while let Some(rest) = text.get(length..).and_then(|rest| rest.strip_prefix(':')) {
        if !rest.starts_with(|next: char| next.is_ascii_digit()) {
            break;
        }
        length += 1 + run(rest, is_part);
    }
    let literal = text.get(..length).unwrap_or_default();
    (Kind::Literal(literal.to_owned()), length)
}

fn word(text: &str, option: &str) -> Result<(Kind, usize), Refusal> {
    let dotted = |character: char| is_word(character) || matches!(character, '.' | '$' | '*');
    let length = run(text, dotted);
    let written = text.get(..length).unwrap_or_default();
    match text.get(length..).and_then(|rest| rest.chars().next()) {
        // `duration'…'`, `my.color'…'`
        Some('\'') => quoted(text, length, option),
        // A GUID whose first digit is a letter.
        Some('-') if written.len() == 8 && written.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Ok(number(text))
        }
        _ if matches!(written, "null" | "true" | "false" | "INF" | "NaN") => {
            Ok((Kind::Literal(written.to_owned()), length))
        }
        _ => Ok((Kind::Word(written.to_owned()), length)),
    }
}

/// A quoted literal with its prefix; a doubled quote stands for one.
fn quoted(text: &str, prefix: usize, option: &str) -> Result<(Kind, usize), Refusal> {
    let inside = text.get(prefix + 1..).unwrap_or_default();
    let mut quotes = inside.char_indices().filter(|(_, c)| *c == '\'').peekable();
    while let Some((at, _)) = quotes.next() {
        if quotes.next_if(|(next, _)| *next == at + 1).is_some() {
            continue;
        }
        let length = prefix + at + 2;
        let literal = text.get(..length).unwrap_or_default();
        return Ok((Kind::Literal(literal.to_owned()), length));
    }
    Err(Refusal::bad_request(format!(
        "A quote in {option} is not closed."
    )))
}

fn json(text: &str, option: &str) -> Result<(Kind, usize), Refusal> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => Ok((Kind::Json(value), values.byte_offset())),
        _ => Err(Refusal::bad_request(format!(
            "'{}' in {option} is not JSON.",
            excerpt(text)
        ))),
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn run(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|character| !is_part(character))
        .unwrap_or(text.len())
}
