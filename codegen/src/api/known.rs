//! Answers that have been found already, shared by all threads.

use foldhash::HashMap;
use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Answers by what was asked.
#[derive(Debug)]
pub(in crate::api) struct Known<K, V>(Mutex<HashMap<K, V>>);

impl<K, V> Default for Known<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Known<K, V> {
    /// The answer, found now if it is not known.
    pub fn or_find<Q>(&self, asked: &Q, find: impl FnOnce() -> V) -> V
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        // A panic elsewhere leaves whole entries only.
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().get(asked) {
            return known.clone();
        }
        let found = find();
        known().insert(asked.to_owned(), found.clone());
        found
    }
}
