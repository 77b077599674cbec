//! Where paths would lead that take only what is contained.

use super::{Purpose, Selection, Slicer, path};
use crate::edm::{Model, NavigationProperty, QualifiedName};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The entity sets that navigation leads to from what a path with `/**` takes, and that no path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beyond {
    /// The path.
    pub path: String,
    /// Names of entity sets, sorted.
    pub sets: Vec<String>,
}

/// What navigation leads to without containing it: a service with entity sets of their own for parts, as
/// those made with SAP CAP, needs a path for each.
pub fn beyond(model: &Model, selection: &Selection) -> Vec<Beyond> {
    let paths = selection.paths.iter().map(|it| it.path.as_str());
    let named = paths
        .clone()
        .filter_map(|path| path.trim_matches('/').split('/').next());
    let named: BTreeSet<_> = named.collect();
    let contained = paths.filter(|path| {
        let path = path::parse(path);
        path.contained && !path.is_whole()
    });
    let found = contained.map(|path| Beyond {
        path: path.to_owned(),
        sets: sets_beyond(model, selection, path)
            .into_iter()
            .filter(|set| !named.contains(set.as_str()))
            .collect(),
    });
    found.filter(|beyond| !beyond.sets.is_empty()).collect()
}

fn sets_beyond(model: &Model, selection: &Selection, path: &str) -> BTreeSet<String> {
    let mut slicer = Slicer::new(model, selection, Purpose::Part);
    if slicer.follow(path).is_err() {
        return BTreeSet::new();
    }
    let taken = &slicer.contained;
    let relations = taken.iter().flat_map(|name| {
        let lineage = model.lineage(name);
        lineage.flat_map(|(_, declared)| &declared.navigation)
    });
    let beyond = relations.filter(|(_, relation)| {
        let target = relation.type_ref.named();
        target.is_some_and(|target| !taken.contains(target))
    });
    let sets = beyond.filter_map(|(name, relation)| set_of(model, name, relation));
    sets.map(|set| set.to_string()).collect()
}

/// The entity set that a navigation property is bound to, or the only one of its type.
fn set_of<'m>(
    model: &'m Model,
    name: &Arc<str>,
    relation: &'m NavigationProperty,
) -> Option<&'m Arc<str>> {
    let children = &model.container.as_ref()?.children;
    let is_bound = |(path, _): &&(String, String)| path.rsplit('/').next() == Some(&**name);
    let bound = children.values().flat_map(|child| &child.bindings);
    let bound = bound.filter(is_bound).find_map(|(_, target)| {
        let (set, child) = children.get_key_value(target.as_str())?;
        let of = child.entry_point.resources()?.0;
        is_same(model, of, relation).then_some(set)
    });
    bound.or_else(|| {
        let target = relation.type_ref.named()?;
        let mut sets = children.iter().filter(|(_, child)| {
            let resources = child.entry_point.resources();
            resources.is_some_and(|(of, multiplicity)| of == target && multiplicity.is_many())
        });
        let (set, _) = sets.next()?;
        sets.next().is_none().then_some(set)
    })
}

fn is_same(model: &Model, of: &QualifiedName, relation: &NavigationProperty) -> bool {
    let target = relation.type_ref.named();
    target.is_some_and(|target| model.is_derived(of, target) || model.is_derived(target, of))
}
