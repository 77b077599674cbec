//! Numeric literals.

use super::{Literal, NotALiteral};

/// Reads a whole number with an optional sign, within `min..=max`.
pub(super) fn parse_integer(text: &str, min: i64, max: i64) -> Result<Literal, NotALiteral> {
    if !is_digits(strip_sign(text)) {
        return Err(NotALiteral);
    }
    match text.parse::<i64>() {
        Ok(value) if (min..=max).contains(&value) => Ok(Literal::Integer(value)),
        _ => Err(NotALiteral),
    }
}

/// Reads a decimal, which keeps its digits as written.
pub(super) fn parse_decimal(text: &str) -> Result<Literal, NotALiteral> {
    if is_real(text) {
        Ok(Literal::Decimal(text.to_owned()))
    } else {
        Err(NotALiteral)
    }
}

/// Reads a double; `INF`, `-INF` and `NaN` are case-sensitive.
pub(super) fn parse_double(text: &str) -> Result<Literal, NotALiteral> {
    let value = match text {
        "INF" => f64::INFINITY,
        "-INF" => f64::NEG_INFINITY,
        "NaN" => f64::NAN,
        _ if is_real(text) => text.parse().map_err(|_| NotALiteral)?,
        _ => return Err(NotALiteral),
    };
    Ok(Literal::Double(value))
}

/// Digits, with digits on both sides of the point and an exponent, both optional.
fn is_real(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match strip_sign(mantissa).split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (strip_sign(mantissa), None),
    };
    is_digits(whole)
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(|exponent| is_digits(strip_sign(exponent)))
}

fn strip_sign(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// One ASCII digit or more.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
