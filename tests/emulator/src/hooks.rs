//! Code of a test that runs with each request.

use std::fmt;

use axum::http::StatusCode;

use crate::entities::Entities;
use crate::operations::Reply;
use crate::record::ReceivedRequest;

type Before = Box<dyn Fn(&ReceivedRequest, &Entities) -> Option<Reply> + Send + Sync>;
type After = Box<dyn Fn(&ReceivedRequest, StatusCode, &Entities) + Send + Sync>;

/// What runs before and after requests, in the order given.
#[derive(Default)]
pub(crate) struct Hooks {
    pub(crate) before: Vec<Before>,
    pub(crate) after: Vec<After>,
}

impl Hooks {
    /// The reply of the first hook that has one.
    pub(crate) fn before(&self, request: &ReceivedRequest, entities: &Entities) -> Option<Reply> {
        self.before.iter().find_map(|hook| hook(request, entities))
    }

    pub(crate) fn after(&self, request: &ReceivedRequest, status: StatusCode, entities: &Entities) {
        for hook in &self.after {
            hook(request, status, entities);
        }
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("before", &self.before.len())
            .field("after", &self.after.len())
            .finish()
    }
}
