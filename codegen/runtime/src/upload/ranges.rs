//! The ranges of bytes that a service still expects.

use std::ops::Range;

/// How many ranges are read of an answer; sessions are uploaded in order, so one is usual.
const MAX_RANGES: usize = 1000;

/// The missing ranges of a file of this length, as services write them: `26-`, `0-25`, or `26` alone,
/// as Outlook does. In order, without those that are empty; `None` if one is none of these, or not
/// within the file.
pub(super) fn parse<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    length: u64,
) -> Option<Vec<Range<u64>>> {
    let mut ranges = Vec::new();
    for text in texts {
        let range = range(text.trim(), length)?;
        if ranges.len() == MAX_RANGES {
            return None;
        }
        if !range.is_empty() {
            let place = ranges.partition_point(|earlier: &Range<u64>| earlier.start <= range.start);
            ranges.insert(place, range);
        }
    }
    let is_apart = ranges.windows(2).all(|pair| pair[0].end <= pair[1].start);
    is_apart.then_some(ranges)
}

fn range(text: &str, length: u64) -> Option<Range<u64>> {
    let (start, last) = text.split_once('-').unwrap_or((text, ""));
    let start = number(start)?;
    let end = match last {
        "" => length,
        // Some services end a range beyond the file.
        last => number(last)?.saturating_add(1).min(length),
    };
    (start <= end).then_some(start..end)
}

/// A number as services write it: `parse` would take a sign, too.
fn number(text: &str) -> Option<u64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(ranges: &[Range<u64>]) -> Vec<(u64, u64)> {
        let pairs = ranges.iter().map(|range| (range.start, range.end));
        pairs.collect()
    }

    #[test]
    fn ranges_are_read_as_services_write_them() {
        for (texts, expected) in [
            (&[][..], Some(&[][..])),
            (&["26-"][..], Some(&[(26, 100)][..])),
            (&["0-25"][..], Some(&[(0, 26)][..])),
            (&["26"][..], Some(&[(26, 100)][..])),
            (&["50-59", " 0-9 "][..], Some(&[(0, 10), (50, 60)][..])),
            (&["90-1000"][..], Some(&[(90, 100)][..])),
            (&["100-"][..], Some(&[][..])),
            (&["101-"][..], None),
            (&["9-3"][..], None),
            (&["0-9", "5-"][..], None),
            (&["-5"][..], None),
            (&["+1-"][..], None),
            (&[""][..], None),
            (&["a-b"][..], None),
            (&["99999999999999999999-"][..], None),
            (&["0-99999999999999999999"][..], None),
        ] {
            let parsed = parse(texts.iter().copied(), 100);
            let parsed = parsed.map(|ranges| pairs(&ranges));
            assert_eq!(parsed.as_deref(), expected, "{texts:?}");
        }
        let many = vec!["100"; MAX_RANGES];
        assert_eq!(parse(many, 100), Some(vec![]));
    }
}
