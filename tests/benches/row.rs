//! A row of the table that `table.sh` makes; each benchmark includes this file.

use std::fmt;
use std::time::Duration;

/// What was measured of two ways to do one thing.
pub struct Row {
    /// What is done.
    pub what: &'static str,
    /// What this repository's way is measured against.
    pub against: &'static str,
    /// How long this repository's way takes.
    pub ours: Duration,
    /// How long the other way takes.
    pub theirs: Duration,
    /// How many times as long this repository's way takes.
    pub ratio: f64,
}

impl fmt::Display for Row {
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
