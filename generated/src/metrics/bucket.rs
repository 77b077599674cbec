//! Buckets of any metric.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

use crate::models::{ServiceActivityPerformanceMetric, ServiceActivityValueMetric};

/// One bucket of a metric: what was counted or measured from its start on, for one interval.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct MetricBucket {
    /// First moment of the bucket, in UTC; the bucket ends before the next one starts.
    pub start: DateTime<Utc>,
    /// What was counted or measured, in the metric's unit.
    pub value: MetricValue,
}

impl MetricBucket {
    /// A bucket, such as for tests.
    pub fn new(start: impl Into<DateTime<Utc>>, value: MetricValue) -> Self {
        let start = start.into();
        Self { start, value }
    }
}

impl From<&ServiceActivityValueMetric> for MetricBucket {
    fn from(bucket: &ServiceActivityValueMetric) -> Self {
        let value = MetricValue::Count(bucket.value);
        Self::new(bucket.interval_start_date_time, value)
    }
}

impl From<&ServiceActivityPerformanceMetric> for MetricBucket {
    fn from(bucket: &ServiceActivityPerformanceMetric) -> Self {
        let value = MetricValue::Percentage(bucket.percentage);
        Self::new(bucket.interval_start_date_time, value)
    }
}

/// A count or a percentage.
///
/// All values of one metric are of one kind. `Display` writes the number without its unit, a
/// percentage with two decimals at most: `1234`, `99.5`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum MetricValue {
    /// A whole number of what the metric counts.
    Count(i64),
    /// A share, from 0 to 100.
    Percentage(f64),
}

impl MetricValue {
    /// The number, for charts. Counts beyond 2⁵³ are rounded.
    #[allow(clippy::cast_precision_loss)]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Percentage(percentage) => percentage,
        }
    }

    /// The count; `None` for a percentage.
    pub fn as_count(self) -> Option<i64> {
        match self {
            Self::Count(count) => Some(count),
            Self::Percentage(_) => None,
        }
    }

    /// The percentage; `None` for a count.
    pub fn as_percentage(self) -> Option<f64> {
        match self {
            Self::Percentage(percentage) => Some(percentage),
            Self::Count(_) => None,
        }
    }
}

impl fmt::Display for MetricValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => fmt::Display::fmt(count, formatter),
            // Two decimals tell 99.99 from 100.
            Self::Percentage(percentage) => {
                let text = format!("{percentage:.2}");
                let short = text.trim_end_matches('0').trim_end_matches('.');
                formatter.pad(short)
            }
        }
    }
}

/// A bucket of either result type as the service sends it, if it has a value.
///
/// The share of nothing is none: a bucket without streams or connections may come as null or as NaN.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Members")]
pub(super) struct WireBucket(pub(super) Option<MetricBucket>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    #[serde(with = "odata_runtime::json")]
    interval_start_date_time: DateTime<Utc>,
    #[serde(deserialize_with = "present", default)]
    value: Option<Option<i64>>,
    #[serde(deserialize_with = "present", default)]
    percentage: Option<Option<f64>>,
}

/// Tells null from a member that is not there.
fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: odata_runtime::json::JsonFormat,
{
    odata_runtime::json::deserialize(deserializer).map(Some)
}

impl TryFrom<Members> for WireBucket {
    type Error = &'static str;

    /// Fails if neither member is there: what the function returns has changed, and calling it a gap
    /// would hide that.
    fn try_from(members: Members) -> Result<Self, Self::Error> {
        let value = match (members.value, members.percentage) {
            (Some(Some(count)), _) => Some(MetricValue::Count(count)),
            (_, Some(Some(share))) if share.is_finite() => Some(MetricValue::Percentage(share)),
            (None, None) => return Err("missing field `value` or `percentage`"),
            _ => None,
        };
        let start = members.interval_start_date_time;
        Ok(Self(value.map(|value| MetricBucket::new(start, value))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn read(json: &str) -> Result<Option<MetricBucket>, serde_json::Error> {
        serde_json::from_str(json).map(|WireBucket(bucket)| bucket)
    }

    fn start() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2023, 1, 10, 0, 0, 0).unwrap()
    }

    #[test]
    fn a_malformed_bucket_is_refused() {
        for json in [
            "{}",
            r#"{"value": 4}"#,
            r#"{"intervalStartDateTime": "2023-01-10T00:00:00Z", "count": 4}"#,
            r#"{"intervalStartDateTime": "yesterday", "value": 4}"#,
            r#"{"intervalStartDateTime": "2023-01-10T00:00:00Z", "value": 4.5}"#,
            r#"{"intervalStartDateTime": "2023-01-10T00:00:00Z", "percentage": "all"}"#,
            r#"{"intervalStartDateTime": "2023-01-10T00:00:00Z", "value": []}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }

    #[test]
    fn no_value_is_no_bucket() {
        for value in [r#""value": null"#, r#""percentage": "NaN""#] {
            let json = format!(r#"{{"intervalStartDateTime": "2023-01-10T00:00:00Z", {value}}}"#);
            assert_eq!(read(&json).unwrap(), None, "{json}");
        }
    }

    #[test]
    fn both_result_types_are_read() {
        let count =
            r#"{"intervalStartDateTime": "2023-01-10T00:00:00Z", "value": "9007199254740993"}"#;
        let expected = MetricBucket::new(start(), MetricValue::Count(9_007_199_254_740_993));
        assert_eq!(read(count).unwrap(), Some(expected));
        let model: ServiceActivityValueMetric = serde_json::from_str(count).unwrap();
        assert_eq!(MetricBucket::from(&model), expected);

        let share = r#"{"intervalStartDateTime": "2023-01-10T00:00:00Z", "percentage": 99.5}"#;
        let expected = MetricBucket::new(start(), MetricValue::Percentage(99.5));
        assert_eq!(read(share).unwrap(), Some(expected));
        let model: ServiceActivityPerformanceMetric = serde_json::from_str(share).unwrap();
        assert_eq!(MetricBucket::from(&model), expected);
    }

    #[test]
    fn values_read_well() {
        assert_eq!(MetricValue::Count(1234).to_string(), "1234");
        assert_eq!(format!("{:>4}", MetricValue::Count(12)), "  12");
        assert_eq!(format!("{:>4}", MetricValue::Percentage(9.5)), " 9.5");
        assert_eq!(MetricValue::Percentage(100.0).to_string(), "100");
        assert_eq!(MetricValue::Percentage(99.504).to_string(), "99.5");
        assert_eq!(MetricValue::Percentage(99.994).to_string(), "99.99");
    }
}
