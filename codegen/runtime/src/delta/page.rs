//! A page of changes, and its commit.

use std::fmt;

use url::Url;

use super::DeltaSync;
use super::change::Change;
use super::state::{DeltaState, Place, Resync, Round};
use super::store::DeltaStore;
use crate::error::Result;
use crate::response::{Page, Response};

/// A page of changes, to be applied and then [committed](Self::commit).
///
/// Dropping it commits nothing: the same page is requested again.
#[must_use = "the same page is given again until it is committed"]
pub struct DeltaPage<'a, T, S> {
    pub(super) sync: &'a mut DeltaSync<T, S>,
    pub(super) response: Response<Page<Change<T>>>,
    /// Where the page came from.
    pub(super) at: DeltaState,
    pub(super) url: Url,
    /// Where the next one comes from.
    pub(super) next: Place,
}

impl<T, S> DeltaPage<'_, T, S> {
    /// The changes, to be applied in this order. There may be none, on any page.
    pub fn changes(&self) -> &[Change<T>] {
        &self.response.value
    }

    /// Takes the changes out of the page, which has none then.
    pub fn take_changes(&mut self) -> Vec<Change<T>> {
        std::mem::take(&mut self.response.value)
    }

    /// The response as a whole, with its headers and with the members of the page that are nobody's.
    pub fn response(&self) -> &Response<Page<Change<T>>> {
        &self.response
    }

    /// Whether this round tells all that there is, or what changed.
    pub fn round(&self) -> Round {
        self.at.place.round()
    }

    /// What the service wants done with the copy in a full run that it asked for, on each page of the
    /// run, so that a program which is started again in the middle knows it, too; otherwise `None`.
    pub fn resync(&self) -> Option<Resync> {
        match self.round() {
            Round::Full { resync } => resync,
            Round::Incremental => None,
        }
    }

    /// The number of the full run that the copy is made of. Each run that is begun has a higher one, also
    /// a run that is begun once more because the program ended before the first page was committed.
    ///
    /// Keep it with each entity that is upserted. When a full run [ends](Self::ends_round), what has
    /// another number was not in it.
    pub fn generation(&self) -> u64 {
        self.at.generation
    }

    /// Whether it is the first page of its round.
    pub fn begins_round(&self) -> bool {
        !matches!(self.at.place, Place::Next { .. })
    }

    /// Whether it is the last page of its round.
    pub fn ends_round(&self) -> bool {
        matches!(self.next, Place::Delta { .. })
    }
}

impl<T, S: DeltaStore> DeltaPage<'_, T, S> {
    /// Keeps in the store that the page was taken, so that the next one follows. Call it when the
    /// changes are where a crash does not lose them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DeltaState`](crate::ErrorKind::DeltaState) if the store fails. Then, and if the future
    /// is dropped, the store tells what is next: this page once more, or the one after it if the state was
    /// saved in spite of that.
    pub async fn commit(self) -> Result<()> {
        let ends_round = self.ends_round();
        let next = self.at.at(self.next);
        self.sync.save(next).await?;
        self.sync.progress.pass(self.url, ends_round);
        Ok(())
    }
}

impl<T: fmt::Debug, S> fmt::Debug for DeltaPage<'_, T, S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DeltaPage")
            .field("at", &self.at)
            .field("ends_round", &self.ends_round())
            .field("response", &self.response)
            .finish_non_exhaustive()
    }
}
