//! Request builders and the calls that they make.

use super::allowed::AllowedValues;
use super::items::*;
use super::models::source;
use super::naming::{RustName, Scope, Words};
use super::types::Types;
use super::{CALL_METHODS, docs};
use crate::config::Config;
use crate::edm::{
    ContainerChildKind, Model, Operation, OperationKind, Parameter, QualifiedName, vocabulary,
};

/// Methods to the service's entry points.
pub(super) fn entries(model: &Model, words: &Words, types: &Types<'_>) -> Vec<NavigationMethod> {
    let children = model
        .container
        .iter()
        .flat_map(|container| &container.children);
    let singletons = children.filter(|(_, child)| child.kind == ContainerChildKind::Singleton);
    let targets: Vec<_> = singletons
        .filter_map(|(name, child)| Some((name, child, types.builder(&child.refers_to)?)))
        .collect();
    let mut scope = Scope::with_reserved(super::CLIENT_METHODS.iter().copied());
    let names = targets.iter().map(|(name, ..)| &***name);
    let names = scope.take_all(names, |name| words.snake(name));
    let methods = targets
        .iter()
        .map(|(name, child, target)| NavigationMethod {
            name: names[&***name].clone(),
            segment: name.to_string(),
            target: (*target).clone(),
            docs: docs(&child.annotations),
        });
    methods.collect()
}

/// A builder for every type that requests can be made of.
pub(super) fn builders(
    model: &Model,
    config: &Config,
    words: &Words,
    allowed: &AllowedValues,
    types: &Types<'_>,
) -> Vec<BuilderItem> {
    let maker = Maker {
        model,
        config,
        words,
        allowed,
        types,
    };
    let reachable = reachable(model);
    reachable
        .into_iter()
        .filter_map(|name| maker.builder(name))
        .collect()
}

/// The types that navigation from the entry points leads to, and their base types.
fn reachable(model: &Model) -> std::collections::BTreeSet<&QualifiedName> {
    let mut found = std::collections::BTreeSet::new();
    let children = model
        .container
        .iter()
        .flat_map(|container| container.children.values());
    let mut pending: Vec<_> = children
        .filter(|child| child.kind == ContainerChildKind::Singleton)
        .map(|child| &child.refers_to)
        .collect();
    while let Some(name) = pending.pop() {
        let Some((name, _)) = model.types.get_key_value(name) else {
            continue;
        };
        if !found.insert(name) {
            continue;
        }
        for (_, ancestor) in model.lineage(name) {
            let single = ancestor
                .navigation
                .values()
                .filter(|p| !p.type_ref.is_collection);
            pending.extend(single.filter_map(|property| property.type_ref.named()));
        }
        let binds = |operation: &&Operation| {
            let binding = operation.binding.as_ref().and_then(|b| b.type_ref.named());
            binding.is_some_and(|base| base != name && model.is_derived(name, base))
        };
        let operations = model.operations.iter().filter(binds);
        pending.extend(operations.filter_map(|o| o.binding.as_ref()?.type_ref.named()));
    }
    found
}

struct Maker<'a> {
    model: &'a Model,
    config: &'a Config,
    words: &'a Words,
    allowed: &'a AllowedValues,
    types: &'a Types<'a>,
}

impl Maker<'_> {
    fn builder(&self, name: &QualifiedName) -> Option<BuilderItem> {
        let model = self.model;
        let structured = model.structured(name)?;
        let path = self.types.builder(name)?.clone();
        let module = path.module.last()?.clone();
        let mut items = Scope::with_reserved([path.name.as_str()]);
        let mut files = Scope::of_files();
        let mut operations = Vec::new();
        for operation in bound_to(model, name) {
            let item = self.operation(operation, &mut items, &mut files);
            operations.extend(item);
        }
        let mut methods = Scope::with_reserved(super::BUILDER_METHODS.iter().copied());
        let navigation = self.navigation(name, &mut methods);
        Some(BuilderItem {
            module,
            name: path.name,
            docs: docs(&structured.annotations),
            source: source(name, &model.types[name]),
            navigation,
            calls: self.calls(name, &mut methods),
            operations,
        })
    }

    fn navigation(&self, name: &QualifiedName, methods: &mut Scope) -> Vec<NavigationMethod> {
        let mut properties = std::collections::BTreeMap::new();
        for (_, ancestor) in self.model.lineage(name) {
            for (name, property) in &ancestor.navigation {
                properties.entry(name.clone()).or_insert(property);
            }
        }
        properties.retain(|_, property| !property.type_ref.is_collection);
        let words = self.words;
        let wire_names = properties.keys().map(|name| &**name);
        let names = methods.take_all(wire_names, |name| words.snake(name));
        let made = properties.iter().filter_map(|(wire_name, property)| {
            Some(NavigationMethod {
                name: names[&**wire_name].clone(),
                segment: wire_name.to_string(),
                target: self.types.builder(property.type_ref.named()?)?.clone(),
                docs: docs(&property.annotations),
            })
        });
        made.collect()
    }

    /// The calls that a resource of the type answers: its own operations and its base types'.
    fn calls(&self, name: &QualifiedName, methods: &mut Scope) -> Vec<CallMethod> {
        let mut calls = Vec::new();
        for (ancestor, _) in self.model.lineage(name) {
            let Some(path) = self.types.builder(ancestor) else {
                continue;
            };
            let mut items = Scope::with_reserved([path.name.as_str()]);
            for operation in bound_to(self.model, ancestor) {
                let item = items.take(&self.words.pascal(&operation.name.name));
                let arguments = self.arguments(operation);
                calls.push(CallMethod {
                    name: methods.take(&self.words.snake(&operation.name.name)),
                    target: ItemPath {
                        module: path.module.clone(),
                        name: item,
                    },
                    arguments: arguments
                        .into_iter()
                        .filter(|a| !a.1)
                        .map(|a| a.0)
                        .collect(),
                    docs: docs(&operation.annotations),
                });
            }
        }
        calls
    }

    fn operation(
        &self,
        operation: &Operation,
        items: &mut Scope,
        files: &mut Scope,
    ) -> Option<OperationItem> {
        let name = items.take(&self.words.pascal(&operation.name.name));
        let file = files.take(&self.words.file(&operation.name.name));
        let returned = operation.return_type.as_ref()?;
        let result = if returned.type_ref.is_collection {
            let mut item = returned.type_ref.clone();
            item.is_collection = false;
            ResultType::Page(self.types.rust_type(&item, returned.nullable == Some(true)))
        } else {
            let nullable = returned.nullable.unwrap_or(true);
            ResultType::Single(self.types.rust_type(&returned.type_ref, nullable))
        };
        let (optional, required): (Vec<_>, Vec<_>) = self
            .arguments(operation)
            .into_iter()
            .partition(|(_, optional)| *optional);
        let permissions = vocabulary::permissions(&operation.annotations);
        Some(OperationItem {
            file,
            name,
            qualified_name: operation.name.to_string(),
            segment: self.segment(&operation.name),
            parameters: operation
                .parameters
                .iter()
                .map(|p| p.name.to_string())
                .collect(),
            required: required.into_iter().map(|(argument, _)| argument).collect(),
            optional: optional.into_iter().map(|(argument, _)| argument).collect(),
            result,
            permissions: permissions.into_iter().map(permission).collect(),
            docs: docs(&operation.annotations),
        })
    }

    /// The URL segment: the bare name in a default namespace, else the name in full.
    fn segment(&self, name: &QualifiedName) -> String {
        let defaults = &self.config.service.default_namespaces;
        if defaults
            .iter()
            .any(|namespace| **namespace == *name.namespace)
        {
            name.name.to_string()
        } else {
            name.to_string()
        }
    }

    /// The parameters, and whether each may be left out.
    fn arguments(&self, operation: &Operation) -> Vec<(Argument, bool)> {
        let mut scope = Scope::with_reserved(CALL_METHODS.iter().copied());
        let words = self.words;
        let names = operation
            .parameters
            .iter()
            .map(|parameter| &*parameter.name);
        let names = scope.take_all(names, |name| words.snake(name));
        let arguments = operation.parameters.iter().map(|parameter| {
            let optional = vocabulary::optional_parameter(&parameter.annotations);
            let name = names[&*parameter.name].clone();
            let argument = self.argument(operation, parameter, name, optional);
            (argument, optional.is_some())
        });
        arguments.collect()
    }

    fn argument(
        &self,
        operation: &Operation,
        parameter: &Parameter,
        name: RustName,
        optional: Option<vocabulary::OptionalParameter<'_>>,
    ) -> Argument {
        let allowed = self.allowed.of(&operation.name.namespace, parameter);
        Argument {
            name,
            wire_name: parameter.name.to_string(),
            rust_type: self
                .types
                .argument_type(parameter, allowed, optional.is_some()),
            default_value: optional.and_then(|o| o.default_value).map(str::to_owned),
            docs: docs(&parameter.annotations),
        }
    }
}

fn permission(permission: vocabulary::Permission<'_>) -> PermissionItem {
    PermissionItem {
        scheme: permission.scheme.to_owned(),
        scopes: permission.scopes.into_iter().map(str::to_owned).collect(),
    }
}

/// The functions whose binding parameter is a single resource of exactly this type.
fn bound_to<'m>(model: &'m Model, name: &QualifiedName) -> impl Iterator<Item = &'m Operation> {
    let name = name.clone();
    model.operations.iter().filter(move |operation| {
        operation.kind == OperationKind::Function
            && operation.binding.as_ref().is_some_and(|binding| {
                !binding.type_ref.is_collection && binding.type_ref.named() == Some(&name)
            })
    })
}
