//! Values of a request as expressions of their types: JSON, what is in a URL, and objects as models.

use super::address::decoded;
use super::index::Enumeration;
use super::json::Json;
use super::literal::{Taker, float, from_text, integer, is_number, json, json_tokens, unquoted};
use super::scope::{Scope, placeholder, variable_name};
use crate::api::{Constant, ItemPath, RustType};
use crate::layout::Code;
use proc_macro2::Literal;

/// The expression of a value in JSON; `None` if it is none of this type.
pub(super) fn from_json(
    value: &Json,
    rust_type: &RustType,
    taker: Taker,
    scope: &mut Scope<'_>,
) -> Option<Code> {
    Some(match (rust_type, value) {
        (RustType::Option(_), Json::Null) if taker != Taker::Converting => Code::text("None"),
        (RustType::Option(inner), _) => {
            let inner_taker = match taker {
                // `impl Into<Option<…>>` takes the value itself, of the very type.
                Taker::Converting => Taker::Exact,
                other => other,
            };
            from_json(value, inner, inner_taker, scope)?
        }
        (RustType::Boxed(inner), _) => from_json(value, inner, taker, scope)?,
        (RustType::Bool, Json::Bool(value)) => Code::text(value.to_string()),
        (RustType::Json, value) => json(value, scope),
        (RustType::Vec(item), Json::List(items)) => {
            let item_taker = match taker {
                Taker::Operand => Taker::Exact,
                other => other,
            };
            let items = items
                .iter()
                .map(|it| from_json(it, item, item_taker, scope));
            let items = items.collect::<Option<Vec<_>>>()?;
            match taker {
                Taker::Converting => Code::array(items),
                Taker::Exact | Taker::Operand => Code::list("vec![", items, "]"),
            }
        }
        (RustType::Model(model), Json::Object(_)) => object(value, model, scope)?,
        (_, Json::Integer(number)) => integer(*number, rust_type, taker, scope)?,
        (_, Json::Float(number)) => float(*number, rust_type, scope)?,
        (_, Json::Text(text)) => from_text(text, rust_type, taker, scope)?,
        _ => return None,
    })
}

/// The expression of a value in a URL: in quotes or not, with a prefix or not, not decoded. A placeholder
/// becomes a variable, called so if it has no better name.
pub(super) fn from_url(
    text: &str,
    rust_type: &RustType,
    taker: Taker,
    default_name: &str,
    scope: &mut Scope<'_>,
) -> Option<Code> {
    let text = decoded(text);
    let text = text.trim();
    let quoted = unquoted(text);
    if let Some(inner) = placeholder(quoted.as_deref().unwrap_or(text)) {
        let name = variable_name(&inner, default_name);
        let shown = quoted.as_deref().unwrap_or(text);
        return Some(variable(shown, &name, rust_type, taker, scope));
    }
    match rust_type {
        RustType::Option(inner) | RustType::Boxed(inner) => match text {
            "null" => Some(Code::text("None")),
            _ => from_url(text, inner, Taker::Exact, default_name, scope),
        },
        RustType::String => {
            let text = quoted.as_deref().unwrap_or(text);
            from_text(text, rust_type, taker, scope)
        }
        RustType::Bool | RustType::Json | RustType::Vec(_) | RustType::Model(_) => {
            let value = Json::read(quoted.as_deref().unwrap_or(text)).ok()?;
            from_json(&value, rust_type, taker, scope)
        }
        _ if is_number(rust_type) => {
            let value = Json::read(text).ok()?;
            from_json(&value, rust_type, taker, scope)
        }
        _ => {
            // `binary'…'`, `duration'…'`, `ns.color'red'`
            let literal = match text.split_once('\'') {
                Some((prefix, _)) if !prefix.is_empty() => unquoted(&text[prefix.len()..]),
                _ => quoted,
            };
            from_text(literal.as_deref().unwrap_or(text), rust_type, taker, scope)
        }
    }
}

/// A variable in place of a placeholder, with a value to be replaced.
fn variable(
    placeholder: &str,
    name: &str,
    rust_type: &RustType,
    taker: Taker,
    scope: &mut Scope<'_>,
) -> Code {
    let rust_type = &rust_type.value();
    let sample = match rust_type {
        RustType::String => placeholder.to_owned(),
        _ => sample(rust_type, scope),
    };
    let value = match rust_type {
        RustType::String => Some(Code::string(placeholder)),
        RustType::Vec(_) | RustType::Json => Json::read(&sample)
            .ok()
            .and_then(|it| from_json(&it, rust_type, Taker::Exact, scope)),
        _ => from_url(&sample, rust_type, Taker::Exact, name, scope),
    };
    let value = value.unwrap_or_else(|| Code::text("Default::default()"));
    let variable = scope.variable(placeholder, name, value, &sample);
    match (rust_type, taker) {
        (RustType::String, Taker::Exact) => variable.then(Code::text(".to_owned()")),
        _ => variable,
    }
}

/// A value of a type, as a URL has it, that documentation gives none of.
fn sample(rust_type: &RustType, scope: &Scope<'_>) -> String {
    let text = match rust_type {
        RustType::Bool => "true",
        RustType::F32 | RustType::F64 | RustType::Decimal => "1.5",
        RustType::DateTime => "2024-01-01T00:00:00Z",
        RustType::Date => "2024-01-01",
        RustType::TimeOfDay => "12:00:00",
        RustType::Duration => "PT1H",
        RustType::Guid => "00000000-0000-0000-0000-000000000001",
        RustType::Binary => "AAAA",
        RustType::Vec(_) => "[]",
        RustType::Json => "{}",
        RustType::Model(_) => "{}",
        RustType::Enum(path) | RustType::Flags(path) | RustType::AllowedValues(path) => {
            return match scope.index.enumeration(path) {
                Some(Enumeration::Declared(it)) => it
                    .members
                    .first()
                    .map_or("", |member| &member.wire_name)
                    .to_owned(),
                Some(Enumeration::Allowed(it)) => match it.variants.first().map(|it| &it.value) {
                    Some(Constant::Text(text)) => text.clone(),
                    Some(Constant::Integer(number)) => number.to_string(),
                    None => String::new(),
                },
                None => String::new(),
            };
        }
        _ => "1",
    };
    text.to_owned()
}

/// `object!(Event { subject: "…" })`, or what a derived type's becomes; `None` if it is no object.
pub(super) fn object(value: &Json, declared: &ItemPath, scope: &mut Scope<'_>) -> Option<Code> {
    let Json::Object(members) = value else {
        return None;
    };
    let said = value
        .member("@odata.type")
        .or_else(|| value.member("@type"));
    let said = said
        .and_then(Json::as_text)
        .and_then(|name| scope.index.model_named(name));
    let derived = said.filter(|it| *it != declared && scope.index.is_or_extends(it, declared));
    let model = derived.unwrap_or(declared).clone();
    let mut fields = Vec::new();
    for (name, value) in members {
        let says_type = name == "@odata.type" || name == "@type";
        // The context describes an answer; requests have none.
        if says_type && derived.is_some() || name == "@odata.context" {
            continue;
        }
        if is_read_only(name, &model, scope) {
            let model = name_of(&model, scope);
            scope.note(format!(
                "only the service sets `{name}` of `{model}`, so it is left out"
            ));
            continue;
        }
        fields.push(field(name, value, &model, scope));
    }
    let (object, name) = (scope.external("odata_runtime::object"), scope.item(&model));
    let code = Code::fields(format!("{object}!({name} {{"), fields, "})");
    Some(match derived {
        Some(_) => {
            scope.external("odata_runtime::ODataType");
            let declared = scope.item(declared);
            code.then(Code::Text(format!(".upcast::<{declared}>()?")))
        }
        None => code,
    })
}

/// `subject: "…"`; a member that the model has no field for, or no such value, by its name in quotes.
fn field(name: &str, value: &Json, model: &ItemPath, scope: &mut Scope<'_>) -> Code {
    let known = scope
        .index
        .field(model, name)
        .filter(|it| it.wire_name == name);
    if let Some(field) = known
        && *value != Json::Null
        && let RustType::Option(rust_type) = &field.rust_type
    {
        let code = scope.attempt(|scope| from_json(value, rust_type, Taker::Converting, scope));
        if let Some(code) = code {
            return Code::field(&field.name, nested(code));
        }
    }
    match known {
        None if !name.contains('@') && value != &Json::Null => {
            scope.note(format!(
                "`{name}` is not a property of `{}`",
                name_of(model, scope)
            ));
        }
        // Bytes in base64 are easier to read than bytes.
        Some(field) if is_base64(value, &field.rust_type, scope) => {}
        Some(_) if *value != Json::Null => {
            scope.note(format!(
                "the value of `{name}` does not match its type in `{}`; it is sent as written",
                name_of(model, scope)
            ));
        }
        _ => {}
    }
    Code::field(Literal::string(name), json_tokens(value))
}

/// Whether the metadata says that the service computes a member; the client never sends it.
fn is_read_only(name: &str, model: &ItemPath, scope: &Scope<'_>) -> bool {
    let declared = scope.index.structure(model);
    declared.is_some_and(|it| it.read_only.iter().any(|known| known == name))
}

fn is_base64(value: &Json, rust_type: &RustType, scope: &mut Scope<'_>) -> bool {
    rust_type.value() == RustType::Binary
        && from_json(value, &RustType::Binary, Taker::Exact, scope).is_some()
}

fn name_of(model: &ItemPath, scope: &Scope<'_>) -> String {
    let declared = scope.index.structure(model);
    declared.map_or_else(|| model.name.to_string(), |it| it.qualified_name.clone())
}

/// A model within a model goes without the macro's name, alone and in a list.
fn nested(code: Code) -> Code {
    let Code::List(mut list) = code else {
        return code;
    };
    if list.close == "})"
        && let Some((_, model)) = list.open.split_once("!(")
    {
        (list.open, list.close) = (model.to_owned(), "}");
    } else if list.open == "[" {
        list.items = list.items.into_iter().map(nested).collect();
    }
    Code::List(list)
}
