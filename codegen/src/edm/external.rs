//! `Annotations` blocks: annotations brought to their targets.

use super::annotate::resolve_annotations;
use super::annotation::{Annotation, Part, Value, visit};
use super::declarations::Declarations;
use super::labels::Labels;
use super::model::*;
use super::names::QualifiedName;
use super::scope::Scope;
use super::unread::Unread;
use super::vocabulary::is_vocabulary;
use super::way::{Way, WayEnd, below_entry_point};
use crate::csdl::ast;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::source::Text;

/// What names in documents refer to, annotations among them.
pub(super) struct AnnotationSources<'a> {
    pub documents: &'a [ast::Document<'a>],
    pub scopes: &'a [Scope<'a>],
    pub labels: &'a Labels<'a>,
    pub declared: &'a Declarations<'a>,
}

/// How many overloads the targets of a run may be compared with; Microsoft Graph takes some 10,000.
const COMPARISONS: usize = 5_000_000;

/// Of how many overloads one is named in a suggestion.
const MOST_NAMED: usize = 100;

/// How many bytes of annotations overloads may have in common, each of which gets its own.
const COPIED_BYTES: usize = 16 << 20;

/// What is left of the limits of a run.
struct Budget {
    comparisons: usize,
    copied_bytes: usize,
}

impl Budget {
    /// Takes the comparisons with so many overloads; `false` if there are not enough.
    fn compare(&mut self, overloads: usize) -> bool {
        self.comparisons = self.comparisons.saturating_sub(overloads);
        self.comparisons > 0
    }

    /// Takes so many copies of annotations.
    fn copy(&mut self, annotations: &[Annotation], times: usize) {
        if times > 0 {
            let bytes = weight(annotations).saturating_mul(times);
            self.copied_bytes = self.copied_bytes.saturating_sub(bytes);
        }
    }

    fn is_spent(&self) -> bool {
        self.comparisons == 0 || self.copied_bytes == 0
    }
}

/// About how many bytes annotations take.
fn weight(annotations: &[Annotation]) -> usize {
    let mut bytes = 0;
    visit(annotations, &mut |part| {
        bytes += match part {
            Part::Annotation(_) => size_of::<Annotation>(),
            Part::Value(Value::Scalar(_, text)) => size_of::<Value>() + text.len(),
            Part::Value(Value::Record(record)) => {
                let names = record.properties.iter();
                let names = names.map(|(name, _)| size_of::<String>() + name.len());
                size_of::<Value>() + names.sum::<usize>()
            }
            Part::Value(Value::Collection(_) | Value::Null) => size_of::<Value>(),
        };
    });
    bytes
}

/// A block of annotations, and the index of its document.
pub(super) type Block<'a> = (usize, &'a ast::ExternalAnnotations<'a>);

/// What has not been taken of a model.
pub(super) struct Rest<'r, 'd, 'a> {
    /// The model that a part was taken from.
    pub model: &'r mut Model,
    pub unread: &'r Unread<'d, 'a>,
}

impl Rest<'_, '_, '_> {
    /// Whether a target is in the rest, or may be: where a path leads through what has not been read,
    /// nothing is known of its end.
    fn may_have(&mut self, target: &Target, budget: &mut Budget) -> bool {
        let found = target.find(self.model, budget);
        if found.is_some_and(|lists| !lists.is_empty()) {
            return true;
        }
        let below = target.below_entry_point(self.model);
        let way = below.map(|(entry, path)| Way::as_far(self.model, entry, path));
        match way.flatten().map(|(way, _)| way.end) {
            Some(WayEnd::Resources(at, _)) => {
                let mut lineage = self.model.lineage(at);
                lineage.any(|(name, _)| self.unread.has_type(name))
            }
            Some(WayEnd::Calls(..)) => true,
            Some(WayEnd::Stream | WayEnd::References(_)) | None => false,
        }
    }
}

/// Brings blocks of annotations to their targets; those that target something in `rest` are passed over.
pub(super) fn apply_external(
    sources: &AnnotationSources<'_>,
    blocks: &[Block<'_>],
    model: &mut Model,
    mut rest: Option<Rest<'_, '_, '_>>,
    diagnostics: &mut Diagnostics,
) {
    let mut budget = Budget {
        comparisons: COMPARISONS,
        copied_bytes: COPIED_BYTES,
    };
    for (document, block) in blocks {
        let scope = &sources.scopes[*document];
        let target = Target::parse(block.target.as_str(), scope);
        let found = target
            .as_ref()
            .and_then(|target| target.find(model, &mut budget));
        let mut lists = found.unwrap_or_default();
        if budget.is_spent() {
            diagnostics.push(too_many_overloads(&block.target));
            return;
        }
        if let Some(last) = lists.pop() {
            let annotations =
                resolve_annotations(&block.annotations, scope, sources.labels, diagnostics);
            budget.copy(&annotations, lists.len());
            if budget.is_spent() {
                diagnostics.push(too_many_overloads(&block.target));
                return;
            }
            for list in lists {
                list.extend(annotations.iter().cloned());
            }
            last.extend(annotations);
            continue;
        }
        let in_rest = rest.as_mut().zip(target.as_ref());
        if in_rest.is_some_and(|(rest, target)| rest.may_have(target, &mut budget)) {
            continue;
        }
        let declared = rest.as_ref().map_or(&*model, |rest| &*rest.model);
        report_unresolved(
            &block.target,
            target.as_ref(),
            declared,
            scope,
            sources,
            diagnostics,
        );
    }
}

fn too_many_overloads(target: &Text<'_>) -> Diagnostic {
    let message = "too many annotations target too many overloads";
    let label = "this and all further annotations are ignored";
    Diagnostic::error(Code::LimitExceeded, message).at(target.span, label)
}

/// Says why annotations are ignored, unless something else said it.
fn report_unresolved(
    text: &Text<'_>,
    target: Option<&Target>,
    model: &Model,
    scope: &Scope<'_>,
    sources: &AnnotationSources<'_>,
    diagnostics: &mut Diagnostics,
) {
    let Some(target) = target else {
        return diagnostics.push(unresolved_target(text));
    };
    let root = &target.root;
    if !sources.declared.namespaces.contains(&*root.namespace) {
        // Annotations of vocabularies' terms are of no use to a client.
        if !is_vocabulary(&root.namespace) {
            scope.report_missing(text, &root.namespace, diagnostics);
        }
        return;
    }
    // Nothing in the model has the annotations of terms and of a second container; a declaration
    // with an error of its own is not in the model, or not all of it.
    let is_left_out = sources.declared.others.contains(root)
        || (diagnostics.has_errors() && sources.declared.contains(root));
    let is_main = model.container.as_ref().is_some_and(|c| c.name == *root);
    if is_left_out && !is_main {
        return;
    }
    let inner = target
        .member
        .as_deref()
        .and_then(|member| member.split_once(['/', '@']));
    if inner.is_some() && sources.declared.contains(root) {
        let message = format!("annotations of `{text}` are not supported");
        let warning = Diagnostic::warning(Code::Unsupported, message);
        let label = if is_main {
            "no request can be made of this path below an entry point"
        } else {
            "what is inside a member, or an annotation itself, cannot be annotated here"
        };
        return diagnostics.push(warning.at(text.span, label));
    }
    let near = diagnostics.hint(|| target.nearest(model));
    diagnostics.push(unresolved_target(text).did_you_mean(near));
}

fn unresolved_target(text: &Text<'_>) -> Diagnostic {
    let message = format!("nothing is declared that `{text}` names");
    Diagnostic::warning(Code::UnresolvedTarget, message)
        .at(text.span, "these annotations are ignored")
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

    /// The nearest name of what there is.
    fn nearest(&self, model: &Model) -> Option<String> {
        if self.overload.is_some()
            && let overloads @ [_, ..] = &*self.other_overloads(model)?
        {
            let types = self.overload.iter().flatten();
            let wanted = types.cloned().collect::<Vec<_>>().join(",");
            let near = nearest(&wanted, overloads).or_else(|| overloads.first())?;
            let member = self.member.as_ref();
            let member = member.map_or_else(String::new, |member| format!("/{member}"));
            return Some(format!("{}({near}){member}", self.root));
        }
        if let Some(member) = &self.member
            && let members @ [_, ..] = &*members(&self.root, model)
        {
            return nearest(member, members).map(|near| (*near).to_owned());
        }
        let operations = model.operations.iter().map(|o| o.name.to_string());
        let types = model.types.keys().map(ToString::to_string);
        nearest(&self.root.to_string(), types.chain(operations))
    }

    /// The types of the overloads of the operation, if none is the one that is named; `None` if there are
    /// too many.
    fn other_overloads(&self, model: &Model) -> Option<Vec<String>> {
        let overloads = model.operations.iter().filter(|it| it.name == self.root);
        let overloads: Vec<_> = overloads.take(MOST_NAMED + 1).collect();
        if overloads.len() > MOST_NAMED {
            return None;
        }
        if overloads.iter().any(|operation| self.selects(operation)) {
            return Some(Vec::new());
        }
        let types = |operation: &&Operation| {
            let declared = operation.binding.iter().chain(&operation.parameters);
            let types = declared.map(|parameter| parameter.type_ref.to_string());
            types.collect::<Vec<_>>().join(",")
        };
        Some(overloads.iter().map(types).collect())
    }

    /// The annotation lists that the target names; several for the overloads of an operation.
    /// Each overload that is looked at is taken from the budget; `None` when it is spent.
    fn find<'m>(
        &self,
        model: &'m mut Model,
        budget: &mut Budget,
    ) -> Option<Vec<&'m mut Vec<Annotation>>> {
        if self.overload.is_none() {
            let below = self.below_entry_point(model);
            if below.is_some_and(|(entry, path)| Way::below(model, entry, path).is_none()) {
                return Some(Vec::new());
            }
            if let Some(declared) = model.types.get_mut(&self.root) {
                return Some(self.in_type(declared).into_iter().collect());
            }
            if let Some(container) = &mut model.container
                && container.name == self.root
            {
                return Some(self.in_container(container).into_iter().collect());
            }
        }
        // Operations are in the order of their names.
        let operations = &mut model.operations;
        let start = operations.partition_point(|operation| operation.name < self.root);
        let end = operations.partition_point(|operation| operation.name <= self.root);
        if !budget.compare(end - start) {
            return None;
        }
        let overloads = operations[start..end].iter_mut();
        let selected = overloads.filter(|operation| self.selects(operation));
        Some(
            selected
                .filter_map(|operation| self.in_operation(operation))
                .collect(),
        )
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
        let Some(member) = self.member.as_deref() else {
            return Some(&mut container.annotations);
        };
        let Some((name, path)) = below_entry_point(member) else {
            let child = container.children.get_mut(member)?;
            return Some(&mut child.annotations);
        };
        let child = container.children.get_mut(name)?;
        Some(child.below.entry(path.to_owned()).or_default())
    }

    /// The entry point and the path below it.
    fn below_entry_point(&self, model: &Model) -> Option<(&str, &str)> {
        let container = model.container.as_ref()?;
        let (entry, path) = below_entry_point(self.member.as_deref()?)?;
        (container.name == self.root).then_some((entry, path))
    }

    fn selects(&self, operation: &Operation) -> bool {
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
