//! Batches: several requests in one, in JSON as Graph has them; with
//! [`standard_batches`](crate::EmulatorBuilder::standard_batches), all that OData 4.01 has.

mod answer;
mod json;
mod multipart;

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Bytes;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, Method, StatusCode};

use crate::answer::Answer;
use crate::app::App;
use crate::error::{Refusal, excerpt};
use crate::format::{Format, media_type};
use crate::page::refuse_unserved;
use crate::record::{BatchRole, Outcome, ReceivedRequest};
use crate::url::ParsedQuery;

use answer::PartAnswer;

/// The header that a part has from the batch when it has none of its own.
const CLIENT_REQUEST_ID: &str = "client-request-id";

/// The form of batches that came before JSON.
const MULTIPART: &str = "multipart/mixed";

/// Whether a path is that of batches.
pub(crate) fn is_address(version: &str, path: &str) -> bool {
    let path = path.strip_prefix('/').unwrap_or(path);
    let rest = path.strip_prefix(version).unwrap_or_default();
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    matches!(rest, "/$batch" | "/%24batch")
}

/// Answers each request of a batch.
pub(crate) async fn answer(
    app: &App,
    batch: &ReceivedRequest,
    query: &ParsedQuery,
) -> Result<Answer, Refusal> {
    if batch.part_id().is_some() {
        let message = "A batch cannot be a part of a batch.";
        return Err(Refusal::bad_request(message));
    }
    if batch.method != Method::POST {
        return Err(Refusal::method_not_allowed(&batch.method, "POST"));
    }
    if media_type(&batch.headers) == MULTIPART {
        if !app.standard_batches {
            return Err(no_multipart());
        }
        let units = units(multipart::read(app, batch)?);
        let is_over = |failed: bool| failed && !multipart::goes_on(batch);
        let answers = process(app, units, is_over).await;
        return Ok(multipart::write(&answers));
    }
    refuse_unserved(query, &["$format"])?;
    match Format::asked(query, &batch.headers) {
        Ok(_) => {}
        Err(refusal) if refusal.message.contains(MULTIPART) => return Err(no_multipart()),
        Err(refusal) => return Err(refusal),
    }
    let units = in_order(units(json::read(app, batch)?))?;
    let answers = process(app, units, |_| false).await;
    Ok(json::write(app, &answers))
}

fn no_multipart() -> Refusal {
    Refusal::not_implemented(format!(
        "The emulator does not serve '{MULTIPART}' batches; it serves those in application/json."
    ))
}

/// A request of a batch.
struct Part {
    id: String,
    request: ReceivedRequest,
    /// The folded ids of those that come before it, requests and groups.
    after: Vec<String>,
    /// The folded id of its atomicity group.
    group: Option<String>,
    /// The folded id of the request whose result its path begins at.
    result: Option<String>,
}

/// A request by itself, or all of an atomicity group.
type Unit = Vec<Part>;

/// What a request was answered with.
struct Answered {
    id: String,
    group: Option<String>,
    answer: PartAnswer,
}

/// Where a request goes.
struct Address {
    path: String,
    query: Option<String>,
    /// The folded id of the request whose result the path begins at.
    result: Option<String>,
}

impl Address {
    /// Reads a URL that may refer to the results of these requests.
    fn parse(
        app: &App,
        url: &str,
        ids: &BTreeSet<String>,
        wrong: &dyn Fn(&str) -> Refusal,
    ) -> Result<Self, Refusal> {
        let own = url.strip_prefix(app.origin.as_str());
        let url = own.filter(|_| app.standard_batches).unwrap_or(url);
        let scheme = url.split_once("://").map(|(scheme, _)| scheme);
        let is_absolute = scheme.is_some_and(|it| it.chars().all(|c| c.is_ascii_alphanumeric()));
        if url.is_empty() || is_absolute || url.starts_with("//") {
            let problem = "must have a 'url' that is relative to the service root, as in '/users'.";
            return Err(wrong(problem));
        }
        if url.contains('#') {
            return Err(wrong(
                "has a 'url' with '#', which must be written as '%23'.",
            ));
        }
        let (path, query) = match url.split_once('?') {
            Some((path, query)) => (path, Some(encoded(query))),
            None => (url, None),
        };
        let path = path.strip_prefix('/').unwrap_or(path);
        let (first, rest) = match path.find('/') {
            Some(end) => path.split_at(end),
            None => (path, ""),
        };
        let referred = first
            .strip_prefix('$')
            .filter(|id| ids.contains(&folded(id)));
        if let Some(id) = referred {
            if !app.standard_batches {
                return Err(Refusal::not_implemented(format!(
                    "The emulator does not serve '${}', which refers to what another request of the \
                     batch is answered with.",
                    excerpt(id)
                )));
            }
            return Ok(Self {
                path: encoded(rest),
                query,
                result: Some(folded(id)),
            });
        }
        // The standard's absolute paths begin at the host.
        let below = rest
            .strip_prefix('/')
            .filter(|_| app.standard_batches && first == app.version);
        Ok(Self {
            path: format!("/{}/{}", app.version, encoded(below.unwrap_or(path))),
            query,
            result: None,
        })
    }
}

/// A request of a batch, which has what the batch has and it does not.
fn received(
    batch: &ReceivedRequest,
    id: &str,
    method: Method,
    address: &Address,
    mut headers: HeaderMap,
    body: Bytes,
) -> ReceivedRequest {
    if !headers.contains_key(CLIENT_REQUEST_ID)
        && let Some(id) = batch.headers.get(CLIENT_REQUEST_ID)
    {
        headers.insert(CLIENT_REQUEST_ID, id.clone());
    }
    ReceivedRequest {
        method,
        origin: batch.origin,
        path: address.path.clone(),
        query: address.query.clone(),
        headers,
        body,
        authorized: batch.authorized,
        batch: BatchRole::Part(id.to_owned()),
        outcome: Outcome::Pending,
        digest: None,
    }
}

fn folded(id: &str) -> String {
    id.to_lowercase()
}

/// Puts what is next to each other in a group together.
fn units(parts: Vec<Part>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for part in parts {
        let last = units.last_mut();
        let group = |unit: &Unit| unit.last().and_then(|it| it.group.clone());
        match last.filter(|unit| part.group.is_some() && group(unit) == part.group) {
            Some(unit) => unit.push(part),
            None => units.push(vec![part]),
        }
    }
    units
}

/// Puts units behind those that they depend on, and leaves them in their order otherwise.
fn in_order(mut units: Vec<Unit>) -> Result<Vec<Unit>, Refusal> {
    let mut placed = BTreeSet::new();
    let mut ordered = Vec::new();
    while !units.is_empty() {
        let is_next = |unit: &Unit| {
            let mut own = BTreeSet::new();
            unit.iter().all(|part| {
                let mut after = part.after.iter();
                let can_be_next = after.all(|id| placed.contains(id) || own.contains(id));
                own.insert(folded(&part.id));
                can_be_next
            })
        };
        let Some(next) = units.iter().position(is_next) else {
            let ids = units.iter().flatten().map(|part| part.id.as_str());
            return Err(Refusal::bad_request(format!(
                "The requests '{}' of the batch wait for each other.",
                excerpt(&ids.collect::<Vec<_>>().join("', '"))
            )));
        };
        let unit = units.remove(next);
        placed.extend(unit.iter().map(|part| folded(&part.id)));
        placed.extend(unit.iter().filter_map(|part| part.group.clone()));
        ordered.push(unit);
    }
    Ok(ordered)
}

/// Does what the requests of a batch ask for, until it is over.
async fn process(app: &App, units: Vec<Unit>, is_over: impl Fn(bool) -> bool) -> Vec<Answered> {
    let mut done = Done::default();
    let mut answers = Vec::new();
    for unit in units {
        let group = unit.first().and_then(|part| part.group.clone());
        // What one request of a group did is undone if another one fails.
        let before = group.is_some().then(|| app.store().clone());
        let mut answered = Vec::new();
        let mut has_failed = false;
        for part in unit {
            let id = part.id.clone();
            let own = group.as_deref().filter(|_| has_failed);
            let answer = done.process(app, part, own).await;
            has_failed |= answer.has_failed();
            answered.push(Answered {
                id,
                group: group.clone(),
                answer,
            });
        }
        if has_failed {
            done.failed.extend(answered.iter().map(|it| folded(&it.id)));
            done.failed.extend(group);
            if let Some(before) = before {
                *app.store() = before;
                for answered in &mut answered {
                    if !answered.answer.has_failed() {
                        answered.answer = PartAnswer::lost(&undone());
                    }
                }
            }
        }
        answers.extend(answered);
        if is_over(has_failed) {
            break;
        }
    }
    answers
}

/// What requests that were done led to.
#[derive(Default)]
struct Done {
    /// The folded ids of requests and groups that failed.
    failed: BTreeSet<String>,
    /// The paths of results, by the folded ids of their requests.
    results: BTreeMap<String, String>,
}

impl Done {
    /// Does what a request asks for, unless it cannot be done any more.
    async fn process(&mut self, app: &App, mut part: Part, failed: Option<&str>) -> PartAnswer {
        let mut needed = part.after.iter().chain(&part.result);
        let failed = failed.or_else(|| {
            needed
                .find(|id| self.failed.contains(*id))
                .map(String::as_str)
        });
        let mut refusal = failed.map(failed_dependency);
        if let Some(id) = &part.result {
            match self.results.get(id) {
                Some(path) => part.request.path.insert_str(0, path),
                None => refusal = refusal.or_else(|| Some(failed_dependency(id))),
            }
        }
        let (path, is_post) = (
            part.request.path.clone(),
            part.request.method == Method::POST,
        );
        let delivery = match refusal {
            Some(refusal) => app.refuse(part.request, refusal),
            None => app.process_part(part.request).await,
        };
        let answer = PartAnswer::of(delivery).await;
        let location = answer.headers.get(LOCATION).and_then(|it| it.to_str().ok());
        let location = location.map(|it| it.strip_prefix(app.origin.as_str()).unwrap_or(it));
        let result = match is_post {
            true => location.map(str::to_owned),
            false => Some(path),
        };
        if let Some(result) = result.filter(|_| !answer.has_failed()) {
            self.results.insert(folded(&part.id), result);
        }
        answer
    }
}

fn malformed(id: &str, problem: &str) -> Refusal {
    Refusal::bad_request(format!(
        "The request '{}' of the batch {problem}",
        excerpt(id)
    ))
}

fn failed_dependency(id: &str) -> Refusal {
    Refusal::new(
        StatusCode::FAILED_DEPENDENCY,
        "FailedDependency",
        format!(
            "The request '{}', which this one depends on, failed.",
            excerpt(id)
        ),
    )
}

fn undone() -> Refusal {
    Refusal::new(
        StatusCode::FAILED_DEPENDENCY,
        "FailedDependency",
        "Another request of the group failed, so what this one did was undone.",
    )
}

/// A part of a URL as HTTP takes it: what may not stand in one is percent-encoded.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        let character = char::from(byte);
        if byte.is_ascii_graphic() && !"\"<>\\^`{|}".contains(character) {
            encoded.push(character);
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
