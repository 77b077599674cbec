//! Which types come because they derive from a type whose values are read or written.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::edm::{Model, QualifiedName, StructuredKind};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Which of the types come that derive from one in the slice.
///
/// A service may send a value of any of them where it declares their base.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Derived {
    /// All, except for those of a type from which most of the service derives.
    #[default]
    All,
    /// None.
    None,
    /// Those that are named, or derive from one that is.
    Only(Vec<NamedType>),
}

/// A type and where it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedType {
    /// Its name, qualified with its namespace.
    pub name: String,
    /// Its place in the configuration, if it comes from there.
    pub span: Option<Span>,
}

/// From how many types the base of most is told from the base of a few.
const MANY: usize = 100;

/// The types that derive from each structured type.
pub(super) struct DerivedTypes<'m> {
    model: &'m Model,
    derived: &'m Derived,
    by_base: BTreeMap<&'m QualifiedName, Vec<&'m QualifiedName>>,
    /// How many types of each kind there are.
    entities: usize,
    complex: usize,
    /// Names of the list that a type was taken for.
    used: BTreeSet<&'m str>,
}

impl<'m> DerivedTypes<'m> {
    pub fn new(model: &'m Model, derived: &'m Derived) -> Self {
        let mut types = Self {
            model,
            derived,
            by_base: BTreeMap::new(),
            entities: 0,
            complex: 0,
            used: BTreeSet::new(),
        };
        for name in model.types.keys() {
            let Some(structured) = model.structured(name) else {
                continue;
            };
            match structured.kind {
                StructuredKind::Entity => types.entities += 1,
                StructuredKind::Complex => types.complex += 1,
            }
            for (ancestor, _) in model.lineage(name).skip(1) {
                types.by_base.entry(ancestor).or_default().push(name);
            }
        }
        types
    }

    /// The types that come with this one.
    pub fn of(&mut self, base: &QualifiedName) -> Vec<&'m QualifiedName> {
        let Some(derived) = self.by_base.get(base) else {
            return Vec::new();
        };
        match self.derived {
            Derived::None => Vec::new(),
            Derived::All if self.is_base_of_most(base, derived.len()) => Vec::new(),
            Derived::All => derived.clone(),
            Derived::Only(names) => derived
                .iter()
                .filter(|name| {
                    self.model
                        .lineage(name)
                        .any(|(it, _)| is_named(names, it, &mut self.used))
                })
                .copied()
                .collect(),
        }
    }

    /// Where nearly everything derives from a type, as from Graph's `entity`, that something is of it
    /// tells nothing.
    fn is_base_of_most(&self, base: &QualifiedName, derived: usize) -> bool {
        let kind = self.model.structured(base).map(|base| base.kind);
        let all = match kind {
            Some(StructuredKind::Entity) => self.entities,
            _ => self.complex,
        };
        derived > MANY && derived * 2 > all
    }

    /// Reports names that nothing was taken for.
    pub fn report_unused(&self, diagnostics: &mut Diagnostics) {
        let Derived::Only(names) = self.derived else {
            return;
        };
        for unused in names.iter().filter(|it| !self.used.contains(&*it.name)) {
            let message = format!("`{}` brings no derived type", unused.name);
            let label =
                "neither it nor a type that derives from it extends one that the paths need";
            let warning = Diagnostic::warning(Code::InvalidConfig, message);
            diagnostics.push(match unused.span {
                Some(span) => warning.at(span, label),
                None => warning,
            });
        }
    }
}

/// Whether a type is in the list, which is remembered.
fn is_named<'m>(
    names: &'m [NamedType],
    name: &QualifiedName,
    used: &mut BTreeSet<&'m str>,
) -> bool {
    let name = name.to_string();
    let found = names.iter().find(|named| named.name == name);
    used.extend(found.map(|named| &*named.name));
    found.is_some()
}
