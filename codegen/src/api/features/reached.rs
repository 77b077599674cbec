//! Which entry points need which files.

use super::graph::Graph;
use super::uses::Uses;
use crate::api::items::ClientItem;
use fixedbitset::FixedBitSet;

/// Entry points, by their place in the client.
pub(super) type Entries = FixedBitSet;

/// Which entry points need which unit.
pub(super) struct Reached<'g> {
    graph: &'g Graph<'g>,
    pub entries: Vec<Entries>,
    /// Those that need it for its own sake, not because a type that they need extends its type.
    used: Vec<Entries>,
}

impl<'g> Reached<'g> {
    pub fn new(graph: &'g Graph<'g>, client: &ClientItem) -> Self {
        let none = Entries::with_capacity(client.methods.len());
        let mut reached = Self {
            graph,
            entries: vec![none.clone(); graph.units.len()],
            used: vec![none.clone(); graph.units.len()],
        };
        for (entry, method) in client.methods.iter().enumerate() {
            let mut uses = Uses::default();
            uses.method(method);
            let mut one = none.clone();
            one.insert(entry);
            reached.spread(graph.units_of(&uses), &one);
        }
        while let Some(found) = reached.orphans() {
            for (unit, entries) in found {
                reached.spread([unit], &entries);
            }
        }
        // What nothing leads to is always there, and so is what it needs.
        let mut all = none;
        all.insert_range(..);
        for unit in 0..graph.units.len() {
            if reached.entries[unit].is_clear() {
                reached.spread([unit], &all);
            }
        }
        reached
    }

    /// Notes that entry points need units, and all that these use.
    fn spread(&mut self, units: impl IntoIterator<Item = usize>, entries: &Entries) {
        let mut pending: Vec<_> = units.into_iter().collect();
        for unit in &pending {
            self.used[*unit].union_with(entries);
        }
        let mut seen = FixedBitSet::with_capacity(self.graph.units.len());
        while let Some(unit) = pending.pop() {
            if seen.put(unit) {
                continue;
            }
            self.entries[unit].union_with(entries);
            for used in &self.graph.units[unit].uses {
                self.used[*used].union_with(entries);
                pending.push(*used);
            }
            pending.extend(&self.graph.units[unit].bases);
        }
    }

    /// Units that no entry point names, with those that nevertheless lead to them: to a resource
    /// of a type by a cast, to a value of a type where a base type is declared.
    fn orphans(&self) -> Option<Vec<(usize, Entries)>> {
        let mut found = Vec::new();
        for (index, unit) in self.graph.units.iter().enumerate() {
            if self.entries[index].is_clear() {
                let mut bases = unit.bases.iter().map(|base| &self.used[*base]);
                let nearest = bases.find(|entries| !entries.is_clear());
                found.extend(nearest.map(|entries| (index, entries.clone())));
            } else if let Some(builders) = unit.builders
                && self.entries[builders].is_clear()
            {
                found.push((builders, self.entries[index].clone()));
            }
        }
        (!found.is_empty()).then_some(found)
    }
}
