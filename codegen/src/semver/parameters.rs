//! Parameters of functions and actions: which came, went, or changed sides.

use super::facets::facets;
use super::matching::{Sides, Sort};
use super::members::nullability;
use super::{Comparison, Kind, became};
use crate::edm::{Operation, OperationKind, Parameter};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const REQUIRED: Sort = Sort {
    removed: Kind::ParameterRemoved,
    renamed: Kind::RequiredParameterRenamed,
    added: Kind::RequiredParameterAdded,
};

const OPTIONAL: Sort = Sort {
    removed: Kind::ParameterRemoved,
    renamed: Kind::OptionalParameterRenamed,
    added: Kind::OptionalParameterAdded,
};

/// A parameter before and after, by its new name.
type Stayed<'m> = (Arc<str>, &'m Parameter, &'m Parameter);

impl<'m> Comparison<'m> {
    pub(super) fn parameters(&mut self, place: &str, old: &'m Operation, new: &'m Operation) {
        let stayed = self.matched_parameters(place, old, new);
        let kinds = (old.kind, new.kind);
        let order = |operation: &'m Operation, of: &dyn Fn(&Stayed<'m>) -> &'m Parameter| {
            let required = operation.parameters.iter();
            let required = required.filter(|p| !p.may_be_left_out(operation.kind));
            let position = |p: &Parameter| stayed.iter().position(|s| std::ptr::eq(of(s), p));
            required.filter_map(position).collect::<Vec<_>>()
        };
        let is_required = |index: &usize| {
            let (_, old, new) = &stayed[*index];
            !old.may_be_left_out(kinds.0) && !new.may_be_left_out(kinds.1)
        };
        let mut before = order(old, &|stayed| stayed.1);
        let mut after = order(new, &|stayed| stayed.2);
        before.retain(is_required);
        after.retain(is_required);
        if before != after {
            let names = |order: &[usize]| -> String {
                let names: Vec<_> = order.iter().map(|index| &*stayed[*index].0).collect();
                names.join(", ")
            };
            let detail = became(names(&before), names(&after));
            self.push(Kind::RequiredParametersReordered, place, None, detail);
        }
        for (name, old, new) in stayed {
            self.parameter((place, Some(&name)), kinds, old, new);
        }
    }

    /// Reports the parameters that came, went or were renamed, and gives those that stayed.
    fn matched_parameters(
        &mut self,
        place: &str,
        old: &'m Operation,
        new: &'m Operation,
    ) -> Vec<Stayed<'m>> {
        let by_name = |operation: &'m Operation, optional: bool| {
            let parameters = operation.parameters.iter().enumerate();
            let names =
                parameters.filter(move |(_, p)| p.may_be_left_out(operation.kind) == optional);
            names
                .map(|(_, p)| (p.name.clone(), p))
                .collect::<BTreeMap<_, _>>()
        };
        let mut stayed = Vec::new();
        for optional in [false, true] {
            let (mut old_of, mut new_of) = (by_name(old, optional), by_name(new, optional));
            // A parameter that changes sides is the same parameter.
            for (name, new) in by_name(new, !optional) {
                if let Some(old) = old_of.remove(&name) {
                    stayed.push((name, old, new));
                }
            }
            let had: BTreeSet<_> = old.parameters.iter().map(|p| &p.name).collect();
            new_of.retain(|name, _| old_of.contains_key(name) || !had.contains(name));
            let sides = Sides::of(old_of, new_of);
            let shape = |c: &Self, p: &Parameter, is_old: bool| {
                let operation = if is_old { old } else { new };
                let position = operation.parameters.iter().position(|q| std::ptr::eq(p, q));
                // Required parameters are told apart by their position.
                let position = position.filter(|_| !optional);
                (position, c.reference(&p.type_ref, is_old), p.is_nullable())
            };
            let sort = if optional { &OPTIONAL } else { &REQUIRED };
            stayed.extend(self.settle(place, sort, sides, shape));
        }
        stayed
    }

    fn parameter(
        &mut self,
        place: (&str, Option<&str>),
        kinds: (OperationKind, OperationKind),
        old: &Parameter,
        new: &Parameter,
    ) {
        let (was, is) = (old.may_be_left_out(kinds.0), new.may_be_left_out(kinds.1));
        match (was, is) {
            (true, false) => {
                self.push(Kind::ParameterMadeRequired, place.0, place.1, String::new());
            }
            (false, true) => {
                self.push(Kind::ParameterMadeOptional, place.0, place.1, String::new());
            }
            _ => {}
        }
        self.type_ref(
            Kind::ParameterTypeChanged,
            place,
            &old.type_ref,
            &new.type_ref,
        );
        if was == is && old.is_nullable() != new.is_nullable() {
            let shapes_argument = !was && !is && !new.type_ref.is_collection();
            let kind = match shapes_argument {
                true => Kind::ParameterNullabilityChanged,
                false => Kind::ParameterDetailChanged,
            };
            let detail = became(
                nullability(old.is_nullable()),
                nullability(new.is_nullable()),
            );
            self.push(kind, place.0, place.1, detail);
        }
        if old.facets != new.facets {
            let detail = facets(&old.facets, &new.facets).join(", ");
            self.push(Kind::ParameterDetailChanged, place.0, place.1, detail);
        }
        if was == is {
            self.default_value(place, old, new);
        }
        self.allowed_values(place, old, new);
        self.annotations(place, &old.annotations, &new.annotations);
    }
}
