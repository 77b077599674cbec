//! The form of batches in `multipart/mixed` (OData Protocol 4.01, section "Multipart Batch Format").

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::{Address, Answered, MULTIPART, Part, PartAnswer, folded, malformed, received};
use crate::answer::{Answer, Whole};
use crate::app::App;
use crate::embedded;
use crate::error::Refusal;
use crate::format::media_type;
use crate::record::ReceivedRequest;

/// The boundary of answers, and that of change sets in them.
const OUTER: &str = "batchresponse";
const INNER: &str = "changesetresponse";

/// What the id of a request without one begins with; none that a client gives has it.
const NAMELESS: char = '#';

/// Whether a failure does not end the batch.
pub(super) fn goes_on(batch: &ReceivedRequest) -> bool {
    let preferences = batch.headers.get_all("prefer").iter();
    let texts = preferences.filter_map(|value| value.to_str().ok());
    let mut each = texts.flat_map(|text| text.split([',', ';'])).map(str::trim);
    each.any(|it| {
        let it = it.strip_prefix("odata.").unwrap_or(it);
        matches!(it, "continue-on-error" | "continue-on-error=true")
    })
}

/// A message in the body, with its headers.
struct Message {
    headers: HeaderMap,
    content: Bytes,
    /// The number of its change set.
    group: Option<usize>,
}

/// Reads the requests of a batch.
pub(super) fn read(app: &App, batch: &ReceivedRequest) -> Result<Vec<Part>, Refusal> {
    let mut messages = Vec::new();
    for (number, part) in split(&batch.headers, &batch.body)?.into_iter().enumerate() {
        let (headers, content) = head(&part)?;
        if media_type(&headers) == MULTIPART {
            for part in split(&headers, &content)? {
                let (headers, content) = head(&part)?;
                messages.push(Message {
                    headers,
                    content,
                    group: Some(number),
                });
            }
        } else {
            messages.push(Message {
                headers,
                content,
                group: None,
            });
        }
    }
    if messages.is_empty() {
        return Err(Refusal::bad_request("The batch has no request."));
    }
    if messages.len() > app.batch_limit {
        return Err(Refusal::bad_request(format!(
            "Number of batch request steps exceeds the maximum value of {}.",
            app.batch_limit
        )));
    }
    let mut ids = BTreeSet::new();
    let mut parts = Vec::new();
    for (number, message) in messages.into_iter().enumerate() {
        let id = message.headers.get("content-id");
        let id = id.and_then(|id| id.to_str().ok()).map(str::to_owned);
        if id.is_none() && message.group.is_some() {
            let problem = "A request of a change set must have a Content-ID.";
            return Err(Refusal::bad_request(problem));
        }
        let id = id.unwrap_or_else(|| format!("{NAMELESS}{number}"));
        parts.push(part(app, batch, &id, message, &ids)?);
        // Only what comes before a request can be referred to.
        if !ids.insert(folded(&id)) {
            return Err(malformed(&id, "has an id that another one has, too."));
        }
    }
    Ok(parts)
}

fn part(
    app: &App,
    batch: &ReceivedRequest,
    id: &str,
    message: Message,
    earlier: &BTreeSet<String>,
) -> Result<Part, Refusal> {
    let wrong = |problem: &str| malformed(id, problem);
    if media_type(&message.headers) != embedded::MEDIA_TYPE {
        return Err(wrong("must have the Content-Type application/http."));
    }
    let content = message.content;
    let end = content.windows(2).position(|it| it == b"\r\n");
    let end = end.ok_or_else(|| wrong("has no request line."))?;
    let line = String::from_utf8_lossy(&content[..end]).into_owned();
    let words: Vec<&str> = line.split(' ').collect();
    let [method, url, "HTTP/1.1"] = words[..] else {
        return Err(wrong("has a request line that is none of HTTP/1.1."));
    };
    let method: Method = method
        .parse()
        .map_err(|_| wrong("has a method that is none."))?;
    if message.group.is_some() && method.is_safe() {
        return Err(wrong("is in a change set and changes nothing."));
    }
    let address = Address::parse(app, url, earlier, &wrong)?;
    let (headers, body) = head(&content.slice(end + 2..))?;
    Ok(Part {
        id: id.to_owned(),
        request: received(batch, id, method, &address, headers, body),
        after: Vec::new(),
        group: message.group.map(|number| number.to_string()),
        result: address.result,
    })
}

/// The headers of a message, and what is behind the empty line after them.
fn head(message: &Bytes) -> Result<(HeaderMap, Bytes), Refusal> {
    let mut headers = HeaderMap::new();
    let mut at = 0;
    loop {
        let rest = &message[at..];
        let end = rest.windows(2).position(|it| it == b"\r\n");
        let end = end.ok_or_else(|| Refusal::bad_request("The headers of a part do not end."))?;
        let line = String::from_utf8_lossy(&rest[..end]).into_owned();
        at += end + 2;
        if line.is_empty() {
            return Ok((headers, message.slice(at..)));
        }
        let (name, value) = line.split_once(':').unwrap_or_default();
        let parsed = (
            name.parse::<HeaderName>(),
            value.trim().parse::<HeaderValue>(),
        );
        let (Ok(name), Ok(value)) = parsed else {
            let problem = "A part has a header that is none that HTTP knows.";
            return Err(Refusal::bad_request(problem));
        };
        headers.append(name, value);
    }
}

/// The parts of a body, by the boundary in its `Content-Type`.
fn split(headers: &HeaderMap, body: &Bytes) -> Result<Vec<Bytes>, Refusal> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let mut parameters = content_type.unwrap_or_default().split(';').skip(1);
    let boundary = parameters.find_map(|it| it.trim().strip_prefix("boundary="));
    let boundary =
        boundary.ok_or_else(|| Refusal::bad_request("The Content-Type has no boundary."))?;
    let boundary = format!("--{}", boundary.trim_matches('"'));
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(found) = find(&body[at..], boundary.as_bytes()) {
        let begin = at + found;
        at = begin + boundary.len();
        // A boundary begins a line.
        if begin == 0 || body[..begin].ends_with(b"\r\n") {
            places.push((begin, at));
        }
    }
    let mut parts = Vec::new();
    for pair in places.windows(2) {
        let (begin, end) = (pair[0].1, pair[1].0);
        // The line breaks belong to the boundaries.
        if end < begin + 4 || &body[begin..begin + 2] != b"\r\n" {
            return Err(Refusal::bad_request("A boundary is not alone on its line."));
        }
        parts.push(body.slice(begin + 2..end - 2));
    }
    match places.last() {
        Some((_, end)) if body[*end..].starts_with(b"--") => Ok(parts),
        _ => Err(Refusal::bad_request("The last boundary is missing.")),
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|it| it == what)
}

/// Writes what the requests of a batch were answered with: in their order, and of a change set that failed
/// the failure alone.
pub(super) fn write(answers: &[Answered]) -> Answer {
    let mut body = Vec::new();
    let mut rest = answers;
    while let Some(first) = rest.first() {
        let length = match &first.group {
            Some(group) => {
                let members = rest
                    .iter()
                    .take_while(|it| it.group.as_ref() == Some(group));
                members.count()
            }
            None => 1,
        };
        let (unit, others) = rest.split_at(length);
        rest = others;
        put(&mut body, &format!("--{OUTER}\r\n"));
        let is_cause = |it: &&Answered| {
            it.answer.has_failed() && it.answer.status != StatusCode::FAILED_DEPENDENCY
        };
        let failure = unit.iter().find(is_cause);
        let failure = failure.or_else(|| unit.iter().find(|it| it.answer.has_failed()));
        match failure {
            Some(failure) => failure.write_message(&mut body),
            None if first.group.is_some() => {
                put(
                    &mut body,
                    &format!("Content-Type: {MULTIPART}; boundary={INNER}\r\n\r\n"),
                );
                for answered in unit {
                    put(&mut body, &format!("--{INNER}\r\n"));
                    answered.write_message(&mut body);
                }
                put(&mut body, &format!("--{INNER}--\r\n"));
            }
            None => first.write_message(&mut body),
        }
    }
    put(&mut body, &format!("--{OUTER}--\r\n"));
    Answer::Whole(Whole {
        content_type: Some(format!("{MULTIPART}; boundary={OUTER}")),
        body: body.into(),
        ..Whole::empty(StatusCode::OK)
    })
}

impl Answered {
    fn write_message(&self, body: &mut Vec<u8>) {
        put(
            body,
            "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n",
        );
        if !self.id.starts_with(NAMELESS) {
            put(body, &format!("Content-ID: {}\r\n", self.id));
        }
        put(body, "\r\n");
        let PartAnswer {
            status,
            headers,
            body: content,
        } = &self.answer;
        embedded::write(body, *status, headers, content);
        put(body, "\r\n");
    }
}

fn put(body: &mut Vec<u8>, text: &str) {
    body.extend_from_slice(text.as_bytes());
}
