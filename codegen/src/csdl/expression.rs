//! Annotations and their values (CSDL XML 4.01, section 14).

use super::ast::{Annotation, Expression, PropertyValue, Record, ScalarKind};
use super::attributes::Parser;
use super::element::{Element, Notation};
use super::grammar::DYNAMIC;
use crate::source::Text;

impl Parser<'_> {
    /// The annotations that stand in an element.
    pub(super) fn annotations<'a>(&mut self, element: &Element<'a>) -> Vec<Annotation<'a>> {
        self.each(element, "Annotation", annotation)
    }
}

/// `Annotation`.
pub(super) fn annotation<'a>(
    parser: &mut Parser<'_>,
    element: &Element<'a>,
) -> Option<Annotation<'a>> {
    Some(Annotation {
        term: parser.required(element, "Term")?,
        qualifier: element
            .text_attribute("Qualifier")
            .map(|text| text.to_string()),
        value: value(parser, element),
        annotations: parser.annotations(element),
    })
}

/// The value that an element holds, as an attribute or as a child element.
fn value<'a>(parser: &mut Parser<'_>, element: &Element<'a>) -> Option<Expression<'a>> {
    let mut attributes = element.attributes.iter();
    let scalar = attributes.find_map(|it| Some((ScalarKind::from_name(it.name)?, it)));
    if let Some((kind, attribute)) = scalar {
        // The white space of a constant belongs to it.
        let text = Text {
            value: attribute.value.clone(),
            span: attribute.span,
        };
        return Some(constant(parser, kind, text));
    }
    if let Some(url) = element.attribute("UrlRef") {
        return Some(Expression::Dynamic("UrlRef", url.span));
    }
    element
        .children
        .iter()
        .find_map(|child| expression(parser, child))
}

fn constant<'a>(parser: &Parser<'_>, kind: ScalarKind, text: Text<'a>) -> Expression<'a> {
    match (parser.notation, kind) {
        (Notation::Json, ScalarKind::String) => Expression::Constant(text),
        _ => Expression::Scalar(kind, text),
    }
}

/// The expression that an element is, if it is one.
fn expression<'a>(parser: &mut Parser<'_>, element: &Element<'a>) -> Option<Expression<'a>> {
    if let Some(kind) = ScalarKind::from_name(element.name) {
        let text = Text {
            value: element.text.clone(),
            span: element.span,
        };
        return Some(constant(parser, kind, text));
    }
    match element.name {
        "Annotation" => None,
        "Collection" => {
            let items = element
                .children
                .iter()
                .filter_map(|child| expression(parser, child));
            Some(Expression::Collection(items.collect()))
        }
        "Record" => Some(Expression::Record(record(parser, element))),
        "LabeledElement" => {
            let name = parser.required(element, "Name")?;
            let value = value(parser, element)?;
            Some(Expression::Labeled(name, Box::new(value)))
        }
        "LabeledElementReference" => {
            let value = element.text.trim().to_owned().into();
            Some(Expression::LabelReference(Text {
                value,
                span: element.span,
            }))
        }
        "Null" => Some(Expression::Null(element.span)),
        other => {
            // What is no expression was reported with the element that it stands in.
            let dynamic = DYNAMIC.iter().find(|name| **name == other);
            dynamic.map(|name| Expression::Dynamic(name, element.span))
        }
    }
}

fn record<'a>(parser: &mut Parser<'_>, element: &Element<'a>) -> Record<'a> {
    let properties = element
        .children_named("PropertyValue")
        .filter_map(|property| {
            Some(PropertyValue {
                property: parser.required(property, "Property")?,
                value: value(parser, property),
                annotations: parser.annotations(property),
            })
        })
        .collect();
    Record {
        type_name: element.text_attribute("Type"),
        properties,
        annotations: parser.annotations(element),
        span: element.span,
    }
}
