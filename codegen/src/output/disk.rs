//! The changes that a transaction makes to the disk, so that tests can stop it at each of them.

use std::io::{self, Write};
use std::path::Path;

/// The calls that change something.
pub(super) trait Disk {
    /// Makes a folder and the folders that it is in.
    fn create_folders(&self, path: &Path) -> io::Result<()>;
    /// Makes a file that is on the disk when the call returns.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Makes a second name for a file, or a copy where the file system has no second names.
    fn keep(&self, path: &Path, copy: &Path) -> io::Result<()>;
    /// Moves a file to a place, over what is there.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder if it is empty.
    fn remove_empty_folder(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a folder survive a loss of power.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
}

/// The computer's own disk.
#[derive(Debug)]
pub(super) struct Os;

impl Disk for Os {
    fn create_folders(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir_all(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = std::fs::File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn keep(&self, path: &Path, copy: &Path) -> io::Result<()> {
        if std::fs::hard_link(path, copy).is_ok() {
            return Ok(());
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

    #[cfg(unix)]
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        std::fs::File::open(path)?.sync_all()
    }

    #[cfg(not(unix))]
    fn sync_folder(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }
}
