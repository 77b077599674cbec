//! The smallest set of permissions that lets requests through.

use std::collections::BTreeSet;

/// How many partial sets are tried before the best so far is taken.
const TRIES: usize = 200_000;

/// The sets of permissions of which one suffices for a request, and whether it is marked as the least.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Choice(Vec<(BTreeSet<String>, bool)>);

impl Choice {
    pub(super) fn add(&mut self, set: BTreeSet<String>, least: bool) {
        self.0.push((set, least));
    }

    fn is_met(&self, by: &BTreeSet<String>) -> bool {
        self.0.iter().any(|(set, _)| set.is_subset(by))
    }

    fn is_met_by_least(&self, by: &BTreeSet<String>) -> bool {
        self.0
            .iter()
            .any(|(set, least)| *least && set.is_subset(by))
    }
}

/// The smallest set, by count, then by how many requests get more than their least, then by levels of
/// privilege, then by name. `None` if nothing lets one of the requests through.
pub(super) fn least(choices: Vec<Choice>, level: impl Fn(&str) -> u64) -> Option<Vec<String>> {
    let choices: BTreeSet<_> = choices.into_iter().collect();
    let mut choices: Vec<_> = choices.into_iter().collect();
    for choice in &mut choices {
        let cost = |set: &BTreeSet<String>| set.iter().map(|it| level(it)).sum::<u64>();
        choice
            .0
            .sort_by_cached_key(|(set, least)| (!least, set.len(), cost(set), set.clone()));
    }
    let mut search = Search {
        choices: &choices,
        level: &level,
        tries: TRIES,
        best: None,
    };
    search.go(&BTreeSet::new());
    let (_, best) = search.best?;
    Some(best.into_iter().collect())
}

/// What a set costs: less is better.
type Cost = (usize, usize, u64, Vec<String>);

struct Search<'a, F> {
    choices: &'a [Choice],
    level: &'a F,
    tries: usize,
    best: Option<(Cost, BTreeSet<String>)>,
}

impl<F: Fn(&str) -> u64> Search<'_, F> {
    fn go(&mut self, set: &BTreeSet<String>) {
        let worst = self
            .best
            .as_ref()
            .map_or(usize::MAX, |((count, ..), _)| *count);
        if set.len() > worst || self.tries == 0 {
            return;
        }
        self.tries -= 1;
        let open = self.choices.iter().filter(|choice| !choice.is_met(set));
        let Some(next) = open.min_by_key(|choice| choice.0.len()) else {
            let cost = self.cost(set);
            if self.best.as_ref().is_none_or(|(best, _)| cost < *best) {
                self.best = Some((cost, set.clone()));
            }
            return;
        };
        for (more, _) in &next.0 {
            self.go(&set.union(more).cloned().collect());
        }
    }

    fn cost(&self, set: &BTreeSet<String>) -> Cost {
        let more = self
            .choices
            .iter()
            .filter(|choice| !choice.is_met_by_least(set));
        let levels = set.iter().map(|it| (self.level)(it)).sum();
        (
            set.len(),
            more.count(),
            levels,
            set.iter().cloned().collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(sets: &[(&str, bool)]) -> Choice {
        let mut choice = Choice::default();
        for (set, least) in sets {
            choice.add(set.split('+').map(str::to_owned).collect(), *least);
        }
        choice
    }

    #[test]
    fn the_smallest_set_is_found() {
        let read = choice(&[("Read", true), ("Write", false), ("All", false)]);
        let write = choice(&[("Write", true), ("All", false)]);
        let both = choice(&[("Read+Other", true), ("All", false)]);
        let level = |_: &str| 1;
        let found = |choices: &[&Choice]| {
            let choices = choices.iter().map(|it| (*it).clone()).collect();
            least(choices, level).map(|set| set.join(" "))
        };
        assert_eq!(found(&[]).unwrap(), "");
        assert_eq!(found(&[&read]).unwrap(), "Read");
        assert_eq!(found(&[&read, &write]).unwrap(), "Write");
        assert_eq!(found(&[&both]).unwrap(), "All");
        assert_eq!(found(&[&read, &write, &both]).unwrap(), "All");
        assert_eq!(found(&[&Choice::default()]), None);
    }
}
