//! Text → a tree of elements, by name without prefix.

use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// The deepest nesting of elements that is read.
const DEEPEST: usize = 100;

/// An element and what is in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Name without prefix.
    pub(super) name: String,
    /// Where the start tag stands: document, line and column.
    pub(super) place: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// Text directly inside the element.
    pub(super) text: String,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.trim())
    }

    pub(super) fn children_named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Whether an attribute says `true`; `default` when it is missing.
    pub(super) fn flag(&self, name: &str, default: bool) -> bool {
        self.attribute(name)
            .map_or(default, |value| matches!(value, "true" | "1"))
    }
}

/// Reads a document's root element; `document` names it in messages.
pub(super) fn read(document: &str, text: &str) -> Result<Element, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::from_str(text);
    let mut stack: Vec<Element> = Vec::new();
    let mut places = Places::new(document, text);
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        let event = reader.read_event();
        let event = event.map_err(|error| format!("{}: {error}", places.at(start)))?;
        let closed = match event {
            Event::Start(tag) => {
                if stack.len() >= DEEPEST {
                    return Err(format!("{}: elements nest too deep", places.at(start)));
                }
                stack.push(element(&tag, places.at(start))?);
                None
            }
            Event::Empty(tag) => Some(element(&tag, places.at(start))?),
            Event::End(_) => stack.pop(),
            Event::Text(part) => append(&mut stack, part.into_inner().as_ref()),
            Event::CData(part) => append(&mut stack, part.into_inner().as_ref()),
            Event::GeneralRef(name) => {
                let reference = format!("&{};", &*name);
                let part = unescape(&reference)
                    .map_err(|error| format!("{}: {error}", places.at(start)))?;
                append(&mut stack, &part)
            }
            Event::Eof => return Err(format!("{}: the document ends too early", places.at(start))),
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
fn append(stack: &mut [Element], part: &str) -> Option<Element> {
    if let Some(element) = stack.last_mut() {
        element.text.push_str(part);
    }
    None
}

fn element(tag: &BytesStart<'_>, place: String) -> Result<Element, String> {
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

/// Tells line and column of ascending offsets, each character being counted once.
struct Places<'a> {
    document: &'a str,
    text: &'a str,
    offset: usize,
    line: usize,
    line_start: usize,
}

impl<'a> Places<'a> {
    fn new(document: &'a str, text: &'a str) -> Self {
        let (offset, line, line_start) = (0, 1, 0);
        Self {
            document,
            text,
            offset,
            line,
            line_start,
        }
    }

    fn at(&mut self, offset: usize) -> String {
        let passed = self.text.as_bytes().get(self.offset..offset);
        for (index, byte) in passed.unwrap_or_default().iter().enumerate() {
            if *byte == b'\n' {
                self.line += 1;
                self.line_start = self.offset + index + 1;
            }
        }
        self.offset = self.offset.max(offset);
        let column = offset.saturating_sub(self.line_start) + 1;
        format!("{}:{}:{column}", self.document, self.line)
    }
}
