//! Batches: what is posted, what becomes of the answers, and what is posted again.

mod answers;
mod failures;
mod multipart;
mod requests;
mod retries;
mod stream;

use std::sync::{Arc, Mutex};

use odata_runtime::{BatchSettings, BatchUrls, Client, Get, Operation, ResourcePath};
use serde_json::{Value, json};

use crate::support::{FakeClock, Received, Reply, Server, Thing, builder};

/// As Microsoft Graph documents its batches.
pub const GRAPH: BatchSettings = BatchSettings::new()
    .limit(20)
    .urls(BatchUrls::LeadingSlash)
    .without_references();

/// The request builder of a [`Thing`].
pub struct ThingRequestBuilder {
    pub resource: ResourcePath,
}

odata_runtime::request_builder!(ThingRequestBuilder: SingleResource for Thing);

impl ThingRequestBuilder {
    pub fn parts(&self) -> ResourcePath {
        self.resource.segment("parts")
    }
}

static TOUCH: Operation = Operation::action("test.touch", "touch", &["depth"], &[]);

pub fn touch() -> &'static Operation {
    &TOUCH
}

/// The requests of a post in JSON.
pub fn requests(received: &Received) -> Vec<Value> {
    assert_eq!(received.target, "/beta/$batch");
    let body: Value = serde_json::from_slice(&received.body).unwrap();
    body["requests"].as_array().unwrap().clone()
}

/// The answer to a post, in no particular order: what each of its requests is answered with.
pub fn answered(received: &Received, answer: impl Fn(&Value) -> Value) -> Reply {
    let requests = requests(received);
    let responses = requests.iter().rev().map(|request| {
        let mut response = answer(request);
        response["id"] = request["id"].clone();
        response
    });
    let responses: Vec<Value> = responses.collect();
    Reply::ok(json!({"responses": responses}).to_string())
        .header("content-type", "application/json")
}

/// A thing, as its URL says.
pub fn thing(request: &Value) -> Value {
    let name = request["url"].as_str().unwrap().trim_start_matches('/');
    json!({"status": 200, "body": {"name": name}})
}

pub fn client(server: &Server) -> Client {
    builder(server).batch(GRAPH).build().unwrap()
}

/// A client that waits by a clock of the test.
pub fn clocked(server: &Server) -> (Client, Arc<FakeClock>) {
    let clock = FakeClock::new();
    let client = builder(server).batch(GRAPH).clock(clock.clone());
    (client.build().unwrap(), clock)
}

pub fn get(client: &Client, key: usize) -> Get<Thing> {
    client.root().segment("things").key(key as i64).read()
}

pub fn create(client: &Client, name: &str) -> odata_runtime::Create<Thing> {
    client.root().segment("things").create(&named(name))
}

pub fn named(name: &str) -> Thing {
    Thing {
        name: Some(name.to_owned()),
        ..Thing::default()
    }
}

/// How often each request was sent and succeeded, by its URL.
#[derive(Default)]
pub struct Log(Mutex<Vec<(String, u64)>>);

impl Log {
    pub fn add(&self, request: &Value, response: &Value) {
        let url = request["url"].as_str().unwrap().to_owned();
        let status = response["status"].as_u64().unwrap();
        self.0.lock().unwrap().push((url, status));
    }

    pub fn count(&self, url: &str, status: u64) -> usize {
        let log = self.0.lock().unwrap();
        log.iter()
            .filter(|it| **it == (url.to_owned(), status))
            .count()
    }

    pub fn urls(&self) -> Vec<String> {
        let log = self.0.lock().unwrap();
        log.iter().map(|(url, _)| url.clone()).collect()
    }
}
