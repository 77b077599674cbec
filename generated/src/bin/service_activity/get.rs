//! `get`: one metric.

use std::fmt::Write as _;

use chrono::{SecondsFormat, Utc};
use graph_service_activity::metrics::{self, MetricValue, Series};
use serde_json::json;

use crate::arguments::{Format, Get};
use crate::connection::Service;
use crate::failure::Failure;
use crate::names::short;

/// Width of the longest bar in characters.
const BAR: f64 = 40.0;

pub async fn run(service: &Service, options: &Get) -> Result<(), Failure> {
    let (start, end) = metrics::last(options.period.last, Utc::now());
    let activity = service.client.reports().service_activity();
    let call = activity
        .metric(options.metric, start, end)
        .aggregation_interval_in_minutes(options.period.interval);
    let series = call.series().await?;
    options.output.write(&text(&series, options.format))
}

fn text(series: &Series, format: Format) -> String {
    match format {
        Format::Table => table(series),
        Format::Csv => csv(series),
        Format::Json => json(series),
    }
}

fn table(series: &Series) -> String {
    let (title, unit) = (series.metric.title(), series.unit());
    let minutes = series.interval.num_minutes();
    let mut text = format!(
        "{title}, {} to {} UTC, buckets of {minutes} minutes\n\n{:16} {unit:>10}\n",
        series.start.format("%F %R"),
        series.end.format("%F %R"),
        "start"
    );
    let most = series.max().map_or(0.0, |bucket| bucket.value.as_f64());
    for (start, value) in series.with_gaps() {
        let (figure, bar) = match value {
            Some(value) => (number(value), bar(value, most)),
            None => ("–".to_owned(), String::new()),
        };
        let line = format!("{} {figure:>10}  {bar}", start.format("%F %R"));
        // Writing to a text does not fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    for (name, value) in summary(series) {
        let _ = writeln!(text, "{name:16} {value:>10}");
    }
    text
}

/// The figures that stand for all buckets: a sum only of what adds up.
fn summary(series: &Series) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    lines.extend(series.sum().map(|sum| ("total", sum.to_string())));
    lines.extend(series.min().map(|least| ("least", number(least.value))));
    lines.extend(series.max().map(|most| ("most", number(most.value))));
    let mean = series.mean().filter(|_| series.sum().is_none());
    lines.extend(mean.map(|mean| ("mean", format!("{mean:.1}"))));
    lines
}

fn number(value: MetricValue) -> String {
    match value {
        MetricValue::Count(count) => count.to_string(),
        other => format!("{:.2}", other.as_f64()),
    }
}

fn bar(value: MetricValue, most: f64) -> String {
    let share = (value.as_f64() / most.max(1.0)).clamp(0.0, 1.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let length = (share * BAR).round() as usize;
    "█".repeat(length)
}

fn csv(series: &Series) -> String {
    let mut text = String::from("start,value\n");
    for (start, value) in series.with_gaps() {
        let start = start.to_rfc3339_opts(SecondsFormat::Secs, true);
        let value = value.map(|value| value.to_string()).unwrap_or_default();
        let _ = writeln!(text, "{start},{value}");
    }
    text
}

fn json(series: &Series) -> String {
    let time = |time: chrono::DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let value = |value: MetricValue| match value.as_count() {
        Some(count) => json!(count),
        None => json!(value.as_f64()),
    };
    let buckets: Vec<_> = series
        .with_gaps()
        .map(|(start, found)| json!({"start": time(start), "value": found.map(value)}))
        .collect();
    let all = json!({
        "metric": short(series.metric),
        "function": series.metric.name(),
        "title": series.metric.title(),
        "unit": series.unit(),
        "start": time(series.start),
        "end": time(series.end),
        "intervalInMinutes": series.interval.num_minutes(),
        "buckets": buckets,
    });
    format!("{all:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta, TimeZone as _};
    use graph_service_activity::metrics::{Metric, MetricBucket};

    fn series(metric: Metric, values: [Option<MetricValue>; 4]) -> Series {
        let start: DateTime<Utc> = Utc.with_ymd_and_hms(2024, 2, 29, 11, 0, 0).unwrap();
        let interval = TimeDelta::minutes(15);
        let buckets = values.into_iter().enumerate().filter_map(|(index, value)| {
            let start = start + interval * i32::try_from(index).unwrap();
            Some(MetricBucket::new(start, value?))
        });
        Series::new(metric, start, start + interval * 4, interval, buckets)
    }

    fn counts() -> Series {
        let values = [Some(3), None, Some(40), Some(0)];
        series(
            Metric::MfaSignInFailures,
            values.map(|it| it.map(MetricValue::Count)),
        )
    }

    #[test]
    fn a_table_has_bars_gaps_and_a_total() {
        let expected = "\
MFA sign-ins not finished, 2024-02-29 11:00 to 2024-02-29 12:00 UTC, buckets of 15 minutes

start              sign-ins
2024-02-29 11:00          3  ███
2024-02-29 11:15          –
2024-02-29 11:30         40  ████████████████████████████████████████
2024-02-29 11:45          0
total                    43
least                     0
most                     40
";
        assert_eq!(text(&counts(), Format::Table), expected);
    }

    #[test]
    fn shares_have_a_mean_and_no_total() {
        let values = [Some(99.5), Some(50.0), None, None];
        let values = values.map(|it| it.map(MetricValue::Percentage));
        let series = series(Metric::ExchangeConnectivity, values);
        let expected = "\
Connections to Exchange that succeed, 2024-02-29 11:00 to 2024-02-29 12:00 UTC, buckets of 15 minutes

start                     %
2024-02-29 11:00      99.50  ████████████████████████████████████████
2024-02-29 11:15      50.00  ████████████████████
2024-02-29 11:30          –
2024-02-29 11:45          –
least                 50.00
most                  99.50
mean                   74.8
";
        assert_eq!(text(&series, Format::Table), expected);
    }

    #[test]
    fn spreadsheets_get_gaps_as_empty_cells() {
        let expected = "\
start,value
2024-02-29T11:00:00Z,3
2024-02-29T11:15:00Z,
2024-02-29T11:30:00Z,40
2024-02-29T11:45:00Z,0
";
        assert_eq!(text(&counts(), Format::Csv), expected);
    }

    #[test]
    fn programs_get_gaps_as_null() {
        let found: serde_json::Value =
            serde_json::from_str(&text(&counts(), Format::Json)).unwrap();
        let bucket = |start: &str, value: Option<i64>| json!({"start": start, "value": value});
        let expected = json!({
            "metric": "mfa-sign-in-failures",
            "function": "getMetricsForMfaSignInFailure",
            "title": "MFA sign-ins not finished",
            "unit": "sign-ins",
            "start": "2024-02-29T11:00:00Z",
            "end": "2024-02-29T12:00:00Z",
            "intervalInMinutes": 15,
            "buckets": [
                bucket("2024-02-29T11:00:00Z", Some(3)),
                bucket("2024-02-29T11:15:00Z", None),
                bucket("2024-02-29T11:30:00Z", Some(40)),
                bucket("2024-02-29T11:45:00Z", Some(0)),
            ],
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn a_series_without_values_is_a_table_too() {
        let table = text(&series(Metric::WordWebUsers, [None; 4]), Format::Table);
        assert_eq!(table.lines().count(), 3 + 4);
    }
}
