//! What generated models say of themselves.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Result};

/// An entity or complex type of the metadata.
///
/// Generated models implement it. A service may send a derived type where a base type is declared
/// (OData JSON Format 4.01, section "Control Information: type"); the base model keeps the members
/// that it does not know, and [`downcast`](Self::downcast) reads them as what they are.
pub trait ODataType: Serialize + DeserializeOwned {
    /// The name in the metadata, qualified with its namespace.
    const NAME: &'static str;

    /// The qualified names of the types known to derive from this one, at all levels.
    const DERIVED: &'static [&'static str] = &[];

    /// The JSON members that the service computes, and that no request sends.
    const READ_ONLY: &'static [&'static str] = &[];

    /// The type as the service sent it in `@odata.type`; `None` means the declared one.
    fn odata_type(&self) -> Option<&str>;

    /// Whether the service said that this is a `D`, or a type derived from `D`.
    ///
    /// Without an `@odata.type` it is no more than what was declared: `false`, except for the model's
    /// own type.
    fn is<D: ODataType>(&self) -> bool {
        is_type(self.odata_type(), Self::NAME, D::NAME, D::DERIVED)
    }

    /// This value as a `D`; `None` if the service did not say that it [is](Self::is) one.
    ///
    /// Members that this model does not know are read as `D` declares them. A number among them has
    /// the precision that [`serde_json::Value`] has.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] when the members are not what `D` declares.
    fn downcast<D: ODataType>(&self) -> Option<Result<D>> {
        if !self.is::<D>() {
            return None;
        }
        // By text and not by `Value`, which would round the decimals of this model.
        let read = serde_json::to_vec(self).and_then(|json| serde_json::from_slice(&json));
        Some(read.map_err(|cause| downcast_error(cause, Self::NAME, D::NAME)))
    }
}

fn is_type(sent: Option<&str>, declared: &str, name: &str, derived: &[&str]) -> bool {
    let sent = sent.map_or(declared, type_name);
    sent == name || derived.contains(&sent)
}

/// The qualified name in `#ns.type`, `https://host/$metadata#ns.type` or `ns.type`.
fn type_name(sent: &str) -> &str {
    sent.rsplit_once('#').map_or(sent, |(_, name)| name)
}

fn downcast_error(cause: serde_json::Error, from: &str, to: &str) -> Error {
    let message = format!("the {from} says that it is a {to}, but cannot be read as one");
    Error::new(ErrorKind::Decode, message).with_source(cause)
}

/// A member of an enumeration type of the metadata.
///
/// Generated enums implement it, with a variant for members that they do not know. What implements it
/// is a [`JsonFormat`](crate::json::JsonFormat) too.
pub trait EnumMember: Clone + PartialEq + fmt::Debug + for<'a> From<&'a str> {
    /// The name of the enumeration type, qualified with its namespace.
    const TYPE_NAME: &'static str;

    /// The member's name in the metadata, or the text that the service sent.
    fn as_str(&self) -> &str;
}
