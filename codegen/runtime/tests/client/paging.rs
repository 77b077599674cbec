//! Collections across pages.

use futures_util::{StreamExt, TryStreamExt as _};
use odata_runtime::{ConfigureRequest as _, Continuation, ErrorKind, RetryPolicy};

use crate::support::{Metric, Reply, Server, TOKEN, client, metrics, values};

/// Three pages of which the second is empty.
async fn three_pages() -> Server {
    Server::start(|request| match request.target.as_str() {
        "/beta/x?$skiptoken=2" => Reply::page(&[], Some("/beta/x?$skiptoken=3")),
        "/beta/x?$skiptoken=3" => Reply::page(&[4, 5], None),
        _ => Reply::page(&[1, 2, 3], Some("/beta/x?$skiptoken=2")),
    })
    .await
}

fn numbers(metrics: Vec<Metric>) -> Vec<i64> {
    metrics.into_iter().map(|metric| metric.value).collect()
}

#[tokio::test]
async fn items_come_across_pages_and_empty_ones() {
    let server = three_pages().await;
    let items: Vec<Metric> = metrics(&client(&server))
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(numbers(items), [1, 2, 3, 4, 5]);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn streams_need_no_stream_tools() {
    let server = three_pages().await;
    let mut pages = metrics(&client(&server)).pages();
    let mut seen = Vec::new();
    while let Some(page) = pages.next().await {
        seen.push(values(&page.unwrap()));
    }
    assert_eq!(seen, [vec![1, 2, 3], vec![], vec![4, 5]]);
    assert!(pages.next().await.is_none());
    assert!(pages.continuation().is_none());
}

#[tokio::test]
async fn pages_are_asked_for_when_they_are_wanted() {
    let server = three_pages().await;
    let mut items = metrics(&client(&server)).stream();
    assert_eq!(server.count(), 0);
    for _ in 0..3 {
        items.next().await.unwrap().unwrap();
    }
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn the_requests_settings_go_with_every_page() {
    let server = three_pages().await;
    let request = metrics(&client(&server))
        .header("prefer", "odata.maxpagesize=3")
        .query_option("$filter", "value gt 0");
    request.stream().try_collect::<Vec<_>>().await.unwrap();
    let received = server.received();
    assert!(
        received
            .iter()
            .all(|request| request.header("prefer") == Some("odata.maxpagesize=3"))
    );
    assert!(
        received
            .iter()
            .all(|request| request.token() == Some(TOKEN))
    );
    assert!(
        received[0].target.ends_with("?$filter=value%20gt%200"),
        "{}",
        received[0].target
    );
    assert_eq!(
        received[1].target, "/beta/x?$skiptoken=2",
        "a link is followed whole"
    );
    assert_ne!(
        received[0].header("client-request-id"),
        received[1].header("client-request-id")
    );
}

#[tokio::test]
async fn a_link_that_came_before_ends_the_stream_with_an_error() {
    for cycle in [1, 2, 3] {
        let server = Server::start(move |request| {
            let token = request
                .target
                .rsplit_once('=')
                .map_or(0, |(_, token)| token.parse().unwrap_or(0));
            Reply::page(
                &[token],
                Some(&format!("/beta/x?$skiptoken={}", token % cycle + 1)),
            )
        })
        .await;
        let mut items = metrics(&client(&server)).stream();
        for _ in 0..=cycle {
            items.next().await.unwrap().unwrap();
        }
        let error = items.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RepeatedLink);
        assert!(items.next().await.is_none());
        assert_eq!(server.count() as i64, cycle + 1);
    }
}

#[tokio::test]
async fn a_link_to_the_first_page_is_a_repeated_one() {
    let server = Server::start(|request| Reply::page(&[1], Some(&request.target))).await;
    let mut items = metrics(&client(&server)).stream();
    items.next().await.unwrap().unwrap();
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), server.count()), (ErrorKind::RepeatedLink, 1));
}

#[tokio::test]
async fn a_link_that_is_no_url_is_an_error_after_its_page() {
    let server = Server::replies([Reply::page(&[1], Some("http://[bad"))]).await;
    let mut items = metrics(&client(&server)).stream();
    items.next().await.unwrap().unwrap();
    assert_eq!(
        items.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::Decode
    );
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn a_stream_goes_on_from_every_place() {
    let server = three_pages().await;
    let client = client(&server);
    for read in 0..=5 {
        let mut items = metrics(&client).stream();
        for _ in 0..read {
            items.next().await.unwrap().unwrap();
        }
        let Some(continuation) = items.continuation() else {
            assert_eq!(read, 5);
            continue;
        };
        let text = serde_json::to_string(&continuation).unwrap();
        assert!(!text.contains(TOKEN));
        let continuation: Continuation = serde_json::from_str(&text).unwrap();
        let rest = metrics(&client).stream().resume(&continuation);
        let rest: Vec<Metric> = rest.try_collect().await.unwrap();
        assert_eq!(numbers(rest), [1, 2, 3, 4, 5][read..], "{text}");
    }
}

#[tokio::test]
async fn a_place_within_a_resumed_page_counts_from_its_beginning() {
    let server = three_pages().await;
    let client = client(&server);
    let mut items = metrics(&client).stream();
    items.next().await.unwrap().unwrap();
    let mut items = metrics(&client)
        .stream()
        .resume(&items.continuation().unwrap());
    items.next().await.unwrap().unwrap();
    let items = metrics(&client)
        .stream()
        .resume(&items.continuation().unwrap());
    assert_eq!(numbers(items.try_collect().await.unwrap()), [3, 4, 5]);
}

#[tokio::test]
async fn after_an_error_the_page_that_failed_can_be_asked_for_again() {
    let server = Server::replies([
        Reply::page(&[1], Some("/beta/x?$skiptoken=2")),
        Reply::status(500, ""),
        Reply::page(&[2], None),
    ])
    .await;
    let client = client(&server);
    let mut items = metrics(&client).retry(RetryPolicy::none()).stream();
    items.next().await.unwrap().unwrap();
    assert_eq!(
        items.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::Service
    );
    assert!(items.next().await.is_none());
    let rest = metrics(&client)
        .stream()
        .resume(&items.continuation().unwrap());
    assert_eq!(numbers(rest.try_collect().await.unwrap()), [2]);
}

#[tokio::test]
async fn a_page_is_retried_like_any_request() {
    let server = Server::replies([
        Reply::page(&[1], Some("/beta/x?$skiptoken=2")),
        Reply::status(503, ""),
        Reply::page(&[2], None),
    ])
    .await;
    let items = metrics(&client(&server)).stream();
    assert_eq!(numbers(items.try_collect().await.unwrap()), [1, 2]);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn streams_work_with_others_tools() {
    let server = three_pages().await;
    let stream = metrics(&client(&server)).stream();
    let odd = stream
        .map_ok(|metric| metric.value)
        .try_filter(|value| std::future::ready(value % 2 == 1));
    let odd: Vec<_> = StreamExt::collect(odd).await;
    assert_eq!(
        odd.into_iter().map(Result::unwrap).collect::<Vec<_>>(),
        [1, 3, 5]
    );
}
