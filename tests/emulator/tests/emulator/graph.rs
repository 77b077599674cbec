//! All of Graph, when its metadata is at hand: `GRAPH_METADATA` is the folder that it is in.

use crate::common::{builder, json};
use graph_emulator::Emulator;
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
    Some(builder.with_entities("users", users).start().await.unwrap())
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
