//! Which resources requests can be made of: what paths from the entry points lead to.

use super::index::Index;
use crate::edm::vocabulary::Capabilities;
use crate::edm::{
    ContainerChild, ContainerChildKind, QualifiedName, StructuredKind, Type, TypeRef,
};
use std::collections::{BTreeMap, BTreeSet};

/// What can be done with resources of a type somewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Allowed {
    pub read: bool,
    pub insert: bool,
    pub update: bool,
    pub delete: bool,
}

impl Allowed {
    const NOTHING: Self = Self {
        read: false,
        insert: false,
        update: false,
        delete: false,
    };

    fn or(self, other: Self) -> Self {
        Self {
            read: self.read || other.read,
            insert: self.insert || other.insert,
            update: self.update || other.update,
            delete: self.delete || other.delete,
        }
    }
}

/// Types of reachable resources and collections.
#[derive(Default)]
pub(super) struct Reach<'m> {
    single: BTreeMap<&'m QualifiedName, Allowed>,
    collections: BTreeMap<&'m QualifiedName, Allowed>,
}

impl<'m> Reach<'m> {
    /// Everything that the entry points lead to.
    pub fn new(index: &Index<'m>) -> Self {
        let mut walk = Walk {
            index,
            reach: Self::default(),
            pending: Vec::new(),
        };
        walk.entry_points();
        while let Some((name, is_collection)) = walk.pending.pop() {
            if is_collection {
                walk.leave_collection(name);
            } else {
                walk.leave_single(name);
            }
        }
        walk.reach
    }

    /// What can be done with one resource of a type; `None` if no path leads to one.
    pub fn single(&self, name: &QualifiedName) -> Option<Allowed> {
        self.single.get(name).copied()
    }

    /// What can be done with a collection of resources of a type; `None` if no path leads to one.
    pub fn collection(&self, name: &QualifiedName) -> Option<Allowed> {
        self.collections.get(name).copied()
    }

    /// The types of reachable resources and collections.
    pub fn types(&self) -> BTreeSet<&'m QualifiedName> {
        self.single
            .keys()
            .chain(self.collections.keys())
            .copied()
            .collect()
    }
}

struct Walk<'i, 'm> {
    index: &'i Index<'m>,
    reach: Reach<'m>,
    pending: Vec<(&'m QualifiedName, bool)>,
}

impl<'m> Walk<'_, 'm> {
    fn add(&mut self, name: &'m QualifiedName, is_collection: bool, allowed: Allowed) {
        let known = if is_collection {
            &mut self.reach.collections
        } else {
            &mut self.reach.single
        };
        let before = known.get(name).copied();
        let now = before.unwrap_or(Allowed::NOTHING).or(allowed);
        if before != Some(now) {
            known.insert(name, now);
            self.pending.push((name, is_collection));
        }
    }

    fn entry_points(&mut self) {
        let container = self.index.model.container.as_ref();
        for child in container
            .into_iter()
            .flat_map(|container| container.children.values())
        {
            let types = &self.index.model.types;
            let resource_type = child.resource_type().and_then(|it| types.get_key_value(it));
            let Some((name, _)) = resource_type else {
                self.results_of_import(child);
                continue;
            };
            let is_collection = child.kind == ContainerChildKind::EntitySet;
            let mut allowed = self.allowed(name, Capabilities::of(&child.annotations));
            // There is always exactly one resource at a singleton.
            allowed.delete &= is_collection;
            self.add(name, is_collection, allowed);
        }
    }

    fn results_of_import(&mut self, child: &ContainerChild) {
        for operation in self.index.imported(child) {
            self.result(*operation);
        }
    }

    /// What the metadata allows at a place where there are resources of this type.
    fn allowed(&self, name: &QualifiedName, place: Capabilities) -> Allowed {
        let declared = self.index.model.types[name].annotations();
        let said = place.or(Capabilities::of(declared));
        Allowed {
            read: said.readable.unwrap_or(true),
            insert: said.insertable.unwrap_or(true),
            update: said.updatable.unwrap_or(true),
            delete: said.deletable.unwrap_or(true),
        }
    }

    fn leave_collection(&mut self, name: &'m QualifiedName) {
        let allowed = self.reach.collections[name];
        if self.is_entity(name) {
            self.add(name, false, allowed);
        }
        self.casts(name, true, allowed);
        for operation in self.index.callable(name, true) {
            self.result(operation);
        }
    }

    fn leave_single(&mut self, name: &'m QualifiedName) {
        let allowed = self.reach.single[name];
        self.casts(name, false, allowed);
        for property in self.index.navigation(name).values() {
            if let Some(target) = self.index.structured(&property.type_ref) {
                let allowed = self.allowed(target, Capabilities::of(&property.annotations));
                self.add(target, property.type_ref.is_collection, allowed);
            }
        }
        for property in self.index.properties(name).values() {
            if let Some(target) = self.index.leads_on(&property.type_ref) {
                let read = !property.type_ref.is_collection;
                let allowed = Allowed {
                    read,
                    ..Allowed::NOTHING
                };
                self.add(target, property.type_ref.is_collection, allowed);
            }
        }
        for operation in self.index.callable(name, false) {
            self.result(operation);
        }
    }

    /// The resources that a composable function leads to.
    fn result(&mut self, operation: usize) {
        if let Some(returned) = self.index.composable_result(operation)
            && let Some(name) = self.index.structured(returned)
        {
            let allowed = self.allowed(name, Capabilities::default());
            self.add(name, returned.is_collection, allowed);
        }
    }

    fn casts(&mut self, name: &QualifiedName, is_collection: bool, allowed: Allowed) {
        let index = self.index;
        for derived in index.derived(name) {
            self.add(derived, is_collection, allowed);
        }
    }

    fn is_entity(&self, name: &QualifiedName) -> bool {
        let structured = self.index.model.structured(name);
        structured.is_some_and(|structured| structured.kind == StructuredKind::Entity)
    }
}

impl<'m> Index<'m> {
    /// The complex type of a property from which a path can go on: to entities, or to operations.
    pub fn leads_on(&self, type_ref: &'m TypeRef) -> Option<&'m QualifiedName> {
        let name = self.structured(type_ref)?;
        let leads = if type_ref.is_collection {
            !self.callable(name, true).is_empty()
        } else {
            self.complex_leads_on(name, &mut BTreeSet::new())
        };
        leads.then_some(name)
    }

    fn complex_leads_on(
        &self,
        name: &'m QualifiedName,
        seen: &mut BTreeSet<&'m QualifiedName>,
    ) -> bool {
        if !seen.insert(name) {
            return false;
        }
        let types = std::iter::once(&name).chain(self.derived(name)).copied();
        let mut leads = types.filter(|name| matches!(self.model.types[*name], Type::Structured(_)));
        leads.any(|name| {
            !self.navigation(name).is_empty()
                || !self.callable(name, false).is_empty()
                || self.properties(name).values().any(|property| {
                    let inner = self.structured(&property.type_ref);
                    let single = inner.filter(|_| !property.type_ref.is_collection);
                    single.is_some_and(|inner| self.complex_leads_on(inner, seen))
                })
        })
    }

    /// What a function returns, if paths can go on from there.
    pub fn composable_result(&self, operation: usize) -> Option<&'m TypeRef> {
        let operation = self.operation(operation);
        let returned = operation.return_type.as_ref()?;
        let structured = self.structured(&returned.type_ref).is_some();
        (operation.is_composable && structured).then_some(&returned.type_ref)
    }
}
