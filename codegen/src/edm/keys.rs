//! Keys: whether their parts lead to properties.

use super::StructuredKind;
use super::model::*;
use super::names::{ItemType, QualifiedName};
use super::vocabulary;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use std::collections::BTreeSet;

/// Reports keys that name what their type does not have or what cannot be told apart by values, and
/// leaves them out: an entity cannot be addressed by a part of its key. What a key names twice counts
/// once. Types that `may_have_key` accepts may have one that is not known, as that of an ignored base type.
pub(super) fn check(
    model: &mut Model,
    may_have_key: impl Fn(&QualifiedName) -> bool,
    diagnostics: &mut Diagnostics,
) {
    let (mut invalid, mut repeated) = (Vec::new(), Vec::new());
    for (name, declared) in &model.types {
        let Type::Structured(structured) = declared else {
            continue;
        };
        let faults = structured.key.iter().filter_map(|part| {
            let fault = fault(name, &part.path, model)?;
            Some((part, fault))
        });
        if let Some((part, fault)) = faults.into_iter().next() {
            report(name, structured, part, &fault, model, diagnostics);
            invalid.push(name.clone());
        } else if let Some(part) = second(&structured.key) {
            let message = format!("the key of `{name}` has two parts `{}`", part.name());
            let warning = Diagnostic::warning(Code::InvalidKey, message);
            diagnostics.push(warning.at(structured.span, "the second one is ignored"));
            repeated.push(name.clone());
        }
    }
    keyless_sets(model, may_have_key, diagnostics);
    alternate_keys(model, diagnostics);
    let mut with_key = |name: &QualifiedName, change: &dyn Fn(&mut Vec<KeyPart>)| {
        if let Some(Type::Structured(structured)) = model.types.get_mut(name) {
            change(&mut structured.key);
        }
    };
    for name in invalid {
        with_key(&name, &|key| key.clear());
    }
    for name in repeated {
        with_key(&name, &|key| {
            let mut seen = BTreeSet::new();
            key.retain(|part| seen.insert(part.name().to_owned()));
        });
    }
}

/// Reports alternate keys that no method can be made of. Annotations stay as they are.
fn alternate_keys(model: &Model, diagnostics: &mut Diagnostics) {
    for (name, declared) in &model.types {
        let Type::Structured(structured) = declared else {
            continue;
        };
        let keys = vocabulary::alternate_keys(&structured.annotations);
        for (path, _) in keys.into_iter().flatten() {
            let fault = match fault(name, path, model) {
                Some(Fault::Missing) => "which the type does not have",
                Some(Fault::Type(_)) => "whose type cannot be that of a key",
                None => continue,
            };
            let message = format!("an alternate key of `{name}` names `{path}`, {fault}");
            let warning = Diagnostic::warning(Code::InvalidKey, message);
            diagnostics.push(warning.at(structured.span, "there is no method for this key"));
        }
    }
    let children = model.container.iter().flat_map(|it| &it.children);
    for (name, child) in children {
        if !vocabulary::alternate_keys(&child.annotations).is_empty() {
            let message = format!("alternate keys of the entity set `{name}` are not supported");
            let warning = Diagnostic::warning(Code::Unsupported, message);
            diagnostics.push(warning.at(child.span, "declare them on the entity type"));
        }
    }
}

/// Reports entity sets whose entities have no key, neither that of their type nor one of a type that
/// extends it (CSDL XML 4.01, section 13.2).
fn keyless_sets(
    model: &Model,
    may_have_key: impl Fn(&QualifiedName) -> bool,
    diagnostics: &mut Diagnostics,
) {
    let may_have_key = |name| {
        let mut lineage = model.lineage(name);
        lineage.any(|(name, t)| !t.key.is_empty() || may_have_key(name))
    };
    let children = model.container.iter().flat_map(|c| &c.children);
    let sets = children.filter_map(|(name, child)| match &child.entry_point {
        EntryPoint::EntitySet(entity) => Some((name, child.span, entity)),
        _ => None,
    });
    let mut keyless = sets
        .filter(|(_, _, entity)| {
            let declared = model.structured(entity);
            declared.is_some_and(|t| t.kind == StructuredKind::Entity) && !may_have_key(entity)
        })
        .peekable();
    if keyless.peek().is_none() {
        return;
    }
    let keyed = model.types.keys().filter(|name| may_have_key(name));
    let extended: BTreeSet<_> = keyed
        .flat_map(|name| model.lineage(name).map(|(base, _)| base))
        .collect();
    for (name, span, _) in keyless.filter(|(_, _, entity)| !extended.contains(entity)) {
        let message = format!("the entities of `{name}` have no key");
        let warning = Diagnostic::warning(Code::InvalidKey, message);
        diagnostics.push(warning.at(span, "none of them can be addressed"));
    }
}

/// A part that has the name of one before it.
fn second(key: &[KeyPart]) -> Option<&KeyPart> {
    let mut seen = BTreeSet::new();
    key.iter().find(|part| !seen.insert(part.name()))
}

/// Why a path of a key leads to no value that entities can be told apart by.
enum Fault {
    /// The type has nothing of this name.
    Missing,
    /// Values are of a type that has no literals (CSDL XML 4.01, section 6.5).
    Type(String),
}

fn report(
    name: &QualifiedName,
    structured: &StructuredType,
    part: &KeyPart,
    fault: &Fault,
    model: &Model,
    diagnostics: &mut Diagnostics,
) {
    let path = &part.path;
    let message = match fault {
        Fault::Missing => {
            format!("the key of `{name}` names `{path}`, which the type does not have")
        }
        Fault::Type(type_ref) => format!(
            "the key of `{name}` names `{path}`, whose type `{type_ref}` cannot be that of a key"
        ),
    };
    let label = "entities of this type cannot be addressed by a key";
    let warning = Diagnostic::warning(Code::InvalidKey, message).at(structured.span, label);
    let properties = || model.lineage(name).flat_map(|(_, t)| t.properties.keys());
    match fault {
        Fault::Missing => diagnostics.suggest_with(warning, path, properties),
        Fault::Type(_) => diagnostics.push(warning),
    }
}

/// What is wrong with a path of a key; type casts and what has no type here are believed.
fn fault(name: &QualifiedName, path: &str, model: &Model) -> Option<Fault> {
    let Some(steps) = model.steps(name, path) else {
        return (!path.contains('.')).then_some(Fault::Missing);
    };
    let found = steps.last()?.member.type_ref();
    let has_literals = match &found.item {
        ItemType::Primitive(primitive) => primitive.has_literals(),
        ItemType::Named(name) => match model.types.get(name) {
            Some(Type::Structured(_)) => false,
            Some(Type::Definition(definition)) => definition.underlying.has_literals(),
            Some(Type::Enum(_)) | None => true,
        },
    };
    let is_good = has_literals && !found.is_collection();
    (!is_good).then(|| Fault::Type(found.to_string()))
}
