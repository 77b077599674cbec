//! A row of the table that `table.sh` makes; each benchmark includes this file.

use std::fmt;
use std::time::Duration;

/// What was measured of two ways to do one thing.
pub struct Row<'a, T = Duration> {
    /// What is done.
    pub what: &'a str,
    /// What this repository's way is measured against.
    pub against: &'a str,
    /// What this repository's way takes.
    pub ours: T,
    /// What the other way takes.
    pub theirs: T,
    /// How many times as much this repository's way takes.
    pub ratio: f64,
}

impl<T: fmt::Debug> fmt::Display for Row<'_, T> {
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
