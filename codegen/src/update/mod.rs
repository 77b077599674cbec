//! A new document → new metadata, a new client and the list of what changed.
//!
//! [`plan`] works everything out in memory, [`apply`] writes it: the client first, the record of where
//! the metadata came from last, so that an update that was interrupted is made again.

pub mod changelog;
pub mod fetch;
pub mod paths;
pub mod provenance;
pub mod version;

use crate::config::LoadedConfig;
use crate::csdl;
use crate::diagnostic::Diagnostics;
use crate::edm::{self, Model, Places};
use crate::generate::{
    Generated, Size, generate_from, measure, read_model, read_whole, side, slice_of,
};
use crate::output::{self, Changes, Difference};
use crate::references::{Lookup, follow};
use crate::semver::{Report, diff_clients};
use crate::slice::{Beyond, Derived, Selection, Versions, beyond, slice};
use crate::source::file::root_of;
use crate::source::read::read;
use crate::source::{SourceId, Sources};
use crate::write::write;
use provenance::sha256;
use std::io;
use std::path::{Path, PathBuf};

/// What an update would write.
#[derive(Debug)]
pub struct Plan {
    /// The canonical slice.
    pub slice: String,
    /// Whether it differs from the one that is there.
    pub is_new_slice: bool,
    /// The client made from it.
    pub generated: Generated,
    /// What changed for users; `None` if there is no readable slice to compare with.
    pub report: Option<Report>,
    /// What is there now, if it can be read.
    pub before: Option<Model>,
    /// All that the document declares.
    pub whole: Model,
}

impl Plan {
    /// How many types of the slice it has only because they derive from others.
    pub fn derived_types(&self, config: &LoadedConfig) -> usize {
        let selection = Selection {
            derived: Derived::None,
            ..config.selection()
        };
        let without = slice(&self.whole, &selection, &mut Diagnostics::default());
        let all = self.generated.summary.types;
        all.saturating_sub(without.types.len())
    }

    /// The entity sets that navigation leads to, and no path.
    pub fn beyond(&self, config: &LoadedConfig) -> Vec<Beyond> {
        beyond(&self.whole, &config.selection())
    }

    /// How many versions of types the slice is without.
    pub fn other_versions(&self, config: &LoadedConfig) -> usize {
        let selection = Selection {
            versions: Versions::All,
            ..config.selection()
        };
        if self.whole.types.keys().all(|it| it.version().is_none()) {
            return 0;
        }
        let with = slice(&self.whole, &selection, &mut Diagnostics::default());
        let all = with.types.len();
        all.saturating_sub(self.generated.summary.types)
    }

    /// How large the client of each path alone would be.
    pub fn costs(&self, config: &LoadedConfig) -> Vec<(String, Size)> {
        let selection = config.selection();
        let paths = selection.paths.iter().cloned().map(|path| {
            let name = path.path.clone();
            let alone = selection.with_paths(vec![path]);
            let model = slice(&self.whole, &alone, &mut Diagnostics::default());
            (name, measure(config, &model))
        });
        paths.collect()
    }
}

/// Slices a document that is among the sources, makes the client of the slice and compares it
/// with the metadata that is there.
///
/// # Errors
///
/// `None` if the document or the annotations are invalid; `diagnostics` then has an error.
pub fn plan(
    config: &LoadedConfig,
    document: SourceId,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    let (whole, places) = whole(config, document, sources, diagnostics)?;
    let slice = slice_of(&whole, &config.selection(), &places, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    let slice = write(&slice);
    let annotations = read_annotations(config, sources, diagnostics)?;
    let path = config.document();
    let before = read(&path, sources).ok();
    let is_new_slice = before.is_none_or(|before| sources.get(before).text() != slice);
    let after = sources.add(&path, slice.as_str());
    let ids = |document| -> Vec<_> {
        std::iter::once(document)
            .chain(annotations.iter().copied())
            .collect()
    };
    // The slice has the problems of the document that it was cut from, which were reported there.
    let mut again = Diagnostics::default();
    let generated = generate_from(config, &ids(after), sources, &mut again);
    let again = again.beside(diagnostics);
    diagnostics.append(again);
    let generated = generated?;
    let before = before.and_then(|before| old_model(config, &ids(before), sources));
    let report = before.as_ref().map(|old| {
        let side = |model| side(model, config);
        diff_clients(&side(old), &side(&generated.model))
    });
    Some(Plan {
        slice,
        is_new_slice,
        generated,
        report,
        before,
        whole,
    })
}

/// What a document declares, and those that it refers to.
fn whole(
    config: &LoadedConfig,
    document: SourceId,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<(Model, Places)> {
    let limits = &config.config.metadata.limits;
    let lookup = Lookup::in_folders(config.reference_folders());
    let mut ids = vec![document];
    ids.extend(follow(&ids, &lookup, limits, sources, diagnostics));
    let documents = csdl::parse_all(sources, &ids, limits, diagnostics)?;
    let model = edm::resolve(&documents, diagnostics);
    (!diagnostics.has_errors()).then(|| (model, Places::of(&documents)))
}

fn read_annotations(
    config: &LoadedConfig,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<SourceId>> {
    let mut ids = Vec::new();
    for path in config.documents().skip(1) {
        match read(&path, sources) {
            Ok(id) => ids.push(id),
            Err(error) => diagnostics.push(error.into()),
        }
    }
    (!diagnostics.has_errors()).then_some(ids)
}

/// The model that is to be replaced: all of a slice that was recorded, whatever the paths are now, and of
/// any other document what they need. What is wrong with it is no problem of the update, and the
/// annotations are checked with the new one.
fn old_model(config: &LoadedConfig, ids: &[SourceId], sources: &Sources) -> Option<Model> {
    let source = config.config.metadata.source.as_ref();
    let recorded = source.and_then(|source| source.slice_sha256.as_deref());
    let text = sources.get(*ids.first()?).text();
    let read = match recorded == Some(&*sha256(text.as_bytes())) {
        true => read_whole,
        false => read_model,
    };
    read(config, ids, sources, &mut Diagnostics::default())
}

/// A file that is not below the configuration's folder or the package's: the changelog.
#[derive(Debug)]
pub struct ExtraFile {
    /// Where it is, seen from the current folder.
    pub path: PathBuf,
    /// Its new text.
    pub text: String,
}

/// Writes what was planned; says what was done to the package.
///
/// The record of where the metadata came from is in the configuration, whose new text, if there is
/// one, comes last.
///
/// # Errors
///
/// If a file that is not generated is in the way, or if anything cannot be written; see
/// [`Changes::apply`].
pub fn apply(
    config: &LoadedConfig,
    config_path: &Path,
    config_text: Option<&str>,
    plan: &Plan,
    extra: Option<&ExtraFile>,
) -> io::Result<Vec<Difference>> {
    let mut changes = Changes::default();
    let differences = output::stage(&mut changes, &config.output(), &plan.generated.files)?;
    if let Some(extra) = extra {
        changes.replace(root_of(&extra.path), &extra.path, extra.text.as_str());
    }
    if plan.is_new_slice {
        let document = &config.config.metadata.document;
        changes.replace(&config.folder, document, plan.slice.as_str());
    }
    if let Some(text) = config_text {
        changes.replace(root_of(config_path), config_path, text);
    }
    changes.apply()?;
    Ok(differences)
}
