//! Operations of services and monitors that break the rules.

use super::*;

/// A service whose operation is monitored elsewhere, and gets these answers.
fn monitored(answers: impl IntoIterator<Item = Answer>) -> Service {
    let begun = answer(202, &[("location", MONITOR)], "");
    Service::new([begun].into_iter().chain(answers))
}

#[tokio::test]
async fn a_monitor_that_says_its_url_is_redacted() {
    for body in [
        r#"{"status": "failed", "error": {"code": "x", "message": "at https://files.invalid/monitor/s3cret?tempauth=s3cret"}}"#,
        r#"{"status": "failed https://files.invalid/monitor/s3cret?tempauth=s3cret", "x": 1}"#,
    ] {
        let failed = answer(200, &[("asyncresult", "409")], body);
        for end in [failed, answer(200, &[], body)] {
            let service = monitored([end]);
            let mut poller = service.begin(Method::POST).await;
            let Err(failure) = poller.poll().await else {
                // A word that is not known is not the end.
                continue;
            };
            let body = String::from_utf8_lossy(failure.raw_body().unwrap()).into_owned();
            let shown = format!("{failure} {failure:#?} {body}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}

#[tokio::test]
async fn progress_is_held_to_the_limit_of_memory() {
    let padding = "[],".repeat(100_000);
    let body = format!(r#"{{"status": "running", "x": [{padding}0]}}"#);
    let transport = move |request: Request<Body>| {
        let response = Response::builder().status(202);
        let response = match request.method() {
            &Method::POST => response.header("location", MONITOR).body(Body::empty()),
            _ => response.body(Body::from(body.clone())),
        };
        std::future::ready(Ok::<_, TransportError>(response.unwrap()))
    };
    let builder = Client::builder(CLOUD, "test/1").bearer_token(TOKEN);
    let builder = builder.transport(transport).max_response_memory(1_000_000);
    let client = builder.build().unwrap();
    let request = client.request::<Option<Thing>>(Method::POST, "/things");
    let begun = request.unwrap().send().await.unwrap();
    let mut poller = client.poller::<Thing, _>(&begun).unwrap().unwrap();
    let kind = poller.poll().await.err().map(|failure| failure.kind());
    assert_eq!(kind, Some(ErrorKind::BodyTooLarge));
}

#[tokio::test]
async fn a_redirect_to_a_page_is_no_success() {
    for (status, headers) in [
        (302, &[("location", "https://login.invalid/")][..]),
        (301, &[("location", "https://moved.invalid/1")]),
        (307, &[("location", "https://moved.invalid/1")]),
        (308, &[("location", "https://moved.invalid/1")]),
        (300, &[]),
        (302, &[]),
        (303, &[]),
        (303, &[("location", "https://[")]),
    ] {
        let service = monitored([answer(status, headers, "")]);
        let failure = service.begin(Method::POST).await.wait().await;
        let failure = failure.expect_err(&format!("{status} {headers:?}"));
        let kind = failure.kind();
        assert!(
            matches!(kind, ErrorKind::Redirect | ErrorKind::Decode),
            "{failure}"
        );
        assert_eq!(service.asked().len(), 2);
    }
}

#[tokio::test]
async fn an_operation_that_moved_runs_on() {
    let moved = || answer(307, &[("location", "/beta/operations/2")], "");
    let service = Service::new([
        answer(202, &[("location", "/beta/operations/1")], ""),
        moved(),
        answer(202, &[], r#"{"status": "inProgress"}"#),
        answer(
            200,
            &[],
            r#"{"status": "succeeded", "result": {"name": "x"}}"#,
        ),
    ]);
    let mut poller = service.begin(Method::POST).await;
    let polled = poller.poll().await.unwrap();
    assert!(matches!(polled, Polled::Running(_)), "{polled:?}");
}

#[tokio::test]
async fn what_a_service_asks_to_wait_is_not_forgotten() {
    let begun = [("location", MONITOR), ("retry-after", "30")];
    let service = Service::new([answer(202, &begun, ""), answer(204, &[], "")]);
    let poller = service.begin(Method::POST).await;
    let mut poller = poller.deadline(Duration::from_secs(12));
    poller.wait().await.unwrap_err();
    let mut poller = poller.deadline(Duration::from_secs(60));
    poller.wait().await.unwrap();
    assert_eq!(service.waits(), [30]);
}

#[tokio::test]
async fn a_refusal_to_answer_says_when_to_ask() {
    let busy = answer(429, &[("retry-after", "200")], "");
    let service = monitored([busy, answer(204, &[], "")]);
    let mut poller = service.begin(Method::POST).await;
    let failure = poller.wait().await.unwrap_err();
    assert_eq!(failure.status().unwrap().as_u16(), 429);
    poller.wait().await.unwrap();
    assert_eq!(service.waits(), [5, 200]);
}

#[tokio::test]
async fn no_service_is_asked_without_a_pause() {
    let past = "Sun, 06 Nov 1994 08:00:00 GMT";
    let running = ["0", past, "0.001"].map(|wait| answer(202, &[("retry-after", wait)], ""));
    let service = monitored(running.into_iter().chain([answer(204, &[], "")]));
    service.begin(Method::POST).await.wait().await.unwrap();
    assert_eq!(service.waits(), [5, 1, 1, 1]);
}

#[tokio::test]
async fn only_what_was_cancelled_is_cancelled() {
    let away = answer(302, &[("location", "https://login.invalid/")], "");
    let service = monitored([away]);
    let poller = service.begin(Method::POST).await;
    let failure = poller.cancel().await.unwrap_err();
    assert_eq!(failure.status().unwrap().as_u16(), 302);

    let service = monitored([answer(410, &[], "")]);
    service.begin(Method::POST).await.cancel().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_an_answer_that_does_not_come() {
    let asked = Mutex::new(0);
    let transport = move |_: Request<Body>| {
        *asked.lock().unwrap() += 1;
        let is_first = *asked.lock().unwrap() == 1;
        async move {
            if !is_first {
                std::future::pending::<()>().await;
            }
            Ok::<_, TransportError>(answer(202, &[("location", MONITOR)], ""))
        }
    };
    let builder = Client::builder(CLOUD, "test/1").bearer_token(TOKEN);
    let builder = builder.transport(transport).clock(FakeClock::new());
    let client = builder.build().unwrap();
    let request = client.request::<Option<Thing>>(Method::POST, "/things");
    let begun = request.unwrap().send().await.unwrap();
    let poller = client.poller::<Thing, _>(&begun).unwrap().unwrap();
    let started = tokio::time::Instant::now();
    let failure = poller.deadline(Duration::from_secs(12)).wait().await;
    assert_eq!(failure.unwrap_err().kind(), ErrorKind::TotalTimeout);
    assert!(
        started.elapsed() <= Duration::from_secs(12),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn paths_of_a_service_stay_there() {
    for (link, path) in [
        (r"/\\elsewhere.invalid/x", "/beta///elsewhere.invalid/x"),
        (
            "/https://elsewhere.invalid/x",
            "/beta/https://elsewhere.invalid/x",
        ),
        ("/a:b/operations/1", "/beta/a:b/operations/1"),
    ] {
        let service = Service::new([answer(202, &[("location", link)], ""), answer(204, &[], "")]);
        service.begin(Method::POST).await.wait().await.unwrap();
        assert_eq!(
            service.asked()[1],
            format!("GET https://service.invalid{path}")
        );
    }
}

#[tokio::test]
async fn progress_shows_no_url() {
    let body =
        r#"{"status": "completed", "resourceLocation": "https://files.invalid/s3cret?sig=s3cret"}"#;
    let service = monitored([answer(200, &[], body)]);
    let polled = service.begin(Method::POST).await.poll().await.unwrap();
    let shown = "Completed(Completed { result: None, progress: Progress { status: Some(Succeeded), percent: None, .. } })";
    assert_eq!(format!("{polled:?}"), shown);
}

#[tokio::test]
async fn a_poller_can_be_spawned() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    fn is_shared<T: Send + Sync>(_: &T) {}
    let service = monitored([answer(204, &[], "")]);
    let mut poller = service.begin(Method::POST).await;
    is_shared(&poller);
    is_send(poller.wait()).await.unwrap();
    drop(is_send(poller.poll()));
    drop(is_send(poller.cancel()));
}
