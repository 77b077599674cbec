//! What metadata types are in Rust.

use super::allowed::AllowedId;
use super::context::Context;
use super::items::RustType;
use crate::config::BinaryForm;
use crate::edm::{ItemType, Parameter, Primitive, QualifiedName, Type, TypeRef};
use std::sync::Arc;

impl Context<'_> {
    /// The Rust type of values of a metadata type.
    pub fn rust_type(&self, type_ref: &TypeRef, nullable: bool) -> RustType {
        let item = match &type_ref.item {
            ItemType::Primitive(primitive) => primitive_type(*primitive),
            ItemType::Named(name) => self.named_type(name),
        };
        let item = if nullable { item.optional() } else { item };
        if type_ref.is_collection() {
            RustType::Vec(Box::new(item))
        } else {
            item
        }
    }

    fn named_type(&self, name: &QualifiedName) -> RustType {
        let path = self.names.model(name).cloned();
        match (path, self.model().types.get(name)) {
            (Some(path), Some(Type::Enum(declared))) if declared.is_flags => RustType::Flags(path),
            (Some(path), Some(Type::Enum(_))) => RustType::Enum(path),
            (Some(path), _) => RustType::Model(path),
            (None, Some(Type::Definition(definition))) => primitive_type(definition.underlying),
            (None, _) => RustType::Json,
        }
    }

    /// Whether values in JSON are in base64, where base64url is the standard's.
    pub fn is_base64(&self, type_ref: &TypeRef) -> bool {
        self.options.service.binary == BinaryForm::Base64
            && self.model().primitive(type_ref) == Some(Primitive::Binary)
    }

    /// The Rust type of a property of a type, inherited or its own: an enumeration where values are
    /// listed.
    pub fn property_type(
        &self,
        owner: &QualifiedName,
        name: &Arc<str>,
        type_ref: &TypeRef,
    ) -> RustType {
        let mut lineage = self.model().lineage(owner);
        let declares = lineage.find(|(_, it)| it.properties.contains_key(name));
        let values = declares.filter(|_| !self.index().is_key(owner, name));
        match values.and_then(|(owner, _)| self.allowed.of_property(owner, name, type_ref)) {
            Some(set) => RustType::AllowedValues(self.names.allowed(set).0.clone()),
            None => self.rust_type(type_ref, false),
        }
    }

    /// The Rust type of a parameter's argument.
    pub fn argument_type(
        &self,
        parameter: &Parameter,
        allowed: Option<AllowedId>,
        optional: bool,
    ) -> RustType {
        let nullable = parameter.is_nullable() && !optional && !parameter.type_ref.is_collection();
        match allowed {
            Some(key) => {
                let item = RustType::AllowedValues(self.names.allowed(key).0.clone());
                if nullable { item.optional() } else { item }
            }
            None => self.rust_type(&parameter.type_ref, nullable),
        }
    }
}

fn primitive_type(primitive: Primitive) -> RustType {
    match primitive {
        Primitive::Boolean => RustType::Bool,
        Primitive::Byte => RustType::U8,
        Primitive::SByte => RustType::I8,
        Primitive::Int16 => RustType::I16,
        Primitive::Int32 => RustType::I32,
        Primitive::Int64 => RustType::I64,
        Primitive::Single => RustType::F32,
        Primitive::Double => RustType::F64,
        Primitive::Decimal => RustType::Decimal,
        Primitive::String => RustType::String,
        Primitive::DateTimeOffset => RustType::DateTime,
        Primitive::Date => RustType::Date,
        Primitive::TimeOfDay => RustType::TimeOfDay,
        Primitive::Duration => RustType::Duration,
        Primitive::Guid => RustType::Guid,
        Primitive::Binary => RustType::Binary,
        _ => RustType::Json,
    }
}
