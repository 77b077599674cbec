//! What becomes of the answers.

use odata_runtime::{Bytes, Client, Conditional, ErrorKind, Page};
use serde_json::json;

use super::{answered, client, create, get, named, requests, touch};
use crate::support::{METRICS, Metric, Reply, Server, TOKEN, Thing, builder, metrics};

#[tokio::test]
async fn answers_are_found_by_their_handles() {
    let server = Server::start(|post| {
        answered(post, |request| match request["id"].as_str().unwrap() {
            "1" => json!({"status": 200, "headers": {"ETag": "W/\"7\""}, "body": {"name": "one"}}),
            "2" => json!({"status": 200, "body": {"value": [{"name": "a"}, {"name": "b"}]}}),
            "3" => json!({"status": 201, "headers": {"Location": "x"}, "body": {"name": "new"}}),
            "4" | "5" => json!({"status": 204}),
            "6" => json!({"status": 200, "headers": {"Content-Type": "text/plain"}, "body": "42"}),
            "7" => json!({"status": 304}),
            "8" => json!({"status": 200, "headers": {"Content-Type": "image/png"}, "body": "-_8="}),
            "9" => json!({"status": 200, "body": {"ignored": [1]}}),
            _ => json!({"status": "200", "headers": {"Retry-After": 7}, "body": 1}),
        })
    })
    .await;
    let client = client(&server);
    let things = client.root().segment("things");
    let mut batch = client.batch();
    let one = batch.add(get(&client, 1));
    let list = batch.add(things.list::<Thing>());
    let created = batch.add(create(&client, "new"));
    let updated = batch.add(things.key(1_i64).update(&named("b")));
    let deleted = batch.add(things.key(1_i64).remove());
    let count = batch.add(things.count::<Thing>());
    let unchanged = batch.add(get(&client, 1).if_none_match("W/\"7\""));
    let picture = batch.add(AsBytes(things.get::<()>()));
    let touched = batch.add(AsNothing(things.action_call::<()>(touch())));
    let number = batch.add(things.get::<i64>());
    let answers = batch.send().await.unwrap();
    let one = answers.get(one).unwrap();
    assert_eq!((one.name.as_deref(), one.attempts()), (Some("one"), 1));
    assert_eq!(one.headers()["etag"], "W/\"7\"");
    assert_eq!(
        one.final_url().as_str(),
        format!("{}/beta/things(1)", server.url())
    );
    let sent = &requests(&server.received()[0])[0]["headers"]["client-request-id"];
    assert_eq!(one.client_request_id(), sent.as_str().unwrap());
    assert_eq!(answers.get(list).unwrap().value.len(), 2);
    let created = answers.get(created).unwrap();
    assert_eq!(
        (created.status().as_u16(), created.location()),
        (201, Some("x"))
    );
    assert_eq!(created.value(), Some(&named("new")));
    assert_eq!(answers.get(updated).unwrap().into_inner(), None);
    answers.get(deleted).unwrap();
    assert_eq!(*answers.get(count).unwrap(), 42);
    assert_eq!(
        answers.get(unchanged).unwrap().into_inner(),
        Conditional::NotModified
    );
    assert_eq!(
        *answers.get(picture).unwrap(),
        Bytes::from_static(&[0xfb, 0xff])
    );
    answers.get(touched).unwrap();
    assert_eq!(*answers.get(number).unwrap(), 1);
    // Any number of times.
    assert_eq!(*answers.get(number).unwrap(), 1);
    assert_eq!(
        (answers.len(), answers.posts(), answers.errors().count()),
        (10, 1, 0)
    );
}

/// As generated calls, which are wrapped by a type of their own.
struct AsBytes(odata_runtime::Request<()>);
struct AsNothing(odata_runtime::Request<()>);

impl odata_runtime::BatchRequest for AsBytes {
    type Answer = Bytes;

    fn into_part(self) -> odata_runtime::__private::UnsentPart<Bytes> {
        self.0.into_part_of_bytes()
    }
}

impl odata_runtime::BatchRequest for AsNothing {
    type Answer = ();

    fn into_part(self) -> odata_runtime::__private::UnsentPart<()> {
        self.0.into_part_ignoring_body()
    }
}

#[tokio::test]
async fn a_handle_of_another_batch_has_no_answer() {
    let server = Server::start(|post| answered(post, super::thing)).await;
    let client = client(&server);
    let (mut one, mut two) = (client.batch(), client.batch());
    let (first, second) = (one.add(get(&client, 1)), two.add(get(&client, 2)));
    let (one, two) = (one.send().await.unwrap(), two.send().await.unwrap());
    for error in [one.get(second).unwrap_err(), two.get(first).unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains("another batch"), "{error}");
    }
    assert_eq!(one.get(first).unwrap().name.as_deref(), Some("things(1)"));
}

#[tokio::test]
async fn errors_are_those_of_single_requests() {
    let body = json!({"error": {"code": "Forbidden", "message": format!("no, {TOKEN}")}});
    let inner = body.clone();
    let server = Server::start(move |received| match received.method.as_str() {
        "POST" => answered(
            received,
            |_| json!({"status": 403, "headers": {"request-id": "r-1"}, "body": inner}),
        ),
        _ => Reply::status(403, inner.to_string()).header("request-id", "r-1"),
    })
    .await;
    let client = client(&server);
    let mut batch = client.batch();
    let refused = batch.add(metrics(&client));
    let answers = batch.send().await.unwrap();
    let alone = metrics(&client).send().await.unwrap_err();
    let error = answers.get(refused).unwrap_err();
    for error in [alone, error] {
        assert_eq!(error.kind(), ErrorKind::Service);
        assert_eq!(error.status().unwrap().as_u16(), 403);
        assert_eq!(error.code(), Some("Forbidden"));
        assert_eq!(error.request_id(), Some("r-1"));
        assert_eq!(error.permissions_needed(), METRICS.permissions());
        assert_eq!(error.attempts(), 1);
        let text = format!("{error} {error:#?}");
        assert!(text.contains("/beta/reports/getMetrics"), "{text}");
        assert!(!text.contains(TOKEN), "{text}");
        let raw = String::from_utf8_lossy(error.raw_body().unwrap()).into_owned();
        assert!(!raw.contains(TOKEN), "{raw}");
    }
    assert_eq!(answers.errors().count(), 1);
}

async fn with_answer(responses: serde_json::Value) -> (Client, Server) {
    let server = Server::replies([Reply::ok(json!({"responses": responses}).to_string())]).await;
    (client(&server), server)
}

#[tokio::test]
async fn missing_and_repeated_answers_are_errors() {
    let fine = |id: &str| json!({"id": id, "status": 200, "body": {"name": id}});
    let (client, server) = with_answer(json!([
        fine("2"), fine("4"), fine("3"), fine("4"), fine("9"), {"id": "5"}, {"status": 200}, fine("02"),
        {"id": 6, "status": 200, "body": {"name": "6"}}, {"id": "7", "status": 20},
    ]))
    .await;
    let mut batch = client.batch();
    let handles: Vec<_> = (0..7).map(|key| batch.add(get(&client, key))).collect();
    let answers = batch.send().await.unwrap();
    let outcomes: Vec<_> = handles
        .iter()
        .map(|handle| match answers.get(*handle) {
            Ok(thing) => thing.into_inner().name.unwrap(),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
                assert!(!error.is_retryable());
                error.to_string()
            }
        })
        .collect();
    let missing = "no answer to this request, but 3 to requests that were not sent";
    for (outcome, expected) in outcomes.iter().zip([
        missing,
        "2",
        "3",
        "more than one answer to this request",
        "it has no status",
        "6",
        "it has no status",
    ]) {
        assert!(outcome.contains(expected), "{outcome}");
    }
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_told_of() {
    let page = "<html>busy</html>";
    let html = json!({"Content-Type": "text/html"});
    let (client, _server) = with_answer(json!([
        {"id": "1", "status": 200, "headers": html, "body": page},
        {"id": "2", "status": 502, "headers": html, "body": page},
        {"id": "3", "status": 200, "body": "a text"},
        {"id": "4", "status": 200, "headers": {"Content-Type": "image/png"}, "body": "no base64!"},
        {"id": "5", "status": 500, "headers": {"Content-Type": "image/png"}, "body": {"error": {"code": "x"}}},
    ]))
    .await;
    let mut batch = client.batch();
    let handles: Vec<_> = (0..5).map(|key| batch.add(get(&client, key))).collect();
    let answers = batch.send().await.unwrap();
    let error = |at: usize| answers.get(handles[at]).unwrap_err();
    let body = |at: usize| String::from_utf8(error(at).raw_body().unwrap().to_vec()).unwrap();
    let kinds: Vec<_> = (0..5).map(|at| error(at).kind()).collect();
    let (decode, service) = (ErrorKind::Decode, ErrorKind::Service);
    assert_eq!(kinds, [decode, service, decode, decode, service]);
    assert_eq!((body(0), body(1)), (page.to_owned(), page.to_owned()));
    assert_eq!(error(1).status().unwrap().as_u16(), 502);
    assert_eq!(body(3), "no base64!");
    assert_eq!(error(4).code(), Some("x"));
}

#[tokio::test]
async fn huge_answers_stay_within_limits() {
    let long = "x".repeat(3_000);
    let answer = move |post: &crate::support::Received| {
        answered(post, |_| json!({"status": 200, "body": {"name": long}}))
    };
    let server = Server::start(answer).await;
    for (limit, fits) in [(100_000, true), (10_000, false)] {
        let client = builder(&server).max_response_bytes(limit).build().unwrap();
        let mut batch = client.batch();
        let handles: Vec<_> = (0..20).map(|key| batch.add(get(&client, key))).collect();
        match batch.send().await {
            Ok(answers) => {
                assert!(fits);
                for handle in handles {
                    assert_eq!(
                        answers.get(handle).unwrap().name.as_ref().unwrap().len(),
                        3_000
                    );
                }
            }
            Err(error) => {
                assert!(!fits);
                assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
            }
        }
    }
    // What a part takes in memory is limited as well, and how deep it is.
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let body =
        format!(r#"{{"responses":[{{"id":"1","status":200,"body":{{"name":"a","x":{deep}}}}}]}}"#);
    let server = Server::replies([Reply::ok(body)]).await;
    let client = super::client(&server);
    let mut batch = client.batch();
    let handle = batch.add(get(&client, 1));
    let error = batch.send().await.unwrap().get(handle).unwrap_err();
    assert!(error.to_string().contains("nested deeper"), "{error}");
}

#[tokio::test]
async fn far_more_answers_than_requests_are_refused() {
    for answers in [
        "{},".repeat(100_000) + "{}",
        r#"{"id":"1","status":200},"#.repeat(100_000) + "{}",
    ] {
        let body = format!(r#"{{"responses":[{answers}]}}"#);
        let server = Server::replies([Reply::ok(body)]).await;
        let client = client(&server);
        let mut batch = client.batch();
        batch.add(get(&client, 1));
        let error = batch.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("far more responses"), "{error}");
    }
    let headers: String = (0..9_000).map(|at| format!(r#""h{at}":"","#)).collect();
    let body =
        format!(r#"{{"responses":[{{"id":"1","status":200,"headers":{{{headers}"x":""}}}}]}}"#);
    let server = Server::replies([Reply::ok(body)]).await;
    let client = client(&server);
    let mut batch = client.batch();
    let handle = batch.add(get(&client, 1));
    let error = batch.send().await.unwrap().get(handle).unwrap_err();
    assert!(
        error.to_string().contains("its headers take more"),
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_that_is_no_batch_is_an_error() {
    for body in [
        "",
        "[]",
        "{}",
        "not json",
        r#"{"responses":{}}"#,
        r#"{"responses":[1]}"#,
    ] {
        let server = Server::replies([Reply::ok(body)]).await;
        let client = client(&server);
        let mut batch = client.batch();
        batch.add(create(&client, "x"));
        let error = batch.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert!(
            error
                .to_string()
                .contains("what its requests did is unknown"),
            "{error}"
        );
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn pages_go_on_from_a_batch() {
    let server = Server::start(|received| match received.method.as_str() {
        "POST" => answered(received, |_| {
            json!({"status": 200, "body": {"value": [{"value": 1}], "@odata.nextLink": "getMetrics?p=2"}})
        }),
        _ => Reply::page(&[2], None),
    })
    .await;
    let client = client(&server);
    let mut batch = client.batch();
    let first = batch.add(metrics(&client));
    let first = batch.send().await.unwrap().get(first).unwrap();
    let link = first.next_link.as_deref().unwrap();
    let rest = client.request::<Page<Metric>>(
        odata_runtime::Method::GET,
        first.resolve_link(link).unwrap().as_str(),
    );
    let second = rest.unwrap().send().await.unwrap();
    assert_eq!(second.value[0].value, 2);
    assert_eq!(server.received()[1].target, "/beta/reports/getMetrics?p=2");
}
