//! Declarations whose inside is checked but not kept.

use crate::csdl::element::{Attribute, Element};
use crate::csdl::limits::Limits;
use crate::source::Text;
use quick_xml::events::BytesStart;

/// A declaration that is being outlined.
pub(super) struct Outlining<'a> {
    pub element: Element<'a>,
    /// Where its start tag begins.
    pub start: usize,
    /// How many elements are open inside.
    pub depth: usize,
    /// How many bytes of text the innermost one has so far.
    pub text_bytes: usize,
    /// The type of its first parameter.
    pub parameter: Option<Text<'a>>,
}

impl<'a> Outlining<'a> {
    pub fn new(element: Element<'a>, start: usize) -> Self {
        Self {
            element,
            start,
            depth: 0,
            text_bytes: 0,
            parameter: None,
        }
    }

    /// Whether the attributes of an element are to be seen: those of the first parameter.
    pub fn wants(&self, tag: &BytesStart<'_>) -> bool {
        self.is_parameter(tag.name().0)
    }

    fn is_parameter(&self, name: &str) -> bool {
        self.depth == 0 && self.parameter.is_none() && name == "Parameter"
    }

    /// Remembers what is to be known of an element.
    pub fn see(&mut self, name: &str, attributes: &[Attribute<'a>]) {
        if self.is_parameter(name) {
            let mut attributes = attributes.iter();
            let declared = attributes.find(|attribute| attribute.name == "Type");
            self.parameter = declared.map(Attribute::text);
        }
    }

    /// Goes on inside an element.
    pub fn enter(&mut self) {
        self.depth += 1;
        self.text_bytes = 0;
    }

    /// Ends an element; `false` if it is the declaration itself.
    pub fn leave(&mut self) -> bool {
        self.text_bytes = 0;
        let inside = self.depth > 0;
        self.depth = self.depth.saturating_sub(1);
        inside
    }
}

/// How many attributes a plain tag has at most.
const PLAIN: usize = 8;

/// Whether nothing can be wrong with a tag that reading its attributes would tell: they are few, all
/// different and without prefixes, and there is nothing in them to be replaced.
pub(super) fn is_plain(tag: &BytesStart<'_>, limits: &Limits) -> bool {
    let element = tag.name().0;
    if tag.len() > limits.text_bytes || element.contains(':') {
        return false;
    }
    let mut rest = &tag.as_bytes()[element.len()..];
    let mut names: [&[u8]; PLAIN] = [b""; PLAIN];
    for count in 0..=PLAIN.min(limits.attributes) {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return true;
        }
        let Some((name, behind)) = plain_attribute(rest) else {
            return false;
        };
        if count == PLAIN || name == b"xmlns" || names[..count].contains(&name) {
            return false;
        }
        names[count] = name;
        rest = behind;
    }
    false
}

/// The name of an attribute without a prefix, if there is nothing to be replaced in its value, and what
/// stands behind it.
fn plain_attribute(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|it| !it.is_ascii_alphanumeric())?;
    let (name, value) = text.split_at(end);
    let value = value.strip_prefix(b"=\"")?;
    let is_odd = |byte: &u8| matches!(byte, b'"' | b'&' | b'<' | b'\t' | b'\r' | b'\n');
    let end = value.iter().position(is_odd)?;
    let behind = value[end..].strip_prefix(b"\"")?;
    let is_apart = behind.first().is_none_or(u8::is_ascii_whitespace);
    (is_apart && !name.is_empty()).then_some((name, behind))
}
