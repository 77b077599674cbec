//! Work that runs on after its request was answered, and how it is followed.

mod rules;
mod running;
mod status;
mod table;

use axum::http::StatusCode;

use crate::faults::RetryAfter;

pub(crate) use rules::{MonitorRule, MonitorRules};
pub(crate) use running::{Accepted, Effect, Subject, id_of};
pub(crate) use table::{Monitors, answer, is_monitor};

/// How a service plays work that takes its time: it answers 202, and says where the work can be
/// followed. The request has its effect when the work is done, and none when it is canceled or set to
/// [fail](Self::fails).
///
/// ```
/// # use graph_emulator::{Emulator, Monitor};
/// // Two polls see the copy running, the third one sees it fail.
/// let monitor = Monitor::drive_item().polls(2).fails("nameAlreadyExists", "Name already exists");
/// let builder = Emulator::builder().runs_on("copy", monitor);
/// # drop(builder);
/// ```
#[derive(Clone, Debug)]
pub struct Monitor {
    kind: Kind,
    polls: u32,
    progress: Vec<f64>,
    retry_after: RetryAfter,
    running_status: Option<StatusCode>,
    redirects: bool,
    result: Option<String>,
    failure: Option<(String, String)>,
}

/// The protocols of services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    DriveItem,
    Teams,
    Operation,
    OperationLocation,
    AzureAsyncOperation,
    StatusMonitor,
}

/// Whether work still runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WorkState {
    /// It runs.
    Running,
    /// It is done.
    Succeeded,
    /// It has failed.
    Failed,
    /// The client canceled it.
    Canceled,
}

/// Work that runs on, as the emulator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Work {
    /// The path of the request that it was started by, as it was on the wire.
    pub path: String,
    /// Where it is followed, as the answer to that request said it.
    pub monitor: String,
    /// How often that was polled.
    pub polls: u32,
    /// Whether it still runs.
    pub state: WorkState,
}

impl Monitor {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            polls: 1,
            progress: Vec::new(),
            retry_after: RetryAfter::Absent,
            running_status: None,
            redirects: false,
            result: None,
            failure: None,
        }
    }

    /// A monitor URL at another origin in `Location`, which wants no token, as for the copy of a
    /// `driveItem`: 202 with `status` and `percentageComplete`, then 200 with `resourceId`.
    pub fn drive_item() -> Self {
        Self::new(Kind::DriveItem)
    }

    /// A `teamsAsyncOperation` in `Location`, relative to the service root, and what it works on in
    /// `Content-Location`, as for the creation of a team.
    pub fn teams() -> Self {
        Self::new(Kind::Teams)
    }

    /// A `longRunningOperation` of Graph in `Location`, with `status`, `percentageComplete`,
    /// `resourceLocation` and `error`.
    pub fn operation() -> Self {
        Self::new(Kind::Operation)
    }

    /// A URL in `Operation-Location`, whose answer has `status`, `result` and `error`.
    pub fn operation_location() -> Self {
        Self::new(Kind::OperationLocation)
    }

    /// A URL in `Azure-AsyncOperation`, whose answer has `status`, `properties` and `error`.
    pub fn azure_async_operation() -> Self {
        Self::new(Kind::AzureAsyncOperation)
    }

    /// The status monitor of OData 4.01 in `Location`: 202 while the work runs, then 200 with the
    /// answer itself, whose status is in `AsyncResult`. DELETE cancels.
    pub fn status_monitor() -> Self {
        Self::new(Kind::StatusMonitor)
    }

    /// How many polls see the work running before one sees its end; 1 by default.
    #[must_use]
    pub fn polls(mut self, polls: u32) -> Self {
        self.polls = polls;
        self
    }

    /// The percentages that the polls see, one after the other; in equal steps by default.
    #[must_use]
    pub fn progress(mut self, percentages: impl IntoIterator<Item = f64>) -> Self {
        self.progress = percentages.into_iter().collect();
        self
    }

    /// The `Retry-After` of the 202 and of the polls that see the work running; none by default.
    #[must_use]
    pub fn retry_after(mut self, retry_after: RetryAfter) -> Self {
        self.retry_after = retry_after;
        self
    }

    /// The status of polls that see the work running: by default 202 for [`drive_item`](Self::drive_item)
    /// and [`status_monitor`](Self::status_monitor), 200 for the others.
    #[must_use]
    pub fn running_status(mut self, status: StatusCode) -> Self {
        self.running_status = Some(status);
        self
    }

    /// Answers the poll that sees the end with 303 to the [result](Self::result).
    #[must_use]
    pub fn redirects(mut self) -> Self {
        self.redirects = true;
        self
    }

    /// Where the result is: a path below the service root, or a URL. By default what was worked on, and
    /// what was made by a POST to a collection.
    #[must_use]
    pub fn result(mut self, location: impl Into<String>) -> Self {
        self.result = Some(location.into());
        self
    }

    /// Lets the work fail in the end, without any effect.
    #[must_use]
    pub fn fails(mut self, code: impl Into<String>, message: impl Into<String>) -> Self {
        self.failure = Some((code.into(), message.into()));
        self
    }
}
