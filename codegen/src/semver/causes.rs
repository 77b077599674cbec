//! Which changes follow from others: types that nothing leads to any longer, or that came with what
//! leads to them, and all that is a part of such types.

use super::entry_points::SERVICE;
use super::operations::Placed;
use super::report::Cause;
use super::{Change, Kind};
use crate::edm::{Model, QualifiedName, TypeRef};
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
    for (model, kind) in [(old, Kind::TypeRemoved), (new, Kind::TypeAdded)] {
        if changes.iter().any(|change| change.kind == kind) {
            Side::new(changes, model, kind).explain(changes);
        }
    }
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
        let texts: BTreeMap<_, _> = self
            .types
            .keys()
            .map(|name| (name.to_string(), *name))
            .collect();
        let of_types = |change: &Change| texts.get(type_of(change.owner.raw())).copied();
        let mut roots = Vec::new();
        for change in changes.iter() {
            if WAYS.contains(&change.kind) && of_types(change).is_none() {
                let targets = self.ways.targets(change).collect();
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
                None => Some(self.itself(name)),
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
            let next = self.ways.next(name);
            pending.extend(next.map(|name| (name, cause.clone())));
        }
    }

    /// Lets the others follow from one of them: first those that none of the others leads to.
    fn lead(&mut self) {
        let unexplained = self.types.iter().filter(|(_, cause)| cause.is_none());
        let unexplained: Vec<_> = unexplained.map(|(name, _)| *name).collect();
        let others = |name| self.ways.next(name).filter(move |next| *next != name);
        let led: BTreeSet<_> = unexplained.iter().flat_map(|name| others(*name)).collect();
        let (led, leading): (Vec<_>, Vec<_>) =
            unexplained.iter().partition(|name| led.contains(**name));
        let mut leaders = Vec::new();
        for name in leading.into_iter().chain(led) {
            if self.types[name].is_none() {
                leaders.push(name);
                // Until all is spread, nothing else leads to it.
                self.spread(vec![(self.itself(name), vec![name])]);
            }
        }
        for leader in leaders {
            self.types.insert(leader, None);
        }
    }

    /// That a type came or went.
    fn itself(&self, name: &QualifiedName) -> Cause {
        Cause {
            kind: self.kind,
            place: name.to_string().into(),
        }
    }
}

/// Types, each once.
type Types<'m> = BTreeSet<&'m QualifiedName>;

/// What leads from where in a model.
struct Ways<'m> {
    /// The types that a type leads to: those of its members and of operations that are bound to it, its
    /// base, and what derives from it.
    next: BTreeMap<&'m QualifiedName, Types<'m>>,
    /// The types that elements lead to, by their places.
    from: BTreeMap<String, Types<'m>>,
}

impl<'m> Ways<'m> {
    fn new(model: &'m Model) -> Self {
        let mut next: BTreeMap<_, Types<'_>> = BTreeMap::new();
        let mut from: BTreeMap<_, Types<'_>> = BTreeMap::new();
        for name in model.types.keys() {
            for step in model.members(name) {
                let Some(target) = step.member.type_ref().named() else {
                    continue;
                };
                let place = format!("{name}/{}", step.name);
                from.entry(place).or_default().insert(target);
                if step.declaring == name {
                    next.entry(name).or_default().insert(target);
                }
            }
            let base = model.structured(name).and_then(|it| it.base.as_ref());
            if let Some(base) = base {
                from.entry(name.to_string()).or_default().insert(base);
                next.entry(name).or_default().insert(base);
                next.entry(base).or_default().insert(name);
            }
        }
        for Placed { operation, place } in super::operations::places(model) {
            let parameters = operation.parameters.iter().map(|it| &it.type_ref);
            let returned = operation.return_type.iter().map(|it| &it.type_ref);
            let types = parameters.chain(returned).filter_map(TypeRef::named);
            let types: Types<'_> = types.collect();
            let binding = operation.binding.as_ref();
            if let Some(binding) = binding.and_then(|it| it.type_ref.named()) {
                next.entry(binding).or_default().extend(&types);
            }
            from.insert(place, types);
        }
        let children = model.container.iter().flat_map(|it| &it.children);
        for (name, child) in children {
            // An entity type, or what an operation takes and gives.
            let target = child.entry_point.name();
            let imported = child.entry_point.imported();
            let types = imported.and_then(|_| from.get(&target.to_string()).cloned());
            let types = types.unwrap_or_else(|| BTreeSet::from([target]));
            from.insert(format!("{SERVICE}/{name}"), types);
        }
        Self { next, from }
    }

    /// The types that the element leads to that a change is about, or the one that it is a part of.
    fn targets(&self, change: &Change) -> impl Iterator<Item = &'m QualifiedName> {
        let from = self.from.get(change.place().raw());
        let from = from.or_else(|| self.from.get(change.owner.raw()));
        from.into_iter().flatten().copied()
    }

    fn next(&self, name: &QualifiedName) -> impl Iterator<Item = &'m QualifiedName> {
        self.next.get(name).into_iter().flatten().copied()
    }
}

/// The type that something belongs to, be it to collections of it.
fn type_of(owner: &str) -> &str {
    let inner = owner.strip_prefix("Collection(");
    inner
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(owner)
}
