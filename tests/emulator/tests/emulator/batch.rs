//! Batches: several requests in one.

use crate::common::{assert_refused, authorized, builder, header, json, post, send};
use graph_emulator::{
    BatchRole, Emulator, EmulatorBuilder, Fault, Outcome, Reply, RetryAfter, StatusCode,
};
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn directory() -> EmulatorBuilder {
    let users = json!([{"id": "a", "displayName": "Adele"}, {"id": "b", "displayName": "Bernd"}]);
    let csdl = include_str!("../directory.csdl");
    builder()
        .metadata(csdl)
        .with_entities("users", users)
        .with_entity("me", json!({"displayName": "Me"}))
        .with_stream("users/a/photo", "image/png", [0xfb, 0xff, 0xfe])
}

fn get(id: &str, url: &str) -> Value {
    json!({"id": id, "method": "GET", "url": url})
}

fn after(mut part: Value, ids: &[&str]) -> Value {
    part["dependsOn"] = json!(ids);
    part
}

fn write(id: &str, method: &str, url: &str, body: Value) -> Value {
    let headers = json!({"Content-Type": "application/json"});
    json!({"id": id, "method": method, "url": url, "headers": headers, "body": body})
}

/// The answers by their ids.
async fn answers(emulator: &Emulator, parts: &[Value]) -> Map<String, Value> {
    let response = post(emulator, "/$batch", json!({"requests": parts})).await;
    assert_eq!(response.status(), 200, "{:?}", response.text().await);
    assert_eq!(header(&response, "content-type"), "application/json");
    assert!(!header(&response, "request-id").is_empty());
    let body = json(response).await;
    let responses = body["responses"].as_array().unwrap();
    assert_eq!(responses.len(), parts.len());
    let responses = responses.iter().cloned();
    responses
        .map(|answer| (answer["id"].as_str().unwrap().to_owned(), answer))
        .collect()
}

fn statuses(answers: &Map<String, Value>) -> Vec<(&str, u64)> {
    let answers = answers.iter();
    answers
        .map(|(id, answer)| (id.as_str(), answer["status"].as_u64().unwrap()))
        .collect()
}

#[tokio::test]
async fn malformed_batches_are_refused_whole() {
    let emulator = directory().start().await.unwrap();
    let part = get("1", "/users");
    let with = |name: &str, value: Value| {
        let mut part = part.clone();
        part[name] = value;
        json!({"requests": [part]})
    };
    let without = |name: &str| {
        let mut part = part.clone();
        part.as_object_mut().unwrap().remove(name);
        json!({"requests": [part]})
    };
    let all = |parts: &[Value]| json!({"requests": parts});
    for (body, message) in [
        (json!([]), "'requests'"),
        (json!({}), "'requests'"),
        (json!({"requests": {}}), "'requests'"),
        (json!({"requests": []}), "no request"),
        (json!({"requests": ["/users"]}), "JSON object"),
        (without("id"), "'id'"),
        (with("id", json!(1)), "'id'"),
        (with("id", json!("")), "'id'"),
        (without("method"), "'method'"),
        (with("method", json!("HEAD")), "'method'"),
        (without("url"), "'url'"),
        (with("url", json!("")), "'url'"),
        (
            with("url", json!("https://graph.microsoft.com/beta/users")),
            "relative",
        ),
        (
            with("url", json!("//graph.microsoft.com/users")),
            "relative",
        ),
        (
            with("url", json!("/users?$filter=displayName eq '#'")),
            "%23",
        ),
        (with("headers", json!([])), "'headers'"),
        (with("headers", json!({"a b": "c"})), "'a b'"),
        (with("headers", json!({"Prefer": 1})), "'Prefer'"),
        (with("headers", json!({"Prefer": "a\nb"})), "'Prefer'"),
        (with("dependsOn", json!("2")), "'dependsOn'"),
        (with("dependsOn", json!([2])), "'dependsOn'"),
        (with("dependsOn", json!(["2"])), "'2'"),
        (with("dependsOn", json!(["1"])), "each other"),
        (with("dependson", json!([])), "'dependson'"),
        // Ids are not case-sensitive.
        (all(&[get("a", "/users"), get("A", "/me")]), "'A'"),
        (
            all(&[
                after(get("1", "/me"), &["3"]),
                get("2", "/me"),
                after(get("3", "/me"), &["1", "2"]),
            ]),
            "each other",
        ),
    ] {
        let response = post(&emulator, "/$batch", body.clone()).await;
        assert_eq!(response.status(), 400, "{body}");
        assert_refused(response, 400, message).await;
    }
    // Nothing of them was done.
    let requests = emulator.requests();
    assert!(requests.iter().all(|it| it.batch == BatchRole::Batch));
}

#[tokio::test]
async fn writes_need_a_body_and_its_type() {
    let emulator = directory().start().await.unwrap();
    let body = json!({"id": "c"});
    for part in [
        json!({"id": "1", "method": "POST", "url": "/users", "body": body}),
        json!({"id": "1", "method": "post", "url": "/users", "headers": {}, "body": body}),
        json!({"id": "1", "method": "POST", "url": "/resetAll",
            "headers": {"Content-Type": "application/json"}}),
        json!({"id": "1", "method": "PATCH", "url": "/users/a"}),
        json!({"id": "1", "method": "PUT", "url": "/users/a", "body": null}),
        json!({"id": "1", "method": "DELETE", "url": "/users/a", "body": body}),
    ] {
        let parts = json!({"requests": [get("0", "/me"), part]});
        let response = post(&emulator, "/$batch", parts).await;
        let message = "Write request id : 1 does not contain Content-Type header or body.";
        assert_refused(response, 400, message).await;
    }
    assert!(emulator.entity("users/c").is_none());
    // A delete has no body.
    let parts = [json!({"id": "1", "method": "DELETE", "url": "/users/a"})];
    assert_eq!(statuses(&answers(&emulator, &parts).await), [("1", 204)]);
}

#[tokio::test]
async fn what_is_no_batch_is_refused() {
    let setup = directory().token("t");
    let emulator = setup.start().await.unwrap();
    let batch = json!({"requests": [get("1", "/users")]});
    let refused = post(&emulator, "/$batch", batch).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(emulator.request_count(), 1);

    let emulator = directory().start().await.unwrap();
    for (method, content_type, status, message) in [
        (Method::GET, "application/json", 405, "POST"),
        (Method::PUT, "application/json", 405, "POST"),
        (Method::POST, "text/plain", 415, "application/json"),
        (
            Method::POST,
            "multipart/mixed; boundary=b",
            501,
            "multipart/mixed",
        ),
    ] {
        let headers = [("content-type", content_type)];
        let response = send(&emulator, method, "/$batch", &headers, None).await;
        assert_refused(response, status, message).await;
    }
    let batch = json!({"requests": [get("1", "/me")]});
    for (query, accept, status, message) in [
        ("", "multipart/mixed", 501, "'multipart/mixed'"),
        ("?$format=multipart/mixed", "*/*", 501, "'multipart/mixed'"),
        ("", "text/html", 406, "text/html"),
        ("?$top=1", "*/*", 501, "'$top'"),
        ("?$format=json&$format=json", "*/*", 400, "'$format'"),
    ] {
        let path = format!("/$batch{query}");
        let (headers, body) = ([("accept", accept)], Some(batch.clone()));
        let response = send(&emulator, Method::POST, &path, &headers, body).await;
        assert_refused(response, status, message).await;
    }
    let deeper = post(&emulator, "/users/$batch", json!({})).await;
    assert_refused(deeper, 400, "'$batch'").await;
}

#[tokio::test]
async fn what_is_not_served_has_its_name() {
    let emulator = directory().start().await.unwrap();
    let mut group = get("1", "/users");
    group["atomicityGroup"] = "g".into();
    let mut condition = get("1", "/users");
    condition["if"] = "$0 succ".into();
    for (part, name) in [
        (group, "'atomicityGroup'"),
        (condition, "'if'"),
        (get("1", "/$0/messages"), "'$0'"),
        (get("1", "$0"), "'$0'"),
    ] {
        let parts = json!({"requests": [get("0", "/me"), part]});
        let response = post(&emulator, "/$batch", parts).await;
        assert_refused(response, 501, name).await;
    }
}

#[tokio::test]
async fn no_more_than_the_limit() {
    let many = |count: usize| -> Value {
        let parts = (0..count).map(|number| get(&number.to_string(), "/me"));
        json!({"requests": parts.collect::<Vec<_>>()})
    };
    let emulator = directory().start().await.unwrap();
    let response = post(&emulator, "/$batch", many(20)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(emulator.request_count(), 21);
    let message = "Number of batch request steps exceeds the maximum value of 20.";
    assert_refused(post(&emulator, "/$batch", many(21)).await, 400, message).await;
    assert_eq!(emulator.request_count(), 22);

    let emulator = directory().batch_limit(2).start().await.unwrap();
    assert_eq!(
        post(&emulator, "/$batch", many(2)).await.status(),
        StatusCode::OK
    );
    assert_refused(post(&emulator, "/$batch", many(3)).await, 400, "value of 2").await;
}

#[tokio::test]
async fn a_part_can_be_no_batch() {
    let emulator = directory().start().await.unwrap();
    let inner = json!({"requests": [{"id": "x", "method": "DELETE", "url": "/users/a"}]});
    let parts = [
        write("1", "POST", "/$batch", inner.clone()),
        write("2", "POST", "%24batch/", inner),
    ];
    let answers = answers(&emulator, &parts).await;
    assert_eq!(statuses(&answers), [("1", 400), ("2", 400)]);
    assert!(emulator.entity("users/a").is_some());
}

#[tokio::test]
async fn failures_take_what_depends_on_them_along() {
    let emulator = directory().start().await.unwrap();
    let delete = |id: &str, url: &str| json!({"id": id, "method": "DELETE", "url": url});
    // What depends on others may stand before them.
    let parts = [
        after(delete("last", "/users/a"), &["middle", "good"]),
        after(get("middle", "/users"), &["bad"]),
        get("bad", "/users/nobody"),
        get("good", "/me"),
        after(get("fine", "/me"), &["GOOD", "good"]),
    ];
    let answers = answers(&emulator, &parts).await;
    assert_eq!(
        statuses(&answers),
        [
            ("bad", 404),
            ("fine", 200),
            ("good", 200),
            ("last", 424),
            ("middle", 424)
        ]
    );
    let error = &answers["last"]["body"]["error"];
    assert_eq!(error["code"], "FailedDependency");
    assert!(error["message"].as_str().unwrap().contains("'middle'"));
    assert!(emulator.entity("users/a").is_some());
    let failed = emulator.requests().into_iter();
    let mut failed =
        failed.filter(|it| it.outcome == Outcome::Answered(StatusCode::FAILED_DEPENDENCY));
    assert_eq!(failed.next().unwrap().part_id(), Some("middle"));
}

#[tokio::test]
async fn what_depends_on_others_comes_after_them() {
    let emulator = directory().start().await.unwrap();
    let parts = [
        after(get("3", "/users/n"), &["2"]),
        after(
            write("2", "PATCH", "/users/n", json!({"displayName": "Nora"})),
            &["1"],
        ),
        write("1", "POST", "users", json!({"id": "n"})),
    ];
    let answers = answers(&emulator, &parts).await;
    assert_eq!(statuses(&answers), [("1", 201), ("2", 204), ("3", 200)]);
    assert_eq!(answers["3"]["body"]["displayName"], "Nora");
    assert_eq!(answers["2"].get("body"), None);
}

#[tokio::test]
async fn parts_are_answered_as_if_alone() {
    let emulator = directory().page_size(1).start().await.unwrap();
    for (part, path) in [
        (get("1", "/users?$select=id"), "/users?$select=id"),
        (get("1", "users('a')"), "/users('a')"),
        (
            get("1", "/users?$filter=displayName eq 'Adele'&$count=true"),
            "/users?$filter=displayName%20eq%20'Adele'&$count=true",
        ),
        (get("1", "/users/nobody"), "/users/nobody"),
        (get("1", "/beta/users"), "/beta/users"),
        (get("1", "/nothing"), "/nothing"),
        (get("1", "/users?$top=x"), "/users?$top=x"),
        (get("1", "/users?$nonsense=1"), "/users?$nonsense=1"),
    ] {
        let alone = authorized(&emulator, path).send().await.unwrap();
        let answers = answers(&emulator, &[part]).await;
        let answer = &answers["1"];
        assert_eq!(answer["status"], alone.status().as_u16(), "{path}");
        assert_eq!(
            answer["headers"]["Content-Type"],
            header(&alone, "content-type"),
            "{path}"
        );
        let etag = answer["headers"]["ETag"].as_str().unwrap_or_default();
        assert_eq!(etag, header(&alone, "etag"), "{path}");
        let mut alone = json(alone).await;
        let mut body = answer["body"].clone();
        for body in [&mut alone, &mut body] {
            if let Some(error) = body.get_mut("error") {
                error.as_object_mut().unwrap().remove("innerError");
            }
        }
        assert_eq!(body, alone, "{path}");
    }
    // A link to go on with is one that HTTP takes.
    let page = answers(&emulator, &[get("1", "/users?$orderby=displayName desc")]).await;
    let next = page["1"]["body"]["@odata.nextLink"].as_str().unwrap();
    let rest = reqwest::Client::new().get(next).bearer_auth("t");
    assert_eq!(
        json(rest.send().await.unwrap()).await["value"][0]["id"],
        "a"
    );
}

#[tokio::test]
async fn headers_of_parts_are_their_own() {
    let emulator = directory().start().await.unwrap();
    let mut create = write("1", "POST", "/users", json!({"id": "n"}));
    create["headers"]["prefer"] = "return=minimal".into();
    let mut read = get("2", "/users/a");
    read["headers"] = json!({"client-request-id": "mine"});
    let body = json!({"requests": [create, read, get("3", "/me")]});
    let headers = [
        ("client-request-id", "theirs"),
        ("prefer", "odata.maxpagesize=1"),
    ];
    let response = send(&emulator, Method::POST, "/$batch", &headers, Some(body)).await;
    assert_eq!(header(&response, "client-request-id"), "theirs");
    let body = json(response).await;
    let headers = |id: &str| {
        let mut answers = body["responses"].as_array().unwrap().iter();
        answers.find(|it| it["id"] == id).unwrap()["headers"].clone()
    };
    assert!(
        headers("1")["Location"]
            .as_str()
            .unwrap()
            .ends_with("users('n')")
    );
    assert_eq!(headers("1")["OData-Version"], "4.0");
    assert_eq!(headers("1")["client-request-id"], "theirs");
    assert_eq!(headers("2")["client-request-id"], "mine");
    // The token is the batch's and not repeated.
    let requests = emulator.requests();
    for request in &requests {
        assert!(request.authorized);
        let has_token = request.headers.contains_key("authorization");
        assert_eq!(has_token, request.batch == BatchRole::Batch);
    }
    let parts: Vec<_> = requests.iter().filter_map(|it| it.part_id()).collect();
    assert_eq!(parts, ["1", "2", "3"]);
    assert_eq!(requests.last().unwrap().batch, BatchRole::Batch);
    let prefers = |index: usize| requests[index].headers.get("prefer").is_some();
    assert!(prefers(0) && !prefers(1) && !prefers(2));
}

#[tokio::test]
async fn bodies_that_are_not_json() {
    let emulator = directory().start().await.unwrap();
    let put = |id: &str, content_type: &str, body: Value| {
        let headers = json!({"content-type": content_type});
        json!({"id": id, "method": "PUT", "url": "/users/b/photo", "headers": headers, "body": body})
    };
    let parts = [
        get("bytes", "/users/a/photo"),
        get("text", "/users/$count"),
        put("put", "image/png", json!("-__-")),
        after(get("back", "/users/b/photo"), &["put"]),
        after(put("words", "text/plain", json!("Grüße")), &["back"]),
        after(get("again", "/users/b/photo"), &["words"]),
    ];
    let answers = answers(&emulator, &parts).await;
    assert_eq!(answers["bytes"]["body"], "+//+");
    assert_eq!(answers["bytes"]["headers"]["Content-Type"], "image/png");
    assert_eq!(answers["text"]["body"], "2");
    assert_eq!(answers["put"]["status"], 204);
    assert_eq!(answers["back"]["body"], "+//+");
    assert_eq!(answers["again"]["body"], "Grüße");
    for (content_type, body) in [
        ("image/png", json!("?")),
        ("image/png", json!({})),
        ("text/plain", json!(1)),
    ] {
        let parts = json!({"requests": [put("1", content_type, body)]});
        let response = post(&emulator, "/$batch", parts).await;
        assert_refused(response, 400, "'body'").await;
    }
}

#[tokio::test]
async fn faults_strike_parts_alone() {
    let throttled = Fault::TooManyRequests {
        retry_after: RetryAfter::Seconds(7),
    };
    let setup = directory().pass();
    let setup = setup.faults([
        throttled.clone(),
        Fault::ConnectionReset,
        Fault::Stall,
        Fault::TruncatedBody,
        Fault::InvalidJson,
        Fault::HugeBody { bytes: 300_000 },
        Fault::HtmlErrorPage {
            status: StatusCode::BAD_GATEWAY,
        },
        Fault::Redirect {
            location: "https://elsewhere.example/".to_owned(),
        },
        Fault::NextLinkTo {
            url: "https://elsewhere.example/".to_owned(),
        },
    ]);
    let emulator = setup.start().await.unwrap();
    let parts = (1..=10).map(|number| get(&format!("{number:02}"), "/users"));
    let parts: Vec<Value> = parts.collect();
    let answers = answers(&emulator, &parts).await;
    let expected = [429, 502, 504, 502, 200, 200, 502, 302, 200, 200];
    let statuses: Vec<u64> = statuses(&answers).iter().map(|(_, it)| *it).collect();
    assert_eq!(statuses, expected);
    assert_eq!(answers["01"]["headers"]["Retry-After"], "7");
    assert_eq!(answers["02"]["body"]["error"]["code"], "BadGateway");
    assert_eq!(answers["03"]["body"]["error"]["code"], "GatewayTimeout");
    let broken = answers["05"]["body"].as_str().unwrap();
    assert!(serde_json::from_str::<Value>(broken).is_err());
    assert_eq!(answers["06"]["body"], json!({"value": []}));
    assert!(answers["07"]["body"].as_str().unwrap().contains("<html>"));
    let location = &answers["08"]["headers"]["Location"];
    assert_eq!(location, "https://elsewhere.example/");
    let next = &answers["09"]["body"]["@odata.nextLink"];
    assert_eq!(next, "https://elsewhere.example/");
    let outcomes: Vec<Outcome> = emulator
        .requests()
        .into_iter()
        .map(|it| it.outcome)
        .collect();
    assert_eq!(outcomes[0], Outcome::Faulted(throttled));
    assert_eq!(outcomes[1], Outcome::Faulted(Fault::ConnectionReset));
    assert_eq!(outcomes[10], Outcome::Answered(StatusCode::OK));
}

#[tokio::test]
async fn faults_strike_batches_whole() {
    let setup = directory()
        .fault(Fault::ServiceUnavailable {
            retry_after: RetryAfter::Absent,
        })
        .fault(Fault::TruncatedBody);
    let emulator = setup.start().await.unwrap();
    let parts = json!({"requests": [{"id": "1", "method": "DELETE", "url": "/users/a"}]});
    let refused = post(&emulator, "/$batch", parts.clone()).await;
    assert_eq!(refused.status(), 503);
    assert!(emulator.entity("users/a").is_some());
    assert_eq!(emulator.request_count(), 1);
    // What was done is done, whether or not the answer arrives.
    let response = post(&emulator, "/$batch", parts).await;
    assert_eq!(response.status(), 200);
    assert!(response.text().await.is_err());
    assert!(emulator.entity("users/a").is_none());
}

#[tokio::test]
async fn parts_are_throttled_one_by_one() {
    let setup = directory().throttle_after(2, Duration::from_secs(60));
    let emulator = setup.start().await.unwrap();
    let parts = [get("1", "/me"), get("2", "/me"), get("3", "/me")];
    let answers = answers(&emulator, &parts).await;
    assert_eq!(statuses(&answers), [("1", 200), ("2", 200), ("3", 429)]);
    assert_eq!(answers["3"]["headers"]["Retry-After"], "60");
}

#[tokio::test]
async fn hooks_run_for_batches_and_parts() {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    let setup = directory()
        .before_each(|request, _| {
            let is_answered = request.part_id() == Some("2");
            is_answered.then(|| Reply::from(json!({"by": "the hook"})))
        })
        .after_each(move |_, _, _| {
            count.fetch_add(1, Ordering::Relaxed);
        })
        .fault_when(|request| (request.part_id() == Some("3")).then_some(Fault::GatewayTimeout));
    let emulator = setup.start().await.unwrap();
    let parts = [get("1", "/me"), get("2", "/me"), get("3", "/me")];
    let answers = answers(&emulator, &parts).await;
    assert_eq!(answers["1"]["body"]["displayName"], "Me");
    assert_eq!(answers["2"]["body"]["by"], "the hook");
    assert_eq!(answers["3"]["status"], 504);
    assert_eq!(seen.load(Ordering::Relaxed), 3, "two parts and the batch");
}

#[tokio::test]
async fn answers_are_in_an_order_of_the_seed() {
    let parts: Vec<Value> = (0..9).map(|it| get(&it.to_string(), "/me")).collect();
    let mut orders = Vec::new();
    for seed in [1, 1, 2] {
        let emulator = directory().seed(seed).start().await.unwrap();
        let batch = post(&emulator, "/$batch", json!({"requests": parts})).await;
        let body = json(batch).await;
        let answers = body["responses"].as_array().unwrap().iter();
        let ids: Vec<String> = answers.map(|it| it["id"].to_string()).collect();
        orders.push(ids);
    }
    assert_eq!(orders[0], orders[1]);
    assert_ne!(orders[0], orders[2]);
}
