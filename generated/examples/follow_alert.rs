//! Alerts of health monitoring, each followed to the metrics behind it.
//!
//! With `GRAPH_ACCESS_TOKEN` set it asks Microsoft Graph; the token needs
//! `HealthMonitoringAlert.Read.All` and `Reports.Read.All`. Without it, it starts a fake Graph in the
//! same process that has one alert.
//!
//! ```text
//! cargo run -p graph-service-activity --example follow_alert
//! ```

use chrono::{DateTime, DurationRound as _, SecondsFormat, TimeDelta, Utc};
use clap::Parser as _;
use graph_emulator::Emulator;
use graph_service_activity::metrics::Series;
use graph_service_activity::models::health_monitoring::Alert;
use graph_service_activity::{Client, ConfigureRequest, Result};
use serde_json::json;

/// Alerts of health monitoring, each followed to the metrics behind it. GRAPH_ACCESS_TOKEN may have a token for
/// Microsoft Graph; without it, a fake Graph is asked.
#[derive(clap::Parser)]
#[command(version)]
struct Arguments;

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    Arguments::parse();
    if std::env::var_os("GRAPH_ACCESS_TOKEN").is_some() {
        return Ok(follow_alerts(&Client::from_env()?).await?);
    }
    let emulator = Emulator::builder()
        .with_entities(
            "reports/healthMonitoring/alerts",
            json!([alert(Utc::now().duration_trunc(TimeDelta::minutes(10))?)]),
        )
        .start()
        .await?;
    let client = Client::builder()
        .bearer_token("any")
        .endpoint(emulator.endpoint())
        .build()?;
    follow_alerts(&client).await?;
    emulator.shutdown().await;
    Ok(())
}

async fn follow_alerts(client: &Client) -> Result<()> {
    let alerts = client.reports().health_monitoring().alerts();
    // Without the header, kinds of alert that are newer than the first ones have no name.
    let newest = alerts
        .list()
        .order_by(Alert::CREATED_DATE_TIME.desc())
        .top(10)
        .header("prefer", "include-unknown-enum-members")
        .await?;
    for alert in &newest.value {
        print_alert(alert);
        for signal in alert.signals() {
            // A signal that cannot be followed is no reason to leave out the others.
            match signal.and_then(|signal| Ok((signal.call(client)?, signal))) {
                Ok((call, signal)) => match call.series().await {
                    Ok(series) => print_series(&signal.name, &series),
                    Err(error) => println!("  {}: {error}", signal.name),
                },
                Err(error) => println!("  {error}"),
            }
        }
    }
    Ok(())
}

fn print_alert(alert: &Alert) {
    let kind = alert
        .alert_type
        .as_ref()
        .map_or("of no type", |kind| kind.as_str());
    let state = alert
        .state
        .as_ref()
        .map_or("unknown", |state| state.as_str());
    let created = alert
        .created_date_time
        .map(|at| at.format("%F %R").to_string());
    println!("{kind} ({state}), {} UTC", created.unwrap_or_default());
}

fn print_series(name: &str, series: &Series) {
    println!("  {name}: {}", series.metric.summary());
    let minutes = series.interval.num_minutes();
    println!(
        "  {} buckets of {minutes} minutes from {}",
        series.buckets.len(),
        series.start.format("%F %R")
    );
    if let Some(sum) = series.sum() {
        println!("  {sum} {} together", series.unit());
    }
    if let Some(most) = series.max() {
        println!(
            "  at most {} {}, at {}",
            most.value,
            series.unit(),
            most.start.format("%F %R")
        );
    }
}

/// An alert as the service writes one, with an address that is not quite one.
fn alert(now: DateTime<Utc>) -> serde_json::Value {
    let at = |hours: i64| {
        let moment = now - TimeDelta::hours(hours);
        moment.to_rfc3339_opts(SecondsFormat::Nanos, true)
    };
    json!({
        "id": "0e1c9d5f",
        "alertType": "mfaSignInFailure",
        "category": "authentication",
        "scenario": "mfa",
        "state": "active",
        "createdDateTime": at(1),
        "signals": {
            "@odata.type": "#microsoft.graph.healthMonitoring.signals",
            "mfaSignInFailure": format!(
                "https://graph.microsoft.com//beta/reports/serviceActivity/getMetricsForMfaSignInFailure\
                 (inclusiveIntervalStartDateTime={}, exclusiveIntervalEndDateTime={}, \
                 aggregationIntervalInMinutes=10)",
                at(24),
                at(1),
            ),
        },
    })
}
