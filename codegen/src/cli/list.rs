//! `csdl-codegen list`: what a document declares.

mod ways;

use super::slice::read_model;
use super::{Context, Failed, print};
use clap::value_parser;
use csdl_codegen::edm::{Model, Operation, QualifiedName, StructuredKind, Type};
use csdl_codegen::show::inert;
use std::path::PathBuf;
use ways::Ways;

/// The most paths that are listed; some 100 MB of text.
const PATHS: usize = 1_000_000;

#[derive(Debug, clap::Args)]
pub struct ListArguments {
    /// The document
    file: PathBuf,
    /// List only what has this in its name, whatever the case; of paths, the last segment
    #[arg(long, value_name = "NAME", conflicts_with = "depth")]
    find: Option<String>,
    /// How many segments the listed paths have at most, keys not counted
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = value_parser!(u8).range(1..=32))]
    depth: u8,
}

/// Prints the paths, operations and types of a document, one a line.
pub fn run(arguments: &ListArguments, context: &mut Context) -> Result<(), Failed> {
    let model = read_model(&arguments.file, context)?;
    match &arguments.find {
        Some(name) => print(&found(&model, name)?),
        None => print(&all(&model, arguments.depth)?),
    }
}

fn all(model: &Model, depth: u8) -> Result<String, Failed> {
    let mut ways = Ways::new(model);
    if ways.count(depth, PATHS) > PATHS {
        return Err(Failed::because(format!(
            "the document has more than {PATHS} paths of up to {depth} segments; list shorter ones \
             with a lower --depth"
        )));
    }
    let operations: Vec<_> = model.operations.iter().map(operation_line).collect();
    let types = model.types.iter();
    let types: Vec<_> = types.map(|(name, it)| type_line(name, it)).collect();
    Ok(section("paths", &ways.all(depth))
        + &section("operations", &operations)
        + &section("types", &types))
}

/// What has this text in its name.
fn found(model: &Model, text: &str) -> Result<String, Failed> {
    let text = text.to_lowercase();
    let is_like = |name: &str| name.to_lowercase().contains(&text);
    let paths = Ways::new(model).to(is_like);
    let operations = model.operations.iter();
    let operations = operations.filter(|operation| is_like(&operation.name.name));
    let operations: Vec<_> = operations.map(operation_line).collect();
    let types = model.types.iter().filter(|(name, _)| is_like(&name.name));
    let types: Vec<_> = types.map(|(name, it)| type_line(name, it)).collect();
    if paths.is_empty() && operations.is_empty() && types.is_empty() {
        return Err(Failed::because(format!(
            "nothing has `{text}` in its name: no entry point, property that leads to resources, \
             operation or type"
        )));
    }
    let parts = [
        ("paths", paths),
        ("operations", operations),
        ("types", types),
    ];
    let parts = parts.iter().filter(|(_, lines)| !lines.is_empty());
    Ok(parts.map(|(title, lines)| section(title, lines)).collect())
}

fn operation_line(operation: &Operation) -> String {
    let kind = operation.kind.name();
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

/// A type with the one that it extends.
fn type_line(name: &QualifiedName, declared: &Type) -> String {
    let base = match declared {
        Type::Structured(structured) => structured.base.as_ref(),
        Type::Enum(_) | Type::Definition(_) => None,
    };
    let base = base.map_or_else(String::new, |base| format!(" : {base}"));
    format!("{} {name}{base}", kind(declared))
}

fn section(title: &str, lines: &[String]) -> String {
    let lines = lines.iter().map(|line| format!("  {}\n", inert(line)));
    format!("{title} ({})\n{}", lines.len(), lines.collect::<String>())
}
