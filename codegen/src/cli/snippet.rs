//! `csdl-codegen snippet`: an HTTP request → the Rust program that sends it.

use super::document::whole_service;
use super::{Context, Failed, print, program};
use csdl_codegen::api::Api;
use csdl_codegen::config::{LoadedConfig, preset};
use csdl_codegen::diagnostic::Severity;
use csdl_codegen::generate::{items, read_documents, read_model};
use csdl_codegen::show::inert;
use csdl_codegen::snippet::{HttpRequest, Problem, ProblemKind, Snippets, path_of};
use csdl_codegen::source::file::read_text;
use serde_json::json;
use std::io::Read as _;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct SnippetArguments {
    /// The request, such as `GET /me/messages?$top=5`, or a whole message; `-` reads it from standard input
    #[arg(value_name = "REQUEST", required_unless_present_any = ["file", "lines"])]
    request: Option<String>,
    /// Read the message from a file: a request, headers, an empty line and a body
    #[arg(long, value_name = "FILE", conflicts_with = "request")]
    file: Option<PathBuf>,
    /// Read a list, one JSON object a line with `method`, `url`, `headers` and `body`, and print a list; `-` is
    /// standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["request", "file"])]
    lines: Option<PathBuf>,
    /// Write for a client of all that this document declares, not for that of the configuration
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
    /// With `--document`, what is known of a service beyond it [default: as the host of the request tells]
    #[arg(long, value_name = "NAME", requires = "document", value_parser = ["graph", "cap"])]
    preset: Option<String>,
}

/// Prints the program, or a list of them.
pub fn run(
    arguments: &SnippetArguments,
    config: &Path,
    context: &mut Context,
) -> Result<(), Failed> {
    match &arguments.lines {
        Some(file) => {
            let text = read(file)?;
            let (config, api) = client(arguments, &text, config, context)?;
            print(&list(&text, &Snippets::new(&api), &config))
        }
        None => {
            let text = match (&arguments.request, &arguments.file) {
                (_, Some(file)) => read(file)?,
                (Some(request), None) if request == "-" => read(Path::new("-"))?,
                (request, None) => request.clone().unwrap_or_default(),
            };
            let request = HttpRequest::parse(&text).map_err(Failed::because)?;
            let (config, api) = client(arguments, &text, config, context)?;
            let snippet = Snippets::new(&api).write(&request);
            let snippet = snippet.map_err(|it| Failed::because(advised(it, &request, &config)))?;
            if let Some(feature) = &snippet.feature {
                eprintln!(
                    "note: the program needs the feature `{}` of the package",
                    inert(feature)
                );
            }
            print(&snippet.program())
        }
    }
}

fn read(file: &Path) -> Result<String, Failed> {
    if file == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().lock().read_to_string(&mut text);
        return read.map(|_| text).map_err(Failed::because);
    }
    read_text(file).map_err(|error| Failed::because(format!("{}: {error}", file.display())))
}

/// The configuration and the items of the client that programs use.
fn client(
    arguments: &SnippetArguments,
    request: &str,
    config: &Path,
    context: &mut Context,
) -> Result<(LoadedConfig, Api), Failed> {
    let config = match &arguments.document {
        Some(document) => {
            let preset = arguments.preset.as_deref().or_else(|| preset_of(request));
            let mut config = whole_service(preset, context)?;
            let document = std::path::absolute(document).map_err(Failed::because)?;
            config.config.metadata.document = document;
            config
        }
        None => context.config(config)?,
    };
    let Context {
        sources,
        diagnostics,
        ..
    } = context;
    let model = read_documents(&config, sources, diagnostics)
        .and_then(|ids| read_model(&config, &ids, sources, diagnostics));
    let api = model.map(|model| items(&config, &model, diagnostics));
    // What is doubtful about the metadata is said when the client is made from it.
    let mut problems = diagnostics.iter();
    if !context.strict && !problems.any(|it| it.severity == Severity::Error) {
        *diagnostics = Default::default();
    }
    context.check()?;
    Ok((config, api.ok_or(Failed)?))
}

/// The preset of the service that a request goes to, if it says so.
fn preset_of(request: &str) -> Option<&'static str> {
    let start = request.find("https://")?;
    let end = request[start..].find(|c: char| c.is_whitespace() || c == '"');
    let url = &request[start..end.map_or(request.len(), |end| start + end)];
    Some(preset::at(url)?.preset)
}

/// What to do about an address that the client does not have, though the service may.
fn advised(problem: Problem, request: &HttpRequest, config: &LoadedConfig) -> Problem {
    if problem.kind != ProblemKind::Address || config.selection().is_whole() {
        return problem;
    }
    let path = path_of(&request.url);
    let near = problem
        .help
        .as_ref()
        .map_or_else(String::new, |it| format!("{it} "));
    let command = program();
    problem.with_help(format!(
        "{near}the client serves a part of the service; to add this, put {path:?} into `paths` of its \
         client.toml and run `{command} update`, or write for all of the service with `--document`"
    ))
}

/// For each line an object: the program, or why there is none.
fn list(text: &str, snippets: &Snippets<'_>, config: &LoadedConfig) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let lines = lines.map(|line| {
        let written = HttpRequest::from_json(line).and_then(|request| {
            let snippet = snippets.write(&request);
            snippet.map_err(|problem| advised(problem, &request, config))
        });
        let object = match written {
            Ok(snippet) => json!({
                "program": snippet.program(),
                "notes": snippet.notes,
                "feature": snippet.feature,
            }),
            Err(problem) => json!({
                "error": problem.message,
                "kind": problem.kind.text(),
                "help": problem.help,
            }),
        };
        csdl_codegen::show::json(&format!("{object}\n"))
    });
    lines.collect()
}
