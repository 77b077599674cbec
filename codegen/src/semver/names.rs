//! By which names a program uses the public items of a client.

use super::surface::{Element, Items, Part};
use foldhash::HashSet;
use std::collections::{BTreeMap, BTreeSet};

/// By which names items are used.
pub(super) struct Names<'s> {
    old: &'s Items,
    /// The methods that make a call, by its place.
    calls: BTreeMap<&'s str, BTreeSet<&'s str>>,
    /// The paths of all modules that the new client has.
    modules: HashSet<&'s str>,
}

impl<'s> Names<'s> {
    pub fn new(old: &'s Items, new: &'s Items) -> Self {
        let modules = new.values().flat_map(|element| modules(&element.name));
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
            Part::Derivation => {
                ways.extend(["cast", "downcast", "upcast", "DerivedFrom"].map(one));
            }
            Part::Onward => ways.extend([one("request_builder")]),
            Part::Default | Part::Member if element.name.is_empty() => {
                // `Default` among them.
                ways.extend(["Default", "default", "unwrap_or_default", "take"].map(one));
            }
            // What a call gives is used where it is made.
            Part::CallType => ways.extend(self.calls_of(element)),
            _ => {}
        }
        ways
    }

    /// Every way to use an item that still exists but has changed. A program can have a value without
    /// naming its type, and call methods that no declaration mentions, such as `as_str`.
    pub fn of_changed(&self, element: &Element) -> BTreeSet<Vec<String>> {
        let mut ways = self.of(element);
        if element.part == Part::Type {
            let (item, _) = &element.shown;
            let giving = self.old.values().filter(|it| mentions(&it.signature, item));
            ways.extend(giving.flat_map(|it| self.of(it)));
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
        let gone = modules(&element.name).filter(|path| !self.modules.contains(path));
        ways.extend(gone.filter_map(|path| path.rsplit("::").next().map(one)));
        ways
    }

    /// The methods that make a call.
    fn calls_of(&self, call: &Element) -> impl Iterator<Item = Vec<String>> {
        let methods = self.calls.get(call.shown.0.as_str());
        methods.into_iter().flatten().map(|method| one(method))
    }
}

/// The paths of the modules that an item is in.
fn modules(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices("::").map(|(end, _)| &path[..end])
}

fn one(name: &str) -> Vec<String> {
    vec![name.to_owned()]
}

/// Whether a signature has the name of an item, and not only as a part of a longer one.
fn mentions(signature: &str, item: &str) -> bool {
    let is_in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    signature.match_indices(item).any(|(start, _)| {
        let (before, after) = (&signature[..start], &signature[start + item.len()..]);
        !before.ends_with(is_in_name) && !after.starts_with(is_in_name)
    })
}
