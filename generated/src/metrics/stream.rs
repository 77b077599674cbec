//! Several metrics at the same time.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use chrono::TimeDelta;
use futures_core::Stream;
use odata_runtime::{BoxFuture, Result};

use super::call::MetricCall;
use super::series::Series;
use crate::models::AggregationIntervalInMinutes;
use crate::requests::service_activity::Metric;

/// How many series are asked for at the same time, unless a stream has another limit.
///
/// No limit of the service names `serviceActivity`. The strictest that may be meant, that of the
/// identity and access reports, is 5 requests in 10 seconds for one app in one tenant
/// (<https://learn.microsoft.com/graph/throttling-limits>); 4 leave one to others. A call that is
/// throttled all the same keeps its place while it waits as long as the service asks for, so that
/// the others slow down with it.
pub const CONCURRENCY: usize = 4;

/// Series of several metrics, asked for at the same time within a limit.
///
/// A [`Stream`] of each metric with its [`Series`], in the order in which they arrive, and without
/// stream tools [`next`](Self::next). The error of one metric, such as a permission that is missing,
/// does not end the others. Nothing is sent before the stream is polled; dropping it stops what is
/// under way.
///
/// Settings that are made once the stream was polled hold for calls that are not under way yet.
#[must_use = "a stream does nothing until it is polled"]
pub struct MetricStream {
    waiting: VecDeque<MetricCall>,
    running: Vec<(Metric, BoxFuture<'static, Result<Series>>)>,
    concurrency: usize,
}

impl MetricStream {
    /// A stream of these calls, which begin in this order.
    ///
    /// Calls may differ in everything, such as their windows, or the timeouts that
    /// [`ConfigureRequest`](crate::ConfigureRequest) sets.
    pub fn new(calls: impl IntoIterator<Item = MetricCall>) -> Self {
        Self {
            waiting: calls.into_iter().collect(),
            running: Vec::new(),
            concurrency: CONCURRENCY,
        }
    }

    /// Length of a bucket: 5, 10, 15 or 30 minutes; 15 by default.
    pub fn aggregation_interval_in_minutes(
        self,
        value: impl Into<AggregationIntervalInMinutes>,
    ) -> Self {
        let value = value.into();
        self.map(|call| call.aggregation_interval_in_minutes(value))
    }

    /// The longest window that is asked for at once; see [`MetricCall::longest_window`].
    pub fn longest_window(self, longest: TimeDelta) -> Self {
        self.map(|call| call.longest_window(longest))
    }

    fn map(mut self, change: impl FnMut(MetricCall) -> MetricCall) -> Self {
        self.waiting = self.waiting.into_iter().map(change).collect();
        self
    }

    /// How many series are asked for at the same time, at least 1; [`CONCURRENCY`] by default.
    pub fn concurrency(mut self, limit: usize) -> Self {
        self.concurrency = limit.max(1);
        self
    }

    /// The next metric with its series, or with what went wrong; `None` at the end.
    pub async fn next(&mut self) -> Option<(Metric, Result<Series>)> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    fn start_waiting(&mut self) {
        while self.running.len() < self.concurrency {
            let Some(call) = self.waiting.pop_front() else {
                return;
            };
            let metric = call.metric();
            self.running.push((metric, Box::pin(call.series())));
        }
    }
}

impl Stream for MetricStream {
    type Item = (Metric, Result<Series>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.start_waiting();
        // So few futures that asking all of them costs less than keeping account of who woke.
        for index in 0..self.running.len() {
            let (metric, series) = &mut self.running[index];
            if let Poll::Ready(result) = series.as_mut().poll(context) {
                let metric = *metric;
                drop(self.running.remove(index));
                return Poll::Ready(Some((metric, result)));
            }
        }
        if self.running.is_empty() {
            Poll::Ready(None)
        } else {
            Poll::Pending
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.waiting.len() + self.running.len();
        (left, Some(left))
    }
}

impl fmt::Debug for MetricStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let running: Vec<_> = self.running.iter().map(|(metric, _)| metric).collect();
        formatter
            .debug_struct("MetricStream")
            .field("waiting", &self.waiting)
            .field("running", &running)
            .field("concurrency", &self.concurrency)
            .finish()
    }
}
