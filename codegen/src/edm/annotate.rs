//! Annotations: names in full, labels replaced, external ones brought to their targets.

use super::labels::{LABELLED_BYTES, Labels};
use super::model::*;
use super::names::QualifiedName;
use super::scope::Scope;
use crate::csdl::ast;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Text;
use std::collections::BTreeMap;

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
        let value = match &annotation.value {
            Some(expression) => Some(self.value(expression)?),
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

    fn value(&mut self, expression: &ast::Expression<'_>) -> Option<Value> {
        if self.depth > 0 && !self.labels.spend(size(expression)) {
            return None;
        }
        match expression {
            ast::Expression::Scalar(kind, text) => {
                Some(Value::Scalar(kind, self.scalar(kind, &text.value)))
            }
            ast::Expression::Collection(items) => Some(Value::Collection(
                items.iter().filter_map(|item| self.value(item)).collect(),
            )),
            ast::Expression::Record(record) => Some(Value::Record(self.record(record))),
            ast::Expression::Labeled(_, value) => self.value(value),
            ast::Expression::LabelReference(name) => self.labelled(name),
            ast::Expression::Null(_) => Some(Value::Null),
            ast::Expression::Dynamic(..) => None,
        }
    }

    fn scalar(&self, kind: &str, text: &str) -> String {
        match kind {
            "EnumMember" => {
                let members = text
                    .split_whitespace()
                    .map(|member| self.scope.path(member));
                members.collect::<Vec<_>>().join(" ")
            }
            kind if kind.ends_with("Path") => self.scope.path(text.trim()),
            "String" => text.to_owned(),
            _ => text.trim().to_owned(),
        }
    }

    fn record(&mut self, record: &ast::Record<'_>) -> RecordValue {
        let mut properties = BTreeMap::new();
        for property in &record.properties {
            let value = property.value.as_ref().and_then(|value| self.value(value));
            properties.insert(property.property.to_string(), value);
        }
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

    fn labelled(&mut self, name: &Text<'_>) -> Option<Value> {
        let found = self.scope.qualified(name.as_str());
        let Some((value, scope)) = found.and_then(|name| self.labels.get(&name)) else {
            let message = format!("no labelled element bears the name `{name}`");
            let known: Vec<_> = self.labels.names().map(ToString::to_string).collect();
            self.diagnostics.push(
                Diagnostic::error(Code::UnresolvedReference, message)
                    .at(name.span, "not found")
                    .suggest(name.as_str(), known.iter().map(String::as_str)),
            );
            return None;
        };
        // Said when it happened.
        if !self.labels.spend(0) {
            return None;
        }
        if self.depth == LABEL_DEPTH {
            let message = format!("labelled elements refer to each other {LABEL_DEPTH} times");
            self.diagnostics.push(
                Diagnostic::error(Code::LimitExceeded, message)
                    .at(name.span, "the value may contain itself"),
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
        .value(value);
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

/// The bytes of an expression without those in it.
fn size(expression: &ast::Expression<'_>) -> usize {
    let text = match expression {
        ast::Expression::Scalar(_, text) => text.value.len(),
        _ => 0,
    };
    size_of::<Value>() + text
}

/// Where annotations come from.
pub(super) struct AnnotationSources<'a> {
    pub documents: &'a [ast::Document<'a>],
    pub scopes: &'a [Scope<'a>],
    pub labels: &'a Labels<'a>,
}

/// Brings the `Annotations` blocks of documents to the elements that they speak of; blocks that
/// speak of something in `rest` are passed over.
pub(super) fn apply_external(
    sources: &AnnotationSources<'_>,
    model: &mut Model,
    mut rest: Option<&mut Model>,
    diagnostics: &mut Diagnostics,
) {
    for (document, scope) in sources.documents.iter().zip(sources.scopes) {
        let blocks = document
            .schemas
            .iter()
            .flat_map(|s| &s.external_annotations);
        for block in blocks {
            let target = Target::parse(block.target.as_str(), scope);
            let lists = target.as_ref().map(|target| target.find(model));
            let mut lists = lists.unwrap_or_default();
            if let Some(last) = lists.pop() {
                let annotations =
                    resolve_annotations(&block.annotations, scope, sources.labels, diagnostics);
                for list in lists {
                    list.extend(annotations.iter().cloned());
                }
                last.extend(annotations);
                continue;
            }
            let in_rest = rest.as_deref_mut().zip(target.as_ref());
            if in_rest.is_some_and(|(rest, target)| !target.find(rest).is_empty()) {
                continue;
            }
            // A declaration with an error of its own is not in the model, or not all of it.
            let is_left_out = diagnostics.has_errors()
                && target.is_some_and(|target| is_declared(sources.documents, &target.root));
            if !is_left_out {
                let declared = rest.as_deref().unwrap_or(model);
                diagnostics.push(unresolved_target(&block.target, scope, declared));
            }
        }
    }
}

/// Whether a document declares something that can be annotated under this name.
fn is_declared(documents: &[ast::Document<'_>], name: &QualifiedName) -> bool {
    let schemas = documents.iter().flat_map(|document| &document.schemas);
    let mut schemas = schemas.filter(|schema| schema.namespace.as_str() == &*name.namespace);
    schemas.any(|schema| {
        let structured = schema.structured_types.iter().map(|t| &t.name);
        let enums = schema.enum_types.iter().map(|t| &t.name);
        let definitions = schema.type_definitions.iter().map(|t| &t.name);
        let operations = schema.operations.iter().map(|o| &o.name);
        let containers = schema.containers.iter().map(|c| &c.name);
        let types = structured.chain(enums).chain(definitions);
        let mut names = types.chain(operations).chain(containers);
        names.any(|declared| declared.as_str() == &*name.name)
    })
}

fn unresolved_target(target: &Text<'_>, scope: &Scope<'_>, model: &Model) -> Diagnostic {
    let message = format!("nothing is declared that `{target}` names");
    let warning = Diagnostic::warning(Code::UnresolvedTarget, message)
        .at(target.span, "these annotations are ignored");
    let text = target.as_str();
    let (root, member) = text.split_at(text.find(['/', '(']).unwrap_or(text.len()));
    let Some(name) = scope.qualified(root) else {
        return warning;
    };
    if let Some(member) = member.strip_prefix('/')
        && let members @ [_, ..] = &*members(&name, model)
    {
        return warning.suggest(member, members.iter().copied());
    }
    let operations = model.operations.iter().map(|o| o.name.to_string());
    let known: Vec<_> = model
        .types
        .keys()
        .map(ToString::to_string)
        .chain(operations)
        .collect();
    warning.suggest(&name.to_string(), known.iter().map(String::as_str))
}

/// The names of what can be annotated inside a declaration.
fn members<'m>(name: &QualifiedName, model: &'m Model) -> Vec<&'m str> {
    let mut members: Vec<&str> = match model.types.get(name) {
        Some(Type::Structured(structured)) => {
            let names = structured
                .properties
                .keys()
                .chain(structured.navigation.keys());
            names.map(|name| &**name).collect()
        }
        Some(Type::Enum(declared)) => declared.members.iter().map(|m| &*m.name).collect(),
        Some(Type::Definition(_)) | None => Vec::new(),
    };
    for operation in model.operations.iter().filter(|o| o.name == *name) {
        let parameters = operation.binding.iter().chain(&operation.parameters);
        members.extend(parameters.map(|parameter| &*parameter.name));
    }
    let container = model.container.iter().filter(|c| c.name == *name);
    members.extend(container.flat_map(|c| c.children.keys().map(|name| &**name)));
    members
}

/// The target of external annotations (CSDL XML 4.01, section 14.2.2).
struct Target {
    root: QualifiedName,
    /// Parameter types in parentheses, names in full.
    overload: Option<Vec<String>>,
    /// The segment behind the root.
    member: Option<String>,
}

impl Target {
    fn parse(text: &str, scope: &Scope<'_>) -> Option<Self> {
        let (root, overload, rest) = match text.find('(') {
            Some(open) => {
                let close = text.rfind(')')?;
                let list = text.get(open + 1..close)?;
                let types = list.split(',').map(|name| full_type_name(name, scope));
                let types = if list.trim().is_empty() {
                    Vec::new()
                } else {
                    types.collect()
                };
                (&text[..open], Some(types), &text[close + 1..])
            }
            None => {
                let end = text.find('/').unwrap_or(text.len());
                (&text[..end], None, &text[end..])
            }
        };
        let member = rest.strip_prefix('/').map(str::to_owned);
        Some(Self {
            root: scope.qualified(root)?,
            overload,
            member,
        })
    }

    /// The annotation lists that the target names; several for the overloads of an operation.
    fn find<'m>(&self, model: &'m mut Model) -> Vec<&'m mut Vec<Annotation>> {
        if self.overload.is_none() {
            if let Some(declared) = model.types.get_mut(&self.root) {
                return self.in_type(declared).into_iter().collect();
            }
            if let Some(container) = &mut model.container
                && container.name == self.root
            {
                return self.in_container(container).into_iter().collect();
            }
        }
        let operations = model
            .operations
            .iter_mut()
            .filter(|operation| self.selects(operation));
        operations
            .filter_map(|operation| self.in_operation(operation))
            .collect()
    }

    fn in_type<'m>(&self, declared: &'m mut Type) -> Option<&'m mut Vec<Annotation>> {
        let member = self.member.as_deref();
        match (declared, member) {
            (Type::Structured(structured), None) => Some(&mut structured.annotations),
            (Type::Enum(enumeration), None) => Some(&mut enumeration.annotations),
            (Type::Definition(definition), None) => Some(&mut definition.annotations),
            (Type::Structured(structured), Some(name)) => {
                let property = structured
                    .properties
                    .get_mut(name)
                    .map(|p| &mut p.annotations);
                let navigation = structured
                    .navigation
                    .get_mut(name)
                    .map(|p| &mut p.annotations);
                property.or(navigation)
            }
            (Type::Enum(enumeration), Some(name)) => {
                let member = enumeration
                    .members
                    .iter_mut()
                    .find(|member| *member.name == *name);
                member.map(|member| &mut member.annotations)
            }
            (Type::Definition(_), Some(_)) => None,
        }
    }

    fn in_container<'m>(
        &self,
        container: &'m mut EntityContainer,
    ) -> Option<&'m mut Vec<Annotation>> {
        match self.member.as_deref() {
            None => Some(&mut container.annotations),
            Some(name) => container
                .children
                .get_mut(name)
                .map(|child| &mut child.annotations),
        }
    }

    fn selects(&self, operation: &Operation) -> bool {
        if operation.name != self.root {
            return false;
        }
        let Some(types) = &self.overload else {
            return true;
        };
        let declared = operation.binding.iter().chain(&operation.parameters);
        let mut declared = declared.map(|parameter| parameter.type_ref.to_string());
        // Actions may be named by their binding type alone, functions by all their types.
        let all = types
            .iter()
            .all(|name| declared.next().as_ref() == Some(name));
        let complete = declared.next().is_none()
            || (operation.kind == ast::OperationKind::Action && types.len() <= 1);
        all && complete
    }

    fn in_operation<'m>(&self, operation: &'m mut Operation) -> Option<&'m mut Vec<Annotation>> {
        match self.member.as_deref() {
            None => Some(&mut operation.annotations),
            Some("$ReturnType") => operation.return_type.as_mut().map(|r| &mut r.annotations),
            Some(name) => {
                let parameters = operation
                    .binding
                    .iter_mut()
                    .chain(&mut operation.parameters);
                let mut named = parameters.filter(|parameter| *parameter.name == *name);
                named.next().map(|parameter| &mut parameter.annotations)
            }
        }
    }
}

/// `Collection(graph.user)` → `Collection(microsoft.graph.user)`.
fn full_type_name(text: &str, scope: &Scope<'_>) -> String {
    let text = text.trim();
    let inner = text
        .strip_prefix("Collection(")
        .and_then(|rest| rest.strip_suffix(')'));
    match inner {
        Some(item) => format!("Collection({})", scope.path(item.trim())),
        None => scope.path(text),
    }
}
