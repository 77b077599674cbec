//! What is declared twice: a warning, since published documents have it; the first counts.

use super::model::*;
use super::names::QualifiedName;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;

/// One name declared twice in one scope.
pub(super) fn duplicate(what: &str, name: &str, second: Span, first: Span) -> Diagnostic {
    let message = format!("the {what} `{name}` is declared twice");
    Diagnostic::warning(Code::DuplicateName, message)
        .at(second, "second declaration, which is ignored")
        .related(first, "first declaration")
        .help("rename or remove one of them")
}

/// The same where both declarations say the same.
fn repeated(what: &str, name: &str, second: Span, first: Span) -> Diagnostic {
    let message = format!("the {what} `{name}` is declared twice in the same way");
    Diagnostic::warning(Code::DuplicateName, message)
        .at(second, "second declaration, which is ignored")
        .related(first, "first declaration")
}

/// Reports a type that was declared before.
pub(super) fn report_duplicate(
    name: &QualifiedName,
    first: &Type,
    mut second: Type,
    diagnostics: &mut Diagnostics,
) {
    let (place, earlier) = (second.span(), first.span());
    let mut first = first.clone();
    type_at(&mut first, earlier);
    type_at(&mut second, earlier);
    let report = if first == second { repeated } else { duplicate };
    diagnostics.push(report("type", &name.to_string(), place, earlier));
}

/// Reports an overload that was declared before.
pub(super) fn report_overload(
    first: &Operation,
    second: &Operation,
    diagnostics: &mut Diagnostics,
) {
    let (mut one, mut other) = (first.clone(), second.clone());
    operation_at(&mut one, first.span);
    operation_at(&mut other, first.span);
    let report = if one == other { repeated } else { duplicate };
    let name = first.name.to_string();
    diagnostics.push(report("overload of", &name, second.span, first.span));
}

/// Gives every part of a type one place, so that places make no difference.
fn type_at(declared: &mut Type, place: Span) {
    match declared {
        Type::Structured(structured) => {
            structured.span = place;
            annotations_at(&mut structured.annotations, place);
            for property in structured.properties.values_mut() {
                property.span = place;
                annotations_at(&mut property.annotations, place);
            }
            for property in structured.navigation.values_mut() {
                property.span = place;
                annotations_at(&mut property.annotations, place);
            }
        }
        Type::Enum(enumeration) => {
            enumeration.span = place;
            annotations_at(&mut enumeration.annotations, place);
            for member in &mut enumeration.members {
                annotations_at(&mut member.annotations, place);
            }
        }
        Type::Definition(definition) => {
            definition.span = place;
            annotations_at(&mut definition.annotations, place);
        }
    }
}

fn operation_at(operation: &mut Operation, place: Span) {
    operation.span = place;
    annotations_at(&mut operation.annotations, place);
    for parameter in operation
        .binding
        .iter_mut()
        .chain(&mut operation.parameters)
    {
        parameter.span = place;
        annotations_at(&mut parameter.annotations, place);
    }
    if let Some(returned) = &mut operation.return_type {
        annotations_at(&mut returned.annotations, place);
    }
}

fn annotations_at(annotations: &mut [Annotation], place: Span) {
    for annotation in annotations {
        annotation.span = place;
        annotations_at(&mut annotation.annotations, place);
        if let Some(value) = &mut annotation.value {
            value_at(value, place);
        }
    }
}

fn value_at(value: &mut Value, place: Span) {
    match value {
        Value::Collection(items) => items.iter_mut().for_each(|item| value_at(item, place)),
        Value::Record(record) => {
            annotations_at(&mut record.annotations, place);
            let values = record.properties.values_mut().flatten();
            values.for_each(|value| value_at(value, place));
        }
        Value::Scalar(..) | Value::Null => {}
    }
}
