//! JSON as a request has it: members in their order, numbers as they are written.

use super::problem::{Problem, ProblemKind};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number without a fraction.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object, with its members in their order.
    Object(Vec<(String, Json)>),
}

/// How deep values may be nested.
const DEPTH: usize = 100;

impl Json {
    /// Reads a body. People write examples by hand, so what they do to JSON is understood: a comma after the
    /// last member, a comment, single quotes.
    ///
    /// # Errors
    ///
    /// If it is nothing of that kind, or nested too deeply.
    pub fn read(text: &str) -> Result<Self, Problem> {
        if text.bytes().filter(|it| matches!(it, b'{' | b'[')).count() > DEPTH
            && deepest(text) > DEPTH
        {
            let message = format!("the body is nested more than {DEPTH} levels deep");
            return Err(Problem::new(ProblemKind::Body, message));
        }
        serde_json::from_str(text).or_else(|strict| {
            let lenient = json5::from_str(&without_breaks(text));
            lenient.map_err(|_| {
                let message = format!("the body is not JSON: {strict}");
                Problem::new(ProblemKind::Body, message)
            })
        })
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A member of an object.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let mut members = members.iter();
        members.find(|(known, _)| known == name).map(|(_, it)| it)
    }
}

/// Its text, with the members in their order.
impl fmt::Display for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Bool(value) => value.fmt(formatter),
            Self::Integer(number) => number.fmt(formatter),
            Self::Float(number) => write!(formatter, "{number:?}"),
            Self::Text(text) => serde_json::Value::from(text.as_str()).fmt(formatter),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(Self::to_string).collect();
                write!(formatter, "[{}]", items.join(","))
            }
            Self::Object(members) => {
                let members = members.iter().map(|(name, value)| {
                    let name = serde_json::Value::from(name.as_str());
                    format!("{name}:{value}")
                });
                let members: Vec<_> = members.collect();
                write!(formatter, "{{{}}}", members.join(","))
            }
        }
    }
}

/// The text with line breaks within double quotes as escapes.
fn without_breaks(text: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' if quoted => out.push_str("\\n"),
            '\r' if quoted => out.push_str("\\r"),
            other => out.push(other),
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    out
}

/// How many brackets are open at once, those in texts counted too.
fn deepest(text: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Integer(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}
