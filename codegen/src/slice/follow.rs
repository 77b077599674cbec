//! A path → what it needs.

use super::path::{Looks, Segment, parse};
use super::{Purpose, SlicePath, Slicer};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::edm::{
    ItemType, Model, Multiplicity, NavigationProperty, Operation, OperationId, Property,
    QualifiedName, StructuredKind, TypeRef,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Segments that lead to no other resource: the number of items, a reference, the bytes.
const SYSTEM: [&str; 3] = ["$count", "$ref", "$value"];

/// Where a path has come.
enum Place {
    /// To one resource or a collection, or to a value.
    At(TypeRef),
    /// To a call. Its result, if a path can go on from there.
    Called(Option<TypeRef>),
}

impl<'m> Slicer<'m> {
    /// Takes what one path needs.
    pub(super) fn follow(&mut self, path: &str) -> Result<(), NotFound> {
        let text = path;
        let path = parse(text);
        let (first, rest) = path.segments.split_first().expect("a path has a segment");
        let mut place = self.enter(first).map_err(|error| match error.is_near() {
            true => error,
            false => NotFound {
                below_root: self.below_root(text).map(str::to_owned),
                ..error
            },
        })?;
        for (index, segment) in rest.iter().enumerate() {
            let at = match &place {
                Place::At(at) => at.clone(),
                Place::Called(Some(result)) => result.clone(),
                Place::Called(None) => {
                    let reason = "paths cannot go on from what is called before it";
                    return Err(NotFound::new(segment, reason, []));
                }
            };
            place = self.step(&at, segment, rest.get(index + 1))?;
        }
        match place {
            Place::At(at) | Place::Called(Some(at)) if path.contained => {
                let ends = self.contained(at);
                self.take_ends(&ends);
            }
            Place::At(at) => self.take_ends(&[at]),
            Place::Called(_) => {}
        }
        Ok(())
    }

    /// The part of an address that begins at an entry point, as in `GET https://graph.example/v1.0/users`.
    fn below_root<'p>(&self, address: &'p str) -> Option<&'p str> {
        let children = &self.model.container.as_ref()?.children;
        let mut parts = address.match_indices('/').map(|(at, _)| &address[at..]);
        parts.find(|part| {
            let first = parse(part).segments.into_iter().next();
            first.is_some_and(|segment| get(children, segment.name).is_some())
        })
    }

    /// Takes the entry point that the first segment names.
    fn enter(&mut self, segment: &Segment<'_>) -> Result<Place, NotFound> {
        let model = self.model;
        let children = model.container.as_ref().map(|it| &it.children);
        let found = children.and_then(|children| get(children, segment.name));
        let Some((name, child)) = found else {
            let known = children.into_iter().flatten().map(|(name, _)| &**name);
            let reason = "the service has no such entry point";
            return Err(NotFound::new(segment, reason, known));
        };
        self.entries.insert(name.clone(), child);
        let Some((resource_type, multiplicity)) = child.entry_point.resources() else {
            let imported = child.entry_point.imported();
            let is_imported = |operation: &Operation| {
                operation.binding.is_none() && imported == Some((operation.kind, &operation.name))
            };
            return Ok(self.called(is_imported));
        };
        let at = TypeRef {
            item: ItemType::Named(resource_type.clone()),
            multiplicity,
        };
        keyed(at, segment).map(Place::At)
    }

    /// Takes what a segment names: a property, a call, a key or a derived type.
    fn step(
        &mut self,
        at: &TypeRef,
        segment: &Segment<'_>,
        next: Option<&Segment<'_>>,
    ) -> Result<Place, NotFound> {
        if next.is_none() && SYSTEM.contains(&segment.name) {
            return Ok(Place::At(at.clone()));
        }
        let model = self.model;
        let known = at.named().and_then(|name| model.types.get_key_value(name));
        let Some((named, _)) = known else {
            let reason = format!("`{at}` has no properties");
            return Err(NotFound::new(segment, &reason, []));
        };
        self.see(named);
        let found = property(model, named, segment.name);
        if let Some(behind) = found.as_ref().and_then(|found| found.type_ref().named()) {
            self.see(behind);
        }
        let has_items = at.is_collection() && is_entity(model, named);
        if has_items && is_key(model, named, segment, next, found.as_ref()) {
            return Ok(Place::At(one(at)));
        }
        if let Some(found) = found {
            self.need(named);
            let to = found.type_ref().clone();
            let owner = self.need(found.owner);
            match found.kind {
                Kind::Navigation(_) => owner.navigation.insert(found.name.clone()),
                Kind::Structural(_) => owner.properties.insert(found.name.clone()),
            };
            return keyed(to, segment).map(Place::At);
        }
        if let Some(called) = self.bound_operation(at, named, segment) {
            return Ok(called);
        }
        if segment.name.contains('.')
            && let Some(derived) = self.cast(at, named, segment)
        {
            return keyed(derived, segment).map(Place::At);
        }
        let may_be_key = has_items && next.is_none() && segment.looks() == Looks::Name;
        if self.purpose == Purpose::Needs {
            // The type may not have been read, so there is no telling what else it could be.
            return match may_be_key {
                true => Ok(Place::At(one(at))),
                false => Err(NotFound::new(segment, "", [])),
            };
        }
        let derived = derived(model, named).map(ToString::to_string);
        let derived: Vec<_> = derived.filter(|_| segment.name.contains('.')).collect();
        let known = members(model, named).chain(derived.iter().map(String::as_str));
        let reason = format!("`{named}` has no such property, operation or derived type");
        let not_found = NotFound::new(segment, &reason, known);
        let is_name = segment.arguments.is_some() || is_qualified(model, segment.name);
        if may_be_key && !is_name && !not_found.is_near() {
            self.doubtful_keys.push(segment.name.to_owned());
            return Ok(Place::At(one(at)));
        }
        Err(not_found)
    }

    /// Takes the operation of this name that can be called here, all its overloads. Documentation leaves
    /// out a key now and then: of a collection's items, the operations are taken as well.
    fn bound_operation(
        &mut self,
        at: &TypeRef,
        named: &QualifiedName,
        segment: &Segment<'_>,
    ) -> Option<Place> {
        let model = self.model;
        let bases: Vec<_> = model.lineage(named).map(|(base, _)| base).collect();
        let is_bound = |operation: &Operation, multiplicity| {
            let binding = operation.binding.as_ref().map(|it| &it.type_ref);
            binding.is_some_and(|binding| {
                let base = binding.named();
                binding.multiplicity == multiplicity && base.is_some_and(|it| bases.contains(&it))
            })
        };
        let mut multiplicities = vec![at.multiplicity];
        if at.is_collection() {
            multiplicities.push(Multiplicity::One);
        }
        let multiplicity = multiplicities.into_iter().find(|multiplicity| {
            let mut operations = model.operations.iter();
            operations.any(|it| is_called(model, it, segment.name) && is_bound(it, *multiplicity))
        })?;
        self.need(named);
        let is_meant =
            |it: &Operation| is_called(model, it, segment.name) && is_bound(it, multiplicity);
        Some(self.called(is_meant))
    }

    /// Takes operations that the path calls, with all that they may answer.
    fn called(&mut self, selects: impl Fn(&Operation) -> bool) -> Place {
        let model = self.model;
        let mut leads_to = None;
        for id in self.take_operations(selects) {
            let operation = model.operation(id);
            let Some(result) = operation.return_type.as_ref().map(|it| &it.type_ref) else {
                continue;
            };
            self.need_resources(result);
            if operation.is_composable && leads_to.is_none() {
                leads_to = Some(result.clone());
            }
        }
        Place::Called(leads_to)
    }

    fn cast(
        &mut self,
        at: &TypeRef,
        base: &QualifiedName,
        segment: &Segment<'_>,
    ) -> Option<TypeRef> {
        let model = self.model;
        let name = derived(model, base).find(|name| is_named(model, name, segment.name))?;
        self.need(name);
        Some(TypeRef {
            item: ItemType::Named(name.clone()),
            multiplicity: at.multiplicity,
        })
    }

    /// A resource or collection with all that is contained in it, however deep. Takes the properties
    /// that lead there, and those that lead from one of these types to another.
    fn contained(&mut self, at: TypeRef) -> Vec<TypeRef> {
        let model = self.model;
        let navigation = |named| {
            let lineage = model.lineage(named);
            lineage.flat_map(|(owner, t)| t.navigation.iter().map(move |n| (owner, n)))
        };
        let mut types = BTreeSet::new();
        let mut pending: Vec<_> = at.named().into_iter().collect();
        while let Some(named) = pending.pop() {
            if types.insert(named) {
                self.see(named);
                let contained = navigation(named).filter(|(_, (_, p))| p.contains_target);
                pending.extend(contained.filter_map(|(_, (_, p))| p.type_ref.named()));
                pending.extend(self.derived.of(named));
            }
        }
        let mut ends = BTreeSet::from([at.clone()]);
        for named in &types {
            for (owner, (name, property)) in navigation(named) {
                if property
                    .type_ref
                    .named()
                    .is_some_and(|to| types.contains(to))
                {
                    self.need(named);
                    self.need(owner).navigation.insert(name.clone());
                    ends.insert(property.type_ref.clone());
                }
            }
        }
        self.contained.extend(types.into_iter().cloned());
        ends.into_iter().collect()
    }

    /// The ends of a path: whole types, and what can be called on them.
    fn take_ends(&mut self, ends: &[TypeRef]) {
        let model = self.model;
        // What an operation may be bound to: these types and those that they extend; of collections,
        // to a single resource as well.
        let mut bindings = BTreeSet::new();
        for end in ends {
            self.need_resources(end);
            let Some(named) = end.named() else { continue };
            for (base, _) in model.lineage(named) {
                bindings.insert((base, Multiplicity::One));
                if end.is_collection() {
                    bindings.insert((base, Multiplicity::Many));
                }
            }
        }
        self.take_operations(|operation| {
            let binding = operation.binding.as_ref().map(|binding| &binding.type_ref);
            binding.is_some_and(|binding| {
                let base = binding.named().map(|base| (base, binding.multiplicity));
                base.is_some_and(|base| bindings.contains(&base))
            })
        });
    }

    /// Takes operations with the types that they need; of the resource that they are bound to, no more
    /// than the way to it.
    fn take_operations(&mut self, selects: impl Fn(&Operation) -> bool) -> Vec<OperationId> {
        let selected = self.model.operations().filter(|(_, it)| selects(it));
        let selected: Vec<_> = selected.collect();
        for (id, operation) in &selected {
            if !self.operations.insert(*id) {
                continue;
            }
            let binding = operation.binding.as_ref();
            let binding = binding.and_then(|binding| binding.type_ref.named());
            if let Some(name) = binding {
                self.need(name);
            }
            for parameter in &operation.parameters {
                self.need_type(&parameter.type_ref);
            }
            if let Some(result) = operation.return_type.as_ref().map(|it| &it.type_ref) {
                if is_of_its_kind(self.model, binding, result) {
                    self.need_type(result);
                } else {
                    self.need_resources(result);
                }
            }
        }
        selected.into_iter().map(|(id, _)| id).collect()
    }
}

/// Whether an operation answers what it is bound to, seen as one of its bases: to restore a user
/// answers a directory object, which is a user and no other kind of it.
fn is_of_its_kind(model: &Model, binding: Option<&QualifiedName>, result: &TypeRef) -> bool {
    let bases = binding.zip(result.named());
    bases.is_some_and(|(binding, named)| model.is_derived(binding, named))
}

/// The item that a key in parentheses leads to; without one, what was there.
fn keyed(at: TypeRef, segment: &Segment<'_>) -> Result<TypeRef, NotFound> {
    match segment.arguments {
        None => Ok(at),
        Some(_) if at.is_collection() => Ok(one(&at)),
        Some(_) => {
            let reason = "what has a key or arguments here is a single resource";
            Err(NotFound::new(segment, reason, []))
        }
    }
}

fn one(collection: &TypeRef) -> TypeRef {
    TypeRef {
        item: collection.item.clone(),
        multiplicity: Multiplicity::One,
    }
}

/// A property of a type, its own or one that it inherits.
struct Found<'m> {
    owner: &'m QualifiedName,
    name: &'m Arc<str>,
    kind: Kind<'m>,
}

enum Kind<'m> {
    Navigation(&'m NavigationProperty),
    Structural(&'m Property),
}

impl<'m> Found<'m> {
    fn type_ref(&self) -> &'m TypeRef {
        match self.kind {
            Kind::Navigation(property) => &property.type_ref,
            Kind::Structural(property) => &property.type_ref,
        }
    }
}

fn property<'m>(model: &'m Model, named: &'m QualifiedName, name: &str) -> Option<Found<'m>> {
    model.lineage(named).find_map(|(owner, structured)| {
        let navigation = get(&structured.navigation, name);
        let navigation = navigation.map(|(name, it)| (name, Kind::Navigation(it)));
        let structural = || {
            let found = get(&structured.properties, name);
            found.map(|(name, it)| (name, Kind::Structural(it)))
        };
        let (name, kind) = navigation.or_else(structural)?;
        Some(Found { owner, name, kind })
    })
}

/// What has a name. Documentation is not always right about capitals, and services do not mind.
fn get<'m, T>(declared: &'m BTreeMap<Arc<str>, T>, name: &str) -> Option<(&'m Arc<str>, &'m T)> {
    declared.get_key_value(name).or_else(|| {
        let mut like = declared
            .iter()
            .filter(|(it, _)| it.eq_ignore_ascii_case(name));
        like.next().filter(|_| like.next().is_none())
    })
}

/// Whether a segment behind a collection of entities is the key of one: a value, or a name that the
/// next segment fits behind, and not behind the property of this name.
fn is_key(
    model: &Model,
    named: &QualifiedName,
    segment: &Segment<'_>,
    next: Option<&Segment<'_>>,
    found: Option<&Found<'_>>,
) -> bool {
    if segment.arguments.is_some() {
        return false;
    }
    let fits = |named: &QualifiedName, next: &Segment<'_>| {
        members(model, named).any(|name| name.eq_ignore_ascii_case(next.name))
    };
    match segment.looks() {
        Looks::Value => true,
        Looks::Name => next.is_some_and(|next| {
            let behind = found.and_then(|found| found.type_ref().named());
            fits(named, next) && !behind.is_some_and(|behind| fits(behind, next))
        }),
        Looks::Special => false,
    }
}

fn is_entity(model: &Model, named: &QualifiedName) -> bool {
    let structured = model.structured(named);
    structured.is_some_and(|it| it.kind == StructuredKind::Entity)
}

/// The types that derive from one.
fn derived<'m>(model: &'m Model, base: &QualifiedName) -> impl Iterator<Item = &'m QualifiedName> {
    let names = model.types.keys();
    names.filter(move |name| *name != base && model.is_derived(name, base))
}

/// Whether an operation has this name, qualified or not.
fn is_called(model: &Model, operation: &Operation, name: &str) -> bool {
    operation.name.name.eq_ignore_ascii_case(name) || is_named(model, &operation.name, name)
}

/// Whether a name begins with a namespace of the service.
fn is_qualified(model: &Model, text: &str) -> bool {
    let namespace = text.rsplit_once('.').map(|(namespace, _)| namespace);
    namespace.is_some_and(|text| {
        let mut schemas = model.schemas.iter();
        schemas.any(|(namespace, schema)| {
            **namespace == *text || schema.alias.as_deref() == Some(text)
        })
    })
}

/// Whether a name is this one, qualified with the namespace or its alias.
fn is_named(model: &Model, name: &QualifiedName, text: &str) -> bool {
    let Some((namespace, simple)) = text.rsplit_once('.') else {
        return false;
    };
    let schema = model.schemas.get(&name.namespace);
    let alias = schema.and_then(|schema| schema.alias.as_deref());
    let is_namespace = |it: &str| it.eq_ignore_ascii_case(namespace);
    name.name.eq_ignore_ascii_case(simple)
        && (is_namespace(&name.namespace) || alias.is_some_and(is_namespace))
}

/// What a path can go to from one resource: properties that lead to resources, and operations.
fn members<'m>(model: &'m Model, named: &'m QualifiedName) -> impl Iterator<Item = &'m str> {
    let properties = model.lineage(named).flat_map(|(_, structured)| {
        let navigation = structured.navigation.keys();
        navigation.chain(structured.properties.keys())
    });
    let bases: Vec<_> = model.lineage(named).map(|(base, _)| base).collect();
    let operations = model.operations.iter().filter(move |operation| {
        let binding = operation.binding.as_ref();
        let binding = binding.and_then(|binding| binding.type_ref.named());
        binding.is_some_and(|base| bases.contains(&base))
    });
    let properties = properties.map(|name| &**name);
    properties.chain(operations.map(|operation| &*operation.name.name))
}

/// A segment of a path that leads nowhere.
pub(super) struct NotFound {
    segment: String,
    reason: String,
    known: Vec<String>,
    /// What was meant, where a whole address was given.
    below_root: Option<String>,
}

impl NotFound {
    fn new<'a>(
        segment: &Segment<'_>,
        reason: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let known = known.into_iter().map(str::to_owned).collect();
        Self {
            segment: segment.name.to_owned(),
            reason: reason.to_owned(),
            known,
            below_root: None,
        }
    }

    /// Whether there is a name like that of the segment.
    fn is_near(&self) -> bool {
        nearest(&self.segment, &self.known).is_some()
    }

    pub fn diagnostic(self, path: &SlicePath) -> Diagnostic {
        let message = format!(
            "the path `{}` leads nowhere at `{}`",
            path.path, self.segment
        );
        let error = Diagnostic::error(Code::UnresolvedPath, message);
        let error = match path.span {
            Some(span) => error.at(span, self.reason),
            None => Diagnostic {
                message: format!("{}: {}", error.message, self.reason),
                ..error
            },
        };
        match self.below_root {
            Some(path) => error.help(format!(
                "paths begin below the service root: did you mean `{path}`?"
            )),
            None => error.suggest(&self.segment, self.known.iter().map(String::as_str)),
        }
    }
}

/// A key that might have been meant as a name.
pub(super) fn doubtful_key(key: &str, path: &SlicePath) -> Diagnostic {
    let message = format!("`{key}` at the end of `{}` is taken as a key", path.path);
    let warning = Diagnostic::warning(Code::UnresolvedPath, message);
    let warning = warning.at_known(path.span, "nothing has this name");
    warning.help(format!("write `{{{key}}}` if that is right"))
}
