//! Where the state of a delta query is kept.

use std::sync::{Arc, Mutex, PoisonError};

use super::state::DeltaState;
use crate::boxed::{BoxError, BoxFuture};

/// A place for the state of one delta query: a file, a row of a database.
///
/// [`FileStore`](super::FileStore) and [`MemoryStore`] are there. If the data that changes are applied to
/// are in a database, keep the state there too.
///
/// ```
/// use odata_runtime::delta::{DeltaState, DeltaStore};
/// use odata_runtime::{BoxError, BoxFuture};
///
/// # struct Database;
/// # impl Database {
/// #     async fn get(&self, _: &str) -> Result<Option<String>, BoxError> { Ok(None) }
/// #     async fn put(&self, _: &str, _: String) -> Result<(), BoxError> { Ok(()) }
/// # }
/// struct Row {
///     database: Database,
///     name: String,
/// }
///
/// impl DeltaStore for Row {
///     fn load(&self) -> BoxFuture<'_, Result<Option<DeltaState>, BoxError>> {
///         Box::pin(async {
///             let json = self.database.get(&self.name).await?;
///             Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
///         })
///     }
///
///     fn save(&self, state: DeltaState) -> BoxFuture<'_, Result<(), BoxError>> {
///         Box::pin(async move {
///             let json = serde_json::to_string(&state)?;
///             self.database.put(&self.name, json).await
///         })
///     }
/// }
/// ```
pub trait DeltaStore: Send + Sync {
    /// The state that was saved last; `None` if there never was one. If it was saved but cannot be read,
    /// that is an error: `None` would begin anew, and nobody would know.
    ///
    /// # Errors
    ///
    /// Any failure to read it. Its text must have no link in it.
    fn load(&self) -> BoxFuture<'_, Result<Option<DeltaState>, BoxError>>;

    /// Keeps this state instead of the previous one. When the future is ready, the state must survive a
    /// crash; until then, and if it fails or is dropped, the store may have either.
    ///
    /// # Errors
    ///
    /// Any failure to keep it. Its text must have no link in it.
    fn save(&self, state: DeltaState) -> BoxFuture<'_, Result<(), BoxError>>;
}

macro_rules! delegate {
    ($($pointer:ty),*) => { $(
        impl<S: DeltaStore + ?Sized> DeltaStore for $pointer {
            fn load(&self) -> BoxFuture<'_, Result<Option<DeltaState>, BoxError>> {
                S::load(self)
            }

            fn save(&self, state: DeltaState) -> BoxFuture<'_, Result<(), BoxError>> {
                S::save(self, state)
            }
        }
    )* };
}

delegate!(&S, Box<S>, Arc<S>);

/// A store that forgets when the program ends: the next one starts with a full run.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<Option<DeltaState>>,
}

impl MemoryStore {
    /// A store without a state.
    pub fn new() -> Self {
        Self::default()
    }
}

impl DeltaStore for MemoryStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<DeltaState>, BoxError>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        Box::pin(std::future::ready(Ok(state.clone())))
    }

    fn save(&self, state: DeltaState) -> BoxFuture<'_, Result<(), BoxError>> {
        let mut kept = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(state);
        Box::pin(std::future::ready(Ok(())))
    }
}
