//! Values as OData URL literals.
//!
//! The rules are those of OData URL Conventions 4.01, sections "Primitive Literals" and "Complex
//! and Collection Literals":
//!
//! | Edm type | Rust | written |
//! |---|---|---|
//! | null | `None` | `null` |
//! | Boolean | `bool` | `true` |
//! | Byte, SByte, Int16, Int32, Int64 | `u8`, `i8`, `i16`, `i32`, `i64` | `-5`, never with `+` |
//! | Single, Double | `f32`, `f64` | `2.5`, `1e-7`, `INF`, `-INF`, `NaN` |
//! | String | `str`, `String` | `'O''Neil'`, quotes doubled, then percent-encoded |
//! | Decimal | [`Decimal`](crate::Decimal) | `34.95`, every digit kept |
//! | Guid | [`Guid`](crate::Guid) | bare, with hyphens |
//! | Date | [`NaiveDate`] | `2012-09-03` |
//! | DateTimeOffset | [`DateTime<Utc>`] | `2012-09-03T13:52:02.5Z`, at most seven fractional digits |
//! | TimeOfDay | [`NaiveTime`] | `07:59:59.999` |
//! | Duration | [`TimeDelta`] | `duration'P12DT23H59M59.9S'` |
//! | Binary | `Vec<u8>`, `[u8]`, [`Bytes`](crate::Bytes) | `binary'T0RhdGE='`, base64url |
//! | enumeration | generated | `Namespace.Type'Member'` |
//! | Geography and Geometry types | [`LiteralValue::geography`], [`geometry`](LiteralValue::geometry) | `geography'SRID=4326;Point(142.1 64.1)'`, well-known text |
//! | collection, complex, entity, untyped | `Vec<T>`, [`LiteralValue::from_serialize`], [`Value`] | by an alias: `p=@p` and `@p=<JSON>` in the query |
//!
//! `Edm.Stream` has no literal: a parameter cannot be one.

use std::fmt::{self, Write as _};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::Value;

use super::Guid;
use super::json::{Base64, WithBase64, format};
use super::numbers::Numbers;

/// A type whose values can be written as a literal of a URL.
pub trait Literal {
    /// The literal of this value.
    fn to_literal(&self) -> LiteralValue;

    /// The literal of a collection of such values.
    ///
    /// Only `u8` overrides it: its sequences are `Edm.Binary`.
    #[doc(hidden)]
    fn collection_literal(items: &[Self]) -> LiteralValue
    where
        Self: Sized,
    {
        collection(items.iter().map(Self::to_literal))
    }
}

/// A value in the form that URLs have; created by [`Literal`].
///
/// It is not percent-encoded yet: every literal is encoded when a URL is written, which is why no
/// value can change a path.
#[derive(Debug, Clone, PartialEq)]
pub struct LiteralValue(Form);

#[derive(Debug, Clone, PartialEq)]
enum Form {
    Null,
    Boolean(bool),
    Integer(i64),
    /// An integer of 64 bits, which may be a string in a body.
    Long(i64),
    /// Written alike in a URL and, as a string, in JSON.
    Bare(String),
    DateTime(DateTime<Utc>),
    Float(f64, String),
    /// A number of any size and precision; without digits it is a string in JSON.
    Number(String),
    String(String),
    Prefixed(&'static str, String),
    /// The text of JSON, so that no number in it is rounded.
    Json(Json),
    /// Why there is no literal.
    Failed(String),
}

/// JSON as text.
#[derive(Debug, Clone, PartialEq)]
struct Json {
    text: String,
    /// With [`Numbers::Strings`], if that is another text.
    with_strings: Option<String>,
}

impl Json {
    /// Made by a function that writes one form and the other.
    fn new<E>(write: impl Fn(Numbers) -> Result<String, E>) -> Result<Self, E> {
        let (text, with_strings) = (write(Numbers::Json)?, write(Numbers::Strings)?);
        let with_strings = (text != with_strings).then_some(with_strings);
        Ok(Self { text, with_strings })
    }

    fn text_with(&self, numbers: Numbers) -> &str {
        match numbers {
            Numbers::Strings => self.with_strings.as_ref().unwrap_or(&self.text),
            Numbers::Json => &self.text,
        }
    }
}

/// A value cannot be written as a literal.
#[derive(Debug)]
pub(crate) struct NoLiteral(String);

impl fmt::Display for NoLiteral {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = &self.0;
        write!(formatter, "a parameter or key cannot be sent: {why}")
    }
}

impl LiteralValue {
    /// The literal `null`.
    pub fn null() -> Self {
        Self(Form::Null)
    }

    /// A string: quoted, with its quotes doubled.
    pub fn string(text: impl Into<String>) -> Self {
        Self(Form::String(text.into()))
    }

    /// A member of an enumeration type, or several joined by commas for a type of flags.
    ///
    /// `type_name` is qualified with the namespace.
    pub fn enumeration(type_name: &'static str, member: impl Into<String>) -> Self {
        Self(Form::Prefixed(type_name, member.into()))
    }

    /// A geographic value as well-known text, such as `SRID=4326;Point(142.1 64.1)`.
    ///
    /// In JSON, for example in a collection, the format is GeoJSON: use [`json`](Self::json).
    pub fn geography(text: impl Into<String>) -> Self {
        Self(Form::Prefixed("geography", text.into()))
    }

    /// A geometric value as well-known text, such as `SRID=0;Point(1 2)`; see
    /// [`geography`](Self::geography).
    pub fn geometry(text: impl Into<String>) -> Self {
        Self(Form::Prefixed("geometry", text.into()))
    }

    /// A complex value or a collection, which is sent in the query by a parameter alias.
    pub fn json(value: Value) -> Self {
        Self(Form::Json(Json {
            text: value.to_string(),
            with_strings: None,
        }))
    }

    /// A complex value, an entity or a collection, as serde writes it: all members of a model that
    /// are set, including those that the service computes.
    ///
    /// If serde cannot write the value as JSON, sending the request fails.
    pub fn from_serialize(value: &(impl Serialize + ?Sized)) -> Self {
        match Json::new(|numbers| numbers.writing(|| serde_json::to_string(value))) {
            Ok(json) => Self(Form::Json(json)),
            Err(error) => Self::failed(format!("it cannot be written as JSON: {error}")),
        }
    }

    /// A binary value, or a collection of them, in the body of an action of a service that writes base64
    /// instead of the standard's base64url.
    pub fn base64(value: &impl Base64) -> Self {
        Self::from_serialize(&WithBase64(value))
    }

    pub(crate) fn number(text: String) -> Self {
        Self(Form::Number(text))
    }

    /// No literal, and why.
    pub(crate) fn failed(why: impl Into<String>) -> Self {
        Self(Form::Failed(why.into()))
    }

    /// Fails if there is no literal of the value.
    pub(crate) fn check(&self) -> Result<(), NoLiteral> {
        match &self.0 {
            Form::Failed(why) => Err(NoLiteral(why.clone())),
            _ => Ok(()),
        }
    }

    /// The string that this is the literal of.
    pub(crate) fn as_string(&self) -> Option<&str> {
        match &self.0 {
            Form::String(text) => Some(text),
            _ => None,
        }
    }

    fn bare(text: String) -> Self {
        Self(Form::Bare(text))
    }

    /// Whether the value is sent in the query, by a parameter alias.
    pub fn is_alias(&self) -> bool {
        matches!(self.0, Form::Json(_))
    }

    /// The literal's text, before percent-encoding; JSON for a value that needs an alias.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.push_to(&mut text);
        text
    }

    /// Appends the literal's text.
    pub(crate) fn push_to(&self, out: &mut String) {
        match &self.0 {
            Form::Null | Form::Failed(_) => out.push_str("null"),
            Form::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
            Form::Integer(value) | Form::Long(value) => {
                // A String takes all that is written into it.
                let _ = write!(out, "{value}");
            }
            // Services based on .NET keep ticks of 100 ns and refuse more than seven digits.
            Form::DateTime(value) => format::push_date_time(out, value, 7),
            Form::Bare(text) | Form::Float(_, text) | Form::Number(text) => out.push_str(text),
            Form::Json(json) => out.push_str(&json.text),
            Form::String(text) => push_quoted(out, text),
            Form::Prefixed(prefix, text) => {
                out.push_str(prefix);
                push_quoted(out, text);
            }
        }
    }

    /// The text of the value in the JSON format, for example for an element of a collection.
    pub(crate) fn json_text(&self, numbers: Numbers) -> String {
        let are_strings = numbers == Numbers::Strings;
        match &self.0 {
            Form::Long(value) if are_strings => format!("\"{value}\""),
            Form::Number(text) if are_strings => format!("\"{text}\""),
            Form::Number(text) if !format::is_float_name(text) => text.clone(),
            Form::Json(json) => json.text_with(numbers).to_owned(),
            _ => self.clone().into_json().to_string(),
        }
    }

    /// The value in the JSON format, with numbers in the precision of [`Value`].
    pub fn into_json(self) -> Value {
        match self.0 {
            Form::Null | Form::Failed(_) => Value::Null,
            Form::Boolean(value) => Value::Bool(value),
            Form::Integer(value) | Form::Long(value) => Value::from(value),
            Form::Bare(text) | Form::String(text) | Form::Prefixed(_, text) => Value::String(text),
            Form::DateTime(_) => Value::String(self.text()),
            Form::Float(value, text) => {
                serde_json::Number::from_f64(value).map_or(Value::String(text), Value::Number)
            }
            // A number that no `f64` comes near stays text.
            Form::Number(text) | Form::Json(Json { text, .. }) => {
                serde_json::from_str(&text).unwrap_or(Value::String(text))
            }
        }
    }
}

/// A JSON array; one without a literal, if an item has none.
fn collection(items: impl Iterator<Item = LiteralValue>) -> LiteralValue {
    let items: Vec<_> = items.collect();
    let array = Json::new(|numbers| array(&items, numbers).map_err(LiteralValue::clone));
    array.map_or_else(|failed| failed, |json| LiteralValue(Form::Json(json)))
}

fn array(items: &[LiteralValue], numbers: Numbers) -> Result<String, &LiteralValue> {
    let mut json = String::from("[");
    for item in items {
        if matches!(item.0, Form::Failed(_)) {
            return Err(item);
        }
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&item.json_text(numbers));
    }
    json.push(']');
    Ok(json)
}

/// Appends the literal of a string: in quotes, with its own quotes doubled.
pub(crate) fn push_quoted(out: &mut String, text: &str) {
    out.reserve(text.len() + 2);
    out.push('\'');
    for (index, part) in text.split('\'').enumerate() {
        if index > 0 {
            out.push_str("''");
        }
        out.push_str(part);
    }
    out.push('\'');
}

impl Literal for LiteralValue {
    fn to_literal(&self) -> LiteralValue {
        self.clone()
    }
}

impl<T: Literal + ?Sized> Literal for &T {
    fn to_literal(&self) -> LiteralValue {
        T::to_literal(self)
    }
}

impl<T: Literal> Literal for Option<T> {
    fn to_literal(&self) -> LiteralValue {
        self.as_ref().map_or_else(LiteralValue::null, T::to_literal)
    }
}

impl<T: Literal> Literal for [T] {
    fn to_literal(&self) -> LiteralValue {
        T::collection_literal(self)
    }
}

impl<T: Literal, const N: usize> Literal for [T; N] {
    fn to_literal(&self) -> LiteralValue {
        T::collection_literal(self)
    }
}

impl<T: Literal> Literal for Vec<T> {
    fn to_literal(&self) -> LiteralValue {
        T::collection_literal(self)
    }
}

impl Literal for bool {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue(Form::Boolean(*self))
    }
}

impl Literal for u8 {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue(Form::Integer(i64::from(*self)))
    }

    fn collection_literal(items: &[Self]) -> LiteralValue {
        LiteralValue(Form::Prefixed("binary", format::base64_text(items)))
    }
}

impl Literal for i8 {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue(Form::Integer(i64::from(*self)))
    }
}

impl Literal for i16 {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue(Form::Integer(i64::from(*self)))
    }
}

impl Literal for i32 {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue(Form::Integer(i64::from(*self)))
    }
}

impl Literal for i64 {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue(Form::Long(*self))
    }
}

impl Literal for f32 {
    fn to_literal(&self) -> LiteralValue {
        // The shortest text of the f32 itself, not of the f64 that it widens to.
        let text =
            format::float_name(f64::from(*self)).map_or_else(|| format!("{self:?}"), str::to_owned);
        let value = text.parse().unwrap_or(f64::from(*self));
        LiteralValue(Form::Float(value, text))
    }
}

impl Literal for f64 {
    fn to_literal(&self) -> LiteralValue {
        // Debug uses an exponent where Display would print hundreds of digits, and never a `+`.
        let text = format::float_name(*self).map_or_else(|| format!("{self:?}"), str::to_owned);
        LiteralValue(Form::Float(*self, text))
    }
}

impl Literal for str {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue::string(self)
    }
}

impl Literal for String {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue::string(self.as_str())
    }
}

impl Literal for Guid {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue::bare(self.hyphenated().to_string())
    }
}

impl Literal for DateTime<Utc> {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue(Form::DateTime(*self))
    }
}

impl Literal for NaiveDate {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue::bare(format::date_text(*self))
    }
}

impl Literal for NaiveTime {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue::bare(format::time_text(*self, 7))
    }
}

impl Literal for TimeDelta {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue(Form::Prefixed("duration", format::duration_text(*self)))
    }
}

impl Literal for Value {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue::json(self.clone())
    }
}

impl Literal for bytes::Bytes {
    fn to_literal(&self) -> LiteralValue {
        u8::collection_literal(self)
    }
}

#[cfg(test)]
mod tests;
