//! What is left out of recordings.

use http::header::{AUTHORIZATION, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, COOKIE, DATE};
use http::header::{PROXY_AUTHORIZATION, SET_COOKIE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName};
use serde_json::Value;
use url::{Position, Url};

use super::har::{Content, Entry};
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
            let is_access = name.eq_ignore_ascii_case("uploadUrl") || text.contains('?');
            found.extend(foreign(root, text).filter(|_| is_access));
        }
        _ => {}
    }
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
    texts: Vec<String>,
}

impl Secrets {
    pub(super) fn add(&mut self, secret: &str) {
        if secret.len() >= SHORTEST && !self.texts.iter().any(|text| text == secret) {
            self.texts.push(secret.to_owned());
        }
    }

    /// Removes all secrets, those of later exchanges too.
    pub(super) fn redact(&self, entry: &mut Entry) {
        let request = &mut entry.request;
        self.redact_text(&mut request.url);
        let headers = request
            .headers
            .iter_mut()
            .chain(&mut entry.response.headers);
        headers.for_each(|header| self.redact_text(&mut header.value));
        let sent = request.post_data.iter_mut();
        for content in sent.chain([&mut entry.response.content]) {
            self.redact_content(content);
        }
    }

    fn redact_content(&self, content: &mut Content) {
        if content.is_text() {
            self.redact_text(&mut content.text);
        }
    }

    fn redact_text(&self, text: &mut String) {
        for (index, secret) in self.texts.iter().enumerate() {
            let replacement = format!("redacted-{}", index + 1);
            // As it is, and as JSON may write it.
            let forms = [
                secret.clone(),
                secret.replace('/', r"\/"),
                secret.replace('&', r"\u0026"),
            ];
            for form in forms {
                if text.contains(&form) {
                    *text = text.replace(&form, &replacement);
                }
            }
        }
    }
}
