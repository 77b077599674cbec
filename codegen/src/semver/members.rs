//! Properties and navigation properties, inherited ones included.

use super::facets::facets;
use super::matching::{Element, Sort, said_the_same};
use super::translation::{NONE, Translation};
use super::{At, Comparison, Kind, became};
use crate::edm::{
    Member, Model, Multiplicity, NavigationProperty, Property, QualifiedName, Step, vocabulary,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A type before and after, under both its names.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub old: &'a QualifiedName,
    pub new: &'a QualifiedName,
}

const PROPERTIES: Sort = Sort {
    removed: Kind::PropertyRemoved,
    renamed: Kind::PropertyRenamed,
    added: Kind::PropertyAdded,
    is_same: said_the_same,
};

/// Streams are no fields: they are read and written apart from the rest.
const STREAMS: Sort = Sort {
    removed: Kind::StreamRemoved,
    renamed: Kind::StreamRenamed,
    added: Kind::StreamAdded,
    is_same: said_the_same,
};

const NAVIGATION: Sort = Sort {
    removed: Kind::NavigationRemoved,
    renamed: Kind::NavigationRenamed,
    added: Kind::NavigationAdded,
    is_same: said_the_same,
};

/// The kinds of change of a member.
fn sort(model: &Model, member: Member<'_>) -> &'static Sort {
    match member {
        Member::Property(property) if model.is_stream(&property.type_ref) => &STREAMS,
        Member::Property(_) => &PROPERTIES,
        Member::Navigation(_) => &NAVIGATION,
    }
}

/// The members of a type that are of one sort, each with the type that declares it.
type Members<'m> = BTreeMap<Arc<str>, Step<'m>>;

fn members<'m>(model: &'m Model, name: &'m QualifiedName, of: &Sort) -> Members<'m> {
    let mut members = Members::new();
    let of_sort = |step: &Step<'_>| sort(model, step.member).removed == of.removed;
    for step in model.members(name).filter(of_sort) {
        members.entry(step.name.clone()).or_insert(step);
    }
    members
}

/// A member that there is on both sides, of which nothing needs to be looked for.
fn kept<'m>(step: &Step<'m>) -> Element<'m, Member<'m>> {
    Element {
        name: step.name.clone(),
        declared: step.member,
        type_text: String::new(),
        shape: String::new(),
        annotations: &[],
    }
}

fn element<'m>(step: &Step<'m>, translation: &Translation) -> Element<'m, Member<'m>> {
    let type_ref = translation.reference(step.member.type_ref());
    let (shape, annotations) = match step.member {
        Member::Property(it) => {
            let shape = format!("{type_ref} {} {:?}", it.is_nullable(), it.facets);
            (shape, &it.annotations)
        }
        Member::Navigation(it) => (type_ref.to_string(), &it.annotations),
    };
    Element {
        name: step.name.clone(),
        declared: step.member,
        type_text: step.member.type_ref().to_string(),
        shape,
        annotations,
    }
}

impl<'m> Comparison<'m> {
    pub(super) fn members(&mut self, names: Pair<'m>) {
        let place = names.new.to_string();
        for sort in [&STREAMS, &PROPERTIES, &NAVIGATION] {
            let old = members(self.old, names.old, sort);
            let new = members(self.new, names.new, sort);
            let is_told = |name: &Arc<str>| self.is_told(names, old.get(name), new.get(name));
            let elements = |here: &Members<'m>, there: &Members<'m>, translation| -> Vec<_> {
                let told = here.iter().filter(|(name, _)| is_told(name));
                let elements = told.map(|(name, step)| match there.contains_key(name) {
                    true => kept(step),
                    false => element(step, translation),
                });
                elements.collect()
            };
            let (old, new) = (
                elements(&old, &new, &self.translation),
                elements(&new, &old, &NONE),
            );
            for (name, old, new) in self.settle(&place, sort, old, new) {
                let at = (&*place, Some(&*name));
                match (old, new) {
                    (Member::Property(old), Member::Property(new)) => self.property(at, old, new),
                    (Member::Navigation(old), Member::Navigation(new)) => {
                        self.navigation_property(at, old, new);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Whether what became of a member is told of this type. One that is inherited before and after
    /// is left to the type that declares it.
    fn is_told(&self, names: Pair<'m>, old: Option<&Step<'m>>, new: Option<&Step<'m>>) -> bool {
        let owner = |step: &Step<'m>| self.translation.name(step.declaring);
        match (old, new) {
            (Some(old), Some(new)) => new.declaring == names.new || owner(old) != new.declaring,
            (Some(old), None) => {
                old.declaring == names.old || !self.new.is_derived(names.new, owner(old))
            }
            (None, Some(new)) => {
                let mut lineage = self.old.lineage(names.old);
                let extended = |(base, _)| self.translation.name(base) == new.declaring;
                new.declaring == names.new || !lineage.any(extended)
            }
            (None, None) => false,
        }
    }

    fn property(&mut self, at: At<'_>, old: &Property, new: &Property) {
        self.type_ref(Kind::PropertyTypeChanged, at, &old.type_ref, &new.type_ref);
        let (was, is) = (old.may_send_null(), new.may_send_null());
        if was != is {
            let kind = match (new.type_ref.is_collection(), is) {
                (true, true) => Kind::ItemsMadeNullable,
                (true, false) => Kind::ItemsMadeNonNullable,
                (false, true) => Kind::PropertyMadeNullable,
                (false, false) => Kind::PropertyMadeNonNullable,
            };
            self.push(kind, at, became(nullability(was), nullability(is)));
        }
        let details = |p: &Property| {
            let default = ("default", p.default_value.clone());
            facets(&p.facets).into_iter().chain([default]).collect()
        };
        self.facets(Kind::PropertyDetailChanged, at, details(old), details(new));
        let access = |p: &Property| match vocabulary::is_read_only(&p.annotations) {
            true => ("read-only", "property became read-only"),
            false => ("writable", "property is no longer read-only"),
        };
        let ((was, _), (is, said)) = (access(old), access(new));
        if was != is {
            self.push_said(Kind::ReadOnlyChanged, said, at, became(was, is));
        }
        self.allowed_values(at, &old.annotations, &new.annotations);
        self.annotations(at, &old.annotations, &new.annotations);
    }

    fn navigation_property(
        &mut self,
        at: At<'_>,
        old: &NavigationProperty,
        new: &NavigationProperty,
    ) {
        if self.translation.reference(&old.type_ref) != new.type_ref {
            let said = match (old.type_ref.multiplicity, new.type_ref.multiplicity) {
                (Multiplicity::One, Multiplicity::Many) => {
                    "navigation property leads to a collection"
                }
                (Multiplicity::Many, Multiplicity::One) => {
                    "navigation property leads to one resource"
                }
                _ => "navigation property leads to another type",
            };
            let detail = became(&old.type_ref, &new.type_ref);
            self.push_said(Kind::NavigationTypeChanged, said, at, detail);
        }
        let details = |p: &NavigationProperty| {
            (
                p.nullable.unwrap_or(true),
                p.partner.clone(),
                p.contains_target,
                p.referential_constraints.clone(),
                p.on_delete.clone(),
            )
        };
        self.details(
            Kind::NavigationDetailChanged,
            at,
            details(old),
            details(new),
        );
        self.annotations(at, &old.annotations, &new.annotations);
    }
}

pub(super) fn nullability(is_nullable: bool) -> &'static str {
    match is_nullable {
        true => "nullable",
        false => "not nullable",
    }
}
