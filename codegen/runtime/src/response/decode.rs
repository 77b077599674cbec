//! From the body of a response to its value, within limits.

use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::json_path::Misread;
use super::{Response, json_path, no_content};
use crate::error::{DecodeError, Error, ErrorKind, Result};
use crate::http::RawResponse;
use crate::value::extent::{self, Extent, MAX_NESTING};
use crate::value::json::parse::without_mark;
use crate::value::memory;

/// Decodes a response.
pub(crate) fn decode<T: DeserializeOwned>(raw: RawResponse) -> Result<Response<T>> {
    decode_by(raw, |json| Ok(serde_json::from_slice(json)?))
}

/// Decodes a response by this function.
///
/// The limits are checked before, not by serde: unknown members, raw values and the caller's own
/// types need not respect any depth or size.
pub(crate) fn decode_by<T>(
    raw: RawResponse,
    read: impl FnOnce(&[u8]) -> Result<T, Misread>,
) -> Result<Response<T>> {
    let room = match room(&raw) {
        Ok(room) => room,
        Err(error) => return Err(raw.into_error(error)),
    };
    let json = match without_mark(&raw.body) {
        [] => b"null",
        json => json,
    };
    let (result, fits) = memory::within(room, || read(json));
    match result {
        Ok(value) => Ok(Response::new(value, raw)),
        Err(_) if !fits => {
            let error = too_large(raw.memory_limit);
            Err(raw.into_error(error))
        }
        Err(_) if is_without_value(&raw) => Err(no_content(raw)),
        Err(error) => Err(json_path::decode_error(error, raw)),
    }
}

/// The members of an answer that is an object; none if it is anything else.
pub(crate) fn members(raw: &RawResponse) -> Result<Map<String, Value>> {
    room(raw)?;
    Ok(serde_json::from_slice(without_mark(&raw.body)).unwrap_or_default())
}

/// Whether the service says that there is no value, or did what was requested without sending one.
fn is_without_value(raw: &RawResponse) -> bool {
    let is_write = raw.head.context.method != Method::GET;
    raw.body.is_empty() && (is_write || raw.head.status == StatusCode::NO_CONTENT)
}

/// How much memory is left for models that are larger than what [`Extent`] counts for an object.
fn room(raw: &RawResponse) -> Result<u64> {
    let json = without_mark(&raw.body);
    let extent = Extent::of(json).map_err(|too_deep| nested_too_deep(json, too_deep))?;
    let room = raw.memory_limit.checked_sub(extent.memory());
    room.ok_or_else(|| too_large(raw.memory_limit))
}

fn nested_too_deep(json: &[u8], extent::TooDeep { offset }: extent::TooDeep) -> Error {
    let message =
        format!("the response is nested deeper than {MAX_NESTING} levels, the most that are read");
    Error::new(ErrorKind::Decode, message).with_decode(DecodeError {
        path: json_path::path_at(json, offset),
        expected: Some(format!("at most {MAX_NESTING} levels")),
        found: None,
        position: json_path::position(json, offset),
    })
}

fn too_large(limit: u64) -> Error {
    let message = format!(
        "the response would take more memory than the limit of {limit} bytes once it is decoded; \
         raise it with ClientBuilder::max_response_memory if that is expected"
    );
    Error::new(ErrorKind::BodyTooLarge, message)
}
