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
/// With a [`TestClock`], tests of waiting take no time. Connection, attempt and total deadlines
/// bound real I/O and always use Tokio's timer.
pub trait Clock: Send + Sync {
    /// The time of day.
    fn now(&self) -> DateTime<Utc>;

    /// A time that never goes backwards.
    fn monotonic(&self) -> Instant;

    /// Waits this long.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> DateTime<Utc> {
        (**self).now()
    }

    fn monotonic(&self) -> Instant {
        (**self).monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        (**self).sleep(duration)
    }
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

/// A clock for tests: waiting takes no time, and moves the clock forward by as much.
///
/// Clones share one time, so that a client and the service that it is tested with can agree on it.
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
/// assert_eq!(clock.elapsed(), Duration::from_secs(3600));
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TestClock {
    start: (DateTime<Utc>, Instant),
    elapsed: Arc<Mutex<Duration>>,
}

impl TestClock {
    /// A clock that starts at this time.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self {
            start: (now, Instant::now()),
            elapsed: Arc::default(),
        }
    }

    /// Moves the clock forward.
    pub fn advance(&self, time: Duration) {
        let mut elapsed = self.elapsed.lock().unwrap_or_else(PoisonError::into_inner);
        *elapsed += time;
    }

    /// How far the clock has moved since it started.
    pub fn elapsed(&self) -> Duration {
        *self.elapsed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.start.0 + self.elapsed()
    }

    fn monotonic(&self) -> Instant {
        self.start.1 + self.elapsed()
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
