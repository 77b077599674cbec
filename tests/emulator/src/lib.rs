#![doc = include_str!("../README.md")]

mod answer;
mod app;
mod auth;
mod batch;
mod behavior;
mod builder;
mod clock;
mod connection;
mod csdl;
mod delivery;
mod downloads;
mod emulator;
mod entities;
mod error;
mod faults;
#[cfg(test)]
mod fixture;
mod format;
mod hooks;
mod http;
mod ids;
mod keys;
mod literal;
mod metrics;
mod numbers;
mod operations;
mod page;
mod payload;
mod permissions;
mod query;
mod random;
mod record;
mod resource;
mod route;
mod service;
mod spelling;
mod store;
mod url;
mod validate;
mod values;

pub use behavior::{
    BinaryAlphabet, CreateAnswer, DownloadAnswer, NameCase, PathAddressing, Top, Undollared,
    UploadAnswer,
};
pub use builder::EmulatorBuilder;
pub use clock::Clock;
pub use emulator::{Emulator, StartError};
pub use entities::{DataError, Entities};
pub use faults::{Fault, RetryAfter};
pub use metrics::Bucket;
pub use operations::{OperationCall, Reply};
pub use permissions::{PermissionsUsed, Scheme};
pub use record::{BatchRole, Outcome, ReceivedRequest};
pub use values::MetricValue;

pub use axum::body::Bytes;
pub use axum::http::{HeaderMap, Method, StatusCode};
pub use {chrono, serde_json};
