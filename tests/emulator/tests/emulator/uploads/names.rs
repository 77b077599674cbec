//! Files whose name or place is taken.

use super::{ask, drive, open, put, refusal, start};
use crate::common::memory::{exchange, get, post, request};
use graph_emulator::UploadState;
use serde_json::{Value, json};

#[tokio::test]
async fn a_name_that_is_taken() {
    let emulator = start(drive());
    let path = "/drive/root:/there.txt:/createUploadSession";
    let behave = |behavior: &str| json!({"item": {"@microsoft.graph.conflictBehavior": behavior}});
    for body in [json!({}), behave("fail")] {
        let found = refusal(&post(&emulator, path, body).await);
        assert_eq!(found, (409, "nameAlreadyExists".to_owned(), Value::Null));
    }
    assert_eq!(post(&emulator, path, behave("merge")).await.status, 400);
    for (behavior, status, name) in [
        ("replace", 200, "there.txt"),
        ("rename", 201, "there 1.txt"),
        ("rename", 201, "there 2.txt"),
    ] {
        let url = open(&emulator, path, behave(behavior)).await;
        let (found, made) = put(&emulator, &url, "bytes 0-2/3", "abc").await.answer();
        assert_eq!((found, &made["name"]), (status, &json!(name)));
        let place = format!("/drive/root:/{}:/content", name.replace(' ', "%20"));
        assert_eq!(get(&emulator, &place).await.body, b"abc", "{name}");
    }
    let other = json!({"item": {"name": "other.txt"}});
    assert_eq!(post(&emulator, path, other).await.status, 400);
    let nowhere = "/drive/root:/no/a.txt:/createUploadSession";
    assert_eq!(post(&emulator, nowhere, json!({})).await.status, 404);
}

#[tokio::test]
async fn a_name_that_is_taken_meanwhile() {
    let emulator = start(drive());
    let url = open(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
    let entities = emulator.entities();
    entities
        .create("drive/root/children", json!({"id": "a", "name": "a"}))
        .unwrap();
    let last = put(&emulator, &url, "bytes 0-2/3", "abc").await;
    assert_eq!(
        refusal(&last),
        (409, "nameAlreadyExists".to_owned(), Value::Null)
    );
    assert_eq!(emulator.upload_sessions()[0].state, UploadState::Open);
    entities.delete("drive/root/children/a").unwrap();
    assert_eq!(
        ask(&emulator, "POST", &url).await.status,
        201,
        "the bytes are still there"
    );
}

#[tokio::test]
async fn the_content_of_an_item_is_replaced() {
    let emulator = start(drive());
    let path = "/drive/items/f/createUploadSession";
    let announced = json!({"item": {"fileSize": 3}});
    let url = open(&emulator, path, announced).await;
    assert_eq!(
        put(&emulator, &url, "bytes 0-3/4", "abcd").await.status,
        400
    );
    let (status, item) = put(&emulator, &url, "bytes 0-2/3", "abc").await.answer();
    assert_eq!(
        (status, &item["id"], &item["size"]),
        (200, &json!("f"), &json!(3))
    );
    assert_eq!(get(&emulator, "/drive/items/f/content").await.body, b"abc");
    let other = request(&emulator, "POST", path)
        .header("authorization", "Bearer t")
        .header("if-match", "W/\"77\"");
    assert_eq!(exchange(&emulator, other, "").await.unwrap().status, 412);
    let missing = post(&emulator, "/drive/items/no/createUploadSession", json!({})).await;
    assert_eq!(missing.status, 404);
    let url = open(&emulator, path, json!({})).await;
    emulator.entities().delete("drive/items/f").unwrap();
    assert_eq!(put(&emulator, &url, "bytes 0-2/3", "abc").await.status, 404);
}
