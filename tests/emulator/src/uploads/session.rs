//! An upload session: which fragments it takes, and what of the file is there.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::content::{Content, RunningDigest};
use super::range::ContentRange;
use super::{UploadFragment, UploadSession, UploadState};
use crate::error::Refusal;
use crate::record::ReceivedRequest;
use crate::store::{Home, Id};

/// Which of Graph's services plays the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// 202 for a fragment, the item at the end.
    Files,
    /// 200 for a fragment, where the attachment is at the end.
    Outlook,
}

impl Protocol {
    /// The most bytes of a fragment.
    fn limit(self) -> u64 {
        match self {
            Self::Files => super::FILES_LIMIT,
            Self::Outlook => super::OUTLOOK_LIMIT,
        }
    }
}

/// What is done when another item has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conflict {
    Fail,
    Replace,
    Rename,
}

/// What the file will be the content of.
#[derive(Clone, Debug)]
pub(crate) enum Destination {
    /// An entity that is there.
    Entity(Id),
    /// An item that its name tells from others in the same place.
    Named {
        home: Home,
        /// The property that has the name.
        property: String,
        name: String,
        conflict: Conflict,
    },
    /// A new item of a collection.
    Item(Home),
}

/// What the request for a session asked for.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) protocol: Protocol,
    /// The path of the request.
    pub(crate) path: String,
    pub(crate) destination: Destination,
    /// The type of the entity that is made.
    pub(crate) ty: String,
    /// What the request says of it.
    pub(crate) members: Map<String, Value>,
    /// The length of the file, where the request says it.
    pub(crate) announced: Option<u64>,
    /// Whether the file is made by a request of its own.
    pub(crate) deferred: bool,
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) plan: Plan,
    pub(crate) content: Content,
    total: Option<u64>,
    expires: DateTime<Utc>,
    /// `Expired` only when somebody looks.
    state: UploadState,
    fragments: Vec<UploadFragment>,
    /// What the length of all fragments but the last is a multiple of.
    multiple: u64,
    lifetime: TimeDelta,
}

impl Session {
    pub(crate) fn new(plan: Plan, rules: &super::Rules, now: DateTime<Utc>) -> Self {
        let mut session = Self {
            content: Content::new(rules.digest_only),
            total: plan.announced,
            plan,
            expires: now,
            state: UploadState::Open,
            fragments: Vec::new(),
            multiple: rules.fragment_multiple.max(1),
            lifetime: TimeDelta::from_std(rules.lifetime).unwrap_or(TimeDelta::MAX),
        };
        session.extend(now);
        session
    }

    pub(crate) fn state(&self, now: DateTime<Utc>) -> UploadState {
        match self.state {
            UploadState::Open if now >= self.expires => UploadState::Expired,
            state => state,
        }
    }

    pub(crate) fn close(&mut self, state: UploadState) {
        self.state = state;
    }

    /// Each fragment gives the session time.
    fn extend(&mut self, now: DateTime<Utc>) {
        let expires = now.checked_add_signed(self.lifetime);
        self.expires = expires.unwrap_or(DateTime::<Utc>::MAX_UTC);
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.total == Some(self.content.digest.length)
    }

    /// Puts on record that a fragment arrived.
    pub(crate) fn note(&mut self, request: &ReceivedRequest, taken: bool) {
        if let Some(ContentRange { first, last, .. }) = ContentRange::of(&request.headers) {
            self.fragments.push(UploadFragment { first, last, taken });
        }
    }

    /// Takes a fragment, or says why not.
    pub(crate) fn take(
        &mut self,
        request: &ReceivedRequest,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let range = self.fitting(request);
        self.note(request, range.is_ok());
        let range = range?;
        self.total = Some(range.total);
        self.content.append(&request.body, request.digest.as_ref());
        self.extend(now);
        Ok(())
    }

    /// The range of a fragment that can be taken.
    fn fitting(&self, request: &ReceivedRequest) -> Result<ContentRange, Refusal> {
        let range = ContentRange::of(&request.headers);
        let range = range.ok_or_else(|| {
            invalid("A fragment needs a Content-Range, as in 'bytes 0-25/128', within its total.")
        })?;
        let there = self.content.digest.length;
        if self.total.is_some_and(|total| total != range.total) {
            return Err(invalid(
                "The total of the Content-Range is not the file's length as it was told before.",
            ));
        }
        if range.first < there {
            return Err(out_of_range(
                "fragmentOverlap",
                "Uploaded fragment overlaps with existing data.",
            ));
        }
        if range.first > there {
            return Err(out_of_range(
                "fragmentOutOfOrder",
                "Uploaded fragment is out of order.",
            ));
        }
        self.check_length(request, range)?;
        Ok(range)
    }

    fn check_length(&self, request: &ReceivedRequest, range: ContentRange) -> Result<(), Refusal> {
        if range.length() > self.plan.protocol.limit() {
            return Err(too_large(self.plan.protocol.limit()));
        }
        let there = self.content.digest.length;
        let length = match &request.digest {
            // Another fragment came in between.
            Some(digest) if digest.length < there => 0,
            Some(digest) => digest.length - there,
            None => u64::try_from(request.body.len()).unwrap_or(u64::MAX),
        };
        if length != range.length() {
            return Err(Refusal {
                inner: vec![("code", "fragmentLengthMismatch".to_owned())],
                ..invalid("The body has another length than its Content-Range.")
            });
        }
        let is_free = range.is_last() || self.plan.protocol == Protocol::Outlook;
        if !is_free && !range.length().is_multiple_of(self.multiple) {
            return Err(invalid(&format!(
                "The length of every fragment but the last must be a multiple of {} bytes.",
                self.multiple
            )));
        }
        Ok(())
    }

    /// The digest that goes on with the next fragment; `None` when bytes are kept.
    pub(crate) fn digest(&self) -> Option<RunningDigest> {
        let is_digest_only = self.content.bytes.is_none();
        is_digest_only.then(|| self.content.digest.clone())
    }

    /// What is missing, and until when it can come.
    pub(crate) fn status(&self) -> Map<String, Value> {
        let there = self.content.digest.length;
        let missing = match self.plan.protocol {
            _ if self.is_whole() => Vec::new(),
            Protocol::Outlook if there > 0 => vec![there.to_string()],
            _ => vec![format!("{there}-")],
        };
        let expires = self.expires.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        Map::from_iter([
            ("expirationDateTime".to_owned(), expires.into()),
            ("nextExpectedRanges".to_owned(), json!(missing)),
        ])
    }

    /// What a test sees of it.
    pub(crate) fn seen(&self, url: String, now: DateTime<Utc>) -> UploadSession {
        UploadSession {
            path: self.plan.path.clone(),
            url,
            state: self.state(now),
            received: self.content.digest.length,
            total: self.total,
            sha256: self.content.digest.hex(),
            fragments: self.fragments.clone(),
        }
    }
}

/// 400 for a fragment that no session takes.
pub(crate) fn invalid(message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "invalidRequest", message)
}

/// 413 for a fragment with too many bytes.
pub(crate) fn too_large(limit: u64) -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "requestEntityTooLarge",
        format!("A fragment has no more than {limit} bytes."),
    )
}

/// 416 for a fragment of bytes that are not the next ones.
fn out_of_range(code: &'static str, message: &str) -> Refusal {
    Refusal {
        inner: vec![("code", code.to_owned())],
        ..Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, "invalidRange", message)
    }
}

#[cfg(test)]
mod tests;
