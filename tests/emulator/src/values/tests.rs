use chrono::TimeZone as _;

use super::*;

fn bucket(hour: u32, minute: u32, minutes: i64) -> Bucket {
    // A Wednesday.
    let start = Utc.with_ymd_and_hms(2023, 1, 4, hour, minute, 0).unwrap();
    Bucket {
        start,
        end: start + TimeDelta::minutes(minutes),
    }
}

fn seeded(seed: u64) -> Values {
    Values {
        seed,
        ..Values::default()
    }
}

fn counted(values: &Values, function: &str, bucket: Bucket) -> i64 {
    match values.value(function, MetricKind::Count, bucket) {
        MetricValue::Integer(count) => count,
        other => panic!("no count: {other:?}"),
    }
}

#[test]
fn equal_seeds_give_equal_values_and_others_do_not() {
    let day = |seed, function: &str| -> Vec<i64> {
        (0..24)
            .map(|hour| counted(&seeded(seed), function, bucket(hour, 0, 30)))
            .collect()
    };
    assert_eq!(day(1, "f"), day(1, "f"));
    assert_ne!(day(1, "f"), day(2, "f"));
    assert_ne!(day(1, "f"), day(1, "g"));
}

#[test]
fn short_buckets_add_up_to_the_long_one() {
    let values = seeded(3);
    let long = counted(&values, "f", bucket(9, 0, 30));
    let short: i64 = (0..6)
        .map(|index| counted(&values, "f", bucket(9, index * 5, 5)))
        .sum();
    assert_eq!(long, short);
}

#[test]
fn failures_are_a_few_per_cent_of_successes() {
    for seed in 0..20 {
        let values = seeded(seed);
        let day = bucket(0, 0, 1_440);
        for (success, failure) in [
            (
                "getMetricsForMfaSignInSuccess",
                "getMetricsForMfaSignInFailure",
            ),
            ("appsAllowedByConnector", "appsBlockedByConnector"),
            ("tunnelsConnected", "tunnelsDisconnected"),
        ] {
            let successes = counted(&values, success, day);
            let failures = counted(&values, failure, day);
            let share = failures as f64 / successes as f64;
            assert!((0.01..0.07).contains(&share), "{failures} of {successes}");
            let hours = (0..24).map(|hour| bucket(hour, 0, 60));
            let hours: i64 = hours.map(|hour| counted(&values, failure, hour)).sum();
            assert_eq!(hours, failures);
        }
    }
}

#[test]
fn a_very_long_bucket_takes_no_longer_than_a_day() {
    let values = seeded(3);
    let day = counted(&values, "f", bucket(0, 0, 1_440));
    assert_eq!(
        counted(&values, "f", bucket(0, 0, 1_440_000_000)),
        day * 1_000_000
    );
}

#[test]
fn counts_follow_the_day() {
    let values = seeded(0);
    let hour = |hour| counted(&values, "f", bucket(hour, 0, 60));
    assert!(hour(13) > 3 * hour(1), "{} against {}", hour(13), hour(1));
    assert!((0..24).all(|h| hour(h) >= 0));
}

#[test]
fn shares_lie_between_95_and_100() {
    let values = seeded(5);
    for minute in 0..60 {
        let value = values.value("f", MetricKind::Percentage, bucket(0, minute, 5));
        assert!(
            matches!(value, MetricValue::Double(share) if (95.0..=100.0).contains(&share)),
            "{value:?}"
        );
    }
}

#[test]
fn values_are_pinned() {
    // A change here changes what every user's test sees: it belongs in the release notes.
    assert_eq!(counted(&seeded(0), "f", bucket(12, 0, 15)), 302);
}

#[test]
fn values_as_json() {
    for (value, expected) in [
        (MetricValue::from(4), "4"),
        (MetricValue::from(i64::MAX), "9223372036854775807"),
        (MetricValue::from(99.5), "99.5"),
        (MetricValue::from(f64::NAN), "\"NaN\""),
        (MetricValue::from(f64::INFINITY), "\"INF\""),
        (MetricValue::from(f64::NEG_INFINITY), "\"-INF\""),
        (MetricValue::from(None::<i32>), "null"),
        (MetricValue::from(7_u32), "7"),
    ] {
        assert_eq!(value.to_json().to_string(), expected);
    }
}
