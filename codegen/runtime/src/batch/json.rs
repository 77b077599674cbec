//! Batches in JSON (OData JSON Format 4.01, section "Batch Requests and Responses").

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::{Deserializer as _, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, Value};

use super::content::{Body, body, decoded};
use super::part::{Dependency, Written, id_of, id_of_group, index_of};
use super::reply::{MOST_HEADER_BYTES, Replies, Reply, add_header, most_answers};
use crate::error::{Error, ErrorKind, Result};
use crate::value::json::parse::without_mark;

pub(super) const MEDIA_TYPE: &str = "application/json";

/// A batch as it is sent.
#[derive(Serialize)]
struct Requests<'a> {
    requests: Vec<Request<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    atomicity_group: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
    method: &'a str,
    url: &'a str,
    headers: serde_json::Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Body<'a>>,
}

/// The bytes of a post.
pub(super) fn write(parts: &[Written<'_>]) -> Result<Bytes> {
    let requests: Result<Vec<_>> = parts.iter().map(request).collect();
    let requests = Requests {
        requests: requests?,
    };
    let bytes = serde_json::to_vec(&requests).map_err(|cause| {
        let message = "the batch cannot be written as JSON";
        Error::new(ErrorKind::InvalidRequest, message).with_source(cause)
    })?;
    Ok(bytes.into())
}

fn request<'a>(written: &'a Written<'_>) -> Result<Request<'a>> {
    let part = written.part;
    let depends_on = written
        .depends_on
        .iter()
        .map(|dependency| match dependency {
            Dependency::Part(index) => id_of(*index),
            Dependency::Group(group) => id_of_group(*group),
        });
    let headers = part.headers();
    let headers = headers.keys().map(|name| {
        let values = headers.get_all(name).iter();
        let values: Vec<_> = values
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        // The object must not have a name twice.
        (name.as_str().to_owned(), values.join(", ").into())
    });
    Ok(Request {
        id: id_of(written.index),
        atomicity_group: part.group.map(id_of_group),
        depends_on: depends_on.collect(),
        method: part.method().as_str(),
        url: &written.url,
        headers: headers.collect(),
        body: body(part.headers(), &part.body)?,
    })
}

/// Reads what a post of these parts was answered with.
pub(super) fn read(body: &Bytes, parts: &[usize]) -> serde_json::Result<Replies> {
    #[derive(Deserialize)]
    struct Responses<'a> {
        #[serde(borrow)]
        responses: &'a RawValue,
    }
    let whole: Responses<'_> = serde_json::from_slice(without_mark(body))?;
    let mut deserializer = serde_json::Deserializer::from_str(whole.responses.get());
    let responses = deserializer.deserialize_seq(UpTo(most_answers(parts.len())))?;
    let mut replies = Replies::default();
    for response in responses {
        match response.index().filter(|index| parts.contains(index)) {
            Some(index) => replies.known.push((index, response.reply(body))),
            None => replies.unknown += 1,
        }
    }
    Ok(replies)
}

/// Reads so many responses and no more.
struct UpTo(usize);

/// A response, of which nothing is believed yet.
#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
}

impl<'de> Visitor<'de> for UpTo {
    type Value = Vec<Response<'de>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of responses")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut responses = Vec::new();
        while let Some(response) = items.next_element()? {
            if responses.len() == self.0 {
                let message = "far more responses than requests";
                return Err(serde::de::Error::custom(message));
            }
            responses.push(response);
        }
        Ok(responses)
    }
}

impl Response<'_> {
    fn index(&self) -> Option<usize> {
        let id = self.id?.get();
        // Some services answer numbers with numbers.
        let text: Option<String> = serde_json::from_str(id).ok();
        index_of(text.as_deref().unwrap_or(id))
    }

    /// The reply, or what is wrong with it.
    fn reply(&self, whole: &Bytes) -> Result<Reply, String> {
        let status = self.status.map_or("", RawValue::get).trim_matches('"');
        let status = status
            .parse()
            .ok()
            .and_then(|it| StatusCode::from_u16(it).ok());
        let status = status.ok_or("it has no status")?;
        let mut headers = HeaderMap::new();
        let given = self.headers.map_or("{}", RawValue::get);
        if given.len() > MOST_HEADER_BYTES {
            return Err(format!(
                "its headers take more than {MOST_HEADER_BYTES} bytes"
            ));
        }
        let given: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(given).unwrap_or_default();
        for (name, value) in &given {
            match value {
                serde_json::Value::String(value) => add_header(&mut headers, name, value),
                // `Retry-After` is a number to some.
                serde_json::Value::Number(value) => {
                    add_header(&mut headers, name, &value.to_string());
                }
                _ => {}
            }
        }
        let body = self.body.map(|body| decoded(&headers, body, whole));
        Ok(Reply {
            status,
            body: body.unwrap_or_default(),
            headers,
        })
    }
}
