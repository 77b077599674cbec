use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::json;

use super::{Literal, LiteralValue};
use crate::{Client, Cloud, Decimal, Guid, Operation, Permission, Request};

const CLOUD: Cloud = Cloud::new(
    "Test",
    "https://service.example/beta",
    "s",
    "https://login.example",
);
const OPERATION: Operation = Operation::function(
    "N.f",
    "f",
    &["a", "b", "c"],
    &[Permission::new("S", &["P"])],
);

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let builder = Client::builder(CLOUD, "test/1").anonymous();
    builder.build().unwrap()
});

fn call() -> Request<()> {
    CLIENT.root().segment("reports").function(&OPERATION)
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// What stands between `f(a=` and `)` on the wire.
fn on_the_wire(value: impl Literal) -> String {
    let url = call().parameter("a", value).url();
    let path = url.path().to_owned();
    let inner = path
        .strip_prefix("/beta/reports/f(a=")
        .unwrap_or_else(|| panic!("{path}"));
    inner
        .strip_suffix(')')
        .unwrap_or_else(|| panic!("{path}"))
        .to_owned()
}

#[test]
fn primitives_are_written_as_the_standard_has_them() {
    let guid: Guid = "01234567-89AB-cdef-0123-456789abcdef".parse().unwrap();
    let date = NaiveDate::from_ymd_opt(2012, 9, 3).unwrap();
    for (written, expected) in [
        (on_the_wire(None::<i32>), "null"),
        (on_the_wire(Some(5_i32)), "5"),
        (on_the_wire(true), "true"),
        (on_the_wire(false), "false"),
        (on_the_wire(255_u8), "255"),
        (on_the_wire(i8::MIN), "-128"),
        (on_the_wire(-5_i16), "-5"),
        (on_the_wire(42_i32), "42"),
        (on_the_wire(i64::MIN), "-9223372036854775808"),
        (on_the_wire(3.5_f64), "3.5"),
        (on_the_wire(1.0_f64), "1.0"),
        (on_the_wire(0.1_f32), "0.1"),
        (on_the_wire(1e-7_f64), "1e-7"),
        (on_the_wire(1e300_f64), "1e300"),
        (on_the_wire(f64::INFINITY), "INF"),
        (on_the_wire(f32::NEG_INFINITY), "-INF"),
        (on_the_wire(f64::NAN), "NaN"),
        (on_the_wire(guid), "01234567-89ab-cdef-0123-456789abcdef"),
        (on_the_wire(date), "2012-09-03"),
        (
            on_the_wire(vec![0x4f_u8, 0x44, 0x61, 0x74, 0x61]),
            "binary'T0RhdGE%3D'",
        ),
        (on_the_wire(vec![0xfb_u8, 0xff]), "binary'-_8%3D'"),
        (on_the_wire(bytes::Bytes::new()), "binary''"),
        (
            on_the_wire(LiteralValue::enumeration("N.Color", "Red,Blue")),
            "N.Color'Red%2CBlue'",
        ),
    ] {
        assert_eq!(written, expected);
    }
}

#[test]
fn times_are_cut_to_seven_digits_and_trimmed() {
    for (value, expected) in [
        ("2023-01-01T00:00:00Z", "2023-01-01T00:00:00Z"),
        ("2023-01-01T02:00:00+02:00", "2023-01-01T00:00:00Z"),
        ("2012-09-03T13:52:02.500Z", "2012-09-03T13:52:02.5Z"),
        (
            "2024-06-08T11:23:44.123456789Z",
            "2024-06-08T11:23:44.1234567Z",
        ),
        ("2024-06-08T11:23:44.000000099Z", "2024-06-08T11:23:44Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ] {
        assert_eq!(on_the_wire(utc(value)), expected);
    }
    assert_eq!(
        on_the_wire(DateTime::<Utc>::MAX_UTC),
        "262142-12-31T23:59:59.9999999Z"
    );
    assert_eq!(
        on_the_wire(DateTime::<Utc>::MIN_UTC),
        "-262143-01-01T00:00:00Z"
    );
    let time = NaiveTime::from_hms_milli_opt(7, 59, 59, 999).unwrap();
    assert_eq!(on_the_wire(time), "07:59:59.999");
}

#[test]
fn durations_have_days_hours_minutes_and_seconds() {
    for (value, expected) in [
        (TimeDelta::zero(), "PT0S"),
        (TimeDelta::minutes(90), "PT1H30M"),
        (TimeDelta::days(2), "P2D"),
        (TimeDelta::milliseconds(-1_500), "-PT1.5S"),
        (TimeDelta::nanoseconds(1), "PT0.000000001S"),
        (
            TimeDelta::days(12) + TimeDelta::milliseconds(86_399_900),
            "P12DT23H59M59.9S",
        ),
    ] {
        assert_eq!(on_the_wire(value), format!("duration'{expected}'"));
    }
}

#[test]
fn strings_are_quoted_doubled_and_encoded() {
    for (value, expected) in [
        ("", "''"),
        ("D7", "'D7'"),
        ("O'Neil", "'O''Neil'"),
        ("'", "''''"),
        ("a b", "'a%20b'"),
        ("a+b", "'a%2Bb'"),
        ("a/b", "'a%2Fb'"),
        ("a\\b", "'a%5Cb'"),
        ("a?b#c", "'a%3Fb%23c'"),
        ("100%", "'100%25'"),
        ("%2F", "'%252F'"),
        ("a&b", "'a%26b'"),
        ("a,b)(c=d", "'a%2Cb%29%28c%3Dd'"),
        ("\"", "'%22'"),
        ("..", "'..'"),
        ("../../admin", "'..%2F..%2Fadmin'"),
        ("Zürich", "'Z%C3%BCrich'"),
        ("\r\n\t\0", "'%0D%0A%09%00'"),
        ("a@b:c$d", "'a@b:c$d'"),
        ("{[;|`^<>]}", "'%7B%5B%3B%7C%60%5E%3C%3E%5D%7D'"),
    ] {
        assert_eq!(on_the_wire(value), expected);
    }
}

#[test]
fn collections_and_json_go_by_an_alias() {
    let url = call()
        .parameter("b", vec!["it's", "a\"b"])
        .parameter("a", 1_i32)
        .url();
    assert_eq!(url.path(), "/beta/reports/f(a=1,b=@b)");
    assert_eq!(url.query(), Some("@b=%5B%22it%27s%22,%22a%5C%22b%22%5D"));
    let url = call().parameter("a", json!({"x": "1&2+3#4"})).url();
    let value = url.query_pairs().next().unwrap().1.into_owned();
    assert_eq!(value, r#"{"x":"1&2+3#4"}"#);
}

#[test]
fn collections_hold_their_items_in_json_form() {
    let items = vec![Some(f64::INFINITY), Some(0.5), None];
    assert_eq!(items.to_literal().text(), r#"["INF",0.5,null]"#);
    assert_eq!([0.1_f32].to_literal().text(), "[0.1]");
    assert_eq!(
        vec![utc("2023-01-01T00:00:00Z")].to_literal().text(),
        r#"["2023-01-01T00:00:00Z"]"#
    );
    assert_eq!(vec![TimeDelta::hours(1)].to_literal().text(), r#"["PT1H"]"#);
    assert_eq!(vec![vec![0xfb_u8]].to_literal().text(), r#"["-w=="]"#);
    let member = LiteralValue::enumeration("N.E", "A");
    assert_eq!([member].to_literal().text(), r#"["A"]"#);
}

#[test]
fn items_keep_every_digit_however_deep_they_are() {
    let digits = "1.10000000000000000000000000000000001";
    let decimal: Decimal = digits.parse().unwrap();
    let literal = vec![vec![decimal]].to_literal();
    assert_eq!(literal.text(), format!("[[{digits}]]"));
}

#[test]
fn parameters_are_in_metadata_order_last_value_wins() {
    let url = call()
        .parameter("c", 3_i32)
        .parameter("a", 9_i32)
        .parameter("a", 1_i32)
        .url();
    assert_eq!(url.path(), "/beta/reports/f(a=1,c=3)");
    assert_eq!(call().url().path(), "/beta/reports/f()");
}

#[test]
fn the_documented_example_is_exact() {
    const METRICS: Operation = Operation::function(
        "microsoft.graph.getMetricsForMfaSignInFailure",
        "getMetricsForMfaSignInFailure",
        &[
            "inclusiveIntervalStartDateTime",
            "exclusiveIntervalEndDateTime",
            "aggregationIntervalInMinutes",
        ],
        &[],
    );
    let url = CLIENT
        .root()
        .segment("reports")
        .segment("serviceActivity")
        .function::<()>(&METRICS)
        .parameter("aggregationIntervalInMinutes", 10)
        .parameter(
            "inclusiveIntervalStartDateTime",
            utc("2023-01-01T00:00:00Z"),
        )
        .parameter("exclusiveIntervalEndDateTime", utc("2023-01-01T00:20:00Z"))
        .url();
    assert_eq!(
        url.as_str(),
        "https://service.example/beta/reports/serviceActivity/getMetricsForMfaSignInFailure(\
         inclusiveIntervalStartDateTime=2023-01-01T00:00:00Z,\
         exclusiveIntervalEndDateTime=2023-01-01T00:20:00Z,aggregationIntervalInMinutes=10)"
    );
}

#[test]
fn keys_and_casts_are_parts_of_the_path() {
    let users = CLIENT.root().segment("users");
    let url = users.key("a/../b").cast("N.admin").get::<()>().url();
    assert_eq!(url.path(), "/beta/users('a%2F..%2Fb')/N.admin");
    assert_eq!(users.key(42).get::<()>().url().path(), "/beta/users(42)");
}

#[test]
fn geographic_values_are_well_known_text() {
    let point = LiteralValue::geography("SRID=4326;Point(142.1 64.1)");
    assert_eq!(point.text(), "geography'SRID=4326;Point(142.1 64.1)'");
    assert_eq!(
        on_the_wire(point),
        "geography'SRID%3D4326%3BPoint%28142.1%2064.1%29'"
    );
    let line = LiteralValue::geometry("SRID=0;LineString(1 1,2 2)");
    assert_eq!(line.text(), "geometry'SRID=0;LineString(1 1,2 2)'");
}

proptest! {
    /// Whatever the value: the path has the same segments, there is no query, and decoding the
    /// literal gives the value back.
    #[test]
    fn no_string_changes_the_path(value in any::<String>()) {
        let url = call().parameter("a", value.as_str()).url();
        prop_assert_eq!(url.query(), None);
        prop_assert_eq!(url.fragment(), None);
        prop_assert_eq!(url.path_segments().unwrap().count(), 3);
        prop_assert_eq!(url.host_str(), Some("service.example"));
        let literal = on_the_wire(value.as_str());
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~'%:@$".contains(&byte);
        prop_assert!(literal.bytes().all(allowed), "{}", literal);
        let decoded = percent_decode_str(&literal).decode_utf8().unwrap().into_owned();
        let inner = decoded.strip_prefix('\'').unwrap().strip_suffix('\'').unwrap();
        prop_assert_eq!(inner.replace("''", "'"), value);
    }

    #[test]
    fn no_key_changes_the_path(value in any::<String>()) {
            let url = CLIENT.root().segment("users").key(value).segment("x").get::<()>().url();
        prop_assert_eq!(url.path_segments().unwrap().count(), 3);
        prop_assert!(url.path().starts_with("/beta/users('"));
        prop_assert!(url.path().ends_with("')/x"));
    }

    #[test]
    fn aliases_decode_back(values in proptest::collection::vec(any::<String>(), 0..4)) {
        let url = call().parameter("a", values.clone()).url();
        prop_assert_eq!(url.path(), "/beta/reports/f(a=@a)");
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        prop_assert_eq!(pairs.len(), 1);
        prop_assert_eq!(&pairs[0].0, "@a");
        prop_assert_eq!(serde_json::from_str::<Vec<String>>(&pairs[0].1).unwrap(), values);
    }

    #[test]
    fn floats_decode_back(value in any::<f64>()) {
        let text = on_the_wire(value);
        prop_assert!(!text.contains('+'));
        let decoded = crate::json::parse::float(&text).unwrap();
        prop_assert!(decoded == value || (decoded.is_nan() && value.is_nan()));
    }

    #[test]
    fn times_decode_back(seconds in -62_135_596_800_i64..253_402_300_800, ticks in 0_u32..10_000_000) {
        let time = DateTime::from_timestamp(seconds, ticks * 100).unwrap();
        prop_assert_eq!(crate::json::parse::date_time(&on_the_wire(time)), Some(time));
    }

    #[test]
    fn query_options_decode_back(name in "[a-z$@ &=+#%]{1,8}", value in any::<String>()) {
        use crate::ConfigureRequest as _;
        let url = call().query_option(name.as_str(), value.as_str()).url();
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        prop_assert_eq!(pairs, vec![(name, value)]);
    }
}

#[test]
fn binary_values_may_be_base64_in_bodies() {
    let bytes = vec![0xfb_u8, 0xff];
    let texts = [
        LiteralValue::base64(&bytes).json_text(crate::value::Numbers::Json),
        LiteralValue::base64(&vec![bytes.clone(), vec![]]).json_text(crate::value::Numbers::Json),
        bytes.to_literal().json_text(crate::value::Numbers::Json),
    ];
    assert_eq!(texts, ["\"+/8=\"", "[\"+/8=\",\"\"]", "\"-_8=\""]);
}
