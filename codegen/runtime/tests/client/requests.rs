//! What requests look like on the wire.

use odata_runtime::{Client, ConfigureRequest as _, ErrorKind, Literal, LiteralValue};
use serde_json::json;

use crate::support::{Metric, Reply, Server, builder, client, metrics};

struct Minutes(i32);

impl Literal for Minutes {
    fn to_literal(&self) -> LiteralValue {
        self.0.to_literal()
    }
}

#[tokio::test]
async fn a_request_has_the_path_and_the_headers() {
    let server = Server::replies([Reply::page(&[7], None).header("request-id", "theirs")]).await;
    let client = builder(&server)
        .user_agent_suffix("my-app/2")
        .build()
        .unwrap();
    let from = "2023-01-01T02:00:00.5+02:00"
        .parse::<chrono::DateTime<chrono::Utc>>()
        .unwrap();
    let request = metrics(&client)
        .parameter("minutes", Minutes(5))
        .parameter("from", from);
    let url = request.url();
    let response = request.await.unwrap();
    let received = server.received().remove(0);
    assert_eq!(
        received.target,
        "/beta/reports/getMetrics(from=2023-01-01T00:00:00.5Z,minutes=5)"
    );
    assert_eq!(url.as_str(), format!("{}{}", server.url(), received.target));
    assert_eq!(received.header("accept"), Some("application/json"));
    let agent = received.header("user-agent").unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        agent,
        format!("test/1.2.3 odata-runtime/{version} my-app/2")
    );
    assert_eq!(
        received.header("client-request-id"),
        Some(response.client_request_id())
    );
    assert_eq!(received.header("referer"), None);
    assert_eq!(
        (response.request_id(), response.status().as_u16()),
        (Some("theirs"), 200)
    );
    assert_eq!(
        response.into_iter().collect::<Vec<_>>(),
        [Metric { value: 7 }]
    );
}

#[tokio::test]
async fn the_client_request_id_is_the_same_for_all_attempts() {
    let server = Server::replies([
        Reply::status(503, ""),
        Reply::close(),
        Reply::page(&[], None),
    ])
    .await;
    let response = metrics(&client(&server)).send().await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 3);
    for request in received {
        assert_eq!(
            request.header("client-request-id"),
            Some(response.client_request_id())
        );
    }
    let other = metrics(&client(&server)).send().await.unwrap();
    assert_ne!(other.client_request_id(), response.client_request_id());
}

#[tokio::test]
async fn headers_and_query_options_can_be_added() {
    let server = Server::replies([Reply::page(&[], None)]).await;
    let request = metrics(&client(&server))
        .header("Prefer", "a")
        .header("Prefer", "b")
        .header("Accept", "text/plain")
        .query_option("$filter", "name eq 'a&b'")
        .query_option("custom", "ä");
    request.send().await.unwrap();
    let received = server.received().remove(0);
    let prefer: Vec<_> = received
        .headers
        .iter()
        .filter(|(name, _)| name == "prefer")
        .collect();
    assert_eq!(prefer.len(), 2);
    assert_eq!(received.header("accept"), Some("text/plain"));
    let (_, query) = received.target.split_once('?').unwrap();
    assert_eq!(query, "$filter=name%20eq%20%27a%26b%27&custom=%C3%A4");
}

#[tokio::test]
async fn an_invalid_setting_is_an_error_and_sends_nothing() {
    let server = Server::replies([Reply::page(&[], None)]).await;
    let client = client(&server);
    for request in [
        metrics(&client).header("x", "line\r\nbreak"),
        metrics(&client).header("no name", "x"),
        metrics(&client).client_request_id("line\nbreak"),
    ] {
        assert_eq!(
            request.to_http().unwrap_err().kind(),
            ErrorKind::InvalidRequest
        );
        let error = request.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(!error.to_string().contains("break"), "{error}");
    }
    let key = std::collections::HashMap::from([(vec![1], 1)]);
    let error = client
        .root()
        .segment("x")
        .post::<()>(&key)
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(server.connections(), 0);
    assert!(
        client
            .request::<()>(odata_runtime::Method::GET, "http://[")
            .is_err()
    );
    let builder = builder(&server).user_agent_suffix("line\nbreak");
    assert_eq!(
        builder.build().unwrap_err().kind(),
        ErrorKind::Configuration
    );
}

#[tokio::test]
async fn bodies_are_json_or_bytes() {
    let server = Server::replies([Reply::ok("null")]).await;
    let users = client(&server).root().segment("users");
    users.post::<()>(&json!({"a": 1})).send().await.unwrap();
    users
        .key("x")
        .patch::<()>(&json!({"a": null}))
        .header("if-match", "*")
        .send()
        .await
        .unwrap();
    users.key("x").delete().send().await.unwrap();
    users
        .get::<()>()
        .body("text/plain", "text")
        .send()
        .await
        .unwrap();
    let received = server.received();
    let wire: Vec<_> = received
        .iter()
        .map(|request| {
            let body = String::from_utf8(request.body.clone()).unwrap();
            (
                request.method.clone(),
                request.target.clone(),
                request.header("content-type").map(str::to_owned),
                body,
            )
        })
        .collect();
    let row = |method: &str, target: &str, kind: Option<&str>, body: &str| {
        (
            method.to_owned(),
            target.to_owned(),
            kind.map(str::to_owned),
            body.to_owned(),
        )
    };
    assert_eq!(
        wire,
        [
            row("POST", "/beta/users", Some("application/json"), "{\"a\":1}"),
            row(
                "PATCH",
                "/beta/users('x')",
                Some("application/json"),
                "{\"a\":null}"
            ),
            row("DELETE", "/beta/users('x')", None, ""),
            row("GET", "/beta/users", Some("text/plain"), "text"),
        ]
    );
    assert_eq!(received[1].header("if-match"), Some("*"));
}

#[tokio::test]
async fn an_action_posts_its_parameters_in_the_body() {
    use odata_runtime::{Operation, OperationKind};
    static RESTORE: Operation = Operation::action("test.restore", "restore", &["name"], &[]);
    assert_eq!(RESTORE.kind(), OperationKind::Action);
    let server = Server::replies([Reply::status(204, "")]).await;
    let item = client(&server).root().segment("items").key(1);
    item.action::<()>(&RESTORE, &json!({"name": "x"}))
        .send()
        .await
        .unwrap();
    let received = server.received().remove(0);
    assert_eq!(
        (received.method.as_str(), received.target.as_str()),
        ("POST", "/beta/items(1)/restore")
    );
    assert_eq!(received.body, b"{\"name\":\"x\"}");
}

#[tokio::test]
async fn a_request_can_be_had_for_another_transport() {
    let server = Server::replies([Reply::page(&[], None)]).await;
    let request = metrics(&client(&server)).client_request_id("mine");
    let http = request.to_http().unwrap();
    assert_eq!(http.method(), "GET");
    assert_eq!(http.uri().to_string(), request.url().as_str());
    assert_eq!(http.headers()["client-request-id"], "mine");
    assert!(
        !http.headers().contains_key("authorization"),
        "the token is not handed out"
    );
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn roots_need_no_path_and_no_slash() {
    let server = Server::replies([Reply::page(&[], None)]).await;
    for (root, path) in [
        ("", ""),
        ("/", ""),
        ("/beta", "/beta"),
        ("/beta/", "/beta"),
        ("/a/b//", "/a/b"),
    ] {
        let client: Client = builder(&server)
            .endpoint(format!("{}{root}", server.url()))
            .build()
            .unwrap();
        assert_eq!(
            metrics(&client).url().path(),
            format!("{path}/reports/getMetrics(minutes=10)")
        );
    }
}

#[test]
fn what_crosses_threads_may() {
    fn is_shared<T: Send + Sync + Clone + 'static>() {}
    fn is_sent<T: Send + Unpin + 'static>() {}
    is_shared::<Client>();
    is_shared::<odata_runtime::ResourcePath>();
    is_shared::<odata_runtime::Request<Metric>>();
    is_shared::<odata_runtime::Error>();
    is_sent::<odata_runtime::Pages<Metric>>();
    is_sent::<odata_runtime::Items<Metric>>();
}
