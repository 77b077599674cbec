//! Attachments of messages.

use super::{CSDL, LATER, ask, missing, open, put, start};
use crate::common::builder;
use crate::common::memory::{exchange, get, post, request};
use serde_json::{Value, json};

#[tokio::test]
async fn outlook_says_where_the_attachment_is() {
    let setup = builder().metadata(CSDL);
    let emulator = start(setup.with_entities("messages", json!([{"id": "m"}])));
    let path = "/messages/m/attachments/createUploadSession";
    let item = json!({"AttachmentItem": {"attachmentType": "file", "name": "a.txt", "size": 3}});
    let session = post(&emulator, path, item).await;
    assert_eq!(session.status, 201);
    let session = session.json();
    assert_eq!(session["nextExpectedRanges"], json!(["0-"]));
    let url = session["uploadUrl"].as_str().unwrap();
    assert_eq!(
        put(&emulator, url, "bytes 0-0/4", "a").await.status,
        400,
        "the size was told"
    );
    let first = put(&emulator, url, "bytes 0-0/3", "a").await;
    assert_eq!(
        first.answer(),
        (200, missing(LATER, &["1"])),
        "any length is taken"
    );
    assert_eq!(ask(&emulator, "POST", url).await.status, 405);
    let last = put(&emulator, url, "bytes 1-2/3", "bc").await;
    assert_eq!(last.answer(), (201, Value::Null));
    let attachments = emulator.entities().list("messages/m/attachments").unwrap();
    let id = attachments[0]["id"].as_str().unwrap();
    let place = format!("/api/v2.0/messages('m')/attachments('{id}')");
    assert_eq!(
        last.header("location"),
        format!("https://storage.emulator.invalid{place}")
    );
    let told = ["name", "size", "contentBytes"].map(|name| attachments[0][name].clone());
    assert_eq!(told, [json!("a.txt"), json!(3), json!("YWJj")]);
    let page = get(&emulator, "/messages/m/attachments").await.json();
    let ty = "#microsoft.graph.fileAttachment";
    assert_eq!(page["value"][0]["@odata.type"], ty);

    let copies = post(
        &emulator,
        "/messages/m/copies/createUploadSession",
        json!({}),
    )
    .await;
    assert_eq!(copies.status, 501, "nothing there holds bytes");
    let large = json!({"AttachmentItem": {"name": "b", "size": 5 << 20}});
    let url = open(&emulator, path, large).await;
    let range = format!("bytes 0-{}/{}", 4 << 20, 5 << 20);
    let request = request(&emulator, "PUT", &url).header("content-range", range);
    let body = vec![0; (4 << 20) + 1];
    assert_eq!(
        exchange(&emulator, request, body).await.unwrap().status,
        413
    );
}
