//! `csdl-codegen permissions`: what callers need to be granted.

use super::document::{Document, FetchArguments, Fetching};
use super::generate::shown;
use super::{Context, Failed, print, program};
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::edm::Model;
use csdl_codegen::generate::{read_api, read_corrected};
use csdl_codegen::output::Changes;
use csdl_codegen::permissions::{Matched, PermissionDocument, Usage, matched, usage, write};
use csdl_codegen::program::{Place, Program};
use csdl_codegen::show::inert;
use csdl_codegen::source::file::root_of;
use std::path::{Path, PathBuf};

/// The file beside the configuration that permissions are written to.
const FILE: &str = "permissions.csdl";

#[derive(Debug, clap::Args)]
pub struct PermissionsArguments {
    /// The permissions that the service publishes: a file or URL, in the format of Microsoft Graph
    #[arg(
        value_name = "FILE|URL",
        required_unless_present = "of",
        conflicts_with = "of"
    )]
    source: Option<String>,
    /// Print what the program in this folder needs, according to the annotations that are there
    #[arg(long, value_name = "FOLDER")]
    of: Option<PathBuf>,
    /// Write the annotations to this file [default: permissions.csdl beside the configuration]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also list the requests that the client does not have, and why
    #[arg(long)]
    unmatched: bool,
    #[command(flatten)]
    fetching: FetchArguments,
}

/// Writes the permissions of the client's requests as annotations, or prints those of a program.
pub fn run(
    arguments: &PermissionsArguments,
    config: &Path,
    context: &mut Context,
) -> Result<(), Failed> {
    match (&arguments.of, &arguments.source) {
        (Some(folder), _) => of_program(folder, config, context),
        (None, Some(source)) => from_document(source, arguments, config, context),
        // The parser has seen to it that there is one of them.
        (None, None) => Ok(()),
    }
}

fn from_document(
    source: &str,
    arguments: &PermissionsArguments,
    config: &Path,
    context: &mut Context,
) -> Result<(), Failed> {
    let mut loaded = context.config(config)?;
    let output = match &arguments.output {
        Some(output) => output.clone(),
        None => config.with_file_name(FILE),
    };
    let is_named = leave_out(&output, config, &mut loaded);
    let fetching = Fetching {
        arguments: arguments.fetching.clone(),
        etag: None,
        limits: &loaded.config.metadata.limits,
    };
    let document = Document::read(source, fetching, context)?;
    let Some(document) = document else {
        return Err(Failed::because("the server sent no document"));
    };
    let id = document.add(context)?.id;
    let document = PermissionDocument::parse(context.sources.get(id).text());
    let document =
        document.map_err(|error| Failed::because(format!("{}: {error}", inert(source))))?;
    let model = read_corrected(&loaded, &mut context.sources, &mut context.diagnostics);
    context.check()?;
    let model = model.ok_or(Failed)?;
    let found = matched(&model, &document);
    let text = annotations(&model, &found)?;
    let mut changes = Changes::default();
    changes.replace(root_of(&output), &output, text);
    changes.apply().map_err(Failed::because)?;
    let mut lines = format!(
        "wrote {} ({} requests)\n",
        shown(&output),
        found.requests.len()
    );
    if !is_named {
        lines.push_str("note  `annotations` in `[metadata]` does not name it yet\n");
    }
    lines.push_str(&unmatched(&found, arguments.unmatched));
    print(&lines)
}

/// The file is written anew, whatever it says now, and it may not be there yet. Whether the
/// configuration names it.
fn leave_out(output: &Path, config: &Path, loaded: &mut LoadedConfig) -> bool {
    let folder = config.parent().unwrap_or(Path::new(""));
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let output = absolute(output);
    let annotations = &mut loaded.config.metadata.annotations;
    let before = annotations.len();
    annotations.retain(|file| absolute(&folder.join(file)) != output);
    annotations.len() < before
}

fn annotations(model: &Model, found: &Matched) -> Result<String, Failed> {
    match &model.container {
        Some(container) => Ok(write(found, &container.name)),
        None => Err(Failed::because(
            "the metadata has no entry points, so there are no requests",
        )),
    }
}

/// The requests that the client does not have, in numbers or one a line.
fn unmatched(found: &Matched, in_full: bool) -> String {
    let count = found.unmatched.len();
    if count == 0 {
        return String::new();
    }
    if !in_full {
        return format!(
            "note  {count} requests are none of the client's; --unmatched lists them\n"
        );
    }
    let lines = found.unmatched.iter().map(|it| {
        let (method, path, reason) = (inert(&it.method), inert(&it.path), inert(&it.reason));
        format!("  {method} {path}: {reason}\n")
    });
    format!("unmatched ({count})\n{}", lines.collect::<String>())
}

/// Prints the calls of the client that occur in a program, and the least permissions for all of them.
fn of_program(folder: &Path, config: &Path, context: &mut Context) -> Result<(), Failed> {
    let loaded = context.config(config)?;
    let api = read_api(&loaded, &mut context.sources, &mut context.diagnostics);
    context.check()?;
    let api = api.ok_or(Failed)?;
    if api.permissions.rows.is_empty() {
        return Err(Failed::because(format!(
            "the metadata does not say what requests need; run `{} permissions` with what the service \
             publishes, and name {FILE} in `annotations`",
            program()
        )));
    }
    let program = Program::read(folder).map_err(Failed::because)?;
    print(&usage_lines(&usage(&api, &program)))
}

fn usage_lines(usage: &Usage) -> String {
    let at = |place: &Place| inert(&format!("{}:{}", place.file.display(), place.line));
    let mut text = format!("requests ({})\n", usage.requests.len());
    for (request, places) in &usage.requests {
        let places: Vec<_> = places.iter().map(at).collect();
        text.push_str(&format!("  {}  {}\n", inert(request), places.join(", ")));
    }
    let ambiguous = usage.ambiguous.iter().map(|(place, (name, count))| {
        format!(
            "  {}: `{}` may be any of {count} requests, all of which count\n",
            at(place),
            inert(name)
        )
    });
    text.push_str(&section("ambiguous", ambiguous.collect()));
    let unknown = usage.unknown.iter().map(|(place, call)| {
        format!(
            "  {}: the metadata does not say what `{}` needs\n",
            at(place),
            inert(call)
        )
    });
    text.push_str(&section("not resolved", unknown.collect()));
    let untyped = usage.untyped.iter().map(|place| {
        format!(
            "  {}: leaves the typed client; what is requested there does not count\n",
            at(place)
        )
    });
    text.push_str(&section("untyped", untyped.collect()));
    text.push_str("least permissions\n");
    for (scheme, set) in &usage.least {
        let set = match set {
            Some(set) => set
                .iter()
                .map(|it| inert(it))
                .collect::<Vec<_>>()
                .join(", "),
            None => "not all requests can be made".to_owned(),
        };
        text.push_str(&format!("  {}: {set}\n", inert(scheme)));
    }
    text
}

fn section(title: &str, lines: Vec<String>) -> String {
    match lines.is_empty() {
        true => String::new(),
        false => format!("{title} ({})\n{}", lines.len(), lines.concat()),
    }
}
