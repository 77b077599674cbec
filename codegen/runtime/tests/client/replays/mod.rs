//! Exchanges that are recorded to a file and played back.

mod secrets;

use std::fs;
use std::path::PathBuf;

use http::{Request, Response};
use odata_runtime::transport::Replay;
use odata_runtime::{
    Body, Client, Content, ErrorKind, Method, Transport, TransportError, TransportErrorKind,
    UploadSession,
};
use serde_json::{Value, json};

use crate::support::{CLOUD, FakeClock, TOKEN, Thing, metrics, values};

/// A file that is removed in the end.
struct Har(PathBuf);

impl Har {
    fn new(name: &str) -> Self {
        let name = format!("replay-{name}-{}.har", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.0).unwrap()
    }

    fn entries(&self) -> Value {
        let har: Value = serde_json::from_str(&self.text()).unwrap();
        har["log"]["entries"].clone()
    }

    fn recording(&self, transport: impl Transport + 'static) -> Client {
        let builder = Client::builder(CLOUD, "test/1").bearer_token(TOKEN);
        let builder = builder.secret_header("x-key", "k3y-of-the-gateway");
        let builder = builder.transport(transport).clock(FakeClock::new());
        builder.record_to(&self.0).build().unwrap()
    }

    fn playing(&self) -> Client {
        let builder = Client::builder(CLOUD, "test/1").bearer_token("another");
        let builder = builder.transport(Replay::open(&self.0).unwrap());
        builder.clock(FakeClock::new()).build().unwrap()
    }
}

impl Drop for Har {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

type Answer = Result<Response<Body>, TransportError>;

fn answer(body: impl Into<Body>) -> Answer {
    let response = Response::builder().header("content-type", "application/json");
    Ok(response.body(body.into()).unwrap())
}

/// What is in a recording apart from its frame.
fn exchange(entry: &Value) -> Value {
    json!([
        entry["request"]["method"],
        entry["request"]["url"],
        entry["request"]["postData"]["text"],
        entry["response"]["status"],
        entry["response"]["content"]["text"],
    ])
}

#[tokio::test]
async fn what_was_recorded_is_played_back() {
    let har = Har::new("played");
    let client = har.recording(
        async |request: Request<Body>| match request.method().as_str() {
            "GET" => answer(r#"{"value": [{"value": 7}]}"#),
            _ => answer(r#"{"name": "new"}"#),
        },
    );
    let thing = Thing {
        name: Some("new".to_owned()),
        ..Thing::default()
    };
    let things = client.root().segment("things");
    metrics(&client).send().await.unwrap();
    things.create(&thing).send().await.unwrap();

    let entries = har.entries();
    let url = "https://service.invalid/beta/reports/getMetrics(minutes=10)";
    let read = json!(["GET", url, null, 200, "{\"value\": [{\"value\": 7}]}"]);
    assert_eq!(exchange(&entries[0]), read);
    assert_eq!(
        entries[1]["request"]["postData"]["text"],
        "{\"name\":\"new\"}"
    );
    assert_eq!(entries[0]["startedDateTime"], "1994-11-06T08:49:07.000Z");

    // In another order, and without a network.
    let client = har.playing();
    let things = client.root().segment("things");
    let created = things.create(&thing).send().await.unwrap();
    assert_eq!(created.value().unwrap().name.as_deref(), Some("new"));
    let page = metrics(&client).send().await.unwrap();
    assert_eq!(values(&page), [7]);
}

#[tokio::test]
async fn each_exchange_makes_a_whole_recording() {
    let har = Har::new("growing");
    let client = har.recording(async |_: Request<Body>| answer(r#"{"value": []}"#));
    for exchanges in 1..=4 {
        if exchanges == 3 {
            // Somebody else had a hand in it.
            fs::write(&har.0, "{}").unwrap();
        }
        metrics(&client).send().await.unwrap();
        assert_eq!(har.entries().as_array().unwrap().len(), exchanges);
    }
}

#[tokio::test]
async fn what_was_not_recorded_is_told() {
    let har = Har::new("missing");
    let client = har.recording(async |_: Request<Body>| answer(r#"{"value": []}"#));
    metrics(&client).send().await.unwrap();
    let things = client.root().segment("things");
    let request = |client: &Client, method, body| {
        let request = client.request::<Value>(method, "/things").unwrap();
        request.body("application/json", body)
    };
    request(&client, Method::POST, r#"{"a": 1, "b": 2}"#)
        .send()
        .await
        .unwrap();
    drop(things);

    let client = har.playing();
    let said = |failure: odata_runtime::Error| {
        assert_eq!(failure.kind(), ErrorKind::InvalidRequest);
        std::error::Error::source(&failure).unwrap().to_string()
    };
    let failure = request(&client, Method::POST, r#"{"a": 1}"#)
        .send()
        .await
        .unwrap_err();
    let url = "https://service.invalid/beta/things";
    assert_eq!(
        said(failure),
        format!("POST {url} was recorded with another body")
    );
    // The same value in another form is the same body.
    request(&client, Method::POST, r#"{"b":2,"a":1}"#)
        .send()
        .await
        .unwrap();
    let failure = request(&client, Method::POST, r#"{"b":2,"a":1}"#)
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        said(failure),
        format!("POST {url} was recorded 1 times, and is requested once more")
    );
    let failure = request(&client, Method::PATCH, "{}")
        .send()
        .await
        .unwrap_err();
    let other = "https://service.invalid/beta/reports/getMetrics(minutes=10)";
    assert_eq!(
        said(failure),
        format!("PATCH {url} was not recorded; there is GET {other}, POST {url}")
    );
}

#[tokio::test]
async fn no_secret_is_recorded() {
    let har = Har::new("secrets");
    const UPLOAD: &str = "https://files.invalid/up/s3cret-path?tempauth=s3cret&a=b";
    let client = har.recording(async |request: Request<Body>| {
        let response = Response::builder().header("set-cookie", "session=s3cret-cookie");
        match request.uri().path() {
            "/beta/session" => {
                let json = json!({"uploadUrl": UPLOAD, "echo": [TOKEN, "k3y-of-the-gateway"]});
                Ok(response.body(json.to_string().replace('/', r"\/").into()).unwrap())
            }
            "/beta/photo" => {
                let response = response.status(302).header("location", "https://cdn.invalid/s3cret-place");
                Ok(response.body(Body::empty()).unwrap())
            }
            "/beta/item" => answer(r#"{"@microsoft.graph.downloadUrl": "https://cdn.invalid/x?sig=s3cret-unused", "webUrl": "https://web.invalid/seen"}"#),
            "/s3cret-place" => answer(vec![0, 159, 146, 150]),
            "/up/s3cret-path" => answer(r#"{"name": "a"}"#),
            other => panic!("{other}"),
        }
    });
    let exchanges = async |client: Client| {
        let request = client.request::<Value>(Method::POST, "/session").unwrap();
        let mut session = UploadSession::<Thing>::begin(request, 3).await.unwrap();
        let item = session
            .send(&mut std::io::Cursor::new("abc"))
            .await
            .unwrap();
        assert_eq!(item.into_inner().unwrap().name.as_deref(), Some("a"));
        let photo = client
            .root()
            .segment("photo")
            .download()
            .send()
            .await
            .unwrap();
        assert_eq!(**photo, [0, 159, 146, 150]);
        let item = client.request::<Value>(Method::GET, "/item").unwrap();
        let item = item.send().await.unwrap();
        assert_eq!(item["webUrl"], "https://web.invalid/seen");
    };
    exchanges(client).await;
    let text = har.text();
    for secret in ["s3cret", TOKEN, "k3y-of"] {
        assert!(!text.contains(secret), "{text}");
    }
    exchanges(har.playing()).await;
}

#[tokio::test]
async fn failures_are_not_recorded() {
    let har = Har::new("failures");
    let client = har.recording(async |_: Request<Body>| {
        Err(TransportError::new(
            TransportErrorKind::Tls,
            "no certificate",
        ))
    });
    let failure = metrics(&client).send().await.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::Tls);
    assert!(!har.0.exists());

    let stream = Content::reader(3, &b"abc"[..]);
    let photo = client.root().segment("photo");
    let failure = photo
        .upload::<Thing>("a/b", stream)
        .send()
        .await
        .unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_told() {
    let har = Har(PathBuf::from("/nowhere/at/all.har"));
    let client = har.recording(async |_: Request<Body>| answer("{}"));
    let failure = metrics(&client).send().await.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::Configuration);
}

#[test]
fn a_file_that_is_no_recording_is_told() {
    let har = Har::new("wrong");
    for text in ["", "{}", "[]", r#"{"log": {"entries": [{}]}}"#] {
        fs::write(&har.0, text).unwrap();
        let failure = Replay::open(&har.0).unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::Configuration);
        assert!(
            failure.to_string().contains("is no HTTP Archive (HAR 1.2)"),
            "{failure}"
        );
    }
    let failure = Replay::open("/nowhere/at/all.har").unwrap_err();
    assert!(failure.to_string().contains("cannot be read"), "{failure}");
}

#[tokio::test]
async fn the_recording_of_a_browser_is_played() {
    let har = Har::new("browser");
    let entry = json!({
        "startedDateTime": "2026-01-01T00:00:00.000Z",
        "time": 12.5,
        "_initiator": {"type": "script"},
        "request": {
            "method": "GET",
            "url": "https://service.invalid/beta/things/1",
            "httpVersion": "http/2.0",
            "headers": [{"name": ":authority", "value": "service.invalid"}],
            "queryString": [{"name": "a", "value": "b"}],
            "cookies": [{"name": "a", "value": "b"}],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "http/2.0",
            "headers": [{"name": "content-type", "value": "application/json"}],
            "cookies": [],
            "content": {"size": 12, "mimeType": "application/json", "text": "eyJuYW1lIjoiYSJ9", "encoding": "base64"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
            "_transferSize": 100,
        },
        "cache": {},
        "timings": {"blocked": -1, "send": 0, "wait": 1, "receive": 1},
    });
    let text = json!({"log": {"version": "1.2", "creator": {"name": "b", "version": "1"}, "pages": [], "entries": [entry]}});
    fs::write(&har.0, text.to_string()).unwrap();
    let client = har.playing();
    let request = client.request::<Value>(Method::GET, "/things/1").unwrap();
    let answer = request.send().await.unwrap().into_inner();
    assert_eq!(answer, json!({"name": "a"}));
}
