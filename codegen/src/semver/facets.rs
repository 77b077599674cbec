//! Facets of types and values.

use super::{became, or_none};
use crate::edm::Facets;

/// The facets that differ, each with both values.
pub(super) fn facets(old: &Facets, new: &Facets) -> Vec<String> {
    let facets = texts(old).into_iter().zip(texts(new));
    let changed = facets.filter(|(old, new)| old != new);
    let detail = changed
        .map(|((name, old), (_, new))| format!("{name} {}", became(or_none(old), or_none(new))));
    detail.collect()
}

fn texts(facets: &Facets) -> [(&'static str, Option<String>); 5] {
    [
        ("MaxLength", facets.max_length.map(|it| it.to_string())),
        ("Precision", facets.precision.map(|it| it.to_string())),
        ("Scale", facets.scale.map(|it| it.to_string())),
        ("Unicode", facets.unicode.map(|it| it.to_string())),
        ("SRID", facets.srid.map(|it| it.to_string())),
    ]
}
