//! Upload sessions, against services and proxies that break the rules.

use super::*;

/// A file of 15 bytes, sent to a session that gets these answers in turn.
async fn sent(answers: Vec<Answer>) -> Result<Option<Thing>, odata_runtime::Error> {
    let mut session = scripted(answers).await;
    let sent = session.send(&mut Cursor::new(bytes(15))).await;
    sent.map(odata_runtime::Response::into_inner)
}

#[tokio::test]
async fn answers_that_say_the_url_are_redacted() {
    let echo = |ranges: &str| {
        let body = format!(r#"{{"nextExpectedRanges": ["{ranges}"], "url": "{URL}"}}"#);
        answer(202, body)
    };
    let failure = sent(vec![echo("99-")]).await.unwrap_err();
    let body = String::from_utf8_lossy(failure.raw_body().unwrap());
    let shown = format!("{failure} {failure:#?} {body}");
    assert!(!shown.contains("s3cret"), "{shown}");

    // The URL as the service wrote it, which is another than the one that is sent to.
    let written = "https://files.invalid/up/uploadSession?guid='s3cret'&tempauth=s3cret";
    let begun = format!(r#"{{"uploadUrl": "{written}", "nextExpectedRanges": ["0-"]}}"#);
    let refused = format!(r#"{{"error": {{"message": "no such session: {written}"}}}}"#);
    let answers = Mutex::new(VecDeque::from([answer(200, begun), answer(400, refused)]));
    let client = client(move |_| {
        let next = answers.lock().unwrap().pop_front();
        std::future::ready(next.expect("no more requests"))
    });
    let mut session = begin(&client, 15).await;
    let failure = session.send(&mut Cursor::new(bytes(15))).await.unwrap_err();
    let body = String::from_utf8_lossy(failure.raw_body().unwrap());
    let shown = format!("{failure} {failure:#?} {body}");
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[tokio::test]
async fn the_url_of_a_refused_session_is_not_shown() {
    for (url, ranges) in [(URL, "99-"), ("http://files.invalid/s3cret", "0-")] {
        let body = format!(r#"{{"uploadUrl": "{url}", "nextExpectedRanges": ["{ranges}"]}}"#);
        let client = client(move |_| std::future::ready(answer(200, body.clone())));
        let request = client.request::<()>(Method::POST, "/f").unwrap();
        let failure = UploadSession::<Thing>::begin(request, 5).await.unwrap_err();
        let body = String::from_utf8_lossy(failure.raw_body().unwrap_or_default()).into_owned();
        let shown = format!("{failure} {failure:#?} {body}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}

fn broken() -> Answer {
    Err(TransportError::new(TransportErrorKind::Broken, "reset"))
}

#[tokio::test]
async fn a_page_of_a_proxy_is_not_the_end() {
    for (status, body) in [
        (200, "<html>Sign in</html>"),
        (200, ""),
        (201, r#"{"name": "a.bin"}"#),
        (204, ""),
    ] {
        // Five bytes are still missing.
        let failure = sent(vec![answer(status, body)]).await.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::Decode, "{status} {body}");
    }
}

#[tokio::test]
async fn a_page_of_a_proxy_is_no_status() {
    for body in ["<html>Sign in</html>", "", "{}"] {
        let answers = vec![broken(), answer(200, body)];
        let failure = sent(answers).await.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::Decode, "{body}");
    }
}

#[tokio::test]
async fn a_lost_answer_to_the_last_hole_is_told() {
    let hole = answer(202, r#"{"nextExpectedRanges": ["2-3"]}"#);
    let gone = answer(404, "");
    let failure = sent(vec![hole, broken(), gone]).await.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test]
async fn a_session_that_had_all_bytes_may_be_complete() {
    let all = answer(202, r#"{"nextExpectedRanges": []}"#);
    let failure = sent(vec![all, answer(404, "")]).await.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test]
async fn an_unreadable_last_answer_is_no_refusal() {
    let more = answer(202, r#"{"nextExpectedRanges": ["10-"]}"#);
    let large = Response::builder().header("content-length", "99999999999");
    let frames = http_body_util::StreamBody::new(futures_util::stream::empty());
    let frames = http_body_util::BodyExt::map_err(frames, |error: std::io::Error| error);
    let large = large.body(Body::wrap(frames)).unwrap();
    let mut session = scripted(vec![more, Ok(large), answer(404, "")]).await;
    let failure = session.send(&mut Cursor::new(bytes(15))).await;
    assert_eq!(failure.unwrap_err().kind(), ErrorKind::BodyTooLarge);
    let failure = session.send(&mut Cursor::new(bytes(15))).await;
    assert_eq!(failure.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test]
async fn a_service_that_loses_and_finds_ends() {
    let count = Arc::new(Mutex::new(0_usize));
    let counting = Arc::clone(&count);
    let client = client(move |request: Request<Body>| {
        let mut count = counting.lock().unwrap();
        *count += 1;
        assert!(*count < 500, "there is no end");
        std::future::ready(match request.method().as_str() {
            "POST" => answer(200, format!(r#"{{"uploadUrl": "{URL}"}}"#)),
            "GET" if *count % 4 == 1 => answer(200, r#"{"nextExpectedRanges": ["10-"]}"#),
            "GET" => answer(200, r#"{"nextExpectedRanges": ["5-"]}"#),
            _ => answer(500, ""),
        })
    });
    let mut session = begin(&client, 15).await;
    let failure = session.send(&mut Cursor::new(bytes(15))).await;
    let failure = failure.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::Service);
    let said = "the service lost what it had of the file 11 times";
    assert_eq!(failure.to_string(), said);
}

#[tokio::test]
async fn a_service_that_takes_and_loses_ends() {
    let faults = [Fault::None, Fault::Lost].repeat(50);
    let (service, client) = service(60, faults);
    let mut session = begin(&client, 60).await;
    let failure = session.send(&mut Cursor::new(bytes(60))).await;
    assert_eq!(failure.unwrap_err().kind(), ErrorKind::Service);
    assert_eq!(service.lock().unwrap().asked.len(), 22);
}

#[tokio::test]
async fn the_policy_of_a_session_counts_all_faults() {
    let (_, client) = service(15, []);
    let state = begin(&client, 15).await.state();
    let count = Arc::new(Mutex::new(0));
    let counting = Arc::clone(&count);
    let refusing = super::client(move |_: Request<Body>| {
        *counting.lock().unwrap() += 1;
        std::future::ready(answer(503, ""))
    });
    for (policy, expected) in [
        (odata_runtime::RetryPolicy::none(), 1),
        (odata_runtime::RetryPolicy::new().max_retries(2), 3),
    ] {
        *count.lock().unwrap() = 0;
        let session = UploadSession::<Thing>::resume(&refusing, state.clone()).unwrap();
        let mut session = session.retry(policy);
        let failure = session.send(&mut Cursor::new(bytes(15))).await;
        assert_eq!(failure.unwrap_err().status().unwrap().as_u16(), 503);
        assert_eq!(*count.lock().unwrap(), expected);
    }
}

#[tokio::test]
async fn an_upload_can_be_spawned() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    fn is_shared<T: Send + Sync>(_: &T) {}
    let (_, client) = service(5, []);
    let mut session = begin(&client, 5).await;
    is_shared(&session);
    let mut content = Cursor::new(bytes(5));
    is_send(session.send(&mut content)).await.unwrap();
    let commit = is_send(session.commit());
    drop(commit);
    drop(is_send(session.cancel()));
}

#[tokio::test]
async fn a_status_is_held_to_the_limit_of_memory() {
    let padding = "[],".repeat(100_000);
    let body = format!(r#"{{"nextExpectedRanges": ["0-"], "x": [{padding}0]}}"#);
    let answers = Mutex::new(VecDeque::from([
        answer(200, format!(r#"{{"uploadUrl": "{URL}"}}"#)),
        answer(202, body),
    ]));
    let transport = move |_: Request<Body>| {
        let next = answers.lock().unwrap().pop_front();
        std::future::ready(next.expect("no more requests"))
    };
    let builder = Client::builder(CLOUD, "test/1").bearer_token(TOKEN);
    let builder = builder.transport(transport).max_response_memory(1_000_000);
    let mut session = begin(&builder.build().unwrap(), 15).await;
    let failure = session.send(&mut Cursor::new(bytes(15))).await;
    assert_eq!(failure.unwrap_err().kind(), ErrorKind::BodyTooLarge);
}
