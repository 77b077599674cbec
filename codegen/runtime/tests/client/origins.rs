//! The token goes to the service root's origin and nowhere else.

use serde_json::json;

use odata_runtime::{
    Client, ConfigureRequest as _, ErrorKind, Method, ODataType as _, Page, RetryPolicy,
};

use crate::support::{CLOUD, Metric, Reply, Server, TOKEN, Thing, builder, client, metrics};

async fn foreign() -> Server {
    Server::replies([Reply::page(&[666], None)]).await
}

/// Nothing came to the foreign server, not even a connection.
fn assert_untouched(foreign: &Server) {
    assert_eq!(foreign.connections(), 0);
    assert_eq!(foreign.count(), 0);
}

#[tokio::test]
async fn a_next_link_to_another_origin_is_not_followed() {
    let foreign = foreign().await;
    let link = format!("{}/beta/next?$skiptoken=x", foreign.url());
    let server = Server::replies([Reply::page(&[1], Some(&link))]).await;
    let mut pages = metrics(&client(&server)).pages();
    assert!(pages.next().await.unwrap().is_ok());
    let error = pages.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignOrigin);
    assert_eq!(error.attempts(), 0);
    let text = error.to_string();
    assert!(text.contains(foreign.url()), "{text}");
    assert!(text.contains(server.url()), "{text}");
    assert!(pages.next().await.is_none());
    assert_untouched(&foreign);
    assert_eq!(server.count(), 1);
}

/// It is ignored: the links are relative to where the answer came from.
#[tokio::test]
async fn a_context_of_another_origin_moves_no_token() {
    let foreign = foreign().await;
    let context = format!("{}/beta/$metadata#x", foreign.url());
    let page = serde_json::json!({
        "@odata.context": context, "@odata.nextLink": "x?p=2", "value": [{"value": 1}],
    });
    let server = Server::replies([Reply::ok(page.to_string()), Reply::page(&[2], None)]).await;
    let client = client(&server);
    let mut pages = metrics(&client).pages();
    let page = pages.next().await.unwrap().unwrap();
    let link = page.resolve_link("x?p=2").unwrap();
    assert_eq!(
        link.as_str(),
        format!("{}/beta/reports/x?p=2", server.url())
    );
    assert_eq!(pages.next().await.unwrap().unwrap().value.len(), 1);
    assert_untouched(&foreign);
    let received = server.received();
    assert_eq!(received[1].target, "/beta/reports/x?p=2");
    assert_eq!(received[1].token(), Some(TOKEN));
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let foreign = foreign().await;
        let server =
            Server::replies([Reply::redirect(status, format!("{}/x", foreign.url()))]).await;
        let error = metrics(&client(&server)).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignOrigin, "{status}");
        assert!(error.to_string().contains(foreign.url()), "{error}");
        assert_untouched(&foreign);
        assert_eq!(server.count(), 1, "not retried");
    }
}

#[tokio::test]
async fn another_scheme_or_host_name_is_not_followed() {
    let to_https = "https://127.0.0.1/x";
    let to_name = "//localhost/x";
    for location in [
        to_https,
        to_name,
        "http://user:pass@127.0.0.1/x",
        "data:,x",
        "//\\",
    ] {
        let server = Server::replies([Reply::redirect(302, location)]).await;
        let error = metrics(&client(&server)).send().await.unwrap_err();
        let refused = [ErrorKind::ForeignOrigin, ErrorKind::Redirect];
        assert!(refused.contains(&error.kind()), "{location}: {error}");
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn a_raw_url_of_another_origin_is_not_requested() {
    let foreign = foreign().await;
    let server = Server::replies([Reply::page(&[1], None)]).await;
    let client = client(&server);
    let (_, port) = server.url().rsplit_once(':').unwrap();
    for url in [
        format!("{}/beta/x", foreign.url()),
        format!("{}@{}/x", server.url(), &foreign.url()["http://".len()..]),
        format!("http://localhost:{port}/beta/x"),
        format!("https://127.0.0.1:{port}/beta/x"),
        format!("http://user:secret@127.0.0.1:{port}/beta/x"),
        "file:///etc/passwd".to_owned(),
    ] {
        let request = client.request::<Page<Metric>>(Method::GET, &url).unwrap();
        let entity = client.entity::<Thing>(&url).unwrap();
        for error in [
            request.send().await.unwrap_err(),
            entity.send().await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::ForeignOrigin, "{url}");
            assert!(!error.to_string().contains("secret@"), "{error}");
        }
    }
    assert_untouched(&foreign);
    assert_eq!(server.connections(), 0);
}

/// Lists of some services have nothing of their items but the ids.
#[tokio::test]
async fn an_entity_is_read_by_the_id_that_came_with_it() {
    let server = Server::start(|request| match request.target.as_str() {
        "/beta/things" => Reply::ok(
            r#"{"value":[{"@odata.id":"things('1')"},{"@odata.id":"/beta/things('2')"},{"@id":"/beta/things('3')"},{}]}"#,
        ),
        target => Reply::ok(json!({"name": target}).to_string()),
    })
    .await;
    let client = client(&server);
    let page = client.root().segment("things").list::<Thing>().await;
    let mut names = Vec::new();
    for listed in &page.unwrap().value {
        let Some(id) = listed.entity_id() else {
            continue;
        };
        let thing = client.entity::<Thing>(id).unwrap().select([Thing::NAME]);
        names.push(thing.await.unwrap().name.clone().unwrap());
    }
    let expected = ["1", "2", "3"].map(|id| format!("/beta/things('{id}')?$select=name"));
    assert_eq!(names, expected);
    assert!(server.received().iter().all(|it| it.token() == Some(TOKEN)));
    let error = client.entity::<Thing>("http://[").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn a_raw_url_of_the_same_origin_gets_the_token() {
    let server = Server::replies([Reply::page(&[1], None)]).await;
    let client = client(&server);
    for url in [
        format!("{}/v1.0/x?$top=1", server.url()),
        "../v1.0/x?$top=1".to_owned(),
    ] {
        client
            .request::<Page<Metric>>(Method::GET, &url)
            .unwrap()
            .send()
            .await
            .unwrap();
    }
    for request in server.received() {
        assert_eq!(request.target, "/v1.0/x?$top=1");
        assert_eq!(request.token(), Some(TOKEN));
    }
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_continuation_of_another_origin_is_not_requested() {
    let foreign = foreign().await;
    let server = Server::replies([Reply::page(&[1], None)]).await;
    let forged = format!(r#"{{"link":"{}/x","skip":0}}"#, foreign.url());
    let continuation = serde_json::from_str(&forged).unwrap();
    let mut items = metrics(&client(&server)).stream().resume(&continuation);
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignOrigin);
    assert_untouched(&foreign);
}

#[tokio::test]
async fn no_token_is_asked_for_on_behalf_of_another_origin() {
    let server = Server::replies([Reply::page(&[1], None)]).await;
    let credential = odata_runtime::credential::from_fn(|_| async { panic!("nobody may ask") });
    let client = builder(&server).credential(credential).build().unwrap();
    let request = client
        .request::<()>(Method::GET, "https://foreign.invalid/")
        .unwrap();
    assert_eq!(
        request.send().await.unwrap_err().kind(),
        ErrorKind::ForeignOrigin
    );
}

#[tokio::test]
async fn redirects_within_the_origin_keep_the_token() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::replies([
            Reply::redirect(status, "/elsewhere?$top=1"),
            Reply::redirect(status, "more/x"),
            Reply::page(&[1], None),
        ])
        .await;
        let response = metrics(&client(&server)).send().await.unwrap();
        assert_eq!(response.attempts(), 1);
        let received = server.received();
        let targets: Vec<_> = received
            .iter()
            .map(|request| request.target.as_str())
            .collect();
        assert_eq!(targets[1..], ["/elsewhere?$top=1", "/more/x"], "{status}");
        assert!(
            received
                .iter()
                .all(|request| request.token() == Some(TOKEN))
        );
        assert!(received.iter().all(|request| request.method == "GET"));
    }
}

#[tokio::test]
async fn five_redirects_are_followed_and_no_more() {
    let hops = |count| {
        let redirects = (0..count).map(|hop| Reply::redirect(302, format!("/{hop}")));
        redirects.chain([Reply::page(&[1], None)])
    };
    let server = Server::replies(hops(5)).await;
    assert!(metrics(&client(&server)).send().await.is_ok());
    assert_eq!(server.count(), 6);
    let server = Server::replies(hops(6)).await;
    let error = metrics(&client(&server)).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert_eq!(server.count(), 6, "and not retried");
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_an_error() {
    let server = Server::replies([Reply::status(302, "")]).await;
    let error = metrics(&client(&server)).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
}

/// What the headers said of the body and of the resource is true of nothing that a 303 leads to.
#[tokio::test]
async fn a_get_after_a_303_has_no_headers_of_the_write() {
    let of_the_write = [
        ("if-match", "\"etag\""),
        ("if-none-match", "*"),
        ("if-unmodified-since", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("content-encoding", "identity"),
        ("content-language", "en"),
    ];
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let server = Server::replies([Reply::redirect(303, "/beta/done"), Reply::ok("null")]).await;
        let request = client(&server).request::<()>(method.clone(), "x").unwrap();
        let mut request = request
            .body("text/plain", "the body")
            .header("prefer", "odata.include-annotations=*")
            .header("x-mine", "1");
        for (name, value) in of_the_write {
            request = request.header(name, value);
        }
        request.send().await.unwrap();
        let [write, read] = &server.received()[..] else {
            panic!("{method}: not two requests");
        };
        assert_eq!(
            (write.method.as_str(), read.method.as_str()),
            (method.as_str(), "GET")
        );
        assert_eq!(write.header("content-type"), Some("text/plain"));
        for name in of_the_write.map(|(name, _)| name) {
            assert!(write.header(name).is_some(), "{method} {name}");
            assert_eq!(read.header(name), None, "{method} {name}");
        }
        for name in ["content-type", "content-length", "transfer-encoding"] {
            assert_eq!(read.header(name), None, "{method} {name}");
        }
        for name in [
            "accept",
            "authorization",
            "client-request-id",
            "prefer",
            "x-mine",
        ] {
            assert_eq!(read.header(name), write.header(name), "{method} {name}");
        }
    }
}

/// A GET stays what it was, and so do its conditions.
#[tokio::test]
async fn a_get_keeps_its_headers_when_redirected() {
    let server = Server::replies([Reply::redirect(303, "/beta/done"), Reply::ok("null")]).await;
    let request = client(&server).request::<()>(Method::GET, "x").unwrap();
    let request = request.header("if-none-match", "\"etag\"");
    request.send().await.unwrap();
    assert_eq!(
        server.received()[1].header("if-none-match"),
        Some("\"etag\"")
    );
}

#[tokio::test]
async fn a_post_is_redirected_by_307_and_303_alone() {
    for (status, method, body) in [
        (307, "POST", "{\"a\":1}"),
        (308, "POST", "{\"a\":1}"),
        (303, "GET", ""),
    ] {
        let server = Server::replies([Reply::redirect(status, "/x"), Reply::ok("null")]).await;
        let request = client(&server)
            .root()
            .segment("users")
            .post::<()>(&serde_json::json!({"a": 1}));
        request.send().await.unwrap();
        let last = server.received().pop().unwrap();
        assert_eq!(
            (last.method.as_str(), last.body.as_slice()),
            (method, body.as_bytes())
        );
    }
    for status in [301, 302] {
        let server = Server::replies([Reply::redirect(status, "/x")]).await;
        let request = client(&server).root().segment("users").post::<()>(&1);
        let error = request.send().await.unwrap_err();
        assert_eq!((error.kind(), server.count()), (ErrorKind::Service, 1));
    }
}

#[tokio::test]
async fn an_http_client_that_redirects_itself_is_found_out() {
    let foreign = foreign().await;
    let server = Server::replies([Reply::redirect(302, format!("{}/x", foreign.url()))]).await;
    let client = builder(&server)
        .http_client(reqwest::Client::new())
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignOrigin);
    assert!(
        foreign
            .received()
            .iter()
            .all(|request| request.token().is_none())
    );
}

/// What is sent to an http root goes through a proxy here, since no other address is a test's own.
#[tokio::test]
async fn http_elsewhere_needs_to_be_allowed() {
    let proxy = Server::replies([Reply::page(&[1], None)]).await;
    let http = || {
        let through = reqwest::Proxy::http(proxy.url()).unwrap();
        let http = reqwest::Client::builder().proxy(through);
        let builder = builder(&proxy).endpoint("http://erp.invalid/odata");
        builder.http_client(http.build().unwrap())
    };
    for refused in [
        http(),
        http().anonymous(),
        http().allow_http(),
        http().allow_http_with_credentials(),
        http().allow_http_with_credentials().anonymous(),
    ] {
        let error = refused.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("allow_http"), "{error}");
    }
    assert_eq!(proxy.connections(), 0);
    let anonymous = http().allow_http().anonymous().build().unwrap();
    metrics(&anonymous).send().await.unwrap();
    let twice = http().allow_http().allow_http_with_credentials();
    metrics(&twice.build().unwrap()).send().await.unwrap();
    let received = proxy.received();
    let tokens = received.iter().map(|request| request.token());
    assert_eq!(tokens.collect::<Vec<_>>(), [None, Some(TOKEN)]);
    for request in &received {
        let expected = "http://erp.invalid/odata/reports/getMetrics(minutes=10)";
        assert_eq!(request.target, expected);
    }
}

#[test]
fn roots_that_are_not_https_are_refused() {
    for endpoint in [
        "http://service.example/beta",
        "ftp://service.example",
        "service.example",
        "",
    ] {
        let builder = Client::builder(CLOUD, "test/1")
            .bearer_token(TOKEN)
            .endpoint(endpoint);
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{endpoint}");
    }
}
