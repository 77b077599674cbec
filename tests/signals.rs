//! The signals of an alert over TCP: read from what the service sends, asked for at the client's own
//! service, and nowhere else.

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use graph_emulator::Emulator;
use graph_service_activity::metrics::{Metric, MetricStream};
use graph_service_activity::models::health_monitoring::Alert;
use graph_service_activity::signals::SignalProblem;
use graph_service_activity::{Client, ErrorKind};
use serde_json::{Value, json};
use support::{StartStrict, StrictEmulator};

/// The moment that the emulator takes for now.
fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 6, 30, 12, 0, 0).unwrap()
}

/// The functions' place in addresses as they were seen, with a doubled slash.
const GRAPH: &str = "https://graph.microsoft.com//beta/reports/serviceActivity";

/// A window as addresses have it, with fractions and a space.
const WINDOW: &str = "inclusiveIntervalStartDateTime=2024-06-30T09:00:00.0000000Z, \
                      exclusiveIntervalEndDateTime=2024-06-30T10:00:00.0000000Z";

async fn emulator(signals: Value) -> (StrictEmulator, Client) {
    let alert = json!({"id": "0a", "alertType": "mfaSignInFailure", "signals": signals});
    let emulator = Emulator::builder()
        .clock(now())
        .with_entities("reports/healthMonitoring/alerts", json!([alert]))
        .start_strict()
        .await;
    let client = Client::builder()
        .bearer_token("token")
        .endpoint(emulator.endpoint())
        .build()
        .unwrap();
    (emulator, client)
}

/// The alert as the service sends it; the record of requests begins after it.
async fn alert(emulator: &Emulator, client: &Client) -> Alert {
    let alerts = client.reports().health_monitoring().alerts();
    let alert = alerts.by_id("0a").get().await.unwrap().into_inner();
    emulator.clear_requests();
    alert
}

#[tokio::test]
async fn a_signal_of_another_host_is_asked_for_nowhere() {
    let foreign = Emulator::builder().clock(now()).start().await.unwrap();
    let (emulator, client) = emulator(json!({
        "foreign": format!(
            "{}/reports/serviceActivity/getMetricsForMfaSignInFailure({WINDOW})",
            foreign.endpoint()
        ),
    }))
    .await;
    let alert = alert(&emulator, &client).await;
    let signal = alert.signals().remove(0).unwrap();
    let error = signal.call(&client).unwrap_err();
    let is_foreign = matches!(error.problem(), SignalProblem::ForeignHost(_));
    assert!(is_foreign, "{error}");
    assert_eq!(emulator.request_count(), 0, "only the alert was read");
    assert_eq!(foreign.request_count(), 0);
}

#[tokio::test]
async fn a_refused_signal_has_the_services_error() {
    let window = WINDOW.replace("2024-06", "2024-03");
    let (emulator, client) = emulator(json!({
        "old": format!("{GRAPH}/getMetricsForMfaSignInFailure({window})"),
    }))
    .await;
    let signal = alert(&emulator, &client).await.signals().remove(0).unwrap();
    let error = signal.call(&client).unwrap().series().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
    assert!(error.to_string().contains("2024-03-30"), "{error}");
}

#[tokio::test]
async fn a_signal_longer_than_what_is_kept_is_not_asked() {
    let window = WINDOW.replace("2024-06-30T09", "0001-01-01T09");
    let month = WINDOW
        .replace("2024-06-30T09", "2024-05-31T12")
        .replace("30T10", "30T12");
    let (emulator, client) = emulator(json!({
        "month": format!("{GRAPH}/getMetricsForMfaSignInFailure({month})"),
        "years": format!("{GRAPH}/getMetricsForMfaSignInFailure({window})"),
    }))
    .await;
    let signals = alert(&emulator, &client).await.signals();
    let [Ok(month), Err(years)] = &signals[..] else {
        panic!("{signals:?}");
    };
    assert!(
        matches!(years.problem(), SignalProblem::TooLong(_)),
        "{years}"
    );
    let series = month.call(&client).unwrap().series().await.unwrap();
    assert_eq!(series.buckets.len(), 30 * 24 * 4);
    assert_eq!(emulator.request_count(), 1, "the years were not asked for");
}

#[tokio::test]
async fn all_signals_of_an_alert_are_followed_at_once() {
    let (emulator, client) = emulator(json!({
        "@odata.type": "#microsoft.graph.healthMonitoring.signals",
        "mfaSignInFailure": format!(
            "{GRAPH}/getMetricsForMfaSignInFailure({WINDOW}, aggregationIntervalInMinutes=5)"
        ),
        "mfaSignInSuccess": format!("{GRAPH}/getMetricsForMfaSignInSuccess/({WINDOW})"),
        "newer": format!("{GRAPH}/getMetricsForPasskeySignIn({WINDOW})"),
        "own": format!(
            "https://graph.microsoft.us/beta/reports/serviceActivity/getMetricsForSamlSignInSuccess\
             ({WINDOW})"
        ),
    }))
    .await;
    let signals = alert(&emulator, &client).await.signals();
    let (good, bad): (Vec<_>, Vec<_>) = signals.into_iter().partition(Result::is_ok);
    let bad: Vec<_> = bad.into_iter().filter_map(Result::err).collect();
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0].signal(), "newer");
    assert!(bad[0].to_string().contains("getMetricsForPasskeySignIn"));

    let calls = good.into_iter().flatten();
    let mut stream = MetricStream::new(calls.map(|signal| signal.call(&client).unwrap()));
    let mut buckets = Vec::new();
    while let Some((metric, series)) = stream.next().await {
        let series = series.unwrap();
        assert_eq!(series.end - series.start, TimeDelta::hours(1));
        buckets.push((metric, series.buckets.len()));
    }
    buckets.sort_unstable();
    let expected = [
        (Metric::MfaSignInFailures, 12),
        (Metric::MfaSignInSuccesses, 4),
        (Metric::SamlSignInSuccesses, 4),
    ];
    assert_eq!(buckets, expected);
    for request in emulator.requests() {
        let path = &request.path;
        assert!(
            path.starts_with("/beta/reports/serviceActivity/get"),
            "{path}"
        );
        assert!(!path.contains("%20") && !path.contains(".000"), "{path}");
    }
}
