//! What generated models know about their types.

use serde::de::DeserializeOwned;
use serde::{Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};
use crate::value::json::JsonFormat;

use super::members::RawMembers;
use super::object::{self, JsonObject};
use super::property::Property;

/// An entity or complex type of the metadata.
///
/// Generated models implement it. A service may send a derived type where a base type is declared
/// (OData JSON Format 4.01, section "Control Information: type"). The base model keeps the members
/// that it does not know, and [`downcast`](Self::downcast) reads them as the derived type.
pub trait ODataType: JsonObject + Serialize + DeserializeOwned {
    /// The name in the metadata, qualified with its namespace.
    const NAME: &'static str;

    /// The qualified names of the types known to derive from this one, at all levels.
    const DERIVED: &'static [&'static str] = &[];

    /// The JSON members that the service computes; they are never sent.
    const READ_ONLY: &'static [&'static str] = &[];

    /// Sets the property to null, which is written unless the field has a value; a property that is
    /// not set is not sent. It works at every depth: for an entity, and for a complex value within
    /// it.
    fn set_null<V>(&mut self, property: Property<Self, V>) {
        let others = self.additional_properties_mut();
        others.note_null(property.name());
    }

    /// This value, with the property null; see [`set_null`](Self::set_null).
    #[must_use]
    fn with_null<V>(mut self, property: Property<Self, V>) -> Self {
        self.set_null(property);
        self
    }

    /// Whether the property is null, and not only absent: in the response to a delta request, a
    /// property that was cleared is null, and one that did not change is absent.
    ///
    /// Setting the field does not change this; what is written is the field.
    fn is_null<V>(&self, property: Property<Self, V>) -> bool {
        self.additional_properties().is_null_named(property.name())
    }

    /// The type as the service sent it in `@odata.type` or `@type`; `None` means the declared one.
    fn odata_type(&self) -> Option<&str> {
        self.annotation("type")?.as_str()
    }

    /// The version of the entity, for [`if_match`](crate::Update::if_match): `@odata.etag` or `@etag`.
    fn etag(&self) -> Option<&str> {
        self.annotation("etag")?.as_str()
    }

    /// The id of the entity, for [`Client::entity`](crate::Client::entity): `@odata.id` or `@id`. Services
    /// leave it out where it is the address that the entity was read from.
    fn entity_id(&self) -> Option<&str> {
        self.annotation("id")?.as_str()
    }

    /// An annotation of this value: control information, such as `id`, or an instance annotation, such
    /// as `Core.Description`.
    ///
    /// Control information is found in both of its spellings, `@odata.id` (OData 4.0) and `@id` (4.01),
    /// whether or not `name` has the prefix.
    fn annotation(&self, name: &str) -> Option<&Value> {
        annotation(self.additional_properties(), "", name)
    }

    /// An annotation of one property of this value, as [`annotation`](Self::annotation):
    /// `property_annotation("members", "nextLink")` is `members@odata.nextLink` or `members@nextLink`.
    fn property_annotation(&self, property: &str, name: &str) -> Option<&Value> {
        annotation(self.additional_properties(), property, name)
    }

    /// Whether the service said that this is a `D`, or a type derived from `D`.
    ///
    /// Without an `@odata.type`, the value is of the declared type: `false` for all derived types.
    fn is<D: ODataType>(&self) -> bool {
        is_type(self.odata_type(), Self::NAME, D::NAME, D::DERIVED)
    }

    /// This value as a `D`; `None` if the service did not say that it [is](Self::is) one.
    ///
    /// Members that this model does not know are read as `D` declares them. Numbers among them have
    /// the precision of [`serde_json::Value`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] if the members are not what `D` declares.
    fn downcast<D: ODataType>(&self) -> Option<Result<D>> {
        if !self.is::<D>() {
            return None;
        }
        // By text and not by `Value`, which would round the decimals of this model.
        let read = serde_json::to_vec(self).and_then(|json| serde_json::from_slice(&json));
        Some(read.map_err(|cause| downcast_error(cause, Self::NAME, D::NAME)))
    }

    /// This value as its base type `B`. Members that `B` does not declare are kept in its
    /// additional properties, where numbers have the precision of [`serde_json::Value`].
    ///
    /// Its `@odata.type` says what it was, unless there was one already, so that
    /// [`downcast`](Self::downcast) returns this value, and a request with it creates the derived
    /// type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] if the members are not what `B` declares.
    fn upcast<B: ODataType>(&self) -> Result<B>
    where
        Self: DerivedFrom<B>,
    {
        // By text, as in `downcast`.
        let members = RawMembers::typed(self, Self::NAME);
        let read = members
            .and_then(|members| serde_json::to_vec(&members))
            .and_then(|json| serde_json::from_slice(&json));
        read.map_err(|cause| {
            let message = format!("the {} cannot be read as a {}", Self::NAME, B::NAME);
            Error::new(ErrorKind::Decode, message).with_source(cause)
        })
    }
}

/// A box is for models that hold values of their own type.
impl<T: ODataType> ODataType for Box<T> {
    const NAME: &'static str = T::NAME;
    const DERIVED: &'static [&'static str] = T::DERIVED;
    const READ_ONLY: &'static [&'static str] = T::READ_ONLY;
}

/// Models have a form of their own.
impl<T: ODataType> JsonFormat for T {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        object::serialize(self, T::READ_ONLY, serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object::deserialize(deserializer)
    }

    fn deserialize_or_keep<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Result<Self, Value>, D::Error> {
        object::deserialize_or_keep(deserializer)
    }
}

/// A type that derives from the type `B`, at whatever level.
///
/// Generated models implement it for each of their ancestors.
pub trait DerivedFrom<B: ODataType>: ODataType {}

/// An annotation of a property, or of the whole value if `property` is empty.
fn annotation<'a>(
    members: &'a Map<String, Value>,
    property: &str,
    name: &str,
) -> Option<&'a Value> {
    let name = name.strip_prefix("odata.").unwrap_or(name);
    let prefixed = members.get(&format!("{property}@odata.{name}"));
    prefixed.or_else(|| members.get(&format!("{property}@{name}")))
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
