//! The form of JSON answers that a request asks for (OData JSON Format, section "Requesting the
//! JSON Format").

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use crate::answer::{Answer, Whole};
use crate::error::{Refusal, excerpt};
use crate::numbers::Numbers;
use crate::url::ParsedQuery;

/// How much control information an answer has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The count and the links to go on with.
    None,
    #[default]
    Minimal,
    /// Everything, what clients can work out included.
    Full,
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Format {
    pub(crate) detail: Detail,
    pub(crate) numbers: Numbers,
}

impl Format {
    /// Reads `$format`, which goes first, or the `Accept` headers; 406 when JSON is not among what
    /// they take.
    pub(crate) fn asked(query: &ParsedQuery, headers: &HeaderMap) -> Result<Self, Refusal> {
        if let Some(format) = query.get("$format") {
            let format = match format {
                "json" => "application/json",
                other => other,
            };
            return Self::of(format).ok_or_else(|| not_acceptable(format));
        }
        let accepted = headers.get_all("accept").iter();
        let accepted: Vec<&str> = accepted.filter_map(|value| value.to_str().ok()).collect();
        if accepted.is_empty() {
            return Ok(Self::default());
        }
        let accepted = accepted.join(",");
        let mut ranges: Vec<&str> = accepted.split(',').collect();
        // JSON by name says what is wanted of it.
        ranges.sort_by_key(|range| !range.contains("json"));
        let format = ranges.iter().find_map(|range| Self::of(range));
        format.ok_or_else(|| not_acceptable(&accepted))
    }

    /// What a media range asks for, if it takes JSON.
    fn of(range: &str) -> Option<Self> {
        let lower = range.to_ascii_lowercase();
        let mut parts = lower.split(';').map(str::trim);
        let media_type = parts.next()?;
        if !matches!(media_type, "*/*" | "application/*" | "application/json") {
            return None;
        }
        let mut format = Self::default();
        for part in parts {
            match part.split_once('=') {
                Some(("odata.metadata" | "metadata", level)) => {
                    format.detail = match level {
                        "none" => Detail::None,
                        "minimal" => Detail::Minimal,
                        "full" => Detail::Full,
                        _ => return None,
                    };
                }
                Some(("ieee754compatible", "true")) => format.numbers = Numbers::Text,
                Some(("ieee754compatible", "false")) => format.numbers = Numbers::Plain,
                Some(("ieee754compatible", _)) => return None,
                Some(("q", weight)) if weight.parse() == Ok(0.0) => return None,
                _ => {}
            }
        }
        Some(format)
    }

    /// The media type of an answer.
    pub(crate) fn content_type(self) -> String {
        format!(
            "application/json;odata.metadata={};odata.streaming=true;\
             IEEE754Compatible={};charset=utf-8",
            match self.detail {
                Detail::None => "none",
                Detail::Minimal => "minimal",
                Detail::Full => "full",
            },
            self.numbers == Numbers::Text,
        )
    }

    /// Gives an answer the form that was asked for. What is more than minimal is there already, and
    /// numbers are as they should be.
    pub(crate) fn apply(self, answer: Answer) -> Answer {
        if self == Self::default() {
            return answer;
        }
        match answer {
            Answer::Page(mut page) => {
                page.format = self;
                if self.detail == Detail::None {
                    page.items.iter_mut().for_each(strip_members);
                }
                Answer::Page(page)
            }
            Answer::Whole(whole) if whole.is_odata() => Answer::Whole(Whole {
                content_type: Some(self.content_type()),
                body: if self.detail == Detail::None {
                    stripped(&whole.body)
                } else {
                    whole.body
                },
                ..whole
            }),
            other => other,
        }
    }
}

/// The media type of a body, without its parameters, in lower case; empty when it is missing.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok());
    let media_type = value.unwrap_or_default().split(';').next();
    media_type.unwrap_or_default().trim().to_ascii_lowercase()
}

fn stripped(body: &Bytes) -> Bytes {
    match serde_json::from_slice(body) {
        Ok(Value::Object(mut members)) => {
            strip_members(&mut members);
            Value::Object(members).to_string().into()
        }
        _ => body.clone(),
    }
}

/// Takes control information away that is not needed to go on.
fn strip_members(members: &mut Map<String, Value>) {
    members.retain(|name, _| {
        let control = name.split_once("@odata.").map(|(_, control)| control);
        control.is_none_or(|control| matches!(control, "nextLink" | "count" | "deltaLink"))
    });
    members.values_mut().for_each(strip);
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(members) => strip_members(members),
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

fn not_acceptable(accepted: &str) -> Refusal {
    Refusal::new(
        StatusCode::NOT_ACCEPTABLE,
        "NotAcceptable",
        format!(
            "The answer is application/json, which '{}' does not take.",
            excerpt(accepted)
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(query: &str, accept: &[&'static str]) -> Result<Format, u16> {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append("accept", value.parse().unwrap());
        }
        let query = ParsedQuery::parse(query).unwrap();
        Format::asked(&query, &headers).map_err(|refusal| refusal.status.as_u16())
    }

    fn asked(query: &str, accept: &[&'static str]) -> Result<Detail, u16> {
        format(query, accept).map(|format| format.detail)
    }

    #[test]
    fn numbers_are_texts_when_asked_for() {
        for (query, accept, expected) in [
            ("", &[] as &[&str], Ok(false)),
            ("", &["application/json"], Ok(false)),
            ("", &["application/json;IEEE754Compatible=true"], Ok(true)),
            (
                "",
                &["*/*, application/json; odata.metadata=full; ieee754compatible=TRUE"],
                Ok(true),
            ),
            ("", &["application/json;IEEE754Compatible=false"], Ok(false)),
            ("", &["application/json;IEEE754Compatible=1"], Err(406)),
            (
                "$format=application/json;IEEE754Compatible=true",
                &[],
                Ok(true),
            ),
        ] {
            let found = format(query, accept).map(|format| format.numbers == Numbers::Text);
            assert_eq!(found, expected, "{query} {accept:?}");
        }
    }

    #[test]
    fn accept_and_format_are_honored() {
        for (query, accept, expected) in [
            ("", &[] as &[&str], Ok(Detail::Minimal)),
            ("", &["*/*"], Ok(Detail::Minimal)),
            (
                "",
                &["application/json;odata.metadata=full"],
                Ok(Detail::Full),
            ),
            ("", &["Application/JSON; Metadata=None"], Ok(Detail::None)),
            (
                "",
                &["*/*, application/json;odata.metadata=none"],
                Ok(Detail::None),
            ),
            (
                "",
                &["text/html", "application/*;q=0.1"],
                Ok(Detail::Minimal),
            ),
            ("", &["text/html"], Err(406)),
            ("", &["application/json;odata.metadata=verbose"], Err(406)),
            ("", &["application/json;q=0"], Err(406)),
            ("$format=json", &["text/html"], Ok(Detail::Minimal)),
            (
                "$format=application/json;odata.metadata=full",
                &[],
                Ok(Detail::Full),
            ),
            ("$format=xml", &["*/*"], Err(406)),
        ] {
            assert_eq!(asked(query, accept), expected, "{query} {accept:?}");
        }
    }
}
