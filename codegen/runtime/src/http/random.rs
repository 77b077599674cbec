//! Randomness for jitter and request ids.
//!
//! The standard library's hash keys come from the operating system's random generator. Neither use
//! needs secrecy, so they suffice, and no crate for random numbers has to be built.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

static COUNTER: AtomicU64 = AtomicU64::new(0);

fn next_u64() -> u64 {
    RandomState::new().hash_one(COUNTER.fetch_add(1, Ordering::Relaxed))
}

/// A number in `0.0..1.0`.
pub(crate) fn fraction() -> f64 {
    // An f64 holds 53 bits exactly.
    (next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// A version 4 UUID.
pub(crate) fn uuid() -> uuid::Uuid {
    let bits = (u128::from(next_u64()) << 64) | u128::from(next_u64());
    uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn fractions_are_in_range_and_spread() {
        let values: Vec<f64> = (0..1_000).map(|_| fraction()).collect();
        assert!(values.iter().all(|value| (0.0..1.0).contains(value)));
        assert!(values.iter().any(|value| *value < 0.1));
        assert!(values.iter().any(|value| *value > 0.9));
    }

    #[test]
    fn uuids_are_version_4_and_distinct() {
        let ids: HashSet<_> = (0..10_000).map(|_| uuid()).collect();
        assert_eq!(ids.len(), 10_000);
        assert!(ids.iter().all(|id| id.get_version_num() == 4));
    }
}
