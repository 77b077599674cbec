//! Several files of several folders, changed together or not at all.
//!
//! # How
//!
//! 1. *Stage.* New texts are written to the folder `.csdl-codegen` in the transaction's home, and
//!    every file that will be replaced or removed gets a second name there. The tree itself is not
//!    touched.
//! 2. *Decide.* The list of steps is written beside them. The texts and the list are synced, then
//!    the list gets the name `commit.toml` by one rename, and that name is synced. From here on
//!    the change is decided.
//! 3. *Place.* Staged files are renamed to their targets, obsolete ones removed. A step that finds
//!    its work done passes, so the list can be gone through any number of times. The folders are
//!    synced.
//! 4. *Clean up.* The list is removed first, the rest of the folder after it.
//!
//! Few files are synced one by one, many by one call for the file system: the number of waits for
//! the disk does not grow with the number of files.
//!
//! # What is guaranteed
//!
//! * A target always has its old or its new text, never a part of one.
//! * A run that is killed or loses power before step 2 leaves the tree as it was. One that is
//!   stopped in step 3 leaves a list that [`recover`] completes; every command calls it before it
//!   reads anything, so no command sees a tree that is partly changed. A build script that reads
//!   the tree asks [`is_partly_changed`] and refuses it.
//! * A change that [`Transaction::commit`] has returned from survives a loss of power.
//! * Programs that know nothing of the list (git, an editor, a build of the generated package
//!   alone) can see the tree between two renames of step 3, and see it for longer only if the run
//!   was killed there. That is as much as file systems give: a rename is atomic for two names,
//!   and the targets are in several folders that also hold files of others (the metadata, the
//!   generated sources, the changelog). Exchanging whole folders (`RENAME_EXCHANGE`) would still
//!   be one rename a folder, would have to carry over what is not ours in them, and would take
//!   the folder away from under whoever has it open; it would make that state rarer and not
//!   impossible, so the list would be needed all the same.
//! * A step 3 that fails while the run lives (a folder is read-only, say) is undone: the list is
//!   renamed to `undo.toml` and the second names of step 1 are put back, which needs no space on
//!   the disk. A run that is killed while it undoes leaves that list, and [`recover`] goes on with
//!   it. Only if undoing fails too does the staging folder stay, with all texts in it, and the
//!   error says so.
//! * Two runs do not mix: the home is locked from the first staged file on. The lock goes with
//!   the process. (Only Unix has it; elsewhere, do not run two at a time.)

use super::disk::{Disk, Os};
use super::named;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// The staging folder's name.
const STAGING: &str = ".csdl-codegen";
/// The list of a change that is to be completed.
const COMMIT: &str = "commit.toml";
/// The list of a change that is to be undone.
const UNDO: &str = "undo.toml";

/// What [`recover`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// No run was interrupted.
    Nothing,
    /// A run was interrupted before it changed anything; what it had staged was removed.
    Discarded,
    /// A run was interrupted while it changed files; the change is now complete.
    Completed,
    /// A run was interrupted while it undid its change; the tree is as it was before.
    Undone,
}

/// Files to be changed together.
#[derive(Debug)]
pub struct Transaction<'d> {
    area: Area<'d>,
    steps: Steps,
    _lock: Option<Lock>,
}

/// The list of steps as it is written down.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Steps {
    #[serde(default, rename = "step")]
    steps: Vec<Step>,
}

/// A file to replace or remove.
#[derive(Debug, Serialize, Deserialize)]
struct Step {
    /// A folder that stays even if it gets empty, seen from the home.
    root: PathBuf,
    /// The file, seen from the root.
    path: PathBuf,
    /// The new text's name in the staging folder; a step without one removes the file.
    staged: Option<String>,
    /// The old text's name in the staging folder; a step without one makes a new file.
    kept: Option<String>,
}

impl Transaction<'_> {
    /// Starts a change whose staging folder is in `home`; finishes an interrupted one first.
    ///
    /// # Errors
    ///
    /// If another run holds the home, or if an interrupted change cannot be finished.
    pub fn begin(home: &Path) -> io::Result<Self> {
        Self::begin_on(&Os, home)
    }

    /// Stages the new text of a file: `path` below `root`, which is relative to the home.
    ///
    /// # Errors
    ///
    /// If it cannot be written; the transaction can then only be dropped.
    pub fn replace(&mut self, root: &Path, path: &Path, text: &[u8]) -> io::Result<()> {
        self.open()?;
        let name = format!("{}.new", self.steps.steps.len());
        let staged = self.area.staging.join(&name);
        let written = self.area.disk.write(&staged, text);
        written.map_err(|error| named(error, &self.area.home.join(root).join(path)))?;
        self.push(root, path, Some(name))
    }

    /// Stages the removal of a file: `path` below `root`, which is relative to the home.
    ///
    /// # Errors
    ///
    /// If the file does not exist.
    pub fn remove(&mut self, root: &Path, path: &Path) -> io::Result<()> {
        self.open()?;
        self.push(root, path, None)
    }

    /// A transaction that changes nothing leaves no trace.
    fn open(&self) -> io::Result<()> {
        match self.steps.steps.is_empty() {
            true => self.area.open(),
            false => Ok(()),
        }
    }

    fn push(&mut self, root: &Path, path: &Path, staged: Option<String>) -> io::Result<()> {
        let target = self.area.home.join(root).join(path);
        let name = format!("{}.old", self.steps.steps.len());
        let kept = self.area.disk.keep(&target, &self.area.staging.join(&name));
        let kept = match kept {
            Ok(()) => Some(name),
            Err(error) if error.kind() == io::ErrorKind::NotFound && staged.is_some() => None,
            Err(error) => return Err(named(error, &target)),
        };
        self.steps.steps.push(Step {
            root: root.to_owned(),
            path: path.to_owned(),
            staged,
            kept,
        });
        Ok(())
    }

    /// Changes all files.
    ///
    /// # Errors
    ///
    /// If that fails; the tree is then as it was, unless the error says otherwise.
    pub fn commit(self) -> io::Result<()> {
        if self.steps.steps.is_empty() {
            return Ok(());
        }
        self.area.decide(&self.steps)?;
        self.area.finish(&self.steps)?;
        self.area.discard()
    }
}

impl<'d> Transaction<'d> {
    pub(super) fn begin_on(disk: &'d dyn Disk, home: &Path) -> io::Result<Self> {
        let area = Area::new(disk, home);
        let made = disk.create_folders(&area.home);
        made.map_err(|error| named(error, home))?;
        let lock = Lock::take(&area.home)?;
        area.recover()?;
        Ok(Self {
            area,
            steps: Steps::default(),
            _lock: lock,
        })
    }
}

impl Drop for Transaction<'_> {
    /// What was staged and not committed is of no use to anybody.
    fn drop(&mut self) {
        if !self.area.is_decided() {
            // A folder that stays does no harm: the next run removes it.
            let _ = self.area.discard();
        }
    }
}

/// Completes or undoes the change of a run that was interrupted, if there is one.
///
/// # Errors
///
/// If another run holds the home, or if neither completing nor undoing works.
pub fn recover(home: &Path) -> io::Result<Recovery> {
    recover_on(&Os, home)
}

/// Whether a change is decided and neither complete nor undone: the tree is partly changed.
pub fn is_partly_changed(home: &Path) -> bool {
    Area::new(&Os, home).is_decided()
}

pub(super) fn recover_on(disk: &dyn Disk, home: &Path) -> io::Result<Recovery> {
    let area = Area::new(disk, home);
    if !area.staging.exists() {
        return Ok(Recovery::Nothing);
    }
    let _lock = Lock::take(&area.home)?;
    area.recover()
}

/// A home, its staging folder and the disk that they are on.
struct Area<'d> {
    disk: &'d dyn Disk,
    home: PathBuf,
    staging: PathBuf,
}

impl std::fmt::Debug for Area<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.staging.fmt(f)
    }
}

impl<'d> Area<'d> {
    fn new(disk: &'d dyn Disk, home: &Path) -> Self {
        let home = match home.as_os_str().is_empty() {
            true => PathBuf::from("."),
            false => home.to_owned(),
        };
        let staging = home.join(STAGING);
        Self {
            disk,
            home,
            staging,
        }
    }

    fn is_decided(&self) -> bool {
        self.staging.join(COMMIT).exists() || self.staging.join(UNDO).exists()
    }

    /// Makes the staging folder; a run that changes nothing has none.
    fn open(&self) -> io::Result<()> {
        if self.staging.is_dir() {
            return Ok(());
        }
        let made = self.disk.create_folders(&self.staging);
        made.map_err(|error| named(error, &self.staging))
    }

    fn recover(&self) -> io::Result<Recovery> {
        if !self.staging.exists() {
            return Ok(Recovery::Nothing);
        }
        let recovery = if self.staging.join(UNDO).exists() {
            self.undo(&self.read(UNDO)?)?;
            Recovery::Undone
        } else if self.staging.join(COMMIT).exists() {
            self.finish(&self.read(COMMIT)?)?;
            Recovery::Completed
        } else {
            Recovery::Discarded
        };
        self.discard()?;
        Ok(recovery)
    }

    fn read(&self, list: &str) -> io::Result<Steps> {
        let path = self.staging.join(list);
        let text = std::fs::read_to_string(&path).map_err(|error| named(error, &path))?;
        toml::from_str(&text).map_err(|error| named(io::Error::other(error), &path))
    }

    /// Writes the list down; before this nothing has happened, after it everything will.
    fn decide(&self, steps: &Steps) -> io::Result<()> {
        let text = toml::to_string(steps).map_err(io::Error::other)?;
        let (part, list) = (self.staging.join("commit.part"), self.staging.join(COMMIT));
        // The texts last before the list that says to place them, under whichever name.
        let staged = steps.steps.iter().filter_map(|step| step.staged.as_ref());
        let mut first: Vec<_> = staged.map(|name| self.staging.join(name)).collect();
        first.extend([part.clone(), self.staging.clone()]);
        let then = [self.staging.clone(), self.home.clone()];
        let written = self
            .disk
            .write(&part, text.as_bytes())
            .and_then(|()| self.disk.sync(&first))
            .and_then(|()| self.disk.rename(&part, &list))
            .and_then(|()| self.disk.sync(&then));
        written.map_err(|error| named(error, &list))
    }

    /// Places all files, or undoes what was placed.
    fn finish(&self, steps: &Steps) -> io::Result<()> {
        let Err(error) = self.place(steps) else {
            return Ok(());
        };
        let renamed = self
            .disk
            .rename(&self.staging.join(COMMIT), &self.staging.join(UNDO));
        if let Err(second) = renamed.and_then(|()| self.undo(steps)) {
            return Err(io::Error::other(format!(
                "{error}; undoing the change failed too: {second}; remove the cause and run the \
                 command again, which completes the change from `{}`",
                self.staging.display()
            )));
        }
        self.discard()?;
        Err(error)
    }

    fn place(&self, steps: &Steps) -> io::Result<()> {
        for step in &steps.steps {
            let target = self.target(step);
            match &step.staged {
                Some(staged) => self.put(staged, &target),
                None => self.take_away(step),
            }
            .map_err(|error| named(error, &target))?;
        }
        self.sync(steps)
    }

    /// Puts back what was replaced or removed, and removes what was new. What was not reached is
    /// not touched, for it may be what cannot be changed.
    fn undo(&self, steps: &Steps) -> io::Result<()> {
        for step in steps.steps.iter().rev() {
            let target = self.target(step);
            let is_placed = match &step.staged {
                Some(staged) => !self.staging.join(staged).exists(),
                None => !target.exists(),
            };
            let undone = match &step.kept {
                Some(kept) if is_placed => self.put(kept, &target),
                None if is_placed => self.take_away(step),
                Some(_) => Ok(()),
                None => {
                    self.remove_empty_folders(step);
                    Ok(())
                }
            };
            undone.map_err(|error| named(error, &target))?;
        }
        self.sync(steps)
    }

    fn target(&self, step: &Step) -> PathBuf {
        self.home.join(&step.root).join(&step.path)
    }

    /// Moves a file of the staging folder to its place; one that is not there has been moved.
    fn put(&self, name: &str, target: &Path) -> io::Result<()> {
        let staged = self.staging.join(name);
        match self.disk.rename(&staged, target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            result => return result,
        }
        // Either it was placed before, or its folder is missing.
        if !staged.exists() {
            return Ok(());
        }
        if let Some(folder) = target.parent() {
            self.disk.create_folders(folder)?;
        }
        self.disk.rename(&staged, target)
    }

    /// Removes a file, if it is there, and the folders that it leaves empty.
    fn take_away(&self, step: &Step) -> io::Result<()> {
        match self.disk.remove_file(&self.target(step)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => self.remove_empty_folders(step),
        }
        Ok(())
    }

    /// Removes the folders between a step's file and its root, up to one that has something in it.
    fn remove_empty_folders(&self, step: &Step) {
        let (target, root) = (self.target(step), self.home.join(&step.root));
        let between = target.ancestors().skip(1).take_while(|f| **f != *root);
        for folder in between.filter(|folder| folder.is_dir()) {
            // One that cannot be removed does no harm: what is in it, if anything, stays.
            if self.disk.remove_empty_folder(folder).is_err() {
                break;
            }
        }
    }

    /// Makes the new names last before the list that could repeat them goes away.
    fn sync(&self, steps: &Steps) -> io::Result<()> {
        let targets = steps.steps.iter().map(|step| self.target(step));
        let folders: BTreeSet<_> = targets
            .filter_map(|target| target.parent().map(Path::to_owned))
            .collect();
        // The parents of new folders hold their names.
        let parents = folders.iter().filter_map(|folder| folder.parent());
        let parents: Vec<_> = parents.map(Path::to_owned).collect();
        let all: BTreeSet<_> = folders.into_iter().chain(parents).collect();
        let all: Vec<_> = all.into_iter().filter(|folder| folder.is_dir()).collect();
        self.disk
            .sync(&all)
            .map_err(|error| named(error, &self.home))
    }

    /// Removes the staging folder, the list first.
    fn discard(&self) -> io::Result<()> {
        let mut files = Vec::new();
        match std::fs::read_dir(&self.staging) {
            Ok(entries) => {
                for entry in entries {
                    files.push(entry?.path());
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(named(error, &self.staging)),
        }
        let is_list = |path: &PathBuf| path.ends_with(COMMIT) || path.ends_with(UNDO);
        files.sort_by_key(|path| !is_list(path));
        for path in files {
            self.disk
                .remove_file(&path)
                .map_err(|error| named(error, &path))?;
        }
        self.disk
            .remove_empty_folder(&self.staging)
            .map_err(|error| named(error, &self.staging))
    }
}

/// Keeps other runs from the same home for as long as it lives.
#[derive(Debug)]
struct Lock {
    _folder: std::fs::File,
}

impl Lock {
    #[cfg(unix)]
    fn take(home: &Path) -> io::Result<Option<Self>> {
        use rustix::fs::{FlockOperation, flock};
        let folder = std::fs::File::open(home).map_err(|error| named(error, home))?;
        match flock(&folder, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self { _folder: folder })),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(io::Error::new(
                io::ErrorKind::WouldBlock,
                format!(
                    "{}: another `cargo codegen` is writing; run this one when it is done",
                    home.display()
                ),
            )),
            // Some network file systems have no locks.
            Err(rustix::io::Errno::NOTSUP | rustix::io::Errno::NOLCK) => Ok(None),
            Err(error) => Err(named(error.into(), home)),
        }
    }

    #[cfg(not(unix))]
    fn take(_home: &Path) -> io::Result<Option<Self>> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
