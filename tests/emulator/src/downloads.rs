//! Downloads that are fetched from another origin than the service's.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{Method, StatusCode};

use crate::answer::{Answer, Whole};
use crate::app::App;
use crate::behavior::DownloadAnswer;
use crate::error::Refusal;
use crate::foreign;
use crate::random;
use crate::record::ReceivedRequest;
use crate::store::Media;

/// What the paths of downloads begin with.
const PREFIX: &str = "/download/";

/// The files that redirects led to.
#[derive(Debug, Default)]
pub(crate) struct Downloads {
    files: Mutex<BTreeMap<String, Media>>,
}

/// Whether a request to the foreign origin asks for a file.
pub(crate) fn is_download(request: &ReceivedRequest) -> bool {
    request.path.starts_with(PREFIX)
}

impl Downloads {
    /// Keeps a file for whoever has its path, which it returns.
    fn offer(&self, media: Media, seed: u64) -> String {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let number = u64::try_from(files.len()).unwrap_or(u64::MAX);
        let path = format!("{PREFIX}{:016x}", random::mix(seed ^ random::mix(number)));
        files.insert(path.clone(), media);
        path
    }

    pub(crate) fn answer(&self, request: &ReceivedRequest) -> Result<Answer, Refusal> {
        if request.method != Method::GET {
            return Err(Refusal::method_not_allowed(&request.method, "GET"));
        }
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let media = files.get(&request.path).cloned();
        let media = media.ok_or_else(foreign::not_found)?;
        Ok(Answer::Whole(Whole::bytes(media)))
    }
}

impl App {
    /// The answer to a GET of a stream: its bytes, or where they are.
    pub(crate) fn download(&self, media: Media, etag: Option<String>) -> Whole {
        let location = match &self.service.behavior.downloads {
            DownloadAnswer::Bytes => {
                return Whole {
                    headers: etag.map(|etag| ("etag", etag)).into_iter().collect(),
                    ..Whole::bytes(media)
                };
            }
            DownloadAnswer::Redirect => {
                let path = self.downloads.offer(media, self.values.seed);
                format!("{}{path}", self.foreign_origin)
            }
            DownloadAnswer::RedirectTo(url) => url.clone(),
        };
        Whole {
            headers: vec![("location", location)],
            ..Whole::empty(StatusCode::FOUND)
        }
    }
}
