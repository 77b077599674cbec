//! The form of batches in JSON (OData JSON Format, section "Batch Requests and Responses"), as Graph has
//! them.

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, ETAG, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::{Address, Answered, CLIENT_REQUEST_ID, Part, PartAnswer, folded, malformed, received};
use crate::answer::{Answer, Whole};
use crate::app::App;
use crate::behavior::BinaryAlphabet;
use crate::error::{Refusal, excerpt};
use crate::format::media_type;
use crate::literal::binary;
use crate::random;
use crate::record::ReceivedRequest;
use crate::resource;

/// Writes what the requests of a batch were answered with.
pub(super) fn write(app: &App, answers: &[Answered]) -> Answer {
    let mut answers: Vec<_> = answers
        .iter()
        .map(|answered| {
            (
                // No order is promised, so none is to be relied on.
                random::mix(app.values.seed ^ random::hash(&answered.id)),
                answered.write(app.service.behavior.alphabet),
            )
        })
        .collect();
    answers.sort();
    let answers: Vec<String> = answers.into_iter().map(|(_, answer)| answer).collect();
    Answer::Whole(Whole {
        content_type: Some("application/json".to_owned()),
        body: format!("{{\"responses\":[{}]}}", answers.join(",")).into(),
        ..Whole::empty(StatusCode::OK)
    })
}

/// Reads the requests of a batch and holds them to each other.
pub(super) fn read(app: &App, batch: &ReceivedRequest) -> Result<Vec<Part>, Refusal> {
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
    let groups = parts
        .iter()
        .filter_map(|part| part.get("atomicityGroup")?.as_str());
    let groups: BTreeSet<_> = groups.map(folded).collect();
    if let Some(id) = ids.intersection(&groups).next() {
        return Err(malformed(id, "has an id that a group has, too."));
    }
    let parts = parts.iter().map(|part| {
        let members = part.as_object().ok_or_else(no_id)?;
        let id = id_of(part)?;
        let reader = Reader {
            app,
            batch,
            id,
            ids: &ids,
            groups: &groups,
        };
        reader.part(members)
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

/// Reads one part.
struct Reader<'a> {
    app: &'a App,
    batch: &'a ReceivedRequest,
    id: &'a str,
    /// The folded ids of all requests.
    ids: &'a BTreeSet<String>,
    /// The folded ids of all groups.
    groups: &'a BTreeSet<String>,
}

impl Reader<'_> {
    fn part(&self, members: &Map<String, Value>) -> Result<Part, Refusal> {
        self.refuse_unknown(members)?;
        let after = self.dependencies(members.get("dependsOn"))?;
        let method = self.method(members.get("method"))?;
        let url = members
            .get("url")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let address = Address::parse(self.app, url, self.ids, &|problem| self.wrong(problem))?;
        if address
            .result
            .as_ref()
            .is_some_and(|id| !after.contains(id))
        {
            return Err(self.wrong("refers to a request that is not in its 'dependsOn'."));
        }
        let group = members.get("atomicityGroup").and_then(Value::as_str);
        let headers = self.headers(members.get("headers"))?;
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
        let body = body.transpose()?.unwrap_or_default();
        Ok(Part {
            id: self.id.to_owned(),
            request: received(self.batch, self.id, method, &address, headers, body),
            after,
            group: group.map(folded),
            result: address.result,
        })
    }

    fn wrong(&self, problem: &str) -> Refusal {
        malformed(self.id, problem)
    }

    fn refuse_unknown(&self, members: &Map<String, Value>) -> Result<(), Refusal> {
        for name in members.keys() {
            match name.as_str() {
                "id" | "method" | "url" | "headers" | "body" | "dependsOn" => {}
                "atomicityGroup" if self.app.standard_batches => {}
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

    fn dependencies(&self, value: Option<&Value>) -> Result<Vec<String>, Refusal> {
        let Some(value) = value.filter(|value| !value.is_null()) else {
            return Ok(Vec::new());
        };
        let items = value.as_array().into_iter().flatten();
        let texts: Option<Vec<&str>> = items.map(Value::as_str).collect();
        let texts = texts.filter(|_| value.is_array());
        let texts =
            texts.ok_or_else(|| self.wrong("has 'dependsOn', which is no array of ids."))?;
        let is_known = |id: &str| self.ids.contains(id) || self.groups.contains(id);
        if let Some(unknown) = texts.iter().find(|id| !is_known(&folded(id))) {
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

impl Answered {
    /// The answer as a member of `responses`. Its body goes in as it is when it is JSON, so that
    /// not a digit changes.
    fn write(&self, alphabet: BinaryAlphabet) -> String {
        let answer = &self.answer;
        let mut headers = Map::new();
        for name in answer.headers.keys() {
            let values = answer.headers.get_all(name).iter();
            let values: Vec<_> = values
                .map(|it| String::from_utf8_lossy(it.as_bytes()))
                .collect();
            headers.insert(written(name), values.join(", ").into());
        }
        let body = answer.written_body(alphabet);
        let group = self.group.as_deref().map_or_else(String::new, |group| {
            format!(",\"atomicityGroup\":{}", Value::from(group))
        });
        format!(
            "{{\"id\":{}{group},\"status\":{},\"headers\":{}{body}}}",
            Value::from(self.id.as_str()),
            answer.status.as_u16(),
            Value::from(headers)
        )
    }
}

impl PartAnswer {
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

fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type.ends_with("+json")
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
