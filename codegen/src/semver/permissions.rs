//! What callers need to be granted, path by path.

use super::{Change, Kind, became};
use crate::api::{PermissionItem, PermissionsItem, RequestPlace};
use crate::edm::{Model, Way};
use std::collections::BTreeSet;

/// The permissions of the requests that both clients have, where they differ.
pub(super) fn changes(
    (old, old_model): (&PermissionsItem, &Model),
    (new, new_model): (&PermissionsItem, &Model),
) -> Vec<Change> {
    let rows = |item: &PermissionsItem| -> BTreeSet<(String, &'static str)> {
        let rows = item.rows.iter();
        let requests =
            rows.flat_map(|(path, methods)| methods.keys().map(|it| (path.clone(), *it)));
        requests.collect()
    };
    let all = &rows(old) | &rows(new);
    let changes = all.into_iter().filter_map(|(path, method)| {
        let (before, after) = (old.of_request(&path, method), new.of_request(&path, method));
        let place = new.places.get(&path).or_else(|| old.places.get(&path))?;
        let is_in_both = is_in(old_model, place) && is_in(new_model, place);
        if before == after || !is_in_both {
            return None;
        }
        let at = format!("{method} {}", place.shown);
        let detail = became(all_of(before), all_of(after));
        Some(Change::new(Kind::PermissionsChanged, &at, None, detail))
    });
    changes.collect()
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
