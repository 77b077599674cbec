//! Holds a function call against what the metadata declares.

use std::collections::BTreeMap;

use crate::error::{Refusal, excerpt};
use crate::literal::{self, Literal};
use crate::service::{Operation, Parameter, Primitive, Service, ValueType};
use crate::url::{Argument, ParsedQuery};

/// A call whose parameters are all as declared.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) function: &'a Operation,
    /// Values by parameter name, with the declared default where the caller left one out.
    values: BTreeMap<&'a str, Literal>,
}

impl Call<'_> {
    /// The value of a parameter; `None` when it was left out and has no default.
    pub(crate) fn value(&self, parameter: &str) -> Option<&Literal> {
        self.values.get(parameter)
    }
}

/// Chooses the overload that the parameter names call, and checks every value.
pub(crate) fn check_call<'a>(
    overloads: &[&'a Operation],
    arguments: &[Argument],
    query: &ParsedQuery,
) -> Result<Call<'a>, Refusal> {
    let given = named_arguments(arguments)?;
    let function = choose_overload(overloads, &given)
        .ok_or_else(|| Refusal::bad_request("No overload of this name is declared."))?;
    refuse_unknown(function, &given)?;
    let mut values = BTreeMap::new();
    for parameter in &function.parameters {
        match given.get(parameter.name.as_str()) {
            Some(text) => {
                let value = check_value(parameter, text, query)?;
                values.insert(parameter.name.as_str(), value);
            }
            None if parameter.optional => {
                if let Some(value) = default_of(parameter) {
                    values.insert(parameter.name.as_str(), value);
                }
            }
            None => return Err(missing(function, parameter, query)),
        }
    }
    Ok(Call { function, values })
}

/// The arguments with the names of parameters as they are declared.
pub(crate) fn spelled(
    service: &Service,
    overloads: &[&Operation],
    arguments: &[Argument],
) -> Vec<Argument> {
    let declared = overloads.iter().flat_map(|overload| &overload.parameters);
    let declared = declared.map(|parameter| parameter.name.as_str());
    let mut spelled = Vec::new();
    for argument in arguments {
        let name = argument.name.as_deref();
        let name = name.map(|name| service.spelled_parameter(declared.clone(), name));
        spelled.push(Argument {
            name: name.map(str::to_owned),
            value: argument.value.clone(),
        });
    }
    spelled
}

fn named_arguments(arguments: &[Argument]) -> Result<BTreeMap<&str, &str>, Refusal> {
    let mut given = BTreeMap::new();
    for argument in arguments {
        let name = argument.name.as_deref().ok_or_else(|| {
            Refusal::bad_request(format!(
                "The function parameter value '{}' has no name; write name=value.",
                excerpt(&argument.value)
            ))
        })?;
        if given.insert(name, argument.value.as_str()).is_some() {
            return Err(Refusal::bad_request(format!(
                "The function parameter '{}' is given more than once.",
                excerpt(name)
            )));
        }
    }
    Ok(given)
}

/// The overload that takes all the given names and misses none; else the nearest to it, to be
/// complained of.
fn choose_overload<'a>(
    overloads: &[&'a Operation],
    given: &BTreeMap<&str, &str>,
) -> Option<&'a Operation> {
    let takes_all = |function: &&&Operation| given.keys().all(|name| declares(function, name));
    let misses_none = |function: &&&Operation| {
        let mut required = function.parameters.iter().filter(|p| !p.optional);
        required.all(|parameter| given.contains_key(parameter.name.as_str()))
    };
    overloads
        .iter()
        .find(|function| takes_all(function) && misses_none(function))
        .or_else(|| overloads.iter().find(takes_all))
        .or_else(|| overloads.first())
        .copied()
}

fn declares(function: &Operation, parameter: &str) -> bool {
    function.parameters.iter().any(|p| p.name == parameter)
}

fn refuse_unknown(function: &Operation, given: &BTreeMap<&str, &str>) -> Result<(), Refusal> {
    match given.keys().find(|name| !declares(function, name)) {
        None => Ok(()),
        Some(name) => Err(Refusal::bad_request(format!(
            "The function '{}' has no parameter '{}'; its parameters are {}.",
            function.name,
            excerpt(name),
            list(function.parameters.iter().map(|p| p.name.as_str()))
        ))),
    }
}

fn missing(function: &Operation, parameter: &Parameter, query: &ParsedQuery) -> Refusal {
    let implicit = [parameter.name.clone(), format!("@{}", parameter.name)];
    if let Some(option) = implicit.iter().find(|option| query.get(option).is_some()) {
        return Refusal::not_implemented(format!(
            "The emulator does not serve the parameter '{option}' as a query option; write it in \
             parentheses."
        ));
    }
    Refusal::bad_request(format!(
        "The function '{}' needs the parameter '{}' of type {}, and the call leaves it out.",
        function.name,
        parameter.name,
        parameter.ty.name()
    ))
}

fn check_value(parameter: &Parameter, text: &str, query: &ParsedQuery) -> Result<Literal, Refusal> {
    if let ValueType::Unsupported(name) = &parameter.ty {
        return Err(Refusal::not_implemented(format!(
            "The emulator does not read values of type {name}, which parameter '{}' has.",
            parameter.name
        )));
    }
    // An alias that the query gives no value stands for null (OData URL Conventions,
    // section "Parameter Aliases").
    let is_alias = text.starts_with('@');
    let (text, parsed) = if is_alias {
        let value = query.get(text).unwrap_or("null");
        (value, literal::parse_alias_value(value, &parameter.ty))
    } else {
        (text, literal::parse_literal(text, &parameter.ty))
    };
    // Graph takes a date for the instant at which it begins.
    let parsed = match (parsed, &parameter.ty) {
        (Err(_), ValueType::Primitive(Primitive::DateTimeOffset)) => {
            literal::parse_literal(&format!("{text}T00:00:00Z"), &parameter.ty)
        }
        (parsed, _) => parsed,
    };
    let value = parsed.map_err(|_| {
        if is_alias && is_expression(text) {
            return Refusal::not_implemented(format!(
                "The emulator does not serve expressions as values of parameters, as in '{}'.",
                excerpt(text)
            ));
        }
        Refusal::bad_request(format!(
            "The value '{}' of parameter '{}' is not a literal of type {}.",
            excerpt(text),
            parameter.name,
            parameter.ty.name()
        ))
    })?;
    if value == Literal::Null && !parameter.nullable {
        return Err(Refusal::bad_request(format!(
            "The parameter '{}' must not be null.",
            parameter.name
        )));
    }
    refuse_disallowed(parameter, text, &value)?;
    Ok(value)
}

/// Whether the value of an alias goes through the service's data or calls a function.
fn is_expression(text: &str) -> bool {
    let is_name = |name: &str| {
        let mut characters = name.chars();
        characters
            .next()
            .is_some_and(|first| first.is_alphabetic() || first == '_')
            && characters.all(|other| other.is_alphanumeric() || matches!(other, '_' | '.'))
    };
    let called = text.split_once('(').filter(|_| text.ends_with(')'));
    let roots = ["$root/", "$it/", "$this/"];
    roots.iter().any(|root| text.contains(root)) || called.is_some_and(|(name, _)| is_name(name))
}

fn refuse_disallowed(parameter: &Parameter, text: &str, value: &Literal) -> Result<(), Refusal> {
    let is_value = |allowed: &String| {
        literal::parse_value(allowed, &parameter.ty).is_ok_and(|allowed| allowed == *value)
    };
    if parameter.allowed.is_empty() || parameter.allowed.iter().any(is_value) {
        return Ok(());
    }
    Err(Refusal::bad_request(format!(
        "The value '{}' of parameter '{}' is not allowed; the allowed values are {}.",
        excerpt(text),
        parameter.name,
        list(parameter.allowed.iter().map(String::as_str))
    )))
}

fn default_of(parameter: &Parameter) -> Option<Literal> {
    let text = parameter.default.as_deref()?;
    literal::parse_value(text, &parameter.ty).ok()
}

/// `a`, `a and b`, `a, b and c`.
fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let items: Vec<&str> = items.collect();
    match items.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests;
