//! Capability URLs, whose possession is enough to use them: those of upload sessions
//! and monitors. They are as secret as a token.

use std::sync::Mutex;

use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};
use url::Url;

use super::call::{Accepts, Audience, CLIENT_REQUEST_ID, Call, Overrides, Reading};
use super::client::Client;
use super::request_body::RequestBody;
use super::{origin, random};
use crate::error::{Error, ErrorKind, Needed, Result};

/// A URL that needs no token, and the client that sends to it.
#[derive(Clone)]
pub(crate) struct CapabilityUrl {
    client: Client,
    url: Url,
    /// What it is, for messages: `the upload URL`.
    what: &'static str,
}

impl CapabilityUrl {
    /// A URL that the service gave: https, and on this machine only if the service is.
    pub(crate) fn new(client: &Client, url: &str, what: &'static str) -> Result<Self> {
        let url = Url::parse(url).map_err(|cause| {
            let message = format!("{what} that the service sent is not a URL");
            Error::new(ErrorKind::Decode, message).with_source(cause)
        })?;
        Self::of_url(client, url, what)
    }

    pub(crate) fn of_url(client: &Client, url: Url, what: &'static str) -> Result<Self> {
        origin::check_content(&client.inner().root, &url, what)?;
        let client = client.clone();
        Ok(Self { client, url, what })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// A request to it. It has no header but those that say what is sent and what is read.
    pub(crate) fn call(&self, method: Method) -> Box<Call> {
        let accept = HeaderValue::from_static("application/json");
        let user_agent = self.client.inner().user_agent.clone();
        let mut headers = HeaderMap::from_iter([(ACCEPT, accept), (USER_AGENT, user_agent)]);
        let client_request_id = random::uuid().to_string();
        if let Ok(id) = HeaderValue::try_from(&client_request_id) {
            headers.insert(CLIENT_REQUEST_ID, id);
        }
        Box::new(Call {
            client: self.client.clone(),
            operation: None,
            permissions: Needed::NOTHING,
            method,
            url: self.url.clone(),
            headers,
            body: RequestBody::None,
            is_download: false,
            audience: Audience::Capability(self.what),
            accepts: Accepts::Success,
            reading: Reading::Whole,
            overrides: Overrides::default(),
            client_request_id,
            sent_secrets: Mutex::new(vec![self.url.as_str().to_owned(), after_origin(&self.url)]),
        })
    }
}

fn after_origin(url: &Url) -> String {
    let path = url.path().trim_start_matches('/');
    match url.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    }
}
