//! Requests and answers without a socket.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::HOST;
use axum::http::{Method, Request, Response};
use futures_util::future::BoxFuture;
use tower_service::Service;

use crate::app::App;
use crate::delivery::Delivery;
use crate::record::Origin;

/// Answers requests in memory, by the same code as over TCP; made by
/// [`Emulator::service`](crate::Emulator::service).
///
/// Clones are cheap and share the emulator. A request goes to the origin that its URL or its `Host`
/// header names; one that names none goes to the service.
///
/// # Errors
///
/// What a transport would see of a broken connection: [`ConnectionReset`](io::ErrorKind::ConnectionReset)
/// for [`Fault::ConnectionReset`](crate::Fault::ConnectionReset),
/// [`ConnectionAborted`](io::ErrorKind::ConnectionAborted) when the emulator stops while a request
/// waits, [`ConnectionRefused`](io::ErrorKind::ConnectionRefused) once it has stopped, and
/// [`NotFound`](io::ErrorKind::NotFound) for a host that the emulator does not play. A truncated body
/// ends with [`UnexpectedEof`](io::ErrorKind::UnexpectedEof).
#[derive(Clone)]
pub struct InMemoryService {
    app: Arc<App>,
}

impl InMemoryService {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    /// Which origin a request is for.
    fn origin<B>(&self, request: &Request<B>) -> io::Result<Origin> {
        let uri = request.uri();
        let Some(host) = uri.host().or_else(|| host_header(request)) else {
            return Ok(Origin::Service);
        };
        let is_at = |origin: &str| {
            let (scheme, authority) = origin.split_once("://").unwrap_or_default();
            let named = uri.authority().map(|authority| authority.as_str());
            let named = named.or_else(|| host_header(request));
            let scheme_fits = uri.scheme_str().is_none_or(|named| named == scheme);
            scheme_fits && named.is_some_and(|named| named.eq_ignore_ascii_case(authority))
        };
        if is_at(&self.app.origin) {
            Ok(Origin::Service)
        } else if is_at(&self.app.foreign_origin) {
            Ok(Origin::Foreign)
        } else {
            let message = format!("the emulator plays no host '{host}' under this scheme");
            Err(io::Error::new(io::ErrorKind::NotFound, message))
        }
    }
}

fn host_header<B>(request: &Request<B>) -> Option<&str> {
    request.headers().get(HOST)?.to_str().ok()
}

impl<B> Service<Request<B>> for InMemoryService
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response<Body>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Response<Body>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let app = Arc::clone(&self.app);
        let origin = self.origin(&request);
        Box::pin(async move {
            if *app.stopped.borrow() {
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
            let is_head = request.method() == Method::HEAD;
            match app.exchange(origin?, request.map(Body::new)).await {
                // As a server does it, whatever the handler answers.
                Delivery::Respond(response) if is_head => Ok(response.map(|_| Body::empty())),
                Delivery::Respond(response) => Ok(response),
                Delivery::Reset => Err(io::ErrorKind::ConnectionReset.into()),
                Delivery::Stall => {
                    app.stopped().await;
                    Err(io::ErrorKind::ConnectionAborted.into())
                }
            }
        })
    }
}

impl std::fmt::Debug for InMemoryService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InMemoryService")
            .field("endpoint", &self.app.root)
            .finish_non_exhaustive()
    }
}
