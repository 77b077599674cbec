//! Questions about a model that are asked of many types.

use super::bound_sets::BoundSets;
use super::known::Known;
use crate::edm::{
    ContainerChild, Hierarchy, Member, Model, Multiplicity, Operation, OperationId, OperationKind,
    Property, QualifiedName, Relation, Step, Type, TypeRef, vocabulary,
};
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The answers, found once.
pub(super) struct Index<'m> {
    pub model: &'m Model,
    hierarchy: Hierarchy<'m>,
    /// Operations by the type that they are bound to, or that is that of the items of a collection.
    bound: BTreeMap<Multiplicity, HashMap<&'m QualifiedName, Vec<OperationId>>>,
    /// Operations that are bound to nothing, by what imports name.
    unbound: BTreeMap<(OperationKind, &'m QualifiedName), Vec<OperationId>>,
    pub(super) bound_sets: BoundSets<'m>,
    /// Complex types that were asked for, and whether paths go on from their values.
    pub(super) leading: Known<QualifiedName, bool>,
    /// Types and the simple names of operations that are bound to them explicitly.
    explicit: BTreeSet<(&'m QualifiedName, &'m str)>,
}

impl<'m> Index<'m> {
    pub fn new(model: &'m Model) -> Self {
        let mut bound: BTreeMap<_, HashMap<_, Vec<_>>> = BTreeMap::new();
        let mut unbound: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, operation) in model.operations() {
            if operation.binding.is_none() {
                let overloads = unbound.entry((operation.kind, &operation.name));
                overloads.or_default().push(id);
            }
            if let Some(type_ref) = operation.binding.as_ref().map(|binding| &binding.type_ref)
                && let Some(name) = type_ref.named()
            {
                let bound = bound.entry(type_ref.multiplicity).or_default();
                bound.entry(name).or_default().push(id);
            }
        }
        Self {
            model,
            hierarchy: Hierarchy::new(model),
            bound,
            unbound,
            bound_sets: BoundSets::new(model),
            leading: Known::default(),
            explicit: explicit_bindings(model),
        }
    }

    /// An operation of the model.
    pub fn operation(&self, id: OperationId) -> &'m Operation {
        self.model.operation(id)
    }

    /// The types that extend a type, at all levels.
    pub fn derived(&self, name: &QualifiedName) -> Vec<&'m QualifiedName> {
        self.hierarchy.derived(name)
    }

    /// The operations that are declared for a type itself, or for collections of it.
    pub fn bound_to(&self, name: &QualifiedName, multiplicity: Multiplicity) -> &[OperationId] {
        let bound = self.bound.get(&multiplicity);
        let bound = bound.and_then(|bound| bound.get(name));
        bound.map_or(&[], Vec::as_slice)
    }

    /// The operations that an import is of: all overloads that are bound to nothing.
    pub fn imported<'i>(&'i self, child: &'i ContainerChild) -> &'i [OperationId] {
        let named = child.entry_point.imported();
        let overloads = named.and_then(|named| self.unbound.get(&named));
        overloads.map_or(&[], Vec::as_slice)
    }

    /// The operations that can be called on a resource, or on a collection: those of the type and
    /// of the types that it extends, without what nearer ones declare anew.
    pub fn callable(
        &self,
        name: &'m QualifiedName,
        multiplicity: Multiplicity,
    ) -> Vec<OperationId> {
        let mut seen = BTreeSet::new();
        let mut callable = Vec::new();
        for (ancestor, _) in self.model.lineage(name) {
            let declared = self.bound_to(ancestor, multiplicity).iter().copied();
            let callable_here = declared.filter(|index| {
                let operation = self.operation(*index);
                self.is_callable(operation, name) && seen.insert(signature(operation))
            });
            callable.extend(callable_here);
        }
        callable
    }

    /// Whether an operation that is bound to a type or to one that it extends can be called on it.
    fn is_callable(&self, operation: &Operation, name: &'m QualifiedName) -> bool {
        if !vocabulary::requires_explicit_binding(&operation.annotations) {
            return true;
        }
        let mut lineage = self.model.lineage(name);
        lineage.any(|(ancestor, _)| self.explicit.contains(&(ancestor, &*operation.name.name)))
    }

    /// The structural properties of a type, inherited ones included.
    pub fn properties(&self, name: &'m QualifiedName) -> BTreeMap<&'m Arc<str>, &'m Property> {
        let mut properties = BTreeMap::new();
        for step in self.model.members(name) {
            if let Member::Property(property) = step.member {
                properties.entry(step.name).or_insert(property);
            }
        }
        properties
    }

    /// The navigation properties of a type, inherited ones included.
    pub fn relations(&self, name: &'m QualifiedName) -> Vec<Relation<'m>> {
        let mut found = BTreeMap::new();
        for relation in self.model.members(name).filter_map(Step::relation) {
            found.entry(relation.name).or_insert(relation);
        }
        found.into_values().collect()
    }

    /// The property at the end of a path through complex properties and related entities.
    pub fn property_at(&self, name: &QualifiedName, path: &str) -> Option<&'m Property> {
        match self.model.steps(name, path)?.pop()?.member {
            Member::Property(property) => Some(property),
            Member::Navigation(_) => None,
        }
    }

    /// Whether a property is in the key of a type.
    pub fn is_key(&self, name: &QualifiedName, property: &str) -> bool {
        let mut lineage = self.model.lineage(name);
        lineage.any(|(_, it)| it.key.iter().any(|part| &*part.path == property))
    }

    /// The declared structured type that a reference names.
    pub fn structured(&self, type_ref: &'m TypeRef) -> Option<&'m QualifiedName> {
        let name = type_ref.named()?;
        matches!(self.model.types.get(name)?, Type::Structured(_)).then_some(name)
    }
}

/// What tells the overloads on one resource apart.
fn signature(operation: &Operation) -> (&str, crate::edm::OperationKind, Vec<&str>) {
    let parameters = operation
        .parameters
        .iter()
        .map(|parameter| &*parameter.name);
    (&operation.name.name, operation.kind, parameters.collect())
}

fn explicit_bindings(model: &Model) -> BTreeSet<(&QualifiedName, &str)> {
    let mut found = BTreeSet::new();
    let mut note = |name, annotations| {
        for operation in vocabulary::explicit_operation_bindings(annotations) {
            found.insert((name, operation.rsplit('.').next().unwrap_or(operation)));
        }
    };
    for (name, declared) in &model.types {
        note(name, declared.annotations());
        if let Type::Structured(structured) = declared {
            for property in structured.navigation.values() {
                if let Some(target) = property.type_ref.named() {
                    note(target, &property.annotations);
                }
            }
        }
    }
    for child in model
        .container
        .iter()
        .flat_map(|container| container.children.values())
    {
        if let Some((target, _)) = child.entry_point.resources() {
            note(target, &child.annotations);
        }
    }
    found
}
