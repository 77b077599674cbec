//! Everything that a request is answered from.

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::Method;
use tokio::sync::watch;

use crate::answer::Answer;
use crate::clock::Clock;
use crate::downloads::Downloads;
use crate::error::{Refusal, excerpt};
use crate::faults::FaultPlan;
use crate::operations::Handlers;
use crate::page::Limits;
use crate::record::{ReceivedRequest, Record};
use crate::resource;
use crate::route;
use crate::service::Service;
use crate::store::Store;
use crate::url::{ParsedPath, ParsedQuery, Segment, UrlError};
use crate::values::Values;

pub(crate) struct App {
    pub(crate) service: Service,
    pub(crate) store: Mutex<Store>,
    pub(crate) handlers: Handlers,
    /// The CSDL document, for `$metadata`.
    pub(crate) metadata: String,
    /// Scheme, host and port of the emulator.
    pub(crate) origin: String,
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
    pub(crate) values: Values,
    pub(crate) faults: FaultPlan,
    pub(crate) record: Record,
    pub(crate) downloads: Downloads,
    /// How many requests were given ids.
    pub(crate) numbered: AtomicU64,
    /// Turns true when the emulator stops.
    pub(crate) stopped: watch::Receiver<bool>,
}

impl App {
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the service says of pages.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            largest: self.page_size,
            top: self.service.behavior.top,
        }
    }

    /// The answer to a request, before any fault.
    pub(crate) fn answer(
        &self,
        request: &ReceivedRequest,
        authorization: Result<(), Refusal>,
    ) -> Result<Answer, Refusal> {
        let path = parse(ParsedPath::parse(&request.path, &self.service.delimiters()))?;
        let segments = self.below_root(&path.segments)?;
        if is_metadata(segments) {
            if request.method == Method::GET {
                return Ok(Answer::Metadata);
            }
            return Err(Refusal::method_not_allowed(&request.method, "GET"));
        }
        authorization?;
        let query = ParsedQuery::parse(request.query.as_deref().unwrap_or_default());
        // A path that leads nowhere is told before a query that cannot be read.
        let route = route::resolve(
            &self.service,
            segments,
            query.as_ref().unwrap_or(&ParsedQuery::default()),
        )?;
        resource::answer(self, request, &parse(query)?, &route)
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

fn parse<T>(parsed: Result<T, UrlError>) -> Result<T, Refusal> {
    parsed.map_err(|error| Refusal::bad_request(error.to_string()))
}

fn is_metadata(segments: &[Segment]) -> bool {
    matches!(segments, [segment] if segment.name == "$metadata" && segment.arguments.is_none())
}
