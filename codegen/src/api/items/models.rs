//! Data types.

use super::{Docs, ItemPath, RustType};
use crate::api::naming::RustName;
use crate::api::origin::Origin;
use crate::config::EnumerationLiterals;
use crate::edm::OperationId;

/// A data type and the private module that holds it.
#[derive(Debug)]
pub struct ModelItem {
    /// The file's name.
    pub file: RustName,
    /// The type's name.
    pub name: RustName,
    /// What the documentation says.
    pub docs: Docs,
    /// Where the type comes from.
    pub origin: Origin,
    /// The type itself.
    pub kind: ModelKind,
    /// The feature of the package that turns it on.
    pub feature: Option<String>,
}

impl ModelItem {
    pub(super) fn has_deprecated(&self) -> bool {
        let inner = match &self.kind {
            ModelKind::Struct(structure) => {
                let mut fields = structure.fields.iter();
                fields.any(|field| field.docs.deprecated.is_some())
            }
            ModelKind::Enum(enumeration) => {
                let mut members = enumeration.members.iter();
                members.any(|member| member.docs.deprecated.is_some())
            }
            ModelKind::AllowedValues(_) => false,
        };
        inner || self.docs.deprecated.is_some()
    }
}

/// The kinds of data type.
#[derive(Debug)]
pub enum ModelKind {
    /// An entity or complex type.
    Struct(StructItem),
    /// An enumeration of the service.
    Enum(EnumItem),
    /// The values that a parameter may have.
    AllowedValues(AllowedValuesItem),
}

/// An entity or complex type.
#[derive(Debug)]
pub struct StructItem {
    /// The name in the metadata.
    pub qualified_name: String,
    /// Whether it is an entity type, whose values have paths of their own.
    pub is_entity: bool,
    /// Structural properties, then navigation properties, each by wire name.
    pub fields: Vec<Field>,
    /// Whether values are passed to operations.
    pub is_argument: bool,
    /// The types that this one extends and that are emitted, nearest first.
    pub bases: Vec<ItemPath>,
    /// Qualified names of the types that extend this one.
    pub derived: Vec<String>,
    /// JSON members that only the service sets.
    pub read_only: Vec<String>,
}

/// A field of a struct.
#[derive(Debug)]
pub struct Field {
    /// The field.
    pub name: RustName,
    /// The constant that names the property in query options.
    pub constant: RustName,
    /// The JSON member.
    pub wire_name: String,
    /// The type, `Option` included.
    pub rust_type: RustType,
    /// Whether it is a relation and not a value.
    pub is_navigation: bool,
    /// Whether it is binary and written with the alphabet of base64, where base64url is the standard's.
    pub is_base64: bool,
    /// What the documentation says.
    pub docs: Docs,
}

/// An enumeration of the service.
#[derive(Debug)]
pub struct EnumItem {
    /// The name that URL literals begin with.
    pub qualified_name: String,
    /// Members in the metadata's order.
    pub members: Vec<EnumVariant>,
    /// The catch-all variant.
    pub other: RustName,
    /// Whether a value is a set of members.
    pub is_flags: bool,
    /// How members are written in URLs.
    pub literals: EnumerationLiterals,
}

/// A member of an enumeration.
#[derive(Debug)]
pub struct EnumVariant {
    /// The variant.
    pub name: RustName,
    /// The text on the wire.
    pub wire_name: String,
    /// What the documentation says.
    pub docs: Docs,
}

/// The values that a parameter may have; others can be sent all the same.
#[derive(Debug)]
pub struct AllowedValuesItem {
    /// The operations of the model whose parameters list them; none if it is not parameters that do.
    pub operations: Vec<OperationId>,
    /// The type of the values.
    pub value_type: RustType,
    /// Variants in the metadata's order.
    pub variants: Vec<AllowedVariant>,
    /// The catch-all variant.
    pub other: RustName,
    /// Which variant an absent parameter stands for.
    pub default: Option<RustName>,
}

/// One of the values that a parameter may have.
#[derive(Debug)]
pub struct AllowedVariant {
    /// The variant.
    pub name: RustName,
    /// The value.
    pub value: Constant,
    /// What the documentation says.
    pub docs: Docs,
}

/// A constant of a primitive type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Constant {
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
}
