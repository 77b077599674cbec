//! Reads the literals that a URL carries (OData ABNF, section 7 "Literal Data Values").

pub(crate) mod binary;
mod number;
mod temporal;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::behavior::BinaryAlphabet;
use crate::service::{EnumType, Primitive, ValueType};

/// A literal's value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Null,
    Binary(Vec<u8>),
    Boolean(bool),
    Date(NaiveDate),
    DateTimeOffset(DateTime<Utc>),
    Decimal(String),
    Double(f64),
    /// Nanoseconds; a finer fraction is cut off.
    Duration(i128),
    Enum(EnumValue),
    Guid(u128),
    Integer(i64),
    Json(serde_json::Value),
    String(String),
    TimeOfDay(NaiveTime),
}

/// A value of an enumeration: the sum of its members.
#[derive(Clone, Debug)]
pub(crate) struct EnumValue {
    pub(crate) value: i64,
    /// As it was written: names or numbers.
    pub(crate) text: String,
}

impl PartialEq for EnumValue {
    /// However they are written.
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// A text that is no literal of the type wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotALiteral;

/// Reads a literal as it stands in the parentheses of a function call, percent-decoded.
pub(crate) fn parse_literal(text: &str, ty: &ValueType) -> Result<Literal, NotALiteral> {
    if text == "null" {
        return Ok(Literal::Null);
    }
    match ty {
        ValueType::Primitive(Primitive::String) => parse_string(text),
        ValueType::Primitive(Primitive::Binary) => parse_binary(unwrap(text, "binary")?),
        // 4.0 wants the prefix, 4.01 takes the bare value too.
        ValueType::Primitive(Primitive::Duration) => match unwrap(text, "duration") {
            Ok(value) => temporal::parse_duration(value),
            Err(NotALiteral) => temporal::parse_duration(text),
        },
        ValueType::Enum(ty) => parse_enum_literal(text, ty),
        ValueType::Collection(_) | ValueType::Structured(_) | ValueType::Unsupported(_) => {
            Err(NotALiteral)
        }
        ValueType::Primitive(_) => parse_value(text, ty),
    }
}

/// Reads the value of a parameter alias: a literal, or JSON for a collection or an object.
pub(crate) fn parse_alias_value(text: &str, ty: &ValueType) -> Result<Literal, NotALiteral> {
    let json = || serde_json::from_str::<serde_json::Value>(text).map_err(|_| NotALiteral);
    match ty {
        _ if text == "null" => Ok(Literal::Null),
        ValueType::Collection(_) => match json()? {
            value @ serde_json::Value::Array(_) => Ok(Literal::Json(value)),
            _ => Err(NotALiteral),
        },
        ValueType::Structured(_) => match json()? {
            value @ serde_json::Value::Object(_) => Ok(Literal::Json(value)),
            _ => Err(NotALiteral),
        },
        _ => parse_literal(text, ty),
    }
}

/// Reads a value as metadata writes it (`DefaultValue`, `AllowedValues`): without quotes or prefix.
pub(crate) fn parse_value(text: &str, ty: &ValueType) -> Result<Literal, NotALiteral> {
    let primitive = match ty {
        ValueType::Primitive(primitive) => *primitive,
        ValueType::Enum(ty) => return parse_members(text, ty),
        _ => return Err(NotALiteral),
    };
    match primitive {
        Primitive::Binary => parse_binary(text),
        Primitive::Boolean => parse_boolean(text),
        Primitive::Byte => number::parse_integer(text, 0, u8::MAX.into()),
        Primitive::SByte => number::parse_integer(text, i8::MIN.into(), i8::MAX.into()),
        Primitive::Int16 => number::parse_integer(text, i16::MIN.into(), i16::MAX.into()),
        Primitive::Int32 => number::parse_integer(text, i32::MIN.into(), i32::MAX.into()),
        Primitive::Int64 => number::parse_integer(text, i64::MIN, i64::MAX),
        Primitive::Decimal => number::parse_decimal(text),
        Primitive::Double | Primitive::Single => number::parse_double(text),
        Primitive::Date => temporal::parse_date(text).map(Literal::Date),
        Primitive::DateTimeOffset => temporal::parse_date_time_offset(text),
        Primitive::TimeOfDay => temporal::parse_time_of_day(text).map(Literal::TimeOfDay),
        Primitive::Duration => temporal::parse_duration(text),
        Primitive::Guid => parse_guid(text),
        Primitive::String => Ok(Literal::String(text.to_owned())),
    }
}

/// The inside of `prefix'...'`; the prefix is not case-sensitive.
fn unwrap<'a>(text: &'a str, prefix: &str) -> Result<&'a str, NotALiteral> {
    let (head, rest) = text.split_once('\'').ok_or(NotALiteral)?;
    let inner = rest.strip_suffix('\'').ok_or(NotALiteral)?;
    if head.eq_ignore_ascii_case(prefix) && !inner.contains('\'') {
        Ok(inner)
    } else {
        Err(NotALiteral)
    }
}

fn parse_string(text: &str) -> Result<Literal, NotALiteral> {
    let inner = text
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
        .ok_or(NotALiteral)?;
    // What is left after taking out the doubled quotes must hold none.
    if inner.replace("''", "").contains('\'') {
        return Err(NotALiteral);
    }
    Ok(Literal::String(inner.replace("''", "'")))
}

fn parse_boolean(text: &str) -> Result<Literal, NotALiteral> {
    if text.eq_ignore_ascii_case("true") {
        Ok(Literal::Boolean(true))
    } else if text.eq_ignore_ascii_case("false") {
        Ok(Literal::Boolean(false))
    } else {
        Err(NotALiteral)
    }
}

fn parse_guid(text: &str) -> Result<Literal, NotALiteral> {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = groups.iter().map(|group| group.len());
    if !lengths.eq([8, 4, 4, 4, 12]) || !groups.iter().all(|group| is_hexadecimal(group)) {
        return Err(NotALiteral);
    }
    u128::from_str_radix(&groups.concat(), 16)
        .map(Literal::Guid)
        .map_err(|_| NotALiteral)
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn parse_binary(text: &str) -> Result<Literal, NotALiteral> {
    binary::decode(text, BinaryAlphabet::Base64Url)
        .map(Literal::Binary)
        .ok_or(NotALiteral)
}

fn parse_enum_literal(text: &str, ty: &EnumType) -> Result<Literal, NotALiteral> {
    let (prefix, _) = text.split_once('\'').ok_or(NotALiteral)?;
    // 4.01 lets the type's name be left out; Graph does not insist on the prefix either.
    if prefix != ty.name && !prefix.is_empty() {
        return Err(NotALiteral);
    }
    parse_members(unwrap(text, prefix)?, ty)
}

fn parse_members(text: &str, ty: &EnumType) -> Result<Literal, NotALiteral> {
    let value_of = |written: &str| {
        let named = ty.members.iter().find(|member| member.name == written);
        named
            .map(|member| member.value)
            .or_else(|| written.parse().ok())
    };
    let mut value = 0;
    for (index, written) in text.split(',').map(str::trim).enumerate() {
        if index > 0 && !ty.flags {
            return Err(NotALiteral);
        }
        value |= value_of(written).ok_or(NotALiteral)?;
    }
    let text = text.to_owned();
    Ok(Literal::Enum(EnumValue { value, text }))
}

/// Reads a JSON value of a type that a literal can have (OData JSON Format, section "Primitive
/// Value").
pub(crate) fn from_json(value: &serde_json::Value, ty: &ValueType) -> Result<Literal, NotALiteral> {
    match value {
        serde_json::Value::Null => Ok(Literal::Null),
        serde_json::Value::String(text) => match ty {
            ValueType::Primitive(Primitive::Binary) => binary::decode_any(text)
                .map(Literal::Binary)
                .ok_or(NotALiteral),
            _ => parse_value(text, ty),
        },
        serde_json::Value::Bool(value) if *ty == ValueType::Primitive(Primitive::Boolean) => {
            Ok(Literal::Boolean(*value))
        }
        serde_json::Value::Number(number) if is_numeric(ty) => parse_value(&number.to_string(), ty),
        _ => Err(NotALiteral),
    }
}

/// Whether values of a type are JSON numbers.
pub(crate) fn is_numeric(ty: &ValueType) -> bool {
    matches!(
        ty,
        ValueType::Primitive(
            Primitive::Byte
                | Primitive::SByte
                | Primitive::Int16
                | Primitive::Int32
                | Primitive::Int64
                | Primitive::Decimal
                | Primitive::Double
                | Primitive::Single
        )
    )
}

/// A literal's value as JSON.
pub(crate) fn to_json(value: &Literal, alphabet: BinaryAlphabet) -> serde_json::Value {
    match value {
        Literal::Null => serde_json::Value::Null,
        Literal::Binary(bytes) => binary::encode(bytes, alphabet).into(),
        Literal::Boolean(value) => (*value).into(),
        Literal::Date(date) => date.to_string().into(),
        Literal::DateTimeOffset(instant) => crate::metrics::write_instant(*instant).into(),
        Literal::Decimal(digits) => {
            serde_json::from_str(digits).unwrap_or_else(|_| digits.as_str().into())
        }
        Literal::Double(value) => crate::values::MetricValue::Double(*value).to_json(),
        Literal::Duration(nanoseconds) => temporal::write_duration(*nanoseconds).into(),
        Literal::Enum(value) => value.text.as_str().into(),
        Literal::Guid(bits) => write_guid(*bits).into(),
        Literal::Integer(value) => (*value).into(),
        Literal::Json(value) => value.clone(),
        Literal::String(text) => text.as_str().into(),
        Literal::TimeOfDay(time) => time.to_string().into(),
    }
}

fn write_guid(bits: u128) -> String {
    let digits = format!("{bits:032x}");
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|group| &digits[group]);
    groups.join("-")
}

#[cfg(test)]
mod tests;
