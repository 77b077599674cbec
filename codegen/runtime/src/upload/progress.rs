//! How far an upload is.

use std::fmt;
use std::sync::Arc;

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadProgress {
    /// How many bytes the service has. It is less than before if the service lost some of them.
    pub received: u64,
    /// How many bytes there are.
    pub total: u64,
}

/// Who wants to know about progress.
#[derive(Clone, Default)]
pub(super) struct Observer {
    told: Option<UploadProgress>,
    observer: Option<Arc<dyn Fn(UploadProgress) + Send + Sync>>,
}

impl Observer {
    pub(super) fn new(observer: impl Fn(UploadProgress) + Send + Sync + 'static) -> Self {
        Self {
            told: None,
            observer: Some(Arc::new(observer)),
        }
    }

    /// Tells how far it is, unless that was told before.
    pub(super) fn tell(&mut self, received: u64, total: u64) {
        let progress = UploadProgress { received, total };
        if self.told.replace(progress) == Some(progress) {
            return;
        }
        if let Some(observer) = &self.observer {
            observer(progress);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.observer.as_ref().map(|_| "…").fmt(formatter)
    }
}
