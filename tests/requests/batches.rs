//! Batches, against the emulator: with each form that services have.

use chrono::Utc;
use futures_util::StreamExt as _;
use graph_emulator::{
    BatchRole, Emulator, EmulatorBuilder, Fault, Outcome, RetryAfter, StatusCode,
};
use library_client::models::{Person, Scan};
use library_client::requests::person::PersonRequestBuilder;
use library_client::{ErrorKind, Page, TestClock, object};
use odata_runtime::{Batch, BatchFormat, BatchSettings, BatchUrls, Client, CollectionResource};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

use super::emulated;

const STANDARD: BatchSettings = BatchSettings::new();
const GRAPH: BatchSettings = STANDARD
    .limit(20)
    .urls(BatchUrls::LeadingSlash)
    .without_references();
const MULTIPART: BatchSettings = STANDARD.format(BatchFormat::Multipart).limit(20);

fn client(emulator: &Emulator, settings: BatchSettings) -> library_client::Client {
    let builder = library_client::Client::builder()
        .endpoint(emulator.endpoint())
        .bearer_token("token")
        .batch(settings)
        .clock(TestClock::at(Utc::now()));
    builder.build().unwrap()
}

fn batch(client: &library_client::Client) -> Batch {
    client.untyped().batch()
}

fn library() -> EmulatorBuilder {
    emulated::library().standard_batches().record_limit(100_000)
}

/// Many scans, which are found by their number.
fn shelves(count: i32) -> EmulatorBuilder {
    // The library has one of them.
    let others = (0..count).filter(|id| *id != 5);
    let scans: Vec<_> = others.map(|id| json!({"id": id})).collect();
    library().with_entities("scans", json!(scans))
}

fn person(number: i32) -> Person {
    object!(Person {
        country: "NO",
        number: number,
    })
}

#[tokio::test]
async fn every_form_of_batch_is_understood() {
    for settings in [
        STANDARD,
        STANDARD.limit(1),
        STANDARD.urls(BatchUrls::Absolute),
        GRAPH,
        MULTIPART,
        MULTIPART.urls(BatchUrls::Absolute),
    ] {
        let emulator = library().start().await.unwrap();
        let client = client(&emulator, settings);
        let mut batch = batch(&client);
        let made = batch.add(client.people().create(&person(7)));
        let found: PersonRequestBuilder = batch.result(made);
        let changed = batch.add(found.update(&object!(Person {
            email: "a@b.example"
        })));
        let read = batch.add(batch.result(made).get());
        batch.depends_on(read, changed);
        let all = batch.add(client.people().list().count());
        batch.depends_on(all, read);
        let number = batch.add(client.people().count());
        batch.depends_on(number, made);
        let nobody = batch.add(client.people().by_country_and_number("NO", 8).get());
        let gone = batch.add(client.scans().by_id(5).delete());
        let answers = batch.send().await.unwrap();
        assert_eq!(answers.get(made).unwrap().status(), 201, "{settings:?}");
        assert_eq!(
            answers.get(read).unwrap().email.as_deref(),
            Some("a@b.example")
        );
        let page: &Page<Person> = &answers.get(all).unwrap();
        assert_eq!((page.value.len(), page.count), (1, Some(1)));
        assert_eq!(*answers.get(number).unwrap(), 1);
        let error = answers.get(nobody).unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::NOT_FOUND), "{settings:?}");
        answers.get(gone).unwrap();
        let requests = emulator.requests();
        let parts = requests.iter().filter(|it| it.part_id().is_some());
        assert!(
            parts
                .clone()
                .all(|part| !part.headers.contains_key("authorization"))
        );
        assert_eq!(parts.count(), 7, "{settings:?}");
    }
}

#[tokio::test]
async fn groups_are_atomic_in_both_formats() {
    for settings in [STANDARD, MULTIPART] {
        let emulator = library().start().await.unwrap();
        let client = client(&emulator, settings);
        for (second, fails) in [(7, true), (8, false)] {
            let mut batch = batch(&client);
            let group = batch.atomicity_group();
            let first = batch.add_to(group, client.people().create(&person(7)));
            let same = batch.add_to(group, client.people().create(&person(second)));
            let email = object!(Person {
                email: "a@b.example"
            });
            let changed = batch.add_to(group, batch.result(first).update(&email));
            let count = batch.add(client.people().count());
            let after = batch.add(client.people().list());
            batch.depends_on(after, same);
            let answers = batch.send().await.unwrap();
            let is_error = [
                answers.get(first).is_err(),
                answers.get(same).is_err(),
                answers.get(changed).is_err(),
                answers.get(after).is_err(),
            ];
            assert_eq!(is_error, [fails; 4], "{settings:?}");
            answers.get(count).unwrap();
            let people = emulator.entities().list("people").unwrap();
            assert_eq!(people.len(), if fails { 0 } else { 2 }, "{settings:?}");
        }
    }
}

/// How often each path was asked for in a batch, and answered well.
fn successes(emulator: &Emulator) -> BTreeMap<String, usize> {
    let mut successes = BTreeMap::new();
    for request in emulator.requests() {
        let is_good = matches!(request.outcome, Outcome::Answered(status) if status.is_success());
        if request.part_id().is_some() && is_good {
            let key = format!("{} {}", request.method, request.path);
            *successes.entry(key).or_default() += 1;
        }
    }
    successes
}

fn posts(emulator: &Emulator) -> usize {
    let requests = emulator.requests();
    requests
        .iter()
        .filter(|it| it.batch == BatchRole::Batch)
        .count()
}

#[tokio::test]
async fn a_thousand_calls_are_fifty_posts() {
    for settings in [GRAPH, MULTIPART] {
        let emulator = shelves(1_000).start().await.unwrap();
        let client = client(&emulator, settings);
        let mut batch = batch(&client);
        let handles: Vec<_> = (0..1_000)
            .map(|id| batch.add(client.scans().by_id(id).get()))
            .collect();
        let answers = batch.send().await.unwrap();
        for (id, handle) in (0..).zip(handles) {
            assert_eq!(answers.get(handle).unwrap().id, Some(id));
        }
        assert_eq!((answers.posts(), posts(&emulator)), (50, 50));
        assert_eq!(emulator.request_count(), 1_050);
    }
}

#[tokio::test]
async fn throttled_parts_complete_and_none_succeeds_twice() {
    for settings in [GRAPH, STANDARD.limit(20), MULTIPART] {
        let throttled = Fault::TooManyRequests {
            retry_after: RetryAfter::Seconds(3),
        };
        // The same share of parts, never of posts; and no part more often than a client is patient.
        let seen = Mutex::new(BTreeMap::<String, u32>::new());
        let setup = shelves(1_000).fault_when(move |request| {
            request.part_id()?;
            let mut seen = seen.lock().unwrap();
            let number = seen.len();
            let is_first = !seen.contains_key(&request.path);
            let times = seen.entry(request.path.clone()).or_insert(0);
            *times += 1;
            (is_first && number % 10 < 3).then(|| throttled.clone())
        });
        let emulator = setup.start().await.unwrap();
        let client = client(&emulator, settings);
        let mut batch = batch(&client);
        let handles: Vec<_> = (0..1_000)
            .map(|id| batch.add(client.scans().by_id(id).get()))
            .collect();
        for pair in handles.chunks_exact(2).step_by(3) {
            batch.depends_on(pair[1], pair[0]);
        }
        let answers = batch.send().await.unwrap();
        for (id, handle) in (0..).zip(handles) {
            assert_eq!(answers.get(handle).unwrap().id, Some(id), "{settings:?}");
        }
        let successes = successes(&emulator);
        assert_eq!(successes.len(), 1_000);
        assert!(successes.values().all(|count| *count == 1), "{settings:?}");
        // What depends on another is answered well only behind it.
        let mut done = BTreeSet::new();
        for request in emulator.requests() {
            let Some(id) = request.path.strip_prefix("/api/scans(") else {
                continue;
            };
            let id: usize = id.trim_end_matches(')').parse().unwrap();
            if request.outcome != Outcome::Answered(StatusCode::OK) {
                continue;
            }
            assert!(id % 6 != 1 || done.contains(&(id - 1)), "{id}");
            done.insert(id);
        }
    }
}

#[tokio::test]
async fn a_broken_answer_repeats_only_what_is_safe() {
    for settings in [GRAPH, MULTIPART] {
        let emulator = shelves(10)
            .fault(Fault::TruncatedBody)
            .start()
            .await
            .unwrap();
        let client = client(&emulator, settings);
        let mut batch = batch(&client);
        let reads: Vec<_> = (0..5)
            .map(|id| batch.add(client.scans().by_id(id).get()))
            .collect();
        let made = batch.add(client.people().create(&person(1)));
        let gone = batch.add(client.scans().by_id(9).delete());
        let answers = batch.send().await.unwrap();
        for read in reads {
            answers.get(read).unwrap();
        }
        for error in [
            answers.get(made).unwrap_err(),
            answers.get(gone).unwrap_err(),
        ] {
            assert!(error.to_string().contains("it is unknown"), "{error}");
            assert_eq!(error.kind(), ErrorKind::Transport);
        }
        let successes = successes(&emulator);
        assert_eq!(successes["POST /api/people"], 1);
        assert_eq!(successes["DELETE /api/scans(9)"], 1);
        assert_eq!(successes["GET /api/scans(1)"], 2);
        assert_eq!(emulator.entities().list("people").unwrap().len(), 1);
    }
}

#[tokio::test]
async fn many_requests_are_sent_as_a_stream() {
    let emulator = shelves(500)
        .throttle_after(400, Duration::from_secs(1))
        .start()
        .await
        .unwrap();
    let client = client(&emulator, GRAPH);
    let scans = client.scans();
    let requests = (0..500).map(move |id| scans.by_id(id).get());
    let answers = client.untyped().send_all(requests);
    let ids: Vec<_> = answers
        .map(|answer| answer.map(|scan| scan.id))
        .collect()
        .await;
    // On a clock that does not wait, what is throttled stays so: but each has its own answer.
    for (id, answer) in (0..).zip(&ids) {
        match answer {
            Ok(found) => assert_eq!(*found, Some(id)),
            Err(error) => assert!(error.is_throttled(), "{error}"),
        }
    }
    assert_eq!(ids.len(), 500);
    assert!(ids.iter().filter(|answer| answer.is_ok()).count() >= 400);
}

#[allow(
    dead_code,
    reason = "that it compiles is the test: calls and collections are in batches too"
)]
fn calls_can_be_in_batches(client: &Client, people: &library_client::Client) {
    fn is<R: odata_runtime::BatchRequest>(_: &R) {}
    is(&people.people().delta());
    is(&<Scan as CollectionResource>::RequestBuilder::from(client.root()).list());
}
