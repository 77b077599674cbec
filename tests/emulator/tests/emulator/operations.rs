//! Functions and actions of any metadata, answered by handlers, over real connections.

use crate::common::{assert_refused, builder, get, header, json};
use graph_emulator::{Emulator, Reply, StartError};
use reqwest::StatusCode;
use serde_json::{Value, json};

const CSDL: &str = include_str!("../directory.csdl");

async fn emulator() -> Emulator {
    builder()
        .metadata(CSDL)
        .with_entities("users", json!([{"id": "a", "displayName": "Adele"}]))
        .with_function("my.tips", |call| match call.parameters.get("about") {
            Some(about) => json!([{"text": about}, {"text": call.bound}]),
            None => json!("one tip"),
        })
        .with_function("numberOfTips", |_| json!(7))
        .with_function(
            "delta",
            |call| json!({"value": [], "@odata.deltaLink": call.query.get("$select")}),
        )
        .with_function("report", |call| Reply::Stream {
            content_type: "text/csv".to_owned(),
            bytes: call.parameters["days"].to_string().into_bytes(),
        })
        .with_action("tips", |call| call.parameters["tip"].clone())
        .with_action("promote", |call| call.bound.clone().unwrap_or(Value::Null))
        .with_action("resetAll", |_| Reply::Error {
            status: StatusCode::FORBIDDEN,
            code: "Authorization_RequestDenied".to_owned(),
            message: "Insufficient privileges.".to_owned(),
        })
        .start()
        .await
        .unwrap()
}

async fn post(emulator: &Emulator, path: &str, body: &str) -> reqwest::Response {
    let url = format!("{}{path}", emulator.endpoint());
    let request = reqwest::Client::new().post(url).bearer_auth("t");
    let request = request.header("content-type", "application/json");
    request.body(body.to_owned()).send().await.unwrap()
}

#[tokio::test]
async fn calls_that_are_refused() {
    let emulator = emulator().await;
    for (path, status, message) in [
        (
            "/users/a/tips(about=1)",
            400,
            "not a literal of type Edm.String",
        ),
        ("/users/a/tips(abut='x')", 400, "no parameter 'abut'"),
        ("/users/report(days=1)", 400, "Collection(Edm.Int32)"),
        ("/users/a/promote", 405, "POST"),
        ("/users/best()", 501, "with_function"),
        ("/users/best()/displayName", 501, "with_function"),
        ("/tips()", 400, "segment 'tips'"),
        ("/resetAll", 405, "POST"),
    ] {
        assert_refused(get(&emulator, path).await, status, message).await;
    }
    for (path, body, status, message) in [
        (
            "/users/a/tips",
            "",
            400,
            "needs the parameter 'tip' of type my.tip",
        ),
        ("/users/a/tips", "[]", 400, "JSON object of its parameters"),
        ("/users/a/tips", "{", 400, "not JSON"),
        (
            "/users/a/tips",
            r#"{"tip":{},"x":1}"#,
            400,
            "parameter 'x' is not declared",
        ),
        (
            "/users/a/tips",
            r#"{"tip":{"text":1}}"#,
            400,
            "'tip/text' is not of type Edm.String",
        ),
        (
            "/users/a/tips",
            r#"{"tip":null}"#,
            400,
            "'tip' must not be null",
        ),
        (
            "/users/a/tips",
            r#"{"tip":{},"times":"1"}"#,
            400,
            "'times' is not of type Edm.Int64",
        ),
        ("/users/a/tips(tip=1)", "{}", 400, "belong in the body"),
        ("/users/delta", "{}", 405, "GET"),
        ("/resetAll", r#"{"hard":true}"#, 403, "Insufficient"),
    ] {
        assert_refused(post(&emulator, path, body).await, status, message).await;
    }
}

#[tokio::test]
async fn calls_that_are_answered() {
    let emulator = emulator().await;
    let tips = json(get(&emulator, "/users/a/tips(about='it''s')?$top=1&$count=true").await).await;
    assert_eq!(tips["value"], json!([{"text": "it's"}]));
    assert_eq!(tips["@odata.count"], 2);
    let context = "https://graph.microsoft.com/beta/$metadata#Collection(my.tip)";
    assert_eq!(tips["@odata.context"], context);
    let tips = json(get(&emulator, "/users/a/tips(about='x')?$skip=1").await).await;
    assert_eq!(tips["value"][0]["text"]["displayName"], "Adele");
    let alias = json(get(&emulator, "/users/a/my.tips(about=@a)?@a='x'").await).await;
    assert_eq!(alias["value"][0]["text"], "x");
    assert_eq!(
        json(get(&emulator, "/users/a/tips()").await).await["value"],
        "one tip"
    );
    assert_eq!(
        json(get(&emulator, "/numberOfTips()").await).await["value"],
        7
    );
    let delta = json(get(&emulator, "/users/delta()?$select=id").await).await;
    assert_eq!(delta["@odata.deltaLink"], "id");
    let report = get(&emulator, "/users/report(days=@d)?@d=[1,2]").await;
    assert_eq!(header(&report, "content-type"), "text/csv");
    assert_eq!(report.text().await.unwrap(), "[1,2]");

    let response = post(&emulator, "/users/a/tips", r#"{"tip":{"text":"x"}}"#).await;
    assert_eq!(response.status(), 204, "the action returns nothing");
    for path in ["/users/a/promote", "/users/a/my.promote"] {
        assert_eq!(
            json(post(&emulator, path, "").await).await["displayName"],
            "Adele"
        );
    }
    let response = post(&emulator, "/users/best()/promote", "{}").await;
    assert_eq!(
        response.status(),
        204,
        "nothing is known of what a function returns"
    );
}

#[tokio::test]
async fn a_handler_of_nothing_is_told_at_the_start() {
    let promote = builder()
        .metadata(CSDL)
        .with_function("promote", |_| Value::Null);
    let error = promote.start().await.unwrap_err();
    assert!(matches!(error, StartError::UnknownOperation(_)), "{error}");
}
