//! Exchanges that are recorded to a file and played back.

mod har;
mod play;
mod record;
mod redact;

pub use play::Replay;

pub(super) use record::Recorder;
