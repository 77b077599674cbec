//! What code names.

use crate::api::items::*;
use std::collections::BTreeSet;

/// The items that code names.
#[derive(Default)]
pub(super) struct Uses<'a> {
    pub items: BTreeSet<&'a ItemPath>,
    /// Those among them whose values may be of a type that extends theirs.
    pub values: BTreeSet<&'a ItemPath>,
}

impl<'a> Uses<'a> {
    fn value(&mut self, model: &'a ItemPath) {
        self.items.insert(model);
        self.values.insert(model);
    }

    fn rust_type(&mut self, rust_type: &'a RustType) {
        match rust_type {
            RustType::Model(path) => self.value(path),
            RustType::Enum(path) | RustType::Flags(path) | RustType::AllowedValues(path) => {
                self.items.insert(path);
            }
            RustType::Boxed(inner) | RustType::Option(inner) | RustType::Vec(inner) => {
                self.rust_type(inner);
            }
            _ => {}
        }
    }

    fn arguments(&mut self, arguments: impl IntoIterator<Item = &'a Argument>) {
        for argument in arguments {
            self.rust_type(&argument.rust_type);
        }
    }

    pub fn model(&mut self, item: &'a ModelItem) {
        match &item.kind {
            ModelKind::Struct(declared) => {
                for field in &declared.fields {
                    self.rust_type(&field.rust_type);
                }
            }
            ModelKind::AllowedValues(declared) => self.rust_type(&declared.value_type),
            ModelKind::Enum(_) => {}
        }
    }

    pub fn resource(&mut self, item: &'a ResourceItem) {
        for builder in &item.builders {
            self.items.extend(&builder.model);
            for method in &builder.methods {
                self.method(method);
            }
        }
        let members = item
            .operation_groups
            .iter()
            .flat_map(|group| &group.members);
        self.items.extend(members.map(|member| &member.operation));
    }

    pub fn operation(&mut self, item: &'a OperationItem) {
        self.arguments(item.required.iter().chain(&item.optional));
        self.items.extend(&item.leads_to);
        match &item.result {
            ResultType::Page(rust_type)
            | ResultType::Object { rust_type, .. }
            | ResultType::Value { rust_type, .. } => self.rust_type(rust_type),
            ResultType::Nothing | ResultType::Bytes => {}
        }
    }

    pub fn method(&mut self, method: &'a Method) {
        match &method.kind {
            MethodKind::Navigate(navigation) => {
                self.items.insert(&navigation.target);
            }
            MethodKind::ItemPath { target, .. } => {
                self.items.insert(target);
            }
            MethodKind::Key(key) => {
                self.items.insert(&key.target);
                self.arguments(&key.parts);
            }
            MethodKind::Cast { model, .. }
            | MethodKind::Get { model, .. }
            | MethodKind::List { model, .. }
            | MethodKind::Create(model)
            | MethodKind::Count(model)
            | MethodKind::Update { model, .. }
            | MethodKind::Upload { model, .. } => self.value(model),
            MethodKind::Call { target, arguments } => {
                self.items.insert(target);
                self.arguments(arguments);
            }
            MethodKind::References { .. } | MethodKind::Delete | MethodKind::Download(_) => {}
        }
    }
}
