//! An emulator that forgives no URL.

use crate::assert_odata_url;
use graph_emulator::{Emulator, EmulatorBuilder};
use std::ops::Deref;

/// An emulator that holds each URL it was asked for to the grammar of OData, at the test's end.
#[derive(Debug)]
pub struct StrictEmulator(Emulator);

/// Starts strict emulators.
pub trait StartStrict {
    /// Starts the emulator that was built.
    fn start_strict(self) -> impl Future<Output = StrictEmulator>;
}

impl StartStrict for EmulatorBuilder {
    async fn start_strict(self) -> StrictEmulator {
        StrictEmulator(self.start().await.expect("loopback has a free port"))
    }
}

impl Deref for StrictEmulator {
    type Target = Emulator;

    fn deref(&self) -> &Emulator {
        &self.0
    }
}

impl Drop for StrictEmulator {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for request in self.requests() {
            // Below the service root, `/v1.0` or `/beta`.
            let below = request.path[1..]
                .split_once('/')
                .map_or("", |(_, path)| path);
            let query = request.query.map(|query| format!("?{query}"));
            assert_odata_url(&format!("/{below}{}", query.unwrap_or_default()));
        }
    }
}
