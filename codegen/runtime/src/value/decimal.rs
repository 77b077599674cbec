//! `Edm.Decimal`: numbers with all their digits.

mod json;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use super::json::format::is_float_name;
use super::literal::{Literal, LiteralValue};

/// A decimal number with every digit that it was written with: a value of `Edm.Decimal`.
///
/// It has no arithmetic; crates for decimal arithmetic parse [`as_str`](Self::as_str), and
/// [`to_f64`](Self::to_f64) approximates it. Numbers are equal if they have the same digits: `1.5`
/// and `1.50` are not equal, since they differ in precision.
///
/// It parses the forms of OData ABNF 4.01, rule `decimalValue`: a sign, digits, a fraction and an
/// exponent, all but the digits optional, and `INF`, `-INF` and `NaN`, which properties with the
/// scale `floating` may have. A `+`, leading zeros, and a capital `E` are not kept.
///
/// In JSON it is read from a number or a string and written as a number. All digits are kept when
/// text is read, also as a field of a struct with `#[serde(flatten)]` members. A number that is in
/// a [`serde_json::Value`], or in a flattened struct, was converted to `f64` before, and keeps only
/// its digits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Decimal(String);

/// A text or number is not a [`Decimal`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseDecimalError(());

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no decimal number: expected digits such as \"-12.50\"")
    }
}

impl std::error::Error for ParseDecimalError {}

impl Decimal {
    /// The digits, in a form that [`f64`] parses and JSON allows; or `INF`, `-INF`, `NaN`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest `f64`; infinite if the number is too large for one.
    pub fn to_f64(&self) -> f64 {
        // Rust parses "INF" and "NaN" too, in any case.
        self.0.parse().unwrap_or(f64::NAN)
    }
}

impl Default for Decimal {
    fn default() -> Self {
        Self::from(0)
    }
}

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, ParseDecimalError> {
        if is_float_name(text) {
            return Ok(Self(text.to_owned()));
        }
        canonical(text).map(Self).ok_or(ParseDecimalError(()))
    }
}

/// The number as JSON allows it, which is stricter than OData about the leading characters.
fn canonical(text: &str) -> Option<String> {
    let (sign, unsigned) = signed(text);
    let (number, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let mut canonical = String::with_capacity(text.len());
    canonical.push_str(sign);
    canonical.push_str(match digits(whole)?.trim_start_matches('0') {
        "" => "0",
        significant => significant,
    });
    if let Some(fraction) = fraction {
        canonical.push('.');
        canonical.push_str(digits(fraction)?);
    }
    if let Some(exponent) = exponent {
        let (sign, exponent) = signed(exponent);
        canonical.push('e');
        canonical.push_str(sign);
        canonical.push_str(digits(exponent)?);
    }
    Some(canonical)
}

/// A `-` or nothing, and what follows the sign.
fn signed(text: &str) -> (&str, &str) {
    match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    }
}

fn digits(text: &str) -> Option<&str> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then_some(text)
}

impl From<i32> for Decimal {
    fn from(value: i32) -> Self {
        Self(value.to_string())
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self(value.to_string())
    }
}

/// The shortest digits that round to this `f64`.
///
/// Infinities and NaN are refused: a calculation that went wrong should not become a value. Use
/// `"INF".parse()` if it is intended.
impl TryFrom<f64> for Decimal {
    type Error = ParseDecimalError;

    fn try_from(value: f64) -> Result<Self, ParseDecimalError> {
        // Debug uses an exponent where Display would print hundreds of digits.
        let text = format!("{value:?}");
        canonical(&text).map(Self).ok_or(ParseDecimalError(()))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Decimal({})", self.0)
    }
}

impl Literal for Decimal {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue::number(self.0.clone())
    }
}
