//! The smallest set of permissions that allows several requests.

use crate::api::PermissionItem;
use std::collections::BTreeSet;

/// How many partial sets are tried before the best so far is taken.
const TRIES: usize = 200_000;

/// Sets of scopes of which one suffices, the least privileged first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Choice {
    sets: Vec<BTreeSet<String>>,
    /// How many of them are the least privileged.
    least: usize,
}

impl Choice {
    pub fn of(permission: &PermissionItem) -> Self {
        let sets_of = |scope: &String| {
            let also = permission.also.iter().find(|(it, _)| it == scope);
            let alone = BTreeSet::from([scope.clone()]);
            match also {
                None => vec![alone],
                Some((_, also)) => {
                    let with = |more: &String| BTreeSet::from([scope.clone(), more.clone()]);
                    also.iter().map(with).collect()
                }
            }
        };
        let (least, others) = permission.scopes.split_at(permission.least);
        let least: Vec<_> = least.iter().flat_map(sets_of).collect();
        let count = least.len();
        let others = others.iter().flat_map(sets_of);
        Self {
            sets: least.into_iter().chain(others).collect(),
            least: count,
        }
    }

    fn place(&self, in_set: &BTreeSet<String>) -> Option<usize> {
        self.sets.iter().position(|it| it.is_subset(in_set))
    }
}

/// The smallest set: by count, then by how many requests get more than their least, then by how far down
/// their lists what they get is, then by name. `None` if nothing suffices for one of them.
pub(super) fn least(choices: Vec<Choice>) -> Option<Vec<String>> {
    let choices: BTreeSet<_> = choices.into_iter().collect();
    let choices: Vec<_> = choices.into_iter().collect();
    let mut search = Search {
        choices: &choices,
        tries: TRIES,
        best: None,
    };
    search.go(&BTreeSet::new());
    let (_, best) = search.best?;
    Some(best.into_iter().collect())
}

/// What a set costs: less is better.
type Cost = (usize, usize, usize, Vec<String>);

struct Search<'a> {
    choices: &'a [Choice],
    tries: usize,
    best: Option<(Cost, BTreeSet<String>)>,
}

impl Search<'_> {
    fn go(&mut self, set: &BTreeSet<String>) {
        let worst = self
            .best
            .as_ref()
            .map_or(usize::MAX, |((count, ..), _)| *count);
        if set.len() > worst || self.tries == 0 {
            return;
        }
        self.tries -= 1;
        let open = self.choices.iter().filter(|it| it.place(set).is_none());
        let Some(next) = open.min_by_key(|it| it.sets.len()) else {
            let cost = self.cost(set);
            if self.best.as_ref().is_none_or(|(best, _)| cost < *best) {
                self.best = Some((cost, set.clone()));
            }
            return;
        };
        for more in &next.sets {
            self.go(&(set | more));
        }
    }

    fn cost(&self, set: &BTreeSet<String>) -> Cost {
        let places = self
            .choices
            .iter()
            .map(|it| (it.place(set).unwrap_or_default(), it.least));
        let more = places.clone().filter(|(place, least)| place >= least);
        let down = places.map(|(place, _)| place).sum();
        (set.len(), more.count(), down, set.iter().cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(scopes: &[&str], also: &[(&str, &[&str])]) -> Choice {
        let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        let also = also.iter();
        Choice::of(&PermissionItem {
            scheme: "S".to_owned(),
            scopes: owned(scopes),
            least: scopes.len().min(1),
            also: also
                .map(|(scope, also)| ((*scope).to_owned(), owned(also)))
                .collect(),
        })
    }

    #[test]
    fn the_smallest_set_is_found() {
        let read = choice(&["Read", "Write", "All"], &[]);
        let write = choice(&["Write", "All"], &[]);
        let both = choice(&["Read", "All"], &[("Read", &["Other"])]);
        let found = |choices: &[&Choice]| {
            let choices = choices.iter().map(|it| (*it).clone()).collect();
            least(choices).map(|set| set.join(" "))
        };
        assert_eq!(found(&[]).unwrap(), "");
        assert_eq!(found(&[&read]).unwrap(), "Read");
        assert_eq!(found(&[&read, &write]).unwrap(), "Write");
        assert_eq!(found(&[&both]).unwrap(), "All");
        assert_eq!(found(&[&read, &write, &both]).unwrap(), "All");
        assert_eq!(found(&[&choice(&[], &[])]), None);
    }
}
