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
