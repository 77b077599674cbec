//! Any status, headers and body → what a caller gets to see: no panic, no body without bounds, what the
//! service declares is found, and no text has the token.

#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use csdl_codegen_fuzz::{Json, goes_on};
use libfuzzer_sys::fuzz_target;
use odata_runtime::reqwest::redirect::Policy;
use odata_runtime::{Client, Cloud, Error, ErrorKind, ResourcePath, RetryPolicy, reqwest};
use serde_json::{Value, json};
use std::error::Error as _;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::Runtime;

/// It has what encoders of JSON escape: some `/`, others `+`. It begins with what ends no escape of
/// `Debug`, which would make the whole of a tab and the rest.
const TOKEN: &str = "Go+ken/only/the/client+may=know";

const MAX_BODY: usize = 64 * 1024;

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
            true => u.int_in_range(0..=2 * MAX_BODY as u32)?,
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
        is_plain.then(|| {
            codes
                .map(|code| code.replace(TOKEN, "[redacted]"))
                .collect()
        })
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

/// A service that gives every request the answer that is set.
struct Fixture {
    runtime: Runtime,
    answer: Arc<Mutex<Vec<u8>>>,
    resource: ResourcePath,
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().expect("a runtime");
    let answer = Arc::new(Mutex::new(Vec::new()));
    let socket = std::env::temp_dir().join(format!("fuzz-errors-{}.socket", std::process::id()));
    let _ = std::fs::remove_file(&socket);
    let listener = {
        let _context = runtime.enter();
        UnixListener::bind(&socket).expect("a socket")
    };
    runtime.spawn(accept(listener, Arc::clone(&answer)));
    let http = reqwest::Client::builder()
        .redirect(Policy::none())
        .unix_socket(socket)
        .build()
        .expect("an HTTP client");
    let cloud = Cloud::new("Fuzz", "http://127.0.0.1/api", "scope", "https://login");
    let client = Client::builder(cloud, "fuzz/0")
        .http_client(http)
        .bearer_token(TOKEN)
        .retry(RetryPolicy::none())
        .timeout(Duration::from_secs(5));
    let client: Client = client.build().expect("a client");
    Fixture {
        runtime,
        answer,
        resource: client.root().segment("thing"),
    }
});

async fn accept(listener: UnixListener, answer: Arc<Mutex<Vec<u8>>>) {
    while let Ok((connection, _)) = listener.accept().await {
        tokio::spawn(serve(connection, Arc::clone(&answer)));
    }
}

async fn serve(mut connection: UnixStream, answer: Arc<Mutex<Vec<u8>>>) -> std::io::Result<()> {
    let mut request = Vec::new();
    loop {
        if connection.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            let bytes = answer.lock().expect("no panic while it is set").clone();
            connection.write_all(&bytes).await?;
        }
    }
}

fuzz_target!(|answer: Answer| {
    let fixture = &*FIXTURE;
    *fixture.answer.lock().expect("no panic while it is set") = answer.bytes();
    let request = fixture.resource.get::<Vec<u32>>();
    let result = fixture.runtime.block_on(request.send());
    match result {
        Ok(_) => assert!((200..300).contains(&answer.status)),
        Err(error) => check(&answer, &error),
    }
});

fn check(answer: &Answer, error: &Error) {
    let mut texts = vec![error.to_string(), format!("{error:?}")];
    let mut source = error.source();
    while let Some(cause) = source {
        texts.extend([cause.to_string(), format!("{cause:?}")]);
        source = cause.source();
    }
    texts.push(format!(
        "{:?} {:?}",
        error.service_error(),
        error.decode_error()
    ));
    for text in &texts {
        assert!(!text.contains(TOKEN), "the token is in {text}");
    }
    let kept = error.raw_body().unwrap_or_default();
    assert!(kept.len() <= MAX_BODY, "{} bytes are kept", kept.len());
    let token = TOKEN.as_bytes();
    assert!(!kept.windows(token.len()).any(|window| window == token));
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
    if let Some(id) = answer.header("request-id").filter(|id| !id.contains(TOKEN)) {
        assert_eq!(error.request_id(), Some(id));
    }
    let seconds = answer
        .header("retry-after")
        .filter(|text| !text.starts_with('+'));
    if let Some(seconds) = seconds.and_then(|text| text.parse::<u16>().ok()) {
        let wait = Duration::from_secs(seconds.into());
        assert_eq!(error.retry_after(), Some(wait));
    }
    let is_whole = answer.has_body() && answer.body.bytes().len() <= MAX_BODY;
    if let Some(codes) = answer.body.codes().filter(|_| is_whole) {
        let found = error.service_error().expect("an error of the service");
        assert_eq!(found.codes().collect::<Vec<_>>(), codes);
    }
}
