//! Updates with entities inline.

use crate::common::{assert_refused, builder, get, json, send};
use graph_emulator::Emulator;
use reqwest::Method;
use serde_json::{Value, json};

async fn directory() -> Emulator {
    let messages = json!([{"id": "1", "subject": "Hello"}, {"id": "2", "subject": "Bye"}]);
    let users = json!([
        {"id": "b", "displayName": "Bernd"},
        {"id": "c", "displayName": "Cleo"},
        {"id": "a", "displayName": "Adele", "messages": messages, "manager@odata.bind": "users/b"},
    ]);
    let groups = json!([{"id": "g", "members@odata.bind": ["users/a", "users/b"]}]);
    let setup = builder().metadata(include_str!("../directory.csdl"));
    let setup = setup.with_entities("users", users);
    setup.with_entities("groups", groups).start().await.unwrap()
}

async fn change(emulator: &Emulator, method: Method, path: &str, body: Value) -> u16 {
    let response = send(emulator, method, path, &[], Some(body)).await;
    response.status().as_u16()
}

/// The keys and one more property of what a navigation property leads to.
async fn list(emulator: &Emulator, path: &str, property: &str) -> Value {
    let page = json(get(emulator, path).await).await;
    let items = page["value"].as_array().unwrap().iter();
    items
        .map(|item| json!([item["id"], item[property]]))
        .collect()
}

#[tokio::test]
async fn updates_that_are_refused_change_nothing() {
    let emulator = directory().await;
    let before = json(get(&emulator, "/users/a?$expand=messages,manager").await).await;
    for (body, status, message) in [
        (
            json!({"messages": [{"id": "3"}, {"id": "3"}]}),
            409,
            "exists already",
        ),
        (
            json!({"messages": [{"id": "1"}, {"id": "1"}]}),
            409,
            "'messages' more than once",
        ),
        (json!({"messages": [{"nothing": 1}]}), 400, "'nothing'"),
        (json!({"messages": null}), 400, "'messages'"),
        (json!({"manager": {"id": "a"}}), 501, "'manager'"),
        (json!({"manager": {"displayName": 1}}), 400, "displayName"),
        (
            json!({
                "displayName": "X", "messages": [{"id": "1", "subject": "X"}],
                "manager@odata.bind": "users/nobody",
            }),
            404,
            "'nobody'",
        ),
        (
            json!({"messages": [], "manager": {"displayName": "X", "manager": {"id": "a"}}}),
            501,
            "'manager'",
        ),
    ] {
        let response = send(&emulator, Method::PATCH, "/users/a", &[], Some(body)).await;
        assert_refused(response, status, message).await;
        let after = json(get(&emulator, "/users/a?$expand=messages,manager").await).await;
        assert_eq!(after, before);
    }
    let body = json!({"members@odata.bind": ["users/c", "users/nobody"]});
    let group = change(&emulator, Method::PATCH, "/groups/g", body).await;
    assert_eq!(group, 404);
    let members = list(&emulator, "/groups/g/members", "displayName").await;
    assert_eq!(members, json!([["a", "Adele"], ["b", "Bernd"]]));
}

#[tokio::test]
async fn contained_collections_are_as_the_body_has_them() {
    let emulator = directory().await;
    let body = json!({"messages": [{"id": "3", "subject": "New"}, {"id": "2"}]});
    assert_eq!(
        change(&emulator, Method::PATCH, "/users/a", body).await,
        204
    );
    let messages = list(&emulator, "/users/a/messages", "subject").await;
    assert_eq!(messages, json!([["2", "Bye"], ["3", "New"]]));
    assert_eq!(get(&emulator, "/users/a/messages/1").await.status(), 404);

    let body = json!({"displayName": "A", "messages": [{"id": "2"}]});
    assert_eq!(change(&emulator, Method::PUT, "/users/a", body).await, 204);
    let messages = list(&emulator, "/users/a/messages", "subject").await;
    assert_eq!(messages, json!([["2", null]]));

    // What the body does not name stays.
    let body = json!({"displayName": "B"});
    assert_eq!(
        change(&emulator, Method::PATCH, "/users/a", body).await,
        204
    );
    let messages = list(&emulator, "/users/a/messages", "subject").await;
    assert_eq!(messages, json!([["2", null]]));

    let body = json!({"messages": []});
    assert_eq!(
        change(&emulator, Method::PATCH, "/users/a", body).await,
        204
    );
    let messages = list(&emulator, "/users/a/messages", "subject").await;
    assert_eq!(messages, json!([]));
}

#[tokio::test]
async fn what_is_single_is_changed_or_replaced() {
    let emulator = directory().await;
    let theme = async || {
        let response = get(&emulator, "/users/a/settings").await;
        let is_there = response.status() == 200;
        let settings = json(response).await;
        is_there.then(|| json!([settings["id"], settings["theme"]]))
    };
    for (settings, expected) in [
        (json!({"id": "s", "theme": "dark"}), json!(["s", "dark"])),
        (json!({"theme": "light"}), json!(["s", "light"])),
        (json!({"id": "s"}), json!(["s", "light"])),
        (json!({"id": "t"}), json!(["t", null])),
    ] {
        let body = json!({"settings": settings});
        assert_eq!(
            change(&emulator, Method::PATCH, "/users/a", body).await,
            204
        );
        assert_eq!(theme().await, Some(expected));
    }
    let body = json!({"settings": null});
    assert_eq!(
        change(&emulator, Method::PATCH, "/users/a", body).await,
        204
    );
    assert_eq!(theme().await, None);
}

#[tokio::test]
async fn what_is_not_contained_is_let_go() {
    let emulator = directory().await;
    let body = json!({"manager": {"displayName": "Boss"}});
    assert_eq!(
        change(&emulator, Method::PATCH, "/users/a", body).await,
        204
    );
    let body = json!({"members": [{"id": "b"}]});
    assert_eq!(
        change(&emulator, Method::PATCH, "/groups/g", body).await,
        204
    );
    let members = list(&emulator, "/groups/g/members", "displayName").await;
    assert_eq!(members, json!([["b", "Boss"]]));
    assert_eq!(get(&emulator, "/users/a").await.status(), 200);
    let body = json!({"manager": null});
    assert_eq!(
        change(&emulator, Method::PATCH, "/users/a", body).await,
        204
    );
    assert_eq!(get(&emulator, "/users/a/manager").await.status(), 404);
    assert_eq!(get(&emulator, "/users/b").await.status(), 200);
}
