//! A service's metadata document, from a file or from a server.

use super::{Context, Failed};
use chrono::Utc;
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::csdl::Limits;
use csdl_codegen::generate::Size;
use csdl_codegen::show::inert;
use csdl_codegen::source::{SourceId, Sources, read};
use csdl_codegen::update::fetch::{FetchOptions, Fetched, fetch, without_secrets};
use csdl_codegen::update::provenance::{Origin, Provenance, selection, sha256};
use csdl_codegen::update::{Plan, plan};
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use std::env::VarError;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// A document that was read, and where from.
pub struct Document {
    /// The path or URL.
    name: PathBuf,
    origin: Origin,
    bytes: Vec<u8>,
    etag: Option<String>,
}

/// What a document gives.
pub struct Planned {
    pub made: Plan,
    pub provenance: Provenance,
    /// What is said of the document and its slice.
    pub lines: String,
}

/// How documents are fetched.
pub struct Fetching<'a> {
    pub arguments: FetchArguments,
    /// What the server called the version that is there.
    pub etag: Option<String>,
    pub limits: &'a Limits,
}

/// How a document is fetched, as the command line says.
#[derive(Debug, Clone, clap::Args)]
pub struct FetchArguments {
    /// Send a header with the request for the metadata; may be given several times. Its value is that
    /// of an environment variable or the text of a file, so that no secret is on the command line
    #[arg(long = "header", value_name = "NAME=env:VARIABLE|NAME=file:FILE")]
    headers: Vec<String>,
    /// Send the access token in this environment variable
    #[arg(long, value_name = "VARIABLE")]
    token_from_env: Option<String>,
    /// How many seconds the server may send nothing
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    timeout: Duration,
    /// How many seconds fetching may take in all
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds)]
    total_timeout: Duration,
}

/// The URL that a source is, if it is no path.
pub fn url(source: &str) -> Result<Option<Url>, Failed> {
    if !source.contains("://") {
        return Ok(None);
    }
    // The text is not shown: it may have a password.
    let url = Url::parse(source);
    let url = url.map_err(|error| Failed::because(format!("the source is not a URL: {error}")))?;
    Ok(Some(url))
}

impl Document {
    /// The document of a path or URL; `None` if the server says that it has not changed.
    pub fn read(
        source: &str,
        fetching: Fetching<'_>,
        context: &mut Context,
    ) -> Result<Option<Self>, Failed> {
        if let Some(url) = url(source)? {
            return fetched(&url, fetching);
        }
        if !fetching.arguments.headers.is_empty() || fetching.arguments.token_from_env.is_some() {
            return Err(Failed::because(
                "--header and --token-from-env are for metadata that is fetched, and the source is a file",
            ));
        }
        let path = PathBuf::from(source);
        let bytes = read::bytes(&path, fetching.limits.document_bytes);
        let bytes = bytes.map_err(|problems| context.fail(problems))?;
        Ok(Some(Self {
            origin: Origin::file(&path),
            name: path,
            bytes,
            etag: None,
        }))
    }

    /// Adds the text to the sources.
    pub fn add(self, context: &mut Context) -> Result<Added, Failed> {
        let added = read::add(&self.name, self.bytes, &mut context.sources);
        let id = added.map_err(|problems| context.fail(problems))?;
        Ok(Added {
            name: self.name,
            origin: self.origin,
            etag: self.etag,
            id,
        })
    }
}

/// A document among the sources.
pub struct Added {
    name: PathBuf,
    origin: Origin,
    etag: Option<String>,
    pub id: SourceId,
}

impl Added {
    /// What was read, in a line.
    pub fn line(&self, sources: &Sources) -> String {
        let name = inert(&self.name.display().to_string());
        let bytes = sources.get(self.id).text().len();
        format!("read  {name} ({bytes} bytes)\n")
    }

    /// The slice and the client that it gives; nothing is written.
    pub fn plan(&self, config: &LoadedConfig, context: &mut Context) -> Result<Planned, Failed> {
        let id = self.id;
        let made = plan(config, id, &mut context.sources, &mut context.diagnostics);
        context.check()?;
        let made = made.ok_or(Failed)?;
        let text = context.sources.get(id).text();
        let provenance = Provenance {
            origin: self.origin.clone(),
            date: Utc::now().format("%Y-%m-%d").to_string(),
            sha256: sha256(text.as_bytes()),
            bytes: text.len(),
            etag: self.etag.clone(),
            paths: paths(config),
            selection: selection(&config.selection()),
            slice_sha256: sha256(made.slice.as_bytes()),
        };
        let line = self.line(&context.sources);
        let lines = format!("{line}{}", slice_line(&made, config));
        Ok(Planned {
            made,
            provenance,
            lines,
        })
    }
}

/// What the slice has, and how much of it came without being named.
fn slice_line(made: &Plan, config: &LoadedConfig) -> String {
    let summary = &made.generated.summary;
    let (types, operations) = (summary.types, summary.operations);
    let derived = match made.derived_types(config) {
        0 => String::new(),
        derived => format!(" ({derived} because they derive from others)"),
    };
    let note = match made.other_versions(config) {
        0 => String::new(),
        others => format!(
            "note  {others} types left out: other versions of types, and what only they need; see \
             `derived-versions` in `[metadata]`\n"
        ),
    };
    format!("slice {types} types{derived}, {operations} operations\n{note}")
}

/// How many entity sets are named beyond what a path takes.
const MOST_SETS: usize = 8;

/// What a path with `/**` does not take, though navigation leads there.
pub fn beyond_lines(made: &Plan, config: &LoadedConfig) -> String {
    let lines = made.beyond(config).into_iter().map(|beyond| {
        let paths = beyond.sets.iter().take(MOST_SETS);
        let paths = paths.map(|set| format!("\"/{}/**\"", inert(set)));
        let mut paths = paths.collect::<Vec<_>>().join(", ");
        if let Some(more @ 1..) = beyond.sets.len().checked_sub(MOST_SETS) {
            paths.push_str(&format!(" and {more} more"));
        }
        format!(
            "note  {} covers what is contained; navigation also leads to {paths}: add the ones you \
             need to `paths`\n",
            inert(&beyond.path)
        )
    });
    lines.collect()
}

/// What each path would cost alone, in a table.
pub fn cost_lines(made: &Plan, config: &LoadedConfig) -> String {
    let costs = made.costs(config);
    let widest = costs.iter().map(|(path, _)| path.chars().count()).max();
    let width = widest.unwrap_or_default().min(WIDEST);
    let rows = costs
        .iter()
        .map(|(path, size)| format!("      {:width$}  {}\n", inert(path), sizes(size)));
    format!("each path alone\n{}", rows.collect::<String>())
}

/// Longer paths do not make the columns of others wider.
const WIDEST: usize = 60;

/// The size of a client in words.
pub fn sizes(size: &Size) -> String {
    let Size {
        types,
        operations,
        files,
        lines,
    } = size;
    format!("{types:>5} types {operations:>5} operations {files:>5} files {lines:>7} lines")
}

/// The paths that the client serves.
pub fn paths(config: &LoadedConfig) -> Vec<String> {
    let paths = config.selection().paths;
    paths.into_iter().map(|path| path.path).collect()
}

/// A header and where its value is.
#[derive(Debug, Clone)]
struct Header {
    name: HeaderName,
    value: Source,
}

/// Where a value is that must not be on the command line.
#[derive(Debug, Clone)]
enum Source {
    Variable(String),
    File(PathBuf),
}

/// A header on the command line. What is wrong is not repeated: it may be the secret itself.
fn header(text: &str) -> Option<Header> {
    let (name, source) = text.split_once('=')?;
    let value = match source.split_once(':')? {
        ("env", variable) if !variable.is_empty() => Source::Variable(variable.to_owned()),
        ("file", file) if !file.is_empty() => Source::File(file.into()),
        _ => return None,
    };
    let name = name.parse().ok()?;
    Some(Header { name, value })
}

impl Source {
    /// The value, which is never shown.
    fn read(&self) -> Result<String, Failed> {
        match self {
            Self::Variable(name) => std::env::var(name).map_err(|error| match error {
                VarError::NotPresent => {
                    Failed::because(format!("the environment variable {name} is not set"))
                }
                VarError::NotUnicode(_) => {
                    Failed::because(format!("the environment variable {name} is no text"))
                }
            }),
            Self::File(file) => std::fs::read_to_string(file)
                .map_err(|error| Failed::because(format!("{}: {error}", file.display()))),
        }
    }
}

impl FetchArguments {
    /// The headers with their values.
    fn headers(&self) -> Result<HeaderMap, Failed> {
        let mut headers = HeaderMap::new();
        for text in &self.headers {
            let Some(Header { name, value }) = header(text) else {
                return Err(Failed::because(
                    "the value of --header is none: expected NAME=env:VARIABLE or NAME=file:FILE",
                ));
            };
            let value = secret(&name, value.read()?.trim_end())?;
            headers.append(name, value);
        }
        if let Some(variable) = &self.token_from_env {
            let token = Source::Variable(variable.clone()).read()?;
            let value = format!("Bearer {}", token.trim_end());
            headers.insert(AUTHORIZATION, secret(&AUTHORIZATION, &value)?);
        }
        Ok(headers)
    }
}

fn secret(name: &HeaderName, text: &str) -> Result<HeaderValue, Failed> {
    let value = HeaderValue::try_from(text);
    let mut value = value.map_err(|_| {
        Failed::because(format!(
            "the value for `{name}` has characters that no header has"
        ))
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn fetched(url: &Url, fetching: Fetching<'_>) -> Result<Option<Document>, Failed> {
    let options = FetchOptions {
        headers: fetching.arguments.headers()?,
        timeout: fetching.arguments.timeout,
        total_timeout: fetching.arguments.total_timeout,
        etag: fetching.etag,
        limit: fetching.limits.document_bytes,
    };
    let bar = progress_bar();
    let fetched = fetch(url, &options, &mut |read, total| {
        if let Some(total) = total {
            bar.set_length(total);
        }
        bar.set_position(read);
    });
    bar.finish_and_clear();
    Ok(match fetched.map_err(Failed::because)? {
        Fetched::Document { bytes, etag } => Some(Document {
            name: PathBuf::from(without_secrets(url)),
            origin: Origin::Url(without_secrets(url)),
            bytes,
            etag,
        }),
        Fetched::NotModified => None,
    })
}

/// A bar on standard error, if that is a terminal.
fn progress_bar() -> ProgressBar {
    let style =
        ProgressStyle::with_template("fetch {bar:40} {bytes}/{total_bytes} {bytes_per_sec}");
    let bar = ProgressBar::no_length();
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// A number of seconds on the command line.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(timeout) if !timeout.is_zero() => Ok(timeout),
        _ => Err("expected more than 0 seconds".to_owned()),
    }
}

/// What is known of a service beyond its document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Service<'a> {
    /// The preset.
    pub preset: Option<&'a str>,
    /// The version, for a preset that has versions.
    pub version: Option<&'a str>,
    /// Where it runs, in place of the preset's clouds.
    pub root: Option<&'a str>,
}

impl Service<'_> {
    /// The table of a configuration.
    fn table(self) -> String {
        let mut lines = String::new();
        for (key, text) in [("preset", self.preset), ("version", self.version)] {
            if let Some(text) = text {
                lines.push_str(&format!("{key} = {}\n", toml_edit::Value::from(text)));
            }
        }
        if self.preset.is_none() || self.root.is_some() {
            let root = toml_edit::Value::from(self.root.unwrap_or("https://service.invalid"));
            lines.push_str(&format!(
                "name = \"the service\"\n[[service.clouds]]\nname = \"Global\"\n\
                 description = \"The service.\"\nroot = {root}\n"
            ));
        }
        lines
    }
}

/// The configuration that stands in for one that is not there: all of a service, and names as they come,
/// or as a preset has them.
pub fn whole_service(service: Service<'_>, context: &mut Context) -> Result<LoadedConfig, Failed> {
    let service = service.table();
    let text = format!(
        "[client]\nname = \"client\"\noutput = \".\"\ntitle = \"Client of the whole service.\"\n\
         [service]\n{service}\
         [metadata]\ndocument = \"metadata.csdl\"\npaths = [\"/\"]\nlimits.lines = 10000000\n"
    );
    let path = Path::new("the defaults");
    let source = context.sources.add(path, text);
    let config = LoadedConfig::parse(path, source, &context.sources);
    config.map_err(|problems| context.fail(problems))
}
