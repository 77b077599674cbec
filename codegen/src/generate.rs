//! The stages in a row: configuration → source files.

mod size;

use crate::api::{self, Api, DocumentedRequest, FeatureItem, Omitted, Renamed};
use crate::config::{Config, LoadedConfig};
use crate::correct::correct;
use crate::csdl::{self, ast};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::edm::{self, Model, Outlined, Places};
use crate::emit::{self, Provenance, SourceFile};
use crate::output;
use crate::parallel::both;
use crate::references::{Lookup, follow};
use crate::semver;
use crate::slice::{self, Selection, reduce_whole, slice};
use crate::snippet::{HttpRequest, Snippets};
use crate::source::file::read_text;
use crate::source::read::read_within;
use crate::source::{SourceId, Sources};
use crate::write;
use sha2::{Digest, Sha256};
use std::io;
use std::path::Path;

/// A client's source files and what they were made from.
#[derive(Debug)]
pub struct Generated {
    /// The files, sorted by path.
    pub files: Vec<SourceFile>,
    /// What was read and made.
    pub summary: Summary,
    /// Names that had to be changed because another name was the same in Rust.
    pub renamed: Vec<Renamed>,
    /// Operations of the slice that the client has no method for.
    pub omitted: Vec<Omitted>,
    /// The slice that they were made from.
    pub model: Model,
    /// Features of the package that turn parts of them on.
    pub features: Vec<FeatureItem>,
}

impl Generated {
    /// Adds the package's `Cargo.toml` to the files, with the features that it is to have, if the
    /// package has one.
    ///
    /// # Errors
    ///
    /// If it cannot be read; see [`output::manifest`].
    pub fn add_manifest(&mut self, folder: &Path) -> io::Result<()> {
        self.files.extend(output::manifest(folder, &self.features)?);
        Ok(())
    }
}

/// What was read and made, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Documents in the order in which they were read, with their sizes in bytes.
    pub documents: Vec<(String, usize)>,
    /// Types of the slice.
    pub types: usize,
    /// Functions and actions of the slice.
    pub operations: usize,
    /// What the slice declares: types, properties, members, operations, parameters, entry points.
    pub declared: usize,
    /// Lines of the source files.
    pub lines: usize,
}

/// Makes the source files of a client.
///
/// # Errors
///
/// `None` if anything is wrong with the input; `diagnostics` then has at least one error.
pub fn generate(
    config: &LoadedConfig,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Generated> {
    let ids = read_documents(config, sources, diagnostics)?;
    generate_from(config, &ids, sources, diagnostics)
}

/// Makes the source files of a client from texts that were read before: the metadata document and
/// the annotation documents.
///
/// # Errors
///
/// As [`generate`].
pub fn generate_from(
    config: &LoadedConfig,
    ids: &[SourceId],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Generated> {
    let model = read_model(config, ids, sources, diagnostics)?;
    let (provenance, api) = both(
        || provenance(ids, &model, sources),
        || {
            let mut api = items(config, &model, diagnostics);
            document(config, &mut api, diagnostics);
            api
        },
    );
    if diagnostics.has_errors() {
        return None;
    }
    let files = emit::emit(&api, &provenance);
    let summary = Summary {
        documents: ids
            .iter()
            .map(|id| (file_name(*id, sources), sources.get(*id).text().len()))
            .collect(),
        types: model.types.len(),
        operations: model.operations.len(),
        declared: model.declared_elements(),
        lines: files.iter().map(|file| file.contents.lines().count()).sum(),
    };
    Some(Generated {
        files,
        summary,
        renamed: api.renamed,
        omitted: api.omitted,
        model,
        features: api.client.features,
    })
}

/// The model that the items of a client are made of.
///
/// # Errors
///
/// As [`generate`].
pub fn read_corrected(
    config: &LoadedConfig,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Model> {
    let ids = read_documents(config, sources, diagnostics)?;
    let mut model = read_model(config, &ids, sources, diagnostics)?;
    correct(&mut model, &config.corrections(), diagnostics);
    (!diagnostics.has_errors()).then_some(model)
}

/// The items of a client.
///
/// # Errors
///
/// As [`generate`].
pub fn read_api(
    config: &LoadedConfig,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<api::Api> {
    let model = read_corrected(config, sources, diagnostics)?;
    let api = api::build(&model, api_options(&config.config));
    (!diagnostics.has_errors()).then_some(api)
}

/// How large a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Types of its model.
    pub types: usize,
    /// Functions and actions of its model.
    pub operations: usize,
    /// Emitted files.
    pub files: usize,
    /// Lines of these files.
    pub lines: usize,
}

/// How large the client of a model would be. What is wrong with it is not said.
pub fn measure(config: &LoadedConfig, model: &Model) -> Size {
    let api = items(config, model, &mut Diagnostics::default());
    let files = emit::emit(&api, &Provenance::default());
    Size {
        types: model.types.len(),
        operations: model.operations.len(),
        files: files.len(),
        lines: files.iter().map(|file| file.contents.lines().count()).sum(),
    }
}

/// The items of the client of a model, which the configuration corrects first.
pub fn items(config: &LoadedConfig, model: &Model, diagnostics: &mut Diagnostics) -> Api {
    let mut corrected = model.clone();
    correct(&mut corrected, &config.corrections(), diagnostics);
    api::build(&corrected, api_options(&config.config))
}

/// Adds the requests of the configuration to the documentation of what they call.
fn document(config: &LoadedConfig, api: &mut Api, diagnostics: &mut Diagnostics) {
    let Some(path) = config.requests() else {
        return;
    };
    let text = match read_text(&path) {
        Ok(text) => text,
        Err(error) => {
            diagnostics.push(Diagnostic::error(Code::Io, error.to_string()));
            return;
        }
    };
    let snippets = Snippets::new(api);
    let mut documented = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let place = format!("{}:{}", path.display(), index + 1);
        let written = HttpRequest::from_json(line).and_then(|request| {
            let snippet = snippets.write(&request)?;
            Ok((request, snippet))
        });
        match written {
            Ok((request, snippet)) => {
                let program = snippet.function();
                let request = format!("{} {}", request.method, request.url);
                documented.extend(
                    snippet
                        .page
                        .map(|it| (it, DocumentedRequest { request, program })),
                );
            }
            Err(problem) => {
                let message = format!("{place}: {}", problem.message);
                let warning = Diagnostic::warning(Code::UnsentRequest, message);
                diagnostics.push(match problem.help {
                    Some(help) => warning.help(help),
                    None => warning,
                });
            }
        }
    }
    for (page, request) in documented {
        api.document(&page, request);
    }
}

/// What a configuration says about the items of the client.
pub fn api_options(config: &Config) -> api::Options<'_> {
    api::Options {
        client: &config.client,
        service: &config.service,
        naming: &config.naming,
        operation_groups: &config.operation_groups,
    }
}

/// One side of a comparison: a model, and what the client is made by.
pub fn side<'a>(model: &'a Model, config: &'a LoadedConfig) -> semver::Side<'a> {
    semver::Side {
        model,
        corrections: config.corrections(),
        options: api_options(&config.config),
    }
}

/// The model of all that documents declare, annotations applied.
///
/// # Errors
///
/// As [`read_model`].
pub fn read_whole(
    config: &LoadedConfig,
    ids: &[SourceId],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Model> {
    let documents = parse(config, ids, sources, diagnostics)?;
    let model = edm::resolve(&documents, diagnostics);
    (!diagnostics.has_errors()).then_some(model)
}

fn parse<'s>(
    config: &LoadedConfig,
    ids: &[SourceId],
    sources: &'s Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<ast::Document<'s>>> {
    csdl::parse_all(sources, ids, &config.config.metadata.limits, diagnostics)
}

/// The slice that documents give, annotations applied.
///
/// # Errors
///
/// `None` if anything is wrong with them; `diagnostics` then has at least one error.
pub fn read_model(
    config: &LoadedConfig,
    ids: &[SourceId],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Model> {
    read_part(config, &config.selection(), ids, sources, diagnostics)
}

/// The same of other paths than those of the configuration.
///
/// # Errors
///
/// As [`read_model`].
pub fn read_part(
    config: &LoadedConfig,
    selection: &Selection,
    ids: &[SourceId],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Model> {
    let model = if selection.is_whole() {
        let documents = parse(config, ids, sources, diagnostics)?;
        // A copy of everything would take as much memory again.
        let mut model = edm::resolve(&documents, diagnostics);
        reduce_whole(&mut model, selection, diagnostics);
        Some(model)
    } else {
        read_slice(config, selection, ids, sources, diagnostics)
    };
    let model = model.filter(|_| !diagnostics.has_errors())?;
    size::check(&model, &config.config, diagnostics);
    (!diagnostics.has_errors()).then_some(model)
}

/// The slice of documents of which no more is read than it needs.
fn read_slice(
    config: &LoadedConfig,
    selection: &Selection,
    ids: &[SourceId],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Model> {
    let limits = &config.config.metadata.limits;
    let documents = csdl::outline_all(sources, ids, limits, diagnostics)?;
    let places = Places::of(&documents);
    let outlined = Outlined {
        documents: &documents,
        sources,
        limits,
    };
    let needs = |model: &Model| slice::needs(model, selection);
    edm::resolve_part(outlined, diagnostics, needs, |model, diagnostics| {
        // A path may lead through what could not be resolved, which is reported already.
        let is_good = !diagnostics.has_errors();
        is_good.then(|| slice_of(model, selection, &places, diagnostics))
    })
}

/// Adds the texts of all documents to the sources, and those of the documents that they refer to.
///
/// # Errors
///
/// `None` if one cannot be read; `diagnostics` says why.
pub fn read_documents(
    config: &LoadedConfig,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<SourceId>> {
    let mut ids = Vec::new();
    let limits = &config.config.metadata.limits;
    for path in config.documents() {
        match read_within(&path, limits.document_bytes, sources) {
            Ok(id) => ids.push(id),
            Err(error) => diagnostics.push(error.into()),
        }
    }
    let lookup = Lookup::in_folders(config.reference_folders());
    ids.extend(follow(&ids, &lookup, limits, sources, diagnostics));
    if diagnostics.has_errors() {
        // What is wrong with the others should not come to light only when this is fixed.
        csdl::parse_all(sources, &ids, limits, diagnostics);
        return None;
    }
    Some(ids)
}

/// The part of a model that is selected. What was found about the rest is no longer reported, unless it
/// is an error.
pub fn slice_of(
    whole: &Model,
    selection: &Selection,
    places: &Places,
    diagnostics: &mut Diagnostics,
) -> Model {
    let found = std::mem::take(diagnostics);
    let part = slice(whole, selection, diagnostics);
    let about_paths = std::mem::replace(diagnostics, places.concerning(found, whole, &part));
    diagnostics.append(about_paths);
    part
}

/// The hash is that of the model in canonical form, so it changes only when something else is
/// declared, not with the order, layout and comments of the documents.
fn provenance(ids: &[SourceId], model: &Model, sources: &Sources) -> Provenance {
    let digits = Sha256::digest(write::write(model))
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let documents = ids.iter().map(|id| file_name(*id, sources)).collect();
    Provenance {
        documents,
        sha256: digits,
    }
}

fn file_name(id: SourceId, sources: &Sources) -> String {
    let path = sources.get(id).path();
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
