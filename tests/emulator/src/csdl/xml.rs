//! Text → a tree of elements, by name without prefix.

use std::fmt;

use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// The deepest nesting of elements that is read.
const DEEPEST: usize = 100;

/// An element and what is in it.
#[derive(Debug, Default)]
pub(super) struct Element<'a> {
    /// Name without prefix.
    pub(super) name: String,
    /// Where the start tag stands.
    pub(super) place: Place<'a>,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Self>,
    /// Text directly inside the element.
    pub(super) text: String,
}

impl<'a> Element<'a> {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.trim())
    }

    pub(super) fn children_named<'e>(
        &'e self,
        name: &'e str,
    ) -> impl Iterator<Item = &'e Element<'a>> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Whether an attribute says `true`; `default` when it is missing.
    pub(super) fn flag(&self, name: &str, default: bool) -> bool {
        self.attribute(name)
            .map_or(default, |value| matches!(value, "true" | "1"))
    }
}

/// Reads a document's root element; `document` names it in messages.
pub(super) fn read<'a>(document: &'a str, text: &'a str) -> Result<Element<'a>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::from_str(text);
    let mut stack: Vec<Element<'a>> = Vec::new();
    loop {
        let place = Place {
            document,
            text,
            offset: usize::try_from(reader.buffer_position()).unwrap_or(text.len()),
        };
        let event = reader.read_event();
        let event = event.map_err(|error| format!("{place}: {error}"))?;
        let closed = match event {
            Event::Start(tag) => {
                if stack.len() >= DEEPEST {
                    return Err(format!("{place}: elements nest too deep"));
                }
                stack.push(element(&tag, place)?);
                None
            }
            Event::Empty(tag) => Some(element(&tag, place)?),
            Event::End(_) => stack.pop(),
            Event::Text(part) => append(&mut stack, part.into_inner().as_ref()),
            Event::CData(part) => append(&mut stack, part.into_inner().as_ref()),
            Event::GeneralRef(name) => {
                let reference = format!("&{};", &*name);
                let part = unescape(&reference).map_err(|error| format!("{place}: {error}"))?;
                append(&mut stack, &part)
            }
            Event::Eof => return Err(format!("{place}: the document ends too early")),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => None,
        };
        match (closed, stack.last_mut()) {
            (Some(element), Some(parent)) => parent.children.push(element),
            (Some(root), None) => return Ok(root),
            (None, _) => {}
        }
    }
}

/// Adds text to the innermost open element; closes nothing.
fn append<'a>(stack: &mut [Element<'a>], part: &str) -> Option<Element<'a>> {
    if let Some(element) = stack.last_mut() {
        element.text.push_str(part);
    }
    None
}

fn element<'a>(tag: &BytesStart<'_>, place: Place<'a>) -> Result<Element<'a>, String> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| format!("{place}: {error}"))?;
        let value = unescape(&attribute.value).map_err(|error| format!("{place}: {error}"))?;
        attributes.push((attribute.key.0.to_owned(), value.into_owned()));
    }
    let name = tag.name().0;
    let name = name.rsplit_once(':').map_or(name, |(_, local)| local);
    Ok(Element {
        name: name.to_owned(),
        place,
        attributes,
        ..Element::default()
    })
}

/// Where something stands: document, line and column, which are counted when they are shown.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place<'a> {
    document: &'a str,
    text: &'a str,
    offset: usize,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = &self.text.as_bytes()[..self.offset];
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        let of_line = before.rsplit(|byte| *byte == b'\n').next();
        let (line, column) = (lines + 1, of_line.unwrap_or_default().len() + 1);
        write!(formatter, "{}:{line}:{column}", self.document)
    }
}
