//! Answers that are one value.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use crate::json::JsonFormat;

/// The answer of an operation whose result is one primitive value or enumeration member, or a
/// collection of them: `{"value": …}`.
///
/// It derefs to the value. Where the result may be null, services answer 204 without a body: that is
/// `None` of an `Option<Value<T>>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(serialize = "T: JsonFormat", deserialize = "T: JsonFormat"))]
#[non_exhaustive]
pub struct Value<T> {
    /// The value.
    #[serde(with = "crate::json")]
    pub value: T,
    /// The context URL that describes the payload.
    #[serde(
        rename = "@odata.context",
        alias = "@context",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub context: Option<String>,
}

impl<T> Value<T> {
    /// An answer that is this value.
    pub fn new(value: T) -> Self {
        Self {
            value,
            context: None,
        }
    }

    /// The value alone.
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
    use chrono::TimeDelta;
    use serde_json::json;

    use super::*;
    use crate::{Decimal, Guid};

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
