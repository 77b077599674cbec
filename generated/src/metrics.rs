//! Any metric by one call, and what a dashboard makes of it.
//!
//! The functions of `serviceActivity` take the same parameters and answer with buckets of equal
//! length; [`Metric`] names them all. A [`MetricCall`] asks for one of them, whatever it counts or
//! measures, and gives a [`Series`].

mod series;
#[cfg(test)]
mod tests;

pub use crate::requests::service_activity::Metric;
pub use series::{MetricBucket, Series};

use crate::models::AggregationIntervalInMinutes;
use crate::requests::service_activity::ServiceActivityRequestBuilder;
use crate::{Page, Response, Result, Url};
use chrono::{DateTime, TimeDelta, Utc};
use odata_runtime::{Request, ResourcePath};

/// Units of metrics whose buckets add up: each event is in one bucket only. Users, apps, networks,
/// tunnels and percentages are found anew in every bucket.
const EVENTS: &[&str] = &[
    "attempts", "joins", "launches", "messages", "requests", "sign-ins",
];

impl Metric {
    /// Whether the values of adjacent buckets can be added up. Those of distinct users, apps and
    /// networks cannot, as the same one is in many buckets; nor can percentages.
    pub fn is_additive(self) -> bool {
        EVENTS.contains(&self.unit())
    }
}

impl ServiceActivityRequestBuilder {
    /// Asks for any metric, from `start` to before `end`.
    pub fn metric(
        &self,
        metric: Metric,
        start: impl Into<DateTime<Utc>>,
        end: impl Into<DateTime<Utc>>,
    ) -> MetricCall {
        MetricCall {
            resource: self.resource().clone(),
            metric,
            start: start.into(),
            end: end.into(),
            interval: AggregationIntervalInMinutes::default(),
            longest_window: None,
        }
    }
}

/// A call of any of the functions of `serviceActivity`.
///
/// It does nothing until it is sent.
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct MetricCall {
    resource: ResourcePath,
    metric: Metric,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    interval: AggregationIntervalInMinutes,
    longest_window: Option<TimeDelta>,
}

impl MetricCall {
    /// Length of a bucket in minutes; 15 if it is not set.
    pub fn aggregation_interval_in_minutes(
        mut self,
        interval: impl Into<AggregationIntervalInMinutes>,
    ) -> Self {
        self.interval = interval.into();
        self
    }

    /// The longest time that [`series`](Self::series) asks for at once; a longer one is asked for in
    /// parts. It is rounded down to whole buckets, and is one bucket at least. If it is not set,
    /// everything is asked for at once: the service documents no limit but that of 30 days back.
    pub fn longest_window(mut self, window: TimeDelta) -> Self {
        self.longest_window = Some(window);
        self
    }

    /// What is asked for.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The URL that [`send`](Self::send) would request.
    pub fn url(&self) -> Url {
        self.request(self.start, self.end).url()
    }

    /// Asks for the whole time at once, and gives the first page of the answer.
    ///
    /// # Errors
    ///
    /// If the service cannot be reached or refuses, or if its answer cannot be read.
    pub async fn send(self) -> Result<Response<Page<MetricBucket>>> {
        self.request(self.start, self.end).send().await
    }

    /// Asks for the whole time, in parts if need be, and gives all buckets in order.
    ///
    /// # Errors
    ///
    /// The first error of any part: what was read before it is dropped, as a series with a hole that
    /// nobody sees is worse than none.
    pub async fn series(self) -> Result<Series> {
        let mut buckets = Vec::new();
        for (start, end) in self.windows() {
            let mut pages = self.request(start, end).pages();
            while let Some(page) = pages.next().await {
                buckets.extend(page?.into_inner());
            }
        }
        Ok(Series::new(
            self.metric,
            self.interval(),
            (self.start, self.end),
            buckets,
        ))
    }

    fn interval(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.interval.value()).max(1))
    }

    /// The parts of the time, none longer than a window; none at all of a time that ends before it
    /// starts, which the service is asked for all the same, so that it can say what is wrong.
    fn windows(&self) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let whole = || vec![(self.start, self.end)];
        let Some(longest) = self.longest_window.filter(|_| self.start < self.end) else {
            return whole();
        };
        let buckets = longest.num_seconds() / self.interval().num_seconds();
        let Some(window) = i32::try_from(buckets.max(1))
            .ok()
            .and_then(|buckets| self.interval().checked_mul(buckets))
        else {
            return whole();
        };
        let mut windows = Vec::new();
        let mut start = self.start;
        while start < self.end {
            let end = start
                .checked_add_signed(window)
                .unwrap_or(self.end)
                .min(self.end);
            windows.push((start, end));
            start = end;
        }
        windows
    }

    fn request(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> Request<Page<MetricBucket>> {
        self.resource
            .function(self.metric.operation())
            .parameter("inclusiveIntervalStartDateTime", start)
            .parameter("exclusiveIntervalEndDateTime", end)
            .parameter("aggregationIntervalInMinutes", self.interval)
    }
}
