//! Batches in `multipart/mixed`.

use odata_runtime::{BatchFormat, BatchSettings, BatchUrls, Client, ErrorKind};
use serde_json::json;

use super::{create, get, named};
use crate::support::{Received, Reply, Server, TOKEN, Thing, builder};

const SETTINGS: BatchSettings = BatchSettings::new().format(BatchFormat::Multipart);

fn client(server: &Server) -> Client {
    builder(server).batch(SETTINGS).build().unwrap()
}

/// The body of a post, with names in the place of random boundaries and ids.
fn shown(post: &Received) -> String {
    let mut body = String::from_utf8(post.body.clone()).unwrap();
    let content_type = post.header("content-type").unwrap();
    let outer = content_type
        .strip_prefix("multipart/mixed; boundary=")
        .unwrap();
    body = body.replace(outer, "OUTER");
    if let Some(at) = body.find("boundary=") {
        let inner = body[at + 9..].lines().next().unwrap().to_owned();
        body = body.replace(&inner, "INNER");
    }
    let lines = body.split("\r\n").filter(|line| {
        !["client-request-id", "accept", "Content-Transfer-Encoding"]
            .iter()
            .any(|name| line.starts_with(name))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// An answer of these parts, between boundaries `b`.
fn answer(parts: &[String]) -> Reply {
    let parts: String = parts
        .iter()
        .map(|part| format!("--b\r\n{part}\r\n"))
        .collect();
    Reply::ok(format!("preamble\r\n{parts}--b--\r\nepilogue"))
        .header("content-type", "multipart/mixed; boundary=\"b\"")
}

/// The answer to one request, with the name that it is given.
fn part(id: Option<&str>, status: u16, body: &str) -> String {
    let id = id.map_or_else(String::new, |id| format!("Content-ID: {id}\r\n"));
    format!(
        "Content-Type: application/http\r\n{id}\r\nHTTP/1.1 {status} Status\r\n\
         Content-Type: application/json\r\n\r\n{body}"
    )
}

fn change_set(parts: &[String]) -> String {
    let parts: String = parts
        .iter()
        .map(|part| format!("--c\r\n{part}\r\n"))
        .collect();
    format!("Content-Type: multipart/mixed; boundary=c\r\n\r\n{parts}--c--\r\n")
}

fn name(name: &str) -> String {
    json!({"name": name}).to_string()
}

#[tokio::test]
async fn requests_and_change_sets_are_written() {
    let server = Server::replies([answer(&[])]).await;
    let client = client(&server);
    let mut batch = client.batch();
    batch.add(get(&client, 1));
    let group = batch.atomicity_group();
    let made = batch.add_to(group, create(&client, "a"));
    batch.add_to(group, batch.result(made).parts().create(&named("b")));
    batch.send().await.unwrap();
    let post = &server.received()[0];
    assert_eq!(post.header("prefer"), Some("odata.continue-on-error"));
    assert_eq!(post.header("accept"), Some("multipart/mixed"));
    let body = shown(post);
    assert!(!body.contains(TOKEN));
    assert_eq!(
        body,
        "--OUTER
Content-Type: application/http
Content-ID: 1

GET things(1) HTTP/1.1


--OUTER
Content-Type: multipart/mixed; boundary=INNER

--INNER
Content-Type: application/http
Content-ID: 2

POST things HTTP/1.1
content-type: application/json
content-length: 12

{\"name\":\"a\"}
--INNER
Content-Type: application/http
Content-ID: 3

POST $2/parts HTTP/1.1
content-type: application/json
content-length: 12

{\"name\":\"b\"}
--INNER--
--OUTER--
"
    );
}

#[tokio::test]
async fn answers_are_found_by_name_or_by_place() {
    let group = |ids: [Option<&str>; 2]| {
        change_set(&[part(ids[0], 201, &name("2")), part(ids[1], 201, &name("3"))])
    };
    let (one, four) = (part(None, 200, &name("1")), part(None, 200, &name("4")));
    let turned = change_set(&[
        part(Some("3"), 201, &name("3")),
        part(Some("2"), 201, &name("2")),
    ]);
    for parts in [
        vec![one.clone(), group([None, None]), four.clone()],
        vec![one.clone(), group([Some("2"), Some("3")]), four.clone()],
        vec![one, turned.clone(), four],
        // With names, the order says nothing.
        vec![
            part(Some("4"), 200, &name("4")),
            turned,
            part(Some("1"), 200, &name("1")),
        ],
    ] {
        let server = Server::replies([answer(&parts)]).await;
        let client = client(&server);
        let mut batch = client.batch();
        let one = batch.add(get(&client, 1));
        let group = batch.atomicity_group();
        let two = batch.add_to(group, create(&client, "a"));
        let three = batch.add_to(group, create(&client, "b"));
        let four = batch.add(get(&client, 4));
        let answers = batch.send().await.unwrap();
        assert_eq!(answers.get(one).unwrap().name.as_deref(), Some("1"));
        assert_eq!(answers.get(two).unwrap().value(), Some(&named("2")));
        assert_eq!(answers.get(three).unwrap().value(), Some(&named("3")));
        assert_eq!(answers.get(four).unwrap().name.as_deref(), Some("4"));
    }
}

#[tokio::test]
async fn one_failure_is_that_of_its_change_set() {
    let failure = r#"{"error":{"code":"Conflict","message":"no"}}"#;
    for id in [None, Some("2")] {
        let server = Server::replies([answer(&[
            part(id, 409, failure),
            part(None, 200, &name("3")),
        ])])
        .await;
        let client = client(&server);
        let mut batch = client.batch();
        let group = batch.atomicity_group();
        let both = [1, 2].map(|_| batch.add_to(group, create(&client, "a")));
        let apart = batch.add(get(&client, 3));
        let answers = batch.send().await.unwrap();
        for handle in both {
            assert_eq!(answers.get(handle).unwrap_err().code(), Some("Conflict"));
        }
        answers.get(apart).unwrap();
    }
}

#[tokio::test]
async fn dependents_are_posted_later() {
    let server = Server::replies([
        answer(&[
            part(None, 201, r#"{"@odata.id":"things(7)"}"#),
            part(None, 404, "{}"),
        ]),
        answer(&[part(None, 201, &name("below"))]),
    ])
    .await;
    let client = client(&server);
    let mut batch = client.batch();
    let made = batch.add(create(&client, "a"));
    let lost = batch.add(get(&client, 2));
    let below = batch.add(batch.result(made).parts().create(&named("b")));
    let never = batch.add(create(&client, "c"));
    batch.depends_on(never, lost);
    let answers = batch.send().await.unwrap();
    assert_eq!(answers.get(below).unwrap().value(), Some(&named("below")));
    assert_eq!(
        answers.get(never).unwrap_err().kind(),
        ErrorKind::FailedDependency
    );
    let second = shown(&server.received()[1]);
    assert!(second.contains("POST things(7)/parts HTTP/1.1"), "{second}");
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn lenient_and_broken_answers_are_told_apart() {
    let fine = "HTTP/1.1 204 No Content\r\n\r\n";
    let http = "Content-Type: application/http\r\n\r\n";
    let long = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}\r\n\r\n",
        name("x").len(),
        name("x")
    );
    for (body, expected) in [
        // Line feeds alone, and a boundary with white space behind it.
        (format!("--b \n{http}{fine}\n--b--"), Ok(())),
        (format!("--b\r\n{http}{long}\r\n--b--"), Ok(())),
        (format!("--b\r\n{http}HTTP/1.1 204\r\n--b--"), Ok(())),
        (
            format!("--b\r\n{http}{fine}\r\n"),
            Err("before its last boundary"),
        ),
        ("nothing".to_owned(), Err("before its last boundary")),
        (
            format!("--b\r\n{http}what\r\n--b--"),
            Err("it has no status"),
        ),
        ("--b--".to_owned(), Err("no answer to this request")),
        (
            format!("{}--b--", "--b\r\n\r\n".repeat(1_000)),
            Err("far more answers"),
        ),
        (
            format!(
                "{0}{0}--b--",
                format!("--b\r\n{http}{fine}\r\n")
                    .replace("\r\n\r\nH", "\r\nContent-ID: 1\r\n\r\nH")
            ),
            Err("more than one answer"),
        ),
    ] {
        let reply = Reply::ok(body.clone()).header("content-type", "multipart/mixed;boundary=b");
        let server = Server::replies([reply]).await;
        let client = client(&server);
        let mut batch = client.batch();
        let handle = batch.add(client.root().segment("x").get::<Option<Thing>>());
        let outcome = batch.send().await.and_then(|answers| answers.get(handle));
        match (outcome, expected) {
            (Ok(_), Ok(())) => {}
            (Err(error), Err(expected)) => {
                let causes = format!("{error:?}");
                assert!(causes.contains(expected), "{body:?}: {causes}");
            }
            (outcome, _) => panic!("{body:?}: {outcome:?}"),
        }
    }
}

#[tokio::test]
async fn either_format_is_read_whatever_was_sent() {
    let json =
        json!({"responses": [{"id": "1", "status": 200, "body": {"name": "one"}}]}).to_string();
    let replies = [
        (
            BatchFormat::Multipart,
            Reply::ok(json).header("content-type", "application/json"),
        ),
        (
            BatchFormat::Json,
            answer(&[part(Some("1"), 200, &name("one"))]),
        ),
    ];
    for (format, reply) in replies {
        let server = Server::replies([reply]).await;
        let settings = BatchSettings::new()
            .format(format)
            .urls(BatchUrls::Absolute);
        let client = builder(&server).batch(settings).build().unwrap();
        let mut batch = client.batch();
        let one = batch.add(get(&client, 1));
        let answers = batch.send().await.unwrap();
        assert_eq!(answers.get(one).unwrap().name.as_deref(), Some("one"));
    }
}

#[tokio::test]
async fn a_thousand_throttled_calls_complete() {
    let seen = std::sync::Mutex::new(std::collections::HashSet::new());
    let server = Server::start(move |post| {
        let body = String::from_utf8(post.body.clone()).unwrap();
        let urls = body
            .lines()
            .filter_map(|line| line.strip_prefix("GET ")?.split(' ').next());
        let parts: Vec<_> =
            urls.enumerate()
                .map(
                    |(at, url)| match at % 10 < 3 && seen.lock().unwrap().insert(url.to_owned()) {
                        true => part(None, 429, "")
                            .replace("Status\r\n", "Status\r\nRetry-After: 2\r\n"),
                        false => part(None, 200, &name(url)),
                    },
                )
                .collect();
        answer(&parts)
    })
    .await;
    let client = builder(&server).batch(SETTINGS.limit(20)).build().unwrap();
    let mut batch = client.batch();
    let handles: Vec<_> = (0..1_000).map(|key| batch.add(get(&client, key))).collect();
    let answers = batch.send().await.unwrap();
    for (key, handle) in handles.into_iter().enumerate() {
        let expected = format!("things({key})");
        assert_eq!(answers.get(handle).unwrap().name, Some(expected));
    }
    let first: usize = server.received()[..50]
        .iter()
        .map(|it| shown(it).matches("GET ").count())
        .sum();
    assert_eq!(first, 1_000);
}
