//! Types.

use super::facets::facets;
use super::matching::{Sides, Sort, pair};
use super::members::Pair;
use super::{Change, Comparison, Kind, became, or_none};
use crate::edm::{
    EnumMember, EnumType, Facets, ItemType, KeyPart, Model, Multiplicity, Primitive, QualifiedName,
    StructuredKind, StructuredType, Type, TypeDefinition, TypeRef, vocabulary,
};
use std::collections::BTreeSet;

const MEMBERS: Sort = Sort {
    removed: Kind::MemberRemoved,
    renamed: Kind::MemberRenamed,
    added: Kind::MemberAdded,
};

impl<'m> Comparison<'m> {
    /// Renamed and moved types first, since all else refers to them.
    pub(super) fn types(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut removed: Vec<_> = old.types.keys().collect();
        removed.retain(|name| !new.types.contains_key(name));
        let mut added: Vec<_> = new.types.keys().collect();
        added.retain(|name| !old.types.contains_key(name));
        self.moved_types(&mut removed, &mut added);
        self.renamed_types(&mut removed, &mut added);
        for name in removed {
            self.push_type(Kind::TypeRemoved, name, &old.types[name]);
        }
        for name in added {
            self.push_type(Kind::TypeAdded, name, &new.types[name]);
        }
        for (old_name, old_type) in &old.types {
            let new_name = self.new_name(old_name);
            if let Some((new_name, new_type)) = new.types.get_key_value(&new_name) {
                let names = Pair {
                    old: old_name,
                    new: new_name,
                };
                self.declared_type(names, old_type, new_type);
            }
        }
    }

    fn push_type(&mut self, change: Kind, name: &QualifiedName, declared: &Type) {
        let is_deprecated = vocabulary::deprecation(declared.annotations()).is_some();
        self.changes.push(Change {
            is_deprecated: is_deprecated && change == Kind::TypeAdded,
            ..Change::new(change, name, None, kind(declared))
        });
    }

    /// Types whose simple name left one namespace and came to one other.
    fn moved_types(
        &mut self,
        removed: &mut Vec<&'m QualifiedName>,
        added: &mut Vec<&'m QualifiedName>,
    ) {
        let mut moved = Vec::new();
        for from in removed.iter() {
            let named = |name: &&&QualifiedName| name.name == from.name;
            let to: Vec<_> = added.iter().filter(named).collect();
            let [to] = to[..] else { continue };
            let is_same_kind = kind(&self.old.types[*from]) == kind(&self.new.types[*to]);
            if is_same_kind && removed.iter().filter(named).count() == 1 {
                moved.push((*from, *to));
            }
        }
        for (from, to) in &moved {
            let kind = match self.is_one_module(&from.namespace, &to.namespace) {
                true => Kind::TypeMovedWithin,
                false => Kind::TypeMoved,
            };
            self.take_name(kind, from, to, became(from, to));
        }
        removed.retain(|name| !moved.iter().any(|(from, _)| from == name));
        added.retain(|name| !moved.iter().any(|(_, to)| to == name));
    }

    /// Types of which all but the name is the same.
    fn renamed_types(
        &mut self,
        removed: &mut Vec<&'m QualifiedName>,
        added: &mut Vec<&'m QualifiedName>,
    ) {
        let masked: BTreeSet<_> = removed.iter().chain(added.iter()).copied().collect();
        let shapes = |model: &'m Model,
                      names: &[&'m QualifiedName],
                      map: &dyn Fn(&TypeRef) -> TypeRef| {
            let shape = |name: &&'m QualifiedName| (&*name.name, shape(model, name, &masked, map));
            names.iter().map(shape).collect::<Vec<_>>()
        };
        let old = shapes(self.old, removed, &|type_ref| self.new_type(type_ref));
        let new = shapes(self.new, added, &TypeRef::clone);
        let pairs = pair(&old, &new, |_, _| true).into_iter();
        let renamed: Vec<_> = pairs.map(|(from, to)| (removed[from], added[to])).collect();
        for (from, to) in &renamed {
            let detail = became(&from.name, &to.name);
            self.take_name(Kind::TypeRenamed, from, to, detail);
        }
        removed.retain(|name| !renamed.iter().any(|(from, _)| from == name));
        added.retain(|name| !renamed.iter().any(|(_, to)| to == name));
    }

    fn take_name(&mut self, kind: Kind, from: &QualifiedName, to: &QualifiedName, detail: String) {
        self.push(kind, to, None, detail);
        self.names.insert(from.clone(), to.clone());
    }

    /// Whether the generator emits the types of two namespaces into one module.
    fn is_one_module(&self, left: &str, right: &str) -> bool {
        let is_default = |namespace: &str| self.root_namespaces.contains(&namespace);
        left == right || (is_default(left) && is_default(right))
    }

    fn declared_type(&mut self, names: Pair<'m>, old: &'m Type, new: &'m Type) {
        if kind(old) != kind(new) {
            let detail = became(kind(old), kind(new));
            self.push(Kind::TypeKindChanged, names.new, None, detail);
            return;
        }
        match (old, new) {
            (Type::Structured(old), Type::Structured(new)) => self.structured(names, old, new),
            (Type::Enum(old), Type::Enum(new)) => self.enumeration(names, old, new),
            (Type::Definition(old), Type::Definition(new)) => self.definition(names, old, new),
            _ => {}
        }
        let place = names.new.to_string();
        self.annotations((&place, None), old.annotations(), new.annotations());
    }

    fn structured(&mut self, names: Pair<'m>, old: &StructuredType, new: &StructuredType) {
        let base = old.base.as_ref().map(|base| self.new_name(base));
        if base != new.base {
            let detail = became(or_none(old.base.as_ref()), or_none(new.base.as_ref()));
            self.push(Kind::BaseTypeChanged, names.new, None, detail);
        }
        if old.key != new.key {
            let key = |declared: &StructuredType| -> String {
                let parts: Vec<_> = declared.key.iter().map(|part| &*part.path).collect();
                parts.join(", ")
            };
            let detail = became(key(old), key(new));
            self.push(Kind::KeyChanged, names.new, None, detail);
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
                self.push_said(
                    Kind::TypeModifiersChanged,
                    said,
                    names.new,
                    None,
                    String::new(),
                );
            }
        }
        match (old.has_stream, new.has_stream) {
            (true, false) => self.push(Kind::MediaStreamRemoved, names.new, None, String::new()),
            (false, true) => self.push(Kind::MediaStreamAdded, names.new, None, String::new()),
            _ => {}
        }
        self.properties(names);
        self.navigation(names);
    }

    fn enumeration(&mut self, names: Pair<'m>, old: &'m EnumType, new: &'m EnumType) {
        if old.is_flags != new.is_flags {
            let said = match new.is_flags {
                true => "enumeration became flags",
                false => "enumeration is no longer flags",
            };
            self.push_said(Kind::FlagsChanged, said, names.new, None, String::new());
        }
        let place = names.new.to_string();
        let members = |declared: &'m EnumType| {
            let members = declared.members.iter();
            members.map(|member| (member.name.clone(), member))
        };
        let sides = Sides::of(members(old), members(new));
        // A member of the same number under another name is the same member.
        let shape = |_: &Self, member: &EnumMember, _| member.value;
        for (name, old, new) in self.settle(&place, &MEMBERS, sides, shape) {
            if old.value != new.value {
                let detail = became(old.value, new.value);
                self.push(Kind::MemberValueChanged, &place, Some(&name), detail);
            }
            self.annotations((&place, Some(&name)), &old.annotations, &new.annotations);
        }
    }

    fn definition(&mut self, names: Pair<'m>, old: &TypeDefinition, new: &TypeDefinition) {
        if old.underlying != new.underlying {
            let detail = became(old.underlying, new.underlying);
            self.push(Kind::DefinitionChanged, names.new, None, detail);
        }
        if old.facets != new.facets {
            let detail = facets(&old.facets, &new.facets).join(", ");
            self.push(Kind::PropertyDetailChanged, names.new, None, detail);
        }
    }
}

/// What a declaration is, in the standard's words.
fn kind(declared: &Type) -> &'static str {
    match declared {
        Type::Structured(structured) => match structured.kind {
            StructuredKind::Entity => "entity type",
            StructuredKind::Complex => "complex type",
        },
        Type::Enum(_) => "enumeration type",
        Type::Definition(_) => "type definition",
    }
}

/// All of a type but its name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum TypeShape<'m> {
    Structured {
        kind: StructuredKind,
        base: Option<Reference>,
        /// Whether it is abstract, open, and a media entity.
        modifiers: (bool, bool, bool),
        key: &'m [KeyPart],
        properties: Vec<(&'m str, Reference, Option<bool>, &'m Facets)>,
        navigation: Vec<(&'m str, Reference)>,
        /// Names of the operations that are bound to it.
        bound: Vec<&'m str>,
    },
    Enum {
        is_flags: bool,
        members: Vec<(&'m str, i64)>,
    },
    Definition(Primitive, &'m Facets),
}

/// A reference to a type in a shape.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Reference {
    /// To a type that may have been renamed, too: which one does not matter.
    Masked(Multiplicity),
    To(TypeRef),
}

/// The shape of a type. References to `masked` types count as equal.
fn shape<'m>(
    model: &'m Model,
    name: &QualifiedName,
    masked: &BTreeSet<&QualifiedName>,
    map: &dyn Fn(&TypeRef) -> TypeRef,
) -> TypeShape<'m> {
    let reference = |type_ref: &TypeRef| match type_ref.named() {
        Some(name) if masked.contains(name) => Reference::Masked(type_ref.multiplicity),
        _ => Reference::To(map(type_ref)),
    };
    let single = |name: &QualifiedName| {
        reference(&TypeRef {
            item: ItemType::Named(name.clone()),
            multiplicity: Multiplicity::One,
        })
    };
    match &model.types[name] {
        Type::Structured(s) => {
            let properties = s.properties.iter();
            let properties = properties
                .map(|(name, p)| (&**name, reference(&p.type_ref), p.nullable, &p.facets));
            let navigation = s.navigation.iter();
            let navigation = navigation.map(|(name, p)| (&**name, reference(&p.type_ref)));
            let bound = model.operations.iter().filter(|operation| {
                let binding = operation.binding.as_ref();
                binding.is_some_and(|binding| binding.type_ref.named() == Some(name))
            });
            TypeShape::Structured {
                kind: s.kind,
                base: s.base.as_ref().map(single),
                modifiers: (s.is_abstract, s.is_open, s.has_stream),
                key: &s.key,
                properties: properties.collect(),
                navigation: navigation.collect(),
                bound: bound.map(|operation| &*operation.name.name).collect(),
            }
        }
        Type::Enum(e) => TypeShape::Enum {
            is_flags: e.is_flags,
            members: e.members.iter().map(|m| (&*m.name, m.value)).collect(),
        },
        Type::Definition(d) => TypeShape::Definition(d.underlying, &d.facets),
    }
}
