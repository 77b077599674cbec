//! Which changes follow from others: types that nothing leads to any longer, or that came with what
//! leads to them, and all that is a part of such types.

use super::report::Cause;
use super::{Change, Kind};
use crate::edm::{Model, QualifiedName, StructuredType, Type, TypeRef};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Kinds of change that may cut types off, or bring them in.
const WAYS: &[Kind] = &[
    Kind::EntryPointRemoved,
    Kind::EntryPointChanged,
    Kind::EntryPointAdded,
    Kind::ImportRemoved,
    Kind::ImportAdded,
    Kind::BaseTypeChanged,
    Kind::PropertyRemoved,
    Kind::PropertyTypeChanged,
    Kind::PropertyAdded,
    Kind::NavigationRemoved,
    Kind::NavigationTypeChanged,
    Kind::NavigationAdded,
    Kind::OperationRemoved,
    Kind::ReturnTypeChanged,
    Kind::OperationAdded,
    Kind::ParameterRemoved,
    Kind::ParameterTypeChanged,
    Kind::RequiredParameterAdded,
    Kind::OptionalParameterAdded,
];

/// Says of each change that follows from another which one that is.
pub(super) fn explain(changes: &mut [Change], old: &Model, new: &Model) {
    Side::new(changes, old, Kind::TypeRemoved).explain(changes);
    Side::new(changes, new, Kind::TypeAdded).explain(changes);
}

/// The types that only one of two models has.
struct Side<'m> {
    kind: Kind,
    ways: Ways<'m>,
    /// Those types, and the change that each of them follows from, if there is one.
    types: BTreeMap<&'m QualifiedName, Option<Cause>>,
}

impl<'m> Side<'m> {
    fn new(changes: &[Change], model: &'m Model, kind: Kind) -> Self {
        let types = changes.iter().filter(|change| change.kind == kind);
        let names: BTreeSet<_> = types.map(|change| change.owner.raw()).collect();
        let types = model
            .types
            .keys()
            .filter(|name| names.contains(&*name.to_string()));
        Self {
            kind,
            ways: Ways::new(model),
            types: types.map(|name| (name, None)).collect(),
        }
    }

    fn explain(mut self, changes: &mut [Change]) {
        if self.types.is_empty() {
            return;
        }
        let texts: BTreeMap<_, _> = self
            .types
            .keys()
            .map(|name| (name.to_string(), *name))
            .collect();
        let of_types = |change: &Change| texts.get(type_of(change.owner.raw())).copied();
        let mut roots = Vec::new();
        for change in changes.iter() {
            if WAYS.contains(&change.kind) && of_types(change).is_none() {
                let targets = self.ways.targets(change);
                roots.push((change.as_cause(), targets));
            }
        }
        self.spread(roots);
        self.lead();
        for change in changes.iter_mut() {
            let Some(name) = of_types(change) else {
                continue;
            };
            let is_itself = change.kind == self.kind;
            change.because = match &self.types[name] {
                Some(cause) => Some(cause.clone()),
                None if is_itself => None,
                // It came or went with its type, which did so by itself.
                None => Some(Cause {
                    kind: self.kind,
                    place: name.to_string().into(),
                }),
            };
        }
    }

    /// Gives each type that causes lead to the nearest of them.
    fn spread(&mut self, roots: Vec<(Cause, Vec<&'m QualifiedName>)>) {
        let mut pending = VecDeque::new();
        for (cause, targets) in roots {
            pending.extend(targets.into_iter().map(|name| (name, cause.clone())));
        }
        while let Some((name, cause)) = pending.pop_front() {
            let Some(known @ None) = self.types.get_mut(name) else {
                continue;
            };
            *known = Some(cause.clone());
            let next = self.ways.next.get(name).into_iter().flatten();
            pending.extend(next.map(|name| (*name, cause.clone())));
        }
    }

    /// Lets the others follow from one of them: first those that none of the others leads to.
    fn lead(&mut self) {
        let unexplained = self.types.iter().filter(|(_, cause)| cause.is_none());
        let unexplained: Vec<_> = unexplained.map(|(name, _)| *name).collect();
        let led: BTreeSet<_> = unexplained
            .iter()
            .flat_map(|name| {
                self.ways
                    .next
                    .get(*name)
                    .into_iter()
                    .flatten()
                    .filter(move |n| *n != name)
            })
            .copied()
            .collect();
        let (led, leading): (Vec<_>, Vec<_>) =
            unexplained.iter().partition(|name| led.contains(**name));
        let mut leaders: BTreeSet<&QualifiedName> = BTreeSet::new();
        for name in leading.into_iter().chain(led) {
            if self.types[name].is_some() || leaders.contains(name) {
                continue;
            }
            leaders.insert(name);
            let cause = Cause {
                kind: self.kind,
                place: name.to_string().into(),
            };
            // Until all is spread, nothing else leads to it.
            let next = self
                .ways
                .next
                .get(name)
                .into_iter()
                .flatten()
                .copied()
                .collect();
            self.types.insert(name, Some(cause.clone()));
            self.spread(vec![(cause, next)]);
        }
        for leader in leaders {
            self.types.insert(leader, None);
        }
    }
}

/// What leads from where in a model.
struct Ways<'m> {
    model: &'m Model,
    /// Structured types by their names.
    structured: BTreeMap<String, (&'m QualifiedName, &'m StructuredType)>,
    /// The types that a type leads to: those of its members and of operations that are bound to it, its
    /// base, and what derives from it.
    next: BTreeMap<&'m QualifiedName, BTreeSet<&'m QualifiedName>>,
    /// The types of the parameters and results of operations, by place.
    operations: BTreeMap<String, BTreeSet<&'m QualifiedName>>,
}

impl<'m> Ways<'m> {
    fn new(model: &'m Model) -> Self {
        let mut next: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let mut by_name = BTreeMap::new();
        for (name, declared) in &model.types {
            let Type::Structured(structured) = declared else {
                continue;
            };
            by_name.insert(name.to_string(), (name, structured));
            next.entry(name)
                .or_default()
                .extend(member_types(structured));
            if let Some(base) = &structured.base {
                next.entry(name).or_default().insert(base);
                next.entry(base).or_default().insert(name);
            }
        }
        let mut operations = BTreeMap::new();
        for operation in &model.operations {
            let binding = operation
                .binding
                .as_ref()
                .and_then(|it| it.type_ref.named());
            let parameters = operation.parameters.iter().map(|it| &it.type_ref);
            let returned = operation.return_type.iter().map(|it| &it.type_ref);
            let types: BTreeSet<_> = parameters
                .chain(returned)
                .filter_map(TypeRef::named)
                .collect();
            if let Some(binding) = binding {
                next.entry(binding).or_default().extend(&types);
            }
            operations.insert(
                super::operations::place(operation, &model.operations),
                types,
            );
        }
        Self {
            model,
            structured: by_name,
            next,
            operations,
        }
    }

    /// The types that the element leads to that a change is about.
    fn targets(&self, change: &Change) -> Vec<&'m QualifiedName> {
        let place = change.place();
        let operation = self.operations.get(place.raw());
        let operation = operation.or_else(|| self.operations.get(change.owner.raw()));
        if let Some(types) = operation {
            return types.iter().copied().collect();
        }
        let member = change.member.as_ref().map(|member| member.raw());
        if change.owner.is_empty() {
            let children = self
                .model
                .container
                .as_ref()
                .map(|container| &container.children);
            let child = children
                .zip(member)
                .and_then(|(children, name)| children.get(name));
            let child = child.map(|child| child.entry_point.name());
            return child.map_or_else(Vec::new, |name| self.of_entry_point(name));
        }
        let Some((name, structured)) = self.structured.get(change.owner.raw()) else {
            return Vec::new();
        };
        let Some(member) = member else {
            return structured.base.iter().collect();
        };
        let types = self.model.lineage(name).filter_map(|(_, structured)| {
            let property = structured.properties.get(member).map(|it| &it.type_ref);
            let property =
                property.or_else(|| structured.navigation.get(member).map(|it| &it.type_ref));
            property.and_then(TypeRef::named)
        });
        types.collect()
    }

    /// An entity type, or what an operation takes and gives.
    fn of_entry_point(&self, name: &'m QualifiedName) -> Vec<&'m QualifiedName> {
        match self.operations.get(&name.to_string()) {
            Some(types) => types.iter().copied().collect(),
            None => vec![name],
        }
    }
}

fn member_types(structured: &StructuredType) -> impl Iterator<Item = &QualifiedName> {
    let properties = structured.properties.values().map(|it| &it.type_ref);
    let navigation = structured.navigation.values().map(|it| &it.type_ref);
    properties.chain(navigation).filter_map(TypeRef::named)
}

/// The type that something belongs to, be it to collections of it.
fn type_of(owner: &str) -> &str {
    let inner = owner.strip_prefix("Collection(");
    inner
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(owner)
}
