//! Templates of paths → the requests of a model.

use super::document::{PermissionDocument, PermissionSet};
use super::template::{Arguments, Piece, pieces};
use crate::edm::vocabulary::{Capabilities, Capability};
use crate::edm::{
    EACH, Model, Multiplicity, OperationId, OperationKind, QualifiedName, Way, WayEnd,
};
use std::collections::{BTreeMap, HashMap};

/// The permissions of the requests that a model has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// By the path below the service root, as targets of annotations have it.
    pub requests: BTreeMap<Target, PermissionSet>,
    /// Templates with methods that are no requests of the model.
    pub unmatched: Vec<Unmatched>,
}

/// A request of a model.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The path without keys, such as `me/messages/microsoft.graph.forward`.
    pub path: String,
    /// What is requested there.
    pub request: Requested,
}

/// What is requested at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requested {
    /// Deleting a resource.
    Delete,
    /// Adding to a collection.
    Insert,
    /// Calling an operation.
    Call,
    /// Reading a resource or a collection.
    Read,
    /// Reading one of a collection.
    ReadByKey,
    /// Changing a resource.
    Update,
}

/// A request of a document that a model does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// The method.
    pub method: String,
    /// The template of the path.
    pub path: String,
    /// Why not.
    pub reason: String,
}

/// Finds the requests of a document in a model.
pub fn matched(model: &Model, document: &PermissionDocument) -> Matched {
    let names = Names::of(model);
    let mut result = Matched::default();
    // Of several templates for the same request, the plainest counts.
    let mut templates: Vec<_> = document.requests.keys().collect();
    templates.sort_by_key(|template| {
        (
            template.matches(['(', ',']).count(),
            **template != template.to_lowercase(),
        )
    });
    let mut origins: BTreeMap<Target, &str> = BTreeMap::new();
    for template in templates {
        let found = names.follow(template);
        for (method, set) in &document.requests[template] {
            let target = found.as_ref().map_err(Clone::clone);
            let target = target.and_then(|found| found.request(model, method));
            let problem = match target {
                Err(reason) => reason,
                Ok(target) => match result.requests.get(&target) {
                    None => {
                        origins.insert(target.clone(), template);
                        result.requests.insert(target, set.clone());
                        continue;
                    }
                    Some(known) if known == set => continue,
                    Some(_) => format!(
                        "`{}` is the same request, with other permissions",
                        origins[&target]
                    ),
                },
            };
            result.unmatched.push(Unmatched {
                method: method.clone(),
                path: template.clone(),
                reason: problem,
            });
        }
    }
    result
        .unmatched
        .sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    result
}

/// Names of a model by their lower case: services do not mind capitals, and documents are not sure of them.
struct Names<'m> {
    model: &'m Model,
    entries: HashMap<String, &'m str>,
    types: HashMap<String, &'m QualifiedName>,
    operations: HashMap<String, Vec<OperationId>>,
    namespaces: HashMap<String, &'m str>,
}

/// Where a template leads.
struct Found<'m> {
    way: Way<'m>,
    path: Vec<String>,
    /// Whether it ends at one of a collection.
    is_item: bool,
    /// Whether the items of a collection are counted.
    is_count: bool,
    /// The way to the collection, if a key was just given.
    collection: Option<Way<'m>>,
}

impl<'m> Names<'m> {
    fn of(model: &'m Model) -> Self {
        let lower = |text: &str| text.to_ascii_lowercase();
        let children = model.container.iter().flat_map(|it| it.children.keys());
        let mut operations: HashMap<_, Vec<_>> = HashMap::new();
        for (id, operation) in model.operations() {
            operations
                .entry(lower(&operation.name.name))
                .or_default()
                .push(id);
        }
        let schemas = model.schemas.iter();
        let aliases = schemas.filter_map(|(name, it)| Some((lower(it.alias.as_ref()?), &**name)));
        Self {
            model,
            entries: children.map(|name| (lower(name), &**name)).collect(),
            types: model
                .types
                .keys()
                .map(|name| (lower(&name.to_string()), name))
                .collect(),
            operations,
            namespaces: aliases.collect(),
        }
    }

    /// The way that a template describes.
    fn follow(&self, template: &str) -> Result<Found<'m>, String> {
        let pieces = pieces(template)?;
        let mut pieces = pieces.iter();
        let Some(Piece::Name(first, arguments)) = pieces.next() else {
            return Err("it begins with no entry point".to_owned());
        };
        let entry = self.entries.get(&first.to_ascii_lowercase());
        let entry = entry.ok_or_else(|| format!("the service has no entry point `{first}`"))?;
        let way = Way::at(self.model, entry);
        let way = way.ok_or_else(|| format!("`{entry}` leads nowhere"))?;
        let mut found = Found {
            way,
            path: vec![(*entry).to_owned()],
            is_item: false,
            is_count: false,
            collection: None,
        };
        self.arguments(&mut found, first, arguments.as_ref())?;
        for piece in pieces {
            if found.is_count {
                return Err("nothing is behind `$count`".to_owned());
            }
            match piece {
                Piece::Key => self.key(&mut found)?,
                Piece::ItemPath => self.item_path(&mut found)?,
                Piece::Name(name, arguments) => {
                    self.name(&mut found, name)?;
                    self.arguments(&mut found, name, arguments.as_ref())?;
                }
            }
        }
        Ok(found)
    }

    fn key(&self, found: &mut Found<'m>) -> Result<(), String> {
        let reason = || "a key stands behind what is not a collection".to_owned();
        let way = found.way.clone().keyed(self.model).ok_or_else(reason)?;
        found.collection = Some(std::mem::replace(&mut found.way, way));
        found.is_item = true;
        Ok(())
    }

    fn item_path(&self, found: &mut Found<'m>) -> Result<(), String> {
        let reason = || "no item is addressed by its path here".to_owned();
        let (named, _) = found.way.resources(self.model).ok_or_else(reason)?;
        let mut lineage = self.model.lineage(named);
        let addressed = lineage.find_map(|(owner, it)| Some((owner, it.item_path_delimiter?)));
        let (_, delimiter) = addressed.ok_or_else(reason)?;
        let way = found.way.clone().item_path(self.model, delimiter);
        found.way = way.ok_or_else(reason)?;
        found.is_item = false;
        found.collection = None;
        if let Some(last) = found.path.last_mut() {
            last.push(delimiter);
        }
        Ok(())
    }

    /// Goes on to what has a name.
    fn name(&self, found: &mut Found<'m>, text: &str) -> Result<(), String> {
        let nothing = || format!("nothing is behind `{}`", found.path.join("/"));
        let (named, multiplicity) = found.way.resources(self.model).ok_or_else(nothing)?;
        if text == "$count" && multiplicity.is_many() {
            found.is_count = true;
            return Ok(());
        }
        let mut candidates = self.candidates(named, text).into_iter();
        let way = candidates.find_map(|name| {
            let way = found.way.clone();
            let way = way.go(self.model, named, multiplicity, &name)?;
            Some((way, name))
        });
        let (way, name) = way.ok_or_else(|| {
            let what = match multiplicity {
                Multiplicity::One => format!("`{named}`"),
                Multiplicity::Many => format!("a collection of `{named}`"),
            };
            format!("{what} has no `{text}`")
        })?;
        found.way = way;
        // Without a key in the path, a name that the collection knows too would be taken for that.
        let collection = found.collection.take();
        let of_collection = collection.and_then(|way| way.step(self.model, &name));
        let is_same = |way: &Way<'_>| {
            way.segments.iter().map(|it| it.has_key).eq(found
                .way
                .segments
                .iter()
                .map(|it| it.has_key))
        };
        if of_collection.is_some_and(|way| !is_same(&way)) {
            found.path.push(EACH.to_owned());
        }
        found.path.push(name);
        found.is_item &= text == "$ref";
        Ok(())
    }

    /// What a text may name behind a resource of a type.
    fn candidates(&self, named: &'m QualifiedName, text: &str) -> Vec<String> {
        if text.starts_with('$') {
            return vec![text.to_ascii_lowercase()];
        }
        let lower = text.to_ascii_lowercase();
        let mut members = self.model.members(named);
        let member = members.find(|it| it.name.eq_ignore_ascii_case(text));
        let mut found: Vec<_> = member.map(|it| it.name.to_string()).into_iter().collect();
        let (namespace, simple) = match lower.rsplit_once('.') {
            Some((namespace, simple)) => (Some(namespace), simple),
            None => (None, &*lower),
        };
        let namespace = namespace.map(|it| self.namespaces.get(it).map_or(it, |full| full));
        if let Some(namespace) = namespace {
            let cast = self
                .types
                .get(&format!("{}.{simple}", namespace.to_ascii_lowercase()));
            found.extend(cast.map(ToString::to_string));
        }
        for id in self.operations.get(simple).into_iter().flatten() {
            let name = &self.model.operation(*id).name;
            let is_meant = namespace.is_none_or(|it| name.namespace.eq_ignore_ascii_case(it));
            let text = name.to_string();
            if is_meant && !found.contains(&text) {
                found.push(text);
            }
        }
        found
    }

    /// A key in parentheses, or the arguments of a call, whose names need not be those of the metadata.
    fn arguments(
        &self,
        found: &mut Found<'m>,
        name: &str,
        arguments: Option<&Arguments<'_>>,
    ) -> Result<(), String> {
        match &mut found.way.end {
            WayEnd::Calls(OperationKind::Function, overloads) => {
                let model = self.model;
                let given = arguments.map_or(&[][..], |it| &it.0);
                let takes = |id: &OperationId| takes(model, *id, given);
                if overloads.iter().any(takes) {
                    overloads.retain(takes);
                } else if arguments.is_some() {
                    let count = given.len();
                    return Err(format!("no function `{name}` takes {count} parameters"));
                }
                Ok(())
            }
            WayEnd::Resources(_, Multiplicity::Many) if arguments.is_some() => self.key(found),
            _ if arguments.is_some_and(|it| !it.0.is_empty()) => {
                Err(format!("`{name}` takes no parameters"))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a function can be called with so many arguments.
fn takes(model: &Model, id: OperationId, given: &[Option<&str>]) -> bool {
    let operation = model.operation(id);
    let required = operation.parameters.iter();
    let required = required.filter(|it| !it.may_be_left_out(operation.kind));
    (required.count()..=operation.parameters.len()).contains(&given.len())
}

impl Found<'_> {
    /// The request that a method makes here.
    fn request(&self, model: &Model, method: &str) -> Result<Target, String> {
        let request = self.requested(model, method)?;
        Ok(Target {
            path: match self.is_replaced(method, request) {
                true => format!("{}/$ref", self.path.join("/")),
                false => self.path.join("/"),
            },
            request,
        })
    }

    /// Documents leave `$ref` out: what is replaced where something is related is the reference to it.
    fn is_replaced(&self, method: &str, request: Requested) -> bool {
        let is_single = matches!(self.way.end, WayEnd::Resources(_, Multiplicity::One));
        let is_put = method == "PUT" && request == Requested::Update;
        is_put && is_single && self.way.is_related && !self.is_item
    }

    fn requested(&self, model: &Model, method: &str) -> Result<Requested, String> {
        let none = |what: &str| Err(format!("the standard has no {method} of {what}"));
        match (&self.way.end, method) {
            (WayEnd::Calls(OperationKind::Function, _), "GET")
            | (WayEnd::Calls(OperationKind::Action, _), "POST") => Ok(Requested::Call),
            (WayEnd::Calls(OperationKind::Function, _), _) => none("a function"),
            (WayEnd::Calls(OperationKind::Action, _), _) => none("an action"),
            (WayEnd::Stream, "GET") => Ok(Requested::Read),
            (WayEnd::Stream, "PUT") => Ok(Requested::Update),
            (WayEnd::Stream, _) => none("bytes"),
            (WayEnd::References(_), "GET") if !self.is_item => Ok(Requested::Read),
            (WayEnd::References(Multiplicity::Many), "POST") if !self.is_item => {
                Ok(Requested::Insert)
            }
            (WayEnd::References(Multiplicity::Many), "DELETE") => Ok(Requested::Delete),
            (WayEnd::References(Multiplicity::One), "PUT") => Ok(Requested::Update),
            (WayEnd::References(Multiplicity::One), "DELETE") => Ok(Requested::Delete),
            (WayEnd::References(_), _) => none("these references"),
            (WayEnd::Resources(_, Multiplicity::Many), "GET") => Ok(Requested::Read),
            (WayEnd::Resources(..), _) if self.is_count => none("a count"),
            (WayEnd::Resources(_, Multiplicity::Many), "POST") => Ok(Requested::Insert),
            (WayEnd::Resources(_, Multiplicity::Many), _) => none("a collection"),
            (WayEnd::Resources(..), "GET") if self.is_item => Ok(Requested::ReadByKey),
            (WayEnd::Resources(..), "GET") => Ok(Requested::Read),
            (WayEnd::Resources(..), "DELETE") => Ok(Requested::Delete),
            (WayEnd::Resources(named, _), "PATCH" | "PUT") => {
                let said = Capabilities::of(model.types[*named].annotations());
                let by_put = said.get(Capability::UpdateByPut) == Some(true);
                match by_put == (method == "PUT") || self.is_replaced(method, Requested::Update) {
                    true => Ok(Requested::Update),
                    false if by_put => {
                        Err("the metadata says that it is replaced with PUT".to_owned())
                    }
                    false => Err("it is changed with PATCH".to_owned()),
                }
            }
            (WayEnd::Resources(..), _) => none("a single resource"),
        }
    }
}
