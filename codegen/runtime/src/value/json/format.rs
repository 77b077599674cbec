//! Primitive values as text, in canonical form.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

/// The name of a number that has no digits; `None` for all others.
pub(crate) fn float_name(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some("NaN")
    } else if value.is_infinite() {
        Some(if value > 0.0 { "INF" } else { "-INF" })
    } else {
        None
    }
}

/// Whether this is the name of a number that has no digits.
pub(crate) fn is_float_name(text: &str) -> bool {
    matches!(text, "INF" | "-INF" | "NaN")
}

pub(crate) fn base64_text(bytes: &[u8]) -> String {
    URL_SAFE.encode(bytes)
}

/// UTC with `Z`, and at most `digits` fractional digits, cut off rather than rounded.
pub(crate) fn date_time_text(value: &DateTime<Utc>, digits: usize) -> String {
    let mut text = String::with_capacity(LONGEST_USUAL_DATE_TIME);
    push_date_time(&mut text, value, digits);
    text
}

/// Appends the same.
pub(crate) fn push_date_time(text: &mut String, value: &DateTime<Utc>, digits: usize) {
    push_date(text, value.date_naive());
    text.push('T');
    push_time(text, value.time(), digits);
    text.push('Z');
}

const LONGEST_USUAL_DATE_TIME: usize = "0000-00-00T00:00:00.000000000Z".len();

/// A date, whose year has four digits or more and no `+`.
pub(crate) fn date_text(value: NaiveDate) -> String {
    let mut text = String::new();
    push_date(&mut text, value);
    text
}

/// A time of day with at most `digits` fractional digits, cut off rather than rounded.
pub(crate) fn time_text(value: NaiveTime, digits: usize) -> String {
    let mut text = String::new();
    push_time(&mut text, value, digits);
    text
}

fn push_date(text: &mut String, value: NaiveDate) {
    if value.year() < 0 {
        text.push('-');
    }
    let year = value.year().unsigned_abs();
    if year < 10_000 {
        push_two(text, year / 100);
        push_two(text, year % 100);
    } else {
        text.push_str(&year.to_string());
    }
    text.push('-');
    push_two(text, value.month());
    text.push('-');
    push_two(text, value.day());
}

fn push_time(text: &mut String, value: NaiveTime, digits: usize) {
    // chrono has a leap second as second 59 with a billion nanoseconds or more.
    let leap = value.nanosecond() / 1_000_000_000;
    push_two(text, value.hour());
    text.push(':');
    push_two(text, value.minute());
    text.push(':');
    push_two(text, value.second() + leap);
    let nanoseconds = value.nanosecond() % 1_000_000_000;
    if nanoseconds > 0 {
        push_fraction(text, nanoseconds, digits);
    }
}

/// A number below 100; every request has several, and `format!` takes ten times as long.
fn push_two(text: &mut String, number: u32) {
    for digit in [number / 10, number % 10] {
        text.push(char::from(b'0' + (digit % 10) as u8));
    }
}

/// An ISO 8601 duration of days, hours, minutes and seconds.
pub(crate) fn duration_text(value: TimeDelta) -> String {
    let magnitude = value.abs();
    let seconds = magnitude.num_seconds();
    let nanoseconds = magnitude.subsec_nanos().unsigned_abs();
    let mut text = String::from(if value < TimeDelta::zero() { "-P" } else { "P" });
    push_unit(&mut text, seconds / 86_400, 'D');
    if seconds % 86_400 == 0 && nanoseconds == 0 && seconds > 0 {
        return text;
    }
    text.push('T');
    push_unit(&mut text, seconds / 3_600 % 24, 'H');
    push_unit(&mut text, seconds / 60 % 60, 'M');
    if seconds % 60 != 0 || nanoseconds != 0 || text.ends_with('T') {
        text.push_str(&(seconds % 60).to_string());
        push_fraction(&mut text, nanoseconds, 9);
        text.push('S');
    }
    text
}

fn push_unit(text: &mut String, count: i64, unit: char) {
    if count != 0 {
        text.push_str(&count.to_string());
        text.push(unit);
    }
}

fn push_fraction(text: &mut String, nanoseconds: u32, digits: usize) {
    let all = format!("{nanoseconds:09}");
    let fraction = all[..digits.min(9)].trim_end_matches('0');
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
}
