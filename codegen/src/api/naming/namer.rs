//! What makes names, and the record of those that could not be kept.

use super::identifier::RustName;
use super::words::Words;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// A name that could not be kept: another name of the metadata is the same in Rust, or the name means
/// something else there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Renamed {
    /// What bears the name in the metadata.
    pub element: String,
    /// Its name in Rust.
    pub name: String,
}

/// Makes names.
#[derive(Debug, Default)]
pub(in crate::api) struct Namer {
    pub(super) words: Words,
    renamed: Mutex<BTreeSet<Renamed>>,
}

impl Namer {
    /// Keeps the words of the configuration whole.
    pub fn new(kept: &BTreeMap<String, String>) -> Self {
        Self {
            words: Words::new(kept),
            renamed: Mutex::default(),
        }
    }

    /// Records an element whose name is not the one that was wanted.
    pub(super) fn record(&self, wanted: &str, name: &RustName, element: impl FnOnce() -> String) {
        if name.plain() != wanted {
            let renamed = Renamed {
                element: element(),
                name: name.to_string(),
            };
            // A panic elsewhere leaves whole entries only.
            let record = self.renamed.lock();
            record
                .unwrap_or_else(PoisonError::into_inner)
                .insert(renamed);
        }
    }

    /// Records those of names whose form is not the one that was wanted.
    pub(super) fn record_all(
        &self,
        names: &BTreeMap<&str, RustName>,
        form: impl Fn(&str) -> String,
        element: impl Fn(&str) -> String,
    ) {
        for (wire_name, name) in names {
            self.record(&form(wire_name), name, || element(wire_name));
        }
    }

    /// The names that could not be kept, by element.
    pub fn renamed(self) -> Vec<Renamed> {
        let record = self.renamed.into_inner();
        let record = record.unwrap_or_else(PoisonError::into_inner);
        record.into_iter().collect()
    }
}
