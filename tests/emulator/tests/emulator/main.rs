//! The emulator over HTTP: one program, since each takes as long to link as all of them.

#[path = "../common/mod.rs"]
mod common;

mod addresses;
mod answers;
mod batch;
mod behavior;
mod deep;
mod delta;
mod delta_links;
mod differences;
mod documented;
mod effects;
mod entities;
mod faults;
mod graph;
mod handlers;
mod memory;
mod model;
mod monitors;
mod numbers;
mod oasis;
mod operations;
mod permissions;
mod program;
mod quotas;
mod standard_batches;
mod strict;
mod uploads;
