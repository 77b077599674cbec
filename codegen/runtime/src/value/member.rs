//! What generated enumerations know about their members.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Visitor};

use super::json::{JsonFormat, ScalarOrKeep};

/// A member of an enumeration type of the metadata.
///
/// Generated enums implement it, with a variant for unknown members.
pub trait EnumMember: JsonFormat + Clone + PartialEq + fmt::Debug + for<'a> From<&'a str> {
    /// The name of the enumeration type, qualified with its namespace.
    const TYPE_NAME: &'static str;

    /// The member's name in the metadata, or the text that the service sent.
    fn as_str(&self) -> &str;
}

/// Reads a member of an enumeration.
///
/// # Errors
///
/// If it is neither a string nor a number.
pub fn deserialize_member<'de, T: EnumMember, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(MemberVisitor(PhantomData))
}

/// The same, or keeps what is neither.
///
/// # Errors
///
/// When the input is no JSON.
pub fn deserialize_member_or_keep<'de, T: EnumMember, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Result<T, serde_json::Value>, D::Error> {
    deserializer.deserialize_any(ScalarOrKeep(MemberVisitor(PhantomData)))
}

struct MemberVisitor<T>(PhantomData<T>);

impl<T: EnumMember> Visitor<'_> for MemberVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a member of {}", T::TYPE_NAME)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<T, E> {
        Ok(T::from(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<T, E> {
        Ok(T::from(value.to_string().as_str()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<T, E> {
        Ok(T::from(value.to_string().as_str()))
    }
}
