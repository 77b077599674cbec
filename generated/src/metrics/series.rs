//! Buckets in a row.

use super::Metric;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// One bucket of any metric: a count or a percentage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MetricBucket {
    /// First moment of the bucket, in UTC. The bucket ends where the next one starts.
    #[serde(rename = "intervalStartDateTime", with = "odata_runtime::json")]
    pub start: DateTime<Utc>,
    /// The count, or the percentage from 0 to 100; [`Metric::unit`] says of what. Counts are exact up
    /// to 2⁵³.
    #[serde(alias = "percentage", with = "odata_runtime::json")]
    pub value: f64,
}

/// The buckets of a metric in the order of time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Series {
    /// What was counted or measured.
    pub metric: Metric,
    /// Length of a bucket.
    pub interval: TimeDelta,
    /// First moment that was asked for.
    pub start: DateTime<Utc>,
    /// First moment that was not asked for any more.
    pub end: DateTime<Utc>,
    /// What the service answered, each bucket once. A bucket may be missing; see
    /// [`with_gaps`](Self::with_gaps).
    pub buckets: Vec<MetricBucket>,
}

impl Series {
    /// Of two buckets with one start the later counts: the service may have completed it.
    pub(super) fn new(
        metric: Metric,
        interval: TimeDelta,
        (start, end): (DateTime<Utc>, DateTime<Utc>),
        mut buckets: Vec<MetricBucket>,
    ) -> Self {
        buckets.reverse();
        buckets.sort_by_key(|bucket| bucket.start);
        buckets.dedup_by_key(|bucket| bucket.start);
        Self {
            metric,
            interval,
            start,
            end,
            buckets,
        }
    }

    /// Every bucket of the time that was asked for, with `None` where the service sent none.
    ///
    /// Whether a missing bucket means zero or that nobody knows, the service does not say; it was seen
    /// to send zeros. Buckets that start at other moments than whole intervals after the first are
    /// there, too.
    pub fn with_gaps(&self) -> Vec<(DateTime<Utc>, Option<f64>)> {
        let mut all = Vec::new();
        let mut expected = self
            .buckets
            .first()
            .map_or(self.start, |first| self.first_start(first));
        for bucket in &self.buckets {
            while expected < bucket.start {
                all.push((expected, None));
                expected += self.interval;
            }
            all.push((bucket.start, Some(bucket.value)));
            expected = bucket.start + self.interval;
        }
        while expected < self.end {
            all.push((expected, None));
            expected += self.interval;
        }
        all
    }

    /// The start of the first bucket in the time that was asked for, so that `first` is whole
    /// intervals after it.
    fn first_start(&self, first: &MetricBucket) -> DateTime<Utc> {
        let interval = self.interval.num_seconds().max(1);
        let seconds = (first.start - self.start).num_seconds().max(0) / interval * interval;
        first.start - TimeDelta::seconds(seconds)
    }

    /// The buckets with this value where the service sent none.
    pub fn filled(&self, value: f64) -> Vec<MetricBucket> {
        let all = self.with_gaps().into_iter();
        all.map(|(start, known)| MetricBucket {
            start,
            value: known.unwrap_or(value),
        })
        .collect()
    }

    /// The sum of all buckets; `None` where they must not be added up, as
    /// [`Metric::is_additive`] says.
    pub fn sum(&self) -> Option<f64> {
        let values = self.buckets.iter().map(|bucket| bucket.value);
        self.metric.is_additive().then(|| values.sum())
    }

    /// The mean of the buckets that there are, each with the same weight; `None` without buckets.
    pub fn mean(&self) -> Option<f64> {
        let values = self.buckets.iter().map(|bucket| bucket.value);
        (!self.buckets.is_empty()).then(|| values.sum::<f64>() / self.buckets.len() as f64)
    }

    /// The bucket with the greatest value, the earliest of several; `None` without buckets.
    pub fn max(&self) -> Option<MetricBucket> {
        let greater = |a: MetricBucket, b: &MetricBucket| if b.value > a.value { *b } else { a };
        let (first, rest) = self.buckets.split_first()?;
        Some(rest.iter().fold(*first, greater))
    }

    /// The newest bucket, which may still be incomplete; `None` without buckets.
    pub fn last(&self) -> Option<MetricBucket> {
        self.buckets.last().copied()
    }
}
