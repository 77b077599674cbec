//! Requests and answers without a socket.

use crate::common::memory::{Read, exchange, get, post, request, send};
use crate::common::{EXAMPLE, builder};
use futures_util::FutureExt as _;
use graph_emulator::http::{HeaderMap, Request};
use graph_emulator::tower_service::Service as _;
use graph_emulator::{Body, DownloadAnswer, Emulator, Fault, Origin, Outcome, StatusCode};
use serde_json::json;
use std::error::Error as _;
use std::io::{self, ErrorKind};

const FILES: &str = include_str!("../files.csdl");

fn emulator() -> Emulator {
    builder().start_in_memory().unwrap()
}

/// What an answer has that is not of the connection: `date` and the length are the server's.
fn told(headers: &HeaderMap) -> Vec<(String, String)> {
    let of_the_server = ["date", "content-length"];
    let headers = headers
        .iter()
        .filter(|(name, _)| !of_the_server.contains(&name.as_str()));
    let mut told: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn answers_are_those_of_the_network() {
    let (memory, network) = (emulator(), builder().start().await.unwrap());
    for path in [EXAMPLE, "/nothing", "/reports/healthMonitoring/alerts"] {
        let here = get(&memory, path).await;
        let there = crate::common::get(&network, path).await;
        assert_eq!(here.status, there.status(), "{path}");
        assert_eq!(told(&here.headers), told(there.headers()), "{path}");
        let there = there.text().await.unwrap();
        assert_eq!(String::from_utf8(here.body).unwrap(), there, "{path}");
    }
    assert_eq!(memory.request_count(), 3);
}

#[test]
fn it_needs_no_runtime() {
    let emulator = emulator();
    assert_eq!(emulator.endpoint(), "https://graph.emulator.invalid/beta");
    let answer = get(&emulator, EXAMPLE).now_or_never();
    assert_eq!(answer.unwrap().status, 200);
    emulator.shutdown().now_or_never().unwrap();
}

#[tokio::test]
async fn an_emulator_that_listens_answers_in_memory() {
    let emulator = builder().start().await.unwrap();
    assert_eq!(get(&emulator, EXAMPLE).await.status, 200);
    let network = crate::common::get(&emulator, EXAMPLE).await;
    assert_eq!(network.status(), 200);
    assert_eq!(emulator.request_count(), 2);
}

#[tokio::test]
async fn hosts_are_told_apart() {
    let emulator = emulator();
    let ask = async |url: &str, host: &str| {
        let mut request = Request::get(url).header("authorization", "Bearer t");
        if !host.is_empty() {
            request = request.header("host", host);
        }
        let answer = exchange(&emulator, request, "").await;
        answer
            .map(|read| read.status.as_u16())
            .map_err(|error| error.kind())
    };
    let path = format!("/beta{EXAMPLE}");
    let at = |origin: &str| format!("{origin}{path}");
    for (url, host, expected) in [
        (at("https://graph.emulator.invalid"), "", Ok(200)),
        (at("https://GRAPH.emulator.invalid"), "", Ok(200)),
        (path.clone(), "", Ok(200)),
        (path.clone(), "graph.emulator.invalid", Ok(200)),
        (path.clone(), "storage.emulator.invalid", Ok(401)),
        (at("https://storage.emulator.invalid"), "", Ok(401)),
        (
            at("http://graph.emulator.invalid"),
            "",
            Err(ErrorKind::NotFound),
        ),
        (
            at("https://graph.emulator.invalid:8443"),
            "",
            Err(ErrorKind::NotFound),
        ),
        (
            path.clone(),
            "graph.microsoft.com",
            Err(ErrorKind::NotFound),
        ),
    ] {
        assert_eq!(ask(&url, host).await, expected, "{url} {host}");
    }
}

#[tokio::test]
async fn faults_of_the_connection_are_errors() {
    let faults = [Fault::ConnectionReset, Fault::TruncatedBody];
    let emulator = builder().faults(faults).start_in_memory().unwrap();
    let ask = || request(&emulator, "GET", EXAMPLE).header("authorization", "Bearer t");
    let reset = exchange(&emulator, ask(), "").await.unwrap_err();
    assert_eq!(reset.kind(), ErrorKind::ConnectionReset);
    let cut = exchange(&emulator, ask(), "").await.unwrap_err();
    let mut cause = cut.source().or(cut.get_ref().map(|it| it as _));
    while let Some(source) = cause.and_then(|it| it.source()) {
        cause = Some(source);
    }
    let cause = cause.and_then(|it| it.downcast_ref::<io::Error>());
    assert_eq!(cause.map(io::Error::kind), Some(ErrorKind::UnexpectedEof));
    let outcomes = emulator.requests().into_iter().map(|it| it.outcome);
    assert!(outcomes.eq([
        Outcome::Faulted(Fault::ConnectionReset),
        Outcome::Faulted(Fault::TruncatedBody),
    ]));
}

#[tokio::test]
async fn an_answer_is_lost_and_the_effect_stays() {
    let lost = Fault::ConnectionReset.after_effect();
    let setup = builder().metadata(FILES).fault(lost.clone());
    let emulator = setup.start().await.unwrap();
    let body = json!({"id": "1"});
    let url = format!("{}/teams", emulator.endpoint());
    let post = reqwest::Client::builder().no_proxy().build().unwrap();
    let post = post.post(url).bearer_auth("t");
    let post = post.header("content-type", "application/json");
    assert!(post.body(body.to_string()).send().await.is_err());
    assert!(emulator.entity("teams/1").is_some());
    assert_eq!(emulator.requests()[0].outcome, Outcome::Faulted(lost));
}

#[tokio::test]
async fn a_stall_lasts_until_the_emulator_stops() {
    let emulator = builder().fault(Fault::Stall).start_in_memory().unwrap();
    let mut service = emulator.service();
    let ask = || {
        let request = request(&emulator, "GET", EXAMPLE);
        request.body(Body::empty()).unwrap()
    };
    let after = ask();
    let mut stalled = service.call(ask());
    assert!((&mut stalled).now_or_never().is_none());
    emulator.shutdown().await;
    let kind = |answer: io::Result<_>| answer.map(|_: graph_emulator::http::Response<Body>| ());
    let ended = kind(stalled.await).unwrap_err();
    assert_eq!(ended.kind(), ErrorKind::ConnectionAborted);
    let refused = kind(service.call(after).await).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn a_head_has_no_body() {
    let emulator = emulator();
    let request = request(&emulator, "HEAD", EXAMPLE).header("authorization", "Bearer t");
    let read = exchange(&emulator, request, "").await.unwrap();
    assert_eq!(read.answer(), (405, serde_json::Value::Null));
}

#[tokio::test]
async fn downloads_are_at_another_host() {
    let emulator = builder()
        .metadata(FILES)
        .with_entity("drive/root", json!({"id": "r", "name": "root"}))
        .with_stream("drive/root/content", "text/plain", *b"hello")
        .downloads(DownloadAnswer::Redirect)
        .fault_when(|request| {
            let is_foreign = request.origin == Origin::Foreign;
            is_foreign.then_some(Fault::GatewayTimeout)
        })
        .start_in_memory()
        .unwrap();
    let redirect = get(&emulator, "/drive/root/content").await;
    let url = redirect.header("location").to_owned();
    assert!(
        url.starts_with("https://storage.emulator.invalid/download/"),
        "{url}"
    );
    // Faults strike there, too, and the script goes before them.
    emulator.inject(Fault::ServiceUnavailable {
        retry_after: graph_emulator::RetryAfter::Absent,
    });
    for expected in [503, 504] {
        let read = exchange(&emulator, request(&emulator, "GET", &url), "").await;
        assert_eq!(read.unwrap().status, expected);
    }
    let origins = emulator.foreign_requests().into_iter().map(|it| it.origin);
    assert!(origins.eq([Origin::Foreign, Origin::Foreign]));
    emulator.clear_requests();
    assert!(emulator.downloads().is_empty());
}

#[tokio::test]
async fn bodies_come_in_and_their_limit_holds() {
    let setup = builder().metadata(FILES).body_limit(40);
    let emulator = setup.start_in_memory().unwrap();
    let made = post(&emulator, "/teams", json!({"id": "1"})).await;
    assert_eq!(made.status, 201);
    let large = json!({"id": "2", "displayName": "x".repeat(40)});
    let refused: Read = post(&emulator, "/teams", large).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    let broken = futures_util::stream::iter([Err::<Vec<u8>, _>(io::Error::other("cut"))]);
    let request = request(&emulator, "POST", "/teams").header("authorization", "Bearer t");
    let request = request.body(Body::from_stream(broken)).unwrap();
    assert_eq!(send(&emulator, request).await.unwrap().status(), 400);
}
