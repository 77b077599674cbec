//! What a service says about an operation.

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};
use crate::http::RawResponse;
use crate::response::members;

/// How an operation stands. Services have many words for it; [`Progress::status_text`] is the service's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationStatus {
    /// It is under way, or will be.
    Running,
    /// It is complete.
    Succeeded,
    /// It failed, or somebody cancelled it.
    Failed,
}

impl OperationStatus {
    /// What a service's word means; a word that is not known is none of the end.
    fn of(word: &str) -> Self {
        const SUCCEEDED: [&str; 4] = ["succeeded", "completed", "success", "partiallysucceeded"];
        const FAILED: [&str; 7] = [
            "failed",
            "canceled",
            "cancelled",
            "submissionfailed",
            "deletefailed",
            "error",
            "invalid",
        ];
        let is_one_of = |words: &[&str]| words.iter().any(|it| it.eq_ignore_ascii_case(word));
        if is_one_of(&SUCCEEDED) {
            Self::Succeeded
        } else if is_one_of(&FAILED) {
            Self::Failed
        } else {
            Self::Running
        }
    }
}

/// What a service said last about an operation.
///
/// `Debug` shows how it stands; [`members`](Self::members) has all that the service said.
#[derive(Clone, Default)]
pub struct Progress {
    body: Bytes,
    members: Map<String, Value>,
}

/// The end of an operation that succeeded.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Completed<R> {
    /// What it made, if the service says where that is or sends it.
    pub result: Option<R>,
    /// What the service said last.
    pub progress: Progress,
}

impl Progress {
    /// What an answer says. Anything but an object says nothing that is understood here.
    pub(super) fn of(answer: &RawResponse) -> Result<Self> {
        let body = answer.body.clone();
        let members = members(answer)?;
        Ok(Self { body, members })
    }

    /// The status in the service's own word, such as `inProgress`.
    pub fn status_text(&self) -> Option<&str> {
        let status = self.members.get("status")?;
        // `printOperation` says more: its status is an object with a state.
        status.as_str().or_else(|| status.get("state")?.as_str())
    }

    /// How the operation stands, if the service says so.
    pub fn status(&self) -> Option<OperationStatus> {
        self.status_text().map(OperationStatus::of)
    }

    /// How much of it is done, in percent, if the service says so.
    pub fn percent(&self) -> Option<f64> {
        let names = ["percentageComplete", "percentComplete", "percentProgress"];
        let mut found = names.iter().filter_map(|name| self.members.get(*name));
        found.next()?.as_f64()
    }

    /// The id of what the operation made, as a copy of a file has it (`resourceId`).
    pub fn resource_id(&self) -> Option<&str> {
        let names = ["resourceId", "targetResourceId"];
        names
            .iter()
            .find_map(|name| self.members.get(*name)?.as_str())
    }

    /// Where the service says that the result is.
    pub(super) fn result_location(&self) -> Option<&str> {
        let names = ["targetResourceLocation", "resourceLocation"];
        names
            .iter()
            .find_map(|name| self.members.get(*name)?.as_str())
    }

    /// The result itself, if the service sends it along: `result` (Microsoft's REST API guidelines), or
    /// `properties` (Azure).
    pub(super) fn embedded_result<R: DeserializeOwned>(&self) -> Option<R> {
        let names = ["result", "properties"];
        let mut found = names.iter().filter_map(|name| self.members.get(*name));
        let result = found.find(|value| !value.is_null())?;
        // The operation succeeded, whatever this is.
        R::deserialize(result).ok()
    }

    /// What the service said, as JSON.
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// What the service said, as a model such as `TeamsAsyncOperation`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] if it is not one, or if the service said nothing.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|cause| {
            let message = "what the service says about the operation is not of this type";
            Error::new(ErrorKind::Decode, message).with_source(cause)
        })
    }
}

// What the service said may be long, and have URLs that work without a token.
impl fmt::Debug for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Progress")
            .field("status", &self.status())
            .field("percent", &self.percent())
            .finish_non_exhaustive()
    }
}
