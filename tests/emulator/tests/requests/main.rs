//! Random requests of every kind against random data, compared with a naive evaluation in memory:
//! status, body and effect of each.
//!
//! `EMULATOR_MODEL_CASES` sets how many; 1,000 by default.

#[path = "../common/mod.rs"]
mod common;
mod directory;
mod random;

use common::builder;
use directory::{Answer, Directory};
use graph_emulator::{Emulator, Reply};
use proptest::prop_assert_eq;
use proptest::test_runner::{Config, TestRunner};
use random::{Body, Request};
use reqwest::{Client, Method, Url};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

const CSDL: &str = include_str!("../directory.csdl");

async fn start(users: &[Body], groups: &[Value]) -> Emulator {
    let users: Value = users.iter().map(|body| Value::from(body.clone())).collect();
    builder()
        .metadata(CSDL)
        .with_entities("users", users)
        .with_entities("groups", groups.iter().cloned().collect())
        .with_function("recent", |call| {
            let days = call.parameters["days"].as_i64();
            let users = call.entities.list(&call.bound_path).unwrap();
            let users = users.into_iter();
            Value::from_iter(users.filter(|user| user["age"].as_i64() >= days))
        })
        .with_function("numberOfTips", |call| {
            json!(call.entities.list("users").unwrap().len())
        })
        .with_action("promote", |call| {
            call.entities
                .update(&call.bound_path, json!({"level": "gold"}))
        })
        .with_action("resetAll", |call| {
            for user in call.entities.list("users").unwrap() {
                let id = user["id"].as_str().unwrap();
                call.entities.delete(&format!("users/{id}")).unwrap();
            }
            Reply::from(Value::Null)
        })
        .start()
        .await
        .unwrap()
}

/// Sends a request and follows the links to further pages.
async fn answer(emulator: &Emulator, client: &Client, request: &Request) -> Answer {
    let (method, path, query) = request.address();
    let mut url = Url::parse(&format!("{}/{path}", emulator.endpoint())).unwrap();
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    let mut pages: Option<Answer> = None;
    loop {
        let mut sent = client
            .request(method.clone(), url.clone())
            .bearer_auth("t")
            .header("prefer", request.prefers());
        if let Some(body) = request.body(&emulator.endpoint()) {
            sent = sent
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let response = sent.send().await.unwrap();
        let status = response.status().as_u16();
        let made = response.headers().get("odata-entityid");
        let made = made.map(|url| key_of(url.to_str().unwrap()));
        let content_type = response.headers().get("content-type");
        let is_text = content_type.is_some_and(|ty| ty == "text/plain");
        let text = response.text().await.unwrap();
        let mut body = match text.as_str() {
            "" => Value::Null,
            _ if status >= 400 => Value::Null,
            _ if is_text => text.into(),
            text => serde_json::from_str(text).unwrap(),
        };
        let next = body.get("@odata.nextLink").and_then(Value::as_str);
        let next = next.map(|next| next.parse().unwrap());
        strip(&mut body, &format!("{}/", emulator.endpoint()));
        match &mut pages {
            None => pages = Some(Answer { status, body, made }),
            Some(pages) => {
                assert_eq!(status, 200);
                let items = body["value"].as_array_mut().unwrap();
                let all = pages.body["value"].as_array_mut().unwrap();
                all.append(items);
            }
        }
        match next {
            Some(next) if method == Method::GET => url = next,
            _ => return pages.unwrap(),
        }
    }
}

/// The key at the end of an address: `users('a')` has `a`.
fn key_of(url: &str) -> String {
    let key = url.rsplit_once("('").map(|(_, key)| key);
    key.unwrap_or_default().trim_end_matches("')").to_owned()
}

/// Takes out what a client need not look at, and the root of addresses.
fn strip(value: &mut Value, root: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| strip(item, root)),
        Value::Object(members) => {
            members.retain(|name, _| {
                !name.contains("@odata.") || name.ends_with("@odata.count") || name == "@odata.id"
            });
            for (name, member) in members {
                match member.as_str().and_then(|text| text.strip_prefix(root)) {
                    Some(path) if name == "@odata.id" => *member = path.into(),
                    _ => strip(member, root),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn random_requests_do_what_a_naive_model_does() {
    let cases = std::env::var("EMULATOR_MODEL_CASES");
    let cases = cases.map_or(1000, |cases| cases.parse().expect("a number of cases"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = Client::builder().no_proxy().build().unwrap();
    let statuses = RefCell::new(BTreeMap::<(&str, u16), usize>::new());
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let result = runner.run(&random::case(), |(users, groups, requests)| {
        let mut directory = Directory::default();
        let users: Vec<Body> = users
            .into_iter()
            .filter(|user| directory.create(user, None).is_ok())
            .collect();
        let groups: Vec<Value> = directory.found(groups);
        runtime.block_on(async {
            let emulator = start(&users, &groups).await;
            for (index, request) in requests.iter().enumerate() {
                let found = answer(&emulator, &client, request).await;
                let expected = directory.answer(request, &found);
                prop_assert_eq!(
                    (found.status, &found.body),
                    (expected.status, &expected.body),
                    "{:#?} {:?}\n{:#?}",
                    users,
                    groups,
                    &requests[..=index]
                );
                let seen = (request.kind(), found.status);
                *statuses.borrow_mut().entry(seen).or_default() += 1;
            }
            Ok(())
        })
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // Each kind of request succeeds and fails often enough to tell.
    let statuses = statuses.into_inner();
    for kind in random::KINDS {
        let count = |good: bool| -> usize {
            let of_kind = statuses
                .iter()
                .filter(|((name, status), _)| *name == kind && (*status < 400) == good);
            of_kind.map(|(_, count)| count).sum()
        };
        let asked = count(true) + count(false);
        assert!(
            count(true) * 20 > asked && asked > 0,
            "{kind}: {statuses:?}"
        );
    }
    eprintln!("{statuses:?}");
}

/// A JSON object.
type Members = Map<String, Value>;
