//! `cargo codegen slice`: the part of a document that some paths need.

use super::{Failed, Session, print};
use csdl_codegen::config::read_source;
use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::edm::{self, Model};
use csdl_codegen::slice::{SlicePath, slice};
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
pub fn run(arguments: &SliceArguments, config: &Path, session: &mut Session) -> Result<(), Failed> {
    let paths: Vec<SlicePath> = if arguments.paths.is_empty() {
        session.config(config)?.paths()
    } else {
        arguments
            .paths
            .iter()
            .map(|path| SlicePath::from(path.as_str()))
            .collect()
    };
    let model = read_model(&arguments.file, session)?;
    let sliced = slice(&model, &paths, &mut session.diagnostics);
    session.check()?;
    let text = write(&sliced);
    match &arguments.out {
        Some(file) => csdl_codegen::output::replace_file(file, &text).map_err(Failed::because),
        None => print(&text),
    }
}

/// The resolved model of one document.
pub(super) fn read_model(file: &Path, session: &mut Session) -> Result<Model, Failed> {
    let read = read_source(file, &mut session.sources);
    let id = read.map_err(|problems| session.fail(&problems))?;
    let diagnostics = &mut session.diagnostics;
    let document = csdl::parse(&session.sources, id, &Limits::default(), diagnostics);
    let model = document.map(|document| edm::resolve(&[document], diagnostics));
    session.check()?;
    model.ok_or(Failed)
}
