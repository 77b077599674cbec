//! Which requests start work that runs on.

use axum::http::Method;

use super::{Kind, Monitor};
use crate::record::ReceivedRequest;
use crate::route::{Route, Target};
use crate::service::{OperationKind, Service};

/// Chooses requests by the name of an operation, or by their path.
#[derive(Debug)]
pub(crate) struct MonitorRule {
    pub(crate) name: String,
    pub(crate) monitor: Monitor,
}

#[derive(Debug, Default)]
pub(crate) struct MonitorRules {
    pub(crate) by_name: Vec<MonitorRule>,
    /// For requests that prefer to be answered later.
    pub(crate) preferred: Option<Monitor>,
}

impl MonitorRules {
    /// The name of a rule that no request can meet.
    pub(crate) fn undeclared(&self, service: &Service) -> Option<&str> {
        let mut names = self.by_name.iter().map(|rule| rule.name.as_str());
        names.find(|name| {
            let mut operations = service.operations.values().flatten();
            let is_operation =
                operations.any(|it| it.name == *name || it.qualified_name() == *name);
            let entry = name.split(['/', '(']).next().unwrap_or_default();
            let is_entry = service.entry_points.contains_key(entry);
            !is_operation && !is_entry && !service.imports.contains_key(entry)
        })
    }

    /// How the work of a request is followed; `None` when it is done at once.
    pub(crate) fn find(
        &self,
        request: &ReceivedRequest,
        route: &Route<'_>,
        prefers_async: bool,
    ) -> Option<&Monitor> {
        let path = request.path.trim_matches('/');
        let below_root = path.split_once('/').map_or("", |(_, path)| path);
        let is_meant = |rule: &&MonitorRule| match &route.target {
            Target::Call { overloads, .. } => overloads.iter().any(|operation| {
                let method = match operation.kind {
                    OperationKind::Action => Method::POST,
                    OperationKind::Function => Method::GET,
                };
                let is_named =
                    operation.name == rule.name || operation.qualified_name() == rule.name;
                request.method == method && (is_named || below_root == rule.name)
            }),
            _ => request.method != Method::GET && below_root == rule.name,
        };
        let named = self.by_name.iter().find(is_meant).map(|rule| &rule.monitor);
        named.or_else(|| self.preferred.as_ref().filter(|_| prefers_async))
    }
}

impl Monitor {
    pub(super) fn is_status_monitor(&self) -> bool {
        self.kind == Kind::StatusMonitor
    }
}
