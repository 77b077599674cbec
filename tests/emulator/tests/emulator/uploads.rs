//! Upload sessions, fragment by fragment.

use crate::common::memory::{Read, exchange, get, post, request};
use crate::common::{builder, example_clock};
use chrono::{DateTime, TimeDelta, Utc};
use graph_emulator::{
    Emulator, EmulatorBuilder, Fault, Origin, RetryAfter, UploadFragment, UploadState,
};
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const CSDL: &str = include_str!("../work.csdl");

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
async fn a_fragment_has_60_mib_at_most() {
    let emulator = start(drive().upload_digest_only());
    let url = open(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
    let length = (60 << 20) + 4;
    let send = async |length: usize, total: usize| {
        let range = format!("bytes 0-{}/{total}", length - 1);
        let request = request(&emulator, "PUT", &url).header("content-range", range);
        exchange(&emulator, request, vec![0; length])
            .await
            .unwrap()
            .status
    };
    assert_eq!(send(length, length * 2).await, 413);
    assert_eq!(send(length - 4, length * 2).await, 202);
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
    assert!(request.headers.contains_key("authorization"));
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
async fn a_name_that_is_taken() {
    let emulator = start(drive());
    let path = "/drive/root:/there.txt:/createUploadSession";
    let behave = |behavior: &str| json!({"item": {"@microsoft.graph.conflictBehavior": behavior}});
    for body in [json!({}), behave("fail")] {
        let found = refusal(&post(&emulator, path, body).await);
        assert_eq!(found, (409, "nameAlreadyExists".to_owned(), Value::Null));
    }
    assert_eq!(post(&emulator, path, behave("merge")).await.status, 400);
    for (behavior, status, name) in [
        ("replace", 200, "there.txt"),
        ("rename", 201, "there 1.txt"),
        ("rename", 201, "there 2.txt"),
    ] {
        let url = open(&emulator, path, behave(behavior)).await;
        let (found, made) = put(&emulator, &url, "bytes 0-2/3", "abc").await.answer();
        assert_eq!((found, &made["name"]), (status, &json!(name)));
        let place = format!("/drive/root:/{}:/content", name.replace(' ', "%20"));
        assert_eq!(get(&emulator, &place).await.body, b"abc", "{name}");
    }
    let other = json!({"item": {"name": "other.txt"}});
    assert_eq!(post(&emulator, path, other).await.status, 400);
    let nowhere = "/drive/root:/no/a.txt:/createUploadSession";
    assert_eq!(post(&emulator, nowhere, json!({})).await.status, 404);
}

#[tokio::test]
async fn a_name_that_is_taken_meanwhile() {
    let emulator = start(drive());
    let url = open(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
    let entities = emulator.entities();
    entities
        .create("drive/root/children", json!({"id": "a", "name": "a"}))
        .unwrap();
    let last = put(&emulator, &url, "bytes 0-2/3", "abc").await;
    assert_eq!(
        refusal(&last),
        (409, "nameAlreadyExists".to_owned(), Value::Null)
    );
    assert_eq!(emulator.upload_sessions()[0].state, UploadState::Open);
    entities.delete("drive/root/children/a").unwrap();
    assert_eq!(
        ask(&emulator, "POST", &url).await.status,
        201,
        "the bytes are still there"
    );
}

#[tokio::test]
async fn the_content_of_an_item_is_replaced() {
    let emulator = start(drive());
    let path = "/drive/items/f/createUploadSession";
    let announced = json!({"item": {"fileSize": 3}});
    let url = open(&emulator, path, announced).await;
    assert_eq!(
        put(&emulator, &url, "bytes 0-3/4", "abcd").await.status,
        400
    );
    let (status, item) = put(&emulator, &url, "bytes 0-2/3", "abc").await.answer();
    assert_eq!(
        (status, &item["id"], &item["size"]),
        (200, &json!("f"), &json!(3))
    );
    assert_eq!(get(&emulator, "/drive/items/f/content").await.body, b"abc");
    let other = request(&emulator, "POST", path)
        .header("authorization", "Bearer t")
        .header("if-match", "W/\"77\"");
    assert_eq!(exchange(&emulator, other, "").await.unwrap().status, 412);
    let missing = post(&emulator, "/drive/items/no/createUploadSession", json!({})).await;
    assert_eq!(missing.status, 404);
    let url = open(&emulator, path, json!({})).await;
    emulator.entities().delete("drive/items/f").unwrap();
    assert_eq!(put(&emulator, &url, "bytes 0-2/3", "abc").await.status, 404);
}

#[tokio::test]
async fn outlook_says_where_the_attachment_is() {
    let setup = builder().metadata(CSDL);
    let emulator = start(setup.with_entities("messages", json!([{"id": "m"}])));
    let path = "/messages/m/attachments/createUploadSession";
    let item = json!({"AttachmentItem": {"attachmentType": "file", "name": "a.txt", "size": 3}});
    let session = post(&emulator, path, item).await;
    assert_eq!(session.status, 201);
    let session = session.json();
    assert_eq!(session["nextExpectedRanges"], json!(["0-"]));
    let url = session["uploadUrl"].as_str().unwrap();
    assert_eq!(
        put(&emulator, url, "bytes 0-0/4", "a").await.status,
        400,
        "the size was told"
    );
    let first = put(&emulator, url, "bytes 0-0/3", "a").await;
    assert_eq!(
        first.answer(),
        (200, missing(LATER, &["1"])),
        "any length is taken"
    );
    assert_eq!(ask(&emulator, "POST", url).await.status, 405);
    let last = put(&emulator, url, "bytes 1-2/3", "bc").await;
    assert_eq!(last.answer(), (201, Value::Null));
    let attachments = emulator.entities().list("messages/m/attachments").unwrap();
    let id = attachments[0]["id"].as_str().unwrap();
    let place = format!("/api/v2.0/messages('m')/attachments('{id}')");
    assert_eq!(
        last.header("location"),
        format!("https://storage.emulator.invalid{place}")
    );
    let told = ["name", "size", "contentBytes"].map(|name| attachments[0][name].clone());
    assert_eq!(told, [json!("a.txt"), json!(3), json!("YWJj")]);
    let page = get(&emulator, "/messages/m/attachments").await.json();
    let ty = "#microsoft.graph.fileAttachment";
    assert_eq!(page["value"][0]["@odata.type"], ty);

    let copies = post(
        &emulator,
        "/messages/m/copies/createUploadSession",
        json!({}),
    )
    .await;
    assert_eq!(copies.status, 501, "nothing there holds bytes");
    let large = json!({"AttachmentItem": {"name": "b", "size": 5 << 20}});
    let url = open(&emulator, path, large).await;
    let range = format!("bytes 0-{}/{}", 4 << 20, 5 << 20);
    let request = request(&emulator, "PUT", &url).header("content-range", range);
    let body = vec![0; (4 << 20) + 1];
    assert_eq!(
        exchange(&emulator, request, body).await.unwrap().status,
        413
    );
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

fn fragment(first: u64, last: u64, taken: bool) -> (u64, u64, bool) {
    (first, last, taken)
}

fn arrived(emulator: &Emulator) -> Vec<(u64, u64, bool)> {
    let session = emulator.upload_sessions().remove(0);
    let fragments = session.fragments.into_iter();
    fragments
        .map(
            |UploadFragment {
                 first, last, taken, ..
             }| (first, last, taken),
        )
        .collect()
}

#[tokio::test]
async fn faults_strike_before_a_fragment_or_after() {
    let unavailable = Fault::ServiceUnavailable {
        retry_after: RetryAfter::Seconds(1),
    };
    let setup = drive()
        .pass()
        .fault(Fault::ConnectionReset)
        .fault(unavailable.clone())
        .fault(unavailable.after_effect())
        .pass()
        .fault(Fault::ConnectionReset.after_effect());
    let emulator = start(setup);
    let url = open(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
    let send = async |range: &str, body: &'static str| {
        let request = request(&emulator, "PUT", &url).header("content-range", range);
        let answer = exchange(&emulator, request, body).await;
        answer
            .map(|it| it.status.as_u16())
            .map_err(|error| error.kind())
    };
    let first = "bytes 0-3/6";
    assert_eq!(send(first, "abcd").await, Err(ErrorKind::ConnectionReset));
    assert_eq!(send(first, "abcd").await, Ok(503));
    assert_eq!(send(first, "abcd").await, Ok(503), "and it was taken");
    assert_eq!(send(first, "abcd").await, Ok(416));
    let lost = send("bytes 4-5/6", "ef").await;
    assert_eq!(
        lost,
        Err(ErrorKind::ConnectionReset),
        "and the file is there"
    );
    assert_eq!(send("bytes 4-5/6", "ef").await, Ok(404));
    assert_eq!(
        get(&emulator, "/drive/root:/a:/content").await.body,
        b"abcdef"
    );
    let expected = [
        fragment(0, 3, false),
        fragment(0, 3, false),
        fragment(0, 3, true),
        fragment(0, 3, false),
        fragment(4, 5, true),
    ];
    assert_eq!(arrived(&emulator), expected);
}

#[tokio::test]
async fn a_fragment_that_breaks_off_is_ignored() {
    for setup in [drive(), drive().upload_digest_only()] {
        let emulator = start(setup);
        let url = open(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
        let broken = futures_util::stream::iter([Ok("ab"), Err(std::io::Error::other("cut"))]);
        let request = request(&emulator, "PUT", &url).header("content-range", "bytes 0-2/3");
        let body = graph_emulator::Body::from_stream(broken);
        assert_eq!(
            exchange(&emulator, request, body).await.unwrap().status,
            400
        );
        assert_eq!(put(&emulator, &url, "bytes 0-2/3", "abc").await.status, 201);
        assert_eq!(emulator.upload_sessions()[0].sha256, ABC);
        assert_eq!(
            arrived(&emulator),
            [fragment(0, 2, false), fragment(0, 2, true)]
        );
    }
}

#[tokio::test]
async fn a_digest_stands_for_the_bytes() {
    let emulator = start(drive().upload_digest_only());
    let url = open(&emulator, "/drive/items/f/createUploadSession", json!({})).await;
    let large = "x".repeat(320 << 10);
    let total = 4 * large.len();
    for first in (0..total).step_by(large.len()) {
        let range = format!("bytes {first}-{}/{total}", first + large.len() - 1);
        let request = request(&emulator, "PUT", &url).header("content-range", range);
        let answer = exchange(&emulator, request, large.clone()).await.unwrap();
        assert!(answer.status.is_success(), "{answer:?}");
    }
    let session = emulator.upload_sessions().remove(0);
    assert_eq!(session.total, Some(u64::try_from(total).unwrap()));
    // `head -c 1310720 /dev/zero | tr '\0' x | sha256sum`
    assert_eq!(
        session.sha256,
        "6f43ac5ea4b9ee61fd611695cda363b4ff42074d93a37c9e2551e33d9da05bb2"
    );
    assert_eq!(emulator.entity("drive/items/f").unwrap()["size"], total);
    assert_eq!(get(&emulator, "/drive/items/f/content").await.status, 404);
    let is_kept = |request: &graph_emulator::ReceivedRequest| !request.body.is_empty();
    assert!(!emulator.foreign_requests().iter().any(is_kept));
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
