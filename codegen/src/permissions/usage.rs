//! What a program needs: the calls of a client that occur in its sources, and the least permissions that
//! allow all of them. Too much rather than too little.

use super::chains::{Chain, chains};
use super::least::{Choice, least};
use super::methods::{Methods, Step, Ways};
use crate::api::{Api, PermissionItem};
use crate::program::{Place, Program};
use std::collections::{BTreeMap, BTreeSet};

/// Methods that lead out of what is known of a client.
const UNTYPED: &[&str] = &["ResourcePath", "resource", "untyped"];

/// What a program needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// The requests that occur, as documentation writes them, and where.
    pub requests: BTreeMap<String, BTreeSet<Place>>,
    /// Calls that may be any of several requests, all of which are taken to occur.
    pub ambiguous: BTreeMap<Place, (String, usize)>,
    /// Requests of which the metadata does not say what they need.
    pub unknown: BTreeMap<Place, String>,
    /// Where the program leaves the typed client, so that it is not known what it requests.
    pub untyped: BTreeSet<Place>,
    /// The smallest sets by scheme; `None` where nothing suffices for a request.
    pub least: BTreeMap<String, Option<Vec<String>>>,
}

/// A request of the client.
struct Request<'a> {
    shown: String,
    ways: Ways,
    needed: &'a [PermissionItem],
}

/// Looks for the calls of a client in a program.
pub fn usage(api: &Api, program: &Program) -> Usage {
    let methods = Methods::new(api);
    let requests = requests(api, &methods);
    // A program that makes a request has the names of all methods on the way to it.
    let occurs = |step: &Step| step.names.iter().any(|name| program.has(name));
    let possible = requests.iter().filter(|it| it.ways.0.iter().all(occurs));
    let possible: Vec<_> = possible.collect();
    let mut by_end: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, request) in possible.iter().enumerate() {
        for name in request.ways.0.last().iter().flat_map(|step| &step.names) {
            by_end.entry(name).or_default().push(index);
        }
    }
    let mut usage = Usage::default();
    let mut used = BTreeSet::new();
    for chain in chains(program) {
        let place = Place {
            file: chain.file.clone(),
            line: chain.line,
        };
        let mut found = BTreeSet::new();
        for (at, call) in chain.calls.iter().enumerate() {
            let ends = by_end.get(call.name.as_str()).into_iter().flatten();
            let ending = ends.filter(|index| fits(&possible[**index].ways, &chain, at));
            let ending: Vec<_> = ending.copied().collect();
            if ending.len() > 1 {
                usage
                    .ambiguous
                    .insert(place.clone(), (call.name.clone(), ending.len()));
            }
            found.extend(ending);
        }
        if found.is_empty() {
            unknown(&methods, &chain, place, &mut usage);
            continue;
        }
        for index in found {
            let request = possible[index].shown.clone();
            usage
                .requests
                .entry(request)
                .or_default()
                .insert(place.clone());
            used.insert(index);
        }
    }
    grouped(api, program, &possible, &mut used, &mut usage);
    for name in UNTYPED.iter().filter(|name| program.has(name)) {
        usage.untyped.extend(program.places(name));
    }
    usage.least = sets(&used.into_iter().map(|it| possible[it]).collect::<Vec<_>>());
    usage
}

fn requests<'a>(api: &'a Api, methods: &Methods<'_>) -> Vec<Request<'a>> {
    let rows = api.permissions.rows.iter();
    let requests = rows.flat_map(|(path, row)| {
        row.keys().filter_map(move |method| {
            let ways = match path.ends_with("/$ref") {
                true => methods.references(path, method)?,
                false => methods.ways(path, method)?,
            };
            let place = api.permissions.places.get(path);
            let shown = place.map_or_else(|| format!("/{path}"), |it| it.shown.clone());
            Some(Request {
                shown: format!("{method} {shown}"),
                ways,
                needed: api.permissions.of_request(path, method)?,
            })
        })
    });
    let requests: Vec<_> = requests.collect();
    // What is cast may have its key before or behind that.
    let swapped = requests.iter().filter_map(|it| {
        Some(Request {
            shown: it.shown.clone(),
            ways: it.ways.swapped()?,
            needed: it.needed,
        })
    });
    let swapped: Vec<_> = swapped.collect();
    requests.into_iter().chain(swapped).collect()
}

/// Whether the methods of a request may be those of a chain up to a call.
fn fits(ways: &Ways, chain: &Chain, at: usize) -> bool {
    let mut steps = ways.0.iter().rev();
    let is_step = |step: &Step, index: usize| {
        let call = &chain.calls[index];
        let given = call.is_empty.is_none_or(|it| !step.is_empty || it);
        given && step.names.contains(&call.name)
    };
    let Some(last) = steps.next() else {
        return false;
    };
    if !is_step(last, at) {
        return false;
    }
    let mut index = at;
    for step in steps {
        // What is between two steps is no step of any request, such as `clone`.
        loop {
            let Some(before) = index.checked_sub(1) else {
                // What the chain begins with is not known, unless it is the client.
                return true;
            };
            index = before;
            if is_step(step, index) {
                break;
            }
            if !NEUTRAL.contains(&chain.calls[index].name.as_str()) {
                return false;
            }
        }
    }
    true
}

/// Methods that give what they are called on.
const NEUTRAL: &[&str] = &[
    "as_ref",
    "await",
    "borrow",
    "by_ref",
    "clone",
    "deref",
    "expect",
    "request_builder",
    "to_owned",
    "unwrap",
];

/// A chain from the client to a request that the table does not have.
fn unknown(methods: &Methods<'_>, chain: &Chain, place: Place, usage: &mut Usage) {
    let names: Vec<_> = chain.calls.iter().map(|it| it.name.as_str()).collect();
    if let Some(count) = methods.leads(&names) {
        usage.unknown.insert(place, names[..count].join("."));
    }
}

/// Enumerations of functions: any of these may be called.
fn grouped(
    api: &Api,
    program: &Program,
    possible: &[&Request<'_>],
    used: &mut BTreeSet<usize>,
    usage: &mut Usage,
) {
    for resource in api.requests.all() {
        for group in &resource.operation_groups {
            let name = group.name.plain();
            if !program.has(name) {
                continue;
            }
            let places: BTreeSet<_> = program.places(name).into_iter().collect();
            let operations: BTreeSet<_> =
                group.members.iter().map(|it| &it.operation.name).collect();
            let segments = resource
                .operations
                .iter()
                .filter(|it| operations.contains(&it.name));
            let segments: BTreeSet<_> = segments.map(|it| it.segment.as_str()).collect();
            for (index, request) in possible.iter().enumerate() {
                let end = request.shown.rsplit('/').next().unwrap_or_default();
                let end = end.strip_suffix("()").unwrap_or(end);
                if segments.contains(end) {
                    used.insert(index);
                    let at = usage.requests.entry(request.shown.clone()).or_default();
                    at.extend(places.iter().cloned());
                }
            }
        }
    }
}

/// The smallest sets that allow all requests, by scheme.
fn sets(requests: &[&Request<'_>]) -> BTreeMap<String, Option<Vec<String>>> {
    let schemes = requests.iter().flat_map(|it| it.needed);
    let schemes: BTreeSet<_> = schemes.map(|it| it.scheme.as_str()).collect();
    let sets = schemes.into_iter().map(|scheme| {
        let choices = requests.iter().map(|request| {
            let mut needed = request.needed.iter().filter(|it| it.scheme == scheme);
            needed.next().map(Choice::of)
        });
        let choices: Option<Vec<_>> = choices.collect();
        (scheme.to_owned(), choices.and_then(least))
    });
    sets.collect()
}
