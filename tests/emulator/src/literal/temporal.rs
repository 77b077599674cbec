//! Literals of dates, times and durations.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::number::is_digits;
use super::{Literal, NotALiteral};

const NANOS_PER_SECOND: i128 = 1_000_000_000;

/// The most fractional digits of a second that a literal may have.
const MAX_FRACTION_DIGITS: usize = 12;

/// Reads `[-]YYYY-MM-DD`; the year has four digits or more and may be `0000`.
pub(super) fn parse_date(text: &str) -> Result<NaiveDate, NotALiteral> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut parts = unsigned.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NotALiteral);
    };
    if !is_year(year) {
        return Err(NotALiteral);
    }
    let year: i32 = year.parse().map_err(|_| NotALiteral)?;
    let year = if negative { -year } else { year };
    NaiveDate::from_ymd_opt(year, two_digits(month)?, two_digits(day)?).ok_or(NotALiteral)
}

/// Reads `HH:MM[:SS[.fraction]]`; second 60 is the leap second.
pub(super) fn parse_time_of_day(text: &str) -> Result<NaiveTime, NotALiteral> {
    let mut parts = text.split(':');
    let (Some(hour), Some(minute), seconds, None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NotALiteral);
    };
    let (second, nanos) = match seconds {
        None => (0, 0),
        Some(seconds) => parse_seconds(seconds)?,
    };
    // chrono writes the leap second as second 59 with more than a thousand million nanoseconds.
    let (second, nanos) = if second == 60 {
        (59, nanos + 1_000_000_000)
    } else {
        (second, nanos)
    };
    NaiveTime::from_hms_nano_opt(two_digits(hour)?, two_digits(minute)?, second, nanos)
        .ok_or(NotALiteral)
}

/// Reads a date, `T`, a time and an offset (`Z` or a signed `HH:MM`), as the instant in UTC.
pub(super) fn parse_date_time_offset(text: &str) -> Result<Literal, NotALiteral> {
    let (date, rest) = text.split_once(['T', 't']).ok_or(NotALiteral)?;
    let zone_at = rest.find(['Z', 'z', '+', '-']).ok_or(NotALiteral)?;
    let (time, zone) = rest.split_at_checked(zone_at).ok_or(NotALiteral)?;
    let local = NaiveDateTime::new(parse_date(date)?, parse_time_of_day(time)?);
    let utc = local
        .checked_sub_offset(parse_offset(zone)?)
        .ok_or(NotALiteral)?;
    Ok(Literal::DateTimeOffset(
        DateTime::<Utc>::from_naive_utc_and_offset(utc, Utc),
    ))
}

fn parse_offset(text: &str) -> Result<FixedOffset, NotALiteral> {
    let (sign, rest) = match text.split_at_checked(1).ok_or(NotALiteral)? {
        ("Z" | "z", "") => (1, "00:00"),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return Err(NotALiteral),
    };
    let (hours, minutes) = rest.split_once(':').ok_or(NotALiteral)?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    if hours > 23 || minutes > 59 {
        return Err(NotALiteral);
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).map_err(|_| NotALiteral)?;
    FixedOffset::east_opt(sign * seconds).ok_or(NotALiteral)
}

/// Reads `[-]P[nD][T[nH][nM][n[.n]S]]`; years and months are no part of an `Edm.Duration`.
pub(super) fn parse_duration(text: &str) -> Result<Literal, NotALiteral> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let rest = rest.strip_prefix(['P', 'p']).ok_or(NotALiteral)?;
    let (days, time) = match rest.split_once(['T', 't']) {
        Some((days, time)) if !time.is_empty() => (days, time),
        Some(_) => return Err(NotALiteral),
        None => (rest, ""),
    };
    if days.is_empty() && time.is_empty() {
        return Err(NotALiteral);
    }
    let (days, after_days) = take_component(days, ['D', 'd'], 86_400)?;
    let (hours, time) = take_component(time, ['H', 'h'], 3_600)?;
    let (minutes, time) = take_component(time, ['M', 'm'], 60)?;
    if !after_days.is_empty() {
        return Err(NotALiteral);
    }
    [days, hours, minutes, parse_duration_seconds(time)?]
        .into_iter()
        .try_fold(0_i128, i128::checked_add)
        .map(|nanos| Literal::Duration(sign * nanos))
        .ok_or(NotALiteral)
}

/// Takes `<digits><unit>` off the front, in nanoseconds; nothing to take is zero.
fn take_component(text: &str, unit: [char; 2], seconds: i128) -> Result<(i128, &str), NotALiteral> {
    let Some((digits, rest)) = text.split_once(unit) else {
        return Ok((0, text));
    };
    if !is_digits(digits) {
        return Err(NotALiteral);
    }
    let count: i128 = digits.parse().map_err(|_| NotALiteral)?;
    let nanos = count.checked_mul(seconds * NANOS_PER_SECOND);
    Ok((nanos.ok_or(NotALiteral)?, rest))
}

fn parse_duration_seconds(text: &str) -> Result<i128, NotALiteral> {
    if text.is_empty() {
        return Ok(0);
    }
    let number = text.strip_suffix(['S', 's']).ok_or(NotALiteral)?;
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, fraction_nanos(fraction)?),
        None => (number, 0),
    };
    if !is_digits(whole) {
        return Err(NotALiteral);
    }
    whole
        .parse::<i128>()
        .ok()
        .and_then(|seconds| seconds.checked_mul(NANOS_PER_SECOND))
        .and_then(|nanos| nanos.checked_add(fraction.into()))
        .ok_or(NotALiteral)
}

/// Reads `SS[.fraction]` as seconds and nanoseconds.
fn parse_seconds(text: &str) -> Result<(u32, u32), NotALiteral> {
    match text.split_once('.') {
        Some((seconds, fraction)) => Ok((two_digits(seconds)?, fraction_nanos(fraction)?)),
        None => Ok((two_digits(text)?, 0)),
    }
}

/// One to twelve digits after the point, as nanoseconds; a finer part is cut off.
fn fraction_nanos(digits: &str) -> Result<u32, NotALiteral> {
    if !is_digits(digits) || digits.len() > MAX_FRACTION_DIGITS {
        return Err(NotALiteral);
    }
    let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
    nine.parse().map_err(|_| NotALiteral)
}

/// Writes a duration in seconds, which every reader of durations takes.
pub(super) fn write_duration(nanoseconds: i128) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let (seconds, fraction) = (
        nanoseconds.abs() / NANOS_PER_SECOND,
        nanoseconds.abs() % NANOS_PER_SECOND,
    );
    if fraction == 0 {
        return format!("{sign}PT{seconds}S");
    }
    let digits = format!("{fraction:09}");
    format!("{sign}PT{seconds}.{}S", digits.trim_end_matches('0'))
}

fn two_digits(text: &str) -> Result<u32, NotALiteral> {
    if text.len() == 2 && is_digits(text) {
        text.parse().map_err(|_| NotALiteral)
    } else {
        Err(NotALiteral)
    }
}

fn is_year(digits: &str) -> bool {
    is_digits(digits) && (digits.len() == 4 || (digits.len() > 4 && !digits.starts_with('0')))
}
