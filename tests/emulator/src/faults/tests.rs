use axum::http::Request;
use chrono::TimeZone as _;

use super::*;
use crate::record::Origin;

fn request() -> ReceivedRequest {
    ReceivedRequest::new(Request::new(()).into_parts().0, Origin::Service, true)
}

fn hits(seed: u64, probability: f64, draws: usize) -> Vec<Option<Fault>> {
    let plan = FaultPlan {
        rate: Some(FaultRate {
            probability,
            faults: vec![Fault::Stall, Fault::ConnectionReset],
            seed,
            ..FaultRate::default()
        }),
        ..FaultPlan::default()
    };
    (0..draws)
        .map(|_| plan.next(&request(), DateTime::UNIX_EPOCH).fault)
        .collect()
}

#[test]
fn the_script_goes_first_and_in_order() {
    let plan = FaultPlan {
        selector: Some(Box::new(|_| Some(Fault::Stall))),
        ..FaultPlan::default()
    };
    plan.push(Some(Fault::GatewayTimeout));
    plan.push(None);
    let met: Vec<_> = (0..3)
        .map(|_| plan.next(&request(), DateTime::UNIX_EPOCH).fault)
        .collect();
    assert_eq!(met, [Some(Fault::GatewayTimeout), None, Some(Fault::Stall)]);
}

#[test]
fn the_rate_is_kept_and_depends_on_the_seed() {
    let count = |faults: &[Option<Fault>]| faults.iter().flatten().count();
    let drawn = hits(1, 0.05, 20_000);
    assert!((900..1_100).contains(&count(&drawn)), "{}", count(&drawn));
    assert_eq!(drawn, hits(1, 0.05, 20_000));
    assert_ne!(drawn, hits(2, 0.05, 20_000));
    assert!(drawn.contains(&Some(Fault::Stall)));
    assert!(drawn.contains(&Some(Fault::ConnectionReset)));
    assert_eq!(count(&hits(1, 0.0, 1_000)), 0);
    assert_eq!(count(&hits(1, 1.0, 1_000)), 1_000);
}

#[test]
fn retry_after_in_every_form() {
    let date = Utc.with_ymd_and_hms(1994, 11, 6, 8, 49, 37).unwrap();
    for (retry_after, expected) in [
        (RetryAfter::Absent, None),
        (RetryAfter::Seconds(10), Some("10")),
        (RetryAfter::Fraction(2.128), Some("2.128")),
        (
            RetryAfter::Date(date),
            Some("Sun, 06 Nov 1994 08:49:37 GMT"),
        ),
        (RetryAfter::Text("soon".to_owned()), Some("soon")),
    ] {
        assert_eq!(retry_after.header().as_deref(), expected);
    }
}
