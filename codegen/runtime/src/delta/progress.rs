//! What is counted while a round is read, so that it ends.

use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::request::{MAX_PAGES, Seen};

/// How often a service may reset a query before it has told all changes once.
const MAX_RESETS: u32 = 3;

/// How often a page is given that is not committed.
const MAX_GIVEN: u32 = 100;

/// What was read of a round by this process.
pub(super) struct Progress {
    pub(super) max_pages: usize,
    pages: usize,
    seen: Seen,
    /// How often the page was given that is to be committed.
    given: u32,
    /// How many resets there were since the last complete round.
    resets: u32,
    /// Whether the last page that was committed ended its round, and the caller was not told yet.
    is_over: bool,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            max_pages: MAX_PAGES,
            pages: 0,
            seen: Seen::default(),
            given: 0,
            resets: 0,
            is_over: false,
        }
    }
}

impl Progress {
    /// Notes that the page from this link was committed.
    pub(super) fn pass(&mut self, url: Url, ends_round: bool) {
        self.pages += 1;
        self.given = 0;
        self.seen.insert(&url);
        if ends_round {
            self.restart();
            self.resets = 0;
            self.is_over = true;
        }
    }

    /// Tells once that a round is over.
    pub(super) fn take_end(&mut self) -> bool {
        std::mem::take(&mut self.is_over)
    }

    /// Counts from the beginning of a round.
    pub(super) fn restart(&mut self) {
        self.pages = 0;
        self.seen = Seen::default();
        self.is_over = false;
    }

    /// Fails if the round has had as many pages as it may have.
    pub(super) fn check_pages(&self) -> Result<()> {
        if self.pages < self.max_pages {
            return Ok(());
        }
        let message = format!(
            "{} pages of one round were read, which is the limit, and there is another; max_pages raises \
             the limit, and what was committed stays",
            self.pages
        );
        Err(Error::new(ErrorKind::StreamLimit, message))
    }

    /// Notes that a page is given.
    pub(super) fn give(&mut self) {
        self.given += 1;
    }

    /// Fails if pages were given again and again without a commit, and allows as many once more.
    pub(super) fn check_commits(&mut self) -> Result<()> {
        if self.given < MAX_GIVEN {
            return Ok(());
        }
        let message = format!(
            "the same page was given {} times and never committed; call DeltaPage::commit when its changes \
             are applied",
            self.given
        );
        self.given = 0;
        Err(Error::new(ErrorKind::StreamLimit, message))
    }

    /// Fails if the next link on the page from `page` leads back.
    pub(super) fn check_next(&self, page: &Url, next: &Url) -> Result<()> {
        if next != page && !self.seen.contains(next) {
            return Ok(());
        }
        let message =
            "the service sent a next link that it had sent before; following it would never end";
        Err(Error::new(ErrorKind::RepeatedLink, message))
    }

    /// Counts a reset, and fails if there were too many.
    pub(super) fn reset(&mut self, cause: Error) -> Result<()> {
        self.restart();
        self.resets += 1;
        if self.resets <= MAX_RESETS {
            return Ok(());
        }
        let message = format!(
            "the service reset the delta query {} times before it told all changes once; try again later",
            self.resets
        );
        // The next attempt may begin with as many.
        self.resets = 0;
        Err(Error::new(ErrorKind::RepeatedReset, message).with_source(cause))
    }
}
