//! Two resolved models → what changed for the users of the emitted crate.
//!
//! Elements are compared as the metadata declares them, with annotations applied. What a change
//! means is looked up in [`RULES`]; where metadata alone does not tell (a nullable property is an
//! `Option` in a complex type and always one in an entity), the kind of change is chosen by what
//! the generator emits.

mod annotations;
mod matching;
mod members;
mod operations;
mod report;
mod requests;
mod rules;
mod types;

pub use report::{Change, Format, Report};
pub use rules::{Bump, Checked, Kind, RULES, Rule};

use crate::api;
use crate::config::Config;
use crate::edm::{ItemType, Model, QualifiedName, TypeRef};
use std::collections::BTreeMap;

/// Compares two models.
///
/// `default_namespaces` are those whose types share one module, as the configuration says.
pub fn diff(old: &Model, new: &Model, default_namespaces: &[String]) -> Report {
    Report::new(declarations(old, new, default_namespaces))
}

/// Compares two models and the clients that are made of them: also the methods and names that no
/// declaration stands for.
pub fn diff_clients(old: &Model, new: &Model, config: &Config) -> Report {
    let mut changes = declarations(old, new, &config.service.default_namespaces);
    changes.extend(requests::changes(
        &api::build(old, config),
        &api::build(new, config),
    ));
    Report::new(changes)
}

fn declarations(old: &Model, new: &Model, default_namespaces: &[String]) -> Vec<Change> {
    let mut comparison = Comparison {
        old,
        new,
        default_namespaces,
        names: BTreeMap::new(),
        changes: Vec::new(),
    };
    comparison.types();
    comparison.entry_points();
    comparison.operations();
    comparison.changes
}

/// Two models and what was found so far.
struct Comparison<'m> {
    old: &'m Model,
    new: &'m Model,
    default_namespaces: &'m [String],
    /// Types that live on under another name: old name → new name.
    names: BTreeMap<QualifiedName, QualifiedName>,
    changes: Vec<Change>,
}

impl Comparison<'_> {
    fn push(&mut self, kind: Kind, owner: impl ToString, member: Option<&str>, detail: String) {
        self.changes.push(Change {
            kind,
            owner: owner.to_string(),
            member: member.map(str::to_owned),
            detail,
        });
    }

    /// What a name of the old model is in the new one.
    fn new_name(&self, old: &QualifiedName) -> QualifiedName {
        self.names.get(old).unwrap_or(old).clone()
    }

    /// A reference of the old model with the names of the new one.
    fn new_type(&self, old: &TypeRef) -> TypeRef {
        let mut renamed = old.clone();
        if let ItemType::Named(name) = &old.item {
            renamed.item = ItemType::Named(self.new_name(name));
        }
        renamed
    }

    /// Reports two references that differ by more than a renamed type.
    fn type_ref(&mut self, kind: Kind, place: (&str, Option<&str>), old: &TypeRef, new: &TypeRef) {
        if self.new_type(old) != *new {
            self.push(kind, place.0, place.1, became(old, new));
        }
    }
}

/// `old → new`
fn became(old: impl std::fmt::Display, new: impl std::fmt::Display) -> String {
    format!("{old} → {new}")
}

/// The value, or `none` where the metadata has none.
fn or_none(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}
