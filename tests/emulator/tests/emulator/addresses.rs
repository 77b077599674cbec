//! Addresses that lead somewhere by another way than names and keys, over real connections.

use crate::common::{anonymous, assert_refused, builder, get, header, json, post, send};
use graph_emulator::{Emulator, StartError};
use reqwest::Method;
use serde_json::{Value, json};

const CSDL: &str = include_str!("../directory.csdl");

async fn emulator() -> Emulator {
    builder()
        .metadata(CSDL)
        .with_entities(
            "users",
            json!([
                {"id": "a", "displayName": "Adele", "email": "adele@contoso.com"},
                {"id": "b", "displayName": "Bernd", "manager@odata.bind": "users/a"},
            ]),
        )
        .with_entities(
            "groups",
            json!([{"id": "g", "members@odata.bind": ["users/a", "users/b"]}]),
        )
        .with_function("recent", |call| {
            json!([
                {"id": "x", "displayName": call.parameters.get("days"), "tags": ["t", "u"]},
                {"id": "y", "@odata.type": "#my.admin", "home": {"city": "Oslo"}, "age": 7},
            ])
        })
        .with_function("best", |_| json!({"id": "a", "manager": {"id": "m"}}))
        .with_function(
            "delta",
            |_| json!({"value": [{"id": "x"}], "@odata.deltaLink": "d"}),
        )
        .with_action("promote", |call| call.bound.clone().unwrap_or(Value::Null))
        .lookup_property("my.user", "email")
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_service_document_needs_no_token() {
    let emulator = emulator().await;
    for path in ["", "/"] {
        let response = anonymous(&emulator, path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let document = json(response).await;
        let context = "https://graph.microsoft.com/beta/$metadata";
        assert_eq!(document["@odata.context"], context);
        let expected = json!([
            {"name": "groups", "kind": "EntitySet", "url": "groups"},
            {"name": "me", "kind": "Singleton", "url": "me"},
            {"name": "rates", "kind": "EntitySet", "url": "rates"},
            {"name": "users", "kind": "EntitySet", "url": "users"},
            {"name": "numberOfTips", "kind": "FunctionImport", "url": "numberOfTips"},
        ]);
        assert_eq!(document["value"], expected);
    }
    assert_refused(post(&emulator, "", json!({})).await, 405, "use GET").await;
}

#[tokio::test]
async fn a_slash_at_the_end_means_nothing() {
    let emulator = emulator().await;
    for path in ["/users/", "/users/a/", "/users/$count/", "/users/recent()/"] {
        assert_eq!(get(&emulator, path).await.status(), 200, "{path}");
    }
    assert_refused(get(&emulator, "/users//a").await, 400, "segment ''").await;
    assert_refused(get(&emulator, "/users/a//").await, 400, "segment ''").await;
}

#[tokio::test]
async fn references_can_be_read_everywhere() {
    let emulator = emulator().await;
    let url = |path: &str| format!("{}/{path}", emulator.endpoint());
    for path in [
        "/users/a/$ref",
        "/users/b/manager/$ref",
        "/groups/g/members/a/$ref",
    ] {
        let reference = json(get(&emulator, path).await).await;
        assert_eq!(reference["@odata.id"], url("users('a')"), "{path}");
    }
    let path = "/groups/g/members/$ref?$filter=id eq 'b'&$count=true";
    let references = json(get(&emulator, path).await).await;
    assert_eq!(
        references["value"],
        json!([{"@odata.id": url("users('b')")}])
    );
    assert_eq!(references["@odata.count"], 1);
    let all = json(get(&emulator, "/users/$ref").await).await;
    assert_eq!(all["value"].as_array().unwrap().len(), 2);
    let deleted = send(&emulator, Method::DELETE, "/users/a/$ref", &[], None).await;
    assert_refused(deleted, 405, "use GET").await;
    assert_refused(get(&emulator, "/users/x/$ref").await, 404, "'x'").await;
    assert_refused(
        get(&emulator, "/users/a/displayName/$ref").await,
        400,
        "'$ref'",
    )
    .await;
}

#[tokio::test]
async fn paths_go_on_from_what_functions_return() {
    let emulator = emulator().await;
    for (path, expected) in [
        ("/users/recent()/$count", json!(2)),
        ("/users/recent(days=3)/x/displayName/$value", json!(3)),
        (
            "/users/recent(days=@d)('x')/displayName/$value?@d=4",
            json!(4),
        ),
        ("/users/recent()('y')/age/$value", json!(7)),
        ("/users/recent()/my.admin/$count", json!(1)),
    ] {
        let response = get(&emulator, path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(json(response).await, expected, "{path}");
    }
    let city = json(get(&emulator, "/users/recent()/y/home").await).await;
    assert_eq!(city["city"], "Oslo");
    let tags = json(get(&emulator, "/users/recent()/x/tags").await).await;
    assert_eq!(tags["value"], json!(["t", "u"]));
    let admins = json(get(&emulator, "/users/recent()/my.admin").await).await;
    assert_eq!(admins["value"][0]["id"], "y");
    let manager = json(get(&emulator, "/users/best()/manager/id").await).await;
    assert_eq!(manager["value"], "m");
    let page = json(get(&emulator, "/users/recent()/my.user?$top=1").await).await;
    assert_eq!(page["value"][0]["id"], "x");
    assert!(page["@odata.nextLink"].is_string());
    assert_eq!(get(&emulator, "/users/recent()/x/age").await.status(), 204);
    for (path, status, message) in [
        ("/users/recent()/z", 404, "'z'"),
        ("/users/recent()/x/nothing", 400, "'nothing'"),
        ("/users/recent(nights=1)/$count", 400, "'nights'"),
        ("/users/recent()/$ref", 501, "no references"),
        ("/users/recent()/x/my.admin", 404, "my.admin"),
        ("/users/best()('a')", 400, "'best'"),
        ("/users('a')('b')", 400, "'users'"),
        // Not composable by the metadata.
        ("/users/delta()/$count", 400, "'$count'"),
    ] {
        assert_refused(get(&emulator, path).await, status, message).await;
    }
    let patched = send(
        &emulator,
        Method::PATCH,
        "/users/best()",
        &[],
        Some(json!({})),
    )
    .await;
    assert_eq!(patched.status(), 405);
    let path = "/users/best()/manager";
    let patched = send(&emulator, Method::PATCH, path, &[], Some(json!({}))).await;
    assert_refused(patched, 501, "only reads").await;
}

#[tokio::test]
async fn what_is_grammatical_but_not_served_is_named() {
    let emulator = emulator().await;
    for (path, message) in [
        ("/users/report?days=1", "'days'"),
        ("/users/report?@days=[1]", "'@days'"),
        ("/users/report(days=@d)?@d=$root/users('a')/tags", "'$root/"),
        ("/users/recent(days=@d)?@d=my.age(of=1)", "'my.age(of=1)'"),
        ("/users/a/tags/0", "'0'"),
        ("/users/a/tags/-1", "'-1'"),
        ("/users?$expand=messages(@a=$this;$top=1)", "'@a=$this'"),
    ] {
        assert_refused(get(&emulator, path).await, 501, message).await;
    }
    for (path, message) in [
        ("/users/report(days=@d)?@d=root", "'root'"),
        ("/users/a/tags/x", "'x'"),
        ("/users?$expand=messages(a=1)", "'a=1'"),
    ] {
        assert_refused(get(&emulator, path).await, 400, message).await;
    }
}

#[tokio::test]
async fn a_property_taken_for_the_key() {
    let emulator = emulator().await;
    for path in [
        "/users('adele@contoso.com')",
        "/users/Adele@Contoso.com",
        "/users/adele%40contoso.com",
        "/groups/g/members/adele@contoso.com",
    ] {
        assert_eq!(json(get(&emulator, path).await).await["id"], "a", "{path}");
    }
    assert_eq!(
        get(&emulator, "/users('bernd@contoso.com')").await.status(),
        404
    );
    assert_eq!(
        get(&emulator, "/groups('adele@contoso.com')")
            .await
            .status(),
        404
    );
    let wrong = builder().metadata(CSDL).lookup_property("my.user", "upn");
    let error = wrong.start().await.unwrap_err();
    assert!(matches!(error, StartError::Undeclared(name) if name == "my.user/upn"));
}

#[tokio::test]
async fn what_is_grammatical_is_not_called_wrong() {
    let emulator = emulator().await;
    for (path, status, message) in [
        ("/$all", 501, "'$all'"),
        ("/$crossjoin(users,groups)", 501, "'$crossjoin'"),
        ("/$entity?$id=users('a')", 501, "'$entity'"),
        ("/users/$filter(@f)?@f=true", 501, "'$filter'"),
        ("/users/$each", 501, "'$each'"),
        ("/users/$nonsense", 400, "'$nonsense'"),
        ("/users?$apply=topcount(1,age)", 501, "'topcount'"),
        ("/users?$apply=nonsense(age)", 400, "'nonsense(age)'"),
        ("/users?$apply=compute(age as a)", 501, "'compute'"),
        ("/users?$apply=groupby((rollup(age)))", 501, "'rollup'"),
        (
            "/users?$apply=aggregate($count as n)/filter(n gt 1)",
            501,
            "'filter'",
        ),
        (
            "/users?$apply=aggregate($count as n)&$orderby=n",
            501,
            "'$orderby'",
        ),
        (
            "/users?$apply=aggregate(age with middle as m)",
            501,
            "'middle'",
        ),
        ("/users?$apply=aggregate(age as s)", 400, "'age as s'"),
        ("/users?$apply=groupby(age)", 400, "'age'"),
        ("/users?$compute=age add 1", 400, "'age add 1'"),
        ("/users?$compute=nothing as x", 400, "'nothing'"),
        ("/users('a')?$compute=age as x", 501, "'$compute'"),
    ] {
        assert_refused(get(&emulator, path).await, status, message).await;
    }
    let metadata = get(&emulator, "/$metadata").await;
    assert_eq!(header(&metadata, "odata-version"), "4.0");
}
