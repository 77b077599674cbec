//! The emulator as a transport of clients that are made with `odata-runtime`.

use std::io;

use axum::http::{Request, Response};
use odata_runtime::{Body, BoxFuture, Transport, TransportError, TransportErrorKind};
use tower_service::Service as _;

use crate::emulator::Emulator;
use crate::memory::InMemoryService;

/// Sends the requests of a client to an emulator, without a socket; made by [`Emulator::transport`].
#[derive(Clone, Debug)]
pub struct EmulatorTransport(InMemoryService);

impl Emulator {
    /// What a client sends its requests with, for tests without a socket.
    ///
    /// ```
    /// use graph_emulator::Emulator;
    /// use odata_runtime::{Client, Cloud};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let cloud = Cloud::new("Public", "https://graph.microsoft.com/beta", "", "");
    /// let emulator = Emulator::builder().start_in_memory()?;
    /// // With a generated client: `Client::builder()`.
    /// let client = Client::builder(cloud, "my-test/1")
    ///     .bearer_token("any")
    ///     .endpoint(emulator.endpoint())
    ///     .transport(emulator.transport())
    ///     .build()?;
    /// # drop(client);
    /// # Ok(())
    /// # }
    /// ```
    pub fn transport(&self) -> EmulatorTransport {
        EmulatorTransport(self.service())
    }
}

impl Transport for EmulatorTransport {
    fn send(
        &self,
        request: Request<Body>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let mut service = self.0.clone();
        Box::pin(async move {
            let response = service.call(request).await.map_err(failed)?;
            Ok(response.map(Body::wrap))
        })
    }
}

fn failed(error: io::Error) -> TransportError {
    let kind = match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => TransportErrorKind::Connect,
        _ => TransportErrorKind::Broken,
    };
    TransportError::new(kind, error)
}
