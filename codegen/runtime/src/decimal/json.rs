//! Decimals in JSON.
//!
//! serde has no way to ask for a number's digits; serde_json has one, [`RawValue`], which only its
//! reader of text knows. Other readers have a number of a type of theirs, so both must be understood.

use std::fmt;
use std::sync::LazyLock;

use serde::de::value::Error as ProbeError;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Decimal, canonical, is_name};
use crate::json::{JsonFormat, ScalarOrKeep};

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if is_name(&self.0) {
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

/// The name by which [`RawValue`] asks for text; found out, since serde_json keeps it for itself.
static RAW_VALUE: LazyLock<&'static str> = LazyLock::new(|| {
    let mut name = "";
    // The probe always fails.
    let _ = Box::<RawValue>::deserialize(Probe(&mut name));
    name
});

/// A deserializer that has nothing, and notes the name of the newtype that it is asked for.
struct Probe<'a>(&'a mut &'static str);

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = ProbeError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ProbeError> {
        Err(de::Error::custom("a probe has no value"))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ProbeError> {
        *self.0 = name;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The text of a value in a map that serde_json made of it: because it was asked for, or because its
/// feature `arbitrary_precision`, which any crate in a program may turn on, has no other numbers.
pub(crate) fn text_in_map<'de, A: MapAccess<'de>>(
    mut map: A,
    expected: &dyn de::Expected,
) -> Result<String, A::Error> {
    let name: Option<String> = map.next_key()?;
    if name.is_some_and(|name| is_private(&name)) {
        map.next_value()
    } else {
        Err(de::Error::invalid_type(de::Unexpected::Map, expected))
    }
}

/// Whether serde_json has this name for itself, as it has that of [`RawValue`].
pub(crate) fn is_private(name: &str) -> bool {
    let module = RAW_VALUE
        .rsplit_once("::")
        .map_or(*RAW_VALUE, |(module, _)| module);
    let rest = name.strip_prefix(module);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
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
