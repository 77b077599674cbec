//! What a post says.

use odata_runtime::{BatchSettings, BatchUrls, ConfigureRequest as _, ErrorKind, Method};
use serde_json::json;

use super::{GRAPH, answered, client, create, get, named, requests, thing, touch};
use crate::support::{Server, TOKEN, Thing, builder};

#[tokio::test]
async fn each_kind_of_request_is_written() {
    let server = Server::start(|post| answered(post, |_| json!({"status": 204}))).await;
    let client = client(&server);
    let things = client.root().segment("things");
    let mut batch = client.batch();
    let id = "the-id";
    batch.add(things.key("1/2").read::<Thing>().client_request_id(id));
    batch.add(things.list::<Thing>().top(5).client_request_id(id));
    batch.add(things.create(&named("a")).client_request_id(id));
    batch.add(
        things
            .key(1_i64)
            .update(&named("b"))
            .if_match("W/\"1\"")
            .client_request_id(id),
    );
    batch.add(things.key(1_i64).remove().client_request_id(id));
    batch.add(things.count::<Thing>().client_request_id(id));
    batch.add(
        things
            .action_call::<()>(touch())
            .parameter("depth", 2)
            .client_request_id(id),
    );
    let bytes = things
        .get::<()>()
        .body("image/png", [0xfb_u8, 0xff].to_vec());
    batch.add(bytes.client_request_id(id));
    batch.add(
        things
            .post::<()>(&json!([]))
            .body("text/plain", "t")
            .client_request_id(id),
    );
    batch.send().await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].method, "POST");
    assert_eq!(received[0].token(), Some(TOKEN));
    assert_eq!(received[0].header("content-type"), Some("application/json"));
    let headers = json!({"accept": "application/json", "client-request-id": "the-id"});
    let with_content = |kind: &str| {
        let mut headers = headers.clone();
        headers["content-type"] = kind.into();
        headers
    };
    let in_json = with_content("application/json");
    let mut matching = in_json.clone();
    matching["if-match"] = "W/\"1\"".into();
    let mut counting = headers.clone();
    counting["accept"] = "text/plain, application/json;q=0.9, */*;q=0.1".into();
    assert_eq!(
        serde_json::Value::from(requests(&received[0])),
        json!([
            {"id": "1", "method": "GET", "url": "/things('1%2F2')", "headers": headers},
            {"id": "2", "method": "GET", "url": "/things?$top=5", "headers": headers},
            {"id": "3", "method": "POST", "url": "/things", "headers": in_json, "body": {"name": "a"}},
            {"id": "4", "method": "PATCH", "url": "/things(1)", "headers": matching, "body": {"name": "b"}},
            {"id": "5", "method": "DELETE", "url": "/things(1)", "headers": headers},
            {"id": "6", "method": "GET", "url": "/things/$count", "headers": counting},
            {"id": "7", "method": "POST", "url": "/things/touch", "headers": in_json, "body": {"depth": 2}},
            {"id": "8", "method": "GET", "url": "/things", "headers": with_content("image/png"), "body": "-_8="},
            {"id": "9", "method": "POST", "url": "/things", "headers": with_content("text/plain"), "body": "t"},
        ])
    );
}

#[tokio::test]
async fn urls_are_written_as_the_service_takes_them() {
    for (urls, expected) in [
        (BatchUrls::Relative, "things(1)"),
        (BatchUrls::LeadingSlash, "/things(1)"),
        (BatchUrls::Absolute, "ROOT/beta/things(1)"),
    ] {
        let server = Server::start(|post| answered(post, thing)).await;
        let settings = BatchSettings::new().urls(urls);
        let client = builder(&server).batch(settings).build().unwrap();
        let mut batch = client.batch();
        batch.add(get(&client, 1));
        batch.send().await.unwrap();
        let sent = &requests(&server.received()[0])[0];
        let expected = expected.replace("ROOT", server.url());
        assert_eq!(sent["url"], expected.as_str(), "{urls:?}");
    }
}

#[tokio::test]
async fn the_token_and_secrets_are_in_no_part() {
    let server = Server::start(|post| answered(post, thing)).await;
    let client = builder(&server)
        .secret_header("x-gateway-key", "the-secret-of-the-gateway")
        .header("x-tenant", "acme")
        .header("cookie", "session=1")
        .build()
        .unwrap();
    let mut batch = client.batch();
    batch.add(get(&client, 1));
    batch.send().await.unwrap();
    let post = &server.received()[0];
    assert_eq!(post.token(), Some(TOKEN));
    assert_eq!(
        post.header("x-gateway-key"),
        Some("the-secret-of-the-gateway")
    );
    let body = String::from_utf8(post.body.clone()).unwrap();
    for secret in [
        TOKEN,
        "the-secret-of-the-gateway",
        "session=1",
        "authorization",
    ] {
        assert!(!body.contains(secret), "{secret}: {body}");
    }
    // What is no secret means the same as in a request by itself.
    assert_eq!(requests(post)[0]["headers"]["x-tenant"], "acme");
}

#[tokio::test]
async fn what_must_not_be_in_a_batch_is_refused() {
    let server = Server::start(|post| answered(post, thing)).await;
    let other_server = Server::start(|post| answered(post, thing)).await;
    let (client, other) = (client(&server), client(&other_server));
    let elsewhere = |url: &str| client.request::<()>(Method::GET, url).unwrap();
    let mut foreign = client.batch();
    let of_foreign = foreign.add(create(&client, "x"));
    let mut cases = Vec::new();
    let mut case = |expected, add: &dyn Fn(&mut odata_runtime::Batch)| {
        let mut batch = client.batch();
        batch.add(get(&client, 1));
        add(&mut batch);
        cases.push((expected, batch));
    };
    for name in ["Authorization", "proxy-authorization"] {
        case("cannot have the header", &|batch| {
            batch.add(get(&client, 2).header(name, "Bearer x"));
        });
    }
    case("of another client", &|batch| {
        batch.add(get(&other, 2));
    });
    case("leads to", &|batch| {
        batch.add(elsewhere("https://evil.example/beta/x"));
    });
    case("is not below the service root", &|batch| {
        batch.add(elsewhere(&format!("{}/v1.0/x", server.url())));
    });
    case("is not below the service root", &|batch| {
        batch.add(elsewhere(&format!("{}/betamax", server.url())));
    });
    case("a handle from another batch", &|batch| {
        batch.add(batch.result(of_foreign).parts().get::<()>());
    });
    case("a result of another batch", &|batch| {
        batch.add(foreign.result(of_foreign).parts().get::<()>());
    });
    case("a handle from another batch", &|batch| {
        let own = batch.add(get(&client, 2));
        batch.depends_on(own, of_foreign);
    });
    case("only on those that were added before it", &|batch| {
        let (one, two) = (batch.add(get(&client, 2)), batch.add(get(&client, 3)));
        batch.depends_on(one, two);
    });
    case("changes nothing", &|batch| {
        let group = batch.atomicity_group();
        batch.add_to(group, get(&client, 2));
    });
    case("was used in another", &|batch| {
        let group = client.batch().atomicity_group();
        batch.add_to(group, create(&client, "x"));
    });
    case("has 21 requests, but the service takes 20", &|batch| {
        let group = batch.atomicity_group();
        for _ in 0..21 {
            batch.add_to(group, create(&client, "x"));
        }
    });
    case("depends on a request that depends on the group", &|batch| {
        let group = batch.atomicity_group();
        let first = batch.add_to(group, create(&client, "x"));
        let between = batch.add(create(&client, "y"));
        let last = batch.add_to(group, create(&client, "z"));
        batch.depends_on(between, first);
        batch.depends_on(last, between);
    });
    case("is not JSON", &|batch| {
        let things = client.root().segment("things");
        batch.add(things.post::<()>(&0).body("application/json", "{"));
    });
    case("cannot be a header", &|batch| {
        batch.add(get(&client, 2).header("x", "\n"));
    });
    for (expected, batch) in cases {
        let error = batch.send().await.unwrap_err();
        assert!(error.to_string().contains(expected), "{expected}: {error}");
        let kind = error.kind();
        let kinds = [ErrorKind::InvalidRequest, ErrorKind::ForeignOrigin];
        assert!(kinds.contains(&kind), "{expected}: {kind:?}");
    }
    // Nor is a reference sent outside its batch.
    let error = foreign
        .result(of_foreign)
        .parts()
        .get::<()>()
        .send()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("Batch::add"), "{error}");
    assert_eq!((server.count(), other_server.count()), (0, 0));
}

#[tokio::test]
async fn an_empty_batch_is_not_sent() {
    let server = Server::start(|post| answered(post, thing)).await;
    let answers = client(&server).batch().send().await.unwrap();
    assert!(answers.is_empty());
    assert_eq!((answers.posts(), server.count()), (0, 0));
}

#[tokio::test]
async fn groups_and_dependencies_are_written() {
    let server = Server::start(|post| answered(post, |_| json!({"status": 204}))).await;
    let client = builder(&server).build().unwrap();
    let mut batch = client.batch();
    let group = batch.atomicity_group();
    let first = batch.add_to(group, create(&client, "a"));
    let apart = batch.add(get(&client, 1));
    let parts = batch.result(first).parts();
    batch.add_to(group, parts.create(&named("b")));
    let after = batch.add(get(&client, 2));
    batch.depends_on(after, apart);
    batch.depends_on(after, first);
    batch.add(parts.list::<Thing>().top(1));
    batch.send().await.unwrap();
    let written: Vec<_> = requests(&server.received()[0])
        .iter()
        .map(|it| json!([it["id"], it["url"], it["atomicityGroup"], it["dependsOn"]]))
        .collect();
    assert_eq!(
        serde_json::Value::from(written),
        json!([
            ["1", "things", "g1", null],
            // Behind its group, whose members are together.
            ["3", "$1/parts", "g1", ["1"]],
            ["2", "things(1)", null, null],
            ["4", "things(2)", null, ["2", "g1"]],
            ["5", "$1/parts?$top=1", null, ["g1", "1"]],
        ])
    );
}

#[tokio::test]
async fn settings_of_a_batch_are_those_of_its_post() {
    let server = Server::start(|post| answered(post, thing)).await;
    let client = builder(&server).batch(GRAPH).build().unwrap();
    let mut batch = client
        .batch()
        .header("x-flight", "7")
        .client_request_id("mine");
    batch.add(get(&client, 1));
    batch.send().await.unwrap();
    let post = &server.received()[0];
    assert_eq!(post.header("x-flight"), Some("7"));
    assert_eq!(post.header("client-request-id"), Some("mine"));
    assert!(requests(post)[0]["headers"].get("x-flight").is_none());
}
