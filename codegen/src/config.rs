//! The configuration of a client: `client.toml`.

mod forms;

use crate::csdl::Limits;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::slice::SlicePath;
use crate::source::file::{self, folder_in_place, in_place, root_of};
use crate::source::{SourceId, Sources, Span};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The reference of `client.toml`, in Markdown.
pub const REFERENCE: &str = include_str!("../CONFIGURATION.md");

/// What a client is made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The crate that is written.
    pub client: ClientConfig,
    /// The service that it calls.
    pub service: ServiceConfig,
    /// The documents that it is made from.
    pub metadata: MetadataConfig,
    /// How names are made.
    #[serde(default)]
    pub naming: NamingConfig,
    /// Functions that are enumerated.
    #[serde(default)]
    pub families: Vec<FamilyConfig>,
}

/// `[client]`: the crate that is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClientConfig {
    /// Package name.
    #[serde(deserialize_with = "forms::package_name")]
    pub name: String,
    /// Folder of the package, relative to the configuration file.
    pub output: PathBuf,
    /// First line of the crate's documentation.
    pub title: String,
    /// More of it, as Markdown: links to items of the crate work.
    #[serde(default)]
    pub documentation: String,
    /// Public modules that are kept by hand beside the emitted ones, and that the root declares.
    #[serde(default, deserialize_with = "forms::modules")]
    pub modules: Vec<String>,
    /// Whether the package has a feature for each entry point, which turns on what can be reached
    /// from there. They are written to its `Cargo.toml`.
    #[serde(default)]
    pub entry_point_features: bool,
    /// Whether the documentation of each call shows how it is made, in a program that is compiled
    /// with the tests of the package.
    #[serde(default)]
    pub examples: bool,
}

/// `[service]`: the service that the client calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceConfig {
    /// The service's name in texts.
    pub name: String,
    /// Namespaces whose operations are called by their bare names, as with the term
    /// `Core.DefaultNamespace`.
    #[serde(default)]
    pub default_namespaces: Vec<String>,
    /// The environment variable that may hold an access token.
    #[serde(default, deserialize_with = "forms::variable")]
    pub token_variable: Option<String>,
    /// How the service writes binary values in JSON.
    #[serde(default)]
    pub binary: BinaryForm,
    /// Where the service runs; the first is the default.
    #[serde(deserialize_with = "forms::clouds")]
    pub clouds: Vec<CloudConfig>,
}

/// The alphabet of binary values in JSON. What is read may be either.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BinaryForm {
    /// With `-` and `_`, as the standard has it (OData JSON Format 4.01, section "Primitive Value").
    #[default]
    Base64url,
    /// With `+` and `/`.
    Base64,
}

/// `[[service.clouds]]`: one deployment of the service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CloudConfig {
    /// A name of the form that Rust's enum variants have.
    #[serde(deserialize_with = "forms::type_name")]
    pub name: String,
    /// What the deployment is.
    pub description: String,
    /// URL that all paths start at.
    #[serde(deserialize_with = "forms::service_url")]
    pub root: String,
    /// What a token is asked for.
    #[serde(deserialize_with = "forms::text")]
    pub scope: String,
    /// Where tokens are issued.
    #[serde(deserialize_with = "forms::service_url")]
    pub login_authority: String,
}

/// `[metadata]`: the documents that the client is made from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MetadataConfig {
    /// The service's metadata.
    pub document: PathBuf,
    /// Documents that annotate it; of two annotations of one element the later counts.
    #[serde(default)]
    pub annotations: Vec<PathBuf>,
    /// The paths that the client serves; `/**` at the end of one takes what is contained below it, with
    /// the ways between these resources, and `/` stands for everything.
    #[serde(deserialize_with = "forms::at_least_one")]
    paths: Vec<Spanned<String>>,
    /// Folders in which documents are looked for that the documents refer to, beside their own.
    #[serde(default)]
    pub references: Vec<PathBuf>,
    /// How large documents may be.
    #[serde(default)]
    pub limits: Limits,
    /// Where the document came from.
    pub source: Option<MetadataSource>,
    /// Where the document says something else than the service does.
    #[serde(default)]
    pub corrections: Vec<Correction>,
    /// Types whose values are as complete as the document says.
    #[serde(default)]
    pub trust_nullability: Vec<TrustedType>,
}

/// `[[metadata.trust-nullability]]`: a complex type of which the service sends every property that is
/// declared non-nullable. Fields of other types are `Option`s: services leave out what their metadata
/// calls non-nullable, and a value that a caller did not set must not be sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TrustedType {
    /// The type's name, qualified with its namespace.
    #[serde(rename = "type")]
    pub type_name: Spanned<String>,
    /// How it is known.
    pub reason: String,
}

/// `[[metadata.corrections]]`: a type that the metadata uses in the place of a primitive one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Correction {
    /// The type's name, qualified with its namespace.
    #[serde(rename = "type")]
    pub type_name: Spanned<String>,
    /// What values of the type are in truth: the name of a type of the namespace `Edm`.
    pub stands_for: String,
    /// The operations whose results are meant, if nothing else is: a simple name, or the beginning
    /// of one and a `*`.
    pub returned_by: Option<String>,
    /// How it is known.
    pub reason: String,
}

/// `[metadata.source]`: the document that the slice was taken from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MetadataSource {
    /// Where it was fetched.
    pub url: Option<String>,
    /// The file that it was read from.
    pub file: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// The day on which it was fetched or read.
    pub date: Option<String>,
    /// SHA-256 of its bytes in hexadecimal digits.
    pub sha256: Option<String>,
    /// Its size.
    pub bytes: Option<u64>,
    /// What the server calls this version of it (RFC 9110, section 8.8.3).
    pub etag: Option<String>,
    /// The paths that were sliced from it.
    #[serde(default)]
    pub paths: Vec<String>,
    /// SHA-256 of the slice in hexadecimal digits.
    pub slice_sha256: Option<String>,
}

/// `[naming]`: how names are made.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NamingConfig {
    /// Words that must not be split, and how type names write them.
    #[serde(default, deserialize_with = "forms::words")]
    pub words: BTreeMap<String, String>,
}

/// `[[families]]`: the functions of one resource that take the same parameters, as an enumeration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FamilyConfig {
    /// The type that the functions are bound to, qualified with its namespace.
    #[serde(rename = "type")]
    pub type_name: Spanned<String>,
    /// The enumeration's name, in the form that Rust's types have.
    #[serde(deserialize_with = "forms::type_name")]
    pub name: String,
    /// What it enumerates, in one sentence.
    pub description: String,
}

/// A configuration, the folder that its paths start at, and the text that it was read from.
#[derive(Debug, Clone)]
pub struct LoadedConfig {
    /// What the file says.
    pub config: Config,
    /// The folder of the file.
    pub folder: PathBuf,
    source: SourceId,
}

impl LoadedConfig {
    /// Reads a configuration file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not TOML or has not the form of a configuration, or if a link
    /// leads to it or to a place that it names.
    pub fn read(path: &Path, sources: &mut Sources) -> Result<Self, Diagnostics> {
        let place = in_place(root_of(path), path).map_err(|error| refused(&error))?;
        let source = read_source(&place, sources)?;
        let config = Self::parse(path, source, sources)?;
        config.check_places().map_err(|error| refused(&error))?;
        Ok(config)
    }

    /// A package may come from anybody, and links in it lead anywhere.
    fn check_places(&self) -> io::Result<()> {
        let metadata = &self.config.metadata;
        for file in std::iter::once(&metadata.document).chain(&metadata.annotations) {
            in_place(&self.folder, file)?;
        }
        for folder in std::iter::once(&self.config.client.output).chain(&metadata.references) {
            folder_in_place(&self.folder, folder)?;
        }
        Ok(())
    }

    /// Reads a configuration whose text is among the sources; `path` is where it would be.
    ///
    /// # Errors
    ///
    /// If it is not TOML or has not the form of a configuration.
    pub fn parse(path: &Path, source: SourceId, sources: &Sources) -> Result<Self, Diagnostics> {
        let text = sources.get(source).text();
        let config: Config = toml::from_str(text).map_err(|error| {
            let range = error.span().unwrap_or(0..0);
            Diagnostic::error(Code::InvalidConfig, "the configuration cannot be read")
                .at(span(source, &range), error.message().to_owned())
        })?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Self {
            config,
            folder,
            source,
        })
    }

    /// The metadata document.
    pub fn document(&self) -> PathBuf {
        self.folder.join(&self.config.metadata.document)
    }

    /// The metadata document and the annotation documents.
    pub fn documents(&self) -> impl Iterator<Item = PathBuf> {
        let metadata = &self.config.metadata;
        let files = std::iter::once(&metadata.document).chain(&metadata.annotations);
        files.map(|file| self.folder.join(file))
    }

    /// The paths that the client serves, with their places in the file.
    pub fn paths(&self) -> Vec<SlicePath> {
        let paths = self.config.metadata.paths.iter().map(|path| SlicePath {
            path: path.get_ref().clone(),
            span: Some(self.span(path)),
        });
        paths.collect()
    }

    /// Where a value stands in the file.
    pub(crate) fn span<T>(&self, value: &Spanned<T>) -> Span {
        span(self.source, &value.span())
    }

    /// The folder of the package that is written.
    pub fn output(&self) -> PathBuf {
        self.folder.join(&self.config.client.output)
    }

    /// The folders in which referenced documents are looked for, beside those of the documents.
    pub fn reference_folders(&self) -> Vec<PathBuf> {
        let folders = self.config.metadata.references.iter();
        folders.map(|folder| self.folder.join(folder)).collect()
    }
}

fn span(source: SourceId, range: &Range<usize>) -> Span {
    Span {
        source,
        start: range.start as u32,
        end: range.end as u32,
    }
}

/// Adds the text of a file to the sources.
///
/// # Errors
///
/// If the file cannot be read, is larger than documents may be by default, or is not UTF-8.
pub fn read_source(path: &Path, sources: &mut Sources) -> Result<SourceId, Diagnostics> {
    read_source_within(path, &Limits::default(), sources)
}

/// Adds the text of a file to the sources.
///
/// # Errors
///
/// If the file cannot be read, is larger than `limits` allow, or is not UTF-8.
pub fn read_source_within(
    path: &Path,
    limits: &Limits,
    sources: &mut Sources,
) -> Result<SourceId, Diagnostics> {
    add_source(path, read_bytes(path, limits)?, sources)
}

/// The bytes of a file.
///
/// # Errors
///
/// If the file cannot be read or is larger than `limits` allow.
pub fn read_bytes(path: &Path, limits: &Limits) -> Result<Vec<u8>, Diagnostics> {
    let bytes = file::read(path, limits.document_bytes);
    let bytes = bytes.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => refused(&error),
        _ => unreadable(path, &error),
    })?;
    if bytes.len() > limits.document_bytes {
        let most = limits.document_bytes;
        let message = format!("`{}` has more than {most} bytes", path.display());
        let help = "if the file can be trusted, raise `document-bytes` under `[metadata.limits]`";
        return Err(Diagnostic::error(Code::LimitExceeded, message)
            .help(help)
            .into());
    }
    Ok(bytes)
}

/// Adds a text that was read or fetched to the sources.
///
/// # Errors
///
/// If it is not UTF-8; what it is instead is said where it can be seen.
pub fn add_source(
    path: &Path,
    bytes: Vec<u8>,
    sources: &mut Sources,
) -> Result<SourceId, Diagnostics> {
    // XML in UTF-16 without a byte order mark is valid UTF-8, with a zero in every other byte.
    if let [0, b'<', ..] | [b'<', 0, ..] = *bytes {
        return Err(utf_16(path).into());
    }
    let text = String::from_utf8(bytes).map_err(|error| match error.as_bytes() {
        [0x1f, 0x8b, ..] => unreadable(path, &"the file is compressed with gzip")
            .help("decompress it, or fetch it without the header `Accept-Encoding`"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => utf_16(path),
        _ => unreadable(path, &error.utf8_error()).help("convert the text to UTF-8"),
    })?;
    Ok(sources.add(path, text))
}

fn utf_16(path: &Path) -> Diagnostic {
    unreadable(path, &"the text is in UTF-16").help("convert it to UTF-8")
}

/// The error names the file.
fn refused(error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::Io, error.to_string())
}

fn unreadable(path: &Path, cause: &dyn std::fmt::Display) -> Diagnostic {
    let message = format!("cannot read `{}`: {cause}", path.display());
    Diagnostic::error(Code::Io, message)
}
