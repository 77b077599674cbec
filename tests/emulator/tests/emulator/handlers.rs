//! Handlers and hooks that change what the emulator holds, over real connections.

use crate::common::{anonymous, assert_refused, builder, get, header, json, post, send};
use graph_emulator::{Emulator, EmulatorBuilder, Fault, Reply, RetryAfter};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const CSDL: &str = include_str!("../directory.csdl");

fn directory() -> EmulatorBuilder {
    builder().metadata(CSDL).with_entities(
        "users",
        json!([
            {"id": "a", "displayName": "Adele", "messages": [{"id": "1", "subject": "Hello"}]},
            {"id": "b", "displayName": "Bernd", "createdBy": "import"},
        ]),
    )
}

#[tokio::test]
async fn an_action_has_an_effect() {
    let emulator = directory()
        .with_action("promote", |call| {
            let level = json!({"level": "gold", "createdBy": call.operation});
            call.entities.update(&call.bound_path, level)
        })
        .with_action("my.tips", |call| {
            let message = json!({"subject": call.parameters["tip"]["text"]});
            let path = format!("{}/messages", call.bound_path);
            match call.entities.create(&path, message) {
                Ok(_) => Value::Null.into(),
                Err(error) => Reply::from(error),
            }
        })
        .with_action("resetAll", |call| {
            for user in call.entities.list("users").unwrap() {
                let id = user["id"].as_str().unwrap();
                call.entities.delete(&format!("users/{id}")).unwrap();
            }
            assert_eq!(call.bound_path, "");
            Value::Null
        })
        .start()
        .await
        .unwrap();
    for (path, user) in [("/users/a/promote", "a"), ("/users('b')/my.promote", "b")] {
        let promoted = json(post(&emulator, path, json!({})).await).await;
        assert_eq!(promoted["level"], "gold", "{path}");
        let read = json(get(&emulator, &format!("/users/{user}")).await).await;
        assert_eq!(read["level"], "gold");
        assert_eq!(read["createdBy"], "my.promote", "the service alone sets it");
    }
    let tip = json!({"tip": {"text": "Sleep"}});
    assert_eq!(
        post(&emulator, "/users/a/tips", tip.clone()).await.status(),
        204
    );
    let messages = json(get(&emulator, "/users/a/messages?$orderby=subject").await).await;
    assert_eq!(messages["value"][1]["subject"], "Sleep");
    assert_refused(post(&emulator, "/users/x/tips", tip).await, 404, "'x'").await;
    assert_refused(
        post(&emulator, "/users/x/promote", json!({})).await,
        404,
        "'users/x'",
    )
    .await;
    let reset = json!({"hard": true});
    assert_eq!(post(&emulator, "/resetAll", reset).await.status(), 204);
    assert_eq!(
        json(get(&emulator, "/users").await).await["value"],
        json!([])
    );
}

#[tokio::test]
async fn a_function_reads_what_is_there() {
    let emulator = directory()
        .with_function("recent", |call| {
            let users = call.entities.list(&call.bound_path);
            users.map(Value::from)
        })
        .start()
        .await
        .unwrap();
    assert_eq!(
        json(get(&emulator, "/users/recent()/$count").await).await,
        2
    );
    post(&emulator, "/users", json!({"id": "c"})).await;
    let page = json(get(&emulator, "/users/my.recent()").await).await;
    assert_eq!(page["value"][2]["id"], "c");
}

#[tokio::test]
async fn a_test_changes_entities_while_it_runs() {
    let emulator = directory().start().await.unwrap();
    let entities = emulator.entities();
    let made = entities.create(
        "groups",
        json!({"id": "g", "members@odata.bind": ["users/a"]}),
    );
    assert_eq!(made.unwrap()["id"], "g");
    let members = json(get(&emulator, "/groups/g/members").await).await;
    assert_eq!(members["value"][0]["id"], "a");
    entities.update("/users/a", json!({"age": 1})).unwrap();
    entities.update("me", json!({"displayName": "Me"})).unwrap();
    entities
        .update("users/a/settings", json!({"theme": "dark"}))
        .unwrap();
    assert_eq!(json(get(&emulator, "/users/a").await).await["age"], 1);
    assert_eq!(json(get(&emulator, "/me").await).await["displayName"], "Me");
    let theme = json(get(&emulator, "/users/a/settings/theme").await).await;
    assert_eq!(theme["value"], "dark");
    let patched = send(
        &emulator,
        Method::PATCH,
        "/users/a",
        &[],
        Some(json!({"age": 2})),
    )
    .await;
    assert_eq!(patched.status(), 204);
    assert_eq!(entities.get("users('a')").unwrap()["age"], 2);
    entities.delete("users/a").unwrap();
    assert_eq!(entities.get("users/a"), None);
    assert_eq!(entities.list("groups/g/members").unwrap(), [] as [Value; 0]);
    for (error, status, message) in [
        (
            entities.create("users", json!({"age": "x"})).unwrap_err(),
            400,
            "'age'",
        ),
        (
            entities.create("users", json!({"id": "b"})).unwrap_err(),
            409,
            "exists already",
        ),
        (
            entities.create("users/b", json!({})).unwrap_err(),
            400,
            "no collection",
        ),
        (
            entities.update("users/x", json!({})).unwrap_err(),
            404,
            "'users/x'",
        ),
        (entities.delete("users/x").unwrap_err(), 404, "'users/x'"),
        (entities.list("users/b").unwrap_err(), 400, "no collection"),
        (
            entities.list("users/$count").unwrap_err(),
            400,
            "no entities",
        ),
        (
            entities.list("nothing").unwrap_err(),
            400,
            "segment 'nothing'",
        ),
    ] {
        assert_eq!(error.status, status, "{error}");
        assert!(error.message.contains(message), "{error}");
    }
}

#[tokio::test]
async fn hooks_run_before_and_after() {
    let emulator = directory()
        .before_each(|request, _| {
            (request.path.ends_with("/teapot")).then(|| Reply::Empty {
                status: StatusCode::IM_A_TEAPOT,
                location: Some("/users".to_owned()),
            })
        })
        .before_each(|request, entities| {
            let is_count = request.path.ends_with("/users/count");
            is_count.then(|| json!({"count": entities.list("users").unwrap().len()}).into())
        })
        .after_each(|request, status, entities| {
            if request.method == "DELETE" {
                let note = json!({"subject": format!("{} {status}", request.path)});
                entities.create("users/b/messages", note).unwrap();
            }
        })
        .fault_when(|request| {
            let is_lost = request.path.ends_with("/lost");
            is_lost.then_some(Fault::ServiceUnavailable {
                retry_after: RetryAfter::Absent,
            })
        })
        .start()
        .await
        .unwrap();
    let teapot = get(&emulator, "/teapot").await;
    assert_eq!(teapot.status(), 418);
    let location = format!("{}/users", emulator.endpoint());
    assert_eq!(header(&teapot, "location"), location);
    assert_eq!(
        json(get(&emulator, "/users/count").await).await,
        json!({"count": 2})
    );
    let without_token = anonymous(&emulator, "/teapot").send().await.unwrap();
    assert_eq!(without_token.status(), 401);

    let delete = async |emulator: &Emulator, path: &str| {
        send(emulator, Method::DELETE, path, &[], None)
            .await
            .status()
            .as_u16()
    };
    assert_eq!(delete(&emulator, "/users/a").await, 204);
    assert_eq!(delete(&emulator, "/users/a").await, 404);
    assert_eq!(
        delete(&emulator, "/users/lost").await,
        503,
        "it never arrived"
    );
    let notes = json(get(&emulator, "/users/b/messages?$select=subject").await).await;
    let notes = notes["value"].as_array().unwrap();
    let subjects: Vec<&str> = notes.iter().filter_map(|n| n["subject"].as_str()).collect();
    let expected = [
        "/beta/users/a 204 No Content",
        "/beta/users/a 404 Not Found",
    ];
    assert_eq!(subjects, expected);
}
