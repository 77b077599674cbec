use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::JsonFormat;
use crate::Guid;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
struct Field<T: JsonFormat> {
    #[serde(with = "crate::json")]
    field: T,
}

fn read<T: JsonFormat>(value: Value) -> Result<T, String> {
    // Through text and through a value, which serde treats differently.
    let text = json!({"field": value}).to_string();
    serde_json::from_str::<Field<T>>(&text)
        .map(|read| read.field)
        .map_err(|error| error.to_string())
}

fn written<T: JsonFormat>(field: T) -> Value {
    serde_json::to_value(Field { field }).unwrap()["field"].take()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn int64_is_a_number_or_a_string() {
    for value in [json!(9_007_199_254_740_993_i64), json!("9007199254740993")] {
        assert_eq!(read::<i64>(value), Ok(9_007_199_254_740_993));
    }
    assert_eq!(read::<i64>(json!("-5")), Ok(-5));
    for value in [
        json!("five"),
        json!(""),
        json!(1.5),
        json!(true),
        json!(null),
        json!(u64::MAX),
    ] {
        let error = read::<i64>(value.clone()).unwrap_err();
        assert!(error.contains("64-bit integer"), "{value}: {error}");
    }
    assert_eq!(written(i64::MAX), json!(i64::MAX));
}

#[test]
fn doubles_are_read_to_the_last_bit() {
    for text in ["-3.0261094776814953e-16", "2641167295286169856373", "1e23"] {
        let exact: f64 = text.parse().unwrap();
        let field: Field<f64> = serde_json::from_str(&format!(r#"{{"field":{text}}}"#)).unwrap();
        assert_eq!(field.field, exact, "{text}");
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(value.as_f64(), Some(exact), "{text}");
    }
}

#[test]
fn doubles_have_names_for_what_is_no_number() {
    assert_eq!(read::<f64>(json!(98.75)), Ok(98.75));
    assert_eq!(read::<f64>(json!(3)), Ok(3.0));
    assert_eq!(read::<f64>(json!("1.5e3")), Ok(1500.0));
    assert_eq!(read::<f64>(json!("INF")), Ok(f64::INFINITY));
    assert_eq!(read::<f32>(json!("-INF")), Ok(f32::NEG_INFINITY));
    assert!(read::<f64>(json!("NaN")).unwrap().is_nan());
    for value in [
        json!("inf"),
        json!("nan"),
        json!("infinity"),
        json!(""),
        json!("x1"),
        json!([]),
    ] {
        assert!(read::<f64>(value.clone()).is_err(), "{value}");
    }
    assert_eq!(written(f64::NAN), json!("NaN"));
    assert_eq!(written(f32::INFINITY), json!("INF"));
    assert_eq!(written(0.5_f64), json!(0.5));
}

#[test]
fn times_come_in_many_shapes() {
    for (text, expected) in [
        ("2012-12-03T07:16:23Z", "2012-12-03T07:16:23Z"),
        ("2012-12-03T07:16:23+02:00", "2012-12-03T05:16:23Z"),
        ("2012-12-03T07:16:23.5-11:30", "2012-12-03T18:46:23.5Z"),
        ("2012-12-03T07:16Z", "2012-12-03T07:16:00Z"),
        ("2012-12-03t07:16:23z", "2012-12-03T07:16:23Z"),
        ("2025-11-05T14:57:50", "2025-11-05T14:57:50Z"),
        ("2023-01-10 00:00", "2023-01-10T00:00:00Z"),
        (
            "2024-06-08T11:23:44.1234567Z",
            "2024-06-08T11:23:44.1234567Z",
        ),
        (
            "2024-06-08T11:23:44.123456789999Z",
            "2024-06-08T11:23:44.123456789Z",
        ),
    ] {
        assert_eq!(read(json!(text)), Ok(utc(expected)), "{text}");
    }
    assert_eq!(
        written(utc("2012-12-03T07:16:23.120Z")),
        json!("2012-12-03T07:16:23.12Z")
    );
}

#[test]
fn what_is_no_time_is_refused() {
    for text in [
        "",
        "T",
        "2012-12-03",
        "2012-12-03T",
        "2012-12-03T24:00Z",
        "2012-13-03T00:00Z",
        "2012-12-32T00:00Z",
        "2012-02-30T00:00Z",
        "2012-12-03T07:60Z",
        "2012-12-03T07:16:61Z",
        "2012-12-03T07:16:23.Z",
        "2012-12-03T07:16:23+2",
        "2012-12-03T07:16:23+02:00x",
        "12-12-03T07:16Z",
        "2012-12-03T7:16Z",
        "2012-12-03T07:16:23 Z",
        "éééé-12-03T07:16Z",
        "2012-12-03T07:16:23+é:00",
        "99999999999-01-01T00:00Z",
        "2012-12-03T07:16:23é",
    ] {
        assert!(read::<DateTime<Utc>>(json!(text)).is_err(), "{text}");
    }
    let error = read::<DateTime<Utc>>(json!("soon")).unwrap_err();
    assert!(
        error.contains("\"soon\", expected a date and time"),
        "{error}"
    );
}

#[test]
fn years_may_be_far_away() {
    let date = NaiveDate::from_ymd_opt(-44, 3, 15).unwrap();
    assert_eq!(read(json!("-0044-03-15")), Ok(date));
    assert_eq!(written(date), json!("-0044-03-15"));
    let late = NaiveDate::from_ymd_opt(12_345, 1, 1).unwrap();
    assert_eq!(read(json!("12345-01-01")), Ok(late));
    assert_eq!(written(late), json!("12345-01-01"));
}

#[test]
fn times_of_day_and_leap_seconds() {
    let time = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
    assert_eq!(read(json!("23:59:60.5")), Ok(time));
    assert_eq!(written(time), json!("23:59:60.5"));
    assert_eq!(
        read(json!("07:59")),
        Ok(NaiveTime::from_hms_opt(7, 59, 0).unwrap())
    );
}

#[test]
fn durations_are_read_and_written() {
    for (text, expected) in [
        (
            "P12DT23H59M59.9S",
            TimeDelta::days(12) + TimeDelta::milliseconds(86_399_900),
        ),
        ("PT1H30M", TimeDelta::minutes(90)),
        ("-PT1.5S", TimeDelta::milliseconds(-1_500)),
        ("P1D", TimeDelta::days(1)),
        ("PT0S", TimeDelta::zero()),
        ("PT0.000000001S", TimeDelta::nanoseconds(1)),
    ] {
        assert_eq!(read(json!(text)), Ok(expected), "{text}");
        assert_eq!(written(expected), json!(text));
    }
    assert_eq!(read(json!("PT90M")), Ok(TimeDelta::minutes(90)));
    for text in [
        "",
        "P",
        "PT",
        "P1DT",
        "+P1D",
        "P1Y",
        "P1M",
        "PT1S2H",
        "P1H",
        "PT1",
        "1D",
        "PT1.S",
        "PT1.5M",
        "P-1D",
        "PT99999999999999999999S",
        "P99999999999999D",
        "PTé",
        "PT1D",
    ] {
        assert!(read::<TimeDelta>(json!(text)).is_err(), "{text}");
    }
}

#[test]
fn guids_are_read_in_any_case() {
    let guid: Guid = "01234567-89ab-cdef-0123-456789abcdef".parse().unwrap();
    assert_eq!(
        read(json!("01234567-89AB-CDEF-0123-456789ABCDEF")),
        Ok(guid)
    );
    assert_eq!(written(guid), json!("01234567-89ab-cdef-0123-456789abcdef"));
    assert!(read::<Guid>(json!("0123")).is_err());
}

#[test]
fn both_alphabets_of_base64_are_read() {
    let bytes = vec![0xfb_u8, 0xef, 0xff, 0x00];
    for text in ["--__AA==", "--__AA", "++//AA==", "++//AA"] {
        assert_eq!(read(json!(text)), Ok(bytes.clone()), "{text}");
    }
    assert_eq!(written(bytes), json!("--__AA=="));
    assert_eq!(read(json!("")), Ok(Vec::<u8>::new()));
    assert!(read::<Vec<u8>>(json!("%")).is_err());
}

#[test]
fn options_and_collections_are_formatted_inside() {
    type Days = Option<Vec<Option<NaiveDate>>>;
    let day = NaiveDate::from_ymd_opt(2012, 9, 3).unwrap();
    for (value, days) in [
        (json!(null), None),
        (json!([]), Some(vec![])),
        (json!(["2012-09-03", null]), Some(vec![Some(day), None])),
    ] {
        assert_eq!(read::<Days>(value.clone()), Ok(days.clone()));
        assert_eq!(written(days), value);
    }
    assert_eq!(read(json!(["AA==", "AQ"])), Ok(vec![vec![0_u8], vec![1]]));
    assert!(read::<Vec<i64>>(json!([null])).is_err());
}

#[test]
fn options_may_be_absent() {
    #[derive(Deserialize)]
    struct Model {
        #[serde(default, with = "crate::json")]
        count: Option<i64>,
    }
    assert_eq!(serde_json::from_str::<Model>("{}").unwrap().count, None);
}

proptest! {
    #[test]
    fn times_round_trip(seconds in -10_000_000_000_i64..1_000_000_000_000, nanos in 0_u32..1_000_000_000) {
        let time = DateTime::from_timestamp(seconds, nanos).unwrap();
        prop_assert_eq!(read(written(time)), Ok(time));
    }

    #[test]
    fn durations_round_trip(seconds in -1_000_000_000_000_i64..1_000_000_000_000, nanos in 0_i64..1_000_000_000) {
        let duration = TimeDelta::seconds(seconds) + TimeDelta::nanoseconds(nanos);
        prop_assert_eq!(read(written(duration)), Ok(duration));
    }

    #[test]
    fn bytes_round_trip(bytes: Vec<u8>) {
        prop_assert_eq!(read(written(bytes.clone())), Ok(bytes));
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "[-+PTZtz0-9.:DHMSé ]{0,24}") {
        let _ = read::<DateTime<Utc>>(json!(text));
        let _ = read::<NaiveDate>(json!(text));
        let _ = read::<NaiveTime>(json!(text));
        let _ = read::<TimeDelta>(json!(text));
        let _ = read::<Vec<u8>>(json!(text));
        let _ = read::<f64>(json!(text));
    }
}

#[test]
fn a_string_may_come_as_a_number() {
    let read = |text: &str| {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        super::deserialize::<Option<String>, _>(&mut deserializer)
    };
    assert_eq!(read("143").unwrap().as_deref(), Some("143"));
    assert_eq!(read("-1").unwrap().as_deref(), Some("-1"));
    assert_eq!(read("\"143\"").unwrap().as_deref(), Some("143"));
    assert_eq!(read("null").unwrap(), None);
    assert!(read("true").is_err() && read("{}").is_err());
}
