//! Annotations: names in full, labels replaced.

use super::annotation::{Annotation, RecordValue, Value};
use super::labels::{LABELLED_BYTES, Labels};
use super::names::QualifiedName;
use super::scope::Scope;
use super::vocabulary::{Constant, constant, is_flag};
use crate::csdl::ast::{self, ScalarKind};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Text;

/// Deepest chain of labels that refer to labels.
const LABEL_DEPTH: usize = 8;

/// Annotations with every name in full.
pub(super) fn resolve_annotations(
    annotations: &[ast::Annotation<'_>],
    scope: &Scope<'_>,
    labels: &Labels<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Annotation> {
    let mut resolver = Values {
        scope,
        labels,
        depth: 0,
        diagnostics,
    };
    annotations
        .iter()
        .filter_map(|annotation| resolver.annotation(annotation))
        .collect()
}

struct Values<'a, 's> {
    scope: &'a Scope<'s>,
    labels: &'a Labels<'s>,
    /// How many labels have been followed.
    depth: usize,
    diagnostics: &'a mut Diagnostics,
}

/// What a value is the value of: a term, or a property of a record in it.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The namespace of the term.
    vocabulary: &'a str,
    name: &'a str,
}

impl<'a> Place<'a> {
    fn of(term: &'a QualifiedName) -> Self {
        Self {
            vocabulary: &term.namespace,
            name: &term.name,
        }
    }
}

impl Values<'_, '_> {
    /// `None` for a value that only a service can work out.
    fn annotation(&mut self, annotation: &ast::Annotation<'_>) -> Option<Annotation> {
        let Some(term) = self.scope.qualified(annotation.term.as_str()) else {
            let message = format!("`{}` is not a qualified name", annotation.term);
            self.diagnostics.push(
                Diagnostic::warning(Code::InvalidAnnotation, message)
                    .at(annotation.term.span, "the annotation is ignored"),
            );
            return None;
        };
        let place = Place::of(&term);
        let value = match &annotation.value {
            Some(expression) => Some(self.value(expression, place)?),
            None => None,
        };
        Some(Annotation {
            term,
            qualifier: annotation.qualifier.clone(),
            value,
            annotations: annotation
                .annotations
                .iter()
                .filter_map(|a| self.annotation(a))
                .collect(),
            span: annotation.term.span,
        })
    }

    fn value(&mut self, expression: &ast::Expression<'_>, place: Place<'_>) -> Option<Value> {
        let value = self.any_value(expression, place);
        let is_known = value
            .as_ref()
            .is_some_and(|value| value.as_bool().is_some());
        if is_flag(place.vocabulary, place.name) && !is_known {
            self.undecided(expression, place);
        }
        value
    }

    /// Says that a flag has no value here.
    fn undecided(&mut self, expression: &ast::Expression<'_>, place: Place<'_>) {
        let (span, label) = match expression {
            ast::Expression::Scalar(kind, text) if kind.is_path() => {
                (text.span, "its value differs by entity, so it is ignored")
            }
            ast::Expression::Dynamic(_, span) => {
                (*span, "only the service can evaluate it, so it is ignored")
            }
            ast::Expression::Null(span) => (*span, "stands for no value, so it is ignored"),
            ast::Expression::Scalar(_, text) | ast::Expression::Constant(text) => {
                (text.span, "expected `true` or `false`; ignored")
            }
            _ => return,
        };
        let message = format!("`{}` is not a Boolean constant", place.name);
        let warning = Diagnostic::warning(Code::InvalidAnnotation, message);
        self.diagnostics.push(warning.at(span, label));
    }

    fn any_value(&mut self, expression: &ast::Expression<'_>, place: Place<'_>) -> Option<Value> {
        if self.depth > 0 && !self.labels.spend(size(expression)) {
            return None;
        }
        match expression {
            ast::Expression::Scalar(kind, text) => {
                Some(Value::Scalar(*kind, self.scalar(*kind, &text.value)))
            }
            ast::Expression::Constant(text) => Some(self.constant(&text.value, place)),
            ast::Expression::Collection(items) => {
                let items = items.iter().filter_map(|item| self.value(item, place));
                Some(Value::Collection(items.collect()))
            }
            ast::Expression::Record(record) => Some(Value::Record(self.record(record, place))),
            ast::Expression::Labeled(_, value) => self.value(value, place),
            ast::Expression::LabelReference(name) => self.labelled(name, place),
            ast::Expression::Null(_) => Some(Value::Null),
            ast::Expression::Dynamic(..) => None,
        }
    }

    /// A constant whose kind the type of the term or property tells.
    fn constant(&self, text: &str, place: Place<'_>) -> Value {
        let (kind, text) = match constant(place.vocabulary, place.name) {
            Constant::Scalar(kind) => (kind, self.scalar(kind, text)),
            Constant::Members(namespace, name) => match members(text, namespace, name) {
                Some(members) => (ScalarKind::EnumMember, members),
                None => (ScalarKind::String, text.to_owned()),
            },
        };
        Value::Scalar(kind, text)
    }

    fn scalar(&self, kind: ScalarKind, text: &str) -> String {
        match kind {
            ScalarKind::EnumMember => {
                let members = text.split_whitespace().map(|member| {
                    let full = self.scope.path(member);
                    // A namespace that is no name may have the white space that parts members.
                    match full.contains(char::is_whitespace) {
                        true => member.to_owned(),
                        false => full,
                    }
                });
                members.collect::<Vec<_>>().join(" ")
            }
            kind if kind.is_path() => self.scope.path(text.trim()),
            ScalarKind::String => text.to_owned(),
            _ => text.trim().to_owned(),
        }
    }

    fn record(&mut self, record: &ast::Record<'_>, place: Place<'_>) -> RecordValue {
        let properties = record.properties.iter().filter_map(|property| {
            let name = property.property.as_str();
            let place = Place { name, ..place };
            // Without a value it has its default; one that cannot be told is left out.
            let value = match &property.value {
                Some(expression) => Some(self.value(expression, place)?),
                None => None,
            };
            Some((property.property.to_string(), value))
        });
        let properties = properties.collect();
        let type_name = record.type_name.as_ref();
        RecordValue {
            type_name: type_name.map(|name| self.scope.path(name.as_str())),
            properties,
            annotations: record
                .annotations
                .iter()
                .filter_map(|a| self.annotation(a))
                .collect(),
        }
    }

    fn labelled(&mut self, name: &Text<'_>, place: Place<'_>) -> Option<Value> {
        let found = self.scope.qualified(name.as_str());
        let Some((value, scope)) = found.and_then(|name| self.labels.get(&name)) else {
            let message = format!("no labelled element bears the name `{name}`");
            let warning =
                Diagnostic::warning(Code::UnresolvedReference, message).at(name.span, "not found");
            let known = || self.labels.names().map(ToString::to_string);
            self.diagnostics.suggest_with(warning, name.as_str(), known);
            return None;
        };
        // Said when it happened.
        if !self.labels.spend(0) {
            return None;
        }
        if self.depth == LABEL_DEPTH {
            let message = format!("labelled elements refer to each other {LABEL_DEPTH} times");
            self.diagnostics.push(
                Diagnostic::warning(Code::InvalidAnnotation, message)
                    .at(name.span, "the value may contain itself, and is left out"),
            );
            return None;
        }
        // The value's own names belong to the document that it stands in.
        let (labels, depth) = (self.labels, self.depth + 1);
        let resolved = Values {
            scope,
            labels,
            depth,
            diagnostics: self.diagnostics,
        }
        .value(value, place);
        if self.depth == 0 && !self.labels.spend(0) {
            let message = format!("labels stand for more than {LABELLED_BYTES} bytes of values");
            self.diagnostics.push(
                Diagnostic::error(Code::LimitExceeded, message)
                    .at(name.span, "this and all further labels have no value"),
            );
        }
        resolved
    }
}

/// The members of an enumeration as XML names them; `None` if one of them is no name.
fn members(text: &str, namespace: &str, name: &str) -> Option<String> {
    let is_name = |member: &str| {
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        !member.is_empty() && member.chars().all(is_part)
    };
    let members = text.split(',').map(str::trim);
    let members = members.map(|it| is_name(it).then(|| format!("{namespace}.{name}/{it}")));
    let members: Option<Vec<_>> = members.collect();
    members.map(|members| members.join(" "))
}

/// The bytes of an expression without those in it.
fn size(expression: &ast::Expression<'_>) -> usize {
    let text = match expression {
        ast::Expression::Scalar(_, text) | ast::Expression::Constant(text) => text.value.len(),
        _ => 0,
    };
    size_of::<Value>() + text
}
