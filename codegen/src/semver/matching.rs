//! Which elements stayed, came, went, or live on under another name.

use super::annotations::changed_terms;
use super::{Bump, Change, Comparison, Kind, became};
use crate::edm::{
    Annotation, ContainerChild, EnumMember, NavigationProperty, Parameter, Property, vocabulary,
};
use heck::AsSnakeCase;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names that are less alike than this are not paired where there is a choice.
const ALIKE: f64 = 0.6;

/// Elements of one sort in one scope, before and after.
pub(super) struct Sides<'m, P> {
    /// Those of one name, with it.
    pub stayed: Vec<(Arc<str>, &'m P, &'m P)>,
    /// Those whose name is gone.
    pub removed: Vec<(Arc<str>, &'m P)>,
    /// Those whose name is new.
    pub added: Vec<(Arc<str>, &'m P)>,
}

impl<'m, P> Sides<'m, P> {
    /// Matches by name.
    pub fn of(
        old: impl IntoIterator<Item = (Arc<str>, &'m P)>,
        new: impl IntoIterator<Item = (Arc<str>, &'m P)>,
    ) -> Self {
        let old: BTreeMap<_, _> = old.into_iter().collect();
        let mut new: BTreeMap<_, _> = new.into_iter().collect();
        let (mut stayed, mut removed) = (Vec::new(), Vec::new());
        for (name, element) in old {
            match new.remove(&name) {
                Some(now) => stayed.push((name, element, now)),
                None => removed.push((name, element)),
            }
        }
        Self {
            stayed,
            removed,
            added: new.into_iter().collect(),
        }
    }
}

/// The kinds of change that elements of one sort have.
pub(super) struct Sort {
    pub removed: Kind,
    pub renamed: Kind,
    pub added: Kind,
}

/// An element that can come, go, or live on under another name.
pub(super) trait Declared {
    fn annotations(&self) -> &[Annotation];

    /// Its type, if it has one.
    fn type_text(&self) -> String {
        String::new()
    }

    /// Whether one of the same shape and another name is the same element, however unlike the names
    /// are.
    fn is_same_but_for_name(&self, other: &Self) -> bool {
        changed_terms(self.annotations(), other.annotations()).is_empty()
    }
}

impl Declared for Property {
    fn annotations(&self) -> &[Annotation] {
        &self.annotations
    }

    fn type_text(&self) -> String {
        self.type_ref.to_string()
    }
}

impl Declared for NavigationProperty {
    fn annotations(&self) -> &[Annotation] {
        &self.annotations
    }

    fn type_text(&self) -> String {
        self.type_ref.to_string()
    }
}

impl Declared for EnumMember {
    fn annotations(&self) -> &[Annotation] {
        &self.annotations
    }

    /// A number is given to the next member that comes: only what is said of both tells.
    fn is_same_but_for_name(&self, other: &Self) -> bool {
        !self.annotations.is_empty()
            && changed_terms(&self.annotations, &other.annotations).is_empty()
    }
}

impl Declared for Parameter {
    fn annotations(&self) -> &[Annotation] {
        &self.annotations
    }

    fn type_text(&self) -> String {
        self.type_ref.to_string()
    }

    /// Callers give it at the same place or under one name, whatever is said of it.
    fn is_same_but_for_name(&self, _: &Self) -> bool {
        true
    }
}

impl Declared for ContainerChild {
    fn annotations(&self) -> &[Annotation] {
        &self.annotations
    }

    fn type_text(&self) -> String {
        format!("{} of {}", self.entry_point.kind(), self.entry_point.name())
    }
}

impl Comparison<'_> {
    /// Reports the elements that came, went or were renamed, and gives those that live on, by
    /// their new names. `shape` is all of an element but its name, in the new model's names; it
    /// is told whether the element is an old one.
    pub(super) fn settle<'m, P: Declared, S: Ord>(
        &mut self,
        place: &str,
        sort: &Sort,
        sides: Sides<'m, P>,
        shape: impl Fn(&Self, &P, bool) -> S,
    ) -> Vec<(Arc<str>, &'m P, &'m P)> {
        let Sides {
            mut stayed,
            removed,
            added,
        } = sides;
        let shapes = |elements: &[(Arc<str>, &'m P)], is_old| -> Vec<_> {
            let shapes = elements.iter();
            let shapes = shapes.map(|(name, element)| (name.clone(), shape(self, element, is_old)));
            shapes.collect()
        };
        let is_same = |from: usize, to: usize| removed[from].1.is_same_but_for_name(added[to].1);
        let pairs = pair(&shapes(&removed, true), &shapes(&added, false), is_same);
        for (from, to) in &pairs {
            let ((from, old), (to, new)) = (&removed[*from], &added[*to]);
            self.push(sort.renamed, place, Some(to), became(from, to));
            let (old_place, new_place) = (format!("{place}/{from}"), format!("{place}/{to}"));
            self.places.insert(old_place, new_place);
            stayed.push((to.clone(), old, new));
        }
        for (index, (name, element)) in removed.iter().enumerate() {
            if !pairs.iter().any(|(from, _)| *from == index) {
                self.push_element(sort.removed, place, name, *element);
            }
        }
        for (index, (name, element)) in added.iter().enumerate() {
            if !pairs.iter().any(|(_, to)| *to == index) {
                self.push_element(sort.added, place, name, *element);
            }
        }
        stayed
    }

    /// Reports an element that came or went.
    fn push_element<P: Declared>(&mut self, kind: Kind, place: &str, name: &str, element: &P) {
        let is_deprecated = vocabulary::deprecation(element.annotations()).is_some();
        self.changes.push(Change {
            declared: element.type_text().into(),
            is_deprecated: is_deprecated && kind.rule().bump == Bump::Minor,
            ..Change::new(kind, place, Some(name), String::new())
        });
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
