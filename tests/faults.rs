//! Every fault that the emulator can play, through the generated client over TCP: what the caller
//! gets, how many requests the service saw, and where the token went.
//!
//! A second emulator plays the foreign host. Nothing may ever reach it.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use futures_util::TryStreamExt;
use graph_emulator::{Emulator, Fault, Outcome as Received, RetryAfter};
use graph_service_activity::models::health_monitoring::{Alert, AlertState};
use graph_service_activity::{Client, Clock as _, ErrorKind, RetryPolicy, StatusCode, TestClock};
use std::time::Duration;

/// What a caller gets.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// This many buckets.
    Buckets(usize),
    /// An error of this kind, with the service's status if it has one.
    Fails(ErrorKind, Option<u16>),
}

use Outcome::{Buckets, Fails};
use support::StartStrict;

/// A fault that is played once, or in every answer.
struct Case {
    name: &'static str,
    fault: Fault,
    always: bool,
    outcome: Outcome,
    requests: u64,
}

/// The first answer is spoilt.
fn once(name: &'static str, fault: Fault, outcome: Outcome, requests: u64) -> Case {
    Case {
        name,
        fault,
        always: false,
        outcome,
        requests,
    }
}

/// Every answer is spoilt; the client tries twice.
fn always(name: &'static str, fault: Fault, outcome: Outcome, requests: u64) -> Case {
    Case {
        name,
        fault,
        always: true,
        outcome,
        requests,
    }
}

fn throttled(retry_after: RetryAfter) -> Fault {
    Fault::TooManyRequests { retry_after }
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2023, 1, 2, 0, 0, 0).unwrap()
}

fn service(status: u16) -> Outcome {
    Fails(ErrorKind::Service, Some(status))
}

/// Faults that a retry may overcome.
fn passing_faults() -> Vec<Case> {
    let unavailable = || Fault::ServiceUnavailable {
        retry_after: RetryAfter::Absent,
    };
    vec![
        once(
            "429, seconds",
            throttled(RetryAfter::Seconds(0)),
            Buckets(8),
            2,
        ),
        once(
            "429, a fraction of a second",
            throttled(RetryAfter::Fraction(0.001)),
            Buckets(8),
            2,
        ),
        once(
            "429, a date that has passed",
            throttled(RetryAfter::Date(now())),
            Buckets(8),
            2,
        ),
        once(
            "429, no Retry-After",
            throttled(RetryAfter::Absent),
            Buckets(8),
            2,
        ),
        once(
            "429, nonsense",
            throttled(RetryAfter::Text("soon".into())),
            Buckets(8),
            2,
        ),
        always(
            "429 without end",
            throttled(RetryAfter::Absent),
            service(429),
            2,
        ),
        once("503", unavailable(), Buckets(8), 2),
        always("503 without end", unavailable(), service(503), 2),
        once("504", Fault::GatewayTimeout, Buckets(8), 2),
        always("504 without end", Fault::GatewayTimeout, service(504), 2),
        once("a reset connection", Fault::ConnectionReset, Buckets(8), 2),
        always(
            "resets without end",
            Fault::ConnectionReset,
            Fails(ErrorKind::Transport, None),
            2,
        ),
        once("a service that says nothing", Fault::Stall, Buckets(8), 2),
        once(
            "a body that is cut short",
            Fault::TruncatedBody,
            Buckets(8),
            2,
        ),
        once("an empty page", Fault::EmptyPageWithNextLink, Buckets(8), 2),
    ]
}

/// Faults that another attempt would only repeat.
fn lasting_faults(foreign: &Emulator) -> Vec<Case> {
    let page = |status| Fault::HtmlErrorPage { status };
    let forbidden = Fault::ServiceError {
        status: StatusCode::FORBIDDEN,
        code: "Authorization_RequestDenied".into(),
        message: "Insufficient privileges".into(),
    };
    let elsewhere = || format!("{}/reports", foreign.endpoint());
    vec![
        once("a missing permission", forbidden, service(403), 1),
        once(
            "an HTML page as 400",
            page(StatusCode::BAD_REQUEST),
            service(400),
            1,
        ),
        once(
            "an HTML page as 502",
            page(StatusCode::BAD_GATEWAY),
            service(502),
            1,
        ),
        once(
            "JSON that is none",
            Fault::InvalidJson,
            Fails(ErrorKind::Decode, Some(200)),
            1,
        ),
        once(
            "JSON of another shape",
            Fault::WrongContent,
            Fails(ErrorKind::Decode, Some(200)),
            1,
        ),
        once(
            "a body larger than the limit",
            Fault::HugeBody { bytes: 4 << 20 },
            Fails(ErrorKind::BodyTooLarge, None),
            1,
        ),
        once(
            "claims that a fixed token cannot have",
            Fault::ClaimsChallenge {
                claims: "{}".into(),
            },
            service(401),
            1,
        ),
        once(
            "a redirect to another host",
            Fault::Redirect {
                location: elsewhere(),
            },
            Fails(ErrorKind::ForeignOrigin, None),
            1,
        ),
        once(
            "a next link to another host",
            Fault::NextLinkTo { url: elsewhere() },
            Fails(ErrorKind::ForeignOrigin, None),
            1,
        ),
        always(
            "a next link that repeats",
            Fault::RepeatedNextLink,
            Fails(ErrorKind::RepeatedLink, None),
            2,
        ),
    ]
}

#[tokio::test]
async fn every_fault_has_its_outcome() {
    let foreign = Emulator::start().await.unwrap();
    let mut wrong = Vec::new();
    for case in passing_faults().into_iter().chain(lasting_faults(&foreign)) {
        let (outcome, requests) = play(&case).await;
        if (&outcome, requests) != (&case.outcome, case.requests) {
            let expected = format!("{:?} after {}", case.outcome, case.requests);
            wrong.push(format!(
                "{}: {outcome:?} after {requests}, not {expected}",
                case.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(foreign.request_count(), 0, "the foreign host was asked");
}

/// Asks for two hours of buckets while the fault is played.
async fn play(case: &Case) -> (Outcome, u64) {
    let builder = Emulator::builder().clock(now()).token("secret-token");
    let emulator = if case.always {
        let fault = case.fault.clone();
        builder.fault_when(move |_| Some(fault.clone()))
    } else {
        builder.fault(case.fault.clone())
    };
    let emulator = emulator.start_strict().await;
    let retry = RetryPolicy::default()
        .max_retries(1)
        .initial_backoff(Duration::ZERO)
        .max_backoff(Duration::ZERO);
    let client = Client::builder()
        .bearer_token("secret-token")
        .endpoint(emulator.endpoint())
        .retry(retry)
        .attempt_timeout(Duration::from_secs(1))
        .max_response_bytes(1 << 20)
        .build()
        .unwrap();
    let activity = client.reports().service_activity();
    let call = activity.get_metrics_for_mfa_sign_in_failure(now() - TimeDelta::hours(2), now());
    let outcome = match call.stream().try_collect::<Vec<_>>().await {
        Ok(buckets) => Buckets(buckets.len()),
        Err(error) => {
            assert!(
                !format!("{error} {error:?}").contains("secret-token"),
                "{}",
                case.name
            );
            Fails(error.kind(), error.status().map(|status| status.as_u16()))
        }
    };
    (outcome, emulator.request_count())
}

#[tokio::test]
async fn a_quota_is_waited_out_on_a_shared_clock() {
    let clock = TestClock::at(now());
    let time = clock.clone();
    let emulator = Emulator::builder()
        .clock(move || time.now())
        .throttle_after(2, Duration::from_secs(30))
        .with_entities(
            "reports/healthMonitoring/alerts",
            serde_json::json!([{"id": "a", "state": "active"}]),
        )
        .start_strict()
        .await;
    let client = Client::builder()
        .endpoint(emulator.endpoint())
        .bearer_token("token")
        .clock(clock.clone())
        .build()
        .unwrap();
    let alert = client.reports().health_monitoring().alerts().by_id("a");
    let mut resolved = Alert::default();
    resolved.state = Some(AlertState::Resolved);
    for _ in 0..5 {
        alert.update(&resolved).await.unwrap();
    }
    // Twice half a minute; the client adds some jitter to what it is told.
    let waited = clock.elapsed();
    assert!((60..80).contains(&waited.as_secs()), "{waited:?}");
    let requests = emulator.requests();
    let was_throttled = |outcome: &Received| matches!(outcome, Received::Faulted(_));
    let throttled: Vec<bool> = requests.iter().map(|r| was_throttled(&r.outcome)).collect();
    assert_eq!(throttled, [false, false, true, false, false, true, false]);
}
