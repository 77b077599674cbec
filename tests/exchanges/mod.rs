//! The documented exchanges of Microsoft Graph v1.0, where they are at hand: `GRAPH_EXAMPLES` names the
//! folder of `graph-v1.0.jsonl`, and `GRAPH_METADATA` that of `v1.0-Prod.csdl`.
//!
//! Each documented answer is read into its model, each body of a request into that of the entity that it
//! is for, and both are written again: nothing may be lost, and nothing may be made up. The body of a PATCH
//! goes through `update`, and is what is sent. The program that does so is compiled with a client of all of
//! v1.0.

mod address;
mod difference;
mod permissions;
mod program;
mod requests;
mod snippets;

use csdl_codegen::api;
use csdl_codegen::correct::correct;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::Model;
use csdl_codegen::generate::api_options;
use csdl_codegen::slice::{Selection, slice};
use csdl_codegen::source::Sources;
use program::{Case, Sent};
use requests::Place;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use support::{Offers, read, workspace};

/// An exchange, as its file has it.
#[derive(Debug, Deserialize)]
struct Exchange {
    page: String,
    name: Option<String>,
    method: Option<String>,
    url: Option<String>,
    body: Option<String>,
    response: Option<String>,
    /// The type of the answer, as the documentation names it.
    #[serde(rename = "type")]
    type_name: Option<String>,
}

/// What an example says against the metadata, and why that is so.
#[derive(Debug, Deserialize)]
struct Contradiction {
    page: String,
    name: String,
    reason: String,
}

/// An address that the metadata leads to nothing at, and why.
#[derive(Debug, Deserialize)]
struct Unknown {
    path: String,
    reason: String,
}

/// A request that the metadata forbids, though it is documented, and why that is so.
#[derive(Debug, Deserialize)]
struct Forbidden {
    method: String,
    path: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
struct Contradictions {
    #[serde(default)]
    example: Vec<Contradiction>,
    #[serde(default)]
    address: Vec<Unknown>,
    #[serde(default)]
    request: Vec<Forbidden>,
    /// Programs that send something else than their pages say, or nothing.
    #[serde(default)]
    program: Vec<Contradiction>,
}

impl Contradictions {
    fn read() -> Self {
        let text = read(&workspace().join("tests/exchanges/contradictions.toml"));
        toml::from_str(&text).expect("a list of examples and addresses")
    }
}

/// A file in the folder that an environment variable names; without one, that is said past the capture
/// of output.
fn file(variable: &str, name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).map(PathBuf::from);
    if folder.is_none() {
        use std::io::Write as _;
        let said = format!("skipped: {variable} is not set, so there is no {name}\n");
        let _ = std::io::stderr().write_all(said.as_bytes());
    }
    Some(folder?.join(name))
}

/// The metadata document, and the exchanges that clients of it are held to.
fn data() -> Option<(PathBuf, Vec<Exchange>)> {
    let examples = file("GRAPH_EXAMPLES", "graph-v1.0.jsonl")?;
    let document = file("GRAPH_METADATA", "v1.0-Prod.csdl")?;
    let exchanges = read(&examples);
    let exchanges = exchanges.lines();
    let exchanges = exchanges.map(|it| serde_json::from_str(it).expect("an exchange in each line"));
    Some((document, exchanges.collect()))
}

#[test]
fn documented_exchanges_come_back_as_they_are() {
    let Some((document, exchanges)) = data() else {
        return;
    };
    let prepared = program::client_for(&document);
    let generated = &prepared.generated;
    let types = program::types(generated);
    let cases = exchanges
        .iter()
        .flat_map(|exchange| cases(exchange, &generated.model));
    let cases = cases.filter(|case| types.contains(&*case.type_name.to_string()));
    let cases: Vec<_> = cases.collect();
    let of = |kinds: &[Sent]| {
        let cases = cases.iter();
        cases.filter(|case| kinds.contains(&case.sent)).count()
    };
    let answers = of(&[Sent::Value, Sent::Page]);
    let (bodies, changes) = (of(&[Sent::Body]), of(&[Sent::Changes]));
    println!("{answers} answers, {bodies} bodies, {changes} changes");
    assert!(answers > 300 && bodies > 50 && changes > 50);

    let known = known();
    let mut wrong = BTreeMap::new();
    for (case, came_back) in cases.iter().zip(program::run(prepared, &cases)) {
        let problems = case.problems(&came_back);
        if !problems.is_empty() {
            wrong.insert((case.page.clone(), case.name.clone()), problems);
        }
    }
    let unexpected: BTreeMap<_, _> = wrong
        .iter()
        .filter(|(example, _)| !known.contains_key(*example))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    assert!(known.len() * 100 <= cases.len(), "the list is too long");
}

#[test]
fn documented_addresses_are_taken_as_paths() {
    let Some((document, exchanges)) = data() else {
        return;
    };
    let model = address::model(&document);
    let paths: BTreeSet<_> = exchanges
        .into_iter()
        .filter_map(|it| address::path(&it.url?))
        .collect();
    assert!(paths.len() > 700, "{}", paths.len());
    let mut refused = BTreeMap::new();
    for path in &paths {
        let mut diagnostics = Diagnostics::default();
        slice(
            &model,
            &Selection::from_iter([path.as_str()]),
            &mut diagnostics,
        );
        if diagnostics.has_errors() {
            let said = diagnostics.iter().map(|it| it.message.clone());
            refused.insert(path.clone(), said.collect::<Vec<_>>());
        }
    }
    for known in Contradictions::read().address {
        let said = refused.remove(&known.path);
        assert!(said.is_some(), "{}: {}", known.path, known.reason);
    }
    assert!(refused.is_empty(), "{}: {refused:#?}", refused.len());
}

#[test]
fn documented_requests_are_not_refused() {
    let Some((document, exchanges)) = data() else {
        return;
    };
    let config = program::config(&document, &mut Sources::default());
    let mut model = address::model(&document);
    correct(
        &mut model,
        &config.corrections(),
        &mut Diagnostics::default(),
    );
    let api = api::build(&model, api_options(&config.config));
    let offers = Offers::new(&model, &api);
    let (mut sent, mut refused) = (BTreeMap::new(), BTreeSet::new());
    for exchange in &exchanges {
        let path = exchange.url.as_deref().and_then(address::path);
        let place = path
            .as_deref()
            .and_then(|it| Place::at(&offers, &model, it));
        let (Some(path), Some(method), Some(place)) = (path, &exchange.method, place) else {
            continue;
        };
        let Some(asked) = place.asked(method) else {
            continue;
        };
        if place.sends(&offers, asked) {
            *sent.entry(asked.name()).or_insert(0) += 1;
        } else {
            refused.insert((method.clone(), path));
        }
    }
    println!("{sent:?}");
    assert!(sent.len() == 5 && sent.values().sum::<usize>() > 500);
    for known in Contradictions::read().request {
        let is_there = refused.remove(&(known.method.clone(), known.path.clone()));
        assert!(
            is_there,
            "{} {}: {}",
            known.method, known.path, known.reason
        );
    }
    assert!(refused.is_empty(), "{}: {refused:#?}", refused.len());
}

/// The examples that contradict the metadata, with the reason of each.
fn known() -> BTreeMap<(String, String), String> {
    let listed = Contradictions::read().example.into_iter();
    listed.map(|c| ((c.page, c.name), c.reason)).collect()
}

/// What of an exchange is JSON of a type that the metadata declares.
fn cases(exchange: &Exchange, model: &Model) -> Vec<Case> {
    let case = |type_name, json, sent| Case {
        page: exchange.page.clone(),
        name: exchange.name.clone().unwrap_or_default(),
        type_name,
        json,
        sent,
    };
    let json = |text: &Option<String>| serde_json::from_str::<Value>(text.as_deref()?).ok();
    let answer = exchange.type_name.as_deref().and_then(|name| {
        let type_name = address::declared(model, name)?;
        let json = json(&exchange.response)?;
        let sent = match json["value"].is_array() {
            true => Sent::Page,
            false => Sent::Value,
        };
        Some(case(type_name, json, sent))
    });
    let body = || {
        let sent = match exchange.method.as_deref()? {
            "POST" | "PUT" => Sent::Body,
            "PATCH" => Sent::Changes,
            _ => return None,
        };
        let json = json(&exchange.body).filter(Value::is_object)?;
        let declared = address::entity_at(model, exchange.url.as_deref()?)?;
        let said = json["@odata.type"].as_str();
        let said = said.and_then(|name| address::declared(model, name));
        Some(case(said.unwrap_or(declared), json, sent))
    };
    answer.into_iter().chain(body()).collect()
}
