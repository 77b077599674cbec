//! Functions and actions, and their results.

use super::matching::pair;
use super::members::nullability;
use super::{Change, Comparison, Kind, became, or_none};
use crate::edm::{Operation, OperationKind, ReturnType, TypeRef, vocabulary};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Operations that only their parameters tell apart: simple name and what they are called on.
type Overloads<'m> = BTreeMap<(String, Option<TypeRef>), Vec<&'m Operation>>;

/// All of an operation but its name and annotations.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct OperationShape {
    kind: OperationKind,
    binding: Option<TypeRef>,
    /// Name, type, whether it may be null and whether it may be left out.
    parameters: Vec<(Arc<str>, TypeRef, bool, bool)>,
    /// The type, and whether it may be null.
    returned: Option<(TypeRef, bool)>,
}

impl<'m> Comparison<'m> {
    pub(super) fn operations(&mut self) {
        self.diverged_values();
        let old = self.overloads(&self.old.operations, true);
        let mut new = self.overloads(&self.new.operations, false);
        let (mut removed, mut same) = (Vec::new(), Vec::new());
        for (key, old) in old {
            let rest = matched(old, new.entry(key).or_default(), &mut same);
            removed.extend(rest);
        }
        let mut added: Vec<_> = new.into_values().flatten().collect();
        self.renamed_operations(&mut removed, &mut added, &mut same);
        for operation in removed {
            let place = place(operation, &self.old.operations);
            self.push_operation(Kind::OperationRemoved, &place, operation);
        }
        for operation in added {
            let place = place(operation, &self.new.operations);
            self.push_operation(Kind::OperationAdded, &place, operation);
        }
        for (old, new) in &same {
            let before = place(old, &self.old.operations);
            let now = place(new, &self.new.operations);
            self.places.insert(before, now);
            let (before, now) = (old.name.clone(), new.name.clone());
            self.operation_names.insert(before, now);
        }
        for (old, new) in same {
            self.operation(old, new);
        }
    }

    fn push_operation(&mut self, kind: Kind, place: &str, operation: &Operation) {
        let binding = operation.binding.as_ref().map(|it| it.type_ref.to_string());
        let name = binding
            .as_ref()
            .and_then(|it| place.strip_prefix(it)?.strip_prefix('/'));
        let owner = binding
            .as_deref()
            .filter(|_| name.is_some())
            .unwrap_or(place);
        let is_added = kind == Kind::OperationAdded;
        let is_deprecated = vocabulary::deprecation(&operation.annotations).is_some();
        let detail = if is_added {
            signature(operation)
        } else {
            String::new()
        };
        self.changes.push(Change {
            is_deprecated: is_deprecated && is_added,
            ..Change::new(kind, owner, name, detail)
        });
    }

    fn overloads(&self, operations: &'m [Operation], is_old: bool) -> Overloads<'m> {
        let mut overloads = Overloads::new();
        for operation in operations {
            let binding = operation.binding.as_ref().map(|b| &b.type_ref);
            let binding = binding.map(|type_ref| self.reference(type_ref, is_old));
            let key = (operation.name.name.to_string(), binding);
            overloads.entry(key).or_default().push(operation);
        }
        overloads
    }

    /// A reference with the names of the new model.
    pub(super) fn reference(&self, type_ref: &TypeRef, is_old: bool) -> TypeRef {
        match is_old {
            true => self.new_type(type_ref),
            false => type_ref.clone(),
        }
    }

    /// Moves the operations of which all but the name is the same to `same`.
    fn renamed_operations(
        &mut self,
        removed: &mut Vec<&'m Operation>,
        added: &mut Vec<&'m Operation>,
        same: &mut Vec<(&'m Operation, &'m Operation)>,
    ) {
        let shapes = |operations: &[&'m Operation], is_old| -> Vec<_> {
            let shape = |o: &&'m Operation| (o.name.name.clone(), self.shape(o, is_old));
            operations.iter().map(shape).collect()
        };
        let pairs = pair(&shapes(removed, true), &shapes(added, false), |_, _| true);
        let renamed: Vec<_> = pairs
            .iter()
            .map(|(from, to)| (removed[*from], added[*to]))
            .collect();
        for (from, to) in &renamed {
            let detail = became(&from.name.name, &to.name.name);
            let place = place(to, &self.new.operations);
            self.push(Kind::OperationRenamed, place, None, detail);
        }
        same.extend(&renamed);
        removed.retain(|o| !renamed.iter().any(|(from, _)| std::ptr::eq(*from, *o)));
        added.retain(|o| !renamed.iter().any(|(_, to)| std::ptr::eq(*to, *o)));
    }

    /// All of an operation but its name and annotations.
    fn shape(&self, operation: &Operation, is_old: bool) -> OperationShape {
        let reference = |type_ref: &TypeRef| self.reference(type_ref, is_old);
        let parameters = operation.parameters.iter().map(|p| {
            let is_optional = p.may_be_left_out(operation.kind);
            let type_ref = reference(&p.type_ref);
            (p.name.clone(), type_ref, p.is_nullable(), is_optional)
        });
        let binding = operation.binding.as_ref().map(|b| reference(&b.type_ref));
        let returned = operation.return_type.as_ref();
        OperationShape {
            kind: operation.kind,
            binding,
            parameters: parameters.collect(),
            returned: returned.map(|r| (reference(&r.type_ref), r.may_send_null())),
        }
    }

    fn operation(&mut self, old: &'m Operation, new: &'m Operation) {
        let place = place(new, &self.new.operations);
        if old.kind != new.kind {
            let said = match new.kind {
                OperationKind::Action => "function became an action",
                OperationKind::Function => "action became a function",
            };
            let detail = became(old.kind.name(), new.kind.name());
            self.push_said(Kind::OperationKindChanged, said, &place, None, detail);
        }
        if old.name.namespace != new.name.namespace {
            let detail = became(&old.name, &new.name);
            self.push(Kind::OperationMoved, &place, None, detail);
        }
        let details = |o: &Operation| (o.is_composable, o.entity_set_path.clone());
        if details(old) != details(new) {
            self.push(Kind::OperationDetailChanged, &place, None, String::new());
        }
        self.returned(&place, old.return_type.as_ref(), new.return_type.as_ref());
        self.parameters(&place, old, new);
        self.operation_annotations(&place, &old.annotations, &new.annotations);
    }

    fn returned(&mut self, place: &str, old: Option<&ReturnType>, new: Option<&ReturnType>) {
        let (old_ref, new_ref) = (old.map(|r| &r.type_ref), new.map(|r| &r.type_ref));
        if old_ref.map(|old| self.new_type(old)).as_ref() != new_ref {
            let detail = became(or_none(old_ref), or_none(new_ref));
            self.push(Kind::ReturnTypeChanged, place, None, detail);
        } else if old.map(ReturnType::may_send_null) != new.map(ReturnType::may_send_null)
            && let Some(new) = new
        {
            let now = new.may_send_null();
            let detail = became(nullability(!now), nullability(now));
            self.push(Kind::ReturnNullabilityChanged, place, None, detail);
        }
    }
}

/// Takes the operations of one key that are the same overload; gives the old ones that are left.
fn matched<'m>(
    old: Vec<&'m Operation>,
    new: &mut Vec<&'m Operation>,
    same: &mut Vec<(&'m Operation, &'m Operation)>,
) -> Vec<&'m Operation> {
    let names = |operation: &Operation| -> BTreeSet<Arc<str>> {
        operation
            .parameters
            .iter()
            .map(|p| p.name.clone())
            .collect()
    };
    let mut rest = Vec::new();
    for operation in old {
        let index = new.iter().position(|now| names(now) == names(operation));
        match index {
            Some(index) => same.push((operation, new.remove(index))),
            None => rest.push(operation),
        }
    }
    // Of what is left, one overload before and after is the same with other parameters.
    let pairs = rest.len().min(new.len());
    same.extend(rest.drain(..pairs).zip(new.drain(..pairs)));
    rest
}

/// What it is called on and its name; parameter names too where these do not tell it apart.
pub(super) fn place(operation: &Operation, all: &[Operation]) -> String {
    let binding = |o: &Operation| o.binding.as_ref().map(|b| b.type_ref.clone());
    let is_overload =
        |o: &&Operation| o.name.name == operation.name.name && binding(o) == binding(operation);
    let mut place = match &operation.binding {
        Some(binding) => format!("{}/{}", binding.type_ref, operation.name.name),
        None => operation.name.to_string(),
    };
    if all.iter().filter(is_overload).count() > 1 {
        let names: Vec<_> = operation.parameters.iter().map(|p| &*p.name).collect();
        place.push_str(&format!("({})", names.join(", ")));
    }
    place
}

fn signature(operation: &Operation) -> String {
    let parameters = operation.parameters.iter().map(|parameter| {
        let mark = if parameter.may_be_left_out(operation.kind) {
            "?"
        } else {
            ""
        };
        format!("{}{mark}: {}", parameter.name, parameter.type_ref)
    });
    let parameters: Vec<_> = parameters.collect();
    let returned = operation.return_type.as_ref();
    let returned = returned.map_or_else(String::new, |r| format!(" → {}", r.type_ref));
    format!("({}){returned}", parameters.join(", "))
}
