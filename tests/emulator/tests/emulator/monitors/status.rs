//! The status monitors of OData, and work that is canceled.

use super::{copy, service, start};
use crate::common::memory::{Read, exchange, get, request};
use graph_emulator::{Emulator, Monitor, RetryAfter, WorkState};
use serde_json::Value;

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
