//! Functions and actions, and their results.

use super::matching::{Element, renamed};
use super::members::nullability;
use super::translation::{NONE, Translation};
use super::{At, Change, Comparison, Kind, became, or_none};
use crate::edm::{Model, Operation, OperationKind, ReturnType, TypeRef, vocabulary};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An operation and where it is: what it is called on and its name.
pub(super) struct Placed<'m> {
    pub operation: &'m Operation,
    pub place: String,
}

/// Operations that only their parameters tell apart: simple name and what they are called on.
type Overloads<'m> = BTreeMap<(Arc<str>, Option<TypeRef>), Vec<Placed<'m>>>;

fn overloads<'m>(model: &'m Model, translation: &Translation) -> Overloads<'m> {
    let mut overloads = Overloads::new();
    for it in places(model) {
        let binding = it.operation.binding.as_ref();
        let binding = binding.map(|binding| translation.reference(&binding.type_ref));
        let key = (it.operation.name.name.clone(), binding);
        overloads.entry(key).or_default().push(it);
    }
    overloads
}

/// The operations of a model in its order, each with its place: parameter names are a part of it where
/// the name does not tell it apart.
pub(super) fn places(model: &Model) -> Vec<Placed<'_>> {
    let binding = |operation: &Operation| operation.binding.as_ref().map(|it| it.type_ref.clone());
    let key = |operation: &Operation| (operation.name.name.clone(), binding(operation));
    let mut overloads: BTreeMap<_, usize> = BTreeMap::new();
    for operation in &model.operations {
        *overloads.entry(key(operation)).or_default() += 1;
    }
    let placed = model.operations.iter().map(|operation| {
        let mut place = match &operation.binding {
            Some(binding) => format!("{}/{}", binding.type_ref, operation.name.name),
            None => operation.name.to_string(),
        };
        if overloads[&key(operation)] > 1 {
            let names: Vec<_> = operation.parameters.iter().map(|p| &*p.name).collect();
            place.push_str(&format!("({})", names.join(", ")));
        }
        Placed { operation, place }
    });
    placed.collect()
}

impl<'m> Comparison<'m> {
    pub(super) fn operations(&mut self) {
        let old = overloads(self.old, &self.translation);
        let mut new = overloads(self.new, &NONE);
        let (mut removed, mut same) = (Vec::new(), Vec::new());
        for (key, old) in old {
            removed.extend(matched(old, new.entry(key).or_default(), &mut same));
        }
        let added = new.into_values().flatten();
        let mut removed = elements(removed, &self.translation);
        let mut added = elements(added, &NONE);
        for (from, to) in renamed(&mut removed, &mut added, |_, _| true) {
            let detail = became(from.name, to.name);
            self.push(Kind::OperationRenamed, (&to.declared.place, None), detail);
            same.push((from.declared, to.declared));
        }
        for it in removed {
            self.came_or_went(Kind::OperationRemoved, &it.declared, String::new());
        }
        for it in added {
            let detail = signature(it.declared.operation);
            self.came_or_went(Kind::OperationAdded, &it.declared, detail);
        }
        for (old, new) in &same {
            let Translation {
                places, operations, ..
            } = &mut self.translation;
            places.insert(old.place.clone(), new.place.clone());
            operations.insert(old.operation.name.clone(), new.operation.name.clone());
        }
        for (old, new) in same {
            self.operation((&new.place, None), old.operation, new.operation);
        }
    }

    fn came_or_went(&mut self, kind: Kind, it: &Placed<'_>, detail: String) {
        let binding = it.operation.binding.as_ref();
        let owner = binding.map(|binding| binding.type_ref.to_string());
        let name = owner.as_ref().map(|owner| &it.place[owner.len() + 1..]);
        let is_deprecated = vocabulary::deprecation(&it.operation.annotations).is_some();
        self.changes.push(Change {
            is_deprecated: is_deprecated && kind == Kind::OperationAdded,
            ..Change::new(kind, owner.as_ref().unwrap_or(&it.place), name, detail)
        });
    }

    fn operation(&mut self, at: At<'_>, old: &'m Operation, new: &'m Operation) {
        if old.kind != new.kind {
            let said = match new.kind {
                OperationKind::Action => "function became an action",
                OperationKind::Function => "action became a function",
            };
            let detail = became(old.kind.name(), new.kind.name());
            self.push_said(Kind::OperationKindChanged, said, at, detail);
        }
        if old.name.namespace != new.name.namespace {
            self.value(Kind::OperationMoved, at, &old.name, &new.name);
        }
        let details = |o: &Operation| (o.is_composable, o.entity_set_path.clone());
        self.details(Kind::OperationDetailChanged, at, details(old), details(new));
        self.returned(at, old.return_type.as_ref(), new.return_type.as_ref());
        self.parameters(at.0, old, new);
        self.operation_annotations(at, &old.annotations, &new.annotations);
    }

    fn returned(&mut self, at: At<'_>, old: Option<&ReturnType>, new: Option<&ReturnType>) {
        let (old_ref, new_ref) = (old.map(|r| &r.type_ref), new.map(|r| &r.type_ref));
        if old_ref.map(|old| self.translation.reference(old)).as_ref() != new_ref {
            let detail = became(or_none(old_ref), or_none(new_ref));
            self.push(Kind::ReturnTypeChanged, at, detail);
        } else if let Some((old, new)) = old.zip(new) {
            let null = |it: &ReturnType| nullability(it.may_send_null());
            self.value(Kind::ReturnNullabilityChanged, at, null(old), null(new));
        }
    }
}

fn elements<'m>(
    operations: impl IntoIterator<Item = Placed<'m>>,
    translation: &Translation,
) -> Vec<Element<'m, Placed<'m>>> {
    let elements = operations.into_iter().map(|it| Element {
        name: it.operation.name.name.clone(),
        type_text: String::new(),
        shape: shape(it.operation, translation),
        annotations: &it.operation.annotations,
        declared: it,
    });
    elements.collect()
}

/// All of an operation but its name and annotations, in the new model's words.
fn shape(operation: &Operation, translation: &Translation) -> String {
    let reference = |type_ref: &TypeRef| translation.reference(type_ref).to_string();
    let parameters = operation.parameters.iter().map(|p| {
        let (type_ref, is_optional) = (reference(&p.type_ref), p.may_be_left_out(operation.kind));
        (&p.name, type_ref, p.is_nullable(), is_optional)
    });
    let parameters: Vec<_> = parameters.collect();
    let binding = operation.binding.as_ref().map(|b| reference(&b.type_ref));
    let returned = operation.return_type.as_ref();
    let returned = returned.map(|r| (reference(&r.type_ref), r.may_send_null()));
    format!(
        "{:?} {binding:?} {parameters:?} {returned:?}",
        operation.kind
    )
}

/// Takes the operations of one key that are the same overload; gives the old ones that are left.
fn matched<'m>(
    old: Vec<Placed<'m>>,
    new: &mut Vec<Placed<'m>>,
    same: &mut Vec<(Placed<'m>, Placed<'m>)>,
) -> Vec<Placed<'m>> {
    let names = |it: &Placed<'m>| -> BTreeSet<_> {
        it.operation.parameters.iter().map(|p| &p.name).collect()
    };
    let mut rest = Vec::new();
    for was in old {
        match new.iter().position(|is| names(is) == names(&was)) {
            Some(index) => same.push((was, new.remove(index))),
            None => rest.push(was),
        }
    }
    // Of what is left, one overload before and after is the same with other parameters.
    let pairs = rest.len().min(new.len());
    same.extend(rest.drain(..pairs).zip(new.drain(..pairs)));
    rest
}

fn signature(operation: &Operation) -> String {
    let parameters = operation.parameters.iter().map(|parameter| {
        let mark = match parameter.may_be_left_out(operation.kind) {
            true => "?",
            false => "",
        };
        format!("{}{mark}: {}", parameter.name, parameter.type_ref)
    });
    let parameters: Vec<_> = parameters.collect();
    let returned = operation.return_type.as_ref();
    let returned = returned.map_or_else(String::new, |r| format!(" → {}", r.type_ref));
    format!("({}){returned}", parameters.join(", "))
}
