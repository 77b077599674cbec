//! What is left out of recordings.

use http::header::{AUTHORIZATION, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, COOKIE, DATE};
use http::header::{PROXY_AUTHORIZATION, SET_COOKIE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName};
use serde_json::Value;
use url::{Position, Url};

use super::har::Entry;
use crate::error::{End, replaced};
use crate::http::origin;

/// Headers that are secret, or say how an exchange travelled.
const LEFT_OUT: [HeaderName; 9] = [
    AUTHORIZATION,
    CONNECTION,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    COOKIE,
    DATE,
    PROXY_AUTHORIZATION,
    SET_COOKIE,
    TRANSFER_ENCODING,
];

/// The shortest text that is taken for a secret; replacing anything shorter would mangle ordinary words.
const SHORTEST: usize = 8;

/// The headers that are recorded, and the secrets of the others.
pub(super) fn headers(headers: &HeaderMap) -> (HeaderMap, Vec<String>) {
    let mut kept = HeaderMap::new();
    let mut secrets = Vec::new();
    for (name, value) in headers {
        if value.is_sensitive() || [AUTHORIZATION, COOKIE].contains(name) {
            let value = value.to_str().unwrap_or_default();
            // `Bearer TOKEN`; `a=b; c=d`.
            secrets.extend(value.split([' ', ';', '=']).map(str::to_owned));
        } else if !LEFT_OUT.contains(name) && name.as_str() != "client-request-id" {
            kept.append(name.clone(), value.clone());
        }
    }
    secrets.retain(|secret| secret.len() >= SHORTEST);
    (kept, secrets)
}

/// What gives access by itself in an answer: URLs of other origins than the service's.
pub(super) fn urls(root: &Url, headers: &HeaderMap, body: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for name in ["location", "operation-location", "azure-asyncoperation"] {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        found.extend(value.and_then(|text| foreign(root, text)));
    }
    if let Ok(value) = serde_json::from_slice(body) {
        urls_in(root, "", &value, &mut found);
    }
    found
}

fn urls_in(root: &Url, name: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            members.for_each(|(name, value)| urls_in(root, name, value, found));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| urls_in(root, name, item, found)),
        Value::String(text) => {
            found.extend(foreign(root, text).filter(|_| gives_access(name, text)));
        }
        _ => {}
    }
}

/// Whether a URL may be of use without a token: by its name (`@microsoft.graph.downloadUrl`), or for what is
/// in its query.
fn gives_access(name: &str, url: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("uploadurl") || name.ends_with("downloadurl") || url.contains('?')
}

/// What is behind the origin of a URL that is not the service's.
pub(super) fn foreign(root: &Url, text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_foreign = url.has_host() && !origin::same(root, &url);
    is_foreign.then(|| {
        url[Position::BeforePath..]
            .trim_start_matches('/')
            .to_owned()
    })
}

/// Secrets of exchanges, and what stands for them. What stands for one is the same everywhere, so that a
/// URL that one answer gives is that of the next request.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    /// The longest first, since one may begin with another.
    secrets: Vec<Named>,
}

#[derive(Debug)]
struct Named {
    text: String,
    /// What stands for it.
    name: String,
}

impl Secrets {
    /// Whether it was not known.
    pub(super) fn add(&mut self, secret: &str) -> bool {
        let is_known = self.secrets.iter().any(|known| known.text == secret);
        if is_known || secret.len() < SHORTEST {
            return false;
        }
        let name = format!("redacted-{}", self.secrets.len() + 1);
        let text = secret.to_owned();
        let longer = |known: &Named| known.text.len() >= text.len();
        let at = self.secrets.partition_point(longer);
        self.secrets.insert(at, Named { text, name });
        true
    }

    /// The exchange without all secrets, those of later exchanges too.
    pub(super) fn redacted(&self, mut entry: Entry) -> Entry {
        let request = &mut entry.request;
        self.redact_text(&mut request.url);
        let headers = request
            .headers
            .iter_mut()
            .chain(&mut entry.response.headers);
        headers.for_each(|header| self.redact_text(&mut header.value));
        let sent = request.post_data.iter_mut();
        for content in sent.chain([&mut entry.response.content]) {
            content.change(|bytes| self.of_bytes(bytes));
        }
        entry
    }

    fn redact_text(&self, text: &mut String) {
        if let Some(redacted) = self.of_bytes(text.as_bytes()) {
            // Characters go whole, so the rest is text.
            *text = String::from_utf8_lossy(&redacted).into_owned();
        }
    }

    /// The bytes without secrets, in whatever escapes; `None` if there are none.
    fn of_bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut redacted = None;
        for Named { text, name } in &self.secrets {
            let bytes = redacted.as_deref().unwrap_or(bytes);
            if let Some(changed) = replaced(bytes, text.as_bytes(), name, End::Whole) {
                redacted = Some(changed);
            }
        }
        redacted
    }
}
