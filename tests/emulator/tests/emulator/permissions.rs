//! Permissions: what is refused without them, and which a program needs.

use crate::common::{assert_refused, builder, get, json as body, post, send};
use graph_emulator::{Emulator, EmulatorBuilder, Scheme, StartError};
use reqwest::Method;
use serde_json::{Value, json};

/// A document in Graph's format: permissions with what they allow.
fn document() -> String {
    let scheme = |level: u32| json!({"privilegeLevel": level});
    let permission = |level: u32, sets: Value| {
        json!({
            "schemes": {"DelegatedWork": scheme(level), "Application": scheme(level)},
            "pathSets": sets,
        })
    };
    let both = json!(["DelegatedWork", "Application"]);
    let least = "least=DelegatedWork,Application";
    json!({"permissions": {
        "Mail.ReadBasic": permission(1, json!([
            {"schemeKeys": ["DelegatedWork"], "methods": ["GET"], "paths": {
                "/me/messages": "least=DelegatedWork", "/me/messages/{id}": "least=DelegatedWork",
            }},
        ])),
        "Mail.ReadWrite": permission(2, json!([
            {"schemeKeys": both, "methods": ["GET", "POST"], "paths": {
                "/me/messages": "", "/users/{id}/messages": least,
            }},
        ])),
        "User.Read": permission(1, json!([
            {"schemeKeys": ["DelegatedWork"], "methods": ["GET"], "paths": {"/me": "least=DelegatedWork"}},
        ])),
        "User.Read.All": permission(3, json!([
            {"schemeKeys": both, "methods": ["GET"], "paths": {
                "/Users": least, "/users/{id}": "", "/users/{id}/tips(since={value})": least,
            }},
            {"schemeKeys": both, "methods": ["POST"], "paths": {
                "/groups/{id}/members": "least=Application;AlsoRequires=Group.Read,Group.ReadWrite",
            }},
        ])),
    }})
    .to_string()
}

fn directory() -> EmulatorBuilder {
    let users = json!([{"id": "a", "messages": [{"id": "1"}]}, {"id": "b"}]);
    let setup = builder().metadata(include_str!("../directory.csdl"));
    let setup = setup.permissions(document()).with_entities("users", users);
    let setup = setup.with_entity("me", json!({"id": "a", "messages": [{"id": "1"}]}));
    setup.with_entities("groups", json!([{"id": "g"}]))
}

async fn status(emulator: &Emulator, path: &str) -> u16 {
    get(emulator, path).await.status().as_u16()
}

async fn add_member(emulator: &Emulator) -> u16 {
    let user = json!({"@odata.id": format!("{}/users/a", emulator.endpoint())});
    let response = post(emulator, "/groups/g/members/$ref", user).await;
    response.status().as_u16()
}

#[tokio::test]
async fn what_is_not_granted_is_refused() {
    let emulator = directory()
        .granted(["Mail.ReadBasic"])
        .start()
        .await
        .unwrap();
    for path in [
        "/me/messages",
        "/me/messages('1')",
        "/me/messages/1",
        "/me/messages/$count",
    ] {
        assert_eq!(status(&emulator, path).await, 200, "{path}");
    }
    let message = "Insufficient privileges to complete the operation.";
    for path in [
        "/me",
        "/users",
        "/users('a')",
        "/users/a",
        "/users/a/messages",
    ] {
        assert_refused(get(&emulator, path).await, 403, message).await;
    }
    let response = post(&emulator, "/me/messages", json!({"subject": "x"})).await;
    assert_refused(response, 403, message).await;
    let error = body(get(&emulator, "/me").await).await;
    assert_eq!(error["error"]["code"], "Authorization_RequestDenied");
    emulator.granted(["User.Read", "Mail.ReadWrite"]);
    for path in ["/me", "/me/messages", "/users/a/messages"] {
        assert_eq!(status(&emulator, path).await, 200, "{path}");
    }
    // The same permission is another one for an application.
    emulator.granted_to(Scheme::Application, ["User.Read", "Mail.ReadWrite"]);
    assert_eq!(status(&emulator, "/me").await, 403);
    assert_eq!(status(&emulator, "/users/a/messages").await, 200);
}

#[tokio::test]
async fn some_permissions_need_another_one() {
    let emulator = directory().start().await.unwrap();
    for (granted, expected) in [
        (vec!["User.Read.All"], 403),
        (vec!["Group.Read"], 403),
        (vec!["User.Read.All", "Group.ReadWrite"], 204),
    ] {
        emulator.granted_to(Scheme::Application, granted.clone());
        assert_eq!(add_member(&emulator).await, expected, "{granted:?}");
    }
}

#[tokio::test]
async fn parts_of_batches_are_checked_too() {
    let emulator = directory().granted(["User.Read"]).start().await.unwrap();
    let part = |id: &str, url: &str| json!({"id": id, "method": "GET", "url": url});
    let batch = json!({"requests": [part("1", "/me"), part("2", "/users")]});
    let answer = body(post(&emulator, "/$batch", batch).await).await;
    let mut statuses: Vec<_> = answer["responses"].as_array().unwrap().iter().collect();
    statuses.sort_by_key(|it| it["id"].to_string());
    let statuses: Vec<_> = statuses.iter().map(|it| it["status"].clone()).collect();
    assert_eq!(statuses, [200, 403]);
}

#[tokio::test]
async fn the_least_sets_are_told_by_scheme() {
    let emulator = directory().start().await.unwrap();
    let least = |scheme| emulator.permissions_used().least(scheme).map(<[_]>::to_vec);
    assert_eq!(least(Scheme::DelegatedWork).unwrap(), Vec::<String>::new());
    status(&emulator, "/me/messages").await;
    assert_eq!(least(Scheme::DelegatedWork).unwrap(), ["Mail.ReadBasic"]);
    // One permission for both.
    post(&emulator, "/me/messages", json!({"subject": "x"})).await;
    assert_eq!(least(Scheme::DelegatedWork).unwrap(), ["Mail.ReadWrite"]);
    assert_eq!(least(Scheme::Application).unwrap(), ["Mail.ReadWrite"]);
    assert_eq!(least(Scheme::DelegatedPersonal), None);
    add_member(&emulator).await;
    let set = ["Group.Read", "Mail.ReadWrite", "User.Read.All"];
    assert_eq!(least(Scheme::Application).unwrap(), set);
    status(&emulator, "/me").await;
    assert_eq!(least(Scheme::Application), None);
    emulator.clear_requests();
    assert_eq!(least(Scheme::Application).unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn what_the_document_does_not_know_is_told() {
    let emulator = directory().granted(["User.Read"]).start().await.unwrap();
    assert_eq!(status(&emulator, "/rates").await, 200);
    // Under other names, and without what is optional.
    assert_eq!(status(&emulator, "/users/a/tips(from=1)").await, 403);
    assert_eq!(status(&emulator, "/users/a/tips()").await, 403);
    let changes = Some(json!({"displayName": "x"}));
    let response = send(&emulator, Method::PATCH, "/users/a", &[], changes).await;
    assert!(response.status().is_success());
    let used = emulator.permissions_used();
    assert_eq!(used.unknown(), ["GET /rates", "PATCH /users/a"]);
}

#[tokio::test]
async fn documents_that_are_none_end_the_start() {
    let error = builder().permissions("{}").start().await.unwrap_err();
    assert!(matches!(error, StartError::Permissions(_)), "{error}");
    let error = builder().granted(["A"]).start().await.unwrap_err();
    assert!(matches!(error, StartError::NoPermissions), "{error}");
}
