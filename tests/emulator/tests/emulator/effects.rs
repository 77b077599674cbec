//! Requests one after the other: the status of each, its answer, and what it has done.

use crate::common::{builder, send};
use graph_emulator::Emulator;
use serde_json::{Value, json};

/// A request (method, path and, now and then, a preference), its body, the status of the answer,
/// and what it has, but for control information; null where there is nothing or an error.
type Row<'a> = (&'a str, Value, u16, Value);

async fn directory() -> Emulator {
    let messages = json!([{"id": "1", "subject": "b"}, {"id": "2", "subject": "a"}]);
    let users = json!([
        {"id": "a", "displayName": "Adele", "age": 40, "code": "abc", "home": {"city": "Oslo"},
         "messages": messages},
        {"id": "b", "manager@odata.bind": "users/a"},
    ]);
    let groups = json!([{"id": "g", "members@odata.bind": ["users/b"]}, {"id": "h"}]);
    let setup = builder().metadata(include_str!("../directory.csdl"));
    let setup = setup.with_entities("users", users);
    setup.with_entities("groups", groups).start().await.unwrap()
}

async fn play<const N: usize>(rows: [Row<'_>; N]) {
    let emulator = directory().await;
    for (request, body, status, expected) in rows {
        let mut words = request.splitn(3, ' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let prefer = [("prefer", words.next().unwrap_or_default())];
        let body = Some(body).filter(|body| !body.is_null());
        let response = send(&emulator, method.parse().unwrap(), path, &prefer, body).await;
        let found = response.status();
        let content_type = crate::common::header(&response, "content-type").to_owned();
        let text = response.text().await.unwrap();
        assert_eq!(found, status, "{request}: {text}");
        let mut answer = match text.as_str() {
            "" => Value::Null,
            _ if status >= 400 => Value::Null,
            text if content_type == "text/plain" => text.into(),
            text => serde_json::from_str(text).unwrap(),
        };
        strip(&mut answer, &format!("{}/", emulator.endpoint()));
        assert_eq!(answer, expected, "{request}");
    }
}

/// Takes out what a client need not look at, and the root of addresses.
fn strip(value: &mut Value, root: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| strip(item, root)),
        Value::Object(members) => {
            let is_kept = |name: &str| name.ends_with("@odata.count") || name == "@odata.id";
            members.retain(|name, _| !name.contains("@odata.") || is_kept(name));
            members.values_mut().for_each(|member| strip(member, root));
        }
        Value::String(text) => {
            if let Some(path) = text.strip_prefix(root) {
                *text = path.to_owned();
            }
        }
        _ => {}
    }
}

fn ids(ids: &[&str]) -> Value {
    let items = ids.iter().map(|id| json!({"id": id}));
    json!({"value": items.collect::<Vec<_>>()})
}

const NONE: Value = Value::Null;

#[tokio::test]
async fn entities_are_replaced() {
    let shown = "PUT /users/a return=representation";
    play([
        ("PUT /users/x", json!({"age": 1}), 404, NONE),
        ("PUT /users/a", json!({"nothing": 1}), 400, NONE),
        ("PUT /users/a", json!({"tags": null}), 400, NONE),
        ("PUT /users/a", json!({"code": "x"}), 400, NONE),
        (
            "PUT /users/a",
            json!({"manager@odata.bind": "users/x"}),
            404,
            NONE,
        ),
        ("GET /users/a?$select=age", NONE, 200, json!({"age": 40})),
        (
            shown,
            json!({"id": "z", "age": 1}),
            200,
            json!({"id": "a", "age": 1}),
        ),
        // What was immutable has gone, so it can have another value.
        (
            "PUT /users/a",
            json!({"code": "x", "createdBy": "me"}),
            204,
            NONE,
        ),
        ("GET /users/a", NONE, 200, json!({"id": "a", "code": "x"})),
        ("PUT /users/b", json!({}), 204, NONE),
        ("GET /users/b", NONE, 200, json!({"id": "b"})),
        // What navigation properties lead to stays.
        (
            "GET /users/a/messages?$select=id",
            NONE,
            200,
            ids(&["1", "2"]),
        ),
        (
            "GET /users/b/manager?$select=id",
            NONE,
            200,
            json!({"id": "a"}),
        ),
    ])
    .await;
}

#[tokio::test]
async fn entities_are_merged() {
    let shown = "PATCH /users/a?$select=id return=representation";
    let street = json!({"home": {"street": "Main"}});
    let all = json!({"id": "a", "displayName": null, "age": 40, "code": "abc",
        "home": {"city": "Oslo", "street": "Main"}});
    play([
        ("PATCH /users/a", street, 204, NONE),
        (shown, json!({"displayName": null}), 200, all),
        (
            "PATCH /users/a",
            json!({"home": null, "manager@odata.bind": "users/b"}),
            204,
            NONE,
        ),
        (
            "GET /users/a?$select=home",
            NONE,
            200,
            json!({"home": null}),
        ),
        (
            "PATCH /users/a",
            json!({"home": {"city": "Bern"}}),
            204,
            NONE,
        ),
        (
            "GET /users/a?$select=home",
            NONE,
            200,
            json!({"home": {"city": "Bern"}}),
        ),
        (
            "GET /users/a/manager?$select=id",
            NONE,
            200,
            json!({"id": "b"}),
        ),
    ])
    .await;
}

#[tokio::test]
async fn entities_are_made_with_others() {
    let twice = json!({"id": "n", "messages": [{"id": "1"}, {"id": "1"}]});
    let nobody = json!({"id": "n", "messages": [{"id": "1"}], "manager@odata.bind": "users/n"});
    let whole = json!({"id": "n", "age": 1, "createdBy": "me", "messages": [{"id": "1"}],
        "manager@odata.bind": "users/b"});
    play([
        ("POST /users", twice, 409, NONE),
        // Nobody is a manager before being there.
        ("POST /users", nobody, 404, NONE),
        ("GET /users?$select=id", NONE, 200, ids(&["a", "b"])),
        (
            "POST /users",
            whole.clone(),
            201,
            json!({"id": "n", "age": 1}),
        ),
        ("POST /users", whole, 409, NONE),
        ("POST /users return=minimal", json!({"id": "m"}), 204, NONE),
        (
            "GET /users?$select=id",
            NONE,
            200,
            ids(&["a", "b", "n", "m"]),
        ),
        ("GET /users/n/messages", NONE, 200, ids(&["1"])),
        ("GET /users/n/manager", NONE, 200, json!({"id": "b"})),
    ])
    .await;
}

#[tokio::test]
async fn entities_are_made_below_navigation() {
    let members = "GET /groups/g/members?$select=id";
    play([
        ("POST /groups/x/members", json!({"id": "n"}), 404, NONE),
        // The body is looked at first.
        ("POST /groups/x/members", json!({"age": "1"}), 400, NONE),
        (
            "POST /groups/g/members",
            json!({"id": "n", "age": 1}),
            201,
            json!({"id": "n", "age": 1}),
        ),
        (members, NONE, 200, ids(&["b", "n"])),
        ("GET /users/n", NONE, 200, json!({"id": "n", "age": 1})),
        // One of the key is a member, one is not.
        ("POST /groups/g/members", json!({"id": "n"}), 409, NONE),
        ("POST /groups/g/members", json!({"id": "a"}), 409, NONE),
        ("POST /groups/h/members", json!({"id": "n"}), 409, NONE),
        ("POST /users", json!({"id": "n"}), 409, NONE),
        (members, NONE, 200, ids(&["b", "n"])),
        ("GET /groups/h/members", NONE, 200, ids(&[])),
        ("GET /users/$count", NONE, 200, json!("3")),
        ("DELETE /users/n", NONE, 204, NONE),
        (members, NONE, 200, ids(&["b"])),
        (
            "POST /groups/g/members",
            json!({"id": "n"}),
            201,
            json!({"id": "n"}),
        ),
    ])
    .await;
}

#[tokio::test]
async fn properties_are_set_one_by_one() {
    play([
        ("GET /users/x/displayName", NONE, 404, NONE),
        ("PUT /users/x/displayName", json!({"value": "X"}), 404, NONE),
        ("DELETE /users/x/home/city", NONE, 404, NONE),
        ("GET /users/x/home/city/$value", NONE, 404, NONE),
        (
            "GET /users/a/home/city",
            NONE,
            200,
            json!({"value": "Oslo"}),
        ),
        ("GET /users/a/home/city/$value", NONE, 200, json!("Oslo")),
        (
            "PUT /users/a/home/city",
            json!({"value": "Bern"}),
            204,
            NONE,
        ),
        ("GET /users/a/home", NONE, 200, json!({"city": "Bern"})),
        ("DELETE /users/a/home/city", NONE, 204, NONE),
        ("GET /users/a/home/city", NONE, 204, NONE),
        ("GET /users/a/home/city/$value", NONE, 204, NONE),
        ("DELETE /users/a/displayName", NONE, 204, NONE),
        ("GET /users/a/displayName", NONE, 204, NONE),
        (
            "PUT /users/a/displayName",
            json!({"value": null}),
            204,
            NONE,
        ),
        // What has no value gets one along with its part.
        (
            "PUT /users/b/home/city",
            json!({"value": "Rome"}),
            204,
            NONE,
        ),
        (
            "GET /users/b",
            NONE,
            200,
            json!({"id": "b", "home": {"city": "Rome"}}),
        ),
    ])
    .await;
}

#[tokio::test]
async fn contained_entities_are_changed_in_place() {
    let second = json!({"id": "2", "subject": "c"});
    play([
        ("GET /users/x/messages", NONE, 404, NONE),
        ("POST /users/x/messages", json!({"id": "1"}), 404, NONE),
        ("GET /users/x/messages/1", NONE, 404, NONE),
        ("GET /users/b/messages/1", NONE, 404, NONE),
        (
            "PATCH /users/a/messages/9",
            json!({"subject": "c"}),
            404,
            NONE,
        ),
        ("DELETE /users/a/messages/9", NONE, 404, NONE),
        (
            "PATCH /users/a/messages/2",
            json!({"id": "9", "subject": "c"}),
            204,
            NONE,
        ),
        ("GET /users/a/messages/2", NONE, 200, second.clone()),
        ("POST /users/a/messages", json!({"id": "1"}), 409, NONE),
        // The same key is another's somewhere else.
        (
            "POST /users/b/messages",
            json!({"id": "1"}),
            201,
            json!({"id": "1"}),
        ),
        ("DELETE /users/a/messages/1", NONE, 204, NONE),
        (
            "GET /users/a/messages",
            NONE,
            200,
            json!({"value": [second]}),
        ),
        ("GET /users/b/messages", NONE, 200, ids(&["1"])),
    ])
    .await;
}

#[tokio::test]
async fn references_are_set_and_removed() {
    let to = |id: &str| json!({"@odata.id": format!("users/{id}")});
    let all = |ids: &[&str]| {
        let items = ids
            .iter()
            .map(|id| json!({"@odata.id": format!("users('{id}')")}));
        json!({"value": items.collect::<Vec<_>>()})
    };
    let members = "GET /groups/g/members/$ref";
    play([
        ("GET /groups/x/members/$ref", NONE, 404, NONE),
        ("POST /groups/x/members/$ref", to("a"), 404, NONE),
        ("POST /groups/g/members/$ref", to("x"), 404, NONE),
        ("POST /groups/g/members/$ref", to("b"), 400, NONE),
        ("GET /groups/g/members/a", NONE, 404, NONE),
        ("DELETE /groups/g/members/a/$ref", NONE, 404, NONE),
        (members, NONE, 200, all(&["b"])),
        ("POST /groups/g/members/$ref", to("a"), 204, NONE),
        (members, NONE, 200, all(&["b", "a"])),
        (
            "GET /groups/g/members/a?$select=id",
            NONE,
            200,
            json!({"id": "a"}),
        ),
        ("DELETE /groups/g/members/b/$ref", NONE, 204, NONE),
        (members, NONE, 200, all(&["a"])),
        ("GET /users/a/manager", NONE, 404, NONE),
        ("GET /users/a/manager/$ref", NONE, 404, NONE),
        ("DELETE /users/a/manager/$ref", NONE, 404, NONE),
        ("PUT /users/a/manager/$ref", to("x"), 404, NONE),
        ("PUT /users/x/manager/$ref", to("a"), 404, NONE),
        ("PUT /users/a/manager/$ref", to("a"), 204, NONE),
        ("PUT /users/a/manager/$ref", to("b"), 204, NONE),
        ("GET /users/a/manager/$ref", NONE, 200, to_only("b")),
        ("GET /users/a/manager", NONE, 200, json!({"id": "b"})),
        // Who goes is nobody's manager and no member.
        ("DELETE /users/a", NONE, 204, NONE),
        ("GET /users/b/manager", NONE, 404, NONE),
        (members, NONE, 200, all(&[])),
        ("DELETE /users/a", NONE, 404, NONE),
    ])
    .await;
}

fn to_only(id: &str) -> Value {
    json!({"@odata.id": format!("users('{id}')")})
}

#[tokio::test]
async fn places_that_lead_on_are_not_there() {
    play([
        ("GET /me/messages", NONE, 200, ids(&[])),
        ("GET /me", NONE, 404, NONE),
        ("DELETE /me", NONE, 404, NONE),
        (
            "POST /me/messages",
            json!({"id": "1"}),
            201,
            json!({"id": "1"}),
        ),
        ("GET /me", NONE, 404, NONE),
        ("PATCH /me", json!({"id": "me"}), 204, NONE),
        ("GET /me", NONE, 200, json!({"id": "me"})),
        ("GET /me/messages", NONE, 200, ids(&["1"])),
    ])
    .await;
}

#[tokio::test]
async fn expanded_entities_are_shaped() {
    let (first, second) = (
        json!({"id": "1", "subject": "b"}),
        json!({"id": "2", "subject": "a"}),
    );
    for (options, count, items) in [
        ("$filter=subject%20eq%20'a'", None, json!([second])),
        ("$orderby=subject", None, json!([second, first])),
        (
            "$orderby=subject%20desc;$top=1;$count=true",
            Some(2),
            json!([first]),
        ),
        ("$filter=subject%20eq%20'x';$count=true", Some(0), json!([])),
    ] {
        let request = format!("GET /users/a?$select=id&$expand=messages({options})");
        let mut expected = json!({"id": "a", "messages": items});
        if let Some(count) = count {
            expected["messages@odata.count"] = count.into();
        }
        play([(request.as_str(), NONE, 200, expected)]).await;
    }
    let members = |items: Value| json!({"value": [{"id": "g", "members": items}, {"id": "h", "members": []}]});
    let manager = json!({"id": "b", "manager": {"id": "a"}});
    play([
        // A collection is never null.
        (
            "GET /users/a?$select=id,tags,level",
            NONE,
            200,
            json!({"id": "a", "level": null}),
        ),
        (
            "GET /users/a?$select=id&$expand=manager",
            NONE,
            200,
            json!({"id": "a", "manager": null}),
        ),
        (
            "GET /users/b?$expand=manager($select=id)",
            NONE,
            200,
            manager.clone(),
        ),
        (
            "GET /groups/g/members?$expand=manager($select=id)",
            NONE,
            200,
            json!({"value": [manager]}),
        ),
        (
            "GET /groups?$expand=members($select=id)",
            NONE,
            200,
            members(json!([{"id": "b"}])),
        ),
    ])
    .await;
}
