//! The emulator's entities, for the code of tests: handlers, hooks and the tests themselves.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use serde_json::Value;

use crate::error::Refusal;
use crate::numbers::Numbers;
use crate::operations::Reply;
use crate::payload::{Checker, Sender};
use crate::query::{Options, Projector};
use crate::route::{self, Target};
use crate::service::{Service, TypeRef};
use crate::store::{Change, Id, Place, Store};
use crate::url::{ParsedPath, ParsedQuery};

/// The entities that the emulator holds, to read and to change beside its clients.
///
/// Paths are those that a client would use, below the service root. Values are held against the
/// metadata, and may set what the service alone sets. All handles of an emulator see the same
/// entities.
#[derive(Clone)]
pub struct Entities {
    pub(crate) service: Arc<Service>,
    pub(crate) store: Arc<Mutex<Store>>,
    pub(crate) root: Arc<str>,
}

/// Why entities were not read or changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
#[non_exhaustive]
pub struct DataError {
    /// The path that was given.
    pub path: String,
    /// The status that a client would see.
    pub status: StatusCode,
    /// `error.code` that a client would see.
    pub code: String,
    /// What is wrong.
    pub message: String,
}

impl From<DataError> for Reply {
    /// The OData error that a client would see.
    fn from(error: DataError) -> Self {
        Self::Error {
            status: error.status,
            code: error.code,
            message: error.message,
        }
    }
}

impl From<Result<Value, DataError>> for Reply {
    fn from(result: Result<Value, DataError>) -> Self {
        result.map_or_else(Self::from, Self::from)
    }
}

impl Entities {
    /// The entity at a path, such as `users/a`, as a client would read it; `None` when there is
    /// none, or the path leads to something else.
    pub fn get(&self, path: &str) -> Option<Value> {
        let mut store = self.lock();
        let id = store.resolve_path(&self.service, below_root(path)).ok()?;
        let is_written = !store.entity(id).ok()?.implied;
        is_written.then(|| self.written(&store, id))
    }

    /// The entities of the collection at a path, such as `users/a/messages`.
    ///
    /// # Errors
    ///
    /// When the path leads to no collection of entities.
    pub fn list(&self, path: &str) -> Result<Vec<Value>, DataError> {
        self.at(path, |store, place, _| match place {
            Place::Collection { ids, .. } => {
                Ok(ids.iter().map(|id| self.written(store, *id)).collect())
            }
            _ => Err(no_collection()),
        })
    }

    /// Makes an entity in the collection at a path, and returns it. A key that is left out is made
    /// up.
    ///
    /// # Errors
    ///
    /// When the path leads to no collection of entities, or the entity does not fit the metadata
    /// or is there already.
    pub fn create(&self, path: &str, entity: Value) -> Result<Value, DataError> {
        self.at(path, |store, place, ty| {
            let Place::Collection { home, .. } = place else {
                return Err(no_collection());
            };
            let body = self.checker().entity(&ty.name, &entity)?;
            let resolve = &mut |store: &mut Store, text: &str| self.resolve(store, text);
            let id = store.create(&self.service, &home, None, body, resolve)?;
            Ok(self.written(store, id))
        })
    }

    /// Sets members of the entity at a path, as a PATCH does, and returns it. A singleton or
    /// single-valued navigation property that has none is made.
    ///
    /// # Errors
    ///
    /// When there is no such entity, or a member does not fit the metadata.
    pub fn update(&self, path: &str, members: Value) -> Result<Value, DataError> {
        self.at(path, |store, place, ty| {
            let body = self.checker().entity(&ty.name, &members)?;
            let resolve = &mut |store: &mut Store, text: &str| self.resolve(store, text);
            let id = match place {
                Place::Entity(id) => {
                    store.update(&self.service, id, body, Change::Merge, resolve)?;
                    id
                }
                Place::Nothing { home, key: None } => {
                    store.create(&self.service, &home, None, body, resolve)?
                }
                _ => return Err(Refusal::not_found(path)),
            };
            Ok(self.written(store, id))
        })
    }

    /// Deletes the entity at a path, what it contains, and every reference to it.
    ///
    /// # Errors
    ///
    /// When there is no such entity.
    pub fn delete(&self, path: &str) -> Result<(), DataError> {
        self.at(path, |store, place, _| match place {
            Place::Entity(id) => {
                store.delete(&self.service, id);
                Ok(())
            }
            _ => Err(Refusal::not_found(path)),
        })
    }

    /// Does something with what is at a path.
    fn at<T>(
        &self,
        path: &str,
        act: impl FnOnce(&mut Store, Place, &TypeRef) -> Result<T, Refusal>,
    ) -> Result<T, DataError> {
        let act = || {
            let parsed = ParsedPath::parse(below_root(path), &self.service.delimiters());
            let parsed = parsed.map_err(|error| Refusal::bad_request(error.to_string()))?;
            let route = route::resolve(&self.service, &parsed.segments, &ParsedQuery::default())?;
            let Target::Resource(ty) = &route.target else {
                return Err(Refusal::bad_request("The path leads to no entities."));
            };
            let mut store = self.lock();
            let place = store.find(&self.service, &route.steps)?;
            act(&mut store, place, ty)
        };
        act().map_err(|refusal| DataError {
            path: path.to_owned(),
            status: refusal.status,
            code: refusal.code,
            message: refusal.message,
        })
    }

    fn resolve(&self, store: &mut Store, reference: &str) -> Result<Id, Refusal> {
        let path = reference.strip_prefix(&*self.root).unwrap_or(reference);
        store.resolve_path(&self.service, below_root(path))
    }

    /// An entity as a client would read it.
    pub(crate) fn written(&self, store: &Store, id: Id) -> Value {
        let projector = Projector {
            service: &self.service,
            store,
            unknown_members: true,
            root: &self.root,
            full: false,
            numbers: Numbers::Plain,
        };
        let ty = store.entity(id).map_or("", |entity| &entity.ty);
        projector.entity(id, ty, &Options::default()).into()
    }

    fn checker(&self) -> Checker<'_> {
        Checker {
            service: &self.service,
            sender: Sender::Seed,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Entities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entities")
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}

fn below_root(path: &str) -> &str {
    path.trim_start_matches('/')
}

fn no_collection() -> Refusal {
    Refusal::bad_request("The path leads to no collection of entities.")
}
