//! What tells which change an entry of a page is.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::key;
use crate::model::Name;

/// The members of an entry that tell which change it is, and of what. Members of other types than the
/// standard's are as if they were not there: they may be properties of the entity.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) context: Option<String>,
    /// The reason in `@removed`, if there is `@removed`.
    pub(super) removed: Option<Option<String>>,
    pub(super) has_deleted_facet: bool,
    pub(super) reason: Option<String>,
    key: Option<String>,
    /// `@id`.
    entity_id: Option<String>,
    /// `id`, which OData 4.0 says the entity-id of a deleted entity in.
    id: Option<String>,
    source: Option<String>,
    relationship: Option<String>,
    target: Option<String>,
}

impl Entry {
    /// Reads an entry of entities whose key is the property `key`.
    pub(super) fn read(text: &str, key: &'static str) -> serde_json::Result<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        deserializer.deserialize_map(EntryVisitor { key })
    }

    /// The key of an entity that was created or updated.
    pub(super) fn key(&self, name: &str) -> serde_json::Result<String> {
        let key = self.key.clone().or_else(|| self.key_in_entity_id());
        key.ok_or_else(|| {
            serde_json::Error::custom(format_args!(
                "missing field `{name}`, or the key property that DeltaSync::key names"
            ))
        })
    }

    /// The key of an entity with `@removed`.
    pub(super) fn key_of_removed(&self, name: &str) -> serde_json::Result<String> {
        self.key(name).or_else(|error| self.id.clone().ok_or(error))
    }

    /// The key of a deleted entity of OData 4.0.
    pub(super) fn key_of_deleted(&self, name: &str) -> serde_json::Result<String> {
        match &self.id {
            Some(id) => Ok(key::of_entity_id(id).into_owned()),
            None => self.key(name),
        }
    }

    fn key_in_entity_id(&self) -> Option<String> {
        let id = self.entity_id.as_deref()?;
        Some(key::of_entity_id(id).into_owned())
    }

    /// The source, the relationship and the target of a link.
    pub(super) fn link(self) -> serde_json::Result<[String; 3]> {
        Ok([
            self.source.ok_or_else(|| without("source"))?,
            self.relationship.ok_or_else(|| without("relationship"))?,
            self.target.ok_or_else(|| without("target"))?,
        ])
    }
}

fn without(name: &str) -> serde_json::Error {
    serde_json::Error::custom(format_args!("missing field `{name}`"))
}

struct EntryVisitor {
    key: &'static str,
}

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a change: an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
        let mut entry = Entry::default();
        while let Some(Name(name)) = map.next_key()? {
            let is_key = *name == *self.key;
            match &*name {
                "id" => {
                    let id = scalar(map.next_value()?);
                    if is_key {
                        entry.key.clone_from(&id);
                    }
                    entry.id = id;
                }
                _ if is_key => entry.key = scalar(map.next_value()?),
                "@odata.context" | "@context" => entry.context = text(map.next_value()?),
                "@odata.removed" | "@removed" => entry.removed = removed(map.next_value()?),
                "@odata.id" | "@id" => entry.entity_id = text(map.next_value()?),
                "reason" => entry.reason = text(map.next_value()?),
                "source" => entry.source = text(map.next_value()?),
                "relationship" => entry.relationship = text(map.next_value()?),
                "target" => entry.target = text(map.next_value()?),
                "deleted" => {
                    let value: &RawValue = map.next_value()?;
                    entry.has_deleted_facet = value.get().starts_with('{');
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(entry)
    }
}

fn text(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

/// A text, or a number with all its digits.
fn scalar(value: &RawValue) -> Option<String> {
    let is_number = value
        .get()
        .starts_with(|first: char| first == '-' || first.is_ascii_digit());
    text(value).or_else(|| is_number.then(|| value.get().to_owned()))
}

fn removed(value: Value) -> Option<Option<String>> {
    match value {
        Value::Null => None,
        value => Some(value["reason"].as_str().map(str::to_owned)),
    }
}
