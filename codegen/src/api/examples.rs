//! Examples: the shortest way that leads from the client to each call and builder.

use super::items::*;
use super::naming::{RustName, key_argument, of_their_own};
use crate::edm::Multiplicity;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Most steps of a way: a chain of many types must not make ever longer examples.
const MAX_STEPS: usize = 12;

/// Gives each call and builder an example, unless no way leads to it but over what is deprecated; and the
/// client its first one.
pub(super) fn assign(
    requests: &mut Module<ResourceItem>,
    models: &Module<ModelItem>,
    client: &mut ClientItem,
) {
    let mut found = Ways::new(requests, models).find(client);
    client.example = found.first.take();
    let example = |steps: Option<Vec<ExampleStep>>| {
        steps.map(|steps| ExampleItem {
            package: client.crate_name.clone(),
            steps: with_names_of_their_own(steps),
        })
    };
    for (path, place) in places_mut(requests) {
        *place = example(found.steps.remove(&path));
    }
}

/// Where the examples of calls and builders belong.
fn places_mut(requests: &mut Module<ResourceItem>) -> Vec<(ItemPath, &mut Option<ExampleItem>)> {
    let mut places = Vec::new();
    let parent = requests.path.clone();
    for item in &mut requests.items {
        let module: Vec<_> = parent.iter().chain([&item.module]).cloned().collect();
        let operations = item.operations.iter_mut();
        let operations = operations.map(|it| (path(&module, &it.name), &mut it.example));
        let builders = item.builders.iter_mut().filter(|it| it.has_requests());
        let builders = builders.map(|it| (path(&module, &it.name), &mut it.example));
        places.extend(operations.chain(builders));
    }
    places.extend(requests.modules.values_mut().flat_map(places_mut));
    places
}

impl BuilderItem {
    /// Whether there is anything to send to its resource itself.
    fn has_requests(&self) -> bool {
        self.methods.iter().any(|method| method.kind.is_request())
    }

    fn reads(&self) -> Option<&Method> {
        let mut methods = self.methods.iter();
        methods.find(|it| matches!(it.kind, MethodKind::Get { .. } | MethodKind::List { .. }))
    }
}

/// The ways that were found.
#[derive(Default)]
struct Found {
    /// To calls and builders.
    steps: BTreeMap<ItemPath, Vec<ExampleStep>>,
    first: Option<FirstExample>,
}

/// What the ways lead through.
struct Ways<'a> {
    builders: BTreeMap<ItemPath, &'a BuilderItem>,
    operations: BTreeMap<ItemPath, &'a OperationItem>,
    /// The builders of each type's resources, and of the types that extend it.
    casts: BTreeMap<(&'a ItemPath, Multiplicity), Vec<(&'a ItemPath, ItemPath)>>,
}

impl<'a> Ways<'a> {
    fn new(requests: &'a Module<ResourceItem>, models: &'a Module<ModelItem>) -> Self {
        let mut ways = Self {
            builders: BTreeMap::new(),
            operations: BTreeMap::new(),
            casts: BTreeMap::new(),
        };
        let mut bases = BTreeMap::new();
        models.visit(&mut |module, item| {
            if let ModelKind::Struct(declared) = &item.kind {
                bases.insert(path(module, &item.name), &declared.bases);
            }
        });
        requests.visit(&mut |parent, item| {
            let module: Vec<_> = parent.iter().chain([&item.module]).cloned().collect();
            for builder in &item.builders {
                ways.builders.insert(path(&module, &builder.name), builder);
            }
            for operation in &item.operations {
                ways.operations
                    .insert(path(&module, &operation.name), operation);
            }
        });
        for (path, builder) in &ways.builders {
            let Some(model) = &builder.model else {
                continue;
            };
            for base in bases.get(model).into_iter().copied().flatten() {
                let key = (base, builder.multiplicity);
                let casts: &mut Vec<_> = ways.casts.entry(key).or_default();
                casts.push((model, path.clone()));
            }
        }
        ways
    }

    /// The shortest way to each; of two that are equally short, the first in order of names.
    fn find(&self, client: &ClientItem) -> Found {
        let mut found = Found::default();
        let mut seen: BTreeSet<&ItemPath> = BTreeSet::new();
        let mut pending = VecDeque::from([(client.methods.as_slice(), Vec::new())]);
        while let Some((methods, way)) = pending.pop_front() {
            for method in methods {
                if let MethodKind::Call { target, arguments } = &method.kind {
                    let called = || [&*way, &[call(method, arguments)]].concat();
                    found.steps.entry(target.clone()).or_insert_with(called);
                }
                if way.len() == MAX_STEPS {
                    continue;
                }
                for (target, steps) in self.leads(method) {
                    let builder = self.builders.get_key_value(target);
                    if let Some((path, builder)) = builder.filter(|it| seen.insert(it.0)) {
                        let way = [&*way, &steps].concat();
                        if found.first.is_none() {
                            found.first = first_example(builder, &way);
                        }
                        found.steps.insert(path.clone(), way.clone());
                        pending.push_back((&builder.methods, way));
                    }
                }
            }
        }
        found
    }

    /// The builders that a method leads to, with the steps. A call may be deprecated, as its
    /// documentation says; what it leads through may not.
    fn leads<'b>(&'b self, method: &'b Method) -> Vec<(&'b ItemPath, Vec<ExampleStep>)> {
        let step = |of_type: Option<&ItemPath>, arguments| ExampleStep {
            method: method.name.clone(),
            of_type: of_type.cloned(),
            arguments,
        };
        match &method.kind {
            _ if method.docs.deprecated.is_some() => Vec::new(),
            MethodKind::Navigate(to) => vec![(&to.target, vec![step(None, Vec::new())])],
            MethodKind::Key(key) => vec![(&key.target, vec![step(None, parts(key))])],
            MethodKind::Cast {
                model,
                multiplicity,
            } => {
                let casts = self.casts.get(&(model, *multiplicity));
                let casts = casts.into_iter().flatten();
                casts
                    .map(|(model, target)| (target, vec![step(Some(model), Vec::new())]))
                    .collect()
            }
            MethodKind::Call { target, arguments } => {
                let operation = self.operations.get(target);
                let next = operation.and_then(|operation| operation.leads_to.as_ref());
                let on = ExampleStep {
                    method: RustName::fixed("request_builder"),
                    of_type: None,
                    arguments: Vec::new(),
                };
                next.map(|next| (next, vec![call(method, arguments), on]))
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What the first example reads needs no arguments.
fn first_example(builder: &BuilderItem, way: &[ExampleStep]) -> Option<FirstExample> {
    let method = builder.reads()?;
    let is_plain = |step: &ExampleStep| step.arguments.is_empty() && step.of_type.is_none();
    way.iter().all(is_plain).then(|| FirstExample {
        steps: way.to_vec(),
        method: method.name.clone(),
        multiplicity: builder.multiplicity,
    })
}

fn call(method: &Method, arguments: &[Argument]) -> ExampleStep {
    let arguments = arguments.iter();
    ExampleStep {
        method: method.name.clone(),
        of_type: None,
        arguments: arguments
            .map(|it| (it.name.clone(), it.rust_type.clone()))
            .collect(),
    }
}

fn path(module: &[RustName], name: &RustName) -> ItemPath {
    ItemPath {
        module: module.to_vec(),
        name: name.clone(),
    }
}

fn parts(key: &KeyMethod) -> Vec<(RustName, RustType)> {
    let resource = key.target.module.last().map_or("", RustName::plain);
    let parts = key.parts.iter();
    let parts = parts.map(|part| (key_argument(resource, &part.name), part.rust_type.clone()));
    parts.collect()
}

/// All arguments of a way are those of one function.
fn with_names_of_their_own(mut steps: Vec<ExampleStep>) -> Vec<ExampleStep> {
    let arguments = steps.iter_mut().flat_map(|step| &mut step.arguments);
    of_their_own(arguments.map(|(name, _)| name));
    steps
}
