//! Posts that fail.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use odata_runtime::{ConfigureRequest as _, ErrorKind, RetryPolicy};
use serde_json::json;

use super::{GRAPH, answered, client, clocked, create, get, requests, thing};
use crate::support::{FakeClock, Received, Reply, Server, builder};

/// Answers the first post in this way, and the others as they should be.
async fn with_first(reply: impl Fn(Reply) -> Reply + Send + Sync + 'static) -> Server {
    let posts = AtomicUsize::new(0);
    Server::start(move |post: &Received| {
        let answer = answered(post, thing);
        match posts.fetch_add(1, Ordering::SeqCst) {
            0 => reply(answer),
            _ => answer,
        }
    })
    .await
}

/// The answer, whose connection breaks in its middle.
fn torn(reply: Reply) -> Reply {
    let Reply::Full(_, _, body) = reply else {
        return reply;
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    Reply::Raw([head.as_bytes(), &body[..body.len() / 2]].concat())
}

#[tokio::test]
async fn only_what_is_safe_survives_a_broken_answer() {
    let gone: [fn(Reply) -> Reply; 4] = [
        torn,
        |_| Reply::close(),
        |_| Reply::status(504, ""),
        |_| Reply::status(503, ""),
    ];
    for reply in gone {
        let server = with_first(reply).await;
        let client = client(&server);
        let mut batch = client.batch();
        let read = batch.add(get(&client, 1));
        let created = batch.add(create(&client, "x"));
        let deleted = batch.add(client.root().segment("things").key(1_i64).remove());
        let count = batch.add(
            client
                .root()
                .segment("things")
                .get::<odata_runtime::Value<i64>>(),
        );
        let dependent = batch.add(get(&client, 2));
        batch.depends_on(dependent, created);
        let answers = batch.send().await.unwrap();
        assert_eq!(answers.get(read).unwrap().attempts(), 2);
        assert_eq!(answers.get(count).unwrap_err().kind(), ErrorKind::Decode);
        for error in [
            answers.get(created).unwrap_err(),
            answers.get(deleted).unwrap_err(),
        ] {
            let text = error.to_string();
            assert!(
                text.contains("it is unknown whether the service processed"),
                "{text}"
            );
            assert_eq!(error.attempts(), 1);
            assert!(text.contains("/beta/things"), "{text}");
        }
        // What it depends on may have failed, and may not.
        let error = answers.get(dependent).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FailedDependency, "{error}");
        let methods = requests(&server.received()[1]);
        assert!(methods.iter().all(|request| request["method"] == "GET"));
        assert_eq!((methods.len(), server.count()), (2, 2));
    }
}

#[tokio::test]
async fn reads_are_sent_again_as_often_as_one_would_be() {
    let server = Server::replies([Reply::close()]).await;
    let client = client(&server);
    let mut batch = client.batch();
    let read = batch.add(get(&client, 1));
    let once = batch.add(get(&client, 1).retry(RetryPolicy::none()));
    let answers = batch.send().await.unwrap();
    let error = answers.get(read).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 4));
    assert_eq!(answers.get(once).unwrap_err().attempts(), 1);
    assert_eq!((answers.posts(), server.count()), (4, 4));
}

#[tokio::test]
async fn a_refused_post_fails_the_batch() {
    let server = Server::replies([Reply::status(403, r#"{"error":{"code":"NoBatches"}}"#)]).await;
    let client = client(&server);
    let mut batch = client.batch();
    batch.add(create(&client, "x"));
    let error = batch.send().await.unwrap_err();
    assert_eq!(error.code(), Some("NoBatches"));
    assert!(error.to_string().contains("/beta/$batch"), "{error}");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_throttled_post_is_sent_again_whole() {
    let server = with_first(|_| Reply::status(429, "").header("retry-after", "9")).await;
    let (client, clock) = clocked(&server);
    let mut batch = client.batch();
    let created = batch.add(create(&client, "x"));
    let answers = batch.send().await.unwrap();
    answers.get(created).unwrap();
    assert_eq!(server.count(), 2);
    assert!(clock.waits()[0] >= Duration::from_secs(9));
}

#[tokio::test]
async fn what_was_answered_survives_a_later_refusal() {
    let posts = AtomicUsize::new(0);
    let server = Server::start(
        move |post: &Received| match posts.fetch_add(1, Ordering::SeqCst) {
            0 => answered(post, thing),
            _ => Reply::status(403, r#"{"error":{"code":"Enough"}}"#),
        },
    )
    .await;
    let client = builder(&server).batch(GRAPH.limit(2)).build().unwrap();
    let mut batch = client.batch();
    let handles: Vec<_> = (0..6).map(|_| batch.add(create(&client, "x"))).collect();
    let answers = batch.send().await.unwrap();
    let outcomes: Vec<_> = handles.iter().map(|handle| answers.get(*handle)).collect();
    assert!(outcomes[..2].iter().all(Result::is_ok));
    for outcome in &outcomes[2..4] {
        assert_eq!(outcome.as_ref().unwrap_err().code(), Some("Enough"));
    }
    for outcome in &outcomes[4..] {
        let text = outcome.as_ref().unwrap_err().to_string();
        assert!(text.contains("was not sent"), "{text}");
    }
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn dropping_the_future_cancels_a_batch() {
    // While an answer is due.
    let server = Server::replies([Reply::Stall(Vec::new())]).await;
    let batch_of = |client: &odata_runtime::Client| {
        let mut batch = client.batch();
        batch.add(get(client, 1));
        batch
    };
    let sending = tokio::spawn(batch_of(&client(&server)).send());
    server.arrived().await;
    sending.abort();
    server.abandoned().await;
    // While it waits to send again.
    let server = Server::start(|post| answered(post, |_| json!({"status": 429}))).await;
    let clock = FakeClock::stuck();
    let client = builder(&server).clock(clock.clone()).build().unwrap();
    let sending = tokio::spawn(batch_of(&client).send());
    clock.waiting().await;
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn the_deadline_of_a_batch_ends_its_posts() {
    let server = Server::replies([Reply::Stall(Vec::new())]).await;
    let client = client(&server);
    let mut batch = client.batch().timeout(Duration::from_millis(20));
    batch.add(get(&client, 1));
    let error = batch.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TotalTimeout);
}
