//! What came of the calls, and what of it is wrong.

use crate::call::{End, Outcome};
use crate::memory::Memory;
use crate::{CONCURRENT, FAULT_RATE};
use graph_service_activity::ErrorKind;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// How much resident memory may grow in the last quarter of a run, in KiB.
///
/// A full run makes 50,000 calls in it, so an allocation that each call leaks, 32 bytes at least,
/// exceeds this.
const MAX_GROWTH: u64 = 1024;

/// What the faults make of a call that does not survive them; no other error has a cause here.
const EXPECTED: [ErrorKind; 3] = [ErrorKind::Decode, ErrorKind::Service, ErrorKind::Transport];

/// Calls by outcome.
#[derive(Default)]
pub struct Tally {
    outcomes: BTreeMap<String, Count>,
    wrong_results: usize,
    unexpected: usize,
}

#[derive(Clone, Copy, Default)]
struct Count {
    calls: usize,
    attempts: u64,
}

/// A finished run.
pub struct Report {
    pub calls: usize,
    pub took: Duration,
    pub in_time: bool,
    /// Requests that the emulator received.
    pub received: u64,
    /// Calls that were received more or less often than they say they were sent.
    pub miscounted: usize,
    pub tally: Tally,
    pub memory: Memory,
}

impl Tally {
    /// Counts a call that ended.
    pub fn add(&mut self, outcome: &Outcome) {
        let name = match outcome.end {
            End::Result => "result".to_owned(),
            End::WrongResult => "wrong result".to_owned(),
            End::Error(kind) => format!("error {kind:?}"),
        };
        let count = self.outcomes.entry(name).or_default();
        count.calls += 1;
        count.attempts += u64::from(outcome.attempts);
        match outcome.end {
            End::WrongResult => self.wrong_results += 1,
            End::Error(kind) if !EXPECTED.contains(&kind) => self.unexpected += 1,
            _ => {}
        }
    }

    /// How many calls ended.
    pub fn calls(&self) -> usize {
        self.outcomes.values().map(|count| count.calls).sum()
    }

    fn attempts(&self) -> u64 {
        self.outcomes.values().map(|count| count.attempts).sum()
    }
}

impl Report {
    /// What does not hold that should.
    pub fn failures(&self) -> Vec<String> {
        let ended = self.tally.calls();
        let attempts = self.tally.attempts();
        let growth = self.memory.growth_in_last_quarter().unwrap_or(0);
        let checks = [
            (self.in_time, "the run did not end in time".to_owned()),
            (
                ended == self.calls,
                format!("{ended} of {} calls ended", self.calls),
            ),
            (
                self.tally.wrong_results == 0,
                format!("{} calls got a wrong result", self.tally.wrong_results),
            ),
            (
                self.tally.unexpected == 0,
                format!(
                    "{} calls ended in an error that no fault causes",
                    self.tally.unexpected
                ),
            ),
            (
                self.received == attempts,
                format!(
                    "{} requests were received, {attempts} attempts reported",
                    self.received
                ),
            ),
            (
                self.miscounted == 0,
                format!("{} calls miscount their attempts", self.miscounted),
            ),
            (
                growth <= MAX_GROWTH,
                format!(
                    "memory grew by {growth} KiB in the last quarter, not {MAX_GROWTH} at most"
                ),
            ),
        ];
        let failed = checks.into_iter().filter(|(holds, _)| !holds);
        failed.map(|(_, message)| message).collect()
    }

    fn fmt_outcomes(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{:<24}{:>10}{:>10}",
            "outcome", "calls", "attempts"
        )?;
        let total = Count {
            calls: self.tally.calls(),
            attempts: self.tally.attempts(),
        };
        let rows = self.tally.outcomes.iter();
        let rows = rows.map(|(name, count)| (name.as_str(), count));
        for (name, count) in rows.chain([("total", &total)]) {
            writeln!(
                formatter,
                "{name:<24}{:>10}{:>10}",
                count.calls, count.attempts
            )?;
        }
        writeln!(formatter, "{:<34}{:>10}", "received", self.received)?;
        let miscounted = "calls received more or less often";
        writeln!(formatter, "{miscounted:<34}{:>10}", self.miscounted)
    }

    fn fmt_memory(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(growth) = self.memory.growth_in_last_quarter() else {
            return writeln!(formatter, "memory is not known: there is no /proc");
        };
        writeln!(formatter, "{:<24}{:>20}", "calls ended", "resident KiB")?;
        for (calls, resident) in self.memory.samples() {
            writeln!(formatter, "{calls:<24}{resident:>20}")?;
        }
        writeln!(formatter, "{:<24}{growth:>20}", "growth, last quarter")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.took.as_secs_f64();
        writeln!(
            formatter,
            "{} calls, {CONCURRENT} at a time, faults at {} % of requests: {seconds:.1} s, {:.0} calls/s\n",
            self.calls,
            FAULT_RATE * 100.0,
            self.tally.calls() as f64 / seconds
        )?;
        self.fmt_outcomes(formatter)?;
        writeln!(formatter)?;
        self.fmt_memory(formatter)
    }
}
