//! Text of primitive values, as services send it.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// A byte-order mark: services based on .NET write one before JSON, and RFC 8259 lets readers
/// ignore it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The body without a byte-order mark.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
}

/// Bytes of either base64 alphabet, padded or not. A text that is not the encoding of any bytes, because
/// bits are left over, is none: it could not be written as it was.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let engine = if text.contains(['+', '/']) {
        &STANDARD
    } else {
        &URL_SAFE
    };
    engine.decode(text).ok()
}

/// A number, or one of OData's names for infinities and NaN.
pub(crate) fn float(text: &str) -> Option<f64> {
    match text {
        "INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        // Rust would take "inf", "infinity" and "nan" in any case, which OData has not.
        _ if text.ends_with(|last: char| last.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    }
}

/// A date and time with any offset; without one it is UTC.
///
/// Seconds may be missing, and a space may replace the `T`: services send both.
pub(crate) fn date_time(text: &str) -> Option<DateTime<Utc>> {
    let separator = text.find(['T', 't', ' '])?;
    let date = date(&text[..separator])?;
    let rest = &text[separator + 1..];
    let zone = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let time = time(&rest[..zone])?;
    let offset = offset(&rest[zone..])?;
    NaiveDateTime::new(date, time)
        .checked_sub_signed(offset)
        .map(|utc| utc.and_utc())
}

fn offset(text: &str) -> Option<TimeDelta> {
    if matches!(text, "" | "Z" | "z") {
        return Some(TimeDelta::zero());
    }
    let (sign, hours_minutes) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = hours_minutes.split_once(':')?;
    let hours = i64::from(two_digits(hours, 23)?);
    let minutes = i64::from(two_digits(minutes, 59)?);
    Some(TimeDelta::minutes(sign * (hours * 60 + minutes)))
}

/// A date; years may be negative or have more than four digits.
pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut parts = unsigned.splitn(3, '-');
    let year = parts.next().filter(|year| year.len() >= 4)?;
    let year: i32 = digits(year)?.try_into().ok()?;
    let month = two_digits(parts.next()?, 12)?;
    let day = two_digits(parts.next()?, 31)?;
    NaiveDate::from_ymd_opt(if negative { -year } else { year }, month, day)
}

/// A time of day, seconds optional.
pub(crate) fn time(text: &str) -> Option<NaiveTime> {
    let mut parts = text.splitn(3, ':');
    let hour = two_digits(parts.next()?, 23)?;
    let minute = two_digits(parts.next()?, 59)?;
    let Some(seconds) = parts.next() else {
        return NaiveTime::from_hms_opt(hour, minute, 0);
    };
    let (second, nanosecond) = match seconds.split_once('.') {
        Some((second, fraction)) => (second, nanoseconds(fraction)?),
        None => (seconds, 0),
    };
    match two_digits(second, 60)? {
        // chrono has a leap second as second 59 with a billion nanoseconds or more.
        60 => NaiveTime::from_hms_nano_opt(hour, minute, 59, 1_000_000_000 + nanosecond),
        second => NaiveTime::from_hms_nano_opt(hour, minute, second, nanosecond),
    }
}

/// An ISO 8601 duration of days, hours, minutes and seconds; OData has no years and months.
pub(crate) fn duration(text: &str) -> Option<TimeDelta> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let body = unsigned.strip_prefix('P')?;
    let (days, time) = match body.split_once('T') {
        Some((days, time)) if !time.is_empty() => (days, time),
        Some(_) => return None,
        None if body.is_empty() => return None,
        None => (body, ""),
    };
    let (days, after_days) = unit(days, 'D')?;
    let (hours, after_hours) = unit(time, 'H')?;
    let (minutes, after_minutes) = unit(after_hours, 'M')?;
    let (seconds, nanosecond) = seconds(after_minutes)?;
    if !after_days.is_empty() {
        return None;
    }
    let total = TimeDelta::try_days(days)?
        .checked_add(&TimeDelta::try_hours(hours)?)?
        .checked_add(&TimeDelta::try_minutes(minutes)?)?
        .checked_add(&TimeDelta::try_seconds(seconds)?)?
        .checked_add(&TimeDelta::nanoseconds(i64::from(nanosecond)))?;
    Some(if negative { -total } else { total })
}

/// A leading count of this unit, zero if there is none, and what follows.
fn unit(text: &str, unit: char) -> Option<(i64, &str)> {
    match text.split_once(unit) {
        Some((count, rest)) => Some((digits(count)?, rest)),
        None => Some((0, text)),
    }
}

fn seconds(text: &str) -> Option<(i64, u32)> {
    if text.is_empty() {
        return Some((0, 0));
    }
    match text.strip_suffix('S')?.split_once('.') {
        Some((seconds, fraction)) => Some((digits(seconds)?, nanoseconds(fraction)?)),
        None => Some((digits(text.strip_suffix('S')?)?, 0)),
    }
}

/// Fractional digits as nanoseconds; digits beyond the ninth are cut off.
fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nine: String = fraction.chars().chain("00000000".chars()).take(9).collect();
    nine.parse().ok()
}

fn two_digits(text: &str, maximum: u32) -> Option<u32> {
    let [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] = text.as_bytes() else {
        return None;
    };
    let value = u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
    (value <= maximum).then_some(value)
}

fn digits(text: &str) -> Option<i64> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok())?
}
