//! Tokens: cached, refreshed once, and renewed when a service asks for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;
use odata_runtime::{
    AccessToken, Client, Clock as _, Credential, CredentialSource, ErrorKind, TokenRequest,
    credential,
};
use tokio::sync::Barrier;

use crate::support::{CLOUD, FakeClock, Reply, Server, TOKEN, builder, client, metrics};

const CLAIMS: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;

/// Gives `token-1`, `token-2` and so on, each for an hour by this clock, and counts them.
fn numbered(clock: &Arc<FakeClock>) -> (impl Credential + use<>, Arc<AtomicUsize>) {
    let (clock, count) = (Arc::clone(clock), Arc::new(AtomicUsize::new(0)));
    let counter = Arc::clone(&count);
    let credential = credential::from_fn(move |request: TokenRequest| {
        let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
        let claims = if request.claims.is_some() {
            "-with-claims"
        } else {
            ""
        };
        let expiry: DateTime<Utc> = clock.now() + TimeDelta::hours(1);
        std::future::ready(Ok(
            AccessToken::new(format!("token-{number}{claims}")).expires_at(expiry)
        ))
    });
    (credential, count)
}

fn tokens(server: &Server) -> Vec<String> {
    let received = server.received();
    let tokens = received
        .iter()
        .map(|request| request.token().unwrap().to_owned());
    tokens.collect()
}

fn challenge() -> Reply {
    let header = format!(
        r#"Bearer realm="", error="insufficient_claims", claims="{}""#,
        STANDARD.encode(CLAIMS)
    );
    Reply::status(
        401,
        r#"{"error":{"code":"InvalidAuthenticationToken","message":"expired"}}"#,
    )
    .header("www-authenticate", header)
}

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_it_expires() {
    let clock = FakeClock::new();
    let (credential, count) = numbered(&clock);
    let server = Server::replies([Reply::page(&[], None)]).await;
    let client = builder(&server)
        .clock(clock.clone())
        .credential(credential)
        .build()
        .unwrap();
    for (minutes, token) in [
        (0, "token-1"),
        (54, "token-1"),
        (2, "token-2"),
        (30, "token-2"),
        (120, "token-3"),
    ] {
        clock.advance(Duration::from_secs(minutes * 60));
        metrics(&client).send().await.unwrap();
        assert_eq!(tokens(&server).last().unwrap(), token);
    }
    assert_eq!(count.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_failed_early_refresh_keeps_the_old_token() {
    let clock = FakeClock::new();
    let count = Arc::new(AtomicUsize::new(0));
    let (counter, now) = (Arc::clone(&count), Arc::clone(&clock));
    let credential = credential::from_fn(move |_| {
        let first = counter.fetch_add(1, Ordering::SeqCst) == 0;
        let token = AccessToken::new("the-first").expires_at(now.now() + TimeDelta::hours(1));
        std::future::ready(if first {
            Ok(token)
        } else {
            Err("vault is down".into())
        })
    });
    let server = Server::replies([Reply::page(&[], None)]).await;
    let client = builder(&server)
        .clock(clock.clone())
        .credential(credential)
        .build()
        .unwrap();
    metrics(&client).send().await.unwrap();
    clock.advance(Duration::from_secs(56 * 60));
    for asked in [2, 2] {
        metrics(&client).send().await.unwrap();
        assert_eq!(count.load(Ordering::SeqCst), asked, "not again at once");
    }
    clock.advance(Duration::from_secs(31));
    metrics(&client).send().await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 3);
    clock.advance(Duration::from_secs(5 * 60));
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credential, 0));
    let text = error.to_string();
    let expected =
        "no token could be fetched: a custom credential failed after 0.0 s: vault is down";
    assert!(
        text.contains(expected) && text.contains("not sent]"),
        "{text}"
    );
    assert_eq!(server.count(), 4);
}

/// The first token is there at once and expires; the credential then answers only when all callers wait
/// for it. Gives how often it was asked for the second token, and how many callers got their answer.
async fn many_callers(answer: Result<AccessToken, &'static str>, count: usize) -> (usize, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let barrier = Arc::new(Barrier::new(2));
    let clock = FakeClock::new();
    let first = AccessToken::new("the-first-token").expires_at(clock.now() + TimeDelta::hours(1));
    let (counter, gate) = (Arc::clone(&asked), Arc::clone(&barrier));
    let credential = credential::from_fn(move |_| {
        let is_first = counter.fetch_add(1, Ordering::SeqCst) == 0;
        let (gate, first, answer) = (Arc::clone(&gate), first.clone(), answer.clone());
        async move {
            if is_first {
                return Ok(first);
            }
            gate.wait().await;
            answer.map_err(Into::into)
        }
    });
    let server = Server::replies([Reply::page(&[], None)]).await;
    let builder = builder(&server).credential(credential).clock(clock.clone());
    let client = builder.build().unwrap();
    metrics(&client).send().await.unwrap();
    clock.advance(Duration::from_secs(60 * 60));
    let mut callers: Vec<_> = (0..count)
        .map(|_| Box::pin(metrics(&client).send()))
        .collect();
    for caller in &mut callers {
        assert!(caller.as_mut().now_or_never().is_none());
    }
    barrier.wait().await;
    let mut good = 0;
    for caller in callers {
        good += usize::from(caller.await.is_ok());
    }
    let stale = server.received().into_iter().skip(1);
    assert!(
        stale
            .into_iter()
            .all(|request| request.token() == Some(TOKEN))
    );
    (asked.load(Ordering::SeqCst) - 1, good)
}

#[tokio::test]
async fn ten_thousand_callers_cause_one_token_request() {
    let asked_and_good = many_callers(Ok(AccessToken::new(TOKEN)), 10_000).await;
    assert_eq!(asked_and_good, (1, 10_000));
}

#[tokio::test]
async fn ten_thousand_callers_share_a_failure_too() {
    assert_eq!(many_callers(Err("vault is down"), 10_000).await, (1, 0));
}

#[tokio::test]
async fn a_refresh_that_is_dropped_is_taken_over() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let credential = credential::from_fn(move |_| {
        let first = counter.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if first {
                std::future::pending::<()>().await;
            }
            Ok(AccessToken::new(TOKEN))
        }
    });
    let server = Server::replies([Reply::page(&[], None)]).await;
    let client = builder(&server).credential(credential).build().unwrap();
    let mut first = Box::pin(metrics(&client).send());
    let mut second = Box::pin(metrics(&client).send());
    assert!(first.as_mut().now_or_never().is_none());
    assert!(second.as_mut().now_or_never().is_none());
    drop(first);
    second.await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_claims_challenge_is_answered_with_the_claims() {
    let clock = FakeClock::new();
    let (credential, count) = numbered(&clock);
    let server = Server::replies([challenge(), Reply::page(&[], None)]).await;
    let client = builder(&server)
        .clock(clock.clone())
        .credential(credential)
        .build()
        .unwrap();
    let response = metrics(&client).send().await.unwrap();
    assert_eq!(response.attempts(), 2);
    metrics(&client).send().await.unwrap();
    assert_eq!(
        tokens(&server),
        ["token-1", "token-2-with-claims", "token-2-with-claims"]
    );
    assert_eq!((count.load(Ordering::SeqCst), clock.waits().len()), (2, 0));
}

#[tokio::test]
async fn the_claims_reach_the_credential_as_json() {
    let server = Server::replies([challenge(), Reply::page(&[], None)]).await;
    let credential = credential::from_fn(|request| async move {
        assert_eq!(request.scopes, ["https://service.invalid/.default"]);
        assert_eq!(request.authority, Some("https://login.invalid"));
        if let Some(claims) = request.claims {
            assert_eq!(claims, CLAIMS);
        }
        Ok(AccessToken::new(TOKEN))
    });
    let client = builder(&server).credential(credential).build().unwrap();
    metrics(&client).send().await.unwrap();
}

#[tokio::test]
async fn a_claims_challenge_is_answered_once() {
    let clock = FakeClock::new();
    let (credential, count) = numbered(&clock);
    let server = Server::replies([challenge()]).await;
    let client = builder(&server)
        .credential(credential)
        .clock(clock)
        .build()
        .unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidAuthenticationToken"));
    assert_eq!(
        (
            error.attempts(),
            server.count(),
            count.load(Ordering::SeqCst)
        ),
        (2, 2, 2)
    );
}

#[tokio::test]
async fn a_post_answers_the_challenge_with_the_same_body() {
    let clock = FakeClock::new();
    let (credential, _) = numbered(&clock);
    let server = Server::replies([challenge(), Reply::ok("null")]).await;
    let client = builder(&server)
        .credential(credential)
        .clock(clock)
        .build()
        .unwrap();
    client
        .root()
        .segment("users")
        .post::<()>(&"body")
        .send()
        .await
        .unwrap();
    assert!(
        server
            .received()
            .iter()
            .all(|request| request.body == b"\"body\"")
    );
}

#[tokio::test]
async fn a_fixed_token_leaves_the_services_401() {
    let server = Server::replies([challenge()]).await;
    let error = metrics(&client(&server)).send().await.unwrap_err();
    assert_eq!((error.kind(), server.count()), (ErrorKind::Service, 1));
    assert!(error.to_string().contains("claims challenge"), "{error}");
}

#[tokio::test]
async fn a_401_without_claims_discards_the_token() {
    let clock = FakeClock::new();
    let (credential, _) = numbered(&clock);
    let server = Server::replies([Reply::status(401, ""), Reply::page(&[], None)]).await;
    let client = builder(&server)
        .credential(credential)
        .clock(clock)
        .build()
        .unwrap();
    assert!(metrics(&client).send().await.is_err());
    metrics(&client).send().await.unwrap();
    assert_eq!(tokens(&server), ["token-1", "token-2"]);
}

#[tokio::test]
async fn a_token_that_cannot_be_sent_is_an_error_without_it() {
    let server = Server::replies([Reply::page(&[], None)]).await;
    for broken in [
        format!("{TOKEN}\n"),
        format!("{TOKEN} "),
        format!("{TOKEN} {TOKEN}"),
        format!("{TOKEN}\u{a0}"),
        format!("{TOKEN}ä"),
        String::new(),
        " \t".to_owned(),
    ] {
        let error = builder(&server).bearer_token(&broken).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{broken:?}");
        assert!(!format!("{error} {error:?}").contains(TOKEN));
        let credential =
            credential::from_fn(move |_| std::future::ready(Ok(AccessToken::new(&broken))));
        let client = builder(&server).credential(credential).build().unwrap();
        let error = metrics(&client).send().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credential, 0));
        assert!(!format!("{error} {error:?}").contains(TOKEN));
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_token_with_its_scheme_is_refused_with_the_reason() {
    for token in [format!("Bearer {TOKEN}"), format!(" bearer {TOKEN}")] {
        let builder = Client::builder(CLOUD, "test/1").bearer_token(token);
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let text = error.to_string();
        assert!(text.contains("begins with \"Bearer\""), "{text}");
        assert!(!text.contains(TOKEN), "{text}");
    }
}

/// Waiting for a token is told from waiting for the service.
#[tokio::test]
async fn a_credential_that_hangs_is_named() {
    let server = Server::replies([Reply::page(&[], None)]).await;
    let credential = credential::from_fn(|_| std::future::pending());
    let builder = builder(&server).credential(credential);
    let client = builder.timeout(Duration::from_millis(20)).build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::TotalTimeout, 0)
    );
    let text = error.to_string();
    let expected = "no token could be fetched: a custom credential gave none within the request's \
                    deadline of 20ms";
    assert!(
        text.contains(expected) && text.contains("not sent]"),
        "{text}"
    );
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_token_may_have_every_visible_character() {
    let server = Server::replies([Reply::page(&[], None)]).await;
    let token: String = ('!'..='~').collect();
    let client = builder(&server).bearer_token(&token).build().unwrap();
    metrics(&client).send().await.unwrap();
    assert_eq!(tokens(&server), [token]);
}

#[tokio::test]
async fn empty_claims_ask_a_credential_for_nothing() {
    let clock = FakeClock::new();
    let (credential, count) = numbered(&clock);
    let empty = Reply::status(401, "").header("www-authenticate", r#"Bearer claims="""#);
    let server = Server::replies([empty, Reply::page(&[], None)]).await;
    let builder = builder(&server).credential(credential).clock(clock);
    let client = builder.build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 401);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    metrics(&client).send().await.unwrap();
    assert_eq!(tokens(&server), ["token-1", "token-2"]);
}

#[tokio::test]
async fn anonymous_requests_have_no_token() {
    let server = Server::replies([Reply::page(&[], None)]).await;
    let client = builder(&server).anonymous().build().unwrap();
    metrics(&client).send().await.unwrap();
    assert_eq!(server.received()[0].header("authorization"), None);
    assert_eq!(client.credential_source(), &CredentialSource::Anonymous);
}

#[test]
fn a_client_without_a_credential_says_what_to_do() {
    let error = Client::builder(CLOUD, "test/1").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("bearer_token"), "{error}");
}

#[test]
fn a_client_says_which_credential_it_took() {
    let builder = || Client::builder(CLOUD, "test/1");
    let static_token = builder().bearer_token(TOKEN).build().unwrap();
    assert_eq!(
        static_token.credential_source(),
        &CredentialSource::BearerToken
    );
    // A variable that every environment has stands in for the token's.
    let from_environment = builder().credential_from_env("PATH").build().unwrap();
    let source = CredentialSource::EnvironmentVariable("PATH".to_owned());
    assert_eq!(from_environment.credential_source(), &source);
}

/// Developer tools fail with a line for each of them.
#[tokio::test]
async fn the_lines_of_a_credentials_error_are_one() {
    let server = Server::replies([]).await;
    let failing = || {
        credential::from_fn(|_: TokenRequest| {
            let lines = "Multiple errors were encountered:\nAzureCliCredential - not found\r\n\n  \
                         AzureDeveloperCliCredential - \u{1b}[31mnot found\n";
            std::future::ready(Err(lines.into()))
        })
    };
    let client = builder(&server).credential(failing()).build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    let text = error.to_string();
    let expected = "Multiple errors were encountered: AzureCliCredential - not found; \
                    AzureDeveloperCliCredential - \\u{1b}[31mnot found";
    assert!(text.contains(expected), "{text}");
    assert!(!text.contains(r"\n"), "{text}");
}
