//! Time, which tests can replace.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::boxed::BoxFuture;

/// The source of time for retries and token expiry.
///
/// A clock other than [`SystemClock`] makes tests of waiting instantaneous. Connection, attempt and
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
