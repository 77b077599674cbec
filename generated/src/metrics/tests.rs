use super::*;
use crate::Client;
use chrono::TimeZone as _;

fn at(minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 2, 29, 12, 0, 0).unwrap() + TimeDelta::minutes(minute.into())
}

fn bucket(minute: u32, value: f64) -> MetricBucket {
    MetricBucket {
        start: at(minute),
        value,
    }
}

fn series(metric: Metric, buckets: Vec<MetricBucket>) -> Series {
    Series::new(metric, TimeDelta::minutes(10), (at(0), at(60)), buckets)
}

fn call(end: DateTime<Utc>) -> MetricCall {
    let client = Client::builder().bearer_token("token").build().unwrap();
    let activity = client.reports().service_activity();
    activity.metric(Metric::MfaSignInFailures, at(0), end)
}

#[test]
fn every_metric_has_a_unit_and_only_events_add_up() {
    assert_eq!(Metric::ALL.len(), 38);
    for metric in Metric::ALL {
        assert!(!metric.unit().is_empty(), "{metric}");
        assert!(!metric.summary().is_empty(), "{metric}");
        assert!(!metric.operation().permissions().is_empty(), "{metric}");
        assert_eq!(Metric::from_name(metric.name()), Some(*metric));
        let distinct = ["users", "apps", "networks", "tunnels", "%"].contains(&metric.unit());
        assert_eq!(
            metric.is_additive(),
            !distinct,
            "{metric} counts {}",
            metric.unit()
        );
    }
    assert_eq!(Metric::from_name("getNothing"), None);
}

#[test]
fn a_call_is_that_of_the_function() {
    let url = call(at(20)).aggregation_interval_in_minutes(10).url();
    assert_eq!(
        url.path(),
        "/beta/reports/serviceActivity/getMetricsForMfaSignInFailure(inclusiveIntervalStartDateTime=\
         2024-02-29T12:00:00Z,exclusiveIntervalEndDateTime=2024-02-29T12:20:00Z,\
         aggregationIntervalInMinutes=10)"
    );
}

#[test]
fn long_times_are_asked_for_in_windows_of_whole_buckets() {
    let windows = |minutes: i64, end| {
        let call = call(end).aggregation_interval_in_minutes(10);
        call.longest_window(TimeDelta::minutes(minutes)).windows()
    };
    let expected = [(at(0), at(20)), (at(20), at(40)), (at(40), at(45))];
    assert_eq!(windows(25, at(45)), expected);
    assert_eq!(windows(-1, at(20)), [(at(0), at(10)), (at(10), at(20))]);
    assert_eq!(windows(60, at(45)), [(at(0), at(45))]);
    // What is wrong is for the service to say.
    let backwards = at(0) - TimeDelta::minutes(1);
    assert_eq!(windows(10, backwards), [(at(0), backwards)]);
    let forever = call(DateTime::<Utc>::MAX_UTC).longest_window(TimeDelta::MAX);
    assert_eq!(forever.windows().len(), 1);
}

#[test]
fn buckets_are_put_in_order_and_the_later_of_two_counts() {
    let buckets = vec![bucket(20, 3.0), bucket(0, 1.0), bucket(20, 4.0)];
    let series = series(Metric::MfaSignInFailures, buckets);
    assert_eq!(series.buckets, [bucket(0, 1.0), bucket(20, 4.0)]);
    assert_eq!(series.sum(), Some(5.0));
    assert_eq!(series.mean(), Some(2.5));
    assert_eq!(series.max(), Some(bucket(20, 4.0)));
    assert_eq!(series.last(), Some(bucket(20, 4.0)));
}

#[test]
fn distinct_users_and_percentages_are_never_added_up() {
    for metric in [Metric::ExcelWebUsers, Metric::ExchangeConnectivity] {
        assert_eq!(
            series(metric, vec![bucket(0, 1.0), bucket(10, 1.0)]).sum(),
            None
        );
    }
}

#[test]
fn gaps_are_shown_or_filled() {
    let gaps = |buckets| series(Metric::MfaSignInFailures, buckets).with_gaps();
    assert_eq!(gaps(Vec::new()).len(), 6);
    let some = gaps(vec![bucket(10, 7.0), bucket(40, 9.0)]);
    let values: Vec<_> = some.iter().map(|(_, value)| *value).collect();
    assert_eq!(values, [None, Some(7.0), None, None, Some(9.0), None]);
    assert_eq!(some[0].0, at(0));
    // The service may align buckets in its own way, and send one that was not asked for.
    let shifted = gaps(vec![bucket(3, 1.0), bucket(63, 2.0)]);
    assert_eq!(shifted.len(), 7);
    let filled = series(Metric::MfaSignInFailures, vec![bucket(10, 7.0)]).filled(0.0);
    assert_eq!(filled[0], bucket(0, 0.0));
    assert_eq!(filled[1], bucket(10, 7.0));
    let empty = series(Metric::MfaSignInFailures, Vec::new());
    assert_eq!(
        (empty.mean(), empty.max(), empty.last()),
        (None, None, None)
    );
}

#[test]
fn a_bucket_is_a_count_or_a_percentage() {
    for member in ["value", "percentage"] {
        let text = format!(r#"{{"intervalStartDateTime":"2024-02-29T12:00:00Z","{member}":4}}"#);
        assert_eq!(
            serde_json::from_str::<MetricBucket>(&text).unwrap(),
            bucket(0, 4.0)
        );
    }
    assert!(serde_json::from_str::<MetricBucket>("{}").is_err());
}
