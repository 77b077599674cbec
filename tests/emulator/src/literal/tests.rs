use chrono::TimeZone as _;
use proptest::prelude::*;

use super::*;
use crate::fixture::color;

const PRIMITIVES: [Primitive; 16] = [
    Primitive::Binary,
    Primitive::Boolean,
    Primitive::Byte,
    Primitive::Date,
    Primitive::DateTimeOffset,
    Primitive::Decimal,
    Primitive::Double,
    Primitive::Duration,
    Primitive::Guid,
    Primitive::Int16,
    Primitive::Int32,
    Primitive::Int64,
    Primitive::SByte,
    Primitive::Single,
    Primitive::String,
    Primitive::TimeOfDay,
];

fn read(text: &str, primitive: Primitive) -> Result<Literal, NotALiteral> {
    parse_literal(text, &ValueType::Primitive(primitive))
}

#[track_caller]
fn accepts(primitive: Primitive, cases: &[(&str, Literal)]) {
    for (text, expected) in cases {
        assert_eq!(read(text, primitive).as_ref(), Ok(expected), "{text}");
    }
}

#[track_caller]
fn refuses(primitive: Primitive, cases: &[&str]) {
    for text in cases {
        assert_eq!(read(text, primitive), Err(NotALiteral), "{text}");
    }
}

#[test]
fn null_is_a_literal_of_every_type() {
    for primitive in PRIMITIVES {
        assert_eq!(read("null", primitive), Ok(Literal::Null));
        assert_eq!(read("", primitive), Err(NotALiteral), "{primitive:?}");
    }
}

#[test]
fn instants() {
    let utc = |h, m, s| Utc.with_ymd_and_hms(2023, 1, 1, h, m, s).unwrap();
    let noon = |nanos| utc(12, 0, 0) + chrono::TimeDelta::nanoseconds(nanos);
    let at = Literal::DateTimeOffset;
    accepts(
        Primitive::DateTimeOffset,
        &[
            ("2023-01-01T00:00:00Z", at(utc(0, 0, 0))),
            ("2023-01-01t00:00:00z", at(utc(0, 0, 0))),
            ("2023-01-01T12:00Z", at(utc(12, 0, 0))),
            ("2023-01-01T14:00:00+02:00", at(utc(12, 0, 0))),
            ("2023-01-01T06:30:00-05:30", at(utc(12, 0, 0))),
            ("2023-01-01T12:00:00-00:00", at(utc(12, 0, 0))),
            ("2023-01-01T12:00:00.5Z", at(noon(500_000_000))),
            ("2023-01-01T12:00:00.1234567Z", at(noon(123_456_700))),
            ("2023-01-01T12:00:00.123456789012Z", at(noon(123_456_789))),
        ],
    );
    refuses(
        Primitive::DateTimeOffset,
        &[
            "'2023-01-01T00:00:00Z'",
            "2023-01-01",
            "2023-01-01 00:00",
            "2023-01-01T00:00:00",
            "2023-01-01T00:00:00 Z",
            "2023-01-01T24:00:00Z",
            "2023-01-01T00:60:00Z",
            "2023-01-01T00:00:61Z",
            "2023-02-29T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-1-1T00:00:00Z",
            "02023-01-01T00:00:00Z",
            "2023-01-01T00:00:00.Z",
            "2023-01-01T00:00:00.1234567890123Z",
            "2023-01-01T00:00:00+0200",
            "2023-01-01T00:00:00+24:00",
            "2023-01-01T00:00:00+02:60",
            "2023-01-01T00:00:00ZZ",
            "2023-01-01T00:00:00é",
            "٢٠٢٣-01-01T00:00:00Z",
            "99999999999-01-01T00:00:00Z",
            "-262143-01-01T00:00:00+23:59",
        ],
    );
}

#[test]
fn a_leap_second_follows_second_59() {
    let Ok(Literal::DateTimeOffset(leap)) = read("2016-12-31T23:59:60Z", Primitive::DateTimeOffset)
    else {
        panic!("no instant");
    };
    assert_eq!(leap.timestamp(), 1_483_228_799);
    assert_eq!(leap.timestamp_subsec_millis(), 1_000);
}

#[test]
fn dates_and_times() {
    let date = |y, m, d| Literal::Date(NaiveDate::from_ymd_opt(y, m, d).unwrap());
    accepts(
        Primitive::Date,
        &[
            ("2012-09-03", date(2012, 9, 3)),
            ("0000-01-01", date(0, 1, 1)),
            ("-10000-04-01", date(-10000, 4, 1)),
            ("10000-04-01", date(10000, 4, 1)),
        ],
    );
    refuses(
        Primitive::Date,
        &["2012-09", "12-09-03", "2012-09-03Z", "--2012-09-03", "INF"],
    );
    let time =
        |h, m, s, ms| Literal::TimeOfDay(NaiveTime::from_hms_milli_opt(h, m, s, ms).unwrap());
    accepts(
        Primitive::TimeOfDay,
        &[
            ("07:59:59.999", time(7, 59, 59, 999)),
            ("07:59", time(7, 59, 0, 0)),
        ],
    );
    refuses(
        Primitive::TimeOfDay,
        &["7:59", "07", "24:00", "07:59:59:59", "07:59:59."],
    );
}

#[test]
fn numbers() {
    accepts(
        Primitive::Int32,
        &[
            ("10", Literal::Integer(10)),
            ("+10", Literal::Integer(10)),
            ("-2147483648", Literal::Integer(i32::MIN.into())),
            ("0010", Literal::Integer(10)),
        ],
    );
    refuses(
        Primitive::Int32,
        &[
            "2147483648",
            "10.0",
            "1e1",
            "'10'",
            "0x10",
            "--1",
            "+",
            "ten",
            "1_0",
            " 10",
            "١",
        ],
    );
    refuses(Primitive::Byte, &["256", "-1"]);
    refuses(Primitive::SByte, &["128", "-129"]);
    refuses(Primitive::Int16, &["32768"]);
    refuses(Primitive::Int64, &["9223372036854775808"]);
    accepts(
        Primitive::Int64,
        &[("-9223372036854775808", Literal::Integer(i64::MIN))],
    );
    accepts(
        Primitive::Decimal,
        &[("34.95", Literal::Decimal("34.95".to_owned()))],
    );
    refuses(Primitive::Decimal, &["42.", ".1", "1e", "1,5", "INF"]);
    accepts(
        Primitive::Double,
        &[
            ("3.5", Literal::Double(3.5)),
            ("-1e-1", Literal::Double(-0.1)),
            ("1E+3", Literal::Double(1000.0)),
            ("INF", Literal::Double(f64::INFINITY)),
            ("-INF", Literal::Double(f64::NEG_INFINITY)),
        ],
    );
    refuses(
        Primitive::Double,
        &["inf", "infinity", "nan", "+INF", "1.e3", "0x1p3"],
    );
    let nan = read("NaN", Primitive::Double);
    assert!(matches!(nan, Ok(Literal::Double(value)) if value.is_nan()));
}

#[test]
fn strings() {
    let text = |text: &str| Literal::String(text.to_owned());
    accepts(
        Primitive::String,
        &[
            ("''", text("")),
            ("'O''Neil'", text("O'Neil")),
            ("''''", text("'")),
            ("'a/b?c#d'", text("a/b?c#d")),
            ("'null'", text("null")),
        ],
    );
    refuses(
        Primitive::String,
        &["'", "'O'Neil'", "'''", "O''Neil", "\"a\"", "'a", "a'"],
    );
}

#[test]
fn booleans_guids_and_bytes() {
    accepts(
        Primitive::Boolean,
        &[
            ("true", Literal::Boolean(true)),
            ("FALSE", Literal::Boolean(false)),
        ],
    );
    refuses(Primitive::Boolean, &["1", "0", "yes", "'true'"]);
    accepts(
        Primitive::Guid,
        &[(
            "01234567-89ab-CDEF-0123-456789abcdef",
            Literal::Guid(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
        )],
    );
    refuses(
        Primitive::Guid,
        &[
            "{01234567-89ab-cdef-0123-456789abcdef}",
            "0123456789abcdef0123456789abcdef",
            "01234567-89ab-cdef-0123-456789abcde",
            "0123456+-89ab-cdef-0123-456789abcdef",
            "guid'01234567-89ab-cdef-0123-456789abcdef'",
        ],
    );
    let data = Literal::Binary(b"OData".to_vec());
    accepts(
        Primitive::Binary,
        &[
            ("binary'T0RhdGE='", data.clone()),
            ("BINARY'T0RhdGE'", data),
            ("binary'-_8'", Literal::Binary(vec![0xfb, 0xff])),
        ],
    );
    refuses(
        Primitive::Binary,
        &[
            "X'4F'",
            "T0RhdGE",
            "binary'+/8'",
            "binary'T0RhdGE",
            "binary''''",
        ],
    );
}

#[test]
fn durations() {
    let second = 1_000_000_000_i128;
    let day = 86_400 * second;
    accepts(
        Primitive::Duration,
        &[
            (
                "duration'P12DT23H59M59.9S'",
                Literal::Duration(13 * day - second / 10),
            ),
            ("duration'-P1D'", Literal::Duration(-day)),
            ("PT5M", Literal::Duration(300 * second)),
            ("duration'PT0S'", Literal::Duration(0)),
        ],
    );
    refuses(
        Primitive::Duration,
        &[
            "duration'P'",
            "duration'PT'",
            "duration'P1Y'",
            "duration'P1M'",
            "duration'P1DT'",
            "duration'+P1D'",
            "duration'PT1M1H'",
            "duration'PT1.5M'",
            "duration'PT.5S'",
            "duration'P99999999999999999999999999999999999999D'",
            "duration'P1DX'",
            "duration'PT5'",
        ],
    );
}

#[test]
fn enumerations() {
    let members = |value: i64| {
        Ok(Literal::Enum(EnumValue {
            value,
            text: String::new(),
        }))
    };
    let read = |text: &str| parse_literal(text, &color());
    assert_eq!(read("demo.color'red'"), members(1));
    assert_eq!(read("demo.color'red,green'"), members(3));
    assert_eq!(read("demo.color'green, red'"), members(3));
    assert_eq!(read("'red'"), members(1));
    assert_eq!(read("demo.color'2'"), members(2));
    for text in [
        "red",
        "demo.color'blue'",
        "other.color'red'",
        "demo.color'red",
        "demo.color''",
    ] {
        assert_eq!(read(text), Err(NotALiteral), "{text}");
    }
}

#[test]
fn a_set_of_members_needs_a_flags_type() {
    let ValueType::Enum(ty) = color() else {
        panic!("no enumeration");
    };
    let plain = ValueType::Enum(EnumType { flags: false, ..ty });
    assert_eq!(parse_literal("'red,green'", &plain), Err(NotALiteral));
}

#[test]
fn collections_and_objects_need_an_alias() {
    let list = ValueType::Collection("Edm.String".to_owned());
    let object = ValueType::Structured("demo.count".to_owned());
    assert_eq!(parse_literal("[\"a\"]", &list), Err(NotALiteral));
    assert_eq!(
        parse_alias_value("[\"a\"]", &list),
        Ok(Literal::Json(serde_json::json!(["a"])))
    );
    assert_eq!(parse_alias_value("{\"a\":1}", &list), Err(NotALiteral));
    assert_eq!(
        parse_alias_value("{\"a\":1}", &object),
        Ok(Literal::Json(serde_json::json!({"a": 1})))
    );
    assert_eq!(parse_alias_value("{", &object), Err(NotALiteral));
    assert_eq!(parse_alias_value("null", &object), Ok(Literal::Null));
}

#[test]
fn metadata_writes_values_without_quotes() {
    let read = |text: &str, primitive| parse_value(text, &ValueType::Primitive(primitive));
    assert_eq!(
        read("D7", Primitive::String),
        Ok(Literal::String("D7".to_owned()))
    );
    assert_eq!(
        read("PT1S", Primitive::Duration),
        Ok(Literal::Duration(1_000_000_000))
    );
    assert_eq!(read("15", Primitive::Int32), Ok(Literal::Integer(15)));
    assert_eq!(
        parse_value("red", &color()),
        Ok(Literal::Enum(EnumValue {
            value: 1,
            text: "red".to_owned()
        }))
    );
}

proptest! {
    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC*", index in 0..PRIMITIVES.len()) {
        let ty = ValueType::Primitive(PRIMITIVES[index]);
        let _ = parse_literal(&text, &ty);
        let _ = parse_alias_value(&text, &ty);
        let _ = parse_value(&text, &ty);
        let _ = parse_literal(&text, &color());
    }

    #[test]
    fn nothing_near_an_instant_makes_the_parser_panic(
        text in "-?[0-9]{1,12}-[0-9é]{1,3}-[0-9]{1,3}[Tt][0-9]{1,3}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{0,14})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
    ) {
        let _ = read(&text, Primitive::DateTimeOffset);
    }

    #[test]
    fn every_instant_that_chrono_writes_is_read(
        seconds in -62_000_000_000_i64..250_000_000_000,
        nanos in 0..1_000_000_000_u32,
    ) {
        let instant = DateTime::<Utc>::from_timestamp(seconds, nanos).unwrap();
        let text = instant.format("%Y-%m-%dT%H:%M:%S%.9fZ").to_string();
        prop_assert_eq!(read(&text, Primitive::DateTimeOffset), Ok(Literal::DateTimeOffset(instant)));
    }

    #[test]
    fn every_string_survives_doubling_its_quotes(text in "\\PC*") {
        let literal = format!("'{}'", text.replace('\'', "''"));
        prop_assert_eq!(read(&literal, Primitive::String), Ok(Literal::String(text)));
    }
}
