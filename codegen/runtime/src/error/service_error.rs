//! The error body of OData services (OData JSON Format 4.01, section "Error Response").

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::redaction::Redaction;
use super::shown::{self, Fields};
use crate::value::json::parse;

/// What the service said was wrong.
///
/// It is read leniently: a member of an unexpected type is kept in
/// [`additional_properties`](Self::additional_properties) instead of causing an error. The texts
/// are as the service sent them: escape them before printing, as `Debug` does.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The code that a program may act on, such as `TooManyRequests`.
    pub code: String,
    /// Text for a developer. Do not parse it.
    pub message: String,
    /// What the error is about, such as the name of a property.
    pub target: Option<String>,
    /// Further errors.
    pub details: Vec<ServiceErrorDetail>,
    /// The cause.
    pub inner_error: Option<InnerError>,
    /// Members that this type does not know.
    pub additional_properties: Map<String, Value>,
}

/// One of several errors.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ServiceErrorDetail {
    /// The code that a program may act on.
    pub code: String,
    /// Text for a developer.
    pub message: String,
    /// What the error is about.
    pub target: Option<String>,
    /// Members that this type does not know, such as `@Common.numericSeverity`.
    pub additional_properties: Map<String, Value>,
}

/// The cause of an error; it may nest.
///
/// Both spellings of its own name (`innerError`, `innererror`) and of its members (`request-id`,
/// `requestId`) are read.
#[derive(Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct InnerError {
    /// A more specific code.
    pub code: Option<String>,
    /// Text for a developer.
    pub message: Option<String>,
    /// The service's id of the request.
    pub request_id: Option<String>,
    /// The client's id of the request.
    pub client_request_id: Option<String>,
    /// When it happened; services send it without an offset and mean UTC.
    pub date: Option<DateTime<Utc>>,
    /// The cause of this one.
    pub inner_error: Option<Box<InnerError>>,
    /// Members that this type does not know.
    pub additional_properties: Map<String, Value>,
}

impl ServiceError {
    /// Reads a body and redacts the token in it; `None` if it is not an error in a known format.
    pub(crate) fn parse(body: &[u8], redaction: Redaction<'_>) -> Option<Self> {
        let mut body = serde_json::from_slice(parse::without_mark(body)).ok()?;
        redaction.value(&mut body);
        let Value::Object(mut body) = body else {
            return None;
        };
        match body.remove("error") {
            Some(Value::Object(error)) => Some(Self::from_object(error)),
            // RFC 6749 section 5.2: the code is a string and the message stands next to it.
            Some(Value::String(code)) => Some(Self {
                code,
                message: take_text(&mut body, &["error_description"]).unwrap_or_default(),
                target: None,
                details: Vec::new(),
                inner_error: None,
                additional_properties: body,
            }),
            // Gateways in front of a service leave the envelope out.
            None if ["code", "message", "Message"]
                .iter()
                .any(|name| body.contains_key(*name)) =>
            {
                Some(Self::from_object(body))
            }
            _ => None,
        }
    }

    fn from_object(mut error: Map<String, Value>) -> Self {
        Self {
            code: take_text(&mut error, &["code"]).unwrap_or_default(),
            message: take_text(&mut error, &["message", "Message"]).unwrap_or_default(),
            target: take_text(&mut error, &["target"]),
            details: take_details(&mut error),
            inner_error: take_inner(&mut error),
            additional_properties: error,
        }
    }

    /// The codes from the outermost to the most specific one.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let inner = std::iter::successors(self.inner_error.as_ref(), |inner| {
            inner.inner_error.as_deref()
        });
        std::iter::once(self.code.as_str())
            .chain(inner.filter_map(|inner| inner.code.as_deref()))
            .filter(|code| !code.is_empty())
    }

    /// The code of the innermost error that has one.
    pub fn most_specific_code(&self) -> Option<&str> {
        self.codes().last()
    }

    /// The first of the nested errors' members that `select` finds.
    pub(crate) fn find_inner<'a>(
        &'a self,
        select: impl Fn(&'a InnerError) -> Option<&'a str>,
    ) -> Option<&'a str> {
        std::iter::successors(self.inner_error.as_ref(), |inner| {
            inner.inner_error.as_deref()
        })
        .find_map(select)
    }
}

impl InnerError {
    fn from_object(mut inner: Map<String, Value>) -> Self {
        Self {
            code: take_text(&mut inner, &["code"]),
            message: take_text(&mut inner, &["message"]),
            request_id: take_text(&mut inner, &["request-id", "requestId"]),
            client_request_id: take_text(&mut inner, &["client-request-id", "clientRequestId"]),
            date: take_date(&mut inner),
            inner_error: take_inner(&mut inner).map(Box::new),
            additional_properties: inner,
        }
    }
}

/// Takes the first of these members that is text, or a number, which some services use as a code.
fn take_text(object: &mut Map<String, Value>, names: &[&str]) -> Option<String> {
    let name = names.iter().find(|name| {
        matches!(
            object.get(**name),
            Some(Value::String(_) | Value::Number(_))
        )
    })?;
    match object.remove(*name)? {
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

fn take_date(object: &mut Map<String, Value>) -> Option<DateTime<Utc>> {
    let date = parse::date_time(object.get("date")?.as_str()?)?;
    object.remove("date");
    Some(date)
}

fn take_inner(object: &mut Map<String, Value>) -> Option<InnerError> {
    let name = ["innerError", "innererror"]
        .into_iter()
        .find(|name| matches!(object.get(*name), Some(Value::Object(_))))?;
    match object.remove(name)? {
        Value::Object(inner) => Some(InnerError::from_object(inner)),
        _ => None,
    }
}

fn take_details(object: &mut Map<String, Value>) -> Vec<ServiceErrorDetail> {
    if !matches!(object.get("details"), Some(Value::Array(_))) {
        return Vec::new();
    }
    let Some(Value::Array(details)) = object.remove("details") else {
        return Vec::new();
    };
    let objects = details.into_iter().filter_map(|detail| match detail {
        Value::Object(detail) => Some(detail),
        _ => None,
    });
    objects
        .map(|mut detail| ServiceErrorDetail {
            code: take_text(&mut detail, &["code"]).unwrap_or_default(),
            message: take_text(&mut detail, &["message"]).unwrap_or_default(),
            target: take_text(&mut detail, &["target"]),
            additional_properties: detail,
        })
        .collect()
}

/// `Debug` of a type, within the bounds of what is shown.
macro_rules! bounded_debug {
    ($($type:ident { $($field:ident),* })*) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                shown::debug(formatter, Redaction::of(None), &Fields(self))
            }
        }

        impl fmt::Debug for Fields<'_, $type> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter
                    .debug_struct(stringify!($type))
                    $(.field(stringify!($field), &self.0.$field))*
                    .finish()
            }
        }
    )*};
}

bounded_debug! {
    ServiceError { code, message, target, details, inner_error, additional_properties }
    ServiceErrorDetail { code, message, target, additional_properties }
    InnerError {
        code, message, request_id, client_request_id, date, inner_error, additional_properties
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> ServiceError {
        ServiceError::parse(body.as_bytes(), Redaction::of(None)).unwrap()
    }

    #[test]
    fn both_spellings_of_the_inner_error_are_read() {
        for (inner, request, client) in [
            ("innerError", "request-id", "client-request-id"),
            ("innererror", "requestId", "clientRequestId"),
        ] {
            let error = parse(&format!(
                r#"{{"error":{{"code":"BadRequest","message":"no","{inner}":{{
                    "code":"invalid","date":"2025-11-05T14:57:50","{request}":"r","{client}":"c","x":1}}}}}}"#
            ));
            let inner = error.inner_error.unwrap();
            assert_eq!(error.code, "BadRequest");
            assert_eq!(inner.code.as_deref(), Some("invalid"));
            assert_eq!(inner.request_id.as_deref(), Some("r"));
            assert_eq!(inner.client_request_id.as_deref(), Some("c"));
            assert_eq!(
                inner.date.unwrap().to_rfc3339(),
                "2025-11-05T14:57:50+00:00"
            );
            assert_eq!(inner.additional_properties["x"], 1);
        }
    }

    #[test]
    fn nested_inner_errors_lead_to_the_most_specific_code() {
        let error = parse(
            r#"{"error":{"code":"a","message":"m","innererror":{"code":"b","innererror":
                {"message":"no code","innerError":{"code":"d","request-id":"deep"}}}}}"#,
        );
        assert_eq!(error.codes().collect::<Vec<_>>(), ["a", "b", "d"]);
        assert_eq!(error.most_specific_code(), Some("d"));
        let id = error.find_inner(|inner| inner.request_id.as_deref());
        assert_eq!(id, Some("deep"));
    }

    #[test]
    fn details_and_unknown_members_are_kept() {
        let error = parse(
            r#"{"error":{"code":404,"message":"m","target":"t","details":
                [{"code":"x","message":"y","target":"z","@Common.numericSeverity":4,"more":{}},7],
                "@x.y":true}}"#,
        );
        assert_eq!(error.code, "404");
        assert_eq!(error.target.as_deref(), Some("t"));
        assert_eq!(error.details.len(), 1);
        assert_eq!(error.details[0].target.as_deref(), Some("z"));
        assert_eq!(error.additional_properties["@x.y"], true);
        let kept = serde_json::json!({"@Common.numericSeverity": 4, "more": {}});
        assert_eq!(
            Value::from(error.details[0].additional_properties.clone()),
            kept
        );
    }

    #[test]
    fn a_date_that_is_none_is_kept_as_it_was() {
        let error = parse(r#"{"error":{"code":"c","message":"m","innerError":{"date":"soon"}}}"#);
        let inner = error.inner_error.unwrap();
        assert_eq!(inner.date, None);
        assert_eq!(inner.additional_properties["date"], "soon");
    }

    #[test]
    fn other_envelopes_are_understood() {
        let token = parse(r#"{"error":"invalid_client","error_description":"expired"}"#);
        assert_eq!(token.code, "invalid_client");
        assert_eq!(token.message, "expired");
        let gateway = parse(r#"{"Message":"no route"}"#);
        assert_eq!(gateway.message, "no route");
    }

    #[test]
    fn members_of_the_wrong_type_make_nothing_fail() {
        let error = parse(r#"{"error":{"code":{},"message":[],"details":"x","innerError":3}}"#);
        assert_eq!(error.code, "");
        assert_eq!(error.codes().count(), 0);
        assert_eq!(error.additional_properties.len(), 4);
    }

    #[test]
    fn what_is_no_error_body_is_none() {
        for body in [
            "",
            "<html></html>",
            "[]",
            "null",
            "{}",
            r#"{"error":3}"#,
            "{\"error\":",
        ] {
            let parsed = ServiceError::parse(body.as_bytes(), Redaction::of(None));
            assert_eq!(parsed, None, "{body}");
        }
    }
}
