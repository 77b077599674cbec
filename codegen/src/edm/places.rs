//! Which declaration a problem is about, so that nobody is told of what they do not use.

use super::model::Model;
use super::names::QualifiedName;
use crate::csdl::{OutlineKind, ast};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::source::Span;
use std::sync::Arc;

/// Where the declarations of documents begin.
#[derive(Debug, Default)]
pub struct Places {
    /// Sorted by source and place.
    begins: Vec<(Span, Declared)>,
}

/// What begins at a place.
#[derive(Debug)]
enum Declared {
    Type(QualifiedName),
    Operation(QualifiedName),
    EntryPoint(Arc<str>),
    /// What is no part of a client, or says something of any: schemas, terms, annotations.
    Other,
}

impl Places {
    /// Those of these documents.
    pub fn of(documents: &[ast::Document<'_>]) -> Self {
        let mut places = Self::default();
        for schema in documents.iter().flat_map(|document| &document.schemas) {
            places.schema(schema);
        }
        let place = |span: &Span| (span.source, span.start);
        places.begins.sort_by_key(|(span, _)| place(span));
        places
    }

    fn schema(&mut self, schema: &ast::Schema<'_>) {
        let namespace: Arc<str> = schema.namespace.as_str().into();
        let name = |name: &str| QualifiedName::new(namespace.clone(), name);
        let mut begin = |span, declared| self.begins.push((span, declared));
        begin(schema.span, Declared::Other);
        for it in &schema.structured_types {
            begin(it.span, Declared::Type(name(it.name.as_str())));
        }
        for it in &schema.enum_types {
            begin(it.span, Declared::Type(name(it.name.as_str())));
        }
        for it in &schema.type_definitions {
            begin(it.name.span, Declared::Type(name(it.name.as_str())));
        }
        for it in &schema.operations {
            begin(it.span, Declared::Operation(name(it.name.as_str())));
        }
        for it in schema.outlines.iter() {
            let own = name(it.name.as_str());
            let declared = match it.kind {
                OutlineKind::Operation { .. } => Declared::Operation(own),
                OutlineKind::Annotations => Declared::Other,
                OutlineKind::Structured { .. } | OutlineKind::Enum | OutlineKind::Definition => {
                    Declared::Type(own)
                }
            };
            begin(it.span, declared);
        }
        for it in &schema.terms {
            begin(it.name.span, Declared::Other);
        }
        for it in &schema.external_annotations {
            begin(it.target.span, Declared::Other);
        }
        for it in &schema.containers {
            begin(it.span, Declared::Other);
            for child in &it.children {
                let name = child.name.as_str().into();
                begin(child.name.span, Declared::EntryPoint(name));
            }
        }
    }

    /// Of these problems, those that concern a part of a model: all but warnings about what the part has
    /// not and the whole has. What neither has was left out, which is a reason for a warning.
    pub fn concerning(&self, found: Diagnostics, whole: &Model, part: &Model) -> Diagnostics {
        found.retained(|problem| {
            let is_outside = |declared: &Declared| declared.is_in(whole) && !declared.is_in(part);
            problem.severity == Severity::Error || !self.about(problem).is_some_and(is_outside)
        })
    }

    fn about(&self, problem: &Diagnostic) -> Option<&Declared> {
        let at = problem.place.as_ref()?.span;
        let is_before = |begin: &Span| (begin.source, begin.start) <= (at.source, at.start);
        let behind = self.begins.partition_point(|(begin, _)| is_before(begin));
        let (begin, declared) = self.begins[..behind].last()?;
        (begin.source == at.source).then_some(declared)
    }
}

impl Declared {
    fn is_in(&self, model: &Model) -> bool {
        match self {
            Self::Type(name) => model.types.contains_key(name),
            Self::Operation(name) => model.operations.iter().any(|it| it.name == *name),
            Self::EntryPoint(name) => {
                let container = model.container.as_ref();
                container.is_some_and(|it| it.children.contains_key(name))
            }
            Self::Other => false,
        }
    }
}
