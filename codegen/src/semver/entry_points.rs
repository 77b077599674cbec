//! Entity sets, singletons and imports: the methods of the client.

use super::matching::{Element, Sort, said_the_same};
use super::translation::{NONE, Translation};
use super::{Comparison, Kind, became};
use crate::edm::{ContainerChild, EntryPoint, Model};

/// What entry points belong to: their places are `/name`.
pub(super) const SERVICE: &str = "";

const RESOURCES: Sort = Sort {
    removed: Kind::EntryPointRemoved,
    renamed: Kind::EntryPointRenamed,
    added: Kind::EntryPointAdded,
    is_same: said_the_same,
};

const IMPORTS: Sort = Sort {
    removed: Kind::ImportRemoved,
    renamed: Kind::ImportRenamed,
    added: Kind::ImportAdded,
    is_same: said_the_same,
};

impl Comparison<'_> {
    /// Entry points, once it is known which types and operations were renamed.
    pub(super) fn entry_points(&mut self) {
        for sort in [&RESOURCES, &IMPORTS] {
            let old = elements(self.old, sort, &self.translation);
            for (name, old, new) in self.settle(SERVICE, sort, old, elements(self.new, sort, &NONE))
            {
                self.entry_point(&name, old, new);
            }
        }
    }

    fn entry_point(&mut self, name: &str, old: &ContainerChild, new: &ContainerChild) {
        let at = (SERVICE, Some(name));
        let was = leads_to(&old.entry_point, &self.translation);
        let (declared, is) = (&old.entry_point, &new.entry_point);
        let kinds = became(declared.kind(), is.kind());
        let names = became(declared.name(), is.name());
        if is.imported().is_some() {
            if was != *is {
                self.push(Kind::ImportChanged, at, names);
            }
        } else {
            if was.kind() != is.kind() {
                let said = match is {
                    EntryPoint::Singleton(_) => "entity set became a singleton",
                    _ => "singleton became an entity set",
                };
                self.push_said(Kind::EntryPointKindChanged, said, at, kinds);
            }
            if was.name() != is.name() {
                self.push(Kind::EntryPointChanged, at, names);
            }
        }
        let details = |child: &ContainerChild| {
            (
                child.entity_set.clone(),
                child.include_in_service_document,
                child.bindings.clone(),
            )
        };
        self.details(
            Kind::EntryPointDetailChanged,
            at,
            details(old),
            details(new),
        );
        self.annotations(at, &old.annotations, &new.annotations);
    }
}

/// The entry points of one sort.
fn elements<'m>(
    model: &'m Model,
    sort: &Sort,
    translation: &Translation,
) -> Vec<Element<'m, &'m ContainerChild>> {
    let imports = sort.removed == IMPORTS.removed;
    let children = model
        .container
        .iter()
        .flat_map(|container| &container.children);
    let of_sort = children.filter(|(_, child)| child.entry_point.imported().is_some() == imports);
    let elements = of_sort.map(|(name, child)| Element {
        name: name.clone(),
        declared: child,
        type_text: format!(
            "{} of {}",
            child.entry_point.kind(),
            child.entry_point.name()
        ),
        shape: format!("{:?}", leads_to(&child.entry_point, translation)),
        annotations: &child.annotations,
    });
    elements.collect()
}

/// What an entry point leads to, in the new model's words.
fn leads_to(entry_point: &EntryPoint, translation: &Translation) -> EntryPoint {
    let name = entry_point.name();
    let renamed = match entry_point.imported() {
        Some(_) => translation.operations.get(name).unwrap_or(name),
        None => translation.name(name),
    };
    entry_point.with_name(renamed.clone())
}
