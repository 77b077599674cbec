//! `$filter`: comparisons of properties with literals, joined by `and`, `or` and `not`.
//!
//! Enough for tests of clients; what the grammar allows beyond it is answered with 501, what it
//! does not allow with 400.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::PropertyPath;
use crate::error::{Refusal, excerpt};
use crate::literal::{self, Literal};
use crate::service::{Primitive, Service, ValueType};

/// The deepest nesting of parentheses and `not`.
const DEEPEST: usize = 50;

/// The functions of the grammar that are not served, lambda operators included.
const NOT_SERVED: [&str; 24] = [
    "any",
    "all",
    "tolower",
    "toupper",
    "trim",
    "length",
    "indexof",
    "substring",
    "concat",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "date",
    "time",
    "now",
    "round",
    "floor",
    "ceiling",
    "cast",
    "isof",
    "matchesPattern",
];

/// A parsed `$filter`.
#[derive(Debug)]
pub(super) enum Condition {
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
    Compare(PropertyPath, Comparison, Literal),
    In(PropertyPath, Vec<Literal>),
    Text(PropertyPath, TextTest, String),
    /// A property of type Boolean that stands alone.
    Flag(PropertyPath),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Comparison {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
}

impl Condition {
    pub(super) fn parse(service: &Service, ty: &str, text: &str) -> Result<Self, Refusal> {
        let mut parser = Parser {
            service,
            ty,
            tokens: tokens(text)?,
            at: 0,
        };
        let condition = parser.either(0)?;
        match parser.peek() {
            None => Ok(condition),
            Some(token) => Err(unexpected(token)),
        }
    }

    pub(super) fn holds(&self, members: &Map<String, Value>) -> bool {
        match self {
            Self::And(a, b) => a.holds(members) && b.holds(members),
            Self::Or(a, b) => a.holds(members) || b.holds(members),
            Self::Not(condition) => !condition.holds(members),
            Self::Compare(property, comparison, literal) => {
                comparison.holds(&property.value(members), literal)
            }
            Self::In(property, literals) => {
                let value = property.value(members);
                literals
                    .iter()
                    .any(|literal| Comparison::Eq.holds(&value, literal))
            }
            Self::Text(property, test, wanted) => match property.value(members) {
                Literal::String(text) => test.holds(&text, wanted),
                _ => false,
            },
            Self::Flag(property) => property.value(members) == Literal::Boolean(true),
        }
    }
}

impl Comparison {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "eq" => Self::Eq,
            "ne" => Self::Ne,
            "gt" => Self::Gt,
            "ge" => Self::Ge,
            "lt" => Self::Lt,
            "le" => Self::Le,
            _ => return None,
        })
    }

    fn turned(self) -> Self {
        match self {
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            same => same,
        }
    }

    /// Null equals null alone, and no order holds with it.
    fn holds(self, a: &Literal, b: &Literal) -> bool {
        let ordering = a.order(b);
        let has_null = *a == Literal::Null || *b == Literal::Null;
        match self {
            Self::Eq => ordering == Some(Ordering::Equal),
            Self::Ne => ordering != Some(Ordering::Equal),
            _ if has_null => false,
            Self::Gt => ordering.is_some_and(Ordering::is_gt),
            Self::Ge => ordering.is_some_and(Ordering::is_ge),
            Self::Lt => ordering.is_some_and(Ordering::is_lt),
            Self::Le => ordering.is_some_and(Ordering::is_le),
        }
    }
}

impl TextTest {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "startswith" => Self::StartsWith,
            "endswith" => Self::EndsWith,
            "contains" => Self::Contains,
            _ => return None,
        })
    }

    fn holds(self, text: &str, wanted: &str) -> bool {
        match self {
            Self::StartsWith => text.starts_with(wanted),
            Self::EndsWith => text.ends_with(wanted),
            Self::Contains => text.contains(wanted),
        }
    }
}

/// Cuts the text into parentheses, commas and words; a word holds its quoted parts.
fn tokens(text: &str) -> Result<Vec<String>, Refusal> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for character in text.chars() {
        let separates = matches!(character, '(' | ')' | ',') || character.is_whitespace();
        if separates && !quoted {
            if !word.is_empty() {
                tokens.push(std::mem::take(&mut word));
            }
            if !character.is_whitespace() {
                tokens.push(character.to_string());
            }
        } else {
            quoted ^= character == '\'';
            word.push(character);
        }
    }
    if quoted {
        return Err(Refusal::bad_request("A quote in $filter is not closed."));
    }
    if !word.is_empty() {
        tokens.push(word);
    }
    Ok(tokens)
}

struct Parser<'a> {
    service: &'a Service,
    ty: &'a str,
    tokens: Vec<String>,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(String::as_str)
    }

    fn next(&mut self) -> Result<String, Refusal> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token.ok_or_else(|| Refusal::bad_request("The expression of $filter ends too early."))
    }

    fn take(&mut self, wanted: &str) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, wanted: &str) -> Result<(), Refusal> {
        let token = self.next()?;
        if token == wanted {
            Ok(())
        } else {
            Err(unexpected(&token))
        }
    }

    fn either(&mut self, depth: usize) -> Result<Condition, Refusal> {
        let mut left = self.both(depth)?;
        while self.take("or") {
            left = Condition::Or(Box::new(left), Box::new(self.both(depth)?));
        }
        Ok(left)
    }

    fn both(&mut self, depth: usize) -> Result<Condition, Refusal> {
        let mut left = self.one(depth)?;
        while self.take("and") {
            left = Condition::And(Box::new(left), Box::new(self.one(depth)?));
        }
        Ok(left)
    }

    fn one(&mut self, depth: usize) -> Result<Condition, Refusal> {
        if depth > DEEPEST {
            return Err(Refusal::bad_request(
                "The expression of $filter nests too deep.",
            ));
        }
        if self.take("not") {
            return Ok(Condition::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.take("(") {
            let inner = self.either(depth + 1)?;
            self.expect(")")?;
            return Ok(inner);
        }
        let word = self.next()?;
        if self.peek() == Some("(") {
            return self.function(&word);
        }
        self.comparison(&word)
    }

    fn function(&mut self, name: &str) -> Result<Condition, Refusal> {
        let Some(test) = TextTest::of(name) else {
            let simple = name.rsplit_once('/').map_or(name, |(_, simple)| simple);
            return Err(if NOT_SERVED.contains(&simple) {
                not_served(simple)
            } else {
                Refusal::bad_request(format!("$filter knows no function '{}'.", excerpt(name)))
            });
        };
        self.expect("(")?;
        let path = self.next()?;
        if self.peek() == Some("(") {
            return self.function(&path);
        }
        let property = PropertyPath::parse(self.service, self.ty, &path)?;
        self.expect(",")?;
        let text = self.next()?;
        self.expect(")")?;
        match literal::parse_literal(&text, &ValueType::Primitive(Primitive::String)) {
            Ok(Literal::String(text)) => Ok(Condition::Text(property, test, text)),
            _ => Err(unexpected(&text)),
        }
    }

    fn comparison(&mut self, left: &str) -> Result<Condition, Refusal> {
        let operator = self.peek().map(str::to_owned);
        let comparison = operator.as_deref().and_then(Comparison::of);
        if let Some(comparison) = comparison {
            self.at += 1;
            let right = self.next()?;
            if self.peek() == Some("(") {
                return self.function(&right);
            }
            // The property may be on either side.
            return match is_literal(left) {
                false => self.compare(left, comparison, &right),
                true => self.compare(&right, comparison.turned(), left),
            };
        }
        match operator.as_deref() {
            Some("in") => {
                self.at += 1;
                self.list(left)
            }
            Some("has" | "add" | "sub" | "mul" | "div" | "divby" | "mod") => {
                Err(not_served(operator.as_deref().unwrap_or_default()))
            }
            _ => match PropertyPath::parse(self.service, self.ty, left)? {
                property if property.ty == ValueType::Primitive(Primitive::Boolean) => {
                    Ok(Condition::Flag(property))
                }
                _ => Err(unexpected(left)),
            },
        }
    }

    fn compare(
        &self,
        path: &str,
        comparison: Comparison,
        text: &str,
    ) -> Result<Condition, Refusal> {
        let property = PropertyPath::parse(self.service, self.ty, path)?;
        let value = literal_of(&property, text)?;
        Ok(Condition::Compare(property, comparison, value))
    }

    fn list(&mut self, path: &str) -> Result<Condition, Refusal> {
        let property = PropertyPath::parse(self.service, self.ty, path)?;
        self.expect("(")?;
        let mut literals = vec![literal_of(&property, &self.next()?)?];
        while self.take(",") {
            literals.push(literal_of(&property, &self.next()?)?);
        }
        self.expect(")")?;
        Ok(Condition::In(property, literals))
    }
}

/// Reads a literal of a property's type; a member that is not declared takes any literal.
fn literal_of(property: &PropertyPath, text: &str) -> Result<Literal, Refusal> {
    let untyped = matches!(property.ty, ValueType::Unsupported(_));
    let any = [Primitive::String, Primitive::Boolean, Primitive::Decimal].map(ValueType::Primitive);
    let types = if untyped {
        any.as_slice()
    } else {
        std::slice::from_ref(&property.ty)
    };
    let mut read = types.iter().map(|ty| literal::parse_literal(text, ty));
    read.find_map(Result::ok).ok_or_else(|| {
        Refusal::bad_request(format!(
            "'{}' in $filter is not a literal of type {}, which '{}' has.",
            excerpt(text),
            property.ty.name(),
            property.path
        ))
    })
}

/// Whether a word cannot be a property's path.
fn is_literal(word: &str) -> bool {
    let first = word.chars().next().unwrap_or_default();
    matches!(word, "null" | "true" | "false" | "INF" | "NaN")
        || word.contains('\'')
        || first.is_ascii_digit()
        || matches!(first, '-' | '+')
}

fn unexpected(token: &str) -> Refusal {
    Refusal::bad_request(format!("'{}' is not expected in $filter.", excerpt(token)))
}

fn not_served(what: &str) -> Refusal {
    Refusal::not_implemented(format!(
        "The emulator does not serve '{what}' in $filter; it serves eq, ne, gt, ge, lt, le, in, \
         and, or, not, startswith, endswith and contains."
    ))
}
