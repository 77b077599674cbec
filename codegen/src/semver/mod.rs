//! Two resolved models → what changed for the users of the emitted crate.
//!
//! Elements are compared as the metadata declares them, with annotations applied. What a change
//! means is looked up in [`RULES`]; where metadata alone does not tell (a nullable property is an
//! `Option` in a complex type and always one in an entity), the kind of change is chosen by what
//! the generator emits. Then the items that are emitted are compared, too: capabilities, paths and
//! names that exclude each other decide on many that no declaration stands for.

mod annotations;
mod causes;
mod emission;
mod entry_points;
mod facets;
mod matching;
mod members;
mod names;
mod operations;
mod parameters;
mod report;
mod rules;
mod surface;
mod types;
mod values;

pub use report::{Against, Cause, Change, Extent, Format, Measure, Report, Shown, Sizes, Use};
pub use rules::{Bump, Checked, Kind, RULES, Rule, table};

use crate::api;
use crate::correct::{Corrections, correct};
use crate::diagnostic::Diagnostics;
use crate::edm::{ItemType, Model, QualifiedName, TypeRef};
use std::collections::BTreeMap;
use surface::{Surface, Translation, surface};

/// What two models declare differently, whether or not it shows in a client: the causes that
/// [`diff_clients`] knows.
pub fn declared(old: &Model, new: &Model) -> Vec<Change> {
    let mut comparison = Comparison::new(old, new, &[]);
    comparison.declarations();
    Report::new(comparison.changes, Sizes::default())
        .changes()
        .to_vec()
}

/// A model and what the client is made by.
#[derive(Debug, Clone)]
pub struct Side<'a> {
    /// The model as the documents declare it.
    pub model: &'a Model,
    /// What the service does otherwise.
    pub corrections: Corrections,
    /// What is said about the client's items.
    pub options: api::Options<'a>,
}

impl Side<'_> {
    /// The model of which the client is made. What is wrong with corrections is reported where
    /// the client is made, not where it is compared.
    fn corrected(&self) -> Model {
        let mut model = self.model.clone();
        correct(&mut model, &self.corrections, &mut Diagnostics::default());
        model
    }
}

/// Compares two models and the clients that are made of them.
pub fn diff_clients(old: &Side<'_>, new: &Side<'_>) -> Report {
    let (old_model, new_model) = (old.corrected(), new.corrected());
    let namespaces: Vec<_> = new.options.root_namespaces().collect();
    let mut comparison = Comparison::new(&old_model, &new_model, &namespaces);
    comparison.declarations();
    let (old_api, new_api) = (
        api::build(&old_model, old.options),
        api::build(&new_model, new.options),
    );
    let translation = Translation {
        types: Some(&comparison.names),
        places: Some(&comparison.places),
    };
    let old_surface = surface(&old_api, &old_model, translation);
    let new_surface = surface(&new_api, &new_model, Translation::default());
    let settled = emission::settled(comparison.changes, &old_surface, &new_surface);
    let emission::Settled {
        mut changes,
        breaks,
    } = settled;
    causes::explain(&mut changes, &old_model, &new_model);
    let measure = |model: &Model, surface: &Surface, other: &Surface| Measure {
        types: model.types.len(),
        operations: model.operations.len(),
        items: surface.len(),
        only_here: surface
            .keys()
            .filter(|key| !other.contains_key(*key))
            .count(),
    };
    let sizes = Sizes {
        old: measure(&old_model, &old_surface, &new_surface),
        new: measure(&new_model, &new_surface, &old_surface),
    };
    Report::new(changes, sizes).with_breaks(breaks)
}

/// Two models and what was found so far.
struct Comparison<'m> {
    old: &'m Model,
    new: &'m Model,
    root_namespaces: &'m [&'m str],
    /// Types that live on under another name: old name → new name.
    names: BTreeMap<QualifiedName, QualifiedName>,
    /// Operations that live on: old name → new name.
    operation_names: BTreeMap<QualifiedName, QualifiedName>,
    /// Members and operations that live on at another place: old place → new place. The owner of
    /// a member has its new name in both.
    places: BTreeMap<String, String>,
    changes: Vec<Change>,
}

impl<'m> Comparison<'m> {
    fn new(old: &'m Model, new: &'m Model, root_namespaces: &'m [&'m str]) -> Self {
        Self {
            old,
            new,
            root_namespaces,
            names: BTreeMap::new(),
            operation_names: BTreeMap::new(),
            places: BTreeMap::new(),
            changes: Vec::new(),
        }
    }

    fn declarations(&mut self) {
        self.types();
        self.entry_points();
        self.operations();
        self.imports();
    }

    fn push(&mut self, kind: Kind, owner: impl ToString, member: Option<&str>, detail: String) {
        self.changes.push(Change::new(kind, owner, member, detail));
    }

    /// The same, with words that say more than those of the table.
    fn push_said(
        &mut self,
        kind: Kind,
        said: &'static str,
        owner: impl ToString,
        member: Option<&str>,
        detail: String,
    ) {
        self.changes.push(Change {
            said,
            ..Change::new(kind, owner, member, detail)
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
