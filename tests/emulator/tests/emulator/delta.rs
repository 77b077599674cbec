//! Delta queries over real connections.

use crate::common::{assert_refused, builder, get, header, json, send};
use graph_emulator::{Emulator, StartError};
use reqwest::{Client, Method, redirect::Policy};
use serde_json::{Value, json};

const CSDL: &str = include_str!("../directory.csdl");
const DRIVES: &str = include_str!("../files.csdl");

async fn directory() -> Emulator {
    builder()
        .metadata(CSDL)
        .with_entities(
            "users",
            json!([
                {"id": "a", "displayName": "Adele", "age": 1},
                {"id": "b", "displayName": "Bernd", "age": 2},
                {"id": "c", "displayName": "Carla", "age": 3},
            ]),
        )
        .start()
        .await
        .unwrap()
}

/// All pages from a URL on: the items, how many pages they were on, and the delta link.
async fn round(url: &str) -> (Vec<Value>, usize, String) {
    let client = Client::builder().redirect(Policy::none()).no_proxy();
    let client = client.build().unwrap();
    let (mut items, mut pages, mut url) = (Vec::new(), 0, url.to_owned());
    loop {
        let response = client.get(&url).bearer_auth("t").send().await.unwrap();
        let page = json(response).await;
        let value = page["value"].as_array();
        items.extend(value.unwrap_or_else(|| panic!("{url}: {page}")).clone());
        pages += 1;
        match (&page["@odata.nextLink"], &page["@odata.deltaLink"]) {
            (Value::String(next), Value::Null) => url = next.clone(),
            (Value::Null, Value::String(delta)) => return (items, pages, delta.clone()),
            _ => panic!("either a next link or a delta link: {page}"),
        }
    }
}

fn ids(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .filter_map(|item| item["id"].as_str())
        .collect()
}

#[tokio::test]
async fn changes_follow_what_was_read() {
    let emulator = directory().await;
    let first = json(get(&emulator, "/users/delta").await).await;
    let context = "https://graph.microsoft.com/beta/$metadata#users";
    assert_eq!(first["@odata.context"], context);
    let (items, pages, link) =
        round(&format!("{}/users/delta()?$top=2", emulator.endpoint())).await;
    assert_eq!((ids(&items), pages), (vec!["a", "b", "c"], 2));
    assert_eq!(items[0]["displayName"], "Adele");

    let (items, _, same) = round(&link).await;
    assert!(items.is_empty(), "nothing has changed: {items:?}");
    let change = Some(json!({"displayName": "Anna"}));
    send(&emulator, Method::PATCH, "/users/a", &[], change).await;
    let new = Some(json!({"id": "d", "displayName": "Dora"}));
    send(&emulator, Method::POST, "/users", &[], new).await;
    send(&emulator, Method::DELETE, "/users/b", &[], None).await;
    for link in [&link, &same] {
        let (items, pages, _) = round(link).await;
        assert_eq!((ids(&items), pages), (vec!["a", "d", "b"], 2), "{link}");
        assert_eq!(items[0]["displayName"], "Anna");
        assert_eq!(
            items[2],
            json!({"id": "b", "@removed": {"reason": "deleted"}})
        );
    }
    let (_, _, link) = round(&link).await;
    assert!(round(&link).await.0.is_empty());
}

#[tokio::test]
async fn options_hold_for_later_rounds() {
    let emulator = directory().await;
    let query = "/users/delta?$select=displayName&$filter=age%20gt%201";
    let (items, _, link) = round(&format!("{}{query}", emulator.endpoint())).await;
    assert_eq!(items.len(), 2);
    assert!(
        items.iter().all(|item| item.get("age").is_none()),
        "{items:?}"
    );
    let change = |age: i32| Some(json!({"age": age}));
    send(&emulator, Method::PATCH, "/users/a", &[], change(5)).await;
    send(&emulator, Method::PATCH, "/users/c", &[], change(0)).await;
    let (items, _, _) = round(&link).await;
    assert_eq!(items[0]["displayName"], "Adele");
    assert!(items[0].get("age").is_none(), "{items:?}");
    let left = json!({"id": "c", "@removed": {"reason": "changed"}});
    assert_eq!(items[1], left, "it is there and fits no longer");
    assert_eq!(items.len(), 2);
}

#[tokio::test]
async fn what_changes_between_pages_comes_later() {
    let emulator = directory().await;
    let first = json(get(&emulator, "/users/delta?$top=1").await).await;
    send(&emulator, Method::DELETE, "/users/a", &[], None).await;
    let change = Some(json!({"age": 9}));
    send(&emulator, Method::PATCH, "/users/c", &[], change).await;
    let next = first["@odata.nextLink"].as_str().unwrap();
    let (items, _, link) = round(next).await;
    assert_eq!(ids(&items), ["b", "c"], "nothing is left out");
    let (items, _, _) = round(&link).await;
    assert_eq!(ids(&items), ["c", "a"]);
}

#[tokio::test]
async fn what_is_made_anew_is_not_removed() {
    let emulator = directory().await;
    let (_, _, link) = round(&format!("{}/users/delta", emulator.endpoint())).await;
    send(&emulator, Method::DELETE, "/users/a", &[], None).await;
    let again = Some(json!({"id": "a", "displayName": "Anew"}));
    send(&emulator, Method::POST, "/users", &[], again).await;
    let (items, _, _) = round(&link).await;
    assert_eq!(items.len(), 1, "{items:?}");
    assert_eq!(items[0]["displayName"], "Anew");
}

#[tokio::test]
async fn the_latest_token_brings_nothing_at_first() {
    let emulator = directory().await;
    let url = format!("{}/users/delta?$deltatoken=latest", emulator.endpoint());
    let (items, _, link) = round(&url).await;
    assert!(items.is_empty());
    send(&emulator, Method::DELETE, "/users/b", &[], None).await;
    assert_eq!(ids(&round(&link).await.0), ["b"]);
}

#[tokio::test]
async fn tokens_that_are_not_known_have_expired() {
    let emulator = directory().await;
    let (_, _, link) = round(&format!("{}/users/delta", emulator.endpoint())).await;
    let token = link.split_once("$deltatoken=").unwrap().1;
    let elsewhere = format!("/users/my.admin/delta?$deltatoken={token}");
    assert_refused(get(&emulator, &elsewhere).await, 410, "begin anew").await;
    let path = "/users/delta?$select=age&$deltatoken=x";
    let response = get(&emulator, path).await;
    let anew = format!("{}/users/delta?$select=age", emulator.endpoint());
    assert_eq!(header(&response, "location"), anew);
    assert_refused(response, 410, "begin anew").await;
    let old = "/users/delta?$deltatoken=2024-01-01T00:00:00Z";
    assert_refused(get(&emulator, old).await, 501, "since a time").await;
    let skip = get(&emulator, "/users/delta?$skip=1").await;
    assert_refused(skip, 501, "'$skip'").await;
}

#[tokio::test]
async fn a_drive_item_says_that_it_is_deleted() {
    let emulator = builder()
        .metadata(DRIVES)
        .with_entity("drive/root", json!({"id": "r", "name": "root"}))
        .with_entities(
            "drive/root/children",
            json!([{"id": "d", "name": "docs", "children": [{"id": "f", "name": "a.txt"}]}]),
        )
        .start()
        .await
        .unwrap();
    let url = format!("{}/drive/root/delta", emulator.endpoint());
    let (items, _, link) = round(&url).await;
    assert_eq!(ids(&items), ["r", "d", "f"], "all that is below");
    assert!(link.contains("/drive/root/delta(token='"), "{link}");
    send(
        &emulator,
        Method::DELETE,
        "/drive/root:/docs/a.txt",
        &[],
        None,
    )
    .await;
    let (items, _, _) = round(&link).await;
    assert_eq!(items, [json!({"id": "f", "deleted": {"state": "deleted"}})]);
    let token = link.split('\'').nth(1).unwrap();
    let path = format!("/drive/root/delta?token={token}");
    assert_eq!(
        json(get(&emulator, &path).await).await["value"],
        json!(items)
    );
    let unknown = get(&emulator, "/drive/root/delta(token='x')").await;
    assert_refused(unknown, 410, "begin anew").await;
}

#[tokio::test]
async fn only_what_is_there_can_be_asked() {
    let emulator = directory().await;
    // A handler goes first, and what is not there is told before that there is none.
    for (path, status, message) in [
        (
            "/users/x/tips",
            404,
            "'x' does not exist. The call of the function 'tips'",
        ),
        ("/users/a/tips", 501, "with_function"),
        ("/users/best()", 501, "with_function"),
    ] {
        assert_refused(get(&emulator, path).await, status, message).await;
    }
    let handled = builder()
        .metadata(CSDL)
        .with_function("delta", |_| json!([{"id": "mine"}]))
        .start()
        .await
        .unwrap();
    let answer = json(get(&handled, "/users/delta").await).await;
    assert_eq!(answer["value"][0]["id"], "mine");
}

#[tokio::test]
async fn facets_that_are_not_declared() {
    let undeclared = builder().metadata(CSDL).deleted_facet("my.user", "gone");
    let error = undeclared.start().await.unwrap_err();
    assert!(matches!(error, StartError::Undeclared(name) if name == "my.user/gone"));
    let declared = builder().metadata(CSDL).deleted_facet("my.user", "home");
    let emulator = declared
        .with_entities("users", json!([{"id": "a"}]))
        .start();
    let emulator = emulator.await.unwrap();
    let (_, _, link) = round(&format!("{}/users/delta", emulator.endpoint())).await;
    emulator.entities().delete("users/a").unwrap();
    let (items, _, _) = round(&link).await;
    assert_eq!(items, [json!({"id": "a", "home": {"state": "deleted"}})]);
}
