//! What is sent again, when, and what is not.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use odata_runtime::{BatchSettings, ConfigureRequest as _, ErrorKind, RetryPolicy};
use serde_json::{Value, json};

use super::{GRAPH, Log, answered, client, clocked, create, get, named, requests, thing};
use crate::support::{Reply, Server, Thing, builder};

/// Refuses each of these requests once, with this status, and answers all others.
fn once(
    log: Arc<Log>,
    is_refused: impl Fn(&Value) -> Option<Value> + Send + Sync + 'static,
) -> impl Fn(&crate::support::Received) -> Reply + Send + Sync + 'static {
    let refused = Mutex::new(HashSet::new());
    move |post| {
        answered(post, |request| {
            let url = request["url"].as_str().unwrap().to_owned();
            let refusal = is_refused(request).filter(|_| refused.lock().unwrap().insert(url));
            let response = refusal.unwrap_or_else(|| thing(request));
            log.add(request, &response);
            response
        })
    }
}

fn throttled(seconds: u64) -> Value {
    json!({"status": 429, "headers": {"Retry-After": seconds.to_string()},
        "body": {"error": {"code": "TooManyRequests", "message": "slow down"}}})
}

#[tokio::test]
async fn a_thousand_calls_take_fifty_posts() {
    let server = Server::start(|post| answered(post, thing)).await;
    let client = client(&server);
    let mut batch = client.batch();
    let handles: Vec<_> = (0..1_000).map(|key| batch.add(get(&client, key))).collect();
    let answers = batch.send().await.unwrap();
    for (key, handle) in handles.into_iter().enumerate() {
        let expected = format!("things({key})");
        assert_eq!(answers.get(handle).unwrap().name, Some(expected));
    }
    assert_eq!((answers.posts(), server.count()), (50, 50));
    assert!(
        server
            .received()
            .iter()
            .all(|post| requests(post).len() == 20)
    );
}

#[tokio::test]
async fn a_third_throttled_completes_and_nothing_twice() {
    let log = Arc::new(Log::default());
    let key = |request: &Value| {
        let url = request["url"].as_str().unwrap();
        let digits: String = url.chars().filter(char::is_ascii_digit).collect();
        digits.parse::<u64>().unwrap()
    };
    let script = once(Arc::clone(&log), move |request| {
        (key(request) % 10 < 3).then(|| throttled(1 + key(request) % 3))
    });
    let server = Server::start(script).await;
    let (client, _) = clocked(&server);
    let mut batch = client.batch();
    let handles: Vec<_> = (0..1_000).map(|key| batch.add(get(&client, key))).collect();
    // Each depends on the one ten before it.
    for at in (10..1_000).step_by(7) {
        batch.depends_on(handles[at], handles[at - 10]);
    }
    let answers = batch.send().await.unwrap();
    for (key, handle) in handles.into_iter().enumerate() {
        let answer = answers.get(handle).unwrap();
        assert_eq!(answer.attempts(), if key % 10 < 3 { 2 } else { 1 });
        assert_eq!(log.count(&format!("/things({key})"), 200), 1);
    }
    assert_eq!(log.urls().len(), 1_300);
    // 1,300 requests, 20 at a time, and few posts that are not full.
    assert!((65..100).contains(&answers.posts()), "{}", answers.posts());
}

#[tokio::test]
async fn retry_after_is_never_undercut() {
    let server = Server::start(once(Arc::default(), |request| {
        match request["url"].as_str().unwrap() {
            "/things(0)" => Some(throttled(10)),
            "/things(1)" => Some(throttled(11)),
            "/things(2)" => Some(throttled(60)),
            _ => None,
        }
    }))
    .await;
    let (client, clock) = clocked(&server);
    let mut batch = client.batch();
    let handles: Vec<_> = (0..4).map(|key| batch.add(get(&client, key))).collect();
    let answers = batch.send().await.unwrap();
    for handle in handles {
        answers.get(handle).unwrap();
    }
    let posts: Vec<_> = server
        .received()
        .iter()
        .map(|post| requests(post).len())
        .collect();
    // What is due at nearly the same time goes together.
    assert_eq!(posts, [4, 2, 1]);
    let waits: Vec<_> = clock.waits().iter().map(Duration::as_secs).collect();
    assert!((11..14).contains(&waits[0]), "{waits:?}");
    assert!((60..76).contains(&(waits[0] + waits[1] + 1)), "{waits:?}");
}

#[tokio::test]
async fn only_throttled_parts_are_sent_again() {
    for (status, method, is_sent_again) in [
        (429, "GET", true),
        (503, "GET", true),
        (429, "POST", true),
        // It may have been processed, as it does not say when to come again.
        (503, "POST", false),
        (504, "GET", false),
        (500, "GET", false),
        (404, "GET", false),
        (409, "POST", false),
        (424, "GET", false),
    ] {
        let server = Server::start(once(Arc::default(), move |request| {
            (request["method"] == method).then(|| json!({"status": status}))
        }))
        .await;
        let client = client(&server);
        let mut batch = client.batch();
        let read = batch.add(get(&client, 1).optional());
        let written = batch.add(create(&client, "x"));
        let answers = batch.send().await.unwrap();
        let outcome = match method {
            "GET" => answers.get(read),
            _ => answers.get(written),
        };
        assert_eq!(outcome.is_ok(), is_sent_again, "{method} {status}");
        let expected = if is_sent_again { 2 } else { 1 };
        assert_eq!(server.count(), expected, "{method} {status}");
        match outcome {
            Ok(answer) => assert_eq!(answer.attempts(), 2),
            Err(error) => assert_eq!(error.status().unwrap().as_u16(), status),
        }
    }
}

#[tokio::test]
async fn attempts_and_waits_are_bounded() {
    let server = Server::start(|post| answered(post, |_| throttled(30))).await;
    let (client, clock) = clocked(&server);
    let mut batch = client.batch();
    let often = batch.add(get(&client, 1));
    let never = batch.add(get(&client, 2).retry(RetryPolicy::none()));
    let brief = batch.add(get(&client, 3).timeout(Duration::from_secs(40)));
    let answers = batch.send().await.unwrap();
    let error = |handle| answers.get(handle).unwrap_err();
    let attempts = [often, never, brief].map(|handle| error(handle).attempts());
    assert_eq!(attempts, [4, 1, 2]);
    assert_eq!(error(often).retry_after(), Some(Duration::from_secs(30)));
    assert!(error(often).is_throttled());
    assert_eq!(answers.posts(), 4);
    // The deadline of the batch is for all of it.
    let mut batch = client.batch().timeout(Duration::from_secs(40));
    let handle = batch.add(get(&client, 1));
    let answers = batch.send().await.unwrap();
    assert_eq!(answers.get(handle).unwrap_err().attempts(), 2);
    // A wait beyond the policy's is not waited for.
    let server = Server::start(|post| answered(post, |_| throttled(3_600))).await;
    let client = builder(&server).clock(clock.clone()).build().unwrap();
    let before = clock.waits().len();
    let mut batch = client.batch();
    let handle = batch.add(get(&client, 1));
    let answers = batch.send().await.unwrap();
    assert_eq!(answers.get(handle).unwrap_err().attempts(), 1);
    assert_eq!(clock.waits().len(), before);
}

#[tokio::test]
async fn dependents_wait_for_what_is_sent_again() {
    let log = Arc::new(Log::default());
    let seen = Arc::clone(&log);
    let refused = Mutex::new(false);
    let server = Server::start(move |post| {
        let is_first = !std::mem::replace(&mut *refused.lock().unwrap(), true);
        answered(post, |request| {
            let waits = request["dependsOn"].is_array();
            let response = match request["id"].as_str().unwrap() {
                "1" if is_first => throttled(1),
                _ if is_first && waits => json!({"status": 424}),
                _ => thing(request),
            };
            seen.add(request, &response);
            response
        })
    })
    .await;
    let client = client(&server);
    let mut batch = client.batch();
    let chain: Vec<_> = (0..3).map(|key| batch.add(get(&client, key))).collect();
    batch.depends_on(chain[1], chain[0]);
    batch.depends_on(chain[2], chain[1]);
    let answers = batch.send().await.unwrap();
    for handle in &chain {
        answers.get(*handle).unwrap();
    }
    assert_eq!(log.urls().len(), 6);
    assert_eq!(answers.posts(), 2);
}

#[tokio::test]
async fn what_depends_on_a_failure_is_not_sent() {
    let server = Server::start(|post| {
        answered(post, |request| match request["id"].as_str().unwrap() {
            "1" => json!({"status": 404}),
            _ => thing(request),
        })
    })
    .await;
    let settings = GRAPH.limit(1);
    let client = builder(&server).batch(settings).build().unwrap();
    let mut batch = client.batch();
    let chain: Vec<_> = (0..3).map(|key| batch.add(get(&client, key))).collect();
    batch.depends_on(chain[1], chain[0]);
    batch.depends_on(chain[2], chain[1]);
    let apart = batch.add(get(&client, 3));
    let answers = batch.send().await.unwrap();
    assert_eq!(
        answers
            .get(chain[0])
            .unwrap_err()
            .status()
            .unwrap()
            .as_u16(),
        404
    );
    for (handle, earlier) in [(chain[1], "request 1"), (chain[2], "request 2")] {
        let error = answers.get(handle).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FailedDependency);
        assert_eq!(error.attempts(), 0);
        assert!(error.to_string().contains(earlier), "{error}");
    }
    answers.get(apart).unwrap();
    assert_eq!(answers.posts(), 2);
}

#[tokio::test]
async fn a_group_succeeds_or_fails_as_a_whole() {
    let first = |refusal: Value| {
        let count = Mutex::new(0);
        move |post: &crate::support::Received| {
            *count.lock().unwrap() += 1;
            let is_first = *count.lock().unwrap() == 1;
            answered(post, |request| match request["id"].as_str().unwrap() {
                "2" if is_first => refusal.clone(),
                "3" if is_first => json!({"status": 424}),
                _ => json!({"status": 201, "body": {"name": "new"}}),
            })
        }
    };
    for (refusal, posts) in [(throttled(1), 2), (json!({"status": 409}), 1)] {
        let server = Server::start(first(refusal)).await;
        let client = builder(&server).build().unwrap();
        let mut batch = client.batch();
        let group = batch.atomicity_group();
        let handles = [1, 2, 3].map(|_| batch.add_to(group, create(&client, "x")));
        let answers = batch.send().await.unwrap();
        assert_eq!(answers.posts(), posts);
        let last = server.received().last().map(requests).unwrap();
        assert_eq!(last.len(), 3, "a group is whole in each post");
        let outcomes = handles.map(|handle| answers.get(handle));
        if posts == 2 {
            assert!(outcomes.iter().all(Result::is_ok));
            continue;
        }
        let errors = outcomes.map(Result::unwrap_err);
        // The first was answered with 201, but what the group did was undone; the service says so of the last.
        let kinds = errors.each_ref().map(odata_runtime::Error::kind);
        assert_eq!(
            kinds,
            [
                ErrorKind::FailedDependency,
                ErrorKind::Service,
                ErrorKind::FailedDependency
            ]
        );
        let status = |at: usize| errors[at].status().map(|status| status.as_u16());
        assert_eq!((status(1), status(2)), (Some(409), Some(424)));
    }
}

#[tokio::test]
async fn references_become_urls_in_later_posts() {
    let location = |name: &str| json!({"Location": format!("things('{name}')?x=1")});
    let forms = [
        json!({"status": 201, "headers": location("a"), "body": {"name": "a"}}),
        json!({"status": 204, "headers": {"OData-EntityId": "things('a')"}}),
        json!({"status": 201, "body": {"@odata.id": "things('a')", "name": "a"}}),
    ];
    for form in forms {
        let server = Server::start(move |post| {
            answered(post, |request| match request["method"].as_str().unwrap() {
                "POST" if request["url"] == "/things" => form.clone(),
                _ => thing(request),
            })
        })
        .await;
        let client = client(&server);
        let mut batch = client.batch();
        let created = batch.add(create(&client, "a"));
        let parts = batch.result(created).parts();
        let read = batch.add(parts.list::<Thing>().top(3));
        let one = batch.add(get(&client, 7));
        let below = batch.add(batch.result(one).parts().create(&named("b")));
        let answers = batch.send().await.unwrap();
        answers.get(created).unwrap();
        assert!(answers.get(read).is_err(), "it is no page");
        let url = answers.get(below).unwrap();
        assert_eq!(url.final_url().path(), "/beta/things(7)/parts");
        let urls: Vec<_> = server
            .received()
            .iter()
            .map(|post| {
                requests(post)
                    .iter()
                    .map(|it| it["url"].clone())
                    .collect::<Value>()
            })
            .collect();
        assert_eq!(
            urls,
            [
                json!(["/things", "/things(7)"]),
                json!(["/things('a')/parts?$top=3", "/things(7)/parts"])
            ]
        );
    }
}

#[tokio::test]
async fn a_reference_to_nowhere_is_not_sent() {
    for headers in [
        json!({}),
        json!({"Location": "https://evil.example/x"}),
        json!({"Location": "/x"}),
    ] {
        let server = Server::start(move |post| {
            answered(post, |_| json!({"status": 204, "headers": headers}))
        })
        .await;
        let client = client(&server);
        let mut batch = client.batch();
        let created = batch.add(create(&client, "a"));
        let below = batch.add(batch.result(created).parts().create(&named("b")));
        let answers = batch.send().await.unwrap();
        answers.get(created).unwrap();
        answers.get(below).unwrap_err();
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn a_reference_is_resolved_when_it_is_sent_again() {
    let count = Mutex::new(0);
    let server = Server::start(move |post| {
        *count.lock().unwrap() += 1;
        let is_first = *count.lock().unwrap() == 1;
        answered(post, |request| match request["id"].as_str().unwrap() {
            "1" => json!({"status": 201, "headers": {"Location": "things('a')"}}),
            _ if is_first => throttled(1),
            _ => json!({"status": 200, "body": {"value": [], "@odata.nextLink": "?p=2"}}),
        })
    })
    .await;
    let client = builder(&server)
        .batch(BatchSettings::new())
        .build()
        .unwrap();
    let mut batch = client.batch();
    let created = batch.add(create(&client, "a"));
    let read = batch.add(batch.result(created).parts().list::<Thing>());
    let answers = batch.send().await.unwrap();
    let page = answers.get(read).unwrap();
    let link = page.resolve_link("?p=2").unwrap();
    assert_eq!(link.path(), "/beta/things('a')/parts");
    let posts = server.received();
    assert_eq!(requests(&posts[0])[1]["url"], "$1/parts");
    let again = &requests(&posts[1])[0];
    assert_eq!(again["url"], "things('a')/parts");
    assert!(
        again.get("dependsOn").is_none(),
        "what it depended on is not in this post"
    );
}
