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

pub(crate) fn base64_text(bytes: &[u8]) -> String {
    URL_SAFE.encode(bytes)
}

/// UTC with `Z`, and at most `digits` fractional digits, cut off rather than rounded.
pub(crate) fn date_time_text(value: &DateTime<Utc>, digits: usize) -> String {
    format!(
        "{}T{}Z",
        date_text(value.date_naive()),
        time_text(value.time(), digits)
    )
}

/// A date, whose year has four digits or more and no `+`.
pub(crate) fn date_text(value: NaiveDate) -> String {
    let sign = if value.year() < 0 { "-" } else { "" };
    let year = value.year().unsigned_abs();
    format!("{sign}{year:04}-{:02}-{:02}", value.month(), value.day())
}

/// A time of day with at most `digits` fractional digits, cut off rather than rounded.
pub(crate) fn time_text(value: NaiveTime, digits: usize) -> String {
    // chrono has a leap second as second 59 with a billion nanoseconds or more.
    let leap = value.nanosecond() / 1_000_000_000;
    let mut text = format!(
        "{:02}:{:02}:{:02}",
        value.hour(),
        value.minute(),
        value.second() + leap
    );
    push_fraction(&mut text, value.nanosecond() % 1_000_000_000, digits);
    text
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
