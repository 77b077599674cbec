//! All work that runs on, and the requests that follow it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{Method, StatusCode};

use super::running::{End, Running};
use super::{Accepted, Monitor, Work, WorkState};
use crate::answer::{Answer, Whole};
use crate::app::App;
use crate::error::Refusal;
use crate::foreign;
use crate::ids::format_guid;
use crate::random;
use crate::record::{Origin, ReceivedRequest};
use crate::url::percent_decode;

/// What the paths of monitor URLs at the foreign origin begin with.
pub(super) const PREFIX: &str = "/monitor/";

#[derive(Debug, Default)]
pub(crate) struct Monitors {
    running: Mutex<Vec<Running>>,
}

/// Whether a request to the foreign origin follows work.
pub(crate) fn is_monitor(request: &ReceivedRequest) -> bool {
    request.path.starts_with(PREFIX)
}

/// The answer to a request to a monitor URL.
pub(crate) fn answer(app: &App, request: &ReceivedRequest) -> Result<Answer, Refusal> {
    let answer = app.monitors.follow(app, request);
    answer.unwrap_or_else(|| Err(foreign::not_found()))
}

impl Monitors {
    /// Starts work, and answers the request that asked for it.
    pub(crate) fn start(&self, app: &App, monitor: &Monitor, accepted: Accepted) -> Answer {
        let mut all = self.lock();
        let number = u64::try_from(all.len()).unwrap_or(u64::MAX);
        let of_monitors = random::hash(PREFIX) ^ app.values.seed;
        let bits = random::mix(of_monitors ^ random::mix(number));
        let now = app.clock.now();
        let running = Running {
            monitor: monitor.clone(),
            accepted,
            id: format_guid(bits, random::mix(bits)),
            created: now,
            latest: now,
            polls: 0,
            end: None,
        };
        let answer = running.accepted(app);
        all.push(running);
        Answer::Whole(answer)
    }

    /// The answer to a request that follows work; `None` when it follows none.
    pub(crate) fn follow(
        &self,
        app: &App,
        request: &ReceivedRequest,
    ) -> Option<Result<Answer, Refusal>> {
        let path = match request.origin {
            Origin::Foreign => request.path.as_str(),
            Origin::Service => {
                let path = request.path.trim_matches('/');
                path.split_once('/').map_or("", |(_, path)| path)
            }
        };
        let path = canonical(&percent_decode(path).ok()?);
        let mut all = self.lock();
        let index = all.iter().position(|it| {
            it.monitor.origin() == request.origin && canonical(&it.path()) == path
        })?;
        let running = all.get_mut(index)?;
        if running.state() == WorkState::Canceled {
            return Some(Err(foreign::not_found()));
        }
        let is_cancelable = running.monitor.is_status_monitor();
        if request.method == Method::DELETE && is_cancelable {
            running.end = Some(End::Canceled);
            return Some(Ok(Answer::Whole(Whole::empty(StatusCode::NO_CONTENT))));
        }
        if request.method != Method::GET {
            let allowed = if is_cancelable { "GET, DELETE" } else { "GET" };
            return Some(Err(Refusal::method_not_allowed(&request.method, allowed)));
        }
        let due = running.poll(app.clock.now());
        drop(all);
        // A handler may look at the emulator's work.
        let result = due.map(|request| app.done(&request));
        let mut all = self.lock();
        let running = all.get_mut(index)?;
        if let Some(result) = result {
            running.finish(result);
        }
        Some(Ok(running.status(app)))
    }

    /// All work, as tests see it.
    pub(crate) fn seen(&self, app: &App) -> Vec<Work> {
        self.lock()
            .iter()
            .map(|running| running.seen(app))
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A path with its keys as segments: `teams('a')/operations('b')` is `teams/a/operations/b`.
fn canonical(path: &str) -> String {
    path.replace("('", "/").replace("')", "")
}
