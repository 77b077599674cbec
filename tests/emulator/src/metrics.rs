//! The service rules of metric functions, which metadata has no terms for.
//!
//! A function falls under them by its shape, not by its name: it returns a collection of a complex
//! type with an `intervalStartDateTime` and one numeric property, and takes a start, an end and an
//! aggregation interval.

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Refusal;
use crate::literal::Literal;
use crate::service::{Operation, Primitive, Property, Service, TypeRef, ValueType};
use crate::validate::Call;

const START: &str = "inclusiveIntervalStartDateTime";
const END: &str = "exclusiveIntervalEndDateTime";
const INTERVAL: &str = "aggregationIntervalInMinutes";

/// The member of every bucket that says when it begins.
pub(crate) const BUCKET_START: &str = "intervalStartDateTime";

/// What the service takes for the interval when neither caller nor metadata names one.
const DEFAULT_INTERVAL_IN_MINUTES: i64 = 15;

/// How far back a start may lie.
const RETENTION: TimeDelta = TimeDelta::days(30);

/// How the names of the Entra and Global Secure Access functions begin, whose context URL differs. Nothing
/// in the metadata tells them from the others.
const REPORTS_NAME: &str = "getMetricsFor";

/// What a metric counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetricKind {
    /// A whole number of events or users.
    Count,
    /// A share between 0 and 100.
    Percentage,
}

/// The numeric property of a metric function's buckets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MetricShape {
    pub(crate) property: String,
    /// Its type.
    pub(crate) ty: String,
    pub(crate) kind: MetricKind,
}

/// A span of time that one value of a metric stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bucket {
    /// The first instant of the bucket; the answer's `intervalStartDateTime`.
    pub start: DateTime<Utc>,
    /// The instant after the bucket's last: the start plus the aggregation interval.
    pub end: DateTime<Utc>,
}

impl MetricShape {
    /// The shape of a function's answer, when it is a metric function.
    pub(crate) fn of(service: &Service, function: &Operation) -> Option<Self> {
        let takes = |name: &str, wanted: &[Primitive]| {
            function.parameters.iter().any(|parameter| {
                parameter.name == name
                    && matches!(&parameter.ty, ValueType::Primitive(ty) if wanted.contains(ty))
            })
        };
        let integers = [Primitive::Int16, Primitive::Int32, Primitive::Int64];
        let parameters_fit = takes(START, &[Primitive::DateTimeOffset])
            && takes(END, &[Primitive::DateTimeOffset])
            && takes(INTERVAL, &integers);
        let returns = function.returns.as_ref()?;
        if !parameters_fit || !returns.collection {
            return None;
        }
        let (time, others): (Vec<&Property>, Vec<&Property>) = service
            .properties(&returns.name)
            .partition(|property| property.name == BUCKET_START);
        match (time.as_slice(), others.as_slice()) {
            ([time], [value]) if is_type(&time.ty, "Edm.DateTimeOffset") => Some(Self {
                property: value.name.clone(),
                ty: value.ty.name.clone(),
                kind: metric_kind(&value.ty)?,
            }),
            _ => None,
        }
    }
}

fn is_type(ty: &TypeRef, name: &str) -> bool {
    ty.name == name && !ty.collection
}

fn metric_kind(ty: &TypeRef) -> Option<MetricKind> {
    match Primitive::from_name(&ty.name).filter(|_| !ty.collection)? {
        Primitive::Int16 | Primitive::Int32 | Primitive::Int64 => Some(MetricKind::Count),
        Primitive::Single | Primitive::Double | Primitive::Decimal => Some(MetricKind::Percentage),
        _ => None,
    }
}

/// The buckets that a valid call asks for, in order of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buckets {
    start: DateTime<Utc>,
    interval: TimeDelta,
    len: u64,
}

impl Buckets {
    /// Checks a metric call's values against the service rules.
    pub(crate) fn of(call: &Call<'_>, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let start = instant(call, START)?;
        let end = instant(call, END)?;
        if end <= start {
            return Err(Refusal::bad_request(format!(
                "{END} ({}) must be later than {START} ({}).",
                write_instant(end),
                write_instant(start)
            )));
        }
        refuse_too_early(start, now)?;
        let interval = interval(call)?;
        let step = interval.num_milliseconds();
        let whole_steps = (end - start).num_milliseconds() / step;
        // A last bucket that the end cuts short is a bucket all the same.
        let is_cut_short = start + TimeDelta::milliseconds(whole_steps * step) < end;
        Ok(Self {
            start,
            interval,
            len: whole_steps.unsigned_abs() + u64::from(is_cut_short),
        })
    }

    /// How many buckets there are.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The bucket at a position; `None` past the last.
    pub(crate) fn get(&self, index: u64) -> Option<Bucket> {
        let steps = i64::try_from(index).ok().filter(|_| index < self.len)?;
        let offset = self.interval.num_milliseconds().checked_mul(steps)?;
        let start = self
            .start
            .checked_add_signed(TimeDelta::try_milliseconds(offset)?)?;
        Some(Bucket {
            start,
            end: start.checked_add_signed(self.interval)?,
        })
    }
}

fn instant(call: &Call<'_>, parameter: &str) -> Result<DateTime<Utc>, Refusal> {
    match call.value(parameter) {
        Some(Literal::DateTimeOffset(instant)) => Ok(*instant),
        _ => Err(Refusal::bad_request(format!(
            "The parameter '{parameter}' must have a value."
        ))),
    }
}

fn refuse_too_early(start: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    match now.checked_sub_signed(RETENTION) {
        Some(earliest) if start < earliest => Err(Refusal::bad_request(format!(
            "{START} ({}) lies more than {} days in the past; the earliest start is {} now.",
            write_instant(start),
            RETENTION.num_days(),
            write_instant(earliest)
        ))),
        _ => Ok(()),
    }
}

fn interval(call: &Call<'_>) -> Result<TimeDelta, Refusal> {
    let minutes = match call.value(INTERVAL) {
        Some(Literal::Integer(minutes)) => *minutes,
        _ => DEFAULT_INTERVAL_IN_MINUTES,
    };
    TimeDelta::try_minutes(minutes)
        .filter(|interval| *interval > TimeDelta::zero())
        .ok_or_else(|| {
            Refusal::bad_request(format!(
                "{INTERVAL} ({minutes}) must be a positive number of minutes."
            ))
        })
}

/// The `@odata.context` of a metric function's answer, as documented.
///
/// The Entra and Global Secure Access functions are documented with another path and an
/// unqualified type; no client should read anything out of it.
pub(crate) fn context_url(root: &str, function: &Operation) -> String {
    let ty = function
        .returns
        .as_ref()
        .map_or("", |returns| returns.name.as_str());
    if function.name.starts_with(REPORTS_NAME) {
        let simple = ty.rsplit_once('.').map_or(ty, |(_, simple)| simple);
        format!("{root}/networkAccess/reports/$metadata#Collection({simple})")
    } else {
        format!("{root}/$metadata#Collection({ty})")
    }
}

/// Writes an instant as the service does: in UTC, with a fraction only when there is one.
pub(crate) fn write_instant(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests;
