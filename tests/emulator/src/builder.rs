//! Sets an emulator up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::behavior::{
    Behavior, BinaryAlphabet, CreateAnswer, DownloadAnswer, NameCase, PathAddressing, Top,
    Undollared, UploadAnswer,
};
use crate::clock::Clock;
use crate::emulator::{Emulator, StartError};
use crate::entities::Entities;
use crate::faults::{Fault, FaultPlan, FaultRate, Quota};
use crate::hooks::Hooks;
use crate::metrics::Bucket;
use crate::operations::{Handlers, OperationCall, Reply};
use crate::permissions::Scheme;
use crate::record::ReceivedRequest;
use crate::store::{Media, Seed, SeedContent};
use crate::values::{MetricSource, MetricValue};

/// The metadata that is played when the caller brings none: the `serviceActivity` slice of beta.
const METADATA: &str = include_str!("../metadata/beta.csdl");
const ANNOTATIONS: &str = include_str!("../metadata/annotations.csdl");

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

    /// The values of one metric function, by its name in the metadata, such as
    /// `getMetricsForMfaSignInFailure`.
    pub fn with_metric<F, V>(mut self, function: impl Into<String>, value: F) -> Self
    where
        F: Fn(Bucket) -> V + Send + Sync + 'static,
        V: Into<MetricValue>,
    {
        let source: MetricSource = Box::new(move |bucket| value(bucket).into());
        self.sources.insert(function.into(), source);
        self
    }

    /// Puts entities into a collection: an array of JSON objects for a path below the service root,
    /// such as `users` or `reports/healthMonitoring/alerts`.
    ///
    /// They are held against the metadata when the emulator starts. Entities of navigation
    /// properties may be given inline; `"members@odata.bind": ["users/a"]` refers to entities that
    /// were given before. A key that is left out is made up, from the seed.
    ///
    /// ```
    /// # use graph_emulator::Emulator;
    /// # let csdl = "";
    /// let builder = Emulator::builder().metadata(csdl).with_entities(
    ///     "users",
    ///     serde_json::json!([
    ///         {"id": "a", "displayName": "Adele", "messages": [{"id": "1", "subject": "Hello"}]},
    ///         {"id": "b", "displayName": "Bernd", "manager@odata.bind": "users/a"},
    ///     ]),
    /// );
    /// # drop(builder);
    /// ```
    pub fn with_entities(self, path: impl Into<String>, entities: Value) -> Self {
        self.with_seed(path, SeedContent::Entities(entities))
    }

    /// Gives a singleton, a single-valued navigation property or one item of a collection its
    /// values: a JSON object for a path below the service root, such as `me` or `users/a/manager`.
    ///
    /// What is there already keeps the members that the object does not have.
    pub fn with_entity(self, path: impl Into<String>, entity: Value) -> Self {
        self.with_seed(path, SeedContent::Entity(entity))
    }

    /// Gives a stream its bytes: a path below the service root that leads to a stream property,
    /// such as `me/drive/items/1/content`, or to an entity's media, such as `me/photo/$value`.
    pub fn with_stream(
        self,
        path: impl Into<String>,
        content_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        let media = Media {
            content_type: content_type.into(),
            bytes: bytes.into().into(),
        };
        self.with_seed(path, SeedContent::Stream(media))
    }

    fn with_seed(mut self, path: impl Into<String>, content: SeedContent) -> Self {
        let path = path.into().trim_start_matches('/').to_owned();
        self.seeds.push(Seed { path, content });
        self
    }

    /// Answers the calls of a function that are as the metadata has it: by its name, its qualified
    /// name, which goes first, or the name of its import.
    ///
    /// A handler goes before the values that metric functions have by themselves. Without one, a
    /// valid call is answered with 501.
    ///
    /// ```
    /// # use graph_emulator::Emulator;
    /// let builder = Emulator::builder()
    ///     .with_function("getMailTips", |call| call.parameters["emailAddresses"].clone());
    /// # drop(builder);
    /// ```
    pub fn with_function<F, R>(mut self, name: impl Into<String>, answer: F) -> Self
    where
        F: Fn(&OperationCall) -> R + Send + Sync + 'static,
        R: Into<Reply>,
    {
        let handler = Box::new(move |call: &OperationCall| answer(call).into());
        self.handlers.functions.insert(name.into(), handler);
        self
    }

    /// Answers the calls of an action that are as the metadata has it; like
    /// [`with_function`](Self::with_function). What the action does to entities, its handler does
    /// through [`OperationCall::entities`].
    ///
    /// ```
    /// # use graph_emulator::Emulator;
    /// let builder = Emulator::builder().with_action("assignLicense", |call| {
    ///     let licenses = serde_json::json!({"assignedLicenses": call.parameters["addLicenses"]});
    ///     call.entities.update(&call.bound_path, licenses)
    /// });
    /// # drop(builder);
    /// ```
    pub fn with_action<F, R>(mut self, name: impl Into<String>, answer: F) -> Self
    where
        F: Fn(&OperationCall) -> R + Send + Sync + 'static,
        R: Into<Reply>,
    {
        let handler = Box::new(move |call: &OperationCall| answer(call).into());
        self.handlers.actions.insert(name.into(), handler);
        self
    }

    /// Runs before each request that has a good token and meets no fault. The first hook that
    /// returns a reply answers the request, a JSON value as it stands.
    pub fn before_each<F>(mut self, hook: F) -> Self
    where
        F: Fn(&ReceivedRequest, &Entities) -> Option<Reply> + Send + Sync + 'static,
    {
        self.hooks.before.push(Box::new(hook));
        self
    }

    /// Runs after each request that was looked at, with the status of its answer, before the
    /// answer is sent.
    pub fn after_each<F>(mut self, hook: F) -> Self
    where
        F: Fn(&ReceivedRequest, StatusCode, &Entities) + Send + Sync + 'static,
    {
        self.hooks.after.push(Box::new(hook));
        self
    }

    /// The alphabet of binary values in JSON; base64 by default, as Graph has it. Bodies that use
    /// the other one are refused.
    pub fn binary_alphabet(mut self, alphabet: BinaryAlphabet) -> Self {
        self.behavior.alphabet = alphabet;
        self
    }

    /// How downloads are answered; with the bytes by default.
    pub fn downloads(mut self, answer: DownloadAnswer) -> Self {
        self.behavior.downloads = answer;
        self
    }

    /// How a POST is answered that makes an entity of this type, by its qualified name, or of a
    /// derived one; with the entity by default.
    pub fn creates(mut self, entity_type: impl Into<String>, answer: CreateAnswer) -> Self {
        self.behavior.creates.insert(entity_type.into(), answer);
        self
    }

    /// How a PUT of a stream is answered that belongs to an entity of this type, by its qualified
    /// name, or of a derived one; with 204 by default, and with the entity for
    /// `microsoft.graph.driveItem`.
    pub fn uploads(mut self, entity_type: impl Into<String>, answer: UploadAnswer) -> Self {
        self.behavior.uploads.insert(entity_type.into(), answer);
        self
    }

    /// Takes paths of names for items of one more type. Those of `microsoft.graph.driveItem`
    /// (`name`, `children`) and `microsoft.graph.site` (`name`, `sites`) are there by default.
    pub fn path_addressing(mut self, addressing: PathAddressing) -> Self {
        self.behavior.paths.insert(0, addressing);
        self
    }

    /// Takes the value of a string property for the key of this type's entities, too, as in
    /// `users('adele@contoso.com')`; the case of letters does not matter. Graph's
    /// `userPrincipalName` of `microsoft.graph.user` is taken by default.
    pub fn lookup_property(
        mut self,
        entity_type: impl Into<String>,
        property: impl Into<String>,
    ) -> Self {
        let lookup = (entity_type.into(), property.into());
        self.behavior.lookups.push(lookup);
        self
    }

    /// Says that an entity of this type, by its qualified name, or of a derived one was deleted by
    /// a complex property, as in `{"id": "1", "deleted": {"state": "deleted"}}`, where a delta has
    /// `@removed` by default. Graph's `deleted` of `microsoft.graph.driveItem` is known.
    pub fn deleted_facet(
        mut self,
        entity_type: impl Into<String>,
        property: impl Into<String>,
    ) -> Self {
        let facet = (entity_type.into(), property.into());
        self.behavior.deleted_facets.push(facet);
        self
    }

    /// What becomes of query options that lack their dollar sign; they are refused by default.
    pub fn undollared(mut self, undollared: Undollared) -> Self {
        self.behavior.undollared = undollared;
        self
    }

    /// Refuses queries of entities of these types, by their qualified names, and of derived ones
    /// that count, search, or filter by `ne`, `not`, `endswith` or `/$count`, or filter and order,
    /// without `ConsistencyLevel: eventual`, and, but for searches and `/$count`, without
    /// `$count=true`. `microsoft.graph.directoryObject` by default, as Graph documents it.
    pub fn advanced_queries<T: Into<String>>(
        mut self,
        entity_types: impl IntoIterator<Item = T>,
    ) -> Self {
        self.behavior.advanced = entity_types.into_iter().map(Into::into).collect();
        self
    }

    /// Whether the case of letters matters in names; it does not by default, as in Graph.
    pub fn name_case(mut self, case: NameCase) -> Self {
        self.behavior.name_case = case;
        self
    }

    /// What `$top` asks for; a page size by default, as in Graph.
    pub fn top(mut self, top: Top) -> Self {
        self.behavior.top = top;
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

    /// Scripts what the next request meets that has nothing scripted yet: this fault.
    ///
    /// ```
    /// # use graph_emulator::{Emulator, Fault};
    /// // The first request fails, the second passes, the third fails, all others pass.
    /// let builder = Emulator::builder()
    ///     .fault(Fault::GatewayTimeout)
    ///     .pass()
    ///     .fault(Fault::ConnectionReset);
    /// # drop(builder);
    /// ```
    pub fn fault(self, fault: Fault) -> Self {
        self.faults.push(Some(fault));
        self
    }

    /// Scripts what the next request meets that has nothing scripted yet: no fault.
    pub fn pass(self) -> Self {
        self.faults.push(None);
        self
    }

    /// Scripts one fault each for the next requests, in order.
    pub fn faults(self, faults: impl IntoIterator<Item = Fault>) -> Self {
        for fault in faults {
            self.faults.push(Some(fault));
        }
        self
    }

    /// Chooses the fault of each request that the script has nothing for.
    pub fn fault_when<F>(mut self, choose: F) -> Self
    where
        F: Fn(&ReceivedRequest) -> Option<Fault> + Send + Sync + 'static,
    {
        self.faults.selector = Some(Box::new(choose));
        self
    }

    /// Throttles: takes this many requests in each window of time and answers further ones with 429
    /// and, in `Retry-After`, the seconds until the window ends. The first request opens the
    /// window; throttled ones do not count. Of a batch, each part counts by itself, as in Graph.
    ///
    /// Time is that of [`clock`](Self::clock), so a test whose client waits by a clock of its own
    /// gives both the same. With an instant that stands still no window ends.
    pub fn throttle_after(mut self, requests: u64, window: Duration) -> Self {
        self.faults.quota = Some(Quota::new(requests, window));
        self
    }

    /// Lets one of these faults strike, each as likely as the others, at a random share
    /// (`0.0..=1.0`) of the requests that meet no other fault.
    ///
    /// The seed decides which requests are hit, in order of arrival.
    pub fn fault_rate(mut self, probability: f64, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults.rate = Some(FaultRate {
            probability,
            faults: faults.into_iter().collect(),
            ..FaultRate::default()
        });
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
