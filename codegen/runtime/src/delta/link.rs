//! Where links lead. One that cannot be followed is an error before it is kept.

use url::{ParseError, Url};

use crate::error::{Error, ErrorKind, Result};
use crate::http::Client;
use crate::response::{Page, Response, resolve};

/// A next link or delta link of a page.
pub(super) fn of_page<T>(client: &Client, page: &Response<Page<T>>, link: &str) -> Result<Url> {
    let url = resolve(page.final_url(), [page.context.as_deref()], link);
    checked(client, url)
}

/// The `Location` in the answer from `url`.
pub(super) fn of_location(client: &Client, url: &Url, location: &str) -> Result<Url> {
    checked(client, url.join(location))
}

fn checked(client: &Client, url: Result<Url, ParseError>) -> Result<Url> {
    let url = url.map_err(|cause| {
        let message = "the service sent a link that is not a URL";
        Error::new(ErrorKind::Decode, message).with_source(cause)
    })?;
    client.check_origin(&url)?;
    Ok(without_fragment(url))
}

/// A link that was kept. Its origin is checked when it is requested, as that of any other.
pub(super) fn of_state(link: &str) -> Result<Url> {
    let url = Url::parse(link).map_err(|cause| {
        let message = "the link in the stored state is not a URL; begin anew with start_over";
        Error::new(ErrorKind::DeltaState, message).with_source(cause)
    })?;
    Ok(without_fragment(url))
}

/// Fragments are not sent, so links that differ only in it are the same.
pub(super) fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}
