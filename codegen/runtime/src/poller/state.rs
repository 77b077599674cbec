//! What is needed to ask about an operation again.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// What is needed to ask about an operation after a restart of the program, by
/// [`Client::resume_poller`](crate::Client::resume_poller).
///
/// It can be serialised. It may have a URL that works without a token, so keep it as you would a token;
/// `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PollerState {
    /// Where the operation is asked about.
    pub(super) monitor: Url,
    /// Where the result is in the end, if the service said that at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) result: Option<Url>,
}

impl fmt::Debug for PollerState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let monitor = self.monitor.origin().ascii_serialization();
        let mut state = formatter.debug_struct("PollerState");
        state.field("monitor", &monitor).finish_non_exhaustive()
    }
}
