//! `cargo codegen diff`: what a change of the metadata means to the client's users.

use super::document::{Service, paths, whole_service};
use super::{Context, Failed, print};
use ::semver::Version;
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use csdl_codegen::edm::Model;
use csdl_codegen::generate;
use csdl_codegen::parallel::both;
use csdl_codegen::program::Program;
use csdl_codegen::references::{Lookup, follow};
use csdl_codegen::semver::{self, Against, Extent, Format, Report, diff_clients};
use csdl_codegen::show;
use csdl_codegen::slice::Selection;
use csdl_codegen::source::{SourceId, Sources, read};
use csdl_codegen::update::paths::{missing, without};
use csdl_codegen::update::version;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Debug, clap::Args)]
pub struct DiffArguments {
    /// The document as it was
    #[arg(required_unless_present_any = ["git", "rules"])]
    old: Option<PathBuf>,
    /// The document as it is
    #[arg(required_unless_present_any = ["git", "rules"])]
    new: Option<PathBuf>,
    /// Compare the metadata of a revision with the files there are, or that of two: `main..HEAD`
    #[arg(long, value_name = "REV[..REV]", conflicts_with_all = ["old", "new"])]
    git: Option<String>,
    /// How the changes are printed
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
    /// Compare all that the documents declare, without the configuration's paths and annotations; the
    /// default where there is no configuration
    #[arg(long, conflicts_with = "git")]
    whole: bool,
    /// Print every change, including those that follow from others
    #[arg(long)]
    all: bool,
    /// Report which breaking changes may affect a Rust program, judging by the names in its sources
    #[arg(long, value_name = "FOLDER")]
    against: Option<PathBuf>,
    /// Exit with 1 if there are changes
    #[arg(long)]
    exit_code: bool,
    /// Print the table of what each kind of change means
    #[arg(long, conflicts_with_all = ["old", "new", "git"])]
    rules: bool,
}

/// How changes are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportFormat {
    /// For a terminal
    #[default]
    Text,
    /// For pull requests, with details folded below each line
    Markdown,
    /// One object
    Json,
}

impl ReportFormat {
    /// The format for people.
    fn of_people(self) -> Format {
        match self {
            Self::Text | Self::Json => Format::Text,
            Self::Markdown => Format::Markdown,
        }
    }
}

/// Compares and prints.
pub fn run(
    arguments: &DiffArguments,
    config_path: &Path,
    context: &mut Context,
) -> Result<(), Failed> {
    if arguments.rules {
        return print(&semver::table());
    }
    let (report, version) = match (&arguments.git, &arguments.old, &arguments.new) {
        (Some(revisions), _, _) => revisions_report(revisions, config_path, context)?,
        (None, Some(old), Some(new))
            if arguments.whole || context.is_without_config(config_path) =>
        {
            whole_report(old, new, config_path, context)?
        }
        (None, Some(old), Some(new)) => documents_report(old, new, config_path, context)?,
        _ => return Ok(()),
    };
    let extent = match arguments.all {
        true => Extent::All,
        false => Extent::Overview,
    };
    let against = match &arguments.against {
        Some(folder) => {
            let program = Program::read(folder).map_err(Failed::because)?;
            Some(report.against(&program))
        }
        None => None,
    };
    let text = match (arguments.format, against) {
        (ReportFormat::Json, against) => json(&report, version.as_ref(), against.as_ref()),
        (format, against) => {
            let against = against.map(|against| against.display(format.of_people()));
            let text = rendered(&report, format, extent, version.as_ref());
            text + &against.unwrap_or_default()
        }
    };
    print(&text)?;
    match arguments.exit_code && !report.is_empty() {
        true => Err(Failed),
        false => Ok(()),
    }
}

/// A report and the version that it asks for.
pub(super) fn rendered(
    report: &Report,
    format: ReportFormat,
    extent: Extent,
    version: Option<&Version>,
) -> String {
    if format == ReportFormat::Json {
        return json(report, version, None);
    }
    let shown = report.display(format.of_people()).extent(extent);
    match next_version(report, version) {
        Some((now, next)) => shown.versions(now, next).to_string(),
        None => shown.to_string(),
    }
}

/// The version and the next one.
fn next_version<'v>(
    report: &Report,
    version: Option<&'v Version>,
) -> Option<(&'v Version, Version)> {
    let (version, bump) = version.zip(report.verdict())?;
    Some((version, version::next(version, bump)))
}

fn json(report: &Report, version: Option<&Version>, against: Option<&Against>) -> String {
    let mut json = serde_json::json!(report);
    let next = next_version(report, version).map(|(_, next)| next.to_string());
    json["version"] = serde_json::json!(version.map(Version::to_string));
    json["next_version"] = serde_json::json!(next);
    if let Some(against) = against {
        json["against"] = serde_json::json!(against);
    }
    show::json(&format!("{json:#}\n"))
}

/// All that two documents declare, named as the configuration says, if there is one.
fn whole_report(
    old: &Path,
    new: &Path,
    config_path: &Path,
    context: &mut Context,
) -> Result<(Report, Option<Version>), Failed> {
    let whole = whole_service(Service::default(), context)?;
    let (config, version) = match context.is_without_config(config_path) {
        true => (whole.clone(), None),
        false => {
            let config = context.config(config_path)?;
            let version = version::of_package(&config.output());
            (config, version)
        }
    };
    let mut sides = Vec::new();
    for path in [old, new] {
        let ids = with_references(add(path, context)?, &whole, context)?;
        sides.push(Side {
            config: config.clone(),
            documents: whole.clone(),
            ids,
        });
    }
    let (report, _) = compare(&sides[0], &sides[1], context)?;
    Ok((report, version))
}

/// A document and those that it refers to.
fn with_references(
    document: SourceId,
    config: &LoadedConfig,
    context: &mut Context,
) -> Result<Vec<SourceId>, Failed> {
    let limits = &config.config.metadata.limits;
    let lookup = Lookup::in_folders(config.reference_folders());
    let mut found = Diagnostics::default();
    let mut ids = vec![document];
    let others = follow(&ids, &lookup, limits, &mut context.sources, &mut found);
    ids.extend(others);
    context.diagnostics.append(found);
    Ok(ids)
}

/// Two documents with the annotations there are.
fn documents_report(
    old: &Path,
    new: &Path,
    config_path: &Path,
    context: &mut Context,
) -> Result<(Report, Option<Version>), Failed> {
    let config = context.config(config_path)?;
    let mut annotations = Vec::new();
    for path in config.documents().skip(1) {
        annotations.push(add(&path, context)?);
    }
    let mut sides = Vec::new();
    for path in [old, new] {
        let document = add(path, context)?;
        let ids = std::iter::once(document).chain(annotations.iter().copied());
        sides.push(Side::new(config.clone(), ids.collect()));
    }
    compare(&sides[0], &sides[1], context)
}

fn add(path: &Path, context: &mut Context) -> Result<SourceId, Failed> {
    let read = read::read(path, &mut context.sources);
    read.map_err(|problems| context.fail(problems))
}

/// A configuration and its documents.
struct Side {
    /// How the client is made.
    config: LoadedConfig,
    /// How documents are read, and what is taken of them.
    documents: LoadedConfig,
    ids: Vec<SourceId>,
}

impl Side {
    fn new(config: LoadedConfig, ids: Vec<SourceId>) -> Self {
        Self {
            documents: config.clone(),
            config,
            ids,
        }
    }
}

/// Compares the clients of two sides.
fn compare(
    old: &Side,
    new: &Side,
    context: &mut Context,
) -> Result<(Report, Option<Version>), Failed> {
    let (mut known, mut found) = (Diagnostics::default(), Diagnostics::default());
    let selections = (old.documents.selection(), new.documents.selection());
    let sources = &context.sources;
    let mut models = both(
        || model(old, &selections.0, &mut known, sources),
        || model(new, &selections.1, &mut found, sources),
    );
    let mut removed = BTreeSet::new();
    let is_path = |problem: &Diagnostic| problem.code == Code::UnresolvedPath;
    let lead_nowhere = known
        .iter()
        .chain(&found)
        .any(|it| is_path(it) && is_error(it));
    if lead_nowhere && let Some(missing) = Missing::of_one(old, new, context) {
        (known, found) = (Diagnostics::default(), Diagnostics::default());
        let (of_old, of_new) = (&selections.0, &selections.1);
        models = (
            model(old, &without(of_old, &missing.old), &mut known, sources),
            model(new, &without(of_new, &missing.new), &mut found, sources),
        );
        removed = missing.new;
    }
    keep(known, found, context);
    context.check()?;
    let (Some(old_model), Some(new_model)) = models else {
        return Err(Failed);
    };
    let report = diff_clients(
        &generate::side(&old_model, &old.config),
        &generate::side(&new_model, &new.config),
    );
    let report = report.with_removed_paths(removed);
    Ok((report, version::of_package(&new.config.output())))
}

/// Paths that lead somewhere on one side only.
struct Missing {
    old: BTreeSet<String>,
    new: BTreeSet<String>,
}

impl Missing {
    /// `None` if the sides have different paths, or a path leads nowhere on both.
    fn of_one(old: &Side, new: &Side, context: &Context) -> Option<Self> {
        let of = |side: &Side| {
            let mut ignored = Diagnostics::default();
            let (config, sources) = (&side.documents, &context.sources);
            let whole = generate::read_whole(config, &side.ids, sources, &mut ignored)?;
            Some(missing(&whole, &config.selection()))
        };
        if paths(&old.documents) != paths(&new.documents) {
            return None;
        }
        let (old, new) = (of(old)?, of(new)?);
        old.is_disjoint(&new).then_some(Self { old, new })
    }
}

/// The model of one side.
fn model(
    side: &Side,
    selection: &Selection,
    found: &mut Diagnostics,
    sources: &Sources,
) -> Option<Model> {
    generate::read_part(&side.documents, selection, &side.ids, sources, found)
}

fn is_error(problem: &Diagnostic) -> bool {
    problem.severity == Severity::Error
}

/// Reports errors, and those warnings about the new side that the old side does not have: the review is
/// about what changed.
fn keep(known: Diagnostics, found: Diagnostics, context: &mut Context) {
    let said = |problem: &Diagnostic| (problem.code, problem.message.clone());
    let mut told: BTreeSet<_> = known.iter().map(said).collect();
    for problem in known.iter().filter(|problem| is_error(problem)) {
        context.diagnostics.push(problem.clone());
    }
    for problem in &found {
        // One message about a name is enough.
        if told.insert(said(problem)) || is_error(problem) {
            context.diagnostics.push(problem.clone());
        }
    }
}

/// The metadata of one or two revisions, each with its own configuration and annotations.
fn revisions_report(
    revisions: &str,
    config_path: &Path,
    context: &mut Context,
) -> Result<(Report, Option<Version>), Failed> {
    let (old, new) = match revisions.split_once("..") {
        Some((old, new)) => (old, Some(new).filter(|new| !new.is_empty())),
        None => (revisions, None),
    };
    let old = revision(old, config_path, context)?;
    let new = match new {
        Some(new) => revision(new, config_path, context)?,
        None => {
            let config = context.config(config_path)?;
            let paths: Vec<_> = config.documents().collect();
            let ids = paths
                .iter()
                .map(|path| add(path, context))
                .collect::<Result<_, _>>()?;
            Side::new(config, ids)
        }
    };
    compare(&old, &new, context)
}

fn revision(name: &str, config_path: &Path, context: &mut Context) -> Result<Side, Failed> {
    let folder = match config_path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let commit = git(
        folder,
        &[
            "rev-parse",
            "--verify",
            "--end-of-options",
            &format!("{name}^{{commit}}"),
        ],
    )?;
    let revision = Revision {
        folder,
        name,
        commit: commit.trim(),
    };
    let file = Path::new(config_path.file_name().unwrap_or_default());
    let source = revision.add(file, &mut context.sources)?;
    let config = LoadedConfig::parse(config_path, source, &context.sources);
    let config = config.map_err(|problems| context.fail(problems))?;
    let metadata = &config.config.metadata;
    let documents = std::iter::once(&metadata.document).chain(&metadata.annotations);
    let ids = documents.map(|path| revision.add(path, &mut context.sources));
    let ids = ids.collect::<Result<_, _>>()?;
    Ok(Side::new(config, ids))
}

/// A commit, seen from the configuration's folder.
struct Revision<'a> {
    folder: &'a Path,
    name: &'a str,
    commit: &'a str,
}

impl Revision<'_> {
    /// Adds a file of the commit to the sources.
    fn add(&self, path: &Path, sources: &mut Sources) -> Result<SourceId, Failed> {
        let object = format!("{}:./{}", self.commit, path.display());
        let text = git(self.folder, &["show", &object])?;
        let name = format!("{}:{}", self.name, self.folder.join(path).display());
        Ok(sources.add(name, text))
    }
}

/// What git prints.
fn git(folder: &Path, arguments: &[&str]) -> Result<String, Failed> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output();
    let output = output.map_err(|error| Failed::because(format!("cannot run git: {error}")))?;
    if !output.status.success() {
        let problem = String::from_utf8_lossy(&output.stderr);
        return Err(Failed::because(format!(
            "git {}: {}",
            arguments.join(" "),
            problem.trim()
        )));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Failed::because(format!("git {}: not UTF-8", arguments.join(" "))))
}
