//! All of Graph, when its metadata is at hand: `GRAPH_METADATA` is the folder that it is in.

use crate::common::{builder, json};
use graph_emulator::{Emulator, Monitor};
use reqwest::Method;
use serde_json::{Value, json};

/// The emulator of a whole document; `None` when it is not at hand.
async fn emulator(document: &str, version: &str) -> Option<Emulator> {
    let Some(folder) = std::env::var_os("GRAPH_METADATA") else {
        eprintln!("left out: GRAPH_METADATA is not set");
        return None;
    };
    let path = std::path::Path::new(&folder).join(document);
    let csdl = std::fs::read_to_string(path).unwrap();
    let alert = json!({
        "id": "1", "alertType": "mfaSignInFailure", "scenario": "mfa", "category": "authentication",
        "state": "active", "createdDateTime": "2024-06-19T11:23:41Z",
        "signals": {"mfaSignInFailure": "https://graph.microsoft.com/beta/reports/serviceActivity"},
    });
    let mut builder = builder().metadata(csdl).version(version);
    if version == "beta" {
        builder = builder.with_entities("reports/healthMonitoring/alerts", json!([alert]));
    }
    let users = json!([{"id": "a", "displayName": "Adele"}]);
    let builder = builder.with_entities("users", users);
    let builder = builder.runs_on("archive", Monitor::teams().polls(0));
    Some(builder.start().await.unwrap())
}

async fn send(emulator: &Emulator, method: Method, path: &str, body: Value) -> reqwest::Response {
    let url = format!("{}{path}", emulator.endpoint());
    let request = reqwest::Client::new().request(method, url).bearer_auth("t");
    let request = request.header("content-type", "application/json");
    request.body(body.to_string()).send().await.unwrap()
}

#[tokio::test]
async fn the_alerts_of_beta() {
    let Some(emulator) = emulator("beta-composite.csdl", "beta").await else {
        return;
    };
    let alerts = "/reports/healthMonitoring/alerts";
    let page = json(send(&emulator, Method::GET, alerts, Value::Null).await).await;
    assert_eq!(page["value"][0]["alertType"], "mfaSignInFailure");
    let context = "https://graph.microsoft.com/beta/$metadata#reports/healthMonitoring/alerts";
    assert_eq!(page["@odata.context"], context);
    let path = format!("{alerts}/1");
    let patch = send(
        &emulator,
        Method::PATCH,
        &path,
        json!({"state": "resolved"}),
    )
    .await;
    assert_eq!(patch.status(), 204);
    assert_eq!(emulator.entity(&path).unwrap()["state"], "resolved");
    let wrong = send(&emulator, Method::PATCH, &path, json!({"state": 1})).await;
    assert_eq!(wrong.status(), 400);
    let configurations = "/reports/healthMonitoring/alertConfigurations";
    let none = send(&emulator, Method::GET, configurations, Value::Null).await;
    assert_eq!(json(none).await["value"], json!([]));
}

#[tokio::test]
async fn all_of_v1() {
    let Some(emulator) = emulator("v1.0-Prod.csdl", "v1.0").await else {
        return;
    };
    let message = json!({"subject": "Hello", "body": {"contentType": "text", "content": "x"}});
    let created = send(&emulator, Method::POST, "/users/a/messages", message).await;
    assert_eq!(created.status(), 201);
    let mail = json!({"Message": {"subject": "x"}, "SaveToSentItems": true});
    for (method, path, body, status) in [
        (Method::GET, "/directoryObjects/a", Value::Null, 200),
        (
            Method::GET,
            "/directoryObjects/a/microsoft.graph.user",
            Value::Null,
            200,
        ),
        (Method::GET, "/users/delta()", Value::Null, 200),
        (Method::POST, "/users/a/sendMail", mail, 501),
        (
            Method::POST,
            "/users/a/sendMail",
            json!({"Mesage": {}}),
            400,
        ),
        (Method::GET, "/applications(appId='x')", Value::Null, 404),
        (
            Method::GET,
            "/users/a/messages?$filter=subject eq 'Hello'",
            Value::Null,
            200,
        ),
    ] {
        let response = send(&emulator, method, path, body).await;
        let found = response.status();
        assert_eq!(found, status, "{path}: {}", response.text().await.unwrap());
    }
}

#[tokio::test]
async fn the_long_work_of_v1() {
    let Some(emulator) = emulator("v1.0-Prod.csdl", "v1.0").await else {
        return;
    };
    let entities = emulator.entities();
    entities
        .update("me/drive/root", json!({"name": "root"}))
        .unwrap();
    entities
        .create("users/a/messages", json!({"id": "m"}))
        .unwrap();
    entities.create("teams", json!({"id": "t"})).unwrap();
    let item = json!({"item": {"@microsoft.graph.conflictBehavior": "rename", "name": "a.dat"}});
    let attachment = json!({"attachmentType": "file", "name": "flower", "size": 3});
    let attachment = json!({"AttachmentItem": attachment});
    for (path, body, statuses) in [
        (
            "/me/drive/root:/a.dat:/createUploadSession",
            item,
            (200, 201),
        ),
        (
            "/users/a/messages/m/attachments/createUploadSession",
            attachment,
            (201, 201),
        ),
    ] {
        let session = send(&emulator, Method::POST, path, body).await;
        assert_eq!(session.status(), statuses.0, "{path}");
        let session = json(session).await;
        let put = reqwest::Client::new().put(session["uploadUrl"].as_str().unwrap());
        let put = put.header("content-range", "bytes 0-2/3").body("abc");
        assert_eq!(put.send().await.unwrap().status(), statuses.1, "{path}");
    }
    assert_eq!(emulator.entity("me/drive/root:/a.dat:").unwrap()["size"], 3);
    let attachments = entities.list("users/a/messages/m/attachments").unwrap();
    assert_eq!(attachments[0]["contentBytes"], "YWJj");

    let archive = send(&emulator, Method::POST, "/teams/t/archive", json!({})).await;
    assert_eq!(archive.status(), 202);
    let operation = archive.headers()["location"].to_str().unwrap();
    let operation = send(&emulator, Method::GET, operation, Value::Null).await;
    let operation = json(operation).await;
    assert_eq!(operation["operationType"], "archiveTeam");
    assert_eq!(operation["status"], "succeeded");
}
