//! The status monitors of OData, and work that is canceled.

use super::{copy, service, start};
use crate::common::memory::{Read, exchange, get, post, request};
use graph_emulator::{Emulator, Monitor, RetryAfter, WorkState};
use serde_json::{Value, json};

/// A request that prefers to be answered later.
async fn later(emulator: &Emulator, method: &str, path: &str, body: &str) -> Read {
    let request = request(emulator, method, path)
        .header("authorization", "Bearer t")
        .header("content-type", "application/json")
        .header("prefer", "respond-async, wait=1");
    exchange(emulator, request, body.to_owned()).await.unwrap()
}

#[tokio::test]
async fn a_status_monitor_has_the_answer_itself() {
    let monitor = Monitor::status_monitor().retry_after(RetryAfter::Seconds(2));
    let emulator = start(service().responds_async(monitor));
    assert_eq!(
        get(&emulator, "/teams").await.status,
        200,
        "without the preference"
    );
    for (method, path, body, status) in [
        ("GET", "/teams?$top=1", "", "200"),
        ("POST", "/teams", r#"{"id": "n"}"#, "201"),
        ("PATCH", "/teams/t", r#"{"displayName": "x"}"#, "204"),
        ("DELETE", "/teams/no", "", "404"),
    ] {
        let accepted = later(&emulator, method, path, body).await;
        assert_eq!(accepted.answer(), (202, Value::Null), "{path}");
        let headers = ["preference-applied", "retry-after"].map(|name| accepted.header(name));
        assert_eq!(headers, ["respond-async", "2"]);
        let url = accepted.header("location").to_owned();
        let running = get(&emulator, &url).await;
        assert_eq!(
            (running.answer(), running.header("location")),
            ((202, Value::Null), &*url)
        );
        assert_eq!(running.header("retry-after"), "2");
        let done = get(&emulator, &url).await;
        assert_eq!(
            (done.status.as_u16(), done.header("asyncresult")),
            (200, status),
            "{path}"
        );
    }
    assert_eq!(emulator.entity("teams/t").unwrap()["displayName"], "x");
    let url = later(&emulator, "GET", "/teams?$top=1", "")
        .await
        .header("location")
        .to_owned();
    get(&emulator, &url).await;
    let page = get(&emulator, &url).await.json();
    assert_eq!(page["value"].as_array().map(Vec::len), Some(1));
    let next = page["@odata.nextLink"].as_str().unwrap();
    let teams = format!("{}/teams?$top=1&", emulator.endpoint());
    assert!(
        next.starts_with(&teams),
        "the next link is that of the request: {next}"
    );
    let refused = later(&emulator, "GET", "/nothing", "").await;
    assert_eq!(refused.status, 400, "what leads nowhere is told at once");
}

#[tokio::test]
async fn canceled_work_has_no_effect() {
    let emulator = start(service().responds_async(Monitor::status_monitor().polls(5)));
    let accepted = later(&emulator, "DELETE", "/teams/t", "").await;
    let url = accepted.header("location");
    get(&emulator, url).await;
    let cancel = |emulator| request(emulator, "DELETE", url).header("authorization", "Bearer t");
    let canceled = exchange(&emulator, cancel(&emulator), "").await.unwrap();
    assert_eq!(canceled.status, 204);
    assert_eq!(get(&emulator, url).await.status, 404);
    assert!(emulator.entity("teams/t").is_some());
    assert_eq!(emulator.work()[0].state, WorkState::Canceled);
    let emulator = start(service().runs_on("copy", Monitor::operation_location()));
    let accepted = copy(&emulator).await;
    let url = accepted.header("operation-location");
    let request = request(&emulator, "DELETE", url).header("authorization", "Bearer t");
    assert_eq!(exchange(&emulator, request, "").await.unwrap().status, 405);
}

#[tokio::test]
async fn an_answer_comes_whole_to_those_who_take_it() {
    let emulator = start(service().responds_async(Monitor::status_monitor().polls(0)));
    let accepted = later(&emulator, "PATCH", "/teams/no", "{}").await;
    let poll = request(&emulator, "GET", accepted.header("location"))
        .header("authorization", "Bearer t")
        .header("accept", "application/json, application/http");
    let whole = exchange(&emulator, poll, "").await.unwrap();
    assert_eq!(
        (whole.status.as_u16(), whole.header("asyncresult")),
        (200, "")
    );
    assert_eq!(whole.header("content-type"), "application/http");
    let text = String::from_utf8(whole.body).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let head: Vec<&str> = head.split("\r\n").collect();
    let expected = [
        "HTTP/1.1 404 Not Found",
        "content-type: application/json",
        "odata-version: 4.0",
    ];
    assert_eq!(head, expected);
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["error"]["code"], "ResourceNotFound");
}

#[tokio::test]
async fn the_parts_of_a_batch_run_on() {
    let emulator = start(service().responds_async(Monitor::status_monitor()));
    let prefer = json!({"prefer": "respond-async"});
    let part = json!({"id": "1", "method": "GET", "url": "/teams", "headers": prefer});
    let batch = post(&emulator, "/$batch", json!({"requests": [part]})).await;
    let (status, batch) = batch.answer();
    assert_eq!(
        (status, &batch["responses"][0]["status"]),
        (200, &json!(202))
    );
    let alone = later(&emulator, "POST", "/$batch", r#"{"requests": []}"#).await;
    assert_eq!(alone.status, 400, "a batch is answered at once");
    assert_eq!(emulator.work().len(), 1);
}
