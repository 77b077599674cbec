//! Reads CSDL: the only module that knows the generator's model.

use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::{
    self, ContainerChildKind, ItemType, OperationKind, QualifiedName, vocabulary,
};
use csdl_codegen::source::Sources;

use crate::emulator::StartError;
use crate::service::{
    EnumType, Function, Parameter, Primitive, Property, Service, StructuredType, TypeRef, ValueType,
};

impl Service {
    /// Reads a metadata document and the documents that annotate it.
    pub(crate) fn load(metadata: &str, annotations: &[String]) -> Result<Self, StartError> {
        let mut sources = Sources::default();
        let mut diagnostics = Diagnostics::default();
        let texts = std::iter::once(("metadata", metadata)).chain(
            annotations
                .iter()
                .map(|text| ("annotations", text.as_str())),
        );
        let ids: Vec<_> = texts.map(|(name, text)| sources.add(name, text)).collect();
        let documents: Vec<_> = ids
            .into_iter()
            .filter_map(|id| csdl::parse(&sources, id, &Limits::default(), &mut diagnostics))
            .collect();
        let model = edm::resolve(&documents, &mut diagnostics);
        if diagnostics.has_errors() {
            return Err(StartError::Metadata(diagnostics.render(&sources)));
        }
        Ok(Self::from_model(&model))
    }

    fn from_model(model: &edm::Model) -> Self {
        let mut service = Self::default();
        for (namespace, schema) in &model.schemas {
            if let Some(alias) = &schema.alias {
                let namespace = namespace.to_string();
                service.aliases.insert(alias.to_string(), namespace);
            }
        }
        for (name, ty) in &model.types {
            if let edm::Type::Structured(structured) = ty {
                let structured = structured_type(structured);
                service.types.insert(name.to_string(), structured);
            }
        }
        for operation in &model.operations {
            if let Some(function) = function(model, operation) {
                let overloads = service.functions.entry(function.name.clone());
                overloads.or_default().push(function);
            }
        }
        let children = model.container.iter().flat_map(|c| &c.children);
        service.entry_points = children
            .filter_map(|(name, child)| Some((name.to_string(), entry_point(child)?)))
            .collect();
        service
    }
}

fn entry_point(child: &edm::ContainerChild) -> Option<TypeRef> {
    let collection = match child.kind {
        ContainerChildKind::EntitySet => true,
        ContainerChildKind::Singleton => false,
        _ => return None,
    };
    Some(TypeRef {
        name: child.refers_to.to_string(),
        collection,
    })
}

fn structured_type(ty: &edm::StructuredType) -> StructuredType {
    StructuredType {
        base: ty.base.as_ref().map(QualifiedName::to_string),
        properties: ty
            .properties
            .iter()
            .map(|(name, property)| Property {
                name: name.to_string(),
                ty: type_ref(&property.type_ref),
            })
            .collect(),
        navigation: ty
            .navigation
            .iter()
            .map(|(name, property)| (name.to_string(), type_ref(&property.type_ref)))
            .collect(),
    }
}

/// A bound function; unbound ones and actions are not played.
fn function(model: &edm::Model, operation: &edm::Operation) -> Option<Function> {
    if operation.kind != OperationKind::Function {
        return None;
    }
    let scopes = vocabulary::permissions(&operation.annotations)
        .into_iter()
        .flat_map(|permission| permission.scopes)
        .map(str::to_owned)
        .collect();
    Some(Function {
        namespace: operation.name.namespace.to_string(),
        name: operation.name.name.to_string(),
        binding: type_ref(&operation.binding.as_ref()?.type_ref),
        parameters: operation
            .parameters
            .iter()
            .map(|declared| parameter(model, declared))
            .collect(),
        returns: type_ref(&operation.return_type.as_ref()?.type_ref),
        scopes,
    })
}

fn parameter(model: &edm::Model, declared: &edm::Parameter) -> Parameter {
    let optional = vocabulary::optional_parameter(&declared.annotations);
    Parameter {
        name: declared.name.to_string(),
        ty: value_type(model, &declared.type_ref),
        nullable: declared.is_nullable(),
        optional: optional.is_some(),
        default: optional
            .and_then(|optional| optional.default_value)
            .map(str::to_owned),
        allowed: vocabulary::allowed_values(&declared.annotations)
            .into_iter()
            .map(|allowed| allowed.value.to_owned())
            .collect(),
    }
}

fn type_ref(ty: &edm::TypeRef) -> TypeRef {
    TypeRef {
        name: ty.item.to_string(),
        collection: ty.is_collection,
    }
}

fn value_type(model: &edm::Model, ty: &edm::TypeRef) -> ValueType {
    let name = ty.item.to_string();
    if ty.is_collection {
        return ValueType::Collection(name);
    }
    let declared = match &ty.item {
        ItemType::Primitive(_) => return primitive_type(&name),
        ItemType::Named(declared) => declared,
    };
    match model.types.get(declared) {
        Some(edm::Type::Definition(ty)) => primitive_type(&ty.underlying.to_string()),
        Some(edm::Type::Enum(ty)) => ValueType::Enum(EnumType {
            name,
            flags: ty.is_flags,
            members: ty.members.iter().map(|m| m.name.to_string()).collect(),
        }),
        Some(edm::Type::Structured(_)) => ValueType::Structured(name),
        None => ValueType::Unsupported(name),
    }
}

fn primitive_type(name: &str) -> ValueType {
    match Primitive::from_name(name) {
        Some(primitive) => ValueType::Primitive(primitive),
        None => ValueType::Unsupported(name.to_owned()),
    }
}

#[cfg(test)]
mod tests;
