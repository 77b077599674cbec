//! Rules that need the whole model.

use super::model::*;
use super::names::QualifiedName;
use super::resolve::duplicate;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use std::collections::{BTreeMap, BTreeSet};

/// The service's container: the one that no other extends, with the entry points of those that
/// it extends.
pub(super) fn main_container(
    containers: Vec<(EntityContainer, Option<QualifiedName>)>,
    diagnostics: &mut Diagnostics,
) -> Option<EntityContainer> {
    let mut by_name: BTreeMap<_, _> = containers
        .into_iter()
        .map(|(c, extends)| (c.name.clone(), (c, extends)))
        .collect();
    let extended: BTreeSet<_> = by_name.values().filter_map(|(_, e)| e.clone()).collect();
    let mut roots = by_name.keys().filter(|name| !extended.contains(name));
    let main = roots.next().or_else(|| by_name.keys().next())?.clone();
    if let Some(other) = roots.next() {
        let message = format!("the entity container `{other}` is ignored");
        diagnostics.push(
            Diagnostic::warning(Code::DuplicateName, message)
                .at(by_name[other].0.span, "a service has one container")
                .help(format!("the client is made for `{main}`")),
        );
    }
    let (mut container, mut next) = by_name.remove(&main)?;
    // Each container is taken out when it is visited, so a cycle ends.
    while let Some((base, extends)) = next.and_then(|name| by_name.remove(&name)) {
        for (name, child) in base.children {
            container.children.entry(name).or_insert(child);
        }
        next = extends;
    }
    Some(container)
}

/// Reports an overload that is declared twice and keeps the first; operations are sorted.
pub(super) fn operations(model: &mut Model, diagnostics: &mut Diagnostics) {
    let mut seen: Option<(_, crate::source::Span)> = None;
    model.operations.retain(|operation| {
        let key = operation.sort_key();
        if let Some((previous, first)) = &seen
            && *previous == key
        {
            let name = operation.name.to_string();
            diagnostics.push(duplicate("overload of", &name, operation.span, *first));
            return false;
        }
        seen = Some((key, operation.span));
        true
    });
}

/// Reports types that extend themselves and cuts the cycle.
pub(super) fn inheritance(model: &mut Model, diagnostics: &mut Diagnostics) {
    let names: Vec<_> = model.types.keys().cloned().collect();
    for name in names {
        let mut path = vec![&name];
        let mut next = model.structured(&name).and_then(|t| t.base.as_ref());
        while let Some(base) = next.filter(|base| !path.contains(base)) {
            path.push(base);
            next = model.structured(base).and_then(|t| t.base.as_ref());
        }
        // Reported once, at the first type of the cycle in the order of names.
        if next != Some(&name) {
            continue;
        }
        let through: Vec<_> = path[1..].iter().map(|base| format!("`{base}`")).collect();
        let message = format!("the type `{name}` extends itself");
        let mut error = Diagnostic::error(Code::InheritanceCycle, message);
        if !through.is_empty() {
            error = error.help(format!("the cycle goes through {}", through.join(", ")));
        }
        if let Some(Type::Structured(structured)) = model.types.get_mut(&name) {
            diagnostics.push(error.at(structured.span, "its base types lead back here"));
            structured.base = None;
        }
    }
}

/// Annotations in the order of terms and qualifiers; of two with the same, the later stays, so
/// that a document that comes later can correct an earlier one.
pub(super) fn sort_annotations(model: &mut Model) {
    for annotations in annotation_lists(model) {
        sort(annotations);
    }
}

fn sort(annotations: &mut Vec<Annotation>) {
    for annotation in annotations.iter_mut() {
        sort(&mut annotation.annotations);
        if let Some(value) = &mut annotation.value {
            sort_inside(value);
        }
    }
    // Most elements have none or one.
    if annotations.len() > 1 {
        let mut sorted = BTreeMap::new();
        for annotation in annotations.drain(..) {
            let key = (annotation.term.clone(), annotation.qualifier.clone());
            sorted.insert(key, annotation);
        }
        annotations.extend(sorted.into_values());
    }
}

/// The annotations of records in a value.
fn sort_inside(value: &mut Value) {
    match value {
        Value::Collection(items) => items.iter_mut().for_each(sort_inside),
        Value::Record(record) => {
            sort(&mut record.annotations);
            let values = record.properties.values_mut().flatten();
            values.for_each(sort_inside);
        }
        Value::Scalar(..) | Value::Null => {}
    }
}

fn annotation_lists(model: &mut Model) -> Vec<&mut Vec<Annotation>> {
    let mut lists: Vec<_> = model
        .schemas
        .values_mut()
        .map(|s| &mut s.annotations)
        .collect();
    for declared in model.types.values_mut() {
        match declared {
            Type::Structured(structured) => {
                lists.push(&mut structured.annotations);
                lists.extend(
                    structured
                        .properties
                        .values_mut()
                        .map(|p| &mut p.annotations),
                );
                lists.extend(
                    structured
                        .navigation
                        .values_mut()
                        .map(|p| &mut p.annotations),
                );
            }
            Type::Enum(enumeration) => {
                lists.push(&mut enumeration.annotations);
                lists.extend(enumeration.members.iter_mut().map(|m| &mut m.annotations));
            }
            Type::Definition(definition) => lists.push(&mut definition.annotations),
        }
    }
    for operation in &mut model.operations {
        lists.push(&mut operation.annotations);
        let parameters = operation
            .binding
            .iter_mut()
            .chain(&mut operation.parameters);
        lists.extend(parameters.map(|p| &mut p.annotations));
        lists.extend(operation.return_type.iter_mut().map(|r| &mut r.annotations));
    }
    if let Some(container) = &mut model.container {
        lists.push(&mut container.annotations);
        lists.extend(container.children.values_mut().map(|c| &mut c.annotations));
    }
    lists
}
