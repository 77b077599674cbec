//! `cargo codegen check`: compares the client with its metadata.

use super::generate::generated;
use super::{Failed, Session, print};
use csdl_codegen::output;
use std::path::Path;

/// Fails and names the files that are not what the metadata gives.
pub fn run(config: &Path, session: &mut Session) -> Result<(), Failed> {
    let (config, generated) = generated(config, session)?;
    let differences =
        output::compare(&config.output(), &generated.files).map_err(Failed::because)?;
    if differences.is_empty() {
        return print(&format!("{} files are up to date\n", generated.files.len()));
    }
    for difference in &differences {
        eprintln!("{difference}");
    }
    Err(Failed::because(
        "the client is not what its metadata gives; run `cargo codegen`",
    ))
}
