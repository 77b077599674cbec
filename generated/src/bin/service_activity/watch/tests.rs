use super::*;
use chrono::TimeZone as _;
use graph_emulator::{Emulator, Fault};

/// What Prometheus gets after four rounds, of which the second fails.
async fn four_rounds(metric: Metric) -> String {
    let start = Utc.with_ymd_and_hms(2024, 2, 29, 12, 2, 0).unwrap();
    let emulator = Emulator::builder()
        .clock(start)
        .with_metric("getMetricsForMfaSignInFailure", |_| 4)
        .with_metric("getActiveUserMetricsForWordWeb", |_| 7)
        .pass()
        .fault(Fault::InvalidJson)
        .start()
        .await
        .unwrap();
    let client = Client::builder()
        .bearer_token("any")
        .endpoint(emulator.endpoint())
        .build()
        .unwrap();
    let exporter = Exporter::new(metric);
    let clock = |round: i32| start + INTERVAL * round;
    let rounds = Rounds {
        count: Some(4),
        wait: Duration::ZERO,
    };
    let watched = watch(&client, metric, &exporter, rounds, clock).await;
    watched.unwrap();
    exporter.text().unwrap()
}

#[tokio::test]
async fn every_bucket_is_counted_once_whatever_failed_between() {
    let text = four_rounds(Metric::MfaSignInFailures).await;
    let labels = "{metric=\"getMetricsForMfaSignInFailure\",unit=\"sign-ins\"}";
    for (name, value) in [
        ("events_total", "16"),
        ("errors_total", "1"),
        ("value", "4.0"),
        // 11:55, the last bucket that 12:17 is far enough from.
        ("bucket_start_timestamp_seconds", "1709207700"),
    ] {
        let line = format!("graph_service_activity_{name}{labels} {value}\n");
        assert!(text.contains(&line), "{line}{text}");
    }
}

#[tokio::test]
async fn users_have_a_value_and_no_counter() {
    let text = four_rounds(Metric::WordWebUsers).await;
    assert!(text.contains("unit=\"users\"} 7.0"), "{text}");
    assert!(!text.contains("events"), "{text}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_an_error() {
    let exporter = Exporter::new(Metric::WordWebUsers);
    let address = exporter.serve(([127, 0, 0, 1], 0).into()).await.unwrap();
    assert!(exporter.serve(address).await.is_err());
}
