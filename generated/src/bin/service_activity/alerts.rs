//! `alerts`: the newest alerts of health monitoring, each followed to the metrics behind it.

use std::fmt::Write as _;

use graph_service_activity::ConfigureRequest as _;
use graph_service_activity::metrics::Series;
use graph_service_activity::models::health_monitoring::Alert;

use crate::arguments::Alerts;
use crate::connection::Service;
use crate::failure::Failure;
use crate::output::{self, inert};

pub async fn run(service: &Service, options: &Alerts) -> Result<(), Failure> {
    let alerts = service.client.reports().health_monitoring().alerts();
    // Without the header, kinds of alert that are newer than the first ones have no name.
    let newest = alerts
        .list()
        .order_by(Alert::CREATED_DATE_TIME.desc())
        .top(options.top)
        .header("prefer", "include-unknown-enum-members")
        .await?;
    if newest.value.is_empty() {
        return output::print("There are no alerts.\n");
    }
    for alert in &newest.value {
        output::print(&heading(alert))?;
        for signal in alert.signals() {
            // A signal that cannot be followed is no reason to leave out the others.
            let followed = signal.and_then(|signal| Ok((signal.call(&service.client)?, signal)));
            let text = match followed {
                Ok((call, signal)) => match call.series().await {
                    Ok(series) => figures(&inert(&signal.name), &series),
                    Err(error) => format!("  {}: {error}\n", inert(&signal.name)),
                },
                Err(error) => format!("  {}\n", inert(&error.to_string())),
            };
            output::print(&text)?;
        }
    }
    Ok(())
}

fn heading(alert: &Alert) -> String {
    let kind = alert.alert_type.as_ref();
    let kind = kind.map_or("of no type".into(), |kind| inert(kind.as_str()));
    let state = alert.state.as_ref();
    let state = state.map_or("unknown".into(), |state| inert(state.as_str()));
    let created = alert.created_date_time;
    let created = created.map_or_else(String::new, |at| at.format(", %F %R UTC").to_string());
    format!("{kind} ({state}){created}\n")
}

fn figures(name: &str, series: &Series) -> String {
    let mut text = format!("  {name}: {}\n", series.metric.summary());
    let (count, minutes) = (series.buckets.len(), series.interval.num_minutes());
    let start = series.start.format("%F %R");
    // Writing to a text does not fail.
    let _ = writeln!(text, "  {count} buckets of {minutes} minutes from {start}");
    if let Some(sum) = series.sum() {
        let _ = writeln!(text, "  {sum} {} together", series.unit());
    }
    if let Some(most) = series.max() {
        let (value, at) = (most.value, most.start.format("%F %R"));
        let _ = writeln!(text, "  at most {value} {}, at {at}", series.unit());
    }
    text
}
