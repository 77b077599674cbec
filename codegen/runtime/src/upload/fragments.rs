//! Which pieces a file is sent in.

use std::ops::Range;

/// What the sizes of pieces must be a multiple of, unless it is said otherwise: OneDrive fails at the
/// end of a file whose pieces were not.
const MULTIPLE: u64 = 320 * 1024;

/// The size of a piece unless it is said otherwise: the largest multiple that Outlook takes, too,
/// which wants less than 4 MB.
const SIZE: u64 = 12 * MULTIPLE;

/// Which pieces a file is sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fragments {
    size: u64,
    multiple: u64,
}

impl Default for Fragments {
    fn default() -> Self {
        Self {
            size: SIZE,
            multiple: MULTIPLE,
        }
    }
}

impl Fragments {
    pub(super) fn set_size(&mut self, size: u64) {
        self.size = size;
    }

    pub(super) fn set_multiple(&mut self, multiple: u64) {
        self.multiple = multiple;
    }

    /// The first piece of what is missing. Services that keep part of a piece go on from there, and
    /// still want sizes that are a multiple.
    pub(super) fn first_of(self, missing: &Range<u64>) -> Range<u64> {
        let multiple = self.multiple.max(1);
        let size = (self.size - self.size % multiple).max(multiple);
        missing.start..missing.end.min(missing.start.saturating_add(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_a_multiple_unless_they_are_the_last() {
        for (size, multiple, missing, expected) in [
            (25, 10, 0..100, 0..20),
            (25, 10, 7..100, 7..27),
            (25, 10, 90..95, 90..95),
            (3, 10, 0..100, 0..10),
            (3, 0, 0..100, 0..3),
            (0, 0, 0..100, 0..1),
            (u64::MAX, 1, 5..100, 5..100),
        ] {
            let fragments = Fragments { size, multiple };
            assert_eq!(fragments.first_of(&missing), expected);
        }
        let usual = Fragments::default();
        assert_eq!(usual.first_of(&(0..u64::MAX)), 0..3_932_160);
    }
}
