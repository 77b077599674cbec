//! Transports of the program's own: what is theirs, and what stays with the client.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use odata_runtime::{
    Body, Bytes, Client, ClientBuilder, Content, ErrorKind, Transport, TransportError,
    TransportErrorKind,
};

#[cfg(feature = "gzip")]
use crate::support::GZIPPED;
use crate::support::{CLOUD, FakeClock, TOKEN, Thing, metrics, values};

type Answer = Result<Response<Body>, TransportError>;

/// What a transport was asked, as `METHOD URI` and the token that came with it.
type Asked = Arc<Mutex<Vec<(String, Option<String>)>>>;

/// A transport that gives these answers in turn, and what it was asked.
fn scripted(answers: impl IntoIterator<Item = Answer>) -> (impl Transport + 'static, Asked) {
    let answers = Mutex::new(answers.into_iter().collect::<VecDeque<_>>());
    let asked = Asked::default();
    let seen = Arc::clone(&asked);
    let transport = move |request: Request<Body>| {
        let token = request.headers().get("authorization");
        let token = token.map(|value| value.to_str().unwrap().to_owned());
        let line = format!("{} {}", request.method(), request.uri());
        seen.lock().unwrap().push((line, token));
        let answer = answers.lock().unwrap().pop_front();
        std::future::ready(answer.expect("no more requests"))
    };
    (transport, asked)
}

fn builder(transport: impl Transport + 'static) -> ClientBuilder {
    Client::builder(CLOUD, "test/1")
        .bearer_token(TOKEN)
        .clock(FakeClock::new())
        .transport(transport)
}

fn ok(body: impl Into<Body>) -> Answer {
    Ok(Response::new(body.into()))
}

fn failed(kind: TransportErrorKind) -> Answer {
    Err(TransportError::new(kind, "because"))
}

fn redirect(location: &str) -> Answer {
    let response = Response::builder().status(302).header("location", location);
    Ok(response.body(Body::empty()).unwrap())
}

/// A body that gives these chunks, and then breaks.
fn broken(chunks: &[&'static str]) -> Body {
    let chunks = chunks.iter().map(|chunk| Ok(Bytes::from(*chunk)));
    let chunks: Vec<_> = chunks.chain([Err("the cable was cut")]).collect();
    let frames = futures_util::stream::iter(chunks);
    Body::wrap(http_body_util::StreamBody::new(
        futures_util::StreamExt::map(frames, |chunk| chunk.map(http_body::Frame::data)),
    ))
}

const URL: &str = "GET https://service.invalid/beta/reports/getMetrics(minutes=10)";

/// What a transport leaves compressed is decoded above it; what breaks off there is a broken connection.
#[cfg(feature = "gzip")]
#[tokio::test]
async fn compressed_answers_are_decoded() {
    let compressed = |body: &'static [u8]| {
        let response = Response::builder().header("content-encoding", "gzip");
        Ok(response.body(Body::from(body)).unwrap())
    };
    let (transport, asked) = scripted([compressed(&GZIPPED[..20]), compressed(GZIPPED)]);
    let client = builder(transport).build().unwrap();
    let answer = metrics(&client).send().await.unwrap();
    assert_eq!(values(&answer), [7]);
    assert!(!answer.headers().contains_key("content-encoding"));
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_transport_gets_the_whole_request() {
    let (transport, asked) = scripted([ok(r#"{"value": [{"value": 1}]}"#)]);
    let client = builder(transport).build().unwrap();
    let answer = metrics(&client).send().await.unwrap();
    assert_eq!(values(&answer), [1]);
    let token = Some(format!("Bearer {TOKEN}"));
    assert_eq!(*asked.lock().unwrap(), [(URL.to_owned(), token)]);
}

#[tokio::test]
async fn the_kind_of_failure_decides_on_retries() {
    use TransportErrorKind as Kind;
    for (kind, error, attempts) in [
        (Kind::Connect, ErrorKind::Connect, 4),
        (Kind::ConnectTimeout, ErrorKind::ConnectTimeout, 4),
        (Kind::Tls, ErrorKind::Tls, 1),
        (Kind::Broken, ErrorKind::Transport, 4),
        (Kind::Timeout, ErrorKind::AttemptTimeout, 4),
        (Kind::Refused, ErrorKind::InvalidRequest, 1),
    ] {
        let (transport, asked) = scripted((0..4).map(|_| failed(kind)));
        let client = builder(transport).build().unwrap();
        let failure = metrics(&client).send().await.unwrap_err();
        assert_eq!((failure.kind(), failure.attempts()), (error, attempts));
        assert_eq!(asked.lock().unwrap().len() as u32, attempts);
        let cause = std::error::Error::source(&failure).unwrap();
        assert_eq!(cause.to_string(), "because");
    }
}

#[tokio::test]
async fn a_write_is_repeated_only_if_nothing_was_sent() {
    use TransportErrorKind as Kind;
    for (kind, attempts) in [(Kind::Connect, 2), (Kind::Broken, 1)] {
        let (transport, asked) = scripted([failed(kind), ok("{}")]);
        let client = builder(transport).build().unwrap();
        let things = client.root().segment("things");
        let thing = Thing::default();
        let _ = things.create(&thing).send().await;
        assert_eq!(asked.lock().unwrap().len(), attempts, "{kind:?}");
    }
}

#[tokio::test]
async fn redirects_are_followed_above_a_transport() {
    let there = "https://service.invalid/beta/moved";
    let (transport, asked) = scripted([redirect(there), ok(r#"{"value": []}"#)]);
    let client = builder(transport).build().unwrap();
    metrics(&client).send().await.unwrap();
    let token = Some(format!("Bearer {TOKEN}"));
    let moved = (format!("GET {there}"), token);
    assert_eq!(asked.lock().unwrap()[1], moved);

    let (transport, asked) = scripted([redirect("https://elsewhere.invalid/")]);
    let client = builder(transport).build().unwrap();
    let failure = metrics(&client).send().await.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::ForeignOrigin);
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn content_elsewhere_is_asked_for_without_a_token() {
    let (transport, asked) = scripted([redirect("https://files.invalid/x?sig=1"), ok("bytes")]);
    let client = builder(transport).build().unwrap();
    let bytes = client.root().segment("photo").download().send().await;
    assert_eq!(**bytes.unwrap(), *b"bytes");
    let elsewhere = ("GET https://files.invalid/x?sig=1".to_owned(), None);
    assert_eq!(asked.lock().unwrap()[1], elsewhere);
}

#[tokio::test]
async fn a_body_that_breaks_is_read_again() {
    let (transport, _) = scripted([ok(broken(&["{\"val"])), ok(r#"{"value": []}"#)]);
    let client = builder(transport).build().unwrap();
    let answer = metrics(&client).send().await.unwrap();
    assert_eq!(answer.attempts(), 2);
}

#[tokio::test]
async fn a_large_body_is_not_read_to_its_end() {
    for body in [
        Body::from("x".repeat(11)),
        broken(&["12345", "678901", "2"]),
    ] {
        let (transport, _) = scripted([ok(body)]);
        let client = builder(transport).max_response_bytes(10).build().unwrap();
        let failure = metrics(&client).send().await.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::BodyTooLarge);
    }
}

#[tokio::test]
async fn a_download_is_read_as_it_comes() {
    let (transport, _) = scripted([ok(broken(&["ab", "cd"]))]);
    let client = builder(transport).build().unwrap();
    let mut bytes = client.root().segment("photo").download().stream();
    assert_eq!(bytes.next().await.unwrap().unwrap(), "ab");
    assert_eq!(bytes.next().await.unwrap().unwrap(), "cd");
    let failure = bytes.next().await.unwrap().unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::Transport);
    assert!(bytes.next().await.is_none());
}

#[tokio::test]
async fn a_transport_can_read_what_is_streamed() {
    let transport = async |request: Request<Body>| {
        assert_eq!(http_body::Body::size_hint(request.body()).exact(), Some(6));
        let body = request.into_body().bytes().await;
        let body = body.map_err(|error| TransportError::new(TransportErrorKind::Broken, error))?;
        assert_eq!(body, "abcdef");
        Ok(Response::builder().status(204).body(Body::empty()).unwrap())
    };
    let client = builder(transport).build().unwrap();
    let chunks = ["abc", "def"].map(|chunk| Ok::<_, std::io::Error>(Bytes::from(chunk)));
    let content = Content::stream(6, futures_util::stream::iter(chunks));
    let photo = client.root().segment("photo");
    let answer = photo.upload::<Thing>("image/png", content).send().await;
    assert!(answer.unwrap().into_inner().is_none());
}

#[tokio::test]
async fn an_http_root_must_have_an_address() {
    for (root, is_fine) in [
        ("http://localhost/beta", false),
        ("http://127.0.0.1/beta", true),
        ("https://localhost/beta", true),
    ] {
        let (transport, _) = scripted([]);
        let client = builder(transport).endpoint(root).build();
        assert_eq!(client.is_ok(), is_fine, "{root}");
    }
}

#[cfg(feature = "tower")]
mod tower {
    use std::convert::Infallible;
    use std::task::{Context, Poll};

    use super::*;
    use odata_runtime::BoxFuture;
    use odata_runtime::transport::TowerTransport;

    /// Answers with how often it was cloned, once it was asked whether it is ready.
    struct Counting {
        clones: usize,
        is_ready: bool,
    }

    impl Clone for Counting {
        fn clone(&self) -> Self {
            Self {
                clones: self.clones + 1,
                is_ready: false,
            }
        }
    }

    impl tower_service::Service<Request<Body>> for Counting {
        type Response = Response<String>;
        type Error = Infallible;
        type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            self.is_ready = true;
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<Body>) -> Self::Future {
            assert!(self.is_ready);
            let body = format!(r#"{{"value": [{{"value": {}}}]}}"#, self.clones);
            Box::pin(std::future::ready(Ok(Response::new(body))))
        }
    }

    #[tokio::test]
    async fn a_service_of_tower_is_a_transport() {
        let service = Counting {
            clones: 0,
            is_ready: false,
        };
        let client = builder(TowerTransport::new(service)).build().unwrap();
        for _ in 0..2 {
            let answer = metrics(&client).send().await.unwrap();
            assert_eq!(values(&answer), [1]);
        }
    }

    /// A service that fails.
    #[derive(Clone)]
    struct Failing(TransportErrorKind);

    impl tower_service::Service<Request<Body>> for Failing {
        type Response = Response<String>;
        type Error = TransportError;
        type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<Body>) -> Self::Future {
            std::future::ready(Err(TransportError::new(self.0, "because")))
        }
    }

    #[tokio::test]
    async fn errors_of_a_transport_keep_their_kind() {
        let service = Failing(TransportErrorKind::Tls);
        let client = builder(TowerTransport::new(service)).build().unwrap();
        let failure = metrics(&client).send().await.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::Tls);
    }
}
