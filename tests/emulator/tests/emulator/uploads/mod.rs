//! Upload sessions, fragment by fragment.

mod faults;
mod names;
mod outlook;

use crate::common::memory::{Read, exchange, get, post, request};
use crate::common::{builder, example_clock};
use chrono::{DateTime, TimeDelta, Utc};
use graph_emulator::{Emulator, EmulatorBuilder, Origin, UploadState};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const CSDL: &str = include_str!("../../work.csdl");

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// A drive with a folder and a file, where fragments are multiples of 4 bytes.
fn drive() -> EmulatorBuilder {
    let children = json!([
        {"id": "d", "name": "docs"},
        {"id": "f", "name": "there.txt", "description": "old"},
    ]);
    builder()
        .metadata(CSDL)
        .with_entity("drive/root", json!({"id": "r", "name": "root"}))
        .with_entities("drive/root/children", children)
        .with_stream("drive/root:/there.txt:/content", "text/plain", *b"old")
        .upload_fragment_multiple(4)
}

fn start(setup: EmulatorBuilder) -> Emulator {
    setup.start_in_memory().unwrap()
}

/// Opens a session and returns its URL.
async fn open(emulator: &Emulator, path: &str, body: Value) -> String {
    let (status, session) = post(emulator, path, body).await.answer();
    assert!(matches!(status, 200 | 201), "{session}");
    session["uploadUrl"].as_str().unwrap().to_owned()
}

async fn put(emulator: &Emulator, url: &str, range: &str, body: &'static str) -> Read {
    let request = request(emulator, "PUT", url).header("content-range", range);
    exchange(emulator, request, body).await.unwrap()
}

async fn ask(emulator: &Emulator, method: &str, url: &str) -> Read {
    let request = request(emulator, method, url);
    exchange(emulator, request, "").await.unwrap()
}

/// What a refusal says, without its ids.
fn refusal(read: &Read) -> (u16, String, Value) {
    let (status, body) = read.answer();
    let error = &body["error"];
    let code = error["code"].as_str().unwrap_or_default();
    (status, code.to_owned(), error["innerError"]["code"].clone())
}

fn missing(expires: &str, ranges: &[&str]) -> Value {
    json!({"expirationDateTime": expires, "nextExpectedRanges": ranges})
}

const LATER: &str = "2023-01-02T01:00:00.000Z";

#[tokio::test]
async fn a_file_comes_in_fragments() {
    let emulator = start(drive());
    let path = "/drive/root:/docs/new.txt:/createUploadSession";
    let item = json!({"item": {"name": "new.txt", "description": "mine"}});
    let (status, session) = post(&emulator, path, item).await.answer();
    let url = session["uploadUrl"].as_str().unwrap().to_owned();
    let context = "https://graph.microsoft.com/beta/$metadata#microsoft.graph.uploadSession";
    let expected = json!({
        "@odata.context": context,
        "uploadUrl": url,
        "expirationDateTime": LATER,
        "nextExpectedRanges": ["0-"],
    });
    assert_eq!((status, session), (200, expected));
    assert!(
        url.starts_with("https://storage.emulator.invalid/upload/"),
        "{url}"
    );

    let first = put(&emulator, &url, "bytes 0-3/6", "abcd").await;
    assert_eq!(first.answer(), (202, missing(LATER, &["4-"])));
    assert_eq!(
        (first.header("odata-version"), first.header("content-type")),
        ("", "application/json")
    );
    let status = ask(&emulator, "GET", &url).await;
    assert_eq!(status.answer(), (200, missing(LATER, &["4-"])));
    let (status, made) = put(&emulator, &url, "bytes 4-5/6", "ef").await.answer();
    assert_eq!(status, 201);
    let told = ["name", "description", "size", "file"].map(|name| made[name].clone());
    assert_eq!(told, [json!("new.txt"), json!("mine"), json!(6), json!({})]);
    let content = get(&emulator, "/drive/root:/docs/new.txt:/content").await;
    assert_eq!(content.body, b"abcdef");
    assert_eq!(
        refusal(&ask(&emulator, "GET", &url).await).0,
        404,
        "it is over"
    );

    let [session] = &emulator.upload_sessions()[..] else {
        panic!("one session");
    };
    assert_eq!(
        (session.state, session.received),
        (UploadState::Completed, 6)
    );
    assert_eq!((session.arrivals(0, 3), session.arrivals(4, 5)), (1, 1));
    assert_eq!(session.path, format!("/beta{path}"));
    assert_eq!(emulator.foreign_requests().len(), 4);
}

#[tokio::test]
async fn fragments_that_no_session_takes() {
    let emulator = start(drive());
    let url = open(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
    put(&emulator, &url, "bytes 0-3/12", "abcd").await;
    for (range, body, status, code, inner) in [
        (
            "bytes 0-3/12",
            "abcd",
            416,
            "invalidRange",
            json!("fragmentOverlap"),
        ),
        (
            "bytes 2-5/12",
            "abcd",
            416,
            "invalidRange",
            json!("fragmentOverlap"),
        ),
        (
            "bytes 8-11/12",
            "abcd",
            416,
            "invalidRange",
            json!("fragmentOutOfOrder"),
        ),
        ("bytes 4-7/13", "abcd", 400, "invalidRequest", Value::Null),
        (
            "bytes 4-12/12",
            "abcdefghi",
            400,
            "invalidRequest",
            Value::Null,
        ),
        ("bytes 4-6/12", "abc", 400, "invalidRequest", Value::Null),
        (
            "bytes 4-7/12",
            "abc",
            400,
            "invalidRequest",
            json!("fragmentLengthMismatch"),
        ),
        ("4-7/12", "abcd", 400, "invalidRequest", Value::Null),
        ("", "abcd", 400, "invalidRequest", Value::Null),
    ] {
        let found = refusal(&put(&emulator, &url, range, body).await);
        assert_eq!(found, (status, code.to_owned(), inner), "{range}");
    }
    let status = ask(&emulator, "GET", &url).await.answer();
    assert_eq!(
        status,
        (200, missing(LATER, &["4-"])),
        "nothing has changed"
    );
    assert_eq!(
        refusal(&ask(&emulator, "POST", &url).await).0,
        400,
        "bytes are missing"
    );
    assert_eq!(ask(&emulator, "PATCH", &url).await.status, 405);
    let session = emulator.upload_sessions().remove(0);
    let taken: Vec<bool> = session.fragments.iter().map(|it| it.taken).collect();
    assert_eq!((taken[0], taken[1..].contains(&true)), (true, false));
    assert_eq!(session.arrivals(0, 3), 2);
}

#[tokio::test]
async fn a_token_is_refused_and_on_record() {
    let emulator = start(drive());
    let url = open(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
    let with_token = request(&emulator, "PUT", &url)
        .header("authorization", "Bearer secret")
        .header("content-range", "bytes 0-2/3");
    let refused = exchange(&emulator, with_token, "abc").await.unwrap();
    assert_eq!(
        refusal(&refused),
        (401, "unauthenticated".to_owned(), Value::Null)
    );
    let request = emulator.foreign_requests().remove(0);
    assert!(request.has_authorization());
    assert!(!format!("{request:?}").contains("secret"));
    let cut = url.split('?').next().unwrap();
    for url in [cut.to_owned(), format!("{url}&x=1"), format!("{cut}x?a=b")] {
        let status = put(&emulator, &url, "bytes 0-2/3", "abc").await.status;
        assert_eq!(status, if url.contains("x?") { 404 } else { 401 }, "{url}");
    }
    assert_eq!(put(&emulator, &url, "bytes 0-2/3", "abc").await.status, 201);
}

#[tokio::test]
async fn a_session_can_be_canceled() {
    let emulator = start(drive());
    let url = open(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
    put(&emulator, &url, "bytes 0-3/8", "abcd").await;
    assert_eq!(
        ask(&emulator, "DELETE", &url).await.answer(),
        (204, Value::Null)
    );
    for method in ["PUT", "GET", "DELETE", "POST"] {
        assert_eq!(
            refusal(&ask(&emulator, method, &url).await).0,
            404,
            "{method}"
        );
    }
    assert_eq!(emulator.upload_sessions()[0].state, UploadState::Canceled);
    assert_eq!(emulator.entity("drive/root:/a:"), None);
}

#[tokio::test]
async fn a_session_expires_unless_fragments_come() {
    let minutes = Arc::new(AtomicI64::new(0));
    let time = Arc::clone(&minutes);
    let now = move || -> DateTime<Utc> {
        example_clock() + TimeDelta::minutes(time.load(Ordering::Relaxed))
    };
    let lifetime = Duration::from_secs(600);
    let emulator = start(drive().clock(now).upload_session_lifetime(lifetime));
    let url = open(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
    minutes.store(9, Ordering::Relaxed);
    let taken = put(&emulator, &url, "bytes 0-3/8", "abcd").await.answer();
    assert_eq!(taken, (202, missing("2023-01-02T00:19:00.000Z", &["4-"])));
    minutes.store(18, Ordering::Relaxed);
    assert_eq!(ask(&emulator, "GET", &url).await.status, 200);
    minutes.store(19, Ordering::Relaxed);
    assert_eq!(
        put(&emulator, &url, "bytes 4-7/8", "efgh").await.status,
        404
    );
    assert_eq!(emulator.upload_sessions()[0].state, UploadState::Expired);
}

#[tokio::test]
async fn a_file_is_completed_on_request() {
    let emulator = start(drive());
    let deferred = json!({"deferCommit": true});
    let url = open(&emulator, "/drive/root:/a:/createUploadSession", deferred).await;
    let last = put(&emulator, &url, "bytes 0-2/3", "abc").await;
    assert_eq!(last.answer(), (202, missing(LATER, &[])));
    assert_eq!(emulator.entity("drive/root:/a:"), None);
    let with_body = exchange(&emulator, request(&emulator, "POST", &url), "x").await;
    assert_eq!(with_body.unwrap().status, 400);
    let (status, made) = ask(&emulator, "POST", &url).await.answer();
    assert_eq!((status, &made["name"]), (201, &json!("a")));
    assert_eq!(emulator.upload_sessions()[0].sha256, ABC);
}

#[tokio::test]
async fn a_handler_goes_before_a_session() {
    let handled = json!({"uploadUrl": "https://example.org/"});
    let answer = handled.clone();
    let emulator = start(drive().with_action("createUploadSession", move |_| answer.clone()));
    let session = post(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
    assert_eq!(session.json()["uploadUrl"], handled["uploadUrl"]);
    assert!(emulator.upload_sessions().is_empty());
}

#[tokio::test]
async fn uploads_over_tcp_go_to_another_port() {
    let emulator = drive().start().await.unwrap();
    let path = "/drive/root:/a:/createUploadSession";
    let session = crate::common::json(crate::common::post(&emulator, path, json!({})).await).await;
    let url = session["uploadUrl"].as_str().unwrap();
    let service = emulator.endpoint().replace("/beta", "/");
    assert!(
        url.starts_with("http://127.0.0.1:") && !url.starts_with(&service),
        "{url}"
    );
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let put = client
        .put(url)
        .header("content-range", "bytes 0-2/3")
        .body("abc");
    assert_eq!(put.send().await.unwrap().status(), 201);
    let request = emulator.foreign_requests().remove(0);
    assert_eq!(
        (request.origin, &request.body[..]),
        (Origin::Foreign, &b"abc"[..])
    );
}
