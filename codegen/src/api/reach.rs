//! Which resources requests can be made of: what paths from the entry points lead to.

use super::index::Index;
use crate::edm::vocabulary::{Capabilities, Capability};
use crate::edm::{
    ContainerChild, Multiplicity, OperationId, QualifiedName, StructuredKind, Type, TypeRef,
};
use std::collections::{BTreeMap, BTreeSet};

/// What can be done with resources of a type somewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Allowed {
    pub read: bool,
    /// Reading one of a collection by its key.
    pub read_by_key: bool,
    pub count: bool,
    pub insert: bool,
    pub update: bool,
    pub delete: bool,
}

impl Allowed {
    const NOTHING: Self = Self {
        read: false,
        read_by_key: false,
        count: false,
        insert: false,
        update: false,
        delete: false,
    };

    fn of(said: Capabilities) -> Self {
        Self {
            read: said.allows(Capability::Read),
            read_by_key: said.allows_by_key(),
            count: said.allows(Capability::Count),
            insert: said.allows(Capability::Insert),
            update: said.allows(Capability::Update),
            delete: said.allows(Capability::Delete),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            read: self.read || other.read,
            read_by_key: self.read_by_key || other.read_by_key,
            count: self.count || other.count,
            insert: self.insert || other.insert,
            update: self.update || other.update,
            delete: self.delete || other.delete,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            read: self.read && other.read,
            read_by_key: self.read_by_key && other.read_by_key,
            count: self.count && other.count,
            insert: self.insert && other.insert,
            update: self.update && other.update,
            delete: self.delete && other.delete,
        }
    }

    /// What can be done with one of a collection.
    fn of_item(self) -> Self {
        Self {
            read: self.read_by_key,
            ..self
        }
    }
}

/// Types of reachable resources and collections.
#[derive(Default)]
pub(super) struct Reach<'m> {
    allowed: BTreeMap<(&'m QualifiedName, Multiplicity), Allowed>,
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
        while let Some((name, multiplicity)) = walk.pending.pop() {
            match multiplicity {
                Multiplicity::Many => walk.leave_collection(name),
                Multiplicity::One => walk.leave_single(name),
            }
        }
        walk.reach
    }

    /// What can be done with one resource of a type, or with a collection of them; `None` if no path
    /// leads there.
    pub fn allowed(&self, name: &QualifiedName, multiplicity: Multiplicity) -> Option<Allowed> {
        self.allowed.get(&(name, multiplicity)).copied()
    }

    /// The types of reachable resources and collections.
    pub fn types(&self) -> BTreeSet<&'m QualifiedName> {
        self.allowed.keys().map(|(name, _)| *name).collect()
    }
}

struct Walk<'i, 'm> {
    index: &'i Index<'m>,
    reach: Reach<'m>,
    pending: Vec<(&'m QualifiedName, Multiplicity)>,
}

impl<'m> Walk<'_, 'm> {
    fn add(&mut self, name: &'m QualifiedName, multiplicity: Multiplicity, allowed: Allowed) {
        let key = (name, multiplicity);
        let before = self.reach.allowed.get(&key).copied();
        let now = before.unwrap_or(Allowed::NOTHING).or(allowed);
        if before != Some(now) {
            self.reach.allowed.insert(key, now);
            self.pending.push((name, multiplicity));
        }
    }

    fn entry_points(&mut self) {
        let container = self.index.model.container.as_ref();
        for child in container
            .into_iter()
            .flat_map(|container| container.children.values())
        {
            let types = &self.index.model.types;
            let resources = child
                .entry_point
                .resources()
                .and_then(|(name, multiplicity)| {
                    let (name, _) = types.get_key_value(name)?;
                    Some((name, multiplicity))
                });
            let Some((name, multiplicity)) = resources else {
                self.results_of_import(child);
                continue;
            };
            let mut allowed = self.allowed(name, Capabilities::of(&child.annotations));
            // There is always exactly one resource at a singleton.
            allowed.delete &= multiplicity.is_many();
            self.add(name, multiplicity, allowed);
            self.below(name, self.index.below_entry_point(child));
        }
    }

    /// What is said of single paths from here, which may allow more than what is said of all.
    fn below(&mut self, from: &'m QualifiedName, said: BTreeMap<String, Capabilities>) {
        for (path, said) in said {
            if let Some(relation) = self.index.model.relation_at(from, &path)
                && let Some(target) = self.index.structured(&relation.property.type_ref)
            {
                let said = said.or(self.index.said_of(&relation));
                let allowed = self.allowed(target, said);
                self.add(target, relation.property.type_ref.multiplicity, allowed);
            }
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
        Allowed::of(place.or(Capabilities::of(declared)))
    }

    fn leave_collection(&mut self, name: &'m QualifiedName) {
        let allowed = self.reach.allowed[&(name, Multiplicity::Many)];
        if self.is_entity(name) {
            self.add(name, Multiplicity::One, allowed.of_item());
        }
        self.casts(name, Multiplicity::Many, allowed);
        for operation in self.index.callable(name, Multiplicity::Many) {
            self.result(operation);
        }
    }

    fn leave_single(&mut self, name: &'m QualifiedName) {
        let allowed = self.reach.allowed[&(name, Multiplicity::One)];
        self.casts(name, Multiplicity::One, allowed);
        for relation in self.index.relations(name) {
            let property = relation.property;
            if let Some(target) = self.index.structured(&property.type_ref) {
                let allowed = self.allowed(target, self.index.said_of(&relation));
                self.add(target, property.type_ref.multiplicity, allowed);
                self.below(target, self.index.below_relation(&relation));
            }
        }
        for property in self.index.properties(name).values() {
            if let Some(target) = self.index.leads_on(&property.type_ref) {
                let read = !property.type_ref.is_collection();
                let allowed = Allowed {
                    read,
                    ..Allowed::NOTHING
                };
                self.add(target, property.type_ref.multiplicity, allowed);
            }
        }
        for operation in self.index.callable(name, Multiplicity::One) {
            self.result(operation);
        }
    }

    /// The resources that a composable function leads to.
    fn result(&mut self, operation: OperationId) {
        if let Some(returned) = self.index.composable_result(operation)
            && let Some(name) = self.index.structured(returned)
        {
            let allowed = self.allowed(name, Capabilities::default());
            self.add(name, returned.multiplicity, allowed);
        }
    }

    fn casts(&mut self, name: &QualifiedName, multiplicity: Multiplicity, allowed: Allowed) {
        let index = self.index;
        for derived in index.derived(name) {
            let declared = index.model.types[derived].annotations();
            let allowed = allowed.and(Allowed::of(Capabilities::of(declared)));
            self.add(derived, multiplicity, allowed);
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
        let leads = match type_ref.multiplicity {
            Multiplicity::Many => !self.callable(name, Multiplicity::Many).is_empty(),
            Multiplicity::One => self
                .leading
                .or_find(name, || self.complex_leads_on(name, &mut BTreeSet::new())),
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
        let types = std::iter::once(name).chain(self.derived(name));
        let mut leads = types.filter(|name| matches!(self.model.types[*name], Type::Structured(_)));
        leads.any(|name| {
            !self.relations(name).is_empty()
                || !self.callable(name, Multiplicity::One).is_empty()
                || self.properties(name).values().any(|property| {
                    let inner = self.structured(&property.type_ref);
                    let single = inner.filter(|_| !property.type_ref.is_collection());
                    single.is_some_and(|inner| self.complex_leads_on(inner, seen))
                })
        })
    }

    /// What a function returns, if paths can go on from there.
    pub fn composable_result(&self, operation: OperationId) -> Option<&'m TypeRef> {
        let operation = self.operation(operation);
        let returned = operation.return_type.as_ref()?;
        let structured = self.structured(&returned.type_ref).is_some();
        (operation.is_composable && structured).then_some(&returned.type_ref)
    }
}
