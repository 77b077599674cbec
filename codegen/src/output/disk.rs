//! The changes that a transaction makes to the disk, so that tests can stop it at each of them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The calls that change something.
pub(super) trait Disk {
    /// Makes a folder and the folders that it is in.
    fn create_folders(&self, path: &Path) -> io::Result<()>;
    /// Makes a file; a loss of power may take it as long as it is not synced.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Makes a second name for a file, or a copy where the file system has no second names.
    fn keep(&self, path: &Path, copy: &Path) -> io::Result<()>;
    /// Moves a file to a place, over what is there.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder if it is empty.
    fn remove_empty_folder(&self, path: &Path) -> io::Result<()>;
    /// Makes the texts of files and the names in folders, all on one file system, survive a loss of
    /// power.
    fn sync(&self, paths: &[PathBuf]) -> io::Result<()>;
}

/// The computer's own disk.
#[derive(Debug)]
pub(super) struct Os;

impl Disk for Os {
    fn create_folders(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir_all(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        std::fs::File::create(path)?.write_all(bytes)
    }

    fn keep(&self, path: &Path, copy: &Path) -> io::Result<()> {
        match std::fs::hard_link(path, copy) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(error),
            Err(_) => {}
        }
        let modified = std::fs::metadata(path)?.modified()?;
        std::fs::copy(path, copy)?;
        std::fs::File::options()
            .write(true)
            .open(copy)?
            .set_modified(modified)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn remove_empty_folder(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }

    fn sync(&self, paths: &[PathBuf]) -> io::Result<()> {
        if paths.len() > FEW && sync_file_system(paths)? {
            return Ok(());
        }
        paths.iter().try_for_each(|path| sync_one(path))
    }
}

/// Up to so many files are synced one by one, which does not wait for what other programs wrote.
/// More of them are faster together: a sync of one takes about a millisecond on a disk with a
/// journal, whatever its size.
const FEW: usize = 32;

/// Syncs the file system that the paths are on; `false` where that cannot be asked for. Linux
/// reports failed writes of the file system here since 5.8.
#[cfg(target_os = "linux")]
fn sync_file_system(paths: &[PathBuf]) -> io::Result<bool> {
    if let Some(path) = paths.first() {
        rustix::fs::syncfs(std::fs::File::open(path)?)?;
    }
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
fn sync_file_system(_paths: &[PathBuf]) -> io::Result<bool> {
    Ok(false)
}

fn sync_one(path: &Path) -> io::Result<()> {
    // Windows opens no folders; its names last by themselves.
    if cfg!(not(unix)) && path.is_dir() {
        return Ok(());
    }
    let options = &mut std::fs::File::options();
    let file = options.read(true).write(cfg!(not(unix))).open(path)?;
    file.sync_all()
}
