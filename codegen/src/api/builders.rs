//! Request builders: one for each type of resource, one for each type of collection.

use super::context::Context;
use super::docs::docs;
use super::items::*;
use super::naming::{Import, MethodNames, RustName, UNBOUND};
use super::operation_groups::operation_groups;
use super::operations::{Operations, permission};
use super::origin::Origin;
use super::reach::Allowed;
use super::refusals::{Place, unsupported};
use crate::edm::vocabulary::{self, Capabilities, Capability, Term};
use crate::edm::{Annotation, Multiplicity, OperationId, QualifiedName, Relation, StructuredKind};
use std::collections::BTreeMap;

/// Makes the items of request builders.
pub(super) struct Builders<'a, 'm> {
    pub context: &'a Context<'m>,
    pub operations: Operations<'a, 'm>,
}

impl<'m> Builders<'_, 'm> {
    /// The module `requests` with everything in it.
    pub fn module(&self) -> Module<ResourceItem> {
        let mut root = Module::new(vec![RustName::fixed("requests")]);
        for name in self.context.selection.resources() {
            let Some((module, parent)) = self
                .context
                .names
                .resource(name)
                .and_then(|names| names.module.split_last())
            else {
                continue;
            };
            let resource = ResourceItem {
                module: module.clone(),
                origin: Origin::of_type(name, &self.context.model().types[name]),
                builders: self.builders(name),
                operations: self.bound_operations(name),
                operation_groups: operation_groups(name, self.context),
                feature: None,
            };
            let parent = root.descend(parent);
            parent.note_namespace(&name.namespace);
            parent.items.push(resource);
        }
        if !self.context.overloads.imports.is_empty() {
            root.items.push(self.unbound());
        }
        root.sort_by(|item| item.module.clone());
        root
    }

    /// Methods to the service's entry points.
    pub fn entries(&self) -> Vec<Method> {
        let mut methods = Methods::new(MethodNames::of_client(self.context.namer));
        let container = self.context.model().container.as_ref();
        let children = container
            .into_iter()
            .flat_map(|container| &container.children);
        let targets = children.filter_map(|(name, child)| {
            let (target, multiplicity) = child.entry_point.resources()?;
            let (target, _) = self.context.model().types.get_key_value(target)?;
            let place = Place {
                segment: name,
                annotations: &child.annotations,
                said: Capabilities::of(&child.annotations),
                below: self.context.index().below_entry_point(child),
                target,
                multiplicity,
            };
            Some((&**name, place))
        });
        self.navigate("entry point", targets.collect(), &mut methods);
        for import in &self.context.overloads.imports {
            let name = methods.names.call(&import.names);
            methods.add(
                name,
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
        let operations = self.context.overloads.imports.iter();
        let item = |import: &Import| {
            self.operations
                .item(import.operation, &import.names, import.segment.clone())
        };
        ResourceItem {
            module: RustName::fixed(UNBOUND),
            origin: Origin::Service,
            builders: Vec::new(),
            operations: operations.map(item).collect(),
            operation_groups: Vec::new(),
            feature: None,
        }
    }

    fn bound_operations(&self, name: &QualifiedName) -> Vec<OperationItem> {
        let single = self.context.selection.bound_to(name, Multiplicity::One);
        let declared = single
            .into_iter()
            .chain(self.context.selection.bound_to(name, Multiplicity::Many));
        let items = declared.filter_map(|index| {
            let name = &self.context.index().operation(index).name;
            let segment = self.context.operation_segment(name);
            Some(
                self.operations
                    .item(index, self.context.overloads.names(index)?, segment),
            )
        });
        let mut items: Vec<_> = items.collect();
        items.sort_by(|a, b| a.name.cmp(&b.name));
        items
    }

    fn builders(&self, name: &'m QualifiedName) -> Vec<BuilderItem> {
        let reach = &self.context.selection.reach;
        let allowed = |multiplicity| Some((multiplicity, reach.allowed(name, multiplicity)?));
        let (single, collection) = (allowed(Multiplicity::One), allowed(Multiplicity::Many));
        let builders =
            collection
                .into_iter()
                .chain(single)
                .filter_map(|(multiplicity, allowed)| {
                    let declared = &self.context.model().types[name];
                    let origin = Origin::of_type(name, declared);
                    let mut methods = Methods::new(MethodNames::of_builder(self.context.namer));
                    if multiplicity.is_many() {
                        self.collection_methods(name, allowed, &mut methods);
                    } else {
                        self.single_methods(name, &origin, allowed, &mut methods);
                    }
                    self.calls(name, multiplicity, &mut methods);
                    Some(BuilderItem {
                        name: self.context.names.builder(name, multiplicity)?.name,
                        docs: docs(declared.annotations()),
                        origin,
                        model: self.context.names.model(name).cloned(),
                        multiplicity,
                        methods: methods.made,
                        permissions: self.operations.permissions.of_resources(name, multiplicity),
                        example: None,
                        documented: Vec::new(),
                    })
                });
        builders.collect()
    }

    fn collection_methods(
        &self,
        name: &'m QualifiedName,
        allowed: Allowed,
        methods: &mut Methods<'_>,
    ) {
        let said = Capabilities::of(self.context.model().types[name].annotations());
        if let Some(model) = self.context.names.model(name) {
            if allowed.read {
                methods.plain(
                    "list",
                    MethodKind::List {
                        model: model.clone(),
                        unsupported: unsupported(said, Multiplicity::Many),
                    },
                );
            }
            if allowed.insert {
                methods.plain("create", MethodKind::Create(model.clone()));
            }
            if allowed.read && (allowed.count || !self.context.refuses_options()) {
                methods.plain("count", MethodKind::Count(model.clone()));
            }
        }
        self.keys(name, methods);
        self.cast(name, Multiplicity::Many, methods);
    }

    /// A method for the key of the type, and one for each of its alternate keys.
    fn keys(&self, name: &'m QualifiedName, methods: &mut Methods<'_>) {
        let index = self.context.index();
        let Some(target) = self.context.names.builder(name, Multiplicity::One) else {
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
            let method = methods
                .names
                .key(parts.iter().map(|part| part.wire_name.as_str()));
            methods.add(
                method,
                Docs::default(),
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
        let aliases = key.iter().map(|(_, alias)| *alias);
        let names = self.context.namer.key_parts(aliases);
        let parts = key.iter().map(|(path, alias)| {
            let property = self.context.index().property_at(name, path)?;
            Some(Argument {
                name: names[alias].clone(),
                wire_name: (*alias).to_owned(),
                rust_type: self.context.rust_type(&property.type_ref, false),
                is_base64: false,
                default_value: None,
                allowed: Vec::new(),
                docs: docs(&property.annotations),
            })
        });
        parts.collect()
    }

    fn single_methods(
        &self,
        name: &'m QualifiedName,
        origin: &Origin,
        allowed: Allowed,
        methods: &mut Methods<'_>,
    ) {
        let index = self.context.index();
        let said = Capabilities::of(index.model.types[name].annotations());
        if let Some(model) = self.context.names.model(name) {
            if allowed.read {
                methods.plain(
                    "get",
                    MethodKind::Get {
                        model: model.clone(),
                        unsupported: unsupported(said, Multiplicity::One),
                    },
                );
            }
            if allowed.update {
                methods.plain(
                    "update",
                    MethodKind::Update {
                        model: model.clone(),
                        by_put: said.get(Capability::UpdateByPut) == Some(true),
                    },
                );
            }
        }
        if allowed.delete {
            methods.plain("delete", MethodKind::Delete);
        }
        self.media(name, allowed, methods);
        self.item_path(name, methods);
        self.cast(name, Multiplicity::One, methods);
        self.properties(name, &origin.to_string(), methods);
    }

    /// The content of a media entity and the properties that are streams.
    fn media(&self, name: &'m QualifiedName, allowed: Allowed, methods: &mut Methods<'_>) {
        let index = self.context.index();
        let upload = |content: StreamSegment| {
            let model = self.context.names.model(name)?.clone();
            Some(MethodKind::Upload { content, model })
        };
        let mut lineage = index.model.lineage(name);
        if lineage.any(|(_, declared)| declared.has_stream) {
            methods.plain("download", MethodKind::Download(StreamSegment::Content));
            let upload = upload(StreamSegment::Content).filter(|_| allowed.update);
            if let Some(upload) = upload {
                methods.plain("upload", upload);
            }
        }
        for (segment, property) in index.properties(name) {
            if !index.model.is_stream(&property.type_ref) || property.type_ref.is_collection() {
                continue;
            }
            let docs = docs(&property.annotations);
            let content = StreamSegment::Property(segment.to_string());
            let method = methods.names.download(segment);
            methods.add(method, docs.clone(), MethodKind::Download(content.clone()));
            let is_writable = !vocabulary::is_read_only(&property.annotations);
            if let Some(upload) = upload(content).filter(|_| is_writable) {
                let method = methods.names.upload(segment);
                methods.add(method, docs, upload);
            }
        }
    }

    /// To items that are addressed by their paths.
    fn item_path(&self, name: &'m QualifiedName, methods: &mut Methods<'_>) {
        let mut lineage = self.context.model().lineage(name);
        let addressed = lineage.find_map(|(owner, declared)| {
            let target = self.context.names.builder(owner, Multiplicity::One)?;
            Some((target, declared.item_path_delimiter?))
        });
        if let Some((target, delimiter)) = addressed {
            methods.plain("at_path", MethodKind::ItemPath { target, delimiter });
        }
    }

    fn cast(&self, name: &QualifiedName, multiplicity: Multiplicity, methods: &mut Methods<'_>) {
        let has_derived = !self.context.index().derived(name).is_empty();
        if let Some(model) = self.context.names.model(name).filter(|_| has_derived) {
            methods.plain(
                "cast",
                MethodKind::Cast {
                    model: model.clone(),
                    multiplicity,
                },
            );
        }
    }

    /// Methods to what the navigation properties lead to, and to complex values from which paths go
    /// on.
    fn properties(&self, name: &'m QualifiedName, owner: &str, methods: &mut Methods<'_>) {
        let index = self.context.index();
        let mut places = BTreeMap::new();
        for (segment, property) in index.properties(name) {
            if let Some(target) = index.leads_on(&property.type_ref) {
                places.insert(
                    &**segment,
                    Place {
                        segment,
                        annotations: &property.annotations,
                        said: Capabilities::of(&property.annotations),
                        below: BTreeMap::new(),
                        target,
                        multiplicity: property.type_ref.multiplicity,
                    },
                );
            }
        }
        let relations = index.relations(name);
        for relation in &relations {
            let property = relation.property;
            if let Some(target) = index.structured(&property.type_ref) {
                places.insert(
                    relation.name,
                    Place {
                        segment: relation.name,
                        annotations: &property.annotations,
                        said: index.said_of(relation),
                        below: index.below_relation(relation),
                        target,
                        multiplicity: property.type_ref.multiplicity,
                    },
                );
            }
        }
        self.navigate(owner, places, methods);
        for relation in &relations {
            if self.has_references(relation) {
                let method = methods.names.references(relation.name);
                methods.add(
                    method,
                    Docs::default(),
                    MethodKind::References {
                        segment: relation.name.to_string(),
                        multiplicity: relation.property.type_ref.multiplicity,
                    },
                );
            }
        }
    }

    /// What is contained is part of its parent, and cannot be referred to from another.
    fn has_references(&self, relation: &Relation<'m>) -> bool {
        let (model, property) = (self.context.model(), relation.property);
        let target = property
            .type_ref
            .named()
            .and_then(|name| model.structured(name));
        let is_entity = target.is_some_and(|target| target.kind == StructuredKind::Entity);
        let of_type = target.map(|target| Capabilities::of(&target.annotations));
        let said = self.context.index().said_of(relation);
        let said = said.or(of_type.unwrap_or_default());
        is_entity && !property.contains_target && said.allows(Capability::Reference)
    }

    fn navigate(
        &self,
        owner: &str,
        places: BTreeMap<&str, Place<'_, 'm>>,
        methods: &mut Methods<'_>,
    ) {
        let names = methods.names.navigation(owner, places.keys().copied());
        for (segment, place) in &places {
            let Some(target) = self.context.names.builder(place.target, place.multiplicity) else {
                continue;
            };
            methods.made.push(Method {
                name: names[segment].clone(),
                docs: docs(place.annotations),
                kind: MethodKind::Navigate(Navigation {
                    segment: place.segment.to_owned(),
                    target,
                    refused: self.context.refused(place),
                    told: self.context.told(place),
                    items: self.context.excluded_items(place),
                    below: self.context.refused_below(place),
                    permissions: permissions(place.annotations),
                }),
            });
        }
    }

    fn calls(
        &self,
        name: &'m QualifiedName,
        multiplicity: Multiplicity,
        methods: &mut Methods<'_>,
    ) {
        for index in self.context.index().callable(name, multiplicity) {
            let names = self.context.overloads.names(index);
            let Some(names) = names.filter(|_| self.context.selection.operations.contains(&index))
            else {
                continue;
            };
            let name = methods.names.call(names);
            methods.add(
                name,
                self.call_docs(index),
                MethodKind::Call {
                    target: names.path.clone(),
                    arguments: self.operations.required_arguments(index),
                },
            );
        }
    }

    fn call_docs(&self, operation: OperationId) -> Docs {
        docs(
            &self
                .context
                .selection
                .index
                .operation(operation)
                .annotations,
        )
    }
}

/// The methods of one builder.
struct Methods<'n> {
    names: MethodNames<'n>,
    made: Vec<Method>,
}

impl<'n> Methods<'n> {
    fn new(names: MethodNames<'n>) -> Self {
        Self {
            names,
            made: Vec::new(),
        }
    }

    fn add(&mut self, name: RustName, docs: Docs, kind: MethodKind) {
        self.made.push(Method { name, docs, kind });
    }

    /// A method of which the metadata says nothing.
    fn plain(&mut self, word: &str, kind: MethodKind) {
        let name = self.names.fixed(word);
        self.add(name, Docs::default(), kind);
    }
}

/// What the metadata says that callers need to be granted.
fn permissions(annotations: &[Annotation]) -> Vec<(RequestKind, PermissionItem)> {
    let terms = [
        (RequestKind::Read, Term::ReadRestrictions),
        (RequestKind::Insert, Term::InsertRestrictions),
        (RequestKind::Update, Term::UpdateRestrictions),
        (RequestKind::Delete, Term::DeleteRestrictions),
    ];
    let permissions = terms.into_iter().flat_map(|(kind, term)| {
        let granted = vocabulary::permissions_to(annotations, term).into_iter();
        granted.map(move |granted| (kind, permission(granted)))
    });
    permissions.collect()
}
