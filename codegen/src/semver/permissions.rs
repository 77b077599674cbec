//! What callers need to be granted, path by path.

use super::translation::Translation;
use super::{Change, Kind, became};
use crate::api::{PermissionItem, PermissionsItem, RequestPlace};
use crate::edm::{Model, QualifiedName, Way};
use std::collections::{BTreeMap, BTreeSet};

/// The permissions of the requests that both clients have, where they differ.
pub(super) fn changes(
    (old, old_model): (&PermissionsItem, &Model),
    (new, new_model): (&PermissionsItem, &Model),
    translation: &Translation,
) -> Vec<Change> {
    let names = Names::of(translation);
    let mut all: BTreeSet<(String, &'static str)> = requests(new).collect();
    all.extend(requests(old).map(|(path, method)| (names.new_path(&path), method)));
    let changes = all.into_iter().filter_map(|(path, method)| {
        let was = names.old_path(&path);
        let (before, after) = (old.of_request(&was, method), new.of_request(&path, method));
        let (old_place, new_place) = (old.places.get(&was), new.places.get(&path));
        let place = new_place
            .cloned()
            .or_else(|| Some(names.new_place(old_place?)))?;
        let old_place = old_place
            .cloned()
            .unwrap_or_else(|| names.old_place(&place));
        let is_in_both = is_in(old_model, &old_place) && is_in(new_model, &place);
        if before == after || !is_in_both {
            return None;
        }
        let at = format!("{method} {}", place.shown);
        let detail = became(all_of(before), all_of(after));
        Some(Change::new(Kind::PermissionsChanged, &at, None, detail))
    });
    changes.collect()
}

/// The paths and methods of which something is said.
fn requests(item: &PermissionsItem) -> impl Iterator<Item = (String, &'static str)> {
    let rows = item.rows.iter();
    rows.flat_map(|(path, methods)| methods.keys().map(|method| (path.clone(), *method)))
}

/// The names of operations that were renamed, each way, as paths have them.
struct Names<'a> {
    new: BTreeMap<String, &'a QualifiedName>,
    old: BTreeMap<String, &'a QualifiedName>,
}

impl<'a> Names<'a> {
    fn of(translation: &'a Translation) -> Self {
        let renamed = || {
            translation
                .operations
                .iter()
                .filter(|(old, new)| old != new)
        };
        let spelled = |name: &QualifiedName| [name.name.to_string(), name.to_string()];
        Self {
            new: renamed()
                .flat_map(|(old, new)| spelled(old).map(|it| (it, new)))
                .collect(),
            old: renamed()
                .flat_map(|(old, new)| spelled(new).map(|it| (it, old)))
                .collect(),
        }
    }

    fn new_path(&self, path: &str) -> String {
        with_names(path, &self.new)
    }

    fn old_path(&self, path: &str) -> String {
        with_names(path, &self.old)
    }

    fn new_place(&self, place: &RequestPlace) -> RequestPlace {
        with_places(place, &self.new)
    }

    fn old_place(&self, place: &RequestPlace) -> RequestPlace {
        with_places(place, &self.old)
    }
}

fn with_places(place: &RequestPlace, names: &BTreeMap<String, &QualifiedName>) -> RequestPlace {
    RequestPlace {
        entry: place.entry.clone(),
        below: place.below.as_deref().map(|path| with_names(path, names)),
        shown: with_names(&place.shown, names),
    }
}

/// A path with the other names of operations.
fn with_names(path: &str, names: &BTreeMap<String, &QualifiedName>) -> String {
    let segments = path.split('/').map(|segment| {
        let end = segment.find('(').unwrap_or(segment.len());
        let (name, arguments) = segment.split_at(end);
        match names.get(name) {
            Some(other) if name.contains('.') => format!("{other}{arguments}"),
            Some(other) => format!("{}{arguments}", other.name),
            None => segment.to_owned(),
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Whether a model has the path. That it comes or goes is told otherwise.
fn is_in(model: &Model, place: &RequestPlace) -> bool {
    match &place.below {
        Some(below) => Way::below(model, &place.entry, below).is_some(),
        None => Way::at(model, &place.entry).is_some(),
    }
}

/// The least privileged, and how many others there are.
fn all_of(permissions: Option<&[PermissionItem]>) -> String {
    let permissions = permissions.unwrap_or_default().iter().map(|it| {
        let least = it.scopes[..it.least].join(" or ");
        let others = match it.scopes.len() - it.least {
            0 => String::new(),
            others => format!(" (or {others} more)"),
        };
        format!("{} {least}{others}", it.scheme)
    });
    let permissions: Vec<_> = permissions.collect();
    match permissions.is_empty() {
        true => "none".to_owned(),
        false => permissions.join(", "),
    }
}
