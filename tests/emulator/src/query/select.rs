//! `$select` and `$expand`.

use super::{Options, no_such_property, split};
use crate::error::{Refusal, excerpt};
use crate::service::{Service, TypeRef};
use crate::url::ParsedQuery;

/// The members to answer with.
#[derive(Debug)]
pub(crate) struct Selection {
    /// The paths as they were asked for.
    pub(crate) paths: Vec<String>,
    /// Whether `*` is among them.
    pub(crate) all: bool,
}

/// A navigation property to answer with.
#[derive(Debug)]
pub(crate) struct Expand {
    pub(crate) name: String,
    pub(crate) ty: TypeRef,
    pub(crate) options: Options,
    pub(crate) skip: u64,
    pub(crate) top: Option<u64>,
    pub(crate) count: bool,
}

impl Selection {
    pub(super) fn parse(service: &Service, ty: &str, text: &str) -> Result<Self, Refusal> {
        let mut selection = Self {
            paths: Vec::new(),
            all: false,
        };
        for item in text.split(',').map(str::trim) {
            if item == "*" {
                selection.all = true;
                continue;
            }
            selection.paths.push(check(service, ty, item)?);
        }
        Ok(selection)
    }

    /// Whether a member is selected, whole or in part.
    pub(super) fn has(&self, name: &str) -> bool {
        let mut firsts = self.paths.iter().map(|path| first(path));
        self.all || firsts.any(|first| first == name)
    }

    /// The members of a complex value to answer with; `None` for all of them.
    pub(super) fn within(&self, name: &str) -> Option<Vec<&str>> {
        let of_member = self.paths.iter().filter(|path| first(path) == name);
        let rest: Option<Vec<&str>> = of_member
            .map(|path| path.split_once('/').map(|(_, rest)| rest))
            .collect();
        rest.filter(|rest| !rest.is_empty())
    }
}

fn first(path: &str) -> &str {
    path.split_once('/').map_or(path, |(first, _)| first)
}

/// Checks a path of `$select`, and takes casts out of it.
fn check(service: &Service, ty: &str, path: &str) -> Result<String, Refusal> {
    let mut owner = ty.to_owned();
    let mut names = Vec::new();
    for name in path.split('/') {
        if let Some(cast) = service.cast(name) {
            owner = cast;
            continue;
        }
        let property = service.property(&owner, name).map(|p| p.ty.name.clone());
        let navigation = || service.navigation(&owner, name).map(|n| n.ty.name.clone());
        let is_dynamic = service.is_open(&owner) && !name.is_empty();
        let dynamic = || is_dynamic.then(|| "Edm.Untyped".to_owned());
        let found = property.or_else(navigation).or_else(dynamic);
        owner = found.ok_or_else(|| no_such_property(name, &owner))?;
        names.push(name);
    }
    if names.is_empty() {
        return Err(no_such_property(path, ty));
    }
    Ok(names.join("/"))
}

/// Reads `$expand`, whose items may have options of their own in parentheses.
pub(super) fn parse_expand(
    service: &Service,
    ty: &str,
    text: &str,
) -> Result<Vec<Expand>, Refusal> {
    let items = split(text, ',').ok_or_else(|| bad_expand(text))?;
    let mut expands = Vec::new();
    for item in items {
        let item = item.trim();
        if item == "*" {
            for name in service.navigation_names(ty) {
                expands.push(expand(service, ty, name, "")?);
            }
            continue;
        }
        let (name, options) = match item.split_once('(') {
            Some((name, rest)) => {
                let inner = rest.strip_suffix(')').ok_or_else(|| bad_expand(item))?;
                (name, inner)
            }
            None => (item, ""),
        };
        expands.push(expand(service, ty, name, options)?);
    }
    Ok(expands)
}

fn expand(service: &Service, ty: &str, path: &str, options: &str) -> Result<Expand, Refusal> {
    let (owner, name) = match path.split_once('/') {
        Some((cast, name)) => {
            let owner = service.cast(cast).ok_or_else(|| deeper(path))?;
            (owner, name)
        }
        None => (ty.to_owned(), path),
    };
    if name.contains('/') {
        return Err(deeper(path));
    }
    let navigation = service.navigation(&owner, name);
    let navigation = navigation.ok_or_else(|| no_such_property(name, &owner))?;
    let query = nested_query(options)?;
    Ok(Expand {
        name: name.to_owned(),
        ty: navigation.ty.clone(),
        options: Options::of(service, &navigation.ty.name, &query)?,
        skip: number(&query, "$skip")?.unwrap_or(0),
        top: number(&query, "$top")?,
        count: query.get("$count") == Some("true"),
    })
}

/// The options in an item's parentheses, which semicolons separate.
fn nested_query(options: &str) -> Result<ParsedQuery, Refusal> {
    const SERVED: [&str; 6] = ["$select", "$filter", "$orderby", "$top", "$skip", "$count"];
    let mut pairs = Vec::new();
    for option in split(options, ';').ok_or_else(|| bad_expand(options))? {
        if option.is_empty() {
            continue;
        }
        let (name, value) = option.split_once('=').ok_or_else(|| bad_expand(option))?;
        if !SERVED.contains(&name) {
            return Err(Refusal::not_implemented(format!(
                "The emulator does not serve '{}' inside $expand; it serves {}.",
                excerpt(name),
                SERVED.join(", ")
            )));
        }
        pairs.push((name.to_owned(), value.to_owned()));
    }
    Ok(pairs.into_iter().collect())
}

fn number(query: &ParsedQuery, name: &str) -> Result<Option<u64>, Refusal> {
    let text = query.get(name);
    text.map(|text| text.parse().map_err(|_| bad_expand(text)))
        .transpose()
}

fn deeper(path: &str) -> Refusal {
    Refusal::not_implemented(format!(
        "The emulator expands one level only, and '{}' is deeper.",
        excerpt(path)
    ))
}

fn bad_expand(text: &str) -> Refusal {
    Refusal::bad_request(format!("'{}' is not valid in $expand.", excerpt(text)))
}
