//! Nothing that can be printed has a token or a query.

use std::fmt::Debug;

use odata_runtime::{AccessToken, ConfigureRequest as _, TokenRequest, credential};

use crate::support::{Reply, Server, TOKEN, builder, client, metrics};

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

#[tokio::test]
async fn a_response_shows_no_headers() {
    let server = Server::replies([Reply::page(&[1], None).header("set-cookie", SECRET)]).await;
    let response = metrics(&client(&server)).send().await.unwrap();
    assert!(response.headers().contains_key("set-cookie"));
    assert_clean(&response);
}

#[tokio::test]
async fn a_token_that_a_proxy_gives_back_is_blackened() {
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
