//! Types whose JSON form is serde's own.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::{IntegerVisitor, JsonFormat, ScalarOrKeep, TextVisitor, format, parse, read_with};

impl JsonFormat for bool {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self)
    }

    read_with!(BooleanVisitor);
}

struct BooleanVisitor;

impl Visitor<'_> for BooleanVisitor {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a boolean")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<bool, E> {
        Ok(value)
    }
}

impl JsonFormat for String {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }

    read_with!(StringVisitor);
}

/// Some services declare a string and send a number, as Microsoft Graph does in the `impactedCount`
/// of an alert.
struct StringVisitor;

impl Visitor<'_> for StringVisitor {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<String, E> {
        Ok(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<String, E> {
        Ok(value.to_string())
    }
}

impl JsonFormat for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Serialize::serialize(self, serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer)
    }
}

impl JsonFormat for i32 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(*self)
    }

    read_with!(IntegerVisitor::expecting("a 32-bit integer"));
}

impl JsonFormat for i16 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i16(*self)
    }

    read_with!(IntegerVisitor::expecting("a 16-bit integer"));
}

impl JsonFormat for i8 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i8(*self)
    }

    read_with!(IntegerVisitor::expecting("an integer from -128 to 127"));
}

impl JsonFormat for u8 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self)
    }

    read_with!(IntegerVisitor::expecting("an integer from 0 to 255"));

    fn serialize_collection<S: Serializer>(
        items: &[Self],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format::base64_text(items))
    }

    fn deserialize_collection<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Self>, D::Error> {
        deserializer.deserialize_any(BINARY)
    }

    fn deserialize_collection_or_keep<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Result<Vec<Self>, Value>, D::Error> {
        deserializer.deserialize_any(ScalarOrKeep(BINARY))
    }
}

const BINARY: TextVisitor<Vec<u8>> = TextVisitor::new("base64 or base64url text", parse::base64);
