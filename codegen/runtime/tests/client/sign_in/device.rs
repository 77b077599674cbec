//! A person with a code.

use std::time::Duration;

use futures_util::future::join_all;
use odata_runtime::credential::SignInErrorKind;
use odata_runtime::{Clock as _, ErrorKind};
use serde_json::json;

use super::{Authority, Prompts, bearers, details, json_reply, reason, refusal, service, tokens};
use crate::support::{FakeClock, Reply, metrics};

fn seconds(seconds: &[u64]) -> Vec<Duration> {
    seconds.iter().copied().map(Duration::from_secs).collect()
}

#[tokio::test]
async fn polls_slow_down_when_the_authority_asks() {
    let answers = [
        refusal("authorization_pending"),
        refusal("slow_down"),
        refusal("authorization_pending"),
        tokens("a1", None),
    ];
    let (service, authority) = (service().await, Authority::new(answers).await);
    let (clock, prompts) = (FakeClock::new(), Prompts::default());
    let start = clock.now();
    let builder = authority.builder(&service).clock(clock.clone());
    let client = builder.credential(prompts.credential()).build().unwrap();
    metrics(&client).send().await.unwrap();
    assert_eq!(clock.waits(), seconds(&[5, 5, 10, 10]));
    assert_eq!(bearers(&service), ["a1"]);
    let [prompt] = prompts.seen().try_into().unwrap();
    assert_eq!(
        prompt.to_string(),
        "To sign in, open https://microsoft.example/devicelogin in a browser and enter the code FJC3D4F5Z."
    );
    let message = "To sign in, open the page and enter the code FJC3D4F5Z.";
    assert_eq!(prompt.message(), Some(message));
    assert_eq!(prompt.verification_uri_complete(), None);
    assert_eq!(prompt.expires_at(), start + Duration::from_secs(900));
    let shown = format!("{prompt:?}");
    assert!(!shown.contains("FJC3D4F5Z"), "{shown}");
}

#[tokio::test]
async fn a_person_who_declines_is_not_asked_again() {
    for (code, kind, expected) in [
        (
            "access_denied",
            SignInErrorKind::Denied,
            "the sign-in was declined (access_denied)",
        ),
        (
            "authorization_declined",
            SignInErrorKind::Denied,
            "the sign-in was declined (authorization_declined)",
        ),
        (
            "expired_token",
            SignInErrorKind::Expired,
            "nobody signed in before the code expired (expired_token)",
        ),
        (
            "bad_verification_code",
            SignInErrorKind::Refused,
            "the authority refused the sign-in (bad_verification_code)",
        ),
    ] {
        let answers = [refusal("authorization_pending"), refusal(code)];
        let (service, authority) = (service().await, Authority::new(answers).await);
        let prompts = Prompts::default();
        let builder = authority.builder(&service).clock(FakeClock::new());
        let client = builder.credential(prompts.credential()).build().unwrap();
        let error = metrics(&client).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential);
        let text = format!("{expected}: AADSTS70000: Not this time.; Trace ID: 7; Timestamp: now");
        assert_eq!(reason(&error).to_string(), text);
        assert_eq!(reason(&error).kind(), kind);
        assert_eq!(reason(&error).code(), Some(code));
        assert_eq!((prompts.count(), service.count()), (1, 0));
    }
}

#[tokio::test]
async fn a_code_that_nobody_enters_expires() {
    let answers = [refusal("authorization_pending")];
    let (service, authority) = (service().await, Authority::new(answers).await);
    let (clock, prompts) = (FakeClock::new(), Prompts::default());
    let builder = authority.builder(&service).clock(clock.clone());
    let client = builder.credential(prompts.credential()).build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(reason(&error).kind(), SignInErrorKind::Expired);
    let waited: Duration = clock.waits().iter().sum();
    assert_eq!(waited, Duration::from_secs(901));
    assert_eq!((prompts.count(), authority.forms("token").len()), (1, 180));
}

/// A gateway that fails, and connections that break, while the person types.
#[tokio::test]
async fn polls_go_on_while_the_authority_is_away() {
    let answers = [
        Reply::status(503, "busy").header("retry-after", "30"),
        Reply::close(),
        Reply::status(502, "<html>"),
        tokens("a1", None),
    ];
    let (service, authority) = (service().await, Authority::new(answers).await);
    let clock = FakeClock::new();
    let builder = authority.builder(&service).clock(clock.clone());
    let credential = Prompts::default().credential();
    let client = builder.credential(credential).build().unwrap();
    metrics(&client).send().await.unwrap();
    assert_eq!(bearers(&service), ["a1"]);
    // The first interval, `Retry-After`, and then intervals that double.
    assert_eq!(clock.waits(), seconds(&[5, 30, 10, 20, 40]));
}

#[tokio::test]
async fn many_requests_ask_a_person_once() {
    let answers = [refusal("authorization_pending"), tokens("a1", None)];
    let (service, authority) = (service().await, Authority::new(answers).await);
    let prompts = Prompts::default();
    let builder = authority.builder(&service).clock(FakeClock::new());
    let client = builder.credential(prompts.credential()).build().unwrap();
    let sent = join_all((0..20).map(|_| metrics(&client).send())).await;
    assert!(sent.iter().all(Result::is_ok));
    assert_eq!(prompts.count(), 1);
    assert_eq!(bearers(&service), ["a1"; 20]);
}

#[tokio::test]
async fn a_failed_sign_in_is_the_answer_to_all_who_wait() {
    let (service, authority) = (
        service().await,
        Authority::new([refusal("access_denied")]).await,
    );
    let prompts = Prompts::default();
    let builder = authority.builder(&service).clock(FakeClock::new());
    let client = builder.credential(prompts.credential()).build().unwrap();
    let sent = join_all((0..20).map(|_| metrics(&client).send())).await;
    assert!(sent.iter().all(Result::is_err));
    assert_eq!(prompts.count(), 1);
}

/// The code that the person has stays the one to enter.
#[tokio::test]
async fn a_dropped_request_leaves_its_code_to_the_next() {
    let answers = [Reply::Stall(Vec::new()), tokens("a1", None)];
    let (service, authority) = (service().await, Authority::new(answers).await);
    let prompts = Prompts::default();
    let credential = prompts.credential();
    let credential = credential.authority_timeout(Duration::from_millis(300));
    let builder = authority.builder(&service).clock(FakeClock::new());
    let client = builder.credential(credential).build().unwrap();
    let first = client.clone();
    let first = tokio::spawn(async move { metrics(&first).send().await });
    // The code, and the first poll.
    while authority.forms("token").is_empty() {
        authority.arrived().await;
    }
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    metrics(&client).send().await.unwrap();
    assert_eq!((prompts.count(), bearers(&service)), (1, vec!["a1".into()]));
}

#[tokio::test]
async fn what_is_shown_of_a_prompt_is_inert() {
    let mut hostile = details();
    hostile["user_code"] = "AB\u{1b}[31mCD".into();
    hostile["message"] = "Enter\r\nthis: \u{202e}evil\u{7}".into();
    hostile["verification_uri_complete"] = "javascript:alert(1)".into();
    let authority = Authority::with_device(json_reply(200, hostile), [tokens("a1", None)]).await;
    let service = service().await;
    let prompts = Prompts::default();
    let builder = authority.builder(&service).clock(FakeClock::new());
    let client = builder.credential(prompts.credential()).build().unwrap();
    metrics(&client).send().await.unwrap();
    let [prompt] = prompts.seen().try_into().unwrap();
    assert_eq!(prompt.user_code(), r"AB\u{1b}[31mCD");
    assert_eq!(prompt.message(), Some(r"Enter; this: \u{202e}evil\u{7}"));
    assert_eq!(prompt.verification_uri_complete(), None);
}

#[tokio::test]
async fn codes_that_cannot_be_entered_are_no_codes() {
    let with = |name: &str, value: serde_json::Value| {
        let mut details = details();
        details[name] = value;
        json_reply(200, details)
    };
    let no_page = "the authority gave no code, or no https page to enter it in";
    for (device, expected) in [
        (with("user_code", json!(" ")), no_page),
        (
            with("verification_uri", json!("http://microsoft.example")),
            no_page,
        ),
        (
            with("verification_uri", json!("javascript:alert(1)")),
            no_page,
        ),
        (
            with("interval", json!(u64::MAX)),
            "the authority wants 18446744073709551615 s between two polls, longer than anybody waits",
        ),
        (
            with("expires_in", json!(-1)),
            "the authority's answer is not one of OAuth 2.0 (at `expires_in`)",
        ),
        (
            with("device_code", json!(null)),
            "the authority's answer is not one of OAuth 2.0 (at `device_code`)",
        ),
    ] {
        let authority = Authority::with_device(device, [tokens("a1", None)]).await;
        let service = service().await;
        let prompts = Prompts::default();
        let builder = authority.builder(&service).clock(FakeClock::new());
        let client = builder.credential(prompts.credential()).build().unwrap();
        let error = reason(&metrics(&client).send().await.unwrap_err());
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.kind(), SignInErrorKind::InvalidResponse);
        assert_eq!((prompts.count(), authority.forms("token").len()), (0, 0));
    }
}

#[tokio::test]
async fn an_interval_of_zero_is_no_busy_loop() {
    let mut eager = details();
    eager["interval"] = 0.into();
    let pending = || refusal("authorization_pending");
    let answers = [pending(), pending(), tokens("a1", None)];
    let authority = Authority::with_device(json_reply(200, eager), answers).await;
    let service = service().await;
    let clock = FakeClock::new();
    let builder = authority.builder(&service).clock(clock.clone());
    let credential = Prompts::default().credential();
    let client = builder.credential(credential).build().unwrap();
    metrics(&client).send().await.unwrap();
    assert_eq!(clock.waits(), seconds(&[0, 1, 1]));
}

/// An interval of ten minutes that an authority stretches is still bounded by the code's lifetime.
#[tokio::test]
async fn waits_end_when_the_code_does() {
    let mut slow = details();
    slow["interval"] = 600.into();
    slow["expires_in"] = u64::MAX.into();
    let answers = [refusal("slow_down")];
    let authority = Authority::with_device(json_reply(200, slow), answers).await;
    let service = service().await;
    let clock = FakeClock::new();
    let builder = authority.builder(&service).clock(clock.clone());
    let credential = Prompts::default().credential();
    let client = builder.credential(credential).build().unwrap();
    let error = reason(&metrics(&client).send().await.unwrap_err());
    assert_eq!(error.kind(), SignInErrorKind::Expired);
    let waited: Duration = clock.waits().iter().sum();
    assert_eq!(waited, Duration::from_secs(3601));
}
