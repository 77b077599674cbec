//! `watch`: a metric for Prometheus, read again and again.

mod exporter;
#[cfg(test)]
mod tests;

use std::time::Duration;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use graph_service_activity::Client;
use graph_service_activity::metrics::{Metric, Series};
use graph_service_activity::models::AggregationIntervalInMinutes;

use crate::arguments::Watch;
use crate::connection::Service;
use crate::failure::{self, Failure};
use crate::output;
use exporter::Exporter;

/// How long a bucket is left alone before it is read: the service says that messages count until 15
/// minutes after they came in, and nothing about the rest.
const SETTLED: TimeDelta = TimeDelta::minutes(15);

/// The time between two rounds, and the length of a bucket.
const INTERVAL: TimeDelta = TimeDelta::minutes(5);

/// What five minutes are with invented figures.
const DEMO_WAIT: Duration = Duration::from_secs(1);

pub async fn run(service: &Service, options: &Watch) -> Result<(), Failure> {
    let exporter = Exporter::new(options.metric);
    let address = exporter.serve(options.listen).await;
    let address = address
        .map_err(|error| Failure::Other(format!("cannot listen on {}: {error}", options.listen)))?;
    output::print(&format!("scrape http://{address}/metrics\n"))?;
    let rounds = Rounds {
        count: options.rounds,
        wait: match service.is_demo() {
            true => DEMO_WAIT,
            false => INTERVAL.to_std().unwrap_or(Duration::MAX),
        },
    };
    let start = Utc::now();
    let clock = |round: i32| match service.is_demo() {
        true => start + INTERVAL * round,
        false => Utc::now(),
    };
    watch(&service.client, options.metric, &exporter, rounds, clock).await
}

/// How often the metric is read, for ever if it is not said, and the time between two reads.
struct Rounds {
    count: Option<u32>,
    wait: Duration,
}

/// Reads what is new in every round. A round that fails is counted, and made up for by the next, unless
/// it would fail as well.
async fn watch(
    client: &Client,
    metric: Metric,
    exporter: &Exporter,
    rounds: Rounds,
    clock: impl Fn(i32) -> DateTime<Utc>,
) -> Result<(), Failure> {
    let activity = client.reports().service_activity();
    let mut read_until = None;
    let last = rounds.count.and_then(|count| i32::try_from(count).ok());
    for round in 0..last.unwrap_or(i32::MAX) {
        if round > 0 {
            tokio::time::sleep(rounds.wait).await;
        }
        let settled = clock(round) - SETTLED;
        let end = settled.duration_trunc(INTERVAL).unwrap_or(settled);
        let start = read_until.unwrap_or(end - INTERVAL);
        if end <= start {
            continue;
        }
        let call = activity
            .metric(metric, start, end)
            .aggregation_interval_in_minutes(AggregationIntervalInMinutes::FiveMinutes);
        match call.series().await {
            Ok(series) => {
                exporter.record(&series);
                // A gap may be filled later, but then nobody could tell how often it was asked for.
                read_until = Some(end);
                output::print(&line(&series))?;
            }
            Err(error) if failure::is_lasting(&error) => return Err(error.into()),
            Err(error) => {
                exporter.record_error();
                eprintln!("{error}");
            }
        }
    }
    Ok(())
}

/// The last value of a round, for who looks on.
fn line(series: &Series) -> String {
    let last = series.last().map(|bucket| bucket.value.to_string());
    let last = last.unwrap_or_else(|| "nothing".to_owned());
    format!("{}: {last} {}\n", series.end.format("%H:%M"), series.unit())
}
