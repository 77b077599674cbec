//! What every dashboard needs: any metric by one call, as a time series that is whole.
//!
//! The functions of `serviceActivity` differ in name and result; a [`Metric`] says which one is meant,
//! and what it counts.
//! [`metric`](crate::requests::service_activity::ServiceActivityRequestBuilder::metric) calls any of
//! them, and [`MetricCall::series`] puts the answers of a long window together as a [`Series`], which
//! knows its gaps and whether its values may be added up.
//! [`all_metrics`](crate::requests::service_activity::ServiceActivityRequestBuilder::all_metrics) asks
//! for all of them, a few at a time.
//!
//! ```no_run
//! use chrono::{TimeDelta, Utc};
//! use graph_service_activity::metrics::{self, Metric};
//! use graph_service_activity::{Client, Result};
//!
//! # async fn example() -> Result<()> {
//! let client = Client::from_env()?;
//! let activity = client.reports().service_activity();
//!
//! let (start, end) = metrics::last(TimeDelta::days(7), Utc::now());
//! let failures = activity
//!     .metric(Metric::MfaSignInFailures, start, end)
//!     .aggregation_interval_in_minutes(30)
//!     .series()
//!     .await?;
//! if let Some(total) = failures.sum() {
//!     println!("{total} {}, {} gaps", failures.unit(), failures.gaps());
//! }
//!
//! let (start, end) = metrics::last(TimeDelta::days(1), Utc::now());
//! let mut all = activity.all_metrics(start, end);
//! while let Some((metric, series)) = all.next().await {
//!     match series {
//!         Ok(series) => println!("{}: {:?}", metric.title(), series.max()),
//!         Err(error) => println!("{}: {error}", metric.title()),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod bucket;
mod call;
mod collect;
mod info;
mod series;
mod stream;
mod windows;

use chrono::{DateTime, Utc};

pub use crate::requests::service_activity::Metric;
pub use bucket::{MetricBucket, MetricValue};
pub use call::{LONGEST_WINDOW, MAX_TIME, MetricCall};
pub use info::MetricFamily;
pub use series::{Fill, Series};
pub use stream::{CONCURRENCY, MetricStream};
pub use windows::last;

use crate::requests::service_activity::ServiceActivityRequestBuilder;

/// Any metric, and all of them; see [`metrics`](crate::metrics).
impl ServiceActivityRequestBuilder {
    /// A call of the metric's function, from `start` up to, but not including, `end`.
    ///
    /// The start may lie at most 30 days in the past. Buckets of 15 minutes are asked for, unless the
    /// call is told otherwise.
    pub fn metric(
        &self,
        metric: Metric,
        start: impl Into<DateTime<Utc>>,
        end: impl Into<DateTime<Utc>>,
    ) -> MetricCall {
        MetricCall::new(self.resource(), metric, start.into(), end.into())
    }

    /// Series of these metrics, asked for a few at a time, from `start` up to, but not including, `end`.
    pub fn metrics(
        &self,
        metrics: impl IntoIterator<Item = Metric>,
        start: impl Into<DateTime<Utc>>,
        end: impl Into<DateTime<Utc>>,
    ) -> MetricStream {
        let (start, end) = (start.into(), end.into());
        let metrics = metrics.into_iter();
        MetricStream::new(metrics.map(|metric| self.metric(metric, start, end)))
    }

    /// Series of all metrics, asked for a few at a time, from `start` up to, but not including, `end`.
    ///
    /// They need several permissions: one for each [`MetricFamily`] but Global Secure Access, which
    /// shares that of the sign-ins.
    pub fn all_metrics(
        &self,
        start: impl Into<DateTime<Utc>>,
        end: impl Into<DateTime<Utc>>,
    ) -> MetricStream {
        self.metrics(Metric::ALL.iter().copied(), start, end)
    }
}
