//! What carries requests: reqwest, or a transport of the program's own.

use std::sync::Arc;

use http::Request;

use super::attempt::Attempt;
use super::body::Body;
use super::incoming::{Incoming, OwnResponse};
#[cfg(feature = "replay")]
use super::replay::Recorder;
use super::transport::Transport;
use super::{failure, origin};
use crate::error::{Error, ErrorKind, Result};

/// What a client sends requests with.
#[derive(Clone)]
pub(crate) enum Carrier {
    /// By itself, since it takes URLs as they are: a call is 26 µs, and parsing its URL again 1 µs.
    Reqwest(reqwest::Client),
    Own(Arc<dyn Transport>),
    /// One of the others, and who writes down what it carries.
    #[cfg(feature = "replay")]
    Recorded(Box<Self>, Arc<Recorder>),
}

impl Carrier {
    /// Sends a request to wherever its URL leads; the response must be of the same origin.
    pub(super) async fn send_within(&self, attempt: Attempt) -> Result<Incoming> {
        let asked = attempt.url.clone();
        let response = self.send(attempt).await?;
        // Only a client that the program brought along follows redirects by itself.
        let what = "a redirect that the HTTP client followed";
        origin::check(&asked, response.url(), what)?;
        Ok(response)
    }

    async fn send(&self, attempt: Attempt) -> Result<Incoming> {
        match self {
            Self::Reqwest(client) => {
                let request = to_reqwest(attempt)?;
                let response = client.execute(request).await;
                Ok(Incoming::Reqwest(response.map_err(failure::error)?))
            }
            // Boxed, so that it takes no room where there is no such transport.
            Self::Own(transport) => Box::pin(send_by(transport.as_ref(), attempt)).await,
            #[cfg(feature = "replay")]
            Self::Recorded(carrier, recorder) => {
                let sent = recorder.sent(&attempt)?;
                let response = Box::pin(carrier.send(attempt)).await?;
                Box::pin(recorder.record(sent, response)).await
            }
        }
    }
}

fn to_reqwest(attempt: Attempt) -> Result<reqwest::Request> {
    let body = attempt.body.to_body()?;
    let mut request = reqwest::Request::new(attempt.method, attempt.url);
    *request.headers_mut() = attempt.headers;
    *request.body_mut() = body.map(Body::into_reqwest);
    Ok(request)
}

async fn send_by(transport: &dyn Transport, attempt: Attempt) -> Result<Incoming> {
    let url = attempt.url.clone();
    let response = transport.send(to_http(attempt)?).await?;
    let (head, body) = response.into_parts();
    Ok(Incoming::Own(Box::new(OwnResponse { url, head, body })))
}

fn to_http(attempt: Attempt) -> Result<Request<Body>> {
    let uri = origin::without_fragment(attempt.url);
    let uri = http::Uri::try_from(uri.as_str()).map_err(|error| {
        let message = "the URL is longer than requests can have";
        Error::new(ErrorKind::InvalidRequest, message).with_source(error)
    })?;
    let mut request = Request::new(attempt.body.to_body()?.unwrap_or_else(Body::empty));
    *request.method_mut() = attempt.method;
    *request.uri_mut() = uri;
    *request.headers_mut() = attempt.headers;
    Ok(request)
}
