//! A state in a file, which is replaced whole.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task;

use super::state::DeltaState;
use super::store::DeltaStore;
use crate::boxed::{BoxError, BoxFuture};
use crate::files::{file_at, invalid, is_same, named, reached, replace};

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

fn read(path: &Path) -> io::Result<Option<DeltaState>> {
    reached();
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
