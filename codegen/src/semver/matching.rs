//! Which elements stayed, came, went, or live on under another name.

use super::annotations::changed_terms;
use super::{Bump, Change, Comparison, Kind, became};
use crate::edm::{Annotation, vocabulary};
use heck::AsSnakeCase;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names that are less alike than this are not paired where there is a choice.
const ALIKE: f64 = 0.6;

/// An element that can come, go, or live on under another name.
pub(super) struct Element<'m, P> {
    pub name: Arc<str>,
    pub declared: P,
    /// Its type as declared, if it has one.
    pub type_text: String,
    /// All that it is but its name and what is said of it, in the new model's words.
    pub shape: String,
    pub annotations: &'m [Annotation],
}

/// The kinds of change that elements of one sort have.
pub(super) struct Sort {
    pub removed: Kind,
    pub renamed: Kind,
    pub added: Kind,
    /// Whether one of the same shape and another name is the same element, however unlike the names
    /// are: what is said of both tells.
    pub is_same: fn(&[Annotation], &[Annotation]) -> bool,
}

pub(super) fn said_the_same(old: &[Annotation], new: &[Annotation]) -> bool {
    changed_terms(old, new).is_empty()
}

/// What stayed, by its new name: as it was and as it is.
pub(super) type Stayed<P> = Vec<(Arc<str>, P, P)>;

impl Comparison<'_> {
    /// Reports the elements of one sort in one scope that came, went or were renamed, and gives those
    /// that live on.
    pub(super) fn settle<'m, P>(
        &mut self,
        place: &str,
        sort: &Sort,
        old: impl Iterator<Item = Element<'m, P>>,
        new: impl Iterator<Item = Element<'m, P>>,
    ) -> Stayed<P> {
        let mut new: BTreeMap<_, _> = new.map(|it| (it.name.clone(), it)).collect();
        let (mut stayed, mut removed) = (Vec::new(), BTreeMap::new());
        for was in old {
            match new.remove(&was.name) {
                Some(is) => stayed.push((is.name, was.declared, is.declared)),
                None => drop(removed.insert(was.name.clone(), was)),
            }
        }
        let shapes = |elements: &BTreeMap<Arc<str>, Element<'m, P>>| -> Vec<_> {
            let elements = elements.values();
            elements
                .map(|it| (it.name.clone(), it.shape.clone()))
                .collect()
        };
        let (old_shapes, new_shapes) = (shapes(&removed), shapes(&new));
        let names = |(from, to): (usize, usize)| (&old_shapes[from].0, &new_shapes[to].0);
        let is_same = |from, to| {
            let (from, to) = names((from, to));
            (sort.is_same)(removed[from].annotations, new[to].annotations)
        };
        for pair in pair(&old_shapes, &new_shapes, is_same) {
            let (from, to) = names(pair);
            self.push(sort.renamed, (place, Some(to)), became(from, to));
            let (old_place, new_place) = (format!("{place}/{from}"), format!("{place}/{to}"));
            self.translation.places.insert(old_place, new_place);
            stayed.extend(
                removed
                    .remove(from)
                    .zip(new.remove(to))
                    .map(|(was, is)| (is.name, was.declared, is.declared)),
            );
        }
        let removed = removed.into_values().map(|it| (sort.removed, it));
        for (kind, it) in removed.chain(new.into_values().map(|it| (sort.added, it))) {
            let is_deprecated = vocabulary::deprecation(it.annotations).is_some();
            self.changes.push(Change {
                declared: it.type_text.into(),
                is_deprecated: is_deprecated && kind.rule().bump == Bump::Minor,
                ..Change::new(kind, place, Some(&it.name), "")
            });
        }
        stayed
    }
}

/// Pairs elements of the same shape: `(index of the removed, index of the added)`.
///
/// A shape that has one element on each side makes a pair if the names are alike, or if all else is the
/// same; where there are several, those whose names are most alike do.
pub(super) fn pair<N: AsRef<str>, S: Ord>(
    removed: &[(N, S)],
    added: &[(N, S)],
    is_same_but_for_name: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    let mut groups: BTreeMap<&S, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (index, (_, shape)) in removed.iter().enumerate() {
        groups.entry(shape).or_default().0.push(index);
    }
    for (index, (_, shape)) in added.iter().enumerate() {
        groups.entry(shape).or_default().1.push(index);
    }
    let mut pairs = Vec::new();
    for (old, new) in groups.into_values() {
        match (&*old, &*new) {
            ([old], [new]) if is_same_but_for_name(*old, *new) => pairs.push((*old, *new)),
            _ => pairs.extend(most_alike(&old, &new, |old, new| {
                similarity(removed[old].0.as_ref(), added[new].0.as_ref())
            })),
        }
    }
    pairs
}

/// The most alike pair, then the most alike of the rest, and so on.
fn most_alike(
    old: &[usize],
    new: &[usize],
    similarity: impl Fn(usize, usize) -> f64,
) -> Vec<(usize, usize)> {
    let all = old
        .iter()
        .flat_map(|old| new.iter().map(|new| (*old, *new)));
    let scored = all.map(|(old, new)| (similarity(old, new), old, new));
    let mut scored: Vec<_> = scored.filter(|(score, ..)| *score >= ALIKE).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut old_taken, mut new_taken) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, old, new) in scored {
        if !old_taken.contains(&old) && !new_taken.contains(&new) {
            old_taken.insert(old);
            new_taken.insert(new);
            pairs.push((old, new));
        }
    }
    pairs
}

/// How alike two names are, from 0 to 1: by letters or by words, whichever says more.
fn similarity(left: &str, right: &str) -> f64 {
    let (left, right) = (
        AsSnakeCase(left).to_string(),
        AsSnakeCase(right).to_string(),
    );
    strsim::normalized_levenshtein(&left, &right).max(common_words(&left, &right))
}

/// The Sørensen–Dice coefficient of the words.
fn common_words(left: &str, right: &str) -> f64 {
    let left: BTreeSet<_> = left.split('_').collect();
    let right: BTreeSet<_> = right.split('_').collect();
    let common = left.intersection(&right).count();
    2.0 * common as f64 / (left.len() + right.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_candidate_of_another_name_must_be_the_same() {
        let pairs = |removed: &[_], added: &[_], is_same| pair(removed, added, |_, _| is_same);
        let upn = [("upn", 1)];
        assert_eq!(pairs(&upn, &[("userPrincipalName", 1)], true), [(0, 0)]);
        assert_eq!(pairs(&upn, &[("userPrincipalName", 1)], false), []);
        assert_eq!(
            pairs(&[("userName", 1)], &[("nameOfUser", 1)], false),
            [(0, 0)]
        );
        assert_eq!(pairs(&upn, &[("upn2", 2)], true), []);
    }

    #[test]
    fn of_several_candidates_the_most_alike_is_taken() {
        let removed = [("getMfaFailure", 1), ("getSamlSuccess", 1)];
        let added = [
            ("listDevices", 1),
            ("getFailureOfMfa", 1),
            ("getSamlSuccesses", 1),
        ];
        assert_eq!(pair(&removed, &added, |_, _| true), [(1, 2), (0, 1)]);
    }
}
