//! `list`: what there is.

use std::fmt::Write as _;

use graph_service_activity::metrics::{Metric, MetricFamily};
use serde_json::json;

use crate::arguments::{Format, List};
use crate::failure::Failure;
use crate::names::short;
use crate::output;

pub fn run(options: &List) -> Result<(), Failure> {
    output::print(&text(options.format))
}

fn text(format: Format) -> String {
    match format {
        Format::Table => table(),
        Format::Csv => csv(),
        Format::Json => json(),
    }
}

/// What a caller must have been granted to read a metric.
fn permission(metric: Metric) -> &'static str {
    let permissions = metric.operation().permissions();
    permissions
        .iter()
        .find_map(|it| it.least().first())
        .copied()
        .unwrap_or("")
}

/// By family, so that what belongs together stands together.
fn metrics() -> impl Iterator<Item = Metric> {
    MetricFamily::ALL.iter().flat_map(|family| family.metrics())
}

fn table() -> String {
    let mut text = String::new();
    for family in MetricFamily::ALL {
        let metrics: Vec<_> = family.metrics().collect();
        if metrics.is_empty() {
            continue;
        }
        let break_before = if text.is_empty() { "" } else { "\n" };
        // Writing to a text does not fail.
        let _ = writeln!(text, "{break_before}{}", family.title());
        for metric in metrics {
            let (name, unit) = (short(metric), metric.unit());
            let permission = permission(metric);
            let _ = writeln!(
                text,
                "  {name:36} {unit:9} {permission:41} {}",
                metric.title()
            );
        }
    }
    text
}

fn csv() -> String {
    let mut text = String::from("name,unit,permission,function\n");
    for metric in metrics() {
        let (name, unit, permission) = (short(metric), metric.unit(), permission(metric));
        let _ = writeln!(text, "{name},{unit},{permission},{}", metric.name());
    }
    text
}

fn json() -> String {
    let all: Vec<_> = metrics()
        .map(|metric| {
            json!({
                "name": short(metric),
                "title": metric.title(),
                "unit": metric.unit(),
                "permission": permission(metric),
                "function": metric.name(),
            })
        })
        .collect();
    format!("{:#}\n", json!(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_metrics_are_in_every_format() {
        assert_eq!(csv().lines().count(), 39);
        let all: Vec<serde_json::Value> = serde_json::from_str(&json()).unwrap();
        assert_eq!(all.len(), 38);
        let lines = table();
        assert_eq!(
            lines.lines().filter(|line| line.starts_with("  ")).count(),
            38
        );
        let first: Vec<_> = lines.lines().take(2).collect();
        assert_eq!(
            first,
            [
                "Sign-ins",
                "  compliant-device-sign-in-successes   requests  Reports.Read.All                          \
                 Sign-ins from compliant devices",
            ]
        );
    }

    #[test]
    fn columns_are_wide_enough() {
        for metric in metrics() {
            let widths = [
                short(metric).len(),
                metric.unit().len(),
                permission(metric).len(),
            ];
            let is_fine = widths[0] <= 36 && widths[1] <= 9 && (1..=41).contains(&widths[2]);
            assert!(is_fine, "{metric}: {widths:?}");
        }
    }
}
