//! Regular files that stand where their names say.
//!
//! A package may come from anybody. Its links may lead out of it, and its pipes and devices may
//! never end, so neither is followed, read or replaced. What the user names on the command line is
//! the user's choice: documents may be links there, and a folder may lie behind one.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The bytes of a regular file, at most `most` of them and one more.
///
/// A link is followed; see [`in_place`] for what came with a package.
///
/// # Errors
///
/// If it cannot be read, or if it is a pipe, a device or anything else that is no file.
pub fn read(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    // Opening a pipe waits for its other end, so this is asked before.
    let found = std::fs::metadata(path)?;
    regular(path, &found)?;
    // One byte more tells whether there are too many. The file may have grown or shrunk since.
    let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let expected = found.len().saturating_add(1).min(most);
    let mut bytes = Vec::new();
    // If there is no room for all of it, reading fails with that.
    let _ = bytes.try_reserve_exact(usize::try_from(expected).unwrap_or(usize::MAX));
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a small regular file, such as a manifest or a changelog.
///
/// # Errors
///
/// As [`read`], or if it is larger than 16 MiB or not UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    const MOST: usize = 16 << 20;
    let bytes = read(path, MOST)?;
    if bytes.len() > MOST {
        return Err(invalid(path, "has more than 16 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| invalid(path, "is not UTF-8"))
}

/// `path` below `root`, if it is a regular file or nothing, and no link leads to it.
///
/// The root is trusted as it is. Of an absolute path, the folder that it names is the root.
///
/// # Errors
///
/// If a part of the path is a link, or if what stands there is no regular file; the error names it.
pub fn in_place(root: &Path, path: &Path) -> io::Result<PathBuf> {
    let (place, found) = walk(root, path)?;
    if let Some(found) = found {
        regular(&place, &found)?;
    }
    Ok(place)
}

/// `path` below `root`, if it is a folder or nothing, and no link leads to it.
///
/// # Errors
///
/// As [`in_place`].
pub fn folder_in_place(root: &Path, path: &Path) -> io::Result<PathBuf> {
    let (place, found) = walk(root, path)?;
    match found.is_none_or(|found| found.is_dir()) {
        true => Ok(place),
        false => Err(invalid(&place, "is not a folder")),
    }
}

/// The root of a path that the user named: the current folder, or the folder of an absolute path.
pub fn root_of(path: &Path) -> &Path {
    match path.is_absolute() {
        true => path.parent().unwrap_or(path),
        false => Path::new(""),
    }
}

/// Where the path leads, and what is there.
fn walk(root: &Path, path: &Path) -> io::Result<(PathBuf, Option<Metadata>)> {
    let (mut place, rest) = match (path.is_absolute(), path.parent(), path.file_name()) {
        (true, Some(parent), Some(name)) => (parent.to_owned(), Path::new(name)),
        (true, ..) => (path.to_owned(), Path::new("")),
        (false, ..) => (root.to_owned(), path),
    };
    let mut found = None;
    for component in rest.components() {
        place.push(component);
        if component == Component::ParentDir {
            found = Some(std::fs::metadata(&place)?);
            continue;
        }
        found = match std::fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_symlink() => {
                return Err(invalid(
                    &place,
                    "is a link, and links are not followed here",
                ));
            }
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(named(error, &place)),
        };
    }
    Ok((place, found))
}

fn regular(path: &Path, metadata: &Metadata) -> io::Result<()> {
    let what = match metadata.is_file() {
        true => return Ok(()),
        false if metadata.is_dir() => "is a folder, not a file",
        false => "is a pipe or a device, not a regular file",
    };
    Err(invalid(path, what))
}

fn invalid(path: &Path, what: &str) -> io::Error {
    let message = format!("`{}` {what}", shown(path).display());
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

/// The error with the path that it happened at.
pub(crate) fn named(error: io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", shown(path).display()))
}

/// A path without the detours of one that was joined, as `metadata/../generated`.
fn shown(path: &Path) -> PathBuf {
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
    shown
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A folder with a file, a folder and links to both.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("real")).unwrap();
        std::fs::write(path("real/file"), "text").unwrap();
        symlink(path("real"), path("folder-link")).unwrap();
        symlink(path("real/file"), path("file-link")).unwrap();
        symlink(path("nothing"), path("dangling-link")).unwrap();
        folder
    }

    fn said(result: io::Result<PathBuf>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn links_are_refused_wherever_they_stand() {
        let folder = folder();
        let root = folder.path();
        for path in [
            "file-link",
            "dangling-link",
            "folder-link/file",
            "real/../file-link",
        ] {
            let error = said(in_place(root, Path::new(path)));
            assert!(error.contains("is a link"), "{path}: {error}");
        }
        assert!(in_place(root, Path::new("real/../real/file")).is_ok());
        assert!(in_place(root, Path::new("real/new/file")).is_ok());
        assert!(in_place(root, Path::new("real")).is_err());
        assert!(folder_in_place(root, Path::new("folder-link")).is_err());
        assert!(folder_in_place(root, Path::new("real/file")).is_err());
        assert!(folder_in_place(root, Path::new("real")).is_ok());
    }

    #[test]
    fn root_is_trusted_and_absolute_paths_have_one() {
        let folder = folder();
        let behind = folder.path().join("folder-link");
        assert!(in_place(&behind, Path::new("file")).is_ok());
        assert!(in_place(Path::new(""), &behind.join("file")).is_ok());
        let error = said(in_place(Path::new(""), &folder.path().join("file-link")));
        assert!(error.contains("is a link"), "{error}");
    }

    #[test]
    fn devices_and_folders_are_not_read() {
        for (path, expected) in [("/dev/zero", "a device"), ("/", "is a folder")] {
            let error = read(Path::new(path), 10).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
