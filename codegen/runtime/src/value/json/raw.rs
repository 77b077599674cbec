//! Values as serde_json represents them when it keeps their text.

use std::sync::LazyLock;

use serde::de::value::Error as ProbeError;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use serde_json::value::RawValue;

/// The name by which [`RawValue`] requests text; it is found by probing, since serde_json does not
/// export it.
pub(crate) static RAW_VALUE: LazyLock<&'static str> = LazyLock::new(|| {
    let mut name = "";
    // The probe always fails.
    let _ = Box::<RawValue>::deserialize(Probe(&mut name));
    name
});

/// A deserializer without a value that records the name of the newtype it is asked for.
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

/// The text of a value in a map made by serde_json: because it was requested, or because of the
/// feature `arbitrary_precision`, which any crate in a program may enable and which represents all
/// numbers this way.
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

/// Whether this name is private to serde_json, like that of [`RawValue`].
pub(super) fn is_private(name: &str) -> bool {
    let module = RAW_VALUE
        .rsplit_once("::")
        .map_or(*RAW_VALUE, |(module, _)| module);
    let rest = name.strip_prefix(module);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}
