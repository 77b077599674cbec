//! The configuration of a client: `client.toml`.

mod forms;
mod package_name;
pub mod preset;

pub use package_name::package_name_problem;

use crate::correct::{AddressedType, Correction, Corrections, TrustedType};
use crate::csdl::Limits;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::slice::{Derived, NamedType, NamedVersion, Selection, SlicePath, Versions};
use crate::source::file::{folder_in_place, in_place, root_of};
use crate::source::{SourceId, Sources, Span, read};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroU32;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::DeTable;

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
    /// Operation groups: functions that are enumerated.
    #[serde(default)]
    pub operation_groups: Vec<OperationGroupConfig>,
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
    /// A file of HTTP requests, one JSON object a line, that documentation shows as programs.
    #[serde(default)]
    pub requests: Option<PathBuf>,
}

/// `[service]`: the service that the client calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceConfig {
    /// What is known of the service, which all other keys add to or override.
    pub preset: Option<String>,
    /// The service's name in texts.
    pub name: String,
    /// What stands for `{version}` in the roots of clouds.
    #[serde(default, deserialize_with = "forms::version")]
    pub version: Option<String>,
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
    /// How the service takes members of enumerations in URLs.
    #[serde(default)]
    pub enumeration_literals: EnumerationLiterals,
    /// Whether query options that the metadata excludes are refused.
    #[serde(default)]
    pub query_restrictions: QueryRestrictions,
    /// Whether the service loses digits of numbers in JSON, so that `Edm.Int64` and `Edm.Decimal` go as
    /// strings. What is read may be either.
    #[serde(default)]
    pub ieee754_compatible: bool,
    /// How the service takes batches.
    #[serde(default)]
    pub batch: BatchConfig,
    /// Types with items that are addressed by their paths.
    #[serde(default)]
    path_addressing: Vec<PathAddressingConfig>,
    /// Where the service runs; the first is the default.
    #[serde(deserialize_with = "forms::clouds")]
    pub clouds: Vec<CloudConfig>,
}

/// `[service.batch]`: how the service takes several requests in one post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BatchConfig {
    /// The format.
    #[serde(default)]
    pub format: BatchFormat,
    /// How many requests a post may have.
    pub limit: Option<NonZeroU32>,
    /// How URLs are written.
    #[serde(default)]
    pub urls: BatchUrls,
    /// Whether requests may refer to what earlier ones of the same post are answered with.
    #[serde(default = "forms::yes")]
    pub references: bool,
}

/// As OData 4.01 has them.
impl Default for BatchConfig {
    fn default() -> Self {
        Self {
            format: BatchFormat::default(),
            limit: None,
            urls: BatchUrls::default(),
            references: true,
        }
    }
}

/// The format of batches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BatchFormat {
    /// `application/json`, which OData 4.01 has.
    #[default]
    Json,
    /// `multipart/mixed`, which OData 4.0 has.
    Multipart,
}

/// How URLs are written in batches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BatchUrls {
    /// Relative to the service root: `me/messages`.
    #[default]
    Relative,
    /// The same, with a slash before it: `/me/messages`.
    LeadingSlash,
    /// Whole.
    Absolute,
}

/// `[[service.path-addressing]]`: an entity type with items below its resources that are addressed by
/// their paths, as in `/me/drive/root:/folder/file.txt:/content`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PathAddressingConfig {
    /// The type's name, qualified with its namespace.
    #[serde(rename = "type")]
    pub type_name: Spanned<String>,
    /// What stands before the path, and behind it.
    #[serde(default = "forms::colon", deserialize_with = "forms::delimiter")]
    pub delimiter: char,
    /// How it is known.
    pub reason: String,
}

/// How members of enumerations are written in URLs: in filters, keys and parameters of functions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnumerationLiterals {
    /// `Namespace.Type'Member'` (OData ABNF 4.01, rule `enum`).
    #[default]
    Qualified,
    /// `'Member'`.
    Quoted,
}

/// What happens to query options that the metadata excludes at a place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QueryRestrictions {
    /// A request with one fails before it is sent.
    #[default]
    Refused,
    /// The documentation tells them: the service supports more than its metadata says.
    Documented,
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
    #[serde(deserialize_with = "forms::root")]
    root: String,
    /// What a token is asked for.
    #[serde(default, deserialize_with = "forms::some_text")]
    scope: Option<String>,
    /// Where tokens are issued.
    #[serde(default, deserialize_with = "forms::some_url")]
    login_authority: Option<String>,
}

impl ServiceConfig {
    /// Where the cloud is, with the version of the service.
    pub fn root(&self, cloud: &CloudConfig) -> String {
        let version = self.version.as_deref().unwrap_or_default();
        cloud.root.replace(forms::VERSION, version)
    }
}

impl CloudConfig {
    /// The scope of its tokens, and the authority that issues them.
    pub fn login(&self) -> Option<(&str, &str)> {
        self.scope.as_deref().zip(self.login_authority.as_deref())
    }
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
    /// The paths that the client serves: addresses as documentation writes them. `/**` at the end of one takes
    /// what is contained below it, with the ways between these resources, and `/` stands for everything.
    #[serde(deserialize_with = "forms::at_least_one")]
    paths: Vec<Spanned<String>>,
    /// Which types come because they derive from one that the paths need.
    #[serde(default, deserialize_with = "forms::derived")]
    derived: DerivedConfig,
    /// Which versions come of types that are declared in several.
    #[serde(default, deserialize_with = "forms::versions")]
    derived_versions: VersionsConfig,
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
    corrections: Vec<CorrectionConfig>,
    /// Types whose values are as complete as the document says.
    #[serde(default)]
    trust_nullability: Vec<TrustedTypeConfig>,
}

/// `derived` in `[metadata]`: all derived types, none, or those that are named with what derives from them.
#[derive(Debug, Clone, Default)]
enum DerivedConfig {
    #[default]
    All,
    None,
    Only(Vec<Spanned<String>>),
}

/// `derived-versions` in `[metadata]`: the newest version of each type, all, or those that are named.
#[derive(Debug, Clone, Default)]
enum VersionsConfig {
    #[default]
    Newest,
    All,
    Only(Vec<Spanned<String>>),
}

/// `[[metadata.trust-nullability]]`: a complex type of which the service sends every property that is
/// declared non-nullable. Fields of other types are `Option`s: services leave out what their metadata
/// calls non-nullable, and a value that a caller did not set must not be sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TrustedTypeConfig {
    /// The type's name, qualified with its namespace.
    #[serde(rename = "type")]
    pub type_name: Spanned<String>,
    /// How it is known.
    pub reason: String,
}

/// `[[metadata.corrections]]`: a type that the metadata uses in the place of a primitive one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CorrectionConfig {
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
    /// Which derived types and versions came with them, unless as by default.
    pub selection: Option<String>,
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
    /// Namespaces whose types are in the modules `models` and `requests` themselves, besides the default
    /// namespaces.
    #[serde(default)]
    pub root_namespaces: Vec<String>,
}

/// `[[operation-groups]]`: the functions of one resource that take the same parameters, as an enumeration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OperationGroupConfig {
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
    source: Option<SourceId>,
}

/// The key that serde did not know, and those that it does: it has them in its message alone.
fn unknown_key(message: &str) -> Option<(&str, Vec<&str>)> {
    let (key, rest) = message.strip_prefix("unknown field `")?.split_once('`')?;
    Some((key, rest.split('`').skip(1).step_by(2).collect()))
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
        let source = read::read(&place, sources)?;
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
        let invalid = |range: Range<usize>, message: String| {
            Diagnostic::error(Code::InvalidConfig, "the configuration cannot be read")
                .at(span(source, &range), message)
        };
        let failed = |error: toml::de::Error| {
            let problem = invalid(error.span().unwrap_or(0..0), error.message().to_owned());
            match unknown_key(error.message()) {
                Some((key, known)) => problem.suggest(key, known),
                None => problem,
            }
        };
        let mut table = DeTable::parse(text).map_err(failed)?;
        preset::apply(table.as_mut()).map_err(|unknown| {
            let known: Vec<_> = preset::PRESETS.iter().map(|(name, _)| *name).collect();
            let message = format!("no such preset; the presets are: {}", known.join(", "));
            invalid(unknown.place, message).suggest(&unknown.name, known)
        })?;
        let config = Config::deserialize(toml::Deserializer::from(table)).map_err(failed)?;
        let service = &config.service;
        let has_place = |cloud: &CloudConfig| cloud.root.contains(forms::VERSION);
        if service.version.is_none() && service.clouds.iter().any(has_place) {
            let message = "a root has `{version}`, and `version` is not set".to_owned();
            return Err(invalid(0..0, message).into());
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Self {
            config,
            folder,
            source: Some(source),
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

    /// The file of requests that documentation shows as programs.
    pub fn requests(&self) -> Option<PathBuf> {
        let requests = self.config.client.requests.as_ref()?;
        Some(self.folder.join(requests))
    }

    /// What the client serves, with its places in the file.
    pub fn selection(&self) -> Selection {
        let paths = self.config.metadata.paths.iter().map(|path| SlicePath {
            path: path.get_ref().clone(),
            span: self.span(path),
        });
        let derived = match &self.config.metadata.derived {
            DerivedConfig::All => Derived::All,
            DerivedConfig::None => Derived::None,
            DerivedConfig::Only(names) => {
                let names = names.iter().map(|name| NamedType {
                    name: name.get_ref().clone(),
                    span: self.span(name),
                });
                Derived::Only(names.collect())
            }
        };
        let versions = match &self.config.metadata.derived_versions {
            VersionsConfig::Newest => Versions::Newest,
            VersionsConfig::All => Versions::All,
            VersionsConfig::Only(namespaces) => {
                let namespaces = namespaces.iter().map(|namespace| NamedVersion {
                    namespace: namespace.get_ref().clone(),
                    span: self.span(namespace),
                });
                Versions::Only(namespaces.collect())
            }
        };
        Selection {
            paths: paths.collect(),
            derived,
            versions,
        }
    }

    /// Where the document says something else than the service does.
    pub fn corrections(&self) -> Corrections {
        let types = self.config.metadata.corrections.iter();
        let types = types.map(|correction| Correction {
            type_name: correction.type_name.get_ref().clone(),
            span: self.span(&correction.type_name),
            stands_for: correction.stands_for.clone(),
            returned_by: correction.returned_by.clone(),
        });
        let trusted = self.config.metadata.trust_nullability.iter();
        let trusted = trusted.map(|trusted| TrustedType {
            type_name: trusted.type_name.get_ref().clone(),
            span: self.span(&trusted.type_name),
        });
        let addressed = self.config.service.path_addressing.iter();
        let addressed = addressed.map(|addressed| AddressedType {
            type_name: addressed.type_name.get_ref().clone(),
            span: self.span(&addressed.type_name),
            delimiter: addressed.delimiter,
        });
        Corrections {
            types: types.collect(),
            trusted: trusted.collect(),
            addressed: addressed.collect(),
        }
    }

    /// Where a value stands in the file; `None` if it comes with a preset or was said elsewhere.
    fn span<T>(&self, value: &Spanned<T>) -> Option<Span> {
        let range = Some(value.span()).filter(|range| *range != preset::NOWHERE);
        Some(span(self.source?, &range?))
    }

    /// The same for what was not read from a file, so that nothing stands in one.
    #[must_use]
    pub fn without_places(self) -> Self {
        Self {
            source: None,
            ..self
        }
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

/// The error names the file.
fn refused(error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::Io, error.to_string())
}
