//! Decimals in JSON.
//!
//! serde cannot ask for a number's digits; serde_json can, with [`RawValue`], but only its text
//! reader supports that. Other readers represent numbers with their own types, so both must be
//! understood.

use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Decimal, canonical};
use crate::value::json::format::is_float_name;
use crate::value::json::raw::{RAW_VALUE, text_in_map};
use crate::value::json::{JsonFormat, ScalarOrKeep};
use crate::value::numbers::Numbers;

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if is_float_name(&self.0) || Numbers::are_strings() {
            return serializer.serialize_str(&self.0);
        }
        // Whole numbers are written so that every serializer understands them.
        match self.0.parse::<i64>() {
            Ok(whole) if self.0 != "-0" => serializer.serialize_i64(whole),
            _ => RawValue::from_string(self.0.clone())
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(*RAW_VALUE, DecimalVisitor)
    }
}

impl JsonFormat for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Serialize::serialize(self, serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer)
    }

    fn deserialize_or_keep<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Result<Self, Value>, D::Error> {
        deserializer.deserialize_newtype_struct(*RAW_VALUE, ScalarOrKeep(DecimalVisitor))
    }
}

struct DecimalVisitor;

impl<'de> Visitor<'de> for DecimalVisitor {
    type Value = Decimal;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a decimal number, or a string of one")
    }

    /// The text of a value, as the only member of a map.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Decimal, A::Error> {
        let json = text_in_map(map, &self)?;
        if let Some(number) = canonical(&json) {
            return Ok(Decimal(number));
        }
        match serde_json::from_str::<serde_json::Value>(&json) {
            Ok(serde_json::Value::String(text)) => self.visit_str(&text),
            Ok(serde_json::Value::Null) => {
                Err(de::Error::invalid_type(de::Unexpected::Unit, &self))
            }
            Ok(serde_json::Value::Bool(value)) => {
                Err(de::Error::invalid_type(de::Unexpected::Bool(value), &self))
            }
            Ok(serde_json::Value::Array(_)) => {
                Err(de::Error::invalid_type(de::Unexpected::Seq, &self))
            }
            _ => Err(de::Error::invalid_type(de::Unexpected::Map, &self)),
        }
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<Decimal, D::Error> {
        value.deserialize_any(self)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Decimal, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Decimal, E> {
        Ok(Decimal(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Decimal, E> {
        let decimal = Decimal::try_from(value);
        decimal.map_err(|_| E::invalid_value(de::Unexpected::Float(value), &self))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Decimal, E> {
        let decimal = value.parse();
        decimal.map_err(|_| E::invalid_value(de::Unexpected::Str(value), &self))
    }
}
