//! Requests without a socket.

use graph_emulator::http::request::Builder;
use graph_emulator::http::{HeaderMap, Request, Response, StatusCode};
use graph_emulator::tower_service::Service as _;
use graph_emulator::{Body, Emulator};
use serde_json::Value;
use std::io;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Read {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Read {
    /// The text of a header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Status and body, to hold both against what is expected at once.
    pub fn answer(&self) -> (u16, Value) {
        let body = if self.body.is_empty() {
            Value::Null
        } else {
            self.json()
        };
        (self.status.as_u16(), body)
    }
}

/// A request for a URL, or for a path below the service root.
pub fn request(emulator: &Emulator, method: &str, url: &str) -> Builder {
    let url = match url.starts_with('/') {
        true => format!("{}{url}", emulator.endpoint()),
        false => url.to_owned(),
    };
    Request::builder().method(method).uri(url)
}

/// Sends a request.
pub async fn send(emulator: &Emulator, request: Request<Body>) -> io::Result<Response<Body>> {
    emulator.service().call(request).await
}

/// Sends a request and reads the answer.
pub async fn exchange(
    emulator: &Emulator,
    request: Builder,
    body: impl Into<Body>,
) -> io::Result<Read> {
    let response = send(emulator, request.body(body.into()).unwrap()).await?;
    let (head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await;
    Ok(Read {
        status: head.status,
        headers: head.headers,
        body: body.map_err(io::Error::other)?.to_vec(),
    })
}

/// Sends a GET with a token.
pub async fn get(emulator: &Emulator, url: &str) -> Read {
    let request = request(emulator, "GET", url).header("authorization", "Bearer t");
    exchange(emulator, request, "").await.unwrap()
}

/// Sends a POST of JSON with a token.
pub async fn post(emulator: &Emulator, url: &str, body: Value) -> Read {
    let request = request(emulator, "POST", url)
        .header("authorization", "Bearer t")
        .header("content-type", "application/json");
    exchange(emulator, request, body.to_string()).await.unwrap()
}
