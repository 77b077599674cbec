//! What is said about texts that are not CSDL.

use super::namespaces::{EDM, EDMX, MICROSOFT_ADO, Origin};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, char_boundary};
use quick_xml::Error;
use quick_xml::escape::EscapeError;
use quick_xml::events::attributes::AttrError;

/// The text breaks the rules of XML.
pub(super) fn malformed(span: Span, label: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::Malformed, "the document is not well-formed XML").at(span, label)
}

/// The document exceeds a limit that the configuration can raise under this name.
pub(super) fn too_much(message: String, limit: &str, span: Span) -> Diagnostic {
    let error = Diagnostic::error(Code::LimitExceeded, message);
    error.at(span, "").help(raise(limit))
}

/// How a limit is raised.
pub(super) fn raise(limit: &str) -> String {
    format!("if the document can be trusted, raise `{limit}` under `[metadata.limits]`")
}

/// The XML reader stopped.
pub(super) fn unreadable(error: &Error, span: Span) -> Diagnostic {
    let diagnostic = malformed(span, error.to_string());
    match error {
        // Something that was begun and has no end.
        Error::Syntax(_) => diagnostic.help(CUT_SHORT),
        _ => diagnostic,
    }
}

/// What to do about a document without an end.
pub(super) const CUT_SHORT: &str = "the document may have been cut short; fetch it again";

/// What is wrong with an attribute, and where it is wrong, counted from behind the `<` of its tag.
pub(super) fn attribute(error: &AttrError) -> (usize, String) {
    match error {
        AttrError::ExpectedEq(at) => (*at, "expected `=` and a value".to_owned()),
        AttrError::ExpectedValue(at) => (*at, "expected a value in quotes".to_owned()),
        AttrError::UnquotedValue(at) => (*at, "expected quotes around the value".to_owned()),
        AttrError::ExpectedQuote(at, quote) => (*at, format!("expected `{quote}` at the end")),
        AttrError::Duplicated(at, _) => (*at, "the element has this attribute already".to_owned()),
    }
}

/// What is wrong with a reference such as `&amp;`.
pub(super) fn reference(error: &EscapeError) -> String {
    match error {
        EscapeError::UnrecognizedEntity(_, name) => {
            format!("XML does not define the entity `&{name};`")
        }
        EscapeError::UnterminatedEntity(_) => "expected `;` somewhere after `&`".to_owned(),
        other => other.to_string(),
    }
}

/// The text has a character, or a reference to one, that no document may have.
pub(super) fn forbidden(character: char, span: Span) -> Diagnostic {
    let label = format!(
        "XML does not allow the character U+{:04X}",
        u32::from(character)
    );
    malformed(span, label).help("remove the character; a reference to it is not allowed either")
}

/// The document declares its type, as HTML pages do; entities could be declared there too.
pub(super) fn document_type(declared: &str, span: Span) -> Diagnostic {
    let declared = declared.trim_start();
    if declared
        .get(..4)
        .is_some_and(|name| name.eq_ignore_ascii_case("html"))
    {
        return html(span);
    }
    malformed(span, "a document type declaration is not part of CSDL")
        .help("remove the declaration, and write out the entities that it declares")
}

fn html(span: Span) -> Diagnostic {
    Diagnostic::error(Code::NotCsdl, "the document is an HTML page")
        .at(span, "expected CSDL")
        .help("the server may have answered with a page to sign in, or with an error")
}

/// Text stands where the root element should.
pub(super) fn no_element(text: &str, span: Span) -> Diagnostic {
    if text.trim_start().starts_with('[') {
        return Diagnostic::error(Code::NotCsdl, "the document is a list in JSON")
            .at(span, "expected CSDL")
            .help("CSDL in JSON is an object, and starts with `{ \"$Version\": \"4.01\", …`");
    }
    Diagnostic::error(Code::Malformed, "text stands before the root element")
        .at(span, "not XML")
        .help("a CSDL document starts with `<edmx:Edmx Version=\"4.0\" …>`")
}

/// The element is of no OData 4 namespace: says what it is instead.
///
/// `rest` is the document from the element on.
pub(super) fn not_odata(name: &str, origin: &Origin<'_>, rest: &str, span: Span) -> Diagnostic {
    if old_version(origin) {
        let message = match declared_version(rest) {
            Some(version) => format!("the document is metadata of OData version {version}"),
            None => "the document is metadata of OData version 1, 2 or 3".to_owned(),
        };
        return Diagnostic::error(Code::OldVersion, message)
            .at(span, found(name, origin))
            .help("ask the service for its OData 4 metadata, or convert the document first");
    }
    if name.eq_ignore_ascii_case("html") {
        return html(span);
    }
    Diagnostic::error(Code::NotCsdl, "the document is not a CSDL document")
        .at(span, found(name, origin))
        .help(format!(
            "the root element of CSDL is `Edmx` of namespace `{EDMX}`"
        ))
}

/// A schema stands where one should, but is of another namespace.
pub(super) fn foreign_schema(name: &str, origin: &Origin<'_>, span: Span) -> Diagnostic {
    Diagnostic::error(Code::NotCsdl, "the schema is not one of CSDL")
        .at(span, found(name, origin))
        .help(format!("write `<Schema xmlns=\"{EDM}\" …>`"))
}

/// Something stands behind the root element.
pub(super) fn more_than_one(span: Span) -> Diagnostic {
    malformed(span, "nothing may stand behind the root element")
        .help("the file may have two documents in it; put each into a file of its own")
}

/// How much of a document is looked at to say what it is.
const HEAD: usize = 4096;

/// `DataServiceVersion` of an element near the beginning (OData 3 CSDL, section 2.3).
fn declared_version(rest: &str) -> Option<&str> {
    let head = &rest[..char_boundary(rest, HEAD)];
    let (_, value) = head.split_once("DataServiceVersion=")?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let version = value[1..].split(quote).next()?.trim();
    let known = ["1.0", "2.0", "3.0"];
    known.contains(&version).then_some(version)
}

/// Whether the element is of one of the namespaces of OData 1 to 3.
pub(super) fn old_version(origin: &Origin<'_>) -> bool {
    matches!(origin, Origin::Foreign(namespace) if namespace.starts_with(MICROSOFT_ADO))
}

fn found(name: &str, origin: &Origin<'_>) -> String {
    match origin {
        Origin::Foreign(namespace) => format!("`{name}` of namespace `{namespace}`"),
        Origin::OData | Origin::Unnamed => format!("`{name}` without a namespace"),
    }
}
