//! Rules that need the whole model.

use super::annotation::{Annotation, change_lists};
use super::duplicates::report_overload;
use super::model::*;
use super::names::QualifiedName;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceId, Span};
use std::collections::{BTreeMap, BTreeSet};

/// A container as declared.
pub(super) struct Container {
    pub container: EntityContainer,
    /// The one that it extends, and where that is said.
    pub extends: Option<(QualifiedName, Span)>,
    /// The document that declares it.
    pub source: SourceId,
}

/// The service's container with the entry points of those that it extends: of the first document
/// that has containers, the one that no other extends.
pub(super) fn main_container(
    containers: Vec<Container>,
    diagnostics: &mut Diagnostics,
) -> Option<EntityContainer> {
    let service = containers.first()?.source;
    let mut by_name: BTreeMap<_, Container> = BTreeMap::new();
    for declared in containers {
        let name = declared.container.name.clone();
        by_name.entry(name).or_insert(declared);
    }
    let extends = by_name.values().filter_map(|c| c.extends.as_ref());
    let extended: BTreeSet<_> = extends.map(|(name, _)| name.clone()).collect();
    let own = by_name.iter().filter(|(_, c)| c.source == service);
    let mut own = own.map(|(name, _)| name);
    let mut roots = own.clone().filter(|name| !extended.contains(name));
    let main = roots.next().or_else(|| own.next())?.clone();
    for other in roots {
        let message = format!("the entity container `{other}` is ignored");
        diagnostics.push(
            Diagnostic::warning(Code::DuplicateName, message)
                .at(by_name[other].container.span, "a service has one container")
                .help(format!("the client is made for `{main}`")),
        );
    }
    let Container {
        mut container,
        extends: mut next,
        ..
    } = by_name.remove(&main)?;
    // Each container is taken out when it is visited, so a cycle ends.
    while let Some((name, place)) = next {
        let Some(base) = by_name.remove(&name) else {
            report_container_cycle(&name, place, diagnostics);
            break;
        };
        for (name, child) in base.container.children {
            container.children.entry(name).or_insert(child);
        }
        next = base.extends;
    }
    Some(container)
}

/// What is extended is declared, so if it is not there any more it was visited.
fn report_container_cycle(name: &QualifiedName, place: Span, diagnostics: &mut Diagnostics) {
    let message = format!("the entity container `{name}` extends itself");
    let warning = Diagnostic::warning(Code::InheritanceCycle, message);
    diagnostics.push(warning.at(place, "this leads back to it, and is ignored"));
}

/// Reports an overload that is declared twice and keeps the first; operations are sorted. Those of which
/// `is_read` says no are left alone.
pub(super) fn operations(
    model: &mut Model,
    is_read: impl Fn(&QualifiedName) -> bool,
    diagnostics: &mut Diagnostics,
) {
    model.operations.dedup_by(|operation, first| {
        // Names first: keys are made anew for each comparison.
        let is_same = first.name == operation.name
            && is_read(&first.name)
            && first.sort_key() == operation.sort_key();
        if is_same {
            report_overload(first, operation, diagnostics);
        }
        is_same
    });
}

/// Leaves out imports of operations that cannot be called without a resource: those that are
/// bound, which is reported, and those that are left out themselves, which was.
pub(super) fn imports(model: &mut Model, diagnostics: &mut Diagnostics) {
    let Model {
        container: Some(container),
        operations,
        ..
    } = model
    else {
        return;
    };
    let declared: BTreeSet<_> = operations.iter().map(|operation| &operation.name).collect();
    let unbound = operations
        .iter()
        .filter(|operation| operation.binding.is_none());
    let callable: BTreeSet<_> = unbound
        .map(|operation| (operation.kind, &operation.name))
        .collect();
    container.children.retain(|name, child| {
        let Some(imported) = child.entry_point.imported() else {
            return true;
        };
        let is_callable = callable.contains(&imported);
        if !is_callable && declared.contains(child.entry_point.name()) {
            let message =
                format!("`{name}` imports what is called on a resource, or is of another kind");
            let warning = Diagnostic::warning(Code::UnresolvedReference, message);
            let label = format!("`{}` has no unbound overload", child.entry_point.name());
            diagnostics.push(warning.at(child.span, label));
        }
        is_callable
    });
}

/// Annotations in the order of terms and qualifiers; of two with the same, the later stays, so
/// that a document that comes later can correct an earlier one.
pub(super) fn sort_annotations(model: &mut Model) {
    for annotations in annotation_lists(model) {
        change_lists(annotations, &mut sort);
    }
}

fn sort(annotations: &mut Vec<Annotation>) {
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
        for child in container.children.values_mut() {
            lists.push(&mut child.annotations);
            lists.extend(child.below.values_mut());
        }
    }
    lists
}
