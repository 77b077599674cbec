//! `cargo codegen explain`: what a code means, and what goes into `client.toml`.

use super::{Failed, print, program};
use csdl_codegen::config;
use csdl_codegen::diagnostic::Code;

#[derive(Debug, clap::Args)]
pub struct ExplainArguments {
    /// A code such as `E0008`, or `client.toml` for its keys; without either, all codes are listed
    #[arg(value_name = "CODE|client.toml")]
    what: Option<String>,
}

/// Prints an explanation, or a line for each code.
pub fn run(arguments: &ExplainArguments) -> Result<(), Failed> {
    let Some(text) = &arguments.what else {
        let lines = Code::ALL.iter().map(|code| title(*code) + "\n");
        return print(&lines.collect::<String>());
    };
    if text == "client.toml" {
        return print(config::REFERENCE);
    }
    match Code::from_id(text) {
        Some(code) => print(code.explanation()),
        None => Err(Failed::because(format!(
            "there is no code `{text}`; `{} explain` lists all codes",
            program()
        ))),
    }
}

/// The first line of an explanation.
fn title(code: Code) -> String {
    let line = code.explanation().lines().next().unwrap_or_default();
    line.trim_start_matches("# ").to_owned()
}
