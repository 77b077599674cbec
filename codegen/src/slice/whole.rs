//! All of a model, but for the versions of types that do not come.

use super::{Versions, drop_below, used_schemas};
use crate::edm::{Model, QualifiedName, Type, TypeRef};
use std::collections::BTreeSet;

/// Leaves out the versions of types that do not come, unless something that stays refers to them.
pub fn drop_other_versions(model: &mut Model, versions: &Versions) {
    let chosen = versions.of(model.types.keys());
    if chosen.len() == model.types.len() {
        return;
    }
    let used: BTreeSet<_> = used_types(model, chosen).into_iter().cloned().collect();
    model.types.retain(|name, _| used.contains(name));
    let container = model.container.iter_mut();
    for child in container.flat_map(|it| it.children.values_mut()) {
        let is_cast = |segment: &str| QualifiedName::parse(segment);
        let leads = |path: &str| {
            path.split('/')
                .filter_map(is_cast)
                .all(|it| used.contains(&it))
        };
        child.bindings.retain(|(path, _)| leads(path));
    }
    drop_below(model);
    let used = used_schemas(model, model);
    let is_version = |namespace: &str| QualifiedName::new(namespace, "").version().is_some();
    let is_kept = |namespace: &str| !is_version(namespace) || used.contains_key(namespace);
    model.schemas.retain(|namespace, _| is_kept(namespace));
}

/// The types and those that they, operations and entry points refer to, directly or through others.
fn used_types<'m>(model: &'m Model, chosen: Vec<&'m QualifiedName>) -> BTreeSet<&'m QualifiedName> {
    let operations = model.operations.iter().flat_map(|operation| {
        let parameters = operation.binding.iter().chain(&operation.parameters);
        let parameters = parameters.map(|it| &it.type_ref);
        parameters.chain(operation.return_type.iter().map(|it| &it.type_ref))
    });
    let children = model.container.iter().flat_map(|it| it.children.values());
    let entries = children.filter_map(|child| child.entry_point.resources());
    let mut pending = chosen;
    pending.extend(operations.filter_map(TypeRef::named));
    pending.extend(entries.map(|(name, _)| name));
    let mut used = BTreeSet::new();
    while let Some(name) = pending.pop() {
        if !used.insert(name) {
            continue;
        }
        if let Some(Type::Structured(structured)) = model.types.get(name) {
            let properties = structured.properties.values().map(|it| &it.type_ref);
            let navigation = structured.navigation.values().map(|it| &it.type_ref);
            pending.extend(&structured.base);
            pending.extend(properties.chain(navigation).filter_map(TypeRef::named));
        }
    }
    used
}
