//! What elements of the old model are called in the new one.

use crate::edm::{ItemType, QualifiedName, TypeRef};
use std::collections::BTreeMap;

/// The names and places of what lives on under others; for the new model itself, none.
#[derive(Debug, Default)]
pub(super) struct Translation {
    /// Types by their old names.
    pub types: BTreeMap<QualifiedName, QualifiedName>,
    /// Operations by their old names.
    pub operations: BTreeMap<QualifiedName, QualifiedName>,
    /// Members and operations by their old places. The owner of a member has its new name in both.
    pub places: BTreeMap<String, String>,
}

/// Of the new model: everything is called what it is called.
pub(super) static NONE: Translation = Translation {
    types: BTreeMap::new(),
    operations: BTreeMap::new(),
    places: BTreeMap::new(),
};

impl Translation {
    /// A type.
    pub fn name<'n>(&'n self, old: &'n QualifiedName) -> &'n QualifiedName {
        self.types.get(old).unwrap_or(old)
    }

    /// A reference to a type.
    pub fn reference(&self, old: &TypeRef) -> TypeRef {
        let item = match &old.item {
            ItemType::Named(name) => ItemType::Named(self.name(name).clone()),
            primitive @ ItemType::Primitive(_) => primitive.clone(),
        };
        TypeRef { item, ..*old }
    }

    /// A place of an operation, or of a member of an element that has its new name already.
    pub fn place(&self, old: String) -> String {
        self.places.get(&old).cloned().unwrap_or(old)
    }
}
