//! Features of the package: one for each entry point, which turns on what can be reached from there.
//!
//! Files are what is turned on and off: a type, the builders of a type of resource, or a call. What many
//! entry points reach has a feature of its own that theirs turn on; its name begins with an
//! underscore, as those do that are nobody's business.
//!
//! An entry point brings the types that derive from those that it uses, as what the service sends
//! may be of any of them. That ends at types which other entry points have types of: who gets a
//! `directoryObject` that is a `user`, and wants to read it as one, turns on `users`, too. Without this,
//! each entry point of Graph would bring four fifths of it, as there are places where anything may be.

mod graph;
mod reached;
mod uses;

use super::items::*;
use super::naming::entry_point_features;
use crate::reserved::FULL_FEATURE;
use graph::Graph;
use reached::{Entries, Reached};
use std::collections::BTreeMap;

/// Gives every file its feature, and the client the list of all of them.
pub(super) fn assign(
    models: &mut Module<ModelItem>,
    requests: &mut Module<ResourceItem>,
    client: &mut ClientItem,
) {
    let graph = Graph::new(models, requests, client);
    let reached = Reached::new(&graph, client);
    let (features, by_unit) = features(&graph, &reached.entries, client);
    client.features = features;
    // In the order of the graph's units.
    let resources = requests.all_mut().into_iter().flat_map(|item| {
        let operations = item.operations.iter_mut().map(|item| &mut item.feature);
        std::iter::once(&mut item.feature).chain(operations)
    });
    let types = models.all_mut().into_iter().map(|item| &mut item.feature);
    for (feature, name) in resources.chain(types).zip(by_unit) {
        *feature = name;
    }
}

/// All features, and that of each unit.
fn features(
    graph: &Graph<'_>,
    entries: &[Entries],
    client: &ClientItem,
) -> (Vec<FeatureItem>, Vec<Option<String>>) {
    let methods = client.methods.iter().map(|method| &method.name);
    let names = entry_point_features(methods.clone());
    let features = methods.zip(names).map(|(method, name)| FeatureItem {
        name,
        entry_point: Some(method.clone()),
        enables: Vec::new(),
    });
    let mut features: Vec<_> = features.collect();
    let mut shared: BTreeMap<&Entries, &str> = BTreeMap::new();
    for (unit, entries) in graph.units.iter().zip(entries) {
        if entries.count_ones(..) > 1 {
            shared.entry(entries).or_insert(&unit.name);
        }
    }
    for (entries, name) in &shared {
        for entry in entries.ones() {
            features[entry].enables.push((*name).to_owned());
        }
    }
    let by_unit = entries.iter().map(|entries| match entries.count_ones(..) {
        0 => None,
        1 => entries
            .ones()
            .next()
            .map(|entry| features[entry].name.clone()),
        _ => Some(shared[entries].to_owned()),
    });
    let by_unit = by_unit.collect();
    let full = FeatureItem {
        name: FULL_FEATURE.to_owned(),
        entry_point: None,
        enables: features
            .iter()
            .map(|feature| feature.name.clone())
            .collect(),
    };
    let shared = shared.into_values().map(|name| FeatureItem {
        name: name.to_owned(),
        entry_point: None,
        enables: Vec::new(),
    });
    features.extend(shared.chain([full]));
    for feature in &mut features {
        feature.enables.sort();
    }
    // Underscores come last: what is of no interest after what is.
    features.sort_by(|a, b| order(&a.name).cmp(&order(&b.name)));
    (features, by_unit)
}

fn order(name: &str) -> (bool, &str) {
    (name.starts_with('_'), name)
}
