//! Windows of time, split for calls of limited length.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

use super::collect::Window;

/// A multiple of every length that buckets can have.
const ROUND: TimeDelta = TimeDelta::minutes(30);

/// The window of this length that ends at the last full half hour, as its start and its end: buckets of any
/// length begin at round times in it, so that those of two calls can be compared.
///
/// ```
/// use chrono::{TimeDelta, TimeZone, Utc};
/// use graph_service_activity::metrics;
///
/// let now = Utc.with_ymd_and_hms(2026, 3, 1, 12, 47, 11).unwrap();
/// let (start, end) = metrics::last(TimeDelta::hours(24), now);
/// assert_eq!(end.to_string(), "2026-03-01 12:30:00 UTC");
/// assert_eq!(start.to_string(), "2026-02-28 12:30:00 UTC");
/// ```
pub fn last(length: TimeDelta, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    // Times beyond those that nanoseconds can count stay as they are.
    let end = now.duration_trunc(ROUND).unwrap_or(now);
    (end.checked_sub_signed(length).unwrap_or(end), end)
}

/// The parts of a window, in order, each as its first moment and the first one after it.
///
/// All but the last are a whole number of intervals long and at most `longest`, but one interval at
/// least: the service counts buckets from the start of a call, so that all parts' buckets lie as those
/// of the whole would. There is always a first part, even of a window that is empty or upside down:
/// telling what is wrong with it is the service's part. So is an interval that is none, which nothing
/// can be split by.
pub(super) fn split(
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    interval: TimeDelta,
    longest: TimeDelta,
) -> impl Iterator<Item = Window> {
    let step = step(interval, longest);
    let part = move |start: DateTime<Utc>| {
        let next = step.and_then(|step| start.checked_add_signed(step));
        (start, next.map_or(end, |next| next.min(end)))
    };
    // An upside down window ends before its first part does.
    let first = (start, part(start).1);
    std::iter::successors(Some(first), move |(_, previous)| {
        (*previous < end && *previous > start).then(|| part(*previous))
    })
}

/// The longest whole number of intervals within `longest`, one at least.
fn step(interval: TimeDelta, longest: TimeDelta) -> Option<TimeDelta> {
    let seconds = interval.num_seconds();
    if seconds <= 0 {
        return None;
    }
    let count = (longest.num_seconds() / seconds).max(1);
    TimeDelta::try_seconds(count.checked_mul(seconds)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use proptest::prelude::*;

    fn minute(minute: i64) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2023, 1, 1, 0, 0, 0).unwrap() + TimeDelta::minutes(minute)
    }

    /// The parts of a window from minute 0 on, in minutes.
    fn parts(end: i64, interval: i64, longest: i64) -> Vec<(i64, i64)> {
        let minutes = |time: DateTime<Utc>| (time - minute(0)).num_minutes();
        let interval = TimeDelta::minutes(interval);
        let parts = split(
            minute(0),
            minute(end),
            interval,
            TimeDelta::minutes(longest),
        );
        let parts = parts.map(|(start, end)| (minutes(start), minutes(end)));
        parts.take(100).collect()
    }

    #[test]
    fn windows_that_make_no_sense_are_one_call() {
        assert_eq!(parts(0, 10, 60), [(0, 0)]);
        assert_eq!(parts(-90, 10, 60), [(0, -90)]);
        assert_eq!(parts(600, 0, 60), [(0, 600)]);
        assert_eq!(parts(600, -5, 60), [(0, 600)]);
        let always = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        let all = split(always.0, always.1, TimeDelta::minutes(5), TimeDelta::MAX);
        assert_eq!(all.collect::<Vec<_>>(), [always]);
        let late = DateTime::<Utc>::MAX_UTC - TimeDelta::minutes(1);
        let all = split(late, always.1, TimeDelta::minutes(5), TimeDelta::zero());
        assert_eq!(all.collect::<Vec<_>>(), [(late, always.1)]);
    }

    #[test]
    fn a_limit_below_the_interval_is_the_interval() {
        assert_eq!(parts(30, 15, 1), [(0, 15), (15, 30)]);
        assert_eq!(parts(30, 15, -7), [(0, 15), (15, 30)]);
    }

    #[test]
    fn parts_are_whole_intervals_and_leave_nothing_out() {
        assert_eq!(parts(60, 15, 60), [(0, 60)]);
        assert_eq!(parts(61, 15, 60), [(0, 60), (60, 61)]);
        assert_eq!(parts(100, 15, 40), [(0, 30), (30, 60), (60, 90), (90, 100)]);
    }

    proptest! {
        #[test]
        fn parts_follow_each_other_from_start_to_end(
            length in 1_i64..200_000,
            interval in 1_i64..100,
            longest in -10_i64..20_000,
        ) {
            let (start, end) = (minute(0), minute(0) + TimeDelta::seconds(length));
            let (step, limit) = (TimeDelta::minutes(interval), TimeDelta::minutes(longest));
            let parts: Vec<_> = split(start, end, step, limit).collect();
            prop_assert_eq!(parts[0].0, start);
            prop_assert_eq!(parts[parts.len() - 1].1, end);
            prop_assert!(parts.windows(2).all(|pair| pair[0].1 == pair[1].0));
            for (from, to) in &parts {
                prop_assert!(from < to && *to - *from <= limit.max(step));
                prop_assert_eq!((*from - start).num_minutes() % interval, 0);
            }
        }
    }
}
