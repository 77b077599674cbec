//! Entity sets, singletons and imports: the methods of the client.

use super::matching::{Sides, Sort};
use super::{Comparison, Kind, became};
use crate::edm::{ContainerChild, ContainerChildKind, Model};
use std::sync::Arc;

/// What entry points belong to: their places are `/name`.
pub(super) const SERVICE: &str = "";

const RESOURCES: Sort = Sort {
    removed: Kind::EntryPointRemoved,
    renamed: Kind::EntryPointRenamed,
    added: Kind::EntryPointAdded,
};

const IMPORTS: Sort = Sort {
    removed: Kind::ImportRemoved,
    renamed: Kind::ImportRenamed,
    added: Kind::ImportAdded,
};

impl Comparison<'_> {
    /// Entity sets and singletons.
    pub(super) fn entry_points(&mut self) {
        let shape = |c: &Self, child: &ContainerChild, is_old: bool| match is_old {
            true => (child.kind, c.new_name(&child.refers_to)),
            false => (child.kind, child.refers_to.clone()),
        };
        let sides = Sides::of(children(self.old, false), children(self.new, false));
        for (name, old, new) in self.settle(SERVICE, &RESOURCES, sides, shape) {
            if old.kind != new.kind {
                let detail = became(kind(old), kind(new));
                self.push(Kind::EntryPointKindChanged, SERVICE, Some(&name), detail);
            }
            if self.new_name(&old.refers_to) != new.refers_to {
                let detail = became(&old.refers_to, &new.refers_to);
                self.push(Kind::EntryPointChanged, SERVICE, Some(&name), detail);
            }
            self.details(&name, old, new);
        }
    }

    /// Imports, once it is known which operations were renamed.
    pub(super) fn imports(&mut self) {
        let shape = |c: &Self, child: &ContainerChild, is_old: bool| {
            let renamed = c.operation_names.get(&child.refers_to);
            let name = renamed.filter(|_| is_old).unwrap_or(&child.refers_to);
            (child.kind, name.clone())
        };
        let sides = Sides::of(children(self.old, true), children(self.new, true));
        for (name, old, new) in self.settle(SERVICE, &IMPORTS, sides, shape) {
            if shape(self, old, true) != shape(self, new, false) {
                let detail = became(&old.refers_to, &new.refers_to);
                self.push(Kind::ImportChanged, SERVICE, Some(&name), detail);
            }
            self.details(&name, old, new);
        }
    }

    fn details(&mut self, name: &str, old: &ContainerChild, new: &ContainerChild) {
        let details = |child: &ContainerChild| {
            (
                child.entity_set.clone(),
                child.include_in_service_document,
                child.bindings.clone(),
            )
        };
        if details(old) != details(new) {
            let kind = Kind::EntryPointDetailChanged;
            self.push(kind, SERVICE, Some(name), String::new());
        }
        self.annotations((SERVICE, Some(name)), &old.annotations, &new.annotations);
    }
}

fn children(model: &Model, imports: bool) -> impl Iterator<Item = (Arc<str>, &ContainerChild)> {
    let children = model.container.iter().flat_map(|c| &c.children);
    let of_sort = children.filter(move |(_, child)| is_import(child) == imports);
    of_sort.map(|(name, child)| (name.clone(), child))
}

fn is_import(child: &ContainerChild) -> bool {
    use ContainerChildKind::{ActionImport, FunctionImport};
    matches!(child.kind, FunctionImport | ActionImport)
}

/// What an entry point is, in the standard's words.
fn kind(child: &ContainerChild) -> &'static str {
    match child.kind {
        ContainerChildKind::EntitySet => "entity set",
        ContainerChildKind::Singleton => "singleton",
        ContainerChildKind::FunctionImport => "function import",
        ContainerChildKind::ActionImport => "action import",
    }
}
