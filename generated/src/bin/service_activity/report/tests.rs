use super::*;
use crate::demo;
use chrono::{TimeDelta, TimeZone as _};
use graph_emulator::Fault;
use graph_service_activity::StatusCode;
use graph_service_activity::metrics::{Metric, MetricBucket, MetricValue, Series};

fn end() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 2, 29, 12, 0, 0).unwrap()
}

/// The page of the invented day, with a fault for Teams.
async fn invented() -> String {
    let forbidden = || Fault::ServiceError {
        status: StatusCode::FORBIDDEN,
        code: "Authorization_RequestDenied".into(),
        message: "<b>No</b>".into(),
    };
    let emulator = demo::emulator(end())
        .clock(end())
        .fault_when(move |request| request.path.contains("Teams").then(forbidden))
        .start()
        .await
        .unwrap();
    let client = Client::builder()
        .bearer_token("any")
        .endpoint(emulator.endpoint())
        .build()
        .unwrap();
    let period = Period {
        last: TimeDelta::days(1),
        interval: 15,
    };
    let answers = ask(&client, &period, end()).await.unwrap();
    page::html(&answers, "<test>").unwrap()
}

#[tokio::test]
async fn the_page_has_every_metric_and_needs_nothing_from_elsewhere() {
    let html = invented().await;
    assert_eq!(html.matches("<article").count(), 38);
    assert_eq!(html.matches("<svg").count(), 38 - 5);
    for metric in Metric::ALL {
        assert!(html.contains(metric.title()), "{metric}");
    }
    for foreign in ["<script", "<link", "<img", "@import", "url(", "src="] {
        assert!(!html.contains(foreign), "{foreign}");
    }
    assert!(html.contains("Wed 28 Feb 2024 12:00 to Thu 29 Feb 2024 12:00, all times UTC"));
}

#[tokio::test]
async fn what_is_not_available_says_why_and_nothing_is_taken_for_markup() {
    let html = invented().await;
    let lacking = "Not available: the caller lacks ServiceActivity-Teams.Read.All";
    assert_eq!(html.matches(lacking).count(), 5);
    assert!(html.contains("&lt;b&gt;No") && !html.contains("<b>No"));
    assert!(html.contains("&lt;test&gt;") && !html.contains("<test>"));
}

#[test]
fn a_day_without_any_answer_is_a_page_too() {
    let html = page::html(&Answers::new(), "nowhere").unwrap();
    assert!(html.contains("No metric could be read."));
    assert!(!html.contains("<section"));
}

#[test]
fn charts_leave_gaps_open_and_have_no_colours_of_their_own() {
    let bucket = |hour, value| MetricBucket::new(end() - TimeDelta::hours(hour), value);
    let counts = [24, 23, 22, 10, 2, 1].map(|hour| bucket(hour, MetricValue::Count(hour)));
    let interval = TimeDelta::hours(1);
    let start = end() - TimeDelta::days(1);
    let series = |metric, buckets| Series::new(metric, start, end(), interval, buckets);
    let svg = chart::svg(&series(Metric::MfaSignInFailures, counts.to_vec())).unwrap();
    assert_eq!(svg.matches("<polygon").count(), 3, "{svg}");
    assert!(!svg.contains("=\"#"), "{svg}");
    // Extremes that would leave the axis of values without a length.
    for value in [0.0, 100.0] {
        let shares = vec![bucket(5, MetricValue::Percentage(value))];
        let svg = chart::svg(&series(Metric::ExchangeConnectivity, shares)).unwrap();
        assert!(!svg.contains("NaN"), "{svg}");
    }
    for count in [0, i64::MAX] {
        let counts = vec![bucket(5, MetricValue::Count(count))];
        let svg = chart::svg(&series(Metric::WordWebUsers, counts)).unwrap();
        assert!(!svg.contains("NaN"), "{svg}");
    }
}
