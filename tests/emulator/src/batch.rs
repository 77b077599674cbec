//! JSON batches: several requests in one (OData JSON Format, section "Batch Requests and
//! Responses"), as Graph has them.

use std::collections::BTreeSet;

use axum::body::{Bytes, to_bytes};
use axum::http::header::{CONTENT_TYPE, ETAG, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Whole};
use crate::app::App;
use crate::behavior::BinaryAlphabet;
use crate::delivery::{self, Delivery};
use crate::error::{Refusal, excerpt};
use crate::format::{Format, media_type};
use crate::literal::binary;
use crate::page::refuse_unserved;
use crate::random;
use crate::record::{BatchRole, Outcome, ReceivedRequest};
use crate::resource;
use crate::url::ParsedQuery;

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
    refuse_other_forms(batch, query)?;
    let mut failed = BTreeSet::new();
    let mut answers = Vec::new();
    for part in in_order(read(app, batch)?)? {
        let failure = part.after.iter().find(|id| failed.contains(*id));
        let delivery = match failure {
            Some(id) => app.refuse(part.request, failed_dependency(id)),
            None => app.process_part(part.request).await,
        };
        let answer = PartAnswer::of(delivery).await;
        if answer.status.is_client_error() || answer.status.is_server_error() {
            failed.insert(folded(&part.id));
        }
        answers.push((
            // No order is promised, so none is to be relied on.
            random::mix(app.values.seed ^ random::hash(&part.id)),
            answer.write(&part.id, app.service.behavior.alphabet),
        ));
    }
    answers.sort();
    let answers: Vec<String> = answers.into_iter().map(|(_, answer)| answer).collect();
    Ok(Answer::Whole(Whole {
        content_type: Some("application/json".to_owned()),
        body: format!("{{\"responses\":[{}]}}", answers.join(",")).into(),
        ..Whole::empty(StatusCode::OK)
    }))
}

/// Refuses what is no batch, or one of another form.
fn refuse_other_forms(batch: &ReceivedRequest, query: &ParsedQuery) -> Result<(), Refusal> {
    if batch.part_id().is_some() {
        let message = "A batch cannot be a part of a batch.";
        return Err(Refusal::bad_request(message));
    }
    if batch.method != Method::POST {
        return Err(Refusal::method_not_allowed(&batch.method, "POST"));
    }
    if media_type(&batch.headers) == MULTIPART {
        return Err(no_multipart());
    }
    refuse_unserved(query, &["$format"])?;
    match Format::asked(query, &batch.headers) {
        Ok(_) => Ok(()),
        Err(refusal) if refusal.message.contains(MULTIPART) => Err(no_multipart()),
        Err(refusal) => Err(refusal),
    }
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
    /// The folded ids of those that come before it.
    after: Vec<String>,
}

/// Reads the requests of a batch and holds them to each other.
fn read(app: &App, batch: &ReceivedRequest) -> Result<Vec<Part>, Refusal> {
    let body = resource::json_body(batch)?;
    let parts = body.get("requests").and_then(Value::as_array);
    let parts = parts.ok_or_else(|| {
        Refusal::bad_request("The body must be a JSON object with the array 'requests'.")
    })?;
    if parts.is_empty() {
        return Err(Refusal::bad_request("The batch has no request."));
    }
    if parts.len() > app.batch_limit {
        return Err(Refusal::bad_request(format!(
            "Number of batch request steps exceeds the maximum value of {}.",
            app.batch_limit
        )));
    }
    let mut ids = BTreeSet::new();
    for part in parts {
        let id = id_of(part)?;
        if !ids.insert(folded(id)) {
            return Err(malformed(id, "has an id that another one has, too."));
        }
    }
    let parts = parts.iter().map(|part| {
        let members = part.as_object().ok_or_else(no_id)?;
        let id = id_of(part)?;
        let reader = Reader { app, batch, id };
        reader.part(members, &ids)
    });
    parts.collect()
}

/// The id of a part; letters of either case are the same.
fn id_of(part: &Value) -> Result<&str, Refusal> {
    let id = part.get("id").and_then(Value::as_str);
    id.filter(|id| !id.is_empty()).ok_or_else(no_id)
}

fn no_id() -> Refusal {
    Refusal::bad_request(
        "Each request of a batch must be a JSON object whose member 'id' is a text that is not \
         empty.",
    )
}

fn folded(id: &str) -> String {
    id.to_lowercase()
}

/// Puts parts behind those that they depend on, and leaves them in their order otherwise.
fn in_order(mut parts: Vec<Part>) -> Result<Vec<Part>, Refusal> {
    let mut placed = BTreeSet::new();
    let mut ordered = Vec::new();
    while !parts.is_empty() {
        let is_next = |part: &Part| part.after.iter().all(|id| placed.contains(id));
        let Some(next) = parts.iter().position(is_next) else {
            return Err(Refusal::bad_request(format!(
                "The requests '{}' of the batch wait for each other.",
                excerpt(
                    &parts
                        .iter()
                        .map(|part| part.id.as_str())
                        .collect::<Vec<_>>()
                        .join("', '")
                )
            )));
        };
        let part = parts.remove(next);
        placed.insert(folded(&part.id));
        ordered.push(part);
    }
    Ok(ordered)
}

/// Reads one part.
struct Reader<'a> {
    app: &'a App,
    batch: &'a ReceivedRequest,
    id: &'a str,
}

impl Reader<'_> {
    fn part(&self, members: &Map<String, Value>, ids: &BTreeSet<String>) -> Result<Part, Refusal> {
        self.refuse_unknown(members)?;
        let after = self.dependencies(members.get("dependsOn"), ids)?;
        let method = self.method(members.get("method"))?;
        let (path, query) = self.address(members.get("url"), ids)?;
        let mut headers = self.headers(members.get("headers"))?;
        let body = members.get("body").filter(|body| !body.is_null());
        let is_write = [Method::POST, Method::PUT, Method::PATCH].contains(&method);
        let is_typed = headers.contains_key(CONTENT_TYPE);
        if (is_write && body.is_none()) || (!is_typed && (is_write || body.is_some())) {
            return Err(Refusal::bad_request(format!(
                "Write request id : {} does not contain Content-Type header or body.",
                excerpt(self.id)
            )));
        }
        let body = body.map(|body| self.body(&media_type(&headers), body));
        if !headers.contains_key(CLIENT_REQUEST_ID)
            && let Some(id) = self.batch.headers.get(CLIENT_REQUEST_ID)
        {
            headers.insert(CLIENT_REQUEST_ID, id.clone());
        }
        let request = ReceivedRequest {
            method,
            path,
            query,
            headers,
            body: body.transpose()?.unwrap_or_default(),
            authorized: self.batch.authorized,
            batch: BatchRole::Part(self.id.to_owned()),
            outcome: Outcome::Pending,
        };
        let id = self.id.to_owned();
        Ok(Part { id, request, after })
    }

    fn wrong(&self, problem: &str) -> Refusal {
        malformed(self.id, problem)
    }

    fn refuse_unknown(&self, members: &Map<String, Value>) -> Result<(), Refusal> {
        for name in members.keys() {
            match name.as_str() {
                "id" | "method" | "url" | "headers" | "body" | "dependsOn" => {}
                "atomicityGroup" | "if" => {
                    return Err(Refusal::not_implemented(format!(
                        "The emulator does not serve the member '{name}' of a batch's requests."
                    )));
                }
                _ => {
                    let name = excerpt(name);
                    return Err(self.wrong(&format!("has the member '{name}', which none has.")));
                }
            }
        }
        Ok(())
    }

    fn dependencies(
        &self,
        value: Option<&Value>,
        ids: &BTreeSet<String>,
    ) -> Result<Vec<String>, Refusal> {
        let Some(value) = value.filter(|value| !value.is_null()) else {
            return Ok(Vec::new());
        };
        let items = value.as_array().into_iter().flatten();
        let texts: Option<Vec<&str>> = items.map(Value::as_str).collect();
        let texts = texts.filter(|_| value.is_array());
        let texts =
            texts.ok_or_else(|| self.wrong("has 'dependsOn', which is no array of ids."))?;
        if let Some(unknown) = texts.iter().find(|id| !ids.contains(&folded(id))) {
            let unknown = excerpt(unknown);
            return Err(self.wrong(&format!(
                "depends on '{unknown}', which is not in the batch."
            )));
        }
        Ok(texts.into_iter().map(folded).collect())
    }

    fn method(&self, value: Option<&Value>) -> Result<Method, Refusal> {
        let text = value.and_then(Value::as_str).unwrap_or_default();
        Ok(match text.to_ascii_uppercase().as_str() {
            "DELETE" => Method::DELETE,
            "GET" => Method::GET,
            "PATCH" => Method::PATCH,
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            _ => {
                let problem = "must have the 'method' DELETE, GET, PATCH, POST or PUT.";
                return Err(self.wrong(problem));
            }
        })
    }

    /// The path and the query of a URL below the service root.
    fn address(
        &self,
        value: Option<&Value>,
        ids: &BTreeSet<String>,
    ) -> Result<(String, Option<String>), Refusal> {
        let url = value.and_then(Value::as_str).unwrap_or_default();
        let scheme = url.split_once("://").map(|(scheme, _)| scheme);
        let is_absolute = scheme.is_some_and(|it| it.chars().all(|c| c.is_ascii_alphanumeric()));
        if url.is_empty() || is_absolute || url.starts_with("//") {
            let problem = "must have a 'url' that is relative to the service root, as in '/users'.";
            return Err(self.wrong(problem));
        }
        if url.contains('#') {
            return Err(self.wrong("has a 'url' with '#', which must be written as '%23'."));
        }
        let (path, query) = match url.split_once('?') {
            Some((path, query)) => (path, Some(encoded(query))),
            None => (url, None),
        };
        let path = path.strip_prefix('/').unwrap_or(path);
        let first = path.split('/').next().unwrap_or_default();
        if let Some(id) = first
            .strip_prefix('$')
            .filter(|id| ids.contains(&folded(id)))
        {
            return Err(Refusal::not_implemented(format!(
                "The emulator does not serve '${}', which refers to what another request of the \
                 batch is answered with.",
                excerpt(id)
            )));
        }
        Ok((format!("/{}/{}", self.app.version, encoded(path)), query))
    }

    fn headers(&self, value: Option<&Value>) -> Result<HeaderMap, Refusal> {
        let mut headers = HeaderMap::new();
        let Some(value) = value.filter(|value| !value.is_null()) else {
            return Ok(headers);
        };
        let members = value.as_object();
        let members = members.ok_or_else(|| self.wrong("has 'headers', which is no object."))?;
        for (name, value) in members {
            let header = name.parse::<HeaderName>().ok();
            let text = value
                .as_str()
                .and_then(|text| text.parse::<HeaderValue>().ok());
            let (Some(header), Some(text)) = (header, text) else {
                let name = excerpt(name);
                let problem = format!("has the header '{name}', which is none that HTTP knows.");
                return Err(self.wrong(&problem));
            };
            headers.append(header, text);
        }
        Ok(headers)
    }

    /// The bytes of a body: JSON as it stands, a text as a text, anything else as base64.
    fn body(&self, media_type: &str, value: &Value) -> Result<Bytes, Refusal> {
        if is_json(media_type) {
            return Ok(value.to_string().into());
        }
        let text = value.as_str();
        let bytes = match text {
            Some(text) if media_type.starts_with("text/") => Some(text.as_bytes().to_vec()),
            Some(text) => binary::decode_any(text),
            None => None,
        };
        bytes.map(Bytes::from).ok_or_else(|| {
            self.wrong(
                "has a 'body' that is neither JSON nor, by its Content-Type, text or base64.",
            )
        })
    }
}

/// What a request of a batch was answered with.
struct PartAnswer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl PartAnswer {
    /// What happens on a connection, seen by what is between the parts and the client: there is
    /// no connection of a part that could break, so a gateway answers.
    async fn of(delivery: Delivery) -> Self {
        match delivery {
            Delivery::Respond(response) => {
                let (head, body) = response.into_parts();
                match to_bytes(body, usize::MAX).await {
                    Ok(body) => Self {
                        status: head.status,
                        headers: head.headers,
                        body,
                    },
                    Err(_) => Self::lost(&delivery::not_reached()),
                }
            }
            Delivery::Reset => Self::lost(&delivery::not_reached()),
            Delivery::Stall => Self::lost(&delivery::gateway_timeout()),
        }
    }

    fn lost(refusal: &Refusal) -> Self {
        let json = HeaderValue::from_static("application/json");
        let body = json!({"error": {"code": refusal.code, "message": refusal.message}});
        Self {
            status: refusal.status,
            headers: HeaderMap::from_iter([(CONTENT_TYPE, json)]),
            body: body.to_string().into(),
        }
    }

    /// The answer as a member of `responses`. Its body goes in as it is when it is JSON, so that
    /// not a digit changes.
    fn write(&self, id: &str, alphabet: BinaryAlphabet) -> String {
        let mut headers = Map::new();
        for name in self.headers.keys() {
            let values = self.headers.get_all(name).iter();
            let values: Vec<_> = values
                .map(|it| String::from_utf8_lossy(it.as_bytes()))
                .collect();
            headers.insert(written(name), values.join(", ").into());
        }
        let body = self.written_body(alphabet);
        format!(
            "{{\"id\":{},\"status\":{},\"headers\":{}{body}}}",
            Value::from(id),
            self.status.as_u16(),
            Value::from(headers)
        )
    }

    fn written_body(&self, alphabet: BinaryAlphabet) -> String {
        if self.body.is_empty() {
            return String::new();
        }
        let media_type = media_type(&self.headers);
        let body = match std::str::from_utf8(&self.body) {
            Ok(text)
                if is_json(&media_type) && serde_json::from_str::<IgnoredAny>(text).is_ok() =>
            {
                text.to_owned()
            }
            Ok(text) if is_json(&media_type) || media_type.starts_with("text/") => {
                Value::from(text).to_string()
            }
            _ => Value::from(binary::encode(&self.body, alphabet)).to_string(),
        };
        format!(",\"body\":{body}")
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

fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type.ends_with("+json")
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

/// The name of a header as Graph writes it: JSON tells the case of letters apart.
fn written(name: &HeaderName) -> String {
    match name.as_str() {
        "request-id" | CLIENT_REQUEST_ID => return name.to_string(),
        "odata-version" => return "OData-Version".to_owned(),
        "odata-entityid" => return "OData-EntityId".to_owned(),
        _ if name == ETAG => return "ETag".to_owned(),
        _ if name == WWW_AUTHENTICATE => return "WWW-Authenticate".to_owned(),
        _ => {}
    }
    let words = name.as_str().split('-').map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or_default();
        first.to_ascii_uppercase() + rest
    });
    words.collect::<Vec<_>>().join("-")
}
