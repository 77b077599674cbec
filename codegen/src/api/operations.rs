//! Operations: functions and actions, and the arguments that they take.

use super::allowed::AllowedValues;
use super::docs;
use super::items::*;
use super::naming::{RustName, Scope, Words};
use super::overloads::OperationNames;
use super::selection::Selection;
use super::types::Types;
use crate::config::Config;
use crate::edm::{
    Operation, OperationKind, Parameter, Primitive, QualifiedName, ReturnType, StructuredKind,
    vocabulary,
};

/// Names in the scope of a call that its parameters cannot have: its methods, those of the
/// runtime's `ConfigureRequest`, and the argument of its constructor.
const CALL_METHODS: &[&str] = &[
    "attempt_timeout",
    "clone",
    "client_request_id",
    "fmt",
    "header",
    "into",
    "into_future",
    "into_list",
    "new",
    "open",
    "options_mut",
    "pages",
    "query_option",
    "request",
    "request_builder",
    "resource",
    "retry",
    "send",
    "stream",
    "timeout",
    "to_http",
    "url",
];

/// Makes the items of operations.
pub(super) struct OperationMaker<'a, 'm> {
    pub selection: &'a Selection<'m>,
    pub config: &'a Config,
    pub words: &'a Words,
    pub allowed: &'a AllowedValues,
    pub types: &'a Types<'m>,
}

impl OperationMaker<'_, '_> {
    /// The item of an operation that is called at this URL segment.
    pub fn item(&self, index: usize, names: &OperationNames, segment: String) -> OperationItem {
        let operation = self.selection.index.operation(index);
        let (optional, required): (Vec<_>, Vec<_>) = self
            .arguments(operation)
            .into_iter()
            .partition(|(_, optional)| *optional);
        let permissions = vocabulary::permissions(&operation.annotations);
        OperationItem {
            file: names.file.clone(),
            name: names.path.name.clone(),
            is_action: operation.kind == OperationKind::Action,
            qualified_name: operation.name.to_string(),
            segment,
            parameters: operation
                .parameters
                .iter()
                .map(|p| p.name.to_string())
                .collect(),
            required: required.into_iter().map(|(argument, _)| argument).collect(),
            optional: optional.into_iter().map(|(argument, _)| argument).collect(),
            result: self.result(operation.return_type.as_ref()),
            lists_entities: self.lists_entities(operation),
            leads_to: self.leads_to(index),
            permissions: permissions.into_iter().map(permission).collect(),
            docs: docs(&operation.annotations),
            example: None,
            feature: None,
        }
    }

    /// The URL segment of a bound operation: the bare name in a default namespace, else the name in
    /// full.
    pub fn segment(&self, name: &QualifiedName) -> String {
        let mut defaults = self.config.service.default_namespaces.iter();
        if defaults.any(|namespace| **namespace == *name.namespace) {
            name.name.to_string()
        } else {
            name.to_string()
        }
    }

    /// The arguments of the method that makes the call.
    pub fn required_arguments(&self, index: usize) -> Vec<Argument> {
        let arguments = self.arguments(self.selection.index.operation(index));
        let required = arguments.into_iter().filter(|(_, optional)| !optional);
        required.map(|(argument, _)| argument).collect()
    }

    /// Whether it is a function that gives a collection of entities, which can be asked for with the
    /// same query options as one at a path of its own.
    fn lists_entities(&self, operation: &Operation) -> bool {
        let index = &self.selection.index;
        let returned = operation.return_type.as_ref().map(|r| &r.type_ref);
        let collection = returned.filter(|returned| returned.is_collection);
        let item =
            collection.and_then(|returned| index.model.structured(index.structured(returned)?));
        operation.kind == OperationKind::Function
            && item.is_some_and(|item| item.kind == StructuredKind::Entity)
    }

    fn leads_to(&self, index: usize) -> Option<ItemPath> {
        let returned = self.selection.index.composable_result(index)?;
        let name = self.selection.index.structured(returned)?;
        self.types.builder(name, returned.is_collection)
    }

    fn result(&self, returned: Option<&ReturnType>) -> ResultType {
        let Some(returned) = returned else {
            return ResultType::Nothing;
        };
        let index = &self.selection.index;
        let type_ref = &returned.type_ref;
        if !type_ref.is_collection && index.primitive(type_ref) == Some(Primitive::Stream) {
            return ResultType::Bytes;
        }
        if type_ref.is_collection {
            let nullable = returned.nullable == Some(true);
            let rust_type = self.types.rust_type(type_ref, nullable);
            return match rust_type {
                RustType::Vec(item) if is_object(&item) => ResultType::Page(*item),
                rust_type => ResultType::Value {
                    rust_type,
                    is_nullable: false,
                },
            };
        }
        let is_nullable = returned.nullable.unwrap_or(true);
        let rust_type = self.types.rust_type(type_ref, false);
        if is_object(&rust_type) {
            ResultType::Object {
                rust_type,
                is_nullable,
            }
        } else {
            ResultType::Value {
                rust_type,
                is_nullable,
            }
        }
    }

    /// The parameters, and whether each may be left out.
    fn arguments(&self, operation: &Operation) -> Vec<(Argument, bool)> {
        let mut scope = Scope::with_reserved(CALL_METHODS.iter().copied());
        let names = operation
            .parameters
            .iter()
            .map(|parameter| &*parameter.name);
        let names = scope.take_all(names, |name| self.words.snake(name));
        let arguments = operation.parameters.iter().map(|parameter| {
            let name = names[&*parameter.name].clone();
            self.argument(operation, parameter, name)
        });
        arguments.collect()
    }

    fn argument(
        &self,
        operation: &Operation,
        parameter: &Parameter,
        name: RustName,
    ) -> (Argument, bool) {
        let optional = vocabulary::optional_parameter(&parameter.annotations);
        let is_optional = parameter.may_be_left_out(operation.kind);
        let allowed = self.allowed.of(&operation.name.namespace, parameter);
        let argument = Argument {
            name,
            wire_name: parameter.name.to_string(),
            rust_type: self.types.argument_type(parameter, allowed, is_optional),
            default_value: optional.and_then(|o| o.default_value).map(str::to_owned),
            allowed: allowed.map_or_else(Vec::new, |set| self.allowed.told(set)),
            docs: docs(&parameter.annotations),
        };
        (argument, is_optional)
    }
}

/// Whether values of the type are JSON objects of their own, which no `{"value": …}` wraps.
fn is_object(rust_type: &RustType) -> bool {
    match rust_type {
        RustType::Option(inner) => is_object(inner),
        other => matches!(other, RustType::Model(_) | RustType::Json),
    }
}

pub(super) fn permission(permission: vocabulary::Permission<'_>) -> PermissionItem {
    PermissionItem {
        scheme: permission.scheme.to_owned(),
        scopes: permission.scopes.into_iter().map(str::to_owned).collect(),
    }
}
