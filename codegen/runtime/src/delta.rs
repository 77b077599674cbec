//! Delta queries: what changed in a collection, page by page, across processes (OData Protocol 4.01, section
//! "Requesting Changes"; Microsoft Graph, "Use delta query to track changes").
//!
//! [`DeltaSync`] asks for changes, and keeps how far it has come in a [`DeltaStore`]:
//!
//! ```
//! use odata_runtime::delta::{Change, DeltaSync, FileStore};
//! use odata_runtime::{List, ODataType, Result};
//!
//! # trait Copy<T> { fn merge(&mut self, _: &str, _: &T) {} fn remove(&mut self, _: &str) {} }
//! # async fn example<User: ODataType>(users: List<User>, copy: &mut impl Copy<User>) -> Result<()> {
//! // Any call that answers with pages, such as `client.users().delta()`.
//! let mut sync = DeltaSync::new(users, FileStore::new("users.delta"));
//! while let Some(page) = sync.next_page().await? {
//!     for change in page.changes() {
//!         match change {
//!             Change::Upserted { id, entity, .. } => copy.merge(id, entity),
//!             Change::Removed { id, .. } => copy.remove(id),
//!             _ => {}
//!         }
//!     }
//!     page.commit().await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What is promised
//!
//! *Each change is given at least once, in the service's order, whenever the program ends.* A page is asked
//! for again until it is [committed](DeltaPage::commit), in this process and in the next, and the next page
//! cannot be asked for before. So a page may be applied more than once: apply changes by their keys, so that
//! applying one twice does what applying it once does. Services also repeat changes by themselves.
//!
//! A commit is what counts: make the changes durable before it, or, in a database, in the transaction that
//! saves the state. A store that loses what it saved loses nothing else: the changes come again.
//!
//! Dropping any future, or a page, loses nothing.
//!
//! # Rounds
//!
//! A round ends with the page that has a delta link. [`next_page`](DeltaSync::next_page) is `None` once after
//! it, and begins the next round when it is called again: poll by calling it from time to time. The first
//! round is [full](Round::Full). So is one that the service begins because it cannot tell what changed: a
//! link expired, as those of Microsoft Graph's directory objects do after seven days, or data moved (410).
//! [`DeltaPage::resync`] tells what it wants done.
//!
//! At the end of a full round, entities that it did not have are no longer there. To know which, keep the
//! page's [generation](DeltaPage::generation) with each entity:
//!
//! ```
//! use std::collections::HashMap;
//! use odata_runtime::delta::{Change, DeltaPage, DeltaStore};
//!
//! fn apply<T: Clone, S: DeltaStore>(page: &DeltaPage<'_, T, S>, copy: &mut HashMap<String, (u64, T)>) {
//!     for change in page.changes() {
//!         match change {
//!             // Where updates have no more than what changed, merge `entity` instead.
//!             Change::Upserted { id, entity, .. } => {
//!                 copy.insert(id.clone(), (page.generation(), entity.clone()));
//!             }
//!             Change::Removed { id, .. } => {
//!                 copy.remove(id);
//!             }
//!             _ => {}
//!         }
//!     }
//!     if page.round().is_full() && page.ends_round() {
//!         copy.retain(|_, (generation, _)| *generation == page.generation());
//!     }
//! }
//! ```

mod change;
mod entry;
mod file_store;
mod key;
mod link;
mod page;
mod progress;
mod reset;
mod state;
mod store;

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use url::Url;

use crate::boxed::BoxError;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Property;
use crate::request::{BatchRequest, RequestParts};
use crate::response::{Page, Response, decode_by};
use change::{DeletedFacet, Reading};
use progress::Progress;
use reset::Reset;
use state::Place;

pub use change::{Change, Relationship, RemovedReason};
pub use file_store::FileStore;
pub use page::DeltaPage;
pub use state::{DeltaState, LatestToken, Resync, Round};
pub use store::{DeltaStore, MemoryStore};

/// A delta query that goes on across rounds and processes; see the [module](self).
///
/// `T` is the model of the entities, `S` the [store](DeltaStore) of the state, one for each call.
#[must_use = "nothing is asked for before the next page is"]
pub struct DeltaSync<T, S> {
    parts: RequestParts,
    /// What the state belongs to: the URL of the call.
    call: Url,
    store: S,
    reading: Reading,
    from_now: Option<LatestToken>,
    /// What the store has; `None` if only the store knows.
    state: Option<DeltaState>,
    progress: Progress,
    entity: PhantomData<fn() -> T>,
}

impl<T, S> DeltaSync<T, S> {
    /// The delta query of a call: a generated `delta` call, a [`List`](crate::List), or a
    /// [`Request`](crate::Request) of a page. Headers and other settings of the call apply to each page.
    ///
    /// The state in the store belongs to the call's URL with its query options, which services keep in
    /// their links: with another call, it is refused.
    pub fn new(call: impl BatchRequest<Answer = Page<T>>, store: S) -> Self {
        let parts = call.into_part().parts;
        Self {
            call: link::without_fragment(parts.url()),
            parts,
            store,
            reading: Reading {
                key: "id",
                facet: DeletedFacet::Removes,
            },
            from_now: None,
            state: None,
            progress: Progress::default(),
            entity: PhantomData,
        }
    }

    /// Asks for changes from now on only, if there is no state yet: the first round has no entities, and is
    /// [incremental](Round::Incremental).
    ///
    /// If the service has to start again later, it tells all that there is, since it cannot tell what
    /// changed: that round is full.
    pub fn from_now(mut self, token: LatestToken) -> Self {
        self.from_now = Some(token);
        self
    }

    /// Asks the service to track the changes of a plain collection (`Prefer: odata.track-changes`; OData
    /// Protocol 4.01, section "Preference `track-changes`"). Functions such as `delta` need no asking.
    pub fn track_changes(mut self) -> Self {
        let options = self.parts.options_mut();
        options.add_header("prefer", "odata.track-changes");
        self
    }

    /// The key property of the entities, `id` by default. Where an entry does not have it, the key is that
    /// in the entity-id (`@odata.id`). A key of several properties is found only there.
    pub fn key<V>(mut self, property: Property<T, V>) -> Self {
        self.reading.key = property.name();
        self
    }

    /// Takes entities with an object in their member `deleted` for entities like any other. By default
    /// they are [`Change::Removed`]: that is how OneDrive and SharePoint tell that an item was deleted.
    pub fn ignore_deleted_facet(mut self) -> Self {
        self.reading.facet = DeletedFacet::Plain;
        self
    }

    /// How many pages a round may have; 100,000 by default. One more is [`ErrorKind::StreamLimit`]. Pages
    /// that another process read do not count.
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.progress.max_pages = pages;
        self
    }

    /// Begins anew with a full run, whatever the store has. The store is left alone until the next page is
    /// asked for.
    pub fn start_over(&mut self) {
        let generation = self.state.as_ref().map_or(0, |state| state.generation);
        let place = Place::Start {
            link: None,
            resync: None,
        };
        self.state = Some(DeltaState::new(&self.call, generation, place));
        self.progress.restart();
    }
}

impl<T: DeserializeOwned, S: DeltaStore> DeltaSync<T, S> {
    /// The next page of changes; `None` when a round has ended, after which the next call begins another.
    ///
    /// It is the same page again until it is [committed](DeltaPage::commit).
    ///
    /// # Errors
    ///
    /// Besides those of any request, after which it can be called again:
    ///
    /// * [`ErrorKind::DeltaState`] if the store fails, or its state belongs to another call. Nothing is
    ///   sent.
    /// * [`ErrorKind::Decode`] if an entry has no key, or the last page has no delta link.
    /// * [`ErrorKind::ForeignOrigin`] if a link leads to another origin. Nothing is sent there, and nothing
    ///   is kept of it.
    /// * [`ErrorKind::RepeatedLink`], [`ErrorKind::StreamLimit`] and [`ErrorKind::RepeatedReset`] if the
    ///   service does not come to an end; `StreamLimit` also if the same page was given a hundred times and
    ///   not committed, as in a loop that forgets to.
    pub async fn next_page(&mut self) -> Result<Option<DeltaPage<'_, T, S>>> {
        if self.progress.take_end() {
            return Ok(None);
        }
        self.progress.check_pages()?;
        self.progress.check_commits()?;
        loop {
            let at = self.begin().await?;
            let url = match at.place.link() {
                Some(link) => link::of_state(link)?,
                None => self.call.clone(),
            };
            match self.request(&at.place, &url).send().await {
                Ok(raw) => {
                    let response = decode_by(raw, |json| self.reading.page(json))?;
                    let next = self.next_place(&at.place, &url, &response)?;
                    self.progress.give();
                    return Ok(Some(DeltaPage {
                        sync: self,
                        response,
                        at,
                        url,
                        next,
                    }));
                }
                Err(error) => self.reset(&at, &url, error)?,
            }
        }
    }

    /// Where to go on. The beginning of a full run is kept before anything is asked for, so that its number
    /// is never that of a run of which entities may have been applied.
    async fn begin(&mut self) -> Result<DeltaState> {
        let mut state = match self.state.clone() {
            Some(state) => state,
            None => self.load().await?,
        };
        if let Place::Start { .. } = state.place {
            state.generation = self.generation_after(state.generation);
            // The beginning stays one if it is not saved: that it was asked for must not be forgotten.
            self.state = Some(state.clone());
            self.keep(&state).await?;
        } else {
            self.state = Some(state.clone());
        }
        Ok(state)
    }

    /// The number of a new full run. It is made of the time, so that it is new even if the state was lost.
    fn generation_after(&self, last: u64) -> u64 {
        let now = self.parts.client().inner().clock.now();
        let now = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        now.max(last.saturating_add(1))
    }

    async fn load(&self) -> Result<DeltaState> {
        let loaded = self.store.load().await;
        let loaded = loaded.map_err(|cause| failed("the stored state cannot be read", cause))?;
        if let Some(state) = loaded {
            state.check_call(&self.call)?;
            return Ok(state);
        }
        let place = match self.from_now {
            Some(_) => Place::Now,
            None => Place::Start {
                link: None,
                resync: None,
            },
        };
        Ok(DeltaState::new(&self.call, 0, place))
    }

    fn request(&self, place: &Place, url: &Url) -> RequestParts {
        match (place, self.from_now) {
            (Place::Now, Some(token)) => {
                let mut request = self.parts.clone();
                request.options_mut().query.push(token.query_option());
                request
            }
            _ => self.parts.follow(url.clone()),
        }
    }

    /// Where the page from `url` says to go on.
    fn next_place(
        &self,
        place: &Place,
        url: &Url,
        page: &Response<Page<Change<T>>>,
    ) -> Result<Place> {
        let client = self.parts.client();
        // A page with both has more to come: the delta link would skip that.
        if let Some(link) = &page.next_link {
            let next = link::of_page(client, page, link)?;
            self.progress.check_next(url, &next)?;
            return Ok(Place::Next {
                link: next.into(),
                round: place.round(),
            });
        }
        let Some(link) = &page.delta_link else {
            let message = "the last page has no delta link, so that what changes later cannot be asked for; \
                           is the call a delta query, or does the service track changes (track_changes)?";
            return Err(Error::new(ErrorKind::Decode, message));
        };
        let link = link::of_page(client, page, link)?.into();
        Ok(Place::Delta { link })
    }

    /// Goes to where the service wants to start again. Fails with the error if it does not, or did so too
    /// often.
    fn reset(&mut self, at: &DeltaState, url: &Url, error: Error) -> Result<()> {
        // What is refused at the call itself is not a link that expired.
        let reset = at.place.link().and_then(|_| Reset::of(&error));
        let Some(Reset { resync, location }) = reset else {
            return Err(error);
        };
        let start = |location: String| link::of_location(self.parts.client(), url, &location);
        let link = location.map(start).transpose()?.map(Url::into);
        self.progress.reset(error)?;
        let resync = Some(resync);
        self.state = Some(at.at(Place::Start { link, resync }));
        Ok(())
    }
}

impl<T, S: DeltaStore> DeltaSync<T, S> {
    async fn save(&mut self, state: DeltaState) -> Result<()> {
        // Until it is done, only the store knows which of both it has.
        self.state = None;
        self.keep(&state).await?;
        self.state = Some(state);
        Ok(())
    }

    async fn keep(&self, state: &DeltaState) -> Result<()> {
        let saved = self.store.save(state.clone()).await;
        saved.map_err(|cause| failed("the state cannot be saved", cause))
    }
}

fn failed(message: &str, cause: BoxError) -> Error {
    Error::new(ErrorKind::DeltaState, message).with_source(cause)
}

impl<T, S> fmt::Debug for DeltaSync<T, S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DeltaSync")
            .field("request", &self.parts)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
