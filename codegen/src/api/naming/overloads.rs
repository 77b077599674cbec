//! Names of operations, of which several may have one name in the metadata.

use super::identifier::RustName;
use super::namer::Namer;
use super::scope::Scope;
use super::types::{TypeNames, UNBOUND};
use crate::api::items::ItemPath;
use crate::api::origin::Origin;
use crate::api::selection::Selection;
use crate::edm::{Multiplicity, Operation, OperationId, QualifiedName};
use std::collections::{BTreeMap, HashSet};

/// The Rust names of an operation.
#[derive(Debug, Clone)]
pub(in crate::api) struct OperationNames {
    /// The struct.
    pub path: ItemPath,
    /// The file.
    pub file: RustName,
    /// What the method is to be called, if nothing else in its builder is.
    pub method: String,
}

/// An operation that is called by the name of an import, on the service itself.
pub(in crate::api) struct Import {
    /// The import's name, which is the URL segment.
    pub segment: String,
    /// The operation.
    pub operation: OperationId,
    pub names: OperationNames,
}

/// The names of all emitted operations.
pub(in crate::api) struct Overloads {
    bound: BTreeMap<OperationId, OperationNames>,
    pub imports: Vec<Import>,
}

impl Overloads {
    pub fn new(selection: &Selection<'_>, types: &TypeNames<'_>, namer: &Namer) -> Self {
        let mut bound = BTreeMap::new();
        for resource in selection.resources() {
            name_bound(resource, selection, types, namer, &mut bound);
        }
        Self {
            bound,
            imports: imports(selection, namer),
        }
    }

    /// The file and the enumeration of each operation group of a resource, whose operations have
    /// their names already.
    pub fn groups(
        &self,
        resource: &QualifiedName,
        selection: &Selection<'_>,
        namer: &Namer,
        groups: &[&str],
    ) -> Vec<(RustName, RustName)> {
        let mut files = Scope::of_files();
        let mut items = Scope::default();
        for multiplicity in Multiplicity::ALL {
            for operation in selection.bound_to(resource, multiplicity) {
                if let Some(taken) = self.names(operation) {
                    files.reserve(taken.file.plain());
                    items.reserve(taken.path.name.plain());
                }
            }
        }
        let groups = groups.iter();
        let names = groups.map(|name| (files.take(&namer.words.file(name)), items.take(name)));
        names.collect()
    }

    /// The names of a bound operation.
    pub fn names(&self, operation: OperationId) -> Option<&OperationNames> {
        self.bound.get(&operation)
    }
}

fn name_bound(
    resource: &QualifiedName,
    selection: &Selection<'_>,
    types: &TypeNames<'_>,
    namer: &Namer,
    bound: &mut BTreeMap<OperationId, OperationNames>,
) {
    let Some(names) = types.resource(resource) else {
        return;
    };
    let mut items = Scope::default();
    items.reserve(names.single.as_str());
    items.reserve(names.collection.as_str());
    let mut files = Scope::of_files();
    let single = tell_apart(
        &selection.bound_to(resource, Multiplicity::One),
        selection,
        namer,
    );
    let collection = tell_apart(
        &selection.bound_to(resource, Multiplicity::Many),
        selection,
        namer,
    );
    let of_single: HashSet<_> = single.iter().map(|(_, name)| name.clone()).collect();
    for (operation, method) in single.into_iter().chain(collection) {
        let declared = selection.index.operation(operation);
        let name = if declared.is_bound_to_collection() && of_single.contains(&method) {
            format!("collection{}", namer.words.pascal(&method))
        } else {
            method.clone()
        };
        let names = OperationNames {
            path: ItemPath {
                module: names.module.clone(),
                name: items.take(&namer.words.pascal(&name)),
            },
            file: files.take(&namer.words.file(&name)),
            method: namer.words.snake(&method),
        };
        record(namer, declared, &declared.name.name, &names.path.name);
        bound.insert(operation, names);
    }
}

fn imports(selection: &Selection<'_>, namer: &Namer) -> Vec<Import> {
    let model = selection.index.model;
    let mut items = Scope::default();
    let mut files = Scope::of_files();
    let module = ["requests", UNBOUND].map(RustName::fixed).to_vec();
    let mut imports = Vec::new();
    let children = model
        .container
        .iter()
        .flat_map(|container| &container.children);
    for (segment, child) in children {
        let imported = selection.index.imported(child).iter().copied();
        let imported = imported.filter(|operation| selection.operations.contains(operation));
        let imported: Vec<_> = imported.collect();
        let suffixes = tell_apart(&imported, selection, namer);
        for (operation, told_apart) in suffixes {
            let suffix = &told_apart[selection.index.operation(operation).name.name.len()..];
            let name = format!("{segment}{suffix}");
            let names = OperationNames {
                path: ItemPath {
                    module: module.clone(),
                    name: items.take(&namer.words.pascal(&name)),
                },
                file: files.take(&namer.words.file(&name)),
                method: namer.words.snake(&name),
            };
            // An import has a name of its own.
            let declared = selection.index.operation(operation);
            record(namer, declared, segment, &names.path.name);
            imports.push(Import {
                segment: segment.to_string(),
                operation,
                names,
            });
        }
    }
    imports
}

/// Records an operation whose struct is not called as the operation is; that an overload has its
/// parameters in its name is as it should be.
fn record(namer: &Namer, operation: &Operation, called: &str, name: &RustName) {
    let wanted = namer.words.pascal(called);
    if !name.plain().starts_with(&format!("{wanted}With")) {
        namer.record(&wanted, name, || {
            Origin::of_operation(operation).to_string()
        });
    }
}

/// A name for each operation: the metadata's for the overload with the fewest parameters, and for
/// the others the metadata's with their parameters: `deltaWithToken`.
///
/// The order is that of the metadata's names, whatever the order of `operations`.
fn tell_apart(
    operations: &[OperationId],
    selection: &Selection<'_>,
    namer: &Namer,
) -> Vec<(OperationId, String)> {
    let mut by_name: BTreeMap<&str, Vec<(OperationId, &Operation)>> = BTreeMap::new();
    for id in operations {
        let operation = selection.index.operation(*id);
        by_name
            .entry(&operation.name.name)
            .or_default()
            .push((*id, operation));
    }
    let mut named = Vec::new();
    for (name, mut overloads) in by_name {
        overloads.sort_by_key(|(_, operation)| {
            let parameters = operation.parameters.iter().map(|p| p.name.clone());
            let parameters: Vec<_> = parameters.collect();
            (
                parameters.len(),
                operation.kind,
                parameters,
                operation.sort_key(),
            )
        });
        for (position, (id, operation)) in overloads.into_iter().enumerate() {
            let parameters: Vec<_> = operation
                .parameters
                .iter()
                .map(|parameter| namer.words.pascal(&parameter.name))
                .collect();
            let name = if position == 0 {
                name.to_owned()
            } else if parameters.is_empty() {
                // A function of the same name has no parameters either.
                format!("{name}Action")
            } else {
                format!("{name}With{}", parameters.join("And"))
            };
            named.push((id, name));
        }
    }
    named
}
