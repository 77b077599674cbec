//! Measures two ways to do one thing in turns; the benchmarks that do so include this file.
//!
//! As they take turns, whatever else the machine does hits both. The ratio is the median of those of the
//! rounds: it means something on a busy machine, where the times mean little.

use crate::row::Row;
use std::cmp::Ordering;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Does both in so many rounds. `repeat` is how often a round does each, so that a round is long enough
/// for the clock.
pub fn measure<A, B>(
    [what, against]: [&'static str; 2],
    (rounds, repeat): (usize, u32),
    ours: impl Fn() -> A,
    theirs: impl Fn() -> B,
) -> Row<'static> {
    // The first round fills caches.
    let samples: Vec<_> = (0..=rounds)
        .map(|_| (time(repeat, &ours), time(repeat, &theirs)))
        .skip(1)
        .collect();
    let ratios = samples
        .iter()
        .map(|(ours, theirs)| ours.as_secs_f64() / theirs.as_secs_f64());
    Row {
        what,
        against,
        ours: median(samples.iter().map(|sample| sample.0), Duration::cmp),
        theirs: median(samples.iter().map(|sample| sample.1), Duration::cmp),
        ratio: median(ratios, f64::total_cmp),
    }
}

/// How long one piece of work takes, as a mean of so many.
fn time<T>(repeat: u32, work: impl Fn() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..repeat {
        black_box(work());
    }
    start.elapsed() / repeat
}

fn median<T: Copy>(values: impl Iterator<Item = T>, order: impl Fn(&T, &T) -> Ordering) -> T {
    let mut values: Vec<_> = values.collect();
    values.sort_by(order);
    values[values.len() / 2]
}
