//! How far a stream may read.

use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};

/// How many pages a stream requests by default.
pub(crate) const MAX_PAGES: usize = 100_000;

/// How far a stream may read, and how far it has read.
pub(super) struct Limits {
    pub(super) max_pages: usize,
    pub(super) max_time: Option<Duration>,
    /// How many pages were requested.
    pages: usize,
    /// When the first one was.
    started: Option<Instant>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pages: MAX_PAGES,
            max_time: None,
            pages: 0,
            started: None,
        }
    }
}

impl Limits {
    /// Counts from the beginning again.
    pub(super) fn restart(&mut self) {
        self.pages = 0;
        self.started = None;
    }

    /// Continues the counts of another stream.
    pub(super) fn count_on(&mut self, other: &Self) {
        self.pages = other.pages;
        self.started = other.started;
    }

    pub(super) fn elapsed(&self, now: Instant) -> Duration {
        let elapsed = |started| now.saturating_duration_since(started);
        self.started.map(elapsed).unwrap_or_default()
    }

    /// Counts a page that is about to be requested. Returns how long it may take, where that is
    /// limited.
    pub(super) fn next_page(&mut self, now: Instant) -> Result<Option<Duration>> {
        self.started.get_or_insert(now);
        if self.pages >= self.max_pages {
            let message = format!(
                "{} pages were read, which is the limit, and there is another; max_pages raises the \
                 limit, and a stream's continuation goes on from here",
                self.pages
            );
            return Err(Error::new(ErrorKind::StreamLimit, message));
        }
        let left = self
            .max_time
            .map(|limit| limit.checked_sub(self.elapsed(now)));
        let left = match left {
            Some(None | Some(Duration::ZERO)) => return Err(self.out_of_time()),
            Some(left) => left,
            None => None,
        };
        self.pages += 1;
        Ok(left)
    }

    /// The error when the stream's time is up.
    pub(super) fn out_of_time(&self) -> Error {
        let message = format!(
            "the pages did not end within their limit of {:?}, in which {} were asked for; max_time \
             raises the limit, and a stream's continuation goes on from here",
            self.max_time.unwrap_or_default(),
            self.pages
        );
        Error::new(ErrorKind::StreamLimit, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_without_settings_ends_too() {
        let now = Instant::now();
        let mut limits = Limits::default();
        for _ in 0..100_000 {
            assert_eq!(limits.next_page(now).unwrap(), None);
        }
        let error = limits.next_page(now).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StreamLimit);
        limits.restart();
        assert!(limits.next_page(now).is_ok());
    }
}
