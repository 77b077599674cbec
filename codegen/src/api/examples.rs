//! Examples of calls: the shortest way that leads from the client to each.

use super::items::*;
use super::naming::{RustName, Scope};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Most steps of a way: a chain of many types must not make ever longer examples.
const MAX_STEPS: usize = 12;

/// Names in an example that no argument can have.
const RESERVED: [&str; 5] = ["answer", "client", "content", "example", "items"];

/// Gives each call an example, unless no way leads to it but over what is deprecated.
pub(super) fn assign(
    requests: &mut Module<ResourceItem>,
    models: &Module<ModelItem>,
    client: &ClientItem,
) {
    let mut found = Ways::new(requests, models).find(client);
    for (path, operation) in operations_mut(requests) {
        let steps = found.remove(&path);
        operation.example = steps.map(|steps| ExampleItem {
            package: client.crate_name.clone(),
            steps: with_names_of_their_own(steps),
        });
    }
}

fn operations_mut(requests: &mut Module<ResourceItem>) -> Vec<(ItemPath, &mut OperationItem)> {
    let mut operations = Vec::new();
    let parent = requests.path.clone();
    for item in &mut requests.items {
        let module: Vec<_> = parent.iter().chain([&item.module]).cloned().collect();
        operations.extend(item.operations.iter_mut().map(|operation| {
            let path = ItemPath {
                module: module.clone(),
                name: operation.name.clone(),
            };
            (path, operation)
        }));
    }
    operations.extend(requests.modules.iter_mut().flat_map(operations_mut));
    operations
}

/// What the ways lead through.
struct Ways<'a> {
    builders: BTreeMap<ItemPath, &'a BuilderItem>,
    operations: BTreeMap<ItemPath, &'a OperationItem>,
    /// The builders of each type's resources, and of the types that extend it.
    casts: BTreeMap<(&'a ItemPath, bool), Vec<(&'a ItemPath, ItemPath)>>,
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
                let key = (base, builder.is_collection);
                let casts: &mut Vec<_> = ways.casts.entry(key).or_default();
                casts.push((model, path.clone()));
            }
        }
        ways
    }

    /// The shortest way to each call; of two that are equally short, the first in order of names.
    fn find(&self, client: &ClientItem) -> BTreeMap<ItemPath, Vec<ExampleStep>> {
        let mut calls = BTreeMap::new();
        let mut seen: BTreeSet<&ItemPath> = BTreeSet::new();
        let mut pending: VecDeque<(&BuilderItem, Vec<ExampleStep>)> = VecDeque::new();
        let mut methods: Vec<_> = client.methods.iter().collect();
        let mut way = Vec::new();
        loop {
            for method in methods {
                self.follow(method, &way, &mut calls, &mut |target, way| {
                    let builder = self.builders.get_key_value(target);
                    if let Some((_, builder)) = builder.filter(|it| seen.insert(it.0)) {
                        pending.push_back((builder, way));
                    }
                });
            }
            let Some((builder, next)) = pending.pop_front() else {
                return calls;
            };
            methods = builder.methods.iter().collect();
            way = next;
        }
    }

    /// Goes one step on; calls are where a way ends.
    fn follow(
        &self,
        method: &Method,
        way: &[ExampleStep],
        calls: &mut BTreeMap<ItemPath, Vec<ExampleStep>>,
        lead_to: &mut impl FnMut(&ItemPath, Vec<ExampleStep>),
    ) {
        if way.len() >= MAX_STEPS {
            return;
        }
        let with = |arguments: &[(RustName, RustType)], of_type: Option<&ItemPath>| {
            let step = ExampleStep {
                method: method.name.clone(),
                of_type: of_type.cloned(),
                arguments: arguments.to_vec(),
            };
            [way, &[step]].concat()
        };
        match &method.kind {
            MethodKind::Call { target, arguments } => {
                let arguments = arguments.iter();
                let arguments = arguments.map(|it| (it.name.clone(), it.rust_type.clone()));
                let way = with(&arguments.collect::<Vec<_>>(), None);
                let operation = self.operations.get(target);
                // The call itself may be deprecated: its documentation says so.
                calls.entry(target.clone()).or_insert_with(|| way.clone());
                if let Some(next) = operation.and_then(|operation| operation.leads_to.as_ref()) {
                    let mut way = way;
                    way.push(ExampleStep::plain("request_builder"));
                    lead_to(next, way);
                }
            }
            _ if method.docs.deprecated.is_some() => {}
            MethodKind::Navigate(navigation) => lead_to(&navigation.target, with(&[], None)),
            MethodKind::Key(key) => lead_to(&key.target, with(&parts(key), None)),
            MethodKind::Cast {
                model,
                is_collection,
            } => {
                for (model, target) in self
                    .casts
                    .get(&(model, *is_collection))
                    .into_iter()
                    .flatten()
                {
                    lead_to(target, with(&[], Some(model)));
                }
            }
            _ => {}
        }
    }
}

impl ExampleStep {
    /// A method that takes nothing.
    fn plain(method: &str) -> Self {
        Self {
            method: Scope::default().take(method),
            of_type: None,
            arguments: Vec::new(),
        }
    }
}

fn path(module: &[RustName], name: &RustName) -> ItemPath {
    ItemPath {
        module: module.to_vec(),
        name: name.clone(),
    }
}

/// The parts of a key, called after the type of resource: `user_id`, not `id`.
fn parts(key: &KeyMethod) -> Vec<(RustName, RustType)> {
    let resource = key.target.module.last().map_or("", RustName::plain);
    let parts = key.parts.iter().map(|part| {
        let word = part.name.plain();
        let is_said = word.split('_').next() == resource.split('_').next();
        let name = match is_said {
            true => word.to_owned(),
            false => format!("{resource}_{word}"),
        };
        (Scope::default().take(&name), part.rust_type.clone())
    });
    parts.collect()
}

/// All arguments of a way are those of one function.
fn with_names_of_their_own(mut steps: Vec<ExampleStep>) -> Vec<ExampleStep> {
    let mut scope = Scope::with_reserved(RESERVED);
    for (name, _) in steps.iter_mut().flat_map(|step| &mut step.arguments) {
        *name = scope.take(name.plain());
    }
    steps
}
