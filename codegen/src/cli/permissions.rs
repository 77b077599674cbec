//! `csdl-codegen permissions`: what callers need to be granted.

use super::document::{Document, FetchArguments, Fetching};
use super::generate::shown;
use super::{Context, Failed, print};
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::edm::Model;
use csdl_codegen::generate::read_corrected;
use csdl_codegen::output::Changes;
use csdl_codegen::permissions::{Matched, PermissionDocument, matched, write};
use csdl_codegen::show::inert;
use csdl_codegen::source::file::root_of;
use std::path::{Path, PathBuf};

/// The file beside the configuration that permissions are written to.
const FILE: &str = "permissions.csdl";

#[derive(Debug, clap::Args)]
pub struct PermissionsArguments {
    /// The permissions that the service publishes: a file or URL, in the format of Microsoft Graph
    #[arg(value_name = "FILE|URL")]
    source: String,
    /// Write the annotations to this file [default: permissions.csdl beside the configuration]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also list the requests that the client does not have, and why
    #[arg(long)]
    unmatched: bool,
    #[command(flatten)]
    fetching: FetchArguments,
}

/// Writes the permissions of the client's requests as annotations.
pub fn run(
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
    let document = Document::read(&arguments.source, fetching, context)?;
    let Some(document) = document else {
        return Err(Failed::because("the server sent no document"));
    };
    let id = document.add(context)?.id;
    let document = PermissionDocument::parse(context.sources.get(id).text());
    let document = document
        .map_err(|error| Failed::because(format!("{}: {error}", inert(&arguments.source))))?;
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
