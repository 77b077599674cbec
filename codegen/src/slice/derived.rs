//! Which types come because they derive from a type whose values are read or written.

use super::{Selection, Versions};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::edm::{Hierarchy, Model, QualifiedName};
use crate::source::Span;
use std::cell::OnceCell;
use std::collections::BTreeSet;

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

/// The types that come because they derive from others.
pub(super) struct DerivedTypes<'m> {
    model: &'m Model,
    derived: &'m Derived,
    versions: &'m Versions,
    /// Made when it is first asked.
    hierarchy: OnceCell<Hierarchy<'m>>,
    /// Names of the list that a type was taken for.
    used: BTreeSet<&'m str>,
}

impl<'m> DerivedTypes<'m> {
    pub fn new(model: &'m Model, selection: &'m Selection) -> Self {
        Self {
            model,
            derived: &selection.derived,
            versions: &selection.versions,
            hierarchy: OnceCell::new(),
            used: BTreeSet::new(),
        }
    }

    /// The types that come with this one.
    pub fn of(&mut self, base: &QualifiedName) -> Vec<&'m QualifiedName> {
        let Some(kind) = self.model.structured(base).map(|base| base.kind) else {
            return Vec::new();
        };
        if *self.derived == Derived::None {
            return Vec::new();
        }
        let hierarchy = self.hierarchy.get_or_init(|| Hierarchy::new(self.model));
        match self.derived {
            Derived::None => Vec::new(),
            Derived::All if hierarchy.is_base_of_most(base, kind) => Vec::new(),
            Derived::All => self.versions.of(hierarchy.derived(base).into_iter()),
            Derived::Only(names) => {
                let (model, used) = (self.model, &mut self.used);
                let mut is_asked_for = |name: &QualifiedName| {
                    let mut lineage = model.lineage(name);
                    lineage.any(|(it, _)| is_named(names, it, used))
                };
                let derived = hierarchy.derived(base).into_iter();
                self.versions.of(derived.filter(|name| is_asked_for(name)))
            }
        }
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
            diagnostics.push(warning.at_known(unused.span, label));
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
