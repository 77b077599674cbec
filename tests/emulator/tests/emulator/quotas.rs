//! Throttling by a quota that is told of.

use crate::common::memory::{Read, exchange, get, post, request};
use crate::common::{builder, example_clock};
use chrono::{DateTime, TimeDelta, Utc};
use graph_emulator::{Emulator, Fault};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const CSDL: &str = include_str!("../directory.csdl");

const HEADERS: [&str; 7] = [
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "x-ms-throttle-limit-percentage",
    "retry-after",
    "x-ms-throttle-information",
    "x-ms-throttle-scope",
];

fn told(read: &Read) -> (u16, [&str; 7]) {
    (read.status.as_u16(), HEADERS.map(|name| read.header(name)))
}

/// An emulator that takes five requests in ten seconds, and the milliseconds of its clock.
fn quota() -> (Emulator, Arc<AtomicI64>) {
    let millis = Arc::new(AtomicI64::new(0));
    let time = Arc::clone(&millis);
    let now = move || -> DateTime<Utc> {
        example_clock() + TimeDelta::milliseconds(time.load(Ordering::Relaxed))
    };
    let setup = builder().metadata(CSDL).clock(now);
    let setup = setup.with_entities("users", json!([{"id": "a"}]));
    let setup = setup.quota(5, Duration::from_secs(10));
    (setup.start_in_memory().unwrap(), millis)
}

#[tokio::test]
async fn usage_is_told_from_80_per_cent_on() {
    const REASON: &str = "ResourceUnitLimitExceeded";
    const SCOPE: &str = "Tenant_Application/ReadWrite/9a3d526c-b3c1-4479-ba74-197b5c5751ae/\
                         0785ef7c-2d7a-4542-b048-95bcab406e0b";
    let (emulator, millis) = quota();
    for expected in [
        (200, [""; 7]),
        (200, [""; 7]),
        (200, [""; 7]),
        (200, ["5", "1", "10", "0.80", "", "", ""]),
        (200, ["5", "0", "10", "1.00", "", "", ""]),
        (429, ["5", "0", "10", "1.20", "10", REASON, SCOPE]),
    ] {
        assert_eq!(told(&get(&emulator, "/users/a").await), expected);
    }
    millis.store(6_500, Ordering::Relaxed);
    let later = get(&emulator, "/users/a").await;
    assert_eq!(
        told(&later),
        (429, ["5", "0", "4", "1.40", "4", REASON, SCOPE])
    );
    millis.store(10_000, Ordering::Relaxed);
    assert_eq!(told(&get(&emulator, "/users/a").await), (200, [""; 7]));
}

#[tokio::test]
async fn refusals_and_parts_of_batches_count() {
    let (emulator, _) = quota();
    for _ in 0..3 {
        assert_eq!(get(&emulator, "/users/no").await.status, 404);
    }
    let part = |id: &str| json!({"id": id, "method": "GET", "url": "/users/a"});
    let parts = json!({"requests": [part("1"), part("2"), part("3")]});
    let batch = post(&emulator, "/$batch", parts).await;
    assert_eq!(
        told(&batch),
        (200, [""; 7]),
        "the batch itself does not count"
    );
    let batch = batch.json();
    let answers = batch["responses"].as_array().unwrap();
    let of = |status: u16| -> Vec<&str> {
        let answers = answers.iter().filter(|it| it["status"] == status);
        let remaining = answers.map(|it| it["headers"]["Ratelimit-Remaining"].as_str());
        let mut remaining: Vec<&str> = remaining.flatten().collect();
        remaining.sort_unstable();
        remaining
    };
    assert_eq!((of(200), of(429)), (vec!["0", "1"], vec!["0"]));
}

#[tokio::test]
async fn what_is_scripted_does_not_count() {
    let (emulator, _) = quota();
    for _ in 0..9 {
        emulator.inject(Fault::GatewayTimeout);
        assert_eq!(told(&get(&emulator, "/users/a").await), (504, [""; 7]));
    }
    assert_eq!(told(&get(&emulator, "/users/a").await), (200, [""; 7]));
}

#[tokio::test]
async fn another_origin_has_no_quota() {
    let (emulator, _) = quota();
    for _ in 0..9 {
        let elsewhere = request(&emulator, "GET", "https://storage.emulator.invalid/");
        let answer = exchange(&emulator, elsewhere, "").await.unwrap();
        assert_eq!(told(&answer), (404, [""; 7]));
    }
}
