//! What is said about texts that are not CSDL JSON.

use super::head::Head;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use hifijson::{escape, str};

pub(super) use crate::csdl::refusal::{CUT_SHORT, too_much};

/// The text breaks the rules of JSON.
pub(super) fn malformed(span: Span, label: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::Malformed, "the document is not well-formed JSON").at(span, label)
}

/// What is wrong with a string; `None` if it has no end.
pub(super) fn string(error: &str::Error) -> Option<&'static str> {
    use escape::Error::{Eof, ExpectedLowSurrogate, InvalidChar, InvalidHex, InvalidKind};
    Some(match error {
        str::Error::Control => "a control character in a string must be escaped",
        str::Error::Escape(InvalidKind(_)) => "JSON has no such escape",
        str::Error::Escape(InvalidHex(_)) => "expected four hexadecimal digits behind `\\u`",
        str::Error::Escape(InvalidChar(_) | ExpectedLowSurrogate) => {
            "this is one half of a surrogate pair, and no character"
        }
        str::Error::Utf8(_) => "this is not UTF-8",
        str::Error::Eof | str::Error::Escape(Eof) => return None,
    })
}

/// The text has a character that no canonical form could have.
pub(super) fn forbidden(character: char, span: Span) -> Diagnostic {
    let label = format!(
        "this stands for the character U+{:04X}",
        u32::from(character)
    );
    malformed(span, label)
        .help("remove the character; XML, in which slices are written, has no way to write it")
}

/// Something stands behind the document's object.
pub(super) fn more_than_one(span: Span) -> Diagnostic {
    malformed(span, "nothing may stand behind the document's object")
        .help("the file may have two documents in it; put each into a file of its own")
}

/// A member stands in an object twice.
pub(super) fn given_twice(name: &str, span: Span, first: Span) -> Diagnostic {
    malformed(span, format!("the member `{name}` is given twice"))
        .related(first, "it is given here first")
}

/// The text has a character that neither JSON nor XML has.
pub(super) fn forbidden_raw(character: char, span: Span) -> Diagnostic {
    let label = format!(
        "neither JSON nor XML allows the character U+{:04X} here",
        u32::from(character)
    );
    malformed(span, label).help("remove the character")
}

/// The document is metadata of OData 1 to 3, as its version says.
pub(super) fn old_version(version: &str, span: Span) -> Diagnostic {
    let message = format!(
        "the document is metadata of OData version {}",
        version.trim()
    );
    Diagnostic::error(Code::OldVersion, message)
        .at(span, "expected `4.0` or `4.01`")
        .help("ask the service for its OData 4 metadata, or convert the document first")
}

/// The document is JSON of another kind.
pub(super) fn not_csdl(head: &Head, start: Span) -> Diagnostic {
    let (message, help) = match head {
        Head::Error(_) => (
            "the document is an error that a service answered with",
            "the service may ask for a sign-in, or the address may be wrong",
        ),
        Head::OpenApi => (
            "the document is an OpenAPI description",
            "the metadata of an OData service is at `$metadata` below its root",
        ),
        Head::Data => (
            "the document is data of a service",
            "the metadata of an OData service is at `$metadata` below its root",
        ),
        Head::Csdl | Head::Unknown => (
            "the document is JSON, and not CSDL",
            "a CSDL document in JSON starts with `{ \"$Version\": \"4.01\", …`",
        ),
    };
    let label = match head {
        Head::Error(Some(said)) => format!("the service says: {said}"),
        _ => "expected CSDL".to_owned(),
    };
    Diagnostic::error(Code::NotCsdl, message)
        .at(start, label)
        .help(help)
}
