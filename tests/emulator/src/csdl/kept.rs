//! What was read before.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::read;
use crate::behavior::Behavior;
use crate::emulator::StartError;
use crate::service::{Model, Service};

impl Service {
    /// Reads a metadata document and the documents that annotate it.
    pub(crate) fn load(metadata: &str, annotations: &[String]) -> Result<Self, StartError> {
        let model = READ.model(metadata, annotations);
        Ok(Self {
            model: model.map_err(StartError::Metadata)?,
            behavior: Behavior::default(),
        })
    }
}

/// How many models are kept.
const KEPT: usize = 4;

static READ: ReadDocuments = ReadDocuments(Mutex::new(VecDeque::new()));

/// The documents that were read last, and their models: tests start many emulators of one service, and
/// reading takes nearly all of the time.
struct ReadDocuments(Mutex<VecDeque<ReadDocument>>);

struct ReadDocument {
    metadata: String,
    annotations: Vec<String>,
    model: Arc<Model>,
}

impl ReadDocuments {
    fn model(&self, metadata: &str, annotations: &[String]) -> Result<Arc<Model>, String> {
        let is_same =
            |read: &&ReadDocument| read.metadata == metadata && read.annotations == annotations;
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(read) = lock().iter().find(is_same) {
            return Ok(Arc::clone(&read.model));
        }
        let model = Arc::new(read(metadata, annotations)?);
        let mut kept = lock();
        kept.push_front(ReadDocument {
            metadata: metadata.to_owned(),
            annotations: annotations.to_vec(),
            model: Arc::clone(&model),
        });
        kept.truncate(KEPT);
        Ok(model)
    }
}
