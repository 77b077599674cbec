//! Facets of types and values.

use super::{became, or_none};
use crate::edm::Facets;

/// The facets that differ, each with both values.
pub(super) fn facets(old: &Facets, new: &Facets) -> Vec<String> {
    let facets = [
        ("MaxLength", &old.max_length, &new.max_length),
        ("Precision", &old.precision, &new.precision),
        ("Scale", &old.scale, &new.scale),
        ("Unicode", &old.unicode, &new.unicode),
        ("SRID", &old.srid, &new.srid),
    ];
    let changed = facets.into_iter().filter(|(_, old, new)| old != new);
    let detail = changed.map(|(name, old, new)| {
        let (old, new) = (or_none(old.as_ref()), or_none(new.as_ref()));
        format!("{name} {}", became(old, new))
    });
    detail.collect()
}
