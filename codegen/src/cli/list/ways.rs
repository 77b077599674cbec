//! The ways through a service, as its documentation writes them.

use csdl_codegen::edm::{
    Hierarchy, Model, Multiplicity, Operation, QualifiedName, StructuredType, TypeRef,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What stands at the end of a path that can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'m> {
    named: &'m QualifiedName,
    multiplicity: Multiplicity,
    /// Whether the path was cast to the type. What that inherits needs no cast, or one to another type.
    is_cast: bool,
}

/// A further segment: what is written, and where it leads if paths can go on from there.
struct Step<'m> {
    text: String,
    name: &'m str,
    to: Option<Place<'m>>,
}

/// Of the ways to one place, this many of the shortest are told.
const WAYS: usize = 3;

/// The ways along navigation properties, derived types and operations. Their number grows with a power
/// of the depth, so they are counted before they are made.
pub struct Ways<'m> {
    model: &'m Model,
    hierarchy: Hierarchy<'m>,
    bound: BTreeMap<(&'m QualifiedName, Multiplicity), Vec<&'m Operation>>,
    counts: BTreeMap<(Place<'m>, u8), usize>,
}

impl<'m> Ways<'m> {
    pub fn new(model: &'m Model) -> Self {
        let mut ways = Self {
            model,
            hierarchy: Hierarchy::new(model),
            bound: BTreeMap::new(),
            counts: BTreeMap::new(),
        };
        for operation in &model.operations {
            let binding = operation.binding.as_ref().map(|it| &it.type_ref);
            if let Some((binding, named)) = binding.and_then(|it| Some((it, it.named()?))) {
                let on = (named, binding.multiplicity);
                ways.bound.entry(on).or_default().push(operation);
            }
        }
        ways
    }

    /// The first segments.
    fn entries(&self) -> impl Iterator<Item = Step<'m>> + use<'m> {
        let model = self.model;
        let children = model.container.iter().flat_map(|it| &it.children);
        children.map(move |(name, child)| {
            let resources = child.entry_point.resources();
            let known = resources.and_then(|(name, multiplicity)| {
                let (named, _) = model.types.get_key_value(name)?;
                Some(Place {
                    named,
                    multiplicity,
                    is_cast: false,
                })
            });
            Step {
                text: format!("/{name}"),
                name,
                to: known,
            }
        })
    }

    /// What can stand behind a place. Of a collection, that is also what can stand behind its items.
    fn steps(&self, from: Place<'m>) -> Vec<Step<'m>> {
        let mut steps = Vec::new();
        if from.multiplicity.is_many() {
            self.calls(from, Multiplicity::Many, "", &mut steps);
        }
        for name in self.casts(from) {
            steps.push(Step {
                text: format!("/{name}"),
                name: &name.name,
                to: Some(Place {
                    named: name,
                    multiplicity: from.multiplicity,
                    is_cast: true,
                }),
            });
        }
        let key = if from.multiplicity.is_many() {
            "/{id}"
        } else {
            ""
        };
        for (_, structured) in self.own(from) {
            steps.extend(structured.navigation.iter().map(|(name, property)| Step {
                text: format!("{key}/{name}"),
                name,
                to: place(&property.type_ref),
            }));
        }
        self.calls(from, Multiplicity::One, key, &mut steps);
        steps
    }

    /// The types that a path can be cast to: none where nearly all derive from its type.
    fn casts(&self, from: Place<'m>) -> Vec<&'m QualifiedName> {
        let kind = self.model.structured(from.named).map(|it| it.kind);
        let is_telling = kind.is_some_and(|it| !self.hierarchy.is_base_of_most(from.named, it));
        match is_telling && !from.is_cast {
            true => self.hierarchy.derived(from.named),
            false => Vec::new(),
        }
    }

    /// The type of a place and those that it extends, but for what needs no cast.
    fn own(
        &self,
        from: Place<'m>,
    ) -> impl Iterator<Item = (&'m QualifiedName, &'m StructuredType)> + use<'m> {
        let most = if from.is_cast { 1 } else { usize::MAX };
        self.model.lineage(from.named).take(most)
    }

    fn calls(
        &self,
        from: Place<'m>,
        multiplicity: Multiplicity,
        key: &str,
        steps: &mut Vec<Step<'m>>,
    ) {
        let mut seen = BTreeSet::new();
        for (base, _) in self.own(from) {
            for operation in self.bound.get(&(base, multiplicity)).into_iter().flatten() {
                if seen.insert(&operation.name) {
                    let result = operation.return_type.as_ref();
                    let result = result.filter(|_| operation.is_composable);
                    steps.push(Step {
                        text: format!("{key}/{}", operation.name.name),
                        name: &operation.name.name,
                        to: result.and_then(|result| place(&result.type_ref)),
                    });
                }
            }
        }
    }

    /// How many paths there are, or any number above `most`.
    pub fn count(&mut self, depth: u8, most: usize) -> usize {
        let entries: Vec<_> = self.entries().map(|step| step.to).collect();
        let counts = entries
            .into_iter()
            .map(|to| self.count_from(to, depth, most));
        counts.fold(0, usize::saturating_add)
    }

    /// The same from a place, itself included.
    fn count_from(&mut self, from: Option<Place<'m>>, depth: u8, most: usize) -> usize {
        let Some(from) = from.filter(|_| depth > 1) else {
            return 1;
        };
        if let Some(count) = self.counts.get(&(from, depth)) {
            return *count;
        }
        let mut count = 1_usize;
        for step in self.steps(from) {
            count = count.saturating_add(self.count_from(step.to, depth - 1, most));
            if count > most {
                break;
            }
        }
        self.counts.insert((from, depth), count);
        count
    }

    /// All paths of so many segments, sorted.
    pub fn all(&self, depth: u8) -> Vec<String> {
        let mut paths = BTreeSet::new();
        for step in self.entries() {
            self.collect(step.text, step.to, depth, &mut paths);
        }
        paths.into_iter().collect()
    }

    fn collect(
        &self,
        path: String,
        from: Option<Place<'m>>,
        depth: u8,
        paths: &mut BTreeSet<String>,
    ) {
        if let Some(from) = from.filter(|_| depth > 1) {
            for step in self.steps(from) {
                let longer = format!("{path}{}", step.text);
                self.collect(longer, step.to, depth - 1, paths);
            }
        }
        paths.insert(path);
    }

    /// The shortest paths to each segment whose name is like that, the shortest first.
    pub fn to(&self, is_like: impl Fn(&str) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        let mut visits: BTreeMap<Place<'m>, usize> = BTreeMap::new();
        let mut pending: VecDeque<_> = self.entries().map(|step| (String::new(), step)).collect();
        while let Some((before, step)) = pending.pop_front() {
            let path = before + &step.text;
            if is_like(step.name) {
                found.push(path.clone());
            }
            let Some(place) = step.to else { continue };
            let visits = visits.entry(place).or_default();
            *visits += 1;
            if *visits <= WAYS {
                let further = self.steps(place).into_iter();
                pending.extend(further.map(|step| (path.clone(), step)));
            }
        }
        found
    }
}

fn place(type_ref: &TypeRef) -> Option<Place<'_>> {
    Some(Place {
        named: type_ref.named()?,
        multiplicity: type_ref.multiplicity,
        is_cast: false,
    })
}
