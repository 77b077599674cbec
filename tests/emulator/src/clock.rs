//! The emulator's idea of now.

use chrono::{DateTime, Utc};

/// Tells the time: an instant that stands still, or a closure.
///
/// The rule that a start lies no more than 30 days back is held against it, and error bodies carry
/// its date.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;
}

impl Clock for DateTime<Utc> {
    fn now(&self) -> DateTime<Utc> {
        *self
    }
}

impl<F> Clock for F
where
    F: Fn() -> DateTime<Utc> + Send + Sync + 'static,
{
    fn now(&self) -> DateTime<Utc> {
        self()
    }
}
