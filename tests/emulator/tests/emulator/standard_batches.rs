//! Batches as OData 4.01 has them: what Graph does not document.

use crate::common::{assert_refused, authorized, builder, get, header, json, post};
use graph_emulator::{BatchRole, Emulator, EmulatorBuilder, Fault, RetryAfter};
use reqwest::Response;
use serde_json::{Value, json};

fn directory() -> EmulatorBuilder {
    let users = json!([{"id": "a", "displayName": "Adele"}, {"id": "b", "displayName": "Bernd"}]);
    let csdl = include_str!("../directory.csdl");
    let setup = builder().metadata(csdl).with_entities("users", users);
    setup.standard_batches()
}

fn part(id: &str, method: &str, url: &str, more: Value) -> Value {
    let mut part = json!({"id": id, "method": method, "url": url});
    if method != "GET" && method != "DELETE" {
        part["headers"] = json!({"content-type": "application/json"});
    }
    for (name, value) in more.as_object().unwrap() {
        part[name] = value.clone();
    }
    part
}

/// The answers to a batch in JSON, in the order of the ids.
async fn answers(emulator: &Emulator, parts: Value) -> Vec<Value> {
    let response = post(emulator, "/$batch", json!({"requests": parts})).await;
    assert_eq!(response.status(), 200);
    let mut answers = json(response).await["responses"]
        .as_array()
        .unwrap()
        .clone();
    answers.sort_by_key(|answer| answer["id"].as_str().unwrap().to_owned());
    answers
}

fn statuses(answers: &[Value]) -> Vec<u64> {
    let statuses = answers
        .iter()
        .map(|answer| answer["status"].as_u64().unwrap());
    statuses.collect()
}

async fn names(emulator: &Emulator) -> Vec<String> {
    let users = json(get(emulator, "/users").await).await;
    let users = users["value"].as_array().unwrap().iter();
    let names = users.map(|user| user["displayName"].as_str().unwrap_or_default().to_owned());
    names.collect()
}

#[tokio::test]
async fn references_lead_to_what_was_answered() {
    let emulator = directory().start().await.unwrap();
    let after = |id: &str| json!({"dependsOn": [id]});
    let new = json!({"body": {"displayName": "Carla"}});
    let rename = json!({"body": {"displayName": "Dora"}, "dependsOn": ["1"]});
    let answers = answers(
        &emulator,
        json!([
            part("1", "POST", "users", new),
            part("2", "PATCH", "$1", rename),
            part("3", "GET", "$2?$select=displayName", after("2")),
            part(
                "4",
                "GET",
                &format!("{}/users/a", emulator.endpoint()),
                json!({})
            ),
            part("5", "GET", "/beta/users/b", json!({})),
            part("6", "GET", "users/nobody", json!({})),
            part("7", "GET", "$6", after("6")),
        ]),
    )
    .await;
    assert_eq!(statuses(&answers)[2..], [200, 200, 200, 404, 424]);
    assert_eq!(answers[0]["status"], 201);
    assert_eq!(answers[2]["body"]["displayName"], "Dora");
    assert_eq!(answers[3]["body"]["displayName"], "Adele");
    assert_eq!(answers[4]["body"]["displayName"], "Bernd");
    let parts = json!({"requests": [part("1", "GET", "users", json!({})), part("2", "GET", "$1", json!({}))]});
    assert_refused(post(&emulator, "/$batch", parts).await, 400, "'dependsOn'").await;
}

#[tokio::test]
async fn a_group_that_fails_is_undone() {
    let emulator = directory().start().await.unwrap();
    let grouped = |body: Value| json!({"atomicityGroup": "g", "body": body});
    let (good, bad) = (json!({"displayName": "New"}), json!({"displayName": 1}));
    let batch = |last: &Value| {
        json!([
            part("1", "POST", "users", grouped(good.clone())),
            part(
                "2",
                "PATCH",
                "users/a",
                grouped(json!({"displayName": "Anna"}))
            ),
            part("3", "POST", "users", grouped(last.clone())),
            part("4", "GET", "users/a", json!({"dependsOn": ["g"]})),
            part("5", "GET", "users/a", json!({})),
        ])
    };
    let failed = answers(&emulator, batch(&bad)).await;
    assert_eq!(statuses(&failed), [424, 424, 400, 424, 200]);
    assert_eq!(failed[4]["body"]["displayName"], "Adele");
    assert_eq!(failed[0]["atomicityGroup"], "g");
    assert_eq!(names(&emulator).await, ["Adele", "Bernd"]);
    let done = answers(&emulator, batch(&good)).await;
    assert_eq!(done[0]["status"], 201);
    assert_eq!(done[3]["body"]["displayName"], "Anna");
    assert_eq!(names(&emulator).await, ["Anna", "Bernd", "New", "New"]);
}

/// Sends a body with boundary `b`.
async fn send_multipart(emulator: &Emulator, body: &str, prefer: &str) -> Response {
    let request = authorized(emulator, "/$batch");
    let url = request.build().unwrap().url().clone();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(url).bearer_auth("secret-token");
    let request = request
        .header("content-type", "multipart/mixed; boundary=b")
        .header("prefer", prefer);
    request
        .body(body.replace('\n', "\r\n"))
        .send()
        .await
        .unwrap()
}

const HTTP: &str = "Content-Type: application/http\nContent-Transfer-Encoding: binary";

/// A message of a batch.
fn message(id: &str, line: &str, body: &str) -> String {
    let id = if id.is_empty() {
        String::new()
    } else {
        format!("Content-ID: {id}\n")
    };
    format!("{HTTP}\n{id}\n{line} HTTP/1.1\nContent-Type: application/json\n\n{body}\n")
}

fn batch(parts: &[String]) -> String {
    let parts: String = parts.iter().map(|part| format!("--b\n{part}")).collect();
    format!("{parts}--b--\n")
}

fn change_set(parts: &[String]) -> String {
    let parts: String = parts.iter().map(|part| format!("--c\n{part}")).collect();
    format!("Content-Type: multipart/mixed; boundary=c\n\n{parts}--c--\n")
}

/// What is in an answer, line by line: ids, statuses, and what begins and ends.
async fn outline(response: Response) -> Vec<String> {
    assert_eq!(response.status(), 200);
    let content_type = header(&response, "content-type").to_owned();
    assert_eq!(content_type, "multipart/mixed; boundary=batchresponse");
    let text = response.text().await.unwrap();
    let lines = text.split("\r\n").filter(|line| {
        ["--", "Content-ID", "HTTP/1.1", "retry-after"]
            .iter()
            .any(|it| line.starts_with(it))
    });
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn multipart_batches_are_answered_in_order() {
    let emulator = directory().start().await.unwrap();
    let parts = [
        message("", "GET users/a", ""),
        change_set(&[
            message("1", "POST users", r#"{"displayName":"Carla"}"#),
            message("2", "PATCH $1", r#"{"displayName":"Dora"}"#),
        ]),
        message("9", "GET /beta/users/nobody", ""),
        message("", "DELETE users/b", ""),
    ];
    let response = send_multipart(&emulator, &batch(&parts), "odata.continue-on-error").await;
    let outline = outline(response).await;
    let (before, after) = outline.split_at(8);
    assert_eq!(
        before,
        [
            "--batchresponse",
            "HTTP/1.1 200 OK",
            "--batchresponse",
            "--changesetresponse",
            "Content-ID: 1",
            "HTTP/1.1 201 Created",
            "--changesetresponse",
            "Content-ID: 2",
        ]
    );
    assert_eq!(
        after[1..],
        [
            "--changesetresponse--",
            "--batchresponse",
            "Content-ID: 9",
            "HTTP/1.1 404 Not Found",
            "--batchresponse",
            "HTTP/1.1 204 No Content",
            "--batchresponse--",
        ]
    );
    assert_eq!(names(&emulator).await, ["Adele", "Dora"]);
}

#[tokio::test]
async fn a_failure_ends_a_batch_unless_told_otherwise() {
    let parts = [
        message("", "GET users/nobody", ""),
        message("", "DELETE users/b", ""),
    ];
    for (prefer, statuses) in [
        ("", 1),
        ("respond-async", 1),
        ("odata.continue-on-error", 2),
        ("continue-on-error=true", 2),
        ("odata.continue-on-error=false", 1),
    ] {
        let emulator = directory().start().await.unwrap();
        let outline = outline(send_multipart(&emulator, &batch(&parts), prefer).await).await;
        let found = outline.iter().filter(|line| line.starts_with("HTTP/1.1"));
        assert_eq!(found.count(), statuses, "{prefer}");
    }
}

#[tokio::test]
async fn a_change_set_that_fails_has_one_answer() {
    let emulator = directory().start().await.unwrap();
    let parts = [
        change_set(&[
            message("1", "POST users", r#"{"displayName":"Carla"}"#),
            message("2", "POST users", r#"{"displayName":1}"#),
        ]),
        message("", "GET users/a", ""),
    ];
    let outline =
        outline(send_multipart(&emulator, &batch(&parts), "continue-on-error").await).await;
    let expected = [
        "--batchresponse",
        "Content-ID: 2",
        "HTTP/1.1 400 Bad Request",
        "--batchresponse",
        "HTTP/1.1 200 OK",
        "--batchresponse--",
    ];
    assert_eq!(outline, expected);
    assert_eq!(names(&emulator).await, ["Adele", "Bernd"]);
}

#[tokio::test]
async fn parts_of_multipart_meet_faults_and_are_counted() {
    let setup = directory().fault_when(|request| {
        let is_it = request.part_id() == Some("2");
        is_it.then_some(Fault::TooManyRequests {
            retry_after: RetryAfter::Seconds(7),
        })
    });
    let emulator = setup.start().await.unwrap();
    let parts = ["1", "2", "3"].map(|id| message(id, "GET users/a", ""));
    let outline =
        outline(send_multipart(&emulator, &batch(&parts), "continue-on-error").await).await;
    assert!(
        outline.contains(&"retry-after: 7".to_owned()),
        "{outline:?}"
    );
    let requests = emulator.requests();
    let parts = requests.iter().filter(|it| it.part_id().is_some()).count();
    let batches = requests
        .iter()
        .filter(|it| it.batch == BatchRole::Batch)
        .count();
    assert_eq!((parts, batches), (3, 1));
}

#[tokio::test]
async fn malformed_multipart_batches_are_refused() {
    let emulator = directory().batch_limit(2).start().await.unwrap();
    let one = message("1", "GET users/a", "");
    let cases = [
        ("nothing".to_owned(), "last boundary"),
        ("--b\n--b--\n".to_owned(), "alone on its line"),
        ("--b--\n".to_owned(), "no request"),
        (batch(&[one.clone(), one.clone()]), "another one has"),
        (batch(&[one.clone(), one.clone(), one.clone()]), "exceeds"),
        (
            batch(&[one.replace("application/http", "text/plain")]),
            "application/http",
        ),
        (batch(&[one.replace("HTTP/1.1", "HTTP/9")]), "request line"),
        (
            batch(&[one.replace("users/a", "https://elsewhere.example/x")]),
            "relative",
        ),
        (
            batch(&[change_set(&[message("", "DELETE users/a", "")])]),
            "Content-ID",
        ),
        (
            batch(std::slice::from_ref(&change_set(std::slice::from_ref(
                &one,
            )))),
            "changes nothing",
        ),
        (
            batch(&[one.replace("Content-Type: application/json", "No header")]),
            "none that HTTP knows",
        ),
    ];
    for (body, message) in cases {
        let response = send_multipart(&emulator, &body, "").await;
        assert_refused(response, 400, message).await;
    }
}
