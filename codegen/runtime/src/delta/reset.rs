//! What a service says when it can no longer tell what changed since a link.

use http::StatusCode;
use http::header::LOCATION;

use super::state::Resync;
use crate::error::{Error, ErrorKind};

/// The codes of such errors; their case differs between services.
const CODES: [(&str, Resync); 5] = [
    ("resyncChangesApplyDifferences", Resync::ApplyDifferences),
    ("resyncChangesUploadDifferences", Resync::UploadDifferences),
    ("resyncRequired", Resync::Unspecified),
    // Links that are too old, of directory objects and of mailboxes.
    ("syncStateNotFound", Resync::Unspecified),
    ("syncStateInvalid", Resync::Unspecified),
];

/// The service wants the query to start again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reset {
    pub(super) resync: Resync,
    /// Where it wants it to start, as it was sent.
    pub(super) location: Option<String>,
}

impl Reset {
    /// The reset in the answer to a link, if it is one: any 410, and the codes of resets with any other
    /// status of the client's errors (Microsoft Graph documents "a 40X-series error").
    pub(super) fn of(error: &Error) -> Option<Self> {
        let status = error.status().filter(|status| status.is_client_error())?;
        if error.kind() != ErrorKind::Service {
            return None;
        }
        let resync = error.service_error().and_then(|said| {
            said.codes().filter_map(resync_of).min_by_key(|found| {
                // The most telling one: they may be nested in a general one.
                *found == Resync::Unspecified
            })
        });
        let resync = match status {
            StatusCode::GONE => resync.unwrap_or(Resync::Unspecified),
            _ => resync?,
        };
        let location = error.headers().and_then(|headers| headers.get(LOCATION));
        let location = location.and_then(|location| location.to_str().ok());
        Some(Self {
            resync,
            location: location.map(str::to_owned),
        })
    }
}

fn resync_of(code: &str) -> Option<Resync> {
    let known = CODES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(code));
    known.map(|(_, resync)| *resync)
}
