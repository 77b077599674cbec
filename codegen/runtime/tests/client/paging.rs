//! Collections across pages.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt as _};
use odata_runtime::{ConfigureRequest as _, Continuation, ErrorKind, Page, RetryPolicy};
use serde_json::json;

use crate::support::{FakeClock, Metric, Reply, Server, TOKEN, builder, client, metrics, values};

/// A server whose every page has a link to another.
async fn endless() -> Server {
    Server::start(|request| {
        let page: i64 = request
            .target
            .rsplit_once('=')
            .map_or(0, |(_, page)| page.parse().unwrap_or(0));
        Reply::page(&[page], Some(&format!("/beta/x?$skiptoken={}", page + 1)))
    })
    .await
}

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
async fn a_repeated_link_ends_the_stream_with_an_error() {
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
async fn positions_in_a_resumed_page_count_from_its_start() {
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
async fn a_failed_page_can_be_requested_again() {
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

#[tokio::test]
async fn links_that_differ_in_their_fragment_are_one() {
    let server = Server::start(|request| {
        let number = request.headers.len();
        Reply::page(
            &[1],
            Some(&format!(
                "/beta/x?$skiptoken=2#{number}-{}",
                request.target.len()
            )),
        )
    })
    .await;
    let client = client(&server);
    let mut items = metrics(&client).stream();
    for _ in 0..2 {
        items.next().await.unwrap().unwrap();
    }
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), server.count()), (ErrorKind::RepeatedLink, 2));

    // The first page is the request's own, whatever fragment it came with.
    let request = client
        .request::<odata_runtime::Page<Metric>>(odata_runtime::Method::POST, "x?$skiptoken=2#a");
    let mut pages = request.unwrap().pages();
    pages.next().await.unwrap().unwrap();
    assert_eq!(server.received().pop().unwrap().method, "POST");
    let error = pages.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RepeatedLink);
}

#[tokio::test]
async fn a_stream_ends_at_its_limit_of_pages() {
    let server = endless().await;
    let client = client(&server);
    let mut items = metrics(&client).stream().max_pages(3);
    for page in 0..3 {
        assert_eq!(items.next().await.unwrap().unwrap().value, page);
    }
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), server.count()), (ErrorKind::StreamLimit, 3));
    let text = error.to_string();
    assert!(
        text.contains("3 pages were read") && text.contains("max_pages"),
        "{text}"
    );
    assert!(items.next().await.is_none());

    let rest = metrics(&client).stream().max_pages(1);
    let mut rest = rest.resume(&items.continuation().unwrap());
    assert_eq!(rest.next().await.unwrap().unwrap().value, 3);
    assert!(rest.next().await.unwrap().is_err());
}

#[tokio::test]
async fn a_last_page_at_the_limit_is_the_end() {
    let server = three_pages().await;
    let items = metrics(&client(&server)).stream().max_pages(3);
    assert_eq!(items.try_collect::<Vec<_>>().await.unwrap().len(), 5);
    let none = metrics(&client(&server)).stream().max_pages(0);
    let error = none.try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!((error.kind(), server.count()), (ErrorKind::StreamLimit, 3));
}

#[tokio::test]
async fn a_stream_ends_at_its_limit_of_time() {
    let server = endless().await;
    let clock = FakeClock::new();
    let client = builder(&server).clock(clock.clone()).build().unwrap();
    let mut pages = metrics(&client).pages().max_time(Duration::from_secs(60));
    clock.advance(Duration::from_secs(600));
    assert_eq!(pages.elapsed(), Duration::ZERO, "nothing was asked for");
    for _ in 0..3 {
        pages.next().await.unwrap().unwrap();
        clock.advance(Duration::from_secs(20));
    }
    let error = pages.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), server.count()), (ErrorKind::StreamLimit, 3));
    let text = error.to_string();
    assert!(text.contains("60s, in which 3 were asked for"), "{text}");
    assert!(text.contains("max_time"), "{text}");
    assert_eq!(pages.elapsed(), Duration::from_secs(60));
    let mut rest = metrics(&client)
        .pages()
        .resume(&pages.continuation().unwrap());
    assert_eq!(values(&rest.next().await.unwrap().unwrap()), [3]);
}

#[tokio::test]
async fn a_page_has_what_is_left_of_a_streams_time() {
    let server = Server::replies([
        Reply::page(&[1], Some("/beta/x?$skiptoken=2")),
        Reply::Stall(Vec::new()),
    ])
    .await;
    let clock: Arc<FakeClock> = FakeClock::new();
    let client = builder(&server).clock(clock.clone()).build().unwrap();
    let mut items = metrics(&client)
        .stream()
        .max_time(Duration::from_millis(60_100));
    items.next().await.unwrap().unwrap();
    clock.advance(Duration::from_secs(60));
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), server.count()), (ErrorKind::StreamLimit, 2));
    let source = std::error::Error::source(&error).unwrap();
    let source: &odata_runtime::Error = source.downcast_ref().unwrap();
    assert_eq!(source.kind(), ErrorKind::TotalTimeout);

    let own = metrics(&client)
        .timeout(Duration::from_millis(100))
        .stream();
    let mut own = own.max_time(Duration::from_secs(60));
    let error = own.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TotalTimeout, "that of the request");
}

#[tokio::test]
async fn a_stream_counts_on_from_another() {
    let server = endless().await;
    let clock = FakeClock::new();
    let client = builder(&server).clock(clock.clone()).build().unwrap();
    let mut first = metrics(&client).pages();
    for _ in 0..2 {
        first.next().await.unwrap().unwrap();
        clock.advance(Duration::from_secs(10));
    }
    let mut second = metrics(&client).pages().max_pages(3).counting_on(&first);
    second.next().await.unwrap().unwrap();
    let error = second.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StreamLimit);
    assert_eq!(second.elapsed(), Duration::from_secs(20));
    let limit = Duration::from_secs(20);
    let mut third = metrics(&client).pages().max_time(limit).counting_on(&first);
    let error = third.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), server.count()), (ErrorKind::StreamLimit, 3));
}

/// Two pages below a navigation property, linked as SAP CAP does it; each page has this context.
async fn chapters(context: &str) -> Server {
    let context = context.to_owned();
    Server::start(move |request| {
        let (values, link) = match request.target.as_str() {
            "/beta/Books(900)/chapters" => (&[1], "@odata.nextLink"),
            "/beta/Books(900)/chapters?$skiptoken=2" => (&[2], "@odata.deltaLink"),
            other => return Reply::status(404, format!("{{\"message\":\"{other}\"}}")),
        };
        let items: Vec<_> = values.iter().map(|value| json!({"value": value})).collect();
        let page = json!({
            "@odata.context": context,
            link: "Books(900)/chapters?$skiptoken=2",
            "value": items,
        });
        Reply::ok(page.to_string())
    })
    .await
}

#[tokio::test]
async fn relative_links_are_relative_to_the_context() {
    for context in [
        "../$metadata#Books(900)/chapters",
        "/beta/$metadata#Books(900)/chapters",
    ] {
        let server = chapters(context).await;
        let client = client(&server);
        let books = client.root().segment("Books").key(900);
        let mut items = books.segment("chapters").get::<Page<Metric>>().stream();
        for value in [1, 2] {
            assert_eq!(items.next().await.unwrap().unwrap().value, value);
        }
        assert!(items.next().await.is_none());
        let expected = format!("{}/beta/Books(900)/chapters?$skiptoken=2", server.url());
        let place = serde_json::to_value(items.delta_continuation().unwrap()).unwrap();
        assert_eq!(place, json!({"link": expected}));
        let raw = "Books(900)/chapters?$skiptoken=2";
        assert_eq!(items.delta_link(), Some(raw), "as it was sent");
    }
}

/// After a redirect, a page is where the redirect led to, and so are its links.
#[tokio::test]
async fn links_without_context_are_relative_to_the_answer() {
    let server = Server::start(|request| match request.target.as_str() {
        "/beta/x" => Reply::redirect(307, "/moved/here/x"),
        "/moved/here/x" => Reply::page(&[1], Some("x?$skiptoken=2")),
        "/moved/here/x?$skiptoken=2" => Reply::page(&[2], None),
        other => panic!("{other}"),
    })
    .await;
    let request = client(&server).root().segment("x").get::<Page<Metric>>();
    assert_eq!(
        numbers(request.stream().try_collect().await.unwrap()),
        [1, 2]
    );
}
