//! A state in a file, which is replaced whole.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task;

use super::state::DeltaState;
use super::store::DeltaStore;
use crate::boxed::{BoxError, BoxFuture};

/// What the name of a state that is not in its place yet ends with.
const SUFFIX: &str = ".new";

/// The most bytes that a state may have; a link has a few thousand.
const MAX_BYTES: u64 = 1024 * 1024;

/// A store in a file.
///
/// The file is replaced whole: the new state is written beside it, under the same name with `.new` at its
/// end, brought to the disk and then renamed, so that a crash leaves the old state or the new one. What
/// stands at that name is removed. On Unix, only the file's owner can read it.
///
/// The folder must exist. Nothing is read or written through a link: if the file is a link, or no regular
/// file, that is an error. So is a file that is not a state of this version: it is never taken for a
/// first start. To begin anew, remove the file.
///
/// The file is for one program at a time: two would overwrite each other's state. It is read and written on
/// threads of the Tokio runtime for what blocks.
#[derive(Debug, Clone)]
pub struct FileStore {
    path: Arc<Path>,
    /// Held while the file is read or written, also by what no longer has a caller.
    turn: Arc<Mutex<()>>,
}

impl FileStore {
    /// A store in the file at this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into().into(),
            turn: Arc::default(),
        }
    }

    /// Does something with the file where blocking is allowed, when it is its turn, and to the end even if
    /// nobody waits for it any longer.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, BoxError> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let path = Arc::clone(&self.path);
        let done = task::spawn_blocking(move || {
            let done = work(&path);
            drop(turn);
            done.map_err(|error| named(error, &path))
        });
        Ok(done.await??)
    }
}

impl DeltaStore for FileStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<DeltaState>, BoxError>> {
        Box::pin(self.blocking(read))
    }

    fn save(&self, state: DeltaState) -> BoxFuture<'_, Result<(), BoxError>> {
        Box::pin(self.blocking(move |path| {
            let json = serde_json::to_vec(&state)?;
            replace(path, &json)
        }))
    }
}

fn named(error: io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{path:?}: {error}"))
}

fn invalid(problem: impl Into<String>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, problem.into())
}

fn read(path: &Path) -> io::Result<Option<DeltaState>> {
    step::reached();
    let Some(found) = file_at(path)? else {
        return Ok(None);
    };
    let file = File::open(path)?;
    if !is_same(&found, &file.metadata()?) {
        return Err(invalid("it was replaced while it was opened; try again"));
    }
    let mut json = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut json)?;
    if json.len() as u64 > MAX_BYTES {
        return Err(invalid("it is too large to be the state of a delta query"));
    }
    let state = serde_json::from_slice(&json).map_err(|error| {
        // Where JSON ends is no help, and what serde quotes is nothing to show.
        let problem = match error.is_data() {
            true => error.to_string(),
            false => "it is not the state of a delta query, or not all of it".to_owned(),
        };
        invalid(format!("{problem}; to begin anew, remove the file"))
    })?;
    Ok(Some(state))
}

/// What is known of the file, if there is one. Anything else of its name is an error.
fn file_at(path: &Path) -> io::Result<Option<Metadata>> {
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

/// Whether what was opened is the file that was found, and not what a link leads to that took its place.
#[cfg(unix)]
fn is_same(found: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (found.dev(), found.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, opened: &Metadata) -> bool {
    opened.is_file()
}

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

fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    step::reached();
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
        _ => step::reached(),
    }
    let mut file = create(&staged).map_err(|error| named(error, &staged))?;
    let staged = Staged { path: staged };
    step::reached();
    file.write_all(text)?;
    step::reached();
    file.sync_all()?;
    drop(file);
    step::reached();
    fs::rename(&staged.path, path)?;
    step::reached();
    sync_folder(path)
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

#[cfg(not(test))]
mod step {
    /// A point where the tests of crashes end the process.
    pub(super) fn reached() {}
}

#[cfg(test)]
use super::tests::step;
