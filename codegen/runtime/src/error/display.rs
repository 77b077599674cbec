//! How errors are shown.

use std::error::Error as StdError;
use std::fmt::{self, Write};

use super::redaction::Redaction;
use super::shown::{self, Beginning, Cut, Fields, MAX_SHOWN};
use super::{DecodeError, Error, ErrorKind};

/// How many bytes of a body are shown.
const MAX_BODY: usize = 200;

/// How many characters are shown of a service's code.
const MAX_CODE: usize = 200;

/// How many characters are shown of an id, which is to be quoted whole.
const MAX_ID: usize = 200;

/// How many bytes are kept for what an operator needs, behind texts of any length.
const MAX_TRAILER: usize = 1_200;

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let context = self.inner.context.as_ref();
        let redaction = Redaction::of(context.and_then(|context| context.secret.as_ref()));
        shown::show(formatter, redaction, MAX_SHOWN - MAX_TRAILER, |out| {
            self.write_request(out)?;
            out.write_str(&self.inner.message)?;
            match self.inner.kind {
                ErrorKind::Service => self.write_response(out)?,
                ErrorKind::OperationFailed => self.write_service(out)?,
                _ => {}
            }
            self.write_decode(out)?;
            self.write_causes(out)
        })?;
        shown::show(formatter, redaction, MAX_TRAILER, |out| {
            self.write_trailer(out)
        })
    }
}

/// As `Display`, since that is what `unwrap` and `fn main() -> Result<()>` print; `{:#?}` shows the parts.
impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !formatter.alternate() {
            return fmt::Display::fmt(self, formatter);
        }
        let context = self.inner.context.as_ref();
        let redaction = Redaction::of(context.and_then(|context| context.secret.as_ref()));
        shown::debug(formatter, redaction, &Fields(self))
    }
}

impl fmt::Debug for Fields<'_, Error> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.0;
        formatter
            .debug_struct("Error")
            .field("kind", &error.inner.kind)
            .field("message", &format_args!("{error}"))
            .field("status", &error.status())
            .field("request_id", &error.request_id())
            .field("client_request_id", &error.client_request_id())
            .field("attempts", &error.attempts())
            .field("retry_after", &error.inner.retry_after)
            .field("decode_error", &error.inner.decode)
            .field("service_error", &error.inner.service)
            .finish_non_exhaustive()
    }
}

impl Error {
    fn write_request(&self, out: &mut Beginning) -> fmt::Result {
        let Some(context) = &self.inner.context else {
            return Ok(());
        };
        let origin = context.url.origin().ascii_serialization();
        write!(out, "{} {origin}{}: ", context.method, context.url.path())
    }

    fn write_response(&self, out: &mut Beginning) -> fmt::Result {
        let Some(response) = &self.inner.response else {
            return Ok(());
        };
        write!(out, "the service answered {}", response.status)?;
        match &self.inner.service {
            Some(_) => self.write_service(out),
            None if response.body.is_empty() => out.write_str(", with no body"),
            None => write!(out, ", with the body {}", quoted(&response.body)),
        }
    }

    fn write_service(&self, out: &mut Beginning) -> fmt::Result {
        let Some(service) = &self.inner.service else {
            return Ok(());
        };
        let separator = if service.code.is_empty() { "" } else { ": " };
        let code = Cut(&service.code, MAX_CODE);
        // The sentence goes on here.
        let message = service.message.trim_end();
        let message = message.strip_suffix('.').unwrap_or(message);
        write!(out, ", {code}{separator}{message}")
    }

    fn write_decode(&self, out: &mut Beginning) -> fmt::Result {
        if let Some(decode) = &self.inner.decode {
            let (line, column) = decode.position;
            write!(out, " at {} (line {line}, column {column})", decode.path)?;
        }
        match &self.inner.response {
            Some(response) if self.inner.kind == ErrorKind::Decode => {
                write!(out, "; the body is {}", quoted(&response.body))
            }
            _ => Ok(()),
        }
    }

    fn write_causes(&self, out: &mut Beginning) -> fmt::Result {
        match self.source() {
            Some(source) => write!(out, ": {}", shown::chain(source)),
            None => Ok(()),
        }
    }

    fn write_trailer(&self, out: &mut Beginning) -> fmt::Result {
        for (index, permission) in self.permissions_needed().iter().enumerate() {
            let lead = if index == 0 { "; it needs " } else { ", or " };
            write!(out, "{lead}{permission}")?;
        }
        if let Some(wait) = self.retry_after() {
            write!(out, "; it asks to wait {} s", wait.as_secs_f64())?;
        }
        let Some(context) = &self.inner.context else {
            return Ok(());
        };
        write!(out, " [")?;
        if let Some(id) = self.request_id() {
            write!(out, "request-id {}, ", Cut(id, MAX_ID))?;
        }
        let id = Cut(&context.client_request_id, MAX_ID);
        write!(out, "client-request-id {id}, ")?;
        match context.attempts {
            0 => out.write_str("not sent]"),
            1 => out.write_str("1 attempt]"),
            attempts => write!(out, "{attempts} attempts]"),
        }
    }
}

/// The beginning of a body, quoted, with control characters escaped.
fn quoted(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(MAX_BODY * 4)]);
    let mut beginning: String = text.chars().take(MAX_BODY).collect();
    if beginning.len() < body.len() {
        beginning.push('…');
    }
    format!("{beginning:?}")
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown::debug(formatter, Redaction::of(None), &Fields(self))
    }
}

impl fmt::Debug for Fields<'_, DecodeError> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.0;
        formatter
            .debug_struct("DecodeError")
            .field("path", &error.path)
            .field("expected", &error.expected)
            .field("found", &error.found)
            .field("position", &error.position)
            .finish()
    }
}
