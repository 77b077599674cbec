//! Query options: typed where the client has methods for them, as texts elsewhere.

use super::filter;
use super::scope::{Scope, placeholder, variable_name};
use crate::api::{ItemPath, RustType};
use crate::layout::Code;
use crate::slice::path::split_outside;

/// The methods that a request has for query options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Options {
    /// All of a collection.
    Many,
    /// `$select` and `$expand`.
    One,
    /// `$filter` and `$search`.
    Count,
    /// None.
    Untyped,
}

/// The calls that set query options.
pub(super) fn options(
    query: &[(String, String)],
    kind: Options,
    model: Option<&ItemPath>,
    scope: &mut Scope<'_>,
) -> Vec<Code> {
    let calls = query.iter().flat_map(|(name, value)| {
        let typed =
            model.and_then(|model| scope.attempt(|scope| option(name, value, kind, model, scope)));
        typed.unwrap_or_else(|| vec![untyped(name, value, scope)])
    });
    calls.collect()
}

/// `.query_option("name", "value")`
fn untyped(name: &str, value: &str, scope: &mut Scope<'_>) -> Code {
    scope.external("odata_runtime::ConfigureRequest");
    let value = match placeholder(value) {
        Some(inner) => {
            let variable = variable_name(&inner, "value");
            scope.variable(value, &variable, Code::string(value), value)
        }
        None => Code::string(value),
    };
    Code::method("query_option", vec![Code::string(name), value])
}

fn option(
    name: &str,
    value: &str,
    kind: Options,
    model: &ItemPath,
    scope: &mut Scope<'_>,
) -> Option<Vec<Code>> {
    let is_many = kind == Options::Many;
    let call = |name: &str, argument: Code| Some(vec![Code::method(name, vec![argument])]);
    let calls = |name: &str, items: Vec<Code>| {
        let tuples = items.chunks(MOST).map(<[_]>::to_vec);
        let calls = tuples.map(|it| Code::method(name, vec![Code::one_or_tuple(it)]));
        Some(calls.collect::<Vec<_>>())
    };
    match (name.to_lowercase().as_str(), kind) {
        ("$select", Options::Many | Options::One) => calls("select", select(value, model, scope)?),
        ("$expand", Options::Many | Options::One) => calls("expand", expand(value, model, scope)?),
        ("$orderby", Options::Many) => calls("order_by", order_by(value, model, scope)?),
        ("$filter", Options::Many | Options::Count) => {
            match scope.attempt(|scope| filter::filter(value, model, scope)) {
                Some(condition) => call("filter", condition),
                None => call("filter_text", Code::string(value)),
            }
        }
        ("$search", Options::Many | Options::Count) => call("search", Code::string(value)),
        ("$top", _) if is_many => call("top", number(value)?),
        ("$skip", _) if is_many => call("skip", number(value)?),
        ("$count", _) if is_many && value.eq_ignore_ascii_case("true") => {
            Some(vec![Code::text(".count()")])
        }
        _ => None,
    }
}

fn number(value: &str) -> Option<Code> {
    let number: u32 = value.trim().parse().ok()?;
    Some(Code::text(number.to_string()))
}

/// The items of a list; none of them is empty.
fn items(value: &str) -> Option<Vec<&str>> {
    let items: Vec<_> = split_outside(value, ',')
        .into_iter()
        .map(str::trim)
        .collect();
    items.iter().all(|item| !item.is_empty()).then_some(items)
}

/// The longest tuple that the client takes.
const MOST: usize = 16;

/// Properties, each by its constant.
fn select(value: &str, model: &ItemPath, scope: &mut Scope<'_>) -> Option<Vec<Code>> {
    let properties = items(value)?.into_iter();
    let properties = properties.map(|item| Some(filter::path(item, model, scope)?.0));
    properties.collect()
}

fn order_by(value: &str, model: &ItemPath, scope: &mut Scope<'_>) -> Option<Vec<Code>> {
    let orders = items(value)?.into_iter().map(|item| {
        let (path, direction) = item.split_once(char::is_whitespace).unwrap_or((item, ""));
        let (code, rust_type) = filter::path(path, model, scope)?;
        if matches!(
            rust_type,
            RustType::Vec(_) | RustType::Model(_) | RustType::Json
        ) {
            return None;
        }
        match direction.trim().to_lowercase().as_str() {
            "" => Some(code),
            "asc" => Some(code.then(Code::text(".asc()"))),
            "desc" => Some(code.then(Code::text(".desc()"))),
            _ => None,
        }
    });
    orders.collect()
}

fn expand(value: &str, model: &ItemPath, scope: &mut Scope<'_>) -> Option<Vec<Code>> {
    let expanded = items(value)?;
    let expanded = expanded
        .into_iter()
        .map(|item| expansion(item, model, scope));
    expanded.collect()
}

/// `User::MESSAGES.select(Message::SUBJECT).top(5)`
fn expansion(item: &str, model: &ItemPath, scope: &mut Scope<'_>) -> Option<Code> {
    let (name, nested) = match item.strip_suffix(')').and_then(|it| it.split_once('(')) {
        Some((name, nested)) => (name.trim(), nested),
        None => (item, ""),
    };
    let field = scope.index.field(model, name);
    field.filter(|field| field.is_navigation)?;
    let (code, rust_type) = filter::path(name, model, scope)?;
    let (target, kind) = match rust_type {
        RustType::Vec(item) => (*item, Options::Many),
        other => (other, Options::One),
    };
    let RustType::Model(target) = target else {
        return None;
    };
    let mut code = code;
    let nested = split_outside(nested, ';');
    for nested in nested.into_iter().filter(|it| !it.trim().is_empty()) {
        let (name, value) = nested.split_once('=')?;
        let calls = match name.trim().to_lowercase().as_str() {
            "$levels" => {
                let levels: u32 = value.trim().parse().ok()?;
                vec![Code::method("levels", vec![Code::text(levels.to_string())])]
            }
            "$filter" if kind == Options::Many => {
                vec![Code::method(
                    "filter",
                    vec![filter::filter(value, &target, scope)?],
                )]
            }
            _ => option(name.trim(), value.trim(), kind, &target, scope)?,
        };
        for call in calls {
            code = code.then(call);
        }
    }
    Some(code)
}
