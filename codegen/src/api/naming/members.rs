//! Names of what types and calls are made of.

use super::identifier::RustName;
use super::namer::Namer;
use super::scope::Scope;
use crate::reserved::{ADDITIONAL_PROPERTIES, CALL_METHODS, CLOUD_ITEMS, ROOT_MODULES};
use std::collections::BTreeMap;

/// Names by the metadata's.
type Names<'n> = BTreeMap<&'n str, RustName>;

/// The fields of a struct, and the constants that name its properties.
pub(in crate::api) struct FieldNames<'n> {
    pub fields: Names<'n>,
    pub constants: Names<'n>,
}

impl Namer {
    /// The properties of a type.
    pub fn fields<'n>(&self, owner: &str, wire_names: &[&'n str]) -> FieldNames<'n> {
        let mut scope = Scope::with_reserved(&[ADDITIONAL_PROPERTIES]);
        let snake = |name: &str| self.words.snake(name);
        let fields = scope.take_all(wire_names.iter().copied(), snake);
        self.record_all(&fields, snake, |name| format!("{owner}, property `{name}`"));
        let constant = |name: &str| self.words.constant(name);
        FieldNames {
            fields,
            constants: Scope::default().take_all(wire_names.iter().copied(), constant),
        }
    }

    /// The members of an enumeration, and the variant for those that it does not declare.
    pub fn members<'n>(
        &self,
        owner: &str,
        wire_names: impl IntoIterator<Item = &'n str>,
    ) -> (Names<'n>, RustName) {
        let mut scope = Scope::default();
        let pascal = |name: &str| self.words.pascal(name);
        let names = scope.take_all(wire_names, pascal);
        self.record_all(&names, pascal, |name| format!("{owner}, member `{name}`"));
        // Members keep their names, also one that is called `other`.
        let catch_all = match scope.is_free("Other") {
            true => "Other",
            false => "Unlisted",
        };
        let other = scope.take(catch_all);
        (names, other)
    }

    /// The values that a parameter may have, and the variant for others.
    pub fn allowed_values<'n>(
        &self,
        names: impl IntoIterator<Item = &'n str>,
    ) -> (Names<'n>, RustName) {
        let mut scope = Scope::default();
        let other = scope.take("Other");
        (scope.take_all(names, |name| self.words.pascal(name)), other)
    }

    /// The name of an enumeration of the values that a property or parameter lists, by what declares it.
    pub fn values_of(&self, owner: &str, member: &str) -> String {
        format!("{owner}{}", self.words.pascal(member))
    }

    /// The functions of an operation group.
    pub fn group_members<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Names<'n> {
        Scope::default().take_all(names, |name| self.words.pascal(name))
    }

    /// The parameters of an operation.
    pub fn arguments<'n>(
        &self,
        operation: impl Fn() -> String,
        wire_names: impl IntoIterator<Item = &'n str>,
    ) -> Names<'n> {
        let mut scope = Scope::with_reserved(CALL_METHODS);
        let snake = |name: &str| self.words.snake(name);
        let names = scope.take_all(wire_names, snake);
        self.record_all(&names, snake, |name| {
            format!("{}, parameter `{name}`", operation())
        });
        names
    }

    /// The parts of a key.
    pub fn key_parts<'n>(&self, wire_names: impl IntoIterator<Item = &'n str>) -> Names<'n> {
        Scope::default().take_all(wire_names, |name| self.words.snake(name))
    }
}

/// The variants of `Cloud`.
pub(in crate::api) fn cloud_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<RustName> {
    let mut scope = Scope::with_reserved(CLOUD_ITEMS);
    names.into_iter().map(|name| scope.take(name)).collect()
}

/// The modules that are kept by hand, and that no emitted one can be called like.
pub(in crate::api) fn kept_modules(names: &[String]) -> Vec<RustName> {
    let mut scope = Scope::with_reserved(ROOT_MODULES);
    let mut names = names.to_vec();
    names.sort();
    names.iter().map(|name| scope.take(name)).collect()
}
