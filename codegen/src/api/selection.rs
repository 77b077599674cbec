//! What of a model is emitted: the resources that paths lead to, the operations that can be called
//! on them, and the types of all values that go over the wire.

use super::index::Index;
use super::items::{OmissionReason, Omitted};
use super::reach::Reach;
use crate::edm::{
    Model, Multiplicity, Operation, OperationId, OperationKind, QualifiedName, Type, TypeRef,
    vocabulary,
};
use std::collections::BTreeSet;

/// The part of a model that is emitted.
pub(super) struct Selection<'m> {
    pub index: Index<'m>,
    pub reach: Reach<'m>,
    /// The operations that something can be called on, or that an import names.
    pub operations: BTreeSet<OperationId>,
    /// The types of values, type definitions left out.
    pub values: BTreeSet<&'m QualifiedName>,
    /// The types of values that are passed to operations.
    pub arguments: BTreeSet<&'m QualifiedName>,
}

impl<'m> Selection<'m> {
    pub fn new(model: &'m Model) -> Self {
        let index = Index::new(model);
        let reach = Reach::new(&index);
        let operations = callable(&index, &reach);
        let arguments = arguments(&index, &operations);
        let values = values(&index, &reach, &operations);
        Self {
            index,
            reach,
            operations,
            values,
            arguments,
        }
    }

    /// The types that have a module of requests: those of reachable resources, and those whose
    /// operations a type that extends them has.
    pub fn resources(&self) -> BTreeSet<&'m QualifiedName> {
        let bound = self.operations.iter().filter_map(|operation| {
            let binding = self.index.operation(*operation).binding.as_ref()?;
            binding.type_ref.named()
        });
        self.reach.types().into_iter().chain(bound).collect()
    }

    /// The emitted operations that are declared for a type itself, or for collections of it.
    pub fn bound_to(&self, name: &QualifiedName, multiplicity: Multiplicity) -> Vec<OperationId> {
        let declared = self.index.bound_to(name, multiplicity).iter().copied();
        declared
            .filter(|index| self.operations.contains(index))
            .collect()
    }

    /// The operations that are not emitted, each with the reason.
    pub fn omitted(&self) -> Vec<Omitted> {
        let operations = self.index.model.operations();
        let omitted = operations.filter(|(id, _)| !self.operations.contains(id));
        let mut omitted: Vec<_> = omitted
            .map(|(_, operation)| Omitted {
                operation: describe(operation),
                reason: self.reason(operation),
            })
            .collect();
        omitted.sort();
        omitted
    }

    fn reason(&self, operation: &Operation) -> OmissionReason {
        if !has_valid_result(operation) {
            return OmissionReason::NoResult;
        }
        let Some(binding) = &operation.binding else {
            return OmissionReason::NotImported;
        };
        if self.index.structured(&binding.type_ref).is_none() {
            return OmissionReason::BoundToPrimitive;
        }
        if vocabulary::requires_explicit_binding(&operation.annotations) {
            return OmissionReason::NotExplicitlyBound;
        }
        OmissionReason::Unreachable
    }
}

/// Only a function must have a result.
fn has_valid_result(operation: &Operation) -> bool {
    operation.return_type.is_some() || operation.kind == OperationKind::Action
}

/// `function ns.name(ns.type, Edm.String)`: kind, name and the types of all parameters.
fn describe(operation: &Operation) -> String {
    let kind = operation.kind.name();
    let parameters = operation.binding.iter().chain(&operation.parameters);
    let types: Vec<_> = parameters
        .map(|parameter| parameter.type_ref.to_string())
        .collect();
    format!("{kind} {}({})", operation.name, types.join(", "))
}

fn callable<'m>(index: &Index<'m>, reach: &Reach<'m>) -> BTreeSet<OperationId> {
    let mut callable = BTreeSet::new();
    for name in reach.types() {
        for multiplicity in Multiplicity::ALL {
            if reach.allowed(name, multiplicity).is_some() {
                callable.extend(index.callable(name, multiplicity));
            }
        }
    }
    let container = index.model.container.iter();
    let imports: BTreeSet<_> = container
        .flat_map(|container| container.children.values())
        .filter_map(|child| child.entry_point.imported())
        .collect();
    let operations = index.model.operations();
    let unbound = operations.filter(|(_, operation)| {
        operation.binding.is_none() && imports.contains(&(operation.kind, &operation.name))
    });
    callable.extend(unbound.map(|(id, _)| id));
    callable.retain(|operation| has_valid_result(index.operation(*operation)));
    callable
}

fn arguments<'m>(
    index: &Index<'m>,
    operations: &BTreeSet<OperationId>,
) -> BTreeSet<&'m QualifiedName> {
    let parameters = operations
        .iter()
        .flat_map(|operation| &index.operation(*operation).parameters);
    parameters
        .filter_map(|parameter| parameter.type_ref.named())
        .collect()
}

/// The types of the values of operations and resources, and of their properties.
fn values<'m>(
    index: &Index<'m>,
    reach: &Reach<'m>,
    operations: &BTreeSet<OperationId>,
) -> BTreeSet<&'m QualifiedName> {
    let model = index.model;
    let mut pending: Vec<&QualifiedName> = Vec::new();
    let named = |type_ref: &'m TypeRef| type_ref.named();
    for operation in operations
        .iter()
        .map(|operation| index.operation(*operation))
    {
        let parameters = operation
            .parameters
            .iter()
            .map(|parameter| &parameter.type_ref);
        let returned = operation
            .return_type
            .iter()
            .map(|returned| &returned.type_ref);
        pending.extend(parameters.chain(returned).filter_map(named));
    }
    for name in reach.types() {
        let allowed = Multiplicity::ALL.map(|multiplicity| reach.allowed(name, multiplicity));
        let carries =
            |allowed: &super::reach::Allowed| allowed.read || allowed.insert || allowed.update;
        if allowed.iter().flatten().any(carries) {
            pending.push(name);
        }
        // A key may be of an enumeration type.
        let parts = model
            .lineage(name)
            .flat_map(|(_, structured)| &structured.key);
        let parts = parts.filter_map(|part| index.property_at(name, &part.path));
        pending.extend(parts.filter_map(|property| property.type_ref.named()));
    }
    let mut found = BTreeSet::new();
    while let Some(name) = pending.pop() {
        let Some((name, declared)) = model.types.get_key_value(name) else {
            continue;
        };
        if matches!(declared, Type::Definition(_)) || !found.insert(name) {
            continue;
        }
        for (_, structured) in model.lineage(name) {
            let properties = structured.properties.values().map(|p| &p.type_ref);
            let navigation = structured.navigation.values().map(|p| &p.type_ref);
            pending.extend(properties.chain(navigation).filter_map(named));
        }
        // What a base type is declared for may be any of these.
        if matches!(declared, Type::Structured(_)) {
            pending.extend(index.derived(name));
        }
    }
    found
}
