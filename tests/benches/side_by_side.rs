//! Two ways to do one thing, measured in turns; each benchmark includes this file.
//!
//! They take turns, so that whatever else the machine does hits both. The ratio is the median of those
//! of the rounds: it means something on a busy machine, where the times mean little.

use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// What was measured, shown as a row of the table that `table.sh` makes.
pub struct Comparison {
    /// What is done.
    pub what: String,
    /// What this repository's way is measured against.
    pub against: String,
    /// How long this repository's way takes.
    pub ours: Duration,
    /// How long the other way takes.
    pub theirs: Duration,
    /// How many times as long this repository's way takes.
    pub ratio: f64,
}

impl Comparison {
    /// Does both this many times, in turns. `repeat` is how often a round does each, so that a round
    /// is long enough for the clock.
    pub fn measure<A, B>(
        [what, against]: [&str; 2],
        (rounds, repeat): (usize, u32),
        ours: impl Fn() -> A,
        theirs: impl Fn() -> B,
    ) -> Self {
        let mut samples: Vec<_> = (0..=rounds)
            .map(|round| match round % 2 {
                0 => (time(repeat, &ours), time(repeat, &theirs)),
                _ => {
                    let theirs = time(repeat, &theirs);
                    (time(repeat, &ours), theirs)
                }
            })
            .collect();
        // In the first round caches are cold.
        samples.remove(0);
        let ratio =
            |(ours, theirs): &(Duration, Duration)| ours.as_secs_f64() / theirs.as_secs_f64();
        Self {
            what: what.to_owned(),
            against: against.to_owned(),
            ours: median(samples.iter().map(|(ours, _)| *ours).collect()),
            theirs: median(samples.iter().map(|(_, theirs)| *theirs).collect()),
            ratio: median_by(samples.iter().map(ratio).collect(), f64::total_cmp),
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            against,
            ours,
            theirs,
            ratio,
        } = self;
        write!(
            formatter,
            "| {what} | {against} | {ours:.1?} | {theirs:.1?} | {ratio:.2} |"
        )
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

fn median(times: Vec<Duration>) -> Duration {
    median_by(times, Duration::cmp)
}

fn median_by<T: Copy>(mut values: Vec<T>, compare: impl Fn(&T, &T) -> std::cmp::Ordering) -> T {
    values.sort_by(compare);
    values[values.len() / 2]
}
