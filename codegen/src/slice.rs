//! Resolved model + paths → the smallest closed model that serves them.
//!
//! A path starts at an entry point and follows properties: `/reports/serviceActivity`. The name of
//! a derived type, qualified with its namespace, is a segment too: `/directoryObjects/ns.user`. The
//! type at its end is taken whole but for its navigation properties, with the operations bound to
//! it; of the types on the way only the key and the property that is followed. Of complex types
//! whose values may be of a derived type, the derived types are taken, too. A path that ends with
//! `/**` takes, besides, what is contained in the resources at its end, and in those, and so on, and
//! the ways from one of these to another. `/` takes everything.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::edm::{
    ContainerChild, ItemType, Model, Multiplicity, Operation, OperationId, QualifiedName,
    StructuredKind, StructuredType, Type, TypeRef,
};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The last segment of a path that takes what is contained below it.
const CONTAINED: &str = "**";

/// A path through the model and where it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlicePath {
    /// Names of an entry point and navigation properties, each behind a slash; `/**` at the end takes
    /// what is contained below.
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

/// Whether one of the paths is `/` or `/**`, which need everything.
pub fn is_whole(paths: &[SlicePath]) -> bool {
    let mut paths = paths.iter().map(|path| path.path.trim_matches('/'));
    paths.any(|path| path.is_empty() || path == CONTAINED)
}

/// The part of `model` that `paths` need.
///
/// A path that leads nowhere is reported with the nearest name and left out.
pub fn slice(model: &Model, paths: &[SlicePath], diagnostics: &mut Diagnostics) -> Model {
    if is_whole(paths) {
        return model.clone();
    }
    let mut slicer = Slicer::new(model);
    for path in paths {
        if let Err(not_found) = slicer.follow(&path.path) {
            diagnostics.push(not_found.diagnostic(path));
        }
    }
    slicer.close();
    slicer.finish()
}

/// How much of a structured type is needed.
#[derive(Debug, Clone, Default)]
struct Need {
    /// All structural properties, not only the key.
    whole: bool,
    /// Complex properties that a path follows.
    properties: BTreeSet<Arc<str>>,
    /// Navigation properties that a path follows.
    navigation: BTreeSet<Arc<str>>,
}

struct Slicer<'m> {
    model: &'m Model,
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
    /// The types that derive from a complex type, once somebody asked.
    derived: Option<BTreeMap<&'m QualifiedName, Vec<&'m QualifiedName>>>,
}

/// The types that derive from each complex type.
fn derived(model: &Model) -> BTreeMap<&QualifiedName, Vec<&QualifiedName>> {
    let mut derived: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (name, declared) in &model.types {
        if let Type::Structured(structured) = declared
            && structured.kind == StructuredKind::Complex
            && structured.base.is_some()
        {
            for (ancestor, _) in model.lineage(name).skip(1) {
                derived.entry(ancestor).or_default().push(name);
            }
        }
    }
    derived
}

impl<'m> Slicer<'m> {
    fn new(model: &'m Model) -> Self {
        Self {
            model,
            entries: BTreeMap::new(),
            structured: BTreeMap::new(),
            values: BTreeSet::new(),
            operations: BTreeSet::new(),
            pending: Vec::new(),
            with_derived: BTreeSet::new(),
            derived: None,
        }
    }

    /// Takes what one path needs.
    fn follow(&mut self, path: &str) -> Result<(), NotFound> {
        let path = path.trim_matches('/');
        let all = path.strip_suffix(CONTAINED);
        let all = all.and_then(|all| all.strip_suffix('/'));
        let mut segments = all.unwrap_or(path).split('/');
        let first = segments.next().unwrap_or_default();
        let model = self.model;
        let children = model
            .container
            .as_ref()
            .map(|container| &container.children);
        let known = children
            .into_iter()
            .flat_map(BTreeMap::keys)
            .map(|name| &**name);
        let (name, child) = children
            .and_then(|children| children.get_key_value(first))
            .ok_or_else(|| NotFound::new(first, "the service has no such entry point", known))?;
        self.entries.insert(name.clone(), child);
        let Some((resource_type, multiplicity)) = child.entry_point.resources() else {
            let imported = child.entry_point.imported();
            self.take_operations(|operation| {
                operation.binding.is_none() && imported == Some((operation.kind, &operation.name))
            });
            return Ok(());
        };
        let mut at = TypeRef {
            item: ItemType::Named(resource_type.clone()),
            multiplicity,
        };
        for segment in segments {
            at = self.step(&at, segment)?;
        }
        let ends = match all {
            Some(_) => self.contained(at),
            None => vec![at],
        };
        self.take_ends(&ends);
        Ok(())
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
                let contained = navigation(named).filter(|(_, (_, p))| p.contains_target);
                pending.extend(contained.filter_map(|(_, (_, p))| p.type_ref.named()));
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
        ends.into_iter().collect()
    }

    /// Takes the property or the derived type that a segment names. Gives where it leads.
    fn step(&mut self, at: &TypeRef, segment: &str) -> Result<TypeRef, NotFound> {
        let model = self.model;
        let known = at.named().and_then(|name| model.types.get_key_value(name));
        let Some((named, _)) = known else {
            let reason = format!("`{at}` has no properties");
            return Err(NotFound::new(segment, &reason, []));
        };
        if segment.contains('.') {
            return self.cast(at, named, segment);
        }
        let mut known = Vec::new();
        for (owner, structured) in model.lineage(named) {
            if let Some((name, property)) = structured.navigation.get_key_value(segment) {
                self.need(named);
                self.need(owner).navigation.insert(name.clone());
                return Ok(property.type_ref.clone());
            }
            if let Some((name, property)) = structured.properties.get_key_value(segment)
                && property
                    .type_ref
                    .named()
                    .is_some_and(|name| model.structured(name).is_some())
            {
                self.need(named);
                self.need(owner).properties.insert(name.clone());
                return Ok(property.type_ref.clone());
            }
            known.extend(structured.navigation.keys().map(|name| &**name));
        }
        let label = format!("`{named}` has no such navigation property");
        Err(NotFound::new(segment, &label, known))
    }

    fn cast(
        &mut self,
        at: &TypeRef,
        base: &QualifiedName,
        segment: &str,
    ) -> Result<TypeRef, NotFound> {
        let derived: Vec<_> = self
            .model
            .types
            .keys()
            .filter(|name| *name != base && self.model.is_derived(name, base))
            .collect();
        match derived.iter().find(|name| name.to_string() == segment) {
            Some(name) => {
                self.need(name);
                Ok(TypeRef {
                    item: ItemType::Named((*name).clone()),
                    multiplicity: at.multiplicity,
                })
            }
            None => {
                let known: Vec<_> = derived.iter().map(ToString::to_string).collect();
                let reason = format!("no type of this name derives from `{base}`");
                Err(NotFound::new(
                    segment,
                    &reason,
                    known.iter().map(String::as_str),
                ))
            }
        }
    }

    /// The ends of a path: whole types, and what can be called on them.
    fn take_ends(&mut self, ends: &[TypeRef]) {
        let model = self.model;
        // What an operation may be bound to: these types and those that they extend; of collections,
        // to a single resource as well.
        let mut bindings = BTreeSet::new();
        for end in ends {
            let Some(named) = end.named() else { continue };
            self.need_whole(named);
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

    fn take_operations(&mut self, selects: impl Fn(&Operation) -> bool) {
        for (id, operation) in self.model.operations() {
            if selects(operation) && self.operations.insert(id) {
                let parameters = operation.binding.iter().chain(&operation.parameters);
                let types = parameters.map(|parameter| &parameter.type_ref);
                for type_ref in types.chain(operation.return_type.iter().map(|r| &r.type_ref)) {
                    self.need_type(type_ref);
                }
            }
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

    /// Values of a complex type may be of any type that derives from it; resources are told apart by
    /// their paths.
    fn need_derived(&mut self, name: &QualifiedName) {
        if !self.with_derived.insert(name.clone()) {
            return;
        }
        if self.derived.is_none() {
            self.derived = Some(derived(self.model));
        }
        let found = self.derived.as_ref().and_then(|derived| derived.get(name));
        for name in found.cloned().unwrap_or_default() {
            self.need_whole(name);
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
            for (property_name, property) in &structured.properties {
                if whole || is_key(structured, property_name) {
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
        model
    }

    /// The type with what is needed of it.
    fn reduced(&self, structured: &StructuredType, need: &Need) -> StructuredType {
        let mut reduced = structured.clone();
        reduced.properties.retain(|name, _| {
            need.whole || is_key(structured, name) || need.properties.contains(name)
        });
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
        child.bindings.retain(|(path, target)| {
            let first = target.split('/').next().unwrap_or_default();
            self.entries.contains_key(first)
                && !path.contains('/')
                && self
                    .structured
                    .get(child.entry_point.name())
                    .is_some_and(|need| need.navigation.contains(path.as_str()))
        });
        child
    }
}

fn is_key(structured: &StructuredType, property: &str) -> bool {
    structured
        .key
        .iter()
        .any(|part| part.path.split('/').next() == Some(property))
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

/// A segment of a path that leads nowhere.
struct NotFound {
    segment: String,
    reason: String,
    known: Vec<String>,
}

impl NotFound {
    fn new<'a>(segment: &str, reason: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known = known.into_iter().map(str::to_owned).collect();
        Self {
            segment: segment.to_owned(),
            reason: reason.to_owned(),
            known,
        }
    }

    fn diagnostic(self, path: &SlicePath) -> Diagnostic {
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
        error.suggest(&self.segment, self.known.iter().map(String::as_str))
    }
}
