//! Where services are strict, over real connections.

use crate::common::{assert_refused, authorized, builder, get, header, json, post, send};
use graph_emulator::{Emulator, EmulatorBuilder, Undollared};
use reqwest::Method;
use serde_json::{Value, json};

const CSDL: &str = include_str!("../directory.csdl");

fn directory() -> EmulatorBuilder {
    builder()
        .metadata(CSDL)
        .with_entities(
            "users",
            json!([{
                "id": "a", "displayName": "Adele", "age": 40, "code": "abc", "tags": ["x"],
                "born": "1984-02-03T04:05:06Z", "level": "gold", "home": {"city": "Oslo"},
                "messages": [{"id": "1", "subject": "Hello"}],
            }]),
        )
        .with_stream("users/a/photo", "image/png", [1])
}

async fn accepting(emulator: &Emulator, path: &str, accept: &str) -> reqwest::Response {
    let request = authorized(emulator, path).header("accept", accept);
    request.send().await.unwrap()
}

#[tokio::test]
async fn texts_longer_than_declared_are_refused() {
    let emulator = directory().start().await.unwrap();
    let made = post(&emulator, "/users", json!({"code": "äöü"})).await;
    assert_eq!(made.status(), 201, "characters count, not bytes");
    let refused = post(&emulator, "/users", json!({"code": "abcd"})).await;
    assert_refused(refused, 400, "'code' has the length 4, and 3 is the most").await;
    let refused = post(&emulator, "/users", json!({"country": "NOR"})).await;
    assert_refused(
        refused,
        400,
        "'country' has the length 3, and 2 is the most",
    )
    .await;
}

#[tokio::test]
async fn immutable_properties_keep_their_value() {
    let emulator = directory().start().await.unwrap();
    let patch =
        async |body: Value| send(&emulator, Method::PATCH, "/users/a", &[], Some(body)).await;
    let changed = patch(json!({"code": "x", "age": 1})).await;
    assert_refused(changed, 400, "'code' is immutable").await;
    assert_eq!(emulator.entity("users/a").unwrap()["age"], 40);
    assert_eq!(patch(json!({"code": "abc", "age": 41})).await.status(), 204);
}

#[tokio::test]
async fn options_without_their_dollar_sign() {
    for (undollared, status, count) in [
        (Undollared::Refuse, 400, None),
        (Undollared::Ignore, 200, Some(1)),
        (Undollared::Accept, 200, Some(0)),
    ] {
        let emulator = directory().undollared(undollared).start().await.unwrap();
        let response = get(&emulator, "/users?filter=id eq 'b'&custom=1").await;
        assert_eq!(response.status(), status, "{undollared:?}");
        let items = json(response).await["value"].as_array().map(Vec::len);
        assert_eq!(items, count, "{undollared:?}");
    }
    let emulator = directory().start().await.unwrap();
    let refused = get(&emulator, "/users?Filter=x").await;
    assert_refused(refused, 400, "lacks its dollar sign").await;
    let emulator = directory()
        .undollared(Undollared::Accept)
        .start()
        .await
        .unwrap();
    let twice = get(&emulator, "/users?top=1&$top=1").await;
    assert_refused(twice, 400, "more than once").await;
}

#[tokio::test]
async fn options_given_twice_or_in_another_case() {
    let emulator = directory().start().await.unwrap();
    for path in [
        "/users?$top=1&$top=1",
        "/users?$top=1&$Top=2",
        "/users?@a=1&@a=1",
    ] {
        assert_refused(get(&emulator, path).await, 400, "more than once").await;
    }
    let page = json(get(&emulator, "/users?$Filter=id eq 'b'").await).await;
    assert_eq!(page["value"], json!([]));
}

#[tokio::test]
async fn every_answer_has_the_odata_version() {
    let emulator = directory().start().await.unwrap();
    for (method, path, status) in [
        (Method::GET, "/users", 200),
        (Method::GET, "/users/a", 200),
        (Method::GET, "/users/$count", 200),
        (Method::GET, "/users/a/photo", 200),
        (Method::GET, "/users/b", 404),
        (Method::GET, "/$metadata", 200),
        (Method::DELETE, "/users/a", 204),
    ] {
        let response = send(&emulator, method, path, &[], None).await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(header(&response, "odata-version"), "4.0", "{path}");
    }
}

#[tokio::test]
async fn answers_in_a_form_that_is_accepted() {
    let emulator = directory().start().await.unwrap();
    for path in ["/users", "/users/a", "/users/a/displayName"] {
        let refused = accepting(&emulator, path, "application/atom+xml").await;
        assert_refused(refused, 406, "'application/atom+xml'").await;
    }
    for path in [
        "/users/$count",
        "/users/a/photo",
        "/users/a/displayName/$value",
    ] {
        let response = accepting(&emulator, path, "text/html").await;
        assert_eq!(response.status(), 200, "{path} is no JSON");
    }
    let refused = get(&emulator, "/users?$format=atom").await;
    assert_refused(refused, 406, "'atom'").await;
}

#[tokio::test]
async fn control_information_as_it_is_asked_for() {
    let emulator = directory().start().await.unwrap();
    let path = "/users?$top=1&$count=true&$expand=messages";
    let none = accepting(&emulator, path, "application/json;odata.metadata=none").await;
    assert!(header(&none, "content-type").starts_with("application/json;odata.metadata=none"));
    let none = json(none).await;
    assert_eq!(none["@odata.count"], 1);
    let text = none.to_string();
    assert!(
        !text.contains("etag") && !text.contains("context"),
        "{text}"
    );
    assert_eq!(none["value"][0]["messages"][0]["subject"], "Hello");
    let none = json(get(&emulator, "/users/a?$format=application/json;metadata=none").await).await;
    assert_eq!(none.get("@odata.etag"), None);

    let full = "application/json;odata.metadata=full";
    let user = accepting(&emulator, "/users/a", full).await;
    assert!(header(&user, "content-type").starts_with(full));
    let user = json(user).await;
    let url = format!("{}/users('a')", emulator.endpoint());
    for (name, expected) in [
        ("@odata.type", "#my.user"),
        ("@odata.id", &url),
        ("@odata.editLink", &url),
        ("manager@odata.navigationLink", &format!("{url}/manager")),
        (
            "manager@odata.associationLink",
            &format!("{url}/manager/$ref"),
        ),
        ("born@odata.type", "#DateTimeOffset"),
        ("level@odata.type", "#my.level"),
        ("tags@odata.type", "#Collection(String)"),
    ] {
        assert_eq!(user[name], expected, "{name}");
    }
    assert_eq!(user.get("displayName@odata.type"), None, "JSON tells it");
}

#[tokio::test]
async fn contexts_name_what_is_selected_and_expanded() {
    let emulator = directory().start().await.unwrap();
    for (path, expected) in [
        ("/users", "users"),
        ("/users/a", "users/$entity"),
        ("/users?$select=id,age", "users(id,age)"),
        ("/users?$select=*", "users(*)"),
        ("/users?$expand=messages", "users(messages())"),
        (
            "/users/a?$select=id&$expand=messages($select=subject),manager",
            "users(id,messages(subject),manager())/$entity",
        ),
        ("/users?$expand=manager/$ref", "users(manager/$ref)"),
        ("/users/a/messages", "users('a')/messages"),
        ("/users/a/home/city", "users('a')/home/city"),
    ] {
        let context = json(get(&emulator, path).await).await["@odata.context"].clone();
        let expected = format!("https://graph.microsoft.com/beta/$metadata#{expected}");
        assert_eq!(context, expected, "{path}");
    }
}
