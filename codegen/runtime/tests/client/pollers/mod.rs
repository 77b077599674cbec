//! Operations that run on after their request was answered.

mod hostile;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use odata_runtime::{
    AsyncResponse, Body, Client, Error, ErrorKind, Method, OperationStatus, Polled, Poller,
    PollerState, TransportError,
};

use crate::support::{CLOUD, FakeClock, TOKEN, Thing};

type Answer = Response<Body>;

/// A service that answers in turn, what it was asked, and what was waited.
struct Service {
    client: Client,
    clock: Arc<FakeClock>,
    asked: Arc<Mutex<Vec<String>>>,
    /// Of each request, whether it asked the service to run on.
    preferred: Arc<Mutex<Vec<bool>>>,
}

impl Service {
    fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = Mutex::new(answers.into_iter().collect::<VecDeque<_>>());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let preferred = Arc::new(Mutex::new(Vec::new()));
        let preferences = Arc::clone(&preferred);
        let clock = FakeClock::new();
        let transport = move |request: Request<Body>| {
            let is_own = request.headers().contains_key("x-own");
            let has_token = request.headers().contains_key("authorization");
            assert_eq!(is_own, has_token);
            let whom = if has_token { "" } else { " (no token)" };
            let line = format!("{} {}{whom}", request.method(), request.uri());
            seen.lock().unwrap().push(line);
            let prefer = request.headers().get("prefer");
            let runs_on = prefer.is_some_and(|prefer| prefer == "respond-async");
            preferences.lock().unwrap().push(runs_on);
            let next = answers.lock().unwrap().pop_front();
            std::future::ready(Ok::<_, TransportError>(next.expect("no more requests")))
        };
        let builder = Client::builder(CLOUD, "test/1").bearer_token(TOKEN);
        let builder = builder.header("x-own", "mine").transport(transport);
        let client = builder.clock(clock.clone()).build().unwrap();
        Self {
            client,
            clock,
            asked,
            preferred,
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn preferred(&self) -> Vec<bool> {
        self.preferred.lock().unwrap().clone()
    }

    fn waits(&self) -> Vec<u64> {
        self.clock.waits().iter().map(Duration::as_secs).collect()
    }

    /// Sends the request that starts an operation.
    async fn begin(&self, method: Method) -> Poller<Thing> {
        self.try_begin(method).await.unwrap().expect("an operation")
    }

    async fn try_begin(&self, method: Method) -> Result<Option<Poller<Thing>>, Error> {
        let request = self.client.request::<Option<Thing>>(method, "/things")?;
        self.client.poller::<Thing, _>(&request.send().await?)
    }
}

fn answer(status: u16, headers: &[(&str, &str)], body: &'static str) -> Answer {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into()).unwrap()
}

const ROOT: &str = "https://service.invalid/beta";
const MONITOR: &str = "https://files.invalid/monitor/s3cret?tempauth=s3cret";

#[tokio::test]
async fn a_team_is_made_by_an_operation() {
    let location = "/teams('t')/operations('o')";
    let service = Service::new([
        answer(202, &[("location", location), ("retry-after", "30")], ""),
        answer(200, &[], r#"{"status": "notStarted"}"#),
        answer(200, &[("retry-after", "7")], r#"{"status": "inProgress"}"#),
        answer(
            200,
            &[],
            r#"{"status": "succeeded", "targetResourceLocation": "/teams('t')"}"#,
        ),
        answer(200, &[], r#"{"name": "Team"}"#),
    ]);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let poller = service.begin(Method::POST).await;
    let mut poller = poller.on_progress(move |progress| {
        told.lock()
            .unwrap()
            .push(progress.status_text().map(str::to_owned));
    });
    let completed = poller.wait().await.unwrap();
    assert_eq!(completed.result.unwrap().name.as_deref(), Some("Team"));
    let operation = format!("GET {ROOT}/teams('t')/operations('o')");
    let expected = [
        format!("POST {ROOT}/things"),
        operation.clone(),
        operation.clone(),
        operation,
        format!("GET {ROOT}/teams('t')"),
    ];
    assert_eq!(service.asked(), expected);
    assert_eq!(service.waits(), [30, 5, 7]);
    let words = ["notStarted", "inProgress", "succeeded"].map(|word| Some(word.to_owned()));
    assert_eq!(*seen.lock().unwrap(), words);
}

#[tokio::test]
async fn a_copy_is_monitored_without_a_token() {
    let service = Service::new([
        answer(202, &[("location", MONITOR)], ""),
        answer(
            202,
            &[],
            r#"{"percentageComplete": 27.8, "status": "inProgress"}"#,
        ),
        answer(
            200,
            &[],
            r#"{"percentageComplete": 100.0, "resourceId": "01M", "status": "completed"}"#,
        ),
    ]);
    let mut poller = service.begin(Method::POST).await;
    let Polled::Running(progress) = poller.poll().await.unwrap() else {
        panic!("complete");
    };
    assert_eq!(progress.percent(), Some(27.8));
    assert_eq!(progress.status(), Some(OperationStatus::Running));
    let completed = poller.wait().await.unwrap();
    assert_eq!(completed.progress.resource_id(), Some("01M"));
    assert!(completed.result.is_none());
    assert_eq!(service.asked()[1], format!("GET {MONITOR} (no token)"));
}

#[tokio::test]
async fn a_redirect_at_the_end_leads_to_the_result() {
    for (location, has_result) in [
        ("https://service.invalid/beta/things/1", true),
        ("/things/1", true),
        ("https://elsewhere.invalid/things/1", false),
    ] {
        let service = Service::new([
            answer(202, &[("location", MONITOR)], ""),
            answer(303, &[("location", location)], ""),
            answer(200, &[], r#"{"name": "Copy"}"#),
        ]);
        let mut poller = service.begin(Method::POST).await;
        let completed = poller.wait().await.unwrap();
        assert_eq!(completed.result.is_some(), has_result, "{location}");
        if has_result {
            assert_eq!(service.asked()[2], format!("GET {ROOT}/things/1"));
        }
    }
}

#[tokio::test]
async fn the_service_itself_may_redirect_to_the_result() {
    // A result may have a status of its own.
    let service = Service::new([
        answer(202, &[("location", "/beta/operations/1")], ""),
        answer(303, &[("location", "/beta/things/1")], ""),
        answer(200, &[], r#"{"name": "a", "status": "failed"}"#),
    ]);
    let completed = service.begin(Method::POST).await.wait().await.unwrap();
    assert_eq!(completed.result.unwrap().name.as_deref(), Some("a"));
}

#[tokio::test]
async fn azure_names_operation_and_result() {
    for name in ["azure-asyncoperation", "operation-location"] {
        for (method, location, result) in [
            (Method::POST, Some("/beta/things/9"), Some("things/9")),
            (Method::PUT, None, Some("things")),
            (Method::PATCH, None, Some("things")),
            (Method::POST, None, None),
        ] {
            let mut headers = vec![(name, "https://service.invalid/beta/operations/1")];
            headers.extend(location.map(|location| ("location", location)));
            let service = Service::new([
                answer(201, &headers, ""),
                answer(200, &[], r#"{"status": "Succeeded"}"#),
                answer(200, &[], r#"{"name": "b"}"#),
            ]);
            let completed = service.begin(method).await.wait().await.unwrap();
            assert_eq!(completed.result.is_some(), result.is_some());
            let expected = result.map(|path| format!("GET {ROOT}/{path}"));
            assert_eq!(service.asked().get(2), expected.as_ref());
        }
    }
}

#[tokio::test]
async fn a_result_may_come_with_the_status() {
    for (body, name) in [
        (
            r#"{"status": "succeeded", "result": {"name": "d"}}"#,
            Some("d"),
        ),
        (
            r#"{"status": "Succeeded", "properties": {"name": "e"}}"#,
            Some("e"),
        ),
        (r#"{"status": "succeeded", "result": null}"#, None),
        (r#"{"status": "succeeded", "result": 7}"#, None),
    ] {
        let service = Service::new([
            answer(202, &[("operation-location", "/operations/1")], ""),
            answer(200, &[], body),
        ]);
        let completed = service.begin(Method::POST).await.wait().await.unwrap();
        let result = completed.result.and_then(|thing| thing.name);
        assert_eq!(result.as_deref(), name, "{body}");
    }
}

#[tokio::test]
async fn an_asynchronous_response_is_the_result() {
    let ok = ("asyncresult", "200");
    let service = Service::new([
        answer(202, &[("location", "/beta/status/1")], ""),
        answer(202, &[("retry-after", "3")], ""),
        answer(200, &[ok], r#"{"name": "c", "status": "whatever"}"#),
    ]);
    let completed = service.begin(Method::GET).await.wait().await.unwrap();
    assert_eq!(completed.result.unwrap().name.as_deref(), Some("c"));
    assert_eq!(service.waits(), [5, 3]);

    let refused = r#"{"error": {"code": "nameTaken", "message": "It exists."}}"#;
    let service = Service::new([
        answer(202, &[("location", "/beta/status/1")], ""),
        answer(200, &[("asyncresult", "409")], refused),
    ]);
    let failure = service.begin(Method::POST).await.wait().await.unwrap_err();
    assert_eq!(
        (failure.kind(), failure.code()),
        (ErrorKind::Service, Some("nameTaken"))
    );
    assert_eq!(failure.status().unwrap().as_u16(), 409);
}

#[tokio::test]
async fn a_service_is_asked_to_run_on() {
    let running = answer(202, &[("location", "/beta/status/1")], "");
    let result = answer(200, &[("asyncresult", "200")], r#"{"name": "a"}"#);
    let at_once = answer(200, &[], r#"{"name": "b"}"#);
    let service = Service::new([running, result, at_once]);
    let thing = |client: &Client| client.root().segment("things").get::<Thing>();
    let answer = service.client.respond_async(thing(&service.client)).await;
    let AsyncResponse::Running(mut poller) = answer.unwrap() else {
        panic!("complete");
    };
    let completed = poller.wait().await.unwrap();
    assert_eq!(completed.result.unwrap().name.as_deref(), Some("a"));
    let answer = service.client.respond_async(thing(&service.client)).await;
    let AsyncResponse::Complete(response) = answer.unwrap() else {
        panic!("running");
    };
    assert_eq!(response.name.as_deref(), Some("b"));
    assert_eq!(service.preferred(), [true, false, true]);

    let other = Service::new([]);
    let failure = other.client.respond_async(thing(&service.client)).await;
    assert_eq!(failure.unwrap_err().kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn failures_are_told_with_the_services_words() {
    let error =
        r#"{"status": "failed", "error": {"code": "NameAlreadyExists", "message": "It exists."}}"#;
    for (body, said) in [
        (
            error,
            "the operation ended as \"failed\", NameAlreadyExists: It exists",
        ),
        (
            r#"{"status": "Canceled"}"#,
            "the operation ended as \"Canceled\"",
        ),
        (
            r#"{"status": {"state": "failed"}}"#,
            "the operation ended as \"failed\"",
        ),
        (
            r#"{"status": "deleteFailed"}"#,
            "the operation ended as \"deleteFailed\"",
        ),
    ] {
        let service = Service::new([
            answer(202, &[("location", MONITOR)], ""),
            answer(200, &[], body),
        ]);
        let failure = service.begin(Method::POST).await.wait().await.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::OperationFailed);
        let shown = failure.to_string();
        let expected = format!("GET https://files.invalid/: {said} [");
        assert!(shown.starts_with(&expected), "{shown}");
    }
}

#[tokio::test]
async fn unknown_words_are_not_the_end() {
    let words = [
        r#"{"status": "polishing"}"#,
        r#"{"status": {"state": "queued"}}"#,
    ];
    let begun = answer(202, &[("location", MONITOR)], "");
    let running = words.map(|body| answer(200, &[], body));
    let empty = answer(202, &[], "");
    let done = answer(200, &[], r#"{"status": {"state": "succeeded"}}"#);
    let service = Service::new([begun].into_iter().chain(running).chain([empty, done]));
    service.begin(Method::POST).await.wait().await.unwrap();
    assert_eq!(service.asked().len(), 5);
}

#[tokio::test]
async fn a_deadline_ends_waiting_and_not_the_operation() {
    let begun = answer(202, &[("location", MONITOR)], "");
    let running = (0..3).map(|_| answer(202, &[], ""));
    let done = answer(204, &[], "");
    let service = Service::new([begun].into_iter().chain(running).chain([done]));
    let poller = service.begin(Method::POST).await;
    let mut poller = poller.deadline(Duration::from_secs(12));
    let failure = poller.wait().await.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::TotalTimeout);
    assert_eq!(
        failure.to_string(),
        "the operation was not complete within 12s; it runs on"
    );
    assert_eq!(service.waits(), [5, 5]);
    let completed = poller.wait().await.unwrap();
    assert!(completed.result.is_none());
}

#[tokio::test]
async fn a_poller_goes_on_from_its_state() {
    let begun = answer(202, &[("location", MONITOR)], "");
    let done = answer(200, &[], r#"{"status": "completed"}"#);
    let service = Service::new([begun, done]);
    let poller = service.begin(Method::POST).await;
    let state = serde_json::to_string(&poller.state()).unwrap();
    drop(poller);
    let state: PollerState = serde_json::from_str(&state).unwrap();
    let mut poller = service.client.resume_poller::<Thing>(state).unwrap();
    poller.wait().await.unwrap();
    let shown = format!("{poller:?}");
    assert!(!shown.contains("s3cret"), "{shown}");

    let state = r#"{"monitor": "http://elsewhere.invalid/x"}"#;
    let state: PollerState = serde_json::from_str(state).unwrap();
    let failure = service.client.resume_poller::<Thing>(state).unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::ForeignOrigin);
}

#[tokio::test]
async fn an_operation_is_cancelled() {
    for (location, expected) in [
        (MONITOR, format!("DELETE {MONITOR} (no token)")),
        ("/beta/status/1", format!("DELETE {ROOT}/status/1")),
    ] {
        for status in [204, 404] {
            let begun = answer(202, &[("location", location)], "");
            let service = Service::new([begun, answer(status, &[], "")]);
            service.begin(Method::POST).await.cancel().await.unwrap();
            assert_eq!(service.asked()[1], expected);
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_final_starts_nothing() {
    for (status, headers) in [
        (201, &[("location", "/things/1")][..]),
        (202, &[]),
        (204, &[]),
        (200, &[]),
    ] {
        let service = Service::new([answer(status, headers, "")]);
        assert!(service.try_begin(Method::POST).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn monitors_elsewhere_are_https() {
    for (location, kind) in [
        ("http://files.invalid/x", ErrorKind::ForeignOrigin),
        ("https://me:p4ss@files.invalid/x", ErrorKind::ForeignOrigin),
        ("https://127.0.0.1/x", ErrorKind::ForeignOrigin),
        ("https://[/x", ErrorKind::Decode),
    ] {
        let service = Service::new([answer(202, &[("location", location)], "")]);
        let failure = service.try_begin(Method::POST).await.unwrap_err();
        assert_eq!(failure.kind(), kind, "{location}");
        assert!(!failure.to_string().contains("p4ss"), "{failure}");
    }
}

#[tokio::test]
async fn asking_that_fails_may_be_repeated() {
    let service = Service::new([
        answer(202, &[("location", MONITOR)], ""),
        answer(404, &[], ""),
        answer(503, &[], ""),
        answer(200, &[], r#"{"status": "succeeded"}"#),
    ]);
    let mut poller = service.begin(Method::POST).await;
    let failure = poller.wait().await.unwrap_err();
    assert_eq!(failure.status().unwrap().as_u16(), 404);
    // The client retries what is transient by itself.
    poller.wait().await.unwrap();
    assert_eq!(service.asked().len(), 4);
}
