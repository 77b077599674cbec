//! Many independent requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt as _;
use odata_runtime::{BatchSettings, ConfigureRequest as _, ErrorKind};
use serde_json::json;

use super::{GRAPH, answered, client, get, requests, thing};
use crate::support::{Reply, Server, builder};

#[tokio::test]
async fn answers_come_in_the_order_of_requests() {
    let server = Server::start(|post| answered(post, thing)).await;
    let client = client(&server);
    let of = client.clone();
    let requests = (0..1_000).map(move |key| get(&of, key));
    let names: Vec<_> = client
        .send_all(requests)
        .map(|answer| answer.unwrap().into_inner().name.unwrap())
        .collect()
        .await;
    let expected: Vec<_> = (0..1_000).map(|key| format!("things({key})")).collect();
    assert_eq!(names, expected);
    assert_eq!(server.count(), 50);
}

#[tokio::test]
async fn an_error_is_that_of_one_request() {
    let server = Server::start(|post| {
        answered(post, |request| match request["url"].as_str().unwrap() {
            "things(3)" => json!({"status": 404}),
            _ => thing(request),
        })
    })
    .await;
    let client = builder(&server)
        .batch(BatchSettings::new().limit(4))
        .build()
        .unwrap();
    let of = client.clone();
    let requests = (0..8).map(move |key| match key {
        5 => get(&of, key).header("authorization", "mine"),
        _ => get(&of, key),
    });
    let outcomes: Vec<_> = client.send_all(requests).collect().await;
    let failed: Vec<_> = (0..8).filter(|at| outcomes[*at].is_err()).collect();
    assert_eq!(failed, [3, 5]);
    assert_eq!(
        outcomes[5].as_ref().unwrap_err().kind(),
        ErrorKind::InvalidRequest
    );
}

#[tokio::test]
async fn a_refused_batch_fails_its_own_requests_alone() {
    let server = Server::start(|post| {
        match requests(post)
            .iter()
            .any(|request| request["url"] == "/things(25)")
        {
            true => Reply::status(400, ""),
            false => answered(post, thing),
        }
    })
    .await;
    let client = client(&server);
    let of = client.clone();
    let outcomes: Vec<_> = client
        .send_all((0..60).map(move |key| get(&of, key)))
        .collect()
        .await;
    let failed: Vec<_> = (0..60).filter(|at| outcomes[*at].is_err()).collect();
    assert_eq!(failed, (20..40).collect::<Vec<_>>());
}

#[tokio::test]
async fn few_batches_are_under_way_at_a_time() {
    let server = Server::start(|post| answered(post, thing)).await;
    let client = builder(&server).batch(GRAPH.limit(1)).build().unwrap();
    let taken = Arc::new(AtomicUsize::new(0));
    let (of, count) = (client.clone(), Arc::clone(&taken));
    let requests = (0..usize::MAX).map(move |key| {
        count.fetch_add(1, Ordering::SeqCst);
        get(&of, key)
    });
    let mut answers = client.send_all(requests).max_batches(3);
    assert_eq!(taken.load(Ordering::SeqCst), 0);
    for read in 1..10 {
        answers.next().await.unwrap().unwrap();
        assert!(taken.load(Ordering::SeqCst) <= read + 3);
    }
    drop(answers);
    assert!(server.count() <= 12);
}

#[tokio::test]
async fn no_requests_give_no_answers() {
    let server = Server::start(|post| answered(post, thing)).await;
    let client = client(&server);
    assert!(
        client
            .send_all(Vec::<odata_runtime::Count<crate::support::Thing>>::new())
            .next()
            .await
            .is_none()
    );
    assert_eq!(server.count(), 0);
}
