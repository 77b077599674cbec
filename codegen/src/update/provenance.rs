//! `[metadata.source]` in the configuration: where the slice came from.

use crate::slice::{Derived, Selection, Versions};
use sha2::{Digest, Sha256};
use std::path::Path;
use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

/// Where a document came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The service.
    Url(String),
    /// A file, by its name without folders: those are nobody else's.
    File(String),
}

impl Origin {
    /// The file of this path.
    pub fn file(path: &Path) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str());
        Self::File(name.to_string_lossy().into_owned())
    }
}

/// What is recorded of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Where it came from.
    pub origin: Origin,
    /// The day on which it was fetched or read, as `2026-11-23`.
    pub date: String,
    /// SHA-256 of its bytes in hexadecimal digits.
    pub sha256: String,
    /// Its size.
    pub bytes: usize,
    /// What the server calls this version.
    pub etag: Option<String>,
    /// The paths that were sliced from it.
    pub paths: Vec<String>,
    /// Which derived types and versions came with them; see [`selection`].
    pub selection: Option<String>,
    /// SHA-256 of the slice in hexadecimal digits.
    pub slice_sha256: String,
}

/// Which derived types and versions a selection has, in words; `None` if as by default.
pub fn selection(selection: &Selection) -> Option<String> {
    let derived = match &selection.derived {
        Derived::All => None,
        Derived::None => Some("no derived types".to_owned()),
        Derived::Only(types) => Some(named("derived types", types.iter().map(|it| &it.name))),
    };
    let versions = match &selection.versions {
        Versions::Newest => None,
        Versions::All => Some("all versions".to_owned()),
        Versions::Only(listed) => Some(named("versions", listed.iter().map(|it| &it.namespace))),
    };
    let parts: Vec<_> = derived.into_iter().chain(versions).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn named<'n>(what: &str, names: impl Iterator<Item = &'n String>) -> String {
    let names: Vec<_> = names.map(String::as_str).collect();
    format!("{what} {}", names.join(", "))
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The configuration's text with another `[metadata.source]`; all else, comments included, stays.
///
/// A description of the document stays as long as the document has the same name.
///
/// # Errors
///
/// If the text is not TOML, or if `metadata` or `source` is not a table.
pub fn record(config: &str, provenance: &Provenance) -> Result<String, String> {
    let mut document: DocumentMut = config
        .parse()
        .map_err(|e: toml_edit::TomlError| e.to_string())?;
    let metadata = document.entry("metadata").or_insert_with(toml_edit::table);
    let metadata = metadata.as_table_mut().ok_or("`metadata` is not a table")?;
    let source = metadata.entry("source").or_insert_with(toml_edit::table);
    let source = source
        .as_table_mut()
        .ok_or("`metadata.source` is not a table")?;
    let (key, other, name) = match &provenance.origin {
        Origin::Url(url) => ("url", "file", url),
        Origin::File(name) => ("file", "url", name),
    };
    if source.get(key).and_then(Item::as_str) != Some(name) {
        source.remove("description");
    }
    rename(source, other, key);
    set(source, key, name.as_str().into());
    set(source, "date", provenance.date.as_str().into());
    set(source, "sha256", provenance.sha256.as_str().into());
    set(source, "bytes", (provenance.bytes as i64).into());
    match &provenance.etag {
        Some(etag) => set(source, "etag", etag.as_str().into()),
        None => drop(source.remove("etag")),
    }
    match &provenance.selection {
        Some(selection) => set(source, "selection", selection.as_str().into()),
        None => drop(source.remove("selection")),
    }
    let paths: Array = provenance.paths.iter().map(String::as_str).collect();
    set(source, "paths", Value::Array(paths));
    set(
        source,
        "slice-sha256",
        provenance.slice_sha256.as_str().into(),
    );
    Ok(document.to_string())
}

/// Lets a key take the place of another one, with the comments above it.
fn rename(table: &mut Table, from: &str, to: &str) {
    if !table.contains_key(from) {
        return;
    }
    if table.contains_key(to) {
        table.remove(from);
        return;
    }
    let order: Vec<_> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let mut rest: Vec<_> = order
        .iter()
        .filter_map(|key| table.remove_entry(key))
        .collect();
    for (key, item) in rest.drain(..) {
        if key.get() == from {
            let renamed = toml_edit::Key::new(to).with_leaf_decor(key.leaf_decor().clone());
            table.insert_formatted(&renamed, item);
        } else {
            table.insert_formatted(&key, item);
        }
    }
}

/// Sets a value and leaves the white space and comments around it.
fn set(table: &mut Table, key: &str, mut new: Value) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => drop(table.insert(key, value(new))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"# The client.
[client]
name = "demo" # its name

[metadata]
document = "demo.csdl"

# The document.
[metadata.source]
# Where it came from.
file = "old.csdl" # a file
description = "the old one"
date = "2026-01-01"  # a day
sha256 = "00"
bytes = 1

# Words.
[naming.words]
iOS = "Ios"
"#;

    fn provenance(origin: Origin, etag: Option<&str>) -> Provenance {
        Provenance {
            origin,
            date: "2026-02-02".to_owned(),
            sha256: "11".to_owned(),
            bytes: 22,
            etag: etag.map(str::to_owned),
            selection: None,
            paths: vec!["/a".to_owned(), "/b".to_owned()],
            slice_sha256: "33".to_owned(),
        }
    }

    #[test]
    fn only_the_values_of_the_source_change() {
        let origin = Origin::file(Path::new("/somewhere/old.csdl"));
        let text = record(CONFIG, &provenance(origin, None)).unwrap();
        insta::assert_snapshot!(text);
    }

    #[test]
    fn another_origin_takes_the_place_of_the_old_one() {
        let origin = Origin::Url("https://example.com/$metadata".to_owned());
        let text = record(CONFIG, &provenance(origin, Some("W/\"1\""))).unwrap();
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_configuration_without_source_gets_one() {
        let origin = Origin::File("new.csdl".to_owned());
        let config = "[metadata]\ndocument = \"demo.csdl\"\n";
        let text = record(config, &provenance(origin, None)).unwrap();
        assert!(
            text.starts_with("[metadata]\ndocument = \"demo.csdl\"\n\n[metadata.source]\nfile = "),
            "{text}"
        );
    }

    #[test]
    fn recording_the_same_changes_nothing() {
        let provenance = provenance(Origin::File("old.csdl".to_owned()), Some("\"2\""));
        let once = record(CONFIG, &provenance).unwrap();
        assert_eq!(record(&once, &provenance).unwrap(), once);
    }
}
