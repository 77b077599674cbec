//! The package folder: comparing it with what the generator makes, and writing it.
//!
//! Only files that begin with the generator's marker are replaced or removed.

use crate::emit::{MARKER, SourceFile};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
            Ok(bytes) if bytes.starts_with(MARKER.as_bytes()) => {
                differences.push(Difference::Changed(file.path.clone()));
            }
            Ok(_) => differences.push(Difference::Foreign(file.path.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                differences.push(Difference::Missing(file.path.clone()));
            }
            Err(error) => return Err(named(error, &folder.join(&file.path))),
        }
    }
    let expected: BTreeSet<_> = files.iter().map(|file| file.path.as_str()).collect();
    let mut existing = Vec::new();
    marked_files(&folder.join("src"), "src", &mut existing)?;
    let stale = existing
        .into_iter()
        .filter(|path| !expected.contains(path.as_str()));
    differences.extend(stale.map(Difference::Stale));
    differences.sort();
    Ok(differences)
}

/// The files below `folder` that carry the marker.
fn marked_files(folder: &Path, prefix: &str, found: &mut Vec<String>) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(named(error, folder)),
    };
    for entry in entries {
        let entry = entry?;
        let path = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            marked_files(&entry.path(), &path, found)?;
        } else if is_marked(&entry.path())? {
            found.push(path);
        }
    }
    Ok(())
}

fn is_marked(path: &Path) -> io::Result<bool> {
    use std::io::Read;
    let mut start = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| named(error, path))?;
    file.take(MARKER.len() as u64).read_to_end(&mut start)?;
    Ok(start == MARKER.as_bytes())
}

/// Makes the folder have `files` and no other marked file; says what was done.
///
/// All texts are written beside their places first, so that a full disk changes nothing.
///
/// # Errors
///
/// If a file that is not generated is in the way, or if anything cannot be written.
pub fn write(folder: &Path, files: &[SourceFile]) -> io::Result<Vec<Difference>> {
    let differences = compare(folder, files)?;
    let foreign = differences
        .iter()
        .filter(|d| matches!(d, Difference::Foreign(_)));
    let foreign: Vec<_> = foreign.map(ToString::to_string).collect();
    if !foreign.is_empty() {
        return Err(io::Error::other(foreign.join("\n")));
    }
    let mut staged = Vec::new();
    for difference in &differences {
        if let Difference::Missing(path) | Difference::Changed(path) = difference
            && let Some(file) = files.iter().find(|file| file.path == *path)
        {
            staged.push(stage(&folder.join(path), &file.contents)?);
        }
    }
    for (temporary, target) in staged {
        temporary
            .persist(&target)
            .map_err(|error| named(error.error, &target))?;
    }
    for difference in &differences {
        if let Difference::Stale(path) = difference {
            remove(folder, path)?;
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
    let (temporary, target) = stage(target, text)?;
    temporary
        .persist(&target)
        .map_err(|error| named(error.error, &target))?;
    Ok(())
}

/// Writes a text beside its place.
fn stage(target: &Path, text: &str) -> io::Result<(tempfile::NamedTempFile, PathBuf)> {
    let folder = target
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| named(error, folder))?;
    let mut temporary = tempfile::Builder::new()
        .prefix(".csdl-codegen-")
        .permissions_of_new_file()
        .tempfile_in(folder)
        .map_err(|error| named(error, folder))?;
    temporary
        .write_all(text.as_bytes())
        .map_err(|error| named(error, target))?;
    temporary
        .as_file()
        .sync_all()
        .map_err(|error| named(error, target))?;
    Ok((temporary, target.to_owned()))
}

/// Temporary files are private by default; sources are not.
trait Permissions {
    fn permissions_of_new_file(&mut self) -> &mut Self;
}

impl Permissions for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_of_new_file(&mut self) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        self.permissions(std::fs::Permissions::from_mode(0o666))
    }

    #[cfg(not(unix))]
    fn permissions_of_new_file(&mut self) -> &mut Self {
        self
    }
}

/// Removes a file and the folders that it leaves empty.
fn remove(folder: &Path, path: &str) -> io::Result<()> {
    let target = folder.join(path);
    std::fs::remove_file(&target).map_err(|error| named(error, &target))?;
    let mut parent = target.parent();
    while let Some(empty) = parent.filter(|p| *p != folder && std::fs::remove_dir(p).is_ok()) {
        parent = empty.parent();
    }
    Ok(())
}

fn named(error: io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
