//! JSON objects with declared and other members: the form of generated models.
//!
//! A model says how to read and write its members; unknown ones go to `additional_properties`. This
//! is what `#[derive(Serialize, Deserialize)]` with `#[serde(flatten)]` would do, but compiled once
//! instead of for every model, and without buffering members.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use super::odata_type::ODataType;
use crate::value::json::{Formatted, JsonFormat};
use crate::value::memory;

/// A model whose values are JSON objects. Generated models implement it.
pub trait JsonObject: Default {
    /// Required JSON members: those that are declared and can be neither absent nor null.
    const REQUIRED: &'static [&'static str] = &[];

    /// Reads a member; `false` if the model does not declare it.
    ///
    /// # Errors
    ///
    /// When the value is not of the declared type.
    fn read_member<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: MemberValue<'_, A>,
    ) -> Result<bool, A::Error>;

    /// Writes the declared members that are set.
    fn write_members<M: SerializeMap>(&self, members: &mut Members<'_, M>);

    /// The members that the model does not declare.
    fn additional_properties_mut(&mut self) -> &mut serde_json::Map<String, serde_json::Value>;
}

/// The value of a member that is being read.
#[derive(Debug)]
pub struct MemberValue<'a, A> {
    map: &'a mut A,
}

impl<'de, A: MapAccess<'de>> MemberValue<'_, A> {
    /// Reads it in the OData form of its type; see [`json`](crate::json).
    ///
    /// # Errors
    ///
    /// When it is not a form of `T`.
    pub fn read<T: JsonFormat>(self, field: &mut T) -> Result<bool, A::Error> {
        *field = self.map.next_value::<Formatted<T>>()?.0;
        Ok(true)
    }

    /// Leaves it to the additional properties.
    ///
    /// # Errors
    ///
    /// None.
    pub fn unknown(self) -> Result<bool, A::Error> {
        Ok(false)
    }
}

/// The members of an object that is being written. The first error ends it.
#[derive(Debug)]
pub struct Members<'a, M: SerializeMap> {
    map: &'a mut M,
    error: Option<M::Error>,
}

impl<M: SerializeMap> Members<'_, M> {
    /// Writes a member in the OData form of its type, if it has a value; see [`json`](crate::json).
    pub fn write<T: JsonFormat>(&mut self, name: &'static str, value: &T) {
        if self.error.is_none() && !value.is_absent() {
            self.error = self.map.serialize_entry(name, &Formatted(value)).err();
        }
    }
}

/// Writes a model.
///
/// # Errors
///
/// Only those of the serializer.
pub fn serialize<T: JsonObject + ODataType, S: Serializer>(
    model: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    // Readers that do not look ahead must know the type before they meet its members (OData JSON Format
    // 4.01, section "Payload Ordering Constraints").
    let is_control = |name: &str| name.starts_with('@');
    let others = model.additional_properties();
    for (name, value) in others.iter().filter(|(name, _)| is_control(name)) {
        map.serialize_entry(name, value)?;
    }
    let mut members = Members {
        map: &mut map,
        error: None,
    };
    model.write_members(&mut members);
    if let Some(error) = members.error {
        return Err(error);
    }
    for (name, value) in others.iter().filter(|(name, _)| !is_control(name)) {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

/// Reads a model.
///
/// # Errors
///
/// If the input is not an object, a member is not of its declared type, or a required one is
/// missing.
pub fn deserialize<'de, T: JsonObject, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: JsonObject> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let _open = memory::Open::new::<T, A::Error>()?;
        let mut model = T::default();
        let mut missing = T::REQUIRED.to_vec();
        while let Some(Name(name)) = map.next_key()? {
            let value = MemberValue { map: &mut map };
            if model.read_member(&name, value)? {
                missing.retain(|required| *required != name);
            } else {
                let value = map.next_value()?;
                let others = model.additional_properties_mut();
                others.insert(name.into_owned(), value);
            }
        }
        match missing.first() {
            Some(name) => Err(de::Error::missing_field(name)),
            None => Ok(model),
        }
    }
}

/// The name of a member, copied only where it must be.
pub(crate) struct Name<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a member")
    }

    fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use serde_json::{Map, Value, json};

    use super::*;

    #[derive(Debug, Clone, Default, PartialEq)]
    struct Bucket {
        start: DateTime<Utc>,
        count: Option<i64>,
        inner: Option<Box<Bucket>>,
        additional_properties: Map<String, Value>,
    }

    crate::model! {
        Bucket = "test.bucket" {
            START: start = "start",
            COUNT: count = "count",
        }
        navigation {
            INNER: inner = "inner",
        }
        required ["start"]
    }

    fn read(text: &str) -> serde_json::Result<Bucket> {
        serde_json::from_str(text)
    }

    #[test]
    fn properties_have_constants() {
        let names = [
            Bucket::START.name(),
            Bucket::COUNT.name(),
            Bucket::INNER.name(),
        ];
        assert_eq!(names, ["start", "count", "inner"]);
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        let text = r#"{"@odata.etag":"x","start":"2024-02-29T12:00:00Z","count":9007199254740993,"inner":{"start":"2024-02-29T12:00:00Z"},"more":[1,{}]}"#;
        let bucket = read(text).unwrap();
        assert_eq!(bucket.count, Some(9_007_199_254_740_993));
        assert_eq!(bucket.etag(), Some("x"));
        assert_eq!(serde_json::to_string(&bucket).unwrap(), text);
        let value = serde_json::to_value(&bucket).unwrap();
        assert_eq!(serde_json::from_value::<Bucket>(value).unwrap(), bucket);
    }

    #[test]
    fn members_may_be_null_or_absent_where_they_are_optional() {
        let bucket =
            read(r#"{"start":"2024-02-29T12:00:00Z","count":null,"a\u0062":null}"#).unwrap();
        assert_eq!(bucket.count, None);
        assert_eq!(bucket.additional_properties["ab"], json!(null));
    }

    #[test]
    fn errors_name_what_is_wrong() {
        let cases = [
            ("{}", "missing field `start`"),
            (r#"{"start":null}"#, "expected a date and time"),
            (r#"{"start":"x"}"#, "expected a date and time"),
            ("[]", "expected an object"),
            (
                r#"{"start":"2024-02-29T12:00:00Z","inner":{}}"#,
                "missing field `start`",
            ),
            (r#"{"start":"2024-02-29T12:00:00Z","more":"#, "EOF"),
        ];
        for (text, expected) in cases {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
