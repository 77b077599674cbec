//! What Graph does that its metadata does not say, over real connections.

use crate::common::{assert_refused, builder, example_clock, get, header, json, post, send};
use chrono::{DateTime, TimeDelta, Utc};
use graph_emulator::{
    BinaryAlphabet, CreateAnswer, DownloadAnswer, Emulator, EmulatorBuilder, Fault, PathAddressing,
    Reply, RetryAfter, StartError, Top, UploadAnswer,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CSDL: &str = include_str!("../files.csdl");

fn files() -> EmulatorBuilder {
    builder()
        .metadata(CSDL)
        .with_entity(
            "drive/root",
            json!({"id": "root", "children": [
                {"id": "1", "name": "a", "children": [
                    {"id": "2", "name": "b c.txt"}, {"id": "3", "name": "50%#1(x).txt"},
                ]},
            ]}),
        )
        .with_stream("drive/root:/a/b%20c.txt:/content", "text/plain", *b"Hello")
        .with_entities(
            "messages",
            json!([{"id": "m", "conversationIndex": "-_8="}]),
        )
        .with_stream("messages/m/$value", "message/rfc822", *b"Subject: x")
}

#[tokio::test]
async fn binary_values_in_the_service_s_alphabet() {
    for (alphabet, right, wrong) in [
        (BinaryAlphabet::Base64, "+/8=", "-_8="),
        (BinaryAlphabet::Base64Url, "-_8=", "+/8="),
    ] {
        let emulator = files()
            .binary_alphabet(alphabet)
            .with_function("hash", |call| call.parameters["salt"].clone())
            .start()
            .await
            .unwrap();
        let read = json(get(&emulator, "/messages/m").await).await;
        assert_eq!(read["conversationIndex"], right, "{alphabet:?}");
        let made = post(&emulator, "/messages", json!({"conversationIndex": right})).await;
        assert_eq!(made.status(), 201);
        assert_eq!(json(made).await["conversationIndex"], right);
        let body = json!({"conversationIndex": wrong});
        let refused = post(&emulator, "/messages", body).await;
        assert_refused(
            refused,
            400,
            "'conversationIndex' is not of type Edm.Binary",
        )
        .await;
        let body = json!({"value": wrong});
        let path = "/messages/m/conversationIndex";
        let refused = send(&emulator, Method::PUT, path, &[], Some(body)).await;
        assert_refused(refused, 400, "is not of type Edm.Binary").await;
        // A literal in a URL is base64url whatever the alphabet of JSON.
        let hash = get(&emulator, "/messages/m/hash(salt=binary'-_8=')").await;
        assert_eq!(json(hash).await["value"], right);
    }
    let emulator = files().start().await.unwrap();
    let unpadded = post(&emulator, "/messages", json!({"conversationIndex": "+/8"})).await;
    assert_eq!(unpadded.status(), 400);
}

#[tokio::test]
async fn downloads_redirected_to_another_origin() {
    let emulator = files()
        .with_function("report", |_| Reply::Stream {
            content_type: "text/csv".to_owned(),
            bytes: b"a,b".to_vec(),
        })
        .downloads(DownloadAnswer::Redirect)
        .start()
        .await
        .unwrap();
    for (path, bytes) in [
        ("/drive/root:/a/b%20c.txt:/content", "Hello"),
        ("/messages/m/$value", "Subject: x"),
        ("/drive/report()", "a,b"),
    ] {
        let response = get(&emulator, path).await;
        assert_eq!(response.status(), 302, "{path}");
        let location = header(&response, "location").to_owned();
        assert!(!location.starts_with(&emulator.endpoint().replace("/beta", "")));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let file = client.get(&location).send().await.unwrap();
        assert_eq!(file.status(), 200);
        assert_eq!(file.text().await.unwrap(), bytes);
        let leaked = client.get(&location).bearer_auth("t").send().await.unwrap();
        assert_eq!(leaked.status(), 401, "a token does not belong there");
        let unknown = client.get(format!("{location}x")).send().await.unwrap();
        assert_eq!(unknown.status(), 404);
        let put = client.put(&location).body("x").send().await.unwrap();
        assert_eq!(put.status(), 405);
    }
    let arrived = emulator.downloads();
    let carried: Vec<bool> = arrived.iter().map(|r| r.authorized).take(4).collect();
    assert_eq!(carried, [false, true, false, false]);
    assert_eq!(arrived.len(), 12);
    assert_eq!(emulator.request_count(), 3, "the service's own record");
    emulator.shutdown().await;

    let elsewhere = DownloadAnswer::RedirectTo("https://files.example/x?sig=1".to_owned());
    let emulator = files().downloads(elsewhere).start().await.unwrap();
    let response = get(&emulator, "/messages/m/$value").await;
    assert_eq!(
        header(&response, "location"),
        "https://files.example/x?sig=1"
    );
    assert!(emulator.downloads().is_empty());
}

#[tokio::test]
async fn creates_answered_without_a_body() {
    for (answer, status) in [(CreateAnswer::Accepted, 202), (CreateAnswer::Created, 201)] {
        let emulator = files()
            .creates("microsoft.graph.team", answer)
            .start()
            .await
            .unwrap();
        let made = post(&emulator, "/teams", json!({"id": "t"})).await;
        assert_eq!(made.status(), status);
        let location = format!("{}/teams('t')", emulator.endpoint());
        assert_eq!(header(&made, "location"), location);
        assert_eq!(made.text().await.unwrap(), "");
        assert_eq!(get(&emulator, "/teams/t").await.status(), 200);
        let other = post(&emulator, "/messages", json!({"id": "x"})).await;
        assert_eq!(json(other).await["id"], "x", "another type");
    }
    let emulator = files().start().await.unwrap();
    let minimal = [("prefer", "return=minimal")];
    let body = Some(json!({"id": "t"}));
    let made = send(&emulator, Method::POST, "/teams", &minimal, body).await;
    assert_eq!(made.status(), 204);
    let location = format!("{}/teams('t')", emulator.endpoint());
    assert_eq!(header(&made, "odata-entityid"), location);
    assert_eq!(header(&made, "location"), location);
    let unknown = files().creates("microsoft.graph.tea", CreateAnswer::Accepted);
    let error = unknown.start().await.unwrap_err();
    assert!(matches!(error, StartError::Undeclared(name) if name == "microsoft.graph.tea"));
}

#[tokio::test]
async fn actions_answered_without_a_body() {
    let emulator = files()
        .with_action("copy", |call| Reply::Empty {
            status: StatusCode::ACCEPTED,
            location: match call.parameters["name"].as_str() {
                Some(name) => Some(format!("/drive/items/{name}")),
                None => Some("https://monitor.example/1".to_owned()),
            },
        })
        .start()
        .await
        .unwrap();
    for (name, location) in [
        (json!("n"), format!("{}/drive/items/n", emulator.endpoint())),
        (Value::Null, "https://monitor.example/1".to_owned()),
    ] {
        let response = post(&emulator, "/drive/items/1/copy", json!({"name": name})).await;
        assert_eq!(response.status(), 202);
        assert_eq!(header(&response, "location"), location);
        assert_eq!(response.text().await.unwrap(), "");
    }
}

#[tokio::test]
async fn uploads_answered_with_the_entity() {
    let emulator = files().start().await.unwrap();
    let put = |path: &'static str| {
        let headers = [("content-type", "text/plain")];
        let emulator = &emulator;
        async move { send(emulator, Method::PUT, path, &headers, Some(json!("new"))).await }
    };
    let changed = put("/drive/items/2/content").await;
    assert_eq!(changed.status(), 200);
    assert_eq!(header(&changed, "etag"), "W/\"3\"");
    let item = json(changed).await;
    assert_eq!(item["id"], "2");
    assert_eq!(item["name"], "b c.txt");
    // A file that is not there is made, and is found by its id, too.
    let made = put("/drive/root:/a/n%231.txt:/content").await;
    assert_eq!(made.status(), 201);
    let item = json(made).await;
    assert_eq!(item["name"], "n#1.txt");
    let by_id = format!("/drive/items/{}/content", item["id"].as_str().unwrap());
    let content = get(&emulator, &by_id).await;
    assert_eq!(content.text().await.unwrap(), "\"new\"");
    let nowhere = put("/drive/root:/no/n.txt:/content").await;
    assert_refused(nowhere, 404, "'no'").await;
    assert_eq!(
        put("/messages/m/$value").await.status(),
        204,
        "another type"
    );

    let emulator = files()
        .uploads("microsoft.graph.message", UploadAnswer::Entity)
        .uploads("microsoft.graph.driveItem", UploadAnswer::NoContent)
        .start()
        .await
        .unwrap();
    let headers = [("content-type", "text/plain")];
    let mime = Some(json!("x"));
    let changed = send(&emulator, Method::PUT, "/messages/m/$value", &headers, mime).await;
    assert_eq!(json(changed).await["id"], "m");
    let changed = send(
        &emulator,
        Method::PUT,
        "/drive/items/2/content",
        &headers,
        None,
    )
    .await;
    assert_eq!(changed.status(), 204);
}

#[tokio::test]
async fn throttling_by_rule_spares_other_requests() {
    let emulator = files()
        .fault_when(|request| {
            (request.method == Method::POST).then_some(Fault::TooManyRequests {
                retry_after: RetryAfter::Seconds(7),
            })
        })
        .start()
        .await
        .unwrap();
    let throttled = post(&emulator, "/teams", json!({"id": "t"})).await;
    assert_eq!(throttled.status(), 429);
    assert_eq!(header(&throttled, "retry-after"), "7");
    assert_eq!(json(throttled).await["error"]["code"], "TooManyRequests");
    assert_eq!(
        get(&emulator, "/teams/t").await.status(),
        404,
        "nothing was made"
    );
}

#[tokio::test]
async fn throttling_by_quota_ends_with_the_window() {
    let now = Arc::new(Mutex::new(example_clock()));
    let clock = Arc::clone(&now);
    let emulator = files()
        .clock(move || -> DateTime<Utc> { *clock.lock().unwrap() })
        .throttle_after(2, Duration::from_secs(10))
        .start()
        .await
        .unwrap();
    let wait = |milliseconds| *now.lock().unwrap() += TimeDelta::milliseconds(milliseconds);
    assert_eq!(post(&emulator, "/teams", json!({})).await.status(), 201);
    wait(2500);
    let patch = Some(json!({"displayName": "x"}));
    let path = "/teams/nobody";
    assert_eq!(
        send(&emulator, Method::PATCH, path, &[], patch.clone())
            .await
            .status(),
        404
    );
    let throttled = post(&emulator, "/teams", json!({"id": "late"})).await;
    assert_eq!(throttled.status(), 429);
    assert_eq!(header(&throttled, "retry-after"), "8", "rounded up");
    wait(7499);
    let throttled = send(&emulator, Method::PATCH, path, &[], patch).await;
    assert_eq!(throttled.status(), 429);
    assert_eq!(header(&throttled, "retry-after"), "1");
    wait(1);
    assert_eq!(
        post(&emulator, "/teams", json!({"id": "late"}))
            .await
            .status(),
        201
    );
    assert_eq!(get(&emulator, "/teams/late").await.status(), 200);
    assert_eq!(get(&emulator, "/teams/late").await.status(), 429);
}

#[tokio::test]
async fn derived_types_are_made_by_their_name() {
    let emulator = files().start().await.unwrap();
    let path = "/messages/m/attachments";
    let file = json!({"@odata.type": "#microsoft.graph.fileAttachment", "contentBytes": "AAE="});
    let made = post(&emulator, path, file.clone()).await;
    assert_eq!(made.status(), 201);
    let made = json(made).await;
    assert_eq!(made["@odata.type"], "#microsoft.graph.fileAttachment");
    let cast = format!("{path}/microsoft.graph.fileAttachment");
    let page = json(get(&emulator, &cast).await).await;
    assert_eq!(page["value"][0]["contentBytes"], "AAE=");
    assert_refused(post(&emulator, &cast, file).await, 405, "use GET").await;
    let nameless = post(&emulator, path, json!({"name": "x"})).await;
    assert_refused(nameless, 400, "'microsoft.graph.attachment' is abstract").await;
}

#[tokio::test]
async fn items_addressed_by_path() {
    let emulator = files()
        .with_entities("drives", json!([{"id": "d", "root": {"id": "r", "children": [
            {"id": "f", "name": "folder", "children": [{"id": "x", "name": "x:y"}]},
        ]}}]))
        .with_entities("sites", json!([
            {"id": "contoso.sharepoint.com", "sites": [{"id": "s", "name": "hr", "drive": {"id": "e"}}]},
        ]))
        .start()
        .await
        .unwrap();
    for (path, id) in [
        ("/drive/root:/a/b%20c.txt", "2"),
        ("/drive/root:/a/b%20c.txt:", "2"),
        ("/drive/root:/a/50%25%231(x).txt", "3"),
        ("/drive/root:/:", "root"),
        ("/drive/root", "root"),
        ("/drive/items/1:/b%20c.txt:", "2"),
        ("/drives/d/items/f", "f"),
        ("/drives/d/items/f:/x%3Ay", "x"),
        ("/drives('d')/items('f'):/x%3Ay:", "x"),
        ("/sites/contoso.sharepoint.com:/hr", "s"),
        ("/sites/contoso.sharepoint.com:/hr:/drive", "e"),
    ] {
        let response = get(&emulator, path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(json(response).await["id"], id, "{path}");
    }
    let children = json(get(&emulator, "/drive/root:/a:/children?$top=1").await).await;
    assert_eq!(children["value"][0]["id"], "2");
    let renamed = Some(json!({"name": "new"}));
    let path = "/drive/root:/a/b%20c.txt:";
    assert_eq!(
        send(&emulator, Method::PATCH, path, &[], renamed)
            .await
            .status(),
        204
    );
    assert_eq!(emulator.entity("drive/items/2").unwrap()["name"], "new");
    for (path, status, message) in [
        ("/drive/root:/a/nothing", 404, "'nothing'"),
        ("/drive/root:/nothing/b:/content", 404, "'nothing'"),
        ("/drive/root%3A/a", 400, "'root:'"),
        ("/drive:/a", 400, "'drive'"),
        ("/messages/m:/a", 400, "'m'"),
        ("/drive/root/children:/a", 400, "'children'"),
        ("/drive/root:/a:/content:/b", 400, "'content'"),
    ] {
        assert_refused(get(&emulator, path).await, status, message).await;
    }
}

#[tokio::test]
async fn path_addressing_of_any_type() {
    let addressing = PathAddressing::new("my.user", "displayName", "messages").delimiter('!');
    let metadata = include_str!("../directory.csdl").replace("\"subject\"", "\"displayName\"");
    let user = json!([{"id": "a", "messages": [{"id": "1", "displayName": "x"}]}]);
    let emulator = builder()
        .metadata(metadata.clone())
        .with_entities("users", user)
        .path_addressing(addressing)
        .start()
        .await
        .unwrap();
    assert_eq!(json(get(&emulator, "/users/a!/x").await).await["id"], "1");
    for (ty, name, children, undeclared) in [
        ("my.usr", "displayName", "messages", "my.usr"),
        ("my.user", "name", "messages", "my.user/name"),
        ("my.user", "displayName", "manager", "my.user/manager"),
    ] {
        let wrong = PathAddressing::new(ty, name, children);
        let builder = builder().metadata(metadata.clone()).path_addressing(wrong);
        let error = builder.start().await.unwrap_err();
        assert!(matches!(error, StartError::Undeclared(name) if name == undeclared));
    }
}

#[tokio::test]
async fn top_is_a_page_size_or_a_limit() {
    let teams = || {
        let teams = (0..7).map(|n| json!({"id": n.to_string()}));
        files().with_entities("teams", teams.collect())
    };
    let emulator = teams().start().await.unwrap();
    let read = async |emulator: &Emulator| {
        let mut path = "/teams?$top=3".to_owned();
        let mut pages = Vec::new();
        loop {
            let page = json(get(emulator, &path).await).await;
            pages.push(page["value"].as_array().unwrap().len());
            let Some(next) = page["@odata.nextLink"].as_str() else {
                return pages;
            };
            path = next.replace(&emulator.endpoint(), "");
        }
    };
    assert_eq!(read(&emulator).await, [3, 3, 1]);
    let emulator = teams().top(Top::Limit).start().await.unwrap();
    assert_eq!(read(&emulator).await, [3]);
}

#[tokio::test]
async fn media_entities_made_of_their_media() {
    let emulator = files().start().await.unwrap();
    for (collection, stream) in [("/messages", "$value"), ("/drive/root/children", "content")] {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}{collection}", emulator.endpoint());
        let request = client.post(url).bearer_auth("t");
        let request = request.header("content-type", "text/html").body("<p>x</p>");
        let made = request.send().await.unwrap();
        assert_eq!(made.status(), 201, "{collection}");
        let id = json(made).await["id"].as_str().unwrap().to_owned();
        let path = match collection {
            "/messages" => format!("/messages/{id}/{stream}"),
            _ => format!("/drive/items/{id}/{stream}"),
        };
        let content = get(&emulator, &path).await;
        assert_eq!(header(&content, "content-type"), "text/html");
        assert_eq!(content.text().await.unwrap(), "<p>x</p>");
    }
    let url = format!("{}/teams", emulator.endpoint());
    let request = reqwest::Client::new().post(url).bearer_auth("t");
    let request = request.header("content-type", "text/html").body("<p>x</p>");
    assert_eq!(request.send().await.unwrap().status(), 415, "no media type");
}

#[tokio::test]
async fn advanced_queries_ask_for_consistency() {
    let emulator = files()
        .with_entities("teams", json!([{"id": "a", "displayName": "A"}]))
        .advanced_queries(["microsoft.graph.team"])
        .start()
        .await
        .unwrap();
    let eventual = [("consistencylevel", "eventual")];
    for (query, needs) in [
        ("?$filter=displayName eq 'A'", ""),
        ("?$orderby=displayName", ""),
        ("?$count=true", "header"),
        ("/$count", "header"),
        ("?$search=A", "header"),
        ("/$count?$filter=displayName ne 'B'", "header"),
        ("?$filter=displayName ne 'B'", "both"),
        ("?$filter=not(displayName eq 'B')", "both"),
        ("?$filter=id eq 'a' and endsWith(displayName,'A')", "both"),
        ("?$filter=displayName eq 'A'&$orderby=id", "both"),
    ] {
        let path = format!("/teams{query}");
        let plain = get(&emulator, &path).await;
        if needs.is_empty() {
            assert_eq!(plain.status(), 200, "{path}");
            continue;
        }
        assert_refused(plain, 400, "needs the header").await;
        let asked = send(&emulator, Method::GET, &path, &eventual, None).await;
        if needs == "both" {
            assert_refused(asked, 400, "needs $count=true").await;
            let path = format!("{path}&$count=true");
            let asked = send(&emulator, Method::GET, &path, &eventual, None).await;
            assert_eq!(json(asked).await["@odata.count"], 1, "{path}");
        } else {
            assert_eq!(asked.status(), 200, "{path}");
        }
    }
    let drives = get(&emulator, "/drives?$count=true").await;
    assert_eq!(drives.status(), 200, "another type");
}
