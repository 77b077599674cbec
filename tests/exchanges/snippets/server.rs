//! A server that records requests and answers each as its page says.

use super::documented::Documented;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// What arrived for a case.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub method: String,
    /// Path and query below the service root.
    pub address: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What a case is answered.
pub struct Answer {
    status: u16,
    body: Option<String>,
}

impl Answer {
    pub fn of(documented: &Documented) -> Self {
        match documented.json_answer() {
            Some(json) => Self {
                status: documented.status,
                body: Some(json.to_string()),
            },
            None => Self {
                status: 204,
                body: None,
            },
        }
    }
}

struct Shared {
    answers: Vec<Answer>,
    recorded: Mutex<BTreeMap<usize, Recorded>>,
}

/// Serves as long as `run` takes, which is given the port: case `n` has its service root at `/n/v1.0`.
/// Gives the first request of each case, and what `run` gives.
pub fn serve<R>(
    answers: Vec<Answer>,
    run: impl FnOnce(u16) -> R,
) -> (BTreeMap<usize, Recorded>, R) {
    let shared = Arc::new(Shared {
        answers,
        recorded: Mutex::default(),
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let router = Router::new().fallback(answer).with_state(shared.clone());
    runtime.spawn(async move { axum::serve(listener, router).await });
    let given = run(port);
    runtime.shutdown_background();
    let recorded = std::mem::take(&mut *shared.recorded.lock().expect("no panic"));
    (recorded, given)
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let address = head.uri.path_and_query().map_or("", |it| it.as_str());
    let (case, address) = address
        .trim_start_matches('/')
        .split_once("/v1.0")
        .expect("the root of a case");
    let case: usize = case.parse().expect("the number of a case");
    let recorded = Recorded {
        method: head.method.to_string(),
        address: address.to_owned(),
        headers: head.headers,
        body: axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("a body"),
    };
    let mut all = shared.recorded.lock().expect("no panic");
    all.entry(case).or_insert(recorded);
    let answer = &shared.answers[case];
    let response = Response::builder().status(answer.status);
    match &answer.body {
        Some(body) => response
            .header("content-type", "application/json")
            .body(Body::from(body.clone())),
        None => response.body(Body::empty()),
    }
    .expect("a response")
}
