//! Pages whose links lead nowhere, back, or elsewhere.

use odata_runtime::ErrorKind;
use odata_runtime::delta::{DeltaSync, MemoryStore};
use serde_json::{Value, json};

use super::{failure, page, page_before, round, targets, things};
use crate::support::{Received, Reply, Server, client};

/// Links of a page that must not be followed, and the kinds of the errors.
fn broken_links() -> [(Value, ErrorKind); 10] {
    let elsewhere = "https://elsewhere.example/beta/n?secret";
    [
        (json!({}), ErrorKind::Decode),
        (json!({"@odata.nextLink": null}), ErrorKind::Decode),
        (json!({"@odata.nextLink": "http://[bad"}), ErrorKind::Decode),
        (
            json!({"@odata.deltaLink": "http://[bad"}),
            ErrorKind::Decode,
        ),
        (
            json!({"@odata.nextLink": elsewhere}),
            ErrorKind::ForeignOrigin,
        ),
        (
            json!({"@odata.deltaLink": elsewhere}),
            ErrorKind::ForeignOrigin,
        ),
        (
            json!({"@nextLink": "//elsewhere.example/n"}),
            ErrorKind::ForeignOrigin,
        ),
        (
            json!({"@deltaLink": "data:text/plain,x"}),
            ErrorKind::ForeignOrigin,
        ),
        (
            json!({"@odata.nextLink": "/beta/things/delta"}),
            ErrorKind::RepeatedLink,
        ),
        (
            json!({"@odata.nextLink": "/beta/things/delta#1"}),
            ErrorKind::RepeatedLink,
        ),
    ]
}

#[tokio::test]
async fn broken_pages_are_not_taken() {
    let entries = json!([{"id": "a"}]);
    for (links, kind) in broken_links() {
        let broken = page(entries.clone(), links.clone());
        let fine = page(entries.clone(), json!({"@odata.deltaLink": "/beta/d"}));
        let server = Server::replies([broken, fine]).await;
        let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
        let error = failure(&mut sync).await;
        assert_eq!(error.kind(), kind, "{links}");
        assert!(!error.to_string().contains("secret"), "{error}");
        // Nothing of it is kept: once the service is well again, so is the query.
        assert_eq!(round(&mut sync).await.unwrap(), [["a"]]);
        assert_eq!(targets(&server), ["/beta/things/delta"; 2], "{links}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_page_is_an_error() {
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "{\"value\": 1}",
        "<html>",
        "{\"value\": [{]",
    ] {
        let server = Server::replies([Reply::ok(body)]).await;
        let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
        assert_eq!(failure(&mut sync).await.kind(), ErrorKind::Decode, "{body}");
    }
}

fn token(request: &Received) -> u32 {
    let token = request.target.rsplit_once('=');
    token.map_or(0, |(_, token)| token.parse().unwrap())
}

#[tokio::test]
async fn a_link_that_was_followed_ends_the_round() {
    for cycle in 1..4 {
        let server = Server::start(move |request| {
            let next = format!("/beta/n?p={}", token(request) % cycle + 1);
            page_before(json!([]), &next)
        })
        .await;
        let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
        let error = round(&mut sync).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RepeatedLink);
        assert_eq!(server.count() as u32, cycle + 1);
    }
}

#[tokio::test]
async fn the_same_link_in_the_next_round_is_fine() {
    let server = Server::start(|request| match request.target.as_str() {
        "/beta/n" => page(json!([]), json!({"@odata.deltaLink": "/beta/d"})),
        _ => page_before(json!([]), "/beta/n"),
    })
    .await;
    let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
    for _ in 0..3 {
        assert_eq!(round(&mut sync).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_round_ends_at_its_limit_of_pages() {
    let server = Server::start(|request| {
        page_before(json!([]), &format!("/beta/n?p={}", token(request) + 1))
    })
    .await;
    let store = MemoryStore::new();
    let client = client(&server);
    let mut sync = DeltaSync::new(things(&client), &store).max_pages(3);
    let error = round(&mut sync).await.unwrap_err();
    assert_eq!((error.kind(), server.count()), (ErrorKind::StreamLimit, 3));
    assert_eq!(
        error.to_string(),
        "3 pages of one round were read, which is the limit, and there is another; max_pages raises the \
         limit, and what was committed stays"
    );
    // The next process goes on.
    let mut sync = DeltaSync::new(things(&client), &store);
    sync.next_page().await.unwrap();
    assert_eq!(targets(&server).pop().unwrap(), "/beta/n?p=3");
}

#[tokio::test]
async fn a_next_link_comes_before_a_delta_link() {
    let both: Value = json!({"@odata.nextLink": "/beta/n", "@odata.deltaLink": "/beta/d"});
    let server = Server::replies([
        page(json!([{"id": "a"}]), both),
        page(json!([{"id": "b"}]), json!({"@odata.deltaLink": "/beta/d"})),
    ])
    .await;
    let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
    assert_eq!(round(&mut sync).await.unwrap(), [["a"], ["b"]]);
}

#[tokio::test]
async fn relative_links_are_relative_to_the_context() {
    let server = Server::replies([
        page(
            json!([]),
            json!({"@context": "/beta/$metadata#things/$delta", "@nextLink": "things?p=1"}),
        ),
        page(json!([]), json!({"@odata.deltaLink": "?p=2"})),
    ])
    .await;
    let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
    round(&mut sync).await.unwrap();
    sync.next_page().await.unwrap();
    let expected = ["/beta/things/delta", "/beta/things?p=1", "/beta/things?p=2"];
    assert_eq!(targets(&server), expected);
}
