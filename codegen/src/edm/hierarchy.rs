//! Which types derive from which.

use super::{Model, QualifiedName, StructuredKind, Type, TypeFamily};
use foldhash::{HashMap, HashSet};

/// With fewer derived types, nothing is a base of most of a service.
const MANY: usize = 100;

/// The types that derive from others.
#[derive(Debug)]
pub struct Hierarchy<'m> {
    model: &'m Model,
    /// The types that extend a type directly.
    extending: HashMap<&'m QualifiedName, Vec<&'m QualifiedName>>,
}

impl<'m> Hierarchy<'m> {
    /// Those of a model.
    pub fn new(model: &'m Model) -> Self {
        let mut extending: HashMap<_, Vec<_>> = HashMap::default();
        for (name, declared) in &model.types {
            if let Type::Structured(structured) = declared
                && let Some(base) = &structured.base
            {
                extending.entry(base).or_default().push(name);
            }
        }
        Self { model, extending }
    }

    /// The types that derive from one, at all levels, sorted by name.
    pub fn derived(&self, base: &QualifiedName) -> Vec<&'m QualifiedName> {
        let mut derived = self.unsorted(base);
        derived.sort();
        derived
    }

    fn unsorted(&self, base: &QualifiedName) -> Vec<&'m QualifiedName> {
        let extending = |name: &QualifiedName| {
            let extending = self.extending.get(name).into_iter().flatten();
            // In a model that has not been checked, a type may extend itself.
            extending.copied().filter(|it| *it != base)
        };
        let mut derived: Vec<_> = extending(base).collect();
        let mut next = 0;
        while let Some(name) = derived.get(next).copied() {
            derived.extend(extending(name));
            next += 1;
        }
        derived
    }

    /// Whether nearly everything of its kind derives from a type, as from Graph's `entity`: that
    /// something is of it tells nothing. Versions of a type count once.
    pub fn is_base_of_most(&self, base: &QualifiedName, kind: StructuredKind) -> bool {
        let derived = self.unsorted(base);
        if derived.len() <= MANY {
            return false;
        }
        let derived: HashSet<TypeFamily<'_>> = derived.iter().map(|it| it.family()).collect();
        if derived.len() <= MANY {
            return false;
        }
        let of_kind = self.model.types.iter().filter(|(_, declared)| {
            matches!(declared, Type::Structured(structured) if structured.kind == kind)
        });
        let all: HashSet<_> = of_kind.map(|(name, _)| name.family()).collect();
        derived.len() * 2 > all.len()
    }
}
