//! What was uploaded: its bytes, or their digest alone.

use axum::body::Bytes;
use sha2::{Digest as _, Sha256};

/// The length of some bytes from the start of a file on, and their running hash.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunningDigest {
    pub(crate) length: u64,
    state: Sha256,
}

impl RunningDigest {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.length += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.state.update(bytes);
    }

    /// The SHA-256 so far, in hexadecimal digits.
    pub(crate) fn hex(&self) -> String {
        let digest = self.state.clone().finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What came in of a file.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) digest: RunningDigest,
    /// `None` when the digest alone is kept.
    pub(crate) bytes: Option<Vec<u8>>,
}

impl Content {
    pub(crate) fn new(digest_only: bool) -> Self {
        Self {
            digest: RunningDigest::default(),
            bytes: (!digest_only).then(Vec::new),
        }
    }

    /// Adds a fragment that follows on what there is: its bytes, or the digest after it.
    pub(crate) fn append(&mut self, body: &Bytes, digest: Option<&RunningDigest>) {
        match digest {
            Some(digest) => self.digest = digest.clone(),
            None => self.digest.update(body),
        }
        if let Some(bytes) = &mut self.bytes {
            bytes.extend_from_slice(body);
        }
    }
}
