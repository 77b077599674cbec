//! The range that a fragment says it has (RFC 9110, section 14.4).

use axum::http::HeaderMap;
use axum::http::header::CONTENT_RANGE;

/// `Content-Range: bytes first-last/total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContentRange {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) total: u64,
}

impl ContentRange {
    /// The range of a request; `None` when it has none, or one that is malformed or beyond its total.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(CONTENT_RANGE)?.to_str().ok()?;
        let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let range = Self {
            first: first.parse().ok()?,
            last: last.parse().ok()?,
            total: total.parse().ok()?,
        };
        (range.first <= range.last && range.last < range.total).then_some(range)
    }

    pub(crate) fn length(self) -> u64 {
        self.last - self.first + 1
    }

    pub(crate) fn is_last(self) -> bool {
        self.last + 1 == self.total
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(text: &'static str) -> Option<ContentRange> {
        let value = HeaderValue::from_static(text);
        ContentRange::of(&HeaderMap::from_iter([(CONTENT_RANGE, value)]))
    }

    #[test]
    fn ranges_are_within_their_total() {
        let (first, last, total) = (0, 25, 26);
        let range = ContentRange { first, last, total };
        assert_eq!(of("bytes 0-25/26"), Some(range));
        assert!(range.is_last());
        for text in [
            "bytes 0-26/26",
            "bytes 2-1/26",
            "bytes 0-25/*",
            "bytes */26",
            "bytes -5/26",
            "0-25/26",
            "bytes 0-18446744073709551615/18446744073709551615",
            "bytes 0-25/18446744073709551616",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
