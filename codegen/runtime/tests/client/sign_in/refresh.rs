//! Refresh tokens: used, rotated, rejected, and kept.

use std::time::Duration;

use odata_runtime::ErrorKind;
use odata_runtime::credential::{RefreshToken, SignInErrorKind};

use super::{
    Authority, CLIENT_ID, FakeStore, Form, Prompts, SCOPES, bearers, pairs, reason, refusal,
    service, tokens, value,
};
use crate::support::{FakeClock, Reply, Server, metrics};

const HOUR: Duration = Duration::from_secs(3600);

// base64 of {"access_token":{"acrs":{"essential":true,"value":"c1"}}}
const CHALLENGE: &str =
    "eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlIjoiYzEifX19";
const CLAIMS: &str = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;

/// What the authority's tokens are kept under.
fn key(authority: &Authority) -> String {
    format!("{}/organizations {CLIENT_ID}", authority.url())
}

#[tokio::test]
async fn refresh_tokens_are_used_and_rotated() {
    let answers = [
        tokens("a1", Some("refresh-1")),
        tokens("a2", Some("refresh-2")),
        // None: the old one stays.
        tokens("a3", None),
        tokens("a4", None),
    ];
    let (service, authority) = (service().await, Authority::new(answers).await);
    let (clock, prompts) = (FakeClock::new(), Prompts::default());
    let builder = authority.builder(&service).clock(clock.clone());
    let client = builder.credential(prompts.credential()).build().unwrap();
    for _ in 0..4 {
        metrics(&client).send().await.unwrap();
        clock.advance(HOUR);
    }
    assert_eq!(bearers(&service), ["a1", "a2", "a3", "a4"]);
    assert_eq!(prompts.count(), 1);
    assert_eq!(
        authority.grants(),
        [
            "device_code the-device-code-that-nobody-sees",
            "refresh_token refresh-1",
            "refresh_token refresh-2",
            "refresh_token refresh-2",
        ]
    );
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "refresh-1"),
        ("scope", SCOPES),
        ("client_id", CLIENT_ID),
    ];
    assert_eq!(authority.forms("token")[1], pairs(&form));
}

#[tokio::test]
async fn a_rejected_refresh_token_asks_the_person() {
    for code in [
        "invalid_grant",
        "interaction_required",
        "login_required",
        "consent_required",
    ] {
        let answers = [refusal(code), tokens("a1", Some("refresh-1"))];
        let (service, authority) = (service().await, Authority::new(answers).await);
        let store = FakeStore::with(&key(&authority), "refresh-0");
        let prompts = Prompts::default();
        let credential = prompts.credential().store(store.clone());
        let builder = authority.builder(&service).clock(FakeClock::new());
        let client = builder.credential(credential).build().unwrap();
        metrics(&client).send().await.unwrap();
        assert_eq!((prompts.count(), bearers(&service)), (1, vec!["a1".into()]));
        assert_eq!(store.log(), ["load", "clear", "save refresh-1"]);
    }
}

/// Nobody is asked to sign in because a network failed.
#[tokio::test]
async fn an_authority_that_is_away_keeps_the_session() {
    let away = || Reply::status(503, "");
    let answers = [away(), away(), away(), tokens("a1", None)];
    let (service, authority) = (service().await, Authority::new(answers).await);
    let store = FakeStore::with(&key(&authority), "refresh-0");
    let (clock, prompts) = (FakeClock::new(), Prompts::default());
    let credential = prompts.credential().store(store.clone());
    let builder = authority.builder(&service).clock(clock.clone());
    let client = builder.credential(credential).build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert_eq!(reason(&error).kind(), SignInErrorKind::Unavailable);
    let waits: Vec<_> = clock.waits().iter().map(Duration::as_secs).collect();
    assert_eq!(waits, [1, 2]);
    metrics(&client).send().await.unwrap();
    assert_eq!((prompts.count(), bearers(&service)), (0, vec!["a1".into()]));
    assert_eq!(store.token(&key(&authority)).as_deref(), Some("refresh-0"));
}

/// While the old token serves, a request does not stop for a person.
#[tokio::test]
async fn nobody_is_asked_before_the_token_expires() {
    let answers = [tokens("a1", None), refusal("invalid_grant")];
    let (service, authority) = (service().await, Authority::new(answers).await);
    let store = FakeStore::with(&key(&authority), "refresh-0");
    let (clock, prompts) = (FakeClock::stuck(), Prompts::default());
    let credential = prompts.credential().store(store.clone());
    let builder = authority.builder(&service).clock(clock.clone());
    let client = builder.credential(credential).build().unwrap();
    metrics(&client).send().await.unwrap();
    clock.advance(HOUR - Duration::from_secs(120));
    metrics(&client).send().await.unwrap();
    assert_eq!(
        (prompts.count(), bearers(&service)),
        (0, vec!["a1".into(); 2])
    );
    assert_eq!(store.log(), ["load", "clear"]);
    clock.advance(Duration::from_secs(120));
    let waiting = tokio::spawn(async move { metrics(&client).send().await });
    while prompts.count() == 0 {
        authority.arrived().await;
        tokio::task::yield_now().await;
    }
    waiting.abort();
}

#[tokio::test]
async fn a_store_keeps_people_signed_in() {
    let answers = [tokens("a1", Some("refresh-1")), tokens("a2", None)];
    let (service, authority) = (service().await, Authority::new(answers).await);
    let (store, prompts) = (FakeStore::default(), Prompts::default());
    for _ in 0..2 {
        let credential = prompts.credential().store(store.clone());
        let builder = authority.builder(&service).clock(FakeClock::new());
        let client = builder.credential(credential).build().unwrap();
        metrics(&client).send().await.unwrap();
    }
    assert_eq!(
        (prompts.count(), bearers(&service)),
        (1, vec!["a1".into(), "a2".into()])
    );
    assert_eq!(store.log(), ["load", "save refresh-1", "load"]);
    assert_eq!(store.token(&key(&authority)).as_deref(), Some("refresh-1"));
}

#[tokio::test]
async fn a_store_that_cannot_be_read_is_told_at_once() {
    let (service, authority) = (service().await, Authority::new([tokens("a1", None)]).await);
    let (store, prompts) = (FakeStore::default(), Prompts::default());
    store.breaks();
    let credential = prompts.credential().store(store);
    let builder = authority.builder(&service).clock(FakeClock::new());
    let client = builder.credential(credential).build().unwrap();
    let error = reason(&metrics(&client).send().await.unwrap_err());
    let expected = "the token store could not be read: the vault; is shut";
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.kind(), SignInErrorKind::Store);
    assert_eq!(
        (prompts.count(), authority.forms("devicecode").len()),
        (0, 0)
    );
}

#[tokio::test]
async fn a_store_that_breaks_costs_no_sign_in() {
    let answers = [
        tokens("a1", Some("refresh-1")),
        refusal("invalid_grant"),
        tokens("a2", Some("refresh-2")),
    ];
    let (service, authority) = (service().await, Authority::new(answers).await);
    let (store, clock) = (FakeStore::default(), FakeClock::new());
    let credential = Prompts::default().credential().store(store.clone());
    let builder = authority.builder(&service).clock(clock.clone());
    let client = builder.credential(credential).build().unwrap();
    metrics(&client).send().await.unwrap();
    store.breaks();
    clock.advance(HOUR);
    metrics(&client).send().await.unwrap();
    assert_eq!(bearers(&service), ["a1", "a2"]);
    assert_eq!(
        store.log(),
        ["load", "save refresh-1", "clear", "save refresh-2"]
    );
}

/// A service that answers the first request with a claims challenge.
async fn challenging() -> Server {
    let header = format!(r#"Bearer error="insufficient_claims", claims="{CHALLENGE}""#);
    let challenge = Reply::status(401, "").header("www-authenticate", header);
    Server::replies([challenge, Reply::page(&[], None)]).await
}

fn claims(form: &Form) -> Option<String> {
    value(form, "claims")
}

#[tokio::test]
async fn claims_are_passed_on_with_the_refresh_token() {
    let answers = [tokens("a1", Some("refresh-1")), tokens("a2", None)];
    let (service, authority) = (challenging().await, Authority::new(answers).await);
    let prompts = Prompts::default();
    let builder = authority.builder(&service).clock(FakeClock::new());
    let client = builder.credential(prompts.credential()).build().unwrap();
    metrics(&client).send().await.unwrap();
    assert_eq!(bearers(&service), ["a1", "a2"]);
    let sent: Vec<_> = authority.forms("token").iter().map(claims).collect();
    assert_eq!(sent, [None, Some(CLAIMS.to_owned())]);
    assert_eq!(prompts.count(), 1);
}

#[tokio::test]
async fn claims_that_need_the_person_ask_for_them() {
    let answers = [
        tokens("a1", Some("refresh-1")),
        refusal("interaction_required"),
        tokens("a2", Some("refresh-2")),
    ];
    let (service, authority) = (challenging().await, Authority::new(answers).await);
    let prompts = Prompts::default();
    let builder = authority.builder(&service).clock(FakeClock::new());
    let client = builder.credential(prompts.credential()).build().unwrap();
    metrics(&client).send().await.unwrap();
    assert_eq!(
        (prompts.count(), bearers(&service)),
        (2, vec!["a1".into(), "a2".into()])
    );
    let asked = Some(CLAIMS.to_owned());
    let codes: Vec<_> = authority.forms("devicecode").iter().map(claims).collect();
    assert_eq!(codes, [None, asked.clone()]);
    let sent: Vec<_> = authority.forms("token").iter().map(claims).collect();
    assert_eq!(sent, [None, asked.clone(), asked]);
}

#[test]
fn a_refresh_token_is_not_shown() {
    let token = RefreshToken::new("refresh-1-secret");
    assert_eq!(format!("{token:?}"), "RefreshToken([redacted])");
}
