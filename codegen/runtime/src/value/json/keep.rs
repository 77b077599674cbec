//! Reading that keeps values of other types.
//!
//! A service that sends a number where its metadata declares a date would otherwise cost the caller the
//! whole page.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Formatted, JsonFormat, raw};

/// Reads a `T`, or returns the value that is there instead.
pub(super) struct OrKeep<T>(PhantomData<T>);

impl<T> OrKeep<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: JsonFormat> DeserializeSeed<'de> for OrKeep<T> {
    type Value = Result<T, Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::deserialize_or_keep(deserializer)
    }
}

/// Keeps scalar values unchanged.
macro_rules! keep_scalars {
    () => {
        fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
            Ok(Err(value.into()))
        }

        fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
            Ok(Err(value.into()))
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
            Ok(Err(value.into()))
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
            Ok(Err(value.into()))
        }

        fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
            Ok(Err(value.into()))
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(Err(Value::Null))
        }
    };
}
pub(crate) use keep_scalars;

/// A visitor of values that are neither objects nor arrays.
pub(crate) struct ScalarOrKeep<V>(pub(crate) V);

impl<V> ScalarOrKeep<V> {
    fn visit<T, E>(
        self,
        value: impl Into<Value>,
        read: impl FnOnce(V) -> Result<T, E>,
    ) -> Result<Result<T, Value>, E> {
        Ok(read(self.0).map_err(|_| value.into()))
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for ScalarOrKeep<V> {
    type Value = Result<V::Value, Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(formatter)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        self.visit(value, |visitor| visitor.visit_bool::<E>(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        self.visit(value, |visitor| visitor.visit_i64::<E>(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        self.visit(value, |visitor| visitor.visit_u64::<E>(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        self.visit(value, |visitor| visitor.visit_f64::<E>(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        self.visit(value, |visitor| visitor.visit_str::<E>(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Err(Value::Null))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        keep_items(Vec::new(), items).map(Err)
    }

    /// An object, or what serde_json represents as one: a number whose text was requested.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Some(name) = map.next_key::<String>()? else {
            return Ok(Err(Value::Object(Map::new())));
        };
        if raw::is_private(&name) {
            let json: String = map.next_value()?;
            return match serde_json::from_str(&json).map_err(de::Error::custom)? {
                Value::String(text) => self.visit_str(&text),
                Value::Number(number) => {
                    self.visit(number, |visitor| visitor.visit_str::<A::Error>(&json))
                }
                other => Ok(Err(other)),
            };
        }
        let mut kept = Map::new();
        kept.insert(name, map.next_value()?);
        while let Some((name, value)) = map.next_entry()? {
            kept.insert(name, value);
        }
        Ok(Err(Value::Object(kept)))
    }
}

/// The rest of an array, unchanged.
fn keep_items<'de, A: SeqAccess<'de>>(
    mut kept: Vec<Value>,
    mut items: A,
) -> Result<Value, A::Error> {
    while let Some(item) = items.next_element()? {
        kept.push(item);
    }
    Ok(Value::Array(kept))
}

/// An object, unchanged.
fn keep_object<'de, A: MapAccess<'de>>(mut members: A) -> Result<Value, A::Error> {
    let mut kept = Map::new();
    while let Some((name, value)) = members.next_entry()? {
        kept.insert(name, value);
    }
    Ok(Value::Object(kept))
}

/// A visitor of arrays of one type. If one item is of another, the whole array is kept.
pub(super) struct CollectionOrKeep<T>(PhantomData<T>);

impl<T> CollectionOrKeep<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: JsonFormat> Visitor<'de> for CollectionOrKeep<T> {
    type Value = Result<Vec<T>, Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array")
    }

    keep_scalars!();

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        keep_object(members).map(Err)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element_seed(OrKeep::<T>::new())? {
            match item {
                Ok(item) => read.push(item),
                Err(value) => {
                    let mut kept = Vec::with_capacity(read.len() + 1);
                    for item in &read {
                        kept.push(
                            serde_json::to_value(Formatted(item)).map_err(de::Error::custom)?,
                        );
                    }
                    kept.push(value);
                    return keep_items(kept, items).map(Err);
                }
            }
        }
        Ok(Ok(read))
    }
}

/// A visitor of values that may be null.
pub(super) struct OptionOrKeep<T>(PhantomData<T>);

impl<T> OptionOrKeep<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: JsonFormat> Visitor<'de> for OptionOrKeep<T> {
    type Value = Result<Option<T>, Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value or null")
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Ok(None))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Ok(None))
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<Self::Value, D::Error> {
        T::deserialize_or_keep(value).map(|read| read.map(Some))
    }
}
