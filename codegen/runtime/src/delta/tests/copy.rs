//! A copy in a journal, to which changes are applied by their keys.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use serde::Deserialize;

use crate::delta::{Change, DeltaPage, DeltaStore};
use crate::files::step;

const JOURNAL: &str = "journal";

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Thing {
    version: u64,
}

/// What the journal says of a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Record {
    version: u64,
    generation: u64,
    exists: bool,
}

/// A journal of one line for each effect, and what it amounts to.
pub(super) struct Copy {
    journal: File,
    records: BTreeMap<u64, Record>,
}

impl Copy {
    /// The copy in a folder. A line that was not written to its end is dropped: it had no effect.
    pub(super) fn open(folder: &Path) -> Self {
        let path = folder.join(JOURNAL);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let mut options = OpenOptions::new();
        let journal = options.append(true).create(true).open(&path).unwrap();
        journal.set_len(whole as u64).unwrap();
        Self {
            journal,
            records: replay(&text[..whole]),
        }
    }

    /// Applies a page. What has been applied already has no effect, so that none is had twice.
    pub(super) fn apply<S: DeltaStore>(&mut self, page: &DeltaPage<'_, Thing, S>) {
        let generation = page.generation();
        for change in page.changes() {
            let key = change.id().unwrap().parse().unwrap();
            let record = self.records.get(&key).copied().unwrap_or_default();
            match change {
                Change::Upserted { entity, .. } if entity.version > record.version => {
                    self.write('+', key, entity.version, generation);
                }
                Change::Upserted { .. } if record.exists && record.generation != generation => {
                    self.write('=', key, record.version, generation);
                }
                Change::Removed { members, .. } => {
                    let version = members["version"].as_u64().unwrap();
                    if version > record.version {
                        self.write('-', key, version, generation);
                    }
                }
                _ => {}
            }
        }
        if page.round().is_full() && page.ends_round() {
            self.sweep(generation);
        }
    }

    /// Removes what the full run of this number did not have.
    fn sweep(&mut self, generation: u64) {
        let gone = self.records.iter();
        let gone = gone.filter(|(_, it)| it.exists && it.generation != generation);
        let gone: Vec<_> = gone.map(|(key, it)| (*key, it.version)).collect();
        for (key, version) in gone {
            self.write('-', key, version, generation);
        }
    }

    fn write(&mut self, effect: char, key: u64, version: u64, generation: u64) {
        let line = format!("{effect} {key} {version} {generation}\n");
        step::reached();
        let (first, second) = line.split_at(line.len() / 2);
        self.journal.write_all(first.as_bytes()).unwrap();
        step::reached();
        self.journal.write_all(second.as_bytes()).unwrap();
        enact(&mut self.records, &line);
    }
}

fn replay(text: &str) -> BTreeMap<u64, Record> {
    let mut records = BTreeMap::new();
    for line in text.lines() {
        enact(&mut records, line);
    }
    records
}

/// Does what a line says. Fails if it was done before.
fn enact(records: &mut BTreeMap<u64, Record>, line: &str) {
    let mut words = line.split_whitespace();
    let effect = words.next().unwrap();
    let mut number = || words.next().unwrap().parse::<u64>().unwrap();
    let (key, version, generation) = (number(), number(), number());
    let old = records.get(&key).copied().unwrap_or_default();
    let is_new = match effect {
        "+" => version > old.version,
        "=" => old.exists && version == old.version && generation != old.generation,
        _ => version > old.version || old.exists,
    };
    assert!(is_new, "{line:?} comes after {old:?}");
    records.insert(
        key,
        Record {
            version,
            generation,
            exists: effect != "-",
        },
    );
}

/// The versions of what exists in a folder's copy. Fails if an effect was had twice.
pub(super) fn entities(folder: &Path) -> BTreeMap<u64, u64> {
    let text = std::fs::read_to_string(folder.join(JOURNAL)).unwrap();
    let records = replay(&text).into_iter();
    let existing = records.filter(|(_, record)| record.exists);
    existing.map(|(key, it)| (key, it.version)).collect()
}
