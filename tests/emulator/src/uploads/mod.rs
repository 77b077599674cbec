//! Upload sessions: files that come in fragments, at another origin than the service's.

mod answer;
mod commit;
mod content;
mod range;
mod session;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::error::Refusal;
use crate::foreign;
use crate::random;
use crate::record::ReceivedRequest;

pub(crate) use answer::{answer, is_upload};
pub(crate) use commit::name_exists;
pub(crate) use content::RunningDigest;
pub(crate) use session::{Conflict, Destination, Plan, Protocol, Session};

/// What the paths of upload URLs begin with.
const PREFIX: &str = "/upload/";

/// The most bytes that OneDrive takes in a fragment.
pub(crate) const FILES_LIMIT: u64 = 60 << 20;

/// The most bytes that Outlook takes in a fragment.
pub(crate) const OUTLOOK_LIMIT: u64 = 4 << 20;

/// What OneDrive documents that the length of fragments is a multiple of.
const FRAGMENT_MULTIPLE: u64 = 320 << 10;

const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// An upload session, as the emulator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadSession {
    /// The path of the request that it was created by, as it was on the wire.
    pub path: String,
    /// Its upload URL, which lets everybody in who has it.
    pub url: String,
    /// Whether it goes on.
    pub state: UploadState,
    /// How many bytes of the file are there.
    pub received: u64,
    /// The length of the file, once somebody has told it.
    pub total: Option<u64>,
    /// The SHA-256 of the bytes that are there, in hexadecimal digits.
    pub sha256: String,
    /// The fragments that arrived, in order, those that were not taken included.
    pub fragments: Vec<UploadFragment>,
}

/// Whether an upload session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UploadState {
    /// It waits for fragments, or to be completed.
    Open,
    /// The file is there.
    Completed,
    /// The client deleted it.
    Canceled,
    /// It waited for too long.
    Expired,
}

/// A fragment that arrived at an upload URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadFragment {
    /// The position of its first byte in the file.
    pub first: u64,
    /// The position of its last byte.
    pub last: u64,
    /// Whether it was added to the file, whatever the client was answered.
    pub taken: bool,
}

impl UploadSession {
    /// How often a range arrived.
    pub fn arrivals(&self, first: u64, last: u64) -> usize {
        let fragments = self.fragments.iter();
        let same = |it: &&UploadFragment| (it.first, it.last) == (first, last);
        fragments.filter(same).count()
    }
}

/// What sessions take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) digest_only: bool,
    pub(crate) lifetime: Duration,
    pub(crate) fragment_multiple: u64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            digest_only: false,
            lifetime: LIFETIME,
            fragment_multiple: FRAGMENT_MULTIPLE,
        }
    }
}

/// All sessions, in the order in which they were created.
#[derive(Debug)]
pub(crate) struct Uploads {
    pub(crate) rules: Rules,
    seed: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    sessions: Vec<(Address, Session)>,
    by_path: BTreeMap<String, usize>,
}

/// Where a session is: what names it, and what lets its client in.
#[derive(Clone, Debug)]
struct Address {
    path: String,
    query: String,
}

impl Uploads {
    pub(crate) fn new(rules: Rules, seed: u64) -> Self {
        Self {
            rules,
            seed,
            state: Mutex::default(),
        }
    }

    /// Opens a session; returns its path and query, and what is missing.
    pub(crate) fn open(
        &self,
        plan: Plan,
        now: DateTime<Utc>,
    ) -> (String, serde_json::Map<String, serde_json::Value>) {
        let mut state = self.lock();
        let number = u64::try_from(state.sessions.len()).unwrap_or(u64::MAX);
        let of_uploads = random::hash(PREFIX) ^ self.seed;
        let bits = random::mix(of_uploads ^ random::mix(number));
        let address = Address {
            path: format!("{PREFIX}{bits:016x}"),
            query: format!("tempauth={:016x}", random::mix(bits)),
        };
        let session = Session::new(plan, &self.rules, now);
        let opened = (
            format!("{}?{}", address.path, address.query),
            session.status(),
        );
        let index = state.sessions.len();
        state.by_path.insert(address.path.clone(), index);
        state.sessions.push((address, session));
        opened
    }

    /// Does something with the open session that a request is for.
    fn with<T>(
        &self,
        request: &ReceivedRequest,
        now: DateTime<Utc>,
        act: impl FnOnce(&mut Session) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut state = self.lock();
        let index = state.by_path.get(&request.path).copied();
        let session = index.and_then(|index| state.sessions.get_mut(index));
        let (address, session) = session.ok_or_else(foreign::not_found)?;
        if request.query.as_deref() != Some(&address.query) {
            return Err(foreign::unauthenticated(
                "The upload URL is to be used whole, query included.",
            ));
        }
        match session.state(now) {
            UploadState::Open => act(session),
            _ => Err(foreign::not_found()),
        }
    }

    /// The digest that a fragment goes on with, where its bytes are not to be kept.
    pub(crate) fn digest_for(
        &self,
        request: &ReceivedRequest,
        now: DateTime<Utc>,
    ) -> Option<RunningDigest> {
        let digest = self.with(request, now, |session| Ok(session.digest()));
        digest.ok().flatten()
    }

    /// Puts on record that a fragment arrived and got no further.
    pub(crate) fn missed(&self, request: &ReceivedRequest, now: DateTime<Utc>) {
        // What is for no session is of no interest.
        let _ = self.with(request, now, |session| {
            session.note(request, false);
            Ok(())
        });
    }

    /// All sessions, as tests see them.
    pub(crate) fn seen(&self, origin: &str, now: DateTime<Utc>) -> Vec<UploadSession> {
        let state = self.lock();
        let sessions = state.sessions.iter();
        sessions
            .map(|(Address { path, query }, session)| {
                session.seen(format!("{origin}{path}?{query}"), now)
            })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
