//! The package folder: comparing it with what the generator makes, and writing it.
//!
//! Only files that begin with the generator's marker are replaced or removed; of the package's
//! `Cargo.toml`, [`manifest`](manifest()) changes a part. [`transaction`] says what happens when a run
//! is interrupted.

mod disk;
mod manifest;
pub mod transaction;

pub use manifest::manifest;
pub use transaction::{Recovery, Transaction, is_partly_changed, recover};

use crate::emit::{MARKER, SourceFile};
use manifest::MANIFEST;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

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
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "{path}: missing"),
            Self::Changed(path) => write!(f, "{path}: changed"),
            Self::Stale(path) => write!(f, "{path}: no longer generated"),
            Self::Foreign(path) => write!(f, "{path}: in the way, not a generated file"),
        }
    }
}

/// Where the folder differs from `files`, sorted by path.
///
/// # Errors
///
/// If the folder or a file in it cannot be read.
pub fn compare(folder: &Path, files: &[SourceFile]) -> io::Result<Vec<Difference>> {
    let mut differences = Vec::new();
    for file in files {
        match std::fs::read(folder.join(&file.path)) {
            Ok(bytes) if bytes == file.contents.as_bytes() => {}
            Ok(bytes) if bytes.starts_with(MARKER.as_bytes()) || file.path == MANIFEST => {
                differences.push(Difference::Changed(file.path.clone()));
            }
            Ok(_) => differences.push(Difference::Foreign(file.path.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                differences.push(Difference::Missing(file.path.clone()));
            }
            Err(error) => return Err(named(error, &folder.join(&file.path))),
        }
    }
    let stale = other_files(folder, files)?
        .into_iter()
        .filter(|file| file.is_marked);
    differences.extend(stale.map(|file| Difference::Stale(file.path)));
    differences.sort();
    Ok(differences)
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
    let mut start = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| named(error, path))?;
    let read = file.take(MARKER.len() as u64).read_to_end(&mut start);
    read.map_err(|error| named(error, path))?;
    Ok(start == MARKER.as_bytes())
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

/// Makes the folder have `files` and no other marked file, all at once; says what was done.
///
/// # Errors
///
/// If a file that is not generated is in the way, or if anything cannot be written; nothing is
/// changed then.
pub fn write(folder: &Path, files: &[SourceFile]) -> io::Result<Vec<Difference>> {
    let mut transaction = Transaction::begin(folder)?;
    let differences = stage(&mut transaction, folder, Path::new(""), files)?;
    transaction.commit()?;
    Ok(differences)
}

/// Adds to a transaction what makes the folder have `files` and no other marked file.
///
/// `root` is the folder as it is seen from the transaction's home.
///
/// # Errors
///
/// If a file that is not generated is in the way, or if anything cannot be staged.
pub fn stage(
    transaction: &mut Transaction<'_>,
    folder: &Path,
    root: &Path,
    files: &[SourceFile],
) -> io::Result<Vec<Difference>> {
    let differences = compare(folder, files)?;
    let foreign = differences
        .iter()
        .filter(|d| matches!(d, Difference::Foreign(_)));
    let foreign: Vec<_> = foreign
        .map(|difference| format!("{}: {difference}", folder.display()))
        .collect();
    if !foreign.is_empty() {
        return Err(io::Error::other(foreign.join("\n")));
    }
    let texts: BTreeMap<&str, &str> = files
        .iter()
        .map(|file| (file.path.as_str(), file.contents.as_str()))
        .collect();
    for difference in &differences {
        match difference {
            Difference::Missing(path) | Difference::Changed(path) => {
                let contents = texts.get(path.as_str()).copied().unwrap_or_default();
                transaction.replace(root, Path::new(path), contents.as_bytes())?;
            }
            Difference::Stale(path) => transaction.remove(root, Path::new(path))?,
            Difference::Foreign(_) => {}
        }
    }
    Ok(differences)
}

/// Replaces one file as a whole, or leaves it as it was.
///
/// # Errors
///
/// If the file cannot be written.
pub fn replace_file(target: &Path, text: &str) -> io::Result<()> {
    let folder = target
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| named(error, folder))?;
    let mut builder = tempfile::Builder::new();
    let mut temporary = public(builder.prefix(".csdl-codegen-"))
        .tempfile_in(folder)
        .map_err(|error| named(error, folder))?;
    let written = temporary
        .write_all(text.as_bytes())
        .and_then(|()| temporary.as_file().sync_all());
    written.map_err(|error| named(error, target))?;
    let placed = temporary.persist(target);
    placed.map(drop).map_err(|error| named(error.error, target))
}

/// Temporary files are private by default; sources are not.
fn public<'a, 'b>(builder: &'a mut tempfile::Builder<'b, 'b>) -> &'a mut tempfile::Builder<'b, 'b> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// The error with the path that it happened at, without the detours of a path that is put
/// together of a home, a root and a file.
fn named(error: io::Error, path: &Path) -> io::Error {
    let mut shown = PathBuf::new();
    for part in path.components() {
        let is_detour = part == Component::ParentDir
            && matches!(shown.components().next_back(), Some(Component::Normal(_)));
        if is_detour {
            shown.pop();
        } else {
            shown.push(part);
        }
    }
    io::Error::new(error.kind(), format!("{}: {error}", shown.display()))
}

#[cfg(test)]
mod tests;
