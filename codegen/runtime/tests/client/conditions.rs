//! Answers without a value: nothing there, nothing new, nothing sent back.

use odata_runtime::{Conditional, ConfigureRequest as _, ErrorKind, Operation, ResourcePath};

use crate::support::{Received, Reply, Server, Thing, client};

static RENAME: Operation = Operation::action("test.rename", "rename", &["name"], &[]);

async fn answering(reply: Reply) -> (Server, ResourcePath) {
    let server = Server::replies([reply]).await;
    let owner = client(&server).root().segment("things").segment("owner");
    (server, owner)
}

fn only(server: &Server) -> Received {
    let mut received = server.received();
    assert_eq!(received.len(), 1, "sent once");
    received.remove(0)
}

#[tokio::test]
async fn an_optional_read_of_nothing_is_none() {
    let nothing = Reply::status(204, "").header("etag", "W/\"7\"");
    for reply in [nothing, Reply::ok("null").header("etag", "W/\"7\"")] {
        let (server, owner) = answering(reply).await;
        let answer = owner.read_optional::<Thing>().select([Thing::NAME]).await;
        let answer = answer.unwrap();
        assert_eq!(answer.value(), None);
        assert_eq!(answer.headers()["etag"], "W/\"7\"");
        let received = only(&server);
        let line = format!("{} {}", received.method, received.target);
        assert_eq!(line, "GET /beta/things/owner?$select=name");
    }
    let (_server, owner) = answering(Reply::ok(r#"{"name":"Ada"}"#)).await;
    let answer = owner.read::<Thing>().optional().send().await.unwrap();
    let thing = answer.require().unwrap();
    assert_eq!(thing.name.as_deref(), Some("Ada"));
    let (_server, owner) = answering(Reply::status(404, "")).await;
    let error = owner.read_optional::<Thing>().send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 404);
}

#[tokio::test]
async fn a_read_of_nothing_says_that_there_is_none() {
    let (_server, owner) = answering(Reply::status(204, "")).await;
    let error = owner.read::<Thing>().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoContent);
    assert_eq!(error.status().unwrap().as_u16(), 204);
    let text = error.to_string();
    let expected = "the service has no such entity or value: it answered 204 No Content";
    assert!(text.contains(expected), "{text}");
    assert!(text.contains("`get_optional`"), "{text}");
    let (_server, owner) = answering(Reply::ok("")).await;
    let error = owner.read::<Thing>().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "a 200 must have a body");
}

#[tokio::test]
async fn a_conditional_read_of_the_same_is_no_error() {
    let unchanged = Reply::status(304, "").header("etag", "W/\"7\"");
    let (server, owner) = answering(unchanged).await;
    let answer = owner
        .read::<Thing>()
        .if_none_match("W/\"7\"")
        .await
        .unwrap();
    assert!(answer.is_not_modified());
    assert_eq!(answer.status().as_u16(), 304);
    assert_eq!(answer.headers()["etag"], "W/\"7\"");
    assert_eq!(answer.into_inner().modified(), None);
    assert_eq!(only(&server).header("if-none-match"), Some("W/\"7\""));

    let optional = owner.read_optional::<Thing>().if_none_match("W/\"7\"");
    let answer = optional.send().await.unwrap();
    assert_eq!(*answer, Conditional::NotModified);
    let raw = owner.get::<serde_json::Value>().if_none_match("*");
    assert!(raw.send().await.unwrap().is_not_modified());

    let list = owner.list::<Thing>().top(1).if_none_match("W/\"7\"");
    assert!(list.send().await.unwrap().is_not_modified());
    let bytes = owner.download().if_none_match("W/\"7\"");
    let answer = bytes.clone().await.unwrap();
    assert!(answer.is_not_modified());
    assert_eq!(answer.headers()["etag"], "W/\"7\"");
    assert!(bytes.open().await.unwrap().is_not_modified());
    for received in &server.received()[3..] {
        assert_eq!(received.header("if-none-match"), Some("W/\"7\""));
    }
}

#[tokio::test]
async fn a_conditional_read_of_another_version_has_it() {
    let (_server, owner) = answering(Reply::ok(r#"{"name":"Ada"}"#)).await;
    let answer = owner
        .read::<Thing>()
        .if_none_match("W/\"6\"")
        .await
        .unwrap();
    let thing = answer.into_inner().modified().unwrap();
    assert_eq!(thing.name.as_deref(), Some("Ada"));

    let (_server, owner) = answering(Reply::status(204, "")).await;
    let optional = owner.read_optional::<Thing>().if_none_match("W/\"6\"");
    let answer = optional.send().await.unwrap();
    assert_eq!(*answer, Conditional::Modified(None));
    let read = owner.read::<Thing>().if_none_match("W/\"6\"");
    let error = read.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoContent);

    let (_server, things) = answering(Reply::ok(r#"{"value":[{"name":"Ada"}]}"#)).await;
    let list = things.list::<Thing>().if_none_match("W/\"6\"");
    let page = list.send().await.unwrap().into_inner().modified().unwrap();
    assert_eq!(page.value.len(), 1);
    let bytes = things.download().if_none_match("W/\"6\"");
    let bytes = bytes.await.unwrap().into_inner().modified().unwrap();
    assert_eq!(&bytes[..], br#"{"value":[{"name":"Ada"}]}"#);

    // Nothing was asked about a version here, so nothing can be made of the answer.
    let (_server, owner) = answering(Reply::status(304, "")).await;
    let error = owner.read::<Thing>().send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 304);
}

/// A write was done whatever comes back: with `return=minimal`, nothing but where it is.
#[tokio::test]
async fn a_minimal_answer_to_a_write_is_success() {
    let place = "/beta/things('1')";
    for status in [201, 204] {
        let minimal = Reply::status(status, "").header("odata-entityid", place);
        let (server, things) = answering(minimal).await;
        let thing = Thing::default();
        let create = things.create(&thing).header("prefer", "return=minimal");
        let update = things.update(&thing).header("prefer", "return=minimal");
        let upsert = things.replace(&thing).header("prefer", "return=minimal");
        for answer in [create.await, update.await, upsert.await] {
            let answer = answer.unwrap();
            assert_eq!((answer.value(), answer.entity_id()), (None, Some(place)));
        }
        let received = server.received();
        let methods = received.iter().map(|request| request.method.as_str());
        assert_eq!(methods.collect::<Vec<_>>(), ["POST", "PATCH", "PUT"]);
        let minimal = Some("return=minimal");
        assert!(received.iter().all(|it| it.header("prefer") == minimal));
    }
}

/// What is declared to answer a value says that the service did its work without sending one.
#[tokio::test]
async fn an_action_without_its_value_was_done() {
    let (server, things) = answering(Reply::status(204, "")).await;
    let call = || {
        let call = things.action_call::<Thing>(&RENAME);
        call.parameter("name", "x")
            .header("prefer", "return=minimal")
    };
    let error = call().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoContent);
    assert_eq!(error.status().unwrap().as_u16(), 204);
    let text = error.to_string();
    let expected = "the service answered 204 No Content and sent no value";
    assert!(text.contains(expected), "{text}");
    assert!(!error.is_retryable());
    assert_eq!(only(&server).body, br#"{"name":"x"}"#);
    let optional = things.action_call::<Option<Thing>>(&RENAME);
    assert_eq!(optional.send().await.unwrap().value(), None);
}
