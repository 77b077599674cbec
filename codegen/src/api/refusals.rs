//! What the service refuses at a place, among the requests that a builder there has methods for.

use super::context::Context;
use super::items::{ExcludedItems, RestrictionsBelow};
use super::reach::Allowed;
use crate::config::QueryRestrictions;
use crate::edm::vocabulary::{Capabilities, Capability};
use crate::edm::{Annotation, Multiplicity, QualifiedName};
use std::collections::BTreeMap;

/// Where a path can go on.
pub(super) struct Place<'a, 'm> {
    pub segment: &'a str,
    pub annotations: &'a [Annotation],
    /// What is said of it.
    pub said: Capabilities,
    /// What is said of paths from there.
    pub below: BTreeMap<String, Capabilities>,
    pub target: &'m QualifiedName,
    pub multiplicity: Multiplicity,
}

impl<'m> Context<'m> {
    /// What the metadata forbids at this place: of requests, those that the builder has a method for.
    pub fn refused(&self, place: &Place<'_, 'm>) -> Vec<Capability> {
        let said = place.said.or(self.of_type(place.target));
        self.refusable(place.target, place.multiplicity)
            .filter(|capability| is_refused(said, *capability))
            .collect()
    }

    /// The query options that it excludes at this place, where they are told and not refused. What the type
    /// excludes wherever it is, the methods that read it tell.
    pub fn told(&self, place: &Place<'_, 'm>) -> Vec<Capability> {
        let mut refusable = self.refusable(place.target, place.multiplicity);
        let is_read = refusable.any(|it| it == Capability::Read);
        match is_read && !self.refuses_options() {
            true => excluded(place.said, place.multiplicity).collect(),
            false => Vec::new(),
        }
    }

    /// What the metadata excludes with one property alone, at this place or of the type wherever it is.
    pub fn excluded_items(&self, place: &Place<'_, 'm>) -> ExcludedItems {
        let of_place = Capabilities::items(place.annotations);
        let of_type = Capabilities::items(self.model().types[place.target].annotations());
        let more = of_type.into_iter();
        let more = more.filter(|(of, _)| of_place.iter().all(|(said, _)| said != of));
        let mut found = ExcludedItems::default();
        for (of, item) in of_place.iter().copied().chain(more) {
            let allows = place.said.or(self.of_type(place.target)).allows(of);
            let is_many = place.multiplicity.is_many();
            let is_offered = allows && (is_many || of == Capability::Expand);
            if !is_offered || !self.is_property(place.target, item) {
                continue;
            }
            // A filter is an expression, and a body is whatever the caller makes it.
            let is_seen = matches!(of, Capability::Expand | Capability::Sort);
            let list = match is_seen && self.refuses_options() {
                true => &mut found.refused,
                false => &mut found.told,
            };
            list.push((of, item.to_owned()));
        }
        found
    }

    fn is_property(&self, name: &'m QualifiedName, path: &str) -> bool {
        let index = self.index();
        index.property_at(name, path).is_some() || index.model.relation_at(name, path).is_some()
    }

    /// What it says of paths below this place in particular.
    pub fn refused_below(&self, place: &Place<'_, 'm>) -> Vec<RestrictionsBelow> {
        let index = self.index();
        let below = place.below.iter().filter_map(|(path, said)| {
            let relation = index.model.relation_at(place.target, path)?;
            let type_ref = &relation.property.type_ref;
            let target = index.structured(type_ref)?;
            let elsewhere = index.said_of(&relation).or(self.of_type(target));
            let refusable = || self.refusable(target, type_ref.multiplicity);
            let refused = refusable().filter(|it| is_refused(*said, *it));
            let refused: Vec<_> = refused.collect();
            let is_permitted = |it: &Capability| {
                is_refused(elsewhere, *it) && !is_refused(said.or(elsewhere), *it)
            };
            let permitted: Vec<_> = refusable().filter(is_permitted).collect();
            let says = !refused.is_empty() || !permitted.is_empty();
            says.then(|| RestrictionsBelow {
                path: path.clone(),
                refused,
                permitted,
            })
        });
        below.collect()
    }

    /// Whether query options that the metadata excludes are refused, and not only told.
    pub fn refuses_options(&self) -> bool {
        let service = self.options.service;
        service.query_restrictions == QueryRestrictions::Refused
    }

    fn of_type(&self, name: &QualifiedName) -> Capabilities {
        Capabilities::of(self.model().types[name].annotations())
    }

    /// What can be refused at a place: requests that a builder there has methods for, be it that of a
    /// derived type, and query options of those that read.
    fn refusable(
        &self,
        target: &'m QualifiedName,
        multiplicity: Multiplicity,
    ) -> impl Iterator<Item = Capability> + use<> {
        let (index, reach) = (self.index(), &self.selection.reach);
        let derived = index.derived(target);
        let types = || std::iter::once(target).chain(derived.iter().copied());
        let has = |multiplicity, method: &dyn Fn(Allowed) -> bool| {
            let mut allowed = types().filter_map(|name| reach.allowed(name, multiplicity));
            allowed.any(method)
        };
        let mut found = Vec::new();
        let mut add = |capability, is_there| {
            if is_there {
                found.push(capability);
            }
        };
        let is_many = multiplicity.is_many();
        add(Capability::Read, has(multiplicity, &|it| it.read));
        add(
            Capability::ReadByKey,
            is_many && has(Multiplicity::One, &|it| it.read),
        );
        add(
            Capability::Insert,
            is_many && has(multiplicity, &|it| it.insert),
        );
        add(Capability::Update, has(Multiplicity::One, &|it| it.update));
        add(Capability::Delete, has(Multiplicity::One, &|it| it.delete));
        if self.refuses_options() {
            for option in Capability::OPTIONS {
                add(option, is_many || option.is_of_single());
            }
        }
        found.into_iter()
    }
}

fn is_refused(said: Capabilities, capability: Capability) -> bool {
    match capability {
        Capability::ReadByKey => !said.allows_by_key(),
        other => !said.allows(other),
    }
}

/// The system query options that the metadata excludes.
pub(super) fn unsupported(said: Capabilities, multiplicity: Multiplicity) -> Vec<&'static str> {
    let excluded = excluded(said, multiplicity);
    excluded.filter_map(Capability::option).collect()
}

fn excluded(said: Capabilities, multiplicity: Multiplicity) -> impl Iterator<Item = Capability> {
    let options = Capability::OPTIONS.into_iter();
    let options = options.filter(move |it| multiplicity.is_many() || it.is_of_single());
    options.filter(move |it| !said.allows(*it))
}
