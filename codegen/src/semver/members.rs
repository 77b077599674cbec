//! Properties and navigation properties, inherited ones included.

use super::facets::facets;
use super::matching::{Sides, Sort};
use super::{Comparison, Kind, became, or_none};
use crate::edm::{
    Model, Multiplicity, NavigationProperty, Presence, Primitive, Property, QualifiedName,
    StructuredType, vocabulary,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A type before and after, under both its names.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub old: &'a QualifiedName,
    pub new: &'a QualifiedName,
}

/// Members of a type by name, each with the type that declares it.
type Members<'m, P> = BTreeMap<Arc<str>, (&'m QualifiedName, &'m P)>;

const PROPERTIES: Sort = Sort {
    removed: Kind::PropertyRemoved,
    renamed: Kind::PropertyRenamed,
    added: Kind::PropertyAdded,
};

const STREAMS: Sort = Sort {
    removed: Kind::StreamRemoved,
    renamed: Kind::StreamRenamed,
    added: Kind::StreamAdded,
};

const NAVIGATION: Sort = Sort {
    removed: Kind::NavigationRemoved,
    renamed: Kind::NavigationRenamed,
    added: Kind::NavigationAdded,
};

/// All members of a type, its own before those of its base types.
fn members<'m, P>(
    model: &'m Model,
    name: &'m QualifiedName,
    of: impl Fn(&'m StructuredType) -> &'m BTreeMap<Arc<str>, P>,
) -> Members<'m, P> {
    let mut found = BTreeMap::new();
    for (owner, structured) in model.lineage(name) {
        for (name, member) in of(structured) {
            found.entry(name.clone()).or_insert((owner, member));
        }
    }
    found
}

impl<'m> Comparison<'m> {
    pub(super) fn properties(&mut self, names: Pair<'m>) {
        let old = members(self.old, names.old, |s| &s.properties);
        let new = members(self.new, names.new, |s| &s.properties);
        let shape = |c: &Self, p: &Property, is_old: bool| {
            let type_ref = c.reference(&p.type_ref, is_old);
            (type_ref, p.is_nullable(), p.facets.clone())
        };
        // Streams are no fields: they are read and written apart from the rest.
        let (old_streams, old) = split(old, |p| {
            self.old.primitive(&p.type_ref) == Some(Primitive::Stream)
        });
        let (new_streams, new) = split(new, |p| {
            self.new.primitive(&p.type_ref) == Some(Primitive::Stream)
        });
        let place = names.new.to_string();
        for (sort, old, new) in [
            (&STREAMS, old_streams, new_streams),
            (&PROPERTIES, old, new),
        ] {
            let sides = self.sides(names, old, new);
            for (name, old, new) in self.settle(&place, sort, sides, shape) {
                self.property(names, &name, old, new);
            }
        }
    }

    pub(super) fn navigation(&mut self, names: Pair<'m>) {
        let old = members(self.old, names.old, |s| &s.navigation);
        let new = members(self.new, names.new, |s| &s.navigation);
        let shape =
            |c: &Self, p: &NavigationProperty, is_old: bool| c.reference(&p.type_ref, is_old);
        let (place, sides) = (names.new.to_string(), self.sides(names, old, new));
        for (name, old, new) in self.settle(&place, &NAVIGATION, sides, shape) {
            self.navigation_property(names.new, &name, old, new);
        }
    }

    /// Members by what became of them. One that is inherited before and after is left to the
    /// type that declares it.
    fn sides<P>(&self, names: Pair<'m>, old: Members<'m, P>, new: Members<'m, P>) -> Sides<'m, P> {
        let mut sides = Sides {
            stayed: Vec::new(),
            removed: Vec::new(),
            added: Vec::new(),
        };
        for (name, (owner, member)) in &old {
            match new.get(name) {
                Some((now, _)) if *now != names.new && self.new_name(owner) == **now => {}
                Some((_, now)) => sides.stayed.push((name.clone(), *member, *now)),
                None if *owner != names.old && self.still_extends(names.new, owner) => {}
                None => sides.removed.push((name.clone(), *member)),
            }
        }
        for (name, (owner, member)) in new {
            let is_new = !old.contains_key(&name);
            if is_new && (owner == names.new || !self.already_extended(names.old, owner)) {
                sides.added.push((name, member));
            }
        }
        sides
    }

    /// Whether the new type extends what the old one got a member from.
    fn still_extends(&self, new: &QualifiedName, old_owner: &QualifiedName) -> bool {
        self.new.is_derived(new, &self.new_name(old_owner))
    }

    /// Whether the old type extended what the new one gets a member from.
    fn already_extended(&self, old: &QualifiedName, new_owner: &QualifiedName) -> bool {
        let mut lineage = self.old.lineage(old);
        lineage.any(|(ancestor, _)| self.new_name(ancestor) == *new_owner)
    }

    fn property(&mut self, names: Pair<'_>, name: &str, old: &Property, new: &Property) {
        let place = names.new.to_string();
        let place = (place.as_str(), Some(name));
        self.type_ref(
            Kind::PropertyTypeChanged,
            place,
            &old.type_ref,
            &new.type_ref,
        );
        self.nullability(place, names, old, new);
        let details = |p: &Property| (p.facets.clone(), p.default_value.clone());
        if details(old) != details(new) {
            let mut detail = facets(&old.facets, &new.facets);
            if old.default_value != new.default_value {
                let (old, new) = (&old.default_value, &new.default_value);
                detail.push(format!(
                    "default {}",
                    became(or_none(old.as_ref()), or_none(new.as_ref()))
                ));
            }
            self.push(
                Kind::PropertyDetailChanged,
                place.0,
                place.1,
                detail.join(", "),
            );
        }
        self.read_only(place, old, new);
        self.annotations(place, &old.annotations, &new.annotations);
    }

    fn nullability(
        &mut self,
        place: (&str, Option<&str>),
        names: Pair<'_>,
        old: &Property,
        new: &Property,
    ) {
        let (was, is) = (old.may_send_null(), new.may_send_null());
        if was == is {
            return;
        }
        let is_kept = |model: &Model, name| {
            let declared = model.structured(name);
            declared.is_some_and(|declared| declared.presence == Presence::Kept)
        };
        // Without trust in it, a field is an `Option` whatever its nullability.
        let is_kept = is_kept(self.old, names.old) && is_kept(self.new, names.new);
        let kind = match (new.type_ref.is_collection(), is) {
            (true, true) => Kind::ItemsMadeNullable,
            (true, false) => Kind::ItemsMadeNonNullable,
            (false, true) if is_kept => Kind::PropertyMadeNullable,
            (false, false) if is_kept => Kind::PropertyMadeNonNullable,
            (false, _) => Kind::PropertyDetailChanged,
        };
        let detail = match kind {
            Kind::PropertyDetailChanged => became(nullability(was), nullability(is)),
            _ => String::new(),
        };
        self.push(kind, place.0, place.1, detail);
    }

    fn read_only(&mut self, place: (&str, Option<&str>), old: &Property, new: &Property) {
        let access = |p: &Property| match vocabulary::is_read_only(&p.annotations) {
            true => "read-only",
            false => "writable",
        };
        if access(old) != access(new) {
            let said = match vocabulary::is_read_only(&new.annotations) {
                true => "property became read-only",
                false => "property is no longer read-only",
            };
            let detail = became(access(old), access(new));
            self.push_said(Kind::ReadOnlyChanged, said, place.0, place.1, detail);
        }
    }

    fn navigation_property(
        &mut self,
        owner: &QualifiedName,
        name: &str,
        old: &NavigationProperty,
        new: &NavigationProperty,
    ) {
        let place = owner.to_string();
        let place = (place.as_str(), Some(name));
        if self.new_type(&old.type_ref) != new.type_ref {
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
            self.push_said(Kind::NavigationTypeChanged, said, place.0, place.1, detail);
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
        if details(old) != details(new) {
            self.push(
                Kind::NavigationDetailChanged,
                place.0,
                place.1,
                String::new(),
            );
        }
        self.annotations(place, &old.annotations, &new.annotations);
    }
}

/// The members that a test is true of, and the others.
fn split<'m, P>(
    members: Members<'m, P>,
    test: impl Fn(&P) -> bool,
) -> (Members<'m, P>, Members<'m, P>) {
    let members = members.into_iter();
    members.partition(|(_, (_, member))| test(member))
}

pub(super) fn nullability(is_nullable: bool) -> &'static str {
    if is_nullable {
        "nullable"
    } else {
        "not nullable"
    }
}
