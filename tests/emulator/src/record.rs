//! The record of the requests that came in.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};

use crate::faults::Fault;
use crate::uploads::RunningDigest;

/// The most bytes of bodies that the record keeps; older requests go when it is passed.
const BODIES_LIMIT: usize = 256 << 20;

/// A request as it came in, and what became of it.
///
/// `Debug` does not show the `Authorization` header's value; `headers` holds it, so that a test
/// can see which token went where.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The method.
    pub method: Method,
    /// Which of the emulator's origins it came to.
    pub origin: Origin,
    /// The path as it was on the wire, percent-encoding included.
    pub path: String,
    /// The query as it was on the wire, without the question mark.
    pub query: Option<String>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty when it was larger than [`EmulatorBuilder::body_limit`] allows, or when
    /// [`EmulatorBuilder::upload_digest_only`] keeps no bytes of it.
    ///
    /// [`EmulatorBuilder::body_limit`]: crate::EmulatorBuilder::body_limit
    /// [`EmulatorBuilder::upload_digest_only`]: crate::EmulatorBuilder::upload_digest_only
    pub body: Bytes,
    /// Whether it carried a bearer token that the emulator takes.
    pub authorized: bool,
    /// Whether it is a batch, or came in one.
    pub batch: BatchRole,
    /// What became of it.
    pub outcome: Outcome,
    /// Stands for the body of a fragment whose bytes are not kept.
    pub(crate) digest: Option<RunningDigest>,
}

/// The origins that an emulator plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// That of [`Emulator::endpoint`](crate::Emulator::endpoint).
    Service,
    /// Another one, where downloads, upload sessions and monitors are. No request there may carry a
    /// token.
    Foreign,
}

/// What a request has to do with batches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BatchRole {
    /// Nothing: it came alone.
    Alone,
    /// It is a batch. Its parts are requests of their own, before it on record.
    Batch,
    /// It came in a batch, with this id there.
    ///
    /// `path`, `headers` and `body` are those that it would have alone, but for the
    /// `Authorization` header: the batch has it.
    Part(String),
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing yet: what a closure that chooses faults sees.
    Pending,
    /// An answer of this status, without a fault.
    Answered(StatusCode),
    /// A fault struck.
    Faulted(Fault),
}

impl ReceivedRequest {
    /// Its id in the batch that it came in; none when it came alone.
    pub fn part_id(&self) -> Option<&str> {
        match &self.batch {
            BatchRole::Part(id) => Some(id),
            _ => None,
        }
    }

    /// Whether it had an `Authorization` header, which requests to
    /// [`Origin::Foreign`] must not have.
    pub fn has_authorization(&self) -> bool {
        self.headers.contains_key(AUTHORIZATION)
    }

    pub(crate) fn new(parts: Parts, origin: Origin, authorized: bool) -> Self {
        let mut headers = parts.headers;
        for (name, value) in headers.iter_mut() {
            if name == AUTHORIZATION {
                value.set_sensitive(true);
            }
        }
        Self {
            method: parts.method,
            origin,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers,
            body: Bytes::new(),
            authorized,
            batch: BatchRole::Alone,
            outcome: Outcome::Pending,
            digest: None,
        }
    }
}

/// Keeps the latest requests, and counts all of them.
#[derive(Debug)]
pub(crate) struct Record {
    limit: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    latest: VecDeque<ReceivedRequest>,
    count: u64,
    /// The length of all bodies in `latest`.
    body_bytes: usize,
}

impl Record {
    /// A record of the `limit` latest requests.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            state: Mutex::default(),
        }
    }

    pub(crate) fn push(&self, request: ReceivedRequest) {
        let mut state = self.lock();
        state.count += 1;
        if self.limit == 0 {
            return;
        }
        state.body_bytes += request.body.len();
        state.latest.push_back(request);
        while state.latest.len() > self.limit || state.body_bytes > BODIES_LIMIT {
            match state.latest.pop_front() {
                Some(oldest) => state.body_bytes -= oldest.body.len(),
                None => break,
            }
        }
    }

    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        self.lock().latest.iter().cloned().collect()
    }

    pub(crate) fn count(&self) -> u64 {
        self.lock().count
    }

    pub(crate) fn clear(&self) {
        *self.lock() = State::default();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
