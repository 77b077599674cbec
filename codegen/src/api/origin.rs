//! Which element of the metadata made an item.

use crate::edm::{Operation, OperationKind, QualifiedName, StructuredKind, StructuredType, Type};
use std::fmt;

/// The element of the metadata that made an item; shown in the metadata's words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// An entity type.
    EntityType(QualifiedName),
    /// A complex type.
    ComplexType(QualifiedName),
    /// An enumeration type.
    EnumType(QualifiedName),
    /// A type definition.
    TypeDefinition(QualifiedName),
    /// The values that a property, or parameters of a name, list.
    AllowedValues(Listing, String),
    /// A function or an action.
    Operation(OperationKind, QualifiedName),
    /// The service: what is bound to nothing.
    Service,
}

/// What lists the values that it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listing {
    /// Parameters of one name.
    Parameter,
    /// A property, named with its type.
    Property,
}

impl Origin {
    /// Of a declared type.
    pub fn of_type(name: &QualifiedName, declared: &Type) -> Self {
        match declared {
            Type::Structured(structured) => Self::of_structured(name, structured),
            Type::Enum(_) => Self::EnumType(name.clone()),
            Type::Definition(_) => Self::TypeDefinition(name.clone()),
        }
    }

    pub(super) fn of_structured(name: &QualifiedName, declared: &StructuredType) -> Self {
        match declared.kind {
            StructuredKind::Entity => Self::EntityType(name.clone()),
            StructuredKind::Complex => Self::ComplexType(name.clone()),
        }
    }

    pub(super) fn of_operation(operation: &Operation) -> Self {
        Self::Operation(operation.kind, operation.name.clone())
    }

    /// The name of the type, if it is a type.
    pub fn type_name(&self) -> Option<&QualifiedName> {
        match self {
            Self::EntityType(name)
            | Self::ComplexType(name)
            | Self::EnumType(name)
            | Self::TypeDefinition(name) => Some(name),
            Self::AllowedValues(..) | Self::Operation(..) | Self::Service => None,
        }
    }

    /// What kind of element it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::EntityType(_) => "entity type",
            Self::ComplexType(_) => "complex type",
            Self::EnumType(_) => "enumeration type",
            Self::TypeDefinition(_) => "type definition",
            Self::AllowedValues(Listing::Parameter, _) => "allowed values of the parameter",
            Self::AllowedValues(Listing::Property, _) => "allowed values of the property",
            Self::Operation(kind, _) => kind.name(),
            Self::Service => "service itself",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind();
        match self {
            Self::EntityType(name)
            | Self::ComplexType(name)
            | Self::EnumType(name)
            | Self::TypeDefinition(name)
            | Self::Operation(_, name) => write!(f, "{kind} `{name}`"),
            Self::AllowedValues(_, name) => write!(f, "{kind} `{name}`"),
            Self::Service => f.write_str(kind),
        }
    }
}
