//! Authorities that answer what they should not.

use std::time::Duration;

use odata_runtime::credential::{AuthorizationCode, SignInErrorKind};
use serde_json::json;

use super::{
    Authority, CLIENT_ID, DEVICE_CODE, FakeStore, Prompts, json_reply, reason, service, tokens,
};
use crate::support::{FakeClock, Reply, Server, metrics};

/// What comes of a refresh token when the authority answers this, for every attempt.
async fn refreshed(answer: Reply) -> (SignInErrorKind, String) {
    let (service, authority) = (service().await, Authority::new([answer]).await);
    let key = format!("{}/organizations {CLIENT_ID}", authority.url());
    let credential = Prompts::default().credential();
    let credential = credential.store(FakeStore::with(&key, "refresh-0-hush"));
    let credential = credential.authority_timeout(Duration::from_millis(300));
    let builder = authority.builder(&service).clock(FakeClock::new());
    let client = builder.credential(credential).build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    for shown in [
        format!("{error}"),
        format!("{error:?}"),
        format!("{error:#?}"),
    ] {
        assert!(!shown.contains("hush"), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }
    assert_eq!(service.count(), 0);
    (reason(&error).kind(), reason(&error).to_string())
}

fn invalid(text: &str) -> (SignInErrorKind, String) {
    (SignInErrorKind::InvalidResponse, text.to_owned())
}

#[tokio::test]
async fn answers_that_are_not_oauth_are_told_as_such() {
    let html = Reply::status(200, "<html>hush").header("content-type", "text/html");
    assert_eq!(
        refreshed(html).await,
        invalid(
            "the authority's answer (status 200) is not JSON; check the login authority and the tenant"
        )
    );
    let not_found = Reply::status(404, "<html>hush");
    assert_eq!(
        refreshed(not_found).await,
        invalid(
            "the authority's answer (status 404) is not JSON; check the login authority and the tenant"
        )
    );
    let plain = "the authority's answer is not one of OAuth 2.0";
    let empty = Reply::status(400, "").header("content-type", "application/json");
    assert_eq!(refreshed(empty).await, invalid(plain));
    for (status, body, place) in [
        (200, json!({"token_type": "Bearer"}), "."),
        (200, json!(["hush"]), "."),
        (400, json!({"error": {"hush": 1}}), "error"),
        (
            200,
            json!({"token_type": "Bearer", "access_token": "a", "expires_in": "hush"}),
            "expires_in",
        ),
        (
            200,
            json!({"token_type": "Bearer", "access_token": ["hush"]}),
            "access_token",
        ),
    ] {
        let expected = format!("{plain} (at `{place}`)");
        assert_eq!(
            refreshed(json_reply(status, body)).await,
            invalid(&expected)
        );
    }
}

#[tokio::test]
async fn a_token_of_another_type_is_not_sent() {
    for kind in ["mac", "DPoP", ""] {
        let body = json!({"token_type": kind, "access_token": "a-hush", "expires_in": 3600});
        let expected =
            "the authority gave a token of a type other than Bearer, which cannot be sent";
        assert_eq!(refreshed(json_reply(200, body)).await, invalid(expected));
    }
}

#[tokio::test]
async fn a_redirect_gets_no_secret() {
    let elsewhere = Server::replies([tokens("a1", None)]).await;
    for status in [301, 302, 303, 307, 308] {
        let redirect = Reply::redirect(status, format!("{}/token", elsewhere.url()));
        let expected = format!(
            "the authority redirected a request (status {status}), which has secrets that go nowhere \
             else; check the login authority"
        );
        assert_eq!(refreshed(redirect).await, invalid(&expected));
    }
    assert_eq!(elsewhere.connections(), 0);
}

/// A client of the program's own that follows redirects has sent the secrets on, but gets no token.
#[tokio::test]
async fn an_answer_from_elsewhere_is_refused() {
    let elsewhere = Server::replies([json_reply(200, super::details())]).await;
    let redirect = Reply::redirect(307, elsewhere.url());
    let authority = Authority::with_device(redirect, [tokens("a1", None)]).await;
    let service = service().await;
    let prompts = Prompts::default();
    let http = odata_runtime::reqwest::Client::new();
    let credential = prompts.credential().http_client(http);
    let client = authority.builder(&service).credential(credential);
    let error = metrics(&client.build().unwrap()).send().await.unwrap_err();
    assert_eq!(reason(&error).kind(), SignInErrorKind::InvalidResponse);
    assert_eq!((elsewhere.count(), prompts.count()), (1, 0));
}

#[tokio::test]
async fn answers_without_end_are_cut_off() {
    let large = format!(r#"{{"access_token":"{}"}}"#, "a".repeat(2 << 20));
    let json = "application/json";
    let expected = invalid("the authority's answer has more than 262144 bytes");
    let large = Reply::status(200, large).header("content-type", json);
    assert_eq!(refreshed(large).await, expected);
}

#[tokio::test]
async fn an_authority_that_says_nothing_is_given_up() {
    let (kind, text) = refreshed(Reply::Stall(Vec::new())).await;
    assert_eq!(kind, SignInErrorKind::Unavailable);
    assert_eq!(text, "the authority gave no answer in 300ms");
    let half =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 90000\r\n\r\n{";
    let (kind, _) = refreshed(Reply::Drip(half.to_vec())).await;
    assert_eq!(kind, SignInErrorKind::Unavailable);
    let (kind, text) = refreshed(Reply::close()).await;
    assert_eq!(kind, SignInErrorKind::Unavailable);
    assert!(
        text.starts_with("the authority could not be reached: "),
        "{text}"
    );
}

#[tokio::test]
async fn what_the_authority_was_told_is_not_shown() {
    let echo = |code: &str| {
        let description = format!("\u{1b}[2J no refresh-0-hush here, {}", "x".repeat(5_000));
        json_reply(
            400,
            json!({"error": code, "error_description": description}),
        )
    };
    let (kind, text) = refreshed(echo("server_error")).await;
    assert_eq!(kind, SignInErrorKind::Refused);
    let start =
        "the authority refused the sign-in (server_error): \\u{1b}[2J no [redacted] here, xxx";
    assert!(text.starts_with(start) && text.len() < 1_200, "{text}");
    let (_, text) = refreshed(echo(&format!("\u{7}{}", "y".repeat(500)))).await;
    assert!(
        text.starts_with("the authority refused the sign-in (\\u{7}yyy"),
        "{text}"
    );
    assert!(text.len() < 1_200, "{text}");
}

#[tokio::test]
async fn a_poll_that_cannot_succeed_ends_them() {
    let html = Reply::status(200, "<html>").header("content-type", "text/html");
    let description = format!("who sent {DEVICE_CODE}?");
    let echo = json!({"error": "invalid_client", "error_description": description});
    for (answer, expected) in [
        (
            html,
            "the authority's answer (status 200) is not JSON; check the login authority and the tenant",
        ),
        (
            json_reply(401, echo),
            "the authority refused the sign-in (invalid_client): who sent [redacted]?",
        ),
    ] {
        let (service, authority) = (service().await, Authority::new([answer]).await);
        let builder = authority.builder(&service).clock(FakeClock::new());
        let credential = Prompts::default().credential();
        let client = builder.credential(credential).build().unwrap();
        let error = metrics(&client).send().await.unwrap_err();
        assert_eq!(reason(&error).to_string(), expected);
        assert_eq!(authority.forms("token").len(), 1);
    }
}

#[test]
fn credentials_show_no_more_than_who_asks_where() {
    let store = FakeStore::with("key", "refresh-0-hush");
    let device = Prompts::default().credential().store(store.clone());
    let browser = AuthorizationCode::new(CLIENT_ID, "organizations").store(store);
    let fields = format!("{{ client_id: {CLIENT_ID:?}, tenant: \"organizations\", .. }}");
    assert_eq!(format!("{device:?}"), format!("DeviceCode {fields}"));
    assert_eq!(
        format!("{browser:?}"),
        format!("AuthorizationCode {fields}")
    );
}
