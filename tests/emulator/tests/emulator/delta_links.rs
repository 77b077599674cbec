//! Delta links that expire, and what Graph tells in a delta besides.

use crate::common::memory::{Read, get};
use crate::common::{builder, example_clock};
use chrono::{DateTime, TimeDelta, Utc};
use graph_emulator::{Emulator, EmulatorBuilder, Resync, StartError};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const CSDL: &str = include_str!("../work.csdl");
const DIRECTORY: &str = include_str!("../directory.csdl");

const DRIVE: &str = "/drive/root/delta";
const GROUPS: &str = "/groups/delta";

fn service() -> EmulatorBuilder {
    let children = json!([{"id": "a", "name": "a.txt"}, {"id": "b", "name": "b.txt"}]);
    builder()
        .metadata(CSDL)
        .with_entity("drive/root", json!({"id": "r", "name": "root"}))
        .with_entities("drive/root/children", children)
        .with_entities("groups", json!([{"id": "g"}, {"id": "h"}, {"id": "i"}]))
}

fn start(setup: EmulatorBuilder) -> Emulator {
    setup.start_in_memory().unwrap()
}

/// The ids on all pages, and the delta link.
async fn round(emulator: &Emulator, url: &str) -> (Vec<String>, String) {
    let (mut ids, mut url) = (Vec::new(), url.to_owned());
    loop {
        let page = get(emulator, &url).await.json();
        let items = page["value"].as_array().unwrap_or_else(|| panic!("{page}"));
        ids.extend(items.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        match page["@odata.nextLink"].as_str() {
            Some(next) => url = next.to_owned(),
            None => return (ids, page["@odata.deltaLink"].as_str().unwrap().to_owned()),
        }
    }
}

/// What an expired link is answered with: status, code, the code inside, and where to begin anew.
fn expired(read: &Read) -> (u16, Value, Value, String) {
    let (status, body) = read.answer();
    let error = &body["error"];
    let location = read.header("location").to_owned();
    (
        status,
        error["code"].clone(),
        error["innerError"]["code"].clone(),
        location,
    )
}

#[tokio::test]
async fn links_expire_with_the_reason_given() {
    let emulator = start(service());
    let required = json!("resyncRequired");
    for (resync, code, inner) in [
        (
            Resync::ApplyDifferences,
            &required,
            json!("resyncChangesApplyDifferences"),
        ),
        (
            Resync::UploadDifferences,
            &required,
            json!("resyncChangesUploadDifferences"),
        ),
        (
            Resync::StateNotFound,
            &json!("syncStateNotFound"),
            Value::Null,
        ),
    ] {
        for path in [DRIVE, GROUPS] {
            let (_, link) = round(&emulator, path).await;
            let first = get(&emulator, &format!("{path}?$top=1")).await.json();
            emulator.expire_delta_links(resync);
            let anew = format!("{}{path}", emulator.endpoint());
            let found = expired(&get(&emulator, &link).await);
            assert_eq!(
                found,
                (410, code.clone(), inner.clone(), anew.clone()),
                "{link}"
            );
            let next = first["@odata.nextLink"].as_str().unwrap();
            assert_eq!(get(&emulator, next).await.status, 410, "{next}");
            let (ids, link) = round(&emulator, &anew).await;
            assert_eq!(ids.len(), 3, "everything is told anew");
            assert_eq!(get(&emulator, &link).await.status, 200);
        }
    }
}

#[tokio::test]
async fn an_unknown_token_as_each_service_has_it() {
    let emulator = start(service());
    let root = emulator.endpoint();
    let (found, inner) = (
        json!("resyncRequired"),
        json!("resyncChangesApplyDifferences"),
    );
    let drive = get(&emulator, "/drive/root/delta(token='x')").await;
    assert_eq!(
        expired(&drive),
        (410, found, inner, format!("{root}{DRIVE}"))
    );
    let groups = get(&emulator, "/groups/delta?$deltatoken=x").await;
    let found = json!("syncStateNotFound");
    assert_eq!(
        expired(&groups),
        (410, found, Value::Null, format!("{root}{GROUPS}"))
    );
}

#[tokio::test]
async fn links_expire_by_the_clock() {
    let hours = Arc::new(AtomicI64::new(0));
    let time = Arc::clone(&hours);
    let now = move || -> DateTime<Utc> {
        example_clock() + TimeDelta::hours(time.load(Ordering::Relaxed))
    };
    let lifetime = Duration::from_secs(7 * 24 * 3600);
    let emulator = start(service().clock(now).delta_link_lifetime(lifetime));
    let (_, first) = round(&emulator, GROUPS).await;
    hours.store(100, Ordering::Relaxed);
    let (ids, second) = round(&emulator, &first).await;
    assert!(ids.is_empty(), "{ids:?}");
    hours.store(7 * 24, Ordering::Relaxed);
    assert_eq!(get(&emulator, &first).await.status, 410);
    assert_eq!(get(&emulator, &second).await.status, 200, "it is younger");
}

#[tokio::test]
async fn an_entity_comes_twice_in_a_round() {
    let emulator = start(service().delta_replays());
    let (ids, link) = round(&emulator, &format!("{GROUPS}?$top=2")).await;
    assert_eq!(ids, ["g", "h", "i", "g"]);
    assert!(round(&emulator, &link).await.0.is_empty());
    let entities = emulator.entities();
    entities
        .update("groups/h", json!({"displayName": "new"}))
        .unwrap();
    entities.delete("groups/i").unwrap();
    assert_eq!(round(&emulator, &link).await.0, ["h", "i", "h"]);
}

#[tokio::test]
async fn what_can_be_restored_has_changed() {
    let emulator = start(service());
    let (_, link) = round(&emulator, GROUPS).await;
    emulator.entities().delete("groups/g").unwrap();
    let page = get(&emulator, &link).await.json();
    assert_eq!(
        page["value"],
        json!([{"id": "g", "@removed": {"reason": "changed"}}])
    );
    for (restorable, reason) in [(false, "deleted"), (true, "changed")] {
        let mut setup = builder().metadata(DIRECTORY);
        if restorable {
            setup = setup.restorable("my.user");
        }
        let emulator = start(setup.with_entities("users", json!([{"id": "a"}])));
        let (_, link) = round(&emulator, "/users/delta").await;
        emulator.entities().delete("users/a").unwrap();
        let page = get(&emulator, &link).await.json();
        assert_eq!(page["value"][0]["@removed"], json!({"reason": reason}));
    }
    let unknown = builder().restorable("my.usr").start_in_memory();
    assert!(matches!(unknown, Err(StartError::Undeclared(name)) if name == "my.usr"));
}

#[tokio::test]
async fn a_drive_has_a_latest_token() {
    let emulator = start(service());
    for path in [
        "/drive/root/delta?token=latest",
        "/drive/root/delta(token='latest')",
    ] {
        let (ids, link) = round(&emulator, path).await;
        assert!(ids.is_empty(), "{ids:?}");
        let start = format!("{}/drive/root/delta(token='", emulator.endpoint());
        assert!(link.starts_with(&start), "{link}");
        let file = json!({"name": path});
        emulator.entities().update("drive/items/a", file).unwrap();
        assert_eq!(round(&emulator, &link).await.0, ["a"]);
    }
    let (_, link) = round(&emulator, DRIVE).await;
    emulator.entities().delete("drive/items/b").unwrap();
    let page = get(&emulator, &link).await.json();
    assert_eq!(
        page["value"],
        json!([{"id": "b", "deleted": {"state": "deleted"}}])
    );
}
