//! What entity sets say of the navigation properties that are bound to them.

use crate::edm::vocabulary::Capabilities;
use crate::edm::{Model, QualifiedName, Relation};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is forbidden by the entity sets that navigation properties are bound to.
#[derive(Default)]
pub(super) struct BoundSets<'m>(BTreeMap<(&'m QualifiedName, &'m Arc<str>), Capabilities>);

impl<'m> BoundSets<'m> {
    pub fn new(model: &'m Model) -> Self {
        let Some(container) = &model.container else {
            return Self::default();
        };
        let own = format!("{}/", container.name);
        let mut sets: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for child in container.children.values() {
            for (path, target) in &child.bindings {
                let name = target.strip_prefix(&own).unwrap_or(target);
                let relation = model.relation_at(child.entry_point.name(), path);
                if let Some(relation) = relation {
                    let set = container.children.get(name);
                    let said = set.map(|set| Capabilities::of(&set.annotations));
                    let sets = sets.entry((relation.declaring, relation.name)).or_default();
                    sets.push(said.unwrap_or_default());
                }
            }
        }
        let sets = sets.into_iter();
        Self(
            sets.map(|(way, sets)| (way, Capabilities::forbidden_by_all(sets)))
                .collect(),
        )
    }

    /// What the sets that a navigation property is bound to forbid.
    pub fn of(&self, relation: &Relation<'m>) -> Capabilities {
        let sets = self.0.get(&(relation.declaring, relation.name));
        sets.copied().unwrap_or_default()
    }
}
