//! `LabeledElement`: values with names, which other annotations refer to.

use super::names::QualifiedName;
use super::scope::Scope;
use crate::csdl::ast;
use std::cell::Cell;
use std::collections::BTreeMap;

/// How many bytes of values labels may stand for in all; each reference counts again, so that a
/// short document cannot ask for a long model.
pub(super) const LABELLED_BYTES: usize = 32 << 20;

/// The values that `LabeledElement` names, with the scope that their own names belong to.
pub(super) struct Labels<'a> {
    values: BTreeMap<QualifiedName, (&'a ast::Expression<'a>, usize)>,
    scopes: &'a [Scope<'a>],
    /// What is left of [`LABELLED_BYTES`].
    left: Cell<usize>,
}

impl<'a> Labels<'a> {
    /// The labels of all documents.
    pub fn collect(documents: &'a [ast::Document<'a>], scopes: &'a [Scope<'a>]) -> Self {
        let mut labels = Self {
            values: BTreeMap::new(),
            scopes,
            left: Cell::new(LABELLED_BYTES),
        };
        for (index, document) in documents.iter().enumerate() {
            for schema in &document.schemas {
                let mut found = Vec::new();
                for annotation in annotation_lists(schema).into_iter().flatten() {
                    in_annotation(annotation, &mut found);
                }
                for (name, value) in found {
                    let name = QualifiedName::new(schema.namespace.as_str(), name);
                    labels.values.insert(name, (value, index));
                }
            }
        }
        labels
    }

    /// The value that bears a name, and the scope that the names in it belong to.
    pub fn get(&self, name: &QualifiedName) -> Option<(&'a ast::Expression<'a>, &'a Scope<'a>)> {
        let (value, document) = self.values.get(name)?;
        Some((value, &self.scopes[*document]))
    }

    /// Takes a value of a label into account; `false` if it is one too many.
    pub fn spend(&self, bytes: usize) -> bool {
        self.left.set(self.left.get().saturating_sub(bytes));
        self.left.get() > 0
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &QualifiedName> {
        self.values.keys()
    }
}

/// All annotations that stand in a schema.
fn annotation_lists<'a>(schema: &'a ast::Schema<'a>) -> Vec<&'a [ast::Annotation<'a>]> {
    let mut lists: Vec<&[_]> = vec![&schema.annotations];
    lists.extend(
        schema
            .external_annotations
            .iter()
            .map(|block| &*block.annotations),
    );
    for declared in &schema.structured_types {
        lists.push(&declared.annotations);
        lists.extend(declared.properties.iter().map(|p| &*p.annotations));
        lists.extend(
            declared
                .navigation_properties
                .iter()
                .map(|p| &*p.annotations),
        );
    }
    for declared in &schema.enum_types {
        lists.push(&declared.annotations);
        lists.extend(declared.members.iter().map(|member| &*member.annotations));
    }
    lists.extend(schema.type_definitions.iter().map(|d| &*d.annotations));
    for declared in &schema.operations {
        lists.push(&declared.annotations);
        lists.extend(declared.parameters.iter().map(|p| &*p.annotations));
        lists.extend(declared.return_type.iter().map(|r| &*r.annotations));
    }
    for declared in &schema.containers {
        lists.push(&declared.annotations);
        lists.extend(declared.children.iter().map(|child| &*child.annotations));
    }
    lists
}

fn in_annotation<'a>(
    annotation: &'a ast::Annotation<'a>,
    found: &mut Vec<(&'a str, &'a ast::Expression<'a>)>,
) {
    if let Some(value) = &annotation.value {
        in_expression(value, found);
    }
    for nested in &annotation.annotations {
        in_annotation(nested, found);
    }
}

fn in_expression<'a>(
    expression: &'a ast::Expression<'a>,
    found: &mut Vec<(&'a str, &'a ast::Expression<'a>)>,
) {
    match expression {
        ast::Expression::Labeled(name, value) => {
            found.push((name.as_str(), value));
            in_expression(value, found);
        }
        ast::Expression::Collection(items) => {
            for item in items {
                in_expression(item, found);
            }
        }
        ast::Expression::Record(record) => {
            for value in record.properties.iter().filter_map(|p| p.value.as_ref()) {
                in_expression(value, found);
            }
            for annotation in &record.annotations {
                in_annotation(annotation, found);
            }
        }
        _ => {}
    }
}
