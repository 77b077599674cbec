//! What a model holds besides its fields.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use serde_json::{Map, Value};

/// The members of a JSON object for which its model has no field.
///
/// It is a [`Map`]: control information such as `@odata.etag`, instance annotations, properties
/// that the metadata does not declare, and those of a derived type. It also holds values that were
/// not of the declared type, whose field is then `None`; [`mismatched`](Self::mismatched) names
/// them.
///
/// A member that has a field and is set there is written from the field, whatever the map holds.
///
/// It also knows which declared members are null rather than absent; see
/// [`ODataType::is_null`](crate::ODataType::is_null).
#[derive(Clone, Default)]
pub struct AdditionalProperties {
    /// Boxed, since most objects have none, and a list holds as many as it has items.
    content: Option<Box<Content>>,
}

#[derive(Clone, Default, PartialEq)]
struct Content {
    members: Map<String, Value>,
    nulls: BTreeSet<&'static str>,
    mismatched: BTreeSet<&'static str>,
}

static NOTHING: LazyLock<Content> = LazyLock::new(Content::default);

impl AdditionalProperties {
    /// No members.
    pub fn new() -> Self {
        Self::default()
    }

    /// The declared members whose values were not of the declared type and are kept here unchanged:
    /// a text where the metadata declares an object, for example. They are written unchanged unless
    /// their field is set.
    ///
    /// A list is kept as a whole when one of its items is not of the declared type; the items before
    /// it are in the form in which they would be written.
    pub fn mismatched(&self) -> impl Iterator<Item = (&str, &Value)> {
        let content = self.content();
        let members = content.mismatched.iter().copied();
        let members = members.filter_map(|name| content.members.get_key_value(name));
        members.map(|(name, value)| (name.as_str(), value))
    }

    /// Whether the declared member of this name is null.
    pub(crate) fn is_null_named(&self, name: &str) -> bool {
        self.content().nulls.contains(name)
    }

    pub(crate) fn note_null(&mut self, name: &'static str) {
        self.forget(name);
        self.content_mut().nulls.insert(name);
    }

    /// Forgets what was noted or kept of a declared member.
    pub(super) fn forget(&mut self, name: &'static str) {
        let Some(content) = &mut self.content else {
            return;
        };
        content.nulls.remove(name);
        if content.mismatched.remove(name) {
            content.members.remove(name);
        }
    }

    /// Keeps a value that is not of the declared type.
    pub(super) fn keep(&mut self, name: &'static str, value: Value) {
        self.forget(name);
        let content = self.content_mut();
        content.members.insert(name.to_owned(), value);
        content.mismatched.insert(name);
    }

    fn content(&self) -> &Content {
        match &self.content {
            Some(content) => content,
            None => &NOTHING,
        }
    }

    fn content_mut(&mut self) -> &mut Content {
        self.content.get_or_insert_default()
    }
}

impl Deref for AdditionalProperties {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Map<String, Value> {
        &self.content().members
    }
}

impl DerefMut for AdditionalProperties {
    fn deref_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.content_mut().members
    }
}

impl From<Map<String, Value>> for AdditionalProperties {
    fn from(members: Map<String, Value>) -> Self {
        let mut properties = Self::new();
        *properties = members;
        properties
    }
}

impl<'a> IntoIterator for &'a AdditionalProperties {
    type Item = (&'a String, &'a Value);
    type IntoIter = serde_json::map::Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for AdditionalProperties {
    fn eq(&self, other: &Self) -> bool {
        self.content() == other.content()
    }
}

impl fmt::Debug for AdditionalProperties {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = self.content();
        formatter
            .debug_struct("AdditionalProperties")
            .field("members", &content.members)
            .field("nulls", &content.nulls)
            .field("mismatched", &content.mismatched)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_takes_no_more_than_a_pointer() {
        let nothing = AdditionalProperties::new();
        assert_eq!(size_of_val(&nothing), size_of::<usize>());
        assert!(nothing.content.is_none() && nothing.is_empty());
    }

    #[test]
    fn what_is_empty_again_is_equal_to_nothing() {
        let mut emptied = AdditionalProperties::new();
        emptied.insert("a".to_owned(), Value::Null);
        assert_ne!(emptied, AdditionalProperties::new());
        emptied.clear();
        assert_eq!(emptied, AdditionalProperties::new());
        assert_eq!(AdditionalProperties::from(Map::new()), emptied);
    }
}
