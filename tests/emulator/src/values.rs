//! The values of metrics: made from a seed, or the caller's own.

use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::fmt;

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use serde_json::Value;

use crate::metrics::{Bucket, MetricKind};
use crate::random;

/// The hour of the day, in UTC, at which counts are highest.
const BUSIEST_HOUR: f64 = 13.0;

const MINUTES_PER_DAY: i64 = 24 * 60;

/// The least and the most of a metric's events that fail; each function has its own share.
const LEAST_FAILING: f64 = 0.02;
const MOST_FAILING: f64 = 0.05;

/// How much of a weekday's counts a weekend day has.
const WEEKEND_SHARE: f64 = 0.3;

/// The value of one bucket, as a caller's closure gives it.
///
/// It is written as given: a fraction for a metric that metadata declares as a whole number lets a
/// test see what its client makes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum MetricValue {
    /// A whole number.
    Integer(i64),
    /// A fraction; infinities and NaN are written as the JSON strings `"INF"`, `"-INF"`, `"NaN"`.
    Double(f64),
    /// JSON `null`.
    Null,
}

impl From<i32> for MetricValue {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<u32> for MetricValue {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<i64> for MetricValue {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for MetricValue {
    fn from(value: f64) -> Self {
        Self::Double(value)
    }
}

impl<T: Into<MetricValue>> From<Option<T>> for MetricValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl MetricValue {
    /// The value as JSON (OData JSON Format, section "Primitive Value").
    pub(crate) fn to_json(self) -> Value {
        match self {
            Self::Integer(value) => value.into(),
            Self::Double(value) if value.is_nan() => "NaN".into(),
            Self::Double(value) if value.is_infinite() && value > 0.0 => "INF".into(),
            Self::Double(value) if value.is_infinite() => "-INF".into(),
            Self::Double(value) => value.into(),
            Self::Null => Value::Null,
        }
    }
}

/// A caller's own values for one function.
pub(crate) type MetricSource = Box<dyn Fn(Bucket) -> MetricValue + Send + Sync>;

/// Where values come from.
#[derive(Default)]
pub(crate) struct Values {
    pub(crate) seed: u64,
    /// Callers' sources by function name.
    pub(crate) sources: BTreeMap<String, MetricSource>,
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Values")
            .field("seed", &self.seed)
            .field("sources", &self.sources.keys())
            .finish()
    }
}

impl Values {
    /// The value of a function's bucket; equal seeds give equal values.
    pub(crate) fn value(&self, function: &str, kind: MetricKind, bucket: Bucket) -> MetricValue {
        if let Some(source) = self.sources.get(function) {
            return source(bucket);
        }
        let key = random::mix(self.seed ^ random::hash(function));
        match kind {
            MetricKind::Count => MetricValue::Integer(match counterpart(function) {
                Some(successes) => {
                    let successes = random::mix(self.seed ^ random::hash(&successes));
                    failures(key, successes, bucket)
                }
                None => count(key, bucket),
            }),
            MetricKind::Percentage => MetricValue::Double(percentage(key, bucket)),
        }
    }
}

/// Adds up counts per minute, so that two 5-minute buckets come to the 10-minute one over them.
///
/// A bucket longer than a day, which only foreign metadata allows, is reckoned from its first day.
fn count(key: u64, bucket: Bucket) -> i64 {
    per_minute(bucket, |at| events(key, at))
}

/// What fails of a metric of successes: a few per cent of the events of each minute, which add up
/// in the same way.
fn failures(key: u64, successes: u64, bucket: Bucket) -> i64 {
    let share = LEAST_FAILING + (MOST_FAILING - LEAST_FAILING) * random::unit(random::mix(key));
    per_minute(bucket, |at| {
        let failing = events(successes, at) as f64 * share;
        // A part of an event happens as often as the part is large.
        let chance = random::unit(noise(key, at.timestamp().div_euclid(60)));
        (failing + chance).floor() as i64
    })
}

/// What names of functions call a failure, and what that of the success beside it has in its place.
const OUTCOMES: [(&str, &str); 4] = [
    ("Failures", "Success"),
    ("Failure", "Success"),
    ("Blocked", "Allowed"),
    ("Disconnected", "Connected"),
];

/// The function that counts successes of what a function counts failures of, by its name.
fn counterpart(function: &str) -> Option<String> {
    OUTCOMES.iter().find_map(|(failure, success)| {
        let (before, after) = function.rsplit_once(failure)?;
        Some(format!("{before}{success}{after}"))
    })
}

/// The events of one minute.
fn events(key: u64, at: DateTime<Utc>) -> i64 {
    // A function's busiest minute has between 1 and 20 events on average.
    let peak = 1.0 + 19.0 * random::unit(random::mix(key));
    let noise = 2.0 * random::unit(noise(key, at.timestamp().div_euclid(60)));
    whole(peak * activity(at) * noise)
}

fn per_minute(bucket: Bucket, events: impl Fn(DateTime<Utc>) -> i64) -> i64 {
    let minutes = (bucket.end - bucket.start).num_minutes();
    let first_day: i64 = (0..minutes.min(MINUTES_PER_DAY))
        .filter_map(|minute| {
            let at = bucket
                .start
                .checked_add_signed(TimeDelta::minutes(minute))?;
            Some(events(at))
        })
        .sum();
    match minutes {
        ..=MINUTES_PER_DAY => first_day,
        _ => first_day.saturating_mul(minutes) / MINUTES_PER_DAY,
    }
}

/// A share between 95 and 100.
fn percentage(key: u64, bucket: Bucket) -> f64 {
    95.0 + 5.0 * random::unit(noise(key, bucket.start.timestamp_millis()))
}

fn noise(key: u64, at: i64) -> u64 {
    random::mix(key ^ random::mix(at.cast_unsigned()))
}

/// How busy an instant is, in `0.0..=1.0`: a curve over the day, lower at weekends.
fn activity(at: DateTime<Utc>) -> f64 {
    let hour = at.timestamp().rem_euclid(86_400) as f64 / 3_600.0;
    let day = 0.55 + 0.45 * ((hour - BUSIEST_HOUR) / 24.0 * TAU).cos();
    if at.weekday().number_from_monday() > 5 {
        day * WEEKEND_SHARE
    } else {
        day
    }
}

fn whole(value: f64) -> i64 {
    value.round() as i64
}

#[cfg(test)]
mod tests;
