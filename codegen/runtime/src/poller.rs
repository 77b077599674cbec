//! Operations that run on after their request was answered.

mod location;
mod progress;
mod run;
mod start;
mod state;

pub use progress::{Completed, OperationStatus, Progress};
pub use run::{Polled, Poller};
pub use start::AsyncResponse;
pub use state::PollerState;
