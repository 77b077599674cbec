//! Files that are replaced whole.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
#[cfg(feature = "replay")]
use std::io::{Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

#[cfg(test)]
pub(crate) mod step;

#[cfg(test)]
pub(crate) use step::reached;

/// A point where the tests of crashes end the process.
#[cfg(not(test))]
pub(crate) fn reached() {}

/// What the name of a text that is not in its place yet ends with.
const SUFFIX: &str = ".new";

/// A text that is not in its place yet; it is removed unless it gets there.
struct Staged {
    path: PathBuf,
}

impl Drop for Staged {
    fn drop(&mut self) {
        // In its place, there is nothing of this name any more.
        let _ = fs::remove_file(&self.path);
    }
}

/// Replaces a file by one with this text, which only its owner can read: written beside it, brought to the
/// disk, and renamed. A link, and anything else that is no file, is an error.
pub(crate) fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    reached();
    file_at(path)?;
    let Some(name) = path.file_name() else {
        return Err(invalid("it does not name a file"));
    };
    let mut staged = OsString::from(name);
    staged.push(SUFFIX);
    let staged = path.with_file_name(staged);
    // What a crash left, or a link that somebody put there: its name is removed.
    match fs::remove_file(&staged) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(named(error, &staged)),
        _ => reached(),
    }
    let mut file = create(&staged).map_err(|error| named(error, &staged))?;
    let staged = Staged { path: staged };
    reached();
    file.write_all(text)?;
    reached();
    file.sync_all()?;
    drop(file);
    reached();
    fs::rename(&staged.path, path)?;
    reached();
    sync_folder(path)
}

/// Writes another end in place of the one that a file has, if it is still of this length; how long it is then.
/// `None` if somebody else changed it.
#[cfg(feature = "replay")]
pub(crate) fn extend(path: &Path, length: u64, end: &str, with: &str) -> io::Result<Option<u64>> {
    let Some(found) = file_at(path)? else {
        return Ok(None);
    };
    let mut file = OpenOptions::new().write(true).open(path)?;
    let opened = file.metadata()?;
    let kept = length.checked_sub(end.len() as u64);
    let Some(kept) = kept.filter(|_| is_same(&found, &opened) && opened.len() == length) else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(kept))?;
    file.write_all(with.as_bytes())?;
    Ok(Some(kept + with.len() as u64))
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Brings the new name of a file to the disk.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Folders cannot be opened as files here; the system keeps their order.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// What is known of the file, if there is one. Anything else of its name is an error.
pub(crate) fn file_at(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(Some(found)),
        Ok(found) if found.is_symlink() => Err(invalid(
            "it is a link, which is not followed; name its target",
        )),
        Ok(_) => Err(invalid("it is not a regular file")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The error, with the file that it is about.
pub(crate) fn named(error: io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{path:?}: {error}"))
}

pub(crate) fn invalid(problem: impl Into<String>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, problem.into())
}

/// Whether what was opened is the file that was found, and not what a link leads to that took its place.
#[cfg(unix)]
pub(crate) fn is_same(found: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (found.dev(), found.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
pub(crate) fn is_same(_: &Metadata, opened: &Metadata) -> bool {
    opened.is_file()
}
