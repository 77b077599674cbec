//! Nothing that can be printed has a token or a query.

use std::fmt::Debug;

use odata_runtime::{
    AccessToken, AdditionalProperties, ConfigureRequest, CredentialSource, NavigationProperty,
    TokenRequest, credential,
};

use crate::support::{METRICS, Reply, Server, TOKEN, Thing, builder, client, metrics};

const SECRET: &str = "secret-in-a-query";

fn assert_clean(value: &(impl Debug + ?Sized)) {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!text.contains(TOKEN), "{text}");
        assert!(!text.contains(SECRET), "{text}");
    }
}

#[tokio::test]
async fn debug_shows_no_secrets() {
    let next = format!("/beta/x?$skiptoken={SECRET}");
    let server = Server::replies([Reply::page(&[1, 2], Some(&next))]).await;
    assert_clean(&builder(&server));
    assert_clean(&AccessToken::new(TOKEN));
    let client = client(&server);
    assert_clean(&client);
    assert_clean(&client.root().segment("x"));
    let mut request = metrics(&client)
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("x-key", SECRET)
        .query_option("$filter", SECRET);
    assert_clean(&request);
    assert_clean(request.options_mut());
    let mut pages = request.clone().pages();
    assert_clean(&pages);
    let page = pages.next().await.unwrap().unwrap();
    assert!(page.next_link.is_some());
    assert_clean(&page.status());
    assert_clean(&pages);
    assert_clean(&pages.continuation());
    let mut items = request.stream();
    items.next().await.unwrap().unwrap();
    assert_clean(&items);
    assert_clean(&items.continuation());
}

fn assert_clean_request(request: impl ConfigureRequest + Debug) {
    let request = request.header("authorization", format!("Bearer {TOKEN}"));
    assert_clean(&request.query_option("key", SECRET));
}

/// Every request that a resource has, with secrets wherever a caller can put text in.
#[tokio::test]
async fn debug_of_every_kind_of_request_shows_no_secrets() {
    const OWNER: NavigationProperty<Thing, Thing> = NavigationProperty::new("owner");
    let delta = format!("/beta/x?$deltatoken={SECRET}");
    let page = serde_json::json!({"value": [], "@odata.deltaLink": delta});
    let server = Server::replies([Reply::ok(page.to_string())]).await;
    let client = client(&server);
    let path = client.root().segment("things");
    let thing = Thing {
        name: Some(SECRET.to_owned()),
        additional_properties: AdditionalProperties::new(),
    };
    assert_clean_request(
        path.read::<Thing>()
            .select([Thing::NAME])
            .expand_with(OWNER, SECRET),
    );
    assert_clean_request(
        path.list::<Thing>()
            .filter(Thing::NAME.eq(SECRET))
            .search(SECRET),
    );
    assert_clean_request(path.count::<Thing>().filter_text(SECRET).search(SECRET));
    assert_clean_request(path.create(&thing));
    assert_clean_request(path.update(&thing).if_match(SECRET));
    assert_clean_request(path.remove().if_match(SECRET));
    assert_clean_request(path.download());
    assert_clean_request(path.upload::<Thing>("text/plain", SECRET).if_match(SECRET));
    assert_clean_request(path.get::<Thing>());
    assert_clean_request(path.post::<Thing>(&thing));
    assert_clean_request(path.references().list());
    assert_clean_request(path.references().add(SECRET));
    assert_clean_request(path.references().remove(SECRET));
    assert_clean_request(path.reference().set(SECRET));
    assert_clean_request(metrics(&client).parameter("from", vec![SECRET]));
    assert_clean_request(metrics(&client).into_download());
    assert_clean_request(path.action_call::<()>(&METRICS).parameter("from", SECRET));
    let composed = metrics(&client)
        .parameter("from", vec![SECRET])
        .into_resource();
    assert_clean(&composed);
    assert_clean(&composed.references());
    assert_clean(&composed.reference());
    assert_clean(&composed.segment("x").download().stream());
    let open = path.download().open().await.unwrap();
    assert_clean(&open);
    let mut pages = path.list::<Thing>().query_option("k", SECRET).pages();
    pages.next().await.unwrap().unwrap();
    assert_clean(&pages.delta_continuation().unwrap());
    assert_clean(&pages);
    let http = metrics(&client).to_http().unwrap();
    assert!(!http.headers().contains_key("authorization"));
    for source in [CredentialSource::BearerToken, CredentialSource::Custom] {
        assert_clean(&source);
    }
    assert_clean(&builder(&server).credential_from_env("THE_VARIABLE"));
    assert_clean(&builder(&server).bearer_token(SECRET));
}

#[tokio::test]
async fn a_response_shows_no_headers() {
    let server = Server::replies([Reply::page(&[1], None).header("set-cookie", SECRET)]).await;
    let response = metrics(&client(&server)).send().await.unwrap();
    assert!(response.headers().contains_key("set-cookie"));
    assert_clean(&response);
}

#[tokio::test]
async fn a_token_that_a_proxy_gives_back_is_redacted() {
    let echo = |request: &crate::support::Received| {
        let token = request.token().unwrap_or_default();
        Reply::status(502, format!("<pre>Authorization: Bearer {token}</pre>"))
    };
    let server = Server::start(echo).await;
    let error = metrics(&client(&server))
        .query_option("key", SECRET)
        .send()
        .await
        .unwrap_err();
    assert_clean(&error);
    assert!(error.to_string().contains("Bearer [redacted]"), "{error}");
    let body = String::from_utf8(error.raw_body().unwrap().to_vec()).unwrap();
    assert!(!body.contains(TOKEN), "{body}");
}

/// Encoders of JSON may write any character as an escape, and readers undo it.
#[tokio::test]
async fn a_token_in_json_is_redacted_however_escaped() {
    let escaped = TOKEN.replace('-', "\\u002D");
    let body = format!(r#"{{"error":{{"code":"x","message":"{escaped}"}}}}"#);
    let server = Server::replies([Reply::status(502, body)]).await;
    let error = metrics(&client(&server)).send().await.unwrap_err();
    assert_clean(&error);
    assert_eq!(error.service_error().unwrap().message, "[redacted]");
}

/// `\t` and what follows is no token, though it looks like one that begins with a `t`.
#[tokio::test]
async fn redaction_leaves_json_readable() {
    let token = "to/ken/of/this/test";
    for message in [
        r"\to/ken/of/this/test",
        r"\\to/ken/of/this/test",
        r"\\to\/ken/of/this/test",
    ] {
        let body = format!(r#"{{"error":{{"code":"x","message":"{message}"}}}}"#);
        let server = Server::replies([Reply::status(502, body)]).await;
        let client = builder(&server).bearer_token(token).build().unwrap();
        let error = metrics(&client).send().await.unwrap_err();
        assert_eq!(error.code(), Some("x"), "{message}");
        assert!(!error.to_string().contains(token), "{error}");
    }
}

#[tokio::test]
async fn a_token_in_a_header_of_the_answer_is_redacted() {
    let reply = Reply::status(502, "").header("request-id", TOKEN);
    let server = Server::replies([reply]).await;
    let error = metrics(&client(&server)).send().await.unwrap_err();
    assert_clean(&error);
    assert_eq!(error.request_id(), Some("[redacted]"));
}

/// serde quotes what it did not expect.
#[tokio::test]
async fn a_token_in_an_undecodable_response_is_redacted() {
    let body = format!(r#"{{"value":[{{"value":"{TOKEN}"}}]}}"#);
    let reply = Reply::ok(body).header("request-id", TOKEN);
    let server = Server::replies([reply]).await;
    let error = metrics(&client(&server)).send().await.unwrap_err();
    assert_clean(&error);
    let source = std::error::Error::source(&error).unwrap();
    assert_clean(source);
    assert_clean(&source.to_string());
    assert_clean(error.decode_error().unwrap());
    let body = String::from_utf8_lossy(error.raw_body().unwrap());
    assert_eq!(body, r#"{"value":[{"value":"[redacted]"}]}"#);
}

#[tokio::test]
async fn errors_show_no_secrets_whatever_failed() {
    let truncated = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec();
    for reply in [
        Reply::close(),
        Reply::Raw(truncated),
        Reply::Raw(b"nonsense\r\n\r\n".to_vec()),
        Reply::status(400, ""),
        Reply::ok("{"),
        Reply::redirect(
            302,
            format!("https://user:{SECRET}@foreign.invalid/?{SECRET}"),
        ),
        Reply::redirect(302, ""),
    ] {
        let server = Server::replies([reply]).await;
        let request = metrics(&client(&server)).query_option("key", SECRET);
        let error = request.send().await.unwrap_err();
        assert_clean(&error);
        let mut source: Option<&dyn std::error::Error> = Some(&error);
        while let Some(cause) = source {
            assert_clean(cause);
            assert_clean(&cause.to_string());
            source = cause.source();
        }
    }
}

#[tokio::test]
async fn what_a_credential_gets_shows_no_claims() {
    let server = Server::replies([Reply::page(&[], None)]).await;
    let credential = credential::from_fn(|mut request: TokenRequest| async move {
        request.claims = Some(SECRET.to_owned());
        assert_clean(&request);
        Ok(AccessToken::new(TOKEN))
    });
    let client = builder(&server).credential(credential).build().unwrap();
    metrics(&client).send().await.unwrap();
    assert_clean(&client);
}
