//! `cargo codegen list`: what a document declares.

use super::slice::read_model;
use super::{Context, Failed, print};
use clap::value_parser;
use csdl_codegen::edm::{Model, Operation, QualifiedName, StructuredKind, Type};
use csdl_codegen::show::inert;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The most paths that are listed; some 100 MB of text.
const PATHS: usize = 1_000_000;

#[derive(Debug, clap::Args)]
pub struct ListArguments {
    /// The document
    file: PathBuf,
    /// How many segments the listed paths have at most
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = value_parser!(u8).range(1..=32))]
    depth: u8,
}

/// Prints the paths, operations and types of a document, one a line.
pub fn run(arguments: &ListArguments, context: &mut Context) -> Result<(), Failed> {
    let model = read_model(&arguments.file, context)?;
    let roots: Vec<_> = model
        .container
        .iter()
        .flat_map(|container| &container.children)
        .collect();
    let mut ways = Ways::new(&model);
    let counts = roots
        .iter()
        .map(|(_, child)| ways.count(child.entry_point.name(), arguments.depth));
    if counts.fold(0, usize::saturating_add) > PATHS {
        return Err(Failed::because(format!(
            "the document has more than {PATHS} paths of up to {} segments; list shorter ones \
             with a lower --depth",
            arguments.depth
        )));
    }
    let mut paths = BTreeSet::new();
    for (name, child) in &roots {
        ways.collect(
            format!("/{name}"),
            child.entry_point.name(),
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

/// The ways along navigation properties. Their number grows with a power of the depth, so they are
/// counted before they are made.
struct Ways<'m> {
    model: &'m Model,
    counts: BTreeMap<(&'m QualifiedName, u8), usize>,
}

impl<'m> Ways<'m> {
    fn new(model: &'m Model) -> Self {
        let counts = BTreeMap::new();
        Self { model, counts }
    }

    /// The navigation properties of a type and what they lead to.
    fn steps(
        &self,
        from: &'m QualifiedName,
    ) -> impl Iterator<Item = (&'m str, &'m QualifiedName)> + use<'m> {
        let lineage = self.model.lineage(from);
        let properties = lineage.flat_map(|(_, structured)| &structured.navigation);
        properties.filter_map(|(name, property)| Some((&**name, property.type_ref.named()?)))
    }

    /// How many paths there are from a type, its own included, or any number above [`PATHS`].
    fn count(&mut self, from: &'m QualifiedName, depth: u8) -> usize {
        if depth <= 1 {
            return 1;
        }
        if let Some(count) = self.counts.get(&(from, depth)) {
            return *count;
        }
        let mut count = 1_usize;
        for (_, target) in self.steps(from) {
            count = count.saturating_add(self.count(target, depth - 1));
            if count > PATHS {
                break;
            }
        }
        self.counts.insert((from, depth), count);
        count
    }

    /// The path itself and those that its type's navigation properties lead to.
    fn collect(
        &self,
        path: String,
        from: &'m QualifiedName,
        depth: u8,
        paths: &mut BTreeSet<String>,
    ) {
        if depth > 1 {
            for (name, target) in self.steps(from) {
                self.collect(format!("{path}/{name}"), target, depth - 1, paths);
            }
        }
        paths.insert(path);
    }
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

fn section(title: &str, lines: &[String]) -> String {
    let lines = lines.iter().map(|line| format!("  {}\n", inert(line)));
    format!("{title} ({})\n{}", lines.len(), lines.collect::<String>())
}
