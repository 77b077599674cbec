//! Alerts over TCP: read, changed, and followed to their metrics.

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use graph_emulator::Emulator;
use graph_service_activity::metrics::Metric;
use graph_service_activity::models::health_monitoring::{
    Alert, AlertConfiguration, AlertState, AlertType, EmailNotificationConfiguration, Scenario,
    UserImpactSummary,
};
use graph_service_activity::{Client, ConfigureRequest, ErrorKind, ODataType, object};
use serde_json::{Value, json};
use support::{StartStrict, StrictEmulator};

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 6, 30, 12, 0, 0).unwrap()
}

fn alerts() -> Value {
    json!([
        {
            "id": "0a", "alertType": "mfaSignInFailure", "category": "authentication",
            "scenario": "mfa", "state": "active", "createdDateTime": "2024-06-30T11:00:00Z",
            "signals": {
                "@odata.type": "#microsoft.graph.healthMonitoring.signals",
                "mfaSignInFailure": "https://graph.microsoft.com//beta/reports/serviceActivity/\
                    getMetricsForMfaSignInFailure/(inclusiveIntervalStartDateTime=\
                    2024-06-30T09:00:00.0000000Z, exclusiveIntervalEndDateTime=\
                    2024-06-30T10:00:00.0000000Z, aggregationIntervalInMinutes=5)",
                "elsewhere": "https://evil.example/beta/reports/serviceActivity/x()",
            },
            "documentation": {
                "@odata.type": "#microsoft.graph.healthMonitoring.documentation",
                "troubleshootingGuide": "https://learn.example/",
            },
            "enrichment": {
                "state": "enriched",
                "impacts": [{
                    "@odata.type": "#microsoft.graph.healthMonitoring.userImpactSummary",
                    "resourceType": "user", "impactedCount": "143",
                    "impactedCountLimitExceeded": true,
                }],
            },
        },
        {
            "id": "0b", "alertType": "samlSignInFailure", "category": "authentication",
            "scenario": "saml", "state": "resolved", "createdDateTime": "2024-06-29T11:00:00Z",
        },
    ])
}

async fn emulator() -> (StrictEmulator, Client) {
    let configurations = json!([{
        "id": "mfaSignInFailure",
        "emailNotificationConfigurations": [{"groupId": "g", "isEnabled": false}],
    }]);
    let emulator = Emulator::builder()
        .clock(now())
        .with_entities("reports/healthMonitoring/alerts", alerts())
        .with_entities(
            "reports/healthMonitoring/alertConfigurations",
            configurations,
        )
        .start_strict()
        .await;
    let client = Client::builder()
        .endpoint(emulator.endpoint())
        .bearer_token("token");
    (emulator, client.build().unwrap())
}

#[tokio::test]
async fn alerts_are_listed_with_query_options() {
    let (_emulator, client) = emulator().await;
    let alerts = client.reports().health_monitoring().alerts();
    let page = alerts
        .list()
        .filter(Alert::STATE.eq(AlertState::Active))
        .order_by(Alert::CREATED_DATE_TIME.desc())
        .select((Alert::ID, Alert::ALERT_TYPE, Alert::STATE))
        .count()
        .await
        .unwrap();
    assert_eq!((page.count, page.value.len()), (Some(1), 1));
    assert_eq!(page.value[0].alert_type, Some(AlertType::MfaSignInFailure));
    assert_eq!(page.value[0].scenario, None, "it was not selected");
    assert_eq!(*alerts.count().await.unwrap(), 2);
}

#[tokio::test]
async fn newer_members_are_sent_only_on_request() {
    let (_emulator, client) = emulator().await;
    let alert = client.reports().health_monitoring().alerts().by_id("0b");
    let plain = alert.get().await.unwrap();
    assert_eq!(plain.scenario, Some(Scenario::UnknownFutureValue));
    let asked = alert
        .get()
        .header("prefer", "include-unknown-enum-members")
        .await
        .unwrap();
    assert_eq!(asked.scenario, Some(Scenario::Saml));
    assert_eq!(asked.alert_type, Some(AlertType::SamlSignInFailure));
}

#[tokio::test]
async fn an_alert_is_resolved_unless_somebody_was_faster() {
    let (emulator, client) = emulator().await;
    let alert = client.reports().health_monitoring().alerts().by_id("0a");
    let etag = alert.get().await.unwrap().etag().unwrap().to_owned();
    let mut resolved = Alert::default();
    resolved.state = Some(AlertState::Resolved);
    alert.update(&resolved).if_match(&etag).await.unwrap();
    let stored = emulator
        .entity("reports/healthMonitoring/alerts/0a")
        .unwrap();
    assert_eq!(stored["state"], "resolved");
    assert_eq!(stored["alertType"], "mfaSignInFailure", "all else stays");
    let late = alert.update(&resolved).if_match(&etag).await.unwrap_err();
    assert_eq!(late.status().map(|status| status.as_u16()), Some(412));
    let missing = client
        .reports()
        .health_monitoring()
        .alerts()
        .by_id("0c")
        .get()
        .await;
    assert_eq!(
        missing.unwrap_err().status().map(|status| status.as_u16()),
        Some(404)
    );
}

#[tokio::test]
async fn what_an_alert_concerns_is_of_its_own_type() {
    let (_emulator, client) = emulator().await;
    let alert = client
        .reports()
        .health_monitoring()
        .alerts()
        .by_id("0a")
        .get()
        .await
        .unwrap();
    let enrichment = alert.enrichment.as_ref().unwrap();
    let impact = &enrichment.impacts.as_ref().unwrap()[0];
    assert!(impact.is::<UserImpactSummary>());
    let users = impact.downcast::<UserImpactSummary>().unwrap().unwrap();
    assert_eq!(
        (
            users.impacted_count.as_deref(),
            users.impacted_count_limit_exceeded
        ),
        (Some("143"), Some(true))
    );
    let documentation = alert.documentation.as_ref().unwrap();
    assert_eq!(
        documentation.additional_properties["troubleshootingGuide"],
        "https://learn.example/"
    );
}

/// The metadata declares a string; the reference pages show both.
#[test]
fn a_count_may_come_as_a_number() {
    for count in [json!("143"), json!(143)] {
        let impact = json!({"resourceType": "user", "impactedCount": count, "impactedCountLimitExceeded": false});
        let read: UserImpactSummary = serde_json::from_value(impact).unwrap();
        assert_eq!(read.impacted_count.as_deref(), Some("143"));
    }
}

#[tokio::test]
async fn an_alert_leads_to_its_metric_and_to_no_other_host() {
    let (emulator, client) = emulator().await;
    let alert = client
        .reports()
        .health_monitoring()
        .alerts()
        .by_id("0a")
        .get()
        .await
        .unwrap();
    let signals = alert.signals();
    assert_eq!(signals.len(), 2);
    let refused = signals[0].as_ref().unwrap_err();
    assert_eq!(refused.signal(), "elsewhere");
    let signal = signals[1].as_ref().unwrap();
    let series = signal.call(&client).unwrap().series().await.unwrap();
    assert_eq!(series.metric, Metric::MfaSignInFailures);
    assert_eq!(
        (series.buckets.len(), series.interval),
        (12, TimeDelta::minutes(5))
    );
    let last = emulator.requests().pop().unwrap();
    assert_eq!(
        last.path,
        "/beta/reports/serviceActivity/getMetricsForMfaSignInFailure(inclusiveIntervalStartDateTime=\
         2024-06-30T09:00:00Z,exclusiveIntervalEndDateTime=2024-06-30T10:00:00Z,\
         aggregationIntervalInMinutes=5)"
    );
}

#[tokio::test]
async fn a_long_series_is_requested_in_adjoining_parts() {
    let (emulator, client) = emulator().await;
    let activity = client.reports().service_activity();
    let call = || {
        let call = activity.metric(
            Metric::ExchangeConnectivity,
            now() - TimeDelta::days(2),
            now(),
        );
        call.aggregation_interval_in_minutes(30)
    };
    let whole = call().series().await.unwrap();
    assert_eq!(emulator.request_count(), 1);
    let parts = call()
        .longest_window(TimeDelta::hours(13))
        .series()
        .await
        .unwrap();
    assert_eq!(emulator.request_count(), 1 + 4);
    assert_eq!(whole, parts);
    assert_eq!(whole.buckets.len(), 96);
    assert!(whole.with_gaps().all(|(_, value)| value.is_some()));
    assert_eq!(whole.sum(), None, "percentages do not add up");
}

#[tokio::test]
async fn the_service_says_what_is_wrong_with_a_metric() {
    let (_emulator, client) = emulator().await;
    let activity = client.reports().service_activity();
    let backwards = activity.metric(Metric::WordWebUsers, now(), now() - TimeDelta::hours(1));
    let error = backwards
        .longest_window(TimeDelta::hours(1))
        .series()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
    let odd = activity.metric(Metric::WordWebUsers, now() - TimeDelta::hours(1), now());
    let error = odd
        .aggregation_interval_in_minutes(7)
        .series()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("15"), "{error}");
}

#[tokio::test]
async fn a_configuration_is_changed_as_a_whole() {
    let (emulator, client) = emulator().await;
    let configurations = client.reports().health_monitoring().alert_configurations();
    let mut page = configurations.list().await.unwrap();
    let mut changed: AlertConfiguration = page.value.remove(0);
    let groups = changed
        .email_notification_configurations
        .get_or_insert_default();
    groups.push(object!(EmailNotificationConfiguration {
        group_id: "h",
        is_enabled: true,
    }));
    configurations
        .by_id("mfaSignInFailure")
        .update(&changed)
        .await
        .unwrap();
    let path = "reports/healthMonitoring/alertConfigurations/mfaSignInFailure";
    let stored = emulator.entity(path).unwrap();
    assert_eq!(
        stored["emailNotificationConfigurations"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}
