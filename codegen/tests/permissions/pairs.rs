//! All that Microsoft Graph publishes of permissions, in the client of all of v1.0. `GRAPH_PERMISSIONS` names
//! the folder of `graph-permissions.json`, and `GRAPH_METADATA` that of `v1.0-Prod.csdl`.
//!
//! Where a template leads is found here by the methods of the client, and what is expected is read from the
//! document as it stands.

use crate::permissions::Client;
use csdl_codegen::api::{
    Api, BuilderItem, ItemPath, MethodKind, Multiplicity, OperationItem, PermissionItem,
    StreamSegment,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

const CONFIG: &str = r#"
[client]
name = "graph-v1"
output = "out"
title = "All of it."
[service]
preset = "graph"
[metadata]
document = "0.csdl"
paths = ["/"]
"#;

fn file(variable: &str, name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).map(PathBuf::from);
    if folder.is_none() {
        use std::io::Write as _;
        let said = format!("skipped: {variable} is not set, so there is no {name}\n");
        let _ = std::io::stderr().write_all(said.as_bytes());
    }
    Some(folder?.join(name))
}

/// The least scopes of each method and path, by scheme.
type Least = BTreeMap<(String, String), BTreeMap<String, BTreeSet<String>>>;

fn published(document: &Value) -> Least {
    let mut pairs = Least::new();
    for (name, permission) in document["permissions"].as_object().unwrap() {
        for set in permission["pathSets"].as_array().unwrap() {
            let texts = |key: &str| {
                let list = set[key].as_array().unwrap().iter();
                list.map(|it| it.as_str().unwrap().to_owned())
                    .collect::<Vec<_>>()
            };
            for (path, marks) in set["paths"].as_object().unwrap() {
                let marks = marks.as_str().unwrap().split(';');
                let least = marks
                    .filter_map(|it| it.strip_prefix("least="))
                    .flat_map(|it| it.split(','));
                let least: BTreeSet<_> = least.collect();
                for method in texts("methods") {
                    let schemes = pairs.entry((method, path.to_lowercase())).or_default();
                    for scheme in texts("schemeKeys") {
                        let scopes = schemes.entry(scheme.clone()).or_default();
                        if least.contains(scheme.as_str()) {
                            scopes.insert(name.clone());
                        }
                    }
                }
            }
        }
    }
    pairs
}

/// The builders and calls of a client.
struct Walk<'a> {
    api: &'a Api,
    builders: HashMap<String, &'a BuilderItem>,
    operations: HashMap<String, &'a OperationItem>,
}

#[derive(Clone, Copy)]
enum At<'a> {
    Client,
    Builder(&'a BuilderItem),
    Call(&'a OperationItem),
    Bytes(&'a BuilderItem, &'a str),
    References(&'a BuilderItem, &'a str),
}

fn path_of(path: &ItemPath) -> String {
    let module = path.module.iter().chain([&path.name]);
    module
        .map(|it| it.to_string())
        .collect::<Vec<_>>()
        .join("::")
}

impl<'a> Walk<'a> {
    fn new(api: &'a Api) -> Self {
        let (mut builders, mut operations) = (HashMap::new(), HashMap::new());
        api.requests.visit(&mut |path, resource| {
            let at = |name: &csdl_codegen::api::RustName| {
                path_of(&ItemPath {
                    module: path.iter().chain([&resource.module]).cloned().collect(),
                    name: name.clone(),
                })
            };
            builders.extend(resource.builders.iter().map(|it| (at(&it.name), it)));
            operations.extend(resource.operations.iter().map(|it| (at(&it.name), it)));
        });
        Self {
            api,
            builders,
            operations,
        }
    }

    /// The key in the client's table, and where the template leads.
    fn follow(&self, template: &str) -> Option<(String, At<'a>)> {
        if template.contains(['?', ' ']) {
            return None;
        }
        let (mut at, mut key, mut before) = (At::Client, String::new(), None);
        let mut pieces = template.trim_matches('/').split('/');
        while let Some(piece) = pieces.next() {
            let (text, addressed) = match piece.strip_suffix(':') {
                Some(text) => (text, true),
                None => (piece, false),
            };
            if text.starts_with('{') && text.ends_with('}') && text.matches('}').count() == 1 {
                at = At::Builder(self.item(at)?);
                key.push_str("()");
            } else {
                let (name, arguments) =
                    match text.strip_suffix(')').and_then(|it| it.split_once('(')) {
                        Some((name, arguments)) => (name, Some(arguments)),
                        None if text.contains(['(', '{', '}', ')']) => return None,
                        None => (text, None),
                    };
                let came_from = (at, key.clone());
                at = self.step(at, before, name, arguments, &mut key)?;
                before = Some(came_from.0);
                if let (At::Builder(builder), Some(_)) = (at, arguments)
                    && builder.multiplicity.is_many()
                {
                    at = At::Builder(self.item(at)?);
                    key.push_str("()");
                }
            }
            if addressed {
                at = At::Builder(self.addressed(at)?);
                key.push(':');
                pieces.by_ref().find(|it| it.ends_with(':'));
            }
        }
        Some((key, at))
    }

    fn builder(&self, path: &ItemPath) -> Option<&'a BuilderItem> {
        self.builders.get(&path_of(path)).copied()
    }

    fn item(&self, at: At<'a>) -> Option<&'a BuilderItem> {
        let At::Builder(from) = self.resting(at)? else {
            return None;
        };
        from.methods.iter().find_map(|it| match &it.kind {
            MethodKind::Key(key) => self.builder(&key.target),
            _ => None,
        })
    }

    fn addressed(&self, at: At<'a>) -> Option<&'a BuilderItem> {
        let At::Builder(from) = at else { return None };
        from.methods.iter().find_map(|it| match &it.kind {
            MethodKind::ItemPath { target, .. } => self.builder(target),
            _ => None,
        })
    }

    /// What a call leads to, or what is there.
    fn resting(&self, at: At<'a>) -> Option<At<'a>> {
        match at {
            At::Call(call) => Some(At::Builder(self.builder(call.leads_to.as_ref()?)?)),
            at => Some(at),
        }
    }

    fn step(
        &self,
        at: At<'a>,
        before: Option<At<'a>>,
        name: &str,
        arguments: Option<&str>,
        key: &mut String,
    ) -> Option<At<'a>> {
        let at = self.resting(at)?;
        let methods = match at {
            At::Client => &self.api.client.methods,
            At::Builder(builder) => &builder.methods,
            _ => return None,
        };
        let slash = if key.is_empty() { "" } else { "/" };
        let is_like = |text: &str| text.eq_ignore_ascii_case(name);
        if is_like("$ref") {
            let property = key.rsplit('/').next()?.trim_end_matches("()").to_owned();
            let At::Builder(from) = before? else {
                return None;
            };
            let segment = from.methods.iter().find_map(|it| match &it.kind {
                MethodKind::References { segment, .. } if *segment == property => {
                    Some(segment.as_str())
                }
                _ => None,
            })?;
            key.push_str("/$ref");
            return Some(At::References(from, segment));
        }
        if is_like("$count") {
            return Some(at);
        }
        for method in methods {
            if let MethodKind::Navigate(to) = &method.kind
                && is_like(&to.segment)
            {
                key.push_str(&format!("{slash}{}", to.segment));
                return Some(At::Builder(self.builder(&to.target)?));
            }
        }
        let simple = |text: &str| text.rsplit('.').next().unwrap_or(text).to_ascii_lowercase();
        let count = arguments.map_or(0, |it| it.split(',').filter(|it| !it.is_empty()).count());
        for method in methods {
            let MethodKind::Call { target, .. } = &method.kind else {
                continue;
            };
            let call = self.operations[&path_of(target)];
            let full = call.qualified_name.to_ascii_lowercase();
            let is_named = is_like(&call.segment)
                || simple(&call.segment) == name.to_ascii_lowercase()
                || full == name.to_ascii_lowercase();
            let takes = call.required.len()..=call.parameters.len();
            if is_named && (call.is_action || takes.contains(&count)) {
                let parentheses = if call.is_action { "" } else { "()" };
                key.push_str(&format!("{slash}{}{parentheses}", call.segment));
                return Some(At::Call(call));
            }
        }
        let At::Builder(from) = at else { return None };
        for method in methods {
            if let MethodKind::Download(segment) = &method.kind
                && is_like(segment.as_str())
            {
                key.push_str(&format!("{slash}{}", segment.as_str()));
                return Some(At::Bytes(from, segment.as_str()));
            }
        }
        if !name.contains('.')
            || !methods
                .iter()
                .any(|it| matches!(it.kind, MethodKind::Cast { .. }))
        {
            return None;
        }
        let wanted = format!("`{}`", name.to_ascii_lowercase());
        let mut builders = self.builders.values();
        let target = builders.find(|it| {
            let origin = it.origin.to_string().to_ascii_lowercase();
            it.multiplicity == from.multiplicity && origin.ends_with(&wanted)
        })?;
        let origin = target.origin.to_string();
        key.push_str(&format!("{slash}{}", origin.split('`').nth(1)?));
        Some(At::Builder(target))
    }

    /// Whether the client has a request of a method there, and under which key.
    fn sends(&self, at: At<'a>, method: &str, key: &str) -> Option<String> {
        let here = Some(key.to_owned());
        match at {
            At::Client => None,
            At::Call(call) => here.filter(|_| {
                call.is_action == (method == "POST") && matches!(method, "GET" | "POST")
            }),
            At::References(from, segment) => {
                let many = from.methods.iter().any(|it| matches!(&it.kind, MethodKind::References { segment: it, multiplicity } if it == segment && multiplicity.is_many()));
                let keyed = key.ends_with("()/$ref");
                let methods: &[_] = match (many, keyed) {
                    (true, true) => &["DELETE"],
                    (true, false) => &["GET", "POST", "DELETE"],
                    (false, _) => &["GET", "PUT", "DELETE"],
                };
                here.filter(|_| methods.contains(&method))
            }
            At::Bytes(from, segment) => {
                let has = from.methods.iter().any(|it| match &it.kind {
                    MethodKind::Download(it) => method == "GET" && it.as_str() == segment,
                    MethodKind::Upload { content, .. } => {
                        method == "PUT" && content.as_str() == segment
                    }
                    _ => false,
                });
                here.filter(|_| has)
            }
            At::Builder(builder) => {
                let has = builder.methods.iter().any(|it| match &it.kind {
                    MethodKind::Get { .. } | MethodKind::List { .. } => method == "GET",
                    MethodKind::Create(_) => method == "POST",
                    MethodKind::Update { by_put, .. } => {
                        method == if *by_put { "PUT" } else { "PATCH" }
                    }
                    MethodKind::Delete => {
                        method == "DELETE" && builder.multiplicity == Multiplicity::One
                    }
                    MethodKind::Download(StreamSegment::Content) => false,
                    _ => false,
                });
                here.filter(|_| has)
            }
        }
    }
}

#[test]
fn pairs_give_exactly_their_least() {
    let Some(metadata) = file("GRAPH_METADATA", "v1.0-Prod.csdl") else {
        return;
    };
    let Some(permissions) = file("GRAPH_PERMISSIONS", "graph-permissions.json") else {
        return;
    };
    let metadata = std::fs::read_to_string(metadata).unwrap();
    let text = std::fs::read_to_string(permissions).unwrap();
    let bare = Client::of(CONFIG, &[&metadata]);
    let started = std::time::Instant::now();
    let (found, annotations) = bare.matched(&text);
    println!("matched in {:?}", started.elapsed());
    let reasons: BTreeMap<_, _> = found
        .unmatched
        .iter()
        .map(|it| {
            (
                (it.method.clone(), it.path.to_lowercase()),
                it.reason.clone(),
            )
        })
        .collect();
    let client = Client::of(CONFIG, &[&metadata, &annotations]);
    let api = client.api();
    let walk = Walk::new(&api);
    let (mut exact, mut wrong) = (0, BTreeMap::new());
    for ((method, path), schemes) in published(&serde_json::from_str(&text).unwrap()) {
        let Some((key, at)) = walk.follow(&path) else {
            continue;
        };
        let Some(key) = walk.sends(at, &method, &key) else {
            continue;
        };
        let given = api.permissions.of_request(&key, &method);
        if is_exact(given, &schemes) {
            exact += 1;
        } else {
            let reason = reasons.get(&(method.clone(), path.clone()));
            let reason = reason
                .cloned()
                .unwrap_or_else(|| format!("no reason is given; {key}: {given:?}"));
            wrong.insert(format!("{method} {path}"), reason);
        }
    }
    let all = exact + wrong.len();
    println!("{exact} of {all} pairs; {:#?}", wrong);
    assert!(exact > 4500, "{exact}");
    let unexplained: Vec<_> = wrong
        .iter()
        .filter(|(_, reason)| reason.starts_with("no reason"))
        .collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    assert!(exact * 100 >= all * 98, "{exact} of {all}");
}

/// The same least scopes in each scheme. Where none is marked, all count.
fn is_exact(
    given: Option<&[PermissionItem]>,
    schemes: &BTreeMap<String, BTreeSet<String>>,
) -> bool {
    let Some(given) = given else { return false };
    let given: BTreeMap<_, _> = given.iter().map(|it| (it.scheme.as_str(), it)).collect();
    given.len() == schemes.len()
        && schemes.iter().all(|(scheme, least)| {
            given.get(scheme.as_str()).is_some_and(|it| {
                let marked: BTreeSet<_> = it.scopes[..it.least].iter().cloned().collect();
                marked == *least || (least.is_empty() && it.least == it.scopes.len())
            })
        })
}
