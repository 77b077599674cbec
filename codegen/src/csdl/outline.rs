//! Declarations of which only the start tag has been read.
//!
//! A part of a large document needs little of it. What it does not need is checked while the document is
//! read (it is well-formed and within limits), and is not made into a tree.

use super::element::Element;
use super::kinds::{OperationKind, StructuredKind};
use super::namespaces::Namespaces;
use super::text::is_identifier;
use crate::source::{Span, Text};
use std::ops::Range;

/// The outlined declarations of a schema, in the order of the document.
#[derive(Debug, Default)]
pub struct Outlines<'a> {
    items: Vec<Outline<'a>>,
    /// The XML namespaces that their elements stand in.
    namespaces: Namespaces<'a>,
}

/// A declaration of which only the start tag has been read.
#[derive(Debug)]
pub struct Outline<'a> {
    /// What is declared.
    pub kind: OutlineKind<'a>,
    /// Its name, or what a block of annotations targets.
    pub name: Text<'a>,
    /// The start tag.
    pub span: Span,
    /// Where the element stands in the text.
    pub(super) bytes: Range<usize>,
}

/// What is declared, as far as its start tag and its first parameter tell.
#[derive(Debug)]
pub enum OutlineKind<'a> {
    /// `EntityType` or `ComplexType`.
    Structured {
        /// Which of the two.
        kind: StructuredKind,
        /// The type that it extends.
        base_type: Option<Text<'a>>,
        /// `Abstract`.
        is_abstract: bool,
    },
    /// `EnumType`.
    Enum,
    /// `TypeDefinition`.
    Definition,
    /// `Function` or `Action`.
    Operation {
        /// Which of the two.
        kind: OperationKind,
        /// The type that it is bound to; `None` if it is not bound.
        binding: Option<Text<'a>>,
    },
    /// `Annotations`.
    Annotations,
}

/// Whether the start tag of a child of a schema tells enough, and is in order. What is not is read at
/// once, so that it is reported.
pub(super) fn is_enough(element: &Element<'_>) -> bool {
    let is_plain = |name: &str| {
        let attribute = element.attribute(name);
        attribute.is_some_and(|it| is_identifier(&it.value))
    };
    let is_flag = |name: &str| {
        let attribute = element.attribute(name);
        attribute.is_none_or(|it| matches!(&*it.value, "true" | "false"))
    };
    match element.name {
        "EntityType" | "ComplexType" => is_plain("Name") && is_flag("Abstract"),
        "EnumType" | "TypeDefinition" => is_plain("Name"),
        "Function" | "Action" => is_plain("Name") && is_flag("IsBound"),
        "Annotations" => element
            .attribute("Target")
            .is_some_and(|it| !it.value.trim().is_empty()),
        _ => false,
    }
}

impl<'a> Outlines<'a> {
    /// None yet, of a schema in which these XML namespaces are declared.
    pub(super) fn new(namespaces: &Namespaces<'a>) -> Self {
        Self {
            items: Vec::new(),
            namespaces: namespaces.at_root(),
        }
    }

    /// Adds a declaration whose start tag [`is_enough`].
    pub(super) fn push(
        &mut self,
        element: &Element<'a>,
        bytes: Range<usize>,
        parameter: Option<Text<'a>>,
    ) {
        let is_true = |name| element.attribute(name).is_some_and(|it| it.value == "true");
        let structured = |kind| OutlineKind::Structured {
            kind,
            base_type: element.text_attribute("BaseType"),
            is_abstract: is_true("Abstract"),
        };
        let operation = |kind, parameter: Option<_>| OutlineKind::Operation {
            kind,
            binding: parameter.filter(|_| is_true("IsBound")),
        };
        let (kind, name) = match element.name {
            "EntityType" => (structured(StructuredKind::Entity), "Name"),
            "ComplexType" => (structured(StructuredKind::Complex), "Name"),
            "EnumType" => (OutlineKind::Enum, "Name"),
            "TypeDefinition" => (OutlineKind::Definition, "Name"),
            "Function" => (operation(OperationKind::Function, parameter), "Name"),
            "Action" => (operation(OperationKind::Action, parameter), "Name"),
            _ => (OutlineKind::Annotations, "Target"),
        };
        let name = element.text_attribute(name);
        let span = element.span;
        self.items.extend(name.map(|name| Outline {
            kind,
            name,
            span,
            bytes,
        }));
    }

    /// The declarations.
    pub fn iter(&self) -> impl Iterator<Item = &Outline<'a>> {
        self.items.iter()
    }

    pub(super) fn namespaces(&self) -> &Namespaces<'a> {
        &self.namespaces
    }
}
