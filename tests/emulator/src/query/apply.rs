//! `$apply` and `$compute`: filtered, grouped, aggregated and computed values (OData Extension for Data
//! Aggregation 4.0, and OData URL Conventions, section "System Query Option $compute").

use serde_json::{Map, Value};

use super::expression::{self, Expression, Operator, Scope};
use super::{Asked, split};
use crate::error::{Refusal, excerpt};
use crate::literal::{Literal, to_json};
use crate::service::{Service, TypeRef};
use crate::store::{Id, Store};

/// Transformations of the standard that are not played.
const UNSERVED: [&str; 21] = [
    "addnested",
    "ancestors",
    "bottomcount",
    "bottompercent",
    "bottomsum",
    "compute",
    "concat",
    "descendants",
    "expand",
    "identity",
    "join",
    "nest",
    "orderby",
    "outerjoin",
    "search",
    "skip",
    "top",
    "topcount",
    "toppercent",
    "topsum",
    "traverse",
];

/// A value under a name of its own, for each item.
#[derive(Clone, Debug)]
pub(crate) struct Computed {
    pub(super) name: String,
    pub(super) value: Expression,
    pub(super) ty: Option<TypeRef>,
}

/// What becomes of a collection.
#[derive(Debug)]
pub(super) struct Apply {
    pub(super) filters: Vec<Expression>,
    pub(super) aggregation: Option<Aggregation>,
}

/// Results in place of items: one for each combination of the groups' values.
#[derive(Debug)]
pub(super) struct Aggregation {
    groups: Vec<(String, Expression)>,
    values: Vec<Aggregate>,
}

/// A value of all items of a group.
#[derive(Debug)]
struct Aggregate {
    name: String,
    method: Method,
}

#[derive(Debug)]
enum Method {
    Count,
    Sum(Expression),
    Min(Expression),
    Max(Expression),
    Average(Expression),
    CountDistinct(Expression),
}

/// Reads `$compute`.
pub(super) fn computed(asked: &Asked<'_>, ty: &str, text: &str) -> Result<Vec<Computed>, Refusal> {
    let items = split(text, ',').ok_or_else(|| malformed("$compute", text))?;
    let computed = items.into_iter().map(|item| {
        let (value, name) = named(item, "$compute")?;
        let (value, ty) = expression::value(asked, ty, value, "$compute")?;
        Ok(Computed { name, value, ty })
    });
    computed.collect()
}

impl Apply {
    /// Reads `$apply`.
    pub(super) fn parse(asked: &Asked<'_>, ty: &str, text: &str) -> Result<Self, Refusal> {
        let mut apply = Self {
            filters: Vec::new(),
            aggregation: None,
        };
        let steps = split(text, '/').ok_or_else(|| malformed("$apply", text))?;
        for step in steps {
            let (name, inside) = call(step)?;
            let is_served = matches!(name, "filter" | "groupby" | "aggregate");
            if UNSERVED.contains(&name) || (is_served && apply.aggregation.is_some()) {
                return Err(Refusal::not_implemented(format!(
                    "The emulator does not serve '{name}' there in '$apply'; it serves filters, then \
                     groupby or aggregate."
                )));
            }
            match name {
                "filter" => {
                    let condition = expression::condition(asked, ty, inside, "$apply")?;
                    apply.filters.push(condition);
                }
                "aggregate" => {
                    let (groups, values) = (Vec::new(), aggregates(asked, ty, inside)?);
                    apply.aggregation = Some(Aggregation { groups, values });
                }
                "groupby" => apply.aggregation = Some(grouped(asked, ty, inside)?),
                _ => return Err(malformed("$apply", step)),
            }
        }
        Ok(apply)
    }
}

/// What is inside `groupby(…)`: paths in parentheses, then what is aggregated.
fn grouped(asked: &Asked<'_>, ty: &str, inside: &str) -> Result<Aggregation, Refusal> {
    let parts = split(inside, ',').ok_or_else(|| malformed("$apply", inside))?;
    let (paths, then) = match parts[..] {
        [paths] => (paths, None),
        [paths, then] => (paths, Some(then)),
        _ => return Err(malformed("$apply", inside)),
    };
    let paths = paths.trim();
    let paths = paths.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    let paths = paths.ok_or_else(|| malformed("$apply", inside))?;
    let groups = paths.split(',').map(str::trim).map(|path| {
        if path.starts_with("rollup(") {
            return Err(Refusal::not_implemented(
                "The emulator does not serve 'rollup' in '$apply'.",
            ));
        }
        let (by, ty) = expression::value(asked, ty, path, "$apply")?;
        if !expression::is_primitive(asked.service, ty.as_ref()) {
            return Err(Refusal::not_implemented(format!(
                "The emulator groups by primitive values only, which '{}' is not.",
                excerpt(path)
            )));
        }
        Ok((path.to_owned(), by))
    });
    let groups = groups.collect::<Result<_, _>>()?;
    let values = match then.map(call).transpose()? {
        None => Vec::new(),
        Some(("aggregate", inside)) => aggregates(asked, ty, inside)?,
        Some((name, _)) => {
            return Err(Refusal::not_implemented(format!(
                "The emulator does not serve '{}' in 'groupby' of '$apply'; it serves aggregate.",
                excerpt(name)
            )));
        }
    };
    Ok(Aggregation { groups, values })
}

fn aggregates(asked: &Asked<'_>, ty: &str, inside: &str) -> Result<Vec<Aggregate>, Refusal> {
    let items = split(inside, ',').ok_or_else(|| malformed("$apply", inside))?;
    let aggregates = items.into_iter().map(|item| {
        let (what, name) = named(item, "$apply")?;
        if what == "$count" {
            let method = Method::Count;
            return Ok(Aggregate { name, method });
        }
        let (value, method) = what
            .rsplit_once(" with ")
            .ok_or_else(|| malformed("$apply", item))?;
        let (value, _) = expression::value(asked, ty, value, "$apply")?;
        let method = match method.trim() {
            "sum" => Method::Sum(value),
            "min" => Method::Min(value),
            "max" => Method::Max(value),
            "average" => Method::Average(value),
            "countdistinct" => Method::CountDistinct(value),
            other => {
                return Err(Refusal::not_implemented(format!(
                    "The emulator does not serve the method '{}' in '$apply'.",
                    excerpt(other)
                )));
            }
        };
        Ok(Aggregate { name, method })
    });
    aggregates.collect()
}

/// `value as name`
fn named<'t>(item: &'t str, option: &str) -> Result<(&'t str, String), Refusal> {
    let (value, name) = item
        .rsplit_once(" as ")
        .ok_or_else(|| malformed(option, item))?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || it == '_');
    match is_name && !name.starts_with(|it: char| it.is_ascii_digit()) {
        true => Ok((value.trim(), name.to_owned())),
        false => Err(malformed(option, item)),
    }
}

/// `name(inside)`
fn call(text: &str) -> Result<(&str, &str), Refusal> {
    let text = text.trim();
    let (name, inside) = match text.split_once('(') {
        Some((name, rest)) => (name, rest.strip_suffix(')')),
        None => (text, Some("")),
    };
    inside
        .map(|inside| (name, inside))
        .ok_or_else(|| malformed("$apply", text))
}

fn malformed(option: &str, text: &str) -> Refusal {
    Refusal::bad_request(format!("'{}' is malformed in {option}.", excerpt(text)))
}

impl Aggregation {
    /// The results for these entities.
    pub(super) fn results(&self, service: &Service, store: &Store, ids: &[Id]) -> Vec<Value> {
        let alphabet = service.behavior.alphabet;
        let mut groups: Vec<(Vec<Literal>, Vec<Id>)> = Vec::new();
        // Without groups there is one result, also of nothing.
        if self.groups.is_empty() {
            groups.push((Vec::new(), ids.to_vec()));
        } else {
            for id in ids {
                let mut scope = Scope::new(service, store, *id);
                let keys: Vec<_> = self.groups.iter().map(|(_, by)| scope.value(by)).collect();
                match groups.iter_mut().find(|(known, _)| *known == keys) {
                    Some((_, members)) => members.push(*id),
                    None => groups.push((keys, vec![*id])),
                }
            }
        }
        let results = groups.into_iter().map(|(keys, members)| {
            let mut result = Map::new();
            for ((path, _), key) in self.groups.iter().zip(&keys) {
                put(&mut result, path, to_json(key, alphabet));
            }
            for Aggregate { name, method } in &self.values {
                let value = method.of(service, store, &members);
                result.insert(name.clone(), to_json(&value, alphabet));
            }
            Value::Object(result)
        });
        results.collect()
    }
}

/// Puts a value at a path: objects within objects.
fn put(object: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('/') {
        None => {
            object.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = object.entry(first).or_insert_with(|| Map::new().into());
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

impl Method {
    fn of(&self, service: &Service, store: &Store, ids: &[Id]) -> Literal {
        let count = |count: usize| Literal::Integer(i64::try_from(count).unwrap_or(i64::MAX));
        // Nulls are left out.
        let values = |expression: &Expression| -> Vec<Literal> {
            let values = ids
                .iter()
                .map(|id| Scope::new(service, store, *id).value(expression));
            values.filter(|value| *value != Literal::Null).collect()
        };
        let sum = |values: Vec<Literal>| {
            let add = |a: Literal, b| expression::calculate(Operator::Add, &a, &b);
            values.into_iter().reduce(add).unwrap_or(Literal::Null)
        };
        match self {
            Self::Count => count(ids.len()),
            Self::Sum(of) => sum(values(of)),
            Self::Average(of) => {
                let values = values(of);
                let of_all = count(values.len());
                expression::calculate(Operator::DivBy, &sum(values), &of_all)
            }
            Self::Min(of) => first(values(of), std::cmp::Ordering::Less),
            Self::Max(of) => first(values(of), std::cmp::Ordering::Greater),
            Self::CountDistinct(of) => {
                let mut distinct: Vec<Literal> = Vec::new();
                for value in values(of) {
                    if !distinct.contains(&value) {
                        distinct.push(value);
                    }
                }
                count(distinct.len())
            }
        }
    }
}

/// The value that comes before all others, or after.
fn first(values: Vec<Literal>, ordering: std::cmp::Ordering) -> Literal {
    let better = |a: Literal, b: Literal| match b.order(&a) == Some(ordering) {
        true => b,
        false => a,
    };
    values.into_iter().reduce(better).unwrap_or(Literal::Null)
}

impl Computed {
    /// The value for an entity, as it is written.
    pub(super) fn of(&self, service: &Service, store: &Store, id: Id) -> Value {
        let alphabet = service.behavior.alphabet;
        to_json(&Scope::new(service, store, id).value(&self.value), alphabet)
    }
}
