//! How large a client will be, told from its model before anything is made.
//!
//! A short document can ask for a very long client: a type has the members of all that it extends, and
//! the calls that are bound to them. Time and memory of all that comes after go by the client's length.

use crate::config::Config;
use crate::csdl::ast::StructuredKind;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::edm::{
    Annotation, Model, Operation, OperationKind, QualifiedName, StructuredType, Type, vocabulary,
};
use crate::source::Span;
use std::collections::BTreeMap;

/// Lines that a declaration makes by itself and with each part; measured with Microsoft Graph.
const ENTITY_TYPE: usize = 150;
const COMPLEX_TYPE: usize = 60;
const ENUM_TYPE: usize = 60;
const MEMBER: usize = 5;
const PROPERTY: usize = 7;
const NAVIGATION: usize = 18;
const OPERATION: usize = 65;
const EXAMPLE: usize = 40;
const PARAMETER: usize = 10;
const CALL: usize = 5;
const ENTRY_POINT: usize = 7;
/// How many bytes of a text make a line; some texts are written more than once.
const LINE: usize = 40;

/// Refuses a model whose client would have too many lines, in all or in one of its parts.
pub(super) fn check(model: &Model, config: &Config, diagnostics: &mut Diagnostics) {
    let limits = &config.metadata.limits;
    let example = if config.client.examples { EXAMPLE } else { 0 };
    let mut total = 0_usize;
    let mut add = |what: &str, lines: usize, span: Option<Span>| {
        total = total.saturating_add(lines);
        if lines > limits.part_lines {
            let most = limits.part_lines;
            let message =
                format!("{what} makes some {lines} lines of the client, more than {most}");
            let error = Diagnostic::error(Code::LimitExceeded, message);
            diagnostics.push(error.at_known(span, ""));
        }
    };
    let bound = bound_operations(model);
    for (name, declared) in &model.types {
        let lines = type_lines(model, &bound, name, declared);
        add(&format!("the type `{name}`"), lines, Some(declared.span()));
    }
    let imports = imports(model);
    for operation in &model.operations {
        let what = format!("the operation `{}`", operation.name);
        let lines = operation_lines(operation) + example;
        // Each import has a file for each of the overloads that it is of.
        let times = match operation.binding {
            Some(_) => None,
            None => imports.get(&(operation.kind, &operation.name)),
        };
        let lines = lines.saturating_mul(times.copied().unwrap_or(1));
        add(&what, lines, Some(operation.span));
    }
    if let Some(container) = &model.container {
        add(
            "the entity container",
            container.children.len() * ENTRY_POINT,
            None,
        );
    }
    if total > limits.lines {
        let most = limits.lines;
        let message = format!("the client would have some {total} lines, more than {most}");
        let help = "ask for less with `paths`, or raise `lines` under `[metadata.limits]`";
        diagnostics.push(Diagnostic::error(Code::LimitExceeded, message).help(help));
    }
}

/// How many operations are bound to each type.
fn bound_operations(model: &Model) -> BTreeMap<&QualifiedName, usize> {
    let mut bound = BTreeMap::new();
    for operation in &model.operations {
        if let Some(name) = operation
            .binding
            .as_ref()
            .and_then(|it| it.type_ref.named())
        {
            *bound.entry(name).or_default() += 1;
        }
    }
    bound
}

/// How often each operation is imported.
fn imports(model: &Model) -> BTreeMap<(OperationKind, &QualifiedName), usize> {
    let mut imports = BTreeMap::new();
    let container = model.container.iter();
    let children = container.flat_map(|container| container.children.values());
    for imported in children.filter_map(|child| child.entry_point.imported()) {
        *imports.entry(imported).or_default() += 1;
    }
    imports
}

fn type_lines(
    model: &Model,
    bound: &BTreeMap<&QualifiedName, usize>,
    name: &QualifiedName,
    declared: &Type,
) -> usize {
    let structured = match declared {
        Type::Structured(structured) => structured,
        Type::Enum(enumeration) => {
            let members = enumeration.members.iter();
            let texts = members.map(|member| text_lines(&member.annotations));
            return ENUM_TYPE + enumeration.members.len() * MEMBER + texts.sum::<usize>();
        }
        Type::Definition(_) => return 0,
    };
    let own = match structured.kind {
        StructuredKind::Entity => ENTITY_TYPE,
        StructuredKind::Complex => COMPLEX_TYPE,
    };
    let parts = model.lineage(name).map(|(name, structured)| {
        let calls = bound.get(name).copied().unwrap_or_default();
        let more = vocabulary::explicit_operation_bindings(&structured.annotations).len();
        member_lines(structured) + (calls + more) * CALL
    });
    own + text_lines(declared.annotations()) + parts.sum::<usize>()
}

fn member_lines(structured: &StructuredType) -> usize {
    let properties = structured.properties.values();
    let properties = properties.map(|property| PROPERTY + text_lines(&property.annotations));
    let navigation = structured.navigation.values();
    let navigation = navigation.map(|property| NAVIGATION + text_lines(&property.annotations));
    properties.sum::<usize>() + navigation.sum::<usize>()
}

fn operation_lines(operation: &Operation) -> usize {
    let parameters = operation.parameters.iter();
    let parameters = parameters.map(|parameter| PARAMETER + text_lines(&parameter.annotations));
    OPERATION + text_lines(&operation.annotations) + parameters.sum::<usize>()
}

/// What is said of an element becomes comments.
fn text_lines(annotations: &[Annotation]) -> usize {
    let deprecation = vocabulary::deprecation(annotations).and_then(|it| it.description);
    let texts = [
        vocabulary::description(annotations),
        vocabulary::long_description(annotations),
        deprecation,
    ];
    texts.iter().flatten().map(|text| text.len() / LINE).sum()
}
