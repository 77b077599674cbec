//! Types.

use super::facets::facets;
use super::matching::{Element, Sort, pair, said_the_same};
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
        self.live_on(Kind::TypeMoved, moved, &mut removed, &mut added);
        let renamed = self.renamed_types(&removed, &added);
        self.live_on(Kind::TypeRenamed, renamed, &mut removed, &mut added);
        for name in removed {
            self.push(
                Kind::TypeRemoved,
                (&name.to_string(), None),
                kind(name, old),
            );
        }
        for name in added {
            let declared = &new.types[name];
            self.changes.push(Change {
                is_deprecated: vocabulary::deprecation(declared.annotations()).is_some(),
                ..Change::new(Kind::TypeAdded, name, None, kind(name, new))
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

    /// Types of which all but the name is the same.
    fn renamed_types(&self, removed: &Names<'m>, added: &Names<'m>) -> Vec<(usize, usize)> {
        let masked: BTreeSet<_> = removed.iter().chain(added).copied().collect();
        let shapes = |model: &Model, names: &Names<'m>, translation: &Translation| -> Vec<_> {
            let shape = |name: &&'m QualifiedName| shape(model, name, &masked, translation);
            names
                .iter()
                .map(|name| (&*name.name, shape(name)))
                .collect()
        };
        let old = shapes(self.old, removed, &self.translation);
        pair(&old, &shapes(self.new, added, &NONE), |_, _| true)
    }

    /// Takes the pairs from the names that came and went.
    fn live_on(
        &mut self,
        kind: Kind,
        pairs: Vec<(usize, usize)>,
        removed: &mut Names<'m>,
        added: &mut Names<'m>,
    ) {
        let pairs = pairs
            .into_iter()
            .map(|(from, to)| (removed[from], added[to]));
        let pairs: Vec<_> = pairs.collect();
        removed.retain(|name| !pairs.iter().any(|(from, _)| from == name));
        added.retain(|name| !pairs.iter().any(|(_, to)| to == name));
        for (from, to) in pairs {
            let detail = match kind {
                Kind::TypeRenamed => became(&from.name, &to.name),
                _ => became(from, to),
            };
            self.push(kind, (&to.to_string(), None), detail);
            self.translation.types.insert(from.clone(), to.clone());
        }
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
        for (was, is, became, ceased) in [
            (
                old.is_abstract,
                new.is_abstract,
                "type became abstract",
                "type is no longer abstract",
            ),
            (
                old.is_open,
                new.is_open,
                "type became open",
                "type is no longer open",
            ),
        ] {
            if was != is {
                let said = if is { became } else { ceased };
                self.push_said(Kind::TypeModifiersChanged, said, at, "");
            }
        }
        match (old.has_stream, new.has_stream) {
            (true, false) => self.push(Kind::MediaStreamRemoved, at, ""),
            (false, true) => self.push(Kind::MediaStreamAdded, at, ""),
            _ => {}
        }
        self.members(names);
    }

    fn enumeration(&mut self, at: At<'_>, old: &'m EnumType, new: &'m EnumType) {
        if old.is_flags != new.is_flags {
            let said = match new.is_flags {
                true => "enumeration became flags",
                false => "enumeration is no longer flags",
            };
            self.push_said(Kind::FlagsChanged, said, at, "");
        }
        let members = |declared: &'m EnumType| {
            let members = declared.members.iter();
            members.map(|member| Element {
                name: member.name.clone(),
                declared: member,
                type_text: String::new(),
                // A member of the same number under another name is the same member.
                shape: member.value.to_string(),
                annotations: &member.annotations,
            })
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
