//! Imports.

use super::code::Code;
use super::flat::to_text;
use super::order::{by_version, of_segments};
use super::token::{Token, list};
use proc_macro2::Delimiter::Brace;
use std::cmp::Ordering;

/// What is imported, part by part: `path`, `::`, `{names}`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Import(Vec<Segment>);

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Name(String),
    /// In order.
    Names(Vec<String>),
}

impl Import {
    /// Of what stands between `use` and `;`.
    pub fn new(tokens: &[Token]) -> Self {
        let segments = tokens.split(|token| matches!(token, Token::PathSeparator));
        let segments = segments.map(|segment| match segment {
            [Token::Word(_)] => Segment::Name(to_text(segment)),
            [Token::Group(Brace, inside)] => {
                let mut names: Vec<_> = list(inside).into_iter().map(to_text).collect();
                names.sort_by(|a, b| by_version(plain(a), plain(b)));
                Segment::Names(names)
            }
            _ => unreachable!("no such import is emitted: {}", to_text(tokens)),
        });
        Self(segments.collect())
    }

    pub fn into_code(self) -> Code {
        let mut path = String::new();
        for segment in self.0 {
            match segment {
                Segment::Name(name) if path.is_empty() => path = name,
                Segment::Name(name) => path = path + "::" + &name,
                Segment::Names(names) => {
                    let names = names.into_iter().map(Code::Text);
                    return Code::names(path + "::{", names.collect());
                }
            }
        }
        Code::Text(path)
    }
}

impl PartialOrd for Segment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Segment {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Name(a), Self::Name(b)) => of_segments(plain(a), plain(b)),
            (Self::Name(_), Self::Names(_)) => Ordering::Less,
            (Self::Names(_), Self::Name(_)) => Ordering::Greater,
            (Self::Names(a), Self::Names(b)) => a.cmp(b),
        }
    }
}

/// A name without what keeps it from being a keyword.
pub(super) fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}
