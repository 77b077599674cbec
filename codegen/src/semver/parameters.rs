//! Parameters of functions and actions: which came, went, or changed sides.

use super::facets::facets;
use super::matching::{Element, Sort, Stayed};
use super::members::nullability;
use super::translation::{NONE, Translation};
use super::{At, Comparison, Kind};
use crate::edm::{Operation, OperationKind, Parameter};

/// Callers give a parameter at the same place or under one name, whatever is said of it.
const REQUIRED: Sort = Sort {
    removed: Kind::ParameterRemoved,
    renamed: Kind::RequiredParameterRenamed,
    added: Kind::RequiredParameterAdded,
    is_same: |_, _| true,
};

const OPTIONAL: Sort = Sort {
    removed: Kind::ParameterRemoved,
    renamed: Kind::OptionalParameterRenamed,
    added: Kind::OptionalParameterAdded,
    is_same: |_, _| true,
};

impl<'m> Comparison<'m> {
    pub(super) fn parameters(&mut self, place: &str, old: &'m Operation, new: &'m Operation) {
        let stayed = self.matched_parameters(place, old, new);
        let kinds = (old.kind, new.kind);
        // Those that are required before and after, in the order of one of both.
        let order = |operation: &'m Operation,
                     of: fn(&(_, &'m Parameter, &'m Parameter)) -> &'m Parameter|
         -> Vec<_> {
            let here = operation.parameters.iter();
            let here = here.filter_map(|p| stayed.iter().find(|it| std::ptr::eq(of(it), p)));
            let required = here.filter(|(_, old, new)| {
                !old.may_be_left_out(kinds.0) && !new.may_be_left_out(kinds.1)
            });
            required.map(|(name, ..)| &**name).collect()
        };
        let order = (
            order(old, |it| it.1).join(", "),
            order(new, |it| it.2).join(", "),
        );
        self.value(
            Kind::RequiredParametersReordered,
            (place, None),
            order.0,
            order.1,
        );
        for (name, old, new) in stayed {
            self.parameter((place, Some(&name)), kinds, old, new);
        }
    }

    /// Reports the parameters that came, went or were renamed, and gives those that stayed. One that
    /// changes sides is the same parameter.
    fn matched_parameters(
        &mut self,
        place: &str,
        old: &'m Operation,
        new: &'m Operation,
    ) -> Stayed<&'m Parameter> {
        let named = |operation: &'m Operation, like: &Parameter| {
            operation.parameters.iter().find(|it| it.name == like.name)
        };
        let both = old
            .parameters
            .iter()
            .filter_map(|was| Some((was, named(new, was)?)));
        let mut stayed: Stayed<_> = both.map(|(was, is)| (is.name.clone(), was, is)).collect();
        for (sort, is_optional) in [(&REQUIRED, false), (&OPTIONAL, true)] {
            let only = |here: &'m Operation, there: &'m Operation, translation: &Translation| {
                let own = here.parameters.iter().enumerate().filter(|(_, it)| {
                    it.may_be_left_out(here.kind) == is_optional && named(there, it).is_none()
                });
                let own = own.map(|(position, it)| Element {
                    name: it.name.clone(),
                    declared: it,
                    type_text: it.type_ref.to_string(),
                    shape: {
                        // Required parameters are told apart by their position.
                        let position = Some(position).filter(|_| !is_optional);
                        let type_ref = translation.reference(&it.type_ref);
                        format!("{position:?} {type_ref} {}", it.is_nullable())
                    },
                    annotations: &it.annotations,
                });
                own.collect::<Vec<_>>()
            };
            let (old, new) = (only(old, new, &self.translation), only(new, old, &NONE));
            stayed.extend(self.settle(place, sort, old, new));
        }
        stayed
    }

    fn parameter(
        &mut self,
        at: At<'_>,
        kinds: (OperationKind, OperationKind),
        old: &Parameter,
        new: &Parameter,
    ) {
        let (was, is) = (old.may_be_left_out(kinds.0), new.may_be_left_out(kinds.1));
        match (was, is) {
            (true, false) => self.push(Kind::ParameterMadeRequired, at, ""),
            (false, true) => self.push(Kind::ParameterMadeOptional, at, ""),
            _ => {
                let null = |it: &Parameter| nullability(it.is_nullable());
                self.value(Kind::ParameterNullabilityChanged, at, null(old), null(new));
                self.default_value(at, old, new);
            }
        }
        self.type_ref(Kind::ParameterTypeChanged, at, &old.type_ref, &new.type_ref);
        self.facets(
            Kind::ParameterDetailChanged,
            at,
            facets(&old.facets),
            facets(&new.facets),
        );
        self.allowed_values(at, &old.annotations, &new.annotations);
        self.annotations(at, &old.annotations, &new.annotations);
    }
}
