//! The generated client against the emulator over TCP: what users write, and what goes over the wire.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use futures_util::TryStreamExt;
use graph_emulator::{Emulator, EmulatorBuilder, Fault, RetryAfter};
use graph_service_activity::models::{AggregationIntervalInMinutes, ServiceActivityValueMetric};
use graph_service_activity::requests::service_activity::{
    GetActiveUserMetricsForExcelWeb, GetMetricsForMfaSignInFailure,
};
use graph_service_activity::{Client, ErrorKind, RetryPolicy, StatusCode};
use std::time::Duration;
use support::StartStrict;

/// The moment that the emulator takes for now.
fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2023, 1, 2, 0, 0, 0).unwrap()
}

fn emulator() -> EmulatorBuilder {
    Emulator::builder().clock(now())
}

/// A client that waits no time before it tries again.
fn client(emulator: &Emulator) -> Client {
    let retry = RetryPolicy::default()
        .initial_backoff(Duration::ZERO)
        .max_backoff(Duration::ZERO);
    Client::builder()
        .bearer_token("secret-token")
        .endpoint(emulator.endpoint())
        .retry(retry)
        .build()
        .expect("a valid client")
}

/// The request of the function's own documentation page.
fn documented_call(client: &Client) -> GetMetricsForMfaSignInFailure {
    let start = Utc.with_ymd_and_hms(2023, 1, 1, 0, 0, 0).unwrap();
    client
        .reports()
        .service_activity()
        .get_metrics_for_mfa_sign_in_failure(start, start + TimeDelta::minutes(20))
        .aggregation_interval_in_minutes(AggregationIntervalInMinutes::TenMinutes)
}

#[tokio::test]
async fn the_documented_request_is_exact_on_the_wire() {
    let emulator = emulator().start_strict().await;
    let call = documented_call(&client(&emulator));
    let url = call.url();
    let answer = call.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.attempts(), 1);
    assert_eq!(answer.value.len(), 2);
    let requests = emulator.requests();
    let path = "/beta/reports/serviceActivity/getMetricsForMfaSignInFailure(\
                inclusiveIntervalStartDateTime=2023-01-01T00:00:00Z,\
                exclusiveIntervalEndDateTime=2023-01-01T00:20:00Z,\
                aggregationIntervalInMinutes=10)";
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].path, path);
    assert_eq!(requests[0].method, "GET");
    assert!(requests[0].query.as_deref().unwrap_or_default().is_empty());
    assert_eq!(url.path(), path, "url() is what is sent");
}

#[tokio::test]
async fn an_optional_parameter_that_is_not_set_is_left_out() {
    let emulator = emulator().start_strict().await;
    let start = Utc.with_ymd_and_hms(2023, 1, 1, 0, 0, 0).unwrap();
    let call = client(&emulator)
        .reports()
        .service_activity()
        .get_metrics_for_mfa_sign_in_failure(start, start + TimeDelta::hours(1));
    let answer = call.await.unwrap();
    assert_eq!(answer.value.len(), 4, "the service's default is 15 minutes");
    assert!(!emulator.requests()[0].path.contains("aggregation"));
}

#[test]
fn the_documented_response_decodes() {
    let json = r##"{
        "@odata.context": "https://graph.microsoft.com/beta/networkAccess/reports/$metadata#Collection(serviceActivityValueMetric)",
        "value": [
            { "intervalStartDateTime": "2023-01-10T00:00:00Z", "value": 4 },
            { "intervalStartDateTime": "2023-01-10T00:10:00Z", "value": 5 },
            { "intervalStartDateTime": "2023-01-10T00:20:00Z", "value": 4 }
        ]
    }"##;
    let page: graph_service_activity::Page<ServiceActivityValueMetric> =
        serde_json::from_str(json).unwrap();
    let values: Vec<_> = page.value.iter().map(|bucket| bucket.value).collect();
    assert_eq!(values, [4, 5, 4]);
    let third = Utc.with_ymd_and_hms(2023, 1, 10, 0, 20, 0).unwrap();
    assert_eq!(page.value[2].interval_start_date_time, third);
}

#[test]
fn unknown_members_are_kept_and_written_back() {
    let json = serde_json::json!({
        "@odata.type": "#microsoft.graph.serviceActivityValueMetric",
        "intervalStartDateTime": "2023-01-10T00:00:00Z",
        "value": "9007199254740993",
        "region": "EU",
    });
    let metric: ServiceActivityValueMetric = serde_json::from_value(json).unwrap();
    assert_eq!(
        metric.value, 9_007_199_254_740_993,
        "Int64 as text keeps every digit"
    );
    assert_eq!(metric.additional_properties["region"], "EU");
    let written = serde_json::to_value(&metric).unwrap();
    assert_eq!(written["region"], "EU");
    assert_eq!(written["intervalStartDateTime"], "2023-01-10T00:00:00Z");
}

#[tokio::test]
async fn every_function_answers() {
    let emulator = emulator().start_strict().await;
    let client = client(&emulator);
    let activity = client.reports().service_activity();
    let (start, end) = (now() - TimeDelta::hours(2), now());
    let counts = activity
        .get_active_user_metrics_for_excel_web(start, end)
        .await
        .unwrap();
    assert_eq!(counts.value.len(), 8);
    let shares = activity
        .get_connectivity_metrics_for_exchange(start, end)
        .await
        .unwrap();
    assert!(
        shares
            .value
            .iter()
            .all(|bucket| (0.0..=100.0).contains(&bucket.percentage))
    );
}

#[tokio::test]
async fn a_stream_crosses_pages_and_empty_pages() {
    let emulator = emulator()
        .page_size(3)
        .fault(Fault::EmptyPageWithNextLink)
        .start_strict()
        .await;
    let (start, end) = (now() - TimeDelta::hours(2), now());
    let buckets: Vec<_> = client(&emulator)
        .reports()
        .service_activity()
        .get_metrics_for_mfa_sign_in_failure(start, end)
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(buckets.len(), 8);
    assert!(
        buckets
            .windows(2)
            .all(|pair| pair[0].interval_start_date_time < pair[1].interval_start_date_time)
    );
    assert_eq!(
        emulator.request_count(),
        4,
        "one empty page, then 3 + 3 + 2 buckets"
    );
}

#[tokio::test]
async fn an_unlisted_value_is_sent_and_refused_in_words() {
    let emulator = emulator().start_strict().await;
    let start = now() - TimeDelta::hours(1);
    let call = client(&emulator)
        .reports()
        .service_activity()
        .get_metrics_for_mfa_sign_in_failure(start, now())
        .aggregation_interval_in_minutes(7);
    let error = call.send().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));
    assert_eq!(error.code(), Some("BadRequest"));
    let text = error.to_string();
    assert!(text.contains("5, 10, 15 and 30"), "{text}");
    assert!(!error.is_retryable());
    assert_eq!(emulator.request_count(), 1);
}

#[tokio::test]
async fn a_refused_period_is_an_error_in_words() {
    let emulator = emulator().start_strict().await;
    let client = client(&emulator);
    let activity = client.reports().service_activity();
    for (start, end) in [
        (now(), now() - TimeDelta::hours(1)),
        (now() - TimeDelta::days(31), now()),
    ] {
        let call = activity.get_metrics_for_mfa_sign_in_failure(start, end);
        let error = call.send().await.unwrap_err();
        assert_eq!(
            error.status().map(|status| status.as_u16()),
            Some(400),
            "{error}"
        );
        assert!(error.request_id().is_some());
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused_and_never_shown() {
    let emulator = emulator().token("another-token").start_strict().await;
    let error = documented_call(&client(&emulator))
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(error.code(), Some("InvalidAuthenticationToken"));
    assert!(!format!("{error} {error:?}").contains("secret-token"));
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let throttled = Fault::TooManyRequests {
        retry_after: RetryAfter::Seconds(0),
    };
    let emulator = emulator().fault(throttled).start_strict().await;
    let answer = documented_call(&client(&emulator)).send().await.unwrap();
    assert_eq!(answer.attempts(), 2);
    assert_eq!(emulator.request_count(), 2);
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let forbidden = Fault::ServiceError {
        status: StatusCode::FORBIDDEN,
        code: "Authorization_RequestDenied".into(),
        message: "Insufficient privileges".into(),
    };
    let emulator = emulator().fault(forbidden).start_strict().await;
    let error = documented_call(&client(&emulator))
        .send()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("Reports.Read.All"), "{error}");
}

#[tokio::test]
async fn a_link_to_another_host_sends_nothing() {
    let foreign = Emulator::start().await.unwrap();
    let link = Fault::NextLinkTo {
        url: format!("{}/stolen", foreign.endpoint()),
    };
    let emulator = emulator().fault(link).start_strict().await;
    let pages = documented_call(&client(&emulator))
        .stream()
        .try_collect::<Vec<_>>()
        .await;
    let error = pages.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignOrigin, "{error}");
    assert_eq!(foreign.request_count(), 0);
}

#[test]
fn permissions_are_data() {
    let scopes = |permissions: &[graph_service_activity::Permission]| {
        permissions
            .iter()
            .map(|p| (p.scheme(), p.scopes()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        scopes(GetMetricsForMfaSignInFailure::PERMISSIONS),
        [
            ("DelegatedWork", ["Reports.Read.All"].as_slice()),
            ("Application", ["Reports.Read.All"].as_slice())
        ]
    );
    let web = scopes(GetActiveUserMetricsForExcelWeb::PERMISSIONS);
    assert_eq!(web[0].1, ["ServiceActivity-Microsoft365Web.Read.All"]);
}

#[test]
fn clients_and_requests_move_between_threads() {
    fn is_send_sync<T: Send + Sync + Clone>() {}
    is_send_sync::<Client>();
    is_send_sync::<GetMetricsForMfaSignInFailure>();
}
