//! Which buckets count: those of the window, none twice, none over another.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::bucket::MetricBucket;

/// A window of time, as its first moment and the first one after it.
pub(super) type Window = (DateTime<Utc>, DateTime<Utc>);

/// The shortest time that an interval can be: the service computes values per minute.
const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// Pages that one call may have beyond one for each bucket: a page may be empty.
const EXTRA_PAGES: usize = 16;

/// Whether a bucket from `start` on has a part of the window.
///
/// The service is not known to count buckets from the start of every window, so the window may start
/// within one.
pub(super) fn is_within(window: Window, interval: TimeDelta, start: DateTime<Utc>) -> bool {
    let ends_after = start >= window.0 || window.0 - start < interval;
    window.0 < window.1 && start < window.1 && ends_after
}

/// How many pages a call of this window may have: as many as it can have buckets, and some more.
pub(super) fn most_pages(window: Window, interval: TimeDelta) -> usize {
    let length = (window.1 - window.0).max(TimeDelta::zero());
    // One more for a part of an interval at each end.
    let buckets = nanoseconds(length) / nanoseconds(spacing(interval)) + 2;
    usize::try_from(buckets).map_or(usize::MAX, |buckets| buckets.saturating_add(EXTRA_PAGES))
}

/// The buckets of a window that came so far, not more than one for each interval.
pub(super) struct Collected {
    window: Window,
    interval: TimeDelta,
    /// By the number of the interval that the bucket starts in, counted from the start of the window.
    buckets: BTreeMap<i128, MetricBucket>,
}

impl Collected {
    pub(super) fn new(window: Window, interval: TimeDelta) -> Self {
        Self {
            window,
            interval,
            buckets: BTreeMap::new(),
        }
    }

    /// Adds a bucket if it is of the window.
    ///
    /// Of two with one start the later one counts, for young buckets still rise; of two that start
    /// within one interval, of which one must be wrong, the one that starts first, in whatever order
    /// they come.
    pub(super) fn add(&mut self, bucket: MetricBucket) {
        if !is_within(self.window, self.interval, bucket.start) {
            return;
        }
        let offset = nanoseconds(bucket.start - self.window.0);
        let number = offset.div_euclid(nanoseconds(spacing(self.interval)));
        let place = self.buckets.entry(number).or_insert(bucket);
        if bucket.start <= place.start {
            *place = bucket;
        }
    }

    /// The buckets in order, without those that start before the one before them has ended.
    pub(super) fn into_buckets(self) -> Vec<MetricBucket> {
        let spacing = spacing(self.interval);
        let mut buckets: Vec<MetricBucket> = Vec::with_capacity(self.buckets.len());
        for bucket in self.buckets.into_values() {
            let last = buckets.last();
            if last.is_none_or(|last| bucket.start - last.start >= spacing) {
                buckets.push(bucket);
            }
        }
        buckets
    }
}

/// The least time between the starts of two buckets.
fn spacing(interval: TimeDelta) -> TimeDelta {
    if interval > TimeDelta::zero() {
        interval
    } else {
        MINUTE
    }
}

/// A time as a number that every time has.
pub(super) fn nanoseconds(time: TimeDelta) -> i128 {
    i128::from(time.num_seconds()) * 1_000_000_000 + i128::from(time.subsec_nanos())
}
