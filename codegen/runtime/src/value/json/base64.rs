//! Binary values of services that write base64 instead of the standard's base64url.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};

use super::JsonFormat;

/// A binary value, or a container of such.
pub trait Base64: JsonFormat {
    /// Writes it in the alphabet with `+` and `/`, padded (RFC 4648, section 4).
    ///
    /// # Errors
    ///
    /// Only those of the serializer.
    fn serialize_base64<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

impl Base64 for Vec<u8> {
    fn serialize_base64<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self))
    }
}

impl<T: Base64> Base64 for Option<T> {
    fn serialize_base64<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(WithBase64).serialize(serializer)
    }
}

impl<T: Base64> Base64 for Vec<T> {
    fn serialize_base64<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(WithBase64))
    }
}

/// Lends [`Base64`] to serde's own impls for containers.
pub(crate) struct WithBase64<'a, T>(pub(crate) &'a T);

impl<T: Base64> Serialize for WithBase64<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_base64(serializer)
    }
}
