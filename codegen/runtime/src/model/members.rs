//! The members of a JSON object, each as its original text.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// Control information that describes a response and is never sent in a request (OData JSON Format
/// 4.01, section "Control Information"). Its names may begin with `odata.`.
const OF_ANSWERS: [&str; 16] = [
    "associationLink",
    "collectionAnnotations",
    "context",
    "count",
    "deltaLink",
    "editLink",
    "etag",
    "id",
    "mediaContentType",
    "mediaEditLink",
    "mediaEtag",
    "mediaReadLink",
    "metadataEtag",
    "navigationLink",
    "nextLink",
    "readLink",
];

/// Whether a request has this member of a model: it is neither computed by the service nor about
/// the response that the model came with.
///
/// Types of values and members stay, as do links by `@odata.bind` and vocabulary annotations.
fn is_sent(name: &str, read_only: &[&str]) -> bool {
    // `#namespace.action` tells that the action can be called.
    if name.starts_with('#') {
        return false;
    }
    let property = name.split_once('@').map_or(name, |(property, _)| property);
    if read_only.contains(&property) {
        return false;
    }
    let Some((_, annotation)) = name.rsplit_once('@') else {
        return true;
    };
    let annotation = annotation.strip_prefix("odata.").unwrap_or(annotation);
    !OF_ANSWERS.contains(&annotation)
}

/// An object whose members can be changed without losing a digit of a number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    /// What a request sends of this value.
    pub(crate) fn to_send(
        value: &(impl Serialize + ?Sized),
        read_only: &[&str],
    ) -> serde_json::Result<Self> {
        Self::without(&serde_json::to_vec(value)?, read_only)
    }

    fn without(json: &[u8], read_only: &[&str]) -> serde_json::Result<Self> {
        let mut members: Self = serde_json::from_slice(json)?;
        members.0.retain(|(name, _)| is_sent(name, read_only));
        Ok(members)
    }

    /// The members of this value, of which the first says that its type is `type_name`, unless it
    /// has one already.
    pub(crate) fn typed(
        value: &(impl Serialize + ?Sized),
        type_name: &str,
    ) -> serde_json::Result<Self> {
        let mut members: Self = serde_json::from_slice(&serde_json::to_vec(value)?)?;
        let says_type = |(name, _): &(String, _)| name == "@odata.type" || name == "@type";
        if !members.0.iter().any(says_type) {
            let value = serde_json::value::to_raw_value(&format!("#{type_name}"))?;
            members.0.insert(0, ("@odata.type".to_owned(), value));
        }
        Ok(members)
    }

    /// Sets a member to `null`, whatever it was.
    pub(crate) fn set_null(&mut self, name: &str) {
        let null = RawValue::NULL.to_owned();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, value)) => *value = null,
            None => self.0.push((name.to_owned(), null)),
        }
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::with_capacity(map.size_hint().unwrap_or_default());
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
