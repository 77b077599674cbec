//! Syntax trees → resolved model.

mod annotate;
pub mod annotation;
mod check;
mod declarations;
mod documents;
mod duplicates;
mod external;
mod hierarchy;
mod inheritance;
mod keys;
mod labels;
mod model;
mod names;
mod path;
mod places;
mod resolve;
mod scope;
mod unread;
mod version;
pub mod vocabulary;
mod way;

pub use crate::csdl::ast::{
    Facets, MaxLength, OperationKind, ScalarKind, Scale, Srid, StructuredKind,
};
pub use annotation::{Annotation, RecordProperties, RecordValue, Value};
pub use documents::{Outlined, resolve, resolve_part};
pub use hierarchy::Hierarchy;
pub use model::*;
pub use names::{ItemType, Multiplicity, Primitive, QualifiedName, TypeRef};
pub use path::{Member, Relation, Step};
pub use places::Places;
pub use unread::Needed;
pub use version::{TypeFamily, TypeVersion};
pub use way::{EACH, Way, WayEnd, WayName, WaySegment};

use std::collections::BTreeSet;

impl Model {
    /// The structured type of this name, if it is one.
    pub fn structured(&self, name: &QualifiedName) -> Option<&StructuredType> {
        match self.types.get(name) {
            Some(Type::Structured(structured)) => Some(structured),
            _ => None,
        }
    }

    /// The type itself and the types that it extends, nearest first.
    pub fn lineage<'a>(
        &'a self,
        name: &'a QualifiedName,
    ) -> impl Iterator<Item = (&'a QualifiedName, &'a StructuredType)> {
        let mut seen = BTreeSet::new();
        let mut next = Some(name);
        std::iter::from_fn(move || {
            let name = next.filter(|name| seen.insert(*name))?;
            let structured = self.structured(name)?;
            next = structured.base.as_ref();
            Some((name, structured))
        })
    }

    /// The primitive type behind a reference, be it through a type definition.
    pub fn primitive(&self, type_ref: &TypeRef) -> Option<Primitive> {
        match &type_ref.item {
            ItemType::Primitive(primitive) => Some(*primitive),
            ItemType::Named(name) => match self.types.get(name)? {
                Type::Definition(definition) => Some(definition.underlying),
                _ => None,
            },
        }
    }

    /// Whether values are streams of bytes, which are read and written apart from what has them.
    pub fn is_stream(&self, type_ref: &TypeRef) -> bool {
        self.primitive(type_ref) == Some(Primitive::Stream)
    }

    /// Whether the first type is the second or extends it.
    pub fn is_derived(&self, name: &QualifiedName, base: &QualifiedName) -> bool {
        self.lineage(name).any(|(ancestor, _)| ancestor == base)
    }
}

impl Model {
    /// The entry points, in the order of their names.
    pub(crate) fn entries_mut(&mut self) -> impl Iterator<Item = &mut ContainerChild> {
        let container = self.container.iter_mut();
        container.flat_map(|it| it.children.values_mut())
    }

    /// How many elements are declared: types, properties, members, operations, parameters and entry
    /// points.
    pub fn declared_elements(&self) -> usize {
        let inner = |declared: &Type| match declared {
            Type::Structured(structured) => {
                structured.properties.len() + structured.navigation.len()
            }
            Type::Enum(enumeration) => enumeration.members.len(),
            Type::Definition(_) => 0,
        };
        let types: usize = self
            .types
            .values()
            .map(|declared| 1 + inner(declared))
            .sum();
        let operations = self
            .operations
            .iter()
            .map(|operation| 1 + operation.parameters.len());
        let container = self
            .container
            .iter()
            .map(|container| container.children.len());
        types + operations.sum::<usize>() + container.sum::<usize>()
    }
}

/// An operation of a [`Model`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(usize);

impl Model {
    /// The operations, each with what it is called by.
    pub fn operations(&self) -> impl Iterator<Item = (OperationId, &Operation)> {
        let operations = self.operations.iter().enumerate();
        operations.map(|(index, operation)| (OperationId(index), operation))
    }

    /// The operations of a name.
    pub fn overloads<'m>(
        &'m self,
        name: &QualifiedName,
    ) -> impl Iterator<Item = (OperationId, &'m Operation)> + use<'m> {
        let start = self.operations.partition_point(|it| it.name < *name);
        let end = self.operations.partition_point(|it| it.name <= *name);
        (start..end).map(|index| (OperationId(index), &self.operations[index]))
    }

    /// An operation of this model.
    ///
    /// # Panics
    ///
    /// If it is one of a larger model.
    pub fn operation(&self, id: OperationId) -> &Operation {
        &self.operations[id.0]
    }
}

impl Operation {
    /// Whether it is called on a collection of resources.
    pub fn is_bound_to_collection(&self) -> bool {
        let binding = self.binding.as_ref();
        binding.is_some_and(|binding| binding.type_ref.is_collection())
    }
}

impl Parameter {
    /// Whether a call of an operation of this kind can do without it.
    ///
    /// A member of an action's body that may be null may be left out (OData Protocol 4.01, section
    /// "Invoking an Action"). So may a collection of which the metadata says nothing: the standard
    /// has no default for it, and services have few that are required.
    pub fn may_be_left_out(&self, kind: OperationKind) -> bool {
        let may_be_null = match self.type_ref.is_collection() {
            true => self.nullable != Some(false),
            false => self.is_nullable(),
        };
        vocabulary::optional_parameter(&self.annotations).is_some()
            || (kind == OperationKind::Action && may_be_null)
    }
}
