//! Conditions on books, as templates of the client and as a naive evaluation.

use super::library::{Library, Shelved};
use library_client::Literal;
use library_client::models::Genre;
use std::cmp::Ordering;

/// A condition.
#[derive(Clone, Debug)]
pub enum Condition {
    Pages(&'static str, i32),
    Printed(&'static str, i64),
    Title(&'static str, String),
    Genre(&'static str, Genre),
    NoTitle,
    Contains(String),
    Keyword(String),
    Copies(&'static str, i32),
    OnShelf(String),
    AuthorNumber(&'static str, i32),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

/// Null equals null alone, and no order holds with it.
fn compare<T: Ord>(a: Option<T>, operator: &str, b: T) -> bool {
    let Some(a) = a else {
        return operator == "ne";
    };
    let ordering = a.cmp(&b);
    match operator {
        "eq" => ordering == Ordering::Equal,
        "ne" => ordering != Ordering::Equal,
        "gt" => ordering == Ordering::Greater,
        _ => ordering != Ordering::Greater,
    }
}

impl Condition {
    /// The template, and the values for its places.
    pub fn template<'a>(&'a self, values: &mut Vec<&'a dyn Literal>) -> String {
        match self {
            Self::Pages(operator, value) => {
                values.push(value);
                format!("pages {operator} {{}}")
            }
            Self::Printed(operator, value) => {
                values.push(value);
                format!("printed {operator} {{}}")
            }
            Self::Title(operator, value) => {
                values.push(value);
                format!("title {operator} {{}}")
            }
            Self::Genre(operator, value) => {
                values.push(value);
                format!("genre {operator} {{}}")
            }
            Self::NoTitle => "title eq null".to_owned(),
            Self::Contains(value) => {
                values.push(value);
                "contains(title,{})".to_owned()
            }
            Self::Keyword(value) => {
                values.push(value);
                "keywords/any(k:k eq {})".to_owned()
            }
            Self::Copies(operator, value) => {
                values.push(value);
                format!("copies/$count {operator} {{}}")
            }
            Self::OnShelf(value) => {
                values.push(value);
                "copies/any(c:c/shelf eq {})".to_owned()
            }
            Self::AuthorNumber(operator, value) => {
                values.push(value);
                format!("author/number {operator} {{}}")
            }
            Self::Not(inner) => format!("not ({})", inner.template(values)),
            Self::And(a, b) => {
                let a = a.template(values);
                format!("({a}) and ({})", b.template(values))
            }
            Self::Or(a, b) => {
                let a = a.template(values);
                format!("({a}) or ({})", b.template(values))
            }
        }
    }

    /// True, false, or neither.
    pub fn holds(&self, library: &Library, book: &Shelved) -> Option<bool> {
        let rank = |genre: &Genre| match genre {
            Genre::Novel => 0,
            Genre::Science => 1,
            _ => 2,
        };
        Some(match self {
            Self::Pages(operator, value) => compare(book.pages, operator, *value),
            Self::Printed(operator, value) => compare(book.printed, operator, *value),
            Self::Title(operator, value) => compare(book.title.as_ref(), operator, value),
            Self::Genre(operator, value) => {
                compare(book.genre.as_ref().map(rank), operator, rank(value))
            }
            Self::NoTitle => book.title.is_none(),
            Self::Contains(value) => book.title.as_ref()?.contains(value),
            Self::Keyword(value) => {
                let mut keywords = book.keywords.iter().flatten();
                keywords.any(|keyword| keyword == value)
            }
            Self::Copies(operator, value) => {
                compare(i32::try_from(book.copies.len()).ok(), operator, *value)
            }
            Self::OnShelf(value) => {
                let mut copies = book.copies.iter();
                copies.any(|(_, shelf)| shelf.as_ref() == Some(value))
            }
            Self::AuthorNumber(operator, value) => {
                let author = book.author.and_then(|number| library.reader(number));
                compare(author.map(|reader| reader.number), operator, *value)
            }
            Self::Not(inner) => !inner.holds(library, book)?,
            Self::And(a, b) => match (a.holds(library, book), b.holds(library, book)) {
                (Some(false), _) | (_, Some(false)) => false,
                (a, b) => a? && b?,
            },
            Self::Or(a, b) => match (a.holds(library, book), b.holds(library, book)) {
                (Some(true), _) | (_, Some(true)) => true,
                (a, b) => a? || b?,
            },
        })
    }
}
