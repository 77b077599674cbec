//! JSON objects as models in one expression.

use super::code::Code;
use super::json::Json;
use super::scope::Scope;
use super::value::{Taker, from_json, json_tokens};
use crate::api::{ItemPath, RustType};

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
        if says_type && derived.is_some() {
            continue;
        }
        fields.push(field(name, value, &model, scope));
    }
    let (object, name) = (scope.external("odata_runtime::object"), scope.item(&model));
    let code = Code::fields(format!("{object}!({name} {{"), fields, "})");
    Some(match derived {
        Some(_) => code.then(Code::text(".upcast()?")),
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
            return Code::after(format!("{}: ", field.name), nested(code));
        }
    }
    match known {
        None if !name.contains('@') && value != &Json::Null => {
            scope.note(format!(
                "`{name}` is no property of `{}`",
                name_of(model, scope)
            ));
        }
        // Bytes in base64 are easier to read than bytes.
        Some(field) if is_base64(value, &field.rust_type, scope) => {}
        Some(_) if *value != Json::Null => {
            scope.note(format!(
                "`{name}` of `{}` is declared otherwise than its value: it is sent as it stands",
                name_of(model, scope)
            ));
        }
        _ => {}
    }
    let mut label = String::new();
    Code::string(name).write(&mut label, 0, 0);
    Code::after(label + ": ", json_tokens(value))
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
    match code {
        Code::List {
            open,
            items,
            close: "})",
            shape,
        } => match open.split_once("!(") {
            Some((_, model)) => Code::List {
                open: model.to_owned(),
                items,
                close: "}",
                shape,
            },
            None => Code::List {
                open,
                items,
                close: "})",
                shape,
            },
        },
        Code::List {
            open,
            items,
            close: "]",
            shape,
        } if open == "[" => Code::List {
            open,
            items: items.into_iter().map(nested).collect(),
            close: "]",
            shape,
        },
        other => other,
    }
}
