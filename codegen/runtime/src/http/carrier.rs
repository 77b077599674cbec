//! What carries requests: reqwest, or a transport of the program's own.

use std::sync::Arc;
use std::time::Duration;

use http::Request;
use url::Url;

use super::attempt::Attempt;
use super::body::Body;
#[cfg(feature = "gzip")]
use super::gunzip;
use super::incoming::{Incoming, OwnResponse, Received};
#[cfg(feature = "replay")]
use super::replay::Recorder;
use super::transport::Transport;
use super::{failure, origin};
use crate::error::{Error, ErrorKind, Result};
use crate::loopback;

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
    /// A client of reqwest for this service.
    pub(super) fn reqwest(root: &Url, connect_timeout: Duration) -> Result<Self> {
        check_tls(root)?;
        let client = reqwest_builder(root, connect_timeout).build();
        let client = client.map_err(|error| {
            let message = "the HTTP client cannot be set up";
            Error::new(ErrorKind::Configuration, message).with_source(error)
        })?;
        Ok(Self::Reqwest(client))
    }

    /// What the program brings along, if it cannot look up a host that http may go to.
    pub(super) fn for_root(self, root: &Url) -> Result<Self> {
        if root.scheme() == "http" && loopback::is_loopback_name(root) {
            let message = "with an HTTP client or transport of your own, an http endpoint must have a \
                           loopback address, such as \"http://127.0.0.1\": the name \"localhost\" might \
                           resolve to another one";
            return Err(Error::new(ErrorKind::Configuration, message));
        }
        Ok(self)
    }

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
                let response = response.map_err(failure::error)?;
                Ok(Incoming::new(Received::Reqwest(response)))
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
    #[cfg(feature = "gzip")]
    gunzip::accept(request.headers_mut());
    *request.body_mut() = body.map(Body::into_reqwest);
    Ok(request)
}

async fn send_by(transport: &dyn Transport, attempt: Attempt) -> Result<Incoming> {
    let url = attempt.url.clone();
    let response = transport.send(to_http(attempt)?).await?;
    let (head, body) = response.into_parts();
    let response = OwnResponse { url, head, body };
    Ok(Incoming::new(Received::Own(Box::new(response))))
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

/// Checks that there is TLS where it is needed: without it, every attempt would fail as if the network
/// did.
fn check_tls(root: &Url) -> Result<()> {
    let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
    if has_tls || root.scheme() != "https" {
        return Ok(());
    }
    let message = "TLS is not compiled in, which an https endpoint needs: enable the feature \"rustls\" or \
                   \"native-tls\", or give an HTTP client that has it to ClientBuilder::http_client";
    Err(Error::new(ErrorKind::Configuration, message))
}

fn reqwest_builder(root: &Url, connect_timeout: Duration) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        // Redirects are followed here, where the origin of each is checked before it is sent to.
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(connect_timeout)
        .referer(false)
        // The client does it for every transport, with fewer crates.
        .no_gzip();
    loopback::pinned(builder, root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::dns::{Name, Resolve, Resolving};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    /// Stands for the name servers of a network.
    struct NobodyMayAsk;

    impl Resolve for NobodyMayAsk {
        fn resolve(&self, name: Name) -> Resolving {
            let error = format!("{} was looked up", name.as_str());
            Box::pin(std::future::ready(Err(error.into())))
        }
    }

    #[tokio::test]
    async fn the_name_localhost_is_not_looked_up() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answering = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 4096];
            assert_ne!(stream.read(&mut head).await.unwrap(), 0);
            let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
            stream.write_all(answer).await.unwrap();
            stream
        });
        let root = origin::service_root(
            &format!("http://LocalHost:{port}/v1"),
            origin::PlainHttp::default(),
            true,
        )
        .unwrap();
        let builder = reqwest_builder(&root, Duration::from_secs(10)).dns_resolver(NobodyMayAsk);
        let response = builder.build().unwrap().get(root).send().await;
        assert_eq!(response.unwrap().status().as_u16(), 204);
        answering.await.unwrap();
    }
}
