//! Services that can no longer tell what changed.

use odata_runtime::delta::{DeltaSync, LatestToken, MemoryStore, Resync, Round};
use odata_runtime::{Client, ConfigureRequest as _, ErrorKind, RetryPolicy};
use serde_json::json;

use super::{failure, last_page, page_before, round, targets, things};
use crate::support::{Reply, Server, Thing, client};

fn refused(status: u16, code: &str) -> Reply {
    let body =
        json!({"error": {"code": code, "message": "The sync state generation is not found."}});
    Reply::status(status, body.to_string())
}

/// A store whose state is at a delta link, and a sync that asks there next.
async fn later_round(client: &Client) -> DeltaSync<Thing, MemoryStore> {
    let call = things(client).retry(RetryPolicy::none());
    let mut sync = DeltaSync::new(call, MemoryStore::new());
    round(&mut sync).await.unwrap();
    sync
}

/// Each kind of reset, and what it wants.
fn resets() -> [(Reply, Resync); 13] {
    let nested = json!({"error": {
        "code": "resyncRequired",
        "message": "Resync required.",
        "innerError": {"code": "resyncChangesUploadDifferences"},
    }});
    let apply = Resync::ApplyDifferences;
    let upload = Resync::UploadDifferences;
    let unspecified = Resync::Unspecified;
    [
        (refused(410, "resyncChangesApplyDifferences"), apply),
        (refused(410, "resyncChangesUploadDifferences"), upload),
        (refused(410, "ResyncChangesUploadDifferences"), upload),
        (Reply::status(410, nested.to_string()), upload),
        (refused(410, "resyncRequired"), unspecified),
        (refused(410, "syncStateNotFound"), unspecified),
        (refused(410, "syncStateInvalid"), unspecified),
        (refused(410, "SyncStateNotFound"), unspecified),
        (refused(400, "syncStateNotFound"), unspecified),
        (refused(404, "syncStateInvalid"), unspecified),
        (refused(410, "somethingNew"), unspecified),
        (Reply::status(410, "<html>"), unspecified),
        (Reply::status(410, ""), unspecified),
    ]
}

#[tokio::test]
async fn each_kind_of_reset_begins_a_full_run() {
    for (refusal, resync) in resets() {
        for location in [
            None,
            Some("/beta/things/delta?$deltatoken="),
            Some("\u{e9}"),
        ] {
            let refusal = match location {
                Some(location) => refusal.clone().header("location", location),
                None => refusal.clone(),
            };
            let server = Server::replies([
                last_page(json!([{"id": "a"}]), "/beta/d"),
                refusal,
                page_before(json!([{"id": "b"}]), "/beta/n"),
                last_page(json!([{"id": "c"}]), "/beta/d2"),
                last_page(json!([]), "/beta/d2"),
            ])
            .await;
            let mut sync = later_round(&client(&server)).await;
            let mut told = Vec::new();
            while let Some(page) = sync.next_page().await.unwrap() {
                told.push((page.resync(), page.round().is_full(), page.begins_round()));
                page.commit().await.unwrap();
            }
            let expected = [(Some(resync), true, true), (Some(resync), true, false)];
            assert_eq!(told, expected);
            let page = sync.next_page().await.unwrap().unwrap();
            assert_eq!((page.round(), page.resync()), (Round::Incremental, None));
            let start = location.filter(|location| location.starts_with('/'));
            let call = "/beta/things/delta";
            let expected = [
                call,
                "/beta/d",
                start.unwrap_or(call),
                "/beta/n",
                "/beta/d2",
            ];
            assert_eq!(targets(&server), expected);
        }
    }
}

#[tokio::test]
async fn other_errors_are_no_resets() {
    for (status, code) in [
        (400, "badRequest"),
        (401, "syncState"),
        (404, "itemNotFound"),
        (500, "syncStateNotFound"),
        (403, "accessDenied"),
    ] {
        let first = last_page(json!([]), "/beta/d");
        let server = Server::replies([first, refused(status, code)]).await;
        let mut sync = later_round(&client(&server)).await;
        let error = failure(&mut sync).await;
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.code(), Some(code));
    }
}

#[tokio::test]
async fn a_refusal_of_the_call_itself_is_no_reset() {
    let server = Server::replies([refused(410, "syncStateNotFound")]).await;
    let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
    let error = failure(&mut sync).await;
    assert_eq!((error.status().unwrap().as_u16(), server.count()), (410, 1));
}

#[tokio::test]
async fn a_reset_in_the_middle_of_a_round_is_followed() {
    let server = Server::replies([
        page_before(json!([{"id": "a"}]), "/beta/n"),
        refused(410, "resyncChangesApplyDifferences"),
        last_page(json!([{"id": "b"}]), "/beta/d"),
    ])
    .await;
    let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
    let page = sync.next_page().await.unwrap().unwrap();
    let first = page.generation();
    page.commit().await.unwrap();
    let page = sync.next_page().await.unwrap().unwrap();
    assert_eq!(page.resync(), Some(Resync::ApplyDifferences));
    assert!(page.generation() > first && page.begins_round() && page.ends_round());
}

#[tokio::test]
async fn a_program_that_is_started_again_knows_why() {
    let server = Server::replies([
        last_page(json!([]), "/beta/d"),
        refused(410, "resyncChangesUploadDifferences").header("location", "/beta/again"),
        page_before(json!([]), "/beta/n"),
        page_before(json!([]), "/beta/n"),
        last_page(json!([]), "/beta/d"),
    ])
    .await;
    let store = MemoryStore::new();
    let client = client(&server);
    round(&mut DeltaSync::new(things(&client), &store))
        .await
        .unwrap();
    let mut told = Vec::new();
    for commits in [false, true, true] {
        let mut sync = DeltaSync::new(things(&client), &store);
        let page = sync.next_page().await.unwrap().unwrap();
        told.push((page.resync(), page.begins_round()));
        if commits {
            page.commit().await.unwrap();
        }
    }
    let upload = Some(Resync::UploadDifferences);
    assert_eq!(told, [(upload, true), (upload, true), (upload, false)]);
    let expected = [
        "/beta/things/delta",
        "/beta/d",
        "/beta/again",
        "/beta/again",
        "/beta/n",
    ];
    assert_eq!(targets(&server), expected);
}

#[tokio::test]
async fn resets_without_end_are_an_error() {
    let gone = refused(410, "syncStateNotFound");
    let again = gone.clone().header("location", "/beta/again");
    // Without a `Location`, it is the call that is refused in the end.
    for (refusal, requests, kind) in [
        (&again, 5, ErrorKind::RepeatedReset),
        (&gone, 3, ErrorKind::Service),
    ] {
        let first = last_page(json!([]), "/beta/d");
        let server = Server::replies([first, refusal.clone()]).await;
        let mut sync = later_round(&client(&server)).await;
        let error = failure(&mut sync).await;
        assert_eq!((error.kind(), server.count()), (kind, requests));
    }
    // One after each page.
    let server = Server::start(move |request| match request.target.as_str() {
        "/beta/n" => again.clone(),
        _ => page_before(json!([]), "/beta/n"),
    })
    .await;
    let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
    let error = round(&mut sync).await.unwrap_err();
    assert_eq!(
        (error.kind(), server.count()),
        (ErrorKind::RepeatedReset, 8)
    );
    assert!(
        error.to_string().starts_with(
            "the service reset the delta query 4 times before it told all changes once; try again later: "
        ),
        "{error}"
    );
}

/// A service whose links never live until the next round.
#[tokio::test]
async fn a_reset_in_each_round_is_not_too_many() {
    let server = Server::start(|request| match request.target.as_str() {
        "/beta/d" => refused(410, "syncStateNotFound"),
        _ => last_page(json!([{"id": "a"}]), "/beta/d"),
    })
    .await;
    let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
    for _ in 0..6 {
        assert_eq!(round(&mut sync).await.unwrap(), [["a"]]);
    }
    assert_eq!(server.count(), 11);
}

#[tokio::test]
async fn a_reset_to_another_origin_is_refused() {
    for (location, kind) in [
        (
            "https://elsewhere.example/beta/things",
            ErrorKind::ForeignOrigin,
        ),
        ("//elsewhere.example/beta/things", ErrorKind::ForeignOrigin),
        ("http://[bad", ErrorKind::Decode),
    ] {
        let gone = refused(410, "syncStateNotFound");
        let server = Server::replies([
            last_page(json!([]), "/beta/d"),
            gone.header("location", location),
            last_page(json!([{"id": "a"}]), "/beta/d"),
        ])
        .await;
        let mut sync = later_round(&client(&server)).await;
        assert_eq!(failure(&mut sync).await.kind(), kind, "{location}");
        assert_eq!(server.count(), 2);
        // The caller decides.
        sync.start_over();
        assert_eq!(round(&mut sync).await.unwrap(), [["a"]]);
        assert_eq!(targets(&server).pop().unwrap(), "/beta/things/delta");
    }
}

#[tokio::test]
async fn a_query_from_now_on_is_reset_to_all_there_is() {
    let server = Server::replies([
        last_page(json!([]), "/beta/d"),
        refused(410, "syncStateNotFound"),
        last_page(json!([{"id": "a"}]), "/beta/d"),
    ])
    .await;
    let store = MemoryStore::new();
    let mut sync = DeltaSync::new(things(&client(&server)), &store).from_now(LatestToken::Token);
    round(&mut sync).await.unwrap();
    let page = sync.next_page().await.unwrap().unwrap();
    assert_eq!(page.resync(), Some(Resync::Unspecified));
    assert!(page.round().is_full());
    assert_eq!(targets(&server)[2], "/beta/things/delta");
}
