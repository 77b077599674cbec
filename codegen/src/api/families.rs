//! Functions of one resource that take the same parameters, as an enumeration.

use super::docs::docs;
use super::items::{FamilyItem, FamilyMember};
use super::naming::{Scope, Words};
use super::overloads::Overloads;
use super::selection::Selection;
use crate::config::Config;
use crate::edm::{Operation, OperationKind, QualifiedName, TypeRef, vocabulary};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The families of a resource, as the configuration asks for them.
pub(super) fn families(
    resource: &QualifiedName,
    selection: &Selection<'_>,
    overloads: &Overloads,
    config: &Config,
    words: &Words,
) -> Vec<FamilyItem> {
    let asked = config.families.iter();
    let asked = asked.filter(|family| *family.type_name.get_ref() == resource.to_string());
    let mut files = Scope::of_files();
    let mut names = Scope::default();
    // The operations of the resource have their names already.
    for is_collection in [false, true] {
        for operation in selection.bound_to(resource, is_collection) {
            if let Some(taken) = overloads.names(operation) {
                files.reserve(taken.file.plain());
                names.reserve(taken.path.name.plain());
            }
        }
    }
    let families = asked.map(|family| FamilyItem {
        file: files.take(&words.file(&family.name)),
        name: names.take(&family.name),
        description: family.description.clone(),
        members: members(resource, selection, overloads, words),
    });
    families.collect()
}

fn members(
    resource: &QualifiedName,
    selection: &Selection<'_>,
    overloads: &Overloads,
    words: &Words,
) -> Vec<FamilyMember> {
    let operation = |index: &usize| selection.index.operation(*index);
    let functions = selection.bound_to(resource, false);
    let functions = functions
        .into_iter()
        .filter(|i| operation(i).kind == OperationKind::Function);
    let functions: Vec<_> = functions.collect();
    let Some(parameters) = most_common(functions.iter().map(|i| parameters(operation(i)))) else {
        return Vec::new();
    };
    let of_family = functions
        .into_iter()
        .filter(|i| self::parameters(operation(i)) == parameters);
    let of_family: Vec<_> = of_family.collect();
    let mut scope = Scope::default();
    let wire_names = of_family.iter().map(|index| variant_name(operation(index)));
    let names = scope.take_all(wire_names, |name| words.pascal(name));
    let mut members: Vec<_> = of_family
        .iter()
        .filter_map(|index| {
            let annotations = &operation(index).annotations;
            Some(FamilyMember {
                name: names[variant_name(operation(index))].clone(),
                operation: overloads.names(*index)?.path.clone(),
                unit: vocabulary::unit(annotations).map(str::to_owned),
                docs: docs(annotations),
            })
        })
        .collect();
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
