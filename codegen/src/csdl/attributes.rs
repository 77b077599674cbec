//! Attributes and children of an element, whatever it is.

use super::element::{Attribute, Element, Notation};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Text;

/// Elements that cannot be left out: what they stand in would say something else without them.
const NEEDED: &[&str] = &["Schema", "PropertyRef", "Parameter", "ReturnType"];

/// Reads elements; what is missing or wrong becomes a diagnostic.
pub(super) struct Parser<'d> {
    /// How the document is written, for texts about it.
    pub(super) notation: Notation,
    pub(super) diagnostics: &'d mut Diagnostics,
}

impl Parser<'_> {
    /// The attribute's value, or a diagnostic that it is missing.
    pub(super) fn required<'a>(&mut self, element: &Element<'a>, name: &str) -> Option<Text<'a>> {
        let found = element.attribute(name).map(|found| (found, found.text()));
        // Nothing could refer to what has an empty name.
        let Some((attribute, text)) = found.filter(|(_, text)| !text.value.is_empty()) else {
            self.missing(element, name);
            return None;
        };
        if text.value.len() != attribute.value.len() {
            let name = self.notation.name(name);
            let message = format!("the value of `{name}` has white space around it");
            let warning = Diagnostic::warning(Code::InvalidValue, message);
            let label = format!("taken as `{text}`");
            self.diagnostics.push(warning.at(attribute.span, label));
        }
        Some(text)
    }

    fn missing(&mut self, element: &Element<'_>, name: &str) {
        let found = element.attribute(name);
        // In JSON most names are those of members, and no values of theirs.
        let is_name = found.filter(|it| self.notation == Notation::Json && it.name_span == it.span);
        let (attribute, name) = (self.notation.attribute(), self.notation.name(name));
        let (message, span) = match found {
            Some(empty) => ("is empty", empty.span),
            None => ("is missing", element.span),
        };
        let (message, label) = match is_name {
            Some(_) => (
                format!("the name of `{}` {message}", element.name),
                "a name is required here".to_owned(),
            ),
            None => (
                format!("the {attribute} `{name}` of `{}` {message}", element.name),
                format!("`{name}` is required here"),
            ),
        };
        self.diagnostics.push(match NEEDED.contains(&element.name) {
            true => Diagnostic::error(Code::MissingAttribute, message).at(span, label),
            false => Diagnostic::warning(Code::MissingAttribute, message)
                .at(span, label)
                .help("the element is left out"),
        });
    }

    /// The attribute as a truth value; `None` if absent or not one.
    pub(super) fn boolean(&mut self, element: &Element<'_>, name: &str) -> Option<bool> {
        let attribute = element.attribute(name)?;
        match attribute.value.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            other => {
                let value: Option<bool> = other.to_ascii_lowercase().parse().ok();
                let expected = match value {
                    Some(value) => format!("expected `true` or `false`; taken as `{value}`"),
                    None => "expected `true` or `false`".to_owned(),
                };
                self.invalid(attribute, &expected, value.is_some());
                value
            }
        }
    }

    pub(super) fn flag(&mut self, element: &Element<'_>, name: &str) -> bool {
        self.boolean(element, name).unwrap_or(false)
    }

    /// A value that the standard does not allow; a warning if it can be understood all the same.
    pub(super) fn invalid(&mut self, attribute: &Attribute<'_>, expected: &str, tolerated: bool) {
        let name = self.notation.name(attribute.name);
        let message = format!("`{}` is not a value of `{name}`", attribute.value);
        let diagnostic = if tolerated {
            Diagnostic::warning(Code::InvalidValue, message)
        } else {
            Diagnostic::error(Code::InvalidValue, message)
        };
        self.diagnostics
            .push(diagnostic.at(attribute.span, expected));
    }

    /// The children of one name, read with `read`; those that it refuses are left out.
    pub(super) fn each<'a, T>(
        &mut self,
        element: &Element<'a>,
        name: &str,
        mut read: impl FnMut(&mut Self, &Element<'a>) -> Option<T>,
    ) -> Vec<T> {
        if element.children.is_empty() {
            return Vec::new();
        }
        // No more room than needed: most types have few members.
        let mut items = Vec::with_capacity(element.children_named(name).count());
        items.extend(
            element
                .children_named(name)
                .filter_map(|child| read(self, child)),
        );
        items
    }
}
