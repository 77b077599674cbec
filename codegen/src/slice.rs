//! Resolved model + paths → the smallest closed model that serves them.
//!
//! A path starts at an entry point and goes on as URLs do: through properties, keys, derived types whose
//! names are qualified with their namespace, and operations. `/reports/serviceActivity` ends at a resource:
//! its type is taken whole but for its navigation properties, with the operations bound to it; of the types
//! on the way only the key and the property that is followed. `/me/sendMail` ends at an operation, which is
//! taken with the types that it needs. A path that ends with `/**` takes, besides, what is contained in the
//! resources at its end, and in those, and so on, and the ways from one of these to another. `/` takes
//! everything, but for older versions of types.
//!
//! With the type of what is at the end of a path come those that derive from it, and with each complex type
//! that something refers to ([`Derived`]); with what an operation answers, unless that is only what the
//! operation is bound to, seen as one of its bases. Of a type that is declared in several versions,
//! only some of them come ([`Versions`]).

mod beyond;
mod derived;
mod follow;
pub(crate) mod path;
mod versions;
mod whole;

pub use beyond::{Beyond, beyond};
pub use derived::{Derived, NamedType};
pub use versions::{NamedVersion, Versions};

use crate::diagnostic::Diagnostics;
use crate::edm::{
    Annotation, ContainerChild, Member, Model, Needed, OperationId, QualifiedName, StructuredKind,
    StructuredType, Type, TypeRef, Way, vocabulary,
};
use crate::source::Span;
use derived::DerivedTypes;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is taken of a model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// The paths that the client serves.
    pub paths: Vec<SlicePath>,
    /// Which derived types come with their bases.
    pub derived: Derived,
    /// Which versions come of types that are declared in several.
    pub versions: Versions,
}

/// A path through the model and where it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlicePath {
    /// An address of the service, as documentation has it; `/**` at the end takes what is contained below.
    pub path: String,
    /// Its place in the configuration, if it comes from there.
    pub span: Option<Span>,
}

impl From<&str> for SlicePath {
    fn from(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            span: None,
        }
    }
}

impl<P: Into<SlicePath>> FromIterator<P> for Selection {
    fn from_iter<I: IntoIterator<Item = P>>(paths: I) -> Self {
        Self {
            paths: paths.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }
}

impl Selection {
    /// Whether one of the paths is `/` or `/**`, which need everything.
    pub fn is_whole(&self) -> bool {
        let mut paths = self.paths.iter();
        paths.any(|path| path::parse(&path.path).is_whole())
    }

    /// The same of other paths.
    #[must_use]
    pub fn with_paths(&self, paths: Vec<SlicePath>) -> Self {
        Self {
            paths,
            ..self.clone()
        }
    }
}

/// The part of `model` that is selected.
///
/// A path that leads nowhere is reported with the nearest name and left out.
pub fn slice(model: &Model, selection: &Selection, diagnostics: &mut Diagnostics) -> Model {
    if selection.is_whole() {
        let mut whole = model.clone();
        reduce_whole(&mut whole, selection, diagnostics);
        return whole;
    }
    let mut slicer = Slicer::new(model, selection, Purpose::Part);
    for path in &selection.paths {
        if let Err(not_found) = slicer.follow(&path.path) {
            diagnostics.push(not_found.diagnostic(path));
        }
        for key in slicer.doubtful_keys.drain(..) {
            diagnostics.push(follow::doubtful_key(&key, path));
        }
    }
    slicer.close();
    slicer.derived.report_unused(diagnostics);
    let part = slicer.finish();
    selection.versions.report_unused(&part, diagnostics);
    part
}

/// The declarations that the selected part of a model needs, as far as can be told while the model knows some
/// of them by their start tags alone.
pub fn needs(model: &Model, selection: &Selection) -> Needed {
    let mut slicer = Slicer::new(model, selection, Purpose::Needs);
    for path in &selection.paths {
        // Where a path cannot go on yet, the type that it has reached is among what is needed.
        let _ = slicer.follow(&path.path);
    }
    slicer.close();
    slicer.needed()
}

/// What is selected of a model if that is everything: all but versions of types that do not come.
pub fn reduce_whole(model: &mut Model, selection: &Selection, diagnostics: &mut Diagnostics) {
    whole::drop_other_versions(model, &selection.versions);
    selection.versions.report_unused(model, diagnostics);
}

/// How much of a structured type is needed.
#[derive(Debug, Clone, Default)]
struct Need {
    /// All structural properties, not only the key.
    whole: bool,
    /// Structural properties that a path follows.
    properties: BTreeSet<Arc<str>>,
    /// Navigation properties that a path follows.
    navigation: BTreeSet<Arc<str>>,
}

/// What a slicer finds out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The part itself, and what is wrong with the paths.
    Part,
    /// What the part needs of a model that is not read yet.
    Needs,
}

struct Slicer<'m> {
    model: &'m Model,
    purpose: Purpose,
    derived: DerivedTypes<'m>,
    /// Entry points by name.
    entries: BTreeMap<Arc<str>, &'m ContainerChild>,
    /// Structured types on the way or at the end of a path.
    structured: BTreeMap<QualifiedName, Need>,
    /// Other types.
    values: BTreeSet<QualifiedName>,
    operations: BTreeSet<OperationId>,
    /// Types whose references are not followed yet.
    pending: Vec<QualifiedName>,
    /// Types whose derived types are taken.
    with_derived: BTreeSet<QualifiedName>,
    /// Types of what is contained in the resources at the ends of paths.
    contained: BTreeSet<QualifiedName>,
    /// Last segments of paths that are keys or misspelt.
    doubtful_keys: Vec<String>,
    /// Types that were looked into, whether or not something of them is taken.
    seen: BTreeSet<QualifiedName>,
}

impl<'m> Slicer<'m> {
    fn new(model: &'m Model, selection: &'m Selection, purpose: Purpose) -> Self {
        Self {
            model,
            purpose,
            derived: DerivedTypes::new(model, selection),
            entries: BTreeMap::new(),
            structured: BTreeMap::new(),
            values: BTreeSet::new(),
            operations: BTreeSet::new(),
            pending: Vec::new(),
            with_derived: BTreeSet::new(),
            contained: BTreeSet::new(),
            doubtful_keys: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Remembers that a type is looked into, with those that it extends.
    fn see(&mut self, name: &QualifiedName) {
        if self.seen.contains(name) {
            return;
        }
        let lineage = self.model.lineage(name);
        self.seen.extend(lineage.map(|(name, _)| name.clone()));
    }

    /// The same of the types on a path.
    fn see_along(&mut self, from: &QualifiedName, path: &str) {
        self.see(from);
        let ends = path.match_indices('/').map(|(end, _)| &path[..end]);
        for path in ends {
            let steps = self.model.steps(from, path);
            let last = steps.and_then(|steps| steps.last()?.member.type_ref().named());
            if let Some(name) = last {
                self.see(name);
            }
        }
    }

    fn needed(mut self) -> Needed {
        for child in self.entries.clone().into_values() {
            let from = child.entry_point.name();
            for (path, _) in &child.bindings {
                self.see_along(from, path);
            }
        }
        let mut types = self.seen;
        types.extend(self.structured.into_keys());
        types.extend(self.values);
        let operations = self.operations.iter();
        let operations = operations.map(|id| self.model.operation(*id).name.clone());
        Needed {
            types,
            operations: operations.collect(),
        }
    }

    fn need(&mut self, name: &QualifiedName) -> &mut Need {
        if !self.structured.contains_key(name) {
            self.structured.insert(name.clone(), Need::default());
            self.pending.push(name.clone());
        }
        self.structured.entry(name.clone()).or_default()
    }

    fn need_whole(&mut self, name: &QualifiedName) {
        let need = self.need(name);
        if !std::mem::replace(&mut need.whole, true) {
            self.pending.push(name.clone());
        }
    }

    /// Takes the type of what is at the end of a path, and those that derive from it.
    fn need_resources(&mut self, type_ref: &TypeRef) {
        self.need_type(type_ref);
        if let Some(name) = type_ref.named() {
            self.need_derived(name);
        }
    }

    fn need_derived(&mut self, name: &QualifiedName) {
        if self.with_derived.insert(name.clone()) {
            for derived in self.derived.of(name) {
                self.need_whole(derived);
            }
        }
    }

    /// Takes a type that something in the slice refers to. Only complex types bring those that derive from
    /// them: an entity is one that has been reached already, or a call's.
    fn need_type(&mut self, type_ref: &TypeRef) {
        let Some(name) = type_ref.named() else { return };
        match self.model.types.get(name) {
            Some(Type::Structured(structured)) => {
                self.need_whole(name);
                if structured.kind == StructuredKind::Complex {
                    self.need_derived(name);
                }
            }
            Some(_) => {
                self.values.insert(name.clone());
            }
            None => {}
        }
    }

    /// Takes the properties on a path from a type, which a key may lead through: its own, those of complex
    /// values, and those of related entities.
    fn need_path(&mut self, from: &QualifiedName, path: &str) {
        self.see_along(from, path);
        for step in self.model.steps(from, path).into_iter().flatten() {
            let need = self.need(step.declaring);
            match step.member {
                Member::Property(property) => {
                    need.properties.insert(step.name.clone());
                    self.need_type(&property.type_ref);
                }
                Member::Navigation(_) => {
                    need.navigation.insert(step.name.clone());
                }
            }
        }
    }

    /// Takes base types and the types of properties until nothing is missing.
    fn close(&mut self) {
        while let Some(name) = self.pending.pop() {
            let Some(structured) = self.model.structured(&name) else {
                continue;
            };
            let whole = self.structured.get(&name).is_some_and(|need| need.whole);
            if let Some(base) = &structured.base {
                if whole {
                    self.need_whole(base);
                } else {
                    self.need(base);
                }
            }
            for path in key_paths(structured) {
                self.need_path(&name, path);
            }
            if whole {
                for property in structured.properties.values() {
                    self.need_type(&property.type_ref);
                }
            }
            let followed = self
                .structured
                .get(&name)
                .map(|need| need.properties.clone());
            for property in followed.into_iter().flatten() {
                if let Some(name) = structured.properties[&property].type_ref.named() {
                    self.need(name);
                }
            }
        }
        // A navigation property needs its target's name, whatever else of the target is needed.
        let targets: Vec<_> = self
            .structured
            .iter()
            .filter_map(|(name, need)| Some((self.model.structured(name)?, need)))
            .flat_map(|(structured, need)| {
                need.navigation
                    .iter()
                    .filter_map(|name| structured.navigation.get(name))
            })
            .filter_map(|property| property.type_ref.named().cloned())
            .collect();
        for target in targets {
            self.need(&target);
        }
        if !self.pending.is_empty() {
            self.close();
        }
    }

    fn finish(self) -> Model {
        let mut types = BTreeMap::new();
        for (name, need) in &self.structured {
            if let Some(structured) = self.model.structured(name) {
                types.insert(
                    name.clone(),
                    Type::Structured(self.reduced(structured, need)),
                );
            }
        }
        for name in &self.values {
            types.insert(name.clone(), self.model.types[name].clone());
        }
        let operations = self
            .operations
            .iter()
            .map(|id| self.model.operation(*id).clone());
        let container = self.model.container.as_ref().map(|container| {
            let mut container = container.clone();
            container.children = self
                .entries
                .iter()
                .map(|(name, child)| (name.clone(), self.entry(child)))
                .collect();
            container
        });
        let mut model = Model {
            schemas: BTreeMap::new(),
            types,
            operations: operations.collect(),
            container,
        };
        model.schemas = used_schemas(&model, self.model);
        drop_below(&mut model);
        model
    }

    /// The type with what is needed of it.
    fn reduced(&self, structured: &StructuredType, need: &Need) -> StructuredType {
        let mut reduced = structured.clone();
        let is_needed = |name: &Arc<str>| need.whole || need.properties.contains(name);
        reduced.properties.retain(|name, _| is_needed(name));
        reduced
            .navigation
            .retain(|name, _| need.navigation.contains(name));
        for property in reduced.navigation.values_mut() {
            // The partner belongs to the target, which may have been left without it.
            property.partner = None;
            property.referential_constraints.clear();
        }
        reduced
    }

    /// The entry point with the bindings that stay valid.
    fn entry(&self, child: &ContainerChild) -> ContainerChild {
        let mut child = child.clone();
        let is_kept = |(path, target): &(String, String)| {
            let first = target.split('/').next().unwrap_or_default();
            self.entries.contains_key(first)
                && !path.contains('/')
                && self
                    .structured
                    .get(child.entry_point.name())
                    .is_some_and(|need| need.navigation.contains(path.as_str()))
        };
        let bindings = std::mem::take(&mut child.bindings).into_iter();
        let (kept, dropped): (Vec<_>, Vec<_>) = bindings.partition(is_kept);
        child.bindings = kept;
        for (path, target) in dropped {
            let restrictions = self.restrictions_of(&child, &path, &target);
            if !restrictions.is_empty() {
                child.below.entry(path).or_default().extend(restrictions);
            }
        }
        child
    }

    /// What the entity set that a relation is bound to says of what can be done there, for a slice without
    /// the set. What the relation says itself goes before that.
    fn restrictions_of(&self, child: &ContainerChild, path: &str, target: &str) -> Vec<Annotation> {
        let container = self.model.container.as_ref();
        let set = container.and_then(|it| it.children.get(target));
        let relation = self.model.relation_at(child.entry_point.name(), path);
        let (Some(set), Some(relation)) = (set, relation) else {
            return Vec::new();
        };
        let known = child.below.get(path).into_iter().flatten();
        let known = known.chain(&relation.property.annotations);
        let known: BTreeSet<_> = known.map(|annotation| &annotation.term).collect();
        let restrictions = set.annotations.iter().filter(|annotation| {
            vocabulary::is_capability(&annotation.term) && !known.contains(&annotation.term)
        });
        restrictions.cloned().collect()
    }
}

/// The paths of the properties in the keys of a type.
fn key_paths(structured: &StructuredType) -> Vec<&str> {
    let main = structured.key.iter().map(|part| &*part.path);
    let alternate = vocabulary::alternate_keys(&structured.annotations).into_iter();
    main.chain(alternate.flatten().map(|(path, _)| path))
        .collect()
}

/// Drops what is said of paths that have been left out.
fn drop_below(model: &mut Model) {
    let entries: Vec<_> = model
        .entries_mut()
        .map(|it| it.below.keys().cloned().collect::<Vec<_>>())
        .collect();
    if entries.iter().all(Vec::is_empty) {
        return;
    }
    let children = model.container.iter().flat_map(|it| it.children.keys());
    let lost = children.zip(&entries).map(|(name, paths)| {
        let lost = paths
            .iter()
            .filter(|path| Way::below(model, name, path).is_none());
        lost.collect::<Vec<_>>()
    });
    let lost: Vec<_> = lost.collect();
    for (child, lost) in model.entries_mut().zip(lost) {
        for path in lost {
            child.below.remove(path);
        }
    }
}

/// The schemas that something in `model` belongs to.
fn used_schemas(model: &Model, full: &Model) -> BTreeMap<Arc<str>, crate::edm::Schema> {
    let types = model.types.keys().map(|name| &name.namespace);
    let operations = model
        .operations
        .iter()
        .map(|operation| &operation.name.namespace);
    let container = model
        .container
        .iter()
        .map(|container| &container.name.namespace);
    let used: BTreeSet<_> = types.chain(operations).chain(container).collect();
    let used = used
        .into_iter()
        .filter_map(|namespace| full.schemas.get_key_value(namespace));
    used.map(|(namespace, schema)| (namespace.clone(), schema.clone()))
        .collect()
}
