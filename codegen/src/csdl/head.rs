//! The references of a document, read before the document itself.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// `edmx:Reference`, as far as finding the document needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadReference {
    /// Where the document can be found.
    pub uri: String,
    /// The namespaces that are included from it.
    pub namespaces: Vec<String>,
}

/// Most references of a document that are looked at.
pub(super) const REFERENCES: usize = 10_000;

/// The `edmx:Reference` elements of a document, which stand before its schemas; as many of them
/// as can be read, since the parser says what is wrong with the others.
pub(super) fn references(text: &str) -> Vec<HeadReference> {
    let mut references: Vec<HeadReference> = Vec::new();
    let mut reader = Reader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    while references.len() < REFERENCES {
        let (Ok(Event::Start(tag)) | Ok(Event::Empty(tag))) = (match reader.read_event() {
            Ok(Event::Eof) | Err(_) => break,
            event => event,
        }) else {
            continue;
        };
        match tag.local_name().as_ref() {
            "Reference" => references.extend(attribute(&tag, "Uri").map(|uri| HeadReference {
                uri,
                namespaces: Vec::new(),
            })),
            "Include" => {
                if let Some(reference) = references.last_mut() {
                    reference.namespaces.extend(attribute(&tag, "Namespace"));
                }
            }
            "DataServices" | "Schema" => break,
            _ => {}
        }
    }
    references
}

/// The value of an attribute without white space around it.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut readable = attributes.with_checks(false).flatten();
    let attribute = readable.find(|attribute| attribute.key.as_ref() == name)?;
    let value = quick_xml::escape::unescape(&attribute.value).ok()?;
    Some(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_those_before_the_schemas() {
        let text = "\u{feff}<?xml version='1.0'?><e:Edmx><e:Reference Uri=' a&amp;b '>\
            <e:Include Namespace='n' Alias='m'/></e:Reference><e:Reference/>\
            <e:Reference Uri='c'/><e:DataServices/><e:Reference Uri='d'/></e:Edmx>";
        let reference = |uri: &str, namespaces: &[&str]| HeadReference {
            uri: uri.to_owned(),
            namespaces: namespaces.iter().map(|n| (*n).to_owned()).collect(),
        };
        let expected = [reference("a&b", &["n"]), reference("c", &[])];
        assert_eq!(references(text), expected);
        assert_eq!(references("<a"), []);
        assert_eq!(references("<a><b c></a>"), []);
    }
}
