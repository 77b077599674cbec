//! What a client lets its callers ask for at each place.

use csdl_codegen::api::{Api, BuilderItem, ItemPath, MethodKind, Module, Navigation, ResourceItem};
use csdl_codegen::edm::vocabulary::Capability;
use csdl_codegen::edm::{Hierarchy, Model, Multiplicity, QualifiedName};
use std::collections::{BTreeMap, BTreeSet};

/// The ways of a client, and the requests at their ends.
#[derive(Debug)]
pub struct Offers<'a> {
    model: &'a Model,
    hierarchy: Hierarchy<'a>,
    builders: BTreeMap<ItemPath, &'a BuilderItem>,
    of_types: BTreeMap<(&'a QualifiedName, Multiplicity), &'a BuilderItem>,
    entries: BTreeMap<&'a str, &'a Navigation>,
    steps: BTreeMap<(&'a QualifiedName, &'a str), &'a Navigation>,
    references: BTreeSet<(&'a QualifiedName, &'a str)>,
}

impl<'a> Offers<'a> {
    /// Those of a client of a model.
    pub fn new(model: &'a Model, api: &'a Api) -> Self {
        let mut found = Self {
            model,
            hierarchy: Hierarchy::new(model),
            builders: BTreeMap::new(),
            of_types: BTreeMap::new(),
            entries: BTreeMap::new(),
            steps: BTreeMap::new(),
            references: BTreeSet::new(),
        };
        for method in &api.client.methods {
            if let MethodKind::Navigate(to) = &method.kind {
                found.entries.insert(&to.segment, to);
            }
        }
        found.module(&api.requests);
        found
    }

    fn module(&mut self, module: &'a Module<ResourceItem>) {
        for resource in &module.items {
            let mut path = module.path.clone();
            path.push(resource.module.clone());
            for builder in &resource.builders {
                let item = ItemPath {
                    module: path.clone(),
                    name: builder.name.clone(),
                };
                self.builders.insert(item, builder);
                self.builder(builder);
            }
        }
        for inner in module.modules.values() {
            self.module(inner);
        }
    }

    fn builder(&mut self, builder: &'a BuilderItem) {
        let Some(name) = builder.origin.type_name() else {
            return;
        };
        self.of_types.insert((name, builder.multiplicity), builder);
        for method in &builder.methods {
            match &method.kind {
                MethodKind::Navigate(to) => {
                    self.steps.insert((name, &to.segment), to);
                }
                MethodKind::References { segment, .. } => {
                    self.references.insert((name, segment));
                }
                _ => {}
            }
        }
    }

    /// The way from the service's root.
    pub fn entry(&self, segment: &str) -> Option<&'a Navigation> {
        self.entries.get(segment).copied()
    }

    /// The way from the service's root by a name in any case.
    pub fn entry_named(&self, name: &str) -> Option<&'a Navigation> {
        let mut entries = self.entries.iter();
        let named = entries.find(|(segment, _)| segment.eq_ignore_ascii_case(name));
        named.map(|(_, way)| *way)
    }

    /// The way from a resource of this type by a name in any case.
    pub fn step_named(&self, from: &QualifiedName, name: &str) -> Option<&'a Navigation> {
        let builder = self.of_types.get(&(from, Multiplicity::One))?;
        builder
            .methods
            .iter()
            .find_map(|method| match &method.kind {
                MethodKind::Navigate(to) if to.segment.eq_ignore_ascii_case(name) => Some(to),
                _ => None,
            })
    }

    /// The way from a resource of this type.
    pub fn step(&self, from: &QualifiedName, segment: &str) -> Option<&'a Navigation> {
        self.steps.get(&(from, segment)).copied()
    }

    /// All ways that end at resources of this type, with where they begin: nowhere, or at a resource of a
    /// type.
    pub fn ways_to(
        &self,
        name: &QualifiedName,
    ) -> Vec<(Option<&'a QualifiedName>, &'a Navigation)> {
        let entries = self.entries.values().map(|to| (None, *to));
        let steps = self.steps.iter().map(|((from, _), to)| (Some(*from), *to));
        let ways = entries.chain(steps);
        ways.filter(|(_, to)| self.target(to).0 == name).collect()
    }

    /// The ways that end at resources of types that a type extends, if the client has builders of it: as it,
    /// resources can be asked for at their ends.
    pub fn casts_to(
        &self,
        name: &QualifiedName,
    ) -> Vec<(Option<&'a QualifiedName>, &'a Navigation)> {
        let bases = self.model.lineage(name).skip(1);
        let ways = bases.flat_map(|(base, _)| self.ways_to(base));
        let is_there = |way: &Navigation| {
            let (_, multiplicity) = self.target(way);
            self.of_types.contains_key(&(name, multiplicity))
        };
        ways.filter(|(_, way)| is_there(way)).collect()
    }

    /// The types that extend a type, and it.
    pub fn family<'s>(
        &'s self,
        name: &'s QualifiedName,
    ) -> impl Iterator<Item = &'s QualifiedName> {
        std::iter::once(name).chain(self.hierarchy.derived(name))
    }

    /// The type of the resources at the end of a way, and how many there are.
    pub fn target(&self, way: &Navigation) -> (&'a QualifiedName, Multiplicity) {
        let builder = self.builders[&way.target];
        let name = builder.origin.type_name();
        (name.expect("resources have a type"), builder.multiplicity)
    }

    /// Whether a path from a resource leads to a property or a navigation property.
    pub fn has_property(&self, of: &QualifiedName, path: &str) -> bool {
        if self.model.relation_at(of, path).is_some() {
            return true;
        }
        let (from, name) = match path.rsplit_once('/') {
            Some((way, name)) => match self.model.relation_at(of, way) {
                Some(relation) => (relation.property.type_ref.named(), name),
                None => return false,
            },
            None => (Some(of), path),
        };
        let mut lineage = from.into_iter().flat_map(|from| self.model.lineage(from));
        lineage.any(|(_, declared)| declared.properties.contains_key(name))
    }

    /// Whether a way leads to the references of a navigation property.
    pub fn has_references(&self, from: &QualifiedName, segment: &str) -> bool {
        self.references.contains(&(from, segment))
    }

    /// Whether a request, or one with a query option, is sent at the end of a way.
    pub fn sends(&self, way: &Navigation, capability: Capability) -> bool {
        !way.refused.contains(&capability) && self.has_method(way, capability)
    }

    /// The same with the resources as those of a type that extends theirs.
    pub fn sends_as(&self, way: &Navigation, name: &QualifiedName, capability: Capability) -> bool {
        let (_, multiplicity) = self.target(way);
        !way.refused.contains(&capability) && self.offers(name, multiplicity, capability)
    }

    /// The same where a place before the way permits what is forbidden at its end elsewhere.
    pub fn sends_permitted(
        &self,
        way: &Navigation,
        name: &QualifiedName,
        capability: Capability,
    ) -> bool {
        self.offers(name, self.target(way).1, capability)
    }

    /// Whether documentation tells that a query option is not supported at the end of a way, with the
    /// resources as those of this type.
    pub fn tells(&self, way: &Navigation, name: &QualifiedName, option: Capability) -> bool {
        let (_, multiplicity) = self.target(way);
        let builder = self.of_types.get(&(name, multiplicity));
        let mut methods = builder.into_iter().flat_map(|builder| &builder.methods);
        way.told.contains(&option)
            || methods.any(|method| match &method.kind {
                MethodKind::List { unsupported, .. } | MethodKind::Get { unsupported, .. } => {
                    option.option().is_some_and(|it| unsupported.contains(&it))
                }
                _ => false,
            })
    }

    /// The same of a way on from there: through navigation properties. `None` if it leads nowhere.
    pub fn sends_below(
        &self,
        way: &Navigation,
        path: &str,
        capability: Capability,
    ) -> Option<bool> {
        let relation = self.model.relation_at(self.target(way).0, path)?;
        let last = self.step(relation.from, relation.name)?;
        let below = way.below.iter().find(|below| below.path == path);
        if below.is_some_and(|it| it.refused.contains(&capability)) {
            return Some(false);
        }
        if capability == Capability::Reference {
            return Some(self.has_references(relation.from, relation.name));
        }
        if below.is_some_and(|it| it.permitted.contains(&capability)) {
            return Some(self.has_method(last, capability));
        }
        Some(self.sends(last, capability))
    }

    fn has_method(&self, way: &Navigation, capability: Capability) -> bool {
        let (name, multiplicity) = self.target(way);
        self.offers(name, multiplicity, capability)
    }

    /// Whether a builder of resources has the method, be it that of a type that extends theirs.
    fn offers(
        &self,
        name: &QualifiedName,
        multiplicity: Multiplicity,
        capability: Capability,
    ) -> bool {
        let methods = |multiplicity| {
            let names = self.family(name);
            let builders = names.filter_map(move |name| self.of_types.get(&(name, multiplicity)));
            builders.flat_map(|builder| &builder.methods)
        };
        let has = |multiplicity, is_it: fn(&MethodKind) -> bool| {
            methods(multiplicity).any(|method| is_it(&method.kind))
        };
        let is_many = multiplicity.is_many();
        match capability {
            Capability::Read => has(multiplicity, |kind| {
                matches!(kind, MethodKind::List { .. } | MethodKind::Get { .. })
            }),
            Capability::ReadByKey => {
                is_many
                    && has(Multiplicity::One, |kind| {
                        matches!(kind, MethodKind::Get { .. })
                    })
            }
            Capability::Insert => {
                is_many && has(multiplicity, |it| matches!(it, MethodKind::Create(_)))
            }
            Capability::Update | Capability::UpdateByPut => has(Multiplicity::One, |kind| {
                matches!(kind, MethodKind::Update { .. } | MethodKind::Upload { .. })
            }),
            Capability::Delete => has(Multiplicity::One, |it| matches!(it, MethodKind::Delete)),
            Capability::Reference => false,
            Capability::Count => {
                is_many
                    && has(multiplicity, |kind| {
                        matches!(kind, MethodKind::List { .. } | MethodKind::Count(_))
                    })
            }
            option => {
                has(multiplicity, |it| matches!(it, MethodKind::List { .. }))
                    || option.is_of_single()
                        && has(Multiplicity::One, |it| matches!(it, MethodKind::Get { .. }))
            }
        }
    }
}
