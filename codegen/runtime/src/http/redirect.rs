//! Where a redirect leads, and which headers go along.

use http::header::{
    CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION, CONTENT_TYPE, EXPECT,
    IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, LOCATION, RANGE,
    TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use url::Url;

use super::incoming::Incoming;
use crate::error::{Error, ErrorKind, Result};

/// Headers that describe a body or the original resource. A 303 turns the request into a GET of
/// another resource, without a body (RFC 9110, section 15.4).
const OF_THE_FIRST_METHOD: [HeaderName; 13] = [
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LENGTH,
    CONTENT_LOCATION,
    CONTENT_TYPE,
    EXPECT,
    IF_MATCH,
    IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
    IF_RANGE,
    IF_UNMODIFIED_SINCE,
    RANGE,
    TRANSFER_ENCODING,
];

/// Removes the headers that only apply to the request before a redirect.
pub(super) fn remove_headers_of_the_first(headers: &mut HeaderMap) {
    for name in OF_THE_FIRST_METHOD {
        headers.remove(name);
    }
}

/// Where a redirect leads and with which method (RFC 9110, section 15.4); `None` if the response is
/// not one.
pub(super) fn target(response: &Incoming, method: &Method) -> Result<Option<(Method, Url)>> {
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    let next = match response.status() {
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => method.clone(),
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND if is_read => method.clone(),
        StatusCode::SEE_OTHER if is_read => method.clone(),
        StatusCode::SEE_OTHER => Method::GET,
        // 301 and 302 leave open what becomes of a POST; the caller must see them.
        _ => return Ok(None),
    };
    let location = response
        .headers()
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .and_then(|location| response.url().join(location).ok());
    match location {
        Some(url) => Ok(Some((next, url))),
        None => {
            let message = format!(
                "the service answered {} without a URL to go to",
                response.status()
            );
            Err(Error::new(ErrorKind::Redirect, message))
        }
    }
}
