//! The package folder: comparing it with what the generator makes, and writing it.
//!
//! Only regular files that begin with the generator's marker are replaced or removed; of the
//! package's `Cargo.toml`, [`manifest`](manifest()) changes a part. [`Changes`] says how.

mod changes;
mod manifest;

pub use changes::Changes;
pub use manifest::manifest;

use crate::emit::{MARKER, SourceFile};
use crate::parallel::in_parallel;
use crate::source::file::{in_place, named, read};
use manifest::MANIFEST;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::Path;

/// How a file differs from what the generator makes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The file is missing.
    Missing(String),
    /// The file has another text.
    Changed(String),
    /// The file carries the marker, but the generator does not make it.
    Stale(String),
    /// The generator makes a file of this name, but the one there is not generated.
    Foreign(String),
    /// The generator makes a file here or below, but what is there is a link, a pipe or a device.
    Irregular(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "{path}: missing"),
            Self::Changed(path) => write!(f, "{path}: changed"),
            Self::Stale(path) => write!(f, "{path}: no longer generated"),
            Self::Foreign(path) => write!(f, "{path}: in the way, not a generated file"),
            Self::Irregular(path) => {
                write!(f, "{path}: in the way, neither a file nor a folder")
            }
        }
    }
}

/// Where the folder differs from `files`, sorted by path.
///
/// # Errors
///
/// If the folder or a file in it cannot be read.
pub fn compare(folder: &Path, files: &[SourceFile]) -> io::Result<Vec<Difference>> {
    let compared = in_parallel(files, |file| difference(folder, file));
    let compared: io::Result<Vec<_>> = compared.into_iter().collect();
    let mut differences: BTreeSet<_> = compared?.into_iter().flatten().collect();
    let stale = other_files(folder, files)?
        .into_iter()
        .filter(|file| file.is_marked);
    differences.extend(stale.map(|file| Difference::Stale(file.path)));
    Ok(differences.into_iter().collect())
}

/// How the file in the folder differs from `file`.
fn difference(folder: &Path, file: &SourceFile) -> io::Result<Option<Difference>> {
    let path = &file.path;
    let place = match in_place(folder, Path::new(path)) {
        Ok(place) => place,
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            return Ok(Some(Difference::Irregular(irregular_part(folder, path))));
        }
        Err(error) => return Err(error),
    };
    let is_ours = |bytes: &[u8]| bytes.starts_with(MARKER.as_bytes()) || path == MANIFEST;
    // What is longer differs, however long it is.
    match read(&place, file.contents.len().max(MARKER.len())) {
        Ok(bytes) if bytes == file.contents.as_bytes() => Ok(None),
        Ok(bytes) if is_ours(&bytes) => Ok(Some(Difference::Changed(path.clone()))),
        Ok(_) => Ok(Some(Difference::Foreign(path.clone()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(Some(Difference::Missing(path.clone())))
        }
        Err(error) => Err(named(error, &place)),
    }
}

/// The first part of a path that is a link, or all of it.
fn irregular_part(folder: &Path, path: &str) -> String {
    let is_link = |part: &&str| folder.join(part).is_symlink();
    let parts = path.match_indices('/').map(|(end, _)| &path[..end]);
    let mut links = parts.filter(is_link);
    links.next().unwrap_or(path).to_owned()
}

/// A file below `src`.
struct ExistingFile {
    path: String,
    is_marked: bool,
}

/// The files below `src` that are not among `files`.
fn other_files(folder: &Path, files: &[SourceFile]) -> io::Result<Vec<ExistingFile>> {
    let ours = files.iter().map(|file| file.path.as_str()).collect();
    let mut found = Vec::new();
    source_files(&folder.join("src"), "src", &ours, &mut found)?;
    Ok(found)
}

/// The files below `folder` but for `ours`, which nobody needs to look into.
fn source_files(
    folder: &Path,
    prefix: &str,
    ours: &BTreeSet<&str>,
    found: &mut Vec<ExistingFile>,
) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(named(error, folder)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| named(error, folder))?;
        let path = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        let kind = entry
            .file_type()
            .map_err(|error| named(error, &entry.path()))?;
        if kind.is_dir() {
            source_files(&entry.path(), &path, ours, found)?;
        } else if !ours.contains(path.as_str()) {
            // A link or pipe is nobody's source file, and reading it may never end.
            let is_marked = kind.is_file() && is_marked(&entry.path())?;
            found.push(ExistingFile { path, is_marked });
        }
    }
    Ok(())
}

fn is_marked(path: &Path) -> io::Result<bool> {
    let start = read(path, MARKER.len()).map_err(|error| named(error, path))?;
    Ok(start.starts_with(MARKER.as_bytes()))
}

/// The files below `src` that do not carry the marker and are not in the way of a file that does.
///
/// # Errors
///
/// If the folder or a file in it cannot be read.
pub fn kept(folder: &Path, files: &[SourceFile]) -> io::Result<Vec<String>> {
    let others = other_files(folder, files)?;
    let unmarked = others.into_iter().filter(|file| !file.is_marked);
    let mut kept: Vec<_> = unmarked.map(|file| file.path).collect();
    kept.sort();
    Ok(kept)
}

/// Makes the folder have `files` and no other marked file; says what was done.
///
/// # Errors
///
/// If a file that is not generated is in the way, or if anything cannot be written; see
/// [`Changes::apply`].
pub fn write(folder: &Path, files: &[SourceFile]) -> io::Result<Vec<Difference>> {
    let mut changes = Changes::default();
    let differences = stage(&mut changes, folder, files)?;
    changes.apply()?;
    Ok(differences)
}

/// Adds to the changes what makes the folder have `files` and no other marked file.
///
/// # Errors
///
/// If a file that is not generated is in the way, or if the folder cannot be read.
pub fn stage(
    changes: &mut Changes,
    folder: &Path,
    files: &[SourceFile],
) -> io::Result<Vec<Difference>> {
    let differences = compare(folder, files)?;
    let in_the_way = differences
        .iter()
        .filter(|d| matches!(d, Difference::Foreign(_) | Difference::Irregular(_)));
    let place = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mut in_the_way: Vec<_> = in_the_way
        .map(|difference| format!("{}: {difference}", place.display()))
        .collect();
    if !in_the_way.is_empty() {
        in_the_way.push(
            "nothing was written; move away what is yours, or set another `output`".to_owned(),
        );
        return Err(io::Error::other(in_the_way.join("\n")));
    }
    let texts: BTreeMap<&str, &str> = files
        .iter()
        .map(|file| (file.path.as_str(), file.contents.as_str()))
        .collect();
    for difference in &differences {
        match difference {
            Difference::Missing(path) | Difference::Changed(path) => {
                let contents = texts.get(path.as_str()).copied().unwrap_or_default();
                changes.replace(folder, Path::new(path), contents);
            }
            Difference::Stale(path) => changes.remove(folder, Path::new(path)),
            Difference::Foreign(_) | Difference::Irregular(_) => {}
        }
    }
    Ok(differences)
}
