//! A metric over time.

use chrono::{DateTime, TimeDelta, Utc};

use super::bucket::{MetricBucket, MetricValue};
use super::collect::{Collected, Window, nanoseconds};
use crate::requests::service_activity::Metric;

/// A metric over a window of time: buckets in order, none twice.
///
/// A bucket that the service did not send, or to which it gave no value, is a gap.
/// [`with_gaps`](Self::with_gaps) shows gaps, [`filled`](Self::filled) closes them; [`buckets`](Self::buckets)
/// and the figures made of them know only what came.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Series {
    /// What was counted or measured.
    pub metric: Metric,
    /// First moment that was asked for, in UTC.
    pub start: DateTime<Utc>,
    /// First moment that was not asked for any more, in UTC.
    pub end: DateTime<Utc>,
    /// Length of a bucket.
    pub interval: TimeDelta,
    /// The buckets that have a value, in the order of time, none twice, none over another.
    pub buckets: Vec<MetricBucket>,
}

/// What to put where a series has a gap.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Fill {
    /// This value, such as a count of 0 where silence means that nothing happened.
    Value(MetricValue),
    /// The value of the bucket before. A gap at the beginning, which has none, stays open.
    Previous,
}

impl Series {
    /// A series of buckets in any order, such as for tests. Of two with one start the last is taken, of
    /// two that overlap the one that starts first. Those that end at `start` or before, or start at
    /// `end` or later, are left out.
    pub fn new(
        metric: Metric,
        start: impl Into<DateTime<Utc>>,
        end: impl Into<DateTime<Utc>>,
        interval: TimeDelta,
        buckets: impl IntoIterator<Item = MetricBucket>,
    ) -> Self {
        let (start, end) = (start.into(), end.into());
        let window = (start, end);
        let mut collected = Collected::new(window, interval);
        buckets.into_iter().for_each(|bucket| collected.add(bucket));
        Self::joined(metric, window, interval, collected.into_buckets())
    }

    /// A series of buckets that were [collected](Collected) for the window.
    pub(super) fn joined(
        metric: Metric,
        window: Window,
        interval: TimeDelta,
        buckets: Vec<MetricBucket>,
    ) -> Self {
        Self {
            metric,
            start: window.0,
            end: window.1,
            interval,
            buckets,
        }
    }

    /// What a value counts, such as `sign-ins`, or `%`.
    pub fn unit(&self) -> &'static str {
        self.metric.unit()
    }

    /// Whether no bucket has a value.
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// Every bucket of the window in order, with its start and its value; `None` is a gap.
    ///
    /// Buckets lie where those that came do. If none came, they are counted from the start. There are
    /// two more at most than the window has intervals.
    pub fn with_gaps(&self) -> impl Iterator<Item = (DateTime<Utc>, Option<MetricValue>)> + '_ {
        Points {
            series: self,
            next: 0,
            expected: self.first_start(),
        }
    }

    /// Every bucket of the window in order, gaps closed.
    pub fn filled(&self, fill: Fill) -> impl Iterator<Item = MetricBucket> + '_ {
        let mut previous = None;
        self.with_gaps().filter_map(move |(start, value)| {
            let value = value.or(match fill {
                Fill::Value(value) => Some(value),
                Fill::Previous => previous,
            });
            previous = value;
            Some(MetricBucket::new(start, value?))
        })
    }

    /// How many buckets of the window have no value.
    pub fn gaps(&self) -> usize {
        self.with_gaps()
            .filter(|(_, value)| value.is_none())
            .count()
    }

    /// Whether the values of adjacent buckets add up: those of events do, distinct users, apps and
    /// networks do not, nor do percentages. See [`Metric::is_additive`].
    pub fn is_additive(&self) -> bool {
        self.metric.is_additive()
    }

    /// How often it happened in the whole window. `None` if the metric is not additive, if no bucket
    /// has a value, or if the sum has no place in an `i64`.
    pub fn sum(&self) -> Option<i64> {
        if !self.is_additive() || self.is_empty() {
            return None;
        }
        let mut buckets = self.buckets.iter();
        buckets.try_fold(0_i64, |sum, bucket| {
            sum.checked_add(bucket.value.as_count()?)
        })
    }

    /// The bucket with the highest value; of several, the first.
    pub fn max(&self) -> Option<MetricBucket> {
        self.best(|value, best| value > best)
    }

    /// The bucket with the lowest value; of several, the first.
    pub fn min(&self) -> Option<MetricBucket> {
        self.best(|value, best| value < best)
    }

    fn best(&self, is_better: fn(f64, f64) -> bool) -> Option<MetricBucket> {
        let buckets = self.buckets.iter().copied();
        buckets.reduce(|best, bucket| {
            if is_better(bucket.value.as_f64(), best.value.as_f64()) {
                bucket
            } else {
                best
            }
        })
    }

    /// The latest bucket. Its value may still rise: the service goes on counting for some minutes.
    pub fn last(&self) -> Option<MetricBucket> {
        self.buckets.last().copied()
    }

    /// The mean of the buckets' values, gaps left out, all buckets weighted equally.
    ///
    /// Of percentages this is not the percentage of the whole window: a quiet hour weighs as much as a
    /// busy one. Of users it is how many there are in a bucket on average.
    #[allow(clippy::cast_precision_loss)]
    pub fn mean(&self) -> Option<f64> {
        let sum: f64 = self.buckets.iter().map(|it| it.value.as_f64()).sum();
        (!self.is_empty()).then(|| sum / self.buckets.len() as f64)
    }

    /// Where the first bucket of the window starts, of which `start` may be the middle.
    fn first_start(&self) -> DateTime<Utc> {
        let Some(first) = self.buckets.first() else {
            return self.start;
        };
        let before = first.start - self.start;
        if self.interval <= TimeDelta::zero() || before < self.interval {
            return first.start;
        }
        // Less than an interval, and so a time.
        let rest = nanoseconds(before) % nanoseconds(self.interval);
        let rest = TimeDelta::new((rest / 1_000_000_000) as i64, (rest % 1_000_000_000) as u32);
        self.start + rest.unwrap_or_default()
    }
}

/// The points of a series: what came, and a gap wherever an interval has nothing.
struct Points<'a> {
    series: &'a Series,
    /// The bucket that comes next of those that came.
    next: usize,
    /// Where a bucket should start next.
    expected: DateTime<Utc>,
}

impl Iterator for Points<'_> {
    type Item = (DateTime<Utc>, Option<MetricValue>);

    fn next(&mut self) -> Option<Self::Item> {
        let interval = self.series.interval;
        let is_regular = interval > TimeDelta::zero();
        let point = match self.series.buckets.get(self.next) {
            // A whole interval before the next bucket is a gap; less is a bucket out of step.
            Some(bucket) if !is_regular || bucket.start - self.expected < interval => {
                self.next += 1;
                (bucket.start, Some(bucket.value))
            }
            None if !is_regular || self.expected >= self.series.end => return None,
            _ => (self.expected, None),
        };
        self.expected = match point.0.checked_add_signed(interval) {
            Some(next) => next,
            // Time itself ends here.
            None => self.series.end,
        };
        Some(point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use proptest::prelude::*;

    const MFA: Metric = Metric::MfaSignInFailures;

    fn minute(minute: i64) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2023, 1, 1, 0, 0, 0).unwrap() + TimeDelta::minutes(minute)
    }

    fn count(at: i64, value: i64) -> MetricBucket {
        MetricBucket::new(minute(at), MetricValue::Count(value))
    }

    fn share(at: i64, value: f64) -> MetricBucket {
        MetricBucket::new(minute(at), MetricValue::Percentage(value))
    }

    /// Buckets of 10 minutes in the first hour.
    fn series(metric: Metric, buckets: &[MetricBucket]) -> Series {
        let interval = TimeDelta::minutes(10);
        Series::new(metric, minute(0), minute(60), interval, buckets.to_vec())
    }

    /// Minute and count of every point.
    fn points(series: &Series) -> Vec<(i64, Option<i64>)> {
        let points = series.with_gaps().take(1000);
        let points = points.map(|(start, value)| {
            let minute = (start - minute(0)).num_minutes();
            (minute, value.and_then(MetricValue::as_count))
        });
        points.collect()
    }

    #[test]
    fn nothing_has_no_figures() {
        let series = series(MFA, &[]);
        assert!(series.is_empty());
        assert_eq!(series.sum(), None);
        assert_eq!(series.mean(), None);
        assert_eq!(
            (series.max(), series.min(), series.last()),
            (None, None, None)
        );
        assert_eq!(series.gaps(), 6);
        assert_eq!(series.filled(Fill::Previous).count(), 0);
    }

    #[test]
    fn what_is_not_additive_is_never_summed() {
        let users = series(Metric::ExcelWebUsers, &[count(0, 3), count(10, 3)]);
        assert!(!users.is_additive());
        assert_eq!(users.sum(), None);
        assert_eq!(users.mean(), Some(3.0));
        let shares = [share(0, 90.0), share(10, 100.0)];
        let shares = series(Metric::ExchangeConnectivity, &shares);
        assert_eq!(shares.sum(), None);
        assert_eq!(shares.mean(), Some(95.0));
    }

    #[test]
    fn a_sum_that_has_no_place_is_none() {
        let series = series(MFA, &[count(0, i64::MAX), count(10, 1)]);
        assert_eq!(series.sum(), None);
        let mixed = self::series(MFA, &[count(0, 1), share(10, 1.0)]);
        assert_eq!(mixed.sum(), None, "the service sent another result type");
    }

    #[test]
    fn intervals_that_are_none_have_no_gaps_and_end() {
        for minutes in [0, -5] {
            let interval = TimeDelta::minutes(minutes);
            let buckets = [count(0, 1), count(30, 2)];
            let series = Series::new(MFA, minute(0), minute(60), interval, buckets);
            assert_eq!(points(&series), [(0, Some(1)), (30, Some(2))]);
            assert_eq!(series.gaps(), 0);
        }
    }

    #[test]
    fn the_end_of_time_is_an_end() {
        let (start, end) = (
            DateTime::<Utc>::MAX_UTC - TimeDelta::minutes(7),
            DateTime::<Utc>::MAX_UTC,
        );
        let series = Series::new(MFA, start, end, TimeDelta::minutes(5), []);
        assert_eq!(series.with_gaps().count(), 2);
        let upside_down = Series::new(MFA, end, start, TimeDelta::minutes(5), []);
        assert_eq!(upside_down.with_gaps().count(), 0);
    }

    #[test]
    fn gaps_are_shown_at_both_ends_and_between() {
        let series = series(MFA, &[count(20, 4), count(40, 5)]);
        let expected = [
            (0, None),
            (10, None),
            (20, Some(4)),
            (30, None),
            (40, Some(5)),
            (50, None),
        ];
        assert_eq!(points(&series), expected);
        assert_eq!(series.gaps(), 4);
    }

    #[test]
    fn gaps_are_filled_as_chosen() {
        let series = series(MFA, &[count(20, 4), count(40, 5)]);
        let values = |fill| -> Vec<_> {
            let filled = series.filled(fill);
            filled
                .filter_map(|bucket| bucket.value.as_count())
                .collect()
        };
        assert_eq!(
            values(Fill::Value(MetricValue::Count(0))),
            [0, 0, 4, 0, 5, 0]
        );
        assert_eq!(
            values(Fill::Previous),
            [4, 4, 5, 5],
            "nothing is known before 20"
        );
    }

    #[test]
    fn buckets_out_of_step_are_neither_lost_nor_doubled() {
        // The window starts within a bucket, as it might if the service counted from full hours.
        let early = Series::new(
            MFA,
            minute(3),
            minute(33),
            TimeDelta::minutes(10),
            [count(-7, 9), count(0, 1), count(10, 2), count(30, 3)],
        );
        let expected = [(0, Some(1)), (10, Some(2)), (20, None), (30, Some(3))];
        assert_eq!(points(&early), expected);
        let shifted = series(MFA, &[count(0, 1), count(14, 2), count(24, 3)]);
        let expected = [
            (0, Some(1)),
            (14, Some(2)),
            (24, Some(3)),
            (34, None),
            (44, None),
            (54, None),
        ];
        assert_eq!(points(&shifted), expected);
    }

    #[test]
    fn doubles_disorder_and_what_is_outside_are_put_right() {
        let buckets = [count(60, 9), count(50, 6), count(0, 1), count(50, 7)];
        let series = series(MFA, &buckets);
        assert_eq!(series.buckets, [count(0, 1), count(50, 7)]);
        assert_eq!(series.sum(), Some(8));
    }

    #[test]
    fn what_is_before_the_window_does_not_count() {
        let ancient = "0001-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let far = "9999-12-31T23:59:59Z".parse::<DateTime<Utc>>().unwrap();
        let value = MetricValue::Count(9);
        let odd = [
            ancient,
            far,
            DateTime::<Utc>::MIN_UTC,
            DateTime::<Utc>::MAX_UTC,
        ];
        let odd = odd.map(|start| MetricBucket::new(start, value));
        for interval in [-10, 0, 10] {
            let buckets = odd.into_iter().chain([count(-10, 9), count(20, 1)]);
            let interval = TimeDelta::minutes(interval);
            let series = Series::new(MFA, minute(0), minute(60), interval, buckets);
            assert_eq!(series.buckets, [count(20, 1)]);
            assert!(series.with_gaps().count() <= 6);
        }
        let empty = Series::new(
            MFA,
            minute(10),
            minute(10),
            TimeDelta::minutes(10),
            [count(5, 1)],
        );
        assert!(empty.is_empty());
    }

    #[test]
    fn of_buckets_that_overlap_one_counts() {
        for buckets in [
            [count(10, 1), count(15, 2), count(20, 3)],
            [count(20, 3), count(15, 2), count(10, 1)],
            [count(15, 2), count(10, 1), count(20, 3)],
        ] {
            let series = series(MFA, &buckets);
            assert_eq!(series.buckets, [count(10, 1), count(20, 3)]);
        }
    }

    #[test]
    fn the_first_of_equals_is_the_extreme() {
        let series = series(
            MFA,
            &[count(0, 1), count(10, 5), count(20, 5), count(30, 1)],
        );
        assert_eq!(series.max(), Some(count(10, 5)));
        assert_eq!(series.min(), Some(count(0, 1)));
        assert_eq!(series.last(), Some(count(30, 1)));
        assert_eq!(series.mean(), Some(3.0));
        assert_eq!(series.unit(), "sign-ins");
    }

    proptest! {
        #[test]
        fn every_bucket_is_one_point_and_points_are_in_order(
            starts in prop::collection::vec(-30_i64..90, 0..20),
            interval in -5_i64..40,
            end in -10_i64..90,
        ) {
            let buckets: Vec<_> = starts.iter().map(|at| count(*at, *at)).collect();
            let interval = TimeDelta::minutes(interval);
            let series = Series::new(MFA, minute(0), minute(end), interval, buckets);
            let points: Vec<_> = series.with_gaps().take(1000).collect();
            prop_assert!(points.len() < 1000, "it does not end");
            prop_assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0));
            let values = points.iter().filter_map(|(start, value)| {
                Some(MetricBucket::new(*start, (*value)?))
            });
            prop_assert_eq!(&values.collect::<Vec<_>>(), &series.buckets);
            let gaps = points.iter().filter(|(_, value)| value.is_none());
            prop_assert_eq!(gaps.count(), series.gaps());
            let filled = series.filled(Fill::Value(MetricValue::Count(0)));
            prop_assert_eq!(filled.count(), points.len());
        }

        /// Whatever comes, what is kept is bounded by the window, and in whatever order it comes.
        #[test]
        fn the_window_bounds_a_series(
            near in prop::collection::vec(-5_000_000_i64..5_000_000, 0..200),
            far in prop::collection::vec(-62_135_596_800_000_i64..253_402_300_799_999, 0..5),
            interval in -5_000_i64..1_000_000,
            length in -1_000_i64..4_000_000,
        ) {
            let moment = |milliseconds| minute(0) + TimeDelta::milliseconds(milliseconds);
            let far = far.into_iter().filter_map(DateTime::from_timestamp_millis);
            let starts: Vec<_> = near.into_iter().map(moment).chain(far).collect();
            let bucket = |start: &DateTime<Utc>| MetricBucket::new(*start, MetricValue::Count(1));
            let (end, interval) = (moment(length), TimeDelta::milliseconds(interval));
            let of = |starts: &mut dyn Iterator<Item = &DateTime<Utc>>| {
                Series::new(MFA, minute(0), end, interval, starts.map(bucket))
            };
            let series = of(&mut starts.iter());
            prop_assert_eq!(&series, &of(&mut starts.iter().rev()));

            let spacing = if interval > TimeDelta::zero() { interval } else { TimeDelta::minutes(1) };
            let starts: Vec<_> = series.buckets.iter().map(|bucket| bucket.start).collect();
            prop_assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= spacing));
            prop_assert!(starts.iter().all(|start| *start < end));
            let first = minute(0) - interval.max(TimeDelta::milliseconds(1));
            prop_assert!(starts.iter().all(|start| *start > first));
            let most = length.max(0) / spacing.num_milliseconds() + 2;
            let points = series.with_gaps().take(1_000_000).count();
            prop_assert!(i64::try_from(points).unwrap() <= most, "{} points", points);
        }
    }
}
