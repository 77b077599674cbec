//! Which types derive from which.

use super::inheritance::CHAIN;
use super::{Model, QualifiedName, StructuredKind, Type, TypeFamily};
use std::collections::{BTreeSet, HashMap};

/// With fewer derived types, nothing is a base of most of a service.
const MANY: usize = 100;

/// The types that derive from others, looked up once.
#[derive(Debug)]
pub struct Hierarchy<'m> {
    model: &'m Model,
    derived: HashMap<&'m QualifiedName, Vec<&'m QualifiedName>>,
}

impl<'m> Hierarchy<'m> {
    /// Those of a model.
    pub fn new(model: &'m Model) -> Self {
        let bases = model.types.iter().filter_map(|(name, declared)| {
            let Type::Structured(structured) = declared else {
                return None;
            };
            Some((name, structured.base.as_ref()?))
        });
        let bases: HashMap<_, _> = bases.collect();
        let base = |name: &&'m QualifiedName| bases.get(*name).copied();
        let mut derived = HashMap::<_, Vec<_>>::new();
        for name in model.types.keys() {
            // In a model that has not been checked, a type may extend itself.
            let lineage = std::iter::successors(base(&name), base).take(CHAIN);
            for base in lineage {
                derived.entry(base).or_default().push(name);
            }
        }
        Self { model, derived }
    }

    /// The types that derive from one, at all levels, sorted by name.
    pub fn derived(&self, base: &QualifiedName) -> &[&'m QualifiedName] {
        self.derived.get(base).map_or(&[], Vec::as_slice)
    }

    /// Whether nearly everything of its kind derives from a type, as from Graph's `entity`: that
    /// something is of it tells nothing. Versions of a type count once.
    pub fn is_base_of_most(&self, base: &QualifiedName, kind: StructuredKind) -> bool {
        let derived = self.derived(base);
        if derived.len() <= MANY {
            return false;
        }
        let derived: BTreeSet<TypeFamily<'_>> = derived.iter().map(|it| it.family()).collect();
        if derived.len() <= MANY {
            return false;
        }
        let of_kind = self.model.types.iter().filter(|(_, declared)| {
            matches!(declared, Type::Structured(structured) if structured.kind == kind)
        });
        let all: BTreeSet<_> = of_kind.map(|(name, _)| name.family()).collect();
        derived.len() * 2 > all.len()
    }
}
