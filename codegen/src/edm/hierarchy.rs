//! Which types derive from which.

use super::{Model, QualifiedName, StructuredKind, TypeFamily};
use std::collections::{BTreeMap, BTreeSet};

/// With fewer derived types, nothing is a base of most of a service.
const MANY: usize = 100;

/// The types that derive from others, looked up once.
#[derive(Debug)]
pub struct Hierarchy<'m> {
    derived: BTreeMap<&'m QualifiedName, Vec<&'m QualifiedName>>,
    /// How many types of each kind there are; versions of one count once.
    types: BTreeMap<StructuredKind, usize>,
}

impl<'m> Hierarchy<'m> {
    /// Those of a model.
    pub fn new(model: &'m Model) -> Self {
        let mut derived = BTreeMap::<_, Vec<_>>::new();
        let mut types = BTreeMap::<_, BTreeSet<_>>::new();
        for name in model.types.keys() {
            let mut lineage = model.lineage(name);
            if let Some((_, structured)) = lineage.next() {
                let families = types.entry(structured.kind).or_default();
                families.insert(name.family());
            }
            for (base, _) in lineage {
                derived.entry(base).or_default().push(name);
            }
        }
        let types = types.into_iter().map(|(kind, it)| (kind, it.len()));
        Self {
            derived,
            types: types.collect(),
        }
    }

    /// The types that derive from one, at all levels, sorted by name.
    pub fn derived(&self, base: &QualifiedName) -> &[&'m QualifiedName] {
        self.derived.get(base).map_or(&[], Vec::as_slice)
    }

    /// Whether nearly everything of its kind derives from a type, as from Graph's `entity`: that
    /// something is of it tells nothing.
    pub fn is_base_of_most(&self, base: &QualifiedName, kind: StructuredKind) -> bool {
        let all = self.types.get(&kind).copied().unwrap_or_default();
        let derived: BTreeSet<TypeFamily<'_>> =
            self.derived(base).iter().map(|it| it.family()).collect();
        let derived = derived.len();
        derived > MANY && derived * 2 > all
    }
}
