//! How many requests are taken in a window of time, and what services tell of it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chrono::{DateTime, TimeDelta, Utc};

use crate::faults::{Fault, RetryAfter};

/// The share of a quota from which on services tell how much is used.
const TOLD_FROM: f64 = 0.8;

/// The most that Graph tells of.
const TOLD_TO: f64 = 1.8;

/// What Graph documents as an example: scope, limit, application and tenant.
const SCOPE: &str = "Tenant_Application/ReadWrite/9a3d526c-b3c1-4479-ba74-197b5c5751ae/\
     0785ef7c-2d7a-4542-b048-95bcab406e0b";

const REASON: &str = "ResourceUnitLimitExceeded";

/// Whether answers tell how much of a quota is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Announcement {
    Silent,
    Told,
}

/// How many requests are taken in a window of time.
#[derive(Debug)]
pub(crate) struct Quota {
    requests: u64,
    window: TimeDelta,
    announcement: Announcement,
    state: Mutex<Window>,
}

/// The window that is open.
#[derive(Debug, Default)]
struct Window {
    start: Option<DateTime<Utc>>,
    taken: u64,
    refused: u64,
}

/// How much of a quota is used once a request was counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Usage {
    limit: u64,
    remaining: u64,
    refused: u64,
    /// The time until the window ends, in whole seconds, never one too few.
    reset: u64,
    announcement: Announcement,
}

impl Quota {
    pub(crate) fn new(requests: u64, window: Duration, announcement: Announcement) -> Self {
        Self {
            requests,
            window: TimeDelta::from_std(window).unwrap_or(TimeDelta::MAX),
            announcement,
            state: Mutex::default(),
        }
    }

    /// Counts a request.
    pub(crate) fn draw(&self, now: DateTime<Utc>) -> Usage {
        let mut open = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = open.start.map(|start| now - start);
        let left = passed.and_then(|passed| self.window.checked_sub(&passed));
        let left = left.filter(|left| *left > TimeDelta::zero() && *left <= self.window);
        if left.is_none() {
            *open = Window {
                start: Some(now),
                ..Window::default()
            };
        }
        if open.taken < self.requests {
            open.taken += 1;
        } else {
            open.refused += 1;
        }
        let left = left.unwrap_or(self.window);
        let seconds = (left + TimeDelta::seconds(1) - TimeDelta::nanoseconds(1)).num_seconds();
        Usage {
            limit: self.requests,
            remaining: self.requests - open.taken,
            refused: open.refused,
            reset: seconds.unsigned_abs(),
            announcement: self.announcement,
        }
    }
}

impl Usage {
    /// The answer to a request that is one too many.
    pub(crate) fn throttled(&self) -> Option<Fault> {
        (self.refused > 0).then_some(Fault::TooManyRequests {
            retry_after: RetryAfter::Seconds(self.reset),
        })
    }

    /// What is used, as a share of the quota; what was refused counts, too.
    fn share(&self) -> f64 {
        let used = self.limit - self.remaining + self.refused;
        used as f64 / self.limit.max(1) as f64
    }

    /// Tells of it in the headers of an answer.
    pub(crate) fn write_to(&self, headers: &mut HeaderMap) {
        if self.announcement == Announcement::Silent || self.share() < TOLD_FROM {
            return;
        }
        let percentage = self.share().clamp(TOLD_FROM, TOLD_TO);
        for (name, value) in [
            ("ratelimit-limit", self.limit.to_string()),
            ("ratelimit-remaining", self.remaining.to_string()),
            ("ratelimit-reset", self.reset.to_string()),
            ("x-ms-throttle-limit-percentage", format!("{percentage:.2}")),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        if self.refused > 0 {
            headers.insert("x-ms-throttle-scope", HeaderValue::from_static(SCOPE));
            headers.insert(
                "x-ms-throttle-information",
                HeaderValue::from_static(REASON),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        Utc.timestamp_millis_opt(millis).unwrap()
    }

    fn told(usage: &Usage) -> Vec<(String, String)> {
        let mut headers = HeaderMap::new();
        usage.write_to(&mut headers);
        let told = headers.iter();
        told.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect()
    }

    #[test]
    fn the_window_ends_and_begins_anew() {
        let quota = Quota::new(1, Duration::from_secs(10), Announcement::Told);
        let draw = |millis| {
            let usage = quota.draw(at(millis));
            (usage.remaining, usage.refused, usage.reset)
        };
        assert_eq!(draw(0), (0, 0, 10));
        assert_eq!(draw(1), (0, 1, 10), "never a second too few");
        assert_eq!(draw(9_999), (0, 2, 1));
        assert_eq!(draw(10_000), (0, 0, 10));
        assert_eq!(
            draw(5_000),
            (0, 0, 10),
            "a clock that goes back begins anew"
        );
    }

    #[test]
    fn usage_is_told_from_four_fifths_on() {
        let quota = Quota::new(5, Duration::from_secs(10), Announcement::Told);
        let counts: Vec<usize> = (0..15).map(|_| told(&quota.draw(at(0))).len()).collect();
        assert_eq!(counts[..6], [0, 0, 0, 4, 4, 6]);
        let last = told(&quota.draw(at(0)));
        let percentage = (
            "x-ms-throttle-limit-percentage".to_owned(),
            "1.80".to_owned(),
        );
        assert!(last.contains(&percentage), "{last:?}");
        let silent = Quota::new(1, Duration::from_secs(10), Announcement::Silent);
        assert!(told(&silent.draw(at(0))).is_empty());
    }

    #[test]
    fn a_quota_of_nothing_takes_nothing() {
        let quota = Quota::new(0, Duration::from_secs(10), Announcement::Told);
        let usage = quota.draw(at(0));
        assert!(usage.throttled().is_some());
        assert_eq!(told(&usage).len(), 6);
    }
}
