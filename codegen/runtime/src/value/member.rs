//! What generated enumerations know about their members.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Visitor};

use super::json::{JsonFormat, ScalarOrKeep};
use super::literal::LiteralValue;

/// A member of an enumeration type of the metadata.
///
/// Generated enums implement it, with a variant for unknown members.
pub trait EnumMember: JsonFormat + Clone + PartialEq + fmt::Debug + for<'a> From<&'a str> {
    /// The name of the enumeration type, qualified with its namespace.
    const TYPE_NAME: &'static str;

    /// How members are written in URLs.
    const LITERALS: EnumLiterals = EnumLiterals::Qualified;

    /// The member's name in the metadata, or the text that the service sent.
    fn as_str(&self) -> &str;
}

/// How members of enumerations are written in URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnumLiterals {
    /// `Namespace.Type'Member'`, the form of OData ABNF 4.01 (rule `enum`).
    Qualified,
    /// `'Member'`, which 4.01 allows and some services require.
    Quoted,
}

impl EnumLiterals {
    /// A member, or several joined by commas, in this form.
    pub(super) fn literal(self, type_name: &'static str, member: String) -> LiteralValue {
        match self {
            Self::Qualified => LiteralValue::enumeration(type_name, member),
            Self::Quoted => LiteralValue::string(member),
        }
    }
}

/// The literal of a member.
pub fn member_literal<T: EnumMember>(member: &T) -> LiteralValue {
    T::LITERALS.literal(T::TYPE_NAME, member.as_str().to_owned())
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

/// The same, but keeps any other value.
///
/// # Errors
///
/// If the input is not JSON.
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

#[cfg(test)]
mod tests {
    use crate::{Flags, Literal};

    #[derive(Debug, Clone, PartialEq)]
    enum Level {
        High,
        Other(String),
    }

    crate::enumeration! {
        Level = "n.level" {
            High = "high",
            _ = Other,
        }
        literals Quoted
    }

    #[test]
    fn members_are_quoted_where_the_service_has_it_so() {
        let both: Flags<_> = [Level::High, Level::Other("it's".into())]
            .into_iter()
            .collect();
        let literals = [Level::High.to_literal(), both.to_literal()];
        let texts = literals.map(|literal| literal.text());
        assert_eq!(texts, ["'high'", "'high,it''s'"]);
        assert_eq!(
            Level::High
                .to_literal()
                .json_text(crate::value::Numbers::Json),
            "\"high\""
        );
    }
}
