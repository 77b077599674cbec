//! Upload sessions, against a service that takes pieces as OneDrive and Outlook do.

mod hostile;

use std::collections::VecDeque;
use std::io::Cursor;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use odata_runtime::{
    Body, Client, ErrorKind, Method, Transport, TransportError, TransportErrorKind, UploadSession,
    UploadState,
};

use crate::support::{CLOUD, FakeClock, TOKEN, Thing};

type Answer = Result<Response<Body>, TransportError>;

const URL: &str = "https://files.invalid/up/s3cret-path?tempauth=s3cret";

/// A service that takes what is sent, and what it was asked.
struct Service {
    content: Vec<u8>,
    /// Of each request: method, and range if there is one.
    asked: Vec<String>,
    /// What becomes of the next pieces; those that are not listed are taken.
    faults: VecDeque<Fault>,
    is_complete: bool,
    length: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// This status, before anything was taken.
    Refused(u16),
    /// The connection breaks after so many bytes of the piece were taken.
    Broken(usize),
    /// This status, after the piece was taken.
    Taken(u16),
    /// What was taken is lost.
    Lost,
}

fn answer(status: u16, body: impl Into<Body>) -> Answer {
    let response = Response::builder().status(status);
    let response = response.header("content-type", "application/json");
    Ok(response.body(body.into()).unwrap())
}

impl Service {
    fn status(&self, status: u16) -> Answer {
        let next = self.content.len();
        let json = format!(
            r#"{{"expirationDateTime":"2026-01-29T09:21:55.523Z","nextExpectedRanges":["{next}-"]}}"#
        );
        answer(status, json)
    }

    fn take(&mut self, range: &Range<usize>, body: &[u8]) -> Answer {
        assert_eq!(body.len(), range.len());
        let fault = self.faults.pop_front().unwrap_or(Fault::None);
        if let Fault::Refused(status) = fault {
            return answer(status, "");
        }
        if range.start != self.content.len() {
            return answer(416, r#"{"error":{"code":"invalidRange"}}"#);
        }
        let taken = match fault {
            Fault::Broken(taken) => taken,
            _ => body.len(),
        };
        self.content.extend_from_slice(&body[..taken]);
        self.is_complete |= self.content.len() == self.length;
        match fault {
            Fault::Taken(status) => answer(status, ""),
            Fault::Broken(_) => Err(TransportError::new(TransportErrorKind::Broken, "reset")),
            Fault::Lost => {
                self.content.clear();
                self.status(202)
            }
            _ if self.is_complete => answer(201, r#"{"name": "a.bin"}"#),
            _ => self.status(202),
        }
    }

    fn respond(&mut self, request: Request<()>, body: &[u8]) -> Answer {
        let range = request.headers().get("content-range");
        let range = range.map(|range| range.to_str().unwrap().to_owned());
        self.asked.push(match &range {
            Some(range) => format!("{} {range}", request.method()),
            None => request.method().to_string(),
        });
        match (request.method().as_str(), range) {
            ("PUT", Some(range)) if !self.is_complete => {
                let (start, rest) = range["bytes ".len()..].split_once('-').unwrap();
                let (last, total) = rest.split_once('/').unwrap();
                assert_eq!(total.parse(), Ok(self.length));
                let start = start.parse().unwrap();
                self.take(&(start..last.parse::<usize>().unwrap() + 1), body)
            }
            ("GET", _) if !self.is_complete => self.status(200),
            ("DELETE", _) if !self.is_complete => answer(204, ""),
            _ => answer(404, r#"{"error":{"code":"itemNotFound"}}"#),
        }
    }
}

/// A service for so many bytes with these faults, and a client of it.
fn service(
    length: usize,
    faults: impl IntoIterator<Item = Fault>,
) -> (Arc<Mutex<Service>>, Client) {
    let service = Arc::new(Mutex::new(Service {
        content: Vec::new(),
        asked: Vec::new(),
        faults: faults.into_iter().collect(),
        is_complete: false,
        length,
    }));
    let serving = Arc::clone(&service);
    let client = client(move |request: Request<Body>| {
        let serving = Arc::clone(&serving);
        async move {
            let (head, body) = request.into_parts();
            let body = body.bytes().await.unwrap();
            if head.uri.host() == Some("service.invalid") {
                assert!(head.headers.contains_key("authorization"));
                return answer(200, format!(r#"{{"uploadUrl": "{URL}"}}"#));
            }
            assert_eq!(head.uri, URL);
            // Nothing that is the caller's comes here.
            let mut names: Vec<_> = head.headers.keys().map(|name| name.as_str()).collect();
            names.retain(|name| !name.starts_with("content-"));
            names.sort_unstable();
            assert_eq!(names, ["accept", "client-request-id", "user-agent"]);
            let request = Request::from_parts(head, ());
            let answer = serving.lock().unwrap().respond(request, &body);
            tokio::task::yield_now().await;
            answer
        }
    });
    (service, client)
}

fn client(transport: impl Transport + 'static) -> Client {
    let builder = Client::builder(CLOUD, "test/1").bearer_token(TOKEN);
    let builder = builder.header("x-own", "mine").clock(FakeClock::new());
    builder.transport(transport).build().unwrap()
}

async fn begin(client: &Client, length: u64) -> UploadSession<Thing> {
    let request = client.request::<()>(Method::POST, "/f/createUploadSession");
    let session = UploadSession::begin(request.unwrap(), length)
        .await
        .unwrap();
    session.fragment_size(10).fragment_multiple(5)
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| at as u8).collect()
}

#[tokio::test]
async fn pieces_are_sent_in_order_and_once() {
    let (service, client) = service(25, []);
    let progress = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&progress);
    let mut session = begin(&client, 25).await.on_progress(move |progress| {
        seen.lock()
            .unwrap()
            .push((progress.received, progress.total));
    });
    let item = session.send(&mut Cursor::new(bytes(25))).await.unwrap();
    let item = item.into_inner().unwrap();
    assert_eq!(item.name.as_deref(), Some("a.bin"));
    let service = service.lock().unwrap();
    assert_eq!(service.content, bytes(25));
    let expected = [
        "PUT bytes 0-9/25",
        "PUT bytes 10-19/25",
        "PUT bytes 20-24/25",
    ];
    assert_eq!(service.asked, expected);
    assert_eq!(*progress.lock().unwrap(), [(10, 25), (20, 25), (25, 25)]);
}

#[tokio::test]
async fn after_a_fault_the_service_is_asked() {
    for (fault, again) in [
        (Fault::Refused(500), "PUT bytes 0-9/15"),
        (Fault::Refused(503), "PUT bytes 0-9/15"),
        (Fault::Refused(429), "PUT bytes 0-9/15"),
        (Fault::Taken(502), "PUT bytes 10-14/15"),
        (Fault::Taken(416), "PUT bytes 10-14/15"),
        (Fault::Broken(0), "PUT bytes 0-9/15"),
        (Fault::Broken(3), "PUT bytes 3-12/15"),
        (Fault::Broken(10), "PUT bytes 10-14/15"),
    ] {
        let (service, client) = service(15, [fault]);
        let mut session = begin(&client, 15).await;
        session.send(&mut Cursor::new(bytes(15))).await.unwrap();
        let service = service.lock().unwrap();
        assert_eq!(service.content, bytes(15));
        assert_eq!(service.asked[..3], ["PUT bytes 0-9/15", "GET", again]);
    }
}

#[tokio::test]
async fn what_a_service_lost_is_sent_again() {
    let (service, client) = service(30, [Fault::None, Fault::Lost]);
    let mut session = begin(&client, 30).await;
    session.send(&mut Cursor::new(bytes(30))).await.unwrap();
    assert_eq!(service.lock().unwrap().content, bytes(30));
}

#[tokio::test]
async fn some_answers_end_an_upload_at_once() {
    for status in [400, 401, 403, 404, 409, 410, 413, 507] {
        let (service, client) = service(15, [Fault::Refused(status)]);
        let mut session = begin(&client, 15).await;
        let failure = session.send(&mut Cursor::new(bytes(15))).await;
        let failure = failure.unwrap_err();
        assert_eq!(failure.status().unwrap().as_u16(), status);
        assert_eq!(service.lock().unwrap().asked.len(), 1);
        // The caller may try again, and then it goes on.
        session.send(&mut Cursor::new(bytes(15))).await.unwrap();
        assert_eq!(service.lock().unwrap().content, bytes(15));
    }
}

#[tokio::test]
async fn faults_in_a_row_end_an_upload() {
    let (service, client) = service(15, [Fault::Refused(500); 5]);
    let mut session = begin(&client, 15).await;
    let failure = session.send(&mut Cursor::new(bytes(15))).await;
    assert_eq!(failure.unwrap_err().status().unwrap().as_u16(), 500);
    let put = "PUT bytes 0-9/15";
    let asked = service.lock().unwrap().asked.clone();
    assert_eq!(asked, [put, "GET", put, "GET", put, "GET", put]);
}

#[tokio::test]
async fn faults_with_progress_between_do_not_add_up() {
    let faults = [Fault::Broken(1); 50].into_iter();
    let (service, client) = service(60, faults);
    let mut session = begin(&client, 60).await;
    session.send(&mut Cursor::new(bytes(60))).await.unwrap();
    assert_eq!(service.lock().unwrap().content, bytes(60));
}

#[tokio::test]
async fn a_lost_last_answer_is_not_taken_for_failure() {
    for fault in [Fault::Broken(5), Fault::Taken(500)] {
        let (service, client) = service(15, [Fault::None, fault]);
        let mut session = begin(&client, 15).await;
        let failure = session.send(&mut Cursor::new(bytes(15))).await;
        let failure = failure.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown);
        assert!(service.lock().unwrap().is_complete);
    }
}

#[tokio::test]
async fn an_upload_goes_on_from_its_state() {
    let (service, client) = service(25, [Fault::None, Fault::Refused(403)]);
    let mut session = begin(&client, 25).await;
    session.send(&mut Cursor::new(bytes(25))).await.unwrap_err();
    let state = serde_json::to_string(&session.state()).unwrap();
    drop(session);

    let state: UploadState = serde_json::from_str(&state).unwrap();
    assert_eq!(state.length(), 25);
    assert_eq!(
        state.expires(),
        Some("2026-01-29T09:21:55.523Z".parse().unwrap())
    );
    let mut session = UploadSession::<Thing>::resume(&client, state).unwrap();
    session.send(&mut Cursor::new(bytes(25))).await.unwrap();
    let service = service.lock().unwrap();
    assert_eq!(service.content, bytes(25));
    let asked: Vec<_> = service.asked.iter().map(String::as_str).collect();
    let refused = "PUT bytes 10-19/25";
    assert_eq!(
        asked,
        ["PUT bytes 0-9/25", refused, "GET", "PUT bytes 10-24/25"]
    );
}

#[tokio::test]
async fn a_resumed_session_that_is_gone_may_be_complete() {
    let (_, client) = service(5, []);
    let mut session = begin(&client, 5).await;
    session.send(&mut Cursor::new(bytes(5))).await.unwrap();
    let state = session.state();
    let mut session = UploadSession::<Thing>::resume(&client, state).unwrap();
    let failure = session.send(&mut Cursor::new(bytes(5))).await;
    assert_eq!(failure.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test]
async fn a_dropped_upload_goes_on() {
    let (service, client) = service(20, []);
    let session = begin(&client, 20).await;
    let mut session = session.on_progress(|_| {});
    {
        // The first poll sends a piece; then the future is dropped.
        let mut content = Cursor::new(bytes(20));
        let sending = std::pin::pin!(session.send(&mut content));
        let _ = futures_util::FutureExt::now_or_never(sending);
    }
    session
        .send(&mut Cursor::new(bytes(20)))
        .await
        .unwrap_or_else(|error| {
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
            panic!("{error}");
        });
    assert_eq!(service.lock().unwrap().content, bytes(20));
}

#[tokio::test]
async fn a_file_of_another_length_is_told() {
    let (service, client) = service(25, []);
    let mut session = begin(&client, 25).await;
    let failure = session.send(&mut Cursor::new(bytes(24))).await.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::InvalidRequest);
    let said = "what is to be uploaded ends before byte 25, which the session was begun for";
    assert!(failure.to_string().contains(said), "{failure}");
    assert_eq!(service.lock().unwrap().content.len(), 20);

    // Nothing that was added to a file since is sent.
    session.send(&mut Cursor::new(bytes(99))).await.unwrap();
    assert_eq!(service.lock().unwrap().content, bytes(25));
}

#[tokio::test]
async fn sessions_are_for_urls_of_https() {
    for (url, kind) in [
        ("http://files.invalid/up", ErrorKind::ForeignOrigin),
        ("https://me:p4ss@files.invalid/up", ErrorKind::ForeignOrigin),
        ("https://127.0.0.1/up", ErrorKind::ForeignOrigin),
        ("file:///etc/passwd", ErrorKind::ForeignOrigin),
        ("/up", ErrorKind::Decode),
        ("", ErrorKind::Decode),
    ] {
        let client = client(move |_| {
            std::future::ready(answer(200, format!(r#"{{"uploadUrl": "{url}"}}"#)))
        });
        let request = client.request::<()>(Method::POST, "/f").unwrap();
        let failure = UploadSession::<Thing>::begin(request, 1).await.unwrap_err();
        assert_eq!(failure.kind(), kind, "{url}");
    }
}

#[tokio::test]
async fn answers_without_a_session_are_told() {
    for body in [
        "",
        "[]",
        "{}",
        r#"{"uploadUrl": 1}"#,
        r#"{"uploadUrl": null}"#,
    ] {
        let client = client(move |_| std::future::ready(answer(200, body)));
        let request = client.request::<()>(Method::POST, "/f").unwrap();
        let failure = UploadSession::<Thing>::begin(request, 1).await.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::Decode, "{body}");
    }
    let (_, client) = service(1, []);
    let request = client.request::<()>(Method::POST, "/f").unwrap();
    let failure = UploadSession::<Thing>::begin(request, 0).await.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::InvalidRequest);
}

/// A session whose pieces get these answers in turn.
async fn scripted(answers: Vec<Answer>) -> UploadSession<Thing> {
    let begun = answer(
        200,
        format!(r#"{{"UploadUrl": "{URL}", "NextExpectedRanges": ["0"]}}"#),
    );
    let answers: VecDeque<_> = [begun].into_iter().chain(answers).collect();
    let answers = Mutex::new(answers);
    let client = client(move |_| {
        let next = answers.lock().unwrap().pop_front();
        std::future::ready(next.expect("no more requests"))
    });
    begin(&client, 15).await
}

#[tokio::test]
async fn outlook_says_where_the_attachment_is() {
    let more =
        r#"{"ExpirationDateTime": "2019-09-25T01:09:30.7671707Z", "NextExpectedRanges": ["10"]}"#;
    let created = Response::builder()
        .status(201)
        .header("location", "https://outlook.invalid/a");
    let created = created.body(Body::empty()).unwrap();
    let mut session = scripted(vec![answer(200, more), Ok(created)]).await;
    let answer = session.send(&mut Cursor::new(bytes(15))).await.unwrap();
    assert_eq!(answer.location(), Some("https://outlook.invalid/a"));
    assert!(answer.into_inner().is_none());
}

#[tokio::test]
async fn what_is_no_range_is_told() {
    for ranges in [r#"["16-"]"#, r#"["a"]"#, "[1]", "7", r#"["0-9", "3-4"]"#] {
        let body = format!(r#"{{"nextExpectedRanges": {ranges}}}"#);
        let mut session = scripted(vec![answer(202, body)]).await;
        let failure = session.send(&mut Cursor::new(bytes(15))).await;
        assert_eq!(failure.unwrap_err().kind(), ErrorKind::Decode, "{ranges}");
    }
}

#[tokio::test]
async fn a_service_that_takes_nothing_ends_the_upload() {
    let same = || answer(202, r#"{"nextExpectedRanges": ["0-"]}"#);
    let mut session = scripted((0..20).map(|_| same()).collect()).await;
    let failure = session.send(&mut Cursor::new(bytes(15))).await;
    assert_eq!(failure.unwrap_err().kind(), ErrorKind::Service);

    let all = || answer(202, r#"{"nextExpectedRanges": []}"#);
    let mut session = scripted((0..20).map(|_| all()).collect()).await;
    let failure = session.send(&mut Cursor::new(bytes(15))).await;
    assert_eq!(failure.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test]
async fn redirects_of_pieces_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Response::builder()
            .status(status)
            .header("location", "https://b.invalid/");
        let elsewhere = elsewhere.body(Body::empty()).unwrap();
        let mut session = scripted(vec![Ok(elsewhere)]).await;
        let failure = session.send(&mut Cursor::new(bytes(15))).await;
        assert_eq!(failure.unwrap_err().status().unwrap().as_u16(), status);
    }
}

#[tokio::test]
async fn a_deferred_upload_is_committed() {
    let all = r#"{"nextExpectedRanges": []}"#;
    let more = r#"{"nextExpectedRanges": ["10-14"]}"#;
    let item = answer(201, r#"{"name": "a.bin"}"#);
    let session = scripted(vec![answer(202, more), answer(202, all), item]).await;
    let mut session = session.deferred();
    let all = session.send(&mut Cursor::new(bytes(15))).await.unwrap();
    assert!(all.into_inner().is_none());
    let item = session.commit().await.unwrap().into_inner().unwrap();
    assert_eq!(item.name.as_deref(), Some("a.bin"));
}

#[tokio::test]
async fn a_session_is_cancelled() {
    let (service, client) = service(15, []);
    begin(&client, 15).await.cancel().await.unwrap();
    assert_eq!(service.lock().unwrap().asked, ["DELETE"]);
    service.lock().unwrap().is_complete = true;
    begin(&client, 15).await.cancel().await.unwrap();
}

#[tokio::test]
async fn the_url_of_a_session_is_shown_nowhere() {
    let mut session = scripted(vec![answer(
        400,
        format!(r#"{{"error": {{"message": "{URL}"}}}}"#),
    )])
    .await;
    let failure = session.send(&mut Cursor::new(bytes(15))).await;
    let failure = failure.unwrap_err();
    let body = String::from_utf8_lossy(failure.raw_body().unwrap()).into_owned();
    let shown = format!(
        "{failure} {failure:?} {failure:#?} {session:?} {:?} {body}",
        session.state()
    );
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(shown.contains("https://files.invalid"), "{shown}");
}
