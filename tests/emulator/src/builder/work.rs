//! Work that takes more than one request.

use std::time::Duration;

use super::EmulatorBuilder;
use crate::monitor::{Monitor, MonitorRule};

impl EmulatorBuilder {
    /// Plays the work of a request that goes on after it: calls of an operation, by its name or its
    /// qualified name, or, by their path below the service root, requests that are no GET.
    ///
    /// What an action does, its handler does, when the work is done; it needs none.
    ///
    /// ```
    /// # use graph_emulator::{Emulator, Monitor};
    /// let builder = Emulator::builder()
    ///     .runs_on("copy", Monitor::drive_item().polls(3))
    ///     .runs_on("teams", Monitor::teams());
    /// # drop(builder);
    /// ```
    pub fn runs_on(mut self, name: impl Into<String>, monitor: Monitor) -> Self {
        let name = name.into().trim_matches('/').to_owned();
        self.monitor_rules
            .by_name
            .push(MonitorRule { name, monitor });
        self
    }

    /// Plays the work of requests that have `Prefer: respond-async`, as OData has it; they are answered
    /// at once by default.
    pub fn responds_async(mut self, monitor: Monitor) -> Self {
        self.monitor_rules.preferred = Some(monitor);
        self
    }

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
