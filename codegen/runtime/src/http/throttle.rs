//! Sending no more than a service takes.

mod limits;
mod pace;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::HeaderMap;
use tokio::sync::Semaphore;

use self::limits::Warning;
use self::pace::Pace;
use crate::clock::Clock;
use crate::error::Error;

/// How many requests are sent at a time at first.
const FIRST: usize = 4;

/// How many requests are sent at a time at most.
const MOST: usize = 128;

/// The longest pause that the headers of an answer bring about: what comes of them is nobody's request.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Keeps the requests of a client within what its service takes, as far as the service's answers tell.
///
/// Two limits adapt to refusals (429, and 503 with `Retry-After`). The number of requests at a time halves and
/// grows by one for each round of answers (additive increase, multiplicative decrease). The requests per
/// second fall below what they were, and return to it slowly. What a service asks to wait, all requests of
/// the client wait.
#[derive(Debug)]
pub(crate) struct Throttle {
    /// As many permits as requests may be sent, less those that are.
    room: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// How many requests may be sent at a time; the part behind the point is the way to one more.
    limit: f64,
    /// How many permits are to be taken back once they are free.
    surplus: usize,
    pace: Pace,
    /// When the next request may be sent.
    next: Option<Instant>,
    /// No request that was sent before makes the limits fall again: it was on its way already.
    fell: Option<Instant>,
}

/// The right to send one request.
pub(crate) struct Permit<'a> {
    throttle: &'a Throttle,
    sent: Instant,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            room: Semaphore::new(FIRST),
            state: Mutex::new(State {
                limit: FIRST as f64,
                surplus: 0,
                pace: Pace::default(),
                next: None,
                fell: None,
            }),
        }
    }
}

impl Throttle {
    /// Waits until a request may be sent.
    pub(crate) async fn permit(&self, clock: &dyn Clock) -> Permit<'_> {
        // The semaphore is never closed.
        if let Ok(permit) = self.room.acquire().await {
            permit.forget();
        }
        let mut permit = Permit {
            throttle: self,
            sent: clock.monotonic(),
        };
        loop {
            let wait = self.state().wait(clock.monotonic());
            if wait.is_zero() {
                permit.sent = clock.monotonic();
                return permit;
            }
            clock.sleep(wait).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// How long the request that is next has to wait. If not at all, it has its turn.
    fn wait(&mut self, now: Instant) -> Duration {
        let next = self.next.unwrap_or(now);
        if next > now {
            return next - now;
        }
        if let Some(interval) = self.pace.interval(now) {
            let interval = interval.min(LONGEST_PAUSE);
            // A turn that was not taken is not made up for.
            let turn = now.max(next);
            self.next = turn.checked_add(interval);
        }
        Duration::ZERO
    }

    fn pause(&mut self, now: Instant, wait: Duration) {
        let end = now.checked_add(wait);
        self.next = self.next.max(end);
    }

    fn refused(&mut self, sent: Instant, now: Instant, wait: Option<Duration>) {
        if let Some(wait) = wait {
            self.pause(now, wait.min(LONGEST_PAUSE));
        }
        if self.fell.is_some_and(|fell| sent <= fell) {
            return;
        }
        self.fell = Some(now);
        let before = self.limit as usize;
        // A service that says when to come back counts over time. One that does not may count requests at a
        // time, which is for the other limit, while that can fall.
        if wait.is_some() || before == 1 {
            self.pace.refused(now);
        }
        self.limit = (self.limit / 2.0).max(1.0);
        self.surplus += before - self.limit as usize;
    }

    /// Whether there is one permit more.
    fn answered(&mut self, now: Instant) -> bool {
        self.pace.answered(now);
        let before = self.limit as usize;
        self.limit = (self.limit + 1.0 / self.limit).min(MOST as f64);
        let is_more = self.limit as usize > before;
        match self.surplus.checked_sub(1).filter(|_| is_more) {
            // One that is not taken back is one more.
            Some(surplus) => self.surplus = surplus,
            None => return is_more,
        }
        false
    }
}

impl Permit<'_> {
    /// The request was answered.
    pub(crate) fn answered(&self, headers: &HeaderMap, clock: &dyn Clock) {
        let now = clock.monotonic();
        let mut state = self.throttle.state();
        match limits::warning(headers) {
            Some(Warning::Exhausted(wait)) => state.pause(now, wait.min(LONGEST_PAUSE)),
            Some(Warning::Near) => state.pace.near_the_limit(now),
            None => {}
        }
        if state.answered(now) {
            self.throttle.room.add_permits(1);
        }
    }

    /// The request failed.
    pub(crate) fn failed(&self, error: &Error, clock: &dyn Clock) {
        if !error.is_refused_for_load() {
            return;
        }
        let now = clock.monotonic();
        let mut state = self.throttle.state();
        state.refused(self.sent, now, error.retry_after());
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.throttle.state();
        match state.surplus.checked_sub(1) {
            Some(surplus) => state.surplus = surplus,
            None => self.throttle.room.add_permits(1),
        }
    }
}
