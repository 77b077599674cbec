//! `cargo codegen check`: compares the client with its metadata.

use super::generate::generated;
use super::{Context, Failed, print, program};
use clap::Args;
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
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
    let (config, generated) = generated(config, context)?;
    if arguments.whole {
        check_whole(&config, context)?;
    }
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

/// Reports what is wrong with what no path needs.
fn check_whole(config: &LoadedConfig, context: &mut Context) -> Result<(), Failed> {
    let mut found = Diagnostics::default();
    if let Some(ids) = read_documents(config, &mut context.sources, &mut found) {
        read_whole(config, &ids, &context.sources, &mut found);
    }
    let found = found.beside(&context.diagnostics);
    context.diagnostics.append(found);
    context.check()
}
