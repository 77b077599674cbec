//! Counting the items of a collection.

use std::marker::PhantomData;

use http::Method;

use super::batch_request::UnsentPart;
use super::kind::request_kind;
use super::parts::RequestParts;
use super::path::ResourcePath;
use super::query_options;
use super::refusal::Refusal;
use crate::error::{Error, ErrorKind, Result};
use crate::http::RawResponse;
use crate::query::{Operand, Search};
use crate::response::{Response, Value};
use crate::value::json::parse::without_mark;

/// The standard's answer is plain text (OData Protocol 4.01, section "Requesting the Number of Items in
/// a Collection"). Some services know one media type for everything, and refuse a request that names
/// only another.
const ACCEPT: &str = "text/plain, application/json;q=0.9, */*;q=0.1";

/// A GET of the number of items in a collection of `T`s (`/$count`).
///
/// It does nothing until it is sent; awaiting it sends it.
///
/// Microsoft Graph counts directory objects only with the header `ConsistencyLevel: eventual`; add
/// it with [`header`](crate::ConfigureRequest::header).
#[must_use = "a request does nothing until it is sent"]
pub struct Count<T> {
    parts: RequestParts,
    model: PhantomData<fn() -> T>,
}

request_kind!(Count<T> { parts, model } => i64; in batches by |parts| UnsentPart::new(parts, read));

impl ResourcePath {
    /// Counts the items of the collection at this path.
    pub fn count<T>(&self) -> Count<T> {
        let mut parts = self.permitted(Refusal::Read, Method::GET);
        if self.refusals.contains(Refusal::Count) {
            parts.options_mut().fail(Refusal::Count.error(&self.path));
        }
        parts.append_segment("$count");
        parts.set_accept(ACCEPT);
        Count {
            parts,
            model: PhantomData,
        }
    }
}

impl<T> Count<T> {
    /// Counts the items for which the condition holds, as in [`List::filter`](super::List::filter).
    pub fn filter(mut self, condition: impl Operand<T, bool>) -> Self {
        query_options::filter(self.parts.options_mut(), condition);
        self
    }

    /// Like [`filter`](Self::filter), with the complete text. It must not contain values from
    /// users: they could change what it says.
    pub fn filter_text(mut self, text: impl Into<String>) -> Self {
        query_options::set(self.parts.options_mut(), "$filter", text.into());
        self
    }

    /// Counts the items that match a search expression, as in
    /// [`List::search`](super::List::search).
    pub fn search(mut self, search: impl Into<Search>) -> Self {
        query_options::write(self.parts.options_mut(), "$search", |text| {
            text.append(search.into().into_text());
        });
        self
    }

    /// Sends the request and reads the number.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`]. [`ErrorKind::Decode`] if the response is not a number.
    pub async fn send(self) -> Result<Response<i64>> {
        read(self.parts.send().await?)
    }
}

fn read(raw: RawResponse) -> Result<Response<i64>> {
    match parse(&raw.body) {
        Some(count) => Ok(Response::new(count, raw)),
        None => {
            let message = "the service answered a count with something that is no number";
            Err(raw.into_error(Error::new(ErrorKind::Decode, message)))
        }
    }
}

/// The number in a text that may begin with a byte-order mark: services based on .NET write one. As JSON,
/// it may be a text or in an object, as the value of a property is.
fn parse(body: &[u8]) -> Option<i64> {
    let json = without_mark(body);
    let text = std::str::from_utf8(json).ok()?.trim();
    let in_quotes = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let plain = in_quotes.unwrap_or(text).parse().ok();
    plain.or_else(|| Some(serde_json::from_slice::<Value<i64>>(json).ok()?.value))
}
