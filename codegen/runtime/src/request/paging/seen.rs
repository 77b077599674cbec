//! Links that were followed.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use url::Url;

/// The links seen so far, as hashes: a collection may have millions of pages.
#[derive(Default)]
pub(crate) struct Seen {
    state: RandomState,
    hashes: HashSet<u64>,
}

impl Seen {
    /// Adds a link, which must have no fragment, and says whether it was not seen before.
    pub(crate) fn insert(&mut self, url: &Url) -> bool {
        self.hashes.insert(self.state.hash_one(url.as_str()))
    }

    pub(crate) fn contains(&self, url: &Url) -> bool {
        self.hashes.contains(&self.state.hash_one(url.as_str()))
    }
}
