use super::*;
use chrono::{TimeDelta, TimeZone as _};

fn client() -> Client {
    Client::builder().bearer_token("token").build().unwrap()
}

fn call(address: &str) -> Result<String, String> {
    let signal = Signal {
        name: "mfa",
        address,
    };
    let call = signal.call(&client());
    call.map(|call| call.url().path().to_owned())
        .map_err(|error| error.to_string())
}

const MEANT: &str = "/beta/reports/serviceActivity/getMetricsForMfaSignInFailure(\
    inclusiveIntervalStartDateTime=2024-06-19T01:00:00Z,\
    exclusiveIntervalEndDateTime=2024-06-30T01:00:00Z,aggregationIntervalInMinutes=5)";

#[test]
fn addresses_are_read_as_they_were_seen() {
    let function = "reports/serviceActivity/getMetricsForMfaSignInFailure";
    let (start, end) = (
        "2024-06-19T01:00:00.0000000Z",
        "2024-06-30T01:00:00.0000000Z",
    );
    let parameters = |separator: &str| {
        format!(
            "inclusiveIntervalStartDateTime={start}{separator}exclusiveIntervalEndDateTime={end}\
             {separator}aggregationIntervalInMinutes=5"
        )
    };
    let addresses = [
        format!(
            "https://graph.microsoft.com/beta/{function}({})",
            parameters(",")
        ),
        format!(
            "https://graph.microsoft.com/beta/{function}({})",
            parameters(", ")
        ),
        format!(
            "https://graph.microsoft.com//beta/{function}/({})",
            parameters(", ")
        ),
        format!(
            " https://graph.microsoft.com/v1.0/{function}({}) ",
            parameters(",%20")
        ),
        format!(
            "https://graph.microsoft.us/beta/{function}({})",
            parameters(",")
        ),
        format!(
            "https://graph.microsoft.com/beta/{function}?{}",
            parameters("&")
        ),
        format!(
            "https://graph.microsoft.com/beta/{function}()?@{}",
            parameters("&@")
        ),
        format!(
            "https://GRAPH.microsoft.com:443/beta/{function}({})",
            parameters(",\n")
        ),
    ];
    for address in addresses {
        assert_eq!(call(&address).as_deref(), Ok(MEANT), "{address}");
    }
}

#[test]
fn an_address_without_interval_gets_the_default() {
    let address = "https://graph.microsoft.com//beta/reports/serviceActivity/getMetricsForSamlSignInSuccess/\
        (inclusiveIntervalStartDateTime=2024-06-19T01:00:00,exclusiveIntervalEndDateTime=2024-06-19T03:00:00+01:00)";
    let path = call(address).unwrap();
    assert!(
        path.contains("StartDateTime=2024-06-19T01:00:00Z,"),
        "{path}"
    );
    assert!(path.contains("EndDateTime=2024-06-19T02:00:00Z,"), "{path}");
    assert!(path.ends_with("aggregationIntervalInMinutes=15)"), "{path}");
}

#[test]
fn what_is_no_signal_is_said_to_be_none() {
    let graph = "https://graph.microsoft.com/beta/reports/serviceActivity";
    let cases = [
        ("", "the signal `mfa` has no web address"),
        (
            "reports/serviceActivity/x()",
            "the signal `mfa` has no web address",
        ),
        (
            "https://evil.example/beta/reports/serviceActivity/getMetricsForMfaSignInFailure()",
            "leads to the host `evil.example`",
        ),
        (
            "http://graph.microsoft.com/beta/x",
            "leads to the host `graph.microsoft.com`",
        ),
        (
            "https://graph.microsoft.com.evil.example/x",
            "`graph.microsoft.com.evil.example`",
        ),
        (
            "https://graph.microsoft.com@evil.example/x",
            "leads to the host `evil.example`",
        ),
        (
            "https://graph.microsoft.com/beta/users",
            "does not lead to `serviceActivity`",
        ),
        (
            &format!("{graph}/getNothing(a=1)"),
            "the function \"getNothing\"",
        ),
        (graph, "the function \"\""),
        (
            &format!("{graph}/getMetricsForMfaSignInFailure"),
            "has no parameter `inclusiveIntervalStartDateTime`",
        ),
        (
            &format!("{graph}/getMetricsForMfaSignInFailure(inclusiveIntervalStartDateTime=soon)"),
            "`inclusiveIntervalStartDateTime` with the value \"soon\"",
        ),
        (
            &MEANT
                .replace("/beta/reports/serviceActivity", graph)
                .replace("=5", "=-5"),
            "\"-5\"",
        ),
    ];
    for (address, expected) in cases {
        let error = call(address).unwrap_err();
        assert!(error.contains(expected), "{address}: {error}");
    }
}

#[test]
fn an_alert_lists_its_signals_and_one_that_is_wrong_hides_no_other() {
    let alert: Alert = serde_json::from_value(serde_json::json!({
        "alertType": "mfaSignInFailure",
        "signals": {
            "@odata.type": "#microsoft.graph.healthMonitoring.signals",
            "wrong": "https://evil.example/",
            "mfaSignInFailure": format!("https://graph.microsoft.com{MEANT}"),
            "count": 3,
        },
    }))
    .unwrap();
    let signals = alert.signals();
    assert_eq!(
        signals.iter().map(Signal::name).collect::<Vec<_>>(),
        ["mfaSignInFailure", "wrong"]
    );
    let call = signals[0].call(&client()).unwrap();
    assert_eq!(call.metric(), Metric::MfaSignInFailures);
    assert_eq!(signals[1].call(&client()).unwrap_err().signal(), "wrong");
    assert!(Alert::default().signals().is_empty());
}

#[test]
fn the_clients_own_service_is_no_foreign_host() {
    let client = Client::builder()
        .endpoint("http://127.0.0.1:8080/beta")
        .bearer_token("token");
    let client = client.build().unwrap();
    let address = format!("http://127.0.0.1:8080{MEANT}");
    let signal = Signal {
        name: "mfa",
        address: &address,
    };
    let start = Utc.with_ymd_and_hms(2024, 6, 19, 1, 0, 0).unwrap();
    let said = signal.read(client.untyped().endpoint()).unwrap();
    assert_eq!((said.start, said.end), (start, start + TimeDelta::days(11)));
    let other = signal.call(&self::client()).unwrap_err().to_string();
    assert!(other.contains("`127.0.0.1`"), "{other}");
}
