//! What services say about their limits before they refuse a request.

use std::time::Duration;

use http::HeaderMap;

/// How near a service is to refusing requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Warning {
    /// It will soon refuse some.
    Near,
    /// It takes none until this time has passed.
    Exhausted(Duration),
}

/// From this share of a limit on, a client asks for no more than before. Graph sends the header from 0.8 on.
const NEAR: f64 = 0.9;

/// What an answer says: `RateLimit-Remaining` and `RateLimit-Reset`
/// (draft-ietf-httpapi-ratelimit-headers-06, as SharePoint sends them), or Graph's
/// `x-ms-throttle-limit-percentage`, which is the share of the limit that is used.
pub(super) fn warning(headers: &HeaderMap) -> Option<Warning> {
    let number = |name: &str| -> Option<f64> {
        let number: f64 = headers.get(name)?.to_str().ok()?.trim().parse().ok()?;
        (number.is_finite() && number >= 0.0).then_some(number)
    };
    let remaining = number("ratelimit-remaining");
    if let (Some(remaining), Some(reset)) = (remaining, number("ratelimit-reset"))
        && remaining < 1.0
    {
        let wait = Duration::try_from_secs_f64(reset).unwrap_or(Duration::MAX);
        return Some(Warning::Exhausted(wait));
    }
    let used = number("x-ms-throttle-limit-percentage").or_else(|| {
        let limit = number("ratelimit-limit").filter(|limit| *limit > 0.0)?;
        Some(1.0 - remaining? / limit)
    });
    used.filter(|used| *used >= NEAR).map(|_| Warning::Near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    #[test]
    fn services_warn_in_two_ways() {
        let exhausted = |seconds| Some(Warning::Exhausted(Duration::from_secs(seconds)));
        for (sent, expected) in [
            (&[][..], None),
            (
                &[("ratelimit-remaining", "0"), ("ratelimit-reset", "5")],
                exhausted(5),
            ),
            (
                &[("ratelimit-remaining", "1"), ("ratelimit-reset", "5")],
                None,
            ),
            (
                &[("ratelimit-remaining", "2"), ("ratelimit-reset", "5")],
                None,
            ),
            (&[("ratelimit-remaining", "0")], None),
            (
                &[("ratelimit-limit", "100"), ("ratelimit-remaining", "9")],
                Some(Warning::Near),
            ),
            (
                &[("ratelimit-limit", "100"), ("ratelimit-remaining", "20")],
                None,
            ),
            (
                &[("ratelimit-limit", "0"), ("ratelimit-remaining", "9")],
                None,
            ),
            (&[("x-ms-throttle-limit-percentage", "0.8")], None),
            (
                &[("x-ms-throttle-limit-percentage", "1.2")],
                Some(Warning::Near),
            ),
            (&[("x-ms-throttle-limit-percentage", "-1")], None),
            (&[("x-ms-throttle-limit-percentage", "NaN")], None),
            (&[("x-ms-throttle-limit-percentage", "much")], None),
            (
                &[("ratelimit-remaining", "0"), ("ratelimit-reset", "1e300")],
                Some(Warning::Exhausted(Duration::MAX)),
            ),
        ] {
            let headers = sent.iter().map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            });
            assert_eq!(warning(&headers.collect()), expected, "{sent:?}");
        }
    }
}
