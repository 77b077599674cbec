//! The requests of a client, as the methods that make them.

use crate::api::{
    Api, BuilderItem, ItemPath, Method, MethodKind, Multiplicity, OperationItem, StreamSegment,
};
use std::collections::{BTreeMap, BTreeSet};

/// The methods by which a request is made, one after the other; of each step, any of the names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ways(pub Vec<Step>);

impl Ways {
    /// The same with each key behind the cast that follows it, if there is such.
    pub fn swapped(&self) -> Option<Self> {
        let mut steps = self.0.clone();
        let mut is_other = false;
        for index in 1..steps.len() {
            if steps[index].is_cast && steps[index - 1].is_key {
                steps.swap(index - 1, index);
                is_other = true;
            }
        }
        is_other.then_some(Self(steps))
    }
}

/// One step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Step {
    pub names: BTreeSet<String>,
    /// Whether the methods are given nothing, if that tells them from others of their name.
    pub is_empty: bool,
    is_key: bool,
    is_cast: bool,
}

impl Step {
    fn of(name: &str, is_empty: bool) -> Self {
        Self {
            names: BTreeSet::from([name.to_owned()]),
            is_empty,
            ..Self::default()
        }
    }
}

/// A module, and an item in it.
type Key<'a> = (Vec<&'a str>, &'a str);

/// The builders of a client.
pub(super) struct Methods<'a> {
    api: &'a Api,
    builders: BTreeMap<Key<'a>, &'a BuilderItem>,
    /// Builders by the type that they are for.
    models: BTreeMap<(String, Multiplicity), &'a BuilderItem>,
    /// Calls by the path of their structs.
    calls: BTreeMap<Key<'a>, &'a OperationItem>,
}

/// Where a path has come.
#[derive(Clone)]
enum At<'a> {
    Client,
    Builder(&'a BuilderItem),
    /// Behind a call that leads on or not.
    Called(Option<&'a ItemPath>),
    /// At the bytes of a builder.
    Bytes(&'a BuilderItem, &'a str),
    /// At the references of a builder's property.
    References,
}

impl<'a> Methods<'a> {
    pub fn new(api: &'a Api) -> Self {
        let mut methods = Self {
            api,
            builders: BTreeMap::new(),
            models: BTreeMap::new(),
            calls: BTreeMap::new(),
        };
        api.requests.visit(&mut |path, resource| {
            let module = path.iter().chain([&resource.module]);
            let module: Vec<_> = module.map(|name| name.as_str()).collect();
            for builder in &resource.builders {
                let key = (module.clone(), builder.name.as_str());
                methods.builders.insert(key, builder);
                let key = (builder.origin.to_string(), builder.multiplicity);
                methods.models.insert(key, builder);
            }
            for operation in &resource.operations {
                let key = (module.clone(), operation.name.as_str());
                methods.calls.insert(key, operation);
            }
        });
        methods
    }

    /// The methods of the request for a path, as the table of permissions has it; `None` if there are none.
    pub fn ways(&self, path: &str, method: &str) -> Option<Ways> {
        let mut ways = Ways::default();
        let mut at = At::Client;
        for segment in path.split('/') {
            let (segment, item_path) = match segment.strip_suffix(':') {
                Some(segment) => (segment, true),
                None => (segment, false),
            };
            let (name, parentheses) = match segment.strip_suffix("()") {
                Some(name) => (name, true),
                None => (segment, false),
            };
            at = self.step(&at, name, parentheses, &mut ways)?;
            if item_path {
                at = self.item_path(&at, &mut ways)?;
            }
        }
        self.request(&at, method, &mut ways)?;
        Some(ways)
    }

    fn methods(&self, at: &At<'a>) -> &'a [Method] {
        match at {
            At::Client => &self.api.client.methods,
            At::Builder(builder) => &builder.methods,
            At::Called(Some(target)) => self.builder(target).map_or(&[], |it| &it.methods),
            _ => &[],
        }
    }

    fn builder(&self, path: &ItemPath) -> Option<&'a BuilderItem> {
        let module: Vec<_> = path.module.iter().map(|name| name.as_str()).collect();
        self.builders.get(&(module, path.name.as_str())).copied()
    }

    fn step(&self, at: &At<'a>, name: &str, parentheses: bool, ways: &mut Ways) -> Option<At<'a>> {
        if let (At::Builder(from), "$value") = (at, name) {
            return Some(At::Bytes(from, "$value"));
        }
        let mut calls = Step::default();
        let mut called = None;
        for method in self.methods(at) {
            let text = method.name.plain();
            match &method.kind {
                MethodKind::Navigate(to) if to.segment == name => {
                    let target = self.builder(&to.target)?;
                    ways.0.push(Step::of(text, true));
                    return match parentheses {
                        true => self.key(target, ways),
                        false => Some(At::Builder(target)),
                    };
                }
                MethodKind::Call { target, .. } => {
                    let module: Vec<_> = target.module.iter().map(|it| it.as_str()).collect();
                    let call = self.calls.get(&(module, target.name.as_str()));
                    if let Some(call) = call
                        && call.segment == name
                        && call.is_action != parentheses
                    {
                        calls.names.insert(text.to_owned());
                        called = Some(call.leads_to.as_ref());
                    }
                }
                MethodKind::Download(StreamSegment::Property(segment)) if segment == name => {
                    if let At::Builder(from) = at {
                        return Some(At::Bytes(from, segment));
                    }
                }
                _ => {}
            }
        }
        if let Some(leads_to) = called {
            ways.0.push(calls);
            return Some(At::Called(leads_to));
        }
        let At::Builder(from) = at else { return None };
        // A derived type, by its qualified name.
        let cast = from
            .methods
            .iter()
            .find(|it| matches!(it.kind, MethodKind::Cast { .. }))?;
        let target = self.models.iter().find(|((origin, multiplicity), _)| {
            origin.ends_with(&format!("`{name}`")) && *multiplicity == from.multiplicity
        });
        let (_, target) = target?;
        ways.0.push(Step {
            is_cast: true,
            ..Step::of(cast.name.plain(), true)
        });
        match parentheses {
            true => self.key(target, ways),
            false => Some(At::Builder(target)),
        }
    }

    fn key(&self, from: &'a BuilderItem, ways: &mut Ways) -> Option<At<'a>> {
        let mut keys = Step {
            is_key: true,
            ..Step::default()
        };
        let mut target = None;
        for method in &from.methods {
            if let MethodKind::Key(key) = &method.kind {
                keys.names.insert(method.name.plain().to_owned());
                target = Some(&key.target);
            }
        }
        ways.0.push(keys);
        self.builder(target?).map(At::Builder)
    }

    fn item_path(&self, at: &At<'a>, ways: &mut Ways) -> Option<At<'a>> {
        let mut methods = self.methods(at).iter();
        let (method, target) = methods.find_map(|method| match &method.kind {
            MethodKind::ItemPath { target, .. } => Some((method, target)),
            _ => None,
        })?;
        ways.0.push(Step::of(method.name.plain(), false));
        self.builder(target).map(At::Builder)
    }

    /// The method that makes the request.
    fn request(&self, at: &At<'a>, method: &str, ways: &mut Ways) -> Option<()> {
        if let At::Called(_) = at {
            return Some(());
        }
        let mut found = Step {
            names: BTreeSet::new(),
            is_empty: matches!(method, "GET" | "DELETE"),
            ..Step::default()
        };
        for (kind, name) in terminals(at, self.methods(at)) {
            if kind == method {
                found.names.insert(name);
            }
        }
        (!found.names.is_empty()).then(|| ways.0.push(found))
    }

    /// Whether methods lead from the client to a request: how many of them, if so.
    pub fn leads(&self, names: &[&str]) -> Option<usize> {
        let mut at = At::Client;
        for (index, name) in names.iter().enumerate() {
            let is_terminal = terminals(&at, self.methods(&at))
                .iter()
                .any(|(_, it)| it == name);
            if is_terminal {
                return Some(index + 1);
            }
            let method = self.methods(&at).iter().find(|it| it.name.plain() == *name);
            let Some(method) = method else {
                continue;
            };
            at = match &method.kind {
                MethodKind::Navigate(to) => At::Builder(self.builder(&to.target)?),
                MethodKind::Key(key) => At::Builder(self.builder(&key.target)?),
                MethodKind::ItemPath { target, .. } => At::Builder(self.builder(target)?),
                MethodKind::Call { .. } => return Some(index + 1),
                MethodKind::References { .. } => At::References,
                MethodKind::Download(_) | MethodKind::Upload { .. } => return Some(index + 1),
                _ => return None,
            };
        }
        None
    }
}

/// The methods that make requests, with those of HTTP.
fn terminals(at: &At<'_>, methods: &[Method]) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    match at {
        At::Bytes(from, segment) => {
            for method in &from.methods {
                let name = method.name.plain().to_owned();
                match &method.kind {
                    MethodKind::Download(it) if it.as_str() == *segment => {
                        found.push(("GET", name))
                    }
                    MethodKind::Upload { content, .. } if content.as_str() == *segment => {
                        found.push(("PUT", name));
                    }
                    _ => {}
                }
            }
        }
        At::References => {
            let names = [
                ("GET", "list"),
                ("GET", "get"),
                ("POST", "add"),
                ("PUT", "set"),
                ("DELETE", "remove"),
                ("DELETE", "remove_key"),
            ];
            found.extend(names.map(|(method, name)| (method, name.to_owned())));
        }
        _ => {
            for method in methods {
                let name = method.name.plain().to_owned();
                match &method.kind {
                    MethodKind::Get { .. } => {
                        found.push(("GET", name));
                        found.push(("GET", "get_optional".to_owned()));
                    }
                    MethodKind::List { .. } | MethodKind::Count(_) => found.push(("GET", name)),
                    MethodKind::Create(_) => found.push(("POST", name)),
                    MethodKind::Update { by_put: false, .. } => found.push(("PATCH", name)),
                    MethodKind::Update { by_put: true, .. } => found.push(("PUT", name)),
                    MethodKind::Delete => found.push(("DELETE", name)),
                    _ => {}
                }
            }
        }
    }
    found
}

impl Methods<'_> {
    /// The methods of a request for references: `members_ref().add(…)`.
    pub fn references(&self, path: &str, method: &str) -> Option<Ways> {
        let path = path.strip_suffix("/$ref")?;
        let path = path.strip_suffix("()").unwrap_or(path);
        let (before, property) = path.rsplit_once('/')?;
        let mut ways = Ways::default();
        let mut at = At::Client;
        for segment in before.split('/') {
            let (name, parentheses) = match segment.strip_suffix("()") {
                Some(name) => (name, true),
                None => (segment, false),
            };
            at = self.step(&at, name, parentheses, &mut ways)?;
        }
        let mut methods = self.methods(&at).iter();
        let reference = methods.find(
            |it| matches!(&it.kind, MethodKind::References { segment, .. } if segment == property),
        )?;
        ways.0.push(Step::of(reference.name.plain(), true));
        let names = terminals(&At::References, &[]);
        let names = names.into_iter().filter(|(kind, _)| *kind == method);
        ways.0.push(Step {
            names: names.map(|(_, name)| name).collect(),
            is_empty: method == "GET",
            ..Step::default()
        });
        Some(ways)
    }
}
