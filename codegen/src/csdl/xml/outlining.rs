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
    let text: &str = tag;
    // All bytes without a way out, of which the compiler looks at many at once.
    let is_odd = |byte: u8| matches!(byte, b'&' | b'\t' | b'\r' | b'\n');
    let is_odd = text.bytes().fold(false, |any, byte| any | is_odd(byte));
    if is_odd || text.len() > limits.text_bytes || tag.name().0.contains(':') {
        return false;
    }
    let mut names = [""; PLAIN];
    for (count, attribute) in tag.attributes().with_checks(false).enumerate() {
        let Ok(attribute) = attribute else {
            return false;
        };
        let name = attribute.key.0;
        if count == PLAIN || count == limits.attributes {
            return false;
        }
        if name == "xmlns" || name.contains(':') || names[..count].contains(&name) {
            return false;
        }
        names[count] = name;
    }
    true
}
