//! The OData JSON format of primitive values, for fields of models.
//!
//! Use it as `#[serde(with = "odata_runtime::json")]`. It reads what services send, which is more
//! than the format allows, and writes the format's canonical form (OData JSON Format 4.01, section
//! "Primitive Value").
//!
//! | Edm type | Rust | read | written |
//! |---|---|---|---|
//! | Boolean | `bool` | as it is | as it is |
//! | String | [`String`] | a string, or a number as its digits | a string |
//! | Untyped; Geography and Geometry types (GeoJSON) | [`serde_json::Value`] | as they are | as they are |
//! | Byte, SByte, Int16, Int32 | `u8`, `i8`, `i16`, `i32` | as Int64 | a number |
//! | Int64 | `i64` | a number, or a string of one (`IEEE754Compatible`) | a number; or a string, where the service has that |
//! | Double, Single | `f64`, `f32` | a number, a string of one, `"INF"`, `"-INF"`, `"NaN"` | a number or the name |
//! | DateTimeOffset | [`DateTime<Utc>`] | any offset, UTC if there is none; seconds optional | UTC with `Z` |
//! | Date, TimeOfDay | [`NaiveDate`], [`NaiveTime`] | ISO 8601 | ISO 8601 |
//! | Duration | [`TimeDelta`] | days, hours, minutes, seconds | `PT1H30M` |
//! | Guid | [`Guid`] | a string | lower case, with hyphens |
//! | Decimal | [`Decimal`](crate::Decimal) | a number, or a string of one | as Int64 |
//! | enumeration | an [`EnumMember`](crate::EnumMember), [`Flags`](crate::Flags) | a string | a string |
//! | Binary | `Vec<u8>` | base64 or base64url, padded or not | base64url, padded; or base64, where the service has that |
//!
//! `Edm.Stream` is not a member of JSON: [`ResourcePath::download`](crate::ResourcePath::download)
//! reads one, and [`ODataType::property_annotation`](crate::ODataType::property_annotation) has
//! what the service says about it, such as its `mediaContentType`.
//!
//! Fractions of a second beyond nanoseconds are cut off. [`Option`], [`Vec`] and combinations of
//! them work the same way.

mod base64;
pub(crate) mod format;
mod keep;
pub(crate) mod parse;
mod plain;
pub(crate) mod raw;

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

pub use base64::Base64;
pub(crate) use base64::WithBase64;
pub(crate) use keep::{ScalarOrKeep, keep_scalars};

use keep::{CollectionOrKeep, OptionOrKeep, OrKeep};
use serde_json::Value;

use super::Guid;
use super::numbers::Numbers;

/// A type with an OData JSON form of its own.
///
/// Generated models and enumerations have one too.
pub trait JsonFormat: Sized {
    /// Writes the value in canonical form.
    ///
    /// # Errors
    ///
    /// Only those of the serializer.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// If the input is not a form of this type.
    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// Reads a value, or gives what is there instead of one.
    ///
    /// # Errors
    ///
    /// When the input is no JSON, and whenever the type does not tell these apart.
    #[doc(hidden)]
    fn deserialize_or_keep<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Result<Self, Value>, D::Error> {
        Self::deserialize(deserializer).map(Ok)
    }

    /// Reads the next value of a map into this field. If it is of another type, an optional field
    /// becomes empty, and the value is returned.
    ///
    /// # Errors
    ///
    /// If the input is no JSON, or not a form of a type that is required.
    #[doc(hidden)]
    fn read_next<'de, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
    ) -> Result<Result<(), Value>, A::Error> {
        *self = map.next_value::<Formatted<Self>>()?.0;
        Ok(Ok(()))
    }

    /// Whether there is no value, so that a model leaves out its member.
    #[doc(hidden)]
    fn is_absent(&self) -> bool {
        false
    }

    /// Writes a collection of such values.
    ///
    /// Only `u8` overrides it: its sequences are `Edm.Binary`.
    #[doc(hidden)]
    fn serialize_collection<S: Serializer>(
        items: &[Self],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(items.iter().map(Formatted))
    }

    /// Reads a collection of such values.
    #[doc(hidden)]
    fn deserialize_collection<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Self>, D::Error> {
        Vec::<Formatted<Self>>::deserialize(deserializer)
            .map(|items| items.into_iter().map(|formatted| formatted.0).collect())
    }

    /// Reads a collection of such values, or gives what is there instead of one.
    #[doc(hidden)]
    fn deserialize_collection_or_keep<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Result<Vec<Self>, Value>, D::Error> {
        deserializer.deserialize_any(CollectionOrKeep::new())
    }
}

/// Both ways of reading with a visitor of scalar values.
macro_rules! read_with {
    ($visitor:expr) => {
        fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any($visitor)
        }

        fn deserialize_or_keep<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Result<Self, serde_json::Value>, D::Error> {
            deserializer.deserialize_any(ScalarOrKeep($visitor))
        }
    };
}
pub(crate) use read_with;

/// Writes `value` in its OData form.
///
/// # Errors
///
/// Only those of the serializer.
pub fn serialize<T: JsonFormat, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.serialize(serializer)
}

/// Reads a value from its OData form.
///
/// # Errors
///
/// If the input is not a form of `T`.
pub fn deserialize<'de, T: JsonFormat, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::deserialize(deserializer)
}

/// Makes [`JsonFormat`] usable with serde's impls for containers.
pub(crate) struct Formatted<T>(pub(crate) T);

impl<T: JsonFormat> Serialize for Formatted<&T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: JsonFormat> Deserialize<'de> for Formatted<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

impl<T: JsonFormat> JsonFormat for Option<T> {
    fn read_next<'de, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
    ) -> Result<Result<(), Value>, A::Error> {
        let read = map.next_value_seed(OrKeep::<Self>::new())?;
        let (value, other) = match read {
            Ok(value) => (value, Ok(())),
            Err(other) => (None, Err(other)),
        };
        *self = value;
        Ok(other)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Formatted).serialize(serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<Formatted<T>>::deserialize(deserializer)
            .map(|value| value.map(|formatted| formatted.0))
    }

    fn deserialize_or_keep<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Result<Self, Value>, D::Error> {
        deserializer.deserialize_option(OptionOrKeep::new())
    }
}

impl<T: JsonFormat> JsonFormat for Vec<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::serialize_collection(self, serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize_collection(deserializer)
    }

    fn deserialize_or_keep<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Result<Self, Value>, D::Error> {
        T::deserialize_collection_or_keep(deserializer)
    }
}

impl JsonFormat for i64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Numbers::are_strings() {
            true => serializer.collect_str(self),
            false => serializer.serialize_i64(*self),
        }
    }

    read_with!(IntegerVisitor::expecting(
        "a 64-bit integer, or a string of one"
    ));
}

/// Reads an integer that fits into its type.
struct IntegerVisitor<T> {
    expected: &'static str,
    marker: PhantomData<T>,
}

impl<T> IntegerVisitor<T> {
    fn expecting(expected: &'static str) -> Self {
        Self {
            expected,
            marker: PhantomData,
        }
    }
}

impl<T: TryFrom<i64> + TryFrom<u64> + FromStr> Visitor<'_> for IntegerVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<T, E> {
        value
            .parse()
            .map_err(|_| E::invalid_value(de::Unexpected::Str(value), &self))
    }
}

impl JsonFormat for f64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match format::float_name(*self) {
            Some(name) => serializer.serialize_str(name),
            None => serializer.serialize_f64(*self),
        }
    }

    read_with!(DoubleVisitor(|value| value));
}

impl JsonFormat for f32 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match format::float_name(f64::from(*self)) {
            Some(name) => serializer.serialize_str(name),
            None => serializer.serialize_f32(*self),
        }
    }

    read_with!(DoubleVisitor(|value| value as f32));
}

/// Reads a number, and makes it one of its type.
struct DoubleVisitor<T>(fn(f64) -> T);

impl<'de, T> Visitor<'de> for DoubleVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number, \"INF\", \"-INF\" or \"NaN\"")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<T, E> {
        Ok(self.0(value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<T, E> {
        Ok(self.0(value as f64))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<T, E> {
        Ok(self.0(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<T, E> {
        let number = parse::float(value);
        let number = number.ok_or_else(|| E::invalid_value(de::Unexpected::Str(value), &self))?;
        Ok(self.0(number))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let text = raw::text_in_map(map, &self)?;
        self.visit_str(&text)
    }
}

/// Reads a string and parses it.
struct TextVisitor<T> {
    expected: &'static str,
    parse: fn(&str) -> Option<T>,
    marker: PhantomData<T>,
}

impl<T> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<T, E> {
        (self.parse)(value).ok_or_else(|| E::invalid_value(de::Unexpected::Str(value), &self))
    }
}

impl<T> TextVisitor<T> {
    const fn new(expected: &'static str, parse: fn(&str) -> Option<T>) -> Self {
        Self {
            expected,
            parse,
            marker: PhantomData,
        }
    }
}

impl JsonFormat for DateTime<Utc> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format::date_time_text(self, 9))
    }

    read_with!(TextVisitor::new(
        "a date and time such as \"2012-12-03T07:16:23Z\"",
        parse::date_time
    ));
}

impl JsonFormat for NaiveDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format::date_text(*self))
    }

    read_with!(TextVisitor::new(
        "a date such as \"2012-12-03\"",
        parse::date
    ));
}

impl JsonFormat for NaiveTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format::time_text(*self, 9))
    }

    read_with!(TextVisitor::new(
        "a time of day such as \"07:59:59.999\"",
        parse::time
    ));
}

impl JsonFormat for TimeDelta {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format::duration_text(*self))
    }

    read_with!(TextVisitor::new(
        "a duration such as \"P1DT2H3M4.5S\"",
        parse::duration
    ));
}

impl JsonFormat for Guid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.hyphenated())
    }

    read_with!(TextVisitor::new("a GUID", |text| Guid::try_parse(text).ok()));
}

#[cfg(test)]
mod tests;
