//! A server that notes what it is asked, and answers each request with the same response.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use library_client::Client;
use std::sync::{Arc, Mutex};
use support::assert_odata_url;

/// What the server was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method, path and query, as they came.
    pub line: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body, which must be JSON.
    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What the server answers.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    content_type: &'static str,
    body: String,
}

impl Answer {
    pub fn json(body: &serde_json::Value) -> Self {
        Self::of(200, "application/json", body.to_string())
    }

    pub fn text(body: &str) -> Self {
        Self::of(200, "text/plain", body.to_owned())
    }

    pub fn nothing() -> Self {
        Self::of(204, "application/json", String::new())
    }

    fn of(status: u16, content_type: &'static str, body: String) -> Self {
        Self {
            status,
            content_type,
            body,
        }
    }

    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}

/// Makes one call. Gives what the server was asked, and the call's result.
pub async fn exchange<T>(answer: Answer, call: impl AsyncFnOnce(Client) -> T) -> (Asked, T) {
    let (asked, result) = exchanges(answer, call).await;
    let [asked] = <[Asked; 1]>::try_from(asked).expect("one request");
    (asked, result)
}

/// Makes some calls. Gives everything that the server was asked, and the calls' result.
pub async fn exchanges<T>(answer: Answer, call: impl AsyncFnOnce(Client) -> T) -> (Vec<Asked>, T) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let noted = log.clone();
    let app = Router::new().fallback(move |request: Request| {
        let (noted, answer) = (noted.clone(), answer.clone());
        async move {
            note(request, &noted).await;
            response(&answer)
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/api", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let client = Client::builder()
        .endpoint(endpoint)
        .bearer_token("token")
        .build()
        .unwrap();
    let result = call(client).await;
    server.abort();
    let asked: Vec<Asked> = std::mem::take(&mut *log.lock().unwrap());
    for asked in &asked {
        let target = asked.line.split_once(" /api").unwrap().1;
        assert_odata_url(&without_item_path(target));
    }
    (asked, result)
}

/// Addresses by the path of an item are no part of the standard: `/a:/b/c:/d` is checked as `/a/d`.
fn without_item_path(target: &str) -> String {
    match target.split_once(":/") {
        Some((before, item)) => {
            let behind = item
                .split_once(":/")
                .map(|(_, behind)| format!("/{behind}"));
            before.to_owned() + &behind.unwrap_or_default()
        }
        None => target.to_owned(),
    }
}

async fn note(request: Request, log: &Mutex<Vec<Asked>>) {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    log.lock().unwrap().push(Asked {
        line: format!("{} {}", head.method, head.uri),
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
}

fn response(answer: &Answer) -> Response<Body> {
    Response::builder()
        .status(answer.status)
        .header("content-type", answer.content_type)
        .body(Body::from(answer.body.clone()))
        .unwrap()
}
