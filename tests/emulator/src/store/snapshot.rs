//! What delta queries found, to compare with what the next ones find.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value};

use super::{Id, Store};
use crate::behavior::Resync;
use crate::keys;
use crate::service::Service;

/// How many snapshots are kept; delta links to older ones have expired.
const MOST_SNAPSHOTS: usize = 1_000;

/// The latest snapshots.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshots {
    kept: VecDeque<Snapshot>,
    /// How many older ones were dropped.
    dropped: u64,
    /// What clients of those are to do, where a test has said so.
    resync: Option<Resync>,
}

/// The entities that a delta query found.
#[derive(Clone, Debug, PartialEq)]
struct Snapshot {
    /// The path that was asked.
    path: String,
    found: Vec<Found>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq)]
struct Found {
    id: Id,
    version: u64,
    key: Map<String, Value>,
}

/// The two snapshots that a delta query compares, by number. The first one has the number 1; 0 is
/// the time before, when there was nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Round {
    pub(crate) from: u64,
    pub(crate) to: u64,
}

/// What is different between two snapshots.
#[derive(Debug, PartialEq)]
pub(crate) enum Changed {
    /// An entity that is new or has changed, and may have gone since.
    Written(Id),
    /// The key of one that is no longer there.
    Removed {
        key: Map<String, Value>,
        /// Whether it is gone altogether, and not only from what was asked for.
        deleted: bool,
    },
}

impl Store {
    /// Takes a snapshot of what a delta query found, and returns its number.
    pub(crate) fn remember(&mut self, service: &Service, path: &str, ids: &[Id]) -> u64 {
        let found = ids.iter().filter_map(|id| {
            let entity = self.entities.get(id)?;
            let key = service.key(&entity.ty).iter().filter_map(|part| {
                let value = keys::member(&entity.members, &part.path)?;
                Some((part.name.clone(), value.clone()))
            });
            Some(Found {
                id: *id,
                version: entity.version,
                key: key.collect(),
            })
        });
        let snapshot = Snapshot {
            path: path.to_owned(),
            found: found.collect(),
        };
        self.snapshots.keep(snapshot)
    }

    /// What changed from one snapshot to another, in the order of the latter, and what was removed
    /// last; `None` when one of them is not kept any more, or is of another path.
    pub(crate) fn changes(&self, path: &str, round: Round) -> Option<Vec<Changed>> {
        let of = |number| self.snapshots.get(number).filter(|it| it.path == path);
        let from = match round.from {
            0 => &[],
            number => of(number)?.found.as_slice(),
        };
        let to = of(round.to)?.found.as_slice();
        let before: BTreeMap<Id, u64> = from.iter().map(|it| (it.id, it.version)).collect();
        let after: BTreeSet<Id> = to.iter().map(|it| it.id).collect();
        let is_new = |it: &&Found| before.get(&it.id) != Some(&it.version);
        let written = to.iter().filter(is_new).map(|it| it.id);
        // One that was made anew under the same key is there.
        let is_there = |it: &Found| to.iter().any(|other| other.key == it.key);
        let removed = from.iter().filter(|it| !after.contains(&it.id));
        let removed = removed.filter(|it| !is_there(it));
        let removed = removed.map(|it| Changed::Removed {
            key: it.key.clone(),
            deleted: !self.entities.contains_key(&it.id),
        });
        Some(written.map(Changed::Written).chain(removed).collect())
    }

    /// An item and all that is below it by paths of names, without those nobody wrote.
    pub(crate) fn tree(&self, service: &Service, id: Id) -> Vec<Id> {
        let mut found = Vec::new();
        let mut ahead = vec![id];
        let mut seen = BTreeSet::from([id]);
        while let Some(id) = ahead.pop() {
            if self.is_written(id) {
                found.push(id);
            }
            let ty = self.entities.get(&id).map_or("", |entity| &entity.ty);
            for rule in &service.behavior.paths {
                if service.is_or_derives_from(ty, &rule.entity_type) {
                    let children = self.linked(id, &rule.children).into_iter().rev();
                    ahead.extend(children.filter(|child| seen.insert(*child)));
                }
            }
        }
        found
    }

    /// Drops all snapshots, so that all links to them have expired.
    pub(crate) fn forget_snapshots(&mut self, resync: Resync) {
        let kept = std::mem::take(&mut self.snapshots.kept);
        self.snapshots.dropped += u64::try_from(kept.len()).unwrap_or(u64::MAX);
        self.snapshots.resync = Some(resync);
    }

    /// What clients whose links have expired are to do, where a test has said so.
    pub(crate) fn resync(&self) -> Option<Resync> {
        self.snapshots.resync
    }

    /// Whether there is a snapshot of a path with this number.
    pub(crate) fn remembers(&self, path: &str, number: u64) -> bool {
        let snapshot = self.snapshots.get(number);
        snapshot.is_some_and(|snapshot| snapshot.path == path)
    }
}

impl Snapshots {
    /// Keeps a snapshot; one that is as the latest of its path is that.
    fn keep(&mut self, snapshot: Snapshot) -> u64 {
        let mut latest = self.kept.iter().enumerate().rev();
        let latest = latest.find(|(_, kept)| kept.path == snapshot.path);
        if let Some((index, _)) = latest.filter(|(_, kept)| **kept == snapshot) {
            return self.number(index);
        }
        self.kept.push_back(snapshot);
        if self.kept.len() > MOST_SNAPSHOTS {
            self.kept.pop_front();
            self.dropped += 1;
        }
        self.number(self.kept.len() - 1)
    }

    fn number(&self, index: usize) -> u64 {
        self.dropped + u64::try_from(index).unwrap_or(u64::MAX) + 1
    }

    fn get(&self, number: u64) -> Option<&Snapshot> {
        let index = number.checked_sub(self.dropped + 1)?;
        self.kept.get(usize::try_from(index).ok()?)
    }
}
