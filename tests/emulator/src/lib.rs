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
mod embedded;
mod emulator;
mod entities;
mod error;
mod exchange;
mod faults;
#[cfg(test)]
mod fixture;
mod foreign;
mod format;
mod hooks;
mod ids;
mod keys;
mod literal;
mod memory;
mod metrics;
mod monitor;
mod numbers;
mod operations;
mod page;
mod payload;
mod permissions;
mod query;
mod quota;
mod random;
mod record;
mod resource;
mod route;
mod service;
mod setup;
mod spelling;
mod store;
#[cfg(feature = "transport")]
mod transport;
mod uploads;
mod url;
mod validate;
mod values;

pub use behavior::{
    BinaryAlphabet, CreateAnswer, DownloadAnswer, NameCase, PathAddressing, Resync, Top,
    Undollared, UploadAnswer,
};
pub use builder::EmulatorBuilder;
pub use clock::Clock;
pub use emulator::{Emulator, StartError};
pub use entities::{DataError, Entities};
pub use faults::{Fault, RetryAfter};
pub use memory::InMemoryService;
pub use metrics::Bucket;
pub use monitor::{Monitor, Work, WorkState};
pub use operations::{OperationCall, Reply};
pub use permissions::{PermissionsUsed, Scheme};
pub use record::{BatchRole, Origin, Outcome, ReceivedRequest};
#[cfg(feature = "transport")]
pub use transport::EmulatorTransport;
pub use uploads::{UploadFragment, UploadSession, UploadState};
pub use values::MetricValue;

pub use axum::body::{Body, Bytes};
pub use axum::http::{self, HeaderMap, Method, StatusCode};
pub use {chrono, serde_json, tower_service};
