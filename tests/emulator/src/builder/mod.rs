//! Sets an emulator up.

mod data;
mod faults;
mod service;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, Utc};

use crate::behavior::Behavior;
use crate::clock::Clock;
use crate::emulator::{Emulator, StartError};
use crate::faults::FaultPlan;
use crate::hooks::Hooks;
use crate::monitor::MonitorRules;
use crate::operations::Handlers;
use crate::permissions::Scheme;
use crate::store::Seed;
use crate::uploads;
use crate::values::MetricSource;

/// The metadata that is played when the caller brings none: the `serviceActivity` slice of beta.
const METADATA: &str = include_str!("../../metadata/beta.csdl");
const ANNOTATIONS: &str = include_str!("../../metadata/parameters.csdl");

/// Items on a page when neither builder nor request says: more than 30 days of 5 minutes have.
const LARGEST_PAGE: u64 = 10_000;

const RECORD_LIMIT: usize = 10_000;

/// Larger bodies are refused: the most that Graph takes in one upload request.
const BODY_LIMIT: usize = 4 << 20;

/// The most requests that Graph takes in one batch.
const BATCH_LIMIT: usize = 20;

/// Sets an [`Emulator`] up; [`start`](Self::start) starts it.
///
/// Everything has a default, so a test states only what it is about.
#[must_use = "an emulator runs only after start()"]
pub struct EmulatorBuilder {
    pub(crate) metadata: String,
    pub(crate) annotations: Vec<String>,
    pub(crate) version: String,
    pub(crate) port: u16,
    pub(crate) context_root: Option<String>,
    pub(crate) seed: u64,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) token: Option<String>,
    pub(crate) page_size: u64,
    pub(crate) record_limit: usize,
    pub(crate) sources: BTreeMap<String, MetricSource>,
    pub(crate) faults: FaultPlan,
    pub(crate) handlers: Handlers,
    pub(crate) seeds: Vec<Seed>,
    pub(crate) body_limit: usize,
    pub(crate) batch_limit: usize,
    pub(crate) standard_batches: bool,
    pub(crate) behavior: Behavior,
    pub(crate) hooks: Hooks,
    pub(crate) permissions: Option<String>,
    pub(crate) granted: Option<(Scheme, BTreeSet<String>)>,
    pub(crate) upload_rules: uploads::Rules,
    pub(crate) monitor_rules: MonitorRules,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            metadata: METADATA.to_owned(),
            annotations: vec![ANNOTATIONS.to_owned()],
            version: "beta".to_owned(),
            port: 0,
            context_root: None,
            seed: 0,
            clock: Box::new(Utc::now as fn() -> DateTime<Utc>),
            token: None,
            page_size: LARGEST_PAGE,
            record_limit: RECORD_LIMIT,
            sources: BTreeMap::new(),
            faults: FaultPlan::default(),
            handlers: Handlers::default(),
            seeds: Vec::new(),
            body_limit: BODY_LIMIT,
            batch_limit: BATCH_LIMIT,
            standard_batches: false,
            behavior: Behavior::default(),
            hooks: Hooks::default(),
            permissions: None,
            granted: None,
            upload_rules: uploads::Rules::default(),
            monitor_rules: MonitorRules::default(),
        }
    }
}

impl EmulatorBuilder {
    /// Plays the service that this CSDL document declares instead of the bundled slice.
    ///
    /// The bundled annotations go with the bundled metadata and are dropped.
    pub fn metadata(mut self, csdl: impl Into<String>) -> Self {
        self.metadata = csdl.into();
        self.annotations.clear();
        self
    }

    /// Adds a CSDL document of annotations: optional parameters and their defaults, allowed
    /// values, permissions.
    pub fn annotations(mut self, csdl: impl Into<String>) -> Self {
        self.annotations.push(csdl.into());
        self
    }

    /// Adds the permissions that requests need: a document in the format in which Microsoft Graph
    /// publishes them (<https://github.com/microsoftgraph/kibali>).
    ///
    /// Nothing is refused before permissions are [granted](Self::granted);
    /// [`Emulator::permissions_used`] tells what was needed.
    pub fn permissions(mut self, json: impl Into<String>) -> Self {
        self.permissions = Some(json.into());
        self
    }

    /// Answers 403 to requests that need other permissions than these, as for somebody who is signed in
    /// with a work or school account.
    pub fn granted<S: Into<String>>(self, permissions: impl IntoIterator<Item = S>) -> Self {
        self.granted_to(Scheme::DelegatedWork, permissions)
    }

    /// The same for a token of another kind.
    pub fn granted_to<S: Into<String>>(
        mut self,
        scheme: Scheme,
        permissions: impl IntoIterator<Item = S>,
    ) -> Self {
        let permissions = permissions.into_iter().map(Into::into).collect();
        self.granted = Some((scheme, permissions));
        self
    }

    /// The API version, which is the first segment of every path; `beta` by default.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// The port of 127.0.0.1 to listen on; by default, and for 0, a free one.
    ///
    /// A test has no use for it; it is for programs that know the address beforehand.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// What `@odata.context` begins with; by default `https://graph.microsoft.com/` and the
    /// version, as the service's documentation shows it, wherever the emulator listens.
    pub fn context_root(mut self, url: impl Into<String>) -> Self {
        self.context_root = Some(url.into());
        self
    }

    /// The seed of values, request ids and random faults; 0 by default. Equal seeds give equal
    /// answers.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What time it is: an instant, or a closure that tells it; the system's clock by default.
    ///
    /// A start more than 30 days before it is refused.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Takes this bearer token and no other; by default every token that is not empty is taken.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The most bytes that a request's body may have; 4 MiB by default. A larger one is answered
    /// with 413.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The most requests that a batch may have; 20 by default, as in Graph. A larger batch is
    /// answered with 400.
    pub fn batch_limit(mut self, requests: usize) -> Self {
        self.batch_limit = requests;
        self
    }

    /// Serves of batches what OData 4.01 has and Graph does not document: `multipart/mixed` with change
    /// sets, atomicity groups, URLs that refer to what another request of the batch is answered with
    /// (`$1/messages`), and whole URLs.
    ///
    /// A group that fails is undone: all entities are as they were before it.
    pub fn standard_batches(mut self) -> Self {
        self.standard_batches = true;
        self
    }

    /// The most items on a page; 10,000 by default, 1 at least. A request may ask for fewer with
    /// `Prefer: odata.maxpagesize`.
    pub fn page_size(mut self, items: u64) -> Self {
        self.page_size = items.max(1);
        self
    }

    /// How many of the latest requests the record keeps; 10,000 by default.
    pub fn record_limit(mut self, requests: usize) -> Self {
        self.record_limit = requests;
        self
    }

    /// Starts the emulator on 127.0.0.1. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    ///
    /// When the metadata is not valid, a metric, function or action is named that it does not
    /// declare, data does not fit it, or the port cannot be had.
    pub async fn start(self) -> Result<Emulator, StartError> {
        Emulator::launch(self).await
    }

    /// Starts the emulator without a port: [`Emulator::service`] answers its requests. Needs no
    /// runtime, and no [`port`](Self::port).
    ///
    /// # Errors
    ///
    /// Those of [`start`](Self::start), but for the port.
    pub fn start_in_memory(self) -> Result<Emulator, StartError> {
        Emulator::launch_in_memory(self)
    }
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("version", &self.version)
            .field("seed", &self.seed)
            .field("token", &self.token.as_ref().map(|_| "[redacted]"))
            .field("page_size", &self.page_size)
            .field("metrics", &self.sources.keys())
            .field("handlers", &self.handlers)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}
