//! `cargo codegen explain`: what a code means.

use super::{Failed, print};
use csdl_codegen::diagnostic::Code;

#[derive(Debug, clap::Args)]
pub struct ExplainArguments {
    /// The code, such as `E0008`; without one, all codes are listed
    code: Option<String>,
}

/// Prints the explanation of a code, or a line for each code.
pub fn run(arguments: &ExplainArguments) -> Result<(), Failed> {
    let Some(text) = &arguments.code else {
        let lines = Code::ALL.iter().map(|code| title(*code) + "\n");
        return print(&lines.collect::<String>());
    };
    match Code::from_id(text) {
        Some(code) => print(code.explanation()),
        None => Err(Failed::because(format!(
            "there is no code `{text}`; `cargo codegen explain` lists all codes"
        ))),
    }
}

/// The first line of an explanation.
fn title(code: Code) -> String {
    let line = code.explanation().lines().next().unwrap_or_default();
    line.trim_start_matches("# ").to_owned()
}
