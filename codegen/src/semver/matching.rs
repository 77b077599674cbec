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
        old: Vec<Element<'m, P>>,
        new: Vec<Element<'m, P>>,
    ) -> Stayed<P> {
        let by_name = |elements: Vec<Element<'m, P>>| -> BTreeMap<_, _> {
            let elements = elements.into_iter();
            elements.map(|it| (it.name.clone(), it)).collect()
        };
        let mut new = by_name(new);
        let (mut stayed, mut removed) = (Vec::new(), Vec::new());
        for (name, was) in by_name(old) {
            match new.remove(&name) {
                Some(is) => stayed.push((was, is)),
                None => removed.push(was),
            }
        }
        let mut new: Vec<_> = new.into_values().collect();
        for (was, is) in renamed(&mut removed, &mut new, sort.is_same) {
            let detail = became(&was.name, &is.name);
            self.push(sort.renamed, (place, Some(&is.name)), detail);
            let [from, to] = [&was, &is].map(|it| format!("{place}/{}", it.name));
            self.translation.places.insert(from, to);
            stayed.push((was, is));
        }
        let removed = removed.into_iter().map(|it| (sort.removed, it));
        for (kind, it) in removed.chain(new.into_iter().map(|it| (sort.added, it))) {
            let is_deprecated = vocabulary::deprecation(it.annotations).is_some();
            self.changes.push(Change {
                declared: it.type_text.into(),
                is_deprecated: is_deprecated && kind.rule().bump == Bump::Minor,
                ..Change::new(kind, place, Some(&it.name), "")
            });
        }
        let stayed = stayed.into_iter();
        stayed
            .map(|(was, is)| (is.name, was.declared, is.declared))
            .collect()
    }
}

/// Takes the elements that are the same under another name: as they were and as they are.
///
/// A shape that has one element on each side makes a pair if the names are alike, or if all else is the
/// same; where there are several, those whose names are most alike do.
pub(super) fn renamed<'m, P>(
    removed: &mut Vec<Element<'m, P>>,
    added: &mut Vec<Element<'m, P>>,
    is_same: fn(&[Annotation], &[Annotation]) -> bool,
) -> Vec<(Element<'m, P>, Element<'m, P>)> {
    let mut groups: BTreeMap<&str, [Vec<usize>; 2]> = BTreeMap::new();
    for (side, elements) in [&*removed, &*added].into_iter().enumerate() {
        for (index, element) in elements.iter().enumerate() {
            groups.entry(&element.shape).or_default()[side].push(index);
        }
    }
    let mut pairs = Vec::new();
    for [old, new] in groups.into_values() {
        match (&*old, &*new) {
            ([old], [new]) if is_same(removed[*old].annotations, added[*new].annotations) => {
                pairs.push((*old, *new));
            }
            _ => pairs.extend(most_alike(&old, &new, |old, new| {
                similarity(&removed[old].name, &added[new].name)
            })),
        }
    }
    take(removed, added, &pairs)
}

/// Takes the elements at the indices of both sides.
pub(super) fn take<T>(
    removed: &mut Vec<T>,
    added: &mut Vec<T>,
    pairs: &[(usize, usize)],
) -> Vec<(T, T)> {
    let [mut old, mut new] =
        [&mut *removed, &mut *added].map(|it| it.drain(..).map(Some).collect::<Vec<_>>());
    let pairs = pairs
        .iter()
        .filter_map(|(from, to)| old[*from].take().zip(new[*to].take()));
    let pairs = pairs.collect();
    removed.extend(old.into_iter().flatten());
    added.extend(new.into_iter().flatten());
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

    /// The pairs of elements: names and shapes, and whether all else is the same.
    fn pairs(old: &[(&str, u8)], new: &[(&str, u8)], is_same: bool) -> Vec<(String, String)> {
        let elements = |names: &[(&str, u8)]| -> Vec<_> {
            let elements = names.iter().map(|(name, shape)| Element {
                name: (*name).into(),
                declared: (),
                type_text: String::new(),
                shape: shape.to_string(),
                annotations: &[],
            });
            elements.collect()
        };
        let is_same = match is_same {
            true => |_: &[_], _: &[_]| true,
            false => |_: &[_], _: &[_]| false,
        };
        let pairs = renamed(&mut elements(old), &mut elements(new), is_same).into_iter();
        pairs
            .map(|(was, is)| (was.name.to_string(), is.name.to_string()))
            .collect()
    }

    fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(was, is)| (was.to_string(), is.to_string()))
            .collect()
    }

    #[test]
    fn the_only_candidate_of_another_name_must_be_the_same() {
        let upn = [("upn", 1)];
        let other = [("userPrincipalName", 1)];
        assert_eq!(
            pairs(&upn, &other, true),
            named(&[("upn", "userPrincipalName")])
        );
        assert_eq!(pairs(&upn, &other, false), []);
        let alike = ("userName", "nameOfUser");
        assert_eq!(
            pairs(&[(alike.0, 1)], &[(alike.1, 1)], false),
            named(&[alike])
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
        let expected = [
            ("getSamlSuccess", "getSamlSuccesses"),
            ("getMfaFailure", "getFailureOfMfa"),
        ];
        assert_eq!(pairs(&removed, &added, true), named(&expected));
    }
}
