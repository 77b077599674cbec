//! Paths of the configuration that the service has no longer.

use super::{old_model, read_annotations};
use crate::config::LoadedConfig;
use crate::diagnostic::Diagnostics;
use crate::edm::Model;
use crate::generate::{read_whole, side};
use crate::semver::{Report, diff_clients};
use crate::slice::{Selection, SlicePath, slice};
use crate::source::read::read;
use crate::source::{SourceId, Sources};
use std::collections::BTreeSet;
use toml_edit::{Array, DocumentMut, Item, RawString, Value};

/// The selected paths that lead nowhere in a model.
pub fn missing(model: &Model, selection: &Selection) -> BTreeSet<String> {
    let leads_nowhere = |path: &&SlicePath| {
        let alone = selection.with_paths(vec![(*path).clone()]);
        let mut diagnostics = Diagnostics::default();
        slice(model, &alone, &mut diagnostics);
        diagnostics.has_errors()
    };
    let paths = selection.paths.iter().filter(leads_nowhere);
    paths.map(|path| path.path.clone()).collect()
}

/// A selection without some of its paths.
#[must_use]
pub fn without(selection: &Selection, paths: &BTreeSet<String>) -> Selection {
    let kept = selection
        .paths
        .iter()
        .filter(|path| !paths.contains(&path.path));
    selection.with_paths(kept.cloned().collect())
}

/// The paths of the configuration that the metadata there is has, and a new document has not: the
/// service removed them. None if others lead nowhere in both, which is a mistake of the configuration.
pub fn removed(
    config: &LoadedConfig,
    document: SourceId,
    sources: &mut Sources,
) -> BTreeSet<String> {
    let models = models(config, document, sources);
    let Some((old, new)) = models else {
        return BTreeSet::new();
    };
    let selection = config.selection();
    let (before, now) = (missing(&old, &selection), missing(&new, &selection));
    match now.is_disjoint(&before) {
        true => now,
        false => BTreeSet::new(),
    }
}

/// All of the metadata that is there, and of a new document.
fn models(
    config: &LoadedConfig,
    document: SourceId,
    sources: &mut Sources,
) -> Option<(Model, Model)> {
    let mut ignored = Diagnostics::default();
    let annotations = read_annotations(config, sources, &mut ignored)?;
    let before = read(&config.document(), sources).ok()?;
    let mut model = |document| {
        let ids: Vec<_> = std::iter::once(document)
            .chain(annotations.iter().copied())
            .collect();
        read_whole(config, &ids, sources, &mut ignored)
    };
    Some((model(before)?, model(document)?))
}

/// What is gone if the service has none of the paths any more.
pub fn nothing_left(config: &LoadedConfig, sources: &mut Sources) -> Option<Report> {
    let annotations = read_annotations(config, sources, &mut Diagnostics::default())?;
    let before = read(&config.document(), sources).ok()?;
    let ids: Vec<_> = std::iter::once(before).chain(annotations).collect();
    let (old, new) = (old_model(config, &ids, sources)?, Model::default());
    Some(diff_clients(&side(&old, config), &side(&new, config)))
}

/// The text of a configuration without some of its paths; comments and layout of the others stay.
///
/// # Errors
///
/// If the text is not TOML, or has no list of paths.
pub fn drop_from(text: &str, paths: &BTreeSet<String>) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error| format!("{error}"))?;
    let metadata = document
        .get_mut("metadata")
        .and_then(Item::as_table_like_mut);
    let list = metadata.and_then(|metadata| metadata.get_mut("paths")?.as_array_mut());
    let list: &mut Array = list.ok_or("`metadata.paths` is not a list")?;
    for index in (0..list.len()).rev() {
        let path = list.get(index).and_then(Value::as_str);
        if path.is_some_and(|path| paths.contains(path)) {
            remove(list, index);
        }
    }
    Ok(document.to_string())
}

/// Removes an item with the comment behind it, which belongs to what stands before the next one; and keeps
/// that of the item before it.
fn remove(list: &mut Array, index: usize) {
    let text = |raw: Option<&RawString>| {
        raw.and_then(RawString::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let removed = list.remove(index);
    let before = text(removed.decor().prefix());
    let behind = match list.get(index) {
        Some(next) => text(next.decor().prefix()),
        None => text(Some(list.trailing())),
    };
    let between = match (before.split_once('\n'), behind.split_once('\n')) {
        (Some((comment, _)), Some((_, rest))) => format!("{comment}\n{rest}"),
        (None, Some((_, rest))) => format!("\n{rest}"),
        (_, None) if index == 0 => before,
        (_, None) => behind,
    };
    match list.get_mut(index) {
        Some(next) => next.decor_mut().set_prefix(between),
        None => list.set_trailing(between),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_paths_stay_as_they_are() {
        let text = "[metadata]\npaths = [\n  # Ours.\n  \"/As\", # first\n  \"/Bs\",\n  \"/Cs\", # last\n]\n";
        let gone = BTreeSet::from(["/Bs".to_owned()]);
        assert_eq!(
            drop_from(text, &gone).as_deref(),
            Ok("[metadata]\npaths = [\n  # Ours.\n  \"/As\", # first\n  \"/Cs\", # last\n]\n")
        );
        for (list, expected) in [
            (r#"["/As", "/Bs", "/Cs"]"#, r#"["/As", "/Cs"]"#),
            (r#"["/Bs", "/Cs"]"#, r#"["/Cs"]"#),
            (r#"["/As", "/Bs"]"#, r#"["/As"]"#),
            (r#"["/Bs"]"#, "[]"),
            (
                "[\n  \"/As\", # a\n  # Old.\n  \"/Bs\", # b\n]",
                "[\n  \"/As\", # a\n]",
            ),
            ("[\n  \"/Bs\",\n  \"/Cs\",\n]", "[\n  \"/Cs\",\n]"),
        ] {
            let text = |list| format!("[metadata]\npaths = {list}\n");
            assert_eq!(drop_from(&text(list), &gone), Ok(text(expected)), "{list}");
        }
        assert!(drop_from("[metadata]\n", &gone).is_err());
        assert!(drop_from("[", &gone).is_err());
    }
}
