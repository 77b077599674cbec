#![doc = include_str!("../README.md")]

mod auth;
mod builder;
mod clock;
mod connection;
mod delivery;
mod emulator;
mod error;
mod faults;
#[cfg(test)]
mod fixture;
mod http;
mod ids;
mod literal;
mod load;
mod metrics;
mod page;
mod random;
mod record;
mod route;
mod service;
mod url;
mod validate;
mod values;

pub use builder::EmulatorBuilder;
pub use clock::Clock;
pub use emulator::{Emulator, StartError};
pub use faults::{Fault, RetryAfter};
pub use metrics::Bucket;
pub use record::{Outcome, ReceivedRequest};
pub use values::MetricValue;
