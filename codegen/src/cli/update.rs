//! `cargo codegen update`: new metadata, a new client and the list of what changed.

use super::diff::{ReportFormat, rendered};
use super::document::{self, Added, Document, FetchArguments, Fetching, Planned, sizes};
use super::generate::{kept_lines, shown};
use super::{Context, Failed, print, program};
use csdl_codegen::config::{LoadedConfig, MetadataSource};
use csdl_codegen::csdl;
use csdl_codegen::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use csdl_codegen::generate::{Size, generate, measure};
use csdl_codegen::output::{self, Difference};
use csdl_codegen::semver::{Extent, Report};
use csdl_codegen::show::inert;
use csdl_codegen::source::file::{in_place, read_text, root_of};
use csdl_codegen::source::read;
use csdl_codegen::update::provenance::{Provenance, record, selection, sha256};
use csdl_codegen::update::{ExtraFile, Plan, apply, changelog, paths, version};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct UpdateArguments {
    /// The document, or where to fetch it [default: `$metadata` of the service]
    #[arg(value_name = "FILE|URL")]
    source: Option<String>,
    /// Put the changes into the changelog too
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "CHANGELOG.md",
          require_equals = true)]
    changelog: Option<PathBuf>,
    /// How the changes are printed; anything but text leaves standard output to them
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
    /// Print every change, including those that follow from others
    #[arg(long)]
    all: bool,
    /// Continue without the paths that the service removed, and remove them from the configuration
    #[arg(long)]
    drop_missing_paths: bool,
    /// Print the changes and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Fetch the document even if the server says that it has not changed
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    fetching: FetchArguments,
}

impl UpdateArguments {
    fn extent(&self) -> Extent {
        match self.all {
            true => Extent::All,
            false => Extent::Overview,
        }
    }
}

/// Updates; nothing is written unless everything succeeded.
pub fn run(
    arguments: &UpdateArguments,
    config_path: &Path,
    context: &mut Context,
) -> Result<(), Failed> {
    let config = context.config(config_path)?;
    let Some(document) = read(arguments, &config, context)? else {
        return Ok(());
    };
    let document = document.add(context)?;
    if let Some(notes) = unchanged(arguments, &config, &document, context) {
        return say(arguments, &notes, None, &config);
    }
    let planned = document.plan(&config, context);
    let removed = match &planned {
        Ok(_) => BTreeSet::new(),
        Err(Failed) => removed_paths(&config, &document, context),
    };
    let (config, planned) = match removed.is_empty() {
        true => (config, planned?),
        false => without_paths(arguments, config_path, config, &document, &removed, context)?,
    };
    let (mut made, provenance, mut notes) = (planned.made, planned.provenance, planned.lines);
    notes.push_str(&path_lines(&config, &made));
    if made.is_new_slice {
        notes.push_str(&document::beyond_lines(&made, &config));
    }
    let with_manifest = made.generated.add_manifest(&config.output());
    with_manifest.map_err(Failed::because)?;
    let target = Target {
        config_path,
        config: &config,
        removed: &removed,
    };
    notes.push_str(&write(arguments, &target, &made, &provenance)?);
    let report = made.report.as_ref().filter(|_| made.is_new_slice);
    say(arguments, &notes, report, &config)
}

/// Prints what was done, and what changed.
fn say(
    arguments: &UpdateArguments,
    notes: &str,
    report: Option<&Report>,
    config: &LoadedConfig,
) -> Result<(), Failed> {
    let version = version::of_package(&config.output());
    let extent = arguments.extent();
    let shown = |report: &Report| rendered(report, arguments.format, extent, version.as_ref());
    match (arguments.format, report) {
        (ReportFormat::Text, None) => print(notes),
        (ReportFormat::Text, Some(report)) => print(&format!("{notes}\n{}", shown(report))),
        (_, report) => {
            eprint!("{notes}");
            print(&shown(report.unwrap_or(&Report::default())))
        }
    }
}

/// What there is to say if the document is the one that was sliced last, and the client is as the slice
/// makes it.
///
/// A document that refers to others may give another slice when these change.
fn unchanged(
    arguments: &UpdateArguments,
    config: &LoadedConfig,
    document: &Added,
    context: &mut Context,
) -> Option<String> {
    let known = sliced_before(config).filter(|_| !arguments.force)?;
    let text = context.sources.get(document.id).text();
    let is_same = known.sha256.as_ref() == Some(&sha256(text.as_bytes()));
    if !is_same || !csdl::references(text).is_empty() {
        return None;
    }
    let mut found = Diagnostics::default();
    let mut generated = generate(config, &mut context.sources, &mut found)?;
    generated.add_manifest(&config.output()).ok()?;
    let differences = output::compare(&config.output(), &generated.files).ok()?;
    differences.is_empty().then(|| {
        context.diagnostics.append(found);
        format!("{}{NOTHING_CHANGED}", document.line(&context.sources))
    })
}

/// What is said of a document that is the one before.
const NOTHING_CHANGED: &str = "nothing changed; nothing was written\n";

/// The paths that the service removed, if it is because of them that nothing could be planned.
fn removed_paths(
    config: &LoadedConfig,
    document: &Added,
    context: &mut Context,
) -> BTreeSet<String> {
    let is_path =
        |it: &Diagnostic| it.code == Code::UnresolvedPath && it.severity == Severity::Error;
    match context.diagnostics.iter().any(is_path) {
        true => paths::removed(config, document.id, &mut context.sources),
        false => BTreeSet::new(),
    }
}

/// The plan without the paths that the service removed, if that was asked for; otherwise only reports what
/// went with them.
fn without_paths(
    arguments: &UpdateArguments,
    config_path: &Path,
    config: LoadedConfig,
    document: &Added,
    removed: &BTreeSet<String>,
    context: &mut Context,
) -> Result<(LoadedConfig, Planned), Failed> {
    context.diagnostics = Diagnostics::default();
    let version = version::of_package(&config.output());
    let names: Vec<_> = removed.iter().map(|path| inert(path)).collect();
    let names = names.join(", ");
    let say = |report: Report| {
        let report = report.with_removed_paths(removed.iter().cloned());
        print(&rendered(
            &report,
            arguments.format,
            arguments.extent(),
            version.as_ref(),
        ))
    };
    if removed.len() == config.selection().paths.len() {
        say(paths::nothing_left(&config, &mut context.sources).unwrap_or_default())?;
        return Err(Failed::because(format!(
            "the service removed all paths of the client: {names}; nothing was written\n\
             list other paths under `paths` in {}",
            shown(config_path)
        )));
    }
    let text = kept_text(config_path, removed)?;
    let source = context.sources.add(config_path, text.as_str());
    let kept = LoadedConfig::parse(config_path, source, &context.sources);
    let kept = kept.map_err(|problems| context.fail(problems))?;
    let mut planned = document.plan(&kept, context)?;
    let report = planned.made.report.take().unwrap_or_default();
    if !arguments.drop_missing_paths {
        say(report)?;
        return Err(Failed::because(format!(
            "the service removed paths of the client: {names}; nothing was written\n\
             to continue without them, run `{} update --drop-missing-paths …`, or remove them from `paths` in {}",
            program(),
            shown(config_path)
        )));
    }
    planned.made.report = Some(report.with_removed_paths(removed.iter().cloned()));
    Ok((kept, planned))
}

/// The configuration without these paths.
fn kept_text(config_path: &Path, removed: &BTreeSet<String>) -> Result<String, Failed> {
    let text = read_text(config_path).map_err(|error| error.to_string());
    let text = text.and_then(|text| paths::drop_from(&text, removed));
    text.map_err(|error| unwritten(config_path, &error))
}

/// The paths that came and went since the slice was made, and what that does to the client's size.
fn path_lines(config: &LoadedConfig, made: &Plan) -> String {
    let source = config.config.metadata.source.as_ref();
    let recorded = source.map_or_else(Vec::new, |source| source.paths.clone());
    let now = document::paths(config);
    if recorded.is_empty() || recorded == now {
        return String::new();
    }
    let without = |all: &[String], others: &[String], sign| -> String {
        let changed = all.iter().filter(|path| !others.contains(path));
        let lines = changed.map(|path| format!("path {sign} {}\n", inert(path)));
        lines.collect()
    };
    let mut text = without(&recorded, &now, '-') + &without(&now, &recorded, '+');
    if let Some(before) = made.before.as_ref().filter(|_| !text.is_empty()) {
        let after = &made.generated;
        let after = Size {
            types: after.summary.types,
            operations: after.summary.operations,
            files: after.files.len(),
            lines: after.summary.lines,
        };
        let before = measure(config, before);
        text.push_str(&format!(
            "before{}\nafter {}\n",
            sizes(&before),
            sizes(&after)
        ));
    }
    text
}

/// The document; `None` if the server says that it has not changed.
fn read(
    arguments: &UpdateArguments,
    config: &LoadedConfig,
    context: &mut Context,
) -> Result<Option<Document>, Failed> {
    let source = match &arguments.source {
        Some(source) => source.clone(),
        None => {
            let service = &config.config.service;
            let root = service.root(&service.clouds[0]);
            format!("{}/$metadata", root.trim_end_matches('/'))
        }
    };
    let known = sliced_before(config)
        .filter(|known| known.url.as_ref() == Some(&source) && !arguments.force);
    let fetching = Fetching {
        arguments: arguments.fetching.clone(),
        etag: known.and_then(|known| known.etag.clone()),
        limits: &config.config.metadata.limits,
    };
    let document = Document::read(&source, fetching, context)?;
    if document.is_none() {
        let date = known.and_then(|known| known.date.as_deref());
        let since = date.map_or_else(String::new, |date| format!(" since {date}"));
        eprintln!(
            "{} has not changed{since}; nothing was written",
            inert(&source)
        );
    }
    Ok(document)
}

/// What is recorded of the last document, if what was sliced from it is what is asked for now, and is there.
fn sliced_before(config: &LoadedConfig) -> Option<&MetadataSource> {
    let known = config.config.metadata.source.as_ref()?;
    let is_same = known.paths == document::paths(config)
        && known.selection == selection(&config.selection())
        && is_recorded(config, known);
    is_same.then_some(known)
}

/// Whether the slice that is there is the one that was recorded. An update that was interrupted may
/// have written one without the other.
fn is_recorded(config: &LoadedConfig, known: &MetadataSource) -> bool {
    let most = config.config.metadata.limits.document_bytes;
    let slice = read::bytes(&config.document(), most);
    slice.is_ok_and(|slice| known.slice_sha256 == Some(sha256(&slice)))
}

/// Where an update is written.
struct Target<'a> {
    config_path: &'a Path,
    config: &'a LoadedConfig,
    /// The paths that the configuration loses.
    removed: &'a BTreeSet<String>,
}

/// Writes what changed, unless it was only asked for; says what was done.
fn write(
    arguments: &UpdateArguments,
    target: &Target<'_>,
    made: &Plan,
    provenance: &Provenance,
) -> Result<String, Failed> {
    let Target {
        config_path,
        config,
        ..
    } = *target;
    let files = &made.generated.files;
    let differences = output::compare(&config.output(), files).map_err(Failed::because)?;
    let known = config.config.metadata.source.as_ref();
    let is_as_before = !made.is_new_slice && target.removed.is_empty();
    let is_recorded = is_as_before && known.is_some_and(|known| is_recorded(config, known));
    if is_recorded && differences.is_empty() {
        let is_same = known.is_some_and(|s| s.sha256.as_ref() == Some(&provenance.sha256));
        return Ok(match is_same {
            true => NOTHING_CHANGED.to_owned(),
            false => "nothing changed that the client uses; nothing was written\n".to_owned(),
        });
    }
    if arguments.dry_run {
        return Ok("nothing was written (--dry-run)\n".to_owned());
    }
    let record = match is_recorded {
        true => None,
        false => Some(recorded(target, provenance)?),
    };
    let changelog = changelog_file(arguments, config, made, provenance)?;
    let extra = changelog.as_ref();
    let written = apply(config, config_path, record.as_deref(), made, extra);
    let written = written.map_err(Failed::because)?;
    Ok(written_lines(config, made, &written) + &kept_lines(config, files))
}

/// The configuration with the record of where the slice came from.
fn recorded(target: &Target<'_>, provenance: &Provenance) -> Result<String, Failed> {
    let text = kept_text(target.config_path, target.removed)?;
    record(&text, provenance).map_err(|error| unwritten(target.config_path, &error))
}

fn unwritten(config_path: &Path, error: &dyn Display) -> Failed {
    Failed::because(format!(
        "{}: {error}\nnothing was written",
        config_path.display()
    ))
}

fn written_lines(config: &LoadedConfig, made: &Plan, written: &[Difference]) -> String {
    let mut text = String::new();
    if made.is_new_slice {
        text.push_str(&format!("wrote {}\n", shown(&config.document())));
    }
    let removed = |d: &&Difference| matches!(d, Difference::Stale(_));
    let removed = written.iter().filter(removed).count();
    let (folder, changed) = (shown(&config.output()), written.len() - removed);
    text.push_str(&format!(
        "wrote {folder} (files written: {changed}, removed: {removed})\n"
    ));
    text
}

/// The changelog with what changed, if it is to have it and anything did.
fn changelog_file(
    arguments: &UpdateArguments,
    config: &LoadedConfig,
    made: &Plan,
    provenance: &Provenance,
) -> Result<Option<ExtraFile>, Failed> {
    let report = made.report.as_ref().filter(|report| !report.is_empty());
    let (Some(path), Some(report)) = (&arguments.changelog, report) else {
        return Ok(None);
    };
    let text = in_place(root_of(path), path).and_then(|place| read_text(&place));
    let text = match text {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            let message = format!("{}: {error}\nnothing was written", path.display());
            return Err(Failed::because(message));
        }
    };
    let version = version::of_package(&config.output());
    let bump = report.verdict();
    let next = version
        .zip(bump)
        .map(|(version, bump)| version::next(&version, bump));
    let title = format!("Metadata of {}", provenance.date);
    Ok(Some(ExtraFile {
        path: path.clone(),
        text: changelog::prepend(&text, &title, report, next.as_ref()),
    }))
}
