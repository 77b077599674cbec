//! Services of `tower`, as transports.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

use super::body::Body;
use super::transport::{Transport, TransportError};
use crate::boxed::{BoxError, BoxFuture};

/// A [`tower_service::Service`] as a [`Transport`]: a stack of tower's middleware around an HTTP
/// client, or a server in memory, such as an axum `Router`.
///
/// It is cloned for each request, as tower means it. An error that is a [`TransportError`] stays what
/// it is; any other counts as a broken connection.
pub struct TowerTransport<S> {
    /// Cloned and never called, so that it need not be `Sync`.
    service: Mutex<S>,
}

impl<S> TowerTransport<S> {
    /// A transport that sends requests to this service.
    pub fn new(service: S) -> Self {
        let service = Mutex::new(service);
        Self { service }
    }
}

impl<S, B> Transport for TowerTransport<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn send(
        &self,
        request: Request<Body>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let mut service = {
            let service = self.service.lock();
            service.unwrap_or_else(PoisonError::into_inner).clone()
        };
        Box::pin(async move {
            let ready = poll_fn(|context| service.poll_ready(context)).await;
            ready.map_err(error)?;
            let response = service.call(request).await.map_err(error)?;
            Ok(response.map(Body::wrap))
        })
    }
}

fn error(error: impl Into<BoxError>) -> TransportError {
    TransportError::of_cause(error.into())
}

impl<S> fmt::Debug for TowerTransport<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TowerTransport")
            .finish_non_exhaustive()
    }
}
