//! Keys: whether their parts lead to properties.

use super::model::*;
use super::names::{ItemType, QualifiedName};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// Reports keys that name what their type does not have, and leaves them out: an entity cannot be
/// addressed by a part of its key.
pub(super) fn check(model: &mut Model, diagnostics: &mut Diagnostics) {
    let mut dangling = Vec::new();
    for (name, declared) in &model.types {
        let Type::Structured(structured) = declared else {
            continue;
        };
        let mut parts = structured.key.iter();
        if let Some(part) = parts.find(|part| !leads_to_property(name, &part.path, model)) {
            diagnostics.push(report(
                name,
                structured,
                part,
                model,
                diagnostics.wants_hints(),
            ));
            dangling.push(name.clone());
        }
    }
    for name in dangling {
        if let Some(Type::Structured(structured)) = model.types.get_mut(&name) {
            structured.key.clear();
        }
    }
}

fn report(
    name: &QualifiedName,
    structured: &StructuredType,
    part: &KeyPart,
    model: &Model,
    wants_hint: bool,
) -> Diagnostic {
    let path = &part.path;
    let message = format!("the key of `{name}` names `{path}`, which the type does not have");
    let label = "entities of this type cannot be addressed by a key";
    let warning = Diagnostic::warning(Code::InvalidKey, message).at(structured.span, label);
    if !wants_hint {
        return warning;
    }
    let properties = model.lineage(name).flat_map(|(_, t)| t.properties.keys());
    warning.suggest(path, properties.map(|name| &**name))
}

/// Whether a path of a key leads to a property; type casts and what has no type here are believed.
fn leads_to_property(name: &QualifiedName, path: &str, model: &Model) -> bool {
    let mut owner = name;
    for segment in path.split('/') {
        let mut lineage = model.lineage(owner);
        let next = lineage.find_map(|(_, t)| {
            let property = t.properties.get(segment).map(|p| &p.type_ref);
            property.or_else(|| t.navigation.get(segment).map(|n| &n.type_ref))
        });
        match next.map(|found| &found.item) {
            Some(ItemType::Named(next)) => owner = next,
            Some(ItemType::Primitive(_)) => return true,
            None => return segment.contains('.'),
        }
    }
    true
}
