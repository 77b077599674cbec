//! Documents that are smaller and larger than the one that is measured.

use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::{self, Model, QualifiedName, Type, TypeRef};
use csdl_codegen::source::Sources;
use csdl_codegen::write::write;
use std::collections::BTreeSet;

/// The namespace of nearly all that Graph declares; those of the rest begin with it.
const NAMESPACE: &str = "microsoft.graph";
/// Its entity container.
const CONTAINER: &str = "GraphService";

/// A document of so many quarters of another: its first types by name and whatever needs no others, or several
/// copies of all of it.
pub fn quarters(text: &str, quarters: usize) -> String {
    let mut sources = Sources::default();
    let id = sources.add("document", text);
    let mut diagnostics = Diagnostics::default();
    let document = csdl::parse(&sources, id, &Limits::default(), &mut diagnostics);
    let mut model = edm::resolve(&Vec::from_iter(document), &mut diagnostics);
    keep_first(&mut model, quarters.min(4));
    for schema in model.schemas.values_mut() {
        // Copies would have the same one.
        schema.alias = None;
    }
    copies(&write(&model), quarters.div_ceil(4))
}

fn keep_first(model: &mut Model, quarters: usize) {
    let most = model.types.len() * quarters / 4;
    let first = model.types.keys().take(most);
    // A type comes with those that it extends.
    let lineages = first.flat_map(|name| model.lineage(name).map(|(name, _)| name).chain([name]));
    let kept: BTreeSet<QualifiedName> = lineages.cloned().collect();
    let knows = |type_ref: &TypeRef| type_ref.named().is_none_or(|name| kept.contains(name));
    model.types.retain(|name, _| kept.contains(name));
    for declared in model.types.values_mut() {
        if let Type::Structured(structured) = declared {
            structured.properties.retain(|_, it| knows(&it.type_ref));
            structured.navigation.retain(|_, it| knows(&it.type_ref));
        }
    }
    model.operations.retain(|operation| {
        let parameters = operation.binding.iter().chain(&operation.parameters);
        let mut values = parameters
            .map(|it| &it.type_ref)
            .chain(operation.return_type.as_ref().map(|it| &it.type_ref));
        values.all(knows)
    });
    let operations: BTreeSet<_> = model.operations.iter().map(|it| it.name.clone()).collect();
    if let Some(container) = &mut model.container {
        container.children.retain(|_, child| {
            let name = child.entry_point.name();
            kept.contains(name) || operations.contains(name)
        });
    }
}

/// A document with all that another declares so many times, each time in namespaces and with entry points of
/// its own.
fn copies(text: &str, copies: usize) -> String {
    let from = text.find("<Schema ").expect("the document has a schema");
    let to = text.rfind("</edmx:DataServices>");
    let to = to.expect("the document has an end");
    let mut copied = text[..to].to_owned();
    for number in 2..=copies {
        copied.push_str(&copy(&text[from..to], number));
    }
    copied + &text[to..]
}

/// Schemas under other names; their container adds to that of the copy before.
fn copy(schemas: &str, number: usize) -> String {
    let before = match number {
        2 => String::new(),
        _ => (number - 1).to_string(),
    };
    let from = schemas.find("<EntityContainer ");
    let from = from.expect("the document has a container");
    let end = "</EntityContainer>";
    let to = schemas.find(end).map(|to| to + end.len());
    let to = to.expect("the container has an end");
    let container = schemas[from..to]
        .replace(" Name=\"", &format!(" Name=\"copy{number}_"))
        .replace(" Target=\"", &format!(" Target=\"copy{number}_"))
        .replace(" EntitySet=\"", &format!(" EntitySet=\"copy{number}_"))
        .replacen(
            &format!("copy{number}_{CONTAINER}\""),
            &format!("{CONTAINER}{number}\" Extends=\"before.{CONTAINER}{before}\""),
            1,
        );
    let annotated = format!(".{CONTAINER}{number}/copy{number}_");
    let schemas = [&schemas[..from], &container, &schemas[to..]].concat();
    schemas
        .replace(&format!(".{CONTAINER}/"), &annotated)
        .replace(NAMESPACE, &format!("{NAMESPACE}{number}"))
        .replace("before.", &format!("{NAMESPACE}{before}."))
}
