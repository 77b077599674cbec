//! `csdl-codegen snippet`: an HTTP request → the Rust program that sends it.

use super::document::{FetchArguments, Service, whole_service};
use super::new::{self, NewArguments};
use super::{Context, Failed, print, program};
use csdl_codegen::api::Api;
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::config::preset::{self, Match};
use csdl_codegen::diagnostic::Severity;
use csdl_codegen::generate::{items, read_documents, read_model};
use csdl_codegen::show::inert;
use csdl_codegen::snippet::{HttpRequest, Problem, ProblemKind, Snippets, path_of};
use csdl_codegen::source::file::read_text;
use serde_json::json;
use std::collections::BTreeSet;
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
    /// Write for a client of all that this document declares, not for that of the configuration; with `--new`, it
    /// may be a URL
    #[arg(long, value_name = "FILE")]
    document: Option<String>,
    /// With `--document` or `--new`, what is known of the service [default: as the host of the request tells]
    #[arg(long, value_name = "NAME", value_parser = new::presets())]
    preset: Option<String>,
    /// With `--document` or `--new`, where the service runs [default: what the preset says]
    #[arg(long, value_name = "URL")]
    root: Option<String>,
    /// Make the package of a client that serves the request, with the program among its examples; without
    /// `--document`, the metadata is fetched from the service that the request goes to
    #[arg(long, value_name = "FOLDER")]
    new: Option<PathBuf>,
    /// With `--new`, take the crate `odata-runtime` from this folder, not from crates.io
    #[arg(long, value_name = "FOLDER", requires = "new")]
    runtime: Option<PathBuf>,
    #[command(flatten)]
    fetching: FetchArguments,
}

/// Prints the program, or a list of them.
pub fn run(
    arguments: &SnippetArguments,
    config: &Path,
    context: &mut Context,
) -> Result<(), Failed> {
    if let Some(folder) = &arguments.new {
        return package(arguments, folder, config, context);
    }
    let text = text(arguments)?;
    if arguments.lines.is_some() {
        let (config, api) = client(arguments, &text, config, context)?;
        return print(&list(&text, &Snippets::new(&api), &config));
    }
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

/// The text of the request, or of the list.
fn text(arguments: &SnippetArguments) -> Result<String, Failed> {
    match (&arguments.request, &arguments.file, &arguments.lines) {
        (_, Some(file), _) | (_, _, Some(file)) => read(file),
        (Some(request), ..) if request == "-" => read(Path::new("-")),
        (request, ..) => Ok(request.clone().unwrap_or_default()),
    }
}

/// Makes a package that serves the requests, with their programs as its examples.
fn package(
    arguments: &SnippetArguments,
    folder: &Path,
    config: &Path,
    context: &mut Context,
) -> Result<(), Failed> {
    let text = text(arguments)?;
    let requests = match arguments.lines {
        Some(_) => {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            lines.map(HttpRequest::from_json).collect()
        }
        None => HttpRequest::parse(&text).map(|request| vec![request]),
    };
    let requests = requests.map_err(Failed::because)?;
    let (root, known) = known_root(&text).unzip();
    let root = arguments.root.clone().or(root);
    let fetched = || Some(format!("{}/$metadata", root.as_ref()?));
    let Some(document) = arguments.document.clone().or_else(fetched) else {
        return Err(Failed::because(
            "say where the metadata is with `--document`, or where the service runs with `--root`",
        ));
    };
    if !document.contains("://") {
        // Nothing is written for a request that is wrong.
        let (_, api) = client(arguments, &text, config, context)?;
        let snippets = Snippets::new(&api);
        for request in &requests {
            snippets.write(request).map_err(Failed::because)?;
        }
    }
    let roots: Vec<_> = root.iter().cloned().collect();
    let paths: BTreeSet<_> = requests
        .iter()
        .map(|request| path_of(&request.url, &roots))
        .collect();
    let new = NewArguments::of_paths(
        folder.to_owned(),
        document,
        paths.into_iter().collect(),
        root,
        arguments
            .preset
            .clone()
            .or(known.map(|known| known.preset.to_owned())),
        arguments.runtime.clone(),
        arguments.fetching.clone(),
    );
    new::run(&new, context)?;
    let config = context.config(&folder.join("metadata").join("client.toml"))?;
    let api = items_of(&config, context)?;
    let snippets = Snippets::new(&api);
    let mut lines = String::new();
    let examples = folder.join("examples");
    std::fs::create_dir_all(&examples).map_err(Failed::because)?;
    for (index, request) in requests.iter().enumerate() {
        let snippet = snippets.write(request).map_err(Failed::because)?;
        let name = match requests.len() {
            1 => "request".to_owned(),
            _ => format!("request_{}", index + 1),
        };
        let program = format!("//! `{}`\n\n{}", inert(&title(request)), snippet.program());
        std::fs::write(examples.join(format!("{name}.rs")), program).map_err(Failed::because)?;
        lines.push_str(&format!(
            "      `cargo run --example {name}` sends the request\n"
        ));
    }
    let manifest = folder.join("Cargo.toml");
    let text = read_text(&manifest).map_err(Failed::because)?;
    std::fs::write(&manifest, text + FOR_EXAMPLES).map_err(Failed::because)?;
    print(&lines)
}

/// What the examples need.
const FOR_EXAMPLES: &str = "\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";

fn title(request: &HttpRequest) -> String {
    format!("{} {}", request.method, request.url).replace('`', "'")
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
        Some(document) if document.contains("://") => {
            return Err(Failed::because(
                "a document is fetched for a package alone: add `--new FOLDER`, or give a file",
            ));
        }
        Some(document) => {
            let known = known_root(request).map(|(_, known)| known);
            let service = Service {
                preset: match arguments.preset.as_deref() {
                    Some(new::NO_PRESET) => None,
                    Some(name) => Some(name),
                    None => known.as_ref().map(|known| known.preset),
                },
                version: known
                    .as_ref()
                    .and_then(|known| Some(&*known.cloud.as_ref()?.version)),
                root: arguments.root.as_deref(),
            };
            let mut config = whole_service(service, context)?;
            let document = std::path::absolute(document).map_err(Failed::because)?;
            config.config.metadata.document = document;
            config
        }
        None => context.config(config)?,
    };
    let api = items_of(&config, context)?;
    Ok((config, api))
}

/// The items of the client of a configuration.
fn items_of(config: &LoadedConfig, context: &mut Context) -> Result<Api, Failed> {
    let Context {
        sources,
        diagnostics,
        ..
    } = context;
    let model = read_documents(config, sources, diagnostics)
        .and_then(|ids| read_model(config, &ids, sources, diagnostics));
    let api = model.map(|model| items(config, &model, diagnostics));
    // What is doubtful about the metadata is said when the client is made from it.
    let mut problems = diagnostics.iter();
    if !context.strict && !problems.any(|it| it.severity == Severity::Error) {
        *diagnostics = Default::default();
    }
    context.check()?;
    api.ok_or(Failed)
}

/// The root that a request goes to, if it is one that a preset knows.
fn known_root(request: &str) -> Option<(String, Match)> {
    let start = request.find("https://")?;
    let end = request[start..].find(|c: char| c.is_whitespace() || c == '"');
    let url = &request[start..end.map_or(request.len(), |end| start + end)];
    let root: Vec<_> = url.splitn(5, '/').take(4).collect();
    let root = root.join("/");
    let known = preset::at(&root)?;
    Some((root, known))
}

/// What to do about an address that the client does not have, though the service may.
fn advised(problem: Problem, request: &HttpRequest, config: &LoadedConfig) -> Problem {
    if problem.kind != ProblemKind::Address || config.selection().is_whole() {
        return problem;
    }
    let service = &config.config.service;
    let roots: Vec<_> = service.clouds.iter().map(|it| service.root(it)).collect();
    let path = path_of(&request.url, &roots);
    let near = problem
        .help
        .as_ref()
        .map_or_else(String::new, |it| format!("{it} "));
    let command = program();
    problem.with_help(format!(
        "{near}the client serves only a part of the service; to add this, put {path:?} into `paths` in its \
         client.toml and run `{command} update`, or give the whole document with `--document`"
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
