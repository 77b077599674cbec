//! Uploads in pieces, which survive broken connections and restarts of the program.

mod begin;
mod fragments;
mod progress;
mod ranges;
mod session;
mod source;
mod state;
mod status;
mod transfer;

pub use progress::UploadProgress;
pub use session::UploadSession;
pub use state::UploadState;
