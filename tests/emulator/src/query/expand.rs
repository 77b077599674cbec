//! `$expand`: navigation properties to answer with, at any depth.

use super::{Asked, Options, no_such_property, split};
use crate::error::{Refusal, excerpt};
use crate::page::refuse_unserved;
use crate::service::TypeRef;
use crate::url::ParsedQuery;

/// The deepest nesting, and what `$levels=max` stands for.
const DEEPEST: usize = 10;

/// A navigation property to answer with.
#[derive(Debug)]
pub(crate) struct Expand {
    pub(crate) name: String,
    /// The type that entities must have for it.
    pub(crate) owner: String,
    pub(crate) ty: TypeRef,
    pub(crate) form: Form,
    pub(crate) options: Options,
    pub(crate) skip: u64,
    pub(crate) top: Option<u64>,
    pub(crate) count: bool,
    /// How many times it is followed in a row.
    pub(crate) levels: usize,
}

/// What of the entities is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Entities,
    References,
    /// Their number alone.
    Count,
}

/// Reads the items of `$expand`, which may have options of their own in parentheses.
pub(super) fn parse(
    asked: &Asked<'_>,
    ty: &str,
    text: &str,
    depth: usize,
) -> Result<Vec<Expand>, Refusal> {
    if depth >= DEEPEST {
        return Err(Refusal::bad_request("$expand nests too deep."));
    }
    let items = split(text, ',').ok_or_else(|| bad_expand(text))?;
    let mut expands = Vec::new();
    for item in items {
        let item = item.trim();
        let (path, options) = match item.split_once('(') {
            Some((path, rest)) => {
                let inner = rest.strip_suffix(')').filter(|inner| !inner.is_empty());
                (path, inner.ok_or_else(|| bad_expand(item))?)
            }
            None => (item, ""),
        };
        let (path, form) = match path.rsplit_once('/') {
            Some((path, "$ref")) => (path, Form::References),
            Some((path, "$count")) => (path, Form::Count),
            _ => (path, Form::Entities),
        };
        if path == "*" {
            for name in asked.service.navigation_names(ty) {
                expands.push(expand(asked, ty, name, form, options, depth)?);
            }
        } else {
            expands.push(expand(asked, ty, path, form, options, depth)?);
        }
    }
    Ok(expands)
}

fn expand(
    asked: &Asked<'_>,
    ty: &str,
    path: &str,
    form: Form,
    options: &str,
    depth: usize,
) -> Result<Expand, Refusal> {
    let service = asked.service;
    let mut owner = ty.to_owned();
    let mut names = path.split('/').peekable();
    let name = loop {
        let name = names.next().unwrap_or_default();
        match service.cast(name) {
            Some(cast) if names.peek().is_some() => owner = cast,
            _ => break name,
        }
    };
    let on = TypeRef {
        name: owner.clone(),
        collection: false,
    };
    let name = service.spelled(&on, name);
    if name == "$value" || service.property(&owner, name).is_some() {
        return Err(Refusal::not_implemented(format!(
            "The emulator does not expand '{}'; it expands navigation properties of entities.",
            excerpt(path)
        )));
    }
    let navigation = service.navigation(&owner, name);
    let navigation = navigation.ok_or_else(|| no_such_property(name, &owner))?;
    let mut target = navigation.ty.clone();
    if let Some(cast) = names.next() {
        let cast = service.cast(cast).ok_or_else(|| bad_expand(path))?;
        target.name = cast;
    }
    if names.next().is_some() || (form == Form::Count && !target.collection) {
        return Err(bad_expand(path));
    }
    let query = nested_query(options, asked.query)?;
    let nested = Asked {
        query: &query,
        computed: &[],
        ..*asked
    };
    Ok(Expand {
        name: name.to_owned(),
        options: Options::at_depth(&nested, &target.name, depth + 1)?,
        owner,
        ty: target,
        form,
        skip: number(&query, "$skip")?.unwrap_or(0),
        top: number(&query, "$top")?,
        count: match query.get("$count") {
            None | Some("false") => false,
            Some("true") => true,
            Some(text) => return Err(bad_expand(text)),
        },
        levels: match query.get("$levels") {
            Some("max") => DEEPEST,
            Some(_) => {
                let levels = number(&query, "$levels")?.unwrap_or(1);
                usize::try_from(levels).unwrap_or(DEEPEST).min(DEEPEST)
            }
            None => 1,
        },
    })
}

/// The options in an item's parentheses, which semicolons separate; aliases are those of the whole
/// query.
fn nested_query(options: &str, outer: &ParsedQuery) -> Result<ParsedQuery, Refusal> {
    const SERVED: [&str; 9] = [
        "$select", "$filter", "$orderby", "$top", "$skip", "$count", "$expand", "$search",
        "$levels",
    ];
    let aliases = outer.names().filter(|name| name.starts_with('@'));
    let mut pairs: Vec<(String, String)> = aliases
        .filter_map(|name| Some((name.to_owned(), outer.get(name)?.to_owned())))
        .collect();
    let items = split(options, ';').ok_or_else(|| bad_expand(options))?;
    for option in items.into_iter().filter(|_| !options.is_empty()) {
        let (name, value) = option.split_once('=').ok_or_else(|| bad_expand(option))?;
        let name = name.trim();
        if name.starts_with('@') {
            return Err(Refusal::not_implemented(format!(
                "The emulator does not serve aliases inside $expand, as in '{}'.",
                excerpt(option)
            )));
        }
        if !name.starts_with('$') {
            return Err(bad_expand(option));
        }
        if pairs.iter().any(|(other, _)| other == name) {
            return Err(Refusal::bad_request(format!(
                "The query option '{}' must not be given more than once in $expand.",
                excerpt(name)
            )));
        }
        pairs.push((name.to_owned(), value.to_owned()));
    }
    let query = pairs.into_iter().collect();
    refuse_unserved(&query, &SERVED)?;
    Ok(query)
}

fn number(query: &ParsedQuery, name: &str) -> Result<Option<u64>, Refusal> {
    let text = query.get(name);
    text.map(|text| text.parse().map_err(|_| bad_expand(text)))
        .transpose()
}

fn bad_expand(text: &str) -> Refusal {
    Refusal::bad_request(format!("'{}' is not valid in $expand.", excerpt(text)))
}
