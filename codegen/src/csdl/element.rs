//! What a document is made of, as both readers give it: the elements of CSDL XML.
//!
//! CSDL JSON says the same with objects and members, which have elements and attributes to match.

use super::namespaces::Namespaces;
use super::text::trim;
use crate::diagnostic::Diagnostics;
use crate::source::{Span, Text};
use std::borrow::Cow;
use std::ops::Range;

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    Xml,
    Json,
}

impl Notation {
    /// That of a text, as its first character tells; what is neither is not well-formed XML.
    pub fn of(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let json = text.trim_start_matches([' ', '\t', '\n', '\r']);
        match json.starts_with('{') {
            true => Self::Json,
            false => Self::Xml,
        }
    }

    /// The name that an attribute has in the document.
    pub fn name(self, attribute: &str) -> Cow<'_, str> {
        match self {
            Self::Xml => attribute.into(),
            Self::Json => format!("${attribute}").into(),
        }
    }

    /// What has a value: an attribute or a member.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Xml => "attribute",
            Self::Json => "member",
        }
    }
}

/// A node of a document.
#[derive(Debug)]
pub(super) struct Element<'a> {
    /// Name without prefix.
    pub name: &'a str,
    /// The start tag; in JSON the member's name, or the bracket that opens an object without one.
    pub span: Span,
    /// Attributes without namespace.
    pub attributes: Vec<Attribute<'a>>,
    /// Child elements.
    pub children: Vec<Element<'a>>,
    /// Text directly inside the element, unescaped.
    pub text: Cow<'a, str>,
}

/// An attribute without namespace.
#[derive(Debug)]
pub(super) struct Attribute<'a> {
    pub name: &'a str,
    pub name_span: Span,
    pub value: Cow<'a, str>,
    /// The place of the value.
    pub span: Span,
}

impl<'a> Element<'a> {
    pub fn attribute(&self, name: &str) -> Option<&Attribute<'a>> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// The trimmed attribute value with its place.
    pub fn text_attribute(&self, name: &str) -> Option<Text<'a>> {
        self.attribute(name).map(Attribute::text)
    }

    pub fn children_named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element<'a>> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

impl<'a> Attribute<'a> {
    /// The value without white space around it.
    pub fn text(&self) -> Text<'a> {
        let value = match &self.value {
            Cow::Borrowed(value) => Cow::Borrowed(trim(value)),
            Cow::Owned(value) => Cow::Owned(trim(value).to_owned()),
        };
        Text {
            value,
            span: self.span,
        }
    }
}

/// Takes the schemas of a document while they are read, so that no tree of all of it is held.
pub(super) trait SchemaVisitor<'a> {
    /// The start tag of a `Schema`, and the XML namespaces that are declared there.
    fn schema(&mut self, element: &Element<'a>, namespaces: &Namespaces<'a>);

    /// The alias of the `Schema` that was last opened, if it is told later than its name.
    fn schema_alias(&mut self, element: &Element<'a>);

    /// A child of the `Schema` that was last opened, with everything in it.
    fn schema_child(&mut self, element: &Element<'a>);

    /// Whether it is enough to check what stands in a child of a `Schema`, given its start tag.
    fn outlines(&self, element: &Element<'a>) -> bool;

    /// The start tag of a child that was outlined, its bytes, and the type of its first parameter.
    fn outlined(&mut self, element: Element<'a>, bytes: Range<usize>, parameter: Option<Text<'a>>);

    /// What is wrong with the document so far.
    fn diagnostics(&mut self) -> &mut Diagnostics;
}
