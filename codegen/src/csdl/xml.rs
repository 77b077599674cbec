//! Text → a tree of elements that borrows from it.
//!
//! Names of the two OData namespaces are kept without prefix; elements and attributes of other
//! namespaces are left out, as CSDL 4.01 section 2.2 asks of clients.

mod outlining;

use super::element::{Attribute, Element, SchemaVisitor};
use super::limits::Limits;
use super::namespaces::{Namespaces, Origin};
use super::refusal;
use super::text::{forbidden, span_in, trim};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceId, Sources, Span};
use outlining::Outlining;
use quick_xml::escape::EscapeError;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// Reads the root element; what schemas hold is given to `visitor` and not kept.
pub(super) fn read<'a>(
    sources: &'a Sources,
    id: SourceId,
    limits: &Limits,
    visitor: &mut dyn SchemaVisitor<'a>,
) -> Result<Element<'a>, Diagnostic> {
    let text = sources.get(id).text();
    if let Some((at, character)) = forbidden(text) {
        let end = at + character.len_utf8();
        return Err(refusal::forbidden(character, span_in(id, text, at, end)));
    }
    let reader = Reader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut tree = TreeReader::new(sources, id, limits, visitor, Namespaces::default());
    tree.offset = text.len() - reader.get_ref().len();
    tree.read(reader)
}

/// Reads one declaration of a document that was outlined: the element at these bytes of the text, in which
/// these namespaces are declared.
pub(super) fn read_declaration<'a>(
    sources: &'a Sources,
    id: SourceId,
    bytes: Range<usize>,
    limits: &Limits,
    namespaces: Namespaces<'a>,
    visitor: &mut dyn SchemaVisitor<'a>,
) -> Result<Element<'a>, Diagnostic> {
    let mut tree = TreeReader::new(sources, id, limits, visitor, namespaces);
    tree.offset = bytes.start;
    // They were counted before.
    tree.counts_declarations = false;
    let reader = Reader::from_str(&tree.text[bytes]);
    tree.read(reader)
}

struct TreeReader<'a, 'l> {
    text: &'a str,
    source: SourceId,
    /// Where in the text the reader began.
    offset: usize,
    limits: &'l Limits,
    visitor: &'l mut dyn SchemaVisitor<'a>,
    /// The open elements, outermost first.
    stack: Vec<Element<'a>>,
    /// How many foreign elements are open.
    skipped: usize,
    /// How many elements of the declaration that is being read are in memory.
    held: usize,
    /// How many children schemas have had.
    declarations: usize,
    /// Whether they are counted.
    counts_declarations: bool,
    /// The declaration that is being outlined.
    outlining: Option<Outlining<'a>>,
    /// Room for the attributes of elements that are not kept.
    spare: Vec<Attribute<'a>>,
    namespaces: Namespaces<'a>,
    /// Prefixes that stand for no namespace, once they have been told.
    unbound: BTreeSet<&'a str>,
}

/// How many elements are open inside `Edmx`, `DataServices` and `Schema`.
const SCHEMA_DEPTH: usize = 3;

impl<'a, 'l> TreeReader<'a, 'l> {
    fn new(
        sources: &'a Sources,
        source: SourceId,
        limits: &'l Limits,
        visitor: &'l mut dyn SchemaVisitor<'a>,
        namespaces: Namespaces<'a>,
    ) -> Self {
        Self {
            text: sources.get(source).text(),
            source,
            offset: 0,
            limits,
            visitor,
            stack: Vec::new(),
            skipped: 0,
            held: 0,
            declarations: 0,
            counts_declarations: true,
            outlining: None,
            spare: Vec::new(),
            namespaces,
            unbound: BTreeSet::new(),
        }
    }

    /// How many elements are open, those of other namespaces not among them.
    fn depth(&self) -> usize {
        let inside = self.outlining.as_ref().map_or(0, |it| it.depth + 1);
        self.stack.len() + inside
    }

    fn read(mut self, mut reader: Reader<&'a [u8]>) -> Result<Element<'a>, Diagnostic> {
        let offset = self.offset;
        loop {
            let start = offset + reader.buffer_position() as usize;
            let event = reader.read_event().map_err(|error| {
                let at = offset + reader.error_position() as usize;
                refusal::unreadable(&error, self.span(at, at + 1))
            })?;
            let end = offset + reader.buffer_position() as usize;
            match event {
                Event::Start(tag) => self.open(&tag, start, end)?,
                Event::Empty(tag) => {
                    self.open(&tag, start, end)?;
                    if let Some(root) = self.close(end) {
                        return self.nothing_more(&mut reader, offset).map(|()| root);
                    }
                }
                Event::End(_) => {
                    if let Some(root) = self.close(end) {
                        return self.nothing_more(&mut reader, offset).map(|()| root);
                    }
                }
                Event::Text(text) => self.append_text(lines(text.into_inner()), start, end)?,
                Event::CData(text) => self.append_text(lines(text.into_inner()), start, end)?,
                Event::GeneralRef(reference) => {
                    let text = format!("&{};", &*reference);
                    let resolved = self.unescape(&text, start)?.into_owned();
                    self.append_text(Cow::Owned(resolved), start, end)?;
                }
                Event::DocType(declared) => {
                    return Err(refusal::document_type(&declared, self.span(start, end)));
                }
                Event::Eof => return Err(self.ended(end)),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            }
        }
    }

    /// Refuses what stands behind the root element, of which there is one.
    fn nothing_more(&self, reader: &mut Reader<&[u8]>, offset: usize) -> Result<(), Diagnostic> {
        loop {
            let start = offset + reader.buffer_position() as usize;
            let event = reader.read_event();
            let end = offset + reader.buffer_position() as usize;
            match event {
                Ok(Event::Eof) => return Ok(()),
                Ok(Event::Comment(_) | Event::PI(_)) => {}
                Ok(Event::Text(text)) if text.trim_ascii().is_empty() => {}
                _ => return Err(refusal::more_than_one(self.span(start, end))),
            }
        }
    }

    fn open(&mut self, tag: &BytesStart<'a>, start: usize, end: usize) -> Result<(), Diagnostic> {
        let span = self.span(start, end);
        let depth = self.depth();
        let deepest = self.limits.depth.min(Limits::DEEPEST);
        if depth + self.skipped >= deepest {
            let message = format!("elements nest deeper than {deepest}");
            return Err(refusal::too_much(message, "depth", span));
        }
        if self.skipped > 0 {
            self.skipped += 1;
            return Ok(());
        }
        if self.passes(tag) {
            self.hold(span)?;
            if let Some(outlining) = &mut self.outlining {
                outlining.enter();
            }
            return Ok(());
        }
        let mut attributes = std::mem::take(&mut self.spare);
        self.attributes(tag, start, end, &mut attributes)?;
        // The tag's name is a part of the text itself, whose lifetime outlives the event.
        let name = &self.text[start + 1..start + 1 + tag.name().0.len()];
        let (prefix, local_name) = name.split_once(':').unwrap_or(("", name));
        let origin = self.namespaces.origin(prefix);
        if origin != Origin::OData {
            // Elements of other namespaces may stand anywhere, but no schema of another version.
            let old_schema = local_name == "Schema" && refusal::old_version(&origin);
            if self.stack.is_empty() || old_schema {
                let rest = &self.text[start..];
                return Err(refusal::not_odata(name, &origin, rest, span));
            }
            let parent = self.stack.last().map(|parent| parent.name);
            if local_name == "Schema" && parent == Some("DataServices") {
                return Err(refusal::foreign_schema(name, &origin, span));
            }
            self.bound(prefix, span);
            self.namespaces.leave(depth);
            self.skipped += 1;
            return Ok(());
        }
        // Schemas count too, for a document may have nothing else.
        if self.counts_declarations && (depth == SCHEMA_DEPTH || depth + 1 == SCHEMA_DEPTH) {
            self.declarations += 1;
            if self.declarations > self.limits.declarations {
                let most = self.limits.declarations;
                let message = format!("the document has more than {most} declarations");
                return Err(refusal::too_much(message, "declarations", span));
            }
        }
        self.hold(span)?;
        if let Some(outlining) = &mut self.outlining {
            outlining.see(local_name, &attributes);
            outlining.enter();
            attributes.clear();
            self.spare = attributes;
            return Ok(());
        }
        let element = Element {
            name: local_name,
            span,
            attributes,
            children: Vec::new(),
            text: Cow::Borrowed(""),
        };
        self.keep(element, start);
        Ok(())
    }

    /// Whether the element of a tag is of OData and inside a declaration that is being outlined, and no more
    /// is to be known of it.
    fn passes(&self, tag: &BytesStart<'_>) -> bool {
        self.outlining.as_ref().is_some_and(|it| !it.wants(tag))
            && outlining::is_plain(tag, self.limits)
            && self.namespaces.origin("") == Origin::OData
    }

    /// Counts an element of the declaration that is being read.
    fn hold(&mut self, span: Span) -> Result<(), Diagnostic> {
        self.held += 1;
        if self.held > self.limits.elements {
            let most = self.limits.elements;
            let message = format!("a declaration has more than {most} elements in it");
            return Err(refusal::too_much(message, "elements", span));
        }
        Ok(())
    }

    /// Goes on inside an element, which is kept, or is outlined if that is enough.
    fn keep(&mut self, element: Element<'a>, start: usize) {
        let in_schema = self.stack.len() == SCHEMA_DEPTH
            && self.stack.last().is_some_and(|it| it.name == "Schema");
        if in_schema && self.visitor.outlines(&element) {
            self.outlining = Some(Outlining::new(element, start));
            return;
        }
        if element.name == "Schema" && self.stack.len() + 1 == SCHEMA_DEPTH {
            self.visitor.schema(&element, &self.namespaces);
        }
        self.stack.push(element);
    }

    /// Adds the attributes without prefix; declarations of namespaces take effect.
    fn attributes(
        &mut self,
        tag: &BytesStart<'a>,
        start: usize,
        end: usize,
        attributes: &mut Vec<Attribute<'a>>,
    ) -> Result<(), Diagnostic> {
        let depth = self.depth();
        let mut prefixes = Vec::new();
        // Positions inside a tag count from behind its `<`.
        let base = start + 1;
        let most = self.limits.attributes;
        for (index, attribute) in tag.attributes().with_checks(false).enumerate() {
            if index == most || self.namespaces.len() > most {
                let message = format!("an element has more than {most} attributes");
                return Err(refusal::too_much(
                    message,
                    "attributes",
                    self.span(start, end),
                ));
            }
            let attribute = attribute.map_err(|error| self.bad_attribute(&error, base, end))?;
            let name_at = self.offset_of(attribute.key.0);
            let name = &self.text[name_at..name_at + attribute.key.0.len()];
            let name_span = self.span(name_at, name_at + name.len());
            let value_at = self.offset_of(&attribute.value);
            let raw = &self.text[value_at..value_at + attribute.value.len()];
            let span = self.span(value_at, value_at + raw.len());
            if raw.len() > self.limits.text_bytes {
                return Err(self.too_long(span));
            }
            let value = self.unescape(raw, value_at)?;
            if name == "xmlns" {
                self.namespaces.declare(depth, "", value);
            } else if let Some(prefix) = name.strip_prefix("xmlns:") {
                self.namespaces.declare(depth, prefix, value);
            } else if attributes.iter().any(|earlier| earlier.name == name) {
                let label = format!("the attribute `{name}` is given twice");
                return Err(refusal::malformed(name_span, label));
            } else if let Some((prefix, _)) = name.split_once(':') {
                // A later attribute may declare it.
                prefixes.push((prefix, name_span));
            } else {
                attributes.push(Attribute {
                    name,
                    name_span,
                    value,
                    span,
                });
            }
        }
        for (prefix, span) in prefixes {
            self.bound(prefix, span);
        }
        Ok(())
    }

    /// Reports a prefix that stands for no namespace, once: what bears it belongs to nobody.
    fn bound(&mut self, prefix: &'a str, span: Span) {
        let is_bound = prefix.is_empty() || prefix == "xml" || self.namespaces.binds(prefix);
        if is_bound || !self.unbound.insert(prefix) {
            return;
        }
        let message = format!("the prefix `{prefix}` is not bound to a namespace");
        let warning = Diagnostic::warning(Code::UnexpectedAttribute, message)
            .at(span, "ignored, like everything else with this prefix");
        let help = format!("declare it here or on an enclosing element: `xmlns:{prefix}=\"…\"`");
        self.visitor.diagnostics().push(warning.help(help));
    }

    /// Where `part`, which borrows from the text, stands in it.
    fn offset_of(&self, part: &str) -> usize {
        let at = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        at.min(self.text.len().saturating_sub(part.len()))
    }

    /// Ends the innermost element, whose end tag ends at `end`; gives the root element.
    fn close(&mut self, end: usize) -> Option<Element<'a>> {
        if self.skipped > 0 {
            self.skipped -= 1;
            return None;
        }
        if let Some(outlining) = &mut self.outlining {
            if outlining.leave() {
                self.namespaces.leave(self.depth());
                return None;
            }
            if let Some(outlined) = self.outlining.take() {
                self.visitor
                    .outlined(outlined.element, outlined.start..end, outlined.parameter);
            }
            self.namespaces.leave(self.stack.len());
            self.held = 0;
            return None;
        }
        let element = self.stack.pop()?;
        self.namespaces.leave(self.stack.len());
        let in_schema = self.stack.len() == SCHEMA_DEPTH;
        match self.stack.last_mut() {
            Some(parent) if in_schema && parent.name == "Schema" => {
                self.visitor.schema_child(&element);
                // What is above a declaration is kept until the end, but there is little of it.
                self.held = 0;
                None
            }
            Some(parent) => {
                parent.children.push(element);
                None
            }
            None => Some(element),
        }
    }

    fn append_text(
        &mut self,
        text: Cow<'a, str>,
        start: usize,
        end: usize,
    ) -> Result<(), Diagnostic> {
        let span = self.span(start, end);
        if let Some(outlining) = self.outlining.as_mut().filter(|_| self.skipped == 0) {
            outlining.text_bytes += text.len();
            let is_short = outlining.text_bytes <= self.limits.text_bytes;
            return match is_short || trim(&text).is_empty() {
                true => Ok(()),
                false => Err(self.too_long(span)),
            };
        }
        let blank = trim(&text).is_empty();
        let Some(element) = self.stack.last_mut() else {
            if blank {
                return Ok(());
            }
            return Err(refusal::no_element(&text, span));
        };
        if self.skipped > 0 || (blank && element.text.is_empty()) {
            return Ok(());
        }
        if element.text.len() + text.len() > self.limits.text_bytes {
            return Err(self.too_long(span));
        }
        if element.text.is_empty() {
            element.text = text;
        } else {
            element.text.to_mut().push_str(&text);
        }
        Ok(())
    }

    fn span(&self, start: usize, end: usize) -> Span {
        span_in(self.source, self.text, start, end)
    }

    /// The text of a value, or of a reference by itself, that stands at `start`.
    fn unescape<'t>(&self, raw: &'t str, start: usize) -> Result<Cow<'t, str>, Diagnostic> {
        let value = unescape(raw).map_err(|error| {
            let span = self.span(start, start + raw.len());
            refusal::malformed(span, refusal::reference(&error))
        })?;
        // The text itself was looked at before; a reference may stand for what it cannot have.
        match &value {
            Cow::Owned(text) if let Some((_, character)) = forbidden(text) => {
                let place = reference_to(character, raw);
                let span = self.span(start + place.start, start + place.end);
                Err(refusal::forbidden(character, span))
            }
            _ => Ok(value),
        }
    }

    fn bad_attribute(&self, error: &AttrError, base: usize, end: usize) -> Diagnostic {
        let (at, label) = refusal::attribute(error);
        let at = base + at;
        refusal::malformed(self.span(at.min(end), (at + 1).min(end)), label)
    }

    fn too_long(&self, span: Span) -> Diagnostic {
        let message = format!("a text is longer than {} bytes", self.limits.text_bytes);
        refusal::too_much(message, "text-bytes", span)
    }

    /// The text ended before the root element was closed.
    fn ended(&self, end: usize) -> Diagnostic {
        match self.stack.last() {
            Some(open) => refusal::malformed(self.span(end, end), "the document ends here")
                .related(open.span, "this element is not closed")
                .help(refusal::CUT_SHORT),
            None => Diagnostic::error(Code::NotCsdl, "the document has no root element").at(
                self.span(0, end),
                "expected `<edmx:Edmx Version=\"4.0\" …>`",
            ),
        }
    }
}

/// Where `raw` has a reference to a character.
fn reference_to(character: char, raw: &str) -> std::ops::Range<usize> {
    let mut references = raw.match_indices("&#").filter_map(|(at, _)| {
        let end = at + raw[at..].find(';')? + 1;
        let text = quick_xml::escape::unescape(&raw[at..end]).ok()?;
        text.starts_with(character).then_some(at..end)
    });
    references.next().unwrap_or(0..raw.len())
}

/// Line breaks as XML has them, whatever system wrote the text.
fn lines(text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr::memchr(b'\r', text.as_bytes()).is_some() {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        text
    }
}

/// Entities and character references replaced; line breaks in attribute values become spaces.
fn unescape(raw: &str) -> Result<Cow<'_, str>, EscapeError> {
    // Bytes, not characters: this is asked of every attribute.
    if !raw
        .bytes()
        .any(|byte| matches!(byte, b'&' | b'\t' | b'\r' | b'\n'))
    {
        return Ok(Cow::Borrowed(raw));
    }
    let normalized = raw.replace("\r\n", " ").replace(['\t', '\r', '\n'], " ");
    quick_xml::escape::unescape(&normalized).map(|value| Cow::Owned(value.into_owned()))
}
