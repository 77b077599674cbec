//! The document from the service.

use crate::csdl::other_json;
use reqwest::blocking::{Client, ClientBuilder, Response};
use reqwest::header::{ACCEPT, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{StatusCode, Url};
use std::error::Error;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};
use url::Host;

/// What is asked for: CSDL in either form, and rather the one that every service has.
const METADATA: &str = "application/xml, application/json;q=0.5";
/// Redirects that are followed before it is taken for a circle.
const REDIRECTS: usize = 5;
/// What `localhost` stands for; the port is that of the URL.
const LOOPBACK: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];
/// Bytes that are read at once.
const CHUNK: usize = 64 << 10;

/// How a document is fetched.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// How long a connection may take, and how long the server may send nothing.
    pub timeout: Duration,
    /// How long all of it may take.
    pub total_timeout: Duration,
    /// The version that is known already.
    pub etag: Option<String>,
    /// What the server wants to know of who asks. It goes to the origin of the document alone.
    pub headers: HeaderMap,
    /// The largest document that is taken, in bytes after decompression.
    pub limit: usize,
}

/// What the server sent.
#[derive(Debug)]
pub enum Fetched {
    /// The document.
    Document {
        /// Its text.
        bytes: Vec<u8>,
        /// What the server calls this version.
        etag: Option<String>,
    },
    /// The version that is known already.
    NotModified,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Anybody on the way could change the metadata that code is made from.
    #[error("{url}: only https is fetched, and http from this computer itself")]
    Insecure {
        /// The address.
        url: String,
    },
    /// The server could not be reached, or the transfer broke.
    #[error("{url}: {what}: {cause}")]
    Transfer {
        /// The address.
        url: String,
        /// What was being done.
        what: String,
        /// Why it failed.
        cause: String,
    },
    /// The server sent nothing for too long.
    #[error(
        "{url}: {what}: the server sent nothing for {seconds} seconds; try again, or give it \
             longer with --timeout"
    )]
    Timeout {
        /// The address.
        url: String,
        /// What was being done.
        what: String,
        /// How long it was given.
        seconds: f64,
    },
    /// The server sent something now and then, and never came to an end.
    #[error(
        "{url}: the document did not arrive within {seconds} seconds; try again, or give it longer \
             with --total-timeout"
    )]
    TooSlow {
        /// The address.
        url: String,
        /// How long it was given.
        seconds: f64,
    },
    /// The server refused.
    #[error("{url}: the server answered {status}{hint}")]
    Status {
        /// The address.
        url: String,
        /// The answer.
        status: StatusCode,
        /// What to do.
        hint: &'static str,
    },
    /// The server sent something else.
    #[error(
        "{url}: expected metadata as XML or JSON, and the server sent {found}; is the address \
             right, and is there a proxy that asks to sign in?"
    )]
    NotMetadata {
        /// The address.
        url: String,
        /// What it sent.
        found: String,
    },
    /// The document is larger than any metadata.
    #[error("{url}: the document is larger than {limit} bytes; this cannot be metadata")]
    TooLarge {
        /// The address.
        url: String,
        /// The largest that is taken.
        limit: usize,
    },
}

/// An address as it is shown and recorded: without user name, password, query and fragment, any of
/// which may be a secret.
pub fn without_secrets(url: &Url) -> String {
    let mut url = url.clone();
    // Neither can be set on a URL without host, which has neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

/// Fetches a document; `progress` is told how many bytes there are, and how many there will be.
///
/// # Errors
///
/// If the address is not https (or http to the computer itself), or if the server cannot be
/// reached, refuses, stops, or sends something else.
pub fn fetch(
    url: &Url,
    options: &FetchOptions,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<Fetched, FetchError> {
    if !is_safe(url, url) {
        return Err(FetchError::Insecure {
            url: without_secrets(url),
        });
    }
    let transfer = Transfer {
        url,
        options,
        deadline: Instant::now() + options.total_timeout,
    };
    let request = transfer.client()?.get(url.clone()).header(ACCEPT, METADATA);
    let mut request = request.headers(options.headers.clone());
    if let Some(etag) = &options.etag {
        request = request.header(IF_NONE_MATCH, etag);
    }
    let sent = request.send();
    let response = sent.map_err(|error| transfer.failed("asking for it", &error))?;
    if response.status() == StatusCode::NOT_MODIFIED && options.etag.is_some() {
        return Ok(Fetched::NotModified);
    }
    if response.status() != StatusCode::OK {
        return Err(transfer.refused(response.status()));
    }
    let etag = header(response.headers(), ETAG.as_str());
    let content_type = header(response.headers(), CONTENT_TYPE.as_str());
    let bytes = transfer.read(response, progress)?;
    match other_than_metadata(content_type.as_deref(), &bytes) {
        Some(found) => Err(FetchError::NotMetadata {
            url: without_secrets(url),
            found,
        }),
        None => Ok(Fetched::Document { bytes, etag }),
    }
}

/// One document's way from the server.
struct Transfer<'a> {
    url: &'a Url,
    options: &'a FetchOptions,
    deadline: Instant,
}

impl Transfer<'_> {
    fn client(&self) -> Result<Client, FetchError> {
        let first = self.url.clone();
        // Of the headers, only those that the HTTP client knows would be left out elsewhere.
        let stays = !self.options.headers.is_empty();
        let policy = Policy::custom(move |attempt: Attempt<'_>| {
            if attempt.previous().len() > REDIRECTS {
                attempt.error("too many redirects")
            } else if stays && attempt.url().origin() != first.origin() {
                attempt.error("a redirect to another origin, which must not get the headers")
            } else if is_safe(attempt.url(), &first) {
                attempt.follow()
            } else {
                attempt.error("a redirect away from https")
            }
        });
        let builder = ClientBuilder::new()
            .user_agent(concat!("csdl-codegen/", env!("CARGO_PKG_VERSION")))
            .redirect(policy)
            .connect_timeout(self.options.timeout)
            .timeout(self.options.timeout.min(self.options.total_timeout));
        // What is asked of the computer itself is nothing for a proxy, nor its name for a name server.
        let builder = match is_loopback(self.url) {
            true => builder.no_proxy().resolve_to_addrs("localhost", &LOOPBACK),
            false => builder,
        };
        builder
            .build()
            .map_err(|error| self.failed("preparing", &error))
    }

    fn read(
        &self,
        mut response: Response,
        progress: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Vec<u8>, FetchError> {
        let total = response.content_length();
        let mut bytes = Vec::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            progress(bytes.len() as u64, total);
            let read = response.read(&mut chunk).map_err(|error| {
                let what = format!("the document was cut short after {} bytes", bytes.len());
                self.failed(&what, &error)
            })?;
            if read == 0 {
                return Ok(bytes);
            }
            bytes.extend_from_slice(&chunk[..read]);
            if bytes.len() > self.options.limit {
                return Err(FetchError::TooLarge {
                    url: without_secrets(self.url),
                    limit: self.options.limit,
                });
            }
            if Instant::now() >= self.deadline {
                return Err(FetchError::TooSlow {
                    url: without_secrets(self.url),
                    seconds: self.options.total_timeout.as_secs_f64(),
                });
            }
        }
    }

    fn failed(&self, what: &str, error: &(dyn Error + 'static)) -> FetchError {
        let (url, what) = (without_secrets(self.url), what.to_owned());
        let mut cause = error;
        let mut is_timeout = false;
        loop {
            is_timeout |= cause
                .downcast_ref::<reqwest::Error>()
                .is_some_and(reqwest::Error::is_timeout);
            match inner(cause) {
                Some(next) => cause = next,
                None => break,
            }
        }
        if is_timeout {
            let seconds = self.options.timeout.as_secs_f64();
            FetchError::Timeout { url, what, seconds }
        } else {
            let cause = cause.to_string();
            FetchError::Transfer { url, what, cause }
        }
    }

    fn refused(&self, status: StatusCode) -> FetchError {
        let hint = match status.as_u16() {
            401 if self.options.headers.is_empty() => {
                "; it wants to know who asks: give a token with --token-from-env, or another header \
                 with --header"
            }
            401 => "; it does not take what --token-from-env or --header gives",
            403 => "; whoever asks must not read it, or a proxy is in the way",
            404 | 410 => "; is the service's root in client.toml right?",
            429 | 500.. => "; try again later",
            _ => "",
        };
        let url = without_secrets(self.url);
        FetchError::Status { url, status, hint }
    }
}

/// The error behind an error; an I/O error hides the one that it was made of.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    match wrapped {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

/// https, or http on the computer itself as long as it did not start elsewhere.
fn is_safe(url: &Url, first: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_loopback(url) && is_loopback(first),
        _ => false,
    }
}

/// Whether an address leads to this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// What the answer is, if it cannot be metadata.
fn other_than_metadata(content_type: Option<&str>, bytes: &[u8]) -> Option<String> {
    let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(256)]);
    let start = start
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_ascii_lowercase();
    let is_html = start.starts_with("<!doctype html") || start.starts_with("<html");
    if is_html || content_type.contains("html") {
        Some("an HTML page".to_owned())
    } else if start.starts_with('{') {
        other_json(&String::from_utf8_lossy(bytes))
    } else if start.starts_with('[') {
        Some("a list in JSON".to_owned())
    } else if start.is_empty() {
        Some("nothing".to_owned())
    } else {
        None
    }
}
