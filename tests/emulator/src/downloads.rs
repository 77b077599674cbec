//! Downloads that are fetched from another origin than the service's.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Method, StatusCode};
use axum::response::Response;

use crate::answer::Whole;
use crate::app::App;
use crate::auth;
use crate::behavior::DownloadAnswer;
use crate::random;
use crate::record::{Outcome, ReceivedRequest, Record};
use crate::store::Media;

/// The files that redirects led to, and the requests that came for them.
#[derive(Debug)]
pub(crate) struct Downloads {
    /// Scheme, host and port; empty when no listener runs.
    pub(crate) origin: String,
    pub(crate) record: Record,
    files: Mutex<BTreeMap<String, Media>>,
}

impl Downloads {
    pub(crate) fn new(origin: String, record_limit: usize) -> Self {
        Self {
            origin,
            record: Record::new(record_limit),
            files: Mutex::default(),
        }
    }

    /// Keeps a file for whoever has the URL.
    fn offer(&self, media: Media, seed: u64) -> String {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let number = u64::try_from(files.len()).unwrap_or(u64::MAX);
        let path = format!("/download/{:016x}", random::mix(seed ^ random::mix(number)));
        let url = format!("{}{path}", self.origin);
        files.insert(path, media);
        url
    }

    fn find(&self, path: &str) -> Option<Media> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.get(path).cloned()
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
            DownloadAnswer::Redirect => self.downloads.offer(media, self.values.seed),
            DownloadAnswer::RedirectTo(url) => url.clone(),
        };
        Whole {
            headers: vec![("location", location)],
            ..Whole::empty(StatusCode::FOUND)
        }
    }
}

/// The files, each under the path that a redirect named.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new().fallback(serve).with_state(app)
}

async fn serve(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let authorized = auth::check(&parts.headers, app.token.as_deref()).is_ok();
    let mut received = ReceivedRequest::new(parts, authorized);
    let mut response = Response::new(Body::empty());
    *response.status_mut() = match app.downloads.find(&received.path) {
        // An address that needs no token is for those who do not give theirs away.
        _ if received.headers.contains_key(AUTHORIZATION) => StatusCode::UNAUTHORIZED,
        _ if received.method != Method::GET => StatusCode::METHOD_NOT_ALLOWED,
        None => StatusCode::NOT_FOUND,
        Some(media) => {
            if let Ok(content_type) = media.content_type.parse() {
                response.headers_mut().insert(CONTENT_TYPE, content_type);
            }
            *response.body_mut() = media.bytes.into();
            StatusCode::OK
        }
    };
    received.outcome = Outcome::Answered(response.status());
    app.downloads.record.push(received);
    response
}
