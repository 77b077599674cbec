//! `cargo codegen check`: compares the client with its metadata.

use super::generate::generated;
use super::{Context, Failed, print, program};
use csdl_codegen::output;
use csdl_codegen::show::inert;
use std::path::Path;

/// Fails and names the files that are not what the metadata gives.
pub fn run(config: &Path, context: &mut Context) -> Result<(), Failed> {
    let (config, generated) = generated(config, context)?;
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
