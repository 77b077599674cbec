//! A metric for Prometheus: asked for again and again, and offered for scraping on a loopback port.
//!
//! With `GRAPH_ACCESS_TOKEN` set it asks Microsoft Graph every five minutes. Without it, it starts a
//! fake Graph in the same process and pretends that five minutes pass in every second.
//!
//! ```text
//! cargo run -p graph-service-activity --example watch [ROUNDS [METRIC]]
//! ```
//!
//! `ROUNDS` is how often it asks, 3 if it is not said. `METRIC` is a function's name in the metadata,
//! such as `getConnectivityMetricsForExchange`.

mod exporter;
#[cfg(test)]
mod tests;

use std::time::Duration;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use clap::Parser as _;
use graph_emulator::Emulator;
use graph_service_activity::Client;
use graph_service_activity::metrics::Metric;
use graph_service_activity::models::AggregationIntervalInMinutes;

use exporter::Exporter;

/// How long a bucket is left alone before it is read: the service says that messages count until 15
/// minutes after they came in, and nothing about the rest.
const SETTLED: TimeDelta = TimeDelta::minutes(15);

/// The time between two rounds, and the length of a bucket.
const INTERVAL: TimeDelta = TimeDelta::minutes(5);

/// A metric as Prometheus scrapes it, read again every five minutes. GRAPH_ACCESS_TOKEN may have a token for
/// Microsoft Graph; without it, a fake Graph is asked, once a second.
#[derive(clap::Parser)]
#[command(version)]
struct Arguments {
    /// How often the metric is read
    #[arg(default_value_t = 3)]
    rounds: i32,
    /// The metric's name
    #[arg(default_value = Metric::MfaSignInFailures.name(), value_parser = named)]
    metric: Metric,
}

fn named(name: &str) -> Result<Metric, String> {
    Metric::from_name(name).ok_or_else(|| {
        let names = Metric::ALL.iter().map(|metric| metric.name());
        format!("the metrics are {}", names.collect::<Vec<_>>().join(", "))
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Arguments { rounds, metric } = Arguments::parse();
    let exporter = Exporter::new(metric);
    println!("scrape http://{}/metrics", exporter.serve().await?);
    if std::env::var_os("GRAPH_ACCESS_TOKEN").is_some() {
        let client = Client::from_env()?;
        let wait = INTERVAL.to_std()?;
        watch(&client, metric, &exporter, rounds, wait, |_| Utc::now()).await;
    } else {
        let emulator = Emulator::start().await?;
        let client = Client::builder()
            .bearer_token("any")
            .endpoint(emulator.endpoint())
            .build()?;
        let (start, wait) = (Utc::now(), Duration::from_secs(1));
        let clock = |round: i32| start + INTERVAL * round;
        watch(&client, metric, &exporter, rounds, wait, clock).await;
        emulator.shutdown().await;
    }
    print!("\n{}", exporter.text()?);
    Ok(())
}

/// Reads what is new in every round. A round that fails is counted, and made up for by the next.
async fn watch(
    client: &Client,
    metric: Metric,
    exporter: &Exporter,
    rounds: i32,
    wait: Duration,
    clock: impl Fn(i32) -> DateTime<Utc>,
) {
    let activity = client.reports().service_activity();
    let mut read_until = None;
    for round in 0..rounds {
        if round > 0 {
            tokio::time::sleep(wait).await;
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
                let last = series.last().map(|bucket| bucket.value.to_string());
                let last = last.unwrap_or_else(|| "nothing".to_owned());
                println!("{}: {last} {}", end.format("%H:%M"), series.unit());
            }
            Err(error) => {
                exporter.record_error();
                eprintln!("{error}");
            }
        }
    }
}
