//! What the README says of where the emulator differs from Graph, line by line.

use crate::common::{assert_refused, builder, get, header, json, post, send};
use graph_emulator::{CreateAnswer, Emulator, EmulatorBuilder};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const README: &str = include_str!("../../README.md");

/// The lines by their first words, and the tests of what they say.
const LINES: [(&str, &[&str]); 21] = [
    (
        "`@odata.context` is the documented",
        &["contexts_have_the_host_of_graph"],
    ),
    (
        "Whether Graph refuses an end in the",
        &["buckets_go_on_into_the_future"],
    ),
    ("A parameter that is `null`", &["null_is_no_allowed_value"]),
    (
        "Permissions are checked only",
        &["capabilities_are_ignored"],
    ),
    (
        "Every entity has an `@odata.etag`",
        &["what_was_never_set_is_left_out"],
    ),
    (
        "What a 202 announces",
        &["what_is_accepted_is_there", "a_file_has_its_name_alone"],
    ),
    (
        "Work that runs on goes on by polls",
        &[
            "a_copy_is_followed_without_a_token",
            "the_parts_of_a_batch_run_on",
        ],
    ),
    (
        "An upload session is of files",
        &["outlook_says_where_the_attachment_is"],
    ),
    ("A date is taken where", &["a_date_is_an_instant"]),
    (
        "`DELETE …/members/u` without",
        &["a_member_is_not_deleted_with_its_reference"],
    ),
    (
        "A create needs no property but",
        &["a_create_needs_its_key_alone"],
    ),
    (
        "Read-only properties",
        &["what_clients_cannot_set_is_ignored"],
    ),
    (
        "A delta tells of entities",
        &[
            "changes_follow_what_was_read",
            "options_hold_for_later_rounds",
            "tokens_that_are_not_known_have_expired",
        ],
    ),
    (
        "An operation with a handler",
        &["handlers_run_for_what_is_not_there"],
    ),
    (
        "A key is also looked up",
        &["keys_are_looked_up_in_all_sets"],
    ),
    (
        "A decimal that is written",
        &["decimals_are_whole_as_texts"],
    ),
    (
        "Text comparisons are",
        &["case_matters_to_filters_alone", "what_is_not_played"],
    ),
    (
        "Navigation properties that are",
        &["partners_are_set_each_by_itself"],
    ),
    (
        "Batches are those in JSON",
        &[
            "what_is_not_served_has_its_name",
            "what_depends_on_others_comes_after_them",
            "malformed_batches_are_refused_whole",
            "what_is_no_batch_is_refused",
        ],
    ),
    (
        "Every filter and order",
        &["filters_are_served_for_every_property"],
    ),
    ("Paths are strict", &["paths_are_strict"]),
];

const CSDL: &str = r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
<edmx:DataServices><Schema Namespace="my" xmlns="http://docs.oasis-open.org/odata/ns/edm">
  <ComplexType Name="place"><Property Name="name" Type="Edm.String"/>
    <NavigationProperty Name="owner" Type="my.thing"/></ComplexType>
  <EntityType Name="object" Abstract="true"><Key><PropertyRef Name="id"/></Key>
    <Property Name="id" Type="Edm.String" Nullable="false"/></EntityType>
  <EntityType Name="thing" BaseType="my.object">
    <Property Name="must" Type="Edm.String" Nullable="false"/>
    <Property Name="price" Type="Edm.Decimal" Scale="variable"/>
    <Property Name="place" Type="my.place"/>
    <NavigationProperty Name="whole" Type="my.thing" Partner="parts"/>
    <NavigationProperty Name="parts" Type="Collection(my.thing)" Partner="whole"/></EntityType>
  <EntityContainer Name="c">
    <EntitySet Name="objects" EntityType="my.object"/>
    <EntitySet Name="things" EntityType="my.thing">
      <Annotation Term="Org.OData.Capabilities.V1.InsertRestrictions">
        <Record><PropertyValue Property="Insertable" Bool="false"/></Record>
      </Annotation>
    </EntitySet>
  </EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"#;

fn directory() -> EmulatorBuilder {
    let users = json!([{"id": "a", "displayName": "Adele", "age": 30, "createdBy": "import"}]);
    let csdl = include_str!("../directory.csdl");
    builder().metadata(csdl).with_entities("users", users)
}

async fn things() -> Emulator {
    let thing = json!({"id": "t", "must": "x", "place": {"name": "here"}});
    let setup = builder().metadata(CSDL);
    let setup = setup.with_entities("things", json!([thing]));
    setup.start().await.unwrap()
}

/// A call of a metric function.
fn metric(start: &str, end: &str, more: &str) -> String {
    format!(
        "/reports/serviceActivity/getMetricsForMfaSignInFailure(\
         inclusiveIntervalStartDateTime={start},exclusiveIntervalEndDateTime={end}{more})"
    )
}

async fn read(emulator: &Emulator, path: &str) -> Value {
    json(get(emulator, path).await).await
}

#[test]
fn each_line_has_its_tests() {
    let sources = concat!(
        include_str!("differences.rs"),
        include_str!("delta.rs"),
        include_str!("batch.rs"),
        include_str!("monitors/mod.rs"),
        include_str!("monitors/status.rs"),
        include_str!("uploads/outlook.rs")
    );
    let (_, section) = README
        .split_once("## Where it differs from Graph\n")
        .unwrap();
    let section = section.split("\n## ").next().unwrap();
    let lines: Vec<&str> = section.split("\n- ").skip(1).collect();
    let mut tested = BTreeSet::new();
    for line in &lines {
        let found = LINES.iter().find(|(words, _)| line.starts_with(words));
        let (words, tests) = found.unwrap_or_else(|| panic!("nothing tests: {line}"));
        tested.insert(*words);
        for test in *tests {
            assert!(sources.contains(&format!("fn {test}()")), "{test}");
        }
    }
    assert_eq!(tested.len(), LINES.len(), "a line has gone: {tested:#?}");
    assert_eq!(lines.len(), LINES.len());
}

#[tokio::test]
async fn contexts_have_the_host_of_graph() {
    let emulator = directory().start().await.unwrap();
    let context = "https://graph.microsoft.com/beta/$metadata#users";
    assert_eq!(read(&emulator, "/users").await["@odata.context"], context);
}

#[tokio::test]
async fn buckets_go_on_into_the_future() {
    let emulator = builder().start().await.unwrap();
    let path = metric(
        "2023-01-01T23:50:00Z",
        "2023-01-03T00:00:00Z",
        ",aggregationIntervalInMinutes=5",
    );
    let page = read(&emulator, &path).await;
    assert_eq!(page["value"].as_array().map(Vec::len), Some(290));
    assert_eq!(
        page["value"][289]["intervalStartDateTime"],
        "2023-01-02T23:55:00Z"
    );
}

#[tokio::test]
async fn null_is_no_allowed_value() {
    let emulator = builder().start().await.unwrap();
    let of = |more| metric("2023-01-01T00:00:00Z", "2023-01-01T01:00:00Z", more);
    for more in [
        ",aggregationIntervalInMinutes=null",
        ",aggregationIntervalInMinutes=@i",
    ] {
        let refused = get(&emulator, &of(more)).await;
        assert_refused(refused, 400, "'aggregationIntervalInMinutes'").await;
    }
}

#[tokio::test]
async fn capabilities_are_ignored() {
    let emulator = things().await;
    let body = json!({"id": "n", "must": "x"});
    assert_eq!(post(&emulator, "/things", body).await.status(), 201);
}

#[tokio::test]
async fn partners_are_set_each_by_itself() {
    let emulator = things().await;
    let body = json!({"id": "n", "must": "x", "whole@odata.bind": "things('t')"});
    assert_eq!(post(&emulator, "/things", body).await.status(), 201);
    let whole = read(&emulator, "/things('n')/whole").await;
    assert_eq!(whole["id"], "t");
    let parts = read(&emulator, "/things('t')/parts").await;
    assert_eq!(parts["value"], json!([]));
}

#[tokio::test]
async fn what_was_never_set_is_left_out() {
    let emulator = directory().start().await.unwrap();
    let user = read(&emulator, "/users/a").await;
    assert!(user["@odata.etag"].is_string());
    assert_eq!(user.get("email"), None);
    let user = read(&emulator, "/users/a?$select=email").await;
    assert_eq!(user.get("email"), Some(&Value::Null));
}

#[tokio::test]
async fn what_is_accepted_is_there() {
    let setup = directory().creates("my.user", CreateAnswer::Accepted);
    let emulator = setup.start().await.unwrap();
    let accepted = post(&emulator, "/users", json!({"id": "n"})).await;
    assert_eq!(accepted.status(), 202);
    let path = header(&accepted, "location").strip_prefix(&emulator.endpoint());
    assert_eq!(get(&emulator, path.unwrap()).await.status(), 200);
}

#[tokio::test]
async fn a_file_has_its_name_alone() {
    let csdl = include_str!("../files.csdl");
    let emulator = builder().metadata(csdl).start().await.unwrap();
    let path = "/drive/root:/new.txt:/content";
    let put = send(
        &emulator,
        Method::PUT,
        path,
        &[("content-type", "text/plain")],
        None,
    )
    .await;
    assert!(put.status().is_success());
    let item = read(&emulator, "/drive/root:/new.txt").await;
    let members = item.as_object().unwrap().keys();
    let members: Vec<&String> = members.filter(|name| !name.contains('@')).collect();
    assert_eq!(members, ["id", "name"]);
}

#[tokio::test]
async fn a_date_is_an_instant() {
    let emulator = builder().start().await.unwrap();
    let by_date = read(&emulator, &metric("2023-01-01", "2023-01-02", "")).await;
    let instants = metric("2023-01-01T00:00:00Z", "2023-01-02T00:00:00Z", "");
    assert_eq!(by_date["value"], read(&emulator, &instants).await["value"]);
    assert_eq!(by_date["value"].as_array().map(Vec::len), Some(96));
}

#[tokio::test]
async fn a_member_is_not_deleted_with_its_reference() {
    let group = json!({"id": "g", "members@odata.bind": ["users/a"]});
    let setup = directory().with_entities("groups", json!([group]));
    let setup = setup.with_entity("me", json!({"manager@odata.bind": "users/a"}));
    let emulator = setup.start().await.unwrap();
    for path in [
        "/groups/g/members/a",
        "/groups/g/members/a/my.user",
        "/me/manager",
    ] {
        let refused = send(&emulator, Method::DELETE, path, &[], None).await;
        assert_refused(refused, 403, "'users('a')' itself").await;
        assert_eq!(get(&emulator, path).await.status(), 200);
    }
    let member = "/groups/g/members/b";
    let missing = send(&emulator, Method::DELETE, member, &[], None).await;
    assert_eq!(missing.status(), 404);

    let emulator = things().await;
    let made = post(&emulator, "/things/t/parts", json!({"id": "p"})).await;
    assert_eq!(made.status(), 201);
    let part = "/things/t/parts/p";
    let deleted = send(&emulator, Method::DELETE, part, &[], None).await;
    assert_eq!(deleted.status(), 204, "it is nowhere else");
    assert_eq!(get(&emulator, part).await.status(), 404);
}

#[tokio::test]
async fn a_create_needs_its_key_alone() {
    let emulator = things().await;
    let made = post(&emulator, "/things", json!({"id": "n"})).await;
    assert_eq!(made.status(), 201, "'must' is not nullable");
    assert_eq!(
        post(&emulator, "/things", json!({})).await.status(),
        201,
        "nor is a text key"
    );
}

#[tokio::test]
async fn what_clients_cannot_set_is_ignored() {
    let emulator = directory().start().await.unwrap();
    let body = json!({"id": "z", "createdBy": "me", "photo": "x", "age": 31});
    let patched = send(&emulator, Method::PATCH, "/users/a", &[], Some(body)).await;
    assert_eq!(patched.status(), 204);
    let user = read(&emulator, "/users/a").await;
    assert_eq!(user["id"], "a");
    assert_eq!(user["createdBy"], "import");
    assert_eq!(user.get("photo"), None);
    assert_eq!(user["age"], 31);
}

#[tokio::test]
async fn handlers_run_for_what_is_not_there() {
    let setup = directory()
        .with_action(
            "promote",
            |call| json!({"displayName": call.bound_path, "level": call.bound}),
        )
        .with_function("recent", |_| json!([{"id": "a"}]));
    let emulator = setup.start().await.unwrap();
    let promoted = json(post(&emulator, "/users/x/promote", json!({})).await).await;
    assert_eq!(promoted["displayName"], "users/x");
    assert_eq!(promoted["level"], Value::Null);
    let references = get(&emulator, "/users/recent()/$ref").await;
    assert_refused(references, 501, "no references").await;
    let path = "/users/recent()('a')";
    assert_eq!(get(&emulator, path).await.status(), 200);
    let deleted = send(&emulator, Method::DELETE, path, &[], None).await;
    assert_refused(deleted, 501, "only reads").await;
}

#[tokio::test]
async fn keys_are_looked_up_in_all_sets() {
    let emulator = things().await;
    assert_eq!(read(&emulator, "/objects/t").await["must"], "x");
    assert_eq!(read(&emulator, "/objects").await["value"], json!([]));
}

#[tokio::test]
async fn decimals_are_whole_as_texts() {
    const PRICE: &str = "0.1234567890123456789012";
    let emulator = things().await;
    let entities = emulator.entities();
    entities
        .update("things/t", json!({"price": PRICE}))
        .unwrap();
    let thing = read(&emulator, "/things/t").await;
    assert_eq!(thing["price"], json!(0.123_456_789_012_345_68));
    let path = "/things/t?$format=application/json;IEEE754Compatible=true";
    assert_eq!(read(&emulator, path).await["price"], PRICE);
}

#[tokio::test]
async fn case_matters_to_filters_alone() {
    let emulator = directory().start().await.unwrap();
    for (query, count) in [
        ("$filter=displayName eq 'adele'", 0),
        ("$filter=startswith(displayName,'a')", 0),
        ("$filter=startswith(displayName,'A')", 1),
        ("$search=ADELE", 1),
    ] {
        let page = read(&emulator, &format!("/users?{query}")).await;
        assert_eq!(
            page["value"].as_array().map(Vec::len),
            Some(count),
            "{query}"
        );
    }
}

#[tokio::test]
async fn what_is_not_played() {
    let emulator = things().await;
    let owner = get(&emulator, "/things/t/place/owner").await;
    assert_refused(owner, 501, "'owner' of a complex value").await;
}

#[tokio::test]
async fn filters_are_served_for_every_property() {
    let emulator = directory().start().await.unwrap();
    for filter in [
        "age gt 1",
        "createdBy eq 'import'",
        "home eq null",
        "size eq null",
    ] {
        let page = read(
            &emulator,
            &format!("/users?$filter={filter}&$orderby=born,size"),
        )
        .await;
        assert_eq!(page["value"].as_array().map(Vec::len), Some(1), "{filter}");
    }
}

#[tokio::test]
async fn paths_are_strict() {
    let emulator = directory().start().await.unwrap();
    assert_eq!(get(&emulator, "/users/").await.status(), 200);
    assert_refused(get(&emulator, "/users//a").await, 400, "segment ''").await;
    assert_eq!(get(&emulator, "/users/('a')").await.status(), 400);
    let rate = json!({"year": 2024, "currency": "EUR", "rate": 1.5});
    assert_eq!(post(&emulator, "/rates", rate).await.status(), 201);
    assert_eq!(
        get(&emulator, "/rates(year=2024,currency='EUR')")
            .await
            .status(),
        200
    );
    let segments = get(&emulator, "/rates/2024/EUR").await;
    assert_refused(segments, 501, "more than one property").await;
}
