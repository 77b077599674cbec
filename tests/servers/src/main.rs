//! Writes the table of features and servers into a document, or compares it: `server-tests [--check] README.md`.

use server_tests::{Feature, Server, recorded};
use std::process::ExitCode;

const BEGIN: &str = "<!-- features: begin -->\n";
const END: &str = "<!-- features: end -->\n";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--check", document] => check(document),
        [document] => write(document),
        _ => Err("usage: server-tests [--check] DOCUMENT".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn check(document: &str) -> Result<(), String> {
    let text = read(document)?;
    match with_table(&text, document)? == text {
        true => Ok(()),
        false => Err(format!(
            "the table of features in {document} is not what the tests saw: run tests/servers/run.sh"
        )),
    }
}

fn write(document: &str) -> Result<(), String> {
    let text = with_table(&read(document)?, document)?;
    std::fs::write(document, text).map_err(|error| format!("{document}: {error}"))
}

fn read(document: &str) -> Result<String, String> {
    std::fs::read_to_string(document).map_err(|error| format!("{document}: {error}"))
}

/// The text with the table between its marks.
fn with_table(text: &str, document: &str) -> Result<String, String> {
    let marks = || {
        let (before, rest) = text.split_once(BEGIN)?;
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    };
    let (before, after) = marks().ok_or(format!("{document} has no marks of the table"))?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", table()?))
}

/// A row for each feature. Each cell is what a test saw: that it works, or what the server cannot do.
fn table() -> Result<String, String> {
    let heads: Vec<_> = Server::ALL.map(Server::label).into();
    let mut table = format!("| | {} |\n", heads.join(" | "));
    table += &format!("|---{}|\n", "|---".repeat(Server::ALL.len()));
    let mut untested = Vec::new();
    for feature in Feature::ALL {
        let mut row = format!("| {}", feature.label());
        for server in Server::ALL {
            match recorded(server, *feature) {
                Some(cell) => row += &format!(" | {cell}"),
                None => untested.push(format!("\n  {}: {}", server.label(), feature.label())),
            }
        }
        table += &format!("{row} |\n");
    }
    match untested.is_empty() {
        true => Ok(table),
        false => Err(format!(
            "no test says whether these work or the server cannot do them:{}",
            untested.concat()
        )),
    }
}
