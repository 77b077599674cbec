//! What callers need to be granted, by the path that a request takes.

use super::context::Context;
use super::items::*;
use super::naming::RustName;
use super::operations::permission;
use crate::edm::vocabulary::{self, Capabilities, Capability, Term};
use crate::edm::{
    Annotation, Multiplicity, OperationId, OperationKind, QualifiedName, Way, WayEnd, WayName,
};
use std::collections::BTreeMap;

/// The permissions of requests, by path and method.
type Requests = BTreeMap<String, BTreeMap<&'static str, Vec<PermissionItem>>>;

/// What is said of the paths of a model.
pub(super) fn permissions(context: &Context<'_>) -> PermissionsItem {
    let mut paths = Paths {
        context,
        requests: Requests::new(),
        references: Requests::new(),
        places: BTreeMap::new(),
        shown: BTreeMap::new(),
        calls: BTreeMap::new(),
        resources: BTreeMap::new(),
    };
    let container = context.model().container.iter();
    for (entry, child) in container.flat_map(|it| &it.children) {
        if let Some(way) = Way::at(context.model(), entry) {
            paths.add(&way, (entry, None), &child.annotations);
        }
        for (path, annotations) in &child.below {
            if let Some(way) = Way::below(context.model(), entry, path) {
                paths.add(&way, (entry, Some(path.as_str())), annotations);
            }
        }
    }
    paths.finish()
}

struct Paths<'a, 'm> {
    context: &'a Context<'m>,
    requests: Requests,
    /// Requests for references of which nothing else is said.
    references: Requests,
    places: BTreeMap<String, RequestPlace>,
    /// The paths of references as documentation writes them.
    shown: BTreeMap<String, String>,
    /// What each operation needs, by path.
    calls: BTreeMap<OperationId, Vec<RequestPermissions>>,
    /// What requests for resources of a type need, by path.
    resources: BTreeMap<(QualifiedName, Multiplicity), Vec<RequestPermissions>>,
}

impl Paths<'_, '_> {
    /// Adds what is said of the requests at one path.
    fn add(&mut self, way: &Way<'_>, place: (&str, Option<&str>), annotations: &[Annotation]) {
        if annotations.is_empty() {
            return;
        }
        let known = self.requests.len();
        self.requests_at(way, annotations);
        if self.requests.len() == known {
            return;
        }
        let (entry, below) = place;
        let shown = std::mem::take(&mut self.shown).into_iter();
        self.places.extend(shown.map(|(path, shown)| {
            let place = RequestPlace {
                entry: entry.to_owned(),
                below: below.map(str::to_owned),
                shown,
            };
            (path, place)
        }));
        let keyed = way.clone().keyed(self.context.model());
        for way in [Some(way), keyed.as_ref()].into_iter().flatten() {
            let place = RequestPlace {
                entry: entry.to_owned(),
                below: below.map(str::to_owned),
                shown: told_path(way),
            };
            self.places.insert(self.template(way), place);
        }
    }

    fn requests_at(&mut self, way: &Way<'_>, annotations: &[Annotation]) {
        let path = self.template(way);
        let to = |term| items(vocabulary::permissions_at(annotations, term));
        let by_key = || items(vocabulary::permissions_by_key(annotations));
        match &way.end {
            WayEnd::Calls(kind, overloads) => {
                let method = match kind {
                    OperationKind::Function => "GET",
                    OperationKind::Action => "POST",
                };
                let needed = to(Term::OperationRestrictions);
                for id in overloads.iter().filter(|_| !needed.is_empty()) {
                    let told = told(way, method, needed.clone());
                    self.calls.entry(*id).or_default().push(told);
                }
                self.request(path, method, needed);
            }
            WayEnd::Stream => {
                self.request(path.clone(), "GET", to(Term::ReadRestrictions));
                self.request(path, "PUT", to(Term::UpdateRestrictions));
            }
            WayEnd::References(multiplicity) => {
                self.request(path.clone(), "GET", to(Term::ReadRestrictions));
                self.request(path.clone(), "POST", to(Term::InsertRestrictions));
                self.request(path.clone(), "PUT", to(Term::UpdateRestrictions));
                let removing = to(Term::DeleteRestrictions);
                // One of several is named by its key, or in the query.
                if multiplicity.is_many()
                    && let Some(before) = path.strip_suffix("/$ref")
                {
                    self.request(format!("{before}()/$ref"), "DELETE", removing.clone());
                }
                self.request(path, "DELETE", removing);
            }
            WayEnd::Resources(named, multiplicity) => {
                let said = Capabilities::of(self.context.model().types[*named].annotations());
                let update = match said.get(Capability::UpdateByPut) {
                    Some(true) => "PUT",
                    _ => "PATCH",
                };
                let collection = [
                    ("GET", to(Term::ReadRestrictions)),
                    ("POST", to(Term::InsertRestrictions)),
                ];
                let single = |read| {
                    [
                        ("GET", read),
                        (update, to(Term::UpdateRestrictions)),
                        ("DELETE", to(Term::DeleteRestrictions)),
                    ]
                };
                match multiplicity {
                    Multiplicity::One => {
                        self.resources(way, named, single(to(Term::ReadRestrictions)));
                        let removing = to(Term::DeleteRestrictions);
                        self.reference(way, "", "GET", to(Term::ReadRestrictions));
                        self.reference(way, "", "DELETE", removing);
                    }
                    Multiplicity::Many => {
                        self.resources(way, named, collection);
                        let removing = to(Term::DeleteRestrictions);
                        self.reference(way, "", "GET", to(Term::ReadRestrictions));
                        self.reference(way, "", "POST", to(Term::InsertRestrictions));
                        self.reference(way, "", "DELETE", removing.clone());
                        self.reference(way, "()", "DELETE", removing);
                        if let Some(item) = way.clone().keyed(self.context.model()) {
                            self.resources(&item, named, single(by_key()));
                        }
                    }
                }
            }
        }
    }

    /// Adds requests for resources of a type.
    fn resources<const N: usize>(
        &mut self,
        way: &Way<'_>,
        named: &QualifiedName,
        requests: [(&'static str, Vec<PermissionItem>); N],
    ) {
        let multiplicity = match way.end {
            WayEnd::Resources(_, multiplicity) => multiplicity,
            _ => return,
        };
        let path = self.template(way);
        for (method, needed) in requests {
            if !needed.is_empty() {
                let key = (named.clone(), multiplicity);
                let told = told(way, method, needed.clone());
                self.resources.entry(key).or_default().push(told);
                self.request(path.clone(), method, needed);
            }
        }
    }

    /// Adds a request for references to what is related: documents of permissions mean it where they name
    /// what is related itself.
    fn reference(
        &mut self,
        way: &Way<'_>,
        key: &str,
        method: &'static str,
        needed: Vec<PermissionItem>,
    ) {
        if way.is_related && !needed.is_empty() {
            let path = format!("{}{key}/$ref", self.template(way));
            let shown = if key.is_empty() { "" } else { "/{id}" };
            let shown = format!("{}{shown}/$ref", told_path(way));
            self.shown.insert(path.clone(), shown);
            let methods = self.references.entry(path).or_default();
            methods.insert(method, needed);
        }
    }

    fn request(&mut self, path: String, method: &'static str, needed: Vec<PermissionItem>) {
        // A name with spaces in it would be no path of a URL.
        if !needed.is_empty() && !path.contains(char::is_whitespace) {
            let methods = self.requests.entry(path).or_default();
            methods.entry(method).or_insert(needed);
        }
    }

    /// The path as the client takes it: `()` for each key, and behind the names of functions.
    fn template(&self, way: &Way<'_>) -> String {
        let segments = way.segments.iter().map(|segment| {
            let mut text = match &segment.name {
                WayName::Plain(name) => name.clone(),
                WayName::Operation(name, kind) => {
                    self.context.operation_segment(name) + arguments(*kind)
                }
                WayName::Import(name, kind) => name.clone() + arguments(*kind),
            };
            if segment.has_key {
                text.push_str("()");
            }
            text.extend(segment.item_path);
            text
        });
        segments.collect::<Vec<_>>().join("/")
    }

    fn finish(mut self) -> PermissionsItem {
        for (path, methods) in std::mem::take(&mut self.references) {
            for (method, needed) in methods {
                self.request(path.clone(), method, needed);
            }
        }
        let sets = self.requests.values().flat_map(BTreeMap::values);
        let names = self.context.namer.permission_sets(sets.map(Vec::as_slice));
        let name = |set: &[PermissionItem]| names[set].clone();
        let rows = self.requests.iter().map(|(path, methods)| {
            let methods = methods.iter();
            let methods = methods.map(|(method, set)| (*method, name(set)));
            (path.clone(), methods.collect())
        });
        let uniform = self.calls.iter().filter_map(|(id, told)| {
            let (first, others) = told.split_first()?;
            let is_same = others.iter().all(|other| other.needed == first.needed);
            is_same.then(|| (*id, name(&first.needed)))
        });
        PermissionsItem {
            rows: rows.collect(),
            uniform: uniform.collect(),
            sets: names
                .iter()
                .map(|(set, name)| (name.clone(), set.to_vec()))
                .collect(),
            places: self.places,
            calls: self.calls,
            resources: self.resources,
        }
    }
}

/// A request as documentation writes it.
fn told(way: &Way<'_>, method: &str, needed: Vec<PermissionItem>) -> RequestPermissions {
    RequestPermissions {
        request: format!("{method} {}", told_path(way)),
        needed,
    }
}

/// A path as documentation writes it.
fn told_path(way: &Way<'_>) -> String {
    let segments = way.segments.iter().map(|segment| {
        let mut text = match &segment.name {
            WayName::Plain(name) => name.clone(),
            WayName::Operation(name, kind) => format!("{}{}", name.name, arguments(*kind)),
            WayName::Import(name, kind) => name.clone() + arguments(*kind),
        };
        if segment.has_key {
            text.push_str("/{id}");
        }
        if let Some(delimiter) = segment.item_path {
            text.push_str(&format!("{delimiter}/{{path}}"));
        }
        text
    });
    format!("/{}", segments.collect::<Vec<_>>().join("/"))
}

fn arguments(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Function => "()",
        OperationKind::Action => "",
    }
}

fn items(permissions: Vec<vocabulary::Permission<'_>>) -> Vec<PermissionItem> {
    permissions.into_iter().map(permission).collect()
}

impl PermissionsItem {
    /// The permissions of an operation that needs the same at all paths, with the name of their set.
    pub fn of_call(&self, operation: OperationId) -> Option<(&RustName, &[PermissionItem])> {
        let name = self.uniform.get(&operation)?;
        Some((name, &self.sets[name]))
    }

    /// The permissions of an operation, path by path.
    pub fn of_paths(&self, operation: OperationId) -> &[RequestPermissions] {
        self.calls.get(&operation).map_or(&[], Vec::as_slice)
    }

    /// The permissions of the requests for resources of a type, path by path.
    pub(super) fn of_resources(
        &self,
        named: &QualifiedName,
        multiplicity: Multiplicity,
    ) -> Vec<RequestPermissions> {
        let found = self.resources.get(&(named.clone(), multiplicity));
        found.cloned().unwrap_or_default()
    }

    /// The permissions of a request, by the path and the method.
    pub fn of_request(&self, path: &str, method: &str) -> Option<&[PermissionItem]> {
        let name = self.rows.get(path)?.get(method)?;
        Some(&self.sets[name])
    }
}
