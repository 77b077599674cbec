use chrono::TimeZone as _;
use proptest::prelude::*;

use super::*;
use crate::fixture::{metric_parameters, service};
use crate::url::{ParsedPath, ParsedQuery};

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2023, 1, 31, 0, 0, 0).unwrap()
}

fn buckets(start: &str, end: &str, interval: Option<&str>) -> Result<Buckets, String> {
    let interval = interval.map_or_else(String::new, |i| format!(",{INTERVAL}={i}"));
    let path = format!("/getMetricsForCount({START}={start},{END}={end}{interval})");
    let path = ParsedPath::parse(&path, &[]).unwrap();
    let service = service();
    let functions: Vec<&Operation> = service.operations["getMetricsForCount"].iter().collect();
    let arguments = path.segments[0].arguments.as_deref().unwrap();
    let call = crate::validate::check_call(&functions, arguments, &ParsedQuery::default());
    Buckets::of(&call.unwrap(), now()).map_err(|refusal| refusal.message)
}

fn starts(buckets: Buckets) -> Vec<String> {
    (0..buckets.len())
        .map(|index| write_instant(buckets.get(index).unwrap().start))
        .collect()
}

#[test]
fn buckets_run_from_start_to_end() {
    for (start, end, interval, expected) in [
        (
            "2023-01-01T00:00:00Z",
            "2023-01-01T00:20:00Z",
            Some("10"),
            vec!["2023-01-01T00:00:00Z", "2023-01-01T00:10:00Z"],
        ),
        (
            "2023-01-01T00:00:00Z",
            "2023-01-01T00:20:00Z",
            None,
            vec!["2023-01-01T00:00:00Z", "2023-01-01T00:15:00Z"],
        ),
        (
            "2023-01-01T10:30:00Z",
            "2023-01-01T10:59:59Z",
            Some("10"),
            vec![
                "2023-01-01T10:30:00Z",
                "2023-01-01T10:40:00Z",
                "2023-01-01T10:50:00Z",
            ],
        ),
        (
            "2023-01-01T02:00:00.5%2B02:00",
            "2023-01-01T00:05:00.5Z",
            Some("5"),
            vec!["2023-01-01T00:00:00.500Z"],
        ),
        (
            "2023-01-01T00:00:00Z",
            "2023-01-01T00:05:00.000000001Z",
            Some("5"),
            vec!["2023-01-01T00:00:00Z", "2023-01-01T00:05:00Z"],
        ),
        (
            "2023-01-01T00:00:00Z",
            "2023-01-01T00:00:00.000000001Z",
            Some("30"),
            vec!["2023-01-01T00:00:00Z"],
        ),
    ] {
        assert_eq!(
            starts(buckets(start, end, interval).unwrap()),
            expected,
            "{start}..{end}"
        );
    }
}

#[test]
fn thirty_days_of_five_minutes_are_8640_buckets() {
    let all = buckets("2023-01-01T00:00:00Z", "2023-01-31T00:00:00Z", Some("5")).unwrap();
    assert_eq!(all.len(), 8_640);
    assert_eq!(all.get(8_639).unwrap().end, now());
    assert_eq!(all.get(8_640), None);
}

#[test]
fn a_far_end_is_counted_and_not_walked() {
    let all = buckets("2023-01-01T00:00:00Z", "9999-12-31T23:59:59Z", Some("5")).unwrap();
    assert_eq!(all.len(), 839_099_232);
    assert!(all.get(839_099_231).is_some());
}

#[test]
fn the_end_comes_after_the_start() {
    for end in [
        "2023-01-02T00:00:00Z",
        "2023-01-01T23:59:59Z",
        "2023-01-02T01:00:00%2B01:00",
    ] {
        let message = buckets("2023-01-02T00:00:00Z", end, None).unwrap_err();
        assert!(
            message.contains("must be later than inclusiveIntervalStartDateTime"),
            "{message}"
        );
    }
}

#[test]
fn the_start_lies_thirty_days_back_at_most() {
    let end = "2023-01-30T00:00:00Z";
    assert!(buckets("2023-01-01T00:00:00Z", end, None).is_ok());
    let message = buckets("2022-12-31T23:59:59.999Z", end, None).unwrap_err();
    assert!(
        message.contains("more than 30 days in the past"),
        "{message}"
    );
    assert!(message.contains("2023-01-01T00:00:00Z"), "{message}");
}

#[test]
fn metric_functions_are_told_by_their_shape() {
    let service = service();
    let shape = |name: &str| MetricShape::of(&service, &service.operations[name][0]);
    let expected = |property: &str, kind| {
        Some(MetricShape {
            property: property.to_owned(),
            ty: match kind {
                MetricKind::Count => "Edm.Int64".to_owned(),
                MetricKind::Percentage => "Edm.Double".to_owned(),
            },
            kind,
        })
    };
    assert_eq!(
        shape("getMetricsForCount"),
        expected("value", MetricKind::Count)
    );
    assert_eq!(
        shape("getShare"),
        expected("percentage", MetricKind::Percentage)
    );
    assert_eq!(shape("getText"), None);
    assert_eq!(shape("find"), None);
}

#[test]
fn a_metric_function_needs_each_of_its_parameters() {
    let service = service();
    for index in 0..3 {
        let mut parameters = metric_parameters();
        parameters.remove(index);
        let function = Operation {
            parameters,
            namespace: "demo".to_owned(),
            name: "getMetricsForCount".to_owned(),
            kind: crate::service::OperationKind::Function,
            composable: false,
            binding: Some(crate::fixture::one("demo.activity")),
            returns: Some(crate::fixture::many("demo.count")),
        };
        assert_eq!(MetricShape::of(&service, &function), None);
    }
}

#[test]
fn the_context_has_the_documented_form() {
    let service = service();
    let context = |name: &str| context_url("https://host/beta", &service.operations[name][0]);
    assert_eq!(
        context("getMetricsForCount"),
        "https://host/beta/networkAccess/reports/$metadata#Collection(count)"
    );
    assert_eq!(
        context("getShare"),
        "https://host/beta/$metadata#Collection(demo.share)"
    );
}

proptest! {
    #[test]
    fn buckets_touch_each_other_from_the_start_to_the_end(
        start in 0..2_592_000_i64,
        length in 1..1_000_000_i64,
        interval in prop::sample::select(vec![5_i64, 10, 15, 30]),
    ) {
        let at = |offset| write_instant(now() - RETENTION + TimeDelta::seconds(offset));
        let (start, end) = (at(start), at(start + length));
        let all = buckets(&start, &end, Some(&interval.to_string())).unwrap();
        let mut expected = start;
        for index in 0..all.len() {
            let bucket = all.get(index).unwrap();
            prop_assert_eq!(write_instant(bucket.start), expected);
            prop_assert_eq!((bucket.end - bucket.start).num_minutes(), interval);
            expected = write_instant(bucket.end);
        }
        prop_assert!(expected >= end);
        prop_assert!(write_instant(all.get(all.len() - 1).unwrap().start) < end);
    }

    #[test]
    fn no_years_make_buckets_panic(years in prop::collection::vec(-262_140..262_140_i32, 2)) {
        let instant = |year: i32| {
            let sign = if year < 0 { "-" } else { "" };
            format!("{sign}{:04}-12-31T23:59:59.999999999Z", year.abs())
        };
        if let Ok(all) = buckets(&instant(years[0]), &instant(years[1]), Some("5")) {
            prop_assert!(all.get(0).is_some());
            prop_assert!(all.get(all.len() - 1).is_some());
            prop_assert_eq!(all.get(u64::MAX), None);
        }
    }
}
