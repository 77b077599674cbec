//! Any answer → models, or an error: no panic, no stack and no memory beyond bounds, and nothing that is
//! shown has the token, a character that cannot be seen, or more than 4 KiB.

#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use csdl_codegen_fuzz::service::{Service, TOKEN, assert_shown, assert_shown_error};
use csdl_codegen_fuzz::{Json, goes_on};
use flate2::Compression;
use flate2::write::GzEncoder;
use graph_service_activity::models as graph;
use graph_service_activity::models::health_monitoring as health;
use libfuzzer_sys::fuzz_target;
use library_client::models as library;
use odata_runtime::{Decimal, Method, Page, Request, Value};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::fmt::Debug;
use std::io::Write;
use std::sync::LazyLock;

/// What an answer is no longer than, before it is compressed.
const MAX_BODY: usize = 8 << 20;

/// After so many pages, more prove nothing.
const MAX_PAGES: usize = 3;

/// An answer of the service, and what it is taken for.
#[derive(Debug)]
struct Answer {
    expected: Expected,
    status: u16,
    headers: Vec<(&'static str, Vec<u8>)>,
    coding: Coding,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Expected {
    Alerts,
    AnyJson,
    AnyValue,
    Books,
    Branch,
    Counts,
    Decimals,
    Ignored,
    People,
    Text,
    Trees,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Coding {
    Plain,
    Gzip,
    /// The body says that it is compressed, and is not.
    FalseGzip,
}

/// A part of a body.
#[derive(Debug, Arbitrary)]
enum Part {
    Bytes(Vec<u8>),
    Text(String),
    Json(Json),
    Known(Known),
    /// The token, in some form.
    Token(TokenForm),
    ByteOrderMark,
    /// Something so many times.
    Repeated(Known, u32),
    /// Something within a text so many times.
    Long(u32),
}

#[derive(Debug, Clone, Copy)]
struct Known(&'static str);

impl<'a> Arbitrary<'a> for Known {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        const KNOWN: &[&str] = &[
            "{}",
            "{},",
            "{\"\":0},",
            "[",
            "[[],",
            "]",
            "]}",
            "0,",
            "\"\",",
            "{\"value\":[",
            "{\"children\":[",
            "{\"author\":",
            "{\"author\":{\"works\":[",
            "{\"value\":[{\"price\":",
            "{\"error\":{\"code\":\"",
            "\",\"message\":\"",
            "{\"innererror\":",
            "\"@odata.nextLink\":\"",
            "\"@odata.nextLink\":\"/api/",
            "\"@odata.nextLink\":\"https://",
            "\"@odata.deltaLink\":\"/api/",
            "\",",
            "\"",
            "}",
            "\\u202e",
            "\u{202e}",
            "\u{1b}[2J",
            "\n",
            "é",
        ];
        Ok(Self(u.choose(KNOWN)?))
    }
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum TokenForm {
    Plain,
    Lower,
    Json,
    Url,
}

impl TokenForm {
    fn text(self) -> String {
        match self {
            Self::Plain => TOKEN.to_owned(),
            Self::Lower => TOKEN.to_lowercase(),
            Self::Json => TOKEN.replace('/', "\\/").replace('+', "\\u002B"),
            Self::Url => TOKEN.replace('/', "%2F").replace('+', "%2b"),
        }
    }
}

impl<'a> Arbitrary<'a> for Answer {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        const NAMES: &[&str] = &["request-id", "location", "retry-after", "content-type"];
        let statuses = [200, 200, 200, 201, 204, 303, 307, 400, 404, 429, 503];
        let mut headers = Vec::new();
        let (expected, coding) = (Expected::arbitrary(u)?, Coding::arbitrary(u)?);
        let status = *u.choose(&statuses)?;
        while !u.is_empty() && u.ratio(1, 4)? {
            headers.push((*u.choose(NAMES)?, header_value(u)?));
        }
        let mut parts = Vec::new();
        while goes_on(u)? {
            parts.push(Part::arbitrary(u)?);
        }
        Ok(Self {
            expected,
            status,
            headers,
            coding,
            parts,
        })
    }
}

/// Bytes that a header can have, so that the answer is one.
fn header_value(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut value = Vec::<u8>::arbitrary(u)?;
    value.retain(|byte| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f));
    if u.ratio(1, 2)? {
        value.extend(TokenForm::arbitrary(u)?.text().bytes());
    }
    Ok(value)
}

impl Part {
    fn push_to(&self, body: &mut Vec<u8>) {
        match self {
            Self::Bytes(bytes) => body.extend(bytes),
            Self::Text(text) => body.extend(text.bytes()),
            Self::Json(json) => body.extend(json.0.to_string().bytes()),
            Self::Known(known) => body.extend(known.0.bytes()),
            Self::Token(form) => body.extend(form.text().bytes()),
            Self::ByteOrderMark => body.extend("\u{feff}".bytes()),
            Self::Repeated(known, count) => {
                let count = usize::try_from(*count).unwrap_or_default() % 1_000_000;
                body.extend(known.0.repeat(count).bytes().take(MAX_BODY));
            }
            Self::Long(count) => {
                let count = usize::try_from(*count).unwrap_or_default() % 100_000;
                body.extend("\"x\u{202e}".bytes());
                body.extend(std::iter::repeat_n(b'y', count));
                body.push(b'"');
            }
        }
        body.truncate(MAX_BODY);
    }
}

impl Answer {
    /// What goes over the wire.
    fn bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        if self.status != 204 {
            self.parts.iter().for_each(|part| part.push_to(&mut body));
        }
        let mut head = format!("HTTP/1.1 {} Status\r\n", self.status).into_bytes();
        match self.coding {
            Coding::Plain => {}
            Coding::Gzip | Coding::FalseGzip => head.extend(b"content-encoding: gzip\r\n"),
        }
        if matches!(self.coding, Coding::Gzip) && self.status != 204 {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&body).expect("a buffer takes all");
            body = encoder.finish().expect("a buffer takes all");
        }
        for (name, value) in &self.headers {
            head.extend(name.bytes());
            head.extend(b": ");
            head.extend(value);
            head.extend(b"\r\n");
        }
        head.extend(format!("content-length: {}\r\n\r\n", body.len()).bytes());
        [head, body].concat()
    }
}

/// A type of a caller's own, which is as deep as what it is read from.
#[derive(Debug, Deserialize)]
struct Tree {
    #[serde(default)]
    #[expect(dead_code, reason = "it is shown")]
    children: Vec<Tree>,
}

static SERVICE: LazyLock<Service> = LazyLock::new(|| Service::start("answer"));

fuzz_target!(|answer: Answer| {
    SERVICE.set_answer(answer.bytes());
    match answer.expected {
        Expected::Alerts => pages::<health::Alert>(),
        Expected::AnyJson => one::<serde_json::Value>(),
        Expected::AnyValue => pages::<serde_json::Value>(),
        Expected::Books => pages::<library::Book>(),
        Expected::Branch => one::<library::Branch>(),
        Expected::Counts => pages::<graph::ServiceActivityValueMetric>(),
        Expected::Decimals => one::<Value<Vec<Decimal>>>(),
        Expected::Ignored => one::<IgnoredAny>(),
        Expected::People => pages::<library::Person>(),
        Expected::Text => one::<Value<Option<String>>>(),
        Expected::Trees => one::<Tree>(),
    }
});

fn request<T>() -> Request<T> {
    let request = SERVICE.client.request(Method::GET, "things");
    request.expect("a URL")
}

fn one<T: DeserializeOwned + Debug + Send + 'static>() {
    SERVICE.run(async {
        match request::<T>().send().await {
            Ok(answer) => assert_shown(&format!("{answer:?}")),
            Err(error) => assert_shown_error(&error),
        }
    });
}

fn pages<T: DeserializeOwned + Debug + Send + 'static>() {
    SERVICE.run(async {
        let mut pages = request::<Page<T>>().pages();
        for _ in 0..MAX_PAGES {
            assert_shown(&format!("{pages:?}"));
            match pages.next().await {
                Some(Ok(page)) => assert_shown(&format!("{page:?}")),
                Some(Err(error)) => assert_shown_error(&error),
                None => break,
            }
        }
    });
}
