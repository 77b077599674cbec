//! Entities, their properties, streams and references, over real connections.

use crate::common::{builder, header, json};
use graph_emulator::{Emulator, Fault, StartError};
use reqwest::{Method, Response};
use serde_json::{Value, json};

const CSDL: &str = include_str!("../directory.csdl");

fn users() -> Value {
    json!([
        {"id": "a", "displayName": "Adele", "age": 40, "born": "1984-02-03T04:05:06Z", "level": "gold",
         "messages": [{"id": "1", "subject": "Hello"}, {"id": "2", "subject": "Bye"}]},
        {"id": "b", "displayName": "Bernd", "age": 30, "manager@odata.bind": "users/a"},
        {"id": "c d", "displayName": "Cleo", "age": null, "@odata.type": "#my.admin", "rights": ["all"]},
    ])
}

async fn emulator() -> Emulator {
    builder()
        .metadata(CSDL)
        .with_entities("users", users())
        .with_entities(
            "groups",
            json!([{"id": "g", "members@odata.bind": ["users/a"]}]),
        )
        .with_entities(
            "rates",
            json!([{"year": 2024, "currency": "EUR", "rate": 1.5}]),
        )
        .with_entity("me", json!({"id": "me", "displayName": "Me"}))
        .with_stream("users/a/photo", "image/png", [1, 2, 3])
        .start()
        .await
        .unwrap()
}

/// Sends a request with a token; a body goes as JSON.
async fn send(emulator: &Emulator, method: Method, path: &str, body: Option<Value>) -> Response {
    crate::common::send(emulator, method, path, &[], body).await
}

async fn get(emulator: &Emulator, path: &str) -> Value {
    let response = send(emulator, Method::GET, path, None).await;
    assert_eq!(response.status(), 200, "{path}");
    json(response).await
}

fn ids(page: &Value) -> Vec<&str> {
    let items = page["value"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn requests_that_are_refused() {
    let emulator = emulator().await;
    let entity = |text: &str| Some(serde_json::from_str::<Value>(text).unwrap());
    for (method, path, body, status, message) in [
        (
            "GET",
            "/users/nobody",
            None,
            404,
            "Resource 'nobody' does not exist.",
        ),
        ("GET", "/users('nobody')/messages", None, 404, "'nobody'"),
        (
            "GET",
            "/users('nobody')",
            None,
            404,
            "Resource 'nobody' does not exist.",
        ),
        ("GET", "/users/a/nothing", None, 400, "segment 'nothing'"),
        ("GET", "/users/a/manager", None, 404, "'manager'"),
        ("GET", "/users/a/my.admin", None, 404, "my.admin"),
        (
            "GET",
            "/rates(year=1)",
            None,
            400,
            "whose key is (year, currency)",
        ),
        (
            "GET",
            "/rates(year='x',currency='EUR')",
            None,
            400,
            "not a literal of type Edm.Int32",
        ),
        ("GET", "/rates/2024", None, 501, "as segments"),
        (
            "GET",
            "/users?$select=nothing",
            None,
            400,
            "property named 'nothing' on type 'my.user'",
        ),
        (
            "GET",
            "/users?$filter=nothing eq 1",
            None,
            400,
            "property named 'nothing'",
        ),
        (
            "GET",
            "/users?$filter=age eq 'x'",
            None,
            400,
            "not a literal of type Edm.Int32",
        ),
        (
            "GET",
            "/users?$filter=matchesPattern(id,'a')",
            None,
            501,
            "'matchesPattern'",
        ),
        (
            "GET",
            "/users?$orderby=age sideways",
            None,
            400,
            "'sideways' is not expected in $orderby",
        ),
        (
            "GET",
            "/users?$expand=nothing",
            None,
            400,
            "property named 'nothing'",
        ),
        (
            "GET",
            "/users?$expand=messages($expand=x)",
            None,
            400,
            "property named 'x' on type 'my.message'",
        ),
        (
            "GET",
            "/users?$search=",
            None,
            400,
            "$search ends too early",
        ),
        ("GET", "/users?$apply=x", None, 400, "'x' is malformed"),
        ("GET", "/users?$aply=x", None, 400, "'$aply' does not exist"),
        ("GET", "/users?$top=x", None, 400, "'$top'"),
        ("GET", "/users/a?$top=1", None, 501, "'$top'"),
        (
            "POST",
            "/users",
            entity("{\"nickname\":\"x\"}"),
            400,
            "property 'nickname' does not exist on type 'my.user'",
        ),
        (
            "POST",
            "/users",
            entity("{\"age\":\"x\"}"),
            400,
            "The value \"x\" of 'age' is not of type Edm.Int32.",
        ),
        (
            "POST",
            "/users",
            entity("{\"age\":4000000000}"),
            400,
            "'age'",
        ),
        (
            "POST",
            "/users",
            entity("{\"size\":\"1\"}"),
            400,
            "'size' is not of type Edm.Int64",
        ),
        (
            "POST",
            "/users",
            entity("{\"born\":\"today\"}"),
            400,
            "'born'",
        ),
        (
            "POST",
            "/users",
            entity("{\"level\":\"iron\"}"),
            400,
            "'level' is not of type my.level",
        ),
        (
            "POST",
            "/users",
            entity("{\"home\":{\"street\":1}}"),
            400,
            "'home/street'",
        ),
        (
            "POST",
            "/users",
            entity("{\"tags\":\"x\"}"),
            400,
            "'tags' is not of type Collection(Edm.String)",
        ),
        (
            "POST",
            "/users",
            entity("{\"tags\":[null]}"),
            400,
            "'tags' must not be null",
        ),
        (
            "POST",
            "/users",
            entity("{\"@odata.type\":\"#my.group\"}"),
            400,
            "'#my.group'",
        ),
        ("POST", "/users", entity("[]"), 400, "'body'"),
        (
            "POST",
            "/users",
            entity("{\"id\":\"a\"}"),
            409,
            "exists already",
        ),
        (
            "POST",
            "/users",
            entity("{\"messages\":[{\"subject\":1}]}"),
            400,
            "'messages/subject'",
        ),
        (
            "POST",
            "/users",
            entity("{\"manager@odata.bind\":\"users/x\"}"),
            404,
            "'x'",
        ),
        ("POST", "/users", None, 415, "application/json"),
        (
            "POST",
            "/users/a",
            entity("{}"),
            405,
            "GET, PATCH, PUT, DELETE",
        ),
        ("PATCH", "/users", entity("{}"), 405, "GET, POST"),
        ("PATCH", "/users/nobody", entity("{}"), 404, "'nobody'"),
        (
            "PATCH",
            "/users/a",
            entity("{\"nickname\":\"x\"}"),
            400,
            "'nickname'",
        ),
        ("DELETE", "/users/nobody", None, 404, "'nobody'"),
        (
            "POST",
            "/groups/g/members/$ref",
            entity("{}"),
            400,
            "'@odata.id'",
        ),
        (
            "POST",
            "/groups/g/members/$ref",
            entity("{\"@odata.id\":\"groups/g\"}"),
            400,
            "takes 'my.user'",
        ),
        (
            "POST",
            "/groups/g/members/$ref",
            entity("{\"@odata.id\":\"https://x/v9/users/a\"}"),
            400,
            "not below '/beta/'",
        ),
        (
            "POST",
            "/groups/g/members/$ref",
            entity("{\"@odata.id\":\"users/a\"}"),
            400,
            "already exist",
        ),
        ("DELETE", "/groups/g/members/b/$ref", None, 404, "'b'"),
        ("GET", "/users/b/photo", None, 404, "'photo'"),
        ("PUT", "/users/a/displayName", entity("{}"), 400, "'value'"),
    ] {
        let method: Method = method.parse().unwrap();
        let response = send(&emulator, method.clone(), path, body).await;
        let found = response.status();
        let error = json(response).await;
        let said = error["error"]["message"].as_str().unwrap();
        assert_eq!(found, status, "{method} {path}: {said}");
        assert!(said.contains(message), "{method} {path}: {said}");
        assert!(error["error"]["code"].is_string(), "{error}");
    }
    // Nothing that was refused left a trace.
    assert_eq!(ids(&get(&emulator, "/users").await), ["a", "b", "c d"]);
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let emulator = builder()
        .metadata(CSDL)
        .body_limit(100)
        .start()
        .await
        .unwrap();
    let large = json!({"displayName": "x".repeat(100)});
    let response = send(&emulator, Method::POST, "/users", Some(large)).await;
    assert_eq!(response.status(), 413);
    let url = format!("{}/users", emulator.endpoint());
    let request = reqwest::Client::new().post(url).bearer_auth("t");
    let request = request.header("content-type", "application/json").body("{");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 400);
    let requests = emulator.requests();
    assert_eq!(
        (requests[0].body.len(), &requests[1].body[..]),
        (0, &b"{"[..])
    );
}

#[tokio::test]
async fn one_entity() {
    let emulator = emulator().await;
    let adele = json!({
        "@odata.context": "https://graph.microsoft.com/beta/$metadata#users/$entity",
        "@odata.etag": "W/\"2\"", "id": "a", "displayName": "Adele", "age": 40,
        "born": "1984-02-03T04:05:06Z", "level": "gold"
    });
    for path in [
        "/users/a",
        "/users('a')",
        "/users(id='a')",
        "/users(email='x')",
        "/users(id=@k)?@k='a'",
    ] {
        let response = send(&emulator, Method::GET, path, None).await;
        if path.contains("email") {
            assert_eq!(response.status(), 404, "no such alternate key");
            continue;
        }
        assert_eq!(header(&response, "etag"), "W/\"2\"");
        assert_eq!(json(response).await, adele, "{path}");
    }
    assert_eq!(
        get(&emulator, "/rates(year=2024,currency='EUR')").await["rate"],
        1.5
    );
    assert_eq!(get(&emulator, "/me").await["displayName"], "Me");
    assert_eq!(get(&emulator, "/users/b/manager").await["id"], "a");
    assert_eq!(
        get(&emulator, "/users/a/messages/2").await["subject"],
        "Bye"
    );
    let cleo = get(&emulator, "/users('c%20d')").await;
    assert_eq!(cleo["@odata.type"], "#my.admin");
    let cleo = get(&emulator, "/users('c%20d')/my.admin?$select=rights").await;
    assert_eq!(cleo["rights"], json!(["all"]));
    assert!(cleo.get("id").is_none() && cleo.get("@odata.type").is_none());
}

#[tokio::test]
async fn collections_and_their_options() {
    let emulator = emulator().await;
    for (options, expected) in [
        ("", vec!["a", "b", "c d"]),
        ("?$filter=age ge 30", vec!["a", "b"]),
        (
            "?$filter=startswith(displayName,'B') or age eq null",
            vec!["b", "c d"],
        ),
        ("?$filter=level eq 'gold'", vec!["a"]),
        ("?$filter=messages/any(m:m/subject eq 'Bye')", vec!["a"]),
        ("?$filter=messages/$count eq 0", vec!["b", "c d"]),
        ("?$filter=manager/age gt age", vec!["b"]),
        ("?$filter=isof('my.admin')", vec!["c d"]),
        ("?$filter=age in (@x,1)&@x=30", vec!["b"]),
        ("?$search=\"bern\" OR cleo", vec!["b", "c d"]),
        (
            "?$orderby=length(displayName) desc,manager/id desc,id desc",
            vec!["b", "a", "c d"],
        ),
        ("?$orderby=messages/$count,age mod 7", vec!["c d", "b", "a"]),
        ("?$orderby=age", vec!["c d", "b", "a"]),
        ("?$orderby=displayName desc&$top=2", vec!["c d", "b"]),
        ("?$skip=1&$top=1", vec!["b"]),
        ("?$select=id", vec!["a", "b", "c d"]),
    ] {
        let page = get(&emulator, &format!("/users{options}")).await;
        assert_eq!(ids(&page), expected, "{options}");
    }
    let page = get(&emulator, "/users?$select=id,age&$count=true&$top=1").await;
    assert_eq!(page["@odata.count"], 3);
    assert_eq!(
        page["value"][0],
        json!({"@odata.etag": "W/\"2\"", "id": "a", "age": 40})
    );
    let context = "https://graph.microsoft.com/beta/$metadata#users(id,age)";
    assert_eq!(page["@odata.context"], context);
    let expand = "messages($select=subject;$filter=id eq '2';$count=true),manager";
    let page = get(&emulator, &format!("/users?$expand={expand}")).await;
    let adele = &page["value"][0];
    assert_eq!(
        adele["messages"],
        json!([{"@odata.etag": "W/\"1\"", "subject": "Bye"}])
    );
    assert_eq!(
        (&adele["messages@odata.count"], &adele["manager"]),
        (&json!(1), &Value::Null)
    );
    assert_eq!(page["value"][1]["manager"]["id"], "a");
    assert_eq!(ids(&get(&emulator, "/users/my.admin").await), ["c d"]);
    let response = send(
        &emulator,
        Method::GET,
        "/users/$count?$filter=age gt 0",
        None,
    )
    .await;
    assert_eq!(
        (header(&response, "content-type"), "2"),
        ("text/plain", "2")
    );
    assert_eq!(response.text().await.unwrap(), "2");
}

#[tokio::test]
async fn pages_of_entities() {
    let emulator = emulator().await;
    let prefer = [("prefer", "odata.maxpagesize=2")];
    let first =
        crate::common::send(&emulator, Method::GET, "/users?$orderby=id", &prefer, None).await;
    let first = json(first).await;
    assert_eq!(ids(&first), ["a", "b"]);
    let next = first["@odata.nextLink"].as_str().unwrap();
    let next = next.strip_prefix(&emulator.endpoint()).unwrap();
    let second = get(&emulator, next).await;
    assert_eq!(ids(&second), ["c d"]);
    assert!(second.get("@odata.nextLink").is_none());
}

#[tokio::test]
async fn create() {
    let emulator = emulator().await;
    let body = json!({"displayName": "Dora", "messages": [{"subject": "Inside"}]});
    let response = send(&emulator, Method::POST, "/users", Some(body)).await;
    assert_eq!(response.status(), 201);
    let location = header(&response, "location").to_owned();
    let created = json(response).await;
    let id = created["id"].as_str().unwrap();
    assert_eq!(id.len(), 36);
    assert_eq!(location, format!("{}/users('{id}')", emulator.endpoint()));
    let path = location.strip_prefix(&emulator.endpoint()).unwrap();
    assert_eq!(get(&emulator, path).await["displayName"], "Dora");
    let messages = get(&emulator, &format!("{path}/messages")).await;
    assert_eq!(messages["value"][0]["subject"], "Inside");

    let prefer = [("prefer", "return=minimal")];
    let body = Some(json!({"id": "3", "subject": "New"}));
    let response =
        crate::common::send(&emulator, Method::POST, "/users/a/messages", &prefer, body).await;
    assert_eq!(response.status(), 204);
    let entity = header(&response, "odata-entityid");
    assert!(entity.ends_with("/users/a/messages('3')"), "{entity}");
    assert_eq!(
        ids(&get(&emulator, "/users/a/messages").await),
        ["1", "2", "3"]
    );
    assert_eq!(
        emulator.entity("users/a/messages/3").unwrap()["subject"],
        "New"
    );
}

#[tokio::test]
async fn update_and_entity_tags() {
    let emulator = emulator().await;
    let body =
        json!({"displayName": "Ada", "home": {"city": "Bern"}, "createdBy": "me", "id": "z"});
    let response = send(&emulator, Method::PATCH, "/users/a", Some(body)).await;
    assert_eq!(response.status(), 204);
    let tag = header(&response, "etag").to_owned();
    let ada = get(&emulator, "/users/a").await;
    assert_eq!(
        (&ada["displayName"], &ada["age"]),
        (&json!("Ada"), &json!(40))
    );
    assert_eq!(
        (&ada["id"], ada.get("createdBy")),
        (&json!("a"), None),
        "the service's own"
    );

    let stale = [("if-match", "W/\"1\"")];
    let change = || Some(json!({"home": {"street": "Main"}, "age": null}));
    let response =
        crate::common::send(&emulator, Method::PATCH, "/users/a", &stale, change()).await;
    assert_eq!(response.status(), 412);
    let fresh = [
        ("if-match", tag.as_str()),
        ("prefer", "return=representation"),
    ];
    let response =
        crate::common::send(&emulator, Method::PATCH, "/users/a", &fresh, change()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        header(&response, "preference-applied"),
        "return=representation"
    );
    let ada = json(response).await;
    assert_eq!(ada["home"], json!({"city": "Bern", "street": "Main"}));
    assert_eq!(ada["age"], Value::Null);

    let tag = ada["@odata.etag"].as_str().unwrap();
    let known = [("if-none-match", tag)];
    let response = crate::common::send(&emulator, Method::GET, "/users/a", &known, None).await;
    assert_eq!(response.status(), 304);
    let response = crate::common::send(&emulator, Method::DELETE, "/users/a", &stale, None).await;
    assert_eq!(response.status(), 412);
}

#[tokio::test]
async fn update_makes_what_may_be_missing() {
    let emulator = emulator().await;
    let settings = "/users/a/settings";
    assert_eq!(
        send(&emulator, Method::GET, settings, None).await.status(),
        404
    );
    let body = || Some(json!({"theme": "dark"}));
    let response = send(&emulator, Method::PATCH, settings, body()).await;
    assert_eq!(response.status(), 201);
    assert_eq!(get(&emulator, settings).await["theme"], "dark");
    let prefer = [("prefer", "create-if-missing")];
    let named = Some(json!({"displayName": "Nora"}));
    let response = crate::common::send(&emulator, Method::PATCH, "/users/n", &prefer, named).await;
    assert_eq!(response.status(), 201);
    assert_eq!(json(response).await["id"], "n");
}

#[tokio::test]
async fn delete_takes_what_is_contained_and_all_references() {
    let emulator = emulator().await;
    assert_eq!(
        send(&emulator, Method::DELETE, "/users/a", None)
            .await
            .status(),
        204
    );
    for path in ["/users/a", "/users/a/messages", "/users/b/manager"] {
        assert_eq!(
            send(&emulator, Method::GET, path, None).await.status(),
            404,
            "{path}"
        );
    }
    assert_eq!(
        ids(&get(&emulator, "/groups/g/members").await),
        Vec::<&str>::new()
    );
}

#[tokio::test]
async fn references() {
    let emulator = emulator().await;
    let url =
        |id: &str| json!({"@odata.id": format!("https://graph.microsoft.com/beta/users/{id}")});
    let path = "/groups/g/members/$ref";
    assert_eq!(
        send(&emulator, Method::POST, path, Some(url("b")))
            .await
            .status(),
        204
    );
    let list = get(&emulator, path).await;
    let first = format!("{}/users('a')", emulator.endpoint());
    assert_eq!(list["value"][0], json!({"@odata.id": first}));
    assert_eq!(ids(&get(&emulator, "/groups/g/members").await), ["a", "b"]);
    let response = send(&emulator, Method::DELETE, "/groups/g/members/a/$ref", None).await;
    assert_eq!(response.status(), 204);
    assert_eq!(ids(&get(&emulator, "/groups/g/members").await), ["b"]);
    assert_eq!(
        get(&emulator, "/users/a").await["id"],
        "a",
        "only the reference went"
    );

    let manager = "/users/a/manager/$ref";
    assert_eq!(
        send(&emulator, Method::GET, manager, None).await.status(),
        404
    );
    assert_eq!(
        send(&emulator, Method::PUT, manager, Some(url("b")))
            .await
            .status(),
        204
    );
    assert_eq!(get(&emulator, "/users/a/manager").await["id"], "b");
    assert_eq!(
        send(&emulator, Method::DELETE, manager, None)
            .await
            .status(),
        204
    );
    assert_eq!(
        send(&emulator, Method::GET, "/users/a/manager", None)
            .await
            .status(),
        404
    );
}

#[tokio::test]
async fn properties_and_streams() {
    let emulator = emulator().await;
    let name = get(&emulator, "/users/a/displayName").await;
    assert_eq!(name["value"], "Adele");
    let context = "https://graph.microsoft.com/beta/$metadata#users('a')/displayName";
    assert_eq!(name["@odata.context"], context);
    let raw = send(&emulator, Method::GET, "/users/a/age/$value", None).await;
    assert_eq!(raw.text().await.unwrap(), "40");
    assert_eq!(
        send(&emulator, Method::GET, "/users/b/home", None)
            .await
            .status(),
        204
    );
    let body = Some(json!({"value": "Ida"}));
    let response = send(&emulator, Method::PUT, "/users/a/displayName", body).await;
    assert_eq!(response.status(), 204);
    assert_eq!(emulator.entity("users/a").unwrap()["displayName"], "Ida");

    let photo = send(&emulator, Method::GET, "/users/a/photo", None).await;
    assert_eq!(header(&photo, "content-type"), "image/png");
    assert_eq!(photo.bytes().await.unwrap()[..], [1, 2, 3]);
    for path in ["/users/a/photo", "/groups/g/$value"] {
        let url = format!("{}{path}", emulator.endpoint());
        let request = reqwest::Client::new().put(url).bearer_auth("t");
        let request = request
            .header("content-type", "image/gif")
            .body(vec![9, 0, 255]);
        assert_eq!(request.send().await.unwrap().status(), 204, "{path}");
        let photo = send(&emulator, Method::GET, path, None).await;
        assert_eq!(header(&photo, "content-type"), "image/gif");
        assert_eq!(photo.bytes().await.unwrap()[..], [9, 0, 255]);
    }
    let response = send(&emulator, Method::DELETE, "/users/a/photo", None).await;
    assert_eq!(response.status(), 204);
}

#[tokio::test]
async fn members_after_the_sentinel_are_for_those_who_ask() {
    let emulator = builder()
        .metadata(CSDL)
        .with_entities("users", json!([{"id": "p", "level": "platinum"}]))
        .start()
        .await
        .unwrap();
    assert_eq!(
        get(&emulator, "/users/p").await["level"],
        "unknownFutureValue"
    );
    let prefer = [("prefer", "include-unknown-enum-members")];
    let response = crate::common::send(&emulator, Method::GET, "/users/p", &prefer, None).await;
    assert_eq!(json(response).await["level"], "platinum");
}

#[tokio::test]
async fn int64_as_text_is_for_those_who_announce_it() {
    let emulator = emulator().await;
    let url = format!("{}/users", emulator.endpoint());
    let request = reqwest::Client::new().post(url).bearer_auth("t");
    let request = request
        .header("content-type", "application/json;IEEE754Compatible=true")
        .body(json!({"size": "9007199254740993"}).to_string());
    assert_eq!(request.send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn open_types_keep_what_they_do_not_declare() {
    let emulator = emulator().await;
    let body = json!({"id": "x", "extra": {"deep": [1]}});
    let response = send(&emulator, Method::POST, "/groups", Some(body)).await;
    assert_eq!(response.status(), 201);
    assert_eq!(
        get(&emulator, "/groups/x").await["extra"],
        json!({"deep": [1]})
    );
    assert_eq!(
        get(&emulator, "/groups?$filter=extra eq null").await["value"][0]["id"],
        "g"
    );
}

#[tokio::test]
async fn faults_and_the_record_know_entities() {
    let emulator = emulator().await;
    emulator.inject(Fault::GatewayTimeout);
    let body = || Some(json!({"id": "once"}));
    assert_eq!(
        send(&emulator, Method::POST, "/users", body())
            .await
            .status(),
        504
    );
    let created = send(&emulator, Method::POST, "/users", body()).await;
    assert_eq!(created.status(), 201, "the failed request made nothing");
    emulator.inject(Fault::EmptyPageWithNextLink);
    assert_eq!(ids(&get(&emulator, "/users").await), Vec::<&str>::new());
    emulator.inject(Fault::WrongContent);
    assert_eq!(get(&emulator, "/users").await["value"][0]["id"], 0.5);
    let requests = emulator.requests();
    assert_eq!(&requests[0].body[..], br#"{"id":"once"}"#);
}

#[tokio::test]
async fn invalid_data_is_reported_at_the_start() {
    for (path, data, message) in [
        ("users", json!([{"age": "x"}]), "'age'"),
        ("users", json!({}), "array of entities"),
        ("nothing", json!([]), "'nothing'"),
        ("me", json!([]), "array of entities"),
    ] {
        let error = builder()
            .metadata(CSDL)
            .with_entities(path, data)
            .start()
            .await
            .unwrap_err();
        assert!(matches!(error, StartError::Seed { .. }), "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[tokio::test]
async fn expands_nest_with_all_their_options() {
    let emulator = emulator().await;
    let expand = "manager($select=id;$expand=messages($orderby=id desc;$top=1;$select=subject))";
    let bernd = get(&emulator, &format!("/users/b?$select=id&$expand={expand}")).await;
    let manager = &bernd["manager"];
    assert_eq!(manager["id"], "a");
    assert_eq!(manager["displayName"], Value::Null);
    assert_eq!(manager["messages"].as_array().unwrap().len(), 1);
    assert_eq!(manager["messages"][0]["subject"], "Bye");
    let expand = "messages($search=hello;$count=true),manager/$ref";
    let page = get(&emulator, &format!("/users?$expand={expand}")).await;
    assert_eq!(page["value"][0]["messages@odata.count"], 1);
    assert_eq!(page["value"][0]["messages"][0]["id"], "1");
    let id = format!("{}/users('a')", emulator.endpoint());
    assert_eq!(page["value"][1]["manager"], json!({"@odata.id": id}));
    let counted = get(
        &emulator,
        "/users/a?$expand=messages/$count($filter=id eq '1')",
    )
    .await;
    assert_eq!(counted["messages@odata.count"], 1);
    assert_eq!(counted["messages"], Value::Null);
    let all = get(&emulator, "/users/a?$expand=*&$select=*").await;
    assert_eq!(all["messages"][0]["subject"], "Hello");
    assert_eq!(all["displayName"], "Adele");
    let emulator = builder()
        .metadata(CSDL)
        .with_entities(
            "users",
            json!([
                {"id": "a"}, {"id": "b", "manager@odata.bind": "users/a"},
                {"id": "c", "manager@odata.bind": "users/b"},
            ]),
        )
        .start()
        .await
        .unwrap();
    let depth = async |levels: &str| {
        let path = format!("/users/c?$expand=manager($levels={levels})");
        let mut at = get(&emulator, &path).await;
        let mut depth = 0;
        while at["manager"].is_object() {
            at = at["manager"].take();
            depth += 1;
        }
        depth
    };
    assert_eq!(
        (depth("1").await, depth("2").await, depth("max").await),
        (1, 2, 2)
    );
}
