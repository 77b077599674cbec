//! Everything that a request is answered from.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, MutexGuard, PoisonError};

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::answer::{Answer, Whole};
use crate::batch;
use crate::clock::Clock;
use crate::downloads::Downloads;
use crate::entities::Entities;
use crate::error::{Refusal, excerpt};
use crate::faults::FaultPlan;
use crate::format::Format;
use crate::hooks::Hooks;
use crate::monitor::{MonitorRules, Monitors};
use crate::operations::Handlers;
use crate::page::Limits;
use crate::permissions::Permissions;
use crate::record::{ReceivedRequest, Record};
use crate::resource::{self, PREFERENCE};
use crate::route;
use crate::service::{OperationKind, Service};
use crate::store::Store;
use crate::uploads::Uploads;
use crate::url::{ParsedPath, ParsedQuery, Segment, UrlError};
use crate::values::Values;

pub(crate) struct App {
    pub(crate) service: Arc<Service>,
    pub(crate) entities: Entities,
    pub(crate) hooks: Hooks,
    pub(crate) handlers: Handlers,
    /// The CSDL document, for `$metadata`.
    pub(crate) metadata: String,
    /// Scheme, host and port of the emulator.
    pub(crate) origin: String,
    /// Scheme, host and port of what answers without a token.
    pub(crate) foreign_origin: String,
    /// The first segment of every path.
    pub(crate) version: String,
    /// The service root: origin and version.
    pub(crate) root: String,
    pub(crate) context_root: String,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) token: Option<String>,
    pub(crate) page_size: u64,
    /// The most bytes that a request's body may have.
    pub(crate) body_limit: usize,
    /// The most requests that a batch may have.
    pub(crate) batch_limit: usize,
    /// Whether batches have what the standard has and Graph does not document.
    pub(crate) standard_batches: bool,
    pub(crate) values: Values,
    pub(crate) faults: FaultPlan,
    pub(crate) record: Record,
    /// The record of requests to the foreign origin.
    pub(crate) foreign: Record,
    pub(crate) permissions: Permissions,
    pub(crate) downloads: Downloads,
    pub(crate) uploads: Uploads,
    pub(crate) monitor_rules: MonitorRules,
    pub(crate) monitors: Monitors,
    /// How many requests were given ids.
    pub(crate) numbered: AtomicU64,
    /// Turns true when the emulator stops.
    pub(crate) stopped: watch::Receiver<bool>,
}

/// When the work of a request is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timing {
    /// As the rules have it.
    Asked,
    AtOnce,
}

impl App {
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.entities
            .store
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What the service says of pages.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            largest: self.page_size,
            top: self.service.behavior.top,
        }
    }

    /// The answer to a request, before any fault.
    pub(crate) async fn answer(
        &self,
        request: &ReceivedRequest,
        authorization: Result<(), Refusal>,
    ) -> Result<Answer, Refusal> {
        let mut path = parse(ParsedPath::parse(&request.path, &self.service.delimiters()))?;
        // A slash at the end means nothing.
        if path.segments.len() > 1 {
            path.segments.pop_if(|last| last.is_empty());
        }
        let segments = self.below_root(&path.segments)?;
        if segments.is_empty() {
            return self.service_document(&request.method);
        }
        if is_metadata(segments) {
            if request.method == Method::GET {
                return Ok(Answer::Metadata);
            }
            return Err(Refusal::method_not_allowed(&request.method, "GET"));
        }
        authorization?;
        let is_batch = batch::is_address(&self.version, &request.path);
        if !is_batch {
            self.permissions.check(&request.method, segments)?;
        }
        if let Some(reply) = self.hooks.before(request, &self.entities) {
            return resource::replied(self, reply, |value| Ok(whole(value)));
        }
        if is_batch {
            return batch::answer(self, request, &parse(self.query(request))?).await;
        }
        if let Some(answer) = self.monitors.follow(self, request) {
            return answer;
        }
        self.resource(request, segments, Timing::Asked)
    }

    fn query(&self, request: &ReceivedRequest) -> Result<ParsedQuery, UrlError> {
        let query = request.query.as_deref().unwrap_or_default();
        ParsedQuery::parse_as(query, self.service.behavior.undollared)
    }

    /// What a request that was accepted comes to, once its work is done.
    pub(crate) fn done(&self, request: &ReceivedRequest) -> Result<Answer, Refusal> {
        let mut path = parse(ParsedPath::parse(&request.path, &self.service.delimiters()))?;
        path.segments.pop_if(|last| last.is_empty());
        let segments = self.below_root(&path.segments)?;
        self.resource(request, segments, Timing::AtOnce)
    }

    /// The answer to a request for the resource at the end of a path.
    fn resource(
        &self,
        request: &ReceivedRequest,
        segments: &[Segment],
        timing: Timing,
    ) -> Result<Answer, Refusal> {
        let query = self.query(request);
        // A path that leads nowhere is told before a query that cannot be read.
        let route = route::resolve(
            &self.service,
            segments,
            query.as_ref().unwrap_or(&ParsedQuery::default()),
        )?;
        let query = parse(query)?;
        let format = if route.target.is_json() {
            Format::asked(&query, &request.headers)?
        } else {
            Format::default()
        };
        if timing == Timing::Asked
            && let Some(monitor) =
                self.monitor_rules
                    .find(request, &route, resource::prefers(request, PREFERENCE))
        {
            let accepted = resource::later(self, request, &query, &route)?;
            return Ok(self.monitors.start(self, monitor, accepted));
        }
        let answer = resource::answer(self, request, &query, &route, format)?;
        Ok(format.apply(answer))
    }

    /// What the service has at its root; no token needed, as for the metadata.
    fn service_document(&self, method: &Method) -> Result<Answer, Refusal> {
        if method != Method::GET {
            return Err(Refusal::method_not_allowed(method, "GET"));
        }
        let entry_points = self.service.entry_points.iter().map(|(name, entry)| {
            let kind = if entry.ty.collection {
                "EntitySet"
            } else {
                "Singleton"
            };
            json!({"name": name, "kind": kind, "url": name})
        });
        let functions = self.service.imports.iter();
        // An import that needs parameters has no address of its own.
        let functions = functions.filter(|(_, import)| {
            let mut overloads = self.service.imported(import).into_iter();
            import.kind == OperationKind::Function
                && overloads.any(|overload| overload.parameters.is_empty())
        });
        let functions =
            functions.map(|(name, _)| json!({"name": name, "kind": "FunctionImport", "url": name}));
        let body = json!({
            "@odata.context": format!("{}/$metadata", self.context_root),
            "value": entry_points.chain(functions).collect::<Vec<_>>(),
        });
        Ok(Answer::Whole(Whole::json(StatusCode::OK, &body)))
    }

    /// The segments after the service root.
    fn below_root<'a>(&self, segments: &'a [Segment]) -> Result<&'a [Segment], Refusal> {
        match segments.split_first() {
            Some((root, rest)) if root.name == self.version && root.arguments.is_none() => Ok(rest),
            other => Err(Refusal::bad_request(format!(
                "Invalid version: '{}'; the service root is '{}/{}'.",
                other.map_or_else(String::new, |(root, _)| excerpt(&root.name)),
                self.origin,
                self.version
            ))),
        }
    }
}

/// The answer of a hook: the value as it stands.
fn whole(value: Value) -> Answer {
    Answer::Whole(match value {
        Value::Null => Whole::empty(StatusCode::NO_CONTENT),
        value => Whole::json(StatusCode::OK, &value),
    })
}

fn parse<T>(parsed: Result<T, UrlError>) -> Result<T, Refusal> {
    parsed.map_err(|error| Refusal::bad_request(error.to_string()))
}

fn is_metadata(segments: &[Segment]) -> bool {
    matches!(segments, [segment] if segment.name == "$metadata" && segment.arguments.is_none())
}
