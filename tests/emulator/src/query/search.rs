//! `$search`: words and phrases, joined by `AND`, `OR` and `NOT`.

use serde_json::{Map, Value};

use crate::error::{Refusal, excerpt};

/// The deepest nesting of parentheses and `NOT`.
const DEEPEST: usize = 50;

/// A parsed `$search`.
#[derive(Debug)]
pub(super) enum Search {
    And(Box<Search>, Box<Search>),
    Or(Box<Search>, Box<Search>),
    Not(Box<Search>),
    /// A word or phrase in lower case.
    Phrase(String),
}

enum Token {
    Mark(char),
    Word(String),
    Phrase(String),
}

impl Search {
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let mut parser = Parser {
            tokens: tokens(text)?.into_iter().peekable(),
            depth: 0,
        };
        let search = parser.either()?;
        match parser.tokens.next() {
            None => Ok(search),
            Some(_) => Err(bad_search(text)),
        }
    }

    /// Whether an entity's texts have it, whatever their case.
    pub(super) fn finds(&self, members: &Map<String, Value>) -> bool {
        match self {
            Self::And(a, b) => a.finds(members) && b.finds(members),
            Self::Or(a, b) => a.finds(members) || b.finds(members),
            Self::Not(search) => !search.finds(members),
            Self::Phrase(phrase) => {
                // Graph's `"displayName:adele"` looks at one property.
                let named = phrase.split_once(':').and_then(|(name, wanted)| {
                    let mut members = members.iter();
                    let (_, value) =
                        members.find(|(member, _)| member.eq_ignore_ascii_case(name))?;
                    Some(has(value, wanted))
                });
                named.unwrap_or_else(|| members.values().any(|value| has(value, phrase)))
            }
        }
    }
}

/// Whether a text in a value has the words.
fn has(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text.to_lowercase().contains(wanted),
        Value::Array(items) => items.iter().any(|item| has(item, wanted)),
        Value::Object(members) => members.values().any(|value| has(value, wanted)),
        _ => false,
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    depth: usize,
}

impl Parser {
    fn is_word(&mut self, wanted: &str) -> bool {
        matches!(self.tokens.peek(), Some(Token::Word(word)) if word == wanted)
    }

    fn take(&mut self, wanted: &str) -> bool {
        let is_next = self.is_word(wanted);
        if is_next {
            self.tokens.next();
        }
        is_next
    }

    fn either(&mut self) -> Result<Search, Refusal> {
        let mut left = self.both()?;
        while self.take("OR") {
            left = Search::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    /// Words that nothing joins are joined by `AND`.
    fn both(&mut self) -> Result<Search, Refusal> {
        let mut left = self.one()?;
        loop {
            let is_joined = self.take("AND");
            let is_over =
                matches!(self.tokens.peek(), None | Some(Token::Mark(')'))) || self.is_word("OR");
            if is_over && !is_joined {
                return Ok(left);
            }
            left = Search::And(Box::new(left), Box::new(self.one()?));
        }
    }

    fn one(&mut self) -> Result<Search, Refusal> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Refusal::bad_request("$search nests too deep."));
        }
        let found = if self.take("NOT") {
            Search::Not(Box::new(self.one()?))
        } else {
            match self.tokens.next() {
                Some(Token::Mark('(')) => {
                    let inner = self.either()?;
                    if !matches!(self.tokens.next(), Some(Token::Mark(')'))) {
                        return Err(bad_search("("));
                    }
                    inner
                }
                Some(Token::Phrase(phrase)) => Search::Phrase(phrase),
                Some(Token::Word(word)) if !matches!(word.as_str(), "AND" | "OR") => {
                    Search::Phrase(word.to_lowercase())
                }
                Some(Token::Word(word)) => return Err(bad_search(&word)),
                Some(Token::Mark(mark)) => return Err(bad_search(&mark.to_string())),
                None => return Err(Refusal::bad_request("$search ends too early.")),
            }
        };
        self.depth -= 1;
        Ok(found)
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Refusal> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' => {
                tokens.push(Token::Mark(first));
                1
            }
            '"' => {
                let (phrase, length) = phrase(rest).ok_or_else(|| bad_search(rest))?;
                tokens.push(Token::Phrase(phrase.to_lowercase()));
                length
            }
            _ => {
                let is_end = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"');
                let length = rest.find(is_end).unwrap_or(rest.len());
                tokens.push(Token::Word(rest[..length].to_owned()));
                length
            }
        };
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

/// The phrase in quotes at the text's start, and its length; a backslash escapes.
fn phrase(text: &str) -> Option<(String, usize)> {
    let mut phrase = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '"' if phrase.is_empty() => return None,
            '"' => return Some((phrase, at + 1)),
            '\\' => phrase.push(characters.next()?.1),
            _ => phrase.push(character),
        }
    }
    None
}

fn bad_search(text: &str) -> Refusal {
    Refusal::bad_request(format!("'{}' is not expected in $search.", excerpt(text)))
}
