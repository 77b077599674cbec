//! What a service refuses at a place, according to its metadata.

use crate::error::{Error, ErrorKind};

/// Something that the service refuses at one place, though it may allow it for the same type elsewhere.
///
/// From the metadata's capabilities: `ReadRestrictions`, `InsertRestrictions`, `UpdateRestrictions`
/// and `DeleteRestrictions` of the vocabulary `Org.OData.Capabilities.V1`, also for one navigation
/// property in `NavigationRestrictions`.
///
/// See [`ResourcePath::refusing`](crate::ResourcePath::refusing).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// Reading: one entity, a collection, its count, or bytes.
    Read,
    /// Creating an entity.
    Insert,
    /// Changing an entity, or writing bytes.
    Update,
    /// Deleting an entity.
    Delete,
}

impl Refusal {
    const fn bit(self) -> u8 {
        1 << self as u8
    }

    const fn what(self) -> &'static str {
        match self {
            Self::Read => "be read",
            Self::Insert => "have entities created in it",
            Self::Update => "be changed",
            Self::Delete => "be deleted",
        }
    }

    /// The error of a request that the service would refuse.
    pub(super) fn error(self, path: &str) -> Error {
        let what = self.what();
        let message = format!(
            "the service's metadata says that {path} cannot {what}, so nothing was sent; where the \
             metadata is wrong, get, post, patch and delete of resource() send all the same"
        );
        Error::new(ErrorKind::InvalidRequest, message)
    }
}

/// A set of refusals.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Refusals(u8);

impl Refusals {
    pub(crate) fn add(&mut self, refusals: &[Refusal]) {
        for refusal in refusals {
            self.0 |= refusal.bit();
        }
    }

    pub(crate) const fn contains(self, refusal: Refusal) -> bool {
        self.0 & refusal.bit() != 0
    }
}
