//! Operations: functions and actions, and the arguments that they take.

use super::context::Context;
use super::docs::docs;
use super::items::*;
use super::naming::{OperationNames, RustName};
use super::origin::Origin;
use crate::edm::{
    Operation, OperationId, OperationKind, Parameter, QualifiedName, ReturnType, StructuredKind,
    vocabulary,
};

/// Makes the items of operations.
#[derive(Clone, Copy)]
pub(super) struct Operations<'a, 'm> {
    pub context: &'a Context<'m>,
    pub permissions: &'a PermissionsItem,
}

impl Operations<'_, '_> {
    /// The item of an operation that is called at this URL segment.
    pub fn item(&self, id: OperationId, names: &OperationNames, segment: String) -> OperationItem {
        let operation = self.context.index().operation(id);
        let (optional, required): (Vec<_>, Vec<_>) = self
            .arguments(operation)
            .into_iter()
            .partition(|(_, optional)| *optional);
        let declared = vocabulary::permissions(&operation.annotations);
        let declared: Vec<_> = declared.into_iter().map(permission).collect();
        let uniform = self.permissions.of_call(id).filter(|_| declared.is_empty());
        let by_path = match (&*declared, &uniform) {
            ([], None) => self.permissions.of_paths(id).to_vec(),
            _ => Vec::new(),
        };
        OperationItem {
            operation: id,
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
            leads_to: self.leads_to(id),
            permissions: uniform.map_or(declared, |(_, set)| set.to_vec()),
            permission_set: uniform.map(|(name, _)| name.clone()),
            by_path,
            docs: docs(&operation.annotations),
            example: None,
            documented: Vec::new(),
            feature: None,
        }
    }

    /// The arguments of the method that makes the call.
    pub fn required_arguments(&self, id: OperationId) -> Vec<Argument> {
        let arguments = self.arguments(self.context.index().operation(id));
        let required = arguments.into_iter().filter(|(_, optional)| !optional);
        required.map(|(argument, _)| argument).collect()
    }

    /// Whether it is a function that gives a collection of entities, which can be asked for with the
    /// same query options as one at a path of its own.
    fn lists_entities(&self, operation: &Operation) -> bool {
        let index = self.context.index();
        let returned = operation.return_type.as_ref().map(|r| &r.type_ref);
        let collection = returned.filter(|returned| returned.is_collection());
        let item =
            collection.and_then(|returned| index.model.structured(index.structured(returned)?));
        operation.kind == OperationKind::Function
            && item.is_some_and(|item| item.kind == StructuredKind::Entity)
    }

    fn leads_to(&self, id: OperationId) -> Option<ItemPath> {
        let returned = self.context.index().composable_result(id)?;
        let name = self.context.index().structured(returned)?;
        self.context.names.builder(name, returned.multiplicity)
    }

    fn result(&self, returned: Option<&ReturnType>) -> ResultType {
        let Some(returned) = returned else {
            return ResultType::Nothing;
        };
        let index = self.context.index();
        let type_ref = &returned.type_ref;
        if !type_ref.is_collection() && index.model.is_stream(type_ref) {
            return ResultType::Bytes;
        }
        if type_ref.is_collection() {
            let nullable = returned.may_send_null();
            let rust_type = self.context.rust_type(type_ref, nullable);
            return match rust_type {
                RustType::Vec(item) if is_object(&item) => ResultType::Page(*item),
                rust_type => ResultType::Value {
                    rust_type,
                    is_nullable: false,
                },
            };
        }
        let is_nullable = returned.may_send_null();
        let rust_type = self.context.rust_type(type_ref, false);
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
        let names = operation
            .parameters
            .iter()
            .map(|parameter| &*parameter.name);
        let owner = || Origin::of_operation(operation).to_string();
        let names = self.context.namer.arguments(owner, names);
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
        let allowed = self
            .context
            .allowed
            .of_parameter(&operation.name.namespace, parameter);
        let argument = Argument {
            name,
            wire_name: parameter.name.to_string(),
            rust_type: self.context.argument_type(parameter, allowed, is_optional),
            is_base64: operation.kind == OperationKind::Action
                && self.context.is_base64(&parameter.type_ref),
            default_value: optional.and_then(|o| o.default_value).map(str::to_owned),
            allowed: allowed.map_or_else(Vec::new, |set| self.context.allowed.told(set)),
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
    let also = permission.also.into_iter();
    PermissionItem {
        scheme: permission.scheme.to_owned(),
        scopes: owned(permission.scopes),
        least: permission.least,
        also: also
            .map(|(scope, also)| (scope.to_owned(), owned(also)))
            .collect(),
    }
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

impl Context<'_> {
    /// The URL segment of a bound operation: the bare name in a default namespace, else the name in
    /// full.
    pub fn operation_segment(&self, name: &QualifiedName) -> String {
        let mut defaults = self.options.service.default_namespaces.iter();
        if defaults.any(|namespace| **namespace == *name.namespace) {
            name.name.to_string()
        } else {
            name.to_string()
        }
    }
}
