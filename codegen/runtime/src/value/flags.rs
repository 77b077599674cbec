//! Sets of members of an enumeration type of flags.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitOr, BitOrAssign};

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::json::{JsonFormat, ScalarOrKeep, read_with};
use super::literal::{Literal, LiteralValue};
use super::member::EnumMember;

/// Represents the empty set, since the format has no other text for it.
const NONE: &str = "0";

/// A value of an enumeration type of flags: a set of its members.
///
/// It keeps members in the order in which they were added, each of them once. In JSON it is a
/// string such as `"Read,Write"` (OData JSON Format 4.01, section "Primitive Value"), in a URL
/// `Namespace.Type'Read,Write'`; without members it is `0` in both. A number from a service is kept
/// as an unknown member.
#[derive(Clone)]
pub struct Flags<T> {
    members: Vec<T>,
    /// What stands between members in JSON: services write `", "` too, and what is read is written so.
    separator: &'static str,
}

impl<T> Flags<T> {
    /// The set without members.
    pub const fn new() -> Self {
        Self {
            members: Vec::new(),
            separator: ",",
        }
    }

    /// The set without members.
    pub const fn none() -> Self {
        Self::new()
    }

    /// The members, in the order in which they were added.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.members.iter()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }
}

impl<T: PartialEq> Flags<T> {
    /// Whether this is a member.
    pub fn contains(&self, member: &T) -> bool {
        self.members.contains(member)
    }

    /// Adds a member. Returns whether it is new.
    pub fn insert(&mut self, member: T) -> bool {
        let is_new = !self.contains(&member);
        if is_new {
            self.members.push(member);
        }
        is_new
    }

    /// Removes a member. Returns whether it was there.
    pub fn remove(&mut self, member: &T) -> bool {
        let before = self.members.len();
        self.members.retain(|known| known != member);
        self.members.len() < before
    }
}

impl<T: EnumMember> Flags<T> {
    /// The names of the members.
    fn text(&self, separator: &str) -> String {
        if self.members.is_empty() {
            return NONE.to_owned();
        }
        let names: Vec<_> = self.members.iter().map(T::as_str).collect();
        names.join(separator)
    }

    fn parse(text: &str) -> Self {
        if text.trim() == NONE {
            return Self::new();
        }
        let names = text.split(',').map(str::trim);
        let names = names.filter(|name| !name.is_empty());
        let mut flags: Self = names.map(T::from).collect();
        if text.contains(", ") {
            flags.separator = ", ";
        }
        flags
    }
}

impl<T> Default for Flags<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Sets are equal if they have the same members, in whatever order.
impl<T: PartialEq> PartialEq for Flags<T> {
    fn eq(&self, other: &Self) -> bool {
        self.members.len() == other.members.len()
            && self.members.iter().all(|member| other.contains(member))
    }
}

impl<T: Eq> Eq for Flags<T> {}

impl<T: fmt::Debug> fmt::Debug for Flags<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Flags")?;
        formatter.debug_set().entries(&self.members).finish()
    }
}

impl<T: EnumMember> fmt::Display for Flags<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text(","))
    }
}

impl<T> From<T> for Flags<T> {
    fn from(member: T) -> Self {
        Self {
            members: vec![member],
            ..Self::new()
        }
    }
}

impl<T: PartialEq> Extend<T> for Flags<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, members: I) {
        for member in members {
            self.insert(member);
        }
    }
}

impl<T: PartialEq> FromIterator<T> for Flags<T> {
    fn from_iter<I: IntoIterator<Item = T>>(members: I) -> Self {
        let mut flags = Self::new();
        flags.extend(members);
        flags
    }
}

impl<T> IntoIterator for Flags<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Flags<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The members of either, those of the left first.
impl<T: PartialEq, F: Into<Flags<T>>> BitOr<F> for Flags<T> {
    type Output = Self;

    fn bitor(mut self, other: F) -> Self {
        self |= other;
        self
    }
}

impl<T: PartialEq, F: Into<Flags<T>>> BitOrAssign<F> for Flags<T> {
    fn bitor_assign(&mut self, other: F) {
        self.extend(other.into());
    }
}

impl<T: EnumMember> Literal for Flags<T> {
    fn to_literal(&self) -> LiteralValue {
        T::LITERALS.literal(T::TYPE_NAME, self.text(","))
    }
}

impl<T: EnumMember> Serialize for Flags<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text(self.separator))
    }
}

impl<'de, T: EnumMember> Deserialize<'de> for Flags<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FlagsVisitor(PhantomData))
    }
}

impl<T: EnumMember> JsonFormat for Flags<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Serialize::serialize(self, serializer)
    }

    read_with!(FlagsVisitor(PhantomData));
}

struct FlagsVisitor<T>(PhantomData<T>);

impl<T: EnumMember> Visitor<'_> for FlagsVisitor<T> {
    type Value = Flags<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a string of members of {}", T::TYPE_NAME)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Flags<T>, E> {
        Ok(Flags::parse(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Flags<T>, E> {
        Ok(Flags::parse(&value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Flags<T>, E> {
        Ok(Flags::parse(&value.to_string()))
    }
}

#[cfg(test)]
mod tests;
