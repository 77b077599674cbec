//! Keys that are text, as callers have them.

use crate::value::{Literal, LiteralValue};
use std::borrow::Cow;
use std::sync::Arc;

/// Text that can be the key of an entity: a caller's own, or what an answer has.
///
/// ```
/// # use odata_runtime::TextKey;
/// # struct User { id: Option<String> }
/// fn by_id(id: impl TextKey) { /* … */ }
///
/// # let user = User { id: Some("48d31887".to_owned()) };
/// by_id("48d31887");
/// by_id(&user.id);
/// ```
///
/// Keys of answers are [`Option`]s, since a service may leave them out. A request with a key that is
/// `None` fails before it is sent, with
/// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest).
pub trait TextKey {
    /// The key.
    fn as_key(&self) -> KeyText<'_>;
}

/// The text of a key, if there is one.
#[derive(Debug, Clone, Copy)]
pub struct KeyText<'a>(Option<&'a str>);

impl Literal for KeyText<'_> {
    fn to_literal(&self) -> LiteralValue {
        match self.0 {
            Some(text) => LiteralValue::string(text),
            None => LiteralValue::failed(
                "the key is missing: what it was taken from has none; select it, if it is that of an \
                 answer",
            ),
        }
    }
}

impl<T: TextKey + ?Sized> TextKey for &T {
    fn as_key(&self) -> KeyText<'_> {
        (**self).as_key()
    }
}

impl<T: TextKey> TextKey for Option<T> {
    fn as_key(&self) -> KeyText<'_> {
        self.as_ref().map_or(KeyText(None), T::as_key)
    }
}

macro_rules! text {
    ($($text:ty),*) => {
        $(impl TextKey for $text {
            fn as_key(&self) -> KeyText<'_> {
                KeyText(Some(self))
            }
        })*
    };
}

text!(str, String, Box<str>, Arc<str>, Cow<'_, str>);
