//! Where an operation can be asked about, and how.

use http::Method;
use url::{ParseError, Url};

use crate::error::{Error, ErrorKind, Result};
use crate::http::{Accepts, Call, CapabilityUrl, Client, Reading, same_origin};
use crate::request::RequestParts;

/// What a monitor is called in messages.
const WHAT: &str = "the monitor of the operation";

/// Where a link of a service leads.
///
/// A path such as `/teams('a')/operations('b')` is below the service root, although a browser would take it
/// for one of the host: Microsoft Graph sends it without its version.
pub(super) fn resolve(client: &Client, answered: &Url, link: &str) -> Result<Url> {
    let resolved = match Url::parse(link) {
        Err(ParseError::RelativeUrlWithoutBase) => {
            let is_below_root = link.starts_with('/') && !link.starts_with("//");
            let is_whole = link
                .strip_prefix(client.root_path())
                .is_some_and(|rest| rest.starts_with('/'));
            match is_below_root && !is_whole {
                // What follows is a path, whatever it looks like.
                true => client.endpoint_with_slash().join(&format!(".{link}")),
                false => answered.join(link),
            }
        }
        resolved => resolved,
    };
    resolved.map_err(|cause| {
        let message = "the service sent a link to the operation that is not a URL";
        Error::new(ErrorKind::Decode, message).with_source(cause)
    })
}

/// A request to a URL that the service gave: with the token if it is the service's own, and without
/// anything of the caller's if it is not.
pub(super) fn call(client: &Client, method: Method, url: &Url) -> Result<Box<Call>> {
    match same_origin(client.endpoint(), url) {
        true => RequestParts::to_url(client.clone(), method, url.clone()).into_call(Reading::Whole),
        false => {
            let mut call = CapabilityUrl::of_url(client, url.clone(), WHAT)?.call(method);
            call.accepts = Accepts::Redirects;
            Ok(call)
        }
    }
}
