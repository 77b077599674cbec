//! `cargo codegen`: writes the client anew.

use super::report::report;
use super::{Context, Failed, print, program};
use clap::Args;
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::{Code, Severity};
use csdl_codegen::emit::SourceFile;
use csdl_codegen::generate::{Generated, Summary, generate};
use csdl_codegen::output::{self, Difference};
use csdl_codegen::show::inert;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Options of the default command.
#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// Also print which names were changed, and which operations have no method and why
    #[arg(long)]
    report: bool,
    /// Take this metadata document in place of the configuration's
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
    /// Write to this package in place of the configuration's
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Generates and writes; prints what was read, what was written and how long it took.
pub fn run(
    arguments: &GenerateArguments,
    config: &Path,
    context: &mut Context,
) -> Result<(), Failed> {
    let started = Instant::now();
    let mut config = context.config(config)?;
    replace_paths(&mut config, arguments).map_err(Failed::because)?;
    let generated = from_config(&config, context)?;
    let written = output::write(&config.output(), &generated.files);
    let written = written.map_err(Failed::because)?;
    let mut text = read_lines(&generated.summary);
    text.push_str(&written_lines(&config.output(), &generated, &written));
    text.push_str(&kept_lines(&config, &generated.files));
    text.push_str(missing_manifest(&config, &generated));
    text.push_str(nothing_to_call(&generated));
    if arguments.report {
        text.push_str(&report(&generated));
    }
    text.push_str(&format!("took  {:.0?}\n", started.elapsed()));
    print(&text)
}

/// The client's files, as its configuration says.
pub(super) fn generated(
    config: &Path,
    context: &mut Context,
) -> Result<(LoadedConfig, Generated), Failed> {
    let config = context.config(config)?;
    let generated = from_config(&config, context)?;
    Ok((config, generated))
}

fn from_config(config: &LoadedConfig, context: &mut Context) -> Result<Generated, Failed> {
    let generated = generate(config, &mut context.sources, &mut context.diagnostics);
    advise_update(config, context);
    context.check()?;
    let mut generated = generated.ok_or(Failed)?;
    let with_manifest = generated.add_manifest(&config.output());
    with_manifest.map_err(Failed::because)?;
    Ok(generated)
}

/// The document is a slice, which lacks what a path needs that was added since.
fn advise_update(config: &LoadedConfig, context: &mut Context) {
    let mut problems = context.diagnostics.iter();
    if !problems.any(|it| it.code == Code::UnresolvedPath && it.severity == Severity::Error) {
        return;
    }
    let source = config.config.metadata.source.as_ref();
    let file = source.and_then(|source| source.file.as_ref());
    // Only its name is on record, as folders are of the machine that it was read on.
    let (argument, which) = match file {
        None => (String::new(), String::new()),
        Some(file) if Path::new(file).is_file() => (format!(" {}", inert(file)), String::new()),
        Some(file) => (
            " FILE".to_owned(),
            format!(" with the whole document, as {} was", inert(file)),
        ),
    };
    context.advice = Some(format!(
        "{} holds what the paths needed when it was made; if a path is new, run `{} update{argument}`{which}",
        shown(&config.document()),
        program(),
    ));
}

/// Paths of the command line start at the current folder, those of the configuration at its own.
fn replace_paths(config: &mut LoadedConfig, arguments: &GenerateArguments) -> io::Result<()> {
    if let Some(document) = &arguments.document {
        config.config.metadata.document = std::path::absolute(document)?;
    }
    if let Some(output) = &arguments.output {
        config.config.client.output = std::path::absolute(output)?;
    }
    Ok(())
}

/// The files among the generated ones that are not.
pub(super) fn kept_lines(config: &LoadedConfig, files: &[SourceFile]) -> String {
    // What cannot be read now was read when the files were compared.
    let kept = output::kept(&config.output(), files).unwrap_or_default();
    match kept.as_slice() {
        [first, _, _, ..] => format!(
            "kept  {} files that are not generated, such as {}\n",
            kept.len(),
            inert(first)
        ),
        few => {
            let lines = few.iter();
            let lines = lines.map(|path| format!("kept  {} (not a generated file)\n", inert(path)));
            lines.collect()
        }
    }
}

/// A package has its manifest before it is generated; what turns on its parts is to be there.
fn missing_manifest(config: &LoadedConfig, generated: &Generated) -> &'static str {
    match generated.features.is_empty() || config.output().join("Cargo.toml").exists() {
        true => "",
        false => {
            "note  no Cargo.toml there, to which the features of entry points could be written\n"
        }
    }
}

/// Types alone make no client.
pub(super) fn nothing_to_call(generated: &Generated) -> &'static str {
    let container = generated.model.container.as_ref();
    match container.is_some_and(|container| !container.children.is_empty()) {
        true => "",
        false => "note  the metadata has no entry points, so the client has nothing to call\n",
    }
}

fn read_lines(summary: &Summary) -> String {
    let mut text = String::new();
    for (name, bytes) in &summary.documents {
        text.push_str(&format!("read  {} ({bytes} bytes)\n", inert(name)));
    }
    let (types, operations) = (summary.types, summary.operations);
    text.push_str(&format!("slice {types} types, {operations} operations\n"));
    text
}

/// A path as seen from the current folder.
pub(super) fn shown(path: &Path) -> String {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let here = std::env::current_dir().unwrap_or_default();
    match path
        .strip_prefix(here)
        .unwrap_or(&path)
        .display()
        .to_string()
    {
        path if path.is_empty() => ".".to_owned(),
        path => inert(&path),
    }
}

fn written_lines(output: &Path, generated: &Generated, written: &[Difference]) -> String {
    let (files, lines) = (generated.files.len(), generated.summary.lines);
    let client = format!("{} ({files} files, {lines} lines)", shown(output));
    if written.is_empty() {
        return format!("same  {client}; nothing was written\n");
    }
    let mut text = format!("wrote {client}\n");
    for difference in written {
        let (path, what) = match difference {
            Difference::Missing(path) => (path, " (new)"),
            Difference::Changed(path) => (path, ""),
            Difference::Stale(path) => (path, " (removed)"),
            Difference::Foreign(_) | Difference::Irregular(_) => continue,
        };
        text.push_str(&format!("      {}{what}\n", inert(path)));
    }
    text
}
