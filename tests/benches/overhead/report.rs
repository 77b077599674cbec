//! The measurements side by side.

use crate::row::Row;
use crate::{BATCH, CONCURRENT, ROUNDS, Sample};
use std::fmt;
use std::time::Duration;

/// How many requests `send()` has to make while the equal loop by hand makes one.
const AIM: f64 = 0.95;

/// What was measured.
#[derive(Default)]
pub struct Report {
    pub bare: Series,
    pub equal: Series,
    pub send: Series,
}

/// The batches of one way to ask.
#[derive(Default)]
pub struct Series {
    took: Vec<Duration>,
    cpu: Duration,
}

impl Series {
    /// Adds a batch.
    pub fn push(&mut self, sample: Sample) {
        self.took.push(sample.took);
        self.cpu += sample.cpu;
    }

    /// Requests per second of the batch that this share (`0.0..1.0`) of the batches is faster than.
    fn rate(&self, share: f64) -> f64 {
        let mut took = self.took.clone();
        took.sort_unstable();
        let index = (took.len() as f64 * share) as usize;
        BATCH as f64 / took[index].as_secs_f64()
    }

    /// How long a request takes, in the batch in the middle.
    fn median(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.rate(0.5))
    }

    /// Requests per second of the thread's computing time.
    fn cpu_rate(&self) -> f64 {
        (self.took.len() * BATCH) as f64 / self.cpu.as_secs_f64()
    }
}

impl Report {
    /// Whether the ratio of medians is what it should be at least.
    pub fn reaches_aim(&self) -> bool {
        self.send.rate(0.5) / self.equal.rate(0.5) >= AIM
    }

    /// The rows of the table of `tests/benches/table.sh`.
    pub fn rows(&self) -> [Row<'static>; 2] {
        let row = |against, by_hand: &Series| Row {
            what: "a call over loopback, decoded",
            against,
            ours: self.send.median(),
            theirs: by_hand.median(),
            ratio: by_hand.rate(0.5) / self.send.rate(0.5),
        };
        [
            row("reqwest and serde_json, with a token alone", &self.bare),
            row("the same with equal headers and a deadline", &self.equal),
        ]
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{ROUNDS} batches each of {BATCH} requests, {CONCURRENT} at a time; requests/s\n"
        )?;
        writeln!(
            formatter,
            "{:<20}{:>9}{:>9}{:>9}{:>11}{:>12}",
            "", "bare", "equal", "send()", "send/bare", "send/equal"
        )?;
        let median: fn(&Series) -> f64 = |series| series.rate(0.5);
        let rows = [
            ("median", median),
            ("fastest quartile", |series| series.rate(0.25)),
            ("client's CPU alone", Series::cpu_rate),
        ];
        for (name, rate) in rows {
            let (bare, equal, send) = (rate(&self.bare), rate(&self.equal), rate(&self.send));
            writeln!(
                formatter,
                "{name:<20}{bare:>9.0}{equal:>9.0}{send:>9.0}{:>11.3}{:>12.3}",
                send / bare,
                send / equal
            )?;
        }
        let [bare, equal] = self.rows();
        writeln!(formatter, "\n{bare}\n{equal}")
    }
}

/// How long this thread has computed, as Linux tells; elsewhere zero.
pub fn cpu_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_ascii_whitespace().next();
    Duration::from_nanos(nanoseconds.and_then(|text| text.parse().ok()).unwrap_or(0))
}
