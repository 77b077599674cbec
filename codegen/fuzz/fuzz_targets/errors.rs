//! Any status, headers and body → what a caller gets to see: no panic, no body without bounds, what the
//! service declares is found, and no text has the token.

#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use csdl_codegen_fuzz::service::{MAX_ERROR_BODY, Service, TOKEN, assert_shown_error};
use csdl_codegen_fuzz::{Json, goes_on};
use libfuzzer_sys::fuzz_target;
use odata_runtime::{Error, ErrorKind};
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::Duration;

/// An answer of the service.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Body,
    /// How much follows the body, so that it exceeds what is kept.
    padding: u32,
}

#[derive(Debug, Arbitrary)]
enum Body {
    Pieces(Vec<Piece>),
    /// The error object of OData, with the codes of what is nested in it.
    Service {
        code: String,
        message: Piece,
        inner: Vec<Option<String>>,
        more: Json,
    },
}

#[derive(Debug, Clone, Arbitrary)]
enum Piece {
    Text(String),
    Bytes(Vec<u8>),
    Json(Json),
    Token,
    /// As JSON may write it.
    EscapedToken,
}

impl<'a> Arbitrary<'a> for Answer {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        const NAMES: &[&str] = &[
            "retry-after",
            "content-type",
            "request-id",
            "x-ms-request-id",
            "client-request-id",
            "www-authenticate",
            "location",
            "date",
            "x-else",
        ];
        let statuses = [200, 204, 302, 400, 401, 403, 404, 429, 500, 503, 504];
        let status = match u.ratio(3, 4)? {
            true => *u.choose(&statuses)?,
            false => u.int_in_range(200..=999)?,
        };
        let mut headers = Vec::new();
        while goes_on(u)? {
            headers.push((*u.choose(NAMES)?, header_value(u)?));
        }
        let padding = match u.ratio(1, 16)? {
            true => u.int_in_range(0..=2 * MAX_ERROR_BODY as u32)?,
            false => 0,
        };
        let body = Body::arbitrary(u)?;
        Ok(Self {
            status,
            headers,
            body,
            padding,
        })
    }
}

/// Bytes that a header can have, so that the answer is one.
fn header_value(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    const KNOWN: &[&str] = &[
        "120",
        "1.5",
        "Sun, 06 Nov 2094 08:49:37 GMT",
        "application/json",
        "Bearer claims=\"eyJhIjoxfQ==\", error=\"insufficient_claims\"",
        "http://127.0.0.1/api/again",
        "https://elsewhere.example/",
        TOKEN,
    ];
    if u.ratio(1, 2)? {
        return Ok(u.choose(KNOWN)?.as_bytes().to_vec());
    }
    let bytes = Vec::<u8>::arbitrary(u)?;
    let allowed = |byte: &u8| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f);
    Ok(bytes.into_iter().filter(allowed).collect())
}

impl Piece {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Json(json) => json.0.to_string().into_bytes(),
            Self::Token => TOKEN.into(),
            Self::EscapedToken => escaped_token().into_bytes(),
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}

/// The token as some encoders write it within a string.
fn escaped_token() -> String {
    TOKEN.replace('/', "\\/").replace('+', "\\u002B")
}

impl Body {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Pieces(pieces) => pieces.iter().flat_map(Piece::bytes).collect(),
            Self::Service {
                code,
                message,
                inner,
                more,
            } => {
                let mut nested = more.0.clone();
                for code in inner.iter().rev() {
                    nested = match code {
                        Some(code) => json!({"code": code, "innererror": nested}),
                        None => json!({"innererror": nested}),
                    };
                }
                let message = match message {
                    Piece::EscapedToken => "ESCAPED".to_owned(),
                    other => other.text(),
                };
                let error = json!({"code": code, "message": message, "innererror": nested});
                let body = json!({"error": error, "more": more.0}).to_string();
                body.replace("ESCAPED", &escaped_token()).into_bytes()
            }
        }
    }

    /// The codes that must be found.
    fn codes(&self) -> Option<Vec<String>> {
        let Self::Service {
            code, inner, more, ..
        } = self
        else {
            return None;
        };
        // What is said in the innermost place may have codes of its own.
        // JSON that is nested too deep is not read.
        let is_plain = !matches!(more.0, Value::Object(_)) && inner.len() < 100;
        let inner = inner.iter().flatten().map(String::as_str);
        let codes = std::iter::once(code.as_str()).chain(inner);
        let codes = codes.filter(|code| !code.is_empty());
        is_plain.then(|| codes.map(str::to_owned).collect())
    }
}

impl Answer {
    /// Whether answers of this status can have a body.
    fn has_body(&self) -> bool {
        !matches!(self.status, 204 | 304)
    }

    /// What goes over the wire.
    fn bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        if self.has_body() {
            body = self.body.bytes();
            body.resize(body.len() + self.padding as usize, b' ');
        }
        let mut bytes = format!("HTTP/1.1 {} Status\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
        bytes.extend_from_slice(&body);
        bytes
    }

    /// The only value of a header.
    fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| *known == name);
        let (_, value) = values.next()?;
        let text = std::str::from_utf8(value).ok()?.trim();
        (values.next().is_none() && text.is_ascii()).then_some(text)
    }
}

static SERVICE: LazyLock<Service> = LazyLock::new(|| Service::start("errors"));

fuzz_target!(|answer: Answer| {
    SERVICE.set_answer(answer.bytes());
    let resource = SERVICE.client.root().segment("thing");
    let request = resource.get::<Vec<u32>>();
    match SERVICE.run(request.send()) {
        Ok(_) => assert!((200..300).contains(&answer.status)),
        Err(error) => check(&answer, &error),
    }
});

fn check(answer: &Answer, error: &Error) {
    assert_shown_error(error);
    (
        error.is_retryable(),
        error.is_throttled(),
        error.is_timeout(),
    );
    if error.kind() == ErrorKind::Service {
        declared(answer, error);
    }
}

/// What the service says of an error must be found.
fn declared(answer: &Answer, error: &Error) {
    assert_eq!(
        error.status().map(|status| status.as_u16()),
        Some(answer.status)
    );
    if let Some(id) = answer.header("request-id") {
        assert!(error.request_id().is_some_and(|found| is_told(found, id)));
    }
    let seconds = answer
        .header("retry-after")
        .filter(|text| !text.starts_with('+'));
    if let Some(seconds) = seconds.and_then(|text| text.parse::<u16>().ok()) {
        let wait = Duration::from_secs(seconds.into());
        assert_eq!(error.retry_after(), Some(wait));
    }
    let is_whole = answer.has_body() && answer.body.bytes().len() <= MAX_ERROR_BODY;
    if let Some(codes) = answer.body.codes().filter(|_| is_whole) {
        let found = error.service_error().expect("an error of the service");
        let found: Vec<_> = found.codes().collect();
        assert_eq!(found.len(), codes.len(), "{found:?} {codes:?}");
        for (found, code) in found.iter().zip(&codes) {
            assert!(is_told(found, code), "{found:?} {code:?}");
        }
    }
}

/// Whether this is what the service said, or has something in the place of the token, which has many forms.
fn is_told(found: &str, said: &str) -> bool {
    found == said || found.contains("[redacted]")
}
