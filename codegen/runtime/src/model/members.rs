//! The members of a JSON object, each as its original text.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::object::{self, Related};
use crate::value::Numbers;

/// An object to which members can be added without losing a digit of a number.
#[derive(Debug, Clone, Default)]
pub(crate) struct RawMembers(Vec<(String, Box<RawValue>)>);

impl RawMembers {
    /// What a request sends of this value, and whether something related was left out.
    pub(crate) fn to_send(
        value: &(impl Serialize + ?Sized),
        related: Related,
        numbers: Numbers,
    ) -> serde_json::Result<(Self, bool)> {
        let (json, has_left_out) =
            object::sent(related, || numbers.writing(|| serde_json::to_vec(value)));
        Ok((serde_json::from_slice(&json?)?, has_left_out))
    }

    /// The members of this value, of which the first says that its type is `type_name`, unless it
    /// has one already.
    pub(crate) fn typed(
        value: &(impl Serialize + ?Sized),
        type_name: &str,
    ) -> serde_json::Result<Self> {
        let mut members: Self = serde_json::from_slice(&serde_json::to_vec(value)?)?;
        members.set_type(type_name)?;
        Ok(members)
    }

    /// Says first what the type is, unless one says what it is already.
    pub(crate) fn set_type(&mut self, type_name: &str) -> serde_json::Result<()> {
        let says_type = |(name, _): &(String, _)| name == "@odata.type" || name == "@type";
        if !self.0.iter().any(says_type) {
            let value = serde_json::value::to_raw_value(&format!("#{type_name}"))?;
            self.0.insert(0, ("@odata.type".to_owned(), value));
        }
        Ok(())
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

impl Serialize for RawMembers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for RawMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = RawMembers;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawMembers, A::Error> {
        let mut members = Vec::with_capacity(map.size_hint().unwrap_or_default());
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(RawMembers(members))
    }
}
