//! A day in an organisation that does not exist.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use graph_emulator::{Bucket, Emulator, EmulatorBuilder};
use serde_json::json;

/// A fake Graph in which events follow the hours of the day and states mostly stay as they are, and
/// in which something went wrong some hours before `end`.
pub fn emulator(end: DateTime<Utc>) -> EmulatorBuilder {
    let networks = "getMetricsForNetworkAccessRemoteNetworkBranches";
    // Five quarters of an hour, beginning seven hours ago.
    let is_trouble = move |bucket: Bucket| {
        let ago = end - bucket.start;
        ago <= TimeDelta::hours(7) && ago > TimeDelta::minutes(7 * 60 - 75)
    };
    let lost = move |bucket: Bucket| if is_trouble(bucket) { 3 } else { 0 };
    Emulator::builder()
        .with_entities("reports/healthMonitoring/alerts", json!([alert(end)]))
        .with_metric("getMetricsForMfaSignInFailure", move |bucket| {
            let usual = wave(bucket, 2, 14);
            if is_trouble(bucket) {
                usual + 90
            } else {
                usual
            }
        })
        .with_metric("getMetricsForMfaSignInSuccess", |bucket| {
            wave(bucket, 20, 260)
        })
        .with_metric("getConnectivityMetricsForExchange", move |bucket| {
            let usual = 99.9 - 0.01 * f64::from(jitter(bucket, 40));
            if is_trouble(bucket) {
                usual - 8.0
            } else {
                usual
            }
        })
        .with_metric("getAudioStreamQoEMetricsForTeams", |bucket| {
            // At night nobody talks: a share of nothing.
            (wave(bucket, 0, 100) > 12).then(|| 98.0 - 0.05 * f64::from(jitter(bucket, 50)))
        })
        .with_metric(format!("{networks}Alive"), move |bucket| 24 - lost(bucket))
        .with_metric(format!("{networks}BGPConnected"), move |bucket| {
            24 - lost(bucket)
        })
        .with_metric(format!("{networks}BGPDisconnected"), lost)
        .with_metric(format!("{networks}TunnelConnected"), move |bucket| {
            48 - 2 * lost(bucket)
        })
        .with_metric(format!("{networks}TunnelDisconnected"), lost)
        .with_metric(
            "getMetricsForNetworkAccessPrivateAppsBlockedByConnector",
            move |bucket| 2 * lost(bucket) / 3,
        )
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

/// A count between the two that is highest in the early afternoon, with some noise.
fn wave(bucket: Bucket, low: i32, high: i32) -> i32 {
    let hour = bucket.start.timestamp().rem_euclid(86_400) as f64 / 3_600.0;
    let activity = 0.5 + 0.5 * ((hour - 13.0) / 24.0 * std::f64::consts::TAU).cos();
    let span = f64::from(high - low);
    let noise = 1.0 + 0.01 * f64::from(jitter(bucket, 20) - 10);
    low + (activity.powi(2) * span * noise) as i32
}

/// A number below `limit` that looks random and is the same for the same bucket.
fn jitter(bucket: Bucket, limit: i32) -> i32 {
    let quarter = bucket.start.timestamp() / 900;
    let mixed = quarter.wrapping_mul(2_654_435_761).rotate_right(13) ^ quarter;
    i32::try_from(mixed.rem_euclid(i64::from(limit))).unwrap_or_default()
}
