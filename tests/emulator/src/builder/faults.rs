//! What goes wrong.

use std::time::Duration;

use super::EmulatorBuilder;
use crate::faults::{Fault, FaultRate};
use crate::quota::{Announcement, Quota};
use crate::record::ReceivedRequest;

impl EmulatorBuilder {
    /// Scripts what the next request meets that has nothing scripted yet: this fault.
    ///
    /// ```
    /// # use graph_emulator::{Emulator, Fault};
    /// // The first request fails, the second passes, the third fails, all others pass.
    /// let builder = Emulator::builder()
    ///     .fault(Fault::GatewayTimeout)
    ///     .pass()
    ///     .fault(Fault::ConnectionReset);
    /// # drop(builder);
    /// ```
    pub fn fault(self, fault: Fault) -> Self {
        self.faults.push(Some(fault));
        self
    }

    /// Scripts what the next request meets that has nothing scripted yet: no fault.
    pub fn pass(self) -> Self {
        self.faults.push(None);
        self
    }

    /// Scripts one fault each for the next requests, in order.
    pub fn faults(self, faults: impl IntoIterator<Item = Fault>) -> Self {
        for fault in faults {
            self.faults.push(Some(fault));
        }
        self
    }

    /// Chooses the fault of each request that the script has nothing for.
    pub fn fault_when<F>(mut self, choose: F) -> Self
    where
        F: Fn(&ReceivedRequest) -> Option<Fault> + Send + Sync + 'static,
    {
        self.faults.selector = Some(Box::new(choose));
        self
    }

    /// Throttles: takes this many requests in each window of time and answers further ones with 429
    /// and, in `Retry-After`, the seconds until the window ends. The first request opens the
    /// window; throttled ones do not count. Of a batch, each part counts by itself, as in Graph.
    ///
    /// Time is that of [`clock`](Self::clock), so a test whose client waits by a clock of its own
    /// gives both the same. With an instant that stands still no window ends.
    pub fn throttle_after(mut self, requests: u64, window: Duration) -> Self {
        self.faults.quota = Some(Quota::new(requests, window, Announcement::Silent));
        self
    }

    /// Throttles as [`throttle_after`](Self::throttle_after) does, and tells of it as services do that
    /// have a quota: answers have `RateLimit-Limit`, `RateLimit-Remaining`, `RateLimit-Reset` and
    /// `x-ms-throttle-limit-percentage` from 80 per cent on, and the 429 `x-ms-throttle-scope` and
    /// `x-ms-throttle-information`. The one that is given last holds.
    pub fn quota(mut self, requests: u64, window: Duration) -> Self {
        self.faults.quota = Some(Quota::new(requests, window, Announcement::Told));
        self
    }

    /// Lets one of these faults strike, each as likely as the others, at a random share
    /// (`0.0..=1.0`) of the requests that meet no other fault.
    ///
    /// The seed decides which requests are hit, in order of arrival.
    pub fn fault_rate(mut self, probability: f64, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults.rate = Some(FaultRate {
            probability,
            faults: faults.into_iter().collect(),
            ..FaultRate::default()
        });
        self
    }
}
