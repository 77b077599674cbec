//! Entity sets, singletons and imports: the methods of the client.

use super::matching::{Sides, Sort};
use super::{Comparison, Kind, became};
use crate::edm::{ContainerChild, EntryPoint, Model};
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
            true => child
                .entry_point
                .with_name(c.new_name(child.entry_point.name())),
            false => child.entry_point.clone(),
        };
        let sides = Sides::of(children(self.old, false), children(self.new, false));
        for (name, old, new) in self.settle(SERVICE, &RESOURCES, sides, shape) {
            let (was, is) = (&old.entry_point, &new.entry_point);
            if was.kind() != is.kind() {
                let said = match is {
                    EntryPoint::Singleton(_) => "entity set became a singleton",
                    _ => "singleton became an entity set",
                };
                let detail = became(was.kind(), is.kind());
                let kind = Kind::EntryPointKindChanged;
                self.push_said(kind, said, SERVICE, Some(&name), detail);
            }
            if self.new_name(was.name()) != *is.name() {
                let detail = became(was.name(), is.name());
                self.push(Kind::EntryPointChanged, SERVICE, Some(&name), detail);
            }
            self.details(&name, old, new);
        }
    }

    /// Imports, once it is known which operations were renamed.
    pub(super) fn imports(&mut self) {
        let shape = |c: &Self, child: &ContainerChild, is_old: bool| {
            let declared = child.entry_point.name();
            let renamed = c.operation_names.get(declared).filter(|_| is_old);
            child
                .entry_point
                .with_name(renamed.unwrap_or(declared).clone())
        };
        let sides = Sides::of(children(self.old, true), children(self.new, true));
        for (name, old, new) in self.settle(SERVICE, &IMPORTS, sides, shape) {
            if shape(self, old, true) != shape(self, new, false) {
                let detail = became(old.entry_point.name(), new.entry_point.name());
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
    let of_sort =
        children.filter(move |(_, child)| child.entry_point.imported().is_some() == imports);
    of_sort.map(|(name, child)| (name.clone(), child))
}
