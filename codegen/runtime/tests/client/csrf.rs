//! CSRF tokens, as SAP's gateways want them.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::stream;
use odata_runtime::{Client, ConfigureRequest as _, Content, Request};
use serde_json::json;

use crate::support::{Received, Reply, Server, TOKEN, Thing, builder, metrics};

const SESSION: &str = "SAP_SESSIONID_X1_100";

/// A gateway whose sessions are numbered; the current one can be ended.
struct Gateway {
    server: Server,
    session: Arc<AtomicUsize>,
}

impl Gateway {
    async fn start() -> Self {
        let session = Arc::new(AtomicUsize::new(1));
        let current = Arc::clone(&session);
        let server = Server::start(move |request| {
            let number = current.load(Ordering::SeqCst);
            let token = format!("csrf-token-number-{number}");
            let cookie = format!("{SESSION}=the-session-number-{number}");
            let sent = request.header("x-csrf-token");
            let has_cookie = request
                .header("cookie")
                .is_some_and(|it| it.contains(&cookie));
            match (request.method.as_str(), sent) {
                ("GET", Some("fetch")) => Reply::ok("{}")
                    .header("x-csrf-token", token)
                    .header("set-cookie", format!("{cookie}; path=/; secure; HttpOnly"))
                    .header("set-cookie", "sap-usercontext=sap-client=100; path=/"),
                ("GET", _) => Reply::page(&[1], None),
                (_, Some(sent)) if sent == token && has_cookie => Reply::status(204, ""),
                _ => Reply::status(403, "CSRF token validation failed")
                    .header("x-csrf-token", "Required"),
            }
        })
        .await;
        Self { server, session }
    }

    fn client(&self) -> Client {
        builder(&self.server).csrf_tokens().build().unwrap()
    }

    fn end_session(&self) {
        self.session.fetch_add(1, Ordering::SeqCst);
    }

    /// Method, path, token and cookies of each request.
    fn lines(&self) -> Vec<String> {
        self.server.received().iter().map(line).collect()
    }
}

fn line(received: &Received) -> String {
    let header = |name| received.header(name).unwrap_or("-");
    format!(
        "{} {} {} {}",
        received.method,
        received.target,
        header("x-csrf-token"),
        header("cookie")
    )
}

fn write(client: &Client) -> Request<()> {
    client.root().segment("orders").post(&json!({"a": 1}))
}

fn fetch() -> String {
    "GET /beta/ fetch -".to_owned()
}

fn written(session: usize) -> String {
    format!(
        "POST /beta/orders csrf-token-number-{session} \
         {SESSION}=the-session-number-{session}; sap-usercontext=sap-client=100"
    )
}

#[tokio::test]
async fn writes_have_a_token_and_its_cookies() {
    let gateway = Gateway::start().await;
    let client = gateway.client();
    metrics(&client).send().await.unwrap();
    for _ in 0..2 {
        let answer = write(&client).send().await.unwrap();
        assert_eq!(answer.attempts(), 1);
    }
    let read = "GET /beta/reports/getMetrics(minutes=10) - -".to_owned();
    assert_eq!(gateway.lines(), [read, fetch(), written(1), written(1)]);
    let received = gateway.server.received();
    let fetched = &received[1];
    assert_eq!(fetched.header("accept"), Some("application/json"));
    assert_eq!(
        (fetched.header("content-type"), fetched.body.len()),
        (None, 0)
    );
    for request in &received {
        assert_eq!(request.token(), Some(TOKEN));
    }
    assert_eq!(received[2].body, br#"{"a":1}"#);
}

#[tokio::test]
async fn a_write_after_the_session_is_repeated_once() {
    let gateway = Gateway::start().await;
    let client = gateway.client();
    write(&client).send().await.unwrap();
    gateway.end_session();
    write(&client).send().await.unwrap();
    let expected = [fetch(), written(1), written(1), fetch(), written(2)];
    assert_eq!(gateway.lines(), expected);

    // A gateway that is never content gets two writes and no more.
    let refusal = Reply::status(403, "no").header("x-csrf-token", "required");
    let server = Server::start(move |request| match request.method.as_str() {
        "GET" => Reply::ok("{}").header("x-csrf-token", "another-token"),
        _ => refusal.clone(),
    })
    .await;
    let client = builder(&server).csrf_tokens().build().unwrap();
    let error = write(&client).send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 403);
    let methods: Vec<_> = server.received().into_iter().map(|it| it.method).collect();
    assert_eq!(methods, ["GET", "POST", "GET", "POST"]);
}

#[tokio::test]
async fn a_token_is_fetched_once_for_all_who_wait() {
    let gateway = Gateway::start().await;
    let client = gateway.client();
    let writes = (0..20).map(|_| write(&client).send());
    for result in futures_util::future::join_all(writes).await {
        result.unwrap();
    }
    let fetches = gateway.lines().into_iter().filter(|it| *it == fetch());
    assert_eq!(fetches.count(), 1);
}

/// It is sent with a token, but cannot be repeated; the next one gets a new token.
#[tokio::test]
async fn a_streamed_write_is_not_repeated() {
    let gateway = Gateway::start().await;
    let client = gateway.client();
    let upload = || {
        let bytes = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"abc"))]);
        let file = client.root().segment("orders");
        file.upload::<Thing>("text/plain", Content::stream(3, bytes))
    };
    upload().send().await.unwrap();
    gateway.end_session();
    let error = upload().send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 403);
    upload().send().await.unwrap();
    let put = |session| written(session).replace("POST", "PUT");
    assert_eq!(gateway.lines(), [fetch(), put(1), put(1), fetch(), put(2)]);
}

#[tokio::test]
async fn a_service_without_tokens_is_asked_once() {
    let server = Server::replies([Reply::ok("{}"), Reply::status(204, "")]).await;
    let client = builder(&server).csrf_tokens().build().unwrap();
    for _ in 0..2 {
        let own = write(&client).header("cookie", "mine=1");
        own.send().await.unwrap();
    }
    let lines: Vec<_> = server.received().iter().map(line).collect();
    let plain = "POST /beta/orders - mine=1";
    assert_eq!(lines, ["GET /beta/ fetch mine=1", plain, plain]);
}

#[tokio::test]
async fn tokens_and_cookies_are_not_shown() {
    let server = Server::start(|request| {
        let token = request.header("x-csrf-token").unwrap_or("-").to_owned();
        let cookie = request.header("cookie").unwrap_or("-").to_owned();
        match request.method.as_str() {
            "GET" => Reply::ok("{}")
                .header("x-csrf-token", "csrf-token-number-1")
                .header(
                    "set-cookie",
                    format!("{SESSION}=the-session-number-1; path=/"),
                ),
            _ => Reply::status(400, format!("{token} {cookie} the-session-number-1"))
                .header("x-echo", cookie),
        }
    })
    .await;
    let client = builder(&server).csrf_tokens().build().unwrap();
    let error = write(&client).send().await.unwrap_err();
    let body = String::from_utf8_lossy(error.raw_body().unwrap()).into_owned();
    let headers = format!("{:?}", error.headers());
    for text in [error.to_string(), format!("{error:#?}"), body, headers] {
        assert!(!text.contains("csrf-token-number-1"), "{text}");
        assert!(!text.contains("the-session-number-1"), "{text}");
        assert!(text.contains("[redacted]"), "{text}");
    }
}
