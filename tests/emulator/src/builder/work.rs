//! Work that takes more than one request.

use std::time::Duration;

use super::EmulatorBuilder;

impl EmulatorBuilder {
    /// Keeps of uploaded files their length and SHA-256 alone, and of fragments nothing, so that a
    /// test of large files costs no memory: [`Emulator::upload_sessions`] tells both. The file that
    /// an upload session makes has no content then.
    ///
    /// [`Emulator::upload_sessions`]: crate::Emulator::upload_sessions
    pub fn upload_digest_only(mut self) -> Self {
        self.upload_rules.digest_only = true;
        self
    }

    /// How long an upload session waits for the next fragment; an hour by default. Time is that of
    /// [`clock`](Self::clock).
    pub fn upload_session_lifetime(mut self, lifetime: Duration) -> Self {
        self.upload_rules.lifetime = lifetime;
        self
    }

    /// What the length of every fragment but the last must be a multiple of; 320 KiB by default, as
    /// OneDrive documents it. Outlook takes any.
    pub fn upload_fragment_multiple(mut self, bytes: u64) -> Self {
        self.upload_rules.fragment_multiple = bytes;
        self
    }
}
