//! Which versions of a type come.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::edm::{Model, QualifiedName, TypeFamily, TypeVersion};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Which versions come of a type that is declared in several, such as `ComputerSystem.v1_0_0.ComputerSystem`
/// and `ComputerSystem.v1_20_0.ComputerSystem`.
///
/// A version that others refer to or derive from comes in any case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Versions {
    /// The newest of each type.
    #[default]
    Newest,
    /// All.
    All,
    /// Those of the namespaces that are named; the newest of types of other namespaces. A type that is not
    /// declared in this version comes in the last one before it.
    Only(Vec<NamedVersion>),
}

/// A namespace with a version, and where it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedVersion {
    /// The namespace, such as `ComputerSystem.v1_20_0`.
    pub namespace: String,
    /// Its place in the configuration, if it comes from there.
    pub span: Option<Span>,
}

impl Versions {
    /// Of types, those without a version and the versions that come.
    pub(super) fn of<'m>(
        &self,
        types: impl Iterator<Item = &'m QualifiedName>,
    ) -> Vec<&'m QualifiedName> {
        if *self == Self::All {
            return types.collect();
        }
        let mut chosen = Vec::new();
        let mut families: BTreeMap<TypeFamily<'m>, BTreeMap<TypeVersion, &'m QualifiedName>> =
            BTreeMap::new();
        for name in types {
            match name.version() {
                None => chosen.push(name),
                Some(version) => {
                    families
                        .entry(name.family())
                        .or_default()
                        .insert(version, name);
                }
            }
        }
        for (family, versions) in &families {
            let asked_for = self.asked_for(family.namespace);
            if asked_for.is_empty() {
                chosen.extend(versions.values().next_back());
            }
            for version in asked_for {
                chosen.extend(versions.range(..=version).next_back().map(|(_, name)| name));
            }
        }
        chosen.sort();
        chosen.dedup();
        chosen
    }

    /// The versions in the list that are of this namespace.
    fn asked_for(&self, namespace: &str) -> Vec<TypeVersion> {
        let versions = self.listed().iter().map(|it| split(&it.namespace));
        versions
            .filter_map(|(of, version)| version.filter(|_| of == namespace))
            .collect()
    }

    fn listed(&self) -> &[NamedVersion] {
        match self {
            Self::Only(listed) => listed,
            Self::Newest | Self::All => &[],
        }
    }

    /// Reports versions in the list of which the part of a model has no type.
    pub(super) fn report_unused(&self, part: &Model, diagnostics: &mut Diagnostics) {
        let namespaces: BTreeSet<_> = part.types.keys().map(|name| &*name.namespace).collect();
        for unused in self.listed() {
            if namespaces.contains(&*unused.namespace) && split(&unused.namespace).1.is_some() {
                continue;
            }
            let message = format!("`{}` selects no version of a type", unused.namespace);
            let label = "no type that the paths need is declared in this namespace; one such as \
                         `ComputerSystem.v1_2_0` is expected";
            let warning = Diagnostic::warning(Code::InvalidConfig, message);
            diagnostics.push(warning.at_known(unused.span, label));
        }
    }
}

fn split(namespace: &str) -> (&str, Option<TypeVersion>) {
    TypeVersion::split(namespace)
}
