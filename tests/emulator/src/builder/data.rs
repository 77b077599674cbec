//! What the emulator holds, and the code of tests that runs in it.

use axum::http::StatusCode;
use serde_json::Value;

use super::EmulatorBuilder;
use crate::entities::Entities;
use crate::metrics::Bucket;
use crate::operations::{OperationCall, Reply};
use crate::record::ReceivedRequest;
use crate::store::{Media, Seed, SeedContent};
use crate::values::{MetricSource, MetricValue};

impl EmulatorBuilder {
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
}
