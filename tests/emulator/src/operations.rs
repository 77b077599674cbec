//! Calls of functions and actions that the caller answers.

use std::collections::BTreeMap;
use std::fmt;

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::Value;

use crate::behavior::BinaryAlphabet;
use crate::entities::Entities;
use crate::error::{Refusal, excerpt};
use crate::literal;
use crate::payload::{Checker, Sender};
use crate::service::{Operation, OperationKind};
use crate::validate::Call;

/// A call of a function or action that the metadata allows, as its handler sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OperationCall {
    /// The qualified name, such as `microsoft.graph.assignLicense`.
    pub operation: String,
    /// The path as it was on the wire, percent-encoding included.
    pub path: String,
    /// The parameters by name, as JSON; one that was left out has its default or is missing.
    pub parameters: BTreeMap<String, Value>,
    /// The query options, decoded.
    pub query: BTreeMap<String, String>,
    /// The entity that the operation is bound to, when the emulator holds it.
    pub bound: Option<Value>,
    /// The path of what the operation is bound to, below the service root and as it was on the
    /// wire, such as `users/a`; empty for imports.
    pub bound_path: String,
    /// The entities that the emulator holds, to read and to change.
    pub entities: Entities,
}

/// What a handler answers.
///
/// [`Json`](Self::Json) is a value of the declared return type: an array becomes pages of a
/// collection, an object an entity or a complex value, anything else `{"value": …}`, and null an
/// answer without content. An object where the metadata declares a collection is sent as it
/// stands, so that a handler can write a delta link. The value is not held against the type: a
/// test may want to see what its client makes of a wrong one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reply {
    /// A value.
    Json(Value),
    /// A stream, for operations that return `Edm.Stream` or a file.
    Stream {
        /// The `Content-Type` header.
        content_type: String,
        /// The body.
        bytes: Vec<u8>,
    },
    /// No body: 202 for an operation that takes its time, 201 for something made, 302 for a file
    /// elsewhere.
    Empty {
        /// The status of the answer.
        status: StatusCode,
        /// The `Location` header; one that begins with a slash is below the service root.
        location: Option<String>,
    },
    /// An OData error.
    Error {
        /// The status of the answer.
        status: StatusCode,
        /// `error.code` of the body.
        code: String,
        /// `error.message` of the body.
        message: String,
    },
}

impl From<Value> for Reply {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

/// Answers one operation.
pub(crate) type Handler = Box<dyn Fn(&OperationCall) -> Reply + Send + Sync>;

/// The handlers by the name they were given with: of an operation, qualified or not, or an import.
#[derive(Default)]
pub(crate) struct Handlers {
    pub(crate) functions: BTreeMap<String, Handler>,
    pub(crate) actions: BTreeMap<String, Handler>,
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handlers")
            .field("functions", &self.functions.keys())
            .field("actions", &self.actions.keys())
            .finish()
    }
}

impl Handlers {
    /// The handler of an operation that was reached by a segment.
    pub(crate) fn find(&self, operation: &Operation, segment: &str) -> Option<&Handler> {
        let handlers = match operation.kind {
            OperationKind::Function => &self.functions,
            OperationKind::Action => &self.actions,
        };
        let by_import = || {
            let is_unbound = operation.binding.is_none();
            is_unbound.then(|| handlers.get(segment)).flatten()
        };
        by_import()
            .or_else(|| handlers.get(&operation.qualified_name()))
            .or_else(|| handlers.get(&operation.name))
    }
}

/// The refusal of an operation that nobody answers.
pub(crate) fn nobody_answers(operation: &Operation) -> Refusal {
    let (kind, method) = match operation.kind {
        OperationKind::Function => ("function", "with_function"),
        OperationKind::Action => ("action", "with_action"),
    };
    Refusal::not_implemented(format!(
        "The call of the {kind} '{}' is valid and nothing answers it; give the emulator a handler \
         with EmulatorBuilder::{method}.",
        operation.name
    ))
}

/// The parameters of a function call as JSON.
pub(crate) fn function_parameters(
    call: &Call<'_>,
    alphabet: BinaryAlphabet,
) -> BTreeMap<String, Value> {
    let declared = call.function.parameters.iter();
    declared
        .filter_map(|parameter| {
            let value = call.value(&parameter.name)?;
            Some((parameter.name.clone(), literal::to_json(value, alphabet)))
        })
        .collect()
}

/// Chooses the overload of an action, the one bound to the nearest type, and checks its body.
pub(crate) fn check_action<'a>(
    overloads: &[&'a Operation],
    body: &Bytes,
    checker: Checker<'_>,
) -> Result<(&'a Operation, BTreeMap<String, Value>), Refusal> {
    let action = overloads
        .first()
        .ok_or_else(|| Refusal::bad_request("No overload of this name is declared."))?;
    // A 4.0 service may insist on `{}`; Graph takes an empty body for no parameters.
    let body = if body.is_empty() {
        Value::Object(serde_json::Map::new())
    } else {
        serde_json::from_slice(body)
            .map_err(|error| Refusal::bad_request(format!("The body is not JSON: {error}.")))?
    };
    let Value::Object(given) = body else {
        return Err(Refusal::bad_request(
            "The body of an action must be a JSON object of its parameters.",
        ));
    };
    for parameter in &action.parameters {
        if !given.contains_key(&parameter.name) && !parameter.nullable && !parameter.optional {
            return Err(Refusal::bad_request(format!(
                "The action '{}' needs the parameter '{}' of type {}, and the body leaves it out.",
                action.name,
                parameter.name,
                parameter.ty.name()
            )));
        }
    }
    let mut parameters = BTreeMap::new();
    for (name, value) in given {
        if crate::payload::is_annotation(&name) {
            continue;
        }
        let declared = action
            .parameters
            .iter()
            .find(|parameter| parameter.name == name);
        let declared = declared.ok_or_else(|| {
            Refusal::bad_request(format!(
                "The parameter '{}' is not declared by the action '{}'.",
                excerpt(&name),
                action.name
            ))
        })?;
        checker.value(&declared.item, declared.nullable, &value, &name, 0)?;
        parameters.insert(name, value);
    }
    Ok((action, parameters))
}

/// The checker of what a client sends.
pub(crate) fn client_checker<'a>(
    service: &'a crate::service::Service,
    content_type: &str,
) -> Checker<'a> {
    let compact = content_type.to_ascii_lowercase().replace(' ', "");
    Checker {
        service,
        sender: Sender::Client {
            ieee754_compatible: compact.contains("ieee754compatible=true"),
        },
    }
}
