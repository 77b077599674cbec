//! System query options (OData URL Conventions, section "System Query Options").

mod filter;
mod order;
mod project;
mod select;

use crate::error::{Refusal, excerpt};
use crate::keys;
use crate::literal::{self, Literal};
use crate::service::{Service, TypeRef, ValueType};
use crate::store::{Id, Store};
use crate::url::ParsedQuery;
use serde_json::{Map, Value};
use std::cmp::Ordering;

pub(crate) use project::Projector;

/// The options that choose among entities and their members.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) select: Option<select::Selection>,
    pub(crate) expand: Vec<select::Expand>,
    filter: Option<filter::Condition>,
    order: Vec<order::OrderBy>,
}

impl Options {
    /// Reads the options of a request for entities of a type.
    pub(crate) fn of(service: &Service, ty: &str, query: &ParsedQuery) -> Result<Self, Refusal> {
        let selected = query.get("$select");
        let selected = selected.map(|text| select::Selection::parse(service, ty, text));
        let condition = query.get("$filter");
        let condition = condition.map(|text| filter::Condition::parse(service, ty, text));
        Ok(Self {
            select: selected.transpose()?,
            expand: match query.get("$expand") {
                Some(text) => select::parse_expand(service, ty, text)?,
                None => Vec::new(),
            },
            filter: condition.transpose()?,
            order: match query.get("$orderby") {
                Some(text) => order::parse(service, ty, text)?,
                None => Vec::new(),
            },
        })
    }

    /// Keeps the entities that fit, in the order wanted.
    pub(crate) fn choose(&self, ids: &mut Vec<Id>, store: &Store) {
        let members = |id: &Id| store.entity(*id).ok().map(|entity| &entity.members);
        if let Some(filter) = &self.filter {
            ids.retain(|id| members(id).is_some_and(|members| filter.holds(members)));
        }
        if !self.order.is_empty() {
            ids.sort_by(|a, b| match (members(a), members(b)) {
                (Some(a), Some(b)) => order::compare(&self.order, a, b),
                _ => Ordering::Equal,
            });
        }
    }
}

/// A structural property, perhaps one of a complex value, with its type.
#[derive(Clone, Debug)]
struct PropertyPath {
    path: String,
    ty: ValueType,
}

impl PropertyPath {
    fn parse(service: &Service, ty: &str, text: &str) -> Result<Self, Refusal> {
        let mut owner = ty.to_owned();
        let mut names = Vec::new();
        let mut found = TypeRef {
            name: ty.to_owned(),
            collection: false,
        };
        for name in text.split('/') {
            if let Some(cast) = service.cast(name) {
                owner = cast;
                continue;
            }
            match service.property(&owner, name) {
                Some(property) => found = property.ty.clone(),
                None if service.navigation(&owner, name).is_some() => {
                    return Err(Refusal::not_implemented(format!(
                        "The emulator does not follow the navigation property '{name}' in query \
                         options."
                    )));
                }
                None if service.is_open(&owner) && !name.is_empty() => {
                    found.name = "Edm.Untyped".to_owned();
                }
                None => return Err(no_such_property(name, &owner)),
            }
            owner.clone_from(&found.name);
            names.push(name);
        }
        Ok(Self {
            path: names.join("/"),
            ty: service.value_type(&found),
        })
    }

    /// The value that an entity has there; null when it has none.
    fn value(&self, members: &Map<String, Value>) -> Literal {
        let value = keys::member(members, &self.path).unwrap_or(&Value::Null);
        match literal::from_json(value, &self.ty) {
            Ok(value) => value,
            // An undeclared member has whatever type its value has.
            Err(_) => match value {
                Value::String(text) => Literal::String(text.clone()),
                Value::Bool(value) => Literal::Boolean(*value),
                Value::Number(number) => Literal::Decimal(number.to_string()),
                other => Literal::Json(other.clone()),
            },
        }
    }
}

fn no_such_property(name: &str, ty: &str) -> Refusal {
    Refusal::bad_request(format!(
        "Could not find a property named '{}' on type '{ty}'.",
        excerpt(name)
    ))
}

/// Splits at a separator outside quotes and parentheses; `None` when one of them stays open.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut depth) = (0, false, 0_usize);
    for (index, character) in text.char_indices() {
        match character {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.checked_sub(1)?,
            _ if character == separator && !quoted && depth == 0 => {
                parts.push(&text[start..index]);
                start = index + separator.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (!quoted && depth == 0).then_some(parts)
}

#[cfg(test)]
mod tests;
