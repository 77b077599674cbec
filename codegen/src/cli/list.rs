//! `cargo codegen list`: what a document declares.

use super::slice::read_model;
use super::{Context, Failed, print};
use csdl_codegen::edm::{Model, Operation, OperationKind, StructuredKind, Type};
use csdl_codegen::show::inert;
use std::collections::BTreeSet;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct ListArguments {
    /// The document
    file: PathBuf,
    /// How many segments the listed paths have at most
    #[arg(long, value_name = "N", default_value_t = 2)]
    depth: usize,
}

/// Prints the paths, operations and types of a document, one a line.
pub fn run(arguments: &ListArguments, context: &mut Context) -> Result<(), Failed> {
    let model = read_model(&arguments.file, context)?;
    let mut paths = BTreeSet::new();
    for (name, child) in model
        .container
        .iter()
        .flat_map(|container| &container.children)
    {
        collect_paths(
            &model,
            format!("/{name}"),
            &child.refers_to,
            arguments.depth,
            &mut paths,
        );
    }
    let mut text = section("paths", &paths.into_iter().collect::<Vec<_>>());
    let operations: Vec<_> = model.operations.iter().map(operation_line).collect();
    text.push_str(&section("operations", &operations));
    let types = model
        .types
        .iter()
        .map(|(name, declared)| format!("{} {name}", kind(declared)));
    text.push_str(&section("types", &types.collect::<Vec<_>>()));
    print(&text)
}

/// The path itself and those that its type's navigation properties lead to.
fn collect_paths(
    model: &Model,
    path: String,
    type_name: &csdl_codegen::edm::QualifiedName,
    depth: usize,
    paths: &mut BTreeSet<String>,
) {
    if depth > 1 {
        for (_, structured) in model.lineage(type_name) {
            for (name, property) in &structured.navigation {
                if let Some(target) = property.type_ref.named() {
                    collect_paths(model, format!("{path}/{name}"), target, depth - 1, paths);
                }
            }
        }
    }
    paths.insert(path);
}

fn operation_line(operation: &Operation) -> String {
    let kind = match operation.kind {
        OperationKind::Function => "function",
        OperationKind::Action => "action",
    };
    let parameters = operation
        .parameters
        .iter()
        .map(|p| format!("{}: {}", p.name, p.type_ref));
    let parameters = parameters.collect::<Vec<_>>().join(", ");
    let on = operation
        .binding
        .as_ref()
        .map_or_else(String::new, |b| format!(" on {}", b.type_ref));
    let result = operation
        .return_type
        .as_ref()
        .map_or_else(String::new, |r| format!(" -> {}", r.type_ref));
    format!("{kind} {}({parameters}){on}{result}", operation.name)
}

fn kind(declared: &Type) -> &'static str {
    match declared {
        Type::Structured(structured) if structured.kind == StructuredKind::Entity => "entity",
        Type::Structured(_) => "complex",
        Type::Enum(_) => "enum",
        Type::Definition(_) => "definition",
    }
}

fn section(title: &str, lines: &[String]) -> String {
    let lines = lines.iter().map(|line| format!("  {}\n", inert(line)));
    format!("{title} ({})\n{}", lines.len(), lines.collect::<String>())
}
