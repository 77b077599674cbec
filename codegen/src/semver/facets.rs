//! Facets of types and values.

use super::{At, Comparison, Kind, became, or_none};
use crate::edm::Facets;

/// Limits of values by name.
pub(super) type Limits = Vec<(&'static str, Option<String>)>;

pub(super) fn facets(facets: &Facets) -> Limits {
    vec![
        ("MaxLength", facets.max_length.map(|it| it.to_string())),
        ("Precision", facets.precision.map(|it| it.to_string())),
        ("Scale", facets.scale.map(|it| it.to_string())),
        ("Unicode", facets.unicode.map(|it| it.to_string())),
        ("SRID", facets.srid.map(|it| it.to_string())),
    ]
}

impl Comparison<'_> {
    /// Reports the facets that differ, each with both values.
    pub(super) fn facets(&mut self, kind: Kind, at: At<'_>, old: Limits, new: Limits) {
        let changed = old.into_iter().zip(new).filter(|(old, new)| old != new);
        let detail = changed.map(|((name, old), (_, new))| {
            format!("{name} {}", became(or_none(old), or_none(new)))
        });
        let detail: Vec<_> = detail.collect();
        if !detail.is_empty() {
            self.push(kind, at, detail.join(", "));
        }
    }
}
