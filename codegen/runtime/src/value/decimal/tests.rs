use proptest::prelude::*;
use serde::de::value::MapDeserializer;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Decimal;
use crate::Literal as _;
use crate::json::JsonFormat;

/// More digits than any binary number has, before and after the point.
const HUGE: &str = "123456789012345678901234567890.123456789012345678901234567890";

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// As generated models are: unknown members are kept.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Price {
    #[serde(with = "crate::json")]
    amount: Decimal,
    #[serde(default, with = "crate::json", skip_serializing_if = "Option::is_none")]
    tax: Option<Decimal>,
    #[serde(default, with = "crate::json")]
    steps: Vec<Decimal>,
    #[serde(flatten)]
    additional_properties: Map<String, Value>,
}

/// What reads its members out of serde's buffer.
#[derive(Debug, Serialize, Deserialize)]
struct Outer {
    #[serde(flatten)]
    price: Price,
}

#[test]
fn texts_are_brought_into_one_form() {
    for (text, expected) in [
        ("0", "0"),
        ("-0", "-0"),
        ("+34.95", "34.95"),
        ("-34.950", "-34.950"),
        ("007.5", "7.5"),
        ("000", "0"),
        ("1E5", "1e5"),
        ("1.5e+10", "1.5e10"),
        ("1e-7", "1e-7"),
        ("INF", "INF"),
        ("-INF", "-INF"),
        ("NaN", "NaN"),
        (HUGE, HUGE),
    ] {
        let decimal = decimal(text);
        assert_eq!(decimal.as_str(), expected);
        assert_eq!(decimal.to_string(), expected);
    }
}

#[test]
fn other_texts_are_refused() {
    for text in [
        "", " 1", "1 ", "1.", ".5", "-", "+", "--1", "1e", "1e+", "1.5.2", "1e5e5", "1,5", "0x10",
        "inf", "nan", "Infinity", "+INF", "١", "1_000",
    ] {
        let error = text.parse::<Decimal>().unwrap_err();
        assert!(error.to_string().contains("expected digits"), "{text}");
    }
}

#[test]
fn numbers_become_decimals_and_come_back() {
    assert_eq!(Decimal::from(-5_i32).as_str(), "-5");
    assert_eq!(Decimal::from(i64::MIN).as_str(), "-9223372036854775808");
    assert_eq!(Decimal::try_from(0.1).unwrap().as_str(), "0.1");
    assert_eq!(Decimal::try_from(1e300).unwrap().to_f64(), 1e300);
    assert_eq!(Decimal::default(), decimal("0"));
    assert!(Decimal::try_from(f64::INFINITY).is_err());
    assert!(Decimal::try_from(f64::NAN).is_err());
    assert_eq!(decimal("34.95").to_f64(), 34.95);
    assert_eq!(decimal("-INF").to_f64(), f64::NEG_INFINITY);
    assert!(decimal("NaN").to_f64().is_nan());
    assert_eq!(decimal("1e999").to_f64(), f64::INFINITY);
    assert_ne!(decimal("1.5"), decimal("1.50"));
}

#[test]
fn every_digit_comes_through_text_and_back() {
    let text = format!(r#"{{"amount":{HUGE},"tax":"{HUGE}","steps":[1.10, 2E2,-0.0],"more":1}}"#);
    let price: Price = serde_json::from_str(&text).unwrap();
    assert_eq!(price.amount, decimal(HUGE));
    assert_eq!(price.tax, Some(decimal(HUGE)), "from a string too");
    assert_eq!(price.steps, ["1.10", "2e2", "-0.0"].map(decimal));
    assert_eq!(price.additional_properties["more"], 1);
    let written = serde_json::to_string(&price).unwrap();
    let expected = format!(r#"{{"amount":{HUGE},"tax":{HUGE},"steps":[1.10,2e2,-0.0],"more":1}}"#);
    assert_eq!(written, expected, "as numbers");
    assert_eq!(
        serde_json::from_slice::<Price>(written.as_bytes()).unwrap(),
        price
    );
}

#[test]
fn readers_also_work_from_a_stream() {
    let text = format!(r#"{{"amount":{HUGE}}}"#);
    let price: Price = serde_json::from_reader(text.as_bytes()).unwrap();
    assert_eq!(price.amount, decimal(HUGE));
}

#[test]
fn values_and_flattened_structs_have_f64_digits() {
    let value = json!({"amount": 34.95, "tax": null, "steps": [7, u64::MAX, "0.10", "INF"]});
    let steps = ["7", "18446744073709551615", "0.10", "INF"].map(decimal);
    let from_value: Price = serde_json::from_value(value.clone()).unwrap();
    let flattened: Outer = serde_json::from_str(&value.to_string()).unwrap();
    for price in [from_value, flattened.price] {
        assert_eq!(price.amount, decimal("34.95"));
        assert_eq!(price.tax, None);
        assert_eq!(price.steps, steps);
    }
    let huge = format!(r#"{{"amount":{HUGE},"tax":"{HUGE}"}}"#);
    let outer: Outer = serde_json::from_str(&huge).unwrap();
    assert_eq!(outer.price.amount.to_f64(), decimal(HUGE).to_f64());
    assert_eq!(outer.price.tax, Some(decimal(HUGE)), "a string keeps all");
    let value: Value = serde_json::from_str(&huge).unwrap();
    let price: Price = serde_json::from_value(value).unwrap();
    assert_eq!(price.amount.to_f64(), decimal(HUGE).to_f64());
}

#[test]
fn values_are_written_as_numbers_and_names_as_strings() {
    let written = |text: &str| serde_json::to_value(decimal(text)).unwrap();
    assert_eq!(written("42"), json!(42));
    assert_eq!(written("34.95"), json!(34.95));
    assert_eq!(written("NaN"), json!("NaN"));
    assert_eq!(serde_json::to_string(&decimal("-0")).unwrap(), "-0");
    let outer = r#"{"amount":1.50,"steps":[]}"#;
    let read: Outer = serde_json::from_str(outer).unwrap();
    assert_eq!(
        serde_json::to_string(&read).unwrap(),
        r#"{"amount":1.5,"steps":[]}"#
    );
}

#[test]
fn what_is_no_decimal_is_refused_with_what_it_is() {
    for (json, found) in [
        ("true", "boolean `true`"),
        ("null", "unit value"),
        ("[1]", "sequence"),
        ("{}", "map"),
        (r#"{"x":"12"}"#, "map"),
        (r#""one""#, r#"string "one""#),
    ] {
        let text = format!(r#"{{"amount":{json}}}"#);
        let error = serde_json::from_str::<Price>(&text)
            .unwrap_err()
            .to_string();
        assert!(error.contains("expected a decimal number"), "{error}");
        assert!(
            error.contains(found) || (json == "null" && error.contains("null")),
            "{error}"
        );
        let error = serde_json::from_str::<Outer>(&text).unwrap_err();
        assert!(error.to_string().contains("decimal number"), "{error}");
        let value: Value = serde_json::from_str(&text).unwrap();
        let error = serde_json::from_value::<Price>(value)
            .unwrap_err()
            .to_string();
        assert!(error.contains("expected a decimal number"), "{error}");
    }
}

/// What serde_json makes of numbers with its feature `arbitrary_precision`.
#[test]
fn only_maps_of_serde_json_are_read_as_numbers() {
    let map =
        |name| MapDeserializer::<_, serde::de::value::Error>::new([(name, "2.50")].into_iter());
    let number = "$serde_json::private::Number";
    assert_eq!(
        <Decimal as Deserialize>::deserialize(map(number)),
        Ok(decimal("2.50"))
    );
    assert_eq!(<f64 as JsonFormat>::deserialize(map(number)), Ok(2.5));
    for name in ["Number", "$serde_json", "$serde_json::privates", ""] {
        let error = <Decimal as Deserialize>::deserialize(map(name)).unwrap_err();
        assert!(error.to_string().contains("invalid type: map"), "{error}");
        assert!(<f64 as JsonFormat>::deserialize(map(name)).is_err());
    }
}

#[test]
fn literals_are_bare_and_keep_all_digits() {
    assert_eq!(decimal(HUGE).to_literal().text(), HUGE);
    assert_eq!(decimal("NaN").to_literal().text(), "NaN");
    assert_eq!(decimal("1.50").to_literal().into_json(), json!(1.5));
    assert_eq!(decimal("INF").to_literal().into_json(), json!("INF"));
    let list = vec![Some(decimal(HUGE)), Some(decimal("INF")), None];
    assert_eq!(list.to_literal().text(), format!(r#"[{HUGE},"INF",null]"#));
}

proptest! {
    #[test]
    fn digits_come_back(text in "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,40})?(e-?[0-9]{1,3})?") {
        let decimal: Decimal = text.parse().unwrap();
        prop_assert_eq!(decimal.as_str(), &text);
        let json = serde_json::to_string(&decimal).unwrap();
        prop_assert_eq!(&json, &text);
        prop_assert_eq!(serde_json::from_str::<Decimal>(&json).unwrap(), decimal);
    }

    #[test]
    fn no_text_panics_and_what_is_read_can_be_written(text in any::<String>()) {
        if let Ok(decimal) = text.parse::<Decimal>() {
            let json = serde_json::to_string(&decimal).unwrap();
            prop_assert_eq!(serde_json::from_str::<Decimal>(&json).unwrap(), decimal);
        }
    }

    #[test]
    fn doubles_come_back(value in proptest::num::f64::NORMAL | proptest::num::f64::ZERO) {
        prop_assert_eq!(Decimal::try_from(value).unwrap().to_f64(), value);
    }
}
