//! What the metadata says of paths to resources, wherever it says it.

use super::index::Index;
use crate::edm::vocabulary::Capabilities;
use crate::edm::{ContainerChild, Relation};
use std::collections::BTreeMap;

impl<'m> Index<'m> {
    /// What is said of a navigation property wherever it is followed: by itself, by the type that it is of,
    /// and by the entity sets that it is bound to. Of its target's type more may be said.
    pub fn said_of(&self, relation: &Relation<'m>) -> Capabilities {
        let mut said = Capabilities::of(&relation.property.annotations);
        for (_, structured) in self.model.lineage(relation.from) {
            let below = Capabilities::below(&structured.annotations);
            said = said.or(below.get(&**relation.name).copied().unwrap_or_default());
        }
        said.or(self.bound_sets.of(relation))
    }

    /// What is said of paths below an entry point.
    pub fn below_entry_point(&self, child: &ContainerChild) -> BTreeMap<String, Capabilities> {
        let mut below = BTreeMap::new();
        let mut add = |path: String, said: Capabilities| {
            let known: &mut Capabilities = below.entry(path).or_default();
            *known = known.or(said);
        };
        for (path, annotations) in &child.below {
            add(path.clone(), Capabilities::of(annotations));
        }
        let outer = std::iter::once((None, &child.annotations));
        let inner = child.below.iter().map(|(path, list)| (Some(path), list));
        for (prefix, annotations) in outer.chain(inner) {
            for (path, said) in Capabilities::below(annotations) {
                let path = prefix.map_or_else(|| path.to_owned(), |it| format!("{it}/{path}"));
                add(path, said);
            }
        }
        below
    }

    /// What is said of paths below a navigation property, by it and by the type that it belongs to.
    pub fn below_relation(&self, relation: &Relation<'m>) -> BTreeMap<String, Capabilities> {
        let mut below = BTreeMap::new();
        let mut add = |path: &str, said: Capabilities| {
            let known: &mut Capabilities = below.entry(path.to_owned()).or_default();
            *known = known.or(said);
        };
        for (path, said) in Capabilities::below(&relation.property.annotations) {
            add(path, said);
        }
        for (_, structured) in self.model.lineage(relation.from) {
            for (path, said) in Capabilities::below(&structured.annotations) {
                let rest = path.strip_prefix(&**relation.name);
                if let Some(rest) = rest.and_then(|rest| rest.strip_prefix('/')) {
                    add(rest, said);
                }
            }
        }
        below
    }
}
