//! Request builders: one for each type of resource, one for each type of collection.

use super::docs;
use super::families::families;
use super::items::*;
use super::models::source;
use super::naming::{Scope, UNBOUND, Words};
use super::operations::{OperationMaker, permission};
use super::overloads::{Import, Overloads};
use super::reach::Allowed;
use super::selection::Selection;
use super::types::Types;
use crate::config::Config;
use crate::edm::vocabulary::{self, Capabilities};
use crate::edm::{
    Annotation, ContainerChildKind, NavigationProperty, Primitive, QualifiedName, StructuredKind,
};
use std::collections::BTreeMap;

/// Names that methods of a request builder cannot have.
const BUILDER_METHODS: &[&str] = &["clone", "fmt", "from", "into", "resource"];

/// Names that the client's methods to entry points cannot have.
const CLIENT_METHODS: &[&str] = &[
    "builder",
    "clone",
    "credential_source",
    "fmt",
    "from",
    "from_env",
    "into",
    "untyped",
];

/// Makes the items of request builders.
pub(super) struct BuilderMaker<'a, 'm> {
    pub selection: &'a Selection<'m>,
    pub config: &'a Config,
    pub words: &'a Words,
    pub types: &'a Types<'m>,
    pub overloads: &'a Overloads,
    pub operations: &'a OperationMaker<'a, 'm>,
}

impl<'m> BuilderMaker<'_, 'm> {
    /// The module `requests` with everything in it.
    pub fn module(&self) -> Module<ResourceItem> {
        let mut root = Module::new(vec![Scope::default().take("requests")]);
        for name in self.selection.resources() {
            let Some((module, parent)) = self
                .types
                .resource(name)
                .and_then(|names| names.module.split_last())
            else {
                continue;
            };
            let resource = ResourceItem {
                module: module.clone(),
                source: source(name, &self.selection.index.model.types[name]),
                builders: self.builders(name),
                operations: self.bound_operations(name),
                families: families(
                    name,
                    self.selection,
                    self.overloads,
                    self.config,
                    self.words,
                ),
                feature: None,
            };
            let parent = root.descend(parent);
            parent.note_namespace(&name.namespace);
            parent.items.push(resource);
        }
        if !self.overloads.imports.is_empty() {
            root.items.push(self.unbound());
        }
        root.sort_by(|item| item.module.clone());
        root
    }

    /// Methods to the service's entry points.
    pub fn entries(&self) -> Vec<Method> {
        let mut methods = Methods::new(CLIENT_METHODS);
        let container = self.selection.index.model.container.as_ref();
        let children = container
            .into_iter()
            .flat_map(|container| &container.children);
        let targets = children.filter_map(|(name, child)| {
            let is_collection = child.kind == ContainerChildKind::EntitySet;
            let (target, _) = self
                .selection
                .index
                .model
                .types
                .get_key_value(child.resource_type()?)?;
            let place = Place {
                segment: name,
                annotations: &child.annotations,
                target,
                is_collection,
            };
            Some((&**name, place))
        });
        self.navigate(targets.collect(), &mut methods);
        for import in &self.overloads.imports {
            methods.add(
                &import.names.method,
                self.call_docs(import.operation),
                MethodKind::Call {
                    target: import.names.path.clone(),
                    arguments: self.operations.required_arguments(import.operation),
                },
            );
        }
        methods.made
    }

    fn unbound(&self) -> ResourceItem {
        let operations = self.overloads.imports.iter();
        let item = |import: &Import| {
            self.operations
                .item(import.operation, &import.names, import.segment.clone())
        };
        ResourceItem {
            module: Scope::of_files().take(UNBOUND),
            source: "service itself".to_owned(),
            builders: Vec::new(),
            operations: operations.map(item).collect(),
            families: Vec::new(),
            feature: None,
        }
    }

    fn bound_operations(&self, name: &QualifiedName) -> Vec<OperationItem> {
        let single = self.selection.bound_to(name, false);
        let declared = single
            .into_iter()
            .chain(self.selection.bound_to(name, true));
        let items = declared.filter_map(|index| {
            let segment = self
                .operations
                .segment(&self.selection.index.operation(index).name);
            Some(
                self.operations
                    .item(index, self.overloads.names(index)?, segment),
            )
        });
        let mut items: Vec<_> = items.collect();
        items.sort_by(|a, b| a.name.cmp(&b.name));
        items
    }

    fn builders(&self, name: &'m QualifiedName) -> Vec<BuilderItem> {
        let reach = &self.selection.reach;
        let single = reach.single(name).map(|allowed| (false, allowed));
        let collection = reach.collection(name).map(|allowed| (true, allowed));
        let builders =
            collection
                .into_iter()
                .chain(single)
                .filter_map(|(is_collection, allowed)| {
                    let declared = &self.selection.index.model.types[name];
                    let mut methods = Methods::new(BUILDER_METHODS);
                    if is_collection {
                        self.collection_methods(name, allowed, &mut methods);
                    } else {
                        self.single_methods(name, allowed, &mut methods);
                    }
                    self.calls(name, is_collection, &mut methods);
                    Some(BuilderItem {
                        name: self.types.builder(name, is_collection)?.name,
                        docs: docs(declared.annotations()),
                        source: source(name, declared),
                        model: self.types.model(name).cloned(),
                        is_collection,
                        methods: methods.made,
                    })
                });
        builders.collect()
    }

    fn collection_methods(&self, name: &'m QualifiedName, allowed: Allowed, methods: &mut Methods) {
        let said = Capabilities::of(self.selection.index.model.types[name].annotations());
        if let Some(model) = self.types.model(name) {
            if allowed.read {
                methods.plain(
                    "list",
                    MethodKind::List {
                        model: model.clone(),
                        unsupported: unsupported(said),
                    },
                );
            }
            if allowed.insert {
                methods.plain("create", MethodKind::Create(model.clone()));
            }
            if allowed.read && said.countable != Some(false) {
                methods.plain("count", MethodKind::Count);
            }
        }
        self.keys(name, methods);
        self.cast(name, true, methods);
    }

    /// A method for the key of the type, and one for each of its alternate keys.
    fn keys(&self, name: &'m QualifiedName, methods: &mut Methods) {
        let index = &self.selection.index;
        let Some(target) = self.types.builder(name, false) else {
            return;
        };
        let lineage = || index.model.lineage(name);
        let main = lineage().find(|(_, declared)| !declared.key.is_empty());
        let main = main.map(|(_, declared)| {
            let parts = declared.key.iter();
            let parts =
                parts.map(|part| (&*part.path, part.alias.as_deref().unwrap_or(&part.path)));
            parts.collect::<Vec<_>>()
        });
        let alternate =
            lineage().flat_map(|(_, declared)| vocabulary::alternate_keys(&declared.annotations));
        let keys = main
            .map(|key| (key, false))
            .into_iter()
            .chain(alternate.map(|key| (key, true)));
        for (key, is_alternate) in keys {
            let Some(parts) = self.key_parts(name, &key) else {
                continue;
            };
            let words = parts.iter().map(|part| self.words.snake(&part.wire_name));
            let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
            let method = joined(["by", &words.join("_and_")]);
            methods.plain(
                &method,
                MethodKind::Key(KeyMethod {
                    target: target.clone(),
                    is_named: is_alternate || parts.len() > 1,
                    parts,
                    is_alternate,
                }),
            );
        }
    }

    /// The parts of a key; `None` if one of them names no property.
    fn key_parts(&self, name: &'m QualifiedName, key: &[(&str, &str)]) -> Option<Vec<Argument>> {
        let mut scope = Scope::default();
        let names = scope.take_all(key.iter().map(|(_, alias)| *alias), |name| {
            self.words.snake(name)
        });
        let parts = key.iter().map(|(path, alias)| {
            let property = self.selection.index.property_at(name, path)?;
            Some(Argument {
                name: names[alias].clone(),
                wire_name: (*alias).to_owned(),
                rust_type: self.types.rust_type(&property.type_ref, false),
                default_value: None,
                allowed: Vec::new(),
                docs: docs(&property.annotations),
            })
        });
        parts.collect()
    }

    fn single_methods(&self, name: &'m QualifiedName, allowed: Allowed, methods: &mut Methods) {
        let index = &self.selection.index;
        let declared = index.model.types[name].annotations();
        if let Some(model) = self.types.model(name) {
            if allowed.read {
                methods.plain("get", MethodKind::Get(model.clone()));
            }
            if allowed.update {
                methods.plain(
                    "update",
                    MethodKind::Update {
                        model: model.clone(),
                        by_put: Capabilities::of(declared).updated_by_put == Some(true),
                    },
                );
            }
        }
        if allowed.delete {
            methods.plain("delete", MethodKind::Delete);
        }
        self.media(name, allowed, methods);
        self.cast(name, false, methods);
        self.properties(name, methods);
    }

    /// The content of a media entity and the properties that are streams.
    fn media(&self, name: &'m QualifiedName, allowed: Allowed, methods: &mut Methods) {
        let index = &self.selection.index;
        let upload = |segment: &str| {
            let model = self.types.model(name)?.clone();
            let segment = segment.to_owned();
            Some(MethodKind::Upload { segment, model })
        };
        let mut lineage = index.model.lineage(name);
        if lineage.any(|(_, declared)| declared.has_stream) {
            methods.plain("download", MethodKind::Download("$value".to_owned()));
            if let Some(upload) = upload("$value").filter(|_| allowed.update) {
                methods.plain("upload", upload);
            }
        }
        for (segment, property) in index.properties(name) {
            let is_stream = index.primitive(&property.type_ref) == Some(Primitive::Stream);
            if !is_stream || property.type_ref.is_collection {
                continue;
            }
            let word = self.words.snake(segment);
            let docs = docs(&property.annotations);
            let download = MethodKind::Download(segment.to_string());
            methods.add(&joined(["download", &word]), docs.clone(), download);
            let is_writable = !vocabulary::is_read_only(&property.annotations);
            if let Some(upload) = upload(segment).filter(|_| is_writable) {
                methods.add(&joined(["upload", &word]), docs, upload);
            }
        }
    }

    fn cast(&self, name: &QualifiedName, is_collection: bool, methods: &mut Methods) {
        let has_derived = !self.selection.index.derived(name).is_empty();
        if let Some(model) = self.types.model(name).filter(|_| has_derived) {
            methods.plain(
                "cast",
                MethodKind::Cast {
                    model: model.clone(),
                    is_collection,
                },
            );
        }
    }

    /// Methods to what the navigation properties lead to, and to complex values from which paths go
    /// on.
    fn properties(&self, name: &'m QualifiedName, methods: &mut Methods) {
        let index = &self.selection.index;
        let mut places = BTreeMap::new();
        for (segment, property) in index.properties(name) {
            if let Some(target) = index.leads_on(&property.type_ref) {
                places.insert(
                    &**segment,
                    Place {
                        segment,
                        annotations: &property.annotations,
                        target,
                        is_collection: property.type_ref.is_collection,
                    },
                );
            }
        }
        let navigation = index.navigation(name);
        for (segment, property) in &navigation {
            if let Some(target) = index.structured(&property.type_ref) {
                places.insert(
                    &***segment,
                    Place {
                        segment,
                        annotations: &property.annotations,
                        target,
                        is_collection: property.type_ref.is_collection,
                    },
                );
            }
        }
        self.navigate(places, methods);
        for (segment, property) in navigation {
            if self.has_references(property) {
                let method = joined([&self.words.snake(segment), "ref"]);
                methods.plain(
                    &method,
                    MethodKind::References {
                        segment: segment.to_string(),
                        is_collection: property.type_ref.is_collection,
                    },
                );
            }
        }
    }

    /// What is contained is part of its parent, and cannot be referred to from another.
    fn has_references(&self, property: &NavigationProperty) -> bool {
        let model = self.selection.index.model;
        let target = property
            .type_ref
            .named()
            .and_then(|name| model.structured(name));
        let is_entity = target.is_some_and(|target| target.kind == StructuredKind::Entity);
        let of_type = target.map(|target| Capabilities::of(&target.annotations));
        let said = Capabilities::of(&property.annotations).or(of_type.unwrap_or_default());
        is_entity && !property.contains_target && said.referenceable != Some(false)
    }

    fn navigate(&self, places: BTreeMap<&str, Place<'_, 'm>>, methods: &mut Methods) {
        let names = methods
            .scope
            .take_all(places.keys().copied(), |name| self.words.snake(name));
        for (segment, place) in &places {
            let Some(target) = self.types.builder(place.target, place.is_collection) else {
                continue;
            };
            methods.made.push(Method {
                name: names[segment].clone(),
                docs: docs(place.annotations),
                kind: MethodKind::Navigate(Navigation {
                    segment: place.segment.to_owned(),
                    target,
                    refused: self.refused(place),
                    permissions: permissions(place.annotations),
                }),
            });
        }
    }

    /// What the builder has a method for and the metadata forbids at this place.
    fn refused(&self, place: &Place<'_, 'm>) -> Vec<RequestKind> {
        let (index, reach) = (&self.selection.index, &self.selection.reach);
        let allowed = if place.is_collection {
            reach.collection(place.target)
        } else {
            reach.single(place.target)
        };
        let allowed = allowed.unwrap_or_default();
        let of_type = Capabilities::of(index.model.types[place.target].annotations());
        let said = Capabilities::of(place.annotations).or(of_type);
        let kinds = [
            (RequestKind::Read, allowed.read, said.readable),
            (
                RequestKind::Insert,
                allowed.insert && place.is_collection,
                said.insertable,
            ),
            (RequestKind::Update, allowed.update, said.updatable),
            (RequestKind::Delete, allowed.delete, said.deletable),
        ];
        let refused = kinds
            .into_iter()
            .filter(|(_, allowed, said)| *allowed && *said == Some(false));
        refused.map(|(refusal, ..)| refusal).collect()
    }

    fn calls(&self, name: &'m QualifiedName, is_collection: bool, methods: &mut Methods) {
        for index in self.selection.index.callable(name, is_collection) {
            let names = self.overloads.names(index);
            let Some(names) = names.filter(|_| self.selection.operations.contains(&index)) else {
                continue;
            };
            methods.add(
                &names.method,
                self.call_docs(index),
                MethodKind::Call {
                    target: names.path.clone(),
                    arguments: self.operations.required_arguments(index),
                },
            );
        }
    }

    fn call_docs(&self, operation: usize) -> Docs {
        docs(&self.selection.index.operation(operation).annotations)
    }
}

/// A name of two parts, of which one may be empty.
fn joined(parts: [&str; 2]) -> String {
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("_")
}

/// Where a path can go on.
struct Place<'a, 'm> {
    segment: &'a str,
    annotations: &'a [Annotation],
    target: &'m QualifiedName,
    is_collection: bool,
}

/// The methods of one builder.
struct Methods {
    scope: Scope,
    made: Vec<Method>,
}

impl Methods {
    fn new(reserved: &[&str]) -> Self {
        Self {
            scope: Scope::with_reserved(reserved.iter().copied()),
            made: Vec::new(),
        }
    }

    fn add(&mut self, word: &str, docs: Docs, kind: MethodKind) {
        let name = self.scope.take(word);
        self.made.push(Method { name, docs, kind });
    }

    /// A method of which the metadata says nothing.
    fn plain(&mut self, word: &str, kind: MethodKind) {
        self.add(word, Docs::default(), kind);
    }
}

/// What the metadata says that callers need to be granted.
fn permissions(annotations: &[Annotation]) -> Vec<(RequestKind, PermissionItem)> {
    let terms = [
        (RequestKind::Read, "ReadRestrictions"),
        (RequestKind::Insert, "InsertRestrictions"),
        (RequestKind::Update, "UpdateRestrictions"),
        (RequestKind::Delete, "DeleteRestrictions"),
    ];
    let permissions = terms.into_iter().flat_map(|(kind, term)| {
        let granted = vocabulary::permissions_to(annotations, term).into_iter();
        granted.map(move |granted| (kind, permission(granted)))
    });
    permissions.collect()
}

/// The system query options that the metadata excludes.
fn unsupported(said: Capabilities) -> Vec<&'static str> {
    let options = [
        ("$count", said.countable),
        ("$expand", said.expandable),
        ("$filter", said.filterable),
        ("$orderby", said.sortable),
        ("$search", said.searchable),
        ("$select", said.selectable),
        ("$skip", said.skip),
        ("$top", said.top),
    ];
    let excluded = options.into_iter().filter(|(_, said)| *said == Some(false));
    excluded.map(|(option, _)| option).collect()
}
