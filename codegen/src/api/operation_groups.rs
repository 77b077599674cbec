//! Functions of one resource that take the same parameters, as an enumeration.

use super::context::Context;
use super::docs::docs;
use super::items::{OperationGroupItem, OperationGroupMember};
use crate::edm::{
    Multiplicity, Operation, OperationId, OperationKind, QualifiedName, TypeRef, vocabulary,
};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The operation groups of a resource, as the configuration asks for them.
pub(super) fn operation_groups(
    resource: &QualifiedName,
    context: &Context<'_>,
) -> Vec<OperationGroupItem> {
    let groups = context.options.operation_groups.iter();
    let groups = groups.filter(|group| *group.type_name.get_ref() == resource.to_string());
    let groups: Vec<_> = groups.collect();
    let names: Vec<_> = groups.iter().map(|group| group.name.as_str()).collect();
    let (selection, namer) = (&context.selection, context.namer);
    let names = context.overloads.groups(resource, selection, namer, &names);
    let items = groups.iter().zip(names);
    let items = items.map(|(group, (file, name))| OperationGroupItem {
        file,
        name,
        description: group.description.clone(),
        members: members(resource, context),
    });
    items.collect()
}

/// The functions that take what most functions of the resource take.
fn members(resource: &QualifiedName, context: &Context<'_>) -> Vec<OperationGroupMember> {
    let selection = &context.selection;
    let operation = |id: &OperationId| selection.index.operation(*id);
    let functions = selection.bound_to(resource, Multiplicity::One).into_iter();
    let functions = functions.filter(|i| operation(i).kind == OperationKind::Function);
    let functions: Vec<_> = functions.collect();
    let Some(parameters) = most_common(functions.iter().map(|i| parameters(operation(i)))) else {
        return Vec::new();
    };
    let of_group = functions.into_iter();
    let of_group = of_group.filter(|i| self::parameters(operation(i)) == parameters);
    let of_group: Vec<_> = of_group.collect();
    let wire_names = of_group.iter().map(|index| variant_name(operation(index)));
    let names = context.namer.group_members(wire_names);
    let members = of_group.iter().filter_map(|index| {
        let annotations = &operation(index).annotations;
        Some(OperationGroupMember {
            name: names[variant_name(operation(index))].clone(),
            operation: context.overloads.names(*index)?.path.clone(),
            unit: vocabulary::unit(annotations).map(str::to_owned),
            docs: docs(annotations),
        })
    });
    let mut members: Vec<_> = members.collect();
    members.sort_by(|a, b| a.name.cmp(&b.name));
    members
}

/// The name that the metadata has for programs, or else the function's own.
fn variant_name(operation: &Operation) -> &str {
    vocabulary::symbolic_name(&operation.annotations).unwrap_or(&operation.name.name)
}

/// Names and types of the parameters, in the order of the metadata.
fn parameters(operation: &Operation) -> Vec<(&str, &TypeRef)> {
    let parameters = operation.parameters.iter();
    parameters
        .map(|parameter| (&*parameter.name, &parameter.type_ref))
        .collect()
}

/// The value that occurs most often; of several, the first.
fn most_common<T: Ord>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counted: BTreeMap<T, (usize, Reverse<usize>)> = BTreeMap::new();
    for (position, value) in values.enumerate() {
        let (count, _) = counted.entry(value).or_insert((0, Reverse(position)));
        *count += 1;
    }
    let most = counted.into_iter().max_by_key(|(_, rank)| *rank)?;
    Some(most.0)
}
