//! Series of metrics over TCP: put together, refused, and several at the same time.

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use futures_util::{FutureExt as _, Stream as _, StreamExt as _};
use graph_emulator::{Bucket, Emulator, EmulatorBuilder, Fault, MetricValue as Played};
use graph_service_activity::metrics::{
    CONCURRENCY, Fill, Metric, MetricCall, MetricStream, MetricValue,
};
use graph_service_activity::{Client, ConfigureRequest as _, ErrorKind, RetryPolicy, StatusCode};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use support::StartStrict;

/// The moment that the emulator takes for now.
fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 6, 30, 12, 0, 0).unwrap()
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
        .bearer_token("token")
        .endpoint(emulator.endpoint())
        .retry(retry)
        .build()
        .unwrap()
}

/// A metric of the last hours, in buckets of 30 minutes.
fn last(hours: i64, metric: Metric, emulator: &Emulator) -> MetricCall {
    let activity = client(emulator).reports().service_activity();
    let call = activity.metric(metric, now() - TimeDelta::hours(hours), now());
    call.aggregation_interval_in_minutes(30)
}

/// A fault for every request.
fn always(fault: Fault) -> EmulatorBuilder {
    emulator().fault_when(move |_| Some(fault.clone()))
}

fn forbidden() -> Fault {
    Fault::ServiceError {
        status: StatusCode::FORBIDDEN,
        code: "Authorization_RequestDenied".to_owned(),
        message: "Insufficient privileges to complete the operation.".to_owned(),
    }
}

#[tokio::test]
async fn an_error_in_any_part_is_the_error_of_the_series() {
    let emulator = emulator().pass().fault(forbidden()).start_strict().await;
    let call = last(4, Metric::MfaSignInFailures, &emulator).longest_window(TimeDelta::hours(1));
    let error = call.series().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::FORBIDDEN));
    assert!(error.to_string().contains("Reports.Read.All"), "{error}");
    assert_eq!(emulator.request_count(), 2, "nothing is asked for after it");
}

#[tokio::test]
async fn a_start_too_early_is_refused_by_the_service() {
    let emulator = emulator().start_strict().await;
    let call = last(31 * 24, Metric::MfaSignInFailures, &emulator);
    let error = call.series().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));
    assert!(error.to_string().contains("30 days"), "{error}");
}

#[tokio::test]
async fn an_answer_of_another_shape_is_no_gap() {
    let emulator = emulator().fault(Fault::WrongContent).start_strict().await;
    let call = last(1, Metric::MfaSignInFailures, &emulator);
    let error = call.series().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.decode_error().unwrap().path.starts_with("$.value[0]"));
}

#[tokio::test]
async fn buckets_without_a_value_are_gaps() {
    let silent_hour = |bucket: Bucket| (bucket.start < now() - TimeDelta::hours(1)).then_some(7);
    let emulator = emulator()
        .with_metric("getMetricsForMfaSignInFailure", silent_hour)
        .with_metric("getConnectivityMetricsForExchange", |_| f64::NAN)
        .start_strict()
        .await;
    let failures = last(2, Metric::MfaSignInFailures, &emulator);
    let failures = failures.series().await.unwrap();
    assert_eq!((failures.sum(), failures.gaps()), (Some(14), 2));
    let filled = failures.filled(Fill::Value(MetricValue::Count(0)));
    let filled: Vec<_> = filled
        .filter_map(|bucket| bucket.value.as_count())
        .collect();
    assert_eq!(filled, [7, 7, 0, 0]);
    let connectivity = last(2, Metric::ExchangeConnectivity, &emulator);
    let connectivity = connectivity.series().await.unwrap();
    assert!(connectivity.is_empty());
    assert_eq!(connectivity.gaps(), 4);
}

#[tokio::test]
async fn windows_and_pages_fit_together() {
    let emulator = emulator().page_size(5).start_strict().await;
    let whole = last(12, Metric::EmailsDelivered, &emulator);
    let parts = whole.clone().longest_window(TimeDelta::minutes(290));
    let whole = whole.await.unwrap();
    assert_eq!(emulator.request_count(), 5, "24 buckets in pages of 5");
    emulator.clear_requests();
    let parts = parts.await.unwrap();
    let paths: BTreeSet<_> = emulator.requests().into_iter().map(|it| it.path).collect();
    assert_eq!(paths.len(), 3, "4:50 is rounded down to 4:30: {paths:#?}");
    assert_eq!(whole, parts);
    assert_eq!(whole.buckets.len(), 24);
    assert_eq!(whole.gaps(), 0);
    let sum: i64 = whole
        .buckets
        .iter()
        .filter_map(|it| it.value.as_count())
        .sum();
    assert_eq!(whole.sum(), Some(sum));
}

#[tokio::test]
async fn one_page_is_one_request() {
    let emulator = emulator().page_size(2).start_strict().await;
    let call = last(2, Metric::ExchangeConnectivity, &emulator);
    let url = call.url();
    let page = call.header("x-purpose", "test").send().await.unwrap();
    assert_eq!((page.status(), page.value.len()), (StatusCode::OK, 2));
    assert!(page.next_link.is_some());
    let percentages = page
        .value
        .iter()
        .all(|it| it.value.as_percentage().is_some());
    assert!(percentages, "{page:?}");
    let requests = emulator.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].path, url.path());
}

#[tokio::test]
async fn an_odd_result_of_a_bucket_is_read_as_it_is_sent() {
    let emulator = emulator()
        .with_metric("getMetricsForMfaSignInFailure", |_| {
            Played::Integer(i64::MAX)
        })
        .start_strict()
        .await;
    let series = last(1, Metric::MfaSignInFailures, &emulator).await.unwrap();
    assert_eq!(series.max().unwrap().value, MetricValue::Count(i64::MAX));
    assert_eq!(series.sum(), None, "two of them have no place in an i64");
}

#[tokio::test]
async fn one_metric_that_is_refused_does_not_end_the_others() {
    let emulator = emulator()
        .fault_when(|request| request.path.contains("Teams").then(forbidden))
        .start_strict()
        .await;
    let activity = client(&emulator).reports().service_activity();
    let all = activity.all_metrics(now() - TimeDelta::hours(1), now());
    assert_eq!(all.size_hint(), (38, Some(38)));
    let all: Vec<_> = all.collect().await;
    let metrics: BTreeSet<_> = all.iter().map(|(metric, _)| *metric).collect();
    assert_eq!(metrics.len(), Metric::ALL.len());
    for (metric, series) in &all {
        match series {
            Ok(series) => assert_eq!((series.metric, series.buckets.len()), (*metric, 4)),
            Err(error) => {
                assert!(metric.name().contains("Teams"), "{metric}: {error}");
                assert_eq!(error.status(), Some(StatusCode::FORBIDDEN));
            }
        }
    }
    assert_eq!(all.iter().filter(|(_, series)| series.is_err()).count(), 5);
}

/// The path of a call of the metric in the last hour but some seconds, as a next link may have it.
fn link(seconds_before: i64) -> String {
    let end = now() - TimeDelta::seconds(seconds_before);
    let moment = |moment: DateTime<Utc>| moment.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    format!(
        "/beta/reports/serviceActivity/getMetricsForMfaSignInFailure(\
         inclusiveIntervalStartDateTime={},exclusiveIntervalEndDateTime={},\
         aggregationIntervalInMinutes=30)",
        moment(end - TimeDelta::hours(1)),
        moment(end)
    )
}

#[tokio::test]
async fn new_links_for_ever_end_with_an_error() {
    let count = AtomicI64::new(0);
    let emulator = emulator()
        .fault_when(move |_| {
            let url = link(count.fetch_add(1, Ordering::SeqCst) + 1);
            Some(Fault::NextLinkTo { url })
        })
        .start_strict()
        .await;
    let call = last(4, Metric::MfaSignInFailures, &emulator);
    let error = call.clone().series().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StreamLimit);
    // Eight buckets, one at each end, and what may be empty.
    assert_eq!(emulator.request_count(), 8 + 2 + 16);
    emulator.clear_requests();
    let error = call.max_pages(3).series().await.unwrap_err();
    assert!(error.to_string().contains("3 pages were read"), "{error}");
    assert_eq!(emulator.request_count(), 3);
}

#[tokio::test]
async fn buckets_of_another_window_do_not_count() {
    let day = 24 * 60 * 60;
    for seconds in [day, 10 * day, 60 * 60, -60 * 60, -day] {
        let emulator = emulator()
            .fault(Fault::NextLinkTo { url: link(seconds) })
            .start_strict()
            .await;
        let series = last(1, Metric::MfaSignInFailures, &emulator).await.unwrap();
        assert_eq!(emulator.request_count(), 2);
        let starts: Vec<_> = series.buckets.iter().map(|bucket| bucket.start).collect();
        let hour = now() - TimeDelta::hours(1);
        assert_eq!(starts, [hour, hour + TimeDelta::minutes(30)], "{seconds}");
        assert_eq!(series.with_gaps().count(), 2);
    }
}

#[tokio::test]
async fn limits_are_those_of_all_windows_together() {
    let emulator = emulator().start_strict().await;
    let call = last(4, Metric::MfaSignInFailures, &emulator).longest_window(TimeDelta::hours(1));
    let error = call.clone().max_pages(2).series().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StreamLimit);
    assert_eq!(emulator.request_count(), 2);
    assert!(call.clone().max_pages(4).series().await.is_ok());
    emulator.clear_requests();
    let error = call.max_time(Duration::ZERO).series().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StreamLimit);
    assert!(error.to_string().contains("max_time"), "{error}");
    assert_eq!(emulator.request_count(), 0);
}

/// How many of the requests for all metrics come in when none of them is answered.
async fn requests_at_once(set: impl FnOnce(MetricStream) -> MetricStream, expected: u64) -> u64 {
    let emulator = always(Fault::Stall).start_strict().await;
    let activity = client(&emulator).reports().service_activity();
    let mut all = set(activity.all_metrics(now() - TimeDelta::hours(1), now()));
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(emulator.request_count(), 0, "nothing is sent unasked");
    while emulator.request_count() < expected {
        assert!(all.next().now_or_never().is_none());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // Long enough for one that should not come.
    for _ in 0..50 {
        assert!(all.next().now_or_never().is_none());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    emulator.request_count()
}

#[tokio::test]
async fn no_more_than_the_limit_are_under_way() {
    let limit = u64::try_from(CONCURRENCY).unwrap();
    assert_eq!(requests_at_once(|all| all, limit).await, limit);
    assert_eq!(requests_at_once(|all| all.concurrency(2), 2).await, 2);
    assert_eq!(requests_at_once(|all| all.concurrency(0), 1).await, 1);
}

#[tokio::test]
async fn some_metrics_with_settings_of_their_own() {
    let emulator = emulator().start_strict().await;
    let activity = client(&emulator).reports().service_activity();
    let teams = [Metric::TeamsLaunches, Metric::TeamsChatMessages];
    let mut some = activity
        .metrics(teams, now() - TimeDelta::hours(6), now())
        .aggregation_interval_in_minutes(30)
        .longest_window(TimeDelta::hours(2))
        .concurrency(1);
    let mut order = Vec::new();
    while let Some((metric, series)) = some.next().await {
        assert_eq!(series.unwrap().buckets.len(), 12);
        order.push(metric);
    }
    assert_eq!(order, teams, "one at a time, they come in order");
    assert_eq!(emulator.request_count(), 6);
    assert!(some.next().await.is_none(), "the end stays the end");
    assert!(MetricStream::new([]).next().await.is_none());
}

#[tokio::test]
async fn throttling_is_waited_for() {
    let throttled = || Fault::TooManyRequests {
        retry_after: graph_emulator::RetryAfter::Seconds(0),
    };
    let emulator = emulator()
        .faults([throttled(), throttled(), throttled()])
        .start_strict()
        .await;
    let activity = client(&emulator).reports().service_activity();
    let all = activity.all_metrics(now() - TimeDelta::hours(1), now());
    let failed = all.filter(|(_, series)| std::future::ready(series.is_err()));
    assert_eq!(failed.count().await, 0);
    assert_eq!(emulator.request_count(), 38 + 3);
}
