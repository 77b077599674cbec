//! Responses that are one value.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::de::value::UnitDeserializer;
use serde::de::{IgnoredAny, IntoDeserializer as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::shown::Link;
use crate::value::json::{Formatted, JsonFormat};

/// The response of an operation whose result is one primitive value or enumeration member, or a
/// collection of them: `{"value": …}`.
///
/// It derefs to the value. Where the result may be null, a `Value<Option<T>>` is `None` for every
/// way in which services say so: 204 without a body, `{"value": null}`, or an object without a
/// value. (An `Option<Value<T>>` understands only the first, the standard's.)
#[derive(Clone, PartialEq, Serialize)]
#[serde(bound(serialize = "T: JsonFormat"))]
#[non_exhaustive]
pub struct Value<T> {
    /// The value.
    #[serde(with = "crate::value::json")]
    pub value: T,
    /// The link to the rest of a collection, if the service sends it in pages. It is opaque:
    /// [`resolve_link`](crate::Response::resolve_link) says where it leads, and
    /// [`Client::request`](crate::Client::request) requests that.
    #[serde(rename = "@odata.nextLink", skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
    /// The context URL that describes the payload.
    #[serde(rename = "@odata.context", skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
}

impl<T: fmt::Debug> fmt::Debug for Value<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Value")
            .field("value", &self.value)
            .field("next_link", &Link::of(&self.next_link))
            .field("context", &Link::of(&self.context))
            .finish()
    }
}

impl<'de, T: JsonFormat> Deserialize<'de> for Value<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor(PhantomData))
    }
}

struct ValueVisitor<T>(PhantomData<T>);

#[derive(Deserialize)]
#[serde(field_identifier)]
enum Member {
    #[serde(rename = "value")]
    Value,
    #[serde(rename = "@odata.nextLink", alias = "@nextLink")]
    NextLink,
    #[serde(rename = "@odata.context", alias = "@context")]
    Context,
    #[serde(other)]
    Other,
}

impl<'de, T: JsonFormat> Visitor<'de> for ValueVisitor<T> {
    type Value = Value<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with a member `value`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<T>, A::Error> {
        let (mut value, mut next_link, mut context) = (None, None, None);
        while let Some(member) = map.next_key()? {
            match member {
                Member::Value => value = Some(map.next_value::<Formatted<T>>()?.0),
                Member::NextLink => next_link = map.next_value()?,
                Member::Context => context = map.next_value()?,
                Member::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let missing = || serde::de::Error::missing_field("value");
        let value = value.or_else(null).ok_or_else(missing)?;
        Ok(Value {
            value,
            next_link,
            context,
        })
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value<T>, E> {
        let unexpected = || E::invalid_type(serde::de::Unexpected::Unit, &self);
        null().map(Value::new).ok_or_else(unexpected)
    }
}

/// The null of a type that has one.
fn null<T: JsonFormat>() -> Option<T> {
    let unit: UnitDeserializer<serde::de::value::Error> = ().into_deserializer();
    T::deserialize(unit).ok()
}

impl<T> Value<T> {
    /// A response with this value.
    pub fn new(value: T) -> Self {
        Self {
            value,
            next_link: None,
            context: None,
        }
    }

    /// The value, without the rest of the response.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Value<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Value<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use serde_json::json;

    use super::*;
    use crate::{Decimal, Flags, Guid};

    #[derive(Debug, Clone, PartialEq)]
    enum Colour {
        Red,
        Other(String),
    }

    crate::enumeration! {
        Colour = "n.colour" {
            Red = "red",
            _ = Other,
        }
    }

    fn read<T: JsonFormat>(value: serde_json::Value) -> T {
        let text = json!({"@odata.context": "c", "value": value, "more": 1}).to_string();
        let read: Value<T> = serde_json::from_str(&text).unwrap();
        assert_eq!(read.context.as_deref(), Some("c"));
        read.into_inner()
    }

    #[test]
    fn values_are_read_in_the_form_of_their_type() {
        assert_eq!(
            read::<i64>(json!("9007199254740993")),
            9_007_199_254_740_993
        );
        assert!(read::<bool>(json!(true)));
        assert_eq!(read::<String>(json!("x")), "x");
        assert_eq!(read::<i32>(json!(-5)), -5);
        assert_eq!((read::<u8>(json!(255)), read::<i8>(json!("-1"))), (255, -1));
        assert_eq!(read::<i16>(json!(300)), 300);
        assert_eq!(read::<Vec<u8>>(json!("-w")), [0xfb], "bytes are binary");
        assert_eq!(read::<TimeDelta>(json!("PT1H")), TimeDelta::hours(1));
        assert_eq!(read::<Decimal>(json!(1.5)).as_str(), "1.5");
        let nil = json!([Guid::nil().to_string()]);
        assert_eq!(read::<Vec<Guid>>(nil), [Guid::nil()]);
        assert_eq!(read::<Option<i64>>(json!(null)), None);
        assert_eq!(
            read::<serde_json::Value>(json!({"a": [1]})),
            json!({"a": [1]})
        );
    }

    #[test]
    fn collections_are_read_in_the_form_of_their_items() {
        let numbers = json!([1, "9007199254740993", -5]);
        let expected = [1, 9_007_199_254_740_993, -5];
        assert_eq!(read::<Vec<i64>>(numbers), expected);
        let time = json!(["2023-01-01T00:00:00Z", "2023-01-01T02:00+02:00"]);
        let times = read::<Vec<DateTime<Utc>>>(time);
        assert_eq!(times[0], times[1]);
        let durations = read::<Vec<TimeDelta>>(json!(["PT1M", "-P1D"]));
        assert_eq!(durations, [TimeDelta::minutes(1), TimeDelta::days(-1)]);
        assert_eq!(
            read::<Vec<Vec<u8>>>(json!(["-w==", ""])),
            [vec![0xfb], vec![]]
        );
        let colours = read::<Vec<Colour>>(json!(["red", 7]));
        assert_eq!(colours, [Colour::Red, Colour::Other("7".into())]);
        let flags = read::<Vec<Flags<Colour>>>(json!(["red,blue", "0"]));
        assert_eq!((flags[0].len(), flags[1].len()), (2, 0));
        let nullable = read::<Vec<Option<Decimal>>>(json!([1.5, null, "INF"]));
        let texts: Vec<_> = nullable
            .iter()
            .map(|item| item.as_ref().map(Decimal::as_str))
            .collect();
        assert_eq!(texts, [Some("1.5"), None, Some("INF")]);
        assert!(read::<Vec<Guid>>(json!([])).is_empty());
    }

    #[test]
    fn a_null_result_is_none_in_all_its_forms() {
        for text in [
            "null",
            r#"{"value":null}"#,
            r#"{"@odata.context":"c","@odata.null":true}"#,
            "{}",
        ] {
            let read: Value<Option<String>> = serde_json::from_str(text).unwrap();
            assert_eq!(read.into_inner(), None, "{text}");
        }
        let read: Option<Value<i64>> = serde_json::from_str("null").unwrap();
        assert_eq!(read, None);
    }

    #[test]
    fn a_result_that_is_not_nullable_must_be_there() {
        for (text, expected) in [
            ("null", "invalid type: null"),
            ("{}", "missing field `value`"),
            (r#"{"value":null}"#, "a 64-bit integer"),
            ("[1]", "an object with a member `value`"),
        ] {
            let error = serde_json::from_str::<Value<i64>>(text).unwrap_err();
            assert!(error.to_string().contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn the_link_to_the_rest_of_a_collection_is_kept() {
        for name in ["@odata.nextLink", "@nextLink"] {
            let text = json!({"value": [1], name: "n"}).to_string();
            let read: Value<Vec<i64>> = serde_json::from_str(&text).unwrap();
            assert_eq!(read.next_link.as_deref(), Some("n"));
            let written = serde_json::to_string(&read).unwrap();
            assert_eq!(written, r#"{"value":[1],"@odata.nextLink":"n"}"#);
        }
    }

    #[test]
    fn numbers_beyond_their_type_are_refused() {
        for (value, expected) in [(json!(256), "from 0 to 255"), (json!(-1), "from 0 to 255")] {
            let text = json!({"value": value}).to_string();
            let error = serde_json::from_str::<Value<u8>>(&text).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
        let error = serde_json::from_str::<Value<i32>>(r#"{"value":2147483648}"#).unwrap_err();
        assert!(error.to_string().contains("a 32-bit integer"), "{error}");
    }

    #[test]
    fn what_is_written_can_be_read() {
        let value = Value::new(vec![0xfb_u8]);
        let text = serde_json::to_string(&value).unwrap();
        assert_eq!(text, r#"{"value":"-w=="}"#);
        assert_eq!(
            serde_json::from_str::<Value<Vec<u8>>>(&text).unwrap(),
            value
        );
    }
}
