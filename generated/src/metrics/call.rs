//! One call for every metric.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use odata_runtime::{
    BoxFuture, ConfigureRequest, Page, Pages, Request, RequestOptions, ResourcePath, Response,
    Result, Url,
};

use super::bucket::{MetricBucket, WireBucket};
use super::collect::{Collected, Window, is_within, most_pages};
use super::series::Series;
use super::windows::split;
use crate::models::AggregationIntervalInMinutes;
use crate::requests::service_activity::Metric;

/// The longest window that is asked for in one call, unless a call has another limit: 30 days, for no
/// start may lie further back and no page of the documentation has a limit of its own.
pub const LONGEST_WINDOW: TimeDelta = TimeDelta::days(30);

/// How long a series may take in total, with all its requests and waits, unless a call has another
/// limit: an hour.
pub const MAX_TIME: Duration = Duration::from_secs(60 * 60);

/// A call of any metric's function, made by
/// [`metric`](crate::requests::service_activity::ServiceActivityRequestBuilder::metric).
///
/// It does nothing until it is sent: [`send`](Self::send) asks once, [`series`](Self::series) asks as
/// often as the window needs and puts the answers together.
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is sent"]
pub struct MetricCall {
    metric: Metric,
    /// The request without a window.
    request: Request<Page<WireBucket>>,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    interval: AggregationIntervalInMinutes,
    longest_window: TimeDelta,
    max_pages: Option<usize>,
    max_time: Duration,
}

impl MetricCall {
    pub(super) fn new(
        resource: &ResourcePath,
        metric: Metric,
        start: DateTime<Utc>,
        end: DateTime<Utc>,
    ) -> Self {
        Self {
            metric,
            request: resource.function(metric.operation()),
            start,
            end,
            interval: AggregationIntervalInMinutes::default(),
            longest_window: LONGEST_WINDOW,
            max_pages: None,
            max_time: MAX_TIME,
        }
    }

    /// Length of a bucket: 5, 10, 15 or 30 minutes. 15 if it is not set.
    pub fn aggregation_interval_in_minutes(
        mut self,
        value: impl Into<AggregationIntervalInMinutes>,
    ) -> Self {
        self.interval = value.into();
        self
    }

    /// The longest window that [`series`](Self::series) asks for at once; [`LONGEST_WINDOW`] by
    /// default. It is rounded down to a whole number of intervals, one at least.
    pub fn longest_window(mut self, longest: TimeDelta) -> Self {
        self.longest_window = longest;
        self
    }

    /// How many pages [`series`](Self::series) may ask for in total. By default one for each bucket that
    /// the window can have, and a few more, since a page may be empty.
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.max_pages = Some(pages);
        self
    }

    /// How long [`series`](Self::series) may take in total, by the client's clock; [`MAX_TIME`] by
    /// default. Each request has its own [`timeout`](ConfigureRequest::timeout) within it.
    pub fn max_time(mut self, time: Duration) -> Self {
        self.max_time = time;
        self
    }

    /// The metric.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The first moment that is counted, in UTC.
    pub fn start(&self) -> DateTime<Utc> {
        self.start
    }

    /// The first moment that is no longer counted, in UTC.
    pub fn end(&self) -> DateTime<Utc> {
        self.end
    }

    /// The URL that [`send`](Self::send) requests.
    pub fn url(&self) -> Url {
        self.request_of((self.start, self.end)).url()
    }

    /// Sends one request for the whole window and gives the first page of its answer. Buckets to which
    /// the service gives no value are left out.
    ///
    /// # Errors
    ///
    /// If the service cannot be reached or refuses, or if its answer cannot be read; see
    /// [`ErrorKind`](crate::ErrorKind).
    pub async fn send(self) -> Result<Response<Page<MetricBucket>>> {
        let answer = self.request_of((self.start, self.end)).send().await?;
        Ok(answer.map(without_empty))
    }

    /// Asks for the whole window, in as many requests as it needs, and puts the answers together:
    /// buckets in order, none twice, none outside the window, all pages.
    ///
    /// The service counts buckets from the start of the window. One that is a whole number of
    /// intervals after midnight, such as 10:30, gives buckets that can be compared with those of other
    /// calls. Should the window start within a bucket all the same, that bucket counts; one that ends
    /// before the window, or starts at its end, does not, whatever the service sends. Nor does one that
    /// starts before another has ended.
    ///
    /// # Errors
    ///
    /// The first error of any request, as [`send`](Self::send) has them, and
    /// [`ErrorKind::StreamLimit`](crate::ErrorKind::StreamLimit) when the service sends more pages than
    /// [`max_pages`](Self::max_pages) allows, or when it takes longer than [`max_time`](Self::max_time).
    pub async fn series(self) -> Result<Series> {
        let (window, interval) = ((self.start, self.end), self.interval());
        let mut collected = Collected::new(window, interval);
        let mut last: Option<Pages<WireBucket>> = None;
        let mut limit = 0_usize;
        for part in split(self.start, self.end, interval, self.longest_window) {
            limit = limit.saturating_add(most_pages(part, interval));
            let pages = self.request_of(part).pages().max_time(self.max_time);
            let pages = pages.max_pages(self.max_pages.unwrap_or(limit));
            let pages = match &last {
                Some(last) => pages.counting_on(last),
                None => pages,
            };
            let pages = last.insert(pages);
            while let Some(page) = pages.next().await {
                let page = page?.into_inner().value;
                let buckets = page.into_iter().filter_map(|WireBucket(bucket)| bucket);
                // The documentation shows an answer with a bucket at the exclusive end.
                buckets
                    .filter(|bucket| is_within(part, interval, bucket.start))
                    .for_each(|bucket| collected.add(bucket));
            }
        }
        let buckets = collected.into_buckets();
        Ok(Series::joined(self.metric, window, interval, buckets))
    }

    /// The length of a bucket.
    fn interval(&self) -> TimeDelta {
        TimeDelta::minutes(self.interval.value().into())
    }

    fn request_of(&self, window: Window) -> Request<Page<WireBucket>> {
        // The interval is never left to the service: a series must know what it is.
        let request = self.request.clone();
        request
            .parameter("inclusiveIntervalStartDateTime", window.0)
            .parameter("exclusiveIntervalEndDateTime", window.1)
            .parameter("aggregationIntervalInMinutes", self.interval)
    }
}

/// A page without the buckets that have no value.
fn without_empty(page: Page<WireBucket>) -> Page<MetricBucket> {
    let buckets = page.value.into_iter();
    let mut result = Page::new(buckets.filter_map(|WireBucket(bucket)| bucket).collect());
    result.next_link = page.next_link;
    result.delta_link = page.delta_link;
    result.count = page.count;
    result.context = page.context;
    result.additional_properties = page.additional_properties;
    result
}

/// Settings go with every request of the call.
impl ConfigureRequest for MetricCall {
    fn options_mut(&mut self) -> &mut RequestOptions {
        self.request.options_mut()
    }
}

impl IntoFuture for MetricCall {
    type Output = Result<Series>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    /// The [`series`](Self::series).
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.series())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Client;
    use chrono::TimeZone;

    fn call(minutes: i64) -> MetricCall {
        let client = Client::builder().bearer_token("token").build().unwrap();
        let start = Utc.with_ymd_and_hms(2024, 2, 29, 12, 0, 0).unwrap();
        let activity = client.reports().service_activity();
        activity.metric(
            Metric::MfaSignInFailures,
            start,
            start + TimeDelta::minutes(minutes),
        )
    }

    #[test]
    fn a_call_is_that_of_the_function() {
        let call = call(20).aggregation_interval_in_minutes(10);
        assert_eq!(
            call.url().path(),
            "/beta/reports/serviceActivity/getMetricsForMfaSignInFailure(\
             inclusiveIntervalStartDateTime=2024-02-29T12:00:00Z,\
             exclusiveIntervalEndDateTime=2024-02-29T12:20:00Z,aggregationIntervalInMinutes=10)"
        );
        assert!(call.url().query().is_none());
    }

    #[test]
    fn the_default_interval_is_said() {
        let url = call(20).url();
        assert!(
            url.path().ends_with("aggregationIntervalInMinutes=15)"),
            "{url}"
        );
    }

    #[test]
    fn a_page_keeps_what_came_with_its_buckets() {
        let json = serde_json::json!({
            "@odata.context": "c", "@odata.nextLink": "n", "@odata.count": 3, "tip": 1,
            "value": [
                {"intervalStartDateTime": "2023-01-10T00:00:00Z", "percentage": 50},
                {"intervalStartDateTime": "2023-01-10T00:10:00Z", "percentage": "NaN"},
            ],
        });
        let page = without_empty(serde_json::from_value(json).unwrap());
        assert_eq!(page.value.len(), 1);
        assert_eq!(page.value[0].value.as_percentage(), Some(50.0));
        assert_eq!(page.context.as_deref(), Some("c"));
        assert_eq!(page.next_link.as_deref(), Some("n"));
        assert_eq!((page.count, page.additional_properties.len()), (Some(3), 1));
    }
}
