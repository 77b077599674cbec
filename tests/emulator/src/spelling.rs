//! Names in another case than the metadata's, which Graph takes in addresses and queries.

use crate::behavior::NameCase;
use crate::service::{Service, TypeRef};

impl Service {
    /// The declared name of an entry point or import that a segment means.
    pub(crate) fn spelled_entry<'a>(&'a self, written: &'a str) -> &'a str {
        let is_declared =
            self.entry_points.contains_key(written) || self.imports.contains_key(written);
        if is_declared || self.behavior.name_case == NameCase::Significant {
            return written;
        }
        let names = self.entry_points.keys().chain(self.imports.keys());
        same_letters(names.map(String::as_str), written)
    }

    /// The declared name of what a segment or a step of a path means on a type: a member, an
    /// operation, or a derived type.
    pub(crate) fn spelled<'a>(&'a self, on: &TypeRef, written: &'a str) -> &'a str {
        if self.behavior.name_case == NameCase::Significant || self.is_spelled(on, written) {
            return written;
        }
        if written.contains('.') {
            return same_letters(self.types.keys().map(String::as_str), written);
        }
        let operations = self.operations.keys().map(String::as_str);
        let operations = operations.filter(|name| {
            name.eq_ignore_ascii_case(written) && !self.overloads(name, on).is_empty()
        });
        let members = self.properties(&on.name).map(|p| p.name.as_str());
        let members = members.chain(self.navigation_names(&on.name));
        let members = members.filter(|_| !on.collection);
        same_letters(operations.chain(members), written)
    }

    fn is_spelled(&self, on: &TypeRef, written: &str) -> bool {
        let is_member = !on.collection
            && (self.property(&on.name, written).is_some()
                || self.navigation(&on.name, written).is_some());
        is_member || self.cast(written).is_some() || !self.overloads(written, on).is_empty()
    }

    /// The declared name of a parameter.
    pub(crate) fn spelled_parameter<'a>(
        &self,
        names: impl Iterator<Item = &'a str> + Clone,
        written: &'a str,
    ) -> &'a str {
        let is_declared = names.clone().any(|name| name == written);
        if is_declared || self.behavior.name_case == NameCase::Significant {
            return written;
        }
        same_letters(names, written)
    }
}

/// The first name with the same letters; the written one when there is none.
fn same_letters<'a>(mut names: impl Iterator<Item = &'a str>, written: &'a str) -> &'a str {
    let found = names.find(|name| name.eq_ignore_ascii_case(written));
    found.unwrap_or(written)
}
