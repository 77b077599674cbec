//! What `$search` takes.

use std::fmt;
use std::ops::Not;

use super::path::Path;
use super::text::Text;

/// A search expression (OData URL Conventions 4.01, section "System Query Option $search").
///
/// A text becomes one as it stands; [`phrase`](Self::phrase) and its like quote what they are given.
#[derive(Clone)]
#[must_use = "a search does nothing until it is part of a request"]
pub struct Search {
    text: Text,
    shape: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Phrase,
    And,
    Or,
    Not,
    /// A text that somebody else wrote.
    Unknown,
}

impl Search {
    /// These words, one after the other, whatever characters are in them.
    pub fn phrase(words: impl AsRef<str>) -> Self {
        Self::quoted("", words.as_ref())
    }

    /// These words in one property: `"displayName:text"`.
    ///
    /// This is how Microsoft Graph searches directory objects, messages and people; the standard knows
    /// no properties in a search.
    pub fn of(property: impl Path, words: impl AsRef<str>) -> Self {
        Self::quoted(&format!("{}:", property.text()), words.as_ref())
    }

    fn quoted(prefix: &str, words: &str) -> Self {
        let mut text = Text::new();
        text.push("\"");
        text.push(prefix);
        for part in words.split_inclusive(['"', '\\']) {
            let special = part.strip_suffix(['"', '\\']);
            text.push(special.unwrap_or(part));
            if special.is_some() {
                text.push("\\");
                text.push(&part[part.len() - 1..]);
            }
        }
        text.push("\"");
        Self {
            text,
            shape: Shape::Phrase,
        }
    }

    /// Both.
    pub fn and(self, other: impl Into<Self>) -> Self {
        self.joined(" AND ", other.into(), Shape::And)
    }

    /// One of them, or both.
    pub fn or(self, other: impl Into<Self>) -> Self {
        self.joined(" OR ", other.into(), Shape::Or)
    }

    fn joined(self, operator: &str, other: Self, shape: Shape) -> Self {
        let mut text = self.within(shape);
        text.push(operator);
        text.append(other.within(shape));
        Self { text, shape }
    }

    /// The text at the side of an operator.
    fn within(mut self, operator: Shape) -> Text {
        let is_alone = matches!(self.shape, Shape::Phrase | Shape::Not);
        if !is_alone && self.shape != operator {
            self.text.enclose();
        }
        self.text
    }

    pub(crate) fn into_text(self) -> Text {
        self.text
    }
}

/// Not this.
impl Not for Search {
    type Output = Self;

    fn not(self) -> Self {
        let mut text = Text::new();
        text.push("NOT ");
        text.append(self.within(Shape::Not));
        Self {
            text,
            shape: Shape::Not,
        }
    }
}

impl From<&str> for Search {
    fn from(expression: &str) -> Self {
        let mut text = Text::new();
        text.push(expression);
        Self {
            text,
            shape: Shape::Unknown,
        }
    }
}

impl From<&String> for Search {
    fn from(expression: &String) -> Self {
        expression.as_str().into()
    }
}

impl From<String> for Search {
    fn from(expression: String) -> Self {
        expression.as_str().into()
    }
}

impl fmt::Display for Search {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.text.as_str())
    }
}

impl fmt::Debug for Search {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Search").finish_non_exhaustive()
    }
}
