//! Credentials in other headers than a bearer token's, and headers of the client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use odata_runtime::{
    AccessToken, Client, ClientBuilder, ConfigureRequest as _, CredentialSource, ErrorKind,
    credential,
};

use crate::support::{CLOUD, Reply, Server, TOKEN, builder, client, metrics};

const PASSWORD: &str = "p4ssw0rd:of this test";
/// `me:` and the password, in base64.
const BASIC: &str = "bWU6cDRzc3cwcmQ6b2YgdGhpcyB0ZXN0";
const KEY: &str = "the-api-key-of-this-test";

type Builder = ClientBuilder<Client>;
type With = fn(Builder) -> Builder;

/// Each way to prove who asks, the header that it is, and what must never be shown.
fn proofs() -> [(With, &'static str, String); 3] {
    [
        (
            |builder| builder.basic("me", PASSWORD),
            "authorization",
            format!("Basic {BASIC}"),
        ),
        (
            |builder| builder.api_key("X-Api-Key", KEY),
            "x-api-key",
            KEY.to_owned(),
        ),
        (
            |builder| {
                let header = || AccessToken::in_header("authorization", format!("Custom id {KEY}"));
                builder.credential(credential::from_fn(move |_| async move { Ok(header()) }))
            },
            "authorization",
            format!("Custom id {KEY}"),
        ),
    ]
}

fn assert_clean(text: &str) {
    for secret in [PASSWORD, BASIC, KEY, "cDRzc3cwcmQ"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn credentials_go_in_their_header() {
    for (with, name, value) in proofs() {
        let server = Server::replies([Reply::page(&[1], None)]).await;
        let client = with(builder(&server)).build().unwrap();
        metrics(&client).send().await.unwrap();
        let received = server.received().remove(0);
        assert_eq!(received.header(name), Some(value.as_str()));
        let is_bearer = received.token().is_some();
        assert!(!is_bearer, "and no token");
    }
}

#[tokio::test]
async fn credentials_in_headers_stay_with_their_origin() {
    for (with, name, _) in proofs() {
        let foreign = Server::replies([Reply::ok("bytes")]).await;
        let link = format!("{}/x", foreign.url());
        let server = Server::replies([Reply::page(&[1], Some(&link))]).await;
        let client = with(builder(&server)).build().unwrap();
        let mut pages = metrics(&client).pages();
        pages.next().await.unwrap().unwrap();
        let error = pages.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignOrigin);
        assert_eq!(foreign.connections(), 0);

        let server = Server::replies([Reply::redirect(302, link)]).await;
        let client = with(builder(&server)).header("sap-client", "100");
        let client = client.build().unwrap();
        client.root().segment("x").download().send().await.unwrap();
        let received = foreign.received().remove(0);
        for name in [name, "sap-client"] {
            assert_eq!(received.header(name), None, "{name}");
        }
        assert!(server.received()[0].header(name).is_some());
    }
}

#[tokio::test]
async fn credentials_in_headers_are_not_shown() {
    for (with, name, value) in proofs() {
        assert_clean(&format!("{:?}", with(Client::builder(CLOUD, "test/1"))));
        let says = value.clone();
        let echo = move |status| {
            let body =
                format!("{{\"error\":{{\"code\":\"x\",\"message\":\"{says} {PASSWORD}\"}}}}");
            Reply::status(status, body).header("x-echo", says.clone())
        };
        let server = Server::replies([echo(400), echo(200)]).await;
        let client = with(builder(&server)).build().unwrap();
        assert_clean(&format!("{client:?}"));
        for _ in 0..2 {
            let error = metrics(&client).send().await.unwrap_err();
            assert_clean_of(&value, &format!("{error} {error:?} {error:#?}"));
            let body = String::from_utf8_lossy(error.raw_body().unwrap()).into_owned();
            assert_clean_of(&value, &body);
            assert_clean_of(&value, &format!("{:?}", error.headers()));
        }
        assert!(server.received()[0].header(name).is_some());
    }
}

/// Neither the credential nor, if it is a password's, the password.
fn assert_clean_of(value: &str, text: &str) {
    assert!(!text.contains(value), "{text}");
    if value.starts_with("Basic") {
        assert_clean(text);
    }
}

#[test]
fn credentials_that_cannot_be_sent_are_refused() {
    let builder = || Client::builder(CLOUD, "test/1");
    for (wrong, expected) in [
        (builder().basic("me:you", PASSWORD), "has a colon"),
        (
            builder().api_key("x key", KEY),
            "the name of the credential's header",
        ),
        (
            builder().api_key("x-key", format!("{KEY}\n")),
            "such as a line break",
        ),
        (builder().api_key("x-key", ""), "is empty"),
        (
            builder().bearer_token(TOKEN).header("x y", "1"),
            "\"x y\" or its value",
        ),
        (
            builder().bearer_token(TOKEN).header("x-y", "\n"),
            "\"x-y\" or its value",
        ),
    ] {
        let error = wrong.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(expected), "{error}");
        assert_clean(&error.to_string());
    }
}

#[test]
fn a_client_says_that_it_has_a_password_or_key() {
    let builder = || Client::builder(CLOUD, "test/1");
    let basic = builder().basic("me", "").build().unwrap();
    assert_eq!(basic.credential_source(), &CredentialSource::Basic);
    let key = builder().api_key("x-key", KEY).build().unwrap();
    assert_eq!(key.credential_source(), &CredentialSource::ApiKey);
    assert_eq!(key.credential_source().to_string(), "an API key");
}

/// The value is asked for again when it expires or is refused, as every token.
#[tokio::test]
async fn a_header_from_a_callback_may_change() {
    let refused = Reply::status(401, "");
    let server = Server::replies([refused, Reply::page(&[1], None)]).await;
    let count = Arc::new(AtomicUsize::new(0));
    let credential = credential::from_fn(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        let token = AccessToken::in_header("x-signature", format!("signature-{number}"));
        std::future::ready(Ok(token))
    });
    let client = builder(&server).credential(credential).build().unwrap();
    assert!(metrics(&client).send().await.is_err());
    metrics(&client).send().await.unwrap();
    let received = server.received();
    let sent = received.iter().map(|it| it.header("x-signature").unwrap());
    assert_eq!(sent.collect::<Vec<_>>(), ["signature-0", "signature-1"]);
}

#[tokio::test]
async fn a_clients_headers_go_with_every_request() {
    let pages = [
        Reply::page(&[1], Some("/beta/x?p=2")),
        Reply::page(&[2], None),
    ];
    let server = Server::replies(pages).await;
    let client = builder(&server)
        .header("sap-client", "100")
        .header("Accept-Language", "de")
        .build()
        .unwrap();
    let mut pages = metrics(&client).pages();
    while let Some(page) = pages.next().await {
        page.unwrap();
    }
    let request = metrics(&client).header("accept-language", "fr");
    request.send().await.unwrap();
    let received = server.received();
    let languages = received.iter().map(|it| it.header("accept-language"));
    let expected = [Some("de"), Some("de"), Some("fr")];
    assert_eq!(languages.collect::<Vec<_>>(), expected);
    for request in &received {
        assert_eq!(request.header("sap-client"), Some("100"));
        assert_eq!(request.token(), Some(TOKEN));
    }
}

#[tokio::test]
async fn a_secret_header_is_not_shown() {
    let echo = Reply::status(400, format!("you sent {KEY} and {TOKEN}"));
    let server = Server::replies([echo]).await;
    let builder = builder(&server).secret_header("subscription-key", KEY);
    assert_clean(&format!("{builder:?}"));
    let client = builder.build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    let text = format!(
        "{error} {error:?} {:?}",
        error.raw_body().map(String::from_utf8_lossy)
    );
    assert_clean(&text);
    assert!(!text.contains(TOKEN), "{text}");
    assert!(
        text.contains("you sent [redacted] and [redacted]"),
        "{text}"
    );
    assert_eq!(server.received()[0].header("subscription-key"), Some(KEY));
    let http = Client::builder(CLOUD, "test/1").endpoint("http://erp.invalid");
    let http = http.anonymous().allow_http().secret_header("key", KEY);
    let error = http.build().unwrap_err().to_string();
    assert!(error.contains("allow_http_with_credentials"), "{error}");
}

#[tokio::test]
async fn the_usual_client_has_no_other_headers() {
    let server = Server::replies([Reply::page(&[1], None)]).await;
    metrics(&client(&server)).send().await.unwrap();
    let mut names: Vec<_> = server.received()[0]
        .headers
        .iter()
        .map(|(name, _)| name.clone())
        .filter(|name| name != "accept-encoding")
        .collect();
    names.sort();
    let expected = [
        "accept",
        "authorization",
        "client-request-id",
        "host",
        "user-agent",
    ];
    assert_eq!(names, expected);
}
