//! Types.

use super::facets::facets;
use super::matching::{Element, Sort, renamed, said_the_same, take};
use super::members::Pair;
use super::translation::{NONE, Translation};
use super::{At, Change, Comparison, Kind, became, or_none};
use crate::api::Origin;
use crate::edm::{
    EnumType, ItemType, Model, Multiplicity, QualifiedName, StructuredType, Type, TypeDefinition,
    TypeRef, vocabulary,
};
use std::collections::BTreeSet;

const MEMBERS: Sort = Sort {
    removed: Kind::MemberRemoved,
    renamed: Kind::MemberRenamed,
    added: Kind::MemberAdded,
    // A number is given to the next member that comes: only what is said of both tells.
    is_same: |old, new| !old.is_empty() && said_the_same(old, new),
};

/// Names of types that only one model has.
type Names<'m> = Vec<&'m QualifiedName>;

impl<'m> Comparison<'m> {
    /// Renamed and moved types first, since all else refers to them.
    pub(super) fn types(&mut self) {
        let (old, new) = (self.old, self.new);
        let only = |here: &'m Model, there: &Model| -> Names<'m> {
            let names = here.types.keys();
            names
                .filter(|name| !there.types.contains_key(name))
                .collect()
        };
        let (mut removed, mut added) = (only(old, new), only(new, old));
        let moved = self.moved_types(&removed, &added);
        for (from, to) in take(&mut removed, &mut added, &moved) {
            self.live_on(Kind::TypeMoved, from, to, became(from, to));
        }
        let masked: BTreeSet<_> = removed.iter().chain(&added).copied().collect();
        let elements = |model: &'m Model, names: Names<'m>, translation: &Translation| -> Vec<_> {
            let elements = names.into_iter().map(|name| Element {
                name: name.name.clone(),
                declared: name,
                type_text: String::new(),
                shape: shape(model, name, &masked, translation),
                annotations: model.types[name].annotations(),
            });
            elements.collect()
        };
        let mut removed = elements(old, removed, &self.translation);
        let mut added = elements(new, added, &NONE);
        for (from, to) in renamed(&mut removed, &mut added, |_, _| true) {
            let detail = became(from.name, to.name);
            self.live_on(Kind::TypeRenamed, from.declared, to.declared, detail);
        }
        for Element { declared: name, .. } in removed {
            self.push(
                Kind::TypeRemoved,
                (&name.to_string(), None),
                kind(name, old),
            );
        }
        for it in added {
            self.changes.push(Change {
                is_deprecated: vocabulary::deprecation(it.annotations).is_some(),
                ..Change::new(Kind::TypeAdded, it.declared, None, kind(it.declared, new))
            });
        }
        for (old_name, old_type) in &old.types {
            let new_name = self.translation.name(old_name);
            if let Some((new_name, new_type)) = new.types.get_key_value(new_name) {
                let names = Pair {
                    old: old_name,
                    new: new_name,
                };
                self.declared_type(names, old_type, new_type);
            }
        }
    }

    /// Types whose simple name left one namespace and came to one other.
    fn moved_types(&self, removed: &Names<'m>, added: &Names<'m>) -> Vec<(usize, usize)> {
        let only = |names: &Names<'m>, simple: &str| {
            let mut at = (0..names.len()).filter(|at| &*names[*at].name == simple);
            at.next().filter(|_| at.next().is_none())
        };
        let pairs = removed.iter().filter_map(|from| {
            let (from, to) = (only(removed, &from.name)?, only(added, &from.name)?);
            let (old, new) = (kind(removed[from], self.old), kind(added[to], self.new));
            (old == new).then_some((from, to))
        });
        pairs.collect()
    }

    fn live_on(&mut self, kind: Kind, from: &QualifiedName, to: &QualifiedName, detail: String) {
        self.push(kind, (&to.to_string(), None), detail);
        self.translation.types.insert(from.clone(), to.clone());
    }

    fn declared_type(&mut self, names: Pair<'m>, old: &'m Type, new: &'m Type) {
        let place = names.new.to_string();
        let at = (&*place, None);
        let (was, is) = (kind(names.old, self.old), kind(names.new, self.new));
        if was != is {
            return self.push(Kind::TypeKindChanged, at, became(was, is));
        }
        match (old, new) {
            (Type::Structured(old), Type::Structured(new)) => self.structured(at, names, old, new),
            (Type::Enum(old), Type::Enum(new)) => self.enumeration(at, old, new),
            (Type::Definition(old), Type::Definition(new)) => self.definition(at, old, new),
            _ => {}
        }
        self.annotations(at, old.annotations(), new.annotations());
    }

    fn structured(
        &mut self,
        at: At<'_>,
        names: Pair<'m>,
        old: &StructuredType,
        new: &StructuredType,
    ) {
        let base = old.base.as_ref().map(|base| self.translation.name(base));
        if base != new.base.as_ref() {
            let detail = became(or_none(old.base.as_ref()), or_none(new.base.as_ref()));
            self.push(Kind::BaseTypeChanged, at, detail);
        }
        if old.key != new.key {
            let key = |declared: &StructuredType| -> String {
                let parts: Vec<_> = declared.key.iter().map(|part| &*part.path).collect();
                parts.join(", ")
            };
            self.push(Kind::KeyChanged, at, became(key(old), key(new)));
        }
        let became = ["type became abstract", "type is no longer abstract"];
        let change = [old.is_abstract, new.is_abstract];
        self.turned(Kind::TypeModifiersChanged, at, change, became);
        let became = ["type became open", "type is no longer open"];
        let change = [old.is_open, new.is_open];
        self.turned(Kind::TypeModifiersChanged, at, change, became);
        match (old.has_stream, new.has_stream) {
            (true, false) => self.push(Kind::MediaStreamRemoved, at, ""),
            (false, true) => self.push(Kind::MediaStreamAdded, at, ""),
            _ => {}
        }
        self.members(names);
    }

    fn enumeration(&mut self, at: At<'_>, old: &'m EnumType, new: &'m EnumType) {
        let became = ["enumeration became flags", "enumeration is no longer flags"];
        self.turned(Kind::FlagsChanged, at, [old.is_flags, new.is_flags], became);
        let members = |declared: &'m EnumType| -> Vec<_> {
            let members = declared.members.iter();
            let members = members.map(|member| Element {
                name: member.name.clone(),
                declared: member,
                type_text: String::new(),
                // A member of the same number under another name is the same member.
                shape: member.value.to_string(),
                annotations: &member.annotations,
            });
            members.collect()
        };
        for (name, old, new) in self.settle(at.0, &MEMBERS, members(old), members(new)) {
            let at = (at.0, Some(&*name));
            self.value(Kind::MemberValueChanged, at, old.value, new.value);
            self.annotations(at, &old.annotations, &new.annotations);
        }
    }

    fn definition(&mut self, at: At<'_>, old: &TypeDefinition, new: &TypeDefinition) {
        self.value(Kind::DefinitionChanged, at, old.underlying, new.underlying);
        self.facets(
            Kind::PropertyDetailChanged,
            at,
            facets(&old.facets),
            facets(&new.facets),
        );
        self.allowed_values(at, &old.annotations, &new.annotations);
    }
}

/// What a type of a model is, in the standard's words.
fn kind(name: &QualifiedName, model: &Model) -> &'static str {
    Origin::of_type(name, &model.types[name]).kind()
}

/// All of a type but its name, in the new model's words. References to `masked` types count as equal:
/// they may have been renamed, too.
fn shape(
    model: &Model,
    name: &QualifiedName,
    masked: &BTreeSet<&QualifiedName>,
    translation: &Translation,
) -> String {
    let reference = |type_ref: &TypeRef| match type_ref.named() {
        Some(name) if masked.contains(name) => format!("{:?}", type_ref.multiplicity),
        _ => translation.reference(type_ref).to_string(),
    };
    match &model.types[name] {
        Type::Structured(s) => {
            let properties = s.properties.iter().map(|(name, p)| {
                let type_ref = reference(&p.type_ref);
                format!("{name}: {type_ref} {:?} {:?}", p.nullable, p.facets)
            });
            let navigation = s.navigation.iter();
            let navigation =
                navigation.map(|(name, p)| format!("{name}: {}", reference(&p.type_ref)));
            let bound = model.operations.iter().filter(|operation| {
                let binding = operation.binding.as_ref();
                binding.is_some_and(|binding| binding.type_ref.named() == Some(name))
            });
            let bound = bound.map(|operation| operation.name.name.to_string());
            let members: Vec<_> = properties.chain(navigation).chain(bound).collect();
            let base = s.base.clone().map(|base| {
                let (item, multiplicity) = (ItemType::Named(base), Multiplicity::One);
                reference(&TypeRef { item, multiplicity })
            });
            let modifiers = (s.is_abstract, s.is_open, s.has_stream);
            format!(
                "{:?} {base:?} {modifiers:?} {:?} {members:?}",
                s.kind, s.key
            )
        }
        Type::Enum(e) => {
            let members: Vec<_> = e.members.iter().map(|m| (&m.name, m.value)).collect();
            format!("{} {members:?}", e.is_flags)
        }
        Type::Definition(d) => format!("{} {:?}", d.underlying, d.facets),
    }
}
