//! Elements and attributes that the grammar does not have.
//!
//! They are ignored with a warning, since they may be misspellings; a misspelt element would be
//! ignored with everything in it.

use super::element::{Attribute, Element};
use super::grammar::{SCHEMA, Shape};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// Reports what the standard does not define in an element and in those inside it.
///
/// Recursion is as deep as elements nest, which the parser limits.
pub(super) fn check(element: &Element<'_>, diagnostics: &mut Diagnostics) {
    let Some(shape) = Shape::of(element.name) else {
        return;
    };
    for attribute in &element.attributes {
        if !shape.has_attribute(attribute.name) {
            unexpected_attribute(element, attribute, shape, diagnostics);
        }
    }
    for child in &element.children {
        if shape.has_child(child.name) {
            check(child, diagnostics);
        } else {
            unexpected_element(element.name, child, &shape.known_children(), diagnostics);
        }
    }
}

/// Reports a child of a schema that the standard does not define.
pub(super) fn unexpected_in_schema(child: &Element<'_>, diagnostics: &mut Diagnostics) {
    unexpected_element("Schema", child, SCHEMA, diagnostics);
}

fn unexpected_element(
    parent: &str,
    child: &Element<'_>,
    known: &[&str],
    diagnostics: &mut Diagnostics,
) {
    let message = format!("`{parent}` has no child element `{}`", child.name);
    let label = match parent {
        // A misspelt `DataServices` would leave nothing.
        "Edmx" => "this element is ignored, but for schemas in it",
        _ => "this element is ignored",
    };
    let warning = Diagnostic::warning(Code::UnexpectedElement, message).at(child.span, label);
    if (parent, child.name) == ("Edmx", "Runtime") {
        let help = "`Runtime` belongs to model files of Entity Framework; a service's `$metadata` has \
                    `DataServices`";
        return diagnostics.push(warning.help(help));
    }
    diagnostics.suggest_with(warning, child.name, || known.iter().copied());
}

fn unexpected_attribute(
    element: &Element<'_>,
    attribute: &Attribute<'_>,
    shape: &Shape,
    diagnostics: &mut Diagnostics,
) {
    let name = attribute.name;
    let message = format!("`{}` has no attribute `{name}`", element.name);
    let warning = Diagnostic::warning(Code::UnexpectedAttribute, message)
        .at(attribute.name_span, "this attribute is ignored");
    if name == "Collection" {
        let help = "a collection is a type: `Type=\"Collection(…)\"`";
        diagnostics.push(warning.help(help));
        return;
    }
    let free = |known: &&&str| element.attribute(known).is_none();
    let known = || shape.attributes.iter().filter(free).copied();
    diagnostics.suggest_with(warning, name, known);
}
