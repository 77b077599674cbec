//! Files that are replaced whole.
//!
//! Every text is first written beside its target, under a name of its own, then renamed over it in
//! the order in which the changes were added. So a file has its old or its new text, and what
//! cannot be written (a full disk, a folder that is read-only) is found before anything changes.
//! Nothing is recorded about a run: one that was stopped between two renames is repaired by running
//! it again, since whatever still differs is written again. What is not generated, and so cannot be
//! made again, is synced to the disk before it takes its place.

use crate::emit::MARKER;
use crate::source::file::{in_place, named};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What the name of a text that is not in its place yet ends with.
const SUFFIX: &str = ".csdl-codegen";

/// Changes of files, in the order in which they are made.
#[derive(Debug, Default)]
pub struct Changes(Vec<Change>);

/// A file to replace or remove.
#[derive(Debug)]
struct Change {
    /// A folder that is trusted, and stays even if it gets empty.
    root: PathBuf,
    /// The file, seen from the root.
    path: PathBuf,
    /// The new text; a file without one is removed.
    text: Option<Vec<u8>>,
}

/// A text beside its target; it is removed unless it gets there.
struct Staged {
    text: PathBuf,
    target: PathBuf,
    root: PathBuf,
}

impl Changes {
    /// Gives a file a new text: `path` below `root`.
    pub fn replace(&mut self, root: &Path, path: &Path, text: impl Into<Vec<u8>>) {
        self.push(root, path, Some(text.into()));
    }

    /// Removes a file: `path` below `root`.
    pub fn remove(&mut self, root: &Path, path: &Path) {
        self.push(root, path, None);
    }

    fn push(&mut self, root: &Path, path: &Path, text: Option<Vec<u8>>) {
        let (root, path) = (root.to_owned(), path.to_owned());
        self.0.push(Change { root, path, text });
    }

    /// Makes the changes.
    ///
    /// # Errors
    ///
    /// If a link leads to a file or it is no regular one, or if anything cannot be written. The
    /// error says whether nothing was changed or how much was.
    pub fn apply(self) -> io::Result<()> {
        let staged = self.0.iter().map(Change::stage);
        let staged: Vec<Option<Staged>> = staged
            .collect::<io::Result<_>>()
            .map_err(|error| explained(&error, "nothing was written"))?;
        let all = staged.len();
        for (done, (change, staged)) in self.0.iter().zip(staged).enumerate() {
            let placed = match staged {
                Some(staged) => staged.place(),
                None => change.remove(),
            };
            placed.map_err(|error| {
                let end = format!("{done} of {all} files were changed; run the command again");
                explained(&error, &end)
            })?;
        }
        Ok(())
    }
}

impl Change {
    /// Writes the new text beside the file; `None` for a file that is to be removed.
    fn stage(&self) -> io::Result<Option<Staged>> {
        let target = in_place(&self.root, &self.path)?;
        let Some(text) = &self.text else {
            return Ok(None);
        };
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(SUFFIX);
        let staged = Staged {
            text: target.with_file_name(name),
            target,
            root: self.root.clone(),
        };
        let written = staged.write(text);
        written.map_err(|error| named(error, &staged.target))?;
        Ok(Some(staged))
    }

    fn remove(&self) -> io::Result<()> {
        let target = self.root.join(&self.path);
        match std::fs::remove_file(&target) {
            // A text that an interrupted run left has its place now.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            removed => removed.map_err(|error| named(error, &target))?,
        }
        remove_empty_folders(&target, &self.root);
        Ok(())
    }
}

impl Staged {
    fn write(&self, text: &[u8]) -> io::Result<()> {
        if let Some(folder) = self.text.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // What an interrupted run left, or a link that somebody put there: its name is removed.
        match std::fs::remove_file(&self.text) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = File::create_new(&self.text)?;
        file.write_all(text)?;
        match text.starts_with(MARKER.as_bytes()) {
            true => Ok(()),
            false => file.sync_all(),
        }
    }

    fn place(self) -> io::Result<()> {
        std::fs::rename(&self.text, &self.target).map_err(|error| named(error, &self.target))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // In its place, there is nothing of this name any more.
        if std::fs::remove_file(&self.text).is_ok() {
            remove_empty_folders(&self.text, &self.root);
        }
    }
}

/// Removes the folders of a file that is gone, as far as they are empty and below `root`.
fn remove_empty_folders(file: &Path, root: &Path) {
    let folders = file.ancestors().skip(1);
    let mut below = folders.take_while(|folder| folder.starts_with(root) && *folder != root);
    while below
        .next()
        .is_some_and(|folder| std::fs::remove_dir(folder).is_ok())
    {}
}

fn explained(error: &io::Error, end: &str) -> io::Error {
    io::Error::new(error.kind(), format!("{error}\n{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn files_are_replaced_and_removed_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("old/deep")).unwrap();
        std::fs::write(root.join("old/deep/file"), "old").unwrap();
        std::fs::write(root.join("file"), "old").unwrap();
        let mut changes = Changes::default();
        changes.replace(root, Path::new("file"), "new");
        changes.replace(root, Path::new("a/b"), "new");
        changes.remove(root, Path::new("old/deep/file"));
        changes.apply().unwrap();
        assert_eq!(names(root), ["a", "file"]);
        assert_eq!(names(&root.join("a")), ["b"]);
        assert_eq!(std::fs::read_to_string(root.join("file")).unwrap(), "new");
    }

    #[test]
    fn what_cannot_be_staged_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::write(root.join("file"), "old").unwrap();
        std::fs::create_dir(root.join("folder")).unwrap();
        let mut changes = Changes::default();
        changes.replace(root, Path::new("file"), "new");
        changes.replace(root, Path::new("a/b"), "new");
        changes.replace(root, Path::new("folder"), "new");
        let error = changes.apply().unwrap_err().to_string();
        assert!(
            error.ends_with("is a folder, not a file\nnothing was written"),
            "{error}"
        );
        assert_eq!(names(root), ["file", "folder"]);
        assert_eq!(std::fs::read_to_string(root.join("file")).unwrap(), "old");
    }

    #[test]
    fn what_stops_halfway_says_how_far_it_got() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let mut changes = Changes::default();
        changes.replace(root, Path::new("file"), "new");
        // The text of this one is taken by the next.
        changes.replace(root, Path::new("twice"), "new");
        changes.replace(root, Path::new("twice"), "newer");
        let error = changes.apply().unwrap_err().to_string();
        assert!(
            error.ends_with("2 of 3 files were changed; run the command again"),
            "{error}"
        );
        assert_eq!(names(root), ["file", "twice"]);
    }

    /// An earlier run left a text, and somebody put a link in the place of another.
    #[cfg(unix)]
    #[test]
    fn what_stands_beside_a_target_is_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::write(root.join(".a.csdl-codegen"), "half").unwrap();
        std::fs::write(root.join("victim"), "mine").unwrap();
        std::os::unix::fs::symlink(root.join("victim"), root.join(".b.csdl-codegen")).unwrap();
        let mut changes = Changes::default();
        changes.replace(root, Path::new("a"), "new");
        changes.replace(root, Path::new("b"), "new");
        changes.apply().unwrap();
        assert_eq!(names(root), ["a", "b", "victim"]);
        assert_eq!(
            std::fs::read_to_string(root.join("victim")).unwrap(),
            "mine"
        );
    }
}
