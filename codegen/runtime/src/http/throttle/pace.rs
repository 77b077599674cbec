//! How many requests a second a service takes, as far as a client can tell.

use std::time::{Duration, Instant};

/// What remains of the rate at which a service refused a request.
const DECREASE: f64 = 0.95;

/// How long it takes until that rate is tried again, and how long before it is left behind.
const RECOVERY: f64 = 15.0;

/// How much faster than what was answered, pauses included, the next rate may be: a service that counts over
/// long periods lets a client run ahead at first.
const AHEAD: f64 = 1.25;

/// Rates are measured over a second at least.
const SHORTEST: f64 = 1.0;

/// A client that got no answer for so long was idle: how few requests it sent says nothing of what the service
/// takes. It is longer than any pause that the service asks for.
const IDLE: Duration = Duration::from_secs(120);

/// A rate that falls when the service refuses requests, and returns slowly to where that was: the curve of
/// TCP CUBIC (RFC 9438), which rises fast while it is far from there, stays long near it, and then tries
/// more. Until the first refusal there is none.
#[derive(Debug, Default)]
pub(super) struct Pace {
    refused: Option<Refused>,
    /// How many requests were answered since the last refusal, or since the first request.
    answered: u32,
    since: Option<Instant>,
    /// When the last of them was answered.
    last: Option<Instant>,
}

/// The last refusal.
#[derive(Debug, Clone, Copy)]
struct Refused {
    /// The rate then, in requests per second.
    rate: f64,
    at: Instant,
}

impl Pace {
    /// The requests per second at this time; `None` if nothing is known.
    fn rate(&self, now: Instant) -> Option<f64> {
        let refused = self.refused?;
        let elapsed = now.saturating_duration_since(refused.at).as_secs_f64();
        let distance = (elapsed - RECOVERY) / RECOVERY;
        Some(refused.rate * (1.0 + (1.0 - DECREASE) * distance.powi(3)))
    }

    /// The time between two requests.
    pub(super) fn interval(&self, now: Instant) -> Option<Duration> {
        let seconds = 1.0 / self.rate(now)?;
        Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }

    /// A request was answered.
    pub(super) fn answered(&mut self, now: Instant) {
        self.resume(now);
        self.since.get_or_insert(now);
        self.last = Some(now);
        self.answered = self.answered.saturating_add(1);
    }

    /// A request was refused.
    pub(super) fn refused(&mut self, now: Instant) {
        self.resume(now);
        let since = self.since.unwrap_or(now);
        let elapsed = now.saturating_duration_since(since).as_secs_f64();
        // Not nothing, or there would be no next request.
        let measured = f64::from(self.answered.max(1)) / elapsed.max(SHORTEST);
        let rate = match self.rate(now) {
            Some(rate) => rate.min(measured * AHEAD),
            None => measured,
        };
        self.refused = Some(Refused { rate, at: now });
        self.answered = 0;
        self.since = Some(now);
        self.last = Some(now);
    }

    /// Measures anew if the client was idle.
    fn resume(&mut self, now: Instant) {
        let is_idle = |last| now.saturating_duration_since(last) > IDLE;
        if self.last.is_some_and(is_idle) {
            self.answered = 0;
            self.since = None;
        }
    }

    /// The service says that it will soon refuse requests: the rate grows no further.
    pub(super) fn near_the_limit(&mut self, now: Instant) {
        let rate = self.rate(now);
        if let (Some(rate), Some(refused)) = (rate, &mut self.refused)
            && rate > refused.rate
        {
            *refused = Refused {
                rate,
                at: now
                    .checked_sub(Duration::from_secs_f64(RECOVERY))
                    .unwrap_or(now),
            };
        }
    }
}
