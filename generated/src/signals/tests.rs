use super::*;
use chrono::{TimeDelta, TimeZone as _};
use proptest::prelude::*;
use serde_json::json;
use std::sync::OnceLock;

/// Made once: reading the platform's certificates takes longer than all the rest.
fn client() -> Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    let make = || Client::builder().bearer_token("token").build().unwrap();
    CLIENT.get_or_init(make).clone()
}

fn signal(address: &str) -> Result<Signal, SignalError> {
    Signal::read("mfa", &Value::from(address))
}

/// The path that is requested for an address, or what is wrong with it.
fn call(address: &str) -> Result<String, String> {
    let call = signal(address).and_then(|signal| signal.call(&client()));
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
    let meant = format!("https://graph.microsoft.com{MEANT}");
    let with = |old: &str, new: &str| meant.replace(old, new);
    let cases = [
        (String::new(), "the signal \"mfa\" is no web address"),
        ("reports/serviceActivity/x()".into(), "is no web address"),
        (
            "data:text/plain,reports/serviceActivity".into(),
            "is no web address",
        ),
        (
            "https://graph.microsoft.com/beta/users".into(),
            "does not lead to a function",
        ),
        (graph.into(), "does not lead to a function"),
        (with("reports", "users"), "does not lead to a function"),
        (format!("{meant}/x"), "does not lead to a function"),
        (
            format!("{graph}/getNothing(a=1)"),
            "the function \"getNothing\"",
        ),
        (
            format!("{graph}/GETMETRICSFORMFASIGNINFAILURE()"),
            "the function \"GETMETRICS",
        ),
        (
            format!("{graph}/getMetricsForMfaSignInFailure"),
            "has no parameter `inclusiveIntervalStartDateTime`",
        ),
        (
            with(",exclusive", ",x=1,exclusive"),
            "has the parameter \"x\"",
        ),
        (
            format!("{meant}?$filter=value gt 3"),
            "has the parameter \"$filter\"",
        ),
        (
            with(
                "aggregationIntervalInMinutes=5",
                "exclusiveIntervalEndDateTime=2024-06-30",
            ),
            "has the parameter `exclusiveIntervalEndDateTime` twice",
        ),
        (
            with("2024-06-19T01:00:00Z", "soon"),
            "`inclusiveIntervalStartDateTime` with the value \"soon\"",
        ),
        (
            with("2024-06-30T01:00:00Z", "2024-02-30T01:00:00Z"),
            "`exclusiveIntervalEndDateTime` with the value \"2024-02-30T01:00:00Z\"",
        ),
        (
            with("2024-06-19T01:00:00Z", "2024-05-31T00:59:58.5Z"),
            "asks for a window of 30 days and 1.5 s, but the service keeps no more than 30 days",
        ),
        (
            with("2024-06-19", "0001-01-01"),
            "asks for a window of 739066 days, but the service keeps no more than 30 days",
        ),
        (
            with("2024-06-30T01:00:00Z", "9999-12-31T23:59:59Z"),
            "but the service keeps no more than 30 days",
        ),
        (with("=5", "=-5"), "\"-5\""),
        (with("=5", "=99999999999"), "\"99999999999\""),
        (
            with("=5", ""),
            "`aggregationIntervalInMinutes` with the value \"\"",
        ),
    ];
    for (address, expected) in cases {
        let error = call(&address).unwrap_err();
        assert!(error.contains(expected), "{address}: {error}");
    }
}

#[test]
fn other_hosts_are_refused() {
    for origin in [
        "https://evil.example",
        "http://graph.microsoft.com",
        "https://graph.microsoft.com:8443",
        "https://graph.microsoft.com.evil.example",
        "https://graph.microsoft.com@evil.example",
        "https://user@graph.microsoft.com",
        "https://graph.microsoft.com./",
    ] {
        let signal = signal(&format!("{origin}{MEANT}")).unwrap();
        let error = signal.call(&client()).unwrap_err();
        let is_foreign = matches!(error.problem(), SignalProblem::ForeignHost(_));
        assert!(is_foreign, "{origin}: {error}");
    }
}

#[test]
fn a_signal_that_is_wrong_hides_no_other() {
    let alert: Alert = serde_json::from_value(json!({
        "alertType": "mfaSignInFailure",
        "signals": {
            "@odata.type": "#microsoft.graph.healthMonitoring.signals",
            "wrong": "https://evil.example/",
            "mfaSignInFailure": format!("https://graph.microsoft.com{MEANT}"),
            "count": 3,
            "none": null,
        },
    }))
    .unwrap();
    let signals = alert.signals();
    let names: Vec<_> = signals
        .iter()
        .map(|signal| {
            signal
                .as_ref()
                .map_or_else(SignalError::signal, |it| &it.name)
        })
        .collect();
    assert_eq!(names, ["count", "mfaSignInFailure", "wrong"]);
    let problem = |index: usize| signals[index].as_ref().unwrap_err().problem();
    assert_eq!(problem(0), &SignalProblem::NotText);
    assert_eq!(problem(2), &SignalProblem::NoFunction);
    let signal = signals[1].as_ref().unwrap();
    assert_eq!(signal.metric, Metric::MfaSignInFailures);
    assert_eq!(
        signal.interval,
        Some(AggregationIntervalInMinutes::FiveMinutes)
    );
    assert_eq!(signal.end - signal.start, TimeDelta::days(11));
    assert_eq!(signal.address().path(), MEANT);
    assert_eq!(signal.call(&client()).unwrap().metric(), signal.metric);
    assert!(Alert::default().signals().is_empty());
}

#[test]
fn the_clients_own_service_is_no_foreign_host() {
    let client = Client::builder()
        .endpoint("http://127.0.0.1:8080/beta")
        .bearer_token("token");
    let client = client.build().unwrap();
    let signal = signal(&format!("http://127.0.0.1:8080{MEANT}")).unwrap();
    let start = Utc.with_ymd_and_hms(2024, 6, 19, 1, 0, 0).unwrap();
    assert_eq!(signal.start, start);
    assert!(signal.call(&client).is_ok());
    let other = signal.call(&self::client()).unwrap_err().to_string();
    assert!(other.contains("\"http://127.0.0.1:8080\""), "{other}");
}

#[test]
fn errors_do_not_repeat_long_texts() {
    let address = format!(
        "https://graph.microsoft.com/beta/reports/serviceActivity/{}",
        "ä".repeat(10_000)
    );
    let error = signal(&address).unwrap_err().to_string();
    assert!(error.len() < 500, "{} bytes", error.len());
}

/// Pieces that addresses are made of, right and wrong ones.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "https://graph.microsoft.com",
        "//",
        "/beta/reports/serviceActivity/",
        "getMetricsForMfaSignInFailure",
        "(",
        "inclusiveIntervalStartDateTime=2024-06-19T01:00:00.0000000Z",
        "exclusiveIntervalEndDateTime=2024-06-30T01:00:00",
        "aggregationIntervalInMinutes=5",
        ", ",
        ")",
        "%2",
        "%C3%28",
        "?@",
        "&",
        "=@",
        "'",
        "+262142-12-31T23:59:59Z",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = call(&text);
    }

    #[test]
    fn no_arrangement_panics(pieces in prop::collection::vec(piece(), 0..12)) {
        let _ = call(&pieces.concat());
    }

    #[test]
    fn what_was_meant_is_called(
        metric in prop::sample::select(Metric::ALL),
        start in 0_i64..4_000_000_000,
        length in 1_i64..=2_592_000,
        interval in prop::option::of(1_i32..100),
        ticks in 0_u32..10_000_000,
        comma in prop::sample::select(vec![",", ", ", ",%20", " ,\t"]),
        slash in prop::sample::select(vec!["", "/"]),
    ) {
        let start = DateTime::from_timestamp(start, ticks * 100).unwrap();
        let end = start + TimeDelta::seconds(length);
        let interval_text = interval.map(|it| format!("{comma}aggregationIntervalInMinutes={it}"));
        let address = format!(
            "https://graph.microsoft.com/{slash}beta/reports/serviceActivity/{metric}{slash}\
             (inclusiveIntervalStartDateTime={}{comma}exclusiveIntervalEndDateTime={}{})",
            format_args!("{}.{ticks:07}Z", start.format("%Y-%m-%dT%H:%M:%S")),
            end.format("%Y-%m-%dT%H:%M:%S%.9f%:z"),
            interval_text.unwrap_or_default(),
        );
        let signal = signal(&address).unwrap();
        prop_assert_eq!((signal.metric, signal.start, signal.end), (metric, start, end));
        prop_assert_eq!(signal.interval.map(|it| it.value()), interval);
        let call = signal.call(&client()).unwrap();
        prop_assert_eq!((call.start(), call.end()), (start, end));
    }
}
