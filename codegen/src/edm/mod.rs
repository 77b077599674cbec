//! Syntax trees → resolved model.

mod annotate;
mod check;
mod declarations;
mod duplicates;
mod external;
mod inheritance;
mod keys;
mod labels;
mod model;
mod names;
mod record;
mod resolve;
mod scope;
pub mod vocabulary;

pub use crate::csdl::ast::{ContainerChildKind, Facets, OperationKind, StructuredKind};
pub use model::*;
pub use names::{ItemType, Primitive, QualifiedName, TypeRef};
pub use record::RecordProperties;
pub use resolve::{resolve, resolve_part};

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

    /// Whether the first type is the second or extends it.
    pub fn is_derived(&self, name: &QualifiedName, base: &QualifiedName) -> bool {
        self.lineage(name).any(|(ancestor, _)| ancestor == base)
    }
}
