//! `cargo codegen check`: compares the client with its metadata.

use super::generate::generated;
use super::{Context, Failed, print, program};
use clap::Args;
use csdl_codegen::generate::{read_documents, read_whole};
use csdl_codegen::output;
use csdl_codegen::show::inert;
use std::path::Path;

/// Options of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Also report what is wrong with the parts of the documents that no path needs
    #[arg(long)]
    whole: bool,
}

/// Fails and names the files that are not what the metadata gives.
pub fn run(arguments: &CheckArguments, config: &Path, context: &mut Context) -> Result<(), Failed> {
    if arguments.whole {
        whole(config, context)?;
    }
    let known = std::mem::take(&mut context.diagnostics);
    let generated = generated(config, context);
    let found = std::mem::replace(&mut context.diagnostics, known);
    let found = found.beside(&context.diagnostics);
    context.diagnostics.append(found);
    let (config, generated) = generated?;
    let differences =
        output::compare(&config.output(), &generated.files).map_err(Failed::because)?;
    if differences.is_empty() {
        return print(&format!("{} files are up to date\n", generated.files.len()));
    }
    for difference in &differences {
        eprintln!("{}", inert(&difference.to_string()));
    }
    Err(Failed::because(format!(
        "the client is not what its metadata gives; run `{}`",
        program()
    )))
}

/// Reports what is wrong with anything that the documents declare.
fn whole(config: &Path, context: &mut Context) -> Result<(), Failed> {
    let config = context.config(config)?;
    let (sources, found) = (&mut context.sources, &mut context.diagnostics);
    let ids = read_documents(&config, sources, found);
    let whole = ids.and_then(|ids| read_whole(&config, &ids, sources, found));
    context.check()?;
    whole.map(drop).ok_or(Failed)
}
