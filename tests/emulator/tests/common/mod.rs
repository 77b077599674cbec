//! What the tests that talk to a running emulator share.

pub mod memory;
pub mod oasis;

use chrono::{DateTime, TimeZone as _, Utc};
use graph_emulator::{Emulator, EmulatorBuilder};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

/// The example of the function's own documentation page, after the service root.
pub const EXAMPLE: &str = "/reports/serviceActivity/getMetricsForMfaSignInFailure(\
    inclusiveIntervalStartDateTime=2023-01-01T00:00:00Z,\
    exclusiveIntervalEndDateTime=2023-01-01T00:20:00Z,\
    aggregationIntervalInMinutes=10)";

/// A day after the example's start.
pub fn example_clock() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2023, 1, 2, 0, 0, 0).unwrap()
}

/// An emulator at the time of the documentation's example.
pub fn builder() -> EmulatorBuilder {
    Emulator::builder().clock(example_clock())
}

/// A request without a token for a path below the service root, on a connection of its own.
pub fn anonymous(emulator: &Emulator, path: &str) -> RequestBuilder {
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .build()
        .unwrap()
        .get(format!("{}{path}", emulator.endpoint()))
}

/// A request with a token.
pub fn authorized(emulator: &Emulator, path: &str) -> RequestBuilder {
    anonymous(emulator, path).bearer_auth("secret-token")
}

/// Sends a request with a token.
pub async fn get(emulator: &Emulator, path: &str) -> Response {
    authorized(emulator, path).send().await.unwrap()
}

/// Sends a request with a token and these headers; a body goes as JSON.
pub async fn send(
    emulator: &Emulator,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> Response {
    let client = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    let url = format!("{}{path}", emulator.endpoint());
    let mut request = client.request(method, url).bearer_auth("secret-token");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body(body.to_string());
    }
    request.send().await.unwrap()
}

/// Sends a POST of a JSON body.
pub async fn post(emulator: &Emulator, path: &str, body: Value) -> Response {
    send(emulator, Method::POST, path, &[], Some(body)).await
}

/// The text of a header; empty when there is none.
pub fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// A response's body as JSON.
pub async fn json(response: Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

/// Holds a response to an error of this status, whose message has this text.
pub async fn assert_refused(response: Response, status: u16, message: &str) {
    let found = response.status();
    let body = json(response).await;
    let said = body["error"]["message"].as_str().unwrap_or_default();
    assert_eq!(found, status, "{said}");
    assert!(said.contains(message), "{said}");
}
