//! Rounds, pages and commits.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use odata_runtime::delta::{
    DeltaStore as _, DeltaSync, FileStore, LatestToken, MemoryStore, Round,
};
use odata_runtime::{ConfigureRequest as _, ErrorKind, Page, RetryPolicy};
use serde_json::{Value, json};

use super::{
    Folder, failure, keys, last_page, page, page_before, round, server, take_page, targets, things,
};
use crate::support::{FakeClock, Reply, Server, TOKEN, Thing, builder, client};

/// Two rounds of two pages, of which the first of the second round is empty; then nothing more changes.
async fn two_rounds() -> Server {
    server([
        (
            "/beta/things/delta",
            page_before(json!([{"id": "a"}, {"id": "b"}]), "/beta/n?$skiptoken=1"),
        ),
        (
            "/beta/n?$skiptoken=1",
            last_page(json!([{"id": "c"}]), "/beta/d?$deltatoken=1"),
        ),
        (
            "/beta/d?$deltatoken=1",
            page_before(json!([]), "/beta/n?$skiptoken=2"),
        ),
        (
            "/beta/n?$skiptoken=2",
            last_page(
                json!([{"id": "a"}, {"id": "b", "@removed": {"reason": "deleted"}}, {"id": "a"}]),
                "/beta/d?$deltatoken=2",
            ),
        ),
        (
            "/beta/d?$deltatoken=2",
            last_page(json!([]), "/beta/d?$deltatoken=2"),
        ),
    ])
    .await
}

#[tokio::test]
async fn rounds_follow_each_other() {
    let server = two_rounds().await;
    let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
    let rounds = [
        round(&mut sync).await.unwrap(),
        round(&mut sync).await.unwrap(),
        round(&mut sync).await.unwrap(),
        round(&mut sync).await.unwrap(),
    ];
    let nothing = vec![Vec::<String>::new()];
    assert_eq!(rounds[0], [vec!["a", "b"], vec!["c"]]);
    // An entity that comes twice is given twice: updates need not be whole.
    assert_eq!(rounds[1], [vec![], vec!["a", "-b", "a"]]);
    assert_eq!(rounds[2..], [nothing.clone(), nothing]);
}

#[tokio::test]
async fn pages_tell_where_in_a_round_they_are() {
    let server = two_rounds().await;
    let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
    let mut told = Vec::new();
    for _ in 0..2 {
        while let Some(page) = sync.next_page().await.unwrap() {
            let is_full = page.round().is_full();
            told.push((
                is_full,
                page.begins_round(),
                page.ends_round(),
                page.resync(),
            ));
            assert_eq!(page.round() == Round::Incremental, !is_full);
            page.commit().await.unwrap();
        }
    }
    assert_eq!(
        told,
        [
            (true, true, false, None),
            (true, false, true, None),
            (false, true, false, None),
            (false, false, true, None),
        ]
    );
}

#[tokio::test]
async fn a_page_comes_again_until_it_is_committed() {
    let server = two_rounds().await;
    let store = MemoryStore::new();
    let mut sync = DeltaSync::new(things(&client(&server)), &store);
    for _ in 0..3 {
        assert_eq!(keys(&sync.next_page().await.unwrap().unwrap()), ["a", "b"]);
    }
    take_page(&mut sync).await;
    for _ in 0..3 {
        // As in another process.
        let mut sync = DeltaSync::new(things(&client(&server)), &store);
        assert_eq!(keys(&sync.next_page().await.unwrap().unwrap()), ["c"]);
    }
    assert_eq!(round(&mut sync).await.unwrap(), [["c"]]);
    // The next process begins the next round.
    let mut sync = DeltaSync::new(things(&client(&server)), &store);
    let pages = round(&mut sync).await.unwrap();
    assert_eq!(pages, [vec![], vec!["a", "-b", "a"]]);
}

#[tokio::test]
async fn a_loop_that_forgets_to_commit_ends() {
    let server = two_rounds().await;
    let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
    for _ in 0..2 {
        for _ in 0..100 {
            assert_eq!(keys(&sync.next_page().await.unwrap().unwrap()), ["a", "b"]);
        }
        let error = failure(&mut sync).await;
        assert_eq!(error.kind(), ErrorKind::StreamLimit);
        assert_eq!(
            error.to_string(),
            "the same page was given 100 times and never committed; call DeltaPage::commit when its changes \
             are applied"
        );
    }
}

#[tokio::test]
async fn generations_rise_with_each_full_run_begun() {
    let server = two_rounds().await;
    let store = MemoryStore::new();
    let mut generations = Vec::new();
    for _ in 0..2 {
        let mut sync = DeltaSync::new(things(&client(&server)), &store);
        generations.push(sync.next_page().await.unwrap().unwrap().generation());
        generations.push(sync.next_page().await.unwrap().unwrap().generation());
    }
    assert!(
        generations.is_sorted_by(|one, next| one < next),
        "{generations:?}"
    );
    let mut sync = DeltaSync::new(things(&client(&server)), &store);
    generations.clear();
    for _ in 0..2 {
        while let Some(page) = sync.next_page().await.unwrap() {
            generations.push(page.generation());
            page.commit().await.unwrap();
        }
    }
    assert_eq!(generations, [generations[0]; 4]);
    sync.start_over();
    let page = sync.next_page().await.unwrap().unwrap();
    assert!(page.generation() > generations[0]);
    assert!(page.round().is_full());
}

#[tokio::test]
async fn a_lost_state_does_not_repeat_generations() {
    let server = two_rounds().await;
    let mut generation = 0;
    for _ in 0..2 {
        let clock = FakeClock::new();
        clock.advance(Duration::from_millis(generation % 2 + 1));
        let client = builder(&server).clock(clock).build().unwrap();
        let mut sync = DeltaSync::new(things(&client), MemoryStore::new());
        let page = sync.next_page().await.unwrap().unwrap();
        assert!(page.generation() > generation);
        generation = page.generation();
    }
}

#[tokio::test]
async fn a_failed_page_can_be_asked_for_again() {
    let server = Server::replies([
        page_before(json!([{"id": "a"}]), "/beta/n"),
        Reply::status(500, ""),
        Reply::ok("{"),
        last_page(json!([{"id": "b"}]), "/beta/d"),
    ])
    .await;
    let call = things(&client(&server)).retry(RetryPolicy::none());
    let mut sync = DeltaSync::new(call, MemoryStore::new());
    take_page(&mut sync).await;
    assert_eq!(failure(&mut sync).await.kind(), ErrorKind::Service);
    assert_eq!(failure(&mut sync).await.kind(), ErrorKind::Decode);
    assert_eq!(round(&mut sync).await.unwrap(), [["b"]]);
}

#[tokio::test]
async fn dropped_futures_lose_nothing() {
    let server = two_rounds().await;
    let folder = Folder::new();
    let store = FileStore::new(folder.path().join("state"));
    let mut sync = DeltaSync::new(things(&client(&server)), &store);
    let mut pages = Vec::new();
    // Each is dropped after one more poll, until it is ready; that of the first commit before it begins.
    for polls in 0..10_000 {
        if let Some(page) = polled(sync.next_page(), polls).await {
            let page = page.unwrap().unwrap();
            pages.push(keys(&page));
            let commit = polled(page.commit(), (pages.len() - 1) % 3).await;
            commit.transpose().unwrap();
            let state = store.load().await.unwrap();
            if serde_json::to_value(state).unwrap()["place"]["at"] == "delta" {
                break;
            }
        }
    }
    assert!(pages.len() > 2, "{pages:?}");
    pages.dedup();
    assert_eq!(pages, [vec!["a", "b"], vec!["c"]]);
}

/// The result of a future that is dropped after so many polls.
async fn polled<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        if let Some(output) = future.as_mut().now_or_never() {
            return Some(output);
        }
        tokio::task::yield_now().await;
    }
    None
}

#[tokio::test]
async fn a_query_from_now_on_has_no_entities() {
    for (token, target) in [
        (
            LatestToken::DeltaToken,
            "/beta/things/delta?%24top=5&%24deltatoken=latest",
        ),
        (
            LatestToken::Token,
            "/beta/things/delta?%24top=5&token=latest",
        ),
    ] {
        let server = Server::start(move |request| match request.target.as_str() {
            "/beta/d" => last_page(json!([{"id": "a"}]), "/beta/d"),
            _ => last_page(json!([]), "/beta/d"),
        })
        .await;
        let store = MemoryStore::new();
        let call = things(&client(&server)).top(5);
        let mut sync = DeltaSync::new(call.clone(), &store).from_now(token);
        let page = sync.next_page().await.unwrap().unwrap();
        assert_eq!(
            (page.round(), page.changes()),
            (Round::Incremental, &[][..])
        );
        page.commit().await.unwrap();
        // Neither the token nor its absence belongs to the call.
        let mut sync = DeltaSync::new(call, Arc::new(&store));
        assert_eq!(round(&mut sync).await.unwrap(), [["a"]]);
        let sent = targets(&server);
        let same = |target: &str| target.replace("%24", "$");
        assert_eq!(same(&sent[0]), same(target));
        assert_eq!(sent[1..], ["/beta/d"]);
    }
}

#[tokio::test]
async fn settings_of_the_call_go_with_each_page() {
    let server = two_rounds().await;
    let call = things(&client(&server)).header("prefer", "odata.maxpagesize=2");
    let mut sync = DeltaSync::new(call, MemoryStore::new()).track_changes();
    round(&mut sync).await.unwrap();
    for request in server.received() {
        let prefer = request.headers.iter().filter(|(name, _)| name == "prefer");
        let prefer: Vec<_> = prefer.map(|(_, value)| value.as_str()).collect();
        assert_eq!(prefer, ["odata.maxpagesize=2", "odata.track-changes"]);
        assert_eq!(request.token(), Some(TOKEN));
    }
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn calls_without_models_are_followed_too() {
    let server = two_rounds().await;
    let client = client(&server);
    let call = client.root().segment("things").segment("delta");
    let mut sync = DeltaSync::new(call.get::<Page<Value>>(), MemoryStore::new());
    let page = sync.next_page().await.unwrap().unwrap();
    assert_eq!(page.changes()[0].id(), Some("a"));
}

#[tokio::test]
async fn pages_have_the_rest_of_the_response() {
    let server = Server::replies([page(
        json!([{"id": "a"}]),
        json!({"@odata.deltaLink": "/beta/d", "@odata.count": 1, "tip": {"x": 1}}),
    )
    .header("request-id", "7")])
    .await;
    let mut sync = DeltaSync::new(things(&client(&server)), MemoryStore::new());
    let mut page = sync.next_page().await.unwrap().unwrap();
    assert_eq!(page.take_changes().len(), 1);
    assert_eq!(page.changes(), []);
    let response = page.response();
    assert_eq!(
        (response.count, response.request_id()),
        (Some(1), Some("7"))
    );
    assert_eq!(response.additional_properties["tip"], json!({"x": 1}));
}

#[tokio::test]
async fn futures_may_move_between_threads() {
    fn sent<T: Send>(future: T) -> T {
        future
    }
    let server = two_rounds().await;
    let mut sync: DeltaSync<Thing, _> =
        DeltaSync::new(things(&client(&server)), MemoryStore::new());
    let page = sent(sync.next_page()).await.unwrap().unwrap();
    sent(page.commit()).await.unwrap();
}

#[tokio::test]
async fn no_link_or_token_is_shown() {
    let server = two_rounds().await;
    let client = client(&server);
    let call = things(&client).filter_text("name eq 'secret'");
    let mut sync = DeltaSync::new(call, MemoryStore::new());
    let _ = sync.next_page().await;
    let mut sync = DeltaSync::new(things(&client), MemoryStore::new());
    let page = sync.next_page().await.unwrap().unwrap();
    let shown = format!("{page:?} {page:#?}");
    page.commit().await.unwrap();
    let shown = format!("{shown} {sync:?} {sync:#?}");
    for secret in ["skiptoken", "secret", TOKEN] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
