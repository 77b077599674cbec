//! Work that runs on: what it works on, how far it is, and how it ends.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Kind, Monitor, Work, WorkState};
use crate::answer::{Answer, Whole};
use crate::app::App;
use crate::error::Refusal;
use crate::record::{Origin, ReceivedRequest};

/// What work is done on, below the service root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    /// Its path, such as `teams('a')`; empty when there is none.
    pub(crate) path: String,
    /// Its key.
    pub(crate) id: String,
    /// The type of work, such as `archiveTeam`.
    pub(crate) work: String,
}

/// A request whose work is done later.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) request: ReceivedRequest,
    pub(crate) effect: Effect,
    pub(crate) subject: Subject,
}

/// What work does in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// What the request does by itself.
    OfRequest,
    /// That, at this moment.
    Underway,
    /// Nothing: it calls an action that nobody answers.
    None,
}

#[derive(Debug)]
pub(crate) struct Running {
    pub(super) monitor: Monitor,
    pub(super) accepted: Accepted,
    pub(super) id: String,
    pub(super) created: DateTime<Utc>,
    pub(super) latest: DateTime<Utc>,
    pub(super) polls: u32,
    pub(super) end: Option<End>,
}

/// How work ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    Succeeded(Answer),
    Failed(Refusal),
    Canceled,
}

impl Monitor {
    pub(super) fn origin(&self) -> Origin {
        match self.kind {
            Kind::DriveItem => Origin::Foreign,
            _ => Origin::Service,
        }
    }
}

impl Running {
    pub(super) fn state(&self) -> WorkState {
        match &self.end {
            None => WorkState::Running,
            Some(End::Succeeded(_)) => WorkState::Succeeded,
            Some(End::Failed(_)) => WorkState::Failed,
            Some(End::Canceled) => WorkState::Canceled,
        }
    }

    /// The path at which it is followed: at the origin for a foreign one, or below the service root.
    pub(super) fn path(&self) -> String {
        let (subject, id) = (&self.accepted.subject.path, &self.id);
        match self.monitor.kind {
            Kind::DriveItem => format!("{}{id}", super::table::PREFIX),
            Kind::Teams | Kind::Operation if !subject.is_empty() => {
                format!("{subject}/operations('{id}')")
            }
            _ => format!("operations('{id}')"),
        }
    }

    /// Where the first answer says that it is followed.
    pub(super) fn location(&self, app: &App) -> String {
        let path = self.path();
        match self.monitor.kind {
            Kind::DriveItem => format!("{}{path}", app.foreign_origin),
            // As Teams sends it: below the service root, which it leaves out.
            Kind::Teams => format!("/{path}"),
            _ => format!("{}/{path}", app.root),
        }
    }

    /// Counts a poll. When enough of them saw the work running, it ends; returns the request that is to
    /// be done for that, which [`finish`](Self::finish) takes the result of.
    pub(super) fn poll(&mut self, now: DateTime<Utc>) -> Option<ReceivedRequest> {
        if self.end.is_some() {
            return None;
        }
        self.latest = now;
        self.polls = self.polls.saturating_add(1);
        if self.polls <= self.monitor.polls {
            return None;
        }
        if let Some((code, message)) = &self.monitor.failure {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            self.finish(Err(Refusal::new(status, code, message)));
            return None;
        }
        match self.accepted.effect {
            Effect::None => {
                let nothing = Whole::empty(StatusCode::NO_CONTENT);
                self.finish(Ok(Answer::Whole(nothing)));
                None
            }
            Effect::Underway => None,
            Effect::OfRequest => {
                self.accepted.effect = Effect::Underway;
                Some(self.accepted.request.clone())
            }
        }
    }

    /// Ends the work, unless it was canceled meanwhile.
    pub(super) fn finish(&mut self, result: Result<Answer, Refusal>) {
        self.end
            .get_or_insert_with(|| result.map_or_else(End::Failed, End::Succeeded));
    }

    /// How much is done, in per cent.
    pub(super) fn percentage(&self) -> f64 {
        if let Some(End::Succeeded(_)) = self.end {
            return 100.0;
        }
        let poll = usize::try_from(self.polls).unwrap_or(usize::MAX);
        let given = self.monitor.progress.get(poll.saturating_sub(1));
        let given = given.or(self.monitor.progress.last()).copied();
        let steps = f64::from(self.monitor.polls) + 1.0;
        let even = 100.0 * f64::from(self.polls.min(self.monitor.polls)) / steps;
        given.unwrap_or((even * 10.0).round() / 10.0)
    }

    /// Whether it has begun, to those who look.
    pub(super) fn has_begun(&self) -> bool {
        self.percentage() > 0.0
    }

    /// The value that the work has come to, if it is JSON.
    pub(super) fn value(&self) -> Value {
        let whole = match &self.end {
            Some(End::Succeeded(Answer::Whole(whole))) => whole,
            _ => return Value::Null,
        };
        serde_json::from_slice(&whole.body).unwrap_or_default()
    }

    /// The id of what the work has made, or else of what it was done on.
    pub(super) fn result_id(&self) -> String {
        let value = self.value();
        let made = value.get("id").and_then(Value::as_str);
        made.unwrap_or(&self.accepted.subject.id).to_owned()
    }

    /// Where the result is: a path below the service root, or a URL.
    pub(super) fn target(&self) -> &str {
        let result = self.monitor.result.as_deref();
        let result = result.unwrap_or(&self.accepted.subject.path);
        result.trim_start_matches('/')
    }

    /// The URL of the result.
    pub(super) fn result_location(&self, app: &App) -> String {
        let result = self.target();
        if result.contains("://") {
            return result.to_owned();
        }
        format!("{}/{}", app.root, result)
    }

    /// What a test sees of it.
    pub(super) fn seen(&self, app: &App) -> Work {
        Work {
            path: self.accepted.request.path.clone(),
            monitor: self.location(app),
            polls: self.polls,
            state: self.state(),
        }
    }
}

/// The key at the end of a path: of `teams('a')` and `teams/a`, `a`; empty when there is none.
pub(crate) fn id_of(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or_default();
    let key = last
        .split_once("('")
        .and_then(|(_, key)| key.strip_suffix("')"));
    let is_segment = path.contains('/');
    key.or(is_segment.then_some(last))
        .unwrap_or_default()
        .to_owned()
}
