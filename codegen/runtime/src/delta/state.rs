//! How far a delta query has come, for the next process.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::shown::Link;
use crate::error::{Error, ErrorKind, Result};

/// What a state says that it is.
const FORMAT: &str = "odata-delta-state";

/// The version of the form of states.
const VERSION: u32 = 1;

/// How far a delta query has come: what a [`DeltaStore`](super::DeltaStore) keeps.
///
/// It serializes in a form of its own, with a version: a state of another version, and any other
/// document, cannot be deserialized. It has a link, which may have filters on personal data in it, and
/// which says what the service is to be asked next: keep it as carefully as the data. It has no token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "serde_json::Value", into = "Stored")]
pub struct DeltaState {
    /// The URL of the call that it belongs to.
    call: String,
    /// The number of the last full run.
    pub(super) generation: u64,
    pub(super) place: Place,
}

/// Where to ask for the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "camelCase")]
pub(super) enum Place {
    /// At the beginning of a full run, of which no page was committed.
    Start {
        /// Where the service said to begin; otherwise it is the call itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resync: Option<Resync>,
    },
    /// At the beginning of a first round without what there is already. It is not kept: nothing happened.
    #[serde(skip)]
    Now,
    /// At the next link of a page.
    Next { link: String, round: Round },
    /// At the delta link of a round that is complete.
    Delta { link: String },
}

/// How a service is asked for a delta link without what there is already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LatestToken {
    /// `$deltatoken=latest`: directory objects of Microsoft Graph, such as users and groups.
    DeltaToken,
    /// `token=latest`: items of OneDrive and SharePoint.
    Token,
}

impl LatestToken {
    pub(super) fn query_option(self) -> (String, String) {
        let name = match self {
            Self::DeltaToken => "$deltatoken",
            Self::Token => "token",
        };
        (name.to_owned(), "latest".to_owned())
    }
}

/// Whether a round tells all that there is, or what changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[non_exhaustive]
pub enum Round {
    /// All entities of the collection: what it does not have when it ends is no longer there.
    #[non_exhaustive]
    Full {
        /// Why the service started again; `None` for the first run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resync: Option<Resync>,
    },
    /// What changed since the previous round.
    Incremental,
}

/// What the service wants done with the copy when a full run replaces changes that it cannot tell
/// anymore (Microsoft Graph, `driveItem: delta`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Resync {
    /// The service's entities replace those of the copy, and what it did not return is to be removed, if
    /// it knew of all local changes at the end of the last round; other local changes are to be sent.
    ApplyDifferences,
    /// What the service did not return is to be sent to it, and so is what differs from what it has;
    /// both versions are to be kept if it is not clear which one is newer.
    UploadDifferences,
    /// It does not say. For a copy that is only read, as [`ApplyDifferences`](Self::ApplyDifferences).
    Unspecified,
}

impl DeltaState {
    pub(super) fn new(call: &Url, generation: u64, place: Place) -> Self {
        Self {
            call: call.to_string(),
            generation,
            place,
        }
    }

    /// The same query, at another place.
    pub(super) fn at(&self, place: Place) -> Self {
        Self {
            place,
            ..self.clone()
        }
    }

    /// Checks that the state is one of this call.
    pub(super) fn check_call(&self, call: &Url) -> Result<()> {
        if self.call == call.as_str() {
            return Ok(());
        }
        // Query options may be personal data, and the text may be of anybody.
        let path = |url: &Url| format!("{}{}", url.origin().ascii_serialization(), url.path());
        let own = path(call);
        let problem = match Url::parse(&self.call).map(|url| path(&url)) {
            Ok(other) if other == own => format!("{own:?} with other query options"),
            Ok(other) => format!("{other:?}, and not to {own:?}"),
            Err(_) => format!("something else than {own:?}"),
        };
        let message = format!(
            "the stored state belongs to {problem}: use one store for each call, or begin anew with \
             start_over"
        );
        Err(Error::new(ErrorKind::DeltaState, message))
    }
}

impl Place {
    /// The link of a place that has one.
    pub(super) fn link(&self) -> Option<&str> {
        match self {
            Self::Start { link, .. } => link.as_deref(),
            Self::Now => None,
            Self::Next { link, .. } | Self::Delta { link } => Some(link),
        }
    }

    /// The round that a page from here is in.
    pub(super) fn round(&self) -> Round {
        match self {
            Self::Start { resync, .. } => Round::Full { resync: *resync },
            Self::Next { round, .. } => *round,
            Self::Now | Self::Delta { .. } => Round::Incremental,
        }
    }
}

impl Round {
    /// Whether the round tells all that there is.
    pub fn is_full(self) -> bool {
        matches!(self, Self::Full { .. })
    }
}

/// The form of a state.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: String,
    version: u32,
    call: String,
    generation: u64,
    place: Place,
}

impl From<DeltaState> for Stored {
    fn from(state: DeltaState) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            call: state.call,
            generation: state.generation,
            place: state.place,
        }
    }
}

impl TryFrom<serde_json::Value> for DeltaState {
    type Error = String;

    fn try_from(value: serde_json::Value) -> Result<Self, String> {
        if value.get("format").and_then(|format| format.as_str()) != Some(FORMAT) {
            return Err("it is not the state of a delta query".to_owned());
        }
        match value.get("version").and_then(serde_json::Value::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) => {
                return Err(format!(
                    "the state has version {version}, but this program knows version {VERSION}"
                ));
            }
            None => return Err("the state has no version".to_owned()),
        }
        // What serde says may quote a link.
        let stored: Stored =
            serde_json::from_value(value).map_err(|_| "the state is corrupt".to_owned())?;
        Ok(Self {
            call: stored.call,
            generation: stored.generation,
            place: stored.place,
        })
    }
}

// A link's query may hold filters on personal data.
impl fmt::Debug for DeltaState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let link = self.place.link().map(|_| Link);
        formatter
            .debug_struct("DeltaState")
            .field("generation", &self.generation)
            .field("round", &self.place.round())
            .field("link", &link)
            .finish_non_exhaustive()
    }
}
