//! Two resolved models → what changed for the users of the emitted crate.
//!
//! What users see is decided by the items that are emitted, and by them alone: `surface` lists those of
//! both clients by what they are in the metadata, and `emission` compares them. Why an item differs
//! is told in the metadata's words, so elements are compared as they are declared, too; a
//! declaration tells what happened, never what the generator makes of it. What a change means is
//! looked up in [`RULES`].

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
mod permissions;
mod report;
mod rules;
mod surface;
mod translation;
mod types;
mod values;

pub use report::{Against, Cause, Change, Extent, Format, Measure, Report, Shown, Sizes, Use};
pub use rules::{Bump, Checked, Kind, RULES, Rule, table};

use crate::api;
use crate::correct::{Corrections, correct};
use crate::diagnostic::Diagnostics;
use crate::edm::{Model, TypeRef};
use crate::parallel::both;
use crate::show::Untrusted;
use std::fmt::Display;
use surface::{Surface, surface};
use translation::{NONE, Translation};

/// What two models declare differently, whether or not it shows in a client: the causes that
/// [`diff_clients`] knows.
pub fn declared(old: &Model, new: &Model) -> Vec<Change> {
    let comparison = Comparison::of(old, new);
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
    let now = || {
        let api = api::build_items(&new_model, new.options);
        let surface = surface(&api, &new_model, &NONE);
        (api, surface)
    };
    let before = || {
        let comparison = Comparison::of(&old_model, &new_model);
        let api = api::build_items(&old_model, old.options);
        let surface = surface(&api, &old_model, &comparison.translation);
        (api, surface, comparison)
    };
    let ((new_api, new_surface), (old_api, old_surface, comparison)) = both(now, before);
    let settled = emission::settled(comparison.changes, &old_surface, &new_surface);
    let emission::Settled {
        mut changes,
        breaks,
    } = settled;
    changes.extend(permissions::changes(
        (&old_api.permissions, &old_model),
        (&new_api.permissions, &new_model),
        &comparison.translation,
    ));
    causes::explain(&mut changes, &old_model, &new_model);
    let measure = |model: &Model, surface: &Surface, other: &Surface| Measure {
        types: model.types.len(),
        operations: model.operations.len(),
        items: surface.items.len(),
        only_here: surface
            .items
            .keys()
            .filter(|key| !other.items.contains_key(*key))
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
    translation: Translation,
    changes: Vec<Change>,
}

/// Where a change is reported: a type, operation or the service, and a member of it.
type At<'p> = (&'p str, Option<&'p str>);

impl<'m> Comparison<'m> {
    /// Compares all that two models declare.
    fn of(old: &'m Model, new: &'m Model) -> Self {
        let mut comparison = Self {
            old,
            new,
            translation: Translation::default(),
            changes: Vec::new(),
        };
        comparison.types();
        comparison.operations();
        comparison.entry_points();
        comparison
    }

    fn push(&mut self, kind: Kind, at: At<'_>, detail: impl Into<Untrusted>) {
        self.changes.push(Change::new(kind, at.0, at.1, detail));
    }

    /// Reports a change in words that say more than those of the table.
    fn push_said(&mut self, kind: Kind, said: &'static str, at: At<'_>, detail: String) {
        let change = Change::new(kind, at.0, at.1, detail);
        self.changes.push(Change { said, ..change });
    }

    /// Reports what became true, or ceased to be.
    fn turned(&mut self, kind: Kind, at: At<'_>, change: [bool; 2], said: [&'static str; 2]) {
        let [old, new] = change;
        if old != new {
            self.push_said(kind, said[usize::from(old)], at, String::new());
        }
    }

    /// Reports a value that is not the same, with both.
    fn value<T: PartialEq + Display>(&mut self, kind: Kind, at: At<'_>, old: T, new: T) {
        if old != new {
            self.push(kind, at, became(old, new));
        }
    }

    /// Reports details that are not the same and that nobody needs to read.
    fn details<T: PartialEq>(&mut self, kind: Kind, at: At<'_>, old: T, new: T) {
        if old != new {
            self.push(kind, at, "");
        }
    }

    /// Reports two references that differ by more than a renamed type.
    fn type_ref(&mut self, kind: Kind, at: At<'_>, old: &TypeRef, new: &TypeRef) {
        if self.translation.reference(old) != *new {
            self.push(kind, at, became(old, new));
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
