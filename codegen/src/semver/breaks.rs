//! Which public items break, and by which names a program uses them.

use super::surface::{Element, Part, Surface};
use crate::program::{Place, Program};
use crate::show::Untrusted;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A public item of the old client that is gone, or is another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Break {
    /// Where it is in the metadata.
    pub place: Untrusted,
    /// What happened there.
    pub said: &'static str,
    /// Names in Rust; who uses the item has all names of one of the lists.
    pub names: BTreeSet<Vec<String>>,
}

/// What of a comparison a program would notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Against {
    /// How many sources the program has.
    pub files: usize,
    /// What breaks and may be in use, by its place in the metadata.
    pub uses: Vec<Use>,
}

/// Something that breaks and that a program has the names of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Use {
    /// Where it is in the metadata.
    pub place: Untrusted,
    /// What happened there.
    pub change: &'static str,
    /// The name in Rust.
    pub name: Untrusted,
    /// Where the program has that name: file and line.
    pub at: Vec<Untrusted>,
}

/// What of these items a program may use.
pub(super) fn against(breaks: &BTreeSet<Break>, program: &Program) -> Against {
    let mut uses = BTreeSet::new();
    for it in breaks {
        let used = it
            .names
            .iter()
            .filter(|names| names.iter().all(|name| program.has(name)));
        uses.extend(used.filter_map(|names| names.last()).map(|name| Use {
            place: it.place.clone(),
            change: it.said,
            name: name.as_str().into(),
            at: program.places(name).iter().map(shown).collect(),
        }));
    }
    Against {
        files: program.files(),
        uses: uses.into_iter().collect(),
    }
}

fn shown(place: &Place) -> Untrusted {
    format!("{}:{}", place.file.display(), place.line).into()
}

/// By which names items are used.
pub(super) struct Names<'s> {
    old: &'s Surface,
    /// The methods that make a call, by its place.
    calls: BTreeMap<&'s str, BTreeSet<&'s str>>,
    /// All modules that the new client has.
    modules: BTreeSet<Vec<&'s str>>,
}

impl<'s> Names<'s> {
    pub fn new(old: &'s Surface, new: &'s Surface) -> Self {
        let paths = new
            .values()
            .map(|element| element.name.split("::").collect::<Vec<_>>());
        let modules = paths.flat_map(|path| {
            (1..path.len())
                .map(|n| path[..n].to_vec())
                .collect::<Vec<_>>()
        });
        let mut calls: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for element in old.values().filter(|element| element.part == Part::Call) {
            let methods = calls.entry(element.shown.0.as_str()).or_default();
            methods.insert(element.name.as_str());
        }
        Self {
            old,
            calls,
            modules: modules.collect(),
        }
    }

    /// Every way to use an item of the old client: the names that are all needed for it.
    pub fn of(&self, element: &Element) -> BTreeSet<Vec<String>> {
        let mut ways = self.own(element);
        match element.part {
            // An implementation is used by what is generic over it.
            Part::Derivation => ways.extend(["cast", "downcast"].map(one)),
            Part::Onward => ways.extend([one("request_builder")]),
            Part::Member if element.name.is_empty() => {
                // `Default` among them.
                ways.extend(["Default", "default", "unwrap_or_default", "take"].map(one));
            }
            // What a call gives is used where it is made.
            Part::Member => ways.extend(self.calls_of(element)),
            _ => {}
        }
        ways
    }

    fn own(&self, element: &Element) -> BTreeSet<Vec<String>> {
        let parent = element
            .parent
            .as_ref()
            .and_then(|parent| self.old.get(parent));
        if element.name.is_empty() {
            return parent.map_or_else(BTreeSet::new, |parent| self.own(parent));
        }
        let path: Vec<_> = element.name.split("::").collect();
        let name = path[path.len() - 1];
        let mut ways = BTreeSet::new();
        match parent.filter(|_| element.is_qualified) {
            Some(parent) => {
                let of = parent.name.rsplit("::").next().unwrap_or_default();
                ways.insert(vec![of.to_owned(), name.to_owned()]);
            }
            None => drop(ways.insert(one(name))),
        }
        // A module that is gone may be named without anything in it.
        let gone = (1..path.len()).filter(|n| !self.modules.contains(&path[..*n]));
        ways.extend(gone.map(|n| one(path[n - 1])));
        ways
    }

    /// The methods that make a call.
    fn calls_of(&self, call: &Element) -> impl Iterator<Item = Vec<String>> {
        let place = Some(call.shown.0.as_str()).filter(|_| call.is_call);
        let methods = place.and_then(|place| self.calls.get(place));
        methods.into_iter().flatten().map(|method| one(method))
    }
}

fn one(name: &str) -> Vec<String> {
    vec![name.to_owned()]
}
