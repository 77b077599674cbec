//! Time, which tests can replace.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::boxed::BoxFuture;

/// The source of time for retries and token expiry.
///
/// With a [`TestClock`], tests of waiting take no time. Connection, attempt and
/// total deadlines bound real I/O and always use Tokio's timer.
pub trait Clock: Send + Sync {
    /// The time of day.
    fn now(&self) -> DateTime<Utc>;

    /// A time that never goes backwards.
    fn monotonic(&self) -> Instant;

    /// Waits this long.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The operating system's clock and Tokio's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn monotonic(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock for tests, on which every wait is over at once and moves the time on.
///
/// Clones share one time, so a client and a service in a test can have the same.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use odata_runtime::{Clock as _, TestClock};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let clock = TestClock::at("2024-02-29T12:00:00Z".parse().unwrap());
/// clock.sleep(Duration::from_secs(3600)).await;
/// assert_eq!(clock.now().to_rfc3339(), "2024-02-29T13:00:00+00:00");
/// assert_eq!(clock.passed(), Duration::from_secs(3600));
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TestClock {
    start: (DateTime<Utc>, Instant),
    passed: Arc<Mutex<Duration>>,
}

impl TestClock {
    /// A clock that begins at this time of day.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self {
            start: (now, Instant::now()),
            passed: Arc::default(),
        }
    }

    /// Moves the time on.
    pub fn advance(&self, time: Duration) {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        *passed += time;
    }

    /// How much time has passed: all waits together, and what it was moved on by.
    pub fn passed(&self) -> Duration {
        *self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.start.0 + self.passed()
    }

    fn monotonic(&self) -> Instant {
        self.start.1 + self.passed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.advance(duration);
        Box::pin(std::future::ready(()))
    }
}

/// The future's output, if it comes within this time by this clock.
pub(crate) async fn within<F: Future>(
    clock: &dyn Clock,
    limit: Duration,
    future: F,
) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut timer = None;
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        let timer = timer.get_or_insert_with(|| clock.sleep(limit));
        timer.as_mut().poll(context).map(|()| None)
    })
    .await
}
