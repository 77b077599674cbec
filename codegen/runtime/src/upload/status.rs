//! What a service says about a session.

use std::ops::Range;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::ranges;
use crate::error::{Error, ErrorKind, Result};
use crate::http::RawResponse;
use crate::response::members;

/// The members of `microsoft.graph.uploadSession`. Outlook writes some of them with a capital.
pub(super) struct Status {
    members: Map<String, Value>,
}

impl Status {
    /// What an answer says; nothing if it is no object.
    pub(super) fn of(raw: &RawResponse) -> Result<Self> {
        let members = members(raw)?;
        Ok(Self { members })
    }

    /// What an answer about a session says; `None` if it is about something else.
    pub(super) fn of_session(raw: &RawResponse) -> Result<Option<Self>> {
        Ok(Some(Self::of(raw)?).filter(Self::is_of_session))
    }

    fn member(&self, name: &str) -> Option<&Value> {
        let mut members = self.members.iter();
        let found = members.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    pub(super) fn upload_url(&self) -> Option<&str> {
        self.member("uploadUrl")?.as_str()
    }

    pub(super) fn expires(&self) -> Option<DateTime<Utc>> {
        self.member("expirationDateTime")?.as_str()?.parse().ok()
    }

    /// Whether this is about a session, and not the item that was uploaded.
    fn is_of_session(&self) -> bool {
        self.member("nextExpectedRanges").is_some()
    }

    /// What is still missing of a file of this length; everything if nothing is said of it.
    pub(super) fn missing(&self, length: u64) -> Result<Vec<Range<u64>>> {
        let listed = match self.member("nextExpectedRanges") {
            None | Some(Value::Null) => {
                return Ok(ranges::parse(["0-"], length).unwrap_or_default());
            }
            Some(Value::Array(listed)) => listed.iter().map(Value::as_str).collect(),
            Some(value) => value.as_str().map(|text| vec![text]),
        };
        let missing = listed.and_then(|texts| ranges::parse(texts, length));
        missing.ok_or_else(|| {
            let message = format!(
                "the service expects ranges that are none of a file of {length} bytes \
                 (nextExpectedRanges)"
            );
            Error::new(ErrorKind::Decode, message)
        })
    }
}
