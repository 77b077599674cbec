//! HTTP Archive 1.2 (<http://www.softwareishard.com/blog/har-12-spec/>), as far as it is written and read
//! here. Browsers write it, too.

use std::io;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, Deserialize)]
pub(super) struct Har {
    pub(super) log: Log,
}

#[derive(Debug, Deserialize)]
pub(super) struct Log {
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) started_date_time: String,
    #[serde(default)]
    time: f64,
    pub(super) request: Request,
    pub(super) response: Response,
    #[serde(default)]
    cache: Empty,
    #[serde(default)]
    timings: Timings,
}

/// What the standard wants, and is not known.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Empty {}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Timings {
    send: f64,
    wait: f64,
    receive: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    http_version: String,
    #[serde(default)]
    cookies: Vec<Empty>,
    #[serde(default)]
    pub(super) headers: Vec<Header>,
    #[serde(default)]
    query_string: Vec<Empty>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) post_data: Option<Content>,
    headers_size: i64,
    body_size: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Response {
    pub(super) status: u16,
    #[serde(default)]
    status_text: String,
    http_version: String,
    #[serde(default)]
    cookies: Vec<Empty>,
    #[serde(default)]
    pub(super) headers: Vec<Header>,
    pub(super) content: Content,
    #[serde(default, rename = "redirectURL")]
    redirect_url: String,
    headers_size: i64,
    body_size: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) value: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Content {
    #[serde(default)]
    size: usize,
    #[serde(default)]
    pub(super) mime_type: String,
    #[serde(default)]
    pub(super) text: String,
    /// `base64` if it is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encoding: Option<String>,
}

/// How an archive ends, after its last entry.
pub(super) const END: &str = "\n    ]\n  }\n}\n";

/// An archive of these entries.
pub(super) fn text(entries: impl IntoIterator<Item = Entry>) -> io::Result<Vec<u8>> {
    let creator = json!({"name": "odata-runtime", "version": env!("CARGO_PKG_VERSION")});
    let mut text = format!(
        "{{\n  \"log\": {{\n    \"version\": \"1.2\",\n    \"creator\": {creator},\n    \"entries\": ["
    );
    for (index, entry) in entries.into_iter().enumerate() {
        text.push_str(if index > 0 { "," } else { "" });
        push(&mut text, &entry)?;
    }
    text.push_str(END);
    Ok(text.into_bytes())
}

/// What takes the place of [`END`] when there is an entry more.
pub(super) fn added(entry: &Entry) -> io::Result<String> {
    let mut text = ",".to_owned();
    push(&mut text, entry)?;
    text.push_str(END);
    Ok(text)
}

fn push(text: &mut String, entry: &Entry) -> io::Result<()> {
    // Lines are those of the layout alone: in texts, they are escaped.
    for line in serde_json::to_string_pretty(entry)?.lines() {
        text.push_str("\n      ");
        text.push_str(line);
    }
    Ok(())
}

impl Entry {
    pub(super) fn new(started: String, request: Request, response: Response) -> Self {
        Self {
            started_date_time: started,
            time: 0.0,
            request,
            response,
            cache: Empty {},
            timings: Timings::default(),
        }
    }
}

impl Request {
    pub(super) fn new(method: String, url: String, headers: &HeaderMap, body: &Bytes) -> Self {
        Self {
            method,
            url,
            http_version: "HTTP/1.1".to_owned(),
            cookies: Vec::new(),
            headers: Header::all_of(headers),
            query_string: Vec::new(),
            post_data: (!body.is_empty()).then(|| Content::of(headers, body)),
            headers_size: -1,
            body_size: -1,
        }
    }
}

impl Response {
    pub(super) fn new(status: u16, headers: &HeaderMap, body: &Bytes) -> Self {
        Self {
            status,
            status_text: String::new(),
            http_version: "HTTP/1.1".to_owned(),
            cookies: Vec::new(),
            headers: Header::all_of(headers),
            content: Content::of(headers, body),
            redirect_url: String::new(),
            headers_size: -1,
            body_size: -1,
        }
    }

    pub(super) fn header_map(&self) -> io::Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        for header in &self.headers {
            let name = HeaderName::try_from(&header.name).map_err(io::Error::other)?;
            let value = HeaderValue::try_from(&header.value).map_err(io::Error::other)?;
            headers.append(name, value);
        }
        Ok(headers)
    }
}

impl Header {
    fn all_of(headers: &HeaderMap) -> Vec<Self> {
        let texts = headers.iter().filter_map(|(name, value)| {
            Some(Self {
                name: name.as_str().to_owned(),
                value: value.to_str().ok()?.to_owned(),
            })
        });
        texts.collect()
    }
}

impl Content {
    fn of(headers: &HeaderMap, body: &Bytes) -> Self {
        let mime_type = headers.get(CONTENT_TYPE);
        let mime_type = mime_type.and_then(|value| value.to_str().ok());
        let (text, encoding) = written(body);
        Self {
            size: body.len(),
            mime_type: mime_type.unwrap_or_default().to_owned(),
            text,
            encoding,
        }
    }

    /// Changes what was recorded, if the function gives something else for it.
    pub(super) fn change(&mut self, changed: impl Fn(&[u8]) -> Option<Vec<u8>>) {
        let bytes = match self.bytes() {
            Ok(bytes) => changed(&bytes),
            Err(_) => None,
        };
        if let Some(bytes) = bytes {
            (self.text, self.encoding) = written(&bytes);
        }
    }

    pub(super) fn bytes(&self) -> io::Result<Bytes> {
        match self.encoding.as_deref() {
            None => Ok(Bytes::copy_from_slice(self.text.as_bytes())),
            Some("base64") => {
                let bytes = BASE64_STANDARD.decode(&self.text);
                Ok(bytes.map_err(io::Error::other)?.into())
            }
            Some(other) => Err(io::Error::other(format!("unknown encoding {other:?}"))),
        }
    }
}

/// Bytes as they are written, and the encoding if they are no text.
fn written(bytes: &[u8]) -> (String, Option<String>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (BASE64_STANDARD.encode(bytes), Some("base64".to_owned())),
    }
}
