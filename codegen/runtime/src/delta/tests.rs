//! Crashes at every point where one matters.

pub(super) mod step;
