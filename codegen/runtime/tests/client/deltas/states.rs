//! States of other calls, and stores that fail.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use odata_runtime::delta::{DeltaState, DeltaStore, DeltaSync, MemoryStore};
use odata_runtime::{BoxError, BoxFuture, ErrorKind};
use serde_json::{Value, json};

use super::{failure, keys, last_page, page_before, round, things};
use crate::support::{Server, builder, client};

/// A state at this place, of the call of most tests.
fn state(server: &Server, place: Value) -> serde_json::Result<DeltaState> {
    serde_json::from_value(json!({
        "format": "odata-delta-state",
        "version": 1,
        "call": format!("{}/beta/things/delta", server.url()),
        "generation": 1,
        "place": place,
    }))
}

#[tokio::test]
async fn states_survive_serialization() {
    let server = Server::replies([last_page(json!([]), "/beta/d")]).await;
    for place in [
        json!({"at": "start"}),
        json!({"at": "start", "link": "https://a.example/", "resync": "uploadDifferences"}),
        json!({"at": "next", "link": "https://a.example/", "round": {"kind": "incremental"}}),
        json!({"at": "next", "link": "https://a.example/",
            "round": {"kind": "full", "resync": "applyDifferences"}}),
        json!({"at": "delta", "link": "https://a.example/"}),
    ] {
        let state = state(&server, place.clone()).unwrap();
        assert_eq!(serde_json::to_value(&state).unwrap()["place"], place);
        assert!(!format!("{state:?}").contains("a.example"));
    }
}

#[tokio::test]
async fn what_is_no_state_is_not_taken_for_one() {
    let server = Server::replies([last_page(json!([]), "/beta/d")]).await;
    let good = serde_json::to_value(state(&server, json!({"at": "start"})).unwrap()).unwrap();
    let with = |name: &str, value: Value| {
        let mut changed = good.clone();
        changed[name] = value;
        changed
    };
    let newer = "the state has version 2, but this program knows version 1";
    let other = "it is not the state of a delta query";
    let corrupt = "the state is corrupt";
    for (text, problem) in [
        (json!(null), other),
        (json!({}), other),
        (json!([1]), other),
        (with("format", json!("another")), other),
        (with("version", json!(2)), newer),
        (with("version", json!("1")), "the state has no version"),
        (with("version", json!(null)), "the state has no version"),
        (with("call", json!(null)), corrupt),
        (with("generation", json!(-1)), corrupt),
        (with("place", json!({})), corrupt),
        (with("place", json!({"at": "now"})), corrupt),
        (with("place", json!({"at": "delta"})), corrupt),
        (with("place", json!({"at": "delta", "link": 7})), corrupt),
        (with("extra", json!(1)), corrupt),
    ] {
        let error = serde_json::from_value::<DeltaState>(text.clone()).unwrap_err();
        assert_eq!(error.to_string(), problem, "{text}");
    }
}

#[tokio::test]
async fn the_state_of_another_call_is_refused() {
    let server = Server::replies([last_page(json!([]), "/beta/d")]).await;
    let client = client(&server);
    let store = MemoryStore::new();
    round(&mut DeltaSync::new(things(&client), &store))
        .await
        .unwrap();
    let other_root = builder(&server).endpoint(format!("{}/v2", server.url()));
    let other_root = other_root.build().unwrap();
    let own = format!("{:?}", format!("{}/beta/things/delta", server.url()));
    for (call, problem) in [
        (
            client.root().segment("others").list(),
            format!("{own}, and not to \"{}/beta/others\"", server.url()),
        ),
        (
            things(&other_root),
            format!("{own}, and not to \"{}/v2/things/delta\"", server.url()),
        ),
        (
            things(&client).filter_text("name eq 'secret'"),
            format!("{own} with other query options"),
        ),
    ] {
        let mut sync = DeltaSync::new(call, &store);
        let error = failure(&mut sync).await;
        assert_eq!((error.kind(), server.count()), (ErrorKind::DeltaState, 1));
        assert_eq!(
            error.to_string(),
            format!(
                "the stored state belongs to {problem}: use one store for each call, or begin anew with \
                 start_over"
            )
        );
    }
}

#[tokio::test]
async fn links_in_a_state_are_not_trusted() {
    let server = Server::replies([last_page(json!([]), "/beta/d")]).await;
    let foreign = "https://elsewhere.example/?secret";
    for (link, kind) in [
        (foreign, ErrorKind::ForeignOrigin),
        ("http://user:secret@127.0.0.1/", ErrorKind::ForeignOrigin),
        ("secret", ErrorKind::DeltaState),
    ] {
        for place in [
            json!({"at": "start", "link": link}),
            json!({"at": "delta", "link": link}),
            json!({"at": "next", "link": link, "round": {"kind": "incremental"}}),
        ] {
            let store = MemoryStore::new();
            store.save(state(&server, place).unwrap()).await.unwrap();
            let mut sync = DeltaSync::new(things(&client(&server)), store);
            let error = failure(&mut sync).await;
            assert_eq!((error.kind(), server.count()), (kind, 0), "{link}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}

/// A store that fails when it is told to, before or after it has saved.
#[derive(Default)]
struct Failing {
    store: MemoryStore,
    on_load: AtomicBool,
    before_save: AtomicBool,
    after_save: AtomicBool,
}

impl Failing {
    fn fail(&self, when: &AtomicBool) -> Result<(), BoxError> {
        match when.swap(false, Ordering::SeqCst) {
            true => Err(io::Error::other("the disk is full").into()),
            false => Ok(()),
        }
    }
}

impl DeltaStore for Failing {
    fn load(&self) -> BoxFuture<'_, Result<Option<DeltaState>, BoxError>> {
        Box::pin(async {
            self.fail(&self.on_load)?;
            self.store.load().await
        })
    }

    fn save(&self, state: DeltaState) -> BoxFuture<'_, Result<(), BoxError>> {
        Box::pin(async {
            self.fail(&self.before_save)?;
            self.store.save(state).await?;
            self.fail(&self.after_save)
        })
    }
}

#[tokio::test]
async fn a_store_that_fails_loses_nothing() {
    let server = Server::start(|request| match request.target.as_str() {
        "/beta/n" => last_page(json!([{"id": "b"}]), "/beta/d"),
        _ => page_before(json!([{"id": "a"}]), "/beta/n"),
    })
    .await;
    let store = Arc::new(Failing::default());
    let fail = |when: &AtomicBool| when.store(true, Ordering::SeqCst);
    let mut sync = DeltaSync::new(things(&client(&server)), Arc::clone(&store));

    fail(&store.on_load);
    let error = failure(&mut sync).await;
    assert_eq!(error.kind(), ErrorKind::DeltaState);
    assert_eq!(
        error.to_string(),
        "the stored state cannot be read: the disk is full"
    );
    fail(&store.before_save);
    let error = failure(&mut sync).await;
    assert_eq!(
        error.to_string(),
        "the state cannot be saved: the disk is full"
    );
    assert_eq!(server.count(), 0);

    let page = sync.next_page().await.unwrap().unwrap();
    fail(&store.before_save);
    page.commit().await.unwrap_err();
    // The commit failed, so the page comes again.
    let page = sync.next_page().await.unwrap().unwrap();
    assert_eq!(keys(&page), ["a"]);
    fail(&store.after_save);
    page.commit().await.unwrap_err();
    // The state was saved in spite of the error.
    let page = sync.next_page().await.unwrap().unwrap();
    assert_eq!(keys(&page), ["b"]);
}

#[tokio::test]
async fn starting_over_survives_a_failed_save() {
    let server = Server::replies([last_page(json!([{"id": "a"}]), "/beta/d")]).await;
    let client = client(&server);
    let store = Failing::default();
    round(&mut DeltaSync::new(client.root().list(), &store.store))
        .await
        .unwrap();
    let mut sync = DeltaSync::new(things(&client), &store);
    sync.start_over();
    store.before_save.store(true, Ordering::SeqCst);
    assert_eq!(failure(&mut sync).await.kind(), ErrorKind::DeltaState);
    assert_eq!(round(&mut sync).await.unwrap(), [["a"]]);
}

#[tokio::test]
async fn a_store_may_be_any_pointer() {
    let server = Server::replies([last_page(json!([]), "/beta/d")]).await;
    let store: Box<dyn DeltaStore> = Box::new(MemoryStore::new());
    let store: Arc<dyn DeltaStore> = Arc::new(store);
    let mut sync = DeltaSync::new(things(&client(&server)), Arc::clone(&store));
    round(&mut sync).await.unwrap();
    assert!(store.load().await.unwrap().is_some());
}
