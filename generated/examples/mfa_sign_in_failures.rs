//! MFA sign-ins that users did not finish in the last 24 hours, as a table with bars.
//!
//! With `GRAPH_ACCESS_TOKEN` set it asks Microsoft Graph; the token needs `Reports.Read.All`.
//! Without it, it starts a fake Graph in the same process and asks that.
//!
//! ```text
//! cargo run -p graph-service-activity --example mfa_sign_in_failures
//! ```

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use clap::Parser as _;
use graph_emulator::Emulator;
use graph_service_activity::models::{AggregationIntervalInMinutes, ServiceActivityValueMetric};
use graph_service_activity::{Client, Result, metrics};
use std::collections::BTreeMap;

/// Width of the longest bar in characters.
const BAR: i64 = 50;

/// MFA sign-ins that users did not finish in the last 24 hours. GRAPH_ACCESS_TOKEN may have a token for
/// Microsoft Graph; without it, a fake Graph is asked.
#[derive(clap::Parser)]
#[command(version)]
struct Arguments;

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    Arguments::parse();
    if std::env::var_os("GRAPH_ACCESS_TOKEN").is_some() {
        print_last_day(&Client::from_env()?, "Microsoft Graph").await?;
    } else {
        let emulator = Emulator::start().await?;
        let client = Client::builder()
            .bearer_token("any")
            .endpoint(emulator.endpoint())
            .build()?;
        print_last_day(&client, "the emulator; set GRAPH_ACCESS_TOKEN to ask Graph").await?;
        emulator.shutdown().await;
    }
    Ok(())
}

async fn print_last_day(client: &Client, source: &str) -> Result<()> {
    let (start, end) = metrics::last(TimeDelta::hours(24), Utc::now());
    let mut failures = client
        .reports()
        .service_activity()
        .get_metrics_for_mfa_sign_in_failure(start, end)
        .aggregation_interval_in_minutes(AggregationIntervalInMinutes::ThirtyMinutes)
        .stream();
    let mut hours = BTreeMap::new();
    while let Some(bucket) = failures.next().await.transpose()? {
        add(&mut hours, &bucket);
    }
    println!("MFA sign-ins not finished, last 24 hours, UTC (from {source})\n");
    println!("hour              failures");
    let most = hours.values().copied().max().unwrap_or(0).max(1);
    for (hour, count) in &hours {
        let bar = "█".repeat(usize::try_from(count * BAR / most).unwrap_or(0));
        println!("{}  {count:>8}  {bar}", hour.format("%Y-%m-%d %H:%M"));
    }
    println!("\ntotal {:>21}", hours.values().sum::<i64>());
    Ok(())
}

/// Adds a bucket to its hour: sign-ins may be added up, users may not.
fn add(hours: &mut BTreeMap<DateTime<Utc>, i64>, bucket: &ServiceActivityValueMetric) {
    let start = bucket.interval_start_date_time;
    let hour = start.duration_trunc(TimeDelta::hours(1)).unwrap_or(start);
    *hours.entry(hour).or_default() += bucket.value;
}
