//! When to retry, and how long to wait before.
//!
//! The crate `backon` was considered: it produces the sequence of delays, the few lines of
//! [`RetryPolicy::backoff`]. What matters here (`Retry-After`, the total deadline, the claims
//! challenge, a clock that tests replace) does not fit its combinators.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use http::HeaderMap;
use http::header::RETRY_AFTER;

/// Whether, how often and after what delay a request is retried.
///
/// Requests that were not processed are retried, whatever their method: those that were throttled
/// (429, and 503 with `Retry-After`) and those for which no connection could be made. After other
/// 503s, 504, a broken connection, or an attempt that timed out, only idempotent requests are
/// retried (RFC 9110, section 9.2.2: GET, HEAD, OPTIONS, PUT, DELETE), since others may have been
/// processed. A request whose body came from a stream is never retried.
///
/// `Retry-After` is obeyed, plus up to a quarter, so that clients that were told the same do not
/// all return at once. Without it, the delay grows exponentially, with jitter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryPolicy {
    max_retries: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    max_retry_after: Duration,
}

impl Default for RetryPolicy {
    /// Three retries; a backoff from 1 s to 60 s; `Retry-After` up to 180 s.
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl RetryPolicy {
    pub(crate) const DEFAULT: Self = Self {
        max_retries: 3,
        initial_backoff: Duration::from_secs(1),
        max_backoff: Duration::from_secs(60),
        max_retry_after: Duration::from_secs(180),
    };

    /// The default policy.
    pub fn new() -> Self {
        Self::default()
    }

    /// No retries.
    pub fn none() -> Self {
        Self::default().max_retries(0)
    }

    /// How many retries to make after the first attempt.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The upper bound of the first delay. It doubles with each retry; the actual delay is random,
    /// between half of the bound and all of it.
    #[must_use]
    pub fn initial_backoff(mut self, backoff: Duration) -> Self {
        self.initial_backoff = backoff;
        self
    }

    /// The longest delay that the backoff grows to.
    #[must_use]
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// The longest delay that a service may ask for. If it asks for a longer one, the request fails
    /// at once with the service's error, whose [`Error::retry_after`](crate::Error::retry_after)
    /// has the delay.
    #[must_use]
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// The delay before the next attempt after `retries` of them, or `None` to give up.
    ///
    /// `jitter` is a number in `0.0..1.0`.
    pub(crate) fn next_wait(
        &self,
        retries: u32,
        retry_after: Option<Duration>,
        jitter: f64,
    ) -> Option<Duration> {
        if retries >= self.max_retries {
            return None;
        }
        match retry_after {
            // To ask again earlier would be to ask in vain, and be throttled for longer.
            Some(wait) if wait > self.max_retry_after => None,
            Some(wait) => {
                let spread = wait.saturating_add(later(wait, jitter));
                Some(spread.min(self.max_retry_after))
            }
            None => Some(self.backoff(retries, jitter)),
        }
    }

    /// The delay before the next attempt, if it ends before the time that is left: waiting into a deadline
    /// would only turn the service's error into a timeout. The shortest one may still fit.
    pub(crate) fn next_wait_within(
        &self,
        retries: u32,
        retry_after: Option<Duration>,
        jitter: f64,
        left: Duration,
    ) -> Option<Duration> {
        [jitter, 0.0]
            .into_iter()
            .filter_map(|jitter| self.next_wait(retries, retry_after, jitter))
            .find(|wait| *wait < left)
    }

    fn backoff(&self, retries: u32, jitter: f64) -> Duration {
        let doubled = 2_u32
            .checked_pow(retries)
            .and_then(|factor| self.initial_backoff.checked_mul(factor));
        let longest = doubled.unwrap_or(self.max_backoff).min(self.max_backoff);
        longest.mul_f64(0.5 + jitter / 2.0)
    }
}

/// How much to add to the delay that the service asked for: up to a quarter of it, at least up to
/// 0.25 s, at most 15 s.
fn later(asked: Duration, jitter: f64) -> Duration {
    let base = asked.clamp(Duration::from_secs(1), Duration::from_secs(60));
    base.mul_f64(jitter / 4.0)
}

/// How long the service asks to wait (RFC 9110, section 10.2.3).
///
/// Fractions of a second are not in the standard, but services send them.
pub(crate) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Some(seconds) = seconds(value) {
        return Some(seconds);
    }
    let date = http_date(value)?;
    // A date in the past asks for no wait.
    Some((date - now).to_std().unwrap_or_default())
}

fn seconds(text: &str) -> Option<Duration> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !plain {
        return None;
    }
    let seconds = text.parse().ok()?;
    // Absurdly many seconds are no error, only a wait that no policy has time for.
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

/// The three forms of a date that RFC 9110, section 5.6.7, makes recipients accept.
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    let forms = [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
    ];
    let parsed = forms
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    Some(parsed.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn wait(value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(value).unwrap());
        let now = "1994-11-06T08:49:07Z".parse().unwrap();
        retry_after(&headers, now)
    }

    #[test]
    fn seconds_and_their_fractions_are_read() {
        for (value, expected) in [
            ("0", Some(0)),
            ("10", Some(10_000)),
            ("2.128", Some(2_128)),
            (" 3 ", Some(3_000)),
            ("-1", None),
            ("1e3", None),
            ("soon", None),
            ("", None),
            (".", None),
            ("1.2.3", None),
        ] {
            assert_eq!(
                wait(value),
                expected.map(Duration::from_millis),
                "{value:?}"
            );
        }
    }

    #[test]
    fn all_three_forms_of_dates_are_read() {
        for date in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(wait(date), Some(Duration::from_secs(30)), "{date}");
        }
    }

    #[test]
    fn a_date_in_the_past_asks_for_no_wait() {
        assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
    }

    #[test]
    fn a_wait_beyond_the_limit_ends_the_request() {
        let policy = RetryPolicy::default();
        for asked in ["181", "3600", &"9".repeat(400)] {
            assert_eq!(policy.next_wait(0, wait(asked), 0.0), None, "{asked}");
        }
    }

    #[test]
    fn what_is_asked_for_is_spread_and_never_undercut() {
        let policy = RetryPolicy::default();
        for (asked, most) in [
            (0.0, 0.25),
            (0.5, 0.75),
            (10.0, 12.5),
            (60.0, 75.0),
            (100.0, 115.0),
            (170.0, 180.0),
            (180.0, 180.0),
        ] {
            let wait = |jitter| {
                let asked = Some(Duration::from_secs_f64(asked));
                policy.next_wait(0, asked, jitter).unwrap().as_secs_f64()
            };
            assert_eq!((wait(0.0), wait(1.0)), (asked, most));
        }
    }

    #[test]
    fn the_backoff_doubles_up_to_its_limit() {
        let policy = RetryPolicy::new()
            .max_retries(u32::MAX)
            .initial_backoff(Duration::from_secs(2))
            .max_backoff(Duration::from_secs(10));
        for (retries, least, most) in [
            (0, 1.0, 2.0),
            (1, 2.0, 4.0),
            (2, 4.0, 8.0),
            (3, 5.0, 10.0),
            (99, 5.0, 10.0),
        ] {
            let wait = |jitter| {
                policy
                    .next_wait(retries, None, jitter)
                    .unwrap()
                    .as_secs_f64()
            };
            assert_eq!(wait(0.0), least, "{retries}");
            assert_eq!(wait(1.0), most, "{retries}");
        }
    }

    #[test]
    fn retries_are_counted() {
        let policy = RetryPolicy::default();
        assert!(policy.next_wait(2, None, 0.5).is_some());
        assert_eq!(policy.next_wait(3, None, 0.5), None);
        assert_eq!(
            RetryPolicy::none().next_wait(0, Some(Duration::ZERO), 0.5),
            None
        );
    }
}
