//! Batches in `multipart/mixed` (OData Protocol 4.01, section "Multipart Batch Format").

use bytes::{BufMut as _, Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::part::{Written, id_of, id_of_group, index_of};
use super::reply::{MOST_HEADER_BYTES, Replies, Reply, add_header, most_answers};
use crate::http::random;

pub(super) const MULTIPART: &str = "multipart/mixed";

/// A post: its `Content-Type`, and its bytes.
pub(super) fn write(parts: &[Written<'_>]) -> (String, Bytes) {
    let outer = format!("batch_{}", random::uuid());
    let mut body = BytesMut::new();
    let mut rest = parts;
    while let Some(first) = rest.first() {
        put(&mut body, &format!("--{outer}\r\n"));
        let length = match first.part.group {
            Some(group) => {
                let members = rest.iter().take_while(|it| it.part.group == Some(group));
                let length = members.count();
                write_change_set(&mut body, &rest[..length], group);
                length
            }
            None => {
                write_part(&mut body, first);
                1
            }
        };
        rest = &rest[length..];
    }
    put(&mut body, &format!("--{outer}--\r\n"));
    (format!("{MULTIPART}; boundary={outer}"), body.freeze())
}

fn write_change_set(body: &mut BytesMut, members: &[Written<'_>], group: usize) {
    let inner = format!("changeset_{}_{}", id_of_group(group), random::uuid());
    put(
        body,
        &format!("Content-Type: {MULTIPART}; boundary={inner}\r\n\r\n"),
    );
    for member in members {
        put(body, &format!("--{inner}\r\n"));
        write_part(body, member);
    }
    put(body, &format!("--{inner}--\r\n"));
}

/// A part, with the line break that its boundary begins with.
fn write_part(body: &mut BytesMut, written: &Written<'_>) {
    let part = written.part;
    put(body, "Content-Type: application/http\r\n");
    put(body, "Content-Transfer-Encoding: binary\r\n");
    put(
        body,
        &format!("Content-ID: {}\r\n\r\n", id_of(written.index)),
    );
    put(
        body,
        &format!("{} {} HTTP/1.1\r\n", part.method(), written.url),
    );
    for (name, value) in part.headers() {
        put(body, name.as_str());
        put(body, ": ");
        body.put_slice(value.as_bytes());
        put(body, "\r\n");
    }
    if !part.body.is_empty() {
        put(body, &format!("content-length: {}\r\n", part.body.len()));
    }
    put(body, "\r\n");
    body.put_slice(&part.body);
    put(body, "\r\n");
}

fn put(body: &mut BytesMut, text: &str) {
    body.put_slice(text.as_bytes());
}

/// Whether the answer with this `Content-Type` is of this format, and its boundary.
pub(super) fn boundary(content_type: Option<&HeaderValue>) -> Option<String> {
    let text = content_type?.to_str().ok()?;
    let (media_type, parameters) = text.split_once(';')?;
    if !media_type
        .trim()
        .to_ascii_lowercase()
        .starts_with("multipart/")
    {
        return None;
    }
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_it = name.trim().eq_ignore_ascii_case("boundary");
        let value = value.trim().trim_matches('"');
        (is_it && !value.is_empty()).then(|| value.to_owned())
    })
}

/// What was sent, in its order: what is answered by place, where the answer names no request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sent {
    Part(usize),
    /// A change set, with its parts.
    ChangeSet(Vec<usize>),
}

impl Sent {
    /// What a post of these parts sends.
    pub(super) fn of(parts: &[Written<'_>]) -> Vec<Self> {
        let mut sent = Vec::new();
        let mut last_group = None;
        for written in parts {
            let group = written.part.group;
            match sent.last_mut() {
                Some(Self::ChangeSet(members)) if group.is_some() && group == last_group => {
                    members.push(written.index);
                }
                _ if group.is_some() => sent.push(Self::ChangeSet(vec![written.index])),
                _ => sent.push(Self::Part(written.index)),
            }
            last_group = group;
        }
        sent
    }

    fn parts(&self) -> &[usize] {
        match self {
            Self::Part(index) => std::slice::from_ref(index),
            Self::ChangeSet(members) => members,
        }
    }
}

/// Reads what a post was answered with.
///
/// Answers are found by `Content-ID`; without one, by their place: those outside change sets are in the
/// order of the requests, and a change set that failed has one answer for all of it.
pub(super) fn read(body: &Bytes, boundary: &str, sent: &[Sent]) -> Result<Replies, String> {
    let count: usize = sent.iter().map(|sent| sent.parts().len()).sum();
    let most = most_answers(count);
    let mut replies = Replies::default();
    let is_asked = |index: &usize| sent.iter().any(|sent| sent.parts().contains(index));
    for (place, item) in split(body, boundary, most)?.into_iter().enumerate() {
        let at_place = sent.get(place).map_or(&[][..], Sent::parts);
        let (headers, content) = head(&item);
        if let Some(inner) = self::boundary(headers.get(CONTENT_TYPE)) {
            for (place, item) in split(&content, &inner, most)?.into_iter().enumerate() {
                let (headers, content) = head(&item);
                let (id, reply) = message(&headers, &content);
                let named = id.as_deref().map(|id| index_of(id).filter(is_asked));
                match named.unwrap_or_else(|| at_place.get(place).copied()) {
                    Some(index) => replies.known.push((index, reply)),
                    None => replies.unknown += 1,
                }
            }
            continue;
        }
        let (id, reply) = message(&headers, &content);
        match id.as_deref().map(|id| index_of(id).filter(is_asked)) {
            // One member's failure is that of its change set.
            Some(Some(index)) if !at_place.contains(&index) => replies.known.push((index, reply)),
            Some(None) => replies.unknown += 1,
            _ if at_place.is_empty() => replies.unknown += 1,
            _ => {
                let all = at_place.iter().map(|index| (*index, reply.clone()));
                replies.known.extend(all);
            }
        }
    }
    Ok(replies)
}

/// The name of the request that an answer is for, and the answer.
fn message(headers: &HeaderMap, content: &Bytes) -> (Option<String>, Result<Reply, String>) {
    let line_end = content.iter().position(|byte| *byte == b'\n');
    let line_end = line_end.map_or(content.len(), |end| end + 1);
    let status = status(&content[..line_end]);
    let (inner, mut body) = head(&content.slice(line_end..));
    // The standard has it among the headers of the part; some services, among those of the answer.
    let id = headers
        .get("content-id")
        .or_else(|| inner.get("content-id"));
    let id = id.and_then(|id| id.to_str().ok());
    let id = id.map(|id| id.trim_matches(['<', '>']).to_owned());
    let length = inner.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok());
    if let Some(length) = length.and_then(|it| it.parse::<usize>().ok())
        && length < body.len()
        && body[length..].iter().all(u8::is_ascii_whitespace)
    {
        body.truncate(length);
    }
    let reply = status
        .map(|status| Reply {
            status,
            headers: inner,
            body,
        })
        .ok_or_else(|| "it has no status".to_owned());
    (id, reply)
}

/// The status of `HTTP/1.1 200 OK`.
fn status(line: &[u8]) -> Option<StatusCode> {
    let mut words = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
    let version = words.next()?;
    let code = words.next().filter(|_| version.starts_with("HTTP/"))?;
    StatusCode::from_bytes(code.as_bytes()).ok()
}

/// The headers, and what follows the empty line after them.
fn head(message: &Bytes) -> (HeaderMap, Bytes) {
    let mut headers = HeaderMap::new();
    let mut at = 0;
    while at < message.len() {
        let rest = &message[at..];
        let end = rest.iter().position(|byte| *byte == b'\n');
        let line = &rest[..end.unwrap_or(rest.len())];
        at += end.map_or(rest.len(), |end| end + 1);
        let line = line.trim_ascii();
        if line.is_empty() {
            break;
        }
        let text = std::str::from_utf8(line).ok();
        if let Some((name, value)) = text.and_then(|text| text.split_once(':'))
            && at <= MOST_HEADER_BYTES
        {
            add_header(&mut headers, name, value);
        }
    }
    (headers, message.slice(at..))
}

/// The parts between the boundaries.
fn split(body: &Bytes, boundary: &str, most: usize) -> Result<Vec<Bytes>, String> {
    let mut parts = Vec::new();
    let mut begin = None;
    let mut at = 0;
    while at < body.len() {
        let rest = &body[at..];
        let end = rest.iter().position(|byte| *byte == b'\n');
        let line = &rest[..end.unwrap_or(rest.len())];
        let next = at + end.map_or(rest.len(), |end| end + 1);
        let delimiter = line.strip_prefix(b"--").and_then(|line| {
            let rest = line.strip_prefix(boundary.as_bytes())?.trim_ascii_end();
            matches!(rest, b"" | b"--").then_some(rest)
        });
        if let Some(delimiter) = delimiter {
            if let Some(begin) = begin {
                if parts.len() == most {
                    return Err("it has far more answers than there were requests".to_owned());
                }
                parts.push(body.slice(begin..without_break(body, begin, at)));
            }
            begin = delimiter.is_empty().then_some(next);
            if begin.is_none() {
                return Ok(parts);
            }
        }
        at = next;
    }
    Err("it ends before its last boundary".to_owned())
}

/// The end of a part, without the line break that belongs to the boundary behind it.
fn without_break(body: &[u8], begin: usize, end: usize) -> usize {
    let part = &body[begin..end];
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    let part = part.strip_suffix(b"\r").unwrap_or(part);
    begin + part.len()
}
