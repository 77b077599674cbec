//! `cargo codegen slice`: the part of a document that some paths need.

use super::{Context, Failed, print};
use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::edm::{self, Model, Places};
use csdl_codegen::generate::slice_of;
use csdl_codegen::output::Changes;
use csdl_codegen::references::{Lookup, follow};
use csdl_codegen::slice::Selection;
use csdl_codegen::source::file::root_of;
use csdl_codegen::source::read;
use csdl_codegen::write::write;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct SliceArguments {
    /// The whole document
    file: PathBuf,
    /// A path to keep, such as `/reports/serviceActivity`; may be repeated [default: those of the configuration]
    #[arg(long = "path", value_name = "PATH")]
    paths: Vec<String>,
    /// Write to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Prints the slice, or writes it to a file.
pub fn run(arguments: &SliceArguments, config: &Path, context: &mut Context) -> Result<(), Failed> {
    let selection = match arguments.paths.is_empty() {
        true if context.is_without_config(config) => {
            return Err(Failed::because(
                "nothing says what to keep: name paths with `--path`, as in `--path /me`, or a configuration \
                 with `--config`",
            ));
        }
        true => context.config(config)?.selection(),
        false => Selection::from_iter(arguments.paths.iter().map(String::as_str)),
    };
    let (model, places) = read_with_places(&arguments.file, context)?;
    let sliced = slice_of(&model, &selection, &places, &mut context.diagnostics);
    context.check()?;
    let text = write(&sliced);
    match &arguments.out {
        Some(file) => {
            let mut changes = Changes::default();
            changes.replace(root_of(file), file, text);
            changes.apply().map_err(Failed::because)
        }
        None => print(&text),
    }
}

/// The resolved model of one document.
pub(super) fn read_model(file: &Path, context: &mut Context) -> Result<Model, Failed> {
    let (model, _) = read_with_places(file, context)?;
    context.check()?;
    Ok(model)
}

fn read_with_places(file: &Path, context: &mut Context) -> Result<(Model, Places), Failed> {
    let limits = Limits::default();
    let read = read::read(file, &mut context.sources);
    let id = read.map_err(|problems| context.fail(problems))?;
    let Context {
        sources,
        diagnostics,
        ..
    } = context;
    let mut ids = vec![id];
    ids.extend(follow(
        &ids,
        &Lookup::default(),
        &limits,
        sources,
        diagnostics,
    ));
    let documents = csdl::parse_all(sources, &ids, &limits, diagnostics);
    let model = documents.map(|documents| {
        let model = edm::resolve(&documents, diagnostics);
        (model, Places::of(&documents))
    });
    // Whether warnings fail the command is decided when it is known which of them are meant.
    model.filter(|_| !diagnostics.has_errors()).ok_or(Failed)
}
