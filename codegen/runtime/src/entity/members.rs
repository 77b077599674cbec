//! The members of a JSON object, each as the text that it was.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// Control information that tells of an answer, and that no request has.
const OF_ANSWERS: [&str; 2] = ["@odata.context", "@context"];

/// An object whose members can be taken out and put in, while no digit of a number is lost.
#[derive(Debug, Clone, Default)]
pub(super) struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    /// What a request sends of this value: all that is neither computed by the service nor about the
    /// answer that the value came with.
    pub(super) fn to_send(
        value: &(impl Serialize + ?Sized),
        read_only: &[&str],
    ) -> serde_json::Result<Self> {
        Self::without(&serde_json::to_vec(value)?, read_only)
    }

    fn without(json: &[u8], read_only: &[&str]) -> serde_json::Result<Self> {
        let mut members: Self = serde_json::from_slice(json)?;
        members.0.retain(|(name, _)| {
            !read_only.contains(&name.as_str()) && !OF_ANSWERS.contains(&name.as_str())
        });
        Ok(members)
    }

    /// Sets a member to `null`, whatever it was.
    pub(super) fn set_null(&mut self, name: &str) {
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
