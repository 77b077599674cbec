//! What is needed to go on with an upload.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What is needed to go on with an upload after a restart of the program, by
/// [`UploadSession::resume`](crate::UploadSession::resume).
///
/// It can be serialised. **Whoever has it can upload in your name** until it expires: keep it as you
/// would a token. `Debug` does not show the URL.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadState {
    pub(super) upload_url: String,
    pub(super) length: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expires: Option<DateTime<Utc>>,
    /// Whether the caller commits the upload.
    #[serde(default)]
    pub(super) is_deferred: bool,
}

impl UploadState {
    /// How many bytes are uploaded in all.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// When the session expires, if the service said so. Most services move it with each piece.
    pub fn expires(&self) -> Option<DateTime<Utc>> {
        self.expires
    }
}

impl fmt::Debug for UploadState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UploadState")
            .field("length", &self.length)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
